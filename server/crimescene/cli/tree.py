"""The command line as data: every command with its options, for completion, the manual and the reference.

It is read off the parser itself, so whatever ``--help`` says is what these say.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.cli.arguments import COMMANDS, parser

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES = {"ANSWER", "FILE", "FILE:FUNCTION", "FILE:LINE", "EXPR|FILE:LINE", "LOG", "TRACE"}
_FOLDERS = {"DIR"}


@dataclass(frozen=True, slots=True)
class Argument:
    """An option, or what stands in its place in the order of words."""

    names: tuple[str, ...]
    """Of an option: ``--copy``; none for an operand."""
    value: str
    """What the help calls its value; empty where it takes none."""
    choices: tuple[str, ...]
    summary: str
    several: bool
    """That more than one value may follow."""
    repeats: bool
    """That it may be given again, or takes several."""
    required: bool
    """Of an operand: that it must be given."""

    @property
    def shown(self) -> str:
        """Its value as a synopsis has it."""
        return f"{self.value} ..." if self.several else self.value

    @property
    def wants(self) -> str:
        """What its value is: ``choice``, ``file``, ``folder``, ``command``, ``text``, or nothing."""
        if self.choices:
            return "choice"
        if self.value.endswith("CMD ..."):
            return "command"
        kinds = {**dict.fromkeys(_FILES, "file"), **dict.fromkeys(_FOLDERS, "folder"), "": ""}
        return kinds.get(self.value, "text")


@dataclass(frozen=True, slots=True)
class Command:
    """One command, or the whole program."""

    words: tuple[str, ...]
    """What is typed: ``crimescene``, ``logs``, ``insert``."""
    summary: str
    description: str
    epilog: str
    options: tuple[Argument, ...]
    operands: tuple[Argument, ...]
    commands: tuple[Command, ...]

    @property
    def name(self) -> str:
        """Its last word."""
        return self.words[-1]

    @property
    def synopsis(self) -> str:
        """How it is typed, on one line."""
        parts = [*self.words, "[OPTIONS]" if len(self.options) > 1 else ""]
        for operand in self.operands:
            needed = operand.required or operand.wants == "command"
            parts.append(operand.shown if needed else f"[{operand.shown}]")
        parts.append("COMMAND ..." if self.commands else "")
        return " ".join(part for part in parts if part)

    def walk(self) -> Iterator[Command]:
        """It and all below it, in the order of the help."""
        yield self
        for command in self.commands:
            yield from command.walk()


def tree() -> Command:
    """The whole command line."""
    return _command(
        parser(tuple(COMMANDS)), ("crimescene",), "turn a failing stack trace into a debug prompt"
    )


def _command(parsed: argparse.ArgumentParser, words: tuple[str, ...], summary: str) -> Command:
    options, operands, below = [], [], []
    for action in parsed._actions:  # noqa: SLF001 -- argparse has no other way to list what it was told
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 -- likewise
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001 -- likewise
            below = [_command(sub, (*words, name), helps[name]) for name, sub in action.choices.items()]
        elif action.option_strings:
            options.append(_argument(action))
        else:
            operands.append(_argument(action))
    return Command(
        words=words,
        summary=summary,
        description=(parsed.description or "").strip(),
        epilog=(parsed.epilog or "").rstrip(),
        options=tuple(options),
        operands=tuple(operands),
        commands=tuple(below),
    )


def _argument(action: argparse.Action) -> Argument:
    choices = tuple(str(choice) for choice in action.choices or ())
    takes = action.nargs != 0
    value = action.metavar if isinstance(action.metavar, str) else ""
    return Argument(
        names=tuple(action.option_strings),
        value=(value or "{" + ",".join(choices) + "}") if takes else "",
        choices=choices if takes else (),
        summary=(action.help or "").replace("%%", "%"),
        several=action.nargs in ("*", "+"),
        repeats=action.nargs in ("*", "+") or isinstance(action, argparse._AppendAction),  # noqa: SLF001 -- see above
        required=action.nargs not in ("*", "?", argparse.REMAINDER),
    )
