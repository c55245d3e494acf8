"""Data shapes: at which hop does what is produced stop matching what is read?"""

from __future__ import annotations

from crimescene.shapes.report import Divergence, Traced, markdown, table, to_json
from crimescene.shapes.trace import trace
from crimescene.shapes.values import Hop

__all__ = ["Divergence", "Hop", "Traced", "markdown", "table", "to_json", "trace"]
