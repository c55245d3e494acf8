"""How our statements are known among the user's: by marks in the text alone, since nothing else is kept.

A whole line ends with a comment ``dbg:<session>:<point>``; where several stand on one line they lie between
``/*dbg:<session>:<point>[*/`` and ``/*]*/``; a wrapped expression is the argument of a function of ours.
"""

from __future__ import annotations

import re

LINE = re.compile(rb"[ \t]*(?:#|//) dbg:([0-9a-f]{4}):(\w+)(:n)?[ \t]*\r?$")
INLINE = re.compile(rb"/\*dbg:[0-9a-f]{4}:\w+\[\*/(?s:.*?)/\*\]\*/")
CALLEE = re.compile(
    rb"(?:_dbg_[0-9a-f]{4}|Dbg_[0-9a-f]{4}\s*\.\s*[wc]|dbg_[0-9a-f]{4}(?:_c|_p\d+)?)(?=\s*[(\[])"
)
STATEMENT = re.compile(rb'; _dbg_[0-9a-f]{4}a\("[^"\n]*"[^()\n]*\)|_dbg_[0-9a-f]{4}b\("[^"\n]*"[^()\n]*\); ')
ANY = re.compile(rb"\b_?[dD]bg_[0-9a-f]{4}|\bdbg:[0-9a-f]{4}:")
HELPER_FILE = re.compile(r"(?:^|/)(?:Dbg_[0-9a-f]{4}\.java|zz_dbg_[0-9a-f]{4}(?:_x_test)?\.go)$")
HELPER_HEAD = re.compile(rb"// dbg:[0-9a-f]{4}:helper")


def is_marked(source: bytes) -> bool:
    """Whether any statement of ours stands in the text."""
    return ANY.search(source) is not None
