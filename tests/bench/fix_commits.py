"""Make manifests of real bugs from a repository's own fix commits, for ``ranking_data.py``.

    python tests/bench/fix_commits.py CLONE --work DIR --run 'python -m pytest --junitxml={report} {tests}'

A commit counts as the fix of a bug if its message says so, it changes one to four functions in one to three
files of the program together with a test, and that test, put on the tree before the fix, fails there and
passes with the fix. The command runs the test files in the tree (``{tests}``) and leaves a JUnit report
(``{report}``, a file or a folder of them), which every common runner can write. What the report holds of the
failing test is the trace, as the runner printed it. Messages that name an exception come before others.

Each bug is one line of ``DIR/manifest-fixes-crash.jsonl`` where a frame of the program is in the trace,
otherwise of ``DIR/manifest-fixes-assert.jsonl``, written at once; its tree lies in ``DIR/trees/ID``. The
tests of a repository are its own code: run those of projects you trust.
"""

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crimescene import syntax
from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.judge import diffs
from crimescene.languages import language_for
from crimescene.model import UserError
from crimescene.settings import Settings

FIX = re.compile(
    r"\b(fix|bug|crash|regress|wrong|incorrect|broken|correct|prevent|avoid|fail|raise|throw|error)",
    re.IGNORECASE,
)
EXCEPTION = re.compile(
    r"\b(crash|traceback|stack ?trace|NPE\b|null ?pointer|uncaught|out of bounds|\w+(Error|Exception)\b)"
)
NO_FIX = re.compile(r"(revert|merge|bump|release|typo|docs?\b|chore|style|refactor)", re.IGNORECASE)
NEW_NAME = re.compile(
    r"has no attribute|cannot import|is not defined|unexpected keyword|No module named|is not a function"
)
"""A test that ends so itself asks for what did not exist yet: a feature."""
ASSERTION = re.compile(r"Assertion|ComparisonFailure|DID NOT RAISE|expected .*but")
TESTS = re.compile(r"(^|/)(tests?|specs?|fixtures|__tests__)/")
NAMED = ("function", "method", "constructor", "accessor")
MOST_FUNCTIONS, MOST_FILES, MOST_TESTS = 4, 3, 6
LIMIT = 60
"""Seconds one run of tests may take."""
NOTHING = subprocess.DEVNULL


@dataclass(frozen=True, slots=True)
class Fix:
    """A commit that may be the fix of a bug."""

    sha: str
    parent: str
    subject: str
    sources: list[str]
    tests: list[str]
    """Test files; what else it puts below the tests' folders is in ``data``."""
    data: list[str]


