"""``crimescene parse``: the errors and frames of a text, for people and for programs."""

from __future__ import annotations

import json
import sys
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from crimescene import traces
from crimescene.cli.commands import show
from crimescene.cli.console import DONE, REFUSED, progress, say
from crimescene.cli.reading import read_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from crimescene.model import Trace

_AT_ONCE = 500
"""Entries that are encoded together: one by one takes twice as long, all at once takes their memory."""


def parse(options: argparse.Namespace) -> int:
    """Print what the traces in a text hold."""
    if options.batch:
        return _batch()
    text = read_text(options.source)
    with progress("looking for stack traces"):
        found = traces.parse(text)
    if options.json:
        for piece in pieces(found):
            sys.stdout.write(piece)
        sys.stdout.write("\n")
    else:
        _show_clean("\n".join(line for trace in found for line in _listed(trace)))
    if not found:
        say("no stack trace found.")
    return DONE if found else REFUSED


def pieces(found: Sequence[Trace]) -> Iterator[str]:
    """The JSON of ``traces.to_json``, cleaned, never the whole of it in memory.

    A text of 20 MB gives an answer of as much, and its values take ten times that.
    """
    from crimescene.prompt.cleaning import strings_cleaned

    ending = traces.ending(found)
    said = _strings(chain(traces.errors(found), traces.frames(found), (ending["assertion"] or {},)))
    clean = strings_cleaned(said)
    yield '{"errors": ['
    yield from _encoded(traces.errors(found), clean)
    yield '], "frames": ['
    yield from _encoded(traces.frames(found), clean)
    yield "], " + _json(_cleaned(ending, clean))[1:]


def _strings(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        for value in entry.values():
            if type(value) is str:
                yield value


def _encoded(entries: Iterator[dict[str, Any]], clean: Callable[[str], str] | None) -> Iterator[str]:
    """The entries with commas between, some hundred at a time."""
    separator = ""
    while some := [_cleaned(entry, clean) for entry in islice(entries, _AT_ONCE)]:
        yield separator + _json(some)[1:-1]
        separator = ", "


def _cleaned(entry: dict[str, Any], clean: Callable[[str], str] | None) -> dict[str, Any]:
    if clean is None:
        return entry
    return {
        key: clean(value)
        if isinstance(value, str)
        else _cleaned(value, clean)
        if isinstance(value, dict)
        else value
        for key, value in entry.items()
    }


_json = json.JSONEncoder(ensure_ascii=False).encode


def _batch() -> int:
    """Answer each line at once, a line that is no request too: the other side counts lines."""
    from crimescene.prompt.cleaning import clean_data

    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        answer: dict[str, object]
        try:
            request = json.loads(line)
            name, text = request.get("id"), str(request["text"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            answer = {"id": None, "error": f"no object with a text: {error!r}"}
        else:
            answer = {"id": name, **clean_data(traces.to_json(text, traces.parse(text)))}
        sys.stdout.write(_json(answer) + "\n")
        sys.stdout.flush()
    return DONE


def _show_clean(text: str) -> None:
    """Print foreign text to what may be a terminal: nothing hidden, nothing it would obey, no secrets."""
    from crimescene.prompt import plain
    from crimescene.redact import redact

    if text:
        show(redact(plain.visible(text)).text)


def _listed(trace: Trace) -> Iterator[str]:
    for stack in trace.stacks:
        relation = "" if stack is trace.root else f"{stack.relation.value}: "
        head = f"{stack.exception or ''}: {stack.message}".strip(": ") or "(no message)"
        yield f"{relation}{head}"
        for frame in stack.frames:
            where = ":".join(
                str(part) for part in (frame.path, frame.lineno, frame.column) if part is not None
            )
            yield f"    {where or '?'}  {frame.function or ''}".rstrip()
        if stack.repeated:
            yield f"    ... {stack.repeated} more frames that repeat"
    for missing in trace.truncation:
        yield f"  {missing.missing}" + (f" (to get it: {missing.remedy})" if missing.remedy else "")
    yield ""
