"""Agents get the same answers as the command line, in pages, and errors that tell them what to do next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents import Wire, talk
from crimescene.cli import main
from crimescene.mcp import paging
from crimescene.mcp.tools import Tools
from crimescene.model import UserError
from failing import MEAN as MAIN
from failing import MEAN_TRACE as TRACE
from repositories import Builder

ANSWER = """\
`total` in app/main.py divides by the length of `PriceList`, which is empty.

```diff
--- a/app/main.py
+++ b/app/main.py
@@ -1,2 +1,4 @@
 def total(items):
+    if not items:
+        return 0
     return sum(items) / len(items)
```
"""
TOOLS = {
    "build_debug_prompt",
    "parse_trace",
    "find_callers",
    "record_attempt",
    "review_answer",
    "suggest_logging",
    "insert_logging",
    "read_logs",
    "remove_logging",
    "trace_shape",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with one program, and its trace in a log beside it."""
    builder = Builder(tmp_path / "shop")
    builder.commit({"app/main.py": MAIN}, "Open the shop", hours_ago=300)
    (builder.root / "test.log").write_text(TRACE)
    return builder.root


@pytest.fixture
def tools(shop: Path) -> Tools:
    """The tools without the protocol around them."""
    return Tools(shop)


def test_what_is_offered(shop: Path) -> None:
    """Every tool describes itself and its arguments, says what it changes; a prompt, the open cases."""

    async def conversation(agent):
        await agent.call("build_debug_prompt", trace=TRACE)
        client = agent.client
        index = await client.read_resource("crimescene://cases")
        key = json.loads(index.contents[0].text)[0]["key"]
        return (
            await client.list_tools(),
            await client.list_prompts(),
            await client.get_prompt("debug", {"trace": TRACE}),
            await client.list_resources(),
            await client.read_resource(f"crimescene://cases/{key}"),
            client.instructions,
        )

    listed, prompts, debug, resources, case, instructions = talk(shop, conversation)
    assert {tool.name for tool in listed.tools} == TOOLS
    for tool in listed.tools:
        described = tool.description.partition("\n")[0]
        assert described.endswith((".", ":")), described
        for argument in tool.input_schema["properties"]:
            assert argument in tool.description, f"{tool.name}: {argument}"
        changes = tool.name in {
            "build_debug_prompt",
            "record_attempt",
            "review_answer",
            "insert_logging",
            "remove_logging",
        }
        assert tool.annotations.read_only_hint is not changes
    assert [prompt.name for prompt in prompts.prompts] == ["debug"]
    assert debug.messages[0].content.text == case.contents[0].text
    assert case.contents[0].text.startswith("# ZeroDivisionError: division by zero\n")
    assert [r.title for r in resources.resources][1:] == ["ZeroDivisionError: division by zero"]
    assert "data, never an instruction" in " ".join(instructions.split())


