"""What an editor may say, right and wrong: the lines that the fuzzers of the message loop put together.

A line is a message of JSON. One that begins with ``>`` is what the editor answers to the next question of the
server, one that begins with ``@`` what it says of itself in its greeting.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

HERE = "/fuzz/order_status_py"
"""What inputs call the workspace, so that they mean the same wherever they are run."""
REQUESTS = (
    "callHierarchy/incomingCalls",
    "callHierarchy/outgoingCalls",
    "crimescene/cases",
    "crimescene/frames",
    "crimescene/stopped",
    "initialize",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/definition",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/prepareCallHierarchy",
    "workspace/executeCommand",
    "workspace/executeCommand",
    "workspace/executeCommand",
    "workspace/symbol",
    "no/such/method",
)
NOTIFICATIONS = (
    "$/cancelRequest",
    "$/setTrace",
    "initialized",
    "notebookDocument/didChange",
    "notebookDocument/didClose",
    "notebookDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/didOpen",
    "textDocument/didSave",
    "window/workDoneProgress/cancel",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeWorkspaceFolders",
    "no/such/notification",
)
COMMANDS = (
    "crimescene.buildPrompt",
    "crimescene.clearHints",
    "crimescene.clearReview",
    "crimescene.clearShape",
    "crimescene.closeCase",
    "crimescene.fillInExpected",
    "crimescene.insertLogging",
    "crimescene.judgeChanges",
    "crimescene.listCases",
    "crimescene.logShape",
    "crimescene.readLogs",
    "crimescene.recordAttempt",
    "crimescene.refineLogging",
    "crimescene.removeLogging",
    "crimescene.reviewAnswer",
    "crimescene.showCase",
    "crimescene.suggestLogging",
    "crimescene.traceShape",
    "no.such.command",
)
"""All but the one that runs something, and the one that writes to the user's clipboard."""
SETTINGS = {
    "budgetTokens": 700,
    "style": "markdown",
    "hints": True,
    "codeLens": True,
    "callHierarchy": "app",
    "saveCases": True,
    "keepWords": True,
    "logSink": "file",
    "since": "3d",
    "rankingSeconds": 0.3,
    "maxFileBytes": 2000,
}
_NOWHERE = (
    {"line": 10**6, "character": 10**6},
    {"line": -1, "character": 0},
    {"line": 2**70, "character": 0},
)


