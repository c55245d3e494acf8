"""What lies on the shelves."""

import time

from shop.audit import audit


class Inventory:
    def __init__(self, stock=None):
        self.stock = stock or {"mug": 1000}

    def lock_shelf(self, sku):
        time.sleep(0.02 * len(sku))

    def update_inventory(self, order):
        """Take the goods of a paid order off the shelf; returns how many are left."""
        self.lock_shelf(order.sku)
        assert order.status == "paid", f"{order.id} left the shelf while {order.status}"
        self.stock[order.sku] -= order.quantity
        order.status = "shipped"
        audit(order, "shipped")
        return self.stock[order.sku]
