from decimal import Decimal

from exchange.invoice import Invoice


def test_total_in_euro():
    invoice = Invoice("EUR")
    invoice.add("10.00", "EUR")
    invoice.add("10.84", "$")
    assert invoice.total().amount == Decimal("20.00")


def test_total_in_swiss_francs():
    """An invoice for Zürich adds up in francs."""
    invoice = Invoice("CHF")
    invoice.add("100.00", "EUR")
    invoice.add("50.00", "chf")
    assert invoice.total().amount == Decimal("146.34")
