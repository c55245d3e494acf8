"""A workspace whose author is an enemy: nothing of it runs, nothing outside is read, all of it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crimescene import syntax
from crimescene.analysis import Analysis
from crimescene.cli import main
from crimescene.languages import language_for
from crimescene.mcp.tools import Tools
from crimescene.settings import Settings
from repositories import Builder
from test_bad_input import MAIN, TRACE, prompt, served, shop  # noqa: F401 -- a fixture
from test_hostile_repository import Trap, hostile, trap  # noqa: F401 -- fixtures
from wire import Client, at

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")
CANARY = "the-canary-of-another-folder"
MEGABYTES = 300


def python_trace(*paths: str) -> str:
    """A trace with a frame in each file."""
    frames = "".join(f'  File "{path}", line 2, in canary\n    return 1\n' for path in paths)
    return f"Traceback (most recent call last):\n{frames}ValueError: boom\n"


# --------------------------------------------------------------------------- nothing outside is read

TRAVERSALS = [
    "../outside/canary.py",
    "app/../../outside/canary.py",
    "./../outside/canary.py",
    "..\\outside\\canary.py",
    "..%2foutside%2fcanary.py",
    "{outside}/canary.py",
    "file://{outside}/canary.py",
    "//{outside}/canary.py",
    "~/../{outside}/canary.py",
    "webpack://shop/../outside/canary.py",
    "webpack:///../../outside/canary.py",
    "/proc/self/cwd/../outside/canary.py",
    "app/linked.py",
    "app/folder/canary.py",
    "app/loop/loop/loop/main.py",
    "app/itself.py",
    "\\\\?\\{outside}\\canary.py",
    "app/main.py/../../../outside/canary.py",
    "app/main.py\x00/../../../outside/canary.py",
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project beside a folder that is none of its business, with links there and in circles."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "canary.py").write_text(f"def canary():\n    return '{CANARY}'\n")
    root = Builder(tmp_path / "shop")
    root.commit({"app/main.py": MAIN}, "Open the shop", hours_ago=9)
    app = root.root / "app"
    (app / "linked.py").symlink_to(outside / "canary.py")
    (app / "folder").symlink_to(outside)
    (app / "loop").symlink_to(app)
    (app / "itself.py").symlink_to(app / "itself.py")
    return root.root


@pytest.mark.parametrize("form", TRAVERSALS)
@pytest.mark.parametrize("style", ["full", "mentions", "json"])
def test_paths_in_traces(project: Path, capsys: pytest.CaptureFixture[str], form: str, style: str) -> None:
    """Whatever a frame's path looks like, the prompt holds no code of another folder."""
    path = form.format(outside=project.parent / "outside")
    log = project.parent / "trace.log"
    log.write_text(python_trace(path, "app/main.py"))
    assert main(["prompt", str(log), "--root", str(project), "--style", style]) == 0
    text = capsys.readouterr().out
    assert CANARY not in text
    assert "ValueError: boom" in text


def test_paths_under_the_mouse(project: Path) -> None:
    """Hover, definition and links of a server do not read there either."""
    paths = [form.format(outside=project.parent / "outside") for form in TRAVERSALS if "\x00" not in form]
    text = python_trace(*paths)
    client = Client(cwd=project)
    try:
        client.initialize(project, capabilities={"textDocument": {"hover": {"contentFormat": ["markdown"]}}})
        uri = (project.parent / "trace.txt").as_uri()
        client.open(uri, text)
        for number in range(len(paths)):
            found = client.ask("textDocument/hover", at(uri, 1 + 2 * number, 12))
            assert CANARY not in json.dumps(found)
            client.ask("textDocument/definition", at(uri, 1 + 2 * number, 12))
    finally:
        client.close()


