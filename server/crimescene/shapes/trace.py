"""Which files are run in the head for a question, and what is told of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.callers import ecmascript, imports
from crimescene.callers.program import Program
from crimescene.callers.values import ModuleOf
from crimescene.index import source_files
from crimescene.languages import family, grammar, language_for, parse
from crimescene.shapes.go import GoProgram
from crimescene.shapes.java import JavaProgram
from crimescene.shapes.javascript_statements import EcmascriptProgram
from crimescene.shapes.machine import MAX_STEPS, Machine
from crimescene.shapes.python_statements import PythonProgram
from crimescene.shapes.report import Traced
from crimescene.shapes.routes import Routes
from crimescene.shapes.values import Scope, Value, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.shapes.values import Hop
    from crimescene.workspace import Workspace

MAX_FILES = 60
"""A workspace with more source files is looked at from the files in question only."""
MAX_BYTES = 400_000
_FILLS = re.compile(
    rb"(\w+)\??\s*\[(?!\s*['\"][^'\"]*['\"]\s*\])[^\]\n]+\]\s*(?:[-+|&*?]{1,2})?=(?!=|>)"
    rb"|(?<=Object\.assign\()\s*(\w+)|(\w+)(?=\.(?:update|setdefault)\()"
)
"""Where something is given a value under a key that is no literal."""
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|__typetest__|__mocks__)/|(?:^|/)test_|[._](?:test|spec)(?:-d)?\.\w+$|_test\.go$"
)
"""Tests hand over less than programs do."""
_MACHINES: tuple[tuple[type[Machine], str, frozenset[str]], ...] = (
    (PythonProgram, "python", frozenset({"python"})),
    (EcmascriptProgram, "typescript", frozenset({"javascript", "typescript", "tsx", "jsx"})),
    (JavaProgram, "java", frozenset({"java"})),
    (GoProgram, "go", frozenset({"go"})),
)
_ANSWERS = re.compile(
    rb"\.(?:get|post|put|patch|delete|GET|POST|PUT|PATCH|DELETE|Get|Post)\(\s*['\"`]/|HandleFunc\(|Mapping\b"
    rb"|@\w+\.route\(|export\s+(?:async\s+)?function\s+(?:GET|POST|PUT|PATCH|DELETE)\b|NextApiResponse"
)
"""Where a handler of requests is noted."""
MAX_UNSEEN = 5
MAX_SEARCHED = 2_000
"""So many files are searched for the names of those in question."""
MAX_USERS = 20
Around = tuple[str, int, int]


class _Files:
    """The modules of one workspace, run once each."""

    def __init__(self, workspace: Workspace, machine: type[Machine], asked: Sequence[str] = ()) -> None:
        self.workspace = workspace
        self.asked = frozenset(asked)
        self.program = Program(workspace)
        self.scopes: dict[str, Scope | None] = {}
        self.machine = machine(self.load)
        self.steps = self.machine.steps

    def load(self, importer: str, name: str) -> Scope | None:
        """Return the module that is imported as ``name``; None outside the workspace."""
        if isinstance(self.machine, GoProgram):
            return self.folder(self.machine, importer, name)
        if isinstance(self.machine, JavaProgram):
            known = [path for path in self.program.ending(f"{name}.java") if not _TESTS.search(path)]
            return self.module(known[0]) if len(known) == 1 else None
        if isinstance(self.machine, PythonProgram):
            found = imports.python_module(self.program, importer, name)
        else:
            found = ecmascript.module(self.program, importer, name)
        if not isinstance(found, ModuleOf) or found.path.endswith("/"):
            return None
        return self.module(found.path)

    def folder(self, machine: GoProgram, importer: str, name: str) -> Scope | None:
        """Return the package in the folder that Go imports as ``name``; a dot is the importer's own."""
        if name == ".":
            where = importer.rpartition("/")[0]
        else:
            folders = {path.rpartition("/")[0] for path in source_files(self.workspace, family("go"))}
            fitting = [f for f in folders if f and (name == f or name.endswith(f"/{f}"))]
            if not fitting:
                return None
            where = max(fitting, key=len)
        for path in source_files(self.workspace, family("go")):
            if path.rpartition("/")[0] == where and not path.endswith("_test.go"):
                self.module(path)
        return machine.packages.get(where)

    def module(self, path: str) -> Scope | None:
        """Return the names of a file after its top level ran."""
        if path in self.scopes:
            return self.scopes[path]
        source = self.workspace.read(path)
        language = language_for(path)
        loaded = grammar(language) if language is not None else None
        if source is None or loaded is None or len(source) > MAX_BYTES:
            self.scopes[path] = None
            return None
        scope = Scope(path, None)
        scope.filled = frozenset((m[1] or m[2] or m[3]).decode() for m in _FILLS.finditer(source))
        self.scopes[path] = scope
        machine = self.machine
        doubt, machine.doubt = machine.doubt, 0
        lenient, machine.lenient = machine.lenient, 0
        tested, machine.tested = machine.tested, 0
        try:
            machine.exec(parse(loaded, source).root_node, scope)
        except (RecursionError, IndexError):  # nested without end; a faulty tree that lacks parts
            machine.steps = 0
        finally:
            machine.doubt, machine.lenient, machine.tested = doubt, lenient, tested
        return scope

    def rest(self) -> None:
        """Run what nobody called, with arguments that nothing is known of.

        Once to learn what these functions may change in what they share, and once to look at what they read.
        """
        machine = self.machine
        before = machine.found.copy(), len(machine.near), machine.cleared.copy(), machine.called.copy()
        self.started()
        with machine.doubting():
            self._uncalled()
            machine.found, machine.cleared, machine.called = before[0], before[2], before[3]
            del machine.near[before[1] :]
            machine.steps = max(machine.steps, self.steps)
            self._uncalled()

    def started(self) -> None:
        """Run what a program starts with."""
        machine = self.machine
        for scope in list(self.scopes.values()):
            for value in list(scope.names.values()) if scope is not None else ():
                start = value.fields.get("main/1") if value.kind == "class" else None
                if start is not None and isinstance(machine, JavaProgram):
                    self.run(start.value, start.value.scope or value.scope or Scope("", None))
                if isinstance(machine, GoProgram) and value.kind == "function" and value.name == "main":
                    self.run(value, value.scope or Scope("", None))

    def _uncalled(self) -> None:
        scopes = sorted(self.scopes.items(), key=lambda item: item[0] not in self.asked)
        for _, scope in scopes:
            held = list(scope.names.values()) if scope is not None else []
            methods = [s.value for v in held if v.kind == "class" for s in v.fields.values()]
            for value in [*held, *methods]:
                if value.kind != "function" or value.node is None or value.scope is None:
                    continue
                if (value.scope.path, value.node.start_byte) not in self.machine.called:
                    self.run(value, value.scope)

    def run(self, function: Value, scope: Scope) -> None:
        """Run a function of which the arguments are not known."""
        try:
            self.machine.call(function, [unknown() for _ in range(8)], {}, None, scope)
        except (RecursionError, IndexError):  # nested without end; a faulty tree that lacks parts
            self.machine.steps = 0


