"""Frames of what was built from the sources: source maps, beside the bundle, in it, of maps, broken."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from crimescene.model import Frame, Span
from crimescene.resolve import (
    index_files,
    resolve,
)
from crimescene.resolve.source_maps import read_map
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from pathlib import Path


def frame(path: str | None, function: str = "f", lineno: int = 3, column: int | None = None) -> Frame:
    """A frame that prints ``path``."""
    return Frame(path, lineno, column, function, None, "", Span(0, 0))


def _mapping(**overwritten: object) -> dict[str, object]:
    """Line 1 of what was built: column 0 is line 7 of ``lazy.ts``, column 20 is line 40 of ``page.tsx``."""
    sources = ["webpack://shop/./src/lazy.ts", "webpack://shop/./src/app/page.tsx"]
    return {"version": 3, "sources": sources, "names": [], "mappings": "AAMG,oBCiCH", **overwritten}


def _built(tmp_path: Path, files: dict[str, str]) -> object:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    listed = ["web/package.json", "web/src/lazy.ts", "web/src/app/page.tsx", "src/server.ts"]
    workspace = DiskWorkspace(tmp_path, lambda: listed)
    return index_files(tmp_path.as_posix(), listed, workspace.read)


def _inline(mapping: dict[str, object]) -> str:
    return (
        "data:application/json;charset=utf-8;base64,"
        + base64.b64encode(json.dumps(mapping).encode()).decode()
    )


MAIN = "web/build/static/js/main.4f1c.js"


@pytest.mark.parametrize(
    ("files", "printed"),
    [
        (
            {MAIN: "x()\n//# sourceMappingURL=main.4f1c.js.map", f"{MAIN}.map": json.dumps(_mapping())},
            "http://localhost:3000/static/js/main.4f1c.js",
        ),
        (
            {MAIN: "x()\n", f"{MAIN}.map": json.dumps(_mapping())},
            "http://localhost:3000/static/js/main.4f1c.js?v=2",
        ),
        (
            {MAIN: f"x()\n//# sourceMappingURL={_inline(_mapping())}\n"},
            "https://shop.example/static/js/main.4f1c.js",
        ),
        (
            {
                "web/.next/static/chunks/app/page-1.js": "x()\n//# sourceMappingURL=page-1.js.map",
                "web/.next/static/chunks/app/page-1.js.map": json.dumps(_mapping()),
            },
            "http://localhost:3000/_next/static/chunks/app/page-1.js",
        ),
        (
            {
                "web/build/static/js/async/3.chunk.js": "x()\n//# sourceMappingURL=/maps/3.chunk.js.map",
                "web/build/static/js/async/3.chunk.js.map": json.dumps(_mapping()),
            },
            "http://localhost:3000/static/js/async/3.chunk.js",
        ),
    ],
    ids=["beside", "not named", "inline", "next", "async chunk"],
)
def test_bundles_are_read_by_their_source_maps(tmp_path: Path, files: dict[str, str], printed: str) -> None:
    """A server's URL leads to what was built, and its map to what was written."""
    if "/maps/" in str(files):  # a server's own folder of maps is not on disk; beside the file is tried
        files = {name: text.replace("/maps/", "") for name, text in files.items()}
    index = _built(tmp_path, files)
    first = resolve(frame(printed, "t", 1, 1), index)
    later = resolve(frame(printed, "t", 1, 25), index)
    assert first.location is not None, first.note
    assert (first.location.path, first.location.lineno, first.location.column) == ("web/src/lazy.ts", 7, 4)
    assert first.location.note.startswith("by the source map of web/")
    assert later.location is not None
    assert (later.location.path, later.location.lineno, later.in_app) == ("web/src/app/page.tsx", 40, True)


def test_what_is_built_for_node(tmp_path: Path) -> None:
    """Sources are relative to the map, below its root folder."""
    mapping = _mapping(sources=["server.ts"], sourceRoot="../src", mappings=";;AASA")
    index = _built(
        tmp_path,
        {
            "dist/server.js": "\n\nx()\n//# sourceMappingURL=server.js.map",
            "dist/server.js.map": json.dumps(mapping),
        },
    )
    for printed in (f"{tmp_path.as_posix()}/dist/server.js", "dist/server.js"):
        found = resolve(frame(printed, "t", 3, 9), index)
        assert found.location is not None, found.note
        assert (found.location.path, found.location.lineno) == ("src/server.ts", 10)
        assert found.location.note == "by the source map of dist/server.js:3"


def test_bundles_without_a_map_are_said(tmp_path: Path) -> None:
    """Minified code that nobody wrote is no evidence."""
    index = _built(tmp_path, {MAIN: "x()\n"})
    found = resolve(frame("http://localhost:3000/static/js/main.4f1c.js", "t", 1, 1), index)
    assert found.location is None
    assert found.note == f"{MAIN} is generated and has no source map that can be read"


def test_maps_of_maps() -> None:
    """A bundle of bundles: each section counts from where it begins."""
    section = _mapping(sources=["one.ts"], mappings="AAAA;AACA")
    whole = {
        "version": 3,
        "sections": [
            {"offset": {"line": 0, "column": 10}, "map": section},
            {"offset": {"line": 5, "column": 0}, "map": _mapping(sources=["two.ts"], mappings="AAEA")},
        ],
    }
    found = read_map(json.dumps(whole).encode(), "dist")
    assert found is not None
    places = [(1, 5), (1, 12), (2, 1), (6, 1), (9, 1)]
    assert [found.original(*place) for place in places] == [
        None,
        ("one.ts", 1, 1),
        ("one.ts", 2, 1),
        ("two.ts", 3, 1),
        None,
    ]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"sources": 3, "mappings": "AAAA"}',
        b'{"sections": [{}]}',
        b'{"sources": ["a"], "mappings": 7}',
        b'{"sources": ["a"], "mappings": "' + b"g" * 100_000 + b'"}',
        b'{"sources": ["a"], "mappings": "AEAA,???,\\u00e9;;;"}',
        b'{"sections":' * 20_000,
    ],
)
def test_broken_maps_say_nothing(text: bytes) -> None:
    """A map is input like any other."""
    found = read_map(text, "")
    if found is not None:
        found.original(1, 1)
        found.original(10, None)


def test_a_map_with_its_guard() -> None:
    """Some servers put a line before the map that keeps a page from running it."""
    found = read_map(b")]}'\n" + json.dumps(_mapping()).encode(), "")
    assert found is not None
    assert found.original(1, 1) == ("webpack://shop/./src/lazy.ts", 7, 4)
