import threading
import unittest

from shop.checkout import Checkout
from shop.jobs.expire_orders import expire_orders
from shop.orders import OrderBook


class CheckoutTest(unittest.TestCase):
    def setUp(self):
        self.book = OrderBook()
        self.checkout = Checkout(self.book)

    def test_single_order_is_shipped(self):
        self.book.place("single", "mug", 1)
        self.assertEqual(self.checkout.check_out("single"), 999)

    def test_every_order_is_shipped_under_load(self):
        for number in range(30):
            self.book.place(f"load-{number}", "mug", 1)
        sweeper = threading.Thread(target=expire_orders, args=(self.book,))
        sweeper.start()
        self.addCleanup(sweeper.join)
        for number in range(30):
            self.checkout.check_out(f"load-{number}")
            self.assertEqual(self.book.find(f"load-{number}").status, "shipped")


if __name__ == "__main__":
    unittest.main()
