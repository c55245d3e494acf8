"""Changes that matter by their name: dependencies, lock files, configuration, files that went away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crimescene.prompt.plain import aged, clip, code, counted, inline, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.history.patches import FilePatch

_MOST = 12
"""Sentences of this kind in one answer."""
_NAMES = 6
"""Files named in one sentence."""
_SHOWN_LINES = 4
_LONGEST_LINE = 100

_MANIFEST = re.compile(
    r"package\.json|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|environment\.ya?ml|Cargo\.toml|go\.(?:mod|work)|pom\.xml"
    r"|(?:re)?quirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.txt|(?:build|settings)\.gradle(?:\.kts)?"
    r"|gradle\.properties|libs\.versions\.toml|composer\.json|Gemfile|[\w.-]+\.gemspec|pubspec\.yaml|mix\.exs"
    r"|[\w.-]+\.(?:cs|fs|vb)proj|packages\.config|Directory\.\w+\.props|deno\.jsonc?|\.tool-versions"
    r"|\.(?:nvmrc|node-version|python-version|ruby-version|java-version|sdkmanrc)|rust-toolchain(?:\.toml)?",
)
"""Files whose changed lines say which dependency or runtime moved: these lines are shown."""
_LOCK = re.compile(
    r"package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|bun\.lockb|go\.(?:work\.)?sum|gradle\.lockfile"
    r"|packages\.lock\.json|conda-lock\.ya?ml|[\w.-]*\.lock",
)
_CONFIGURATION = re.compile(
    r"(?:[tj]sconfig[\w.-]*|nx|turbo|angular|nest-cli|vercel)\.json|\.(?:babelrc|swcrc|npmrc|yarnrc|browserslistrc)[\w.]*"
    r"|\.env[\w.-]*|[\w.-]+\.env|(?:[\w-]+\.)?(?:Docker|Container)file[\w.-]*|(?:docker-)?compose[\w.-]*\.ya?ml"
    r"|tox\.ini|pytest\.ini|mypy\.ini|\.coveragerc|alembic\.ini|Procfile|Jenkinsfile|Makefile|\.editorconfig"
    r"|(?:application|bootstrap)(?:-[\w-]+)?\.(?:ya?ml|properties)|logback[\w-]*\.xml|log4j2?[\w-]*\.\w+"
    r"|appsettings(?:\.\w+)?\.json|nginx\.conf|\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines\.ya?ml|\.gitmodules",
)
_CI_FOLDERS = re.compile(r"(?:^|/)(?:\.github/(?:workflows|actions)|\.circleci|\.buildkite|\.teamcity)/")


class Origin(NamedTuple):
    """Who changed something, and when. ``sha`` is empty while it is uncommitted."""

    when: float
    sha: str = ""
    author: str = ""
    subject: str = ""
    arrived: float | None = None
    """When it came into this history; None while it is uncommitted."""

    def said(self, now: float) -> str:
        """``3 hours ago (abc1234, Ana: Bump react)``; ``40 minutes ago (uncommitted)``."""
        age = aged(self.when, self.arrived, now)
        if not self.sha:
            return f"{age} (uncommitted)"
        author = one_line(self.author)
        return f"{age} ({self.sha[:7]}, {author}: {inline(clip(self.subject, _LONGEST_LINE))})"


def is_notable(path: str) -> bool:
    """Whether the file is named with its age in place of its hunks."""
    name = path.rpartition("/")[2]
    return any(kind.fullmatch(name) for kind in (_MANIFEST, _LOCK, _CONFIGURATION)) or bool(
        _CI_FOLDERS.search(path)
    )


class Mention(NamedTuple):
    """A changed file that is named in place of its hunks."""

    path: str
    what: str
    """How the sentence starts: ``Deleted``, ``Added``, …"""
    origin: Origin
    detail: str = ""


def mention(patch: FilePatch, origin: Origin) -> Mention | None:
    """Name a file that is notable, binary, renamed, removed, a submodule or in conflict; else None."""
    path = patch.path or patch.old_path or ""
    renamed = patch.path is not None and patch.old_path not in (None, path)
    what, detail = "", ""
    if patch.unmerged:
        what = "In a merge that is not resolved"
    elif patch.submodule:
        what = "Submodule moved to another commit" if patch.path and patch.old_path else "Submodule changed"
    elif patch.path is None:
        what = "Deleted"
    elif renamed and (patch.binary or not patch.hunks or is_notable(path)):
        what, detail = "Renamed", f"from {code(patch.old_path or '')}"
    elif is_notable(path):
        what = "Changed" if patch.old_path else "Added"
        if _MANIFEST.fullmatch(path.rpartition("/")[2]):
            detail = ", ".join(code(line) for line in _telling_lines(patch))
    elif patch.binary:
        what, detail = "Changed" if patch.old_path else "Added", "binary"
    return Mention(path, what, origin, detail) if what else None


def _telling_lines(patch: FilePatch) -> list[str]:
    """Return the changed lines of a manifest if they are few."""
    lines = [
        line.decode("utf-8", "replace") for hunk in patch.hunks for line in hunk.lines if line[:1] in b"+-"
    ]
    lines = [f"{line[0]}{line[1:].strip()}" for line in lines if line[1:].strip()]
    return [clip(line, _LONGEST_LINE) for line in lines] if len(lines) <= _SHOWN_LINES else []


def sentences(mentions: Iterable[Mention], now: float) -> list[str]:
    """One sentence for each commit and kind of change, those on dependencies and configuration first.

    Of the mentions of one file the first, which is the newest, counts.
    """
    newest: dict[str, Mention] = {}
    for each in mentions:
        newest.setdefault(each.path, each)
    groups: dict[tuple[str, str], list[Mention]] = {}
    for each in sorted(newest.values(), key=lambda each: not is_notable(each.path)):
        groups.setdefault((each.what, each.origin.said(now)), []).append(each)
    said = []
    for (what, when), group in list(groups.items())[:_MOST]:
        names = [f"{code(each.path)}{f' ({each.detail})' if each.detail else ''}" for each in group[:_NAMES]]
        rest = f" and {len(group) - _NAMES:,} more" if len(group) > _NAMES else ""
        said.append(f"{what} {when}: {', '.join(names)}{rest}.")
    if len(groups) > _MOST:
        left = sum(len(group) for group in list(groups.values())[_MOST:])
        said.append(f"{counted(left, 'more file')} without lines to show changed.")
    return said
