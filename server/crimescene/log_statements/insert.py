"""Points -> text: pure insertions, checked by parsing and by taking them out again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from crimescene.flow import check
from crimescene.flow.grammar import grammar_of
from crimescene.flow.points import label_of
from crimescene.log_statements.definition import callee, helper_file, helper_line, quoted
from crimescene.log_statements.markers import is_marked
from crimescene.log_statements.remove import removed
from crimescene.model import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.flow.facts import Unit
    from crimescene.flow.points import Place, Point

_DIRECTIVE = re.compile(
    rb"^[ \t]*(?://|#|/\*|\{/\*|\*)[^\n]*(?:@ts-|@type|eslint|prettier|biome|istanbul|c8 |v8 |webpack|noqa|"
    rb"type:|pylint|"
    rb"pragma|nolint|NOSONAR|noinspection|@formatter|go:|fmt:|yapf|isort|ruff|mypy|pyright|coverage)"
)
_MAX_RETRIES = 400


@dataclass(frozen=True, slots=True)
class Session:
    """One round of logging."""

    id: str
    """Four hexadecimal digits that mark its statements."""
    sink: str = ""
    """File the values are appended to; empty for the standard error stream."""
    generics: bool = True
    """Go: whether the module's version has type parameters."""
    logger: bool = False
    """Values go to the logger that the file itself uses, where it has one."""


@dataclass(slots=True)
class Insertion:
    """What inserting does to one workspace."""

    edits: list[Edit] = field(default_factory=list)
    created: dict[str, str] = field(default_factory=dict)
    """New files and their text."""
    points: list[Point] = field(default_factory=list)
    """Those that are in."""
    skipped: list[str] = field(default_factory=list)
    """Sentences: what could not be observed safely, and why."""


@dataclass(frozen=True, slots=True)
class _Piece:
    offset: int
    rank: int
    tie: int
    text: str


def insert(files: dict[str, tuple[bytes, Unit]], points: Sequence[Point], session: Session) -> Insertion:
    """Return the edits that put ``points`` into ``files`` (source and units by path)."""
    result = Insertion()
    beside: list[tuple[str, bytes, Unit]] = []
    for path, (source, module) in files.items():
        mine = [point for point in points if point.path == path]
        if not mine:
            continue
        if is_marked(source):
            result.skipped.append(f"{path} holds log statements already; remove them first.")
            continue
        try:
            source.decode("utf-8")
        except UnicodeDecodeError:
            result.skipped.append(f"{path} is not UTF-8.")
            continue
        kept, pieces = _fitting(path, source, module, mine, session)
        lost = {p.id for p in mine} - {p.id for p in kept}
        result.skipped += [
            f"{path}:{p.lineno}: {p.label} cannot be seen safely." for p in mine if p.id in lost
        ]
        if not kept:
            continue
        result.points += kept
        result.edits += [Edit(path, Span(p.offset, p.offset), p.text) for p in pieces]
        beside.append((path, source, module))
    for path, source, module in beside:
        for name in helper_file(path, source, module, [], session):
            mates = {p for p, s, m in beside if name in helper_file(p, s, m, [], session)}
            own = [point for point in result.points if point.path in mates]
            result.created |= helper_file(path, source, module, own, session)
    return result


def apply(source: bytes, edits: Sequence[Edit]) -> bytes:
    """Return ``source`` with insertions made; those at one place stand in their order."""
    parts: list[bytes] = []
    last = 0
    for edit in edits:
        parts += [source[last : edit.span.start], edit.new_text.encode()]
        last = edit.span.end
    return b"".join([*parts, source[last:]])


def _fitting(
    path: str, source: bytes, module: Unit, points: list[Point], session: Session
) -> tuple[list[Point], list[_Piece]]:
    """Return the points that can go in together, with their text."""
    writer = _Writer(path, source, module, session)
    before = check.faults(path, source)
    usable = [point for point in points if writer.pieces(point)]
    if writer.fits(usable, before):
        return usable, writer.whole(usable)
    if len(usable) > _MAX_RETRIES:
        return [], []
    kept = _subset(writer, usable, before, [])
    return kept, writer.whole(kept)


def _subset(writer: _Writer, points: list[Point], before: int, kept: list[Point]) -> list[Point]:
    """Return ``kept`` and those of ``points`` that fit in as well, halving where they do not."""
    if not points or writer.fits([*kept, *points], before):
        return [*kept, *points]
    if len(points) == 1:
        return kept
    middle = len(points) // 2
    kept = _subset(writer, points[:middle], before, kept)
    return _subset(writer, points[middle:], before, kept)