def trace(
    workspace: Workspace,
    files: Sequence[str] = (),
    around: Around | None = None,
    *,
    steps: int = MAX_STEPS,
) -> Traced:
    """Return where what is read differs from what is produced; with ``files`` only what touches them.

    ``around`` (a file, its first and last line) keeps what passes there; ``steps`` bounds the run of each
    language, in expressions.
    """
    asked = [*files, *([around[0]] if around is not None else [])]
    known = {known.id for path in asked or workspace.files() if (known := language_for(path)) is not None}
    found = Traced(())
    machines = [(machine, language) for machine, language, names in _MACHINES if known & names]
    routes = Routes()
    found = _all(workspace, machines, asked, routes, steps)
    if not found.divergences and routes.asked:  # who asks may have come before who answers
        _answers(workspace, asked, routes)
        found = _all(workspace, machines, asked, routes, steps) if routes.answerable() else found
    if around is not None:
        return Traced(
            tuple(
                d
                for d in found.divergences
                if any(_within(h, around) for h in (d.producer, *d.hops, d.consumer))
            ),
            tuple(u for u in found.unknown if _within(u.made, around) or _within(u.read, around)),
        )
    return found


def nearest_to(found: Traced, frames: Sequence[tuple[str, int]]) -> Traced:
    """Keep what a failure with these frames (file, line; innermost first) may come from."""
    order = {frame: position for position, frame in enumerate(frames)}
    read = [d for d in found.divergences if (d.consumer.path, d.consumer.lineno) in order]
    read.sort(key=lambda d: order[d.consumer.path, d.consumer.lineno])
    return Traced(tuple(read) or found.divergences, found.unknown)


