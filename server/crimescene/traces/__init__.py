"""Traces in any text: ``parse(text)`` finds what runtimes, test runners and compilers printed.

A format is one module of this package with a ``FORMAT``; nothing else has to know it.
Formats see cleaned documents (see ``cleaning``) and claim lines, the specific ones first.
Linear in the size of the text; never raises.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
from typing import TYPE_CHECKING

from crimescene.traces.answer import ending, errors, frames, to_json
from crimescene.traces.cleaning import documents
from crimescene.traces.document import Format
from crimescene.traces.rest import without_claimed

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.model import Trace

__all__ = ["FORMATS", "StoppedError", "ending", "errors", "frames", "parse", "to_json"]


def _discover() -> tuple[Format, ...]:
    found = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if isinstance(getattr(module, "FORMAT", None), Format):
            found.append(module.FORMAT)
    return tuple(sorted(found, key=lambda f: (f.rank, f.name)))


FORMATS = _discover()
"""Every format, most specific first, generic links last."""


class StoppedError(Exception):
    """Nobody waits for the traces any more."""


def parse(text: str, stopped: Callable[[], bool] | None = None) -> list[Trace]:
    """The traces of ``text`` in its order; spans are UTF-8 byte offsets into it.

    Of a long text ``stopped`` is asked now and then; if it says so, ``StoppedError`` is raised.
    """
    # A hundred thousand frames and no cycle among them: looking for some takes a fifth of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _parse(text, stopped or _never)
    finally:
        if collects:
            gc.enable()


def _never() -> bool:
    return False


def _parse(text: str, stopped: Callable[[], bool]) -> list[Trace]:
    traces: list[Trace] = []
    for document in documents(text):
        left = document
        for form in FORMATS:
            if stopped():
                raise StoppedError
            if any(left.has(hint) for hint in form.hints):
                before = len(traces)
                traces.extend(form.read(left))
                if len(traces) > before:
                    left = without_claimed(left)
    traces.sort(key=lambda trace: trace.span)
    return traces
