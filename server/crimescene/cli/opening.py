"""Which workspace a command is about, and which file of it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crimescene.cli.console import say
from crimescene.model import UserError

if TYPE_CHECKING:
    import argparse

    from crimescene.analysis import Analysis
    from crimescene.settings import Settings


def analysis_of(options: argparse.Namespace) -> Analysis:
    """The facade of the workspace that the options name."""
    from crimescene import history

    root = root_of(options)
    settings = _settings(root, options)
    repository = history.open_repository(root.resolve())
    if repository is not None:
        history.list_ahead(repository)
    # Imported last: git lists the files meanwhile.
    from crimescene.analysis import Analysis

    return Analysis(root, settings, repository=repository, here=here())


def root_of(options: argparse.Namespace) -> Path:
    """The folder that the options name, else that of the repository around, else this one."""
    root = Path(options.root) if options.root else git_top(here()) or here()
    if not root.is_dir():
        raise UserError(f"{root} is no folder: --root names the top folder of the project.")
    return root


def here() -> Path:
    """The folder that the user is in."""
    try:
        return Path.cwd()
    except OSError:
        raise UserError("The current folder is gone: change to one that is there, or name --root.") from None


def _settings(root: Path, options: argparse.Namespace) -> Settings:
    """The project's settings; what was typed wins, and of sections both may hide some."""
    from crimescene import configuration

    settings, problems = configuration.read(root)
    for sentence in problems:
        say(sentence)
    names = ("budget", "style", "since", "closing")
    typed = {name: value for name in names if (value := getattr(options, name, None)) is not None}
    hidden = settings.hidden_sections.union(getattr(options, "hide", ()))
    return replace(settings, hidden_sections=hidden, **typed)


def git_top(start: Path) -> Path | None:
    """The folder that holds ``.git``, going up from ``start``; git itself is not asked."""
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)


def path_of(given: str, analysis: Analysis, options: argparse.Namespace) -> str:
    """A path as typed, seen from where it was typed; below ``--root`` if one was named and it lies there."""
    bases = [analysis.root, Path.cwd()] if options.root else [Path.cwd(), analysis.root]
    found = next((base / given for base in bases if (base / given).is_file()), None)
    if found is None:
        there = any(os.path.lexists(base / given) for base in bases)
        raise UserError(f"{given}: {'not a regular' if there else 'no such'} file in {bases[0]}.")
    return analysis.relative(str(found))
