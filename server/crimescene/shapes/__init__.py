"""Data shapes: at which hop does what is produced stop matching what is read?"""

from __future__ import annotations

from crimescene.shapes.report import Divergence, Traced, Unseen
from crimescene.shapes.telling import markdown, sentence, table, text, to_json
from crimescene.shapes.trace import nearest_to, trace
from crimescene.shapes.values import Hop

__all__ = [
    "Divergence",
    "Hop",
    "Traced",
    "Unseen",
    "markdown",
    "nearest_to",
    "sentence",
    "table",
    "text",
    "to_json",
    "trace",
]
