"""``python -m crimescene`` and the ``crimescene`` script."""

from __future__ import annotations

import sys


def _leave_the_folder() -> None:
    """Take the current folder off the path of modules, where ``python -m`` puts it first.

    It is the workspace, and a ``json.py`` in there is not to be imported in place of Python's.
    """
    import os  # noqa: PLC0415 -- loaded by Python itself long before

    try:
        here = os.getcwd()  # noqa: PTH109 -- pathlib would be searched for in that very folder
    except OSError:
        return
    if sys.path and sys.path[0] in {"", here} and not getattr(sys.flags, "safe_path", False):
        del sys.path[0]


if __name__ == "__main__":
    _leave_the_folder()

from crimescene.cli import main  # noqa: E402 -- not before

if __name__ == "__main__":
    sys.exit(main())
