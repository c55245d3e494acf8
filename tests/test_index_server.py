"""The server keeps the words of large projects: progress, cancelling, answers that follow changes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from wire import Client

pytestmark = pytest.mark.timeout(180)
COUNT = 2100


def calling(name: str) -> str:
    """Return a file whose function calls ``only_here``."""
    return f"from home import only_here\n\n\ndef {name}():\n    only_here()\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a project of 2,100 files, one of which calls ``only_here``."""
    root = tmp_path / "tree"
    for number in range(COUNT):
        folder = root / f"p{number // 100}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"m{number}.py").write_text(f"def name{number}():\n    return other{number}()\n", "utf-8")
    (root / "home.py").write_text("def only_here():\n    return 1\n", "utf-8")
    (root / "p3" / "caller.py").write_text(
        "from home import only_here\n\n\ndef first():\n    only_here()\n", "utf-8"
    )
    past = time.time() - 100
    for path in root.rglob("*.py"):
        os.utime(path, (past, past))
    return root


@pytest.fixture
def client(tmp_path: Path, tree: Path) -> Any:
    """Return an editor that shows progress and tells of changes to files."""
    cache = str(tmp_path / "cache")
    connected = Client(cwd=tmp_path, env={"XDG_CACHE_HOME": cache, "LOCALAPPDATA": cache, "HOME": cache})
    connected.answers["client/registerCapability"] = lambda _: None
    connected.answers["window/workDoneProgress/create"] = lambda _: None
    watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
    capabilities = {"workspace": watching, "window": {"workDoneProgress": True}}
    connected.initialize(tree, capabilities=capabilities, options={"callHierarchy": "always"})
    yield connected
    connected.process.kill()
    connected.process.wait()


def uri(path: Path) -> str:
    """Return the address of a file."""
    return path.as_uri()


def progress(client: Client) -> list[dict[str, Any]]:
    """Return what the server told of its progress."""
    return [n["params"]["value"] for n in client.notifications if n["method"] == "$/progress"]


def callers(client: Client, tree: Path) -> set[str]:
    """Return who calls ``only_here``, as the call hierarchy has it."""
    at = {"textDocument": {"uri": uri(tree / "home.py")}, "position": {"line": 0, "character": 6}}
    items = client.ask("textDocument/prepareCallHierarchy", at)
    found = client.ask("callHierarchy/incomingCalls", {"item": items[0]})
    return {call["from"]["name"].split(" ")[0] for call in found}


def test_words_are_read_with_progress_and_follow_changes(client: Client, tree: Path, tmp_path: Path) -> None:
    """Progress begins and ends; a saved, an unsaved, a new and a removed file count at once."""
    client.open(uri(tree / "home.py"), (tree / "home.py").read_text("utf-8"), language="python")
    client.until(lambda: any(p["kind"] == "end" for p in progress(client)))
    kinds = [p["kind"] for p in progress(client)]
    assert kinds[0] == "begin"
    assert "report" in kinds
    lists = list((tmp_path / "cache").rglob("segments.json"))
    assert len(lists) == 1
    assert not any((tree / ".crimescene").glob("*"))
    assert callers(client, tree) == {"first"}

    second = tree / "p4" / "m400.py"
    second.write_text(calling("second"), "utf-8")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(second), "type": 2}]})
    assert callers(client, tree) == {"first", "second"}

    third = tree / "p5" / "m500.py"
    client.open(uri(third), calling("third"), language="python")
    assert callers(client, tree) == {"first", "second", "third"}

    (tree / "p3" / "caller.py").unlink()
    client.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(tree / "p3" / "caller.py"), "type": 3}]}
    )
    assert callers(client, tree) == {"second", "third"}


def test_cancelled_words_are_no_wrong_words(client: Client, tree: Path) -> None:
    """Who does not want to wait gets the answers of a search through all files."""
    client.answers["window/workDoneProgress/create"] = lambda params: client.notify(
        "window/workDoneProgress/cancel", {"token": params["token"]}
    )
    client.open(uri(tree / "home.py"), (tree / "home.py").read_text("utf-8"), language="python")
    client.until(lambda: any(p["kind"] == "end" for p in progress(client)))
    assert callers(client, tree) == {"first"}


def test_what_was_not_examined_is_said(client: Client, tree: Path) -> None:
    """A name in every file is answered in time, the nearest first, and the rest is counted."""
    busy = "def common():\n    return 1\n"
    (tree / "home.py").write_text(busy, "utf-8")
    body = "from home import common\n\n\n" + "".join(
        f"def f{n}(a):\n    return a.b.c(common(a.d), common(a)).e(a)\n\n\n" for n in range(40)
    )
    past = time.time() - 100
    for path in [*tree.glob("p*/*.py"), tree / "home.py"]:
        if path.name != "home.py":
            path.write_text(body, "utf-8")
        os.utime(path, (past, past))
    client.open(uri(tree / "home.py"), busy, language="python")
    client.until(lambda: any(p["kind"] == "end" for p in progress(client)))
    assert callers(client, tree)
    said = client.until(lambda: [m for m in client.messages() if "not examined" in m])
    assert "callers of common" in said[0]
