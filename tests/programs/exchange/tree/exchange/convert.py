"""Amounts from one currency to another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from exchange.codes import normalise
from exchange.rates import rate

_NO_MINOR_UNIT = {"JPY"}


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str


def convert(money: Money, to: str) -> Money:
    """The same value in another currency, rounded to its smallest unit."""
    currency = normalise(to)
    factor = rate(to) / rate(money.currency)
    return Money(round_to_unit(money.amount * factor, currency), currency)


def round_to_unit(amount: Decimal, currency: str) -> Decimal:
    unit = Decimal(1) if currency in _NO_MINOR_UNIT else Decimal("0.01")
    return amount.quantize(unit, rounding=ROUND_HALF_EVEN)
