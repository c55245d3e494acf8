r"""Shells: bash, dash, ash, ksh, zsh, fish.

    s.sh: line 4: nosuchcmd: command not found
    s.sh: 4: nosuchcmd: not found
    s.sh:7: UNSET_VAR: parameter not set
    s.sh[4]: nosuchcmd: not found
    a.fish (line 6): Missing end to balance this if statement

Defined in bash's ``error.c`` (``error_prolog``), dash's ``src/error.c`` (``exvwarning2``), zsh's
``Src/utils.c`` (``zerrmsg``) and fish's ``parser.rs``. ``caller`` in a bash trap prints line, function, file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_SCRIPT = (
    r"(?P<path>(?:[A-Za-z]:)?[^\s:\"'()\[\]]{0,600}\.(?:sh|bash|dash|ksh"
    r"|zsh|bats|bashrc|profile|zshrc|command|envrc)|/[^\s:\"'()]{1,600})"
)
_ANY = r"(?P<path>(?!-?(?:bash|sh|zsh|ksh|dash|environment|main):)[^\s:\"'()\[\]]{1,600})"
_BASH = rx(_ANY + r": line (?P<line>\d{1,9}): (?P<message>\S.*)$")
_COMMAND = rx(
    r"-?(?:bash|sh|zsh|ksh|dash): (?:line (?P<line>\d{1,9}): |(?P<dash>\d{1,9}): )"
    r"(?P<message>\S.*)$"
)
_DASH = rx(_SCRIPT + r": (?P<line>\d{1,9}): (?P<message>\S.*)$")
_ZSH = rx(
    r"(?P<path>[^\s:\"'()\[\]]{1,600}):(?:[\w\[.-]{1,40}:)?(?P<line>\d{1,9}): (?P<message>"
    r"command not found|no such file or directory|parse error|parameter not set"
    r"|bad |unmatched|permission denied|no matches found"
    r"|integer expression|read-only variable|division by zero|condition expected"
    r"|not an identifier|unknown |[\w.]{1,80}: (?:parameter not set|command not found).*)"
    r"(?P<rest>.*)$"
)
_KSH = rx(r"(?P<path>[^\s:\"'()\[\]]{1,600})\[(?P<line>\d{1,9})\]: (?P<message>\S.*)$")
_FISH = rx(
    r"(?P<path>[^\s:\"'()]{0,600}\.fish|[^\s:\"'()]{1,600}) \(line (?P<line>\d{1,9})\): ?"
    r"(?P<message>.*)$"
)
_CALLED = rx(
    r"\s{1,8}(?:called on|from sourcing file .{1,300}called on) line (?P<line>\d{1,9}) of file "
    r"(?P<path>\S.{0,600}?)\s*$"
)
_FISH_LINE = rx(r"(?:in (?:function|command substitution|event handler).*|\s{0,40}\^[~^]*\s*|\s+\S.*)$")
_CALLER = rx(
    r"(?P<line>\d{1,9}) (?P<fn>[A-Za-z_][\w:.-]{0,100}) (?P<path>[^\s:\"'"
    r"()]{0,600}\.(?:sh|bash|bats))\s*$"
)
_ZSH_FILES = (".sh", ".zsh", ".zshrc")
_LINE_SIGN = rx(r": line \d{1,9}: ")
_DASH_SIGN = rx(r": \d{1,9}: ")
_ZSH_SIGN = rx(r":\d{1,9}: [a-zA-Z]")
_KSH_SIGN = rx(r"\]: [^\n]{1,200}not found")


def read(doc: Document) -> Iterator[Trace]:
    """A trace a message; ``caller`` output; fish's calls."""
    for sign in (_LINE_SIGN, _DASH_SIGN, _ZSH_SIGN, _KSH_SIGN):
        for line in doc.search(sign):
            if not doc.claimed[line] and (trace := _message(doc, line)):
                yield trace
    for line in doc.find(" (line "):
        found = None if doc.claimed[line] else _FISH.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (found["path"].endswith(".fish") or doc.has("in function '")):
            yield _fish(doc, line, placed(doc, line, found), found["message"].strip())
    for ending in (".sh", ".bash", ".bats"):
        for line in doc.find(ending):
            if not doc.claimed[line] and _CALLER.match(doc.text, doc.starts[line], doc.ends[line]):
                frames, at = run(doc, line, _CALLER)
                yield simple(doc, "shell", (None, ""), frames, (line, at - 1))


def _message(doc: Document, line: int) -> Trace | None:
    start, end = doc.starts[line], doc.ends[line]
    if not ("/" in doc.text[start : start + 1] or doc.text[start].isalnum() or doc.text[start] in "./-_~"):
        return None
    if found := _COMMAND.match(doc.text, start, end):
        return simple(doc, "shell", ("error", found["message"].rstrip()), [], (line, line))
    for pattern in (_BASH, _DASH, _ZSH, _KSH):
        found = pattern.match(doc.text, start, end)
        if not found or (pattern is _KSH and "not found" not in found["message"]):
            continue
        if pattern is _ZSH and "/" not in found["path"] and not found["path"].endswith(_ZSH_FILES):
            continue
        message = f"{found['message']}{found.groupdict().get('rest') or ''}".rstrip()
        return simple(doc, "shell", ("error", message), [placed(doc, line, found)], (line, line))
    return None


def _fish(doc: Document, line: int, frame: Frame, message: str) -> Trace:
    frames = [frame]
    above = doc.line(line - 1) if line > 0 and not doc.claimed[line - 1] else ""
    first = line
    if not message and above.startswith("fish: "):
        first, message = line - 1, above[6:].strip()
    at = line + 1
    while at < min(len(doc), line + 200) and not doc.claimed[at]:
        if found := _CALLED.match(doc.text, doc.starts[at], doc.ends[at]):
            frames.append(placed(doc, at, found))
        elif not _FISH_LINE.match(doc.line(at)):
            break
        at += 1
    return simple(doc, "shell", ("error", message), frames, (first, at - 1))


FORMAT = Format("shell", 64, (": line ", ".sh", ".fish", "]: ", ".zsh", ": /", "\n/"), read)
