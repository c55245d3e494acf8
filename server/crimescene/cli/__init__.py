"""The command line. One guard for all commands: no traceback of ours reaches a user."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from crimescene.cli import console

if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130
_BROKEN_PIPE = 141
"""What a shell reports for a program that SIGINT or SIGPIPE ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (documented in ``--help``)."""
    console.speak_utf8()
    try:
        with console.guarded() as guard:
            guard.code = _dispatch(arguments)
            sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more at exit and would complain about the pipe then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return guard.code


def _dispatch(arguments: Sequence[str] | None) -> int:
    from crimescene.cli.arguments import parser

    words = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    options = parser(words).parse_args(words)

    from crimescene.cli import commands

    return commands.HANDLERS[options.command](options)
