r"""Solidity and Vyper tools before and beside the arrow form of solc.

    contracts/Cart.sol:3:5: ParserError: Expected ';' but got '}'
    [FAIL: assertion failed: 5 != 4] testAdds() (gas: 12345)

Defined in solc's ``SourceReferenceFormatter`` (before 0.6) and Foundry's ``crates/forge`` (``TestResult``);
``--> contracts/Cart.sol:3:5:`` is read by ``arrow_diagnostics``, Hardhat's stacks have V8's form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import COLUMN, FILE, LINE, rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_OLD = rx(FILE + r":" + LINE + ":" + COLUMN + r": (?P<kind>\w{1,40}Error|Warning): (?P<message>.*)$")
_FORGE = rx(
    r"\[FAIL(?:[:.] ?(?:Reason: )?(?P<message>.*?))?(?:; counterexample: .*)?\] "
    r"(?P<test>\w{1,200}\(.{0,200}?\)) \(.{0,200}\)\s*$"
)
_NOT_EQUAL = rx(r"(?:.{0,400}[\s:])?(?P<left>[^\s:]{1,200}) != (?P<right>\S{1,200})$")


def read(doc: Document) -> Iterator[Trace]:
    """A trace a diagnostic or a failed test."""
    for line in doc.find(".sol:"):
        found = None if doc.claimed[line] else _OLD.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            head = (found["kind"], found["message"].rstrip())
            yield simple(doc, "solidity", head, [placed(doc, line, found)], (line, line))
    for line in doc.find("[FAIL"):
        found = None if doc.claimed[line] else _FORGE.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            message = (found["message"] or "").strip()
            sides = _NOT_EQUAL.match(message)
            assertion = Assertion(sides["right"], sides["left"], labelled=False) if sides else None
            yield simple(
                doc, "solidity", ("FAIL", message), [], (line, line), assertion=assertion, test=found["test"]
            )


FORMAT = Format("solidity", 53, (".sol:", "[FAIL"), read)
