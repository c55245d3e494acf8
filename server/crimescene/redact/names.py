"""Secrets that their name gives away: what is called a password, a token, a key."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from crimescene.redact.finds import Find, candidates, lowered, random
from crimescene.redact.values import is_path, is_placeholder, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|\?\.|::|->)[A-Za-z_$][\w$]*)*[!?]?")
_CODEC = re.compile(
    r"(?i)(?:base(?:16|32|64)|sha\d|md5|utf_?\d|oauth\d?|u?int\d|float\d|x509|v\d|arg|param|str\d)"
)
_STEM = re.compile(r"(?i)passw|secret|token|credential|^(?:key|auth|user|my|new|old)")
_SIGNS = re.compile(r"[!@#$%^*+~?=]")
_SPELLINGS = (
    r"passw(?:or)?d|passwort|passphrase|(?<![A-Za-z])pwd|(?<=[_.-])pass|kennwort|contrase(?:ñ|n)a|mot_?de_?passe"
    r"|wachtwoord|(?<![a-z])(?:senha|heslo|hasło|пароль)|密码|パスワード|비밀번호"
)
_KEY = (
    r"secret[_.-]?access[_.-]?key|secret[_.-]?key(?:[_-]?base)?|shared[_-]?access[_-]?key|client[_-]?secret|secret"
    r"|(?:auth|access|refresh|bearer|api|bot|session|csrf|xsrf|jwt|deploy|personal|registry)?[_-]?token"
    r"|(?:api|access|account|private|auth|encryption|signing|master|service|storage|app|license|subscription"
    r"|pre-?shared|admin|integration|webhook|consumer|deploy|function|root|data|read|write|host)[_.-]?key"
    r"|credentials?|jsessionid|phpsessid|connect\.sid|session[_-]?id|(?<![a-z])psk"
)
_OF_SHELLS = (
    # STRIPE_KEY=..., but not the keys that only tell one thing from another.
    r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{0,40}(?<!CACHE)(?<!PRIMARY)(?<!PARTITION)(?<!SORT)(?<!FOREIGN)(?<!PUBLIC)"
    r"(?<!PUBLISHABLE)(?<!ROUTING)(?<!IDEMPOTENCY)(?<!HASH)(?<!OBJECT)(?<!BLOB)_KEY(?==)"
)
_NAMED = re.compile(
    rf"(?i:(?P<password>{_SPELLINGS})|(?P<key>{_KEY})|(?-i:(?P<shell>{_OF_SHELLS})))"
    r"(?:[_-]?(?i:value|text|plain|string|str|raw|hex|base64|b64|prod|dev|staging)|_?\d)?(?!\w)"
    r"(?P<close>[\"'\\\]]{0,4})"
    r"(?:\s{0,3}:\s{0,3}[A-Za-z][\w.<>\[\]|?]{0,40}(?=\s{0,3}=))?"  # the type in "password: str = …"
    r"(?P<before>\s{0,8})(?P<op>=>|:=|={1,3}|!={1,2}|[:,(])(?P<after>\s{0,8})"
    r"(?:[bBrRuUfF@$]{0,2}(?P<quote>\\{0,3}[\"'`])(?P<literal>(?:(?!(?P=quote))[^\n]){1,500})(?P=quote)"
    r"|(?P<bare>[^\s\"'`,;&(){}\[\]<>|]{4,500}))"
)
_REST = re.compile(r"[^\s\"'`,(){}\[\]<>|]*")
_HINT = re.compile(
    r"pass|pwd|secret|token|key|credential|sess|\.sid|psk|wort|wachtwoord|contrase|senha|heslo|hasło|пароль"
    r"|密码|パスワード|비밀번호"
)
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
        if is_placeholder(value) or is_path(value) or any(c.isspace() for c in value):
            continue
        if _literal_is_secret(match) if match["literal"] else _bare_is_secret(text, match, value):
            kind = "password" if match["password"] else _spelled(match["key"] or match["shell"])
            yield Find(start, end, value, kind)


def _spelled(name: str) -> str:
    """``client secret`` of ``clientSecret``, ``client_secret``, ``CLIENT-SECRET``; ``key`` of ``A_KEY``."""
    if name.endswith("_KEY"):
        known = re.search(rf"(?i:{_KEY})$", name)
        name = known[0] if known else "key"
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
        return bool(match["close"]) and made_up(value) and len(value) >= _LEAST_PASSWORD
    if password:
        return match["op"] in _NAMES or random(value) or bool(_SIGNS.search(value))
    return match["op"] != "(" and len(value) >= _LEAST_KEY and made_up(value)


def _bare_is_secret(text: str, match: re.Match[str], value: str) -> bool:
    """A value without quotes, which in code would be an expression."""
    password = bool(match["password"])
    following = text[match.end() : match.end() + 1]
    if match["shell"] and not made_up(value):
        return False
    if match["op"] in {",", "("} or following in {"(", "["}:
        return False
    if match["op"] == "=" and not match["close"] + match["before"] + match["after"]:
        name = re.search(r"[\w.-]{0,40}$", text[max(0, match.start() - 40) : match.end("close")])
        start = match.end("close") - len(name[0] if name else "")
        if (name and name[0].isupper()) or text[max(0, start - 1) : start] in {"?", "&", ";"}:
            return True  # NAME=value of a shell or a .env file; a query; a connection string
    if _IDENTIFIER.fullmatch(value):
        chance = (
            (random if password else made_up)(value)
            and "." not in value
            and not _CODEC.match(value)
            and not _STEM.search(value)
        )
    else:
        alone = following in {"", "\n", "\r"}  # password: correct-horse-42
        chance = made_up(value) or (
            password and (value.isdigit() or bool(_SIGNS.search(value)) or (alone and random(value)))
        )
    return chance and len(value) >= (_LEAST_PASSWORD if password else _LEAST_KEY)
