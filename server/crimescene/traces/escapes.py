"""Traces inside strings: JSON, logfmt, syslog's ``#012``, percent-encoding, HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx
from crimescene.traces.positions import Origin, Pieces

if TYPE_CHECKING:
    import re

PLACE = rx(
    r"\.[A-Za-z]\w{0,9}['\")\]>]{0,3}(?::|\(| \(|, line |:line |\", line "
    r"|' line |\" line | line |#L?|:\[|, )\d"
)
"""A file extension and a number behind it: nearly every printed source place has this form."""

SIGNS = rx(
    r"\\[nrt\"]|\\u00|%0[Aa]|#012|&(?:lt|gt|quot|apos|#\d|#x)|<br|</(?:pre|code|failure|error|system-)|\]\]>"
)
_TOKEN = rx(r"\\.|\"")
_ESCAPE = rx(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|.)")
_LITERAL_NEWLINE = rx(
    r"\\n(?:\\t|\t| {1,12})?(?:at |File |Caused by|from |#\d|\.\.\. \d|Traceback|goroutine |During|The above"
    r"|[\w.$]{0,80}(?:Error|Exception))"
)
_PERCENT = rx(r"%([0-9A-Fa-f]{2})|\+")
_SIMPLE = {"n": "\n", "r": "", "t": "\t", "b": "", "f": "", '"': '"', "/": "/", "\\": "\\", "'": "'"}
_MESSAGE_KEYS = rx(
    r"\"(?:log|msg|message|@message|stack|stacktrace|stack_trace|exception"
    r"|error|line|text|textPayload|event|Output)\"\s{0,4}:\s{0,4}\""
)


_KEY_WIDTH = 32
_KEY = rx(
    r".*\b(?:log|msg|[@_]?message|stack|stack_?[tT]race|exception|exc_info|error|err|line|text|output|Output|event"
    r"|trace|traceback|detail|stderr|stdout)(?:\"\s{0,4}:\s{0,4}|=)\"$"
)
"""What stands before a string that is a text of its own, in JSON of several lines or logfmt."""


INVOKED = '"errorType"'
"""What the records of AWS Lambda hold: the error's type and message, and the lines of its stack in a list."""
_INVOKED = rx(r'"(errorType|errorMessage)"\s{0,4}:\s{0,4}"')
_LISTED = rx(r'"(?:stackTrace|stack|trace)"\s{0,4}:\s{0,4}\[')
_CLASS_CALL = rx(r"[\w.$<>]{1,300}\([\w.$ ]{1,200}(?::\d{1,9})?\)$")


def expand(text: str, start: int, end: int, pieces: Pieces) -> bool:
    """Append the line decoded, with its newlines, if it holds an escaped trace."""
    invoked = text.find(INVOKED, start, end) >= 0 and _invoked(text, start, end, pieces)
    if invoked or (text.find("%0", start, end) >= 0 and _percent(text, start, end, pieces)):
        return True
    if text.find("#012", start, end) >= 0:
        _octal(text, start, end, pieces)
        return True
    if text.find("\\", start, end) < 0:
        return _json_message(text, start, end, pieces)
    found = False
    record = text[start] == "{"
    for first, last in _strings(text, start, end):
        named = record or _KEY.match(text[max(start, first - _KEY_WIDTH) : first]) is not None
        if _string(text, first, last, pieces, record=named):
            found = True
    if found:
        return True
    if _LITERAL_NEWLINE.search(text, start, end) and PLACE.search(text, start, end):
        _unescape(text, start, end, pieces)
        pieces.put("\n\n", end)
        return True
    return _json_message(text, start, end, pieces)


