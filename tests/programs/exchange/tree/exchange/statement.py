"""A month of invoices on one page."""

from __future__ import annotations

from exchange.invoice import Invoice


def render_statement(invoices: list[Invoice]) -> str:
    lines = []
    for number, invoice in enumerate(invoices, start=1):
        total = invoice.total()
        lines.append(f"{number:>3}  {total.amount:>12,.2f} {total.currency}")
    return "\n".join(lines)
