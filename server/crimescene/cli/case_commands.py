"""The commands on what is kept of a bug: list, show, attempt, export, close."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from crimescene.cli.console import DONE, REFUSED, as_utf8, say
from crimescene.cli.reading import read_text
from crimescene.model import UserError

if TYPE_CHECKING:
    import argparse

    from crimescene.analysis import Analysis
    from crimescene.case import Case
    from crimescene.loop import Outcome
    from crimescene.model import Attempt, Context


def case(options: argparse.Namespace, analysis: Analysis) -> int:
    """Run one of the commands below ``case``."""
    action = {"list": _list, "show": _show, "attempt": _attempt, "export": _export, "close": _close}
    return action[options.action](options, analysis)


def review(options: argparse.Namespace, analysis: Analysis) -> int:
    """Print the review of an assistant's answer; exit code 2 where it names what does not exist."""
    from crimescene import case as kept
    from crimescene import review as reviewing

    if options.changes:
        return _changes(options, analysis)
    if not options.source:
        raise UserError("Give the answer's file, - for stdin, or --changes for what you changed.")
    text = read_text(options.source)
    if not text.strip():
        raise UserError("The answer is empty.")
    known = _chosen(options, analysis) if options.key or kept.all_cases(analysis.root) else None
    if known is None:
        say("no case is kept here: only what the answer names is checked.")
    found = analysis.review(text, known)
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False, default=sorted))
    else:
        sys.stdout.write(reviewing.markdown(found))
    return REFUSED if found.invented else DONE


def _changes(options: argparse.Namespace, analysis: Analysis) -> int:
    """Print what the change in the work tree does to the failure; exit code 2 where it hushes it."""
    from crimescene import judge, loop
    from crimescene.loop import told

    known = _chosen(options, analysis)
    diff = loop.changes(known, analysis.workspace, analysis.repository)
    if not diff:
        raise UserError("Nothing changed since the failure was first seen.")
    verdict = loop.judged(known, diff, analysis.workspace)
    if options.json:
        print(json.dumps(asdict(verdict), ensure_ascii=False, default=sorted))
    else:
        sys.stdout.write(told.changed(verdict))
    return REFUSED if verdict.verdict == judge.HUSHES else DONE


# --------------------------------------------------------------------------- after a run


def say_outcome(outcome: Outcome, found: Context) -> None:
    """Tell what the attempt before a failing run led to."""
    if outcome.outcome == "unchanged":
        say("nothing changed since the last run, and the error is the same.")
        return
    say(f"{outcome.sentence}.")
    if outcome.verdict is not None:
        say(f"the change before this run: {outcome.verdict.sentence}.")
    from crimescene import loop

    failed = loop.failed(found.attempts)
    if failed >= loop.ENOUGH:
        first = next((s for s in found.suspected if s.by_message), None)
        what = f"{first.expression} ({first.path}:{first.lineno})" if first else "the values on the chain"
        say(
            f"{failed} attempts did not hold: log {what} before the next fix, "
            "because each of them assumed a value that nobody has seen."
        )
        say(f"crimescene logs insert --trace {found.saved_path or 'OUTPUT'} puts the log points in.")


def say_gone(outcome: Outcome) -> None:
    """Tell that a failure is gone, what fixed it, and what may be done now."""
    from crimescene import judge
    from crimescene.loop import told

    before = outcome.before
    if before is None:
        return
    say(f"gone: {before.signature.title or 'the failure'}.")
    if outcome.diff:
        changed = [
            f"{one.path} (+{len(one.added)} -{len(one.removed)})" for one in judge.diffs.read(outcome.diff)
        ]
        say(f"what changed since it failed: {', '.join(changed)}.")
    if outcome.verdict is not None:
        say(f"the change: {outcome.verdict.sentence}.")
    if outcome.logs:
        say(
            f"log statements are still in {', '.join(outcome.logs)}: "
            f"crimescene logs remove {' '.join(outcome.logs)}"
        )
    say(f"crimescene case close {before.key[: told.SHORT]} closes the case.")


# --------------------------------------------------------------------------- the commands


def _chosen(options: argparse.Namespace, analysis: Analysis) -> Case:
    """The case whose key begins as typed, by default the one seen last."""
    from crimescene import case as kept

    known = kept.all_cases(analysis.root)
    if not known:
        raise UserError(
            f"No case is kept in {analysis.root}: crimescene run -- CMD opens one when CMD fails."
        )
    if not options.key:
        return next((c for c in known if c.status != kept.CLOSED), known[0])
    fitting = [c for c in known if c.key.startswith(options.key)]
    if len(fitting) != 1:
        many = "more than one case" if fitting else "no case"
        raise UserError(f"{options.key}: {many} begins so; crimescene case list shows them.")
    return fitting[0]