def test_source_maps(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A map of a bundle may claim any source."""
    dist = project / "dist"
    dist.mkdir()
    (dist / "main.js").write_text("throw new Error('boom');\n//# sourceMappingURL=main.js.map\n")
    outside = str(project.parent / "outside/canary.py")
    for source in ("../../outside/canary.py", outside, f"file://{outside}", "../app/linked.py"):
        mapped = {"version": 3, "sources": [source], "names": [], "mappings": "AAAA"}
        (dist / "main.js.map").write_text(json.dumps(mapped))
        log = project.parent / "trace.log"
        log.write_text(f"Error: boom\n    at f ({project}/dist/main.js:1:7)\n")
        assert main(["prompt", str(log), "--root", str(project)]) == 0
        assert CANARY not in capsys.readouterr().out
    (dist / "main.js").write_text(f"throw 1;\n//# sourceMappingURL={outside}\n")
    assert main(["prompt", str(log), "--root", str(project)]) == 0
    assert CANARY not in capsys.readouterr().out


def test_pipes_devices_and_the_kernel(project: Path) -> None:
    """Nothing that is no regular file is opened: it would hang, or never end."""
    app = project / "app"
    os.mkfifo(app / "pipe.py")
    (app / "zero.py").symlink_to("/dev/zero")
    (app / "memory.py").symlink_to("/proc/self/mem")
    (app / "tty.py").symlink_to("/dev/tty")
    os.mkfifo(project / "crimescene.toml")
    os.mkfifo(project / "tsconfig.json")
    names = ("pipe", "zero", "memory", "tty", "main")
    (project.parent / "trace.log").write_text(python_trace(*(f"app/{name}.py" for name in names)))
    answer = prompt(project.parent / "trace.log", cwd=project)
    assert answer.code == 0, answer.err
    assert "return sum(items)" in answer.out
    assert answer.megabytes < MEGABYTES


# --------------------------------------------------------------------------- nothing runs

_MODULES = (
    "json",
    "git",
    "tree_sitter",
    "detect_secrets",
    "sitecustomize",
    "usercustomize",
    "conftest",
    "setup",
)


def test_nothing_of_the_workspace_is_imported_or_run(project: Path) -> None:
    """Modules named like Python's, build files, hooks of tools: looked at by nobody who would run them."""
    sprung = project.parent / "sprung"
    touch = f"open({str(sprung)!r}, 'a').write(__name__ + chr(10))\n"
    for name in _MODULES:
        (project / f"{name}.py").write_text(touch)
    script = f"touch {sprung}"
    (project / "package.json").write_text(
        json.dumps(
            {"scripts": dict.fromkeys(("install", "prepare", "test", "start"), script), "main": "./x.js"}
        )
    )
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n'
        '[project]\nname = "x"\ndynamic = ["version"]\n[tool.pytest.ini_options]\naddopts = "-p conftest"\n'
        "[tool.crimescene]\nclosing = \"{{ cycler.__init__.__globals__.os.system('" + script + "') }}\"\n"
    )
    for name in (".envrc", "Makefile", "gradlew", "justfile", ".bashrc"):
        (project / name).write_text(f"#!/bin/sh\nall:\n\t{script}\n{script}\n")
        (project / name).chmod(0o755)
    (project / "git").write_text(f"#!/bin/sh\n{script}\n")
    (project / "git").chmod(0o755)
    answer = prompt("-", cwd=project, stdin=TRACE.encode())
    served(answer)
    for tool, arguments in (
        ("build_debug_prompt", {"trace": TRACE}),
        ("find_callers", {"path": "app/main.py", "line": 3}),
        ("suggest_logging", {"trace": TRACE}),
    ):
        assert getattr(Tools(project), tool)(**arguments)
    assert not sprung.exists(), sprung.read_text()


def test_a_hostile_repository(hostile: Builder, trap: Trap, tmp_path: Path) -> None:  # noqa: F811
    """Every setting of git that names a program: prompt, callers and hover spring none."""
    trace = python_trace("a.py", "new.py", "lib/lib.py")
    (tmp_path / "trace.log").write_text(trace)
    answer = prompt(tmp_path / "trace.log", "--since", "1000d", cwd=hostile.root)
    assert answer.code == 0, answer.err
    assert "## Recent changes" in answer.out, "git was asked"
    tools = Tools(hostile.root)
    tools.build_debug_prompt(trace=trace)
    tools.find_callers(path="a.py", line=1)
    client = Client(cwd=hostile.root)
    try:
        client.initialize(hostile.root)
        uri = (tmp_path / "trace.txt").as_uri()
        client.open(uri, trace)
        client.ask("textDocument/hover", at(uri, 1, 9))
        client.execute("crimescene.buildPrompt", {"uri": uri, "line": 1})
    finally:
        client.close()
    assert trap.sprung == []


# --------------------------------------------------------------------------- nothing takes forever


def test_a_sparse_file_of_ten_gigabytes(shop: Builder) -> None:  # noqa: F811
    """As code, as a log, as a setting: its size is looked at before it is read."""
    for name in ("app/huge.py", "crimescene.toml", "package.json", "app/main.js.map", "huge.xml"):
        with (shop.root / name).open("wb") as file:
            file.truncate(10_000_000_000)
    trace = TRACE.replace(
        "Traceback (most recent call last):\n", python_trace("app/huge.py").rpartition("V")[0]
    )
    answer = prompt("-", cwd=shop.root, stdin=trace.encode())
    assert answer.code == 0, answer.err
    assert "division by zero" in answer.out
    assert answer.megabytes < MEGABYTES


