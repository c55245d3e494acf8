"""Which command runs a file: one row a rule, each a small project on disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crimescene import run_detection
from crimescene.workspace import DiskWorkspace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="paths of programs as POSIX has them")

PACKAGE = '{"scripts": {"test": "%s"}, "devDependencies": {%s}}'


def package(script: str = "", *needs: str) -> str:
    """A package.json."""
    return PACKAGE % (script, ", ".join(f'"{name}": "1"' for name in needs))


ROWS = [
    # the file, the other files of the project, the command, its folder
    ("tests/test_a.py", {}, "python3 -m pytest -x tests/test_a.py", ""),
    ("api/tests/test_a.py", {"api/pyproject.toml": ""}, "python3 -m pytest -x tests/test_a.py", "api"),
    ("test_a.py:import unittest\nclass A(unittest.TestCase): pass", {}, "python3 -m unittest test_a", ""),
    (
        "t/test_a.py:from unittest import TestCase\nclass A(TestCase): 1",
        {},
        "python3 -m unittest t.test_a",
        "",
    ),
    (
        "test_a.py:import unittest\nclass A(unittest.TestCase): pass",
        {"pyproject.toml": "[tool.pytest.ini_options]"},
        "python3 -m pytest -x test_a.py",
        "",
    ),
    ("a.py", {}, "python3 a.py", ""),
    ("pkg/sub/a.py", {"pkg/__init__.py": "", "pkg/sub/__init__.py": ""}, "python3 -m pkg.sub.a", ""),
    ("pkg/__main__.py", {"pkg/__init__.py": ""}, "python3 -m pkg", ""),
    ("a.py", {"uv.lock": ""}, "uv run python a.py", ""),
    ("a.py", {"poetry.lock": ""}, "poetry run python a.py", ""),
    ("a.py:x = 1", {"conftest.py": "import pytest", "tests/test_a.py": ""}, "python3 -m pytest -x", ""),
    (
        "a.py:if __name__ == '__main__': 1",
        {"conftest.py": "pytest", "tests/test_a.py": ""},
        "python3 a.py",
        "",
    ),
    (
        "src/a.test.ts",
        {"package.json": package("", "vitest")},
        "npx --no-install vitest run src/a.test.ts",
        "",
    ),
    ("src/a.test.ts", {"package.json": package("", "jest")}, "npx --no-install jest src/a.test.ts", ""),
    ("test/a.spec.js", {"package.json": package("mocha")}, "npx --no-install mocha test/a.spec.js", ""),
    ("web/a.test.js", {"web/package.json": package("", "ava")}, "npx --no-install ava a.test.js", "web"),
    (
        "a.test.ts",
        {"package.json": package("", "vitest"), "pnpm-lock.yaml": ""},
        "pnpm exec vitest run a.test.ts",
        "",
    ),
    ("a.test.ts", {"package.json": package("", "jest"), "yarn.lock": ""}, "yarn jest a.test.ts", ""),
    (
        "e2e/a.spec.ts",
        {"package.json": package("", "@playwright/test")},
        "npx --no-install playwright test e2e/a.spec.ts",
        "",
    ),
    (
        "src/A.test.js",
        {"package.json": package("", "react-scripts")},
        "npx --no-install react-scripts test --watchAll=false src/A.test.js",
        "",
    ),
    ("a.test.js:import test from 'node:test'", {"package.json": package()}, "node --test a.test.js", ""),
    (
        "a.test.ts:import test from 'node:test'",
        {"package.json": package("", "tsx")},
        "node --import tsx --test a.test.ts",
        "",
    ),
    ("a.test.ts:import { test } from 'bun:test'", {"package.json": package()}, "bun test a.test.ts", ""),
    ("a.test.js", {"package.json": package("make check")}, "npm test", ""),
    ("a.test.js", {"package.json": package("echo Error: no test specified")}, "node a.test.js", ""),
    ("src/Orders.tsx", {"package.json": package("vitest", "vitest")}, "npm test", ""),
    ("src/Orders.tsx", {"package.json": package()}, None, ""),
    (
        "server.js",
        {"package.json": '{"main": "server.js", "scripts": {"test": "jest"}}'},
        "node server.js",
        "",
    ),
    ("a.js", {}, "node a.js", ""),
    ("a.js", {"package.json": "no JSON {"}, "node a.js", ""),
    ("a.js", {"package.json": '{"scripts": [1], "dependencies": 5}'}, "node a.js", ""),
    ("a.ts", {"package.json": package("", "tsx")}, "npx --no-install tsx a.ts", ""),
    ("a.ts", {"package.json": package("", "ts-node")}, "npx --no-install ts-node a.ts", ""),
    ("a.ts", {"deno.json": "{}"}, "deno run a.ts", ""),
    ("a.ts", {}, "node --experimental-strip-types a.ts", ""),
    ("pkg/a_test.go", {"go.mod": "module m"}, "go test ./pkg", ""),
    ("svc/a_test.go", {"svc/go.mod": "module m"}, "go test .", "svc"),
    ("cmd/x/main.go:package main", {"go.mod": "module m"}, "go run ./cmd/x", ""),
    ("src/lib.rs", {"Cargo.toml": "[package]"}, "cargo test", ""),
    ("src/main.rs", {"Cargo.toml": "[package]"}, "cargo run", ""),
    (
        "src/test/java/a/BTest.java:package a;",
        {"pom.xml": ""},
        "mvn -q test -Dtest=BTest -DfailIfNoTests=false",
        "",
    ),
    ("src/test/java/a/BTest.java:package a;", {"build.gradle": ""}, "gradle test --tests a.BTest", ""),
    ("m/src/main/java/a/B.java:package a;", {"m/build.gradle.kts": ""}, "gradle test", "m"),
    ("spec/a_spec.rb", {"Gemfile": ""}, "bundle exec rspec spec/a_spec.rb", ""),
    ("a.rb", {}, "ruby a.rb", ""),
    ("a.php", {}, "php a.php", ""),
    ("src/a.c", {"Makefile": "all:\n\ntest: all\n\t./t\n"}, "make test", ""),
    ("src/a.cpp", {"build/CTestTestfile.cmake": ""}, "ctest --test-dir build --output-on-failure", ""),
    ("App/A.cs", {"App/App.csproj": ""}, "dotnet run", "App"),
    ("App.Tests/ATest.cs", {"App.Tests/App.Tests.csproj": ""}, "dotnet test", "App.Tests"),
    ("notes.txt", {}, None, ""),
]


def detect(root: Path, path: str, files: dict[str, str], configured: tuple[str, ...] = ()):
    """What is detected in a project of these files."""
    name, _, text = path.partition(":")
    for each, content in {name: text, **files}.items():
        (root / each).parent.mkdir(parents=True, exist_ok=True)
        (root / each).write_text(content)
    return run_detection.detect(name, DiskWorkspace(root), configured)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0].partition(':')[0]} {row[2]}")
def test_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: tuple[str, dict[str, str], str, str]
) -> None:
    """The command that the project's own files tell."""
    path, files, wanted, folder = row
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    found = detect(tmp_path, path, files)
    assert (None if found is None else found.shown) == wanted
    assert found is None or (found.folder == folder and found.why)