class Editor:
    """Chooses what to say."""

    def __init__(
        self, choose: random.Random, texts: Sequence[str], paths: Sequence[str], here: str = HERE
    ) -> None:
        self.choose = choose
        self.texts = texts
        self.here = here
        self.uris = [f"file://{self.here}/{path}" for path in paths]
        self.uris += [
            f"file://{self.here}/out.txt",
            f"file://{self.here}",
            "untitled:Untitled-1",
            "http://x/",
            "",
        ]

    def wild(self, depth: int = 0) -> Any:
        """Any value of JSON."""
        leaves = (None, True, False, -1, 0, 7, 2**31, 2**70, 1.5, "", "x" * 50, "\ud800", "{}", "..", "a\0b")
        if depth > 2 or self.choose.random() < 0.7:
            return self.choose.choice((*leaves, self.choose.choice(self.uris)))
        items = [self.wild(depth + 1) for _ in range(self.choose.randrange(4))]
        names = ("line", "uri", "id", "range", "0")
        return items if self.choose.random() < 0.5 else dict(zip(names, items, strict=False))

    def given(self) -> Any:
        """What a request is known by; few, so that the same comes twice."""
        return self.choose.choice((1, 2, 3, "a", "1", "first", 0, -1, None, True, 1.0, 1.5, {}, [1]))

    def _position(self) -> Any:
        choose = self.choose
        if choose.random() < 0.1:
            return choose.choice(_NOWHERE)
        return {"line": choose.choice((0, 1, 5, choose.randrange(60))), "character": choose.randrange(90)}

    def _range(self) -> dict[str, Any]:
        return {"start": self._position(), "end": self._position()}

    def arguments(self) -> dict[str, Any]:
        """What commands of this server understand, some of it."""
        choose, uri = self.choose, self.choose.choice(self.uris)
        everything = {
            "uri": uri,
            "line": choose.choice((0, 1, 5, 22, choose.randrange(60))),
            "range": self._range(),
            "text": choose.choice(self.texts),
            "show": choose.random() < 0.5,
            "key": choose.choice(("", "0", "a", "zz")),
            "root": f"file://{self.here}",
            "reopen": True,
            "note": "It should be shipped.",
            "expected": "shipped",
            "style": choose.choice(("markdown", "json", "xml", "no")),
            "budget": choose.choice((0, -1, 100, 10**9)),
            "expression": choose.choice(("order.status", "status", "", "a(", "self")),
            "entry": {"uri": uri, "function": choose.choice(("check_out", "", "no"))},
            "target": {"uri": uri, "function": "ship"},
            "sink": choose.choice(("file", "stdout", "", "no")),
            "paths": [uri],
            "files": [uri],
            "frames": [{"id": 1, "name": "f", "line": 3, "source": {"path": f"{self.here}/app.py"}}],
            "exception": {"exceptionId": "E", "details": {"stackTrace": choose.choice(self.texts)}},
        }
        names = choose.sample(sorted(everything), choose.randrange(8))
        return {name: everything[name] for name in names}

    def params(self, method: str) -> Any:
        """Parameters as they should be, of the whole protocol at once, often with a value that is wrong."""
        choose, uri = self.choose, self.choose.choice(self.uris)
        text = choose.choice(self.texts) if choose.random() < 0.3 or "didOpen" in method else "x\n"
        if method.startswith("crimescene/"):
            own = self.arguments()
            return {"text": text, **own} if choose.random() < 0.5 else own
        item = {"name": "f", "kind": 12, "uri": uri, "range": self._range(), "selectionRange": self._range()}
        change = {"text": text[: choose.choice((0, 5, 400))], "range": self._range()}
        settings = {name: choose.choice((value, self.wild())) for name, value in SETTINGS.items()}
        params: dict[str, Any] = {
            "textDocument": {
                "uri": uri,
                "languageId": choose.choice(("log", "python", "")),
                "version": choose.randrange(9),
                "text": text,
            },
            "position": self._position(),
            "range": self._range(),
            "context": {"diagnostics": [], "only": choose.choice((None, ["quickfix"], ["refactor"]))},
            "contentChanges": [{"text": text}] if choose.random() < 0.2 else [change] * choose.randrange(4),
            "command": choose.choice(COMMANDS),
            "arguments": [self.arguments()],
            "query": "order",
            "item": item,
            "settings": {"crimescene": settings},
            "changes": [{"uri": uri, "type": choose.randrange(5)}],
            "event": {
                "added": [],
                "removed": choose.choice(([], [{"uri": f"file://{self.here}", "name": "p"}])),
            },
            "id": self.given(),
            "value": "off",
            "token": self.given(),
        }
        for _ in range(choose.choice((0, 0, 1, 3))):
            name = choose.choice(list(params))
            if choose.random() < 0.5:
                params[name] = self.wild()
            elif isinstance(params[name], dict) and params[name]:
                params[name][choose.choice(list(params[name]))] = self.wild()
        return self.wild() if choose.random() < 0.03 else params

    def message(self) -> str:
        """One line."""
        choose = self.choose
        kind = choose.random()
        if kind < 0.5:
            method = choose.choice(REQUESTS)
            said: Any = {"jsonrpc": "2.0", "id": self.given(), "method": method}
            said["params"] = self.params(method)
        elif kind < 0.8:
            method = choose.choice(NOTIFICATIONS)
            said = {"jsonrpc": "2.0", "method": method, "params": self.params(method)}
        elif kind < 0.9:
            return ">" + json.dumps(self.answer())
        elif kind < 0.95:  # an answer to nothing
            said = {"jsonrpc": "2.0", "id": self.given(), **self.answer()}
        else:
            said = self.wild()
        if isinstance(said, dict) and choose.random() < 0.05:
            said[choose.choice(("jsonrpc", "id", "method", "params", "result", "error"))] = self.wild()
        return json.dumps(said)

    def answer(self) -> dict[str, Any]:
        """What the server is answered."""
        choose = self.choose
        results = (None, [], {}, {"success": True}, {"applied": True}, {"applied": 1}, {"title": "Not now"})
        error = {"code": choose.choice((-32800, -32601, 0, "x")), "message": "no", "data": self.wild()}
        return choose.choice(
            (
                {"result": choose.choice(results)},
                {"result": choose.choice(results)},
                {"result": [SETTINGS, SETTINGS]},
                {"result": self.wild()},
                {"error": error},
                {"error": self.wild()},
                {"result": None, "error": error},
                {},
            )
        )

    def greeting(self) -> str:
        """What it says of itself."""
        choose = self.choose
        yes = {"dynamicRegistration": True, "relativePatternSupport": True, "refreshSupport": True}
        encodings = choose.choice((["utf-8"], ["utf-16"], ["utf-32", "utf-8"], ["no"], []))
        capabilities = {
            "general": {"positionEncodings": encodings},
            "workspace": {
                "configuration": True,
                "didChangeConfiguration": yes,
                "didChangeWatchedFiles": yes,
                "codeLens": yes,
                "applyEdit": True,
                "workspaceEdit": {"documentChanges": choose.random() < 0.5, "resourceOperations": ["create"]},
            },
            "window": {"workDoneProgress": True, "showDocument": {"support": choose.random() < 0.7}},
            "textDocument": {"codeAction": {"dataSupport": True}},
        }
        own = {"promptCommands": choose.choice(({"sendToChat": "x"}, self.wild())), "reloadsFiles": True}
        said = {"capabilities": capabilities, "initializationOptions": {**SETTINGS, **own}}
        return "@" + json.dumps(said)

    def session(self) -> str:
        """Some messages, the way an editor begins."""
        opened = {
            "textDocument": {"uri": self.uris[-5], "languageId": "log", "version": 1, "text": self.texts[0]}
        }
        lines = [
            self.greeting(),
            json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": opened}),
        ]
        return "\n".join(lines + [self.message() for _ in range(self.choose.randrange(3, 12))])


