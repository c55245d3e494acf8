"""Every setting, once."""

from __future__ import annotations

SECTIONS = (
    "summary",
    "note",
    "error",
    "code",
    "expected",
    "actual",
    "changes",
    "values",
    "shape",
    "tried",
    "environment",
    "request",
    "left_out",
)
"""Parts of the prompt that can be switched off, in the order of the prompt."""

STYLES = ("full", "mentions", "json")
BUDGET = 6000
