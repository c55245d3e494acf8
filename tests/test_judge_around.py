"""What stands around a change: callers outside of the failure's chain, tests that try its edge cases."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from crimescene import judge
from crimescene.workspace import DiskWorkspace

PYTHON = {
    "shop/prices.py": "def find(name, table):\n    entry = table[name]\n    return entry['price']\n",
    "shop/basket.py": (
        "from shop.prices import find\n\n\ndef total(names, table):\n"
        "    return sum(find(name, table) for name in names)\n"
    ),
    "shop/report.py": (
        "from shop.prices import find\n\n\ndef cheapest(table):\n"
        "    return min(find(name, table) for name in table)\n"
    ),
    "tests/test_prices.py": (
        "from shop.prices import find\n\n\ndef test_a_name_that_is_missing():\n"
        "    assert find('tea', {'tea': {'price': 0}}) == 0\n\n\n"
        "def test_no_table():\n    assert find('tea', None) is None\n"
    ),
}
TYPESCRIPT = {
    "src/prices.ts": (
        "export function find(name: string, table: any): number {\n"
        "  const entry = table[name];\n  return entry.price;\n}\n"
    ),
    "src/basket.ts": (
        'import { find } from "./prices";\n\nexport function total(names: string[], table: any) {\n'
        "  return names.map((name) => find(name, table));\n}\n"
    ),
    "src/report.ts": (
        'import { find } from "./prices";\n\nexport function cheapest(table: any) {\n'
        '  return find("tea", table);\n}\n'
    ),
    "src/prices.test.ts": (
        'import { find } from "./prices";\n\nfunction emptyTable() {\n'
        '  return find("tea", {});\n}\n\ntest("finds", () => {\n  expect(emptyTable()).toBe(0);\n});\n'
    ),
}


def unified(path: str, before: str, after: str) -> str:
    """A diff as git writes it."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm=""
    )
    return "\n".join(lines)


def examined(root: Path, files: dict[str, str], old: str, new: str, *, applied: bool) -> judge.Verdict:
    """The verdict on a change of the first file, whose chain goes through the second."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    path, caller = list(files)[:2]
    after = files[path].replace(old, new)
    if applied:
        (root / path).write_text(after)
    functions = ((path, "find", 1, 3), (caller, "total", 4, 5))
    evidence = judge.Evidence((path, caller), functions, (path, 3), words=frozenset({"find", "total"}))
    return judge.examined(unified(path, files[path], after), DiskWorkspace(root), evidence)


@pytest.mark.parametrize("applied", [True, False])
def test_python(tmp_path: Path, applied: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    """The caller on the chain is not told again; a test counts for the case that stands in it."""
    new = "    if table is None:\n        return None\n    entry = table[name]\n"
    found = examined(tmp_path, PYTHON, "    entry = table[name]\n", new, applied=applied)
    assert [(a.path, a.caller, a.function) for a in found.affected] == [
        ("shop/report.py", "cheapest", "find")
    ]
    tried = {edge.case: edge.tests for edge in found.edges}
    assert tried["null"] == ("tests/test_prices.py:8 test_no_table",)
    assert tried["empty but not null"] == ()
    text = judge.markdown(found)
    assert "- shop/report.py:5 cheapest calls find too, outside of this failure's chain." in text
    assert "try empty but not null; tested: null (tests/test_prices.py:8 test_no_table)" in text


@pytest.mark.parametrize("applied", [True, False])
def test_typescript(tmp_path: Path, applied: bool) -> None:  # noqa: FBT001
    """The same where functions are exported and tests stand beside them."""
    new = "  if (Object.keys(table).length === 0) {\n    return 0;\n  }\n  const entry = table[name];\n"
    found = examined(tmp_path, TYPESCRIPT, "  const entry = table[name];\n", new, applied=applied)
    assert [(a.path, a.caller) for a in found.affected] == [("src/report.ts", "cheapest")]
    tried = {edge.case: edge.tests for edge in found.edges}
    assert tried["empty"] == ("src/prices.test.ts:3 emptyTable",)
    assert tried["one item"] == ()


def test_what_has_no_file_here(tmp_path: Path) -> None:
    """A diff of files that are not there, or of no function, has nothing around it."""
    diff = unified("gone.py", "a = 1\n", "a = 2\n")
    found = judge.examined(diff, DiskWorkspace(tmp_path), judge.Evidence())
    assert (found.affected, found.edges) == ((), ())