def _invoked(text: str, start: int, end: int, pieces: Pieces) -> bool:
    """A record of AWS Lambda as the runtime itself would have printed the error."""
    listed = _LISTED.search(text, start, end)
    said = {
        found[1]: _first_string(text, found.end() - 1, end) for found in _INVOKED.finditer(text, start, end)
    }
    if not listed or len(said) != 2 or None in said.values():  # noqa: PLR2004
        return False
    lines: list[tuple[int, int]] = []
    for first, last in _strings(text, listed.end() - 1, end):
        if "]" in text[lines[-1][1] if lines else listed.end() : first]:
            break
        lines.append((first, last))
    if not lines:
        return False
    python = text.startswith("  File ", lines[0][0])
    java = _CLASS_CALL.match(text, *lines[0]) is not None
    named = text[slice(*lines[0])].startswith(text[slice(*(said["errorType"] or (0, 0)))])
    head = "Traceback (most recent call last):\n" if python else ""
    pieces.put(head, lines[0][0])
    if not python and not named:
        _title(text, said, lines[0][0], pieces)
    for first, last in lines:
        pieces.put("\tat " if java else "", first)
        _unescape(text, first, last, pieces)
        pieces.put("" if text.startswith("\\n", last - 2) else "\n", last)
    if python:
        _title(text, said, lines[-1][1], pieces)
    pieces.put("\n", end)
    return True


def _title(text: str, said: dict[str, tuple[int, int] | None], at: int, pieces: Pieces) -> None:
    """Type and message at ``at``, though they stand elsewhere: what is put together keeps its order."""
    for key, behind in (("errorType", ": "), ("errorMessage", "\n")):
        first, last = said[key] or (0, 0)
        plain = Pieces(text)
        _unescape(text, first, last, plain)
        pieces.put(plain.build(None)[0] + behind, at)