def _within(hop: Hop, around: Around) -> bool:
    path, first, last = around
    return hop.path == path and first <= hop.lineno <= last


def _all(
    workspace: Workspace,
    machines: Sequence[tuple[type[Machine], str]],
    files: Sequence[str],
    routes: Routes,
    steps: int,
) -> Traced:
    found, answers = Traced(()), dict(routes.answers)
    for machine, language in machines:
        if not found.divergences:
            known = Routes(dict(answers), routes.asked)
            one = _traced(workspace, (machine, language), files, known, steps)
            routes.answers.update({k: v for k, v in known.answers.items() if k not in answers})
            found = Traced(one.divergences, (*found.unknown, *one.unknown))
    return found


def _answers(workspace: Workspace, files: Sequence[str], routes: Routes) -> None:
    """Note the handlers of all files, whatever their language."""
    for machine, language, _ in _MACHINES:
        sources = [path for path in source_files(workspace, family(language)) if not _TESTS.search(path)]
        shared = [path for path in sources if path not in files][:MAX_SEARCHED]
        found = [path for path, source in workspace.scan(shared) if _ANSWERS.search(source)]
        if not found:
            continue
        run = _Files(workspace, machine)
        run.machine.routes = Routes()
        for path in found[:MAX_USERS]:
            run.module(path)
        run.started()
        for key, answer in run.machine.routes.answers.items():
            routes.answers.setdefault(key, answer)


def _traced(
    workspace: Workspace,
    spoken: tuple[type[Machine], str],
    files: Sequence[str],
    routes: Routes,
    steps: int,
) -> Traced:
    machine, language = spoken
    run = _Files(workspace, machine, files)
    run.machine.routes, run.machine.steps = routes, steps if steps != MAX_STEPS else run.machine.steps
    run.steps = run.machine.steps
    sources = source_files(workspace, family(language))
    if not any(_TESTS.search(path) for path in files):
        sources = [path for path in sources if not _TESTS.search(path)]
    start = sources[:MAX_FILES]
    if len(sources) > MAX_FILES and files:
        start = [*files, *_users(workspace, sources, files)]
    for path in _outermost_first(workspace, start):
        run.module(path)
    run.rest()
    named = set(files)
    found = [d for d in run.machine.divergences() if not named or {d.producer.path, d.consumer.path} & named]
    unseen = [u for u in run.machine.unseen.values() if not named or {u.made.path, u.read.path} <= named]
    unseen.sort(key=lambda u: u.made.path == u.read.path)  # what goes from file to file first
    return Traced(tuple(found), tuple(unseen[:MAX_UNSEEN]))


def _users(workspace: Workspace, sources: Sequence[str], files: Sequence[str]) -> list[str]:
    """Return files that name one of ``files``: values come from them, or go on in them."""
    stems = {path.rpartition("/")[2].partition(".")[0] for path in files}
    named = re.compile(rb"\b(?:" + b"|".join(re.escape(stem.encode()) for stem in sorted(stems)) + rb")\b")
    shared = [path for path in sources if path not in files][:MAX_SEARCHED]
    found = [path for path, source in workspace.scan(shared) if named.search(source)]
    return found[:MAX_USERS]


def _outermost_first(workspace: Workspace, paths: Sequence[str]) -> list[str]:
    """Order files so that those which nobody imports come first: programs, not libraries."""
    texts = {path: workspace.read(path) or b"" for path in paths}

    def wanted(path: str) -> bool:
        stem = path.rpartition("/")[2].partition(".")[0].encode()
        return any(stem in text for other, text in texts.items() if other != path)

    return sorted(paths, key=wanted)
