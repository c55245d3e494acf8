"""Calls between functions: who calls a function, what it calls, and what it shares its class with.

Nothing is type-checked: names are followed through scopes, imports, inheritance and the
types that are cheap to see, and every answer says how sure it is.
"""

from __future__ import annotations

from crimescene.callers.answers import to_json
from crimescene.callers.chains import Transitive, transitive
from crimescene.callers.incoming import WARM_SECONDS, Incoming, incoming, searched_names
from crimescene.callers.outgoing import PASSED, members, outgoing

__all__ = [
    "PASSED",
    "WARM_SECONDS",
    "Incoming",
    "Transitive",
    "incoming",
    "members",
    "outgoing",
    "searched_names",
    "to_json",
    "transitive",
]