def git(root: Path, *words: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def fixes(clone: Path, most: int) -> list[Fix]:
    """Candidates among the newest ``most`` commits, those that name an exception two to one."""
    wanted = [
        "log",
        "--no-merges",
        "--no-renames",
        f"-n{most}",
        "--name-status",
        "--format=%x01%H %P%x00%B%x00",
    ]
    log = git(clone, *wanted)
    named: list[Fix] = []
    others: list[Fix] = []
    for entry in log.split("\x01")[1:]:
        commits, message, files = entry.split("\x00", 2)
        sha, *parents = commits.split()
        if len(parents) != 1 or not FIX.search(message) or NO_FIX.match(message):
            continue
        changed = [tuple(line.split("\t", 1)) for line in files.splitlines() if "\t" in line]
        if found := _fix(sha, parents[0], message, changed):
            (named if EXCEPTION.search(message) else others).append(found)
    mixed: list[Fix] = []
    while named or others:
        mixed += named[:2] + others[:1]
        named, others = named[2:], others[1:]
    return mixed


def _fix(sha: str, parent: str, message: str, changed: list[tuple[str, ...]]) -> Fix | None:
    sources, tests, data = [], [], []
    for status, path in changed:
        language = language_for(path)
        if language is not None and is_test(path):
            tests.append((status, path))
        elif TESTS.search(path):
            data.append((status, path))
        elif language is not None and language.id != "bash":
            sources.append((status, path))
    statuses = {status for status, _ in (*tests, *data)}
    few = 0 < len(sources) <= MOST_FILES and 0 < len(tests) <= MOST_TESTS
    if not few or {status for status, _ in sources} != {"M"} or not statuses <= {"A", "M"}:
        return None
    paths = ([path for _, path in part] for part in (sources, tests, data))
    return Fix(sha, parent, message.splitlines()[0], *paths)


def changed_functions(clone: Path, fix: Fix) -> tuple[list[dict], list[list]]:
    """What the fix changed, at the lines before it: functions, and places outside of any.

    A changed line belongs to the innermost function around it. Added lines are written as the two lines they
    were put between, and belong to the innermost function that holds both; so a new function beside others
    counts as a change outside of functions. Blank lines and comments do not count.
    """
    functions: dict[tuple[str, int, int, str], list[list[int]]] = {}
    outside: list[list] = []
    for path in fix.sources:
        outline = syntax.outline(path, git(clone, "show", f"{fix.parent}:{path}").encode())
        named = [f for f in outline.functions if f.kind in NAMED] if outline is not None else []
        for first, last in _changes(git(clone, "diff", "-U0", "-w", fix.parent, fix.sha, "--", path)):
            around = [f for f in named if f.first_lineno <= first and last <= f.last_lineno]
            if not around:
                outside.append([path, first, last])
                continue
            inner = min(around, key=lambda f: f.last_lineno - f.first_lineno)
            key = (path, inner.first_lineno, inner.last_lineno, inner.qualified_name)
            functions.setdefault(key, []).append([first, last])
    found = []
    for (path, start, end, name), lines in sorted(functions.items()):
        cls, _, last_name = name.rpartition(".")
        where = {"path": path, "name": last_name, "cls": cls, "start": start, "end": end}
        found.append({**where, "changed": _merged(lines)})
    return found, outside


def _changes(diff: str) -> Iterator[tuple[int, int]]:
    for part in (part for one in diffs.read(diff) for part in one.parts):
        removed = [n for n in part.removed if _tells(part.old[n - part.old_lineno])]
        yield from ((n, n) for n in removed)
        if not removed and any(_tells(part.new[n - part.new_lineno]) for n in part.added):
            before = part.old_lineno - 1 if part.removed else part.old_lineno
            yield before, before + 1


def _tells(line: str) -> bool:
    text = line.strip()
    return re.search(r"[\w{}()\[\]]", text) is not None and not text.startswith(("#", "//", "/*", "*"))


def _merged(lines: list[list[int]]) -> list[list[int]]:
    merged: list[list[int]] = []
    for first, last in sorted(lines):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(last, merged[-1][1])
        else:
            merged.append([first, last])
    return merged


def lay(tree: Path, fix: Fix, *, fixed: bool) -> None:
    """The tree before the fix with the fix's tests, or with all of the fix."""
    git(tree, "checkout", "-fq", fix.parent)
    git(tree, "clean", "-fdq")
    paths = [*fix.tests, *fix.data, *(fix.sources if fixed else ())]
    git(tree, "--literal-pathspecs", "checkout", "-q", fix.sha, "--", *paths)


def clone_to(tree: Path, clone: Path) -> None:
    """A clone that borrows the objects of another."""
    words = ["clone", "-q", "--shared", "--no-checkout", str(clone.resolve()), str(tree.resolve())]
    git(clone, *words)


def run(command: str, tree: Path, tests: list[str]) -> dict[str, str]:
    """What the report says of each test: its trace, empty if it passed; nothing if there is no report."""
    report = tree / ".git" / "report.xml"
    shutil.rmtree(report, ignore_errors=True)
    report.unlink(missing_ok=True)
    filled = command.replace("{report}", shlex.quote(str(report))).replace("{tests}", shlex.join(tests))
    words = shlex.split(filled)
    try:
        subprocess.run(words, cwd=tree, capture_output=True, timeout=LIMIT, check=False, stdin=NOTHING)
    except subprocess.TimeoutExpired:
        return {}
    files = sorted(report.rglob("*.xml")) if report.is_dir() else [report] if report.exists() else []
    said: dict[str, str] = {}
    for case in (case for file in files for case in ET.parse(file).iter("testcase")):  # noqa: S314
        name = f"{case.get('classname', '')}::{case.get('name', '')}"
        bad = [found for kind in ("failure", "error") for found in case.findall(kind)]
        if case.find("skipped") is None:
            said[name] = (bad[0].text or bad[0].get("message") or "failed") if bad else ""
    return said


def places(tree: Path, trace: str) -> list[str] | None:
    """The files of the workspace that frames of the trace lie in, None where no trace is found in it."""
    try:
        found = Analysis(tree, Settings(save_cases=False)).context_of(trace, Wish())
    except UserError:
        return None
    return [where.path for _, where in found.frame_locations]


def is_test(path: str) -> bool:
    """Whether the file belongs to the tests rather than to the program."""
    language = language_for(path)
    return language is None or language.test_path(path) or TESTS.search(path) is not None


def bug_of(clone: Path, tree: Path, fix: Fix, command: str, project: str) -> tuple[dict, str] | str:
    """The line of the manifest and the manifest it belongs to, or why the commit does not count."""
    functions, outside = changed_functions(clone, fix)
    if not 0 < len(functions) <= MOST_FUNCTIONS:
        return f"changes {len(functions)} functions"
    lay(tree, fix, fixed=False)
    before = run(command, tree, fix.tests)
    chosen: dict[str, tuple[bool, str]] = {}
    for test, trace in before.items():
        if not trace or (paths := places(tree, trace)) is None:
            continue
        program = any(path not in fix.tests and not is_test(path) for path in paths)
        if program or not NEW_NAME.search(trace):
            chosen[test] = (program and not ASSERTION.search(trace), trace)
    if not chosen:
        return "no failing test" if before else "the tests do not run"
    lay(tree, fix, fixed=True)
    after = run(command, tree, fix.tests)
    good = [test for test in sorted(chosen, key=lambda t: not chosen[t][0]) if after.get(test) == ""]
    if not good:
        return "the test fails with the fix, too"
    is_crash, trace = chosen[good[0]]
    bug = {
        "id": f"{project}-{fix.sha[:10]}",
        "project": project,
        "buggy_rev": fix.parent,
        "fixed_rev": fix.sha,
        "subject": fix.subject,
        "test": good[0],
        "tests_failing": len(good),
        "trace": trace.replace(str(tree), "/home/ci/project"),
        "fixed_functions": functions,
        "other_changes": outside,
    }
    return bug, "crash" if is_crash else "assert"


def main() -> int:
    """Write what is found as it is found; tells of every commit that was tried."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", required=True, help="the command, with {tests} and {report}")
    parser.add_argument("--project", help="its name, otherwise that of the clone")
    parser.add_argument("--most", type=int, default=25, help="bugs, so that no repository dominates")
    parser.add_argument("--commits", type=int, default=6000)
    parser.add_argument("--seconds", type=float, default=600)
    options = parser.parse_args()
    trees = options.work.resolve() / "trees"
    trees.mkdir(parents=True, exist_ok=True)
    project = options.project or options.clone.name.removesuffix(".git")
    scratch = trees / f"{project}-scratch"
    if not scratch.exists():
        clone_to(scratch, options.clone)
    began, found = time.monotonic(), 0
    for fix in fixes(options.clone, options.commits):
        if found == options.most or time.monotonic() - began > options.seconds:
            break
        answer = bug_of(options.clone, scratch, fix, options.run, project)
        if isinstance(answer, str):
            sys.stderr.write(f"{fix.sha[:10]} {answer}\n")
            continue
        bug, kind = answer
        found += 1
        clone_to(trees / bug["id"], options.clone)
        lay(trees / bug["id"], fix, fixed=False)
        with (options.work / f"manifest-fixes-{kind}.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(bug) + "\n")
        sys.stderr.write(f"{fix.sha[:10]} {kind}: {fix.subject}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
