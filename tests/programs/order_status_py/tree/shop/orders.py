"""Orders and where they are kept."""

import time
from dataclasses import dataclass, field


@dataclass
class Order:
    id: str
    sku: str
    quantity: int
    status: str = "pending"
    placed_at: float = field(default_factory=time.time)


class OrderBook:
    """Every order of the day, by its id."""

    def __init__(self):
        self._orders = {}

    def place(self, id, sku, quantity):
        order = Order(id, sku, quantity)
        self._orders[id] = order
        return order

    def find(self, id):
        return self._orders[id]

    def pending(self):
        return [order for order in self._orders.values() if order.status == "pending"]
