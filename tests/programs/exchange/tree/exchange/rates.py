"""Reference rates of the central bank: units of a currency for one euro."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from exchange.codes import normalise

_FILE = Path(__file__).with_name("rates.csv")


class UnknownCurrencyError(Exception):
    """No rate is known for a currency."""


@lru_cache
def load_rates(path: Path = _FILE) -> dict[str, Decimal]:
    with path.open(newline="") as lines:
        rows = csv.DictReader(lines, delimiter=";")
        return {row["currency"]: Decimal(row["rate"]) for row in rows}


def rate(code: str) -> Decimal:
    """Units of ``code`` for one euro."""
    try:
        return load_rates()[normalise(code)]
    except KeyError as error:
        raise UnknownCurrencyError(f"no rate for {code!r}") from error
