"""A repository can name programs in dozens of places; looking at it starts none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crimescene import history
from repositories import HOUR, NOW, Builder, numbered

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the traps are shell scripts")

_CONFIG = """
[core]
    fsmonitor = {trap}/fsmonitor
    hooksPath = {trap}/hooks
    pager = {trap}/pager
    editor = {trap}/editor
    sshCommand = {trap}/ssh
    askPass = {trap}/askpass
    gitProxy = {trap}/proxy
    alternateRefsCommand = {trap}/alternates
    attributesFile = {trap}/attributes
[alias]
    log = !{trap}/alias-log
    ls-files = !{trap}/alias-ls-files
    diff-files = !{trap}/alias-diff-files
[credential]
    helper = {trap}/credential
[credential "https://example.com"]
    helper = {trap}/credential-url
[diff]
    external = {trap}/diff-external
    orderFile = {trap}/no-such-file
    noprefix = true
    mnemonicPrefix = true
    suppressBlankEmpty = true
    submodule = diff
    ignoreSubmodules = none
    renames = false
    wsErrorHighlight = all
    colorMoved = zebra
    context = 0
[diff "evil"]
    command = {trap}/diff-command
    textconv = {trap}/textconv
[diff "e=v.i l"]
    command = {trap}/diff-command-odd
    textconv = {trap}/textconv-odd
[filter "evil"]
    clean = {trap}/clean
    smudge = {trap}/smudge
    required
[filter "process"]
    process = {trap}/process
    required = true
[filter "e=v.i l"]
    clean = {trap}/clean-odd
    process = {trap}/process-odd
    required = true
[merge "evil"]
    driver = {trap}/merge-driver
[gpg]
    program = {trap}/gpg
[gpg "ssh"]
    program = {trap}/gpg-ssh
    defaultKeyCommand = {trap}/gpg-key
[hook "evil"]
    event = post-index-change
    command = {trap}/hook-config
[log]
    showSignature = true
    showRoot = true
    diffMerges = remerge
    follow = true
[pager]
    log = {trap}/pager-log
    blame = {trap}/pager-blame
[color]
    ui = always
[protocol]
    allow = always
[protocol "ext"]
    allow = always
[remote "origin"]
    url = ext::{trap}/remote-ext
    uploadpack = {trap}/uploadpack
    vcs = evil
    promisor = true
    partialclonefilter = blob:none
[extensions]
    partialClone = origin
[trace2]
    eventTarget = {trap}/sprung/trace2
[blame]
    ignoreRevsFile = {trap}/ignored-revisions
    showEmail = true
[uploadpack]
    packObjectsHook = {trap}/pack-objects
[include]
    path = ../included
"""
_INCLUDED = """
[filter "included"]
    clean = {trap}/clean-included
    required = true
[includeIf "gitdir:**"]
    path = ../included-if
"""
_INCLUDED_IF = """
[diff "included"]
    textconv = {trap}/textconv-included
"""
_ATTRIBUTES = """
*.py filter=evil diff=evil merge=evil
*.js filter=process
*.ts filter=e=v.i
*.go filter=included diff=included
"""


class Trap:
    """A folder of programs; each leaves its name when it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sprung = folder / "sprung"
        self._sprung.mkdir(parents=True)
        (folder / "hooks").mkdir()
        for line in (_CONFIG + _INCLUDED + _INCLUDED_IF).splitlines():
            if "{trap}/" in line and not line.strip().startswith(
                ("hooksPath", "ignoreRevs", "orderFile", "eventT")
            ):
                self._arm(line.split("{trap}/")[1])
        for hook in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"):
            self._arm(f"hooks/{hook}")
        (folder / "attributes").write_text("*.rs filter=evil diff=evil\n")
        (folder / "ignored-revisions").write_text("")

    def _arm(self, name: str) -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\ntouch "{self._sprung}/{name.replace("/", "-")}"\ncat 2>/dev/null\n')
        path.chmod(0o755)

    @property
    def sprung(self) -> list[str]:
        """Names of the programs that ran."""
        return sorted(path.name for path in self._sprung.iterdir())


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    """Programs that must not run."""
    return Trap(tmp_path / "trap")


