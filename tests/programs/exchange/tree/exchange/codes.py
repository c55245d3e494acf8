"""Currency codes as people type them."""

_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "CHF.": "CHF"}


def normalise(code: str) -> str:
    """The ISO 4217 code for what somebody typed."""
    code = code.strip()
    return _SYMBOLS.get(code, code.upper())