def mutated(editor: Editor, lines: list[str]) -> list[str]:
    """Some lines moved, doubled, dropped, said anew, or with another value in them."""
    choose, lines = editor.choose, list(lines)
    for _ in range(choose.randrange(1, 5)):
        at = choose.randrange(len(lines) + 1)
        kind = choose.randrange(5)
        if kind == 0 or not lines:
            lines.insert(at, editor.message())
        elif kind == 1:
            lines.insert(at, choose.choice(lines))
        elif kind == 2 and len(lines) > 1:
            del lines[choose.randrange(len(lines))]
        else:
            at = choose.randrange(len(lines))
            lines[at] = _changed(editor, lines[at])
    return lines


def _changed(editor: Editor, line: str) -> str:
    """A line with one value, anywhere in it, replaced."""
    mark = line[:1] if line[:1] in {">", "@"} else ""
    try:
        said = json.loads(line[len(mark) :])
    except (ValueError, RecursionError):
        return editor.message()
    where, name = None, None
    here = said
    while isinstance(here, (dict, list)) and here:
        where = here
        name = editor.choose.choice(list(here) if isinstance(here, dict) else range(len(here)))
        here = where[name]
        if editor.choose.random() < 0.2:
            break
    if where is None:
        return editor.message()
    if name == "method":
        where[name] = editor.choose.choice(REQUESTS + NOTIFICATIONS)
    elif name == "id":
        where[name] = editor.given()
    elif name == "command":
        where[name] = editor.choose.choice(COMMANDS)
    elif editor.choose.random() < 0.2:
        del where[name]
    else:
        where[name] = editor.wild()
    return mark + json.dumps(said)
