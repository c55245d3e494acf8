"""Log points through the editor's protocol: plan, insert in one step, read back, remove."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wire import Client

pytestmark = pytest.mark.timeout(120)

EDITS = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
FILES = {
    "process.py": (
        "from stock import update_inventory\n\n\ndef process(order):\n"
        "    order['status'] = 'paid' if order['amount'] > 1 else 'ä'\n"
        "    return update_inventory(order)\n\n\nprint(process({'amount': 1}))\n"
    ),
    "stock.py": "def update_inventory(sale):\n    return sale['status'] == 'paid'\n",
}


def offset(text: str, place: dict[str, int]) -> int:
    """The place of a position in ``text``; columns are UTF-16, and nothing here is beyond the BMP."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: place["line"]])) + place["character"]


def apply(root: Path, edit: dict[str, Any]) -> None:
    """Do what an editor does with a workspace edit."""
    for change in edit["documentChanges"]:
        path = root / change["textDocument"]["uri"].rpartition("/")[2]
        if not path.exists():
            continue  # a text the server shows, which an editor without showDocument opens by editing it
        text = path.read_bytes().decode()
        done, last = [], 0
        for one in change["edits"]:
            start, end = (offset(text, one["range"][name]) for name in ("start", "end"))
            done += [text[last:start], one["newText"]]
            last = end
        path.write_bytes("".join([*done, text[last:]]).encode())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two files that hand a value on."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def client(root: Path):
    """A server that edits the files on disk."""
    found = Client()

    def edit(params: dict[str, Any]) -> dict[str, Any]:
        apply(root, params["edit"])
        return {"applied": True}

    found.answers["workspace/applyEdit"] = edit
    found.initialize(root, capabilities=EDITS)
    yield found
    found.close()


def test_plan_insert_run_read_and_remove(client: Client, root: Path):
    """The whole loop by commands alone; the files come back to the byte."""
    ends = [
        {"uri": (root / name).as_uri(), "function": function}
        for name, function in (("process.py", "process"), ("stock.py", "update_inventory"))
    ]
    asked = {"expression": "order['status']", "entry": ends[0], "target": ends[1]}
    plan = client.execute("crimescene.suggestLogging", asked)
    assert "- [ ] **p1** `process.py:4` in `process`, entry `order`" in plan["markdown"]
    done = client.execute("crimescene.insertLogging", asked)
    assert done["points"]
    assert "_dbg_" in (root / "process.py").read_text()
    ran = subprocess.run([sys.executable, "process.py"], cwd=root, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("False\n", "")
    trail = client.execute("crimescene.readLogs")
    assert "| process.py:5 | order['status'] | 'ä' |" in trail["markdown"]
    assert "- `process`: **inconclusive**" in trail["markdown"]
    assert [v["function"] for v in trail["verdicts"]][:1] == ["process"]
    step = next(s for s in trail["steps"] if s["label"] == "order['status']")
    assert (step["uri"], step["line"]) == ((root / "process.py").as_uri(), 4)
    place = {"uri": (root / "stock.py").as_uri(), "line": 1, "place": True}
    built = client.execute("crimescene.buildPrompt", place)["prompt"]
    assert "## Runtime values" in built
    assert "process.py:5 order['status'] = 'ä'" in built
    gone = client.execute("crimescene.removeLogging")
    assert sorted(gone["paths"]) == ["process.py"] or sorted(gone["paths"]) == ["process.py", "stock.py"]
    assert {name: (root / name).read_text() for name in FILES} == FILES


def test_where_there_is_nothing_to_follow_it_says_what_to_point_at(client: Client, root: Path):
    """A plan of nothing is no answer: neither an expression nor a failure was pointed at."""
    uri = (root / "process.py").as_uri()
    client.open(uri, FILES["process.py"], "python")
    for command in ("crimescene.suggestLogging", "crimescene.insertLogging"):
        said = client.execute(command, {"uri": uri, "line": 1, "character": 0})["message"]
        assert said.startswith("Select the expression to follow")


@pytest.mark.parametrize(("options", "is_file"), [({}, True), ({"logSink": "stderr"}, False)])
def test_the_setting_says_where_values_go(root: Path, options: dict[str, str], *, is_file: bool):
    """Nothing said with the command, log points write where the setting ``logSink`` says."""
    client = Client()
    client.answers["workspace/applyEdit"] = lambda _params: {"applied": True}
    client.initialize(root, capabilities=EDITS, options=options)
    place = {"uri": (root / "process.py").as_uri(), "line": 4, "place": True, "expression": "order"}
    done = client.execute("crimescene.insertLogging", place)
    client.close()
    assert done["points"]
    assert bool(done["sink"]) == is_file


def test_marks_stand_on_every_statement_and_go_with_it(client: Client, root: Path):
    """A hint on each line with a log statement; none afterwards, and none in the next prompt."""
    uri = (root / "process.py").as_uri()
    client.execute("crimescene.insertLogging", {"uri": uri, "line": 4, "place": True, "expression": "order"})
    text = (root / "process.py").read_text()
    ours = [n for n, line in enumerate(text.splitlines()) if "dbg" in line]
    client.open(uri, text, "python")
    client.until(lambda: marks(client, uri) == ours)
    found = shown(client, uri)
    assert all(d["code"] == "log-point" and d["severity"] == 4 for d in found)
    client.execute("crimescene.removeLogging", uri)
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": uri, "version": 9}, "contentChanges": [{"text": FILES["process.py"]}]},
    )
    client.until(lambda: marks(client, uri) == [])
    built = client.execute("crimescene.buildPrompt", {"uri": uri, "line": 4, "place": True})["prompt"]
    assert "## Runtime values" not in built