def _ago(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return "just now"


def _list(options: argparse.Namespace, analysis: Analysis) -> int:
    from crimescene import case as kept
    from crimescene.loop import told

    known = kept.all_cases(analysis.root)
    if options.json:
        print(json.dumps([_data(c) for c in known], ensure_ascii=False))
    else:
        for c in known:
            seen = _ago(time.time() - c.updated)
            print(
                f"{c.key[: told.SHORT]}  {c.status:6}  {len(c.attempts)} tried  {seen:>10}  {told.title(c)}"
            )
    if not known:
        say("no case is kept here: crimescene run -- CMD opens one when CMD fails.")
    return DONE if known else REFUSED


def _data(known: Case) -> dict[str, object]:
    from crimescene.loop import told

    return {
        "key": known.key,
        "status": known.status,
        "title": told.title(known),
        "command": known.command,
        "opened": known.opened,
        "updated": known.updated,
        "follows": known.follows,
        "attempts": [asdict(a) for a in known.attempts],
        "runs": [asdict(r) for r in known.ran],
        "expected": known.expected,
        "actual": known.actual,
        "answers": list(known.answers),
    }


def _show(options: argparse.Namespace, analysis: Analysis) -> int:
    from crimescene.loop import told
    from crimescene.prompt import plain

    known = _chosen(options, analysis)
    if options.json:
        print(json.dumps(_data(known), ensure_ascii=False))
        return DONE
    print(f"{known.key}  {known.status}\n{told.title(known)}")
    if known.command:
        print(f"command: {plain.visible(known.command)}")
    if known.follows:
        print(f"came from the attempt on: {known.follows}")
    for run in known.ran:
        print(f"  run {_when(run.when)}: exit {run.code}, {plain.visible(run.outcome)}")
    for number, tried in enumerate(known.attempts, 1):
        print(_spoken(number, tried))
    return DONE


def _when(when: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(when))


def _spoken(number: int, tried: Attempt) -> str:
    from crimescene.loop import told
    from crimescene.prompt import plain

    lines = [f"attempt {number}, {_when(tried.when)}: {told.hypothesis(tried)}"]
    lines += [f"  {name}: {text}" for name, text in told.facts(tried)]
    lines += [f"  | {line}" for line in plain.visible(tried.diff).splitlines()]
    return "\n".join(lines)


def _attempt(options: argparse.Namespace, analysis: Analysis) -> int:
    """Note what is tried; the next run of the command fills in what came of it."""
    from crimescene.loop import told

    known = _chosen(options, analysis)
    tried, verdict = analysis.note_attempt(
        known,
        hypothesis=as_utf8(options.hypothesis),
        diff=read_text(options.diff) if options.diff else "",
        result=as_utf8(options.result),
        verdict=as_utf8(options.verdict),
        ruled_out=as_utf8(options.ruled_out),
    )
    sentence, result = tried.verdict, tried.result
    if sentence:
        say(f"{sentence}.")
    for flag in verdict.flags if verdict else ():
        say(f"{flag.path}:{flag.lineno}: {flag.kind}: {flag.reason}.")
    again = f"; run it again: crimescene run -- {known.command}" if known.command and not result else ""
    say(f"noted for case {known.key[: told.SHORT]}{again}.")
    return DONE


def _export(options: argparse.Namespace, analysis: Analysis) -> int:
    """Print the whole case, redacted: Markdown for people, JSON for programs."""
    from crimescene import loop
    from crimescene.loop import told
    from crimescene.redact import redact

    known = _chosen(options, analysis)
    if options.json:
        text = json.dumps({**_data(known), "text": known.text, "prompt": known.prompt}, ensure_ascii=False)
    else:
        text = told.markdown(known, loop.lineage(analysis.root, known)[1:]).rstrip("\n")
    sys.stdout.write(redact(text).text + "\n")
    return DONE


def _close(options: argparse.Namespace, analysis: Analysis) -> int:
    """Close a case with those that led to it."""
    from crimescene import case as kept
    from crimescene import loop
    from crimescene.loop import told

    known = _chosen(options, analysis)
    status = kept.OPEN if options.reopen else kept.CLOSED
    for one in reversed(loop.lineage(analysis.root, known)):
        if kept.update(analysis.root, one.key, lambda c: replace(c, status=status), now=one.updated) is None:
            raise UserError(kept.why_not_saved(analysis.root) or "The case cannot be written.")
    say(f"case {known.key[: told.SHORT]} is {status}: {told.title(known)}.")
    return DONE
