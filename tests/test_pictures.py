"""The pictures of the documentation show what the programs say today."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import pictures

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_in_step(name: str, tmp_path: Path) -> None:
    """Recorded anew, the words are the same; ``python tests/pictures.py`` draws them."""
    folder = tmp_path / "tea"
    folder.mkdir()
    lines = pictures.record(name, folder)
    again = pictures.draw(lines, pictures.PICTURES[name][0])
    shown = (pictures.IMAGES / f"{name}.svg").read_text(encoding="utf-8")
    assert pictures.words(again) == pictures.words(shown), (
        "run python tests/pictures.py and look at the picture"
    )
    assert len(pictures.words(shown)) > 5
    ET.fromstring(shown)  # noqa: S314 -- our own file
    assert str(tmp_path) not in again
