"""The loop of fixing: what a run says about the bug that was open, and what was tried before it.

A run of a command is compared with the case that the same command failed with before; what changed in the
work tree between the two is the attempt that the run judges. Everything is redacted before it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crimescene import case, history
from crimescene.loop import sessions, told
from crimescene.loop.kept import from_kept, to_evidence, to_kept
from crimescene.loop.trees import changed_since, snapshot
from crimescene.model import Attempt
from crimescene.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crimescene.case import Case, Signature
    from crimescene.judge import Evidence, Verdict
    from crimescene.workspace import Workspace

__all__ = [
    "ENOUGH",
    "Outcome",
    "after_failure",
    "after_success",
    "answered",
    "attempts_of",
    "belongs",
    "changed_since",
    "changes",
    "failed",
    "from_kept",
    "judged",
    "lineage",
    "note",
    "opened",
    "ruled_out",
    "sessions",
    "snapshot",
    "to_evidence",
    "told",
]

_MOST_FOLLOWED = 5
"""Cases that led to one another."""
ENOUGH = 3
"""Failed attempts after which guessing on is worth less than looking."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run means for the loop."""

    outcome: str
    """first | same | deeper | earlier | different | unchanged | back | gone | none (nothing was open)"""
    before: Case | None = None
    """The case that was open for this command."""
    key: str = ""
    """Of the case that the failure of this run belongs to; empty where the run succeeded."""
    diff: str = ""
    """What changed since, as a unified diff."""
    verdict: Verdict | None = None
    sentence: str = ""
    """What became of it, for people."""
    logs: tuple[str, ...] = ()
    """Files that still hold log statements of the case, where the failure is gone."""


# --------------------------------------------------------------------------- which case


def belongs(root: Path, key: str, signature: Signature, command: str = "") -> str:
    """Key of the case that a failure belongs to: ``key`` if it is kept, else one that failed alike.

    A bug stays the same when lines shift, files are renamed or a function moves.
    """
    if case.remembered(root, key) is not None:
        return key
    known = [c for c in case.all_cases(root) if c.status != case.CLOSED and c.signature.exception]
    known.sort(key=lambda c: c.command != command)
    alike = (c for c in known if case.same_failure(c.signature, signature))
    return next((c.key for c in alike), key)


def _open_case(root: Path, command: str) -> Case | None:
    """The case that this command failed with last and nobody closed; None if there is none."""
    return next(
        (c for c in case.all_cases(root) if command and c.command == command and c.status != case.CLOSED),
        None,
    )


def attempts_of(root: Path, known: Case | None) -> tuple[Attempt, ...]:
    """What was tried on a bug, and on those that its attempts came from; oldest first."""
    family = lineage(root, known) if known is not None else []
    found = [x for c in reversed(family) for x in c.attempts]
    return tuple(x for x in found if x.result and (_TAKEN_BACK in x.result or not _held(x)))


def _held(attempt: Attempt) -> bool:
    return attempt.result.startswith(_GONE)


# --------------------------------------------------------------------------- runs

_GONE = "gone"
_TAKEN_BACK = "gone while it was there; the error came back when it was taken back"
_STILL_THERE = "the error was gone once, and came back though this is still there"
_CHANGED_SINCE = "the error was gone with it, and came back after more was changed"
_SAID = {
    "same": "the same error was raised again",
    "back": "the error came back",
    "deeper": "the same error is raised deeper, in {place}",
    "earlier": "the same error is raised earlier, in {place}",
    "different": "another error instead: {title}",
    "gone": "gone: the command ran without it",
}


