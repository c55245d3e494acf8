"""Data shapes through the editor's protocol: the table, the mark while it is worked on, log points."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from test_lsp_log_points import EDITS, apply
from wire import Client

pytestmark = pytest.mark.timeout(120)

FILES = {
    "orders.py": "def orders():\n    return [{'order_id': 7, 'state': 'paid'}]\n",
    "show.py": "def show(order):\n    return order['orderId']\n",
    "main.py": (
        "from orders import orders\nfrom show import show\n\nfor order in orders():\n    print(show(order))\n"
    ),
    "unseen.py": (
        "import json\n\n\ndef load(text):\n"
        "    found = json.loads(text)\n"
        "    return found\n\n\n"
        "def use(text):\n    loaded = load(text)\n"
        "    return loaded['name']\n\n\nprint(use('{\"name\": 1}'))\n"
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A program with a divergence, and one that reads what nobody can see."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def client(root: Path):
    """A server that edits the files on disk."""
    found = Client()

    def edit(params):
        apply(root, params["edit"])
        return {"applied": True}

    found.answers["workspace/applyEdit"] = edit
    found.initialize(root, capabilities=EDITS)
    yield found
    found.close()


def marks(client: Client, uri: str) -> list[str]:
    """The messages of ours that the editor shows for a document by now."""
    return [d["message"] for d in client.diagnostics(uri) or [] if d.get("source") == "crimescene shape"]


def test_the_mark_stays_while_its_line_does(client: Client, root: Path):
    """A trace marks the diverging hop; editing that line, or clearing, takes the mark away."""
    uri = (root / "show.py").as_uri()
    client.open(uri, FILES["show.py"], "python")
    assert marks(client, uri) == []
    done = client.execute("crimescene.traceShape", {"uri": uri, "line": 1})
    assert (done["kind"], done["line"]) == ("case-mismatch", 1)
    assert "```mermaid" in done["markdown"]
    assert f"]({uri}#L2)" in done["markdown"]
    wanted = ["orderId is written another way; what is produced is order_id"]
    client.until(lambda: marks(client, uri) == wanted)
    client.execute("crimescene.clearShape")
    client.until(lambda: marks(client, uri) == [])


def test_the_action_is_offered_on_a_selection_only(client: Client, root: Path):
    """Nothing is in the way of who only writes code."""
    uri = (root / "show.py").as_uri()
    client.open(uri, FILES["show.py"], "python")
    for character, wanted in ((25, ["Trace data shape"]), (11, [])):
        where = {"start": {"line": 1, "character": 11}, "end": {"line": 1, "character": character}}
        asked = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}
        titles = [a["title"] for a in client.ask("textDocument/codeAction", asked) or []]
        assert [t for t in titles if "shape" in t] == wanted


def test_log_points_where_nobody_knows(client: Client, root: Path):
    """What is read of an unseen value is named; one command logs it at both ends, another takes that out."""
    done = client.execute("crimescene.traceShape", {"files": [(root / "unseen.py").as_uri()]})
    assert (done["divergences"], "unknown: log the shape here" in done["markdown"]) == (0, True)
    assert client.execute("crimescene.logShape")["points"]
    assert "_dbg_" in (root / "unseen.py").read_text()
    ran = subprocess.run([sys.executable, "unseen.py"], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"
    assert "name" in client.execute("crimescene.readLogs")["markdown"]
    client.execute("crimescene.removeLogging")
    assert (root / "unseen.py").read_text() == FILES["unseen.py"]
