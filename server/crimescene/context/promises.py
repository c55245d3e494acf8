"""What declared types say should have happened: the promise of the function that the value came from.

Proposals only: a type is what somebody meant once, so each is said to be unconfirmed, and where the type
leaves two ways open it asks which one was meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene import suspects, syntax
from crimescene.context.suspected import crash_of, first_place
from crimescene.model import Behavior, Certainty
from crimescene.prompt.plain import clip, code
from crimescene.syntax import expressions, signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Call, Function, Trace
    from crimescene.syntax import Outline
    from crimescene.syntax.expressions import Expression

_WRAPPED = frozenset({"await", "cast", "try", "generic", "unary", "optional"})
_STEPS = 6
_MESSAGE = 1_000
"""Characters of a message that are looked at."""
_SIGNATURE = 160
"""Characters of a signature that are quoted."""


def broken(
    trace: Trace,
    links: Sequence[Link],
    calls: Callable[[Link], Sequence[Call]],
    outline: Callable[[str], Outline | None],
) -> Behavior | None:
    """What the types promise about a value that was nothing; None where they say nothing of it.

    ``calls`` are those in the function of a link, resolved.
    """
    found = first_place(links)
    if found is None or found.outline is None:
        return None
    rules = signatures.rules(found.outline.language)
    crash = crash_of(trace, found)
    nothing = rules.missed(f"{crash.exception}: {crash.message[:_MESSAGE]}") if rules is not None else ""
    if not nothing:
        return None
    function = syntax.enclosing_function(found.outline, found.location.lineno)
    for culprit in suspects.culprits(crash, found.outline, function)[:1]:
        value, position = _source(culprit, found.outline, function)
        if value.kind == "call":
            callee = _callee(value, found.outline, calls(found))
            source = outline(callee.path) if callee is not None else None
            if callee is not None and source is not None:
                return _of_result(source, callee, found, nothing) if position == 0 else None
        elif value.kind == "name":
            return _of_parameter(found.outline, (function, found.function), value.text, nothing)
    return None


def signature_of(link: Link) -> Behavior | None:
    """What the function that failed is declared to give."""
    if link.outline is None or link.function.kind == "module":
        return None
    declared, rules = signatures.result(link.outline, link.function), signatures.rules(link.outline.language)
    if declared is None or rules is None or re.search(rules.results_of_nothing, declared.type):
        return None
    called = _signature(link.outline, link.function)
    text = f"{called} should return {_a(declared.type)} here, or is the error right for this input?"
    return Behavior(text, f"proposed from the declared types of {link.function.qualified_name}")


def _source(x: Expression, outline: Outline, function: Function) -> tuple[Expression, int]:
    """Where the value of ``x`` came from, and which of several results it is."""
    position = 0
    for _ in range(_STEPS):
        inner = x.base or (x.parts[0] if x.parts else None)
        if x.kind in _WRAPPED and inner is not None:
            x = inner
            continue
        if x.kind != "name":
            break
        given = [
            g for g in expressions.assigned(outline, x.text, function.span) if g.span.end <= x.span.start
        ]
        if not given:
            break
        target, values = given[0].base, given[0].parts
        if given[0].kind != "assign" or target is None or not values:
            return given[0], 0
        position = _position(x, target)
        if position < 0:
            return given[0], 0
        x = values[position] if len(values) > 1 and position < len(values) else values[-1]
    return x, position


def _position(x: Expression, target: Expression) -> int:
    """Which target of an assignment ``x`` is; -1 where it is a part of the value."""
    if target.kind == "pattern":
        return next((n for n, part in enumerate(target.parts) if part.text == x.text), -1)
    return 0 if target.text == x.text or target.kind != "name" else -1


def _callee(x: Expression, outline: Outline, calls: Sequence[Call]) -> Function | None:
    """The one function that the call ``x`` surely reaches."""
    sure = [call for call in calls if call.certainty in (Certainty.EXACT, Certainty.PLAUSIBLE)]
    here = [call.callee for call in sure if call.path == outline.path and call.span.start == x.anchor]
    if not here:
        name, lineno = re.split(r"\W", x.name)[-1], syntax.lineno_at(outline, x.anchor)
        here = [call.callee for call in sure if call.lineno == lineno and call.callee.name == name]
    return here[0] if len({(f.path, f.span.start) for f in here}) == 1 else None


def _of_result(outline: Outline, callee: Function, link: Link, nothing: str) -> Behavior | None:
    declared = signatures.result(outline, callee)
    if declared is None:
        return None
    called = _signature(outline, callee)
    if declared.nothing == "never":
        text = f"{called} should return {_a(declared.type)}, never `{nothing}`."
    elif declared.nothing == "beside an error":
        text = (
            f"{called} should return {_a(declared.type)} that is not `{nothing}`, or else an error that "
            f"`{link.function.name}` has to look at first."
        )
    elif declared.nothing == "admitted":
        text = (
            f"{called} may return `{nothing}` by its type: should it have found something here, or should "
            f"`{link.function.name}` expect `{nothing}`?"
        )
    else:
        return None
    return Behavior(text, f"proposed from the declared types of {callee.qualified_name}")


def _of_parameter(
    outline: Outline, functions: Sequence[Function], name: str, nothing: str
) -> Behavior | None:
    for function in functions:
        declared = signatures.parameter(outline, function, name)
        if declared is None:
            continue
        called = _signature(outline, function)
        if declared.nothing == "never":
            text = f"{called} should be given {_a(declared.type)} as `{name}`, never `{nothing}`."
        elif declared.nothing == "admitted":
            text = (
                f"{called} may be given `{nothing}` as `{name}` by its type: should it expect that, "
                "or should its caller have had a value?"
            )
        else:
            return None
        return Behavior(text, f"proposed from the declared types of {function.qualified_name}")
    return None


def _signature(outline: Outline, function: Function) -> str:
    return code(clip(syntax.signature(outline, function), _SIGNATURE))


def _a(kind: str) -> str:
    """``an `int```."""
    first = re.search(r"[A-Za-z]", kind)
    return f"{'an' if first and first[0] in 'aeioAEIO' else 'a'} {code(kind)}"
