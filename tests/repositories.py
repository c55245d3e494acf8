"""Real git repositories in temporary folders; dates, names and settings are the same on every machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from crimescene import history

NOW = 1_767_225_600.0
"""The moment all ages are told from: 2026-01-01 00:00 UTC."""
HOUR = 3600.0
DAY = NOW - 24 * HOUR

_ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "TZ": "UTC",
}
_SETTINGS = (
    "init.defaultBranch=main",
    "user.name=Ana",
    "user.email=ana@example.com",
    "commit.gpgSign=false",
    "core.autocrlf=false",
    "protocol.file.allow=always",
    "advice.detachedHead=false",
    "merge.conflictStyle=merge",
)


class Builder:
    """One repository: write files, commit them some hours before :data:`NOW`."""

    def __init__(self, root: Path, *init: str) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", *init)

    @classmethod
    def existing(cls, root: Path) -> Builder:
        """A builder for a repository that is there already: a clone, a work tree."""
        builder = cls.__new__(cls)
        builder.root = root
        return builder

    def git(
        self,
        *arguments: str | bytes,
        hours_ago: float = 0,
        author: str = "Ana",
        committed: float | None = None,
    ) -> str:
        """Run git; its output. Commits are dated ``hours_ago`` (``committed`` hours ago, if it differs)."""
        authored = f"{int(NOW - hours_ago * HOUR)} +0000"
        dated = authored if committed is None else f"{int(NOW - committed * HOUR)} +0000"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | _ISOLATED
        environment |= {"GIT_AUTHOR_DATE": authored, "GIT_COMMITTER_DATE": dated, "GIT_AUTHOR_NAME": author}
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        done = subprocess.run(
            ["git", *settings, *arguments], cwd=self.root, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode(errors="replace").strip()

    def write(self, files: dict[str, str | bytes | None], *, hours_ago: float = 0) -> None:
        """Write files as last modified ``hours_ago``; None deletes one."""
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            when = NOW - hours_ago * HOUR
            os.utime(path, (when, when))

    def commit(
        self,
        files: dict[str, str | bytes | None],
        subject: str,
        *,
        hours_ago: float,
        author: str = "Ana",
        committed: float | None = None,
    ) -> str:
        """Write files and commit everything; the commit's full name."""
        self.write(files, hours_ago=hours_ago)
        self.git("add", "--all", "--force", ".")
        self.git(
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            subject,
            hours_ago=hours_ago,
            author=author,
            committed=committed,
        )
        return self.git("rev-parse", "HEAD")


def numbered(count: int, **replaced: str) -> str:
    """Text of ``count`` lines, "line 1" and so on; ``l7="x"`` says something else in line 7."""
    lines = [replaced.get(f"l{number}", f"line {number}") for number in range(1, count + 1)]
    return "".join(f"{line}\n" for line in lines)


def open_at(root: Path) -> history.Repository:
    """The repository at ``root``, which has to be one."""
    opened = history.open_repository(root)
    assert opened is not None, history.why_no_repository(root)
    return opened


def changes_at(root: Path, since: float = DAY) -> history.Changes:
    """What changed there in the last day."""
    return history.changes(open_at(root), since=since, now=NOW)


def told(found: history.Changes) -> list[tuple[str, str, int, int]]:
    """Path, state, first line and number of lines of each hunk."""
    return [(c.path, c.state, c.hunk.new_start, c.hunk.new_count) for c in found.changes]
