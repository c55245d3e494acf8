"""Foreign text made safe to stand in a prompt: nothing hidden, nothing that breaks out."""

from __future__ import annotations

import re

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement (ECMA-48)
    r"|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # OSC: window titles, hyperlinks
    r"|\x1b[PX^_][^\x1b\n]*(?:\x1b\\)?"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    r"|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]"
)
_BACKTICKS = re.compile(r"`+")
_MARKUP = re.compile(
    r"[`*<\[\\&~$|]|^[#>+=-]|^\d+[.)]|(?<!\w)_|_(?!\w)|__|://|\bwww\.|\b(?:mailto|command):|(?<![\w/])@\w"
)
_ACTIVE = re.compile(r"<(?=[A-Za-z/!?])|\[(?=[^\[\]\n]{0,999}\][\[(:])|(?<=!)\[")
_ADDRESS = re.compile(r"[^\s`]*(?://|\bwww\.|\bmailto:|\bcommand:)[^\s`]*|(?<![\w`/{])@\w[\w/.:-]*")
_SPANS = re.compile(r"((`+)(?!`).*?(?<!`)\2(?!`))")
_BLOCK = re.compile(r"[#>+=-]|\*(?:\s|\*\s?\*)|_\s?_\s?_|~~~|```|\d+[.)]")
_INFO = re.compile(r"[^\w+#.-]")

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 31_557_600


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:  # noqa: PLR2004 - the C0 controls have pictures of their own, in the same order
        return chr(0x2400 + code)
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - half a pair: a byte that was no UTF-8
        return "\ufffd"
    return f"⟨U+{code:04X}⟩"


def visible(text: str) -> str:
    """``text`` without terminal escapes, every other hidden character shown; keeps the number of lines."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    # What was cut out of a terminal's text may end with the first half of a line end.
    return _HIDDEN.sub(_shown, text.removesuffix("\r"))


def fence(text: str, info: str = "") -> str:
    """A fenced block no line of ``text`` can close."""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0) if "```" in text else 0
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{_INFO.sub('', info)}\n{text}\n{ticks}\n"


def one_line(text: str) -> str:
    """``text`` with every run of white space made one blank."""
    return " ".join(text.split())


def code(text: str) -> str:
    """An inline code span around ``text``, whatever backticks it holds."""
    text = one_line(text)
    if "`" not in text:
        return f"`{text}`" if text else ""
    runs = {len(run) for run in _BACKTICKS.findall(text)}
    ticks = next("`" * n for n in range(1, len(runs) + 2) if n not in runs)
    return f"{ticks} {text} {ticks}"


def inline(text: str) -> str:
    """``text`` on one line: as it is where Markdown reads it literally, else as a code span."""
    text = one_line(text)
    return code(text) if _MARKUP.search(text) else text


def prose(text: str) -> str:
    """A sentence on one line; its code spans stay; no link, no image, no markup of a page."""
    text = one_line(text)
    if _BLOCK.match(text):
        return code(text)
    if not (_ACTIVE.search(text) or _ADDRESS.search(text)):
        return text
    parts = _SPANS.split(text)  # text, span, its ticks, text, ...
    return "".join(_calm(part) if n % 3 == 0 else part for n, part in enumerate(parts) if n % 3 < 2)  # noqa: PLR2004


def _calm(text: str) -> str:
    """A piece of a sentence outside of code spans."""
    out: list[str] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        out.extend((_ACTIVE.sub(r"\\\g<0>", text[at : match.start()]), code(match[0])))
        at = match.end()
    return "".join((*out, _ACTIVE.sub(r"\\\g<0>", text[at:])))


def quote(text: str) -> str:
    """``text`` as a block quote, line by line."""
    return "".join(f"> {line}".rstrip() + "\n" for line in text.strip("\n").split("\n"))


def clip(text: str, room: int) -> str:
    """``text``, its end replaced by a count of what is missing where it has more than ``room`` characters."""
    if len(text) <= room:
        return text
    note = f" … {len(text):,} characters in all"
    return (
        text[: room - len(note)].rstrip() + note if room > 2 * len(note) else text[: max(0, room - 1)] + "…"
    )


def fold_inside(text: str, room: int, at: int = 0) -> str:
    """``text`` with its middle replaced by a count where it is longer than ``room``.

    Both ends stay; with ``at`` what stays is around that character.
    """
    if len(text) <= room:
        return text
    start = min(max(0, at - room // 2), len(text) - room)
    if not start:
        head, tail = room * 2 // 3, room // 3
        return f"{text[:head]} … {len(text) - head - tail:,} characters folded … {text[len(text) - tail :]}"
    before, after = f"… {start:,} characters … ", len(text) - start - room
    return f"{before}{text[start : start + room]}{f' … {after:,} characters …' if after else ''}"


def clip_lines(text: str, room: int) -> str:
    """The first whole lines of ``text`` that fit ``room`` characters, the rest counted."""
    if len(text) <= room:
        return text
    lines = text.split("\n")
    note = f"⋮ {len(lines):,} lines in all"
    used, kept = len(note), 0
    for line in lines:
        used += len(line) + 1
        if used > room:
            break
        kept += 1
    if not kept:
        return clip(lines[0], room - len(note) - 1) + "\n" + note if len(lines) > 1 else clip(text, room)
    return "\n".join([*lines[:kept], f"⋮ {counted(len(lines) - kept, 'line')}"])


def counted(number: int, noun: str) -> str:
    """``1 frame``, ``1,204 frames``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def ago(seconds: float) -> str:
    """An age in words, precise enough to compare: ``40 minutes ago``, ``26 hours ago``, ``3 days ago``."""
    if seconds < MINUTE:
        return "just now"
    for unit, name, until in ((MINUTE, "minute", 2 * HOUR), (HOUR, "hour", 3 * DAY), (DAY, "day", 90 * DAY)):
        if seconds < until:
            return f"{counted(int(seconds // unit), name)} ago"
    if seconds < 2 * YEAR:
        return f"{counted(int(seconds // (YEAR / 12)), 'month')} ago"
    return f"{counted(int(seconds // YEAR), 'year')} ago"


def aged(written: float, arrived: float | None, now: float) -> str:
    """The age of a change: when it was written and, if much later, when it came here.

    A rebase or a merge brings what was written long ago. All in seconds since the epoch.
    """
    age = ago(now - written)
    if arrived is None or arrived - written <= HOUR or now - arrived > (now - written) / 2:
        return age
    return f"{age}, came in {ago(now - arrived)}"
