"""One parse and one query pass -> :class:`Outline`."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import tree_sitter

from crimescene.languages import grammar, language_for, tags
from crimescene.model import CallSite, Function, Span
from crimescene.syntax.outline import Class, Import, Outline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.languages import Language

_Captures = dict[str, list[tree_sitter.Node]]

_LONGEST_RECEIVER = 200
"""Bytes; a chain of n calls would otherwise cost n * n."""

_STRENGTH = {"attribute": 0, "argument": 1, "call": 2, "new": 3, "jsx": 3, "decorator": 3}
"""Which kind a name token keeps when several patterns match it."""

_KINDS = ("lambda", "field", "function", "method", "initializer", "accessor", "constructor", "class", "scope")
"""Kinds of definitions, weakest first: the strongest one any pattern gives wins."""


@dataclass(slots=True)
class _Draft:
    """A definition while the facts about it are being collected."""

    kind: str
    start: int
    end: int
    name: Span | None = None
    label: str = ""
    """The name if it is not written at ``name``."""
    owner: str = ""
    """Type that a definition outside its type belongs to."""
    body: Span | None = None
    bases: list[str] = field(default_factory=list)


def outline(path: str, source: bytes) -> Outline | None:
    """The definitions, calls and imports of ``source``, or None without a grammar for ``path``."""
    language = language_for(path, source[:200])
    if language is None:
        return None
    loaded, query = grammar(language), tags(language)
    if loaded is None or query is None:
        return None
    tree = tree_sitter.Parser(loaded).parse(source)
    matches = tree_sitter.QueryCursor(query).matches(tree.root_node)
    return _Builder(path, language, source, tree).build(matches)


def _span(node: tree_sitter.Node) -> Span:
    return Span(node.start_byte, node.end_byte)


class _Builder:
    """The state of one pass; it is thrown away with it."""

    def __init__(self, path: str, language: Language, source: bytes, tree: tree_sitter.Tree) -> None:
        self.path = path
        self.language = language
        self.source = source
        self.tree = tree
        self.line_starts = (0, *(m.end() for m in re.finditer(rb"\n", source)))
        self.drafts: dict[int, _Draft] = {}
        self.extents: dict[int, Span] = {}
        self.sites: dict[int, CallSite] = {}
        self.imports: list[Import] = []
        self.package = ""
        self.arguments: dict[int, list[tuple[int, str, int]]] = {}
        """By the end of an argument: its start, the callee and the argument's index."""

    def build(self, matches: list[tuple[int, _Captures]]) -> Outline:
        calls: list[tuple[str, _Captures]] = []
        for _, captures in matches:
            for capture in captures:
                if capture.startswith("definition."):
                    self.define(capture, captures)
                    break
                if capture in _STRENGTH:
                    calls.append((capture, captures))
                    break
                if capture.startswith("import."):
                    self.add_import(captures)
                    break
                if capture == "extent":
                    self.extents[captures["inner"][0].id] = _span(captures["extent"][0])
                    break
                if capture == "package":
                    self.package = self.text(captures["package"][0])
                    break
        ends = {d.end for d in self.drafts.values() if d.name is None}
        for kind, captures in calls:
            self.add_site(kind, captures, ends)
        functions, classes = self.assemble()
        root = self.tree.root_node
        whole = Span(0, len(self.source))
        stem = re.split(r"[\\/]", self.path)[-1].partition(".")[0]
        module = Function(
            name=stem,
            qualified_name="",
            kind="module",
            path=self.path,
            span=whole,
            name_span=Span(0, 0),
            body_span=whole,
            first_lineno=1,
            last_lineno=self.lineno(max(0, len(self.source) - 1)),
        )
        return Outline(
            path=self.path,
            language=self.language.id,
            source=self.source,
            functions=functions,
            classes=classes,
            calls=tuple(self.sites[start] for start in sorted(self.sites)),
            imports=tuple(sorted(self.imports, key=lambda i: i.span)),
            package=self.package,
            module=module,
            has_error=root.has_error,
            line_starts=self.line_starts,
            tree=self.tree,
        )

    def text(self, node: tree_sitter.Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def lineno(self, offset: int) -> int:
        return bisect_right(self.line_starts, offset)

    # ------------------------------------------------------------------ facts from matches

    def define(self, capture: str, captures: _Captures) -> None:
        node = captures[capture][0]
        kind = capture.partition(".")[2]
        draft = self.drafts.get(node.id)
        if draft is None:
            draft = self.drafts[node.id] = _Draft(kind, node.start_byte, node.end_byte)
        elif _KINDS.index(kind) > _KINDS.index(draft.kind):
            draft.kind = kind
        if names := captures.get("name"):
            draft.name = _span(names[0])
        if bodies := captures.get("body"):
            draft.body = _span(bodies[-1])
        if owners := captures.get("owner"):
            draft.owner = self.text(owners[0])
        if extents := captures.get("extent"):
            self.extents[node.id] = _span(extents[0])
        for base in captures.get("base", ()):
            name = re.split(r"[<\[({]", self.text(base), maxsplit=1)[0].strip()
            if name and name not in draft.bases:
                draft.bases.append(name)

    def add_import(self, captures: _Captures) -> None:
        modules, names, locals_ = (captures.get(f"import.{k}") for k in ("module", "name", "local"))
        module = self.text(modules[0]).strip("'\"`<>") if modules else ""
        imported = self.text(names[0]) if names else None
        if locals_:
            local = self.text(locals_[0])
        elif imported is not None:
            local = imported
        else:
            parts = re.split(r"[./\\:]+", module)
            local = parts[0] if self.language.import_local == "first" else parts[-1]
        node = (locals_ or names or modules or [self.tree.root_node])[0]
        self.imports.append(Import(local, module, imported, _span(node)))

    def add_site(self, kind: str, captures: _Captures, ends: set[int]) -> None:
        node = captures[kind][0]
        start = node.start_byte
        name = self.text(node)
        arguments = captures.get("arguments")
        count: int | None = None
        keywords: tuple[str, ...] = ()
        if arguments:
            count, keywords = self.count_arguments(name, arguments[0], ends)
        known = self.sites.get(start)
        if known is not None and _STRENGTH[known.kind] >= _STRENGTH[kind]:
            return
        receivers = captures.get("receiver")
        self.sites[start] = CallSite(
            name=name,
            receiver=self.receiver(receivers[0]) if receivers else None,
            kind=kind,
            span=Span(start, node.end_byte),
            lineno=self.lineno(start),
            arguments=count,
            keywords=keywords,
        )

    def receiver(self, node: tree_sitter.Node) -> str:
        start, end = node.start_byte, node.end_byte
        if end - start > _LONGEST_RECEIVER:
            tail = self.source[end - _LONGEST_RECEIVER : end].decode("utf-8", "ignore")
            return "…" + re.sub(r"\s*\n\s*", "", tail)
        text = self.source[start:end].decode("utf-8", "replace")
        return re.sub(r"\s*\n\s*", "", text) if "\n" in text else text

    def count_arguments(
        self, callee: str, node: tree_sitter.Node, ends: set[int]
    ) -> tuple[int | None, tuple[str, ...]]:
        count = 0
        known = True
        keywords: list[str] = []
        index = -1
        for child in node.named_children:
            kind = child.type
            if "comment" in kind:
                continue
            index += 1
            if child.end_byte in ends:
                self.arguments.setdefault(child.end_byte, []).append((child.start_byte, callee, index))
            if kind in self.language.keyword_arguments:
                first = child.named_child(0)
                if first is not None:
                    keywords.append(self.text(first))
            elif kind in self.language.spreads:
                known = False
            else:
                count += 1
        return (count if known else None), tuple(keywords)

    # ------------------------------------------------------------------ definitions

    def assemble(self) -> tuple[tuple[Function, ...], tuple[Class, ...]]:
        placed = sorted(
            ((self.extents.get(key, Span(d.start, d.end)), d) for key, d in self.drafts.items()),
            key=lambda pair: (pair[0].start, -pair[0].end, pair[1].start),
        )
        functions: list[Function] = []
        classes: list[tuple[Function, list[str], dict[str, Function]]] = []
        stack: list[tuple[int, str, str, int]] = []  # end, kind, qualified name, index into classes
        counts: dict[str, int] = {}
        for span, draft in placed:
            while stack and stack[-1][0] <= span.start:
                stack.pop()
            outer = stack[-1] if stack else (0, "module", "", -1)
            name = self.name(draft, outer[2], counts)
            function = self.function(draft, span, name, outer)
            if draft.kind == "field":
                holder = next((e for e in reversed(stack) if e[1] == "class"), None)
                if holder is not None:
                    holder_class = classes[holder[3]]
                    qualified = f"{holder_class[0].qualified_name}.{name}"
                    holder_class[2].setdefault(name, self.function(draft, span, name, holder, qualified))
                continue
            if draft.kind == "class":
                classes.append((function, draft.bases, {}))
            elif draft.kind != "scope":
                functions.append(function)
            stack.append((span.end, function.kind, function.qualified_name, len(classes) - 1))
        return (
            tuple(functions),
            tuple(Class(f, tuple(bases), tuple(fields.values())) for f, bases, fields in classes),
        )

    def name(self, draft: _Draft, outer: str, counts: dict[str, int]) -> str:
        if draft.label:
            return draft.label
        if draft.name is not None:
            return self.source[draft.name.start : draft.name.end].decode("utf-8", "replace")
        candidates = [a for a in self.arguments.get(draft.end, ()) if a[0] <= draft.start]
        if candidates:
            _, callee, index = max(candidates)
            return f"{callee}#{index}"
        key = f"{outer}.{draft.kind}"
        counts[key] = counts.get(key, -1) + 1
        return f"{draft.kind}#{counts[key]}"

    def function(
        self, draft: _Draft, span: Span, name: str, outer: tuple[int, str, str, int], qualified: str = ""
    ) -> Function:
        kind = draft.kind
        if kind == "function" and (outer[1] == "class" or draft.owner):
            kind = "method"
        parts: Iterable[str] = (p for p in (outer[2], draft.owner, name) if p)
        return Function(
            name=name,
            qualified_name=qualified or ".".join(parts),
            kind=kind,
            path=self.path,
            span=span,
            name_span=draft.name or Span(draft.start, draft.start),
            body_span=draft.body or span,
            first_lineno=self.lineno(span.start),
            last_lineno=self.lineno(max(span.start, span.end - 1)),
        )
