"""The audit trail: one line for every step of an order."""

_lines = []


def audit(order, event):
    _lines.append((order.id, event, order.status))


def trail(order_id):
    return [line for line in _lines if line[0] == order_id]
