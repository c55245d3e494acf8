"""One evaluator for each workspace, kept between questions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, proxy

from crimescene.callers.evaluate import Evaluator
from crimescene.callers.program import Program

if TYPE_CHECKING:
    from crimescene.workspace import Workspace

_EVALUATORS: WeakKeyDictionary[Workspace, Evaluator] = WeakKeyDictionary()


def evaluator_for(workspace: Workspace) -> Evaluator:
    """Return the evaluator of ``workspace``, up to date with its files."""
    try:
        known = _EVALUATORS.get(workspace)
    except TypeError:  # a workspace that cannot be referred to weakly keeps nothing
        return Evaluator(Program(workspace))
    if known is None:
        known = Evaluator(Program(proxy(workspace)))
        _EVALUATORS[workspace] = known
    known.program.refresh()
    known.begin()
    return known
