"""The work tree at a moment, and what changed since; everything redacted before it is kept."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from crimescene import case, history
from crimescene.languages import language_for
from crimescene.redact import redact
from crimescene.workspace import is_binary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crimescene.case import Base
    from crimescene.workspace import Workspace

_MOST_FILES = 200
_MOST_BYTES = 200_000
"""Of one file whose content is kept; a longer one is data."""
_MOST_DIFF = 20_000
"""Characters of a diff that are kept."""


def snapshot(workspace: Workspace, repo: history.Repository | None, chain: Iterable[str]) -> Base:
    """The work tree as it is, as far as no commit keeps it; without git the files of the ``chain``."""
    paths: Collection[str] = dict.fromkeys(chain)
    head = ""
    if repo is not None and (changed := history.differing(repo, repo.head or "")) is not None:
        paths, head = changed, repo.head or ""
    files: dict[str, str | None] = {}
    for path in list(paths)[:_MOST_FILES]:
        kept = _content(workspace, path)
        if kept is None or isinstance(kept, str):
            files[path] = kept
    return case.Base(head, files)


_NOT_TEXT = object()


def _content(workspace: Workspace, path: str) -> object:
    """What is kept of a file: its text (redacted), None where there is none, ``_NOT_TEXT``."""
    if path.startswith(f"{case.FOLDER}/"):
        return _NOT_TEXT
    source = workspace.read(path)
    if source is None:
        return None if "does not exist" in workspace.why_unreadable(path) else _NOT_TEXT
    return _as_text(source)


def _as_text(source: bytes) -> object:
    if is_binary(source) or len(source) > _MOST_BYTES:
        return _NOT_TEXT
    return redact(source.decode("utf-8", "replace")).text


def changed_since(
    base: Base, workspace: Workspace, repo: history.Repository | None, also: Iterable[str] = ()
) -> str:
    """What changed in the work tree since ``base`` as a unified diff (redacted); empty if nothing did.

    ``also`` names files that may differ in an editor only, where git sees no difference.
    """
    paths = dict.fromkeys(base.files)
    if repo is not None and base.head:
        paths |= dict.fromkeys(also)
    if repo is not None and (found := history.differing(repo, base.head)) is not None:
        paths |= dict.fromkeys(found[:_MOST_FILES])
    out: list[str] = []
    for path in sorted(paths):
        now = _content(workspace, path)
        then = base.files[path] if path in base.files else _committed(base, path, repo)
        if then is None and language_for(path) is None:
            continue  # a new file that is no code: a log, a trace, an answer that was saved
        if _NOT_TEXT in (now, then) or now == then:
            continue
        out += _unified(path, then if isinstance(then, str) else None, now if isinstance(now, str) else None)
        if sum(map(len, out)) > _MOST_DIFF:
            out.append("… (the diff goes on)")
            break
    return "\n".join(out)


def _committed(base: Base, path: str, repo: history.Repository | None) -> object:
    data = history.file_at(repo, base.head, path) if repo is not None and base.head else None
    return None if data is None else _as_text(data)


def _unified(path: str, then: str | None, now: str | None) -> list[str]:
    names = (
        f"a/{path}" if then is not None else "/dev/null",
        f"b/{path}" if now is not None else "/dev/null",
    )
    old, new = (text.splitlines() if text is not None else [] for text in (then, now))
    return list(difflib.unified_diff(old, new, *names, lineterm=""))
