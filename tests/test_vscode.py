"""The VS Code client is in step with the server: settings, version, strings, size and style of its files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crimescene import __version__
from crimescene.settings import schema

CLIENT = Path(__file__).parent.parent / "client-vscode"
MANIFEST = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
SOURCES = sorted((CLIENT / "src").glob("*.ts"))
LONGEST = 200


def test_the_settings_are_the_servers(update) -> None:
    """Every setting of the server stands in the manifest as the server has it; ``--update`` writes them."""
    script = [sys.executable, CLIENT / "scripts" / "manifest.py"]
    if update:
        subprocess.run(script, check=True)
    assert subprocess.run([*script, "--check"], check=False).returncode == 0, "run pytest with --update"
    shown = MANIFEST["contributes"]["configuration"]["properties"]
    assert set(shown) == {*schema()["properties"], "crimescene.path"}


def test_the_version_is_the_servers() -> None:
    """The package that holds the server has its version."""
    assert MANIFEST["version"] == __version__


def test_the_lock_file_names_no_registry() -> None:
    """Whoever installs takes packages from the registry set up there."""
    assert '"resolved"' not in (CLIENT / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_files_are_short_and_know_no_frames(path: Path) -> None:
    """No file is long, only the start-up file touches disk and processes, and none has a pattern."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    if path.name != "start.ts":
        assert not re.search(r"""from ["'](node:)?(fs|fs/promises|child_process)["']""", text)
    assert "new RegExp" not in text


def test_commands_have_titles_and_handlers() -> None:
    """Each command of the palette is one that the client or the server registers, and has a title."""
    strings = json.loads((CLIENT / "package.nls.json").read_text(encoding="utf-8"))
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    server = "".join(p.read_text() for p in (CLIENT.parent / "server/crimescene/lsp").glob("*.py"))
    for command in MANIFEST["contributes"]["commands"]:
        assert strings[command["title"].strip("%")]
        name = command["command"].rpartition(".")[2]
        where = code if ".client." in command["command"] else server
        assert name in where, command["command"]


@pytest.mark.skipif(os.name == "nt", reason="the script is for the machines that check")
def test_the_script_parses() -> None:
    """The script that checks the client is one that bash can read."""
    for script in (CLIENT / "ci.sh", *sorted((CLIENT / "test" / "workbench").glob("*.sh"))):
        subprocess.run(["bash", "-n", script], check=True)
