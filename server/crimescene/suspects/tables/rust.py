"""What the Rust library panics with."""

from __future__ import annotations

from crimescene.suspects.rules import Rule

RULES = (
    Rule(
        r"called `Option::(?P<call>unwrap|expect)\w*\(\)` on a `None` value",
        "receiver",
        "is None",
        "unwrap|expect",
    ),
    Rule(
        r"called `Result::(?P<call>unwrap|expect)\w*\(\)` on an `Err` value: (?P<value>.*)",
        "receiver",
        "is an error: {value}",
        "unwrap|expect",
    ),
    Rule(
        r"called `Result::(?P<call>\w+)\(\)` on an `Ok` value", "receiver", "went well, unlike expected", "unwrap_err|expect_err"
    ),
    Rule(
        r"the len is (?P<length>\d+) but the index is (?P<index>\d+)",
        "subscript",
        "has {length} items, and item {index} is asked for",
    ),
    Rule(
        r"range (?:start|end) index (?P<bound>\d+) out of range for slice of length (?P<length>\d+)",
        "subscript sliced",
        "has {length} items, and the range goes to {bound}",
    ),
    Rule(r"slice index starts at|range .* out of (?:range|bounds)", "key subscript", "is no range of it"),
    Rule(r"byte index \d+ is (?:not a char boundary|out of bounds)|end byte index|start byte index", "subscript receiver", "cannot be cut there"),
    Rule(r"(?:swap_remove|removal|remove|insertion|split_off|drain).* index \(is|`at` split index", "receiver", "is shorter than asked for"),
    Rule(r"attempt to (?:divide|calculate the remainder) (?:.* )?(?:by zero|with a divisor of zero)", "divisor", "is zero here"),
    Rule(r"attempt to (?P<what>subtract|add|multiply|negate|shift \w+) with overflow", "operand updated unary", "leaves the range of its type"),
    Rule(r"no entry found for key", "subscript", "has no such key"),
    Rule(r"already (?:mutably )?borrowed|BorrowMutError|BorrowError", "receiver", "is borrowed already", "borrow|borrow_mut"),
    Rule(r"assertion `?.*failed", "asserted_macro", "is not as asserted"),
    Rule(r"chunk size must be|step != 0|mid <= self.len|source slice length", "argument receiver", "is out of range"),
    Rule(r"not (?:yet )?implemented|internal error: entered unreachable", "macro", "was thought never to be reached"),
    Rule(r"capacity overflow", "argument", "is no size"),
    Rule(r"panic", "receiver macro", "is not what is expected", "expect|unwrap"),
)
"""The more special message stands first."""
