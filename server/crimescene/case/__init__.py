"""The ledger of each bug: its newest trace and prompt, the user's answers, what was tried with what result.

Lies in ``.crimescene/`` below the root, which ignores itself; one folder a bug. Whoever writes here redacts
first. Nothing here raises: where it cannot be written the answer is None.
"""

from __future__ import annotations

from crimescene.case.fingerprints import compare, fingerprint, same_failure, signature, text_key
from crimescene.case.ledger import (
    CLOSED,
    GONE,
    MOST_ATTEMPTS,
    MOST_RUNS,
    OPEN,
    VERSION,
    Base,
    Case,
    Run,
    Signature,
)
from crimescene.case.store import (
    FOLDER,
    MAX_CASES,
    all_cases,
    error_path,
    load,
    newest,
    prompt_path,
    recent,
    remembered,
    save_answered,
    save_case,
    stamp,
    update,
    why_not_saved,
)

__all__ = [
    "CLOSED",
    "FOLDER",
    "GONE",
    "MAX_CASES",
    "MOST_ATTEMPTS",
    "MOST_RUNS",
    "OPEN",
    "VERSION",
    "Base",
    "Case",
    "Run",
    "Signature",
    "all_cases",
    "compare",
    "error_path",
    "fingerprint",
    "load",
    "newest",
    "prompt_path",
    "recent",
    "remembered",
    "same_failure",
    "save_answered",
    "save_case",
    "signature",
    "stamp",
    "text_key",
    "update",
    "why_not_saved",
]
