"""Reviews in the editor: an answer against the case, the work tree's change; found things as diagnostics."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from crimescene import case, clipboard, judge, loop, review
from crimescene.judge import diffs
from crimescene.loop import told
from crimescene.lsp import cases, commands, from_proto, to_proto
from crimescene.model import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.case import Case
    from crimescene.judge import Verdict
    from crimescene.lsp.hints import Hints
    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.review import Review

REVIEW, JUDGE = "crimescene.reviewAnswer", "crimescene.judgeChanges"
CLEAR = "crimescene.clearReview"
KIND = "source.crimescene.reviewAnswer"
SOURCE = "crimescene review"
_ANSWERS = frozenset({"markdown", "diff", "patch", "plaintext", "text", "git-commit"})
_ENDINGS = (".md", ".markdown", ".diff", ".patch", ".txt")


@dataclass(frozen=True, slots=True)
class _Mark:
    """One thing that is shown on a 1-based line."""

    lineno: int
    text: str
    severity: lsp.DiagnosticSeverity
    code: str


class Reviews:
    """What reviews marked, by document; a mark goes when its document changes."""

    def __init__(self, server: CrimesceneServer, hints: Hints) -> None:
        self._server = server
        self._hints = hints
        self._marked: dict[str, tuple[bytes, list[_Mark]]] = {}
        hints.besides.append(self.diagnostics)

    def put(self, found: dict[str, list[_Mark]]) -> None:
        """Show these marks by URI; documents that are not among them keep theirs."""
        for uri, marks in found.items():
            snapshot = self._server.snapshot(uri)
            self._marked.pop(uri, None)
            if marks and snapshot is not None:
                self._marked[snapshot.uri] = snapshot.data, marks
        self._hints.renew()

    def clear(self, uris: Iterable[str] | None = None) -> None:
        """Forget the marks of these documents, or all."""
        for uri in list(self._marked) if uris is None else uris:
            self._marked.pop(uri, None)
        self._hints.renew()

    def diagnostics(self) -> dict[str, list[lsp.Diagnostic]]:
        """The marks that still hold."""
        out: dict[str, list[lsp.Diagnostic]] = {}
        for uri, (data, marks) in list(self._marked.items()):
            snapshot = self._server.snapshot(uri)
            if snapshot is None or snapshot.data != data:
                self._marked.pop(uri, None)
                continue
            out[uri] = [self._diagnostic(data, mark) for mark in marks]
        return out

    def _diagnostic(self, data: bytes, mark: _Mark) -> lsp.Diagnostic:
        where = to_proto.line_range(data, mark.lineno, self._server.encoding)
        return lsp.Diagnostic(where, mark.text, severity=mark.severity, code=mark.code, source=SOURCE)


def register(server: CrimesceneServer, hints: Hints) -> None:
    """Answer the commands of this module."""
    reviews = Reviews(server, hints)

    @server.command(REVIEW)
    async def review_answer(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a client sends
        """Check an assistant's answer against the failure, and mark what does not hold."""
        return await cases.guarded(server, lambda: _review(server, reviews, arguments))

    @server.command(JUDGE)
    async def judge_changes(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Say whether the changes of the work tree treat the cause or hush the error."""
        return await cases.guarded(server, lambda: _judge(server, reviews, arguments))

    @server.command(CLEAR)
    async def clear_review(*_arguments: Any) -> None:  # noqa: ANN401
        """Take the marks of a review out of the files."""
        reviews.clear()


def actions(
    server: CrimesceneServer, snapshot: Snapshot, only: Sequence[str]
) -> list[lsp.CodeAction | lsp.Command]:
    """The actions on a text that may be an assistant's answer: prose or a diff, and none of our own."""
    ours = f"/{case.FOLDER}/" in snapshot.path.replace("\\", "/")
    is_answer = snapshot.language in _ANSWERS or snapshot.path.endswith(_ENDINGS)
    if ours or not is_answer or not any(KIND.startswith(kind) for kind in only):
        return []
    root = server.root_of(snapshot)
    if root is None or not case.stamp(root.path):
        return []
    what = lsp.Command("Review this answer", REVIEW, arguments=[{"uri": snapshot.uri}])
    if not server.capability("text_document", "code_action", "code_action_literal_support"):
        return [what]
    return [lsp.CodeAction(what.title, kind=KIND, command=what)]


# --------------------------------------------------------------------------- an answer


async def _review(server: CrimesceneServer, reviews: Reviews, arguments: Sequence[Any]) -> dict[str, Any]:
    values = from_proto.plain(list(arguments))
    if values and isinstance(values[0], str):  # a URI alone, as with the other commands
        values[0] = {"uri": values[0]}
    asked = cases.given(values)
    found, uri, text = await server.working.run(partial(_reviewed, server, asked))
    if uri:
        reviews.put({uri: [*_of_review(found), *_of_diff(found.verdict, text)]})
    said = review.markdown(found)
    if asked.get("show", True):
        await commands.show_text(server, "review.md", said)
    return {
        "markdown": said,
        "invented": found.invented,
        "grounded": found.grounded,
        "generic": found.generic,
        "question": found.question,
        "verdict": _verdict(found.verdict),
    }


def _reviewed(server: CrimesceneServer, asked: dict[str, Any]) -> tuple[Review, str, str]:
    """The review, and the document that holds the answer, if one does."""
    text, uri, root = asked.get("text", ""), asked.get("uri", ""), None
    if uri and not text:
        snapshot = server.snapshot(uri)
        if snapshot is None:
            raise UserError(f"{uri} is no open document and no file of this workspace.")
        text, root = snapshot.data.decode("utf-8", "replace"), server.root_of(snapshot)
        uri = snapshot.uri
    text = text or clipboard.paste()
    if not text.strip():
        raise UserError("The answer is empty: give a document, or copy the answer first.")
    known = _known(server, asked, root)
    root = known[0] if known else root or next(iter(server.roots.values()), None)
    if root is None:
        raise UserError("Open a folder first: what the answer names is looked up there.")
    return root.analysis().review(text, known[1] if known else None), uri, text


def _known(server: CrimesceneServer, asked: dict[str, Any], root: Root | None) -> tuple[Root, Case] | None:
    where = {"root": str(root.path)} if root is not None else {}
    try:
        return cases.chosen(server, {**where, **asked})
    except UserError:
        if asked.get("key"):
            raise
        return None


def _of_review(found: Review) -> list[_Mark]:
    severities = {
        "invented": lsp.DiagnosticSeverity.Warning,
        "off the chain": lsp.DiagnosticSeverity.Warning,
        "missing": lsp.DiagnosticSeverity.Information,
        "generic": lsp.DiagnosticSeverity.Information,
    }
    return [_Mark(max(1, f.lineno), f"{f.text}.", severities[f.kind], f.kind) for f in found.findings]


def _of_diff(verdict: Verdict | None, text: str) -> list[_Mark]:
    """What is said of a diff, on the lines of the text that show it."""
    if verdict is None:
        return []
    found = []
    for mark, path in _marks(verdict):
        lineno = diffs.place(text, path, mark.lineno)
        found.append(replace(mark, lineno=lineno or 1))
    return found


def _marks(verdict: Verdict) -> list[tuple[_Mark, str]]:
    """Flags and untried edge cases with their files; lines are those of the files."""
    hushing = judge.HUSHING
    warning, information = lsp.DiagnosticSeverity.Warning, lsp.DiagnosticSeverity.Information
    marks = [
        (_Mark(f.lineno, f"{f.reason}.", warning if f.kind in hushing else information, f.kind), f.path)
        for f in verdict.flags
    ]
    edges: dict[tuple[str, int, str], list[str]] = {}
    for e in verdict.edges:
        if not e.tests:
            edges.setdefault((e.path, e.lineno, e.condition), []).append(e.case)
    marks += [
        (
            _Mark(
                n, f"No test found for `{c}`: try {', '.join(asked)}.", lsp.DiagnosticSeverity.Hint, "edges"
            ),
            path,
        )
        for (path, n, c), asked in edges.items()
    ]
    return marks


def _verdict(verdict: Verdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    plain = asdict(replace(verdict, flags=()))
    plain["flags"] = [
        {"kind": f.kind, "path": f.path, "line": f.lineno, "reason": f.reason} for f in verdict.flags
    ]
    return plain


# --------------------------------------------------------------------------- the work tree


async def _judge(server: CrimesceneServer, reviews: Reviews, arguments: Sequence[Any]) -> dict[str, Any]:
    asked = cases.given(arguments)
    root, known = await server.working.run(partial(cases.chosen, server, asked))
    analysis = root.analysis()

    def find() -> tuple[str, Verdict]:
        diff = loop.changes(known, analysis.workspace, analysis.repository)
        if not diff:
            raise UserError("Nothing changed since the failure was first seen.")
        return diff, loop.judged(known, diff, analysis.workspace)

    diff, verdict = await server.working.run(find)
    found: dict[str, list[_Mark]] = {}
    for path in judge.touched(diff):
        found[_uri(server, root, path)] = []
    for mark, path in _marks(verdict):
        found.setdefault(_uri(server, root, path), []).append(mark)
    reviews.put(found)
    text = told.changed(verdict)
    if asked.get("show", True):
        await commands.show_text(server, "change.md", text)
    return {"markdown": text, "diff": diff, "verdict": _verdict(verdict), "key": known.key}


def _uri(server: CrimesceneServer, root: Root, path: str) -> str:
    """The document as the editor names it, or its file."""
    document = server.documents.at(str(root.path / path))
    return to_proto.uri_of(str(root.path / path)) if document is None else document.uri
