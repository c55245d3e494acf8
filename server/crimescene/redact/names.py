"""Secrets that only what stands around them gives away: a name, a header, a place in a URL."""

from __future__ import annotations

import base64
import binascii
import re
from itertools import chain
from typing import TYPE_CHECKING

from crimescene.redact.finds import Find, candidates, lowered, random

if TYPE_CHECKING:
    from collections.abc import Iterator

# ------------------------------------------------------------------ what is no secret

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|\?\.|::|->)[A-Za-z_$][\w$]*)*[!?]?")
_CODEC = re.compile(
    r"(?i)(?:base(?:16|32|64)|sha\d|md5|utf_?\d|oauth\d?|u?int\d|float\d|x509|v\d|arg|param|str\d)"
)
_PATH = re.compile(
    r"(?:~?/|\.{1,2}/|[A-Za-z]:[\\/]|[a-z][a-z0-9+.-]{1,20}://)|.{0,300}\.[A-Za-z]\w{0,4}(?::\d+){0,2}$"
)
_TEMPLATE = re.compile(
    r"^\$\w*$|\$[{(]|\{\{|\{[\w.]*\}|%[(s]|%\w+%|#\{|<[\w -]+>|^\[[A-Z ]+\]$|^[.…x*X•-]+$|\u2039"
)
_FILLER = re.compile(
    r"(?i)passw(?:or)?d|passwort|passphrase|pass|pwd|secret|token|api|key|access|auth|credentials?|session|id"
    r"|my|your|the|new|old|user|db|database|root|admin|here|enter|insert|an?|is|current|confirm|value|field|text"
    r"|string|str|invalid|missing|wrong|incorrect|required|optional|example|sample|dummy|placeholder|change|me"
    r"|this|todo|none|null|nil|undefined|true|false|empty|redacted|filtered|masked|hidden|removed|super|client"
    r"|private|bearer|basic|header|name|type|hash|object|bytes|any|number|int|bool|boolean|default|not|set|unset"
    r"|test|foo|bar|baz"
)
_STEM = re.compile(r"(?i)passw|secret|token|credential|^(?:key|auth|user|my|new|old)")
_WORDS = re.compile(r"[A-Za-z]+\d{0,2}|\d{1,4}|v\d[\w.]*")
_SIGNS = re.compile(r"[!@#$%^*+~?=]")


def is_placeholder(value: str) -> bool:
    """Whether ``value`` only stands where a secret would: a template, a repeated sign, ``changeme``."""
    if _TEMPLATE.search(value) or len(set(value)) < 3:  # noqa: PLR2004 - "xxxx", "0000", "----"
        return True
    return not any(c.isalnum() for c in _FILLER.sub("", value))


def _is_path(value: str) -> bool:
    """A path, a URL or a file name; the slashes of base64 do not make one."""
    return bool(_PATH.match(value)) and "+" not in value and not value.endswith("=")


def _made_up(value: str) -> bool:
    """Letters and digits mixed as no name mixes them: ``a8Kd03`` but neither ``user-v2`` nor ``Ident1``."""
    return random(value) and not all(_WORDS.fullmatch(part) for part in re.split(r"[-_.:/ ]", value) if part)


# ------------------------------------------------------------------ headers and URLs