@pytest.fixture
def hostile(tmp_path: Path, trap: Trap, monkeypatch: pytest.MonkeyPatch) -> Builder:
    """A repository with commits, a merge, a submodule, every state of file, and a trap in every setting."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    repo = Builder(tmp_path / "repo")
    names = ["a.py", "b.js", "c.ts", "d.go", "e.rs"]
    repo.commit({name: numbered(30) for name in names} | {"old.py": numbered(20)}, "Begin", hours_ago=48)
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"a.py": numbered(30, l9="side")}, "Side", hours_ago=9)
    repo.git("checkout", "-q", "main")
    repo.commit({name: numbered(30, l20="x") for name in names}, "Twenty", hours_ago=8)
    repo.git("merge", "-q", "-m", "Merge", "side", hours_ago=7)
    repo.git("mv", "old.py", "new.py")
    repo.commit({".gitattributes": _ATTRIBUTES}, "Move", hours_ago=6)
    inner = Builder(tmp_path / "library")
    inner.commit({"lib.py": numbered(30)}, "Library", hours_ago=60)
    repo.git("submodule", "--quiet", "add", str(inner.root), "lib")
    repo.commit({}, "Take the library", hours_ago=5)
    _sign(repo, tmp_path)
    repo.write({"a.py": numbered(30, l9="side", l20="staged")}, hours_ago=2)
    repo.git("add", "a.py")
    repo.write({name: numbered(30, l5="five", l20="x") for name in names}, hours_ago=1)
    repo.write({"a.py": numbered(30, l5="five", l9="side", l20="staged")}, hours_ago=1)
    repo.write({"untracked.py": "new\n", "lib/lib.py": numbered(30, l5="five")}, hours_ago=1)
    for root in (repo.root, repo.root / "lib"):
        (root / "included").write_text(_INCLUDED.format(trap=trap.folder).replace("../", ""))
        (root / "included-if").write_text(_INCLUDED_IF.format(trap=trap.folder))
    for folder in (".git", ".git/modules/lib"):
        path = repo.root / folder / "config"
        config = path.read_text() + _CONFIG.format(trap=trap.folder)
        config = config.replace("../included", str(repo.root / "included"))
        # Names of its own for the submodule: disarming those of the outer repository must not be enough.
        path.write_text(config.replace('"evil"', '"evil-lib"') if "modules" in folder else config)
        path.with_name("info").mkdir(exist_ok=True)
        (path.parent / "info/attributes").write_text('"*.mk" filter=evil\n*.ts filter=process diff=evil\n')
        hooks = path.parent / "hooks"
        hooks.mkdir(exist_ok=True)
        for hook in ("post-index-change", "reference-transaction"):
            (hooks / hook).write_text((trap.folder / "hooks" / hook).read_text())
            (hooks / hook).chmod(0o755)
    (repo.root / "lib/.gitattributes").write_text(_ATTRIBUTES.replace("=evil", "=evil-lib"))
    assert trap.sprung == []
    return repo


def _sign(repo: Builder, tmp_path: Path) -> None:
    """Give the newest commit a signature, which git would have a program check."""
    head, _, message = repo.git("cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    (tmp_path / "signed").write_text(f"{head}\n{signature}\n\n{message}\n")
    signed = repo.git("hash-object", "-t", "commit", "-w", str(tmp_path / "signed"))
    repo.git("reset", "-q", "--soft", signed)


def _plain_git(repo: Builder, *arguments: str) -> None:
    """Run git as anybody would; whatever becomes of it."""
    subprocess.run(["git", *arguments], cwd=repo.root, capture_output=True, check=False, timeout=60)


def test_traps_are_armed(hostile: Builder, trap: Trap) -> None:
    """The same questions asked with plain git spring the traps, or the next test would prove nothing."""
    for path in hostile.root.glob("*.*"):
        os.utime(path)
    _plain_git(hostile, "status")
    _plain_git(hostile, "update-index", "--force-write-index")
    _plain_git(hostile, "-c", "diff.orderFile=/dev/null", "log", "-p", "-2")
    for path in ("a.py", "b.js", "d.go"):
        _plain_git(hostile, "-c", "diff.orderFile=/dev/null", "diff", "--", path)
        _plain_git(hostile, "-c", "diff.orderFile=/dev/null", "diff", "--no-ext-diff", "HEAD", "--", path)
    _plain_git(hostile, "blame", "a.py")
    for name in (
        "fsmonitor",
        "clean",
        "process",
        "clean-included",
        "textconv",
        "hooks-post-index-change",
        "gpg",
    ):
        assert name in trap.sprung
    assert {"diff-external", "diff-command"} & set(trap.sprung)


def test_nothing_runs(hostile: Builder, trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every public function answers, and not one program of the repository has run."""
    for variable in (
        "GIT_EXTERNAL_DIFF",
        "GIT_PAGER",
        "PAGER",
        "GIT_SSH_COMMAND",
        "GIT_ASKPASS",
        "GIT_EDITOR",
    ):
        monkeypatch.setenv(variable, str(trap.folder / "editor"))
    monkeypatch.setenv("GIT_TRACE", str(trap.folder / "sprung/trace"))
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trap.folder / "sprung/trace2-event"))
    monkeypatch.setenv("GIT_DIR", str(trap.folder))
    opened = history.open_repository(hostile.root)
    assert opened is not None, history.why_no_repository(hostile.root)
    files = history.files(opened)
    assert {"a.py", "lib/lib.py", "new.py", "untracked.py"} < set(files)
    found = history.changes(opened, since=NOW - 24 * HOUR, now=NOW)
    told = {(c.path, c.state, c.subject) for c in found.changes}
    assert {(name, "unstaged", "") for name in ("a.py", "b.js", "c.ts", "d.go", "e.rs")} < told
    assert {("a.py", "staged", ""), ("b.js", "committed", "Twenty"), ("a.py", "committed", "Side")} < told
    assert any("+five" in c.hunk.text for c in found.changes if c.path == "a.py")
    places = [("a.py", 1, 30), ("b.js", 15, 25), ("new.py", 1, 9), ("c.ts", 1, 30), ("d.go", 20, 20)]
    last = history.last_changes(opened, places, seconds=30)
    assert [c and (c.subject or c.state) for c in last] == [
        "unstaged",
        "Twenty",
        "Begin",
        "unstaged",
        "Twenty",
    ]
    assert history.find_renamed(opened, "old.py") == "new.py"
    assert history.old_path(opened, "new.py") == "old.py"
    assert history.file_at(opened, "HEAD", "d.go") == numbered(30, l20="x").encode()
    inner = history.open_repository(hostile.root / "lib")
    assert inner is not None
    assert [c.path for c in history.changes(inner, since=0, now=NOW).changes if c.state == "unstaged"] == [
        "lib.py"
    ]
    assert trap.sprung == []


