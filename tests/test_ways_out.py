"""A secret leaves by no way: no prompt of any style, list, hover or hint, nothing that is kept of a bug."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

import secret_corpus
from crimescene.cli import main
from crimescene.mcp.tools import Tools
from repositories import Builder
from wire import Client, at

SECRETS = {case.kind: case.secret for case in secret_corpus.secrets(11, each=1) if "\n" not in case.secret}
TOKEN, KEY = SECRETS["GitHub personal token"], SECRETS["Stripe live key"]
PASSWORD, OLD, NOTED = (f"tr0ub4dor{n}" for n in (1, 2, 3))
ALL = (TOKEN, KEY, PASSWORD, OLD, NOTED)
CODE = """\
def connect(url, key="{key}"):
    password = "{password}"
    raise ConnectionError(f"cannot reach {{url}}")


def start(token="{token}"):
    return connect(f"https://x:{{token}}@git.example.com/")


start()
"""
TRACE = """\
Traceback (most recent call last):
  File "app/main.py", line 10, in <module>
    start()
  File "app/main.py", line 7, in start
    return connect("https://x:{token}@git.example.com/")
  File "app/main.py", line 3, in connect
    raise ConnectionError("cannot reach https://x:{token}@git.example.com/ with password={password}")
ConnectionError: cannot reach https://x:{token}@git.example.com/ with password={password}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with secrets in its code, in what it was, and in its trace."""
    repo = Builder(tmp_path / "shop")
    code = CODE.format(token=TOKEN, key=KEY, password=PASSWORD)
    repo.commit({"app/main.py": code.replace(PASSWORD, OLD)}, f"Log in with password={OLD}", hours_ago=9)
    repo.write({"app/main.py": code})
    (tmp_path / "trace.log").write_text(TRACE.format(token=TOKEN, password=PASSWORD))
    return repo.root


def clean(text: str) -> None:
    """Assert that no secret stands in a text, nor a piece of one."""
    for secret in ALL:
        assert secret not in text
    for secret in (TOKEN, KEY):
        assert not any(secret[n : n + 12] in text for n in range(len(secret) - 12))


@pytest.mark.parametrize("style", ["full", "mentions", "json"])
@pytest.mark.parametrize("budget", ["300", "900", "6000"])
def test_prompt_and_case(shop: Path, capsys: pytest.CaptureFixture[str], style: str, budget: str) -> None:
    """Also where a budget cuts the text in the middle of one, and in every file of the case."""
    said = ["--note", f"with password={NOTED}", "--expected", f"token {TOKEN} is taken", "--suspect", KEY]
    asked = ["prompt", str(shop.parent / "trace.log"), "--root", str(shop), "--since", "1000d"]
    assert main([*asked, "--style", style, "--budget", budget, "--explain", *said]) == 0
    printed = capsys.readouterr()
    clean(printed.out)
    clean(printed.err)
    kept = [path for path in (shop / ".crimescene").rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        clean(path.read_text())
    if budget == "6000":
        assert re.search("\u2039secret \\d+: GitHub token\u203a", printed.out)
        masks = re.findall("https://x:(\u2039.*?\u203a)@git", printed.out)
        assert len(set(masks)) == 1, "the same secret, the same mask"


@pytest.mark.parametrize("words", [["parse"], ["parse", "--json"]])
def test_lists(shop: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """What lists errors and frames."""
    assert main([words[0], str(shop.parent / "trace.log"), *words[1:]]) == 0
    printed = capsys.readouterr().out
    clean(printed)
    assert "cannot reach https://x:\u2039secret " in printed


def test_run(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What a run says and keeps; the output of the command itself is the user's own."""
    assert main(["run", "--root", str(shop), "--", sys.executable, str(shop / "app/main.py")]) == 1
    said = capfd.readouterr().err
    clean("\n".join(line for line in said.splitlines() if line.startswith("crimescene: ")))
    for path in (shop / ".crimescene").rglob("*"):
        if path.is_file():
            clean(path.read_text())
    assert main(["case", "export", "--root", str(shop)]) == 0
    clean(capfd.readouterr().out)


def test_editor(shop: Path) -> None:
    """Hover, outline, hints, lenses, the prompt of a command."""
    client = Client(cwd=shop)
    try:
        hovers = {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}
        client.initialize(shop, capabilities=hovers)
        uri, main_uri = (shop.parent / "x.txt").as_uri(), (shop / "app/main.py").as_uri()
        client.open(uri, (shop.parent / "trace.log").read_text())
        client.open(main_uri, (shop / "app/main.py").read_text(), "python")
        for line in (1, 3, 5):
            clean(json.dumps(client.ask("textDocument/hover", at(uri, line, 9)), ensure_ascii=False))
        whole = {"textDocument": {"uri": uri}}
        clean(json.dumps(client.ask("textDocument/documentSymbol", whole), ensure_ascii=False))
        clean(
            json.dumps(client.execute("crimescene.buildPrompt", {"uri": uri, "line": 1}), ensure_ascii=False)
        )
        client.until(lambda: client.diagnostics(main_uri))
        clean(json.dumps(client.diagnostics(main_uri), ensure_ascii=False))
        lenses = client.ask("textDocument/codeLens", {"textDocument": {"uri": main_uri}})
        clean(json.dumps(lenses, ensure_ascii=False))
        clean(json.dumps(client.messages(), ensure_ascii=False))
    finally:
        client.close()


def test_agents(shop: Path) -> None:
    """Every tool that answers with evidence."""
    tools, trace = Tools(shop), (shop.parent / "trace.log").read_text()
    answers = [
        tools.build_debug_prompt(trace=trace, command=f"app --password {NOTED}", exit_code=1),
        tools.record_attempt(hypothesis=f"the token {TOKEN} is old", result=f"password={PASSWORD} is wrong"),
        tools.build_debug_prompt(trace=trace, note=f"password={NOTED}"),
        tools.parse_trace(trace=trace),
        tools.suggest_logging(trace=trace),
        tools.insert_logging(trace=trace),
        tools.remove_logging(),
    ]
    for answer in answers:
        clean("".join(answer))