_HEADER = re.compile(
    r"(?i:\b(?:proxy-)?authorization|\bx-[\w-]{0,20}(?:token|key|auth))[\"'\\\]]{0,4}\s{0,4}[:=,]\s{0,4}"
    r"[\"'\\]{0,4}(?:(?i:bearer|basic|token|digest|apikey|negotiate)\s{1,4})?([\w.~+/=:-]{8,4096})"
)
_SCHEME = re.compile(r"\b(?i:bearer|basic)\s{1,4}([\w.~+/=-]{8,4096})")
_COOKIES = re.compile(r"(?i:\b(?:set-)?cookie)[\"'\\]{0,4}\s{0,4}[:=]\s{0,4}([^\n]{1,4096})")
_COOKIE = re.compile(r"=([^;\s\"'\\,]{16,4096})")
_OTHERS = (
    # What it is, and the pattern whose group is the secret: URLs, SQL, XML, XML again, command lines.
    ("URL password", re.compile(r"(?<=://)[^\s/:@\"'`<>\\]{0,100}:([^\s/@\"'`<>\\]{1,200})@(?=[\w\[.-])")),
    ("password", re.compile(r"(?i:\bidentified\s{1,4}by\s{1,4}|\bpassword\s{1,4})'([^'\n]{1,100})'")),
    ("password", re.compile(r"(?i:password|passwd|secret|token|api[_-]?key)>([^<>\s]{4,300})</")),
    (
        "password",
        re.compile(
            r"(?i:\b(?:name|key)=[\"'][\w.-]{0,60}(?:password|passwd|secret|api[_-]?key)[\"']\s{1,8}value=)"
            r"[\"']([^\"'\n]{4,300})[\"']"
        ),
    ),
    (
        "password",
        re.compile(
            r"(?<=-)(?i:password|passwd|secret|token|api-?key)\s{1,4}[\"']?"
            r"(?=[^\s\"']{0,100}[\d!@#$%^*+~?])([^\s\"'-][^\s\"']{5,300})"
        ),
    ),
)
_LOCATED = re.compile(
    r"authoriz|x-|bearer |basic |cookie|://|identified|password|passwd|secret|token|api[_-]?key"
)


def located(text: str) -> Iterator[Find]:
    """Credentials in HTTP headers, URLs, SQL, XML and command lines."""
    for line in candidates(_LOCATED, text, lowered(text)):
        yield from _credentials(text, line)
        yield from _cookies(text, line)
        for kind, pattern in _OTHERS:
            for match in pattern.finditer(text, *line):
                if not (is_placeholder(match[1]) or _is_path(match[1])):
                    yield Find(match.start(1), match.end(1), match[1], kind)


def _cookies(text: str, line: tuple[int, int]) -> Iterator[Find]:
    for header in _COOKIES.finditer(text, *line):
        for match in _COOKIE.finditer(text, header.start(1), header.end(1)):
            if _made_up(match[1]):
                yield Find(match.start(1), match.end(1), match[1], "cookie")


def _credentials(text: str, line: tuple[int, int]) -> Iterator[Find]:
    for match in chain(_HEADER.finditer(text, *line), _SCHEME.finditer(text, *line)):
        value = match[1]
        if not _is_path(value) and (_made_up(value) or _is_pair(value)):
            yield Find(match.start(1), match.end(1), value, "authorization")


def _is_pair(value: str) -> bool:
    """Whether ``value`` is base64 of ``user:password``, as in basic authentication."""
    try:
        return ":" in base64.b64decode(value, validate=True).decode("utf-8")
    except (ValueError, binascii.Error):
        return False


# ------------------------------------------------------------------ names

