"""The facade the edges call: one :class:`Analysis` per workspace root, one line a method."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene import (
    callers,
    case,
    context,
    loop,
    prompt,
    redact,
    syntax,
    traced,
    traces,
)
from crimescene.context.environment import with_command
from crimescene.log_points import LogPoints
from crimescene.model import Attempt, UserError
from crimescene.prompt.cleaning import clean_data

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from crimescene import judge, logged, reports, review, shapes
    from crimescene.context import Wish
    from crimescene.model import Context, Trace
    from crimescene.prompt import Prompt, PromptOptions


class Analysis(LogPoints):
    """Everything Crimescene knows how to do with one workspace."""

    def parse(self, text: str) -> list[Trace]:
        """Every trace in ``text``, in its order."""
        return traces.parse(text)

    def context_of(
        self,
        text: str,
        wish: Wish,
        *,
        at: int | None = None,
        command: str = "",
        code: int | None = None,
        forget: Collection[str] = (),
    ) -> Context:
        """The context of the trace in ``text``; UserError if there is none.

        ``at`` chooses the trace at that byte offset, otherwise the most telling one is taken.
        ``command``, as one would type it, printed the text and ended with the exit code ``code``.
        What the user answered before for the same failure is not asked again, except for the answers
        (``expected``, ``actual``) to ``forget``.
        """
        scene = self.scene()
        parsed = traces.parse(text)
        if at is not None and parsed:
            parsed = [traced.trace_at(parsed, at) or parsed[0]]
        if not parsed:
            raise UserError(_no_trace(text, command))
        found = context.from_trace(text, parsed, scene, wish)
        found = replace(found, environment=with_command(found.environment, command, code))
        found = self._with_values(found)
        if not self.settings.save_cases:
            return found
        key = self._key(found)
        known = case.remembered(self.root, key)
        found = replace(found, attempts=loop.attempts_of(self.root, known))
        edits = self._edits(known)
        if known is not None and forget:
            expected, actual = (
                "" if name in forget else before
                for name, before in (("expected", known.expected), ("actual", known.actual))
            )
            case.save_answered(self.root, key, expected=expected, actual=actual, now=self.now)
            known = replace(known, expected=expected, actual=actual)
            edits = {name: text for name, text in edits.items() if name not in forget}
        found = context.with_answers(found, known, edits)
        return replace(found, saved_path=case.error_path(key))

    def _edits(self, known: case.Case | None) -> dict[str, str]:
        """What somebody wrote into the prompt that a case was given, saved or in an open buffer."""
        shown = None if known is None else self.workspace.read(case.prompt_path(known.key))
        if known is None or shown is None:
            return {}
        return prompt.edited(known.prompt, shown.decode("utf-8", "replace"))

    def context_at(self, path: str, lineno: int, wish: Wish) -> Context:
        """The context of one line of the workspace, without a trace."""
        title = f"Unexpected behavior at {path}:{lineno}"
        places = [(self.relative(path), lineno)]
        return self._with_values(context.from_places(places, self.scene(), wish, title=title))

    def context_along(self, paths: Sequence[str], wish: Wish) -> Context:
        """The context of a chain of files, in the order the data travels."""
        return self._with_values(context.from_files([self.relative(p) for p in paths], self.scene(), wish))

    def _with_values(self, found: Context) -> Context:
        """The context with what log points saw, where the user told of no values."""
        values = () if found.values or not self.settings.save_cases else self.logged_values(found.text)
        return replace(found, values=values) if values else found

    @property
    def prompt_options(self) -> PromptOptions:
        """What the settings say about the prompt."""
        wanted = self.settings
        return prompt.PromptOptions(
            wanted.budget, wanted.style, off=wanted.hidden_sections, closing=wanted.closing
        )

    def build_prompt(self, found: Context, options: PromptOptions) -> Prompt:
        """The prompt of a context; same context, options and clock give the same bytes."""
        return prompt.render(found, options, self.now)

    def keep(self, found: Context, built: Prompt) -> Path | None:
        """Save trace and prompt as a case below the root; None where it cannot be written."""
        if not self.settings.save_cases:
            return None
        saved = case.save_case(
            self.root,
            text=redact.redact(found.text).text,
            trace_json=clean_data(traces.to_json(found.text, [found.trace] if found.trace else [])),
            prompt=built.text,
            now=self.now,
            key=self._key(found),
            is_data=built.text.startswith("{"),
        )
        if saved is not None and found.trace is not None:
            self._note(found)
        said = [
            b.text if b is not None and b.source in ("user", "answered") else None
            for b in (found.expected, found.actual)
        ]
        if any(said):
            expected, actual = (text and redact.redact(text).text for text in said)
            case.save_answered(self.root, self._key(found), expected=expected, actual=actual, now=self.now)
        return saved

    def _key(self, found: Context) -> str:
        """What ties runs into the same bug together; that of a known bug which failed alike."""
        if found.trace is None:
            # The file is what the question is about here, no value that differs from run to run.
            return case.text_key(found.title.replace("/", " > "))
        key = case.fingerprint(found.trace, found.frame_locations)
        return loop.belongs(self.root, key, case.signature(found.trace, found.frame_locations))

    def _note(self, found: Context) -> None:
        """What a new case is known by and fixes are judged by; a run that failed has noted it already."""
        key = self._key(found)
        known = case.remembered(self.root, key)
        if known is None or known.evidence or found.trace is None:
            return
        evidence = loop.to_evidence(found, self.glance())
        signature = case.signature(found.trace, found.frame_locations)
        loop.opened(
            self.root,
            self.workspace,
            self.repository,
            key=key,
            signature=signature,
            evidence=evidence,
            now=self.now,
        )

    def after_failure(self, found: Context, command: str, code: int) -> tuple[Context, loop.Outcome | None]:
        """Record a run that failed, and the attempt before it: the context with what was tried."""
        if not self.settings.save_cases or found.trace is None:
            return found, None
        outcome = loop.after_failure(
            self.root,
            self.workspace,
            self.repository,
            key=case.fingerprint(found.trace, found.frame_locations),
            signature=case.signature(found.trace, found.frame_locations),
            command=command,
            code=code,
            now=self.now,
            evidence=loop.to_evidence(found, self.glance()),
        )
        known = case.remembered(self.root, outcome.key)
        return replace(found, attempts=loop.attempts_of(self.root, known)), outcome

    def after_success(self, command: str) -> loop.Outcome | None:
        """Record a run without failure: what the same command failed with before is gone."""
        if not self.settings.save_cases:
            return None
        return loop.after_success(self.root, self.workspace, self.repository, command=command, now=self.now)

    def review(self, text: str, known: case.Case | None) -> review.Review:
        """Review an assistant's answer to the prompt of a case; without one only what it names is checked."""
        from crimescene import judge, review

        subject = review.Subject(judge.Evidence())
        if known is not None:
            evidence = loop.from_kept(known.evidence)
            recent = self.scene().recent.changes
            changed = dict.fromkeys(c.path for c in recent if c.path in evidence.chain)
            subject = review.Subject(evidence, known.prompt, known.text, tuple(changed))
            loop.answered(self.root, known, text, now=self.now)
        return review.review(text, subject, self.workspace)

    def note_attempt(
        self, known: case.Case, *, hypothesis: str, diff: str, result: str, verdict: str, ruled_out: str
    ) -> tuple[Attempt, judge.Verdict | None]:
        """Note what is tried on a bug; an empty ``diff`` means what changed since it failed.

        UserError where nothing can be written.
        """
        told = (
            redact.redact(text).text for text in (hypothesis, diff.strip("\n"), result, verdict, ruled_out)
        )
        hypothesis, diff, result, verdict, ruled_out = told
        if not diff and known.last is not None:
            diff = loop.changed_since(known.last, self.workspace, self.repository)
        judged = loop.judged(known, diff, self.workspace) if diff else None
        verdict = verdict or (judged.sentence if judged else "")
        ruled_out = ruled_out or (loop.ruled_out(hypothesis, diff, result) if result else "")
        tried = Attempt(self.now, hypothesis, diff, result, verdict, ruled_out)
        if not loop.note(self.root, known.key, tried, now=self.now):
            raise UserError(case.why_not_saved(self.root) or "The case cannot be written.")
        return tried, judged

    def cases(self) -> list[case.Case]:
        """The bugs seen last in this workspace, newest first."""
        return case.recent(self.root)

    def reports(self) -> list[reports.Report]:
        """Test reports with failures, newest first."""
        from crimescene import reports

        return reports.newest(self.root, self.workspace.files())

    def why_not_kept(self) -> str:
        """One sentence that says why cases cannot be saved; empty if they can."""
        return case.why_not_saved(self.root) if self.settings.save_cases else "Saving is switched off."

    def callers(
        self, path: str, lineno: int, depth: int = 1, *, seconds: float | None = None
    ) -> callers.Transitive:
        """Who calls the function at the 1-based line, and who calls those, ``depth`` levels.

        After ``seconds`` of computing the search ends, the nearest files first.
        """
        relative = self.relative(path)
        source = self.workspace.read(relative)
        if source is None:
            raise UserError(self.workspace.why_unreadable(relative))
        outline = syntax.outline(relative, source)
        if outline is None:
            raise UserError(f"{relative}: no grammar is installed for this kind of file.")
        lines = len(source.splitlines())
        if lineno > max(lines, 1):
            raise UserError(f"{relative} has no line {lineno}: it ends at {lines}.")
        function = syntax.enclosing_function(outline, lineno)
        return callers.transitive(self.workspace, function, depth, seconds=seconds)

    def trace_shape(self, files: Sequence[str] = (), at: tuple[str, int] | None = None) -> shapes.Traced:
        """Where what is read differs from what is produced, along ``files`` or in the whole workspace.

        ``at`` (file, 1-based line) keeps what passes the function there.
        """
        from crimescene import shapes

        wanted = [self.relative(path) for path in files]
        return shapes.trace(self.workspace, wanted, self._around(*at) if at is not None else None)

    def shape_behind(self, text: str) -> shapes.Traced:
        """Where shapes part at the frames of the first trace in ``text``; UserError if no frame is ours."""
        from crimescene import shapes

        frames = self.frames_of(text)
        if not frames:
            raise UserError("No frame of the trace lies in this workspace.")
        found = shapes.trace(self.workspace, list(dict.fromkeys(path for path, _ in frames)))
        return shapes.nearest_to(found, frames)

    def _around(self, path: str, lineno: int) -> tuple[str, int, int]:
        relative = self.relative(path)
        outline = syntax.outline(relative, self.workspace.read(relative) or b"")
        if outline is None:
            raise UserError(f"{relative}: no grammar is installed for this kind of file.")
        function = syntax.enclosing_function(outline, lineno)
        if function.kind == "module":
            return relative, lineno, lineno
        return relative, function.first_lineno, function.last_lineno

    def logging_behind(self, text: str, budget: int = 12) -> logged.Wanted:
        """What one would want to see behind the failure in ``text``; UserError if no frame is ours."""
        from crimescene import logged

        frames = self.frames_of(text)
        if not frames:
            raise UserError("No frame of the trace lies in this workspace.")
        suspects = self.context_of(text, context.Wish()).suspected
        return logged.Wanted(frames=frames, suspects=tuple(s.expression for s in suspects), budget=budget)

    def frames_of(self, text: str) -> tuple[tuple[str, int], ...]:
        """Places of the first trace in ``text`` that lie in the workspace, innermost first."""
        found = [
            p for p in traced.places(traces.parse(text)[:1], self.glance()) if p.in_workspace and p.in_app
        ]
        found.sort(key=lambda p: (p.stack is not p.trace.root, p.position))
        return tuple((p.path, p.lineno) for p in found)


def _no_trace(text: str, command: str) -> str:
    """Why there is nothing to build from, and what to do; ``command`` is what printed the text, if known."""
    if command:
        found = (
            "No stack trace was found in what the command printed" if text.strip() else "It printed nothing"
        )
        return (
            f"{found}: let it print one (pytest --tb=short, RUST_BACKTRACE=1), or point at the code with "
            "crimescene prompt --at FILE:LINE."
        )
    if not text.strip():
        return (
            "The text is empty: errors are often printed to stderr (2>&1 adds it to a pipe), "
            "and crimescene run -- COMMAND catches both."
        )
    if "\0" in text:
        return "The text is binary data without a stack trace in it: give the log or the terminal's output."
    return (
        "No stack trace was found in the text: paste the output from the error's first line on, "
        "or point at the code with --at FILE:LINE."
    )
