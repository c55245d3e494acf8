"""What an agent can ask: one function a tool. Lines are 1-based, paths absolute or relative to the root."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Literal

from crimescene import flow, logged, review, shapes, traces
from crimescene.case import CLOSED
from crimescene.context import Wish
from crimescene.mcp.paging import of_list, of_text
from crimescene.mcp.workspace import opened, path_in, text_of
from crimescene.model import UserError
from crimescene.prompt import plain
from crimescene.prompt.cleaning import clean_data as clean

if TYPE_CHECKING:
    from pathlib import Path

    from crimescene.analysis import Analysis
    from crimescene.case import Case
    from crimescene.logged import Suggestion
    from crimescene.loop import Outcome
    from crimescene.model import Context

Style = Literal["full", "mentions", "json"]
Sink = Literal["file", "stderr", "logger"]
_CALLER_SECONDS = 5.0
"""Of computing; an agent waits no longer, and what was left is said."""
_NO_POINTS = (
    "No log point was found: name an expression that stands in the function, or a function nearer to it."
)


class Tools:
    """The tools over one workspace; each answers with a list of texts, the first is the answer itself."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def build_debug_prompt(
        self,
        *,
        trace: str = "",
        trace_file: str = "",
        at: str = "",
        chain: list[str] | None = None,
        note: str = "",
        suspects: list[str] | None = None,
        expected: str = "",
        actual: str = "",
        style: Style | None = None,
        budget: int | None = None,
        since: str = "",
        command: str = "",
        exit_code: int = 1,
        page: int = 1,
    ) -> list[str]:
        """Turn a failure into everything needed to find its cause, as one Markdown text.

        Start here when a test or a program failed. It holds the complete error, the functions on its chain
        with callers and helpers, recent changes that meet them, expected and actual behavior, and what was
        tried before. Give one of: trace (the program's output, verbatim and whole), trace_file (a file of
        the workspace that holds it), at (FILE:LINE, where there is no trace), chain (the files a value
        travels through, in that order).

        note: what was done and seen. suspects: expressions or FILE:LINE, labelled as unproven.
        expected, actual: what should have happened, and what did. style: full has the code inline, mentions
        only names places, json is for programs. budget: tokens, at most. since: how far back a change is
        recent, such as 24h or 3d. command, exit_code: what printed the trace; the next failure of the same
        command is compared with this one, and what was changed between the two is judged as an attempt.
        page: of a long answer, from 1.
        """
        analysis = opened(self.root, style=style, budget=budget, since=since)
        wish = Wish(note=note, suspects=tuple(suspects or ()), expected=expected, actual=actual)
        given = [bool(trace.strip() or trace_file), bool(at), bool(chain)]
        if sum(given) != 1:
            raise UserError("Give one start: trace or trace_file, at (FILE:LINE), or chain (files).")
        found: Context
        if at:
            path, lineno = _place(at)
            found = analysis.context_at(path_in(analysis, path), lineno, wish)
        elif chain:
            found = analysis.context_along([path_in(analysis, path) for path in chain], wish)
        else:
            text = text_of(analysis, trace, trace_file)
            found = analysis.context_of(text, wish, command=command, code=exit_code if command else None)
        came = ""
        if command:
            found, outcome = analysis.after_failure(found, command, exit_code)
            came = "" if outcome is None or outcome.outcome in {"first", "none"} else _came(outcome)
        built = analysis.build_prompt(found, analysis.prompt_options)
        saved = analysis.keep(found, built)
        where = f", saved as {saved.relative_to(self.root).as_posix()}" if saved else ", not saved"
        return [*of_text(_ended(built.text), page), clean(f"{built.tokens:,} tokens{where}. {came}".strip())]

    def parse_trace(self, trace: str = "", trace_file: str = "", page: int = 1) -> list[str]:
        """List the errors and frames of every stack trace in a text, as JSON.

        Give trace (the output, verbatim) or trace_file (a file of the workspace that holds it). Frames come
        in the order of the text; error is an index into errors; line is 1-based; span are byte offsets.
        page: of many frames, from 1.
        """
        analysis = opened(self.root)
        text = text_of(analysis, trace, trace_file)
        found = traces.parse(text)
        if not found:
            raise UserError(
                "No stack trace was found in the text: give the output from the error's first line on."
            )
        data = clean(traces.to_json(text, found))
        return of_list(data["frames"], page, data, "frames")

    def find_callers(self, path: str, line: int, depth: int = 1, page: int = 1) -> list[str]:
        """List who calls the function that holds a line, the surest first, as JSON.

        path and line (from 1) name any line inside the function. depth: 2 adds the callers of the callers,
        and so on. certainty says how sure a call is: exact, plausible, override, name. page: of a long list,
        from 1.
        """
        if line < 1 or depth < 1:
            raise UserError("line and depth count from 1.")
        analysis = opened(self.root)
        found = analysis.callers(path_in(analysis, path), line, depth, seconds=_CALLER_SECONDS)
        missed = f"{found.not_examined:,} files were not looked at, the nearest came first."
        missed = missed if found.not_examined else ""
        return [*of_list(clean(found.to_json()), page), *([missed] if missed else [])]

    def record_attempt(
        self,
        *,
        hypothesis: str = "",
        result: str = "",
        ruled_out: str = "",
        diff: str = "",
        case: str = "",
        command: str = "",
        passed: bool = False,
    ) -> list[str]:
        """Note what is tried on a bug, so that no later prompt proposes it again; judges the change.

        Call it after a fix and before the next run, and once more when you know what came of it. hypothesis:
        the cause that the fix assumes. diff: the fix; left out, what changed since the failure. result: what
        came of it; left out, the next build_debug_prompt with the same command fills it in. ruled_out: what
        that shows. case: key of the bug, by default the newest. passed, with command: that command now runs
        without the failure.
        """
        analysis = opened(self.root)
        if passed:
            if not command:
                raise UserError("Give the command that passed, as it was given to build_debug_prompt.")
            gone = analysis.after_success(command)
            if gone is None or gone.before is None:
                raise UserError(f"No open case failed with the command {command!r}.")
            return [clean(_came(gone))]
        known = self._open_cases(analysis, case)
        if not known:
            raise UserError("No such case is open: build_debug_prompt with the failure's output opens one.")
        tried, verdict = analysis.note_attempt(
            known[0], hypothesis=hypothesis, diff=diff, result=result, verdict="", ruled_out=ruled_out
        )
        flags = verdict.flags if verdict else ()
        said = [f"{flag.path}:{flag.lineno}: {flag.kind}: {flag.reason}." for flag in flags]
        if tried.verdict:
            said.insert(0, f"{tried.verdict}.")
        again = "" if result else " Run the command again and give its output to build_debug_prompt."
        return [clean("\n".join([*said, f"Noted for case {known[0].key}.{again}"]))]

    def review_answer(self, *, answer: str, case: str = "") -> list[str]:
        """Check an explanation or a diff against the evidence before you act on it.

        answer: the whole answer of an assistant, or a unified diff. It tells which files, lines and names
        in it do not exist, whether it addresses the error, and whether a diff treats the cause or only hushes
        the symptom. case: key of the bug, by default the newest.
        """
        analysis = opened(self.root)
        if not answer.strip():
            raise UserError("Give the answer to review: an explanation, or a unified diff.")
        known = self._open_cases(analysis, case)
        if case and not known:
            raise UserError(f"There is no case {case}: the resource crimescene://cases lists them.")
        return [clean(review.markdown(analysis.review(answer, known[0] if known else None)))]

    def suggest_logging(
        self,
        *,
        expression: str = "",
        places: list[str] | None = None,
        trace: str = "",
        trace_file: str = "",
        budget: int = flow.BUDGET,
    ) -> list[str]:
        """Plan where to log to see what becomes of a value, or how an error came about; changes nothing.

        Use it when the evidence does not decide between causes. Give an expression such as order.status and
        one or two places FILE:FUNCTION (from, to), or the trace (or trace_file) of a failure. budget: most
        log points. insert_logging with the same arguments puts them in.
        """
        analysis = opened(self.root)
        suggestion = self._planned(analysis, expression, places or [], (trace, trace_file), budget)
        heading = _heading(expression, places or [])
        if not suggestion.plan.points:
            raise UserError(" ".join([_NO_POINTS, *suggestion.plan.notes]))
        return [clean(flow.markdown(suggestion.plan, heading))]

    def insert_logging(
        self,
        *,
        expression: str = "",
        places: list[str] | None = None,
        trace: str = "",
        trace_file: str = "",
        budget: int = flow.BUDGET,
        sink: Sink = "file",
    ) -> list[str]:
        """Put log statements into the source files: what suggest_logging plans for the same arguments.

        Changes files of the workspace; remove_logging takes every byte of it out again. expression, places,
        trace, trace_file, budget: as there. sink: file writes the
        values to .crimescene/trail.log, where read_logs finds them; stderr and logger print them. Then run
        the program as before, and call read_logs.
        """
        analysis = opened(self.root)
        suggestion = self._planned(analysis, expression, places or [], (trace, trace_file), budget)
        target = str(analysis.trail_path()) if sink == "file" else ""
        if target:
            analysis.make_trail()
        done = analysis.insert_logging(
            suggestion, cid=secrets.token_hex(2), sink=target, logger=sink == "logger"
        )
        notes = " ".join((*done.skipped, *suggestion.plan.notes))
        if not done.points:
            raise UserError(f"{_NO_POINTS} {notes}".strip())
        listed = [f"{p.id}  {p.path}:{p.lineno}  {p.label}  {p.why}\n" for p in done.points]
        next_step = "Run the program, then call read_logs" + ("." if target else " with its output.")
        return [clean("".join(listed)), clean(f"{notes} {next_step}".strip())]

    def read_logs(self, output: str = "", page: int = 1) -> list[str]:
        """Show what the inserted log statements saw when the program ran, as a trail of values.

        output: what the program printed, where the sink was not a file. Secrets are masked. page: of a long
        trail, from 1.
        """
        analysis = opened(self.root)
        text = output
        if not text:
            trail = analysis.trail_path()
            inside = DISK_TRAIL if trail.is_file() and not trail.is_symlink() else ""
            text = text_of(analysis, "", inside) if inside else ""
        found = analysis.read_logs(text)
        if not found:
            raise UserError(
                "No log point has printed anything: run the program after insert_logging; "
                "with another sink than file, give its output."
            )
        return of_text(clean(found), page)

    def remove_logging(self, paths: list[str] | None = None) -> list[str]:
        """Take all inserted log statements out again, to the byte; of every file, or of paths.

        Call it when the cause is found, before you show a diff or commit.
        """
        analysis = opened(self.root)
        found = analysis.remove_logging([path_in(analysis, path) for path in paths or []])
        changed = [*found.files, *found.deleted]
        left = [
            f"{place} still holds a part of a log statement: take it out by hand."
            for place in found.leftovers
        ]
        files = plain.counted(len(changed), "file")
        said = f"{files} as before the logging." if changed else "No file holds log statements."
        return ["".join(f"{path}\n" for path in changed), " ".join([*left, said])]

    def trace_shape(self, *, files: list[str] | None = None, at: str = "", page: int = 1) -> list[str]:
        """Find where what is produced stops matching what is read: a missing key, null, a list, a promise.

        Use it when a value is right at one end and wrong at the other. files: those that the value travels
        through, in that order; left out, the whole workspace. at: file:line, for what passes the function
        there. Only what can be decided is reported; nothing reported is no proof that all fits. Nothing is
        run. page: of a long report, from 1.
        """
        analysis = opened(self.root)
        place = _place(at) if at else None
        within = (path_in(analysis, place[0]), place[1]) if place is not None else None
        found = analysis.trace_shape([path_in(analysis, path) for path in files or []], within)
        sure = "" if found.divergences else "Nothing that can be decided from the code differs."
        return [*of_text(clean(shapes.markdown(found)), page), *([sure] if sure else [])]

    # ------------------------------------------------------------------ parts

    @staticmethod
    def _open_cases(analysis: Analysis, key: str) -> list[Case]:
        """The cases whose key begins as given, or all that are not closed, newest first."""
        return [c for c in analysis.cases() if c.key.startswith(key) and (key or c.status != CLOSED)]

    def _planned(
        self, analysis: Analysis, expression: str, places: list[str], output: tuple[str, str], budget: int
    ) -> Suggestion:
        if output[0].strip() or output[1]:
            frames = analysis.frames_of(text_of(analysis, *output))
            if not frames:
                raise UserError("No frame of the trace lies in this workspace.")
            return analysis.suggest_logging(logged.Wanted(frames=frames, budget=budget))
        if not expression or len(places) not in (1, 2):
            raise UserError(
                "Give a trace, or an expression such as order.status with one or two places FILE:FUNCTION, "
                "such as shop/orders.py:process_order."
            )
        ends = []
        for place in places:
            path, _, name = place.rpartition(":")
            if not path or not name or name.isdigit():
                raise UserError(f"{place!r} is no FILE:FUNCTION such as shop/orders.py:process_order.")
            ends.append((path_in(analysis, path), name))
        entry = ends[0] if len(ends) > 1 else None
        return analysis.suggest_logging(logged.Wanted(expression, entry, ends[-1], budget=budget))