MILLION = 1_000_000


def test_a_million_files(shop: Builder) -> None:  # noqa: F811
    """In git's index, all but one of them gone from the disk."""
    blob = shop.git("hash-object", "-w", "app/main.py")
    listed = "".join(f"100644 blob {blob}\t{n:03}.py\n" for n in range(1000))
    inner = _tree(shop, listed)
    outer = _tree(shop, "".join(f"040000 tree {inner}\td{n:03}\n" for n in range(1000)))
    shop.git("read-tree", "--prefix=x/", outer)
    assert (shop.root / ".git/index").stat().st_size > 60 * MILLION
    answer = prompt("-", cwd=shop.root, stdin=TRACE.encode())
    served(answer)
    assert answer.megabytes < 2 * MEGABYTES


def _tree(shop: Builder, listed: str) -> str:  # noqa: F811
    done = subprocess.run(
        ["git", "mktree"], cwd=shop.root, input=listed.encode(), capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode().strip()


NESTED = {
    # file name: what is repeated, what closes it
    "a.py": ("(", ")"),
    "b.py": ("if x:\n", "pass"),
    "c.py": ("[x for x in ", "y]"),
    "d.py": ('f"{', '}"'),
    "a.js": ("{", "}"),
    "b.js": ("a=>", "1"),
    "c.js": ("`${", "}`"),
    "a.ts": ("A<", ">"),
    "b.ts": ("a<b>(", ")"),
    "a.tsx": ("<A>", "</A>"),
    "b.tsx": ("<T,>(x: T) => ", "1"),
    "a.java": ("class A { ", "}"),
    "b.java": ("(a) ", "b"),
    "c.java": ("a<b, ", "c>"),
    "a.go": ("func() {", "}"),
    "b.go": ("[]", "int"),
    "a.rs": ("Vec<", ">"),
    "b.rs": ("&&", "x"),
    "a.c": ("(int)", "x"),
    "b.c": ("#if A\n", "#endif\n"),
    "a.cpp": ("a<b<", ">>"),
    "b.cpp": ("template<class T> ", "int x;"),
    "a.cs": ("a<b,", "c>"),
    "a.kt": ("a { ", "}"),
    "b.kt": ("a<b<", ">>"),
    "a.php": ("<?php (", ")"),
    "a.rb": ("[", "]"),
    "b.rb": ("<<A + ", "b"),
}


def _seconds(path: str, source: bytes) -> float:
    start = time.process_time()
    syntax.outline(path, source)
    return time.process_time() - start


@pytest.mark.parametrize("path", NESTED)
@pytest.mark.parametrize("closing", ["closed", "open"])
def test_grammars_at_their_worst(path: str, closing: str) -> None:
    """Deep nesting and what is never closed: four times as much takes about four times as long."""
    assert language_for(path) is not None
    begin, end = (part.encode() for part in NESTED[path])

    def source(count: int) -> bytes:
        return begin * count + (end * count if closing == "closed" else b"")

    syntax.outline(path, source(10))
    small = min(_seconds(path, source(2_000)) for _ in range(2))
    large = min(_seconds(path, source(8_000)) for _ in range(2))
    assert large < 10 * small + 0.1, f"{large / small:.1f} times as long"


def test_code_without_end(shop: Builder) -> None:  # noqa: F811
    """A megabyte of one expression as the code of a frame is left out or cut, not waited for."""
    (shop.root / "app/main.py").write_text("x = " + "(" * 250_000 + ")" * 250_000 + "\n" + MAIN)
    trace = python_trace("app/main.py")
    answer = prompt("-", "--budget", "2000", cwd=shop.root, stdin=trace.encode())
    assert answer.code == 0, answer.err
    assert len(answer.out) <= 8000
    assert answer.megabytes < MEGABYTES


def test_what_was_opened_once_is_not_opened_again(project: Path) -> None:
    """A file that becomes a link between two questions is not followed."""
    analysis = Analysis(project, Settings())
    assert analysis.workspace.read("app/main.py")
    (project / "app/main.py").unlink()
    (project / "app/main.py").symlink_to(project.parent / "outside/canary.py")
    assert analysis.workspace.read("app/main.py") is None
