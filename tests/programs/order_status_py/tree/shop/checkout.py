"""From a placed order to goods on their way."""

from shop.audit import audit
from shop.inventory import Inventory
from shop.payments import charge


class Checkout:
    def __init__(self, book, inventory=None):
        self.book = book
        self.inventory = inventory or Inventory()

    def process_order(self, order_id):
        """Take the money; the order that comes back is paid."""
        order = self.book.find(order_id)
        charge(order)
        order.status = "paid"
        audit(order, "processed")
        return order

    def check_out(self, order_id):
        order = self.process_order(order_id)
        audit(order, "checked out")
        return self.inventory.update_inventory(order)
