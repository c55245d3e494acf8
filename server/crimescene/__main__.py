"""``python -m crimescene`` and the ``crimescene`` script."""

from __future__ import annotations

import sys

from crimescene.cli import main

if __name__ == "__main__":
    sys.exit(main())
