"""What an answer names: paths, lines, functions and identifiers, each with its place in the answer; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*([\w+-]*)")
_EXTENSIONS = (
    "py|pyi|js|jsx|mjs|cjs|ts|tsx|mts|cts|java|kt|kts|go|rs|rb|php|cs|c|h|cc|cpp|hpp|cxx|swift|scala|lua|ex|exs|sh"
    "|properties|txt|csv|lock|env|proto|graphql|vue|svelte|html|css|scss|json|toml|yaml|yml|ini|cfg|sql|md|xml|gradle"
)
_PATH = re.compile(
    rf"(?<![\w/.@-])(?P<path>(?:[A-Za-z]:)?[\w./@\\+-]*[\w+-]\.(?:{_EXTENSIONS}))\b(?!\()"
    r"(?:[:#](?:L)?(?P<line>\d+)|\s*,?\s*\(?(?:at |on )?lines?\s+(?P<said>\d+))?"
)
_CODE = re.compile(r"`([^`\n]{1,200})`")
_LINE = re.compile(r"\b[Ll]ines?\s+(\d+)")
_CALLED = re.compile(
    r"\b(?:function|method|class|helper|hook|component|constructor)\s+`?([A-Za-z_$]+(?:[A-Z_.$]\w*)+)`?"
)
_BARE = re.compile(r"(?<![\w.`/\"'])([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\(\)")
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$#][\w$]*)*")


_ONLY_DIFF = re.compile(r"\s*(?:diff --git |Index: |--- \S[^\n]*\n\+\+\+ )")
"""How a text begins that is a diff and nothing else: ``git diff | crimescene review -``."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that an answer names."""

    kind: str
    """path | line | name"""
    text: str
    lineno: int
    """1-based, in the answer."""
    path: str = ""
    """Of a line, the file that it is said to be of; empty where the answer leaves that open."""
    number: int = 0
    """Of a line, which."""
    is_new: bool = False
    """The sentence says that it is to be made: "add a helper `normalize()`"."""


_MAKES = re.compile(
    r"\b(?:add|adding|creat(?:e|ing)|introduc(?:e|ing)|extract(?:ing)?|renam(?:e|ing))\b(?!`)"
    r"|\b(?:writ(?:e|ing)|defin(?:e|ing))\s+(?:an?|one|another)\b"
    r"|\bnew\s+(?:file|helper|function|method|class|module|test|hook|component)\b"
    r"|\b(?:call it|named|called|for example|e\.g\.|such as|suppose|imagine|similar to|install)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:of|to|as|like|from|for|in|into|around|before|after|with|on|at|where|when|that|which|by|so)\b",
    re.IGNORECASE,
)
"""Words behind which something is meant that is there, unless "a" or "a new" stands before it."""
_INDEFINITE = re.compile(
    r"\b(?:an?|one|another|new)\s+(?:[\w-]+\s+){0,3}[`*(]*$|\b(?:call it|named|called)\s*[`*]*$",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"(?:def|class|function|func|fn|fun|interface|struct|enum|type|const|let|var|val)\s+([A-Za-z_$][\w$]*)"
    r"|^[+ ]?\s*(?:export\s+)?([A-Za-z_$][\w$]*)\s*:?=[^=]",
    re.MULTILINE,
)


