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
    gone = client.execute("crimescene.removeLogging")
    assert sorted(gone["paths"]) == ["process.py"] or sorted(gone["paths"]) == ["process.py", "stock.py"]
    assert {name: (root / name).read_text() for name in FILES} == FILES
