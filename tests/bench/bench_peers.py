# ruff: noqa: T201 (it prints what it does)
"""Callers of the same Python functions as Crimescene, pyright and jedi see them: one run, one judge.

    python tests/bench/bench_peers.py --data CALLS.jsonl --base REPOS --scorer SCORER.py
        [--covered COVERED.json] [--jedi PYTHON] [--targets 200]
        [--pyright NODE_MODULES/pyright/langserver.index.js]

A line of ``CALLS.jsonl`` holds {id, set, root, path, line, function, callers}; ``--jedi`` names a Python that
has jedi. Each tool's answers go to the judge as ``crimescene callers --json`` gives them.
Pyright is asked for incoming calls, jedi for references in the project.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from crimescene.analysis import Analysis
from crimescene.settings import Settings
from wire import Client

Answers = dict[str, tuple[list[dict[str, Any]], float]]

JEDI = """
import json, sys, time, jedi
for line in sys.stdin:
    target = json.loads(line)
    begun = time.perf_counter()
    found = []
    try:
        project = jedi.Project(target["root"])
        script = jedi.Script(path=target["root"] + "/" + target["path"], project=project)
        for name in script.get_references(target["line"], target["column"], scope="project"):
            if name.module_path is None or name.is_definition():
                continue
            path = str(name.module_path)
            if path.startswith(target["root"] + "/"):
                found.append([path[len(target["root"]) + 1:], name.line])
    except Exception as error:
        found = []
    taken = 1000 * (time.perf_counter() - begun)
    print(json.dumps({"id": target["id"], "found": found, "ms": taken}), flush=True)
"""


def place(root: Path, record: dict[str, Any]) -> tuple[int, int]:
    """1-based line and 0-based column of the function's name; decorators may stand before it."""
    name = record["function"].rpartition(".")[2]
    lines = (root / record["path"]).read_text("utf-8").splitlines()
    for number in range(record["line"], min(record["line"] + 30, len(lines) + 1)):
        found = re.search(rf"(?:def|class)\s+({re.escape(name)})\b", lines[number - 1])
        if found is not None:
            return number, found.start(1)
    return record["line"], 0


def named(root: Path, places: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Places with the function around each, as our own outlines have it."""
    from crimescene import syntax  # noqa: PLC0415 -- grammars, only here

    found = []
    for path, line in places:
        outline = syntax.outline(path, (root / path).read_bytes())
        function = syntax.enclosing_function(outline, line) if outline is not None else None
        name = "<module>" if function is None or function.kind == "module" else function.qualified_name
        found.append({"path": path, "line": line, "function": name})
    return found


def ours(base: Path, records: list[dict[str, Any]]) -> Answers:
    """What ``crimescene callers`` answers."""
    answers: Answers = {}
    analyses: dict[str, Analysis] = {}
    for record in records:
        analysis = analyses.setdefault(record["root"], Analysis(base / record["root"], Settings()))
        begun = time.perf_counter()
        found = analysis.callers(record["path"], place(base / record["root"], record)[0]).to_json()
        answers[record["id"]] = found, 1000 * (time.perf_counter() - begun)
    return answers


def jedi(base: Path, records: list[dict[str, Any]], python: str) -> Answers:
    """Every reference that is no definition."""
    asked = []
    for r in records:
        line, column = place(base / r["root"], r)
        asked.append({**r, "root": str(base / r["root"]), "line": line, "column": column, "callers": None})
    text = "".join(json.dumps(target) + "\n" for target in asked)
    done = subprocess.run([python, "-c", JEDI], input=text, capture_output=True, text=True, check=True)
    roots = {r["id"]: base / r["root"] for r in records}
    answers: Answers = {}
    for line in done.stdout.splitlines():
        told = json.loads(line)
        places = [(str(path), int(number)) for path, number in told["found"]]
        answers[told["id"]] = named(roots[told["id"]], places), told["ms"]
    return answers


def pyright(base: Path, records: list[dict[str, Any]], script: str) -> Answers:
    """What its call hierarchy answers, one server for each project."""
    answers: Answers = {}
    for name in dict.fromkeys(r["root"] for r in records):
        root = (base / name).resolve()
        client = Client(command=["node", script, "--stdio"], cwd=root)
        client.answers["workspace/configuration"] = lambda params: [{} for _ in params["items"]]
        client.answers["client/registerCapability"] = lambda _: None
        client.answers["window/workDoneProgress/create"] = lambda _: None
        client.initialize(root, capabilities={"textDocument": {"callHierarchy": {}}})
        opened: set[str] = set()
        for record in [r for r in records if r["root"] == name]:
            file = root / record["path"]
            uri = file.as_uri()
            if uri not in opened:
                client.open(uri, file.read_text("utf-8"), language="python")
                opened.add(uri)
            line, column = place(root, record)
            position = {"line": line - 1, "character": column}
            begun = time.perf_counter()
            asked = {"textDocument": {"uri": uri}, "position": position}
            items = client.ask("textDocument/prepareCallHierarchy", asked) or []
            places: list[tuple[str, int]] = []
            for item in items[:1]:
                for call in client.ask("callHierarchy/incomingCalls", {"item": item}) or []:
                    path = call["from"]["uri"].removeprefix(root.as_uri() + "/")
                    places += [(path, place["start"]["line"] + 1) for place in call["fromRanges"]]
            taken = 1000 * (time.perf_counter() - begun)
            inside = [(path, line) for path, line in places if "://" not in path and (root / path).exists()]
            answers[record["id"]] = named(root, inside), taken
        client.process.kill()
    return answers


def judge(given: argparse.Namespace, name: str, answers: Answers, records: list[dict[str, Any]]) -> None:
    """Let the judge print its figures."""
    with tempfile.TemporaryDirectory() as folder:
        data, told = Path(folder, "data.jsonl"), Path(folder, "told.jsonl")
        data.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
        lines = [json.dumps({"id": i, "callers": found, "ms": ms}) for i, (found, ms) in answers.items()]
        told.write_text("\n".join(lines) + "\n", "utf-8")
        command = [sys.executable, given.scorer, "--data", str(data), "--pred", str(told)]
        command += ["--covered", given.covered] if given.covered else []
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(f"{name}: {done.stdout.strip()}", flush=True)


def main() -> None:
    """Ask each tool that is there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for option in ("--data", "--base", "--scorer"):
        parser.add_argument(option, required=True)
    for option in ("--covered", "--pyright", "--jedi"):
        parser.add_argument(option)
    parser.add_argument("--targets", type=int, default=200)
    given = parser.parse_args()
    base = Path(given.base).resolve()
    lines = Path(given.data).read_text("utf-8").splitlines()
    records = [r for r in map(json.loads, lines) if r["set"] == "dynamic"]
    records = random.Random(11).sample(records, min(given.targets, len(records)))  # noqa: S311 -- no secret
    judge(given, "crimescene", ours(base, records), records)
    if given.jedi:
        judge(given, "jedi", jedi(base, records, given.jedi), records)
    if given.pyright:
        judge(given, "pyright", pyright(base, records, given.pyright), records)


if __name__ == "__main__":
    main()
