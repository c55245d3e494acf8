"""What the query says about one tree, before the pieces are put together."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import tree_sitter

from crimescene.model import CallSite, Span
from crimescene.syntax.outline import Import

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.languages import Language

    Captures = dict[str, list[tree_sitter.Node]]
    _Settings = dict[str, str | None]

_LONGEST_RECEIVER = 200
"""Bytes; a chain of n calls would otherwise cost n * n."""

_LONGEST_TITLE = 120
"""Characters of a test's title that become its name."""

_OPEN_MATCHES = 1_000
"""Unfinished matches a query keeps; without a limit, a chain of n calls costs n * n."""

_DEEPEST = 2_000
"""Levels of the tree in which matches begin: code that nests deeper was not written by people, and each level
costs as much as all above it."""

_STRENGTH = {"attribute": 0, "argument": 1, "call": 2, "new": 3, "jsx": 3, "decorator": 3}
"""Which kind a name token keeps when several patterns match it."""

_KINDS = (
    "mixin",
    "lambda", "field", "function", "method", "accessor", "constructor", "initializer", "class", "scope",
)  # fmt: skip
"""Kinds of definitions, weakest first: the strongest one any pattern gives wins."""


@dataclass(slots=True)
class Draft:
    """A definition while the facts about it are being collected."""

    kind: str
    start: int
    end: int
    name: Span | None = None
    label: str = ""
    """Name of what has none in the source: a static initializer."""
    owner: str = ""
    """Type or object that a definition outside of it belongs to, as written."""
    body: Span | None = None
    bases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Facts:
    """Everything the matches of one file say."""

    language: Language
    source: bytes
    line_starts: tuple[int, ...]
    drafts: dict[int, Draft] = field(default_factory=dict)
    """By the id of the definition's node."""
    extents: dict[int, tuple[int, Span]] = field(default_factory=dict)
    """By the id of a node: id and span of the statement that is nothing but this node, dressed."""
    sites: dict[int, CallSite] = field(default_factory=dict)
    """By the offset of the name."""
    imports: list[Import] = field(default_factory=list)
    package: str = ""
    has_error: bool = False
    unnamed: frozenset[int] = frozenset()
    """Where definitions without a name end."""
    arguments: dict[int, list[tuple[int, str, int]]] = field(default_factory=dict)
    """By the end of an argument: its start, the callee and the argument's index."""
    titles: dict[tuple[int, int], str] = field(default_factory=dict)
    """By start and end of an argument: the callee and the title given to it, ``test "adds up"``."""

    def text(self, node: tree_sitter.Node) -> str:
        """The source of ``node``; bytes that are no UTF-8 are replaced."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def lineno(self, offset: int) -> int:
        """The 1-based line of the byte at ``offset``."""
        return bisect_right(self.line_starts, offset)


def _about(captured: Iterable[str]) -> tuple[str, str]:
    """What a pattern is about, and the capture that decides it."""
    for name in captured:
        head = name.partition(".")[0]
        if head in _STRENGTH:
            return "call", name
        if head in {"definition", "import", "package"}:
            return head, name
        if head == "inner":
            return "extent", name
    return "", ""


def collect(language: Language, query: tree_sitter.Query, source: bytes, root: tree_sitter.Node) -> Facts:
    """Run the query once over the tree and sort its matches into facts."""
    facts = Facts(language, source, (0, *(m.end() for m in re.finditer(rb"\n", source))))
    facts.has_error = root.has_error
    known: dict[int, tuple[str, str, _Settings]] = {}
    calls: list[tuple[str, Captures]] = []
    cursor = tree_sitter.QueryCursor(query, match_limit=_OPEN_MATCHES)
    cursor.set_max_start_depth(_DEEPEST)
    for index, captures in cursor.matches(root):
        # The branches of a pattern may differ in what they are about.
        if index not in known or known[index][1] not in captures:
            known[index] = (*_about(captures), query.pattern_settings(index))
        about, deciding, settings = known[index]
        if about == "call":
            calls.append((deciding, captures))
        elif about == "definition":
            _define(facts, deciding, captures, settings)
        elif about == "extent":
            _extend(facts, captures["inner"][0], captures["extent"])
        elif about == "import":
            _import(facts, captures, settings)
        elif about == "package":
            facts.package = facts.text(captures["package"][0])
    # The name in a definition may look like a call of itself: `def total(order) do`, `exports.total = ...`.
    heads = {
        draft.name.start
        for draft in facts.drafts.values()
        if draft.name is not None and draft.kind not in {"field", "scope"}
    }
    facts.unnamed = frozenset(draft.end for draft in facts.drafts.values() if draft.name is None)
    for kind, captures in calls:
        if captures[kind][0].start_byte not in heads:
            _site(facts, kind, captures)
    return facts


def _span(node: tree_sitter.Node) -> Span:
    return Span(node.start_byte, node.end_byte)


def _define(facts: Facts, capture: str, captures: Captures, settings: _Settings) -> None:
    node = captures[capture][0]
    kind = capture.partition(".")[2]
    draft = facts.drafts.get(node.id)
    if draft is None:
        draft = facts.drafts[node.id] = Draft(kind, node.start_byte, node.end_byte)
    elif _KINDS.index(kind) > _KINDS.index(draft.kind):
        draft.kind = kind
    # Outer patterns match first: the name a function is bound to wins over its own, which others cannot call.
    # A parser that misses a name makes one up without any text.
    if draft.name is None and (names := captures.get("name")) and names[0].end_byte > names[0].start_byte:
        draft.name = _span(names[0])
    if label := settings.get("name"):
        draft.label = label
    if bodies := captures.get("body"):
        draft.body = _span(bodies[-1])
    if owners := captures.get("owner"):
        draft.owner = facts.text(owners[0])
    if extents := captures.get("extent"):
        _extend(facts, node, extents)
    for base in captures.get("base", ()):
        name = re.split(r"[<\[({]", facts.text(base), maxsplit=1)[0].strip("\\ \n\t")
        if name and name not in draft.bases:
            draft.bases.append(name)


def _extend(facts: Facts, inner: tree_sitter.Node, outer: list[tree_sitter.Node]) -> None:
    span = Span(
        min(inner.start_byte, *(n.start_byte for n in outer)),
        max(inner.end_byte, *(n.end_byte for n in outer)),
    )
    known = facts.extents.get(inner.id)
    if known is None or (span.start, -span.end) < (known[1].start, -known[1].end):
        facts.extents[inner.id] = (outer[0].id, span)


def _import(facts: Facts, captures: Captures, settings: _Settings) -> None:
    paths, modules, names, locals_ = (
        captures.get(f"import.{key}") for key in ("path", "module", "name", "local")
    )
    module = facts.text(modules[0]).strip("'\"`<>") if modules else ""
    imported = facts.text(names[0]) if names else settings.get("imported")
    if names and (statements := captures.get("import.statement")):
        before = facts.source[statements[0].start_byte : names[0].start_byte].decode("utf-8", "replace")
        path = re.match(r"\w+\s+([\w.]+)", before)
        module = path[1].rstrip(".") if path else ""
        imported = "*" if imported in {"_", "given"} else imported
    if paths:
        path = re.fullmatch(r"(?s)(.*?)\W*(\w+)", facts.text(paths[0]))
        if imported is None and path:
            module, imported = path[1], path[2]
        else:
            module = facts.text(paths[0])
    if defaults := captures.get("import.default"):
        locals_, imported = defaults, "default"
    if locals_:
        local = facts.text(locals_[0])
    elif imported is not None:
        local = imported
    else:
        bound = re.search(facts.language.import_local, module)
        local = bound[1] if bound else ""
    nodes = locals_ or names or paths or modules
    if nodes:
        local = settings.get("local", local) or ""
        facts.imports.append(Import(local, module, imported, _span(nodes[0])))


def split_path(text: str) -> tuple[str, str]:
    """What stands before the last ``::`` and what after it, without type arguments."""
    if "::" not in text:
        return "", text
    path = re.match(r"(?s)(.*)::\s*((?:operator\b|~)?(?:[^:<>]|(?<=operator)[<>]+)*)", text)
    return (without_type_arguments(path[1]), path[2].strip()) if path and path[2] else ("", text)


def without_type_arguments(text: str) -> str:
    """``Map<K, List<V>>::Entry`` without what stands in angle brackets."""
    depth, kept = 0, []
    for part in re.split(r"([<>])", text):
        if part == "<":
            depth += 1
        elif part == ">":
            depth -= 1
        elif depth == 0:
            kept.append(part)
    return "".join(kept).replace("::::", "::").strip().removesuffix("::")


def _site(facts: Facts, kind: str, captures: Captures) -> None:
    node = captures[kind][0]
    start = node.start_byte
    known = facts.sites.get(start)
    lambdas = captures.get("trailing") or captures.get("block") or ()
    if known is not None and _STRENGTH[known.kind] >= _STRENGTH[kind]:
        # Of two patterns of a kind, that which sees more of the call wins.
        more = known.receiver is None and "receiver" in captures
        if _STRENGTH[known.kind] > _STRENGTH[kind] or not (more or lambdas):
            return
    name, receiver = facts.text(node), None
    if "::" in name:
        receiver, name = split_path(name)
        start = node.end_byte - len(facts.text(node).rpartition("::")[2].encode())
    name = name.removeprefix(":")
    count = 0 if facts.language.bare_calls and kind == "call" and node.type != "super" else None
    keywords: tuple[str, ...] = ()
    if "lone_argument" in captures:
        count = 1
    elif arguments := captures.get("arguments"):
        owners = captures.get("receiver")
        root = re.split(r"\W", facts.text(owners[0])[:_LONGEST_RECEIVER], maxsplit=1)[0] if owners else name
        count, keywords = _arguments(facts, name, arguments[0], root)
    for block in lambdas:
        place = (count or 0) + len(keywords)
        facts.arguments.setdefault(block.end_byte, []).append((block.start_byte, name, place))
    if "trailing" in captures:
        count = (count or 0) + 1 if count is not None or "arguments" not in captures else None
    if receivers := captures.get("receiver"):
        receiver = _receiver(facts.source, receivers[0])
    facts.sites[start] = CallSite(
        name=name,
        receiver=receiver or None,
        kind=kind,
        span=Span(start, node.end_byte),
        lineno=facts.lineno(start),
        arguments=count,
        keywords=keywords,
    )


def _receiver(source: bytes, node: tree_sitter.Node) -> str:
    start, end = node.start_byte, node.end_byte
    if end - start > _LONGEST_RECEIVER:
        text = "…" + source[end - _LONGEST_RECEIVER : end].decode("utf-8", "ignore")
    else:
        text = source[start:end].decode("utf-8", "replace")
    return re.sub(r"\s*\n\s*", "", text) if "\n" in text else text


def _arguments(
    facts: Facts, callee: str, node: tree_sitter.Node, root: str
) -> tuple[int | None, tuple[str, ...]]:
    """Number of positional arguments, None if unknown, and names of the others.

    ``root`` is what the callee's name begins with: ``test`` of ``test.only``.
    """
    language = facts.language
    count, index, known = 0, -1, True
    keywords: list[str] = []
    for child in node.named_children:
        kind = child.type
        if "comment" in kind or kind in language.no_arguments:
            continue
        index += 1
        end = child.end_byte
        if end in facts.unnamed:
            facts.arguments.setdefault(end, []).append((child.start_byte, callee, index))
            if root in language.titled_calls and index and (title := _title(facts, node)):
                facts.titles[child.start_byte, end] = f'{root} "{title}"'
        names: list[tree_sitter.Node | None] = []
        if kind in language.arguments:
            names = [_argument_name(child)]
            values = child.named_children
            kind = values[-1].type if values else kind
        elif kind in language.keyword_arguments:
            pairs = [pair for pair in child.named_children if pair.type == "pair"]
            names = [pair.named_child(0) for pair in pairs or [child]]
        if any(names):
            keywords += [facts.text(name).strip(": ") for name in names if name is not None]
        elif kind in language.spreads:
            known = False
        else:
            count += 1
    return (count if known else None), tuple(keywords)


def _title(facts: Facts, node: tree_sitter.Node) -> str:
    """The text of the string that is the first argument; empty if none is, or it is put together."""
    first = node.named_child(0)
    if first is None or first.type not in {"string", "template_string"}:
        return ""
    if any(child.type == "template_substitution" for child in first.named_children):
        return ""
    return " ".join(facts.text(first)[1:-1][:_LONGEST_TITLE].split())


def _argument_name(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The name in ``name = value`` or ``name: value``."""
    sign = node.child(1) if node.named_child_count > 1 else None
    return node.child(0) if sign is not None and sign.type in {"=", ":"} else None
