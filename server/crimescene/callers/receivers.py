"""What the name of a receiver tells of its class where nothing else does: ``order`` is an ``Order``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.scopes.ir import Invoke

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crimescene.scopes.ir import Expr

_SHORTEST = 3
"""Letters: shorter names resemble everything."""
_SELVES = frozenset({"self", "this", "cls", "super"})
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")


def resembles(receiver: Expr, name: str) -> bool:
    """Whether a receiver may be of class ``name``: ``env`` for ``Environment``, ``my_repo`` for ``Repo``."""
    if isinstance(receiver, Invoke):
        receiver = receiver.function
    own, other = _plain(getattr(receiver, "name", "")), _plain(name)
    if len(own) < _SHORTEST:
        return False
    return (
        other.startswith(own) or own.endswith(other) or (other.endswith(own) and 2 * len(own) >= len(other))
    )


def tells(own: str) -> bool:
    """Whether the name of a receiver says anything of its class."""
    return len(own) >= _SHORTEST and own not in _SELVES


def classes_by_name(names: Iterable[str]) -> dict[str, list[str]]:
    """Those of ``names`` that are written like classes, as :func:`named_like` looks for them."""
    found: dict[str, list[str]] = {}
    for name in names:
        if name[:1].isupper():
            found.setdefault(_plain(name), []).append(name)
    return found


def named_like(own: str, names: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """``Order`` for ``order``, else for ``last_order``, else ``Environment`` for ``env``; none of two."""
    words = [word.lower() for word in _WORDS.findall(own)]
    for tail in ("".join(words[n:]) for n in range(len(words))):
        if tail in names:
            return names[tail] if len(names[tail]) == 1 else ()
    start = "".join(words)
    short = [x for name, same in names.items() if name.startswith(start) for x in same if x[1:].islower()]
    return short if start and len(short) == 1 else ()


def _plain(name: str) -> str:
    return name.lower().replace("_", "")
