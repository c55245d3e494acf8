"""The words of the command line, and a help worth reading."""

from __future__ import annotations

import argparse
import re

from crimescene import __version__
from crimescene.settings import BUDGET, STYLES

_OVERVIEW = """\
Crimescene turns a failing stack trace into a complete debug prompt: the whole
error, the functions on its chain with their callers and helpers, the recent
changes that meet them, expected and actual behavior. Everything stays on this
machine; paste the prompt into any assistant.
"""

_EXAMPLES = """\
examples:
  crimescene run -- pytest -x              run the tests; if they fail, save the prompt
  crimescene run --copy -- npm test        the same, and put it on the clipboard
  crimescene prompt trace.log              the prompt for the newest failure in a log
  kubectl logs api | crimescene prompt -   the same from a pipe
  crimescene prompt --at src/cart.ts:42 --note "total is one cent off"
  crimescene demo                          see it work on a small failing project

exit codes:
  0  done
  1  a fault of Crimescene itself (CRIMESCENE_DEBUG=1 shows where)
  2  wrong usage, something only you can put right, or nothing found
  run keeps the exit code of its command (128 + n if signal n ended it,
  127 not found, 126 not executable)
"""

_PROMPT = """\
Build the debug prompt for the newest failure in TRACE (a file, or - for stdin),
for one line of code (--at), or for a chain of files that a value travels through
(--chain). The prompt goes to stdout, one summary line to stderr, and a copy into
.crimescene/ at the root.
"""

_PROMPT_EXAMPLES = """\
examples:
  crimescene prompt trace.log --expected "the empty state" --since 3d
  crimescene prompt --chain api/orders.ts hooks/useOrders.ts components/OrderTable.tsx \\
      --note "right in the response, wrong on screen" --suspect hooks/useOrders.ts:12
  crimescene prompt trace.log --style mentions   for assistants that read files themselves
"""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "": 3600, "d": 86400, "w": 604800}


def duration(text: str) -> float:
    """Seconds in ``90m``, ``24h``, ``3d``, ``2w``; a bare number means hours."""
    if match := _DURATION.fullmatch(text.strip().lower()):
        return float(match[1]) * _SECONDS[match[2]]
    raise argparse.ArgumentTypeError(f"{text!r} is no span of time such as 90m, 24h, 3d or 2w")


def place(text: str) -> tuple[str, int]:
    """``FILE:LINE``, with or without a column after it."""
    if match := re.fullmatch(r"(.+?):(\d+)(?::\d+)?", text):
        return match[1], int(match[2])
    raise argparse.ArgumentTypeError(f"{text!r} is no FILE:LINE such as src/cart.ts:42")


def tokens(text: str) -> int:
    """A positive number of tokens, ``6000`` or ``6k``."""
    if (match := re.fullmatch(r"(\d+)(k?)", text.strip().lower())) and int(match[1]):
        return int(match[1]) * (1000 if match[2] else 1)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of tokens such as 6000 or 6k")


def depth(text: str) -> int:
    """How many calls to follow outwards: at least one."""
    if text.isdecimal() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no depth such as 1 or 3")