_SPELLINGS = r"passw(?:or)?d|passwort|passphrase|(?<![A-Za-z])pwd|(?<=[_.-])pass"
_KEY = (
    r"secret[_-]?access[_-]?key|secret[_-]?key(?:[_-]?base)?|shared[_-]?access[_-]?key|client[_-]?secret|secret"
    r"|(?:auth|access|refresh|bearer|api|bot|session|csrf|xsrf|jwt|deploy|personal|registry)?[_-]?token"
    r"|(?:api|access|account|private|auth|encryption|signing|master|service|storage|app|license)[_-]?key"
    r"|credentials?|jsessionid|phpsessid|connect\.sid|session[_-]?id"
)
_NAMED = re.compile(
    rf"(?i:(?P<password>{_SPELLINGS})|(?P<key>{_KEY}))"
    r"(?:[_-]?(?i:value|text|plain|string|str|raw|hex|base64|b64|prod|dev|staging)|_?\d)?(?!\w)"
    r"(?P<close>[\"'\\\]]{0,4})"
    r"(?:\s{0,3}:\s{0,3}[A-Za-z][\w.<>\[\]|?]{0,40}(?=\s{0,3}=))?"  # the type in "password: str = …"
    r"(?P<before>\s{0,8})(?P<op>=>|:=|={1,3}|!={1,2}|[:,(])(?P<after>\s{0,8})"
    r"(?:[bBrRuUfF@$]{0,2}(?P<quote>\\{0,3}[\"'`])(?P<literal>(?:(?!(?P=quote))[^\n]){1,500})(?P=quote)"
    r"|(?P<bare>[^\s\"'`,;&(){}\[\]<>|]{4,500}))"
)
_REST = re.compile(r"[^\s\"'`,(){}\[\]<>|]*")
_HINT = re.compile(r"pass|pwd|secret|token|key|credential|sess|\.sid")
_NAMES = {"=", ":", "=>", ":=", "("}
"""Signs that give a value; the others compare, also with words: ``update_password == "always"``."""
_LEAST_PASSWORD, _LEAST_KEY = 6, 8
"""Shorter values are too often words of the language or numbers."""


def named(text: str) -> Iterator[Find]:
    """Values of what is called a password, a token, a key: in code, configuration, logs."""
    for match in chain.from_iterable(
        _NAMED.finditer(text, *x) for x in candidates(_HINT, text, lowered(text))
    ):
        start, end = match.span("literal") if match["literal"] else _bare(text, match)
        value = text[start:end]
        if is_placeholder(value) or _is_path(value) or any(c.isspace() for c in value):
            continue
        if _literal_is_secret(match) if match["literal"] else _bare_is_secret(text, match, value):
            kind = "password" if match["password"] else _spelled(match["key"])
            yield Find(start, end, value, kind)


def _spelled(name: str) -> str:
    """``client secret`` of ``clientSecret``, ``client_secret``, ``CLIENT-SECRET``."""
    return " ".join(
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("-", " ").replace("_", " ").lower().split()
    )


def _bare(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Where a value without quotes lies; after a colon (YAML, logs) it ends at a blank, after = sooner."""
    start, end = match.span("bare")
    if match["op"] == ":" and (rest := _REST.match(text, end)):
        end = rest.end()
    return start, start + len(text[start:end].rstrip(".:;"))


def _literal_is_secret(match: re.Match[str]) -> bool:
    """A quoted value: any for passwords; for the rest one that looks made up."""
    value, password = match["literal"], bool(match["password"])
    if match["op"] == ",":  # put("password", "…"), but also a list of field names
        return bool(match["close"]) and _made_up(value) and len(value) >= _LEAST_PASSWORD
    if password:
        return match["op"] in _NAMES or random(value) or bool(_SIGNS.search(value))
    return match["op"] != "(" and len(value) >= _LEAST_KEY and _made_up(value)


def _bare_is_secret(text: str, match: re.Match[str], value: str) -> bool:
    """A value without quotes, which in code would be an expression."""
    password = bool(match["password"])
    following = text[match.end() : match.end() + 1]
    if match["op"] in {",", "("} or following in {"(", "["}:
        return False
    if match["op"] == "=" and not match["close"] + match["before"] + match["after"]:
        name = re.search(r"[\w.-]{0,40}$", text[max(0, match.start() - 40) : match.end("close")])
        start = match.end("close") - len(name[0] if name else "")
        if (name and name[0].isupper()) or text[max(0, start - 1) : start] in {"?", "&", ";"}:
            return True  # NAME=value of a shell or a .env file; a query; a connection string
    if _IDENTIFIER.fullmatch(value):
        made_up = (
            (random if password else _made_up)(value)
            and "." not in value
            and not _CODEC.match(value)
            and not _STEM.search(value)
        )
    else:
        made_up = _made_up(value) or (password and (value.isdigit() or bool(_SIGNS.search(value))))
    return made_up and len(value) >= (_LEAST_PASSWORD if password else _LEAST_KEY)
