"""The server for agents through a client that others wrote: the command line of the MCP inspector."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import scenes
from crimescene.cli import main

CLIENT = "node_modules/@modelcontextprotocol/inspector-cli/build/cli.js"
FOLDER = os.environ.get("CRIMESCENE_INSPECTOR", "")
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def inspector() -> list[str]:
    """The command of the client; skipped where it is not installed, but for CI."""
    node = shutil.which("node")
    client = Path(FOLDER, CLIENT)
    if node is None or not FOLDER or not client.is_file():
        reason = "no MCP inspector: tests/inspector/install.sh FOLDER, then CRIMESCENE_INSPECTOR=FOLDER"
        if os.environ.get("CI") and FOLDER:
            pytest.fail(reason)
        pytest.skip(reason)
    return [node, str(client), "--cli"]


def ask(inspector: list[str], root: Path, method: str, *words: str) -> Any:
    """What the client prints for one request."""
    server = [sys.executable, "-m", "crimescene", "mcp", "--root", str(root)]
    done = subprocess.run(
        [*inspector, *server, "--method", method, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def call(inspector: list[str], root: Path, tool: str, **arguments: str) -> dict[str, Any]:
    """The answer of a tool."""
    given = [word for name, value in arguments.items() for word in ("--tool-arg", f"{name}={value}")]
    found: dict[str, Any] = ask(inspector, root, "tools/call", "--tool-name", tool, *given)
    return found


def test_a_client_of_others(inspector: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It lists tools, prompts and resources, and gets the bytes that the command line prints."""
    scene = scenes.build("order_history", tmp_path)
    (scene.root / "failure.log").write_text(scene.trace, "utf-8")
    tools = ask(inspector, scene.root, "tools/list")["tools"]
    assert {"build_debug_prompt", "trace_shape", "remove_logging"} <= {tool["name"] for tool in tools}
    found = call(inspector, scene.root, "build_debug_prompt", trace_file="failure.log")
    assert main(["prompt", str(scene.root / "failure.log"), "--root", str(scene.root)]) == 0
    assert found["content"][0]["text"] == capsys.readouterr().out
    refused = call(inspector, scene.root, "build_debug_prompt", trace_file="../x.log")
    assert refused["isError"]
    assert "leads out of the workspace" in refused["content"][0]["text"]
    resources = ask(inspector, scene.root, "resources/list")["resources"]
    assert any(one["uri"] == "crimescene://cases" for one in resources)
    prompts = ask(inspector, scene.root, "prompts/list")["prompts"]
    assert [prompt["name"] for prompt in prompts] == ["debug"]


def test_the_shape_of_data(inspector: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is produced against what is read, as the command line tells it."""
    scene = scenes.build("order_table", tmp_path)
    found = call(inspector, scene.root, "trace_shape")
    main(["shape", "--root", str(scene.root)])
    assert found["content"][0]["text"].rstrip("\n") == capsys.readouterr().out.rstrip("\n")
