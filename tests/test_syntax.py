"""The syntax layer beyond single cursors: real code, hostile code, speed."""

from __future__ import annotations

import ast
import random
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crimescene import scopes
from crimescene.languages import LANGUAGES, language
from crimescene.model import Span
from crimescene.syntax import (
    Outline,
    calls_in,
    chain_at,
    docstring,
    enclosing_function,
    function_at,
    identifiers,
    lineno_at,
    outline,
    owner,
    regions,
    signature,
)

if TYPE_CHECKING:
    from collections.abc import Callable

STDLIB = Path(sysconfig.get_path("stdlib"))
PACKAGES = (
    "asyncio",
    "collections",
    "concurrent",
    "email",
    "http",
    "importlib",
    "json",
    "logging",
    "unittest",
)
STDLIB_FILES = [
    path
    for folder in (STDLIB, *(STDLIB / package for package in PACKAGES))
    for path in sorted(folder.glob("*.py"))
    if path.stat().st_size < 400_000
]


def _outline(path: str, source: str) -> Outline:
    found = outline(path, source.encode())
    assert found is not None
    return found


# ------------------------------------------------------------------- against Python's own parser


def _wanted(tree: ast.AST) -> list[tuple[str, int, int]]:
    """Qualified name, first line (decorators included) and last line of all functions and classes."""
    found = []
    pending: list[tuple[ast.AST, str]] = [(tree, "")]
    while pending:
        node, prefix = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            prefix = f"{prefix}.{node.name}" if prefix else node.name
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found.append((prefix, first, node.end_lineno or 0))
        if not isinstance(node, ast.Lambda):
            pending += [(child, prefix) for child in ast.iter_child_nodes(node)]
    return sorted(found)


def _last_code(source: bytes, lineno: int) -> int:
    """The line, or the last one above it that is no comment: for the grammar they belong to the body."""
    lines = source.split(b"\n")
    while not lines[lineno - 1].strip() or lines[lineno - 1].lstrip().startswith(b"#"):
        lineno -= 1
    return lineno


