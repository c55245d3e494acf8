"""The sentence that frames a failure: what ran, where it broke, how sure the places are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.context.chain import failing_test
from crimescene.context.moved import STALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.context.chain import Chain, Link
    from crimescene.model import Frame, Trace

_SHOWN = 3
"""Files that all match which are named."""


def failure(trace: Trace, found: Chain) -> str:
    """One sentence on the trace, and another where its lines are older than the code."""
    links = [link for link in found.links if link.location.in_app and link.certain]
    doubts = {stack: (frame, choices) for stack, frame, choices in found.doubts}
    root = trace.stacks.index(trace.root)
    raised = next((x for x in links if x.raised), None)
    if raised is None and root not in doubts:
        raised = next((x for x in links if x.origin), None)
    test = f"The test `{trace.test}` failed: " if trace.test else ""
    name = trace.root.exception or "The error"
    if raised is not None:
        verb = "" if " " in name else "reported an error " if name.endswith("Sanitizer") else "was raised "
        stack, where = raised.stack, f"{verb}in {spoken(raised)}"
        if stack != root and verb:
            cause = trace.stacks[stack].exception or "an error"
            where = f"{verb}outside of this workspace; its cause, {cause}, in {spoken(raised)}"
    elif root in doubts:
        stack, where = root, f"was raised at {_ambiguous(*doubts[root])}"
    else:
        place = next((place for _, place in found.places if place.in_app), None)
        if place is not None:
            return f"{test}{name} was raised at {place.path}:{place.lineno}, which is not shown."
        return f"{test}{name} was reported by {trace.format}; none of its frames lies in this workspace."
    outer = [x for x in links if x.stack == stack and (raised is None or x.function != raised.function)]
    failed = failing_test(links)  # what wraps it, in a project with a runner of its own, is no beginning
    entry = failed if failed in outer else next(reversed(outer), None)
    reached = f", reached from {spoken(entry, with_line=False)}" if entry else ""
    cause = _cause(trace, links, doubts, stack)
    older = sum(bool(STALE.search(x.location.note)) for x in links)
    stale = (
        f" The trace is older than the code: {older} of its lines moved or changed since." if older else ""
    )
    return f"{test}{name} {where}{reached}{cause}.{stale}"


def _cause(
    trace: Trace, links: Sequence[Link], doubts: dict[int, tuple[Frame, tuple[str, ...]]], stack: int
) -> str:
    """Where the deepest cause was raised, if it is another error than the one of ``stack``."""
    origin = next((x for x in links if x.origin), None)
    if origin is not None and origin.stack != stack:
        return f"; its cause, {trace.stacks[origin.stack].exception or 'an error'}, in {spoken(origin)}"
    other = next((index for index in doubts if index != stack), None)
    if origin is None and other is not None:
        return f"; its cause, {trace.stacks[other].exception or 'an error'}, at {_ambiguous(*doubts[other])}"
    return ""


def _ambiguous(frame: Frame, choices: Sequence[str]) -> str:
    shown = ", ".join(choices[:_SHOWN])
    more = f" and {len(choices) - _SHOWN} more" if len(choices) > _SHOWN else ""
    return f"{frame.path}:{frame.lineno}, which is ambiguous ({shown}{more} all match)"


def spoken(link: Link, *, with_line: bool = True) -> str:
    """The function of a link as prose names it."""
    place = f"{link.location.path}:{link.location.lineno}" if with_line else link.location.path
    if link.function.kind == "module":
        return f"the top level of {place}"
    return f"`{link.function.qualified_name}` ({place})"
