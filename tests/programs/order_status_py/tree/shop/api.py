"""The HTTP routes, without the framework."""

from shop.checkout import Checkout
from shop.orders import OrderBook

book = OrderBook()
checkout = Checkout(book)


def post_order(body):
    """POST /orders"""
    order = book.place(body["id"], body["sku"], body["quantity"])
    left = checkout.check_out(order.id)
    return {"status": 201, "left": left}