DISK_TRAIL = ".crimescene/trail.log"
"""Where the values go with the file sink, relative to the root."""


def _came(outcome: Outcome) -> str:
    """What became of a bug in this run, and what the change before it looks like."""
    if outcome.outcome == "unchanged":
        return "Nothing changed since the last run, and the error is the same."
    said = f"{outcome.sentence[:1].upper()}{outcome.sentence[1:]}."
    return f"{said} The change before this run: {outcome.verdict.sentence}." if outcome.verdict else said


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _place(text: str) -> tuple[str, int]:
    path, _, line = text.rpartition(":")
    if not path or not line.isdecimal() or not int(line):
        raise UserError(f"{text!r} is no FILE:LINE such as src/cart.ts:42; lines count from 1.")
    return path, int(line)


def _heading(expression: str, places: list[str]) -> str:
    if not expression:
        return "Log points behind the failure"
    ends = " to ".join(f"`{place.rpartition(':')[2]}`" for place in places)
    return f"Log points for `{expression}`, {'from ' if len(places) > 1 else 'in '}{ends}"


def index_of(analysis: Analysis) -> str:
    """The open cases as JSON, newest first."""
    cases = [
        {"key": c.key, "title": c.prompt.partition("\n")[0].removeprefix("# "), "runs": c.runs}
        for c in analysis.cases()
    ]
    return json.dumps(clean(cases), ensure_ascii=False)
