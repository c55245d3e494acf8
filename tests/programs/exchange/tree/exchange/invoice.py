"""What a customer owes, in the customer's currency."""

from __future__ import annotations

from decimal import Decimal

from exchange.convert import Money, convert


class Invoice:
    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.lines: list[Money] = []

    def add(self, amount: str, currency: str) -> None:
        self.lines.append(Money(Decimal(amount), currency))

    def total(self) -> Money:
        """Every line converted and added up."""
        converted = [convert(line, self.currency) for line in self.lines]
        return Money(sum((m.amount for m in converted), Decimal(0)), self.currency)
