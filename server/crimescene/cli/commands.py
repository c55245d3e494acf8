"""What each command does: arguments in, an answer of the facade out."""

from __future__ import annotations

import json
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crimescene.cli import case_commands
from crimescene.cli.console import DONE, REFUSED, as_utf8, guarded, progress, say
from crimescene.cli.opening import analysis_of, git_top, here, path_of, root_of
from crimescene.cli.reading import read_text
from crimescene.model import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from crimescene.analysis import Analysis
    from crimescene.context import Wish
    from crimescene.model import Context
    from crimescene.prompt import Prompt
    from crimescene.run import Finished


# --------------------------------------------------------------------------- prompt and run


def prompt(options: argparse.Namespace) -> int:
    """Print the prompt for a trace, a place or a chain of files."""
    sources = [source for source in (options.source, options.trace) if source is not None]
    if len(sources) + bool(options.at) + bool(options.chain) > 1:
        raise UserError("Give one of TRACE, --at and --chain: each is a start of its own.")
    if not sources and not options.at and not options.chain:
        if sys.stdin is None or sys.stdin.isatty():
            raise UserError(
                "Give a file that holds the failure, - for stdin, --at FILE:LINE, or --chain FILE ..."
            )
        sources = ["-"]
    text = read_text(sources[0]) if sources else ""
    analysis = analysis_of(options)
    wish = _wish(options)
    with progress("building the prompt"):
        if options.at:
            found = analysis.context_at(path_of(options.at[0], analysis, options), options.at[1], wish)
        elif options.chain:
            found = analysis.context_along([path_of(p, analysis, options) for p in options.chain], wish)
        else:
            found = analysis.context_of(text, wish, forget=_taken_back(options))
        built, summary = _build(analysis, found, options)
    show(built.text)
    if options.explain:
        _explain(found, built)
    say(f"{summary}.")
    _say_what_did_not_fit(built)
    if options.copy:
        _copy(built.text)
    return DONE


def _say_what_did_not_fit(built: Prompt) -> None:
    """Tell what the prompt left out and had no room to say."""
    unsaid = [sentence for sentence in built.left_out if sentence.rstrip(".") not in built.text]
    if unsaid and not built.text.startswith("{"):
        say(f"{'; '.join(unsaid)}. A larger --budget holds more.")


def run(options: argparse.Namespace) -> int:
    """Run the user's command; after a failure say where the prompt lies."""
    from crimescene import run as running

    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise UserError("Give the command to run after --, as in: crimescene run -- pytest -x")
    done = running.run(words)
    if done.problem:
        say(done.problem)
    elif done.code and not done.interrupted:
        _after_failure(done, options, words)
    elif not done.interrupted:
        _after_success(options, words)
    return done.code


def _after_failure(done: Finished, options: argparse.Namespace, words: Sequence[str]) -> None:
    """Say where the failure's prompt lies; whatever goes wrong here, the command's exit code stands."""
    say(f"the command failed with exit code {done.code}.")
    with suppress(KeyboardInterrupt), guarded():
        analysis = analysis_of(options)
        with progress("building the prompt"):
            found = analysis.context_of(
                done.output,
                _wish(options),
                command=_typed(words),
                code=done.code,
                forget=_taken_back(options),
            )
            found, outcome = analysis.after_failure(found, _typed(words), done.code)
            built, summary = _build(analysis, found, options)
        if outcome is not None and outcome.outcome not in ("first", "none"):
            case_commands.say_outcome(outcome, found)
        if summary.endswith("not saved"):
            show(built.text)
        say(f"debug prompt: {summary}.")
        if options.output:
            Path(options.output).write_text(built.text, encoding="utf-8", errors="replace")
        if options.copy:
            _copy(built.text)


def _after_success(options: argparse.Namespace, words: Sequence[str]) -> None:
    """Say if a failure of this command is gone; nothing is loaded where no case is kept."""
    root = Path(options.root) if options.root else git_top(here()) or here()
    if not (root / ".crimescene").is_dir():
        return
    with suppress(KeyboardInterrupt), guarded():
        outcome = analysis_of(options).after_success(_typed(words))
        if outcome is not None and outcome.outcome == "gone":
            case_commands.say_gone(outcome)


def _typed(words: Sequence[str]) -> str:
    return shlex.join(as_utf8(word) for word in words)


def _wish(options: argparse.Namespace) -> Wish:
    from crimescene.context import Wish

    return Wish(
        note=as_utf8(options.note),
        suspects=tuple(as_utf8(suspect) for suspect in options.suspect),
        expected=as_utf8(options.expected or ""),
        actual=as_utf8(options.actual or ""),
    )


def _taken_back(options: argparse.Namespace) -> list[str]:
    """The answers of before that are given as empty now."""
    return [name for name in ("expected", "actual") if getattr(options, name) == ""]


