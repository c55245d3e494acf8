"""Cases in the editor: answers reviewed, changes judged, attempts noted, cases shown and closed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from failing import SHOP
from wire import Client

pytestmark = pytest.mark.timeout(180)
ANSWER = """\
`find(name)` gives None in shop.py:11, because `PriceCache` is stale.
Make sure that all prices are there.

```diff
--- a/shop.py
+++ b/shop.py
@@ -8,5 +8,7 @@
 def total(names):
     value = 0
     for name in names:
+        if find(name) is None:
+            continue
         value += find(name)
     return value
```
"""
ACTIONS = {
    "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
    "window": {"showDocument": {"support": True}},
}


def crime(root: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``crimescene`` in ``root``."""
    command = [sys.executable, "-m", "crimescene", *words]
    return subprocess.run(
        command, cwd=root, input=stdin, capture_output=True, encoding="utf-8", check=False, timeout=120
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A program that failed once under ``crimescene run``."""
    (tmp_path / "shop.py").write_text(SHOP)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(tmp_path)]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "one"]):
        subprocess.run([*git, *words], check=True)
    assert crime(tmp_path, "run", "--", sys.executable, "-B", "shop.py").returncode == 1
    return tmp_path


@pytest.fixture
def client(root: Path):
    """A server that knows the workspace."""
    found = Client()
    found.initialize(root, capabilities=ACTIONS)
    yield found
    found.close()


def marked(client: Client, uri: str) -> list[tuple[int, str, str]]:
    """Line, code and message of what the review marks in a document."""
    return [
        (d["range"]["start"]["line"] + 1, d["code"], d["message"])
        for d in client.diagnostics(uri) or ()
        if d["source"] == "crimescene review"
    ]


def test_an_answer_in_a_buffer_is_reviewed_where_it_stands(client: Client, root: Path):
    """The action marks what is invented, generic and hushed by the diff, until the text changes."""
    uri = (root / "answer.md").as_uri()
    client.open(uri, ANSWER, "markdown")
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    asked = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}
    (action,) = [
        a for a in client.ask("textDocument/codeAction", asked) if a["title"] == "Review this answer"
    ]
    assert action["kind"] == "source.crimescene.reviewAnswer"
    done = client.execute(action["command"]["command"], *action["command"]["arguments"])
    assert done["verdict"]["verdict"] == "hushes symptom"
    assert [f["kind"] for f in done["verdict"]["flags"]] == ["guarded"]
    assert len(done["invented"]) == 1
    marks = client.until(lambda: marked(client, uri))
    assert {(n, code) for n, code, _ in marks} >= {(1, "invented"), (2, "generic"), (11, "guarded")}
    assert any("PriceCache" in text for _, _, text in marks)
    change = [{"range": where, "text": "# "}]
    client.notify(
        "textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": change}
    )
    client.until(lambda: not marked(client, uri))


def test_the_command_line_says_the_same(client: Client, root: Path):
    """Review and case have the same bytes from the editor as from the shell."""
    done = client.execute("crimescene.reviewAnswer", {"text": ANSWER})
    assert done["markdown"] == crime(root, "review", "-", stdin=ANSWER).stdout
    shown = client.execute("crimescene.showCase")
    assert shown["markdown"] == crime(root, "case", "export").stdout
    assert "PriceCache" in shown["markdown"]
    shows = [r["params"]["uri"] for r in client.requests if r["method"] == "window/showDocument"]
    assert any(uri.endswith("review.md") for uri in shows)


def test_the_work_tree_is_judged_on_its_own_lines(client: Client, root: Path):
    """What the change hushes is marked in the source itself, beside the hints of the failure."""
    uri = (root / "shop.py").as_uri()
    text = SHOP.replace(
        "        value += find(name)\n",
        "        try:\n            value += find(name)\n        except TypeError:\n            pass\n",
    )
    assert client.execute("crimescene.judgeChanges")["message"].startswith("Nothing changed")
    client.open(uri, text, "python")
    done = client.execute("crimescene.judgeChanges")
    assert done["verdict"]["verdict"] == "hushes symptom"
    assert done["markdown"].startswith("# The change since the failure\n\nhushes symptom")
    (root / "shop.py").write_text(text)
    printed = crime(root, "review", "--changes")
    assert (printed.returncode, printed.stdout) == (2, done["markdown"])
    (root / "shop.py").write_text(SHOP)
    marks = client.until(lambda: marked(client, uri))
    assert [(n, code) for n, code, _ in marks] == [(13, "swallowed")]
    client.execute("crimescene.clearReview")
    client.until(lambda: not marked(client, uri))


def test_attempts_are_noted_and_cases_shown_as_a_tree_and_closed(client: Client, root: Path):
    """The ledger by commands alone; the tree holds the trace, the attempts with verdicts, and the runs."""
    (root / "shop.py").write_text(SHOP.replace("+= find(name)", "+= find(name) or 0"))
    done = client.execute("crimescene.recordAttempt", {"hypothesis": "some names have no price"})
    assert [f["kind"] for f in done["flags"]] == ["defaulted"]
    (known,) = client.execute("crimescene.listCases", {"show": False})["cases"]
    assert known["status"] == "open"
    (node,) = client.ask("crimescene/cases")["nodes"]
    assert (node["kind"], node["icon"], node["label"]) == ("case", "bug", known["title"])
    labels = {child["label"]: child for child in node["children"]}
    assert labels["Trace"]["uri"].endswith("/error.txt")
    attempt = labels["Attempt 1: some names have no price"]
    assert (attempt["icon"], attempt["description"]) == ("warning", "hushes symptom")
    assert len(labels["Runs"]["children"]) == 1
    assert client.execute("crimescene.closeCase", node["key"][:6])["status"] == "closed"
    assert client.ask("crimescene/cases")["nodes"][0]["kind"] == "closed case"
    assert client.execute("crimescene.closeCase", {"reopen": True})["status"] == "open"
    assert client.execute("crimescene.showCase", "nosuch")["message"].startswith("No case begins with nosuch")
    assert "argument" in client.execute("crimescene.showCase", {"colour": "red"})["message"]


def test_another_error_brings_along_what_was_tried_before(client: Client, root: Path):
    """A wrong fix that leads to another error opens a case, whose tree and text tell what led there."""
    (root / "shop.py").write_text(SHOP.replace("+= find(name)", "+= find(name).price"))
    assert crime(root, "case", "attempt", "--hypothesis", "find gives articles").returncode == 0
    crime(root, "run", "--", sys.executable, "-B", "shop.py")
    first, second = client.ask("crimescene/cases")["nodes"]
    assert ("AttributeError" in first["label"], "TypeError" in second["label"]) == (True, True)
    assert (first["shown"], second["shown"]) == (True, False)
    (before,) = [child for child in first["children"] if child["label"].startswith("Before: TypeError")]
    assert [child["label"] for child in before["children"]] == ["Attempt 1: find gives articles"]
    shown = client.execute("crimescene.showCase")["markdown"]
    assert "## Before: TypeError" in shown
    assert "### Attempt 1: find gives articles" in shown
    assert shown == crime(root, "case", "export").stdout
    ids = [first["id"], *(c["id"] for c in first["children"]), before["children"][0]["id"], second["id"]]
    ids += [child["id"] for child in second["children"]]
    assert len(set(ids)) == len(ids)


def test_a_hint_of_an_old_failure_stands_where_its_line_is_now(root: Path):
    """What was changed before the editor was opened has moved the line that raised."""
    text = SHOP.replace("        value += find(name)\n", "        print(name)\n        value += find(name)\n")
    assert text != SHOP
    (root / "shop.py").write_text(text)
    uri = (root / "shop.py").as_uri()
    client = Client()
    client.initialize(root)
    client.open(uri, text, "python")
    wanted = text.splitlines().index("        value += find(name)")
    hints = client.until(lambda: client.diagnostics(uri))
    assert wanted in [hint["range"]["start"]["line"] for hint in hints]
    assert wanted - 1 not in [hint["range"]["start"]["line"] for hint in hints]
    client.close()


def test_the_command_line_offers_to_clean_up(root: Path):
    """When it is gone: what fixed it is said, and that log points are still in, until they are not."""
    assert crime(root, "logs", "insert", "find(name)", "shop.py:total").returncode == 0
    assert "`shop.py`; still in" in crime(root, "case", "export").stdout
    fixed = (root / "shop.py").read_text().replace("PRICES.get(name)", "PRICES.get(name.lower())")
    (root / "shop.py").write_text(fixed)
    said = crime(root, "run", "--", sys.executable, "-B", "shop.py").stderr
    assert "gone: TypeError" in said
    assert "what changed since it failed: shop.py" in said
    assert "log statements are still in shop.py: crimescene logs remove shop.py" in said
    assert crime(root, "logs", "remove").returncode == 0
    assert "`shop.py`; taken out" in crime(root, "case", "export").stdout


def test_the_command_is_run_again_only_if_the_user_says_so(root: Path):
    """The whole loop in an editor: run again, still wrong, three times; log points offered; gone; closed."""
    answers = {
        "Run it again?": "Run",
        "attempts did not hold": "Insert log points",
        "gone: ": "Close the case",
    }
    asked: list[str] = []

    def choose(params: dict[str, Any]) -> dict[str, Any] | None:
        asked.append(params["message"])
        title = next((title for part, title in answers.items() if part in params["message"]), "")
        return next((a for a in params["actions"] if a["title"] == title), None)

    client = Client()
    client.answers["window/showMessageRequest"] = lambda _: None
    client.initialize(root, capabilities={"workspace": {"applyEdit": True}})
    assert client.execute("crimescene.runAgain")["message"] == "Nothing was run."
    client.answers["window/showMessageRequest"] = choose
    edits: list[Any] = []
    client.answers["workspace/applyEdit"] = lambda p: edits.append(p) or {"applied": True}
    for n in range(3):
        (root / "shop.py").write_text(SHOP.replace("value = 0", f"value = 0  # {n}"))
        assert client.execute("crimescene.runAgain", {"show": False})["outcome"] == "failed"
    client.until(lambda: any("3 attempts did not hold" in text for text in asked))
    assert any("log `find(name)` (shop.py:11) first" in text for text in asked)
    client.until(lambda: any(e["label"] == "Crimescene: log points" for e in edits))
    (root / "shop.py").write_text(SHOP.replace("PRICES.get(name)", "PRICES.get(name.lower())"))
    assert client.execute("crimescene.runAgain")["outcome"] == "gone"
    client.until(lambda: any("is closed" in text for text in client.messages()))
    assert any("What changed: shop.py." in text and "addresses cause" in text for text in asked)
    assert client.execute("crimescene.listCases", {"show": False})["cases"][0]["status"] == "closed"
    client.close()
