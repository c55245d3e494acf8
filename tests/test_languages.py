"""Each language: what encloses the cursor, whose it is, what it calls. Archives in ``tests/languages/``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import archives
from crimescene import languages, syntax
from crimescene.languages import LANGUAGES, language, language_for, missing_grammar

FOLDER = Path(__file__).parent / "languages"
CASES = sorted(FOLDER.glob("*/*.txt"))
FEWEST = 12
"""Cursor cases a language needs."""


def _grammar(name: str) -> bool:
    return languages.grammar(language(name)) is not None


def _answer(code: str, path: str, printed: str | None) -> dict[str, str]:
    """The wanted sections for the ``$0`` in ``code``."""
    before, cursor, after = code.partition("$0")
    assert cursor, "no $0"
    source = (before + after).encode("utf-8", "surrogateescape")
    lineno = before.count("\n") + 1
    column = len(before.rpartition("\n")[2].encode("utf-16-le", "surrogatepass")) // 2 + 1
    outline = syntax.outline(path, source)
    assert outline is not None
    function = syntax.enclosing_function(outline, lineno, name=printed)
    exact = syntax.enclosing_function(outline, lineno, column, printed)
    owner = syntax.owner(outline, function)
    calls = []
    for call in syntax.calls_in(outline, function.span):
        receiver = f"{call.receiver}." if call.receiver is not None else ""
        arguments = "" if call.arguments is None else f" ({call.arguments})"
        keywords = "".join(f" {keyword}=" for keyword in call.keywords)
        calls.append(f"{call.lineno} {call.kind} {receiver}{call.name}{arguments}{keywords}")
    where = [_place(function)]
    if exact != function:
        where.append(f"with column: {_place(exact)}")
    return {
        "enclosing": "\n".join(where),
        "owner": owner.function.qualified_name if owner else "",
        "signature": syntax.signature(outline, function),
        "calls": "\n".join(calls),
    }


def _place(function: object) -> str:
    kind, name = function.kind, function.qualified_name
    return f"{kind} {name} {function.first_lineno}-{function.last_lineno}".replace("  ", " ")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_cursor(path: Path, *, update: bool) -> None:
    """The archive's answers for the place of ``$0``."""
    if not _grammar(path.parent.name):
        pytest.skip(missing_grammar(f"x{language(path.parent.name).extensions[0]}") or "")
    archive = archives.load(path)
    section = next(name for name in archive.sections if name.startswith("code "))
    printed = archive.sections.get("printed")
    got = _answer(archive.sections[section], section.split(" ", 1)[1], printed and printed.strip())
    for name, text in got.items():
        archives.check(archive, name, text, update=update)


@pytest.mark.parametrize("name", LANGUAGES)
def test_enough_cases(name: str) -> None:
    """A language without its dozen cursor cases is not supported."""
    assert len(list((FOLDER / name).glob("*.txt"))) >= FEWEST


@pytest.mark.parametrize("name", LANGUAGES)
def test_query_compiles(name: str) -> None:
    """Each query fits its grammar, and the description its own rules."""
    known = language(name)
    if not _grammar(name):
        pytest.skip(missing_grammar(f"x{known.extensions[0]}") or "")
    for query in (Path(languages.__file__).parent / name).glob("*.scm"):
        assert languages.query(known, query.stem) is not None
    assert known.extensions
    assert known.fence
    assert len(known.block_comments) % 2 == 0
    assert known.tests


def _query_name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", sorted(Path(languages.__file__).parent.rglob("*.scm")), ids=_query_name)
def test_query_avoids_what_breaks_tree_sitter(path: Path) -> None:
    """Alternatives in alternatives are not all found, a setting beside a predicate crashes, ..."""
    text = re.sub(r'"(\\.|[^"\\])*"|;.*', "", path.read_text("utf-8"))
    assert "#not-any-of?" not in text, "... and this predicate is always true"
    open_brackets: list[str] = []
    pattern = ""
    for character in text:
        if character == "[":
            assert "[" not in open_brackets, pattern
        if character in "([":
            open_brackets.append(character)
        elif character in ")]":
            open_brackets.pop()
        pattern += character
        if not open_brackets and character in ")]":
            assert not ("#set!" in pattern and re.search("#(not-)?(eq|any-of|match)", pattern)), pattern
            pattern = ""


def test_extensions_are_unambiguous() -> None:
    """No extension belongs to two languages."""
    seen = [extension for name in LANGUAGES for extension in language(name).extensions]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("path", "head", "wanted"),
    [
        ("src/a.py", b"", "python"),
        ("a.D.TS", b"", "typescript"),
        ("a/b.component.tsx", b"", "tsx"),
        ("C:\\x\\Main.java", b"", "java"),
        ("bin/tool", b"#!/usr/bin/env python3.12\n", "python"),
        ("bin/tool", b"#!/usr/bin/env -S node --trace\n", "javascript"),
        ("bin/tool", b"", None),
        ("py", b"", None),
        (".py", b"", None),
        ("", b"", None),
        ("Makefile", b"all:\n", None),
        ("lib/tasks/x.rake", b"", "ruby"),
        ("app/Rakefile", b"", "ruby"),
        ("order.h", b"#include <stdio.h>\nint order(void);\n", "c"),
        ("order.h", b"#include <vector>\nnamespace shop {\n", "cpp"),
        ("order.h", b"struct A { int f() const; };\n", "cpp"),
        ("Order.cs", b"", "csharp"),
        ("build.gradle.kts", b"", "kotlin"),
    ],
)
def test_language_for(path: str, head: bytes, wanted: str | None) -> None:
    """The name decides, then the interpreter line."""
    found = language_for(path, head)
    assert (found.id if found else None) == wanted


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("tests/test_order.py", True),
        ("shop/order_test.py", True),
        ("shop/contest.py", False),
        ("src/order.test.tsx", True),
        ("src/latest.ts", False),
        ("src/test/java/com/shop/OrderTest.java", True),
        ("src/main/java/com/shop/Contest.java", False),
        ("order_test.go", True),
        ("order.go", False),
    ],
)
def test_test_paths(path: str, *, wanted: bool) -> None:
    """Tests are told from code by each language's custom."""
    found = language_for(path)
    assert found is not None
    assert found.test_path(path) is wanted


def test_missing_grammar_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A known language without its grammar is one sentence; an unknown one is none of our business."""
    monkeypatch.setattr(languages, "grammar", lambda _: None)
    monkeypatch.setattr(languages, "query", lambda _: None)
    sentence = missing_grammar("src/main.go")
    assert sentence is not None
    assert "tree-sitter-go" in sentence
    assert missing_grammar("notes.txt") is None
    assert syntax.outline("notes.txt", b"x") is None


def test_grammars_are_loaded_on_demand() -> None:
    """To know a language by its name costs no grammar."""
    code = (
        "import sys; from crimescene.languages import language_for; language_for('a.py');"
        "sys.exit(any(m.startswith('tree_sitter_') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False)
    assert done.returncode == 0
