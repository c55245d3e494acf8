"""The cases as a tree: what a client shows as it is, without knowing what a case is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crimescene import case, judge, loop
from crimescene.loop import told
from crimescene.lsp import to_proto
from crimescene.lsp.sentences import age
from crimescene.prompt import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.case import Case
    from crimescene.lsp.roots import Root
    from crimescene.model import Attempt

_ICONS = {case.OPEN: "bug", case.GONE: "check", case.CLOSED: "pass-filled"}
_VERDICTS = {judge.CAUSE: "pass", judge.HUSHES: "warning", judge.UNCLEAR: "question"}
_MOST_RUNS = 20


def nodes(roots: Iterable[Root], now: float) -> list[dict[str, Any]]:
    """Every case of the roots, the one seen last first.

    A node has ``id``, ``label``, ``description``, ``tooltip``, ``icon`` (the name of a codicon), ``kind``
    (case, closed case or part), ``children``, whether these are ``shown`` at first, and where it leads: a
    ``uri``, or a ``command`` with its ``arguments``.
    """
    known = [(c, root) for root in roots for c in case.all_cases(root.path)]
    known.sort(key=lambda one: -one[0].updated)
    found = [_case(c, root, now) for c, root in known]
    if found and known[0][0].status == case.OPEN:
        found[0]["shown"] = True
    return found


def _node(identity: str, label: str, icon: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    plain = {"description": "", "tooltip": "", "kind": "part", "children": [], "shown": False}
    return {"id": identity, "label": label, "icon": icon, **plain, **more}


def _case(known: Case, root: Root, now: float) -> dict[str, Any]:
    folder = f"{root.path}/{case.FOLDER}/{known.key}"
    uri = to_proto.uri_of(str(root.path))
    children = []
    if known.text:
        where = to_proto.uri_of(f"{folder}/error.txt")
        children.append(_node(f"{known.key}/trace", "Trace", "output", uri=where))
    if known.prompt:
        where = to_proto.uri_of(f"{folder}/prompt.md")
        children.append(_node(f"{known.key}/prompt", "Debug prompt", "wand", uri=where))
    children += _attempts(known, known.key)
    for former in loop.lineage(root.path, known)[1:]:
        identity = f"{known.key}/before/{former.key}"
        label, tried = f"Before: {told.title(former)}", _attempts(former, identity)
        children.append(_node(identity, label, "arrow-up", children=tried, shown=True))
    if known.ran:
        runs = [
            _node(
                f"{known.key}/run{n}",
                plain.visible(f"{run.outcome}: exit {run.code}"),
                "check" if run.outcome == "gone" else "error",
                description=age(now - run.when),
                tooltip=plain.visible(run.error),
            )
            for n, run in reversed(list(enumerate(known.ran, 1)))
        ][:_MOST_RUNS]
        children.append(
            _node(f"{known.key}/runs", "Runs", "history", description=str(len(known.ran)), children=runs)
        )
    told_first = [
        *([] if known.status == case.OPEN else [known.status]),
        *([f"{len(known.attempts)} tried"] if known.attempts else []),
        age(now - known.updated),
    ]
    return _node(
        known.key,
        told.title(known),
        _ICONS.get(known.status, "bug"),
        description=" · ".join(told_first),
        tooltip="\n".join(text for text in (told.title(known), plain.visible(known.command)) if text),
        kind="closed case" if known.status == case.CLOSED else "case",
        key=known.key,
        root=uri,
        children=children,
    )


def _attempts(known: Case, identity: str) -> list[dict[str, Any]]:
    return [_attempt(known, n, tried, f"{identity}/attempt{n}") for n, tried in enumerate(known.attempts, 1)]


def _attempt(known: Case, number: int, tried: Attempt, identity: str) -> dict[str, Any]:
    verdict = tried.verdict.partition(":")[0]
    parts = [
        _node(f"{identity}/{name}", text, "circle-small", description=name, tooltip=text)
        for name, text in told.facts(tried)
    ]
    return _node(
        identity,
        f"Attempt {number}: {told.hypothesis(tried)}",
        _VERDICTS.get(verdict, "beaker"),
        description=plain.visible(verdict),
        tooltip=plain.visible(tried.diff[:2000]),
        children=parts,
        command="crimescene.showCase",
        arguments=[{"key": known.key}],
    )
