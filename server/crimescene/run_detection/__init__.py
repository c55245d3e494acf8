"""Which command runs a file: what its project says, else what its language's tools are.

A table of rules, tried in order; the first that fits answers. Nothing is run, imported or
evaluated here: files are read as text. The program is the workspace's own where it has one
(its virtual environment, its ``node_modules``), never the one that Crimescene runs in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.run_detection import compiled, javascript, python, scripts
from crimescene.run_detection.surroundings import Case, Command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crimescene.run_detection.surroundings import Rule
    from crimescene.workspace import Workspace

__all__ = ["Command", "detect"]

_RULES: Mapping[str, tuple[Rule, ...]] = {
    "python": python.RULES,
    "node": javascript.RULES,
    "go": compiled.GO,
    "cargo": compiled.RUST,
    "jvm": compiled.JVM,
    "dotnet": compiled.DOTNET,
    "ruby": scripts.RUBY,
    "php": scripts.PHP,
    "cmake": compiled.CMAKE,
}
"""By the name that ``tools`` in a language's folder gives."""


def detect(path: str, workspace: Workspace, configured: Sequence[str] = ()) -> Command | None:
    """The command that runs the file at ``path``; None if nothing tells.

    ``configured`` is the user's own; ``{file}`` in it stands for the path.
    """
    if configured:
        return Command(
            tuple(w.replace("{file}", path) for w in configured), "", "the configured test command"
        )
    case = Case(path, workspace)
    answers = (rule(case) for rule in _RULES.get(case.tools, ()))
    return next((found for found in answers if found is not None), None)
