"""``crimescene logs``: follow a value through the running program."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from crimescene.cli.console import DONE, REFUSED, say
from crimescene.cli.opening import analysis_of, path_of
from crimescene.cli.reading import read_text
from crimescene.model import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from crimescene.analysis import Analysis
    from crimescene.logged import Suggestion

SINK = ".crimescene/trail.log"
"""Where the values go with ``--sink file``, below the root."""


def logs(options: argparse.Namespace) -> int:
    """Do what was asked with log statements."""
    return _VERBS[options.verb](options)


def _suggest(options: argparse.Namespace) -> int:
    from crimescene.flow import markdown

    suggestion = _planned(options, analysis_of(options))
    plan = suggestion.plan
    if options.json:
        points = [
            {
                "id": p.id,
                "path": p.path,
                "line": p.lineno,
                "when": p.when,
                "expression": p.label,
                "why": p.why,
            }
            for p in plan.points
        ]
        print(json.dumps({"points": points, "notes": plan.notes}, indent=2))
    else:
        print(markdown(plan, _title(options)), end="")
    return DONE if plan.points else REFUSED


def _insert(options: argparse.Namespace) -> int:
    analysis = analysis_of(options)
    return _inserted(options, analysis, _planned(options, analysis))


def _inserted(options: argparse.Namespace, analysis: Analysis, suggestion: Suggestion) -> int:
    sink = str(analysis.trail_path()) if options.sink == "file" else ""
    if sink:
        analysis.make_trail()
    cid = secrets.token_hex(2)
    done = analysis.insert_logging(suggestion, cid=cid, sink=sink, logger=options.sink == "logger")
    for point in done.points:
        print(f"{point.id}  {point.path}:{point.lineno}  {point.label}  {point.why}")
    for sentence in (*done.skipped, *suggestion.plan.notes):
        say(sentence)
    where = sink or ("the files' own loggers" if options.sink == "logger" else "stderr")
    if not done.points:
        say("Nothing was inserted.")
        return REFUSED
    say(f"{len(done.points)} log points are in; the values go to {where}.")
    say("Run the program, then: crimescene logs read")
    return DONE


def _refine(options: argparse.Namespace) -> int:
    analysis = analysis_of(options)
    source = options.source or (str(analysis.trail_path()) if analysis.trail_path().is_file() else "-")
    suggestion = analysis.refine_logging(read_text(source), options.budget)
    if not suggestion.plan.points:
        for sentence in suggestion.plan.notes or ["There is nothing between the two to look at."]:
            say(sentence)
        return REFUSED
    analysis.remove_logging()
    return _inserted(options, analysis, suggestion)


def _read(options: argparse.Namespace) -> int:
    analysis = analysis_of(options)
    source = options.source or (str(analysis.trail_path()) if analysis.trail_path().is_file() else "-")
    found = analysis.read_logs(read_text(source))
    if not found:
        say("No log point has printed anything there: run the program first.")
        return REFUSED
    print(found, end="")
    return DONE


def _remove(options: argparse.Namespace) -> int:
    analysis = analysis_of(options)
    found = analysis.remove_logging([path_of(p, analysis, options) for p in options.files])
    for path in (*found.files, *found.deleted):
        print(path)
    for place in found.leftovers:
        say(f"{place} still holds a part of a log statement: something moved it.")
    count = len(found.files) + len(found.deleted)
    say("1 file is as it was." if count == 1 else f"{count} files are as they were.")
    return REFUSED if found.leftovers else DONE


def _check(options: argparse.Namespace) -> int:
    analysis = analysis_of(options)
    found = analysis.marked_lines([path_of(p, analysis, options) for p in options.files])
    for path, lineno in found:
        print(f"{path}:{lineno}")
    if found:
        say(f"{len(found)} lines hold log statements of crimescene; crimescene logs remove takes them out.")
    return REFUSED if found else DONE


def _planned(options: argparse.Namespace, analysis: Analysis) -> Suggestion:
    from crimescene.logged import Wanted

    if options.trace:
        return analysis.suggest_logging(analysis.logging_behind(read_text(options.trace), options.budget))
    if not options.expression or len(options.places) not in (1, 2):
        raise UserError(
            "Give an expression and one or two places FILE:FUNCTION (from, to), or --trace TRACE: "
            "crimescene logs suggest order.status shop/orders.py:process_order shop/stock.py:update_inventory"
        )
    ends = []
    for place in options.places:
        path, _, name = place.rpartition(":")
        if not path or not name:
            raise UserError(f"{place!r} is no FILE:FUNCTION such as shop/orders.py:process_order")
        ends.append((path_of(path, analysis, options), name))
    wanted = Wanted(options.expression, ends[0] if len(ends) > 1 else None, ends[-1], budget=options.budget)
    return analysis.suggest_logging(wanted)


def _title(options: argparse.Namespace) -> str:
    if options.trace:
        return "Log points behind the failure"
    ends = " to ".join(f"`{place.rpartition(':')[2]}`" for place in options.places)
    return f"Log points for `{options.expression}`, {'from ' if len(options.places) > 1 else 'in '}{ends}"


_VERBS: dict[str, Callable[[argparse.Namespace], int]] = {
    "suggest": _suggest,
    "insert": _insert,
    "read": _read,
    "refine": _refine,
    "remove": _remove,
    "check": _check,
}
