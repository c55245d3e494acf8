"""The page on settings says what the code says; ``--update`` rewrites its tables."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from crimescene import configuration
from crimescene.prompt.closing import VARIABLES
from crimescene.prompt.template import FILTERS
from crimescene.settings import schema

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
README = PAGE.parent.parent / "README.md"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _settings() -> str:
    lines = [_row("setting", "what it does", "values", "default"), _row("---", "---", "---", "---")]
    for name, entry in schema()["properties"].items():
        shown = json.dumps(entry["default"], ensure_ascii=False)
        name_ = name.partition(".")[2]
        lines.append(_row(f"`{name_}`", entry["markdownDescription"], _values(entry), f"`{shown}`"))
    return "\n".join(lines)


def _values(entry: dict) -> str:
    if choices := entry.get("enum") or entry.get("items", {}).get("enum"):
        some = ", ".join(f"`{choice}`" for choice in choices)
        return f"a list of {some}" if entry["type"] == "array" else some
    if "minimum" in entry:
        return f"{entry['minimum']:,} to {entry['maximum']:,}"
    kinds = {
        "boolean": "true, false",
        "string": "text",
        "array": "a list of texts",
        "object": "a table of texts",
    }
    return "a span of time" if "pattern" in entry else kinds[entry["type"]]


def _variables() -> str:
    lines = [_row("variable", "what it is"), _row("---", "---")]
    return "\n".join([*lines, *(_row(f"`{name}`", what) for name, what in VARIABLES.items())])


def _filters() -> str:
    return ", ".join(f"`{name}`" for name in sorted({*FILTERS, "join"})) + "."


@pytest.mark.parametrize("part", [_settings, _variables, _filters])
def test_the_page_is_in_step(part, update) -> None:
    """Each part that the code knows stands on the page as the code has it."""
    name = part.__name__.strip("_")
    page = PAGE.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- {name} -->\n)(.*?)(\n<!-- end -->)", re.DOTALL)
    assert len(block.findall(page)) == 1
    if update:
        PAGE.write_text(block.sub(lambda m: m[1] + part() + m[3], page), encoding="utf-8")
    found = block.search(PAGE.read_text(encoding="utf-8"))
    assert found
    assert found[2] == part(), "run pytest with --update"


@pytest.mark.parametrize("page", [PAGE, README], ids=lambda page: page.name)
def test_the_examples_work(page: Path, tmp_path: Path) -> None:
    """Every TOML example is one that is understood."""
    examples = re.findall(r"^```toml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert examples
    for text in examples:
        name = "pyproject.toml" if "[tool." in text else "crimescene.toml"
        (tmp_path / name).write_text(text, encoding="utf-8")
        settings, said = configuration.read(tmp_path)
        assert said == ()
        assert settings != configuration.Settings()
        (tmp_path / name).unlink()