def shown(client: Client, uri: str) -> list[dict[str, Any]]:
    """The newest diagnostics of a document that are about log points."""
    published = [
        n["params"]
        for n in client.notifications
        if n["method"] == "textDocument/publishDiagnostics" and n["params"]["uri"] == uri
    ]
    newest = published[-1]["diagnostics"] if published else []
    return [d for d in newest if d.get("code") == "log-point"]


def marks(client: Client, uri: str) -> list[int]:
    """The lines of those."""
    return sorted({d["range"]["start"]["line"] for d in shown(client, uri)})


CRASH = {
    "shop.py": (
        "from users import find\n\n\ndef greet(name):\n    user = find(name)\n"
        "    note = len(name) * 2\n    return user['title'] * note\n\n\nprint(greet('x'))\n"
    ),
    "users.py": "USERS = {'a': {'title': 'Dr'}}\n\n\ndef find(name):\n    return USERS.get(name)\n",
}


def failing(root: Path) -> str:
    """What a failing program prints below ``root``."""
    for name, text in CRASH.items():
        (root / name).write_text(text)
    done = subprocess.run([sys.executable, "shop.py"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr


def test_a_hover_on_the_failing_frame_names_the_suspect(client: Client, root: Path):
    """The message blames one expression of the line; frames further out blame nothing."""
    text = failing(root)
    (root / "out.log").write_text(text)
    uri = (root / "out.log").as_uri()
    client.open(uri, text)
    frames = [n for n, line in enumerate(text.splitlines()) if line.startswith('  File "')]

    def said(line: int) -> str:
        where = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 9}}
        return str(client.ask("textDocument/hover", where)["contents"]["value"])

    assert "First suspect: `user`" in said(frames[-1])
    assert "First suspect" not in said(frames[0])


def test_the_crash_line_offers_a_plan_and_one_along_the_chain(client: Client, root: Path):
    """On a line of the chain: backward from the failure; with two functions also from one to the other."""
    text = failing(root)
    (root / "shop.py").write_text(
        CRASH["shop.py"].replace("print(greet('x'))", "def main():\n    greet('x')\n\n\nmain()")
    )
    done = subprocess.run([sys.executable, "shop.py"], cwd=root, capture_output=True, text=True, check=False)
    text = done.stderr
    (root / "out.log").write_text(text)
    client.open((root / "out.log").as_uri(), text)
    uri = (root / "shop.py").as_uri()
    client.open(uri, (root / "shop.py").read_text(), "python")
    here = {"start": {"line": 6, "character": 0}, "end": {"line": 6, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": here, "context": {"diagnostics": []}}

    def offered() -> dict[str, Any]:
        found = client.ask("textDocument/codeAction", params) or []
        return {a["title"]: a.get("command") if isinstance(a.get("command"), dict) else a for a in found}

    plan = "Suggest strategic logging points"
    client.until(lambda: f"{plan} from main to greet" in offered())
    found = offered()
    backward = client.execute(found[plan]["command"], *found[plan]["arguments"])
    assert "- [ ] **p" in backward["markdown"]
    assert "users.py" in backward["markdown"]
    along = found[f"{plan} from main to greet"]
    assert "shop.py" in client.execute(along["command"], *along["arguments"])["markdown"]


def test_the_next_round_lies_between_good_and_bad(client: Client, root: Path):
    """After reading, the log points go out and others go in, in the interval; the files come back."""
    (root / "out.log").write_text(failing(root))
    before = {name: (root / name).read_bytes() for name in CRASH}
    client.execute("crimescene.insertLogging", {"text": (root / "out.log").read_text()})
    assert any(b"_dbg_" in (root / name).read_bytes() for name in CRASH)
    subprocess.run([sys.executable, "shop.py"], cwd=root, capture_output=True, check=False)
    trail = client.execute("crimescene.readLogs")["markdown"]
    assert "**first suspicious**" in trail
    assert "**confirmed**" in trail
    done = client.execute("crimescene.refineLogging")
    assert done["points"], done
    client.execute("crimescene.removeLogging")
    assert {name: (root / name).read_bytes() for name in CRASH} == before