@pytest.mark.parametrize("path", STDLIB_FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_agrees_with_ast(path: Path) -> None:
    """Names and line ranges of definitions, number of calls and the function around each statement."""
    source = path.read_bytes()
    tree = ast.parse(source)
    found = outline(path.name, source)
    assert found is not None
    assert not found.has_error
    got = sorted(
        (unit.qualified_name, unit.first_lineno, _last_code(source, unit.last_lineno))
        for unit in found.units
        if unit.kind != "lambda" and "#" not in unit.qualified_name
    )
    wanted = _wanted(tree)
    assert got == wanted
    called = {call.span.end for call in found.calls if call.kind in {"call", "decorator"}}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            assert _offset(found, node.func.end_lineno, node.func.end_col_offset) in called, node.lineno
        elif isinstance(node, ast.Return | ast.Raise | ast.Assign | ast.Expr):
            around = [unit for unit in wanted if unit[1] <= node.lineno <= unit[2]]
            function = enclosing_function(found, node.lineno)
            if function.kind != "lambda":
                innermost = max(around, key=lambda unit: unit[1], default=("", 0, 0))
                assert function.qualified_name == innermost[0], node.lineno


def _offset(found: Outline, lineno: int | None, column: int | None) -> int:
    return found.line_starts[(lineno or 1) - 1] + (column or 0)


# ------------------------------------------------------------------- lines, columns, names


def test_module_is_the_last_resort() -> None:
    """Lines outside the file, empty files and columns beyond the line have an answer too."""
    found = _outline("a.py", "x = 1\n\ndef f():\n    return 1\n")
    for lineno in (-1, 0, 1, 2, 5, 6, 1000):
        assert enclosing_function(found, lineno) is found.module
    assert enclosing_function(found, 4, 1).name == "f"
    assert enclosing_function(found, 4, 1000).name == "f"
    assert enclosing_function(found, 4, -3).name == "f"
    assert enclosing_function(found, 4, name="nonsense").name == "f"
    empty = _outline("a.py", "")
    assert enclosing_function(empty, 1, 1) is empty.module
    assert empty.module.last_lineno == 1
    assert lineno_at(empty, 0) == 1


@pytest.mark.parametrize(
    ("path", "source", "lineno", "printed", "wanted"),
    [
        ("a.py", "def f():\n    x = [g for g in h]\n", 2, "<listcomp>", "f"),
        ("a.py", "def f():\n    return map(lambda x: x, y)\n", 2, "<lambda>", "f.map#0"),
        ("a.py", "def f(): pass\n", 1, "<module>", ""),
        ("a.py", "class A:\n    x = 1\n", 2, "A", "A"),
        ("a.js", "function f() {\n  g(() => h());\n}\n", 2, "f", "f"),
        ("a.js", "function f() {\n  g(() => h());\n}\n", 2, "async f", "f"),
        ("a.js", "function f() {\n  g(() => h());\n}\n", 2, "<anonymous>", "f.g#0"),
        ("a.js", "const o = { a() {\n  b();\n} };\n", 2, "Object.a [as b]", "o.a"),
        ("a.js", "f();\n", 1, "Object.<anonymous>", ""),
        ("A.java", "class A {\n  int x = f();\n  A() {}\n}\n", 2, "com.A.<init>", "A"),
        ("A.java", "class A {\n  static int x = f();\n}\n", 2, "A.<clinit>", "A"),
        ("A.java", "class A {\n  void f() { g(() -> h()); }\n}\n", 2, "A.lambda$f$0", "A.f.g#0"),
        ("A.java", "class A {\n  void f() { g(() -> h()); }\n}\n", 2, "A.f", "A.f"),
        ("a.go", "package a\nfunc f() { g(func() { h() }) }\n", 2, "a.f.func1", "f.g#0"),
        ("a.go", "package a\nfunc f() { g(func() { h() }) }\n", 2, "a.f", "f"),
        ("a.go", "package a\nfunc (t T) f() { g() }\n", 2, "main.(*T).f(0x1)", "T.f"),
        ("a.go", "package a\nfunc init() { g() }\n", 2, "a.init.0", "init"),
    ],
)
def test_printed_names(path: str, source: str, lineno: int, printed: str, wanted: str) -> None:
    """What runtimes print decides between the functions around a line."""
    assert enclosing_function(_outline(path, source), lineno, name=printed).qualified_name == wanted


def test_column_counts_utf16() -> None:
    """A column after an emoji is two units further."""
    source = "f('😀', a => a.b, c => c.d);\n"
    found = _outline("a.js", source)
    column = len(source.partition("c.d")[0].encode("utf-16-le")) // 2 + 1
    assert enclosing_function(found, 1, column).name == "f#2"


# ------------------------------------------------------------------- what a function says


def test_signature_and_docstring() -> None:
    """Decorators are no part of a signature; the documentation loses its marks."""
    found = _outline(
        "a.py",
        '"""The module."""\n@dec(1)\nasync def f(\n    a: int,\n    b=2,\n) -> int:\n'
        '    """First line.\n\n    More.\n    """\n\n\n# Not this: a blank follows.\n\n'
        "# Doubles\n# a number.\ndef g(x): return x * 2\n",
    )
    f, g = found.functions
    assert signature(found, f) == "async def f( a: int, b=2, ) -> int"
    assert docstring(found, f) == "First line.\n\nMore."
    assert docstring(found, g) == "Doubles\na number."
    assert docstring(found, found.module) == "The module."
    java = _outline(
        "A.java",
        "class A {\n    /**\n     * Adds.\n     *\n     * @return the sum\n     */\n"
        "    @Override\n    public int add(int a) { return a; }\n}\n",
    )
    assert docstring(java, java.functions[0]) == "Adds.\n\n@return the sum"
    assert signature(java, java.functions[0]) == "public int add(int a)"
    script = _outline("a.ts", "/** One line. */\nexport const f = (a: A): B => a.b;\n")
    assert docstring(script, script.functions[0]) == "One line."
    assert signature(script, script.functions[0]) == "export const f = (a: A): B"
    go = _outline("a.go", "package a\n\n// Total adds.\n//\n// Twice.\nfunc Total() int {\n\treturn 1\n}\n")
    assert docstring(go, go.functions[0]) == "Total adds.\n\nTwice."


def test_identifiers() -> None:
    """Names in source order; no strings, comments, keywords."""
    found = _outline("a.py", "def f(größe):\n    # nothing\n    return 'x' + größe.attr\n")
    assert identifiers(found, found.functions[0].span) == ["f", "größe", "größe", "attr"]
    assert identifiers(found, Span(0, 0)) == []


def test_regions() -> None:
    """A body is split at its statements, a statement at those within it."""
    found = _outline(
        "a.py",
        "def f(xs):\n    a = 1; b = 2\n    for x in xs:\n        if x:\n"
        "            g(\n                x,\n            )\n"
        "        else:\n            h()\n    return a\n",
    )
    assert regions(found, found.functions[0]) == ((2, 2), (3, 9), (10, 10))
    assert regions(found, (3, 9)) == ((4, 9),)
    assert regions(found, (4, 9)) == ((5, 7), (9, 9))
    script = _outline(
        "a.js",
        "const f = (xs) => {\n  if (a) {\n    b();\n  } else if (c) {\n    d();\n    e();\n  }\n"
        "  return g(\n    h,\n    i,\n  );\n};\n",
    )
    assert regions(script, script.functions[0]) == ((2, 7), (8, 11))
    assert regions(script, (2, 7)) == ((3, 3), (5, 5), (6, 6))
    assert regions(script, (8, 11)) == ((9, 9), (10, 10))
    assert regions(script, (3, 3)) == ()


def test_owner_from_within_a_closure() -> None:
    """A closure in a method belongs to the method's class; a Go method to a type of another place."""
    found = _outline(
        "a.ts", "class A {\n  m() {\n    return xs.map(() => {\n      return 1;\n    });\n  }\n}\n"
    )
    owned = owner(found, enclosing_function(found, 4))
    assert owned is not None
    assert owned.function.name == "A"
    assert owner(found, found.module) is None


def test_function_at_and_calls_in() -> None:
    """Offsets find the innermost unit and what it calls."""
    found = _outline("a.py", "class A:\n    def f(self):\n        return g(h())\n")
    at = found.source.index(b"h()")
    assert [unit.name for unit in chain_at(found, at)] == ["A", "f"]
    assert function_at(found, at).name == "f"
    assert function_at(found, 10_000) is found.module
    assert [call.name for call in calls_in(found, found.functions[0].body_span)] == ["g", "h"]
    assert calls_in(found, Span(5, 5)) == ()


def test_imports_and_fields() -> None:
    """Imports know what is bound here and what it is there; fields are found where they are first set."""
    found = _outline(
        "a.py",
        "import os.path\nimport numpy as np\nfrom ..x import y as z, w\nfrom . import *\n"
        "class A(B[int], c.D, metaclass=M):\n    n: int\n    k = 1\n"
        "    def f(self):\n        self.k = self.q = 2\n",
    )
    assert [(i.local, i.module, i.imported) for i in found.imports] == [
        ("os", "os.path", None),
        ("np", "numpy", None),
        ("z", "..x", "y"),
        ("w", "..x", "w"),
        ("*", ".", "*"),
    ]
    (found_class,) = found.classes
    assert found_class.bases == ("B", "c.D")
    assert [field.qualified_name for field in found_class.fields] == ["A.n", "A.k", "A.q"]


# ------------------------------------------------------------------- hostile input and speed


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize(
    "source",
    [
        b"\xff\xfe\x00\x80" * 50,
        b"\xef\xbb\xbfx = 1\r\ny = 2\r\n",
        b"(" * 20_000,
        b"f(" * 2_000 + b")" * 2_000,
        b"a" + b".b()" * 5_000,
        b"x=>" * 1_000 + b"x",
        b"lambda: " * 5_000 + b"0",
        b"if x:\n" * 3_000,
        b"{" * 10_000 + b"}" * 10_000,
        b"'" * 9_999,
        b"\n" * 100_000,
        b"class A {" * 2_000,
        b"\0" * 1_000,
        b"<a>" * 5_000,
    ],
    ids=range(14),
)
def test_hostile(name: str, source: bytes) -> None:
    """Any bytes have an outline, in time, without recursion."""
    start = time.process_time()
    limit = sys.getrecursionlimit()
    found = outline(f"a{language(name).extensions[0]}", source)
    if found is None:
        pytest.skip(f"no grammar for {name}")
    for lineno in (1, 2, 50):
        function = enclosing_function(found, lineno, 3, "x")
        signature(found, function)
        docstring(found, function)
        owner(found, function)
    regions(found, found.module)
    identifiers(found, found.module.span)
    assert sys.getrecursionlimit() == limit
    assert time.process_time() - start < 10


@pytest.mark.parametrize("read", [outline, scopes.read])
def test_parsing_is_given_up(read: Callable[[str, bytes], object]) -> None:
    """Where the parser would look for the end of an error for minutes, it is stopped."""
    noise = random.Random(1)  # noqa: S311 -- the same noise each time
    source = b" ".join(noise.choice([b"&", b"->"]) for _ in range(20_000))
    start = time.process_time()
    assert read("a.js", source) is not None
    assert time.process_time() - start < 10


def test_speed() -> None:
    """A megabyte takes a second at the most, on any machine one would edit on."""
    source = (STDLIB / "typing.py").read_bytes() * 5
    start = time.process_time()
    found = outline("typing.py", source)
    assert found is not None
    assert len(source) / (time.process_time() - start) > 500_000