def after_failure(
    root: Path,
    workspace: Workspace,
    repo: history.Repository | None,
    *,
    key: str,
    signature: Signature,
    command: str,
    code: int,
    now: float,
    evidence: Evidence,
) -> Outcome:
    """Record a run that failed: what it says of the open case, and the attempt that it judges."""
    before = _open_case(root, command)
    key = belongs(root, key, signature, command)
    own = case.remembered(root, key)
    if before is None and own is not None and own.status != case.CLOSED:
        before = own
    here = snapshot(workspace, repo, evidence.chain)
    outcome, diff, verdict = "first", "", None
    if before is not None and before.signature.exception:
        outcome = "same" if before.key == key else "different"
        became = case.compare(before.signature, signature)
        outcome = became if became in ("deeper", "earlier") else outcome
        diff = _since(before, workspace, repo)
        if outcome == "same" and before.status == case.GONE:
            outcome = "back"
        elif outcome == "same" and not diff:
            outcome = "unchanged"
    sentence = _sentence(outcome, signature)
    if before is not None and diff:
        from crimescene import judge

        verdict = judge.judge(diff, workspace.read, from_kept(before.evidence))
    held = _last_that_held(before) if before is not None and outcome == "back" else None
    if before is not None and held is not None:
        _came_back(root, before, held, diff, now=now)
    if before is not None and diff and (held is None or held.diff != diff):
        _attempt(root, before, Tried(diff, sentence, verdict, now))
    follows = before.key if before is not None and before.key != key else ""

    def seen(known: Case) -> Case:
        run = case.Run(now, command, code, outcome, redact(signature.title).text)
        return replace(
            known,
            status=case.OPEN,
            command=command,
            signature=_redacted(signature),
            follows=known.follows or (follows if follows != known.key else ""),
            ran=(*known.ran, run)[-case.MOST_RUNS :],
            base=known.base or here,
            last=here,
            evidence=to_kept(evidence),
        )

    case.update(root, key, seen, now=now)
    return Outcome(outcome, before, key, diff, verdict, sentence)


def opened(
    root: Path,
    workspace: Workspace,
    repo: history.Repository | None,
    *,
    key: str,
    signature: Signature,
    evidence: Evidence,
    now: float,
) -> None:
    """Record what a failure is known by and the work tree it came from, where nobody ran a command."""
    here = snapshot(workspace, repo, evidence.chain)

    def noted(known: Case) -> Case:
        return replace(
            known,
            signature=_redacted(signature),
            base=known.base or here,
            last=known.last or here,
            evidence=to_kept(evidence),
        )

    case.update(root, key, noted, now=now)


def after_success(
    root: Path,
    workspace: Workspace,
    repo: history.Repository | None,
    *,
    command: str,
    now: float,
) -> Outcome:
    """Record a run that succeeded: the failure that this command had before is gone."""
    before = _open_case(root, command)
    if before is None or before.status == case.GONE:
        return Outcome("none", before)
    family = lineage(root, before)
    first = family[-1]
    diff = changed_since(first.base, workspace, repo) if first.base is not None else ""
    from crimescene import judge

    verdict = judge.judge(diff, workspace.read, from_kept(first.evidence)) if diff else None
    sentence = _SAID["gone"]
    if diff:
        _attempt(root, before, Tried(diff, sentence, verdict, now))

    def passed(known: Case) -> Case:
        run = case.Run(now, command, 0, "gone")
        return replace(known, status=case.GONE, ran=(*known.ran, run)[-case.MOST_RUNS :])

    for known in family[::-1]:  # the one that failed last is the newest afterwards, too
        case.update(root, known.key, passed, now=now)
    logs = dict.fromkeys(path for known in family for path in sessions.still_in(known, workspace))
    return Outcome("gone", before, "", diff, verdict, sentence, tuple(logs))


def lineage(root: Path, known: Case) -> list[Case]:
    """The case, and those whose attempts led to it, the newest first."""
    found = [known]
    while known.follows and len(found) < _MOST_FOLLOWED:
        former = case.remembered(root, known.follows)
        if former is None or former.key in {c.key for c in found}:
            break
        found.append(former)
        known = former
    return found


def _since(before: Case, workspace: Workspace, repo: history.Repository | None) -> str:
    """What was tried: the change since the last run, or since the first if that is shorter (a new try)."""
    diffs = [changed_since(base, workspace, repo) for base in (before.last, before.base) if base is not None]
    if not diffs or not diffs[0]:
        return ""
    return min((d for d in diffs if d), key=len)


def _sentence(outcome: str, signature: Signature) -> str:
    place = signature.frames[0] if signature.frames else "another place"
    path, _, function = place.rpartition(" ")
    said = _SAID.get(outcome, "").format(
        place=f"{function} ({path})" if path else place, title=signature.title
    )
    return redact(said).text


