"""The pages of the reference, written from the code; ``test_reference.py`` keeps them in step."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crimescene.cli.tree import Argument, Command, tree
from crimescene.languages import LANGUAGES, described, language
from crimescene.lsp.start import build
from crimescene.traces import FORMATS

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
_MADE = "<!-- Written by: pytest tests/test_reference.py --update -->\n"

_COMMANDS = """\
Each works through `workspace/executeCommand`; what it has to say it says with standard messages. What the
arguments are stands in [Editors](../editors.md) and [Log points](../logging.md)."""
_LANGUAGES = """\
In each of these the functions of a trace are found, with their callers. *Installed*: whether its grammar
comes with Crimescene or with the extra `all-languages`. *Values*: whether values are followed, for
[log points](../logging.md). [Add one](../languages.md)."""
_FORMATS = """\
In the order in which they are tried: the most specific first. All of them are read through log prefixes,
colors, JSON and what CI pages put around a line. [Add one](../formats.md)."""


def row(*cells: str) -> str:
    """A row of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A whole table."""
    return "\n".join([row(*head), row(*["---"] * len(head)), *(row(*cells) for cells in rows)])


# --------------------------------------------------------------------------- command line


def cli() -> str:
    """Every command and option, as ``--help`` has them."""
    parts = [
        "# Command line",
        "`crimescene COMMAND --help` says the same in a terminal, and so does `man crimescene`.",
        *(_command(command) for command in tree().walk()),
    ]
    return "\n\n".join(parts)


def _command(command: Command) -> str:
    parts = [f"{'#' * (1 + min(len(command.words), 2))} {' '.join(command.words)}"]
    parts += [f"```text\n{command.synopsis}\n```", _escaped(command.description or command.summary)]
    arguments = [
        (_names(argument), _escaped(argument.summary))
        for argument in (*command.operands, *command.options)
        if "--help" not in argument.names and argument.summary
    ]
    if arguments:
        parts.append(table(("argument", "what it is"), arguments))
    if command.epilog:
        parts.append(f"```text\n{command.epilog.strip()}\n```")
    return "\n\n".join(parts)


def _names(argument: Argument) -> str:
    names = ", ".join(f"`{name}`" for name in argument.names)
    return f"{names} `{argument.shown}`".strip() if argument.value else names


def _escaped(text: str) -> str:
    """Words of a terminal as words of Markdown."""
    return re.sub(r"([<>*_])", r"\\\1", " ".join(text.split()))


# --------------------------------------------------------------------------- editors and agents


def commands() -> str:
    """What a language client can call, and what else the server answers."""
    server = build()
    rows = [(f"`{name}`", _first(called)) for name, called in sorted(server.protocol.fm.commands.items())]
    features = sorted(name for name in server.protocol.fm.features if not name.startswith("$/"))
    own = [name for name in features if name.startswith("crimescene/")]
    standard = [name for name in features if not name.startswith("crimescene/")]
    parts = [
        "# Editor commands",
        _COMMANDS,
        table(("command", "what it does"), rows),
        "## Requests and notifications",
        "Of the Language Server Protocol: " + ", ".join(f"`{name}`" for name in standard) + ".",
    ]
    if own:
        parts.append(
            "For clients that show other texts than documents: " + ", ".join(f"`{n}`" for n in own) + "."
        )
    return "\n\n".join(parts)


def _first(called: Callable[..., Any]) -> str:
    return _escaped((called.__doc__ or "").strip().partition("\n\n")[0])


def tools() -> str:
    """What an MCP client is told of each tool."""
    from crimescene.mcp.server import build as serve  # noqa: PLC0415 -- an extra, which may not be there

    parts = [
        "# Agents' tools",
        "The server's own descriptions, as a client reads them. How to start it: [Agents](../agents.md).",
    ]
    for tool in asyncio.run(serve(ROOT).list_tools()):
        hints = tool.annotations
        changes = "Reads only." if hints and hints.read_only_hint else "Keeps something, or changes files."
        names = ", ".join(f"`{name}`" for name in tool.input_schema["properties"])
        parts += [f"## {tool.name}", f"{changes} Arguments: {names or 'none'}."]
        parts += [_escaped(paragraph) for paragraph in (tool.description or "").split("\n\n")]
    return "\n\n".join(parts)


# --------------------------------------------------------------------------- languages and formats


def languages() -> str:
    """Whose source code is understood, and how far."""
    core = (
        (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[project.optional-dependencies]")[0]
    )
    rows = []
    for name in LANGUAGES:
        known = language(name)
        extensions = " ".join(f"`{e}`" for e in known.extensions) or "inside of others"
        installed = "yes" if f'"{known.package}>' in core else "`all-languages`"
        rows.append((known.name, extensions, installed, "yes" if described(name, "flow") else ""))
    return "\n\n".join(
        [
            "# Languages",
            _LANGUAGES,
            table(("language", "files", "installed", "values"), rows),
        ]
    )


def formats() -> str:
    """Whose output is understood."""
    rows = []
    for form in FORMATS:
        said = sys.modules[form.read.__module__].__doc__ or ""
        rows.append((f"`{form.name}`", said.strip().partition("\n\n")[0].replace("``", "`")))
    return "\n\n".join(
        [
            "# Trace formats",
            _FORMATS,
            table(("format", "what prints it"), rows),
        ]
    )


PAGES: dict[str, Callable[[], str]] = {
    "cli": cli,
    "commands": commands,
    "tools": tools,
    "languages": languages,
    "formats": formats,
}


def page(name: str) -> str:
    """One page, whole."""
    return f"{_MADE}\n{PAGES[name]()}\n"