class _Writer:
    """Text of points in one file."""

    def __init__(self, path: str, source: bytes, module: Unit, session: Session) -> None:
        grammar = grammar_of(module.language)
        self.family = grammar.family if grammar is not None else "other"
        self.path, self.source, self.module, self.session = path, source, module, session
        newline = source.find(b"\n")
        self.eol = "\r\n" if newline > 0 and source[newline - 1 : newline] == b"\r" else "\n"
        self.comment = "#" if self.family in ("python", "ruby") else "//"
        self.name = callee(self.family, session.id, path)

    def fits(self, points: list[Point], before: int) -> bool:
        """Whether the text still parses with ``points`` in it, and can be had back."""
        pieces = self.whole(points)
        if not pieces:
            return not points
        text = apply(self.source, [Edit(self.path, Span(p.offset, p.offset), p.text) for p in pieces])
        return check.faults(self.path, text) <= before and removed(self.path, text) == self.source

    def whole(self, points: list[Point]) -> list[_Piece]:
        """Return all insertions, the helper included, in their order."""
        found = [piece for point in points for piece in self.pieces(point)]
        if found:
            place = helper_line(self.path, self.module, self.session, self.source)
            if place is not None:
                text, offset = place
                if offset < 0:
                    found += self._line_at_end(text, "helper", 9)
                else:
                    found += self._line_before(offset, text, "helper", rank=-1)
        return sorted(found, key=lambda p: (p.offset, p.rank, p.tie))

    def pieces(self, point: Point) -> list[_Piece]:  # noqa: PLR0911 -- one branch a form
        """Return the insertions of one point; none where there is no way."""
        place, form = point.place, point.place.form
        if form in ("wrap", "condition", "parts"):
            return self._wrap(point, place)
        statement = self._statement(point)
        if form == "before":
            return self._before(place.span.start, statement, point.id)
        if form == "after":
            return self._after(place.span, statement, point.id)
        if form == "inside":
            if self.family in ("python", "ruby"):
                return []
            return [
                _Piece(place.span.start, 2, 0, f"/*dbg:{self.session.id}:{point.id}[*/ {statement} /*]*/")
            ]
        if form == "braces":
            return self._braces(place.span, statement, point)
        return []

    # ------------------------------------------------------------ forms

    def _braces(self, span: Span, statement: str, point: Point) -> list[_Piece]:
        mark = f"/*dbg:{self.session.id}:{point.id}[*/"
        text = self.source[span.start : span.end]
        closing = "" if text.endswith((b";", b"}")) else ";"
        if point.when in ("exit", "before"):
            return [
                _Piece(span.start, 2, 0, f"{mark}{{ {statement} /*]*/"),
                _Piece(span.end, 1, 0, f"{mark}{closing} }}/*]*/"),
            ]
        return [
            _Piece(span.start, 2, 0, f"{mark}{{/*]*/"),
            _Piece(span.end, 1, 0, f"{mark}{closing} {statement} }}/*]*/"),
        ]

    def _wrap(self, point: Point, place: Place) -> list[_Piece]:
        spans = place.parts if place.form == "parts" else (place.span,)
        found: list[_Piece] = []
        for position, span in enumerate(spans):
            types = (place.types[position],) if place.form == "parts" else place.types
            label = point.label
            if place.form == "parts" and len(spans) > 1:
                label = label_of(self.source[span.start : span.end].decode("utf-8", "replace"))
            prefix = self._prefix(point, label, types)
            if prefix is None:
                return []
            flags = "s" if self._glued(span.start) else ""
            if place.brackets:
                flags += "t"
            flags += "k" if point.secret else ""
            prefix = prefix.replace("~", f"~{flags}" if flags else "", 1)
            if place.brackets:
                prefix += "("
            extra = "".join(f", {name}" for name in place.names)
            suffix = f"{')' if place.brackets else ''}{extra})"
            found.append(_Piece(span.start, 3, -span.end, (" " if "s" in flags else "") + prefix))
            found.append(_Piece(span.end, 0, -span.start, suffix))
        return found

    def _prefix(  # noqa: PLR0911 -- one branch a language
        self, point: Point, label: str, types: tuple[str, ...]
    ) -> str | None:
        place, cid = point.place, self.session.id
        if place.form == "condition":
            label = " | ".join([label, *place.names])
        head = f'"{point.id}~ {_ascii(label)}", '
        if self.family in ("python", "ecmascript"):
            return f"_dbg_{cid}({head}"
        if self.family == "java":
            return f"Dbg_{cid}.{'c' if place.form == 'condition' else 'w'}({head}"
        if self.family == "go":
            if not self.session.generics:
                return None
            if place.form == "condition":
                return f"dbg_{cid}_c({head}"
            if len(types) > 1:
                return f"dbg_{cid}_{point.id}("
            flat = " ".join(types[0].split()) if types else ""
            return f"dbg_{cid}[{flat}]({head}" if flat else f"dbg_{cid}({head}"
        return None

    def _glued(self, offset: int) -> bool:
        before = self.source[offset - 1 : offset]
        return bool(before) and (before.isalnum() or before in (b"_", b"$") or not before.isascii())

    def _statement(self, point: Point) -> str:
        names, cid = point.place.names, self.session.id
        flags = ("b" if point.place.form == "before" else "") + ("k" if point.secret else "")
        flags = f"~{flags}" if flags else ""
        head = f'"{point.id}{flags} {_ascii(point.label)}"'
        if self.family == "java":
            given = "".join(f", (Object) ({name})" for name in names)
            return f"Dbg_{cid}.log({head}{given});"
        given = "".join(f", {name}" for name in names)
        if self.family == "csharp":
            given = "".join(f", (object)({name})" for name in names)
        if self.name:
            return f"{self.name}({quoted(self.family, head)}{given})" + ("" if self.family == "ruby" else ";")
        if self.family == "go":
            return f"dbg_{cid}_log({head}{given})"
        return f"_dbg_{cid}({head}{given})" + (";" if self.family == "ecmascript" else "")

    # ------------------------------------------------------------ lines

    def _before(self, offset: int, statement: str, pid: str) -> list[_Piece]:
        start = self.source.rfind(b"\n", 0, offset) + 1
        if not self.source[start:offset].strip():
            return self._line_before(offset, statement, pid)
        if self.family == "python":
            inline = statement.replace("(", "b(", 1)
            return [_Piece(offset, 2, 0, f"{inline}; ")]
        if self.family == "ruby":
            return []
        semicolon = ";" if self.family == "go" else ""
        return [_Piece(offset, 2, 0, f"/*dbg:{self.session.id}:{pid}[*/{statement}{semicolon} /*]*/")]

    def _line_before(self, offset: int, statement: str, pid: str, rank: int = 2) -> list[_Piece]:
        start = self.source.rfind(b"\n", 0, offset) + 1
        indent = self.source[start:offset].decode()
        if indent.strip() and rank < 0:
            return []
        while start:
            above = self.source.rfind(b"\n", 0, start - 1) + 1
            if not _DIRECTIVE.match(self.source[above:start]):
                break
            start = above
        mark = f"  {self.comment} dbg:{self.session.id}:{pid}"
        return [_Piece(start, rank, 0, f"{indent}{statement}{mark}{self.eol}")]

    def _after(self, span: Span, statement: str, pid: str) -> list[_Piece]:
        start = self.source.rfind(b"\n", 0, span.start) + 1
        end = self.source.find(b"\n", span.end)
        rest = self.source[span.end : end if end >= 0 else len(self.source)].strip()
        own = not self.source[start : span.start].strip()
        if own and self._is_last(rest):
            indent = self.source[start : span.start].decode()
            if end < 0:
                return self._line_at_end(indent + statement, pid, 1)
            mark = f"  {self.comment} dbg:{self.session.id}:{pid}"
            return [_Piece(end + 1, 1, 0, f"{indent}{statement}{mark}{self.eol}")]
        if self.family == "python":
            inline = statement.replace("(", "a(", 1)
            return [_Piece(span.end, 1, 0, f"; {inline}")]
        if self.family == "ruby":
            return []
        joint = "" if self.source[span.start : span.end].endswith((b";", b"}")) else ";"
        return [_Piece(span.end, 1, 0, f"/*dbg:{self.session.id}:{pid}[*/{joint} {statement}/*]*/")]

    def _is_last(self, rest: bytes) -> bool:
        rest = (
            rest.lstrip(b";, \t")
            if self.family not in ("python", "ruby")
            else rest.removeprefix(b";").strip()
        )
        if not rest or rest.startswith((b"#",) if self.family in ("python", "ruby") else (b"//",)):
            return True
        return rest.startswith(b"/*") and rest.find(b"*/") == len(rest) - 2

    def _line_at_end(self, text: str, pid: str, rank: int) -> list[_Piece]:
        mark = f"  {self.comment} dbg:{self.session.id}:{pid}"
        size = len(self.source)
        text = text.replace("\n", mark + self.eol)
        if not self.source or self.source.endswith(b"\n"):
            return [_Piece(size, rank, 0, f"{text}{mark}{self.eol}")]
        return [_Piece(size, rank, 0, f"{self.eol}{text}{mark}:n")]


@cache
def _ascii(text: str) -> str:
    return text.replace("…", "...").encode("ascii", "replace").decode()