def defined(answer: Answer) -> set[str]:
    """The names that an answer makes itself: in its code, its diff, or where it proposes them."""
    names = {m.text.rpartition(".")[2] for m in answer.mentions if m.is_new and m.kind == "name"}
    return names | {
        name for text in (answer.code, answer.diff) for one in _DEFINED.findall(text) for name in one if name
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer taken apart."""

    mentions: tuple[Mention, ...]
    sentences: tuple[tuple[int, str], ...]
    """Prose with the line of the answer it stands on."""
    code: str
    """All fenced text that is no diff."""
    diff: str
    """All fenced text that is one, and a diff that stands open."""


def read(text: str) -> Answer:
    """Take an answer apart: prose, code and diffs."""
    if _ONLY_DIFF.match(text):
        return Answer((), (), "", text)
    prose: list[tuple[int, str]] = []
    code: list[str] = []
    diff: list[str] = []
    fence, kind = "", ""
    for lineno, line in enumerate(text.splitlines(), 1):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence, kind = mark[1], mark[2].lower()
        elif mark and mark[1].startswith(fence) and not mark[2]:
            fence = ""
        elif fence:
            (diff if kind in ("diff", "patch", "udiff") else code).append(line)
        else:
            prose.append((lineno, line))
    if not diff and (text.startswith("--- ") or "\n--- " in text or "\ndiff --git" in text):
        diff = text.splitlines()
    mentions = [m for lineno, line, before in _wrapped(prose) for m in _mentions(lineno, line, before)]
    sentences = [
        (lineno, part.strip())
        for lineno, line in prose
        for part in re.split(r"(?<=[.!?])\s+(?=[A-Z`*])", line.lstrip("#>*- \t0123456789."))
        if part.strip()
    ]
    return Answer(tuple(mentions), tuple(sentences), "\n".join(code), "\n".join(diff))


def _wrapped(prose: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Each line of prose with the line before it, where that one is of the same paragraph."""
    before = ""
    for lineno, line in prose:
        begins = not line.strip() or re.match(r"\s*(?:[-*+#>|]|\d+[.)])\s", line)
        yield lineno, line, "" if begins else before
        before = "" if not line.strip() else line


def _mentions(lineno: int, line: str, before: str = "") -> list[Mention]:
    found: list[Mention] = []
    taken = bytearray(len(line))  # 1 where a mention stands
    around, shift = f"{before} {line}", len(before) + 1
    last = ""
    for match in _PATH.finditer(line):
        path = match["path"]
        if "/" not in path and path.lower() in _NO_PATHS:
            continue
        new = _is_made(around, shift + match.start())
        last = path
        found.append(Mention("path", path, lineno, is_new=new))
        taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
        if number := match["line"] or match["said"]:
            found.append(Mention("line", f"{path}:{number}", lineno, path, int(number), is_new=new))
    found += [
        Mention("line", match[0], lineno, last, int(match[1]))
        for match in _LINE.finditer(line)
        if not taken[match.start(1)]
    ]
    for pattern in (_CODE, _CALLED, _BARE):
        for match in pattern.finditer(line):
            if taken[match.start(1)]:
                continue
            new = _is_made(around, shift + match.start())
            name = _name_of(match[1])
            if name:
                found.append(Mention("name", name, lineno, is_new=new))
                taken[match.start(1) : match.end(1)] = b"\1" * (match.end(1) - match.start(1))
    return found


_NO_PATHS = frozenset(
    {"node.js", "vue.js", "next.js", "react.js", "express.js", "d3.js", "three.js", "asp.net"}
)


_LONGEST_SENTENCE = 1000
"""Characters looked back at: a wall of places without a full stop is no sentence."""


def _is_made(line: str, at: int) -> bool:
    """Whether the words before ``at``, in its sentence, propose something that need not be there yet."""
    first = max(0, at - _LONGEST_SENTENCE)
    start = max(line.rfind(". ", first, at), line.rfind("; ", first, at), first)
    made = list(_MAKES.finditer(line, start, at))
    if not made:
        return False
    between = line[made[-1].end() : at]
    points = list(_POINTS.finditer(between))
    return not points or bool(_INDEFINITE.search(between[points[-1].end() :]))


def _name_of(text: str) -> str:
    """The identifier that a code span names; empty for literals, commands and whole expressions."""
    text = text.strip()
    text = re.sub(r"\(.*\)$", "", text) if re.fullmatch(r"[\w$.:>\-?#]+\(.*\)", text) else text
    return text if _NAME.fullmatch(text) else ""
