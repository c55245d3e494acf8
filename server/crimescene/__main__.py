"""``python -m crimescene`` and the ``crimescene`` script."""

from __future__ import annotations

# Built in, or loaded by Python itself long before: none of them is searched for in the current folder.
import gc
import os
import sys


def _leave_the_folder() -> None:
    """Take the current folder off the path of modules, where ``python -m`` puts it first.

    It is the workspace, and a ``json.py`` in there is not to be imported in place of Python's.
    """
    try:
        here = os.getcwd()  # noqa: PTH109 -- pathlib would be searched for in that very folder
    except OSError:
        return
    if sys.path and sys.path[0] in {"", here} and not getattr(sys.flags, "safe_path", False):
        del sys.path[0]


if __name__ == "__main__":
    _leave_the_folder()

from crimescene.cli import main  # noqa: E402 -- not before

_GARBAGE = 50_000
"""New objects before Python looks for cycles: a twentieth of the time, and one command makes few of them."""


def run() -> None:
    """Run one command and end the process, without taking down what the system frees at once anyway.

    Freeing every syntax tree and outline one by one takes a tenth of the time of a prompt.
    """
    gc.set_threshold(_GARBAGE, 50, 50)
    code = main()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):  # full, or closed by whoever started us: it was said before, if at all
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    run()
