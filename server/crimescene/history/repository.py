"""Open a repository and run git in it so that nothing the repository says is executed.

A repository is data somebody else may have written, yet its configuration can name programs
for nearly everything git does: hooks, filters, diff drivers, pagers, transports, helpers.
Every call of git starts here, with all of those switched off by the environment; what git
still reads, it only reads. A :class:`Repository` is good for one question: open it again for
the next, since the configuration may have changed.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SECONDS = 10.0
"""How long any one git process may run unless its caller says otherwise."""
MAX_BYTES = 64_000_000
"""How much any one git process may print unless its caller says otherwise."""

_INERT = {
    "crimescene.inert": "true",  # seen in the listing, it proves that git took these settings
    # programs
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.editor": ":",
    "core.sshCommand": "",
    "core.askPass": "",
    "core.gitProxy": "",
    "core.alternateRefsCommand": "",
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    # output that does not hang on anybody's taste
    "color.ui": "false",
    "core.bigFileThreshold": "2m",
    "core.quotePath": "true",
    "diff.ignoreSubmodules": "dirty",
    "diff.orderFile": os.devnull,
    "diff.renameLimit": "1000",
    "diff.renames": "true",
    "diff.submodule": "short",
    "log.follow": "false",
    "log.showRoot": "false",
    "submodule.recurse": "false",
}
"""Settings that git is given with every call; they win over those of any file."""

_PROGRAM_KEYS = re.compile(
    r"filter\..*\.(?:clean|smudge|process)|diff\..*\.(?:command|textconv)|merge\..*\.driver"
    r"|credential\..*\.helper|gpg\..*\.(?:program|defaultkeycommand)|hook\..*\.(?:command|event)"
    r"|remote\..*\.(?:uploadpack|receivepack|vcs|proxy)",
    re.DOTALL,
)
"""Keys with a name in the middle that hold a program; an empty value switches each off."""
_SWITCHES = re.compile(r"(filter\..*\.)required|(remote\..*\.)promisor|(hook\..*\.)enabled", re.DOTALL)
"""Keys with a name in the middle that are to be false: without its program a filter must not be required."""

_KEPT = frozenset(
    {"GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH"}
    | {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"}
)
"""Variables of git that say where things are. The rest would point it elsewhere (GIT_DIR while a hook
runs), make it run something (GIT_EXTERNAL_DIFF) or write something (GIT_TRACE)."""
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # stronger than protocol.<name>.allow of a repository
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": ":",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree with its history, seen from ``root``: every path is relative to that folder."""

    root: Path
    """The folder that was asked for; it may lie below the work tree's top."""
    head: str | None
    """Commit that is checked out; None before the first one."""
    shallow: bool
    """Whether the history was cut off when it was fetched."""
    user: str
    """The configured ``user.name``; may be empty."""
    empty_tree: str
    """Name of the tree without files, in the repository's hash."""
    program: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False, compare=False)
    listing: list[object] = field(default_factory=list, repr=False, compare=False)
    """What git listed, once it was asked: the files and the changes both need it."""
    ahead: dict[tuple[str | bytes, ...], Running | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Processes that were started before anybody asked, by their arguments."""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Output:
    """What a process printed before it ended or was stopped."""

    data: bytes
    complete: bool
    """It ended by itself, said that it succeeded, and nothing was cut off."""


class Running:
    """A git process under way; its output is collected while the caller does something else."""

    def __init__(self, process: subprocess.Popen[bytes], limit: int) -> None:
        self._process = process
        self._limit = limit
        self._data = b""
        self._code: int | None = None
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self) -> None:
        if self._process.stdout is not None:
            with self._process.stdout as stream:
                self._data = stream.read(self._limit)
        if len(self._data) >= self._limit:
            self._process.kill()
        self._code = self._process.wait()

    @property
    def found_nothing(self) -> bool:
        """Whether git ended well without a match: its exit code is 1 then."""
        return self._code == 1 and not self._data

    def output(self, deadline: float) -> Output:
        """Wait until the process ends or the clock (``time.monotonic``) shows ``deadline``."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._thread.is_alive():
            self._process.kill()
            self._thread.join(1.0)  # on a dead file server even that may not end it
        return Output(self._data, complete=self._code == 0 and len(self._data) < self._limit)


def start(
    repo: Repository, *arguments: str | bytes, limit: int = MAX_BYTES, literal: bool = True
) -> Running | None:
    """Start git in the repository's folder; None if the system cannot start it.

    Paths are ``literal`` unless the caller made them patterns.
    """
    if arguments in repo.ahead:
        return repo.ahead.pop(arguments)
    process = spawn(repo, *arguments, literal=literal)
    return None if process is None else Running(process, limit)


def start_ahead(repo: Repository, *arguments: str, limit: int = MAX_BYTES) -> None:
    """Start git for whoever calls ``start`` with the same arguments next."""
    repo.ahead[arguments] = start(repo, *arguments, limit=limit)


def spawn(repo: Repository, *arguments: str | bytes, literal: bool = True) -> subprocess.Popen[bytes] | None:
    """Start git for a caller who reads its output line by line and ends it."""
    try:
        return _popen(repo.program, repo.root, repo.environment, arguments, literal=literal)
    except (OSError, ValueError):
        return None


def collect(running: Running | None, deadline: float) -> Output:
    """Output of a process that may not have started."""
    return Output(b"", complete=False) if running is None else running.output(deadline)


def run(repo: Repository, *arguments: str | bytes, seconds: float = SECONDS) -> Output:
    """Run git in the repository's folder to its end."""
    return collect(start(repo, *arguments), time.monotonic() + seconds)


def _popen(
    program: str,
    root: Path,
    environment: Mapping[str, str],
    arguments: Iterable[str | bytes],
    *,
    stderr: int = subprocess.DEVNULL,
    literal: bool = True,
) -> subprocess.Popen[bytes]:
    paths = ("--literal-pathspecs",) if literal else ()
    return subprocess.Popen(
        [program, "--no-pager", *paths, *arguments],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
    )


# --------------------------------------------------------------------------- opening


def open_repository(root: Path) -> Repository | None:
    """The repository whose work tree holds ``root``; None if there is none that may be read."""
    found = _open(root)
    return None if isinstance(found, str) else found


def why_no_repository(root: Path) -> str:
    """Return one sentence that says why ``open_repository`` gave None; empty if it opens one."""
    found = _open(root)
    return found if isinstance(found, str) else ""


_QUESTIONS = (
    "--is-inside-work-tree",
    "--is-bare-repository",
    "--is-shallow-repository",
    "--show-object-format",
    "--verify",
    "HEAD^{commit}",
)
_EMPTY_TREES = {
    b"sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    b"sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


_SILENT_SECONDS = 20.0
_silent: dict[Path, float] = {}
"""Folders where git did not answer, and until when (``time.monotonic``) it is not asked there again: one
prompt opens the repository several times, and would wait each time."""
_NO_ANSWER = f"No history: git did not answer within {SECONDS:g} seconds."


def _open(root: Path) -> Repository | str:
    if time.monotonic() < _silent.get(root, 0.0):
        return _NO_ANSWER
    deadline = time.monotonic() + SECONDS
    found = _read(root, deadline)
    if time.monotonic() < deadline:
        return found
    _silent[root] = time.monotonic() + _SILENT_SECONDS
    return _NO_ANSWER


def _read(root: Path, deadline: float) -> Repository | str:
    program = find_program()
    if program is None:
        return "No history: git is not installed."
    environment = _environment(_INERT)
    try:
        processes = [
            _popen(program, root, environment, arguments, stderr=subprocess.PIPE)
            for arguments in (("rev-parse", *_QUESTIONS), ("config", "--list", "--null", "--includes"))
        ]
    except (OSError, ValueError) as error:
        return f"No history: git could not be started in {root} ({error})."
    (facts, complaint), (listed, _) = (_ended(process, deadline) for process in processes)
    answers = facts.split(b"\n")
    if len(answers) <= _QUESTIONS.index("--verify") or answers[:2] != [b"true", b"false"]:
        return _refusal(root, complaint.decode("utf-8", "replace"), answers)
    if answers[3] not in _EMPTY_TREES:
        return f"No history: the repository's hash, {answers[3].decode('ascii', 'replace')}, is unknown."
    config = dict(_entries(listed))
    if config.get("crimescene.inert") != "true":
        return "No history: this git is too old to read a repository without trusting it; 2.31 is needed."
    return Repository(
        root=root,
        head=answers[4].decode("ascii") or None,
        shallow=answers[2] == b"true",
        user=config.get("user.name", ""),
        empty_tree=_EMPTY_TREES[answers[3]],
        program=program,
        environment=_environment({**_INERT, **_switched_off(config)}),
    )


def _ended(process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bytes]:
    try:
        return process.communicate(timeout=max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


def _entries(listed: bytes) -> Iterable[tuple[str, str]]:
    for entry in os.fsdecode(listed).split("\0"):
        key, _, value = entry.partition("\n")
        yield key, value


def _switched_off(config: Mapping[str, str]) -> dict[str, str]:
    """Settings that disarm every program the configuration names."""
    off = {key: "" for key in config if _PROGRAM_KEYS.fullmatch(key)}
    for key in config:
        if match := _SWITCHES.fullmatch(key):
            off[key] = "false"
        elif key.startswith("filter.") and key in off:
            off[f"{key.rpartition('.')[0]}.required"] = "false"
        elif match := re.fullmatch(r"(hook\..*\.)command", key, re.DOTALL):
            off[f"{match[1]}enabled"] = "false"
    return off


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our own environment without what would steer git, with ``settings`` on top of its configuration."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _KEPT}
    given = os.environ.get("GIT_CONFIG_COUNT", "")
    count = int(given) if given.isdecimal() else 0  # containers trust a folder this way
    for kind in ("KEY", "VALUE"):
        names = (f"GIT_CONFIG_{kind}_{index}" for index in range(count))
        ours.update({name: os.environ[name] for name in names if name in os.environ})
    for index, (key, value) in enumerate(settings.items(), start=count):
        ours[f"GIT_CONFIG_KEY_{index}"] = key
        ours[f"GIT_CONFIG_VALUE_{index}"] = value
    return ours | _ENVIRONMENT | {"GIT_CONFIG_COUNT": str(count + len(settings))}


def _refusal(root: Path, complaint: str, answers: list[bytes]) -> str:
    if "dubious ownership" in complaint:
        return (
            f"No history: {root} belongs to another user, so git refuses to read it; "
            f"`git config --global --add safe.directory {root}` allows it."
        )
    if "not a git repository" in complaint:
        return "No history: this folder is in no git repository."
    if "safe.bareRepository" in complaint or b"true" in answers[1:2] or answers[:1] == [b"false"]:
        return "No history: this folder is in no work tree of its repository, `git worktree add` makes one."
    lines = [line.removeprefix("fatal: ") for line in complaint.splitlines() if line.startswith("fatal: ")]
    return f"No history: git cannot read the repository: {lines[-1] if lines else 'it gave no reason'}."


def find_program() -> str | None:
    """Absolute path of git, from PATH; never from the current folder, which may be the repository."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = os.path.join(folder, name)  # noqa: PTH118 -- as text, or "." would vanish
        if os.path.isabs(folder) and os.access(program, os.X_OK) and os.path.isfile(program):  # noqa: PTH113, PTH117
            return program
    return None
