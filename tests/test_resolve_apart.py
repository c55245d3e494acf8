"""Files of equal names in one repository, told apart by what else a text says, or said to be ambiguous."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crimescene.model import Frame, Span
from crimescene.resolve import (
    Files,
    folders_around,
    index_files,
    resolve,
    resolve_all,
)

if TYPE_CHECKING:
    pass


def frame(path: str | None, function: str = "f", lineno: int = 3, column: int | None = None) -> Frame:
    """A frame that prints ``path``."""
    return Frame(path, lineno, column, function, None, "", Span(0, 0))


MONOREPO: dict[str, str] = {
    "package.json": '{"name": "shop"}',
    "go.mod": "module example.com/shop\n",
    "packages/api/package.json": '{"name": "@shop/api"}',
    "packages/api/src/index.ts": "export function list(): number {\n  return 1;\n}\n",
    "packages/api/src/money.ts": "export const rate = 1;\n// rates\nexport const fix = 2;\n",
    "packages/web/package.json": '{"name": "@shop/web"}',
    "packages/web/src/index.ts": "export const a = 1;\nexport function show(): void {\n  boom();\n}\n",
    "packages/web/src/money.ts": "export const price = 1;\n// prices\nexport const fix = 2;\n",
    "apps/billing/test/a_test.exs": "",
    "apps/orders/mix.exs": "",
    "apps/orders/test/a_test.exs": "",
    "store/cart_test.go": "package store\n",
    "web/cart_test.go": "package web\n",
    "src/Main.java": "package com.other;\n",
}


def _monorepo(root: str = "/home/ana/shop") -> Files:
    return index_files(root, list(MONOREPO), lambda p: MONOREPO[p].encode() if p in MONOREPO else None)


@pytest.mark.parametrize(
    ("said", "printed", "wanted"),
    [
        ("> @shop/web@1.0.0 test\n> vitest run\n\n", "src/index.ts", "packages/web/src/index.ts"),
        ("> @shop/api@1.0.0 test /ci/packages/api\n> jest\n\n", "src/index.ts", "packages/api/src/index.ts"),
        ("\n RUN  v3.0.5 /home/ana/shop/packages/web\n\n", "src/index.ts", "packages/web/src/index.ts"),
        ("ana@box:~/shop/packages/api$ node src\n", "./src/index.ts", "packages/api/src/index.ts"),
        ("PS C:\\work\\shop\\packages\\web> npm t\n", "src\\index.ts", "packages/web/src/index.ts"),
        ("packages/web test$ vitest run\n", "src/index.ts", "packages/web/src/index.ts"),
        ("make[1]: Entering directory '/b/packages/api'\n", "src/index.ts", "packages/api/src/index.ts"),
        ("ninja: Entering directory `packages/web'\n", "src/index.ts", "packages/web/src/index.ts"),
        ("rootdir: /srv/ci/packages/api, configfile: x.ini\n", "src/index.ts", "packages/api/src/index.ts"),
        ("> nx run web:test\n", "src/index.ts", "packages/web/src/index.ts"),
        ("==> orders\n", "test/a_test.exs", "apps/orders/test/a_test.exs"),
        ("> @shop/api@1.0.0 test\n> @shop/web@1.0.0 test\n", "src/index.ts", "packages/web/src/index.ts"),
        ("> @shop/api@1.0.0 test\n", "/usr/app/src/index.ts", "packages/api/src/index.ts"),
        ("> @shop/nowhere@1.0.0 test\n", "src/index.ts", None),
        ("rootdir: /elsewhere/entirely\n", "src/index.ts", None),
        ("", "src/index.ts", None),
    ],
)
def test_the_text_says_where_it_ran(said: str, printed: str, wanted: str | None) -> None:
    """Runners announce their folder; what they print below is relative to it."""
    files = _monorepo()
    text = f"{said}Error: boom\n    at {printed}:3:1\n".encode()
    start = text.index(b"Error: boom")
    bases = folders_around(text, Span(start, len(text)), files)
    (found,) = resolve_all([frame(printed, "<anonymous>")], files, None, bases)
    assert (found.location.path if found.location else None) == wanted, (bases, found.note)


@pytest.mark.parametrize(
    ("said", "printed", "wanted"),
    [
        ("FAIL\texample.com/shop/web\t0.004s\nFAIL\n", "cart_test.go", "web/cart_test.go"),
        ("npm error path /ci/packages/web\nnpm error code 1\n", "src/index.ts", "packages/web/src/index.ts"),
    ],
)
def test_what_is_said_afterwards(said: str, printed: str, wanted: str) -> None:
    """Go names the package, npm the folder, below the failure."""
    files = _monorepo()
    text = f"--- FAIL: TestCart (0.00s)\n    {printed}:3: boom\n{said}".encode()
    bases = folders_around(text, Span(0, 40), files)
    (found,) = resolve_all([frame(printed, "TestCart")], files, None, bases)
    assert (found.location.path if found.location else None) == wanted, (bases, found.note)


def test_the_folder_the_command_ran_in() -> None:
    """Who runs something in packages/api means the files there; what lies there alone is still found."""
    files = _monorepo()
    for base in ("packages/api", "packages/web"):
        (found,) = resolve_all([frame("src/index.ts")], files, None, [base])
        assert found.location is not None
        assert (found.location.path, found.note) == (f"{base}/src/index.ts", "")
    (found,) = resolve_all([frame("../web/src/index.ts")], files, None, ["packages/api"])
    assert found.location is not None
    assert found.location.path == "packages/web/src/index.ts"
    (found,) = resolve_all([frame("store/cart_test.go")], files, None, ["packages/api"])
    assert found.location is not None
    assert found.location.path == "store/cart_test.go"


@pytest.mark.parametrize(
    ("function", "code", "lineno", "wanted", "why"),
    [
        ("show", None, 3, "packages/web/src/index.ts", "the printed function stands at its line"),
        ("list", None, 2, "packages/api/src/index.ts", "the printed function stands at its line"),
        ("<anonymous>", "boom();", 3, "packages/web/src/index.ts", "the printed code stands at its line"),
        ("<anonymous>", "nowhere();", 3, None, "ambiguous"),
        ("gone", None, 3, None, "ambiguous"),
    ],
)
def test_the_rest_of_the_frame_tells(
    function: str, code: str | None, lineno: int, wanted: str | None, why: str
) -> None:
    """Of several files the one that has the printed code, or the printed function, at the printed line."""
    printed = replace(frame("/usr/app/src/index.ts", function, lineno), code=code)
    (found,) = resolve_all([printed], _monorepo())
    assert (found.location.path if found.location else None) == wanted
    assert why in found.note


def test_code_that_stands_in_both() -> None:
    """What two files have in common tells nothing."""
    printed = replace(frame("/usr/app/src/money.ts", "<anonymous>", 3), code="export const fix = 2;")
    (found,) = resolve_all([printed], _monorepo())
    assert found.location is None
    assert found.choices == ("packages/api/src/money.ts", "packages/web/src/money.ts")


def test_a_class_without_a_package() -> None:
    """Main.java of another package is another class."""
    files = _monorepo()
    assert resolve(frame("Main.java", "Main.main"), files).location is None
    found = resolve(frame("Main.java", "com.other.Main.main"), files)
    assert found.location is not None
    assert found.location.path == "src/Main.java"