@dataclass(frozen=True, slots=True)
class Tried:
    """What a run judged."""

    diff: str
    result: str
    verdict: Verdict | None
    when: float


def _attempt(root: Path, before: Case, what: Tried) -> None:
    """Add the attempt that a run judged; one that was announced is filled in."""
    spoken = what.verdict.sentence if what.verdict is not None else ""
    result, diff = what.result, what.diff

    def tried(known: Case) -> Case:
        announced = known.attempts[-1] if known.attempts and not known.attempts[-1].result else None
        hypothesis = known.hypothesis
        kept = known.attempts
        if announced is not None:
            kept, hypothesis = kept[:-1], announced.hypothesis or hypothesis
        found = Attempt(
            when=announced.when if announced is not None else what.when,
            hypothesis=hypothesis,
            diff=diff,
            result=result,
            verdict=spoken,
            ruled_out="" if result.startswith(_GONE) else ruled_out(hypothesis, diff, result),
        )
        return replace(known, hypothesis="", attempts=(*kept, found)[-case.MOST_ATTEMPTS :])

    case.update(root, before.key, tried, now=what.when)


def _last_that_held(known: Case) -> Attempt | None:
    """The attempt after which the error was gone, if it is the last one."""
    return known.attempts[-1] if known.attempts and _held(known.attempts[-1]) else None


def _came_back(root: Path, before: Case, held: Attempt, diff: str, *, now: float) -> None:
    """Say of the attempt that held what became of it: ``diff`` is what differs from the first failure now."""
    result = _STILL_THERE if diff == held.diff else _CHANGED_SINCE if diff else _TAKEN_BACK
    excluded = "" if result == _TAKEN_BACK else ruled_out(held.hypothesis, held.diff, result)
    told = replace(held, result=result, ruled_out=excluded)

    def amended(known: Case) -> Case:
        return replace(known, attempts=tuple(told if x == held else x for x in known.attempts))

    case.update(root, before.key, amended, now=now)


_MOST_ANSWERS = 20
_LONGEST_ANSWER = 50_000


def answered(root: Path, known: Case, text: str, *, now: float) -> None:
    """Keep what an assistant answered."""
    kept = redact(text[:_LONGEST_ANSWER]).text

    def with_answer(c: Case) -> Case:
        others = tuple(x for x in c.answers if x != kept)
        return replace(c, answers=(*others, kept)[-_MOST_ANSWERS:])

    case.update(root, known.key, with_answer, now=now)


def note(root: Path, key: str, tried: Attempt, *, now: float) -> bool:
    """Add an attempt to a case, in place of one that still waits for its result; whether it was written."""

    def noted(known: Case) -> Case:
        waits = bool(known.attempts) and not known.attempts[-1].result
        kept = known.attempts[:-1] if waits else known.attempts
        return replace(known, attempts=(*kept, tried)[-case.MOST_ATTEMPTS :])

    return case.update(root, key, noted, now=now) is not None


def judged(known: Case, diff: str, workspace: Workspace) -> Verdict:
    """What a diff would do to the failure of a case."""
    from crimescene import judge

    return judge.examined(diff, workspace, from_kept(known.evidence))


def changes(known: Case, workspace: Workspace, repo: history.Repository | None) -> str:
    """What changed in the work tree since the failure was first seen, as a unified diff (redacted)."""
    chain = from_kept(known.evidence).chain
    return "" if known.base is None else changed_since(known.base, workspace, repo, chain)


def ruled_out(hypothesis: str, diff: str, result: str) -> str:
    """What a failed attempt shows, with its evidence."""
    from crimescene import judge

    places = ", ".join(dict.fromkeys(judge.touched(diff)))
    what = f"“{hypothesis}” as the whole cause" if hypothesis else f"that this change in {places} is enough"
    return f"{what}: with it, {result}"


def _redacted(signature: Signature) -> Signature:
    return replace(signature, message=redact(signature.message).text, title=redact(signature.title).text)


def failed(attempts: Sequence[Attempt]) -> int:
    """How many attempts did not hold."""
    return sum(1 for x in attempts if x.result and not _held(x))
