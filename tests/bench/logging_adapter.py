"""The logging scorer over the facade: ``instrument|remove|suspects|shape WORKSPACE [REQUEST ANSWER]``.

A request names functions to instrument wholly, or a value to follow from an entry to a target, or an error.
State lies outside the workspace: nothing but the marks in the files tells what to remove.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.flow import markdown
from crimescene.logged import Wanted
from crimescene.model import UserError
from crimescene.settings import Settings


def main() -> int:
    """Answer one request of the scorer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["instrument", "remove", "suspects", "shape"])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("request", type=Path, nargs="?")
    parser.add_argument("answer", type=Path, nargs="?")
    parser.add_argument("--sink", default="")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--every", action="store_true", help="observe every statement: the measure of cost")
    given = parser.parse_args()
    analysis = Analysis(given.workspace, Settings(save_cases=False), with_history=False)
    if given.verb == "remove":
        analysis.remove_logging(write=True)
        return 0
    request = json.loads(given.request.read_text("utf-8"))
    if given.verb == "suspects":
        given.answer.write_text(json.dumps({"suspects": suspects(analysis, request)}), "utf-8")
        return 0
    if given.verb == "shape":
        given.answer.write_text(json.dumps(shapes(analysis, request)), "utf-8")
        return 0
    cid = hashlib.sha256(json.dumps([request["title"], request["files"]]).encode()).hexdigest()[:4]
    found = suspects(analysis, request) if request.get("error") else []  # lines move when anything is put in
    inserted = instrument(analysis, request, cid, given)
    points = [
        {"id": p.id, "file": p.path, "line": p.lineno, "when": p.when, "expr": ", ".join(p.paths) or p.label}
        for p in inserted.points
    ]
    answer = {"points": points, "suspects": found}
    given.answer.write_text(json.dumps(answer), "utf-8")
    return 0


def suspects(analysis, request):
    """The expressions that the error's text makes suspect, the likeliest first."""
    try:
        found = analysis.context_of(request["error"]["stderr"], Wish())
    except UserError:
        return []
    return [suspect.expression for suspect in found.suspected]


def shapes(analysis, request):
    """Where what is read differs from what is produced, along the files of the request."""
    found = analysis.trace_shape(request["files"])
    answer = [
        {
            "kind": d.kind,
            "produced": d.produced,
            "consumed": d.consumed,
            "producer": {"file": d.producer.path, "line": d.producer.lineno},
            "consumer": {"file": d.consumer.path, "line": d.consumer.lineno},
        }
        for d in found.divergences
    ]
    return {"divergences": answer, "unknown": []}


def instrument(analysis, request, cid, given):
    """Put log statements where the request wants them."""
    if given.every:
        places = [(file, None, None) for file in request["files"]]
        return analysis.log_everywhere(places, cid=cid, sink=given.sink)
    if request.get("functions"):
        places = [(f["file"], f["name"], f["line"]) for f in request["functions"]]
        return analysis.log_everywhere(places, cid=cid, sink=given.sink)
    if request.get("track"):
        track = request["track"]
        ends = [(track[name]["file"], track[name]["function"]) for name in ("entry", "target")]
        wanted = Wanted(track["expr"], *ends)
    else:
        wanted = analysis.logging_behind(request["error"]["stderr"])
    suggestion = analysis.suggest_logging(wanted)
    if given.verbose:
        sys.stdout.write(markdown(suggestion.plan))
    return analysis.insert_logging(suggestion, cid=cid, sink=given.sink)


if __name__ == "__main__":
    sys.exit(main())