def test_the_users_own_command_comes_first(tmp_path: Path) -> None:
    """``{file}`` in it is the file."""
    found = detect(tmp_path, "tests/test_a.py", {}, ("tox", "-e", "py", "--", "{file}"))
    assert found.words == ("tox", "-e", "py", "--", "tests/test_a.py")


def program(path: Path) -> str:
    """A file that can be executed; its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_programs_of_the_workspace_win(tmp_path: Path) -> None:
    """Its virtual environment, its node_modules, its Gradle wrapper; innermost first."""
    outer, inner = (program(tmp_path / folder / ".venv/bin/python") for folder in ("", "api"))
    assert detect(tmp_path, "api/a.py", {}).words == (inner, "api/a.py")
    assert detect(tmp_path, "b.py", {}).words == (outer, "b.py")
    own = program(tmp_path / "web/node_modules/.bin/vitest")
    found = detect(tmp_path, "web/a.test.ts", {"web/package.json": package("", "vitest")})
    assert found.words == (own, "run", "a.test.ts")
    gradle = program(tmp_path / "j/gradlew")
    assert detect(tmp_path, "j/src/main/java/A.java", {"j/build.gradle": ""}).words == (gradle, "test")


def test_the_servers_own_interpreter_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An active environment counts, unless it is the one this program runs in."""
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "theirs"))
    assert detect(tmp_path, "a.py", {}).words == (str(tmp_path / "theirs/bin/python"), "a.py")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert detect(tmp_path, "a.py", {}).words == ("python3", "a.py")


def test_what_is_told_runs(tmp_path: Path) -> None:
    """A detected command, run where it says, fails as the file does."""
    detected = detect(
        tmp_path, "pkg/a.py:from . import b\nb.c()", {"pkg/__init__.py": "", "pkg/b.py": "def c(): 1/0"}
    )
    words = (sys.executable, *detected.words[1:])
    done = subprocess.run(words, cwd=tmp_path / detected.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")