def parser() -> argparse.ArgumentParser:
    """Everything that can be typed; ``command`` of the result names the handler."""
    top = argparse.ArgumentParser(
        prog="crimescene",
        description=_OVERVIEW,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"crimescene {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    _add_run(commands)
    _add_prompt(commands)
    _add_parse(commands)
    _add_callers(commands)
    _add_demo(commands)
    return top


_Commands = argparse._SubParsersAction  # noqa: SLF001 -- argparse has no public name for it


def _command(
    commands: _Commands[argparse.ArgumentParser],
    name: str,
    summary: str,
    description: str,
    examples: str = "",
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _root(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--root", metavar="DIR", help="top folder of the project (default: the git repository around you)"
    )


def _building(command: argparse.ArgumentParser) -> None:
    """Options of every command that builds a prompt."""
    _root(command)
    command.add_argument(
        "--budget",
        type=tokens,
        default=BUDGET,
        metavar="TOKENS",
        help=f"length of the prompt, at most; a token is 4 characters (default: {BUDGET})",
    )
    command.add_argument(
        "--style",
        choices=STYLES,
        default=STYLES[0],
        help="full: code inline; mentions: @file (lines a-b) instead; json: the data (default: full)",
    )
    command.add_argument("--note", default="", metavar="TEXT", help="what you did and saw, verbatim")
    command.add_argument(
        "--suspect",
        action="append",
        default=[],
        metavar="EXPR|FILE:LINE",
        help="what you suspect, labelled as unproven; may be repeated",
    )
    command.add_argument("--expected", default="", metavar="TEXT", help="what should have happened")
    command.add_argument("--actual", default="", metavar="TEXT", help="what happened instead")
    command.add_argument(
        "--since",
        type=duration,
        metavar="TIME",
        help="how far back a change is recent: 90m, 24h, 3d, 2w (default: 24h)",
    )
    command.add_argument("--copy", action="store_true", help="put the prompt on the clipboard")


def _add_run(commands: _Commands[argparse.ArgumentParser]) -> None:
    run = _command(
        commands,
        "run",
        "run a command; if it fails, build the prompt",
        "Run a command as if typed by itself: same output, same exit code, colors and Ctrl-C included.\n"
        "If it fails, its output becomes a debug prompt, saved in .crimescene/ at the root.\n",
        "examples:\n  crimescene run -- pytest -x tests/\n  crimescene run --copy -- go test ./...\n",
    )
    _building(run)
    run.add_argument("words", nargs=argparse.REMAINDER, metavar="-- CMD ...", help="the command to run")


def _add_prompt(commands: _Commands[argparse.ArgumentParser]) -> None:
    prompt = _command(commands, "prompt", "build the debug prompt", _PROMPT, _PROMPT_EXAMPLES)
    prompt.add_argument("source", nargs="?", metavar="TRACE", help="file that holds the failure, - for stdin")
    prompt.add_argument("--trace", metavar="TRACE", help="the same, as an option")
    prompt.add_argument("--at", type=place, metavar="FILE:LINE", help="no trace: start from this line")
    prompt.add_argument(
        "--chain", nargs="+", metavar="FILE", help="no trace: start from these files, in the data's order"
    )
    _building(prompt)
    prompt.add_argument(
        "--explain", action="store_true", help="say on stderr why each piece of code is in it"
    )


def _add_parse(commands: _Commands[argparse.ArgumentParser]) -> None:
    parse = _command(
        commands,
        "parse",
        "list the errors and frames found in a text",
        "List the errors and frames of every stack trace in a text, in the order of the text.\n",
        "examples:\n  crimescene parse build.log\n  docker logs web 2>&1 | crimescene parse --json\n",
    )
    parse.add_argument("source", nargs="?", default="-", metavar="FILE", help="what to read (default: stdin)")
    form = parse.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument(
        "--batch",
        action="store_true",
        help='a JSON object {"id", "text"} a line in, one {"id", ...} a line out, each at once',
    )


def _add_callers(commands: _Commands[argparse.ArgumentParser]) -> None:
    callers = _command(
        commands,
        "callers",
        "list who calls a function",
        "List the calls of the function that holds FILE:LINE, the surest first.\n",
        "examples:\n  crimescene callers src/cart.py:42\n  crimescene callers --depth 2 src/cart.ts:7\n",
    )
    callers.add_argument("place", type=place, metavar="FILE:LINE", help="a line inside the function")
    _root(callers)
    callers.add_argument("--json", action="store_true", help="one JSON list")
    callers.add_argument("--depth", type=depth, default=1, metavar="N", help="follow callers of callers")


def _add_demo(commands: _Commands[argparse.ArgumentParser]) -> None:
    demo = _command(
        commands,
        "demo",
        "see it work on a small failing project",
        "Make a small git repository with a failing test in a temporary folder, run the test,\n"
        "and print the prompt that its failure gives.\n",
    )
    demo.add_argument("--keep", action="store_true", help="leave the repository there and say where")
    demo.add_argument("--copy", action="store_true", help="put the prompt on the clipboard")
