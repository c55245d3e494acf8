"""What git knows of the workspace: its files, what changed lately, who touched a line last.

The only part of Crimescene that runs git. Nothing here raises for the state of a repository:
what cannot be had is None, empty, or a sentence.
"""

from __future__ import annotations

from crimescene.history.blame import last_changes
from crimescene.history.changes import Changes, changes, list_ahead, prefetch
from crimescene.history.differing import differing
from crimescene.history.lines import added_lines, first_changed, touches
from crimescene.history.listing import files, inner_repository
from crimescene.history.mentions import Search, search_ahead
from crimescene.history.renames import Fate, fate, file_at, find_renamed, old_path
from crimescene.history.repository import Repository, open_repository, why_no_repository
from crimescene.history.versions import LineSince, line_since

__all__ = [
    "Changes",
    "Fate",
    "LineSince",
    "Repository",
    "Search",
    "added_lines",
    "changes",
    "differing",
    "fate",
    "file_at",
    "files",
    "find_renamed",
    "first_changed",
    "inner_repository",
    "last_changes",
    "line_since",
    "list_ahead",
    "old_path",
    "open_repository",
    "prefetch",
    "search_ahead",
    "touches",
    "why_no_repository",
]
