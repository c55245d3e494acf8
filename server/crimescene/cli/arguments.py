"""The words of the command line, and a help worth reading."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from crimescene import __version__
from crimescene.cli import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def since(text: str) -> float:
    """Seconds in ``90m``, ``24h``, ``3d``, ``2w``, as the setting reads it."""
    from crimescene.settings import read

    try:
        seconds: float = read("since", text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not {error}") from error
    return seconds


def words_of(path: str) -> str:
    """What a file holds, read before anything is done with it."""
    from crimescene.cli.reading import read_text
    from crimescene.model import UserError

    try:
        return read_text(path)
    except UserError as error:
        raise argparse.ArgumentTypeError(str(error).partition(";")[0]) from error


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


def port(text: str) -> int:
    """A TCP port."""
    if text.isdecimal() and 0 < int(text) < 65_536:  # noqa: PLR2004 -- ports are 16 bits
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to 65535")


def depth(text: str) -> int:
    """How many calls to follow outwards: at least one."""
    if text.isdecimal() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no depth such as 1 or 3")


def seconds(text: str) -> float:
    """How long something may take: a number that is not negative."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
        return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds such as 5 or 0.5")


def parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Everything that can be typed; ``command`` of the result names the handler.

    Only a command named in ``arguments`` gets its options, which take time to load.
    """
    top = argparse.ArgumentParser(
        prog="crimescene",
        description=words.OVERVIEW,
        epilog=words.EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"crimescene {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for name, (summary, description, examples, fill) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=description,
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name in arguments:
            fill(command)
    return top


def _root(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--root", metavar="DIR", help="top folder of the project (default: the git repository around you)"
    )


def _building(command: argparse.ArgumentParser) -> None:
    """Options of every command that builds a prompt."""
    from crimescene.settings import BUDGET, SECTIONS, STYLES

    _root(command)
    command.add_argument(
        "--budget",
        type=tokens,
        metavar="TOKENS",
        help=f"length of the prompt, at most; a token is 4 characters (default: {BUDGET})",
    )
    command.add_argument(
        "--style",
        choices=STYLES,
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
    command.add_argument(
        "--expected", metavar="TEXT", help='what should have happened; "" takes an answer of before back'
    )
    command.add_argument("--actual", metavar="TEXT", help="what happened instead; likewise")
    command.add_argument(
        "--since",
        type=since,
        metavar="TIME",
        help="how far back a change is recent: 90m, 24h, 3d, 2w (default: 24h)",
    )
    command.add_argument(
        "--hide",
        "--without",
        action="append",
        default=[],
        choices=SECTIONS,
        metavar="SECTION",
        help=f"leave a section out; may be repeated: {', '.join(SECTIONS)}",
    )
    command.add_argument(
        "--closing",
        type=words_of,
        metavar="FILE",
        help='your own words, or a template, for the last section, "What I need"',
    )
    command.add_argument("--copy", action="store_true", help="put the prompt on the clipboard")


def _run(command: argparse.ArgumentParser) -> None:
    _building(command)
    command.add_argument("--output", metavar="FILE", help="write the prompt of a failure to FILE as well")
    command.add_argument("words", nargs=argparse.REMAINDER, metavar="-- CMD ...", help="the command to run")


def _prompt(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "source", nargs="?", metavar="TRACE", help="file that holds the failure, - for stdin"
    )
    command.add_argument("--trace", metavar="TRACE", help="the same, as an option")
    command.add_argument("--at", type=place, metavar="FILE:LINE", help="no trace: start from this line")
    command.add_argument(
        "--chain", nargs="+", metavar="FILE", help="no trace: start from these files, in the data's order"
    )
    _building(command)
    command.add_argument(
        "--explain", action="store_true", help="say on stderr why each piece of code is in it"
    )


def _parse(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "source", nargs="?", default="-", metavar="FILE", help="what to read (default: stdin)"
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument(
        "--batch",
        action="store_true",
        help='a JSON object {"id", "text"} a line in, one {"id", ...} a line out, each at once',
    )


def _callers(command: argparse.ArgumentParser) -> None:
    command.add_argument("place", type=place, metavar="FILE:LINE", help="a line inside the function")
    _root(command)
    command.add_argument("--json", action="store_true", help="one JSON list, with score 3 (exact) to 0")
    command.add_argument("--depth", type=depth, default=1, metavar="N", help="follow callers of callers")
    until = "end after so many seconds, nearest files first; 0: when every file was examined (default: 5)"
    command.add_argument("--seconds", type=seconds, default=5.0, metavar="N", help=until)


def _shape(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="*", metavar="FILE", help="files that the data travels through")
    start = command.add_mutually_exclusive_group()
    start.add_argument("--at", type=place, metavar="FILE:LINE", help="what passes the function at this line")
    start.add_argument(
        "--trace", metavar="TRACE", help="what the failure in this file (- is stdin) comes from"
    )
    _root(command)
    log = "put log statements where the shapes in question show; crimescene logs read tells them"
    command.add_argument("--log", action="store_true", help=log)
    command.add_argument("--json", action="store_true", help="print JSON")


def _logs(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    helps = {
        "suggest": "print the plan: where to log, and why there",
        "insert": "put the log statements of the plan into the files",
        "read": "the trail of the value, from a log or the trail file",
        "refine": "the next round: log points between the last good and the first bad value",
        "remove": "take every log statement out again, to the byte",
        "check": "name the lines that still hold one (exit code 2 if any)",
    }
    for name, text in helps.items():
        verb = verbs.add_parser(name, help=text, description=text)
        _root(verb)
        if name in ("suggest", "insert"):
            verb.add_argument("expression", nargs="?", metavar="EXPRESSION", help="such as order.status")
            verb.add_argument(
                "places",
                nargs="*",
                metavar="FILE:FUNCTION",
                help="where the value comes from, where it arrives",
            )
            verb.add_argument(
                "--trace", metavar="TRACE", help="backward from the failure in a file, - for stdin"
            )
            verb.add_argument("--budget", type=depth, default=12, metavar="N", help="points at most (12)")
        if name == "suggest":
            verb.add_argument("--json", action="store_true", help="one JSON object")
        if name in ("insert", "refine"):
            verb.add_argument(
                "--sink", choices=("file", "stderr", "logger"), default="stderr", help="where the values go"
            )
        if name == "refine":
            verb.add_argument("--budget", type=depth, default=12, metavar="N", help="points at most (12)")
        if name in ("read", "refine"):
            verb.add_argument("source", nargs="?", metavar="LOG", help="a log, - for stdin")
        if name in ("remove", "check"):
            verb.add_argument("files", nargs="*", metavar="FILE", help="only these files (default: all)")


def _review(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", nargs="?", default="", metavar="ANSWER", help="its file, - for stdin")
    _root(command)
    command.add_argument(
        "--changes", action="store_true", help="instead of an answer, what you changed since the failure"
    )
    command.add_argument(
        "--case", dest="key", default="", metavar="KEY", help="of which case (default: the newest)"
    )
    command.add_argument("--json", action="store_true", help="one JSON object")


def _case(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION", title="actions")
    for name, summary in (
        ("list", "every case, the one seen last first"),
        ("show", "the runs and attempts of a case"),
        ("attempt", "note what is tried; the next run fills in what came of it"),
        ("export", "print a whole case, secrets masked"),
        ("close", "close a case that is solved, or left"),
    ):
        action = actions.add_parser(name, help=summary, description=f"{summary[:1].upper()}{summary[1:]}.")
        _root(action)
        if name != "list":
            action.add_argument("key", nargs="?", default="", metavar="KEY", help="how its key begins")
        if name in ("list", "show", "export"):
            action.add_argument("--json", action="store_true", help="JSON")
        if name == "close":
            action.add_argument("--reopen", action="store_true", help="open it again")
        if name == "attempt":
            _tried(action)


def _tried(action: argparse.ArgumentParser) -> None:
    for option, variable, text in (
        ("--hypothesis", "TEXT", "what is thought to be the cause"),
        ("--diff", "FILE", "the change, - for stdin (default: the work tree's)"),
        ("--result", "TEXT", "what came of it, if it was run"),
        ("--verdict", "TEXT", "what you think of it"),
        ("--ruled-out", "TEXT", "what it rules out, and by what"),
    ):
        action.add_argument(option, default="", metavar=variable, help=text)


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--keep", action="store_true", help="leave the repository there and say where")
    command.add_argument("--copy", action="store_true", help="put the prompt on the clipboard")


def _lsp(command: argparse.ArgumentParser) -> None:
    command.add_argument("--stdio", action="store_true", help="speak on the standard streams (the default)")
    command.add_argument(
        "--tcp", type=port, metavar="PORT", help="wait for one editor on a local port: for development"
    )


def _completion(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", choices=("bash", "zsh", "fish"), help="which shell")


def _mcp(command: argparse.ArgumentParser) -> None:
    _root(command)


COMMANDS: dict[str, tuple[str, str, str, Callable[[argparse.ArgumentParser], None]]] = {
    "run": (
        "run a command; if it fails, build the prompt",
        words.RUN,
        "examples:\n  crimescene run -- pytest -x tests/\n  crimescene run --copy -- go test ./...\n",
        _run,
    ),
    "prompt": ("build the debug prompt", words.PROMPT, words.PROMPT_EXAMPLES, _prompt),
    "parse": (
        "list the errors and frames found in a text",
        "List the errors and frames of every stack trace in a text, in the order of the text.\n",
        "examples:\n  crimescene parse build.log\n  docker logs web 2>&1 | crimescene parse --json\n",
        _parse,
    ),
    "callers": (
        "list who calls a function",
        words.CALLERS,
        "examples:\n  crimescene callers src/cart.py:42\n  crimescene callers --depth 2 src/cart.ts:7\n",
        _callers,
    ),
    "logs": (
        "follow a value through the running program",
        words.LOGS,
        words.LOGS_EXAMPLES,
        _logs,
    ),
    "shape": (
        "find where what is produced stops matching what is read",
        words.SHAPE,
        "examples:\n  crimescene shape\n  crimescene shape api/orders.ts components/OrderTable.tsx\n",
        _shape,
    ),
    "review": (
        "check an assistant's answer against the failure",
        words.REVIEW,
        "examples:\n  crimescene review answer.md\n  pbpaste | crimescene review -\n",
        _review,
    ),
    "case": (
        "what was tried on a bug, and what came of it",
        words.CASE,
        'examples:\n  crimescene case list\n  crimescene case attempt --hypothesis "the cache is stale"\n',
        _case,
    ),
    "demo": (
        "see it work on a small failing project",
        words.DEMO,
        "",
        _demo,
    ),
    "lsp": (
        "serve an editor (LSP)",
        "The language server. Editors start it; docs/editors.md has the configuration for each.\n",
        "",
        _lsp,
    ),
    "mcp": (
        "serve an agent (MCP)",
        "The server for agents, over stdio. They start it; docs/agents.md has their settings.\n",
        "",
        _mcp,
    ),
    "completion": (
        "teach a shell to complete these commands",
        words.COMPLETION,
        words.COMPLETION_EXAMPLES,
        _completion,
    ),
}