def _build(analysis: Analysis, found: Context, options: argparse.Namespace) -> tuple[Prompt, str]:
    """Render and save; the phrase says how long the prompt is and where it lies."""
    built = analysis.build_prompt(found, analysis.prompt_options)
    summary = f"{built.tokens:,} tokens"
    # Outside a project a folder of ours would be litter, unless it holds what can be seen nowhere else.
    if options.root or git_top(here()) or options.command == "run" or built.folded:
        saved = analysis.keep(found, built)
        summary += f", saved as {_shown(saved)}" if saved else ", not saved"
    return built, summary


def show(text: str) -> None:
    """The answer itself; flushed, so that it stands before what is said about it."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


_TELLING = 0.05
"""Contributions smaller than this change no order."""


def _explain(found: Context, built: Prompt) -> None:
    """Say of each candidate what its score is made of, and what of it the budget had room for."""
    for snippet in found.snippets:
        first, last = snippet.start_lineno, snippet.last_lineno
        there = sum((snippet.path, n) in built.shown for n in range(first, last + 1))
        lines = last + 1 - first
        fate = "whole" if there == lines else f"{there} of {lines} lines" if there else "no room"
        parts = ", ".join(
            f"{name} {value:+.2f}" for name, value in snippet.contributions if abs(value) > _TELLING
        )
        place = f"{snippet.path}:{first}-{last}"
        told = f"{snippet.score:7.2f}  {fate:>16}  {place}  {snippet.function}  {snippet.reason}"
        print(f"{told}\n{'':27}{parts}", file=sys.stderr)


def _copy(text: str) -> None:
    from crimescene import clipboard

    say(f"{clipboard.copy(text)}.")


# --------------------------------------------------------------------------- parse


def parse(options: argparse.Namespace) -> int:
    """Print what the traces in a text hold."""
    from crimescene.cli.parsing import parse as answer

    return answer(options)


# --------------------------------------------------------------------------- callers and demo


def callers(options: argparse.Namespace) -> int:
    """Print who calls the function at a line."""
    analysis = analysis_of(options)
    path, lineno = options.place
    with progress("looking for callers"):
        found = analysis.callers(
            path_of(path, analysis, options), lineno, options.depth, seconds=options.seconds or None
        )
    plain = found.to_json()
    if options.json:
        print(json.dumps(plain, ensure_ascii=False))
    else:
        lines = [_call_line(call) for call in plain]
        print("\n".join(dict.fromkeys(lines)), end="\n" if lines else "")  # two calls in a line are one line
    if found.not_examined:
        bound = f"{options.seconds:g} seconds were over (--seconds 0 lifts the bound)"
        say(f"not examined: {found.not_examined:,} files, the nearest came first: {bound}.")
    if not plain:
        say("no caller found.")
    return DONE if plain else REFUSED


def _call_line(call: dict[str, Any]) -> str:
    """One call for people: what lies further away is indented and says whom it calls."""
    line = f"{'  ' * (call['depth'] - 1)}{call['path']}:{call['line']}  {call['function']}"
    reached = f" calls {call['callee']}" if call["depth"] > 1 else ""
    return f"{line}{reached}  ({call['certainty']}: {call['reason']})"


def demo(options: argparse.Namespace) -> int:
    """Print the prompt of a failure that really happens, in a repository made for it."""
    from crimescene import demo as demonstration

    built = demonstration.show(say, keep=options.keep)
    show(built.text)
    say(f"{built.tokens:,} tokens. In your own project: crimescene run -- before the command that fails.")
    if options.copy:
        _copy(built.text)
    return DONE


def lsp(options: argparse.Namespace) -> int:
    """Serve one editor until it leaves."""
    from crimescene import lsp as server

    if options.tcp is None and sys.stdin is not None and sys.stdin.isatty():
        raise UserError(
            "An editor starts this and speaks to it on the standard streams; see docs/editors.md."
        )
    return server.serve(options.tcp)


def shape(options: argparse.Namespace) -> int:
    """Print where what is produced stops matching what is read."""
    from crimescene.cli.shapes import shape as answer

    return answer(options)


def logs(options: argparse.Namespace) -> int:
    """Suggest, insert, read, remove or check log statements."""
    from crimescene.cli.logs import logs as answer

    return answer(options)


def mcp(options: argparse.Namespace) -> int:
    """Serve one agent until it leaves."""
    from crimescene import mcp as server

    if sys.stdin is not None and sys.stdin.isatty():
        raise UserError("An agent starts this and speaks to it on the standard streams; see docs/agents.md.")
    return server.serve(root_of(options))


def _shown(path: Path) -> str:
    """A path as one would type it here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def completion(options: argparse.Namespace) -> int:
    """Print a shell's completion."""
    from crimescene.cli.completion import script

    sys.stdout.write(script(options.shell))
    return DONE


HANDLERS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": run,
    "prompt": prompt,
    "parse": parse,
    "callers": callers,
    "demo": demo,
    "lsp": lsp,
    "mcp": mcp,
    "completion": completion,
    "logs": logs,
    "shape": shape,
    "review": lambda options: case_commands.review(options, analysis_of(options)),
    "case": lambda options: case_commands.case(options, analysis_of(options)),
}
