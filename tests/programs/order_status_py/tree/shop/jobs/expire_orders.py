"""Orders that nobody pays for give their goods back."""

from concurrent.futures import ThreadPoolExecutor

from shop.audit import audit
from shop.payments import has_open_payment


def expire_orders(book):
    """Runs every minute; returns how many orders expired."""
    with ThreadPoolExecutor(max_workers=32) as pool:
        return sum(pool.map(expire_order, book.pending()))


def expire_order(order):
    if has_open_payment(order):
        return False
    order.status = "expired"
    audit(order, "expired")
    return True
