"""Small programs with one known defect each, run as they are, with log points, or with statements counted.

A program of ``tests/loops`` is one text: what is wrong, the value to follow (``track VALUE FROM TO``), the
fix (``fix FILE | OLD | NEW``, where backslash and n mean a line end), lines that show the defect as well
(``near FILE | CODE``), then its files, each behind ``-- NAME``.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from crimescene.analysis import Analysis
from crimescene.languages import grammar, language_for, parse
from crimescene.logged import Wanted
from crimescene.settings import Settings

if TYPE_CHECKING:
    from crimescene.flow.points import Point

LOOPS = Path(__file__).parent / "loops"
EVENT = re.compile(r"\[\[trace:(\w+)\]\] (.*?) = (.*)$", re.MULTILINE)
COUNT = re.compile(r"^\[\[statements\]\] (\d+)$", re.MULTILINE)
_ESBUILD = Path(__file__).parent.parent / "client-vscode" / "node_modules" / ".bin" / "esbuild"


@dataclass(slots=True)
class Program:
    """A program, what is wrong with it, and where."""

    name: str
    language: str
    title: str
    files: dict[str, str]
    track: tuple[str, str, str]
    """Expression, and FILE:FUNCTION of both ends."""
    fix: tuple[str, str, str]
    near: set[tuple[str, int]] = field(default_factory=set)

    @property
    def defect(self) -> tuple[str, int]:
        """File and line of what the fix changes first."""
        path, old, _ = self.fix
        text = self.files[path]
        assert text.count(old) == 1, f"{self.name}: {old!r} occurs {text.count(old)} times"
        return path, text.count("\n", 0, text.index(old)) + 1

    def write(self, root: Path) -> None:
        """Put the files below ``root``."""
        for path, text in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())

    def mend(self, root: Path) -> bool:
        """Apply the fix to the files below ``root``; False where log points stand in the way."""
        path, old, new = self.fix
        text = (root / path).read_text("utf-8")
        (root / path).write_bytes(text.replace(old, new).encode())
        return text.count(old) == 1


def read(path: Path) -> Program:
    """Read a program of ``tests/loops``."""
    head, *parts = re.split(r"^-- ", path.read_text("utf-8"), flags=re.MULTILINE)
    files = {name: text for name, _, text in (part.partition("\n") for part in parts)}
    first, *lines = head.strip().splitlines()
    language, _, title = first.partition(": ")
    program = Program(path.stem, language, title, files, ("", "", ""), ("", "", ""))
    if language == "go":
        files.setdefault("go.mod", "module app\n\ngo 1.19\n")
    for line in lines:
        kind, _, rest = line.partition(" ")
        words = rest.replace("\\n", "\n").split(" | ")
        if kind == "track":
            value, start, end = rest.split()
            program.track = (value, start, end)
        elif kind == "fix":
            program.fix = (words[0], words[1], words[2])
        else:
            found = [n for n, code in enumerate(files[words[0]].splitlines(), 1) if code.strip() == words[1]]
            assert found, f"{path.name}: {words[1]!r} stands nowhere"
            program.near.update((words[0], n) for n in found)
    return program


def esbuild() -> str | None:
    """The bundler that the editor client is built with, which runs TypeScript here."""
    return str(_ESBUILD) if _ESBUILD.exists() else shutil.which("esbuild")


def commands(language: str, root: Path) -> list[list[str]] | None:
    """How a program is built and run; None where what it needs is not installed."""
    if language == "python":
        return [[sys.executable, "main.py"]]
    if shutil.which({"java": "javac", "go": "go"}.get(language, "node")) is None:
        return None
    if language == "java":
        sources = [p.name for p in sorted(root.glob("*.java"))]
        return [["javac", "-nowarn", "-d", "out", *sources], ["java", "-cp", "out", "Main"]]
    if language == "go":
        return [["go", "build", "-o", "out/app", "."], ["./out/app"]]
    if language == "typescript":
        bundler = esbuild()
        build = ["main.ts", "--bundle", "--platform=node", "--log-level=error", "--outfile=out/main.js"]
        return [[bundler, *build], ["node", "out/main.js"]] if bundler is not None else None
    return [["node", "main.js"]]


def run(steps: list[list[str]], root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Build and run; every step but the last has to succeed. What was built is deleted."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", **variables}
    try:
        for step in steps:
            done = subprocess.run(
                step, cwd=root, capture_output=True, text=True, timeout=300, check=False, env=environment
            )
            assert step is steps[-1] or done.returncode == 0, done.stderr
        return done
    finally:
        shutil.rmtree(root / "out", ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Followed:
    """What a run with log points printed."""

    points: int
    stdout: str
    events: list[tuple[tuple[str, int], str, str]]
    """Place of the statement (file, line), label and value of each."""


def followed(program: Program, root: Path, *, mended: bool = False) -> Followed:
    """Follow the value of ``program`` in a run below ``root``, in its mended form if that is asked for.

    The mended one has the log points of the other wherever these leave the text of the fix as it is.
    """
    program.write(root)
    points = insert(program, root)
    if mended and not program.mend(root):
        program.write(root)
        program.mend(root)
        points = insert(program, root)
    places = {point.id: (point.path, point.lineno) for point in points}
    done = run(commands(program.language, root) or [], root)
    assert done.returncode == 0, done.stderr
    return Followed(
        len(points),
        done.stdout,
        [(places[i], label, value) for i, label, value in EVENT.findall(done.stderr)],
    )


def insert(program: Program, root: Path) -> list[Point]:
    """Put the log points in that a user gets who asks for the value of ``program``."""
    analysis = Analysis(root, Settings(save_cases=False), with_history=False)
    value, *ends = program.track
    start, end = ((path, name) for path, _, name in (text.rpartition(":") for text in ends))
    return analysis.insert_logging(analysis.suggest_logging(Wanted(value, start, end)), cid="1a2b").points


def first_difference(bad: Followed, good: Followed) -> tuple[str, int] | None:
    """Where two runs first print something else."""
    for ours, theirs in zip_longest(bad.events, good.events):
        if ours != theirs:
            return (ours or theirs)[0]
    return None


def statements_run(program: Program, root: Path) -> tuple[int, int]:
    """How many statements a program has and how many it runs: what logging all of them would cost."""
    program.write(root)
    found = count_statements(root)
    done = run(commands(program.language, root) or [], root)
    assert done.returncode == 0, done.stderr
    return found, int(COUNT.findall(done.stderr)[0])


# --------------------------------------------------------------------------- every statement, counted

_TICK = {
    "javascript": "globalThis.__n = (globalThis.__n | 0) + 1; ",
    "java": "ticks.N.n++; ",
    "go": "zzTicks++; ",
}
_LISTS = frozenset(
    {"program", "statement_block", "switch_case", "switch_default", "block", "switch_block_statement_group",
     "constructor_body", "statement_list", "expression_case", "default_case", "type_case"}
)  # fmt: skip
_NO_STATEMENT = re.compile(
    r"comment|import|export|function_declaration|class_declaration|interface_declaration|enum_declaration|"
    r"record_declaration|method_declaration|type_alias|ambient|explicit_constructor|package_|switch_label|"
    r"type_declaration|empty_statement|labeled_statement"
)
_REPORT = {
    "javascript": "process.on('exit', () => console.error('[[statements]] ' + (globalThis.__n | 0)));\n",
    "java": (
        "package ticks;\npublic final class N {\n    public static long n;\n    static {\n"
        "        Runtime.getRuntime().addShutdownHook(new Thread(() ->"
        ' System.err.println("[[statements]] " + n)));\n    }\n}\n'
    ),
    "go": "package main\n\nvar zzTicks int\n",
    "python": (
        "import atexit, os, sys\nn = 0\n@atexit.register\ndef report():\n"
        "    text = '[[statements]] %d\\n' % n\n    path = os.environ.get('STATEMENTS')\n"
        "    (open(path, 'a') if path else sys.stderr).write(text)\n"
    ),
}


def count_statements(root: Path) -> int:
    """Put a counter before every statement below ``root``; return how many statements there are.

    Expressions that are the body of a function or branch by themselves are not counted, as a tool that
    writes whole lines could not log them.
    """
    found = 0
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        if path.suffix == ".py":
            tree = ast.parse(path.read_bytes())
            ticking = _Ticking()
            ticking.visit(tree)
            found += ticking.found
            path.write_text(ast.unparse(ast.fix_missing_locations(tree)), "utf-8")
        elif path.suffix in (".js", ".ts", ".java", ".go"):
            found += _count_in(path)
    if any(root.rglob("*.py")):
        for folder in {root, *(p.parent for p in root.rglob("*.py"))}:
            (folder / "zz_ticks.py").write_text(_REPORT["python"])
    if any(root.rglob("*.go")):
        (root / "zz_ticks.go").write_text(_REPORT["go"])
    for folder in (root, root / "src") if any(root.rglob("*.java")) else ():
        (folder / "ticks").mkdir(parents=True, exist_ok=True)
        (folder / "ticks" / "N.java").write_text(_REPORT["java"])
    return found


def _count_in(path: Path) -> int:
    source = path.read_bytes()
    language = language_for(path.name)
    loaded = grammar(language) if language is not None else None
    assert loaded is not None
    family = {".java": "java", ".go": "go"}.get(path.suffix, "javascript")
    offsets: list[int] = []
    starts: dict[int, str] = {}
    stack = [parse(loaded, source).root_node]
    while stack:
        node = stack.pop()
        stack += node.named_children
        held = node.parent is not None and node.parent.type in _LISTS and node.type not in _LISTS
        labels = (
            [node.parent.child_by_field_name("value"), node.parent.child_by_field_name("type")]
            if held
            else []
        )
        label = any(part is not None and part.id == node.id for part in labels)
        if held and not label and not _NO_STATEMENT.match(node.type) and not _directive(node):
            offsets.append(node.start_byte)
        if family == "go" and node.type == "function_declaration":
            name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
            if name is not None and name.text == b"main" and body is not None:
                starts[body.start_byte + 1] = ' defer func() { println("[[statements]]", zzTicks) }(); '
    found = len(offsets)
    for offset in sorted({*offsets, *starts}, reverse=True):
        text = starts.get(offset, "") + (_TICK[family] if offset in offsets else "")
        source = source[:offset] + text.encode() + source[offset:]
    if family == "javascript" and path.stem == "main":
        source = _REPORT["javascript"].encode() + source
    path.write_bytes(source)
    return found


def _directive(node) -> bool:
    return (
        node.type == "expression_statement"
        and bool(node.named_children)
        and node.named_children[0].type == "string"
    )


class _Ticking(ast.NodeTransformer):
    """Puts a counter before each statement but definitions, imports and docstrings."""

    def __init__(self) -> None:
        self.found = 0

    def generic_visit(self, node):
        """Visit what is inside first, so that the counters themselves are not counted."""
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            given = getattr(node, name, None)
            if isinstance(given, list) and given and isinstance(given[0], ast.stmt):
                setattr(node, name, self._with(given))
        return node

    def _with(self, given: list[ast.stmt]) -> list[ast.stmt]:
        silent = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
        made: list[ast.stmt] = []
        for position, statement in enumerate(given):
            docstring = (
                position == 0
                and isinstance(statement, ast.Expr)
                and isinstance(statement.value, ast.Constant)
            )
            if not docstring and not isinstance(statement, silent):
                made += ast.parse("__import__('zz_ticks').n += 1").body
                self.found += 1
            made.append(statement)
        return made