def _first_string(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The content of the string whose quote stands at ``start``."""
    for token in _TOKEN.finditer(text, start + 1, end):
        if token[0] == '"':
            return start + 1, token.start()
    return None


def _strings(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The contents of double-quoted strings that are values, in one pass."""
    result = []
    opened = -1
    for token in _TOKEN.finditer(text, start, end):
        if token[0] != '"':
            continue
        at = token.start()
        if opened >= 0:
            result.append((opened, at))
            opened = -1
        elif at == start or text[max(start, at - 3) : at].rstrip()[-1:] in (":", "=", "[", ",", "{", ""):
            opened = at + 1
    return result


def _string(text: str, first: int, last: int, pieces: Pieces, *, record: bool) -> bool:
    newline = False
    for token in _ESCAPE.finditer(text, first, last):
        if token[0] in ("\\n", "\\u000a", "\\u000A"):
            newline = True
            break
    if not newline:
        return False
    if not record and not PLACE.search(text, first, last):
        return False
    ends_line = text.startswith("\\n", last - 2)
    _unescape(text, first, last, pieces)
    if not ends_line:
        pieces.put("\n\n", last)
    return True


def _unescape(text: str, start: int, end: int, pieces: Pieces) -> None:
    at = start
    for token in _ESCAPE.finditer(text, start, end):
        replacement = _meaning(token)
        if replacement is not None:
            pieces.copy(at, token.start())
            pieces.put(replacement, token.start())
            at = token.end()
    pieces.copy(at, end)


def _meaning(token: re.Match[str]) -> str | None:
    digits = token[1] or token[2]
    if digits:
        code = int(digits, 16)
        return None if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004
    return _SIMPLE.get(token[0][1])


def _json_message(text: str, start: int, end: int, pieces: Pieces) -> bool:
    """One record a line: the message alone is the line."""
    if text[start] != "{":
        return False
    found = _MESSAGE_KEYS.search(text, start, end)
    if not found:
        return False
    for first, last in _strings(text, found.end() - 1, end):
        _unescape(text, first, last, pieces)
        pieces.put("\n", last)
        return True
    return False


def _octal(text: str, start: int, end: int, pieces: Pieces) -> None:
    """Rsyslog writes control characters as ``#`` and three octal digits."""
    at = start
    while True:
        sign = text.find("#0", at, end)
        if sign < 0:
            break
        code = text[sign + 1 : sign + 4]
        pieces.copy(at, sign)
        if code in ("011", "012", "015", "033"):
            pieces.put({"011": "\t", "012": "\n", "015": "", "033": "\x1b"}[code], sign)
            at = sign + 4
        else:
            pieces.put("#0", sign)
            at = sign + 2
    pieces.copy(at, end)
    pieces.put("\n\n", end)


def _percent(text: str, start: int, end: int, pieces: Pieces) -> bool:
    """URL-encoded words that hold a newline."""
    found = False
    at = start
    while at < end:
        sign = text.find("%0", at, end)
        if sign < 0:
            break
        first = (
            max(text.rfind(" ", at, sign), text.rfind("=", at, sign), text.rfind("&", at, sign), at - 1) + 1
        )
        last = min(x for x in (text.find(" ", sign, end), text.find("&", sign, end), end) if x >= 0)
        if text[sign + 2 : sign + 3] in ("A", "a") and PLACE_ENCODED.search(text, first, last):
            found = True
            plus = text.find("%20", first, last) < 0
            here = first
            for token in _PERCENT.finditer(text, first, last):
                if token[0] == "+" and not plus:
                    continue
                pieces.copy(here, token.start())
                pieces.put(" " if token[0] == "+" else _byte(token[1]), token.start())
                here = token.end()
            pieces.copy(here, last)
            pieces.put("\n\n", last)
        at = last + 1
    return found


PLACE_ENCODED = rx(r"(?::|%3[Aa]|line%20|line\+|\(|%28)\d")


def _byte(digits: str) -> str:
    code = int(digits, 16)
    return "" if code == 0x0D else chr(code) if code < 0x80 else "%" + digits  # noqa: PLR2004


_HTML = rx(
    r"&(?:lt|gt|quot|#0?39|#x27|#34|apos);|<br ?/?>|</(?:pre|code|failure|error|system-(?:out|err))>|\]\]>"
)
_TAGS = (
    r"</?(?:b|br|pre|code|span|div|p|li|ul|ol|td|tr|th|table|tbody|i|em"
    r"|strong|a|font|tt|h[1-6]|u|small|samp|test(?:suites?|case)|failure|error|system-(?:out|err))\b"
    r"(?:[^<>\n]{0,1500})>|<!\[CDATA\[|\]\]>"
)
_MARKUP = rx(_TAGS + r"|&(?:lt|gt|quot|amp|apos|nbsp|#\d{1,5}|#x[0-9a-fA-F]{1,4});")
_ENTITY = rx(r"&(?:lt|gt|quot|amp|apos|nbsp|#\d{1,5}|#x[0-9a-fA-F]{1,4});")
_ENTITIES = {"lt": "<", "gt": ">", "quot": '"', "amp": "&", "apos": "'", "nbsp": " "}
_RAW = rx(r"(?:expected|was):? ?[\w.$@]{0,120}<|\.<(?:cl)?init>\(")
"""What markup would have had to escape: the page is a value that a test of the JVM compared."""
_CLOSING = rx(r"</(?:b|pre|code|span|p|div|td|li|a|tt|samp|failure|error|system-(?:out|err))>|<br|\]\]>")


def from_html(text: str, start: int, end: int, parent: Origin | None) -> tuple[str, Origin] | None:
    """The stretch without markup and entities; None if it has none, or if it only speaks of some."""
    if not _HTML.search(text, start, end):
        return None
    if text.find("<![CDATA[", start, end) < 0 and _RAW.search(text, start, end):
        return None
    pieces = Pieces(text)
    pattern = _MARKUP if _CLOSING.search(text, start, end) else _ENTITY
    at = start
    for token in pattern.finditer(text, start, end):
        pieces.copy(at, token.start())
        pieces.put(_html_meaning(text, token), token.start())
        at = token.end()
    pieces.copy(at, end)
    return pieces.build(parent)


def _html_meaning(text: str, token: re.Match[str]) -> str:
    sign = token[0]
    if sign.startswith("<"):
        return "\n" if sign[1:3] in ("br", "p>", "p ") and text[token.end() : token.end() + 1] != "\n" else ""
    if sign == "]]>":
        return "\n"
    name = sign[1:-1]
    if name.startswith("#"):
        code = int(f"0{name[1:]}", 0) if name[1] in "xX" else int(name[1:])
        return chr(code) if 0 < code < 0xD800 else sign  # noqa: PLR2004
    return _ENTITIES[name]
