"""Which of the expressions on a line the runtime pointed at: the nearest to its carets or column first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.syntax.expression_forms import SELF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.model import Function, Span
    from crimescene.syntax import Outline
    from crimescene.syntax.expressions import Expression

_FAR = 9


@dataclass(frozen=True, slots=True)
class Focus:
    """The crash line: its expressions and what the runtime said about the place within it."""

    outline: Outline
    lineno: int
    expressions: tuple[Expression, ...]
    function: Function
    marks: Span | None = None
    """What is underlined, as bytes of the file."""
    at: int | None = None
    """The byte that the printed column stands for."""
    in_lambda: bool = False
    """The frame is that of a function without a name."""
    again: frozenset[str] = frozenset()
    """Names of functions that are on the stack again and again."""

    @property
    def line(self) -> tuple[int, int]:
        """First byte of the crash line and first byte behind it."""
        starts = self.outline.line_starts
        end = starts[self.lineno] if self.lineno < len(starts) else len(self.outline.source)
        return starts[self.lineno - 1], end

    def nearest(self, candidates: Iterable[Expression]) -> list[Expression]:
        """The candidates, the likeliest place first."""
        return sorted(candidates, key=self._distance)

    def of_kind(self, *kinds: str) -> list[Expression]:
        """The expressions of these kinds, the likeliest place first."""
        return self.nearest(x for x in self.expressions if x.kind in kinds)

    def _distance(self, x: Expression) -> tuple[int, int, int]:
        if self.marks is not None:
            return self._from_marks(x, self.marks)
        if self.at is not None:
            return self._from_column(x, self.at)
        # Nothing but the line is known: what is evaluated first, outside of what runs later.
        elsewhere = (x.in_lambda is None) is self.in_lambda
        return (self._off_line(x), int(elsewhere), x.span.end)

    def _off_line(self, x: Expression) -> int:
        first, last = self.line
        return int(not first <= x.anchor < last)

    def _from_marks(self, x: Expression, marks: Span) -> tuple[int, int, int]:
        size = x.span.end - x.span.start
        if x.span == marks:
            return (0, 0, 0)
        if marks.start <= x.span.start and x.span.end <= marks.end:
            return (1, -size, -x.span.start)
        if x.span.start <= marks.start and marks.end <= x.span.end:
            return (2, size, 0)
        return (_FAR, self._off_line(x), abs(x.span.start - marks.start))

    def _from_column(self, x: Expression, at: int) -> tuple[int, int, int]:
        size = x.span.end - x.span.start
        if x.anchor == at:
            return (0, -size, 0)
        if x.span.start == at:
            return (1, -size, 0)
        if x.span.start <= at < x.span.end:
            return (2, size, 0)
        return (_FAR, self._off_line(x), abs(x.anchor - at))


def normal(text: str) -> str:
    """An expression as printed or written, without what printing changes: blanks and kinds of quotes."""
    return re.sub(r"\s+", "", text).replace('"', "'").replace("`", "'").replace("?.", ".").rstrip(";")


def is_value(x: Expression | None) -> bool:
    """Whether it can have gone wrong: no literal, no function written out, not the object itself."""
    return x is not None and x.kind not in ("literal", "lambda", "keyword") and x.text not in SELF
