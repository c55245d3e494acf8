"""The reference says what the code says; ``--update`` rewrites it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import reference
from crimescene.lsp.start import build

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("name", reference.PAGES)
def test_in_step(name: str, update) -> None:
    """The page is the one that the code gives."""
    if name == "tools":
        pytest.importorskip("mcp")
    path = reference.FOLDER / f"{name}.md"
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(reference.page(name), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == reference.page(name), "run pytest with --update"


def test_every_command_is_described() -> None:
    """By a sentence of its own, which stands in the reference."""
    server = build()
    undescribed = [name for name, called in server.protocol.fm.commands.items() if not called.__doc__]
    assert not undescribed


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_examples_are_data(page: Path) -> None:
    """JSON and YAML in the documentation can be read, and the action is given only inputs it has."""
    inputs = yaml.safe_load((DOCS.parent / "action.yml").read_text(encoding="utf-8"))["inputs"]
    import fenced  # noqa: PLC0415 -- beside the one test that needs it

    for section in fenced.sections(page.read_text(encoding="utf-8")):
        for block in section.blocks:
            if block.kind == "json":
                json.loads(block.text)
            elif block.kind == "yaml":
                found = yaml.safe_load(block.text)
                steps = found.get("steps", []) if isinstance(found, dict) else found
                for step in steps:
                    if "crimescene@" in str(step.get("uses")):
                        assert set(step.get("with", {})) <= set(inputs)