def test_index_is_not_written(hostile: Builder) -> None:
    """Reading leaves the repository as it was, byte for byte."""
    before = {path: path.read_bytes() for path in (hostile.root / ".git").rglob("*") if path.is_file()}
    opened = history.open_repository(hostile.root)
    assert opened is not None
    history.changes(opened, since=0, now=NOW)
    history.last_changes(opened, [("a.py", 1, 30)], seconds=30)
    after = {path: path.read_bytes() for path in (hostile.root / ".git").rglob("*") if path.is_file()}
    assert after == before


def test_missing_objects_are_not_fetched(hostile: Builder, trap: Trap) -> None:
    """What a partial clone lacks is not fetched; what can be told without it is."""
    blob = hostile.git("-c", "core.fsmonitor=false", "rev-parse", "HEAD~4:b.js")
    (hostile.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    opened = history.open_repository(hostile.root)
    assert opened is not None
    history.changes(opened, since=0, now=NOW)
    history.last_changes(opened, [("b.js", 1, 30)], seconds=30)
    history.file_at(opened, blob, "b.js")
    history.file_at(opened, "HEAD~4", "b.js")
    assert trap.sprung == []


def test_work_tree_elsewhere(tmp_path: Path, trap: Trap) -> None:
    """A repository that claims files outside the folder that was opened does not get them shown."""
    del trap
    repo = Builder(tmp_path / "repo")
    repo.commit({"secret.txt": "nothing\n"}, "Begin", hours_ago=48)
    (tmp_path / "home").mkdir()
    (tmp_path / "home/secret.txt").write_text("the key\n")
    repo.git("config", "core.worktree", str(tmp_path / "home"))
    assert history.open_repository(repo.root) is None
    repo.git("config", "core.worktree", str(tmp_path))
    opened = history.open_repository(repo.root)
    if opened is not None:
        found = history.changes(opened, since=0, now=NOW)
        assert not any("key" in c.hunk.text for c in found.changes)
        assert not any("home" in path for path in history.files(opened))


def test_link_in_place_of_a_folder(tmp_path: Path) -> None:
    """A tracked folder replaced by a link out of the workspace is a deletion, not a way out."""
    repo = Builder(tmp_path / "repo")
    repo.commit({"d/secret.txt": "nothing\n", "x.txt": "x\n"}, "Begin", hours_ago=48)
    (tmp_path / "home").mkdir()
    (tmp_path / "home/secret.txt").write_text("the key\n")
    (repo.root / "d/secret.txt").unlink()
    (repo.root / "d").rmdir()
    (repo.root / "d").symlink_to(tmp_path / "home")
    (repo.root / "x.txt").unlink()
    (repo.root / "x.txt").symlink_to(tmp_path / "home/secret.txt")
    opened = history.open_repository(repo.root)
    assert opened is not None
    assert not any("key" in c.hunk.text for c in history.changes(opened, since=0, now=NOW).changes)
    assert history.last_changes(opened, [("d/secret.txt", 1, 1), ("x.txt", 1, 1)], seconds=9) == [None, None]


def test_bare_repository_inside(tmp_path: Path, trap: Trap) -> None:
    """A folder that only looks like a bare repository is not taken for one."""
    repo = Builder(tmp_path / "repo")
    repo.commit({"a.py": "a\n"}, "Begin", hours_ago=48)
    bare = Builder(repo.root / "docs", "--bare")
    (bare.root / "config").write_text(
        "[core]\nbare = false\nworktree = ..\n" + _CONFIG.format(trap=trap.folder)
    )
    assert history.open_repository(bare.root) is None
    assert trap.sprung == []


def test_pipes_do_not_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe where git or we expect a file ends at the deadline, not never."""
    monkeypatch.setattr("crimescene.history.repository.SECONDS", 1.0)
    repo = Builder(tmp_path / "repo")
    repo.commit({"a.py": "a\n"}, "Begin", hours_ago=48)
    os.mkfifo(repo.root / "pipe.py")
    os.mkfifo(repo.root / ".gitmodules")
    opened = history.open_repository(repo.root)
    assert opened is not None
    assert "a.py" in history.files(opened)
    assert history.changes(opened, since=0, now=NOW).changes == ()
    os.mkfifo(repo.root / ".git/included")
    repo.git("config", "include.path", "included")
    assert history.open_repository(repo.root) is None