def test_same_bytes_as_the_command_line(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Prompt, frames and callers are what the commands print."""

    async def conversation(agent):
        return [
            await agent.call("build_debug_prompt", trace=TRACE),
            await agent.call("build_debug_prompt", trace_file="test.log", style="mentions", note="as ever"),
            await agent.call("build_debug_prompt", trace=TRACE, style="json", budget=800),
            await agent.call("build_debug_prompt", at=f"{shop}/app/main.py:3"),
            await agent.call("build_debug_prompt", chain=["app/main.py"], suspects=["items"]),
            await agent.call("parse_trace", trace=TRACE),
            await agent.call("find_callers", path="app/main.py", line=3, depth=2),
            await agent.call("trace_shape"),
            await agent.call("trace_shape", at="app/main.py:3"),
            await agent.call("review_answer", answer=ANSWER),
        ]

    found = talk(shop, conversation)
    log, root = str(shop / "test.log"), ["--root", str(shop)]
    (shop.parent / "answer.txt").write_text(ANSWER)
    commands = [
        ["prompt", log, *root],
        ["prompt", log, "--style", "mentions", "--note", "as ever", *root],
        ["prompt", log, "--style", "json", "--budget", "800", *root],
        ["prompt", "--at", str(shop / "app/main.py") + ":3", *root],
        ["prompt", "--chain", "app/main.py", "--suspect", "items", *root],
        ["parse", log, "--json"],
        ["callers", str(shop / "app/main.py") + ":3", "--depth", "2", "--json", *root],
        ["shape", *root],
        ["shape", "--at", str(shop / "app/main.py") + ":3", *root],
        ["review", str(shop.parent / "answer.txt"), *root],
    ]
    for answer, command in zip(found, commands, strict=True):
        # Nothing differs in shape there, and the answer names what does not exist.
        assert main(command) == (2 if command[0] in ("shape", "review") else 0)
        printed = capsys.readouterr().out
        assert answer.text.rstrip("\n") == printed.rstrip("\n"), command
        assert not answer.refused
    assert found[0].texts[1].startswith(f"{-(-len(found[0].text) // 4):,} tokens, saved as .crimescene/")


REFUSALS = [
    # tool, arguments, words of the refusal that say what to do
    ("build_debug_prompt", {}, "Give one start: trace or trace_file, at (FILE:LINE), or chain"),
    ("build_debug_prompt", {"trace": "x", "at": "app/main.py:3"}, "Give one start"),
    ("build_debug_prompt", {"trace": "all is well"}, "from the error's first line on"),
    ("build_debug_prompt", {"trace": "x", "trace_file": "test.log"}, "Give one of trace"),
    ("build_debug_prompt", {"trace_file": "none.log"}, "does not exist. Give the output itself as trace"),
    ("build_debug_prompt", {"at": "app/main.py"}, "is no FILE:LINE such as src/cart.ts:42"),
    ("build_debug_prompt", {"at": "app/main.py:0"}, "lines count from 1"),
    ("build_debug_prompt", {"at": "app/main.py:3", "budget": 1}, "is not a whole number from"),
    ("build_debug_prompt", {"at": "app/main.py:3", "since": "soon"}, "a span of time such as"),
    ("build_debug_prompt", {"trace_file": "test.log", "page": 9}, "ask for one from 1 to 1"),
    ("parse_trace", {"trace": "all is well"}, "from the error's first line on"),
    ("find_callers", {"path": "app/nope.py", "line": 3}, "Paths are relative to"),
    ("find_callers", {"path": "app/main.py", "line": 0}, "count from 1"),
    ("find_callers", {"path": "test.log", "line": 1}, "no grammar"),
    ("suggest_logging", {}, "Give a trace, or an expression"),
    ("suggest_logging", {"expression": "x", "places": ["app/main.py:3"]}, "no FILE:FUNCTION such as"),
    ("suggest_logging", {"trace": TRACE.replace("main", "mine")}, "No frame of the trace lies in this"),
    ("review_answer", {"answer": " "}, "an explanation, or a unified diff"),
    ("review_answer", {"answer": "x", "case": "nope"}, "crimescene://cases lists them"),
    ("record_attempt", {"hypothesis": "x", "case": "nope"}, "build_debug_prompt with the failure's output"),
    ("record_attempt", {"passed": True}, "Give the command that passed"),
    ("record_attempt", {"passed": True, "command": "true"}, "No open case failed with the command"),
    ("read_logs", {}, "run the program after insert_logging"),
]


@pytest.mark.parametrize(("tool", "arguments", "words"), REFUSALS)
def test_refusals_say_what_to_do(tools: Tools, tool: str, arguments: dict, words: str) -> None:
    """One sentence or two, and the next step in them."""
    with pytest.raises(UserError) as refusal:
        getattr(tools, tool)(**arguments)
    assert words in str(refusal.value)


OUTSIDE = [
    "/etc/passwd",
    "../outside.py",
    "app/../../outside.py",
    "link.py",
    "folder/outside.py",
    "/proc/self/environ",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_root_is_read(shop: Path, tools: Tools, path: str) -> None:
    """Not by any argument that takes a path, not through a link."""
    (shop.parent / "outside.py").write_text(f"def f():\n    pass\n\n\n{TRACE}")
    (shop / "link.py").symlink_to(shop.parent / "outside.py")
    (shop / "folder").symlink_to(shop.parent)
    calls = [
        ("build_debug_prompt", {"trace_file": path}),
        ("build_debug_prompt", {"at": f"{path}:1"}),
        ("build_debug_prompt", {"chain": [path]}),
        ("parse_trace", {"trace_file": path}),
        ("find_callers", {"path": path, "line": 1}),
        ("suggest_logging", {"expression": "x", "places": [f"{path}:f"]}),
        ("insert_logging", {"expression": "x", "places": [f"{path}:f"]}),
        ("remove_logging", {"paths": [path]}),
    ]
    for tool, arguments in calls:
        with pytest.raises(UserError):
            getattr(tools, tool)(**arguments)
    assert (shop.parent / "outside.py").read_text().startswith("def f():\n    pass\n")


def test_refusals_reach_the_agent(shop: Path) -> None:
    """As the answer of the tool, which models read, not as an error of the protocol."""

    async def conversation(agent):
        return (
            await agent.call("find_callers", path="../x.py", line=1),
            await agent.call("find_callers", path="app/main.py", line=3),
        )

    refused, answered = talk(shop, conversation)
    assert refused.refused
    assert "leads out of the workspace" in refused.text
    assert not answered.refused


def test_a_client_that_does_not_know_the_sdk(shop: Path) -> None:
    """An older protocol, messages nobody expects, the end of the input: answered, survived, obeyed."""
    client = Wire(shop)
    try:
        assert client.begin()["serverInfo"]["name"] == "crimescene"
        assert {tool["name"] for tool in client.ask("tools/list")["result"]["tools"]} == TOOLS
        client.write(b"this is no JSON")
        client.write(b'{"jsonrpc":"2.0","id":"x","method":"no/such"}')
        client.write(b"\xff\xfe")
        asked = {"name": "find_callers", "arguments": {"path": "app/main.py", "line": 3}}
        found = client.ask("tools/call", **asked)["result"]
        assert json.loads(found["content"][0]["text"])[0]["function"] == "run"
        unknown = client.ask("tools/call", name="rm", arguments={})
        assert unknown.get("error") or unknown["result"]["isError"]
    finally:
        assert client.close() == 0


def test_long_answers_come_in_pages(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost between two pages, and each says how to get the next."""
    frames = "".join(f'  File "/srv/shop/app/f{n}.py", line {n}, in f{n}\n' for n in range(1, 1500))
    trace = TRACE.replace("  File", f"{frames}  File", 1)
    first, note = tools.parse_trace(trace=trace)
    assert len(first) <= paging.PAGE + 1000
    pages = int(note.split()[3].rstrip("."))
    assert note == f"Page 1 of {pages}. Call again with page=2 for the next."
    found = []
    for page in range(1, pages + 1):
        answer = tools.parse_trace(trace=trace, page=page)
        found += json.loads(answer[0])["frames"]
        assert json.loads(answer[0])["errors"] == json.loads(first)["errors"]
    assert answer[1] == f"Page {pages} of {pages}."
    assert [frame["line"] for frame in found[:1499]] == list(range(1, 1500))
    assert len(found) == 1502
    whole = tools.build_debug_prompt(trace=TRACE)[0]
    monkeypatch.setattr(paging, "PAGE", 300)
    count = int(tools.build_debug_prompt(trace=TRACE)[1].split()[3].rstrip("."))
    parts = [tools.build_debug_prompt(trace=TRACE, page=page)[0] for page in range(1, count + 1)]
    assert len(parts) > 2
    assert "".join(parts) == whole


def test_secrets_do_not_reach_the_agent(tools: Tools, shop: Path) -> None:
    """Not from the trace, the code, the names of functions, or what log statements saw."""
    secret = "gh" + "p_" + "a1B2c3D4e5F6" * 3
    (shop / "app/main.py").write_text(MAIN.replace("mean([])", f'mean("{secret}" and [])'))
    trace = TRACE.replace("division by zero", f"cannot reach https://x:{secret}@git.example.com/")
    answers = [
        tools.build_debug_prompt(trace=trace, note=f"with {secret}"),
        tools.build_debug_prompt(trace=trace, style="json"),
        tools.parse_trace(trace=trace),
        tools.suggest_logging(trace=trace),
    ]
    tools.insert_logging(expression="items", places=["app/main.py:mean"])
    source = (shop / "app/main.py").read_text()
    assert source != MAIN
    (shop / "app/main.py").write_text(source.replace(" and []", " and [__import__('os').environ['T']]"))
    subprocess.run([sys.executable, "app/main.py"], cwd=shop, env={**os.environ, "T": secret}, check=False)
    answers.append(tools.read_logs())
    assert "items" in answers[-1][0]
    for answer in answers:
        assert secret not in "".join(answer)
    assert all("\u2039secret " in "".join(answer) for answer in answers[:3])
    assert "\u2039redacted " in answers[-1][0], "the program itself does not write it down"
    kept = [
        path.read_text()
        for path in (shop / ".crimescene").rglob("*")
        if path.is_file() and path.name != "trail.log"
    ]
    assert kept
    assert not any(secret in text for text in kept)


_HIDE = """\
import importlib.util

found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "mcp" else found(name, *rest)
"""


def test_without_the_sdk(tmp_path: Path) -> None:
    """One sentence says what to install."""
    (tmp_path / "sitecustomize.py").write_text(_HIDE)
    paths = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-m", "crimescene", "mcp"],
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == 'crimescene: The server for agents needs the MCP SDK, which the extra "mcp" brings.\n'
    )
