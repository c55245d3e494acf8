"""The manual page, written from the parser's own tree.

``python -m crimescene.cli.manual > docs/crimescene.1``; a test keeps the two in step.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from crimescene import __version__
from crimescene.cli.tree import tree

if TYPE_CHECKING:
    from crimescene.cli.tree import Argument, Command

_ENVIRONMENT = {
    "CRIMESCENE_DEBUG": "With 1, a fault of Crimescene shows its traceback, and servers say more on stderr.",
}
_FILES = {
    ".crimescene/": "At the root of a project: its cases, with traces and prompts. It ignores itself in git.",
    "crimescene.toml, pyproject.toml": "At the root of a project: settings for everybody who works on it.",
}


def page() -> str:
    """The page in roff, with the man macros."""
    top = tree()
    lines = [
        f'.TH CRIMESCENE 1 "" "crimescene {__version__}" "User commands"',
        ".SH NAME",
        _text(f"crimescene - {top.summary}"),
        ".SH SYNOPSIS",
        *_synopsis(top),
        ".SH DESCRIPTION",
        _text(_joined(top.description)),
        *_options(top),
        ".SH COMMANDS",
    ]
    for command in top.walk():
        if command is not top:
            lines += _command(command)
    parts = dict(_parts(top.epilog))
    lines += [".SH EXIT STATUS", *_literal(parts.get("exit codes", ""))]
    lines += [".SH ENVIRONMENT", *_table(_ENVIRONMENT), ".SH FILES", *_table(_FILES)]
    lines += [".SH EXAMPLES", *_literal(parts.get("examples", "")), ".SH SEE ALSO", ".BR git (1)"]
    return "\n".join(lines) + "\n"


def _command(command: Command) -> list[str]:
    lines = [f".SS {_text(' '.join(command.words[1:]))}", *_synopsis(command)]
    lines += [".PP", _text(_joined(command.description or command.summary))]
    for operand in command.operands:
        if operand.summary:
            lines += [".TP", f"\\fI{_text(operand.shown)}\\fR", _text(operand.summary)]
    lines += _options(command)
    for heading, text in _parts(command.epilog):
        lines += [".PP", _text(f"{heading[:1].upper()}{heading[1:]}:"), *_literal(text)]
    return lines


def _synopsis(command: Command) -> list[str]:
    return [
        ".nf",
        f"\\fB{_text(' '.join(command.words))}\\fR{_text(command.synopsis[len(' '.join(command.words)) :])}",
        ".fi",
    ]


def _options(command: Command) -> list[str]:
    lines = []
    for option in command.options:
        if "--help" not in option.names:
            lines += [".TP", _option(option), _text(option.summary)]
    return lines


def _option(option: Argument) -> str:
    names = ", ".join(f"\\fB{_text(name)}\\fR" for name in option.names)
    return f"{names} \\fI{_text(option.shown)}\\fR" if option.value else names


def _parts(epilog: str) -> list[tuple[str, str]]:
    """The headed parts of an epilog: heading and lines."""
    found: list[tuple[str, list[str]]] = []
    for line in epilog.splitlines():
        if line and not line.startswith(" "):
            found.append((line.rstrip(":"), []))
        elif found:
            found[-1][1].append(line.removeprefix("  "))
    return [(heading, "\n".join(lines).strip("\n")) for heading, lines in found]


def _table(rows: dict[str, str]) -> list[str]:
    return [line for name, what in rows.items() for line in (".TP", f"\\fB{_text(name)}\\fR", _text(what))]


def _literal(text: str) -> list[str]:
    return [".PP", ".RS", ".nf", *(_text(line) for line in text.splitlines()), ".fi", ".RE"]


def _joined(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    """Words as roff reads them: a dash is one to type, and no line begins like a request."""
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{safe}" if safe[:1] in {".", "'"} else safe


if __name__ == "__main__":
    sys.stdout.write(page())
