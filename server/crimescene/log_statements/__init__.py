"""Log statements: put into the text, found, taken out again to the byte, and read back."""

from __future__ import annotations

from crimescene.log_statements.insert import Insertion, Session, apply, insert
from crimescene.log_statements.markers import is_marked
from crimescene.log_statements.remove import is_helper, leftovers, removed
from crimescene.log_statements.trail import Step, Trail, events, markdown, marks, places, trail

__all__ = [
    "Insertion",
    "Session",
    "Step",
    "Trail",
    "apply",
    "events",
    "insert",
    "is_helper",
    "is_marked",
    "leftovers",
    "markdown",
    "marks",
    "places",
    "removed",
    "trail",
]
