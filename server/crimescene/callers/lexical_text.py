"""What the text of a declaration says, in the ways of most languages: parameters and types."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crimescene import syntax

if TYPE_CHECKING:
    from crimescene.model import CallSite, Function
    from crimescene.syntax import Outline

STRICT = frozenset({"c", "cpp", "csharp", "java", "kotlin", "rust", "ruby", "go"})
"""Languages where a call with another number of arguments cannot be meant."""
_REST = re.compile(r"\.\.\.|^(?:@\S+\s+)*(?:params|vararg)\s|^\*|^&(?!\s*(?:mut\s+)?self\b)\w+$")
_SELF = re.compile(r"^&?(?:'\w+\s+)?(?:mut\s+)?self\b|^void$|^this\s")
_DECLARED_BYTES = 200_000


def fits(outline: Outline, function: Function, site: CallSite) -> bool:
    """Whether ``function``, of the file ``outline``, takes as many arguments; True where nobody can tell."""
    if site.arguments is None or site.keywords or outline.language not in STRICT:
        return True
    found = _parameters(outline, function)
    if found is None:
        return True
    taken = [text for text in found if not _SELF.search(text)]
    if any(_REST.search(text) for text in taken):
        return True
    needed = [text for text in taken if "=" not in text and "->" not in text and not text.endswith(":")]
    # The type's own path (``Order::total(&order)``) passes what a receiver passes otherwise.
    extra = len(found) - len(taken)
    return len(needed) <= site.arguments <= len(taken) + extra


def arity(outline: Outline, function: Function) -> int:
    """Return the number of parameters."""
    return len(_parameters(outline, function) or ())


def _parameters(outline: Outline, function: Function) -> list[str] | None:
    """Return the texts of the parameters; None if there is no list of them."""
    text = syntax.signature(outline, function)
    found = re.search(rf"{re.escape(function.name)}\s*(?:<[^()]*>|\[[^()]*\])?\s*\(", text)
    if found is None:
        return [] if outline.language == "ruby" else None
    parts, depth, last = [], 0, found.end()
    for place in range(found.end(), len(text)):
        char = text[place]
        if char == ">" and text[place - 1] in "-=":
            continue
        if char == ")" and depth == 0:
            parts.append(text[last:place])
            break
        if char == "," and depth == 0:
            parts.append(text[last:place])
            last = place + 1
        depth += char in "([{<"
        depth -= char in ")]}>"
    else:
        return None
    return [part.strip() for part in parts if part.strip()]


def declared(text: str, name: str) -> list[str]:
    """Return the type names that a declaration of ``name`` in ``text`` gives it."""
    word = re.escape(name.lstrip("$"))
    patterns = (
        rf"\b([A-Z]\w*)(?:<[^;=(){{}}\n]{{0,80}}>)?(?:\[\])*[?&*]?\s+[&*]?\$?{word}\b",  # Java, C#, C++, PHP
        rf"\b{word}\s*[:?]+\s*(?:readonly\s+|mut\s+|&)*([A-Z]\w*)",  # TypeScript, Kotlin, Rust, Python
        rf"\b{word}\s*(?::[^=\n]{{0,60}})?:?=\s*(?:await\s+)?(?:new\s+|&)?(?:\w+\.)?([A-Z]\w*)\s*[({{<]",
        rf"\b{word}\s*=\s*(?:\w+::){{0,8}}([A-Z]\w*)(?:\.new\b|::(?:new|default|from)\b)",  # Ruby, Rust
        rf"\b{word}\s+[*]?(?:\w+\.)?([A-Z]\w*)\b",  # Go
    )
    around = _around(text, word)
    return list(dict.fromkeys(m for pattern in patterns for m in re.findall(pattern, around)))


def declared_in_file(outline: Outline, name: str) -> tuple[str, ...]:
    """Return the same for a whole file, remembered: each call of a file asks for the same few names."""
    return _declared_in(outline.source[:_DECLARED_BYTES], name)


@lru_cache(maxsize=64)
def _declared_in(source: bytes, name: str) -> tuple[str, ...]:
    return tuple(declared(source.decode("utf-8", "replace"), name))


def _around(text: str, word: str) -> str:
    """Return the lines that hold a word, each with its neighbours: patterns over a whole file take long."""
    parts: list[str] = []
    end = 0
    for match in re.finditer(rf"(?<!\w){word}\b", text):
        if match.start() < end:
            continue
        first = text.rfind("\n", 0, max(text.rfind("\n", 0, match.start()), 0)) + 1
        last = match.end()
        for _ in range(2):
            last = text.find("\n", last + 1)
            last = last if last >= 0 else len(text)
        if first >= end and parts:
            parts.append("\n;\n")
        parts.append(text[max(first, end) : last])
        end = last
    return "".join(parts)


def returned(signature: str, name: str) -> list[str]:
    """Return the type names that a signature says the function gives back."""
    before, _, after = signature.partition(name + "(")
    names = re.findall(r"\b([A-Z]\w*)", after.rpartition(")")[2]) or re.findall(r"\b([A-Z]\w*)", before)
    return [*names[-1:], *names[:1]]
