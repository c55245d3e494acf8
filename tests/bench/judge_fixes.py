"""How often the judge is right about real fixes, and about changes that only make the error go away.

    python tests/bench/judge_fixes.py --manifest BUGS.jsonl --mirror DIR [--every N] [--verbose]

A line of the manifest is a bug: ``mirror`` (a bare repository below DIR), ``build.tree`` and
``build.overlay`` (files taken from ``build.overlay_from``: the failing test), ``fixed_rev``, ``trace``,
``fixed_functions`` and ``other_changes`` (whose paths the fix touches). From each bug the real fix is judged,
and changes that are generated to suppress its failure: the error swallowed, the crash line guarded, a
default put in, the test's assertion weakened, the test skipped. A fix counts as a guard at the crash line
where it adds a condition, an optional access or a default within three lines of it in the function that
crashed, and changes nothing else.
"""

import argparse
import collections
import difflib
import json
import re
import subprocess
import sys
from pathlib import Path

from crimescene import judge, languages, loop, syntax, traces
from crimescene.analysis import Analysis
from crimescene.context import following
from crimescene.context.suspected import suspected
from crimescene.model import Context, UserError
from crimescene.settings import Settings

KINDS = {
    "try_pass": {"swallowed"},
    "catch_default": {"swallowed"},
    "guard_exit": {"guarded"},
    "guard_wrap": {"guarded"},
    "default": {"defaulted"},
    "optional": {"defaulted"},
    "weaken": {"weakened"},
    "skip": {"skipped"},
}
"""Suppressions, and the flags that say what they are."""


class TreeWorkspace:
    """The files of a commit's tree with some taken from another commit, read from a bare repository."""

    def __init__(self, mirror, tree, overlay_from, overlay, root):
        self.mirror, self.tree, self.overlay_from, self.root = mirror, tree, overlay_from, root
        listed = self.git("ls-tree", "-r", "-z", "--name-only", tree).decode("utf-8", "replace").split("\0")
        self.overlay = set(overlay)
        self.paths = tuple(sorted({p for p in listed if p} | self.overlay))
        self.known = {}
        self.changed = {}

    def git(self, *words):
        """What git prints."""
        return subprocess.run(
            ["git", "-C", str(self.mirror), *words], capture_output=True, check=False
        ).stdout

    def files(self):
        """Every path."""
        return self.paths

    def read(self, path):
        """The content; None if there is no such file."""
        if path in self.changed:
            return self.changed[path]
        if path not in self.known:
            commit = self.overlay_from if path in self.overlay else self.tree
            there = path in self.paths
            self.known[path] = self.git("cat-file", "blob", f"{commit}:{path}") if there else None
        return self.known[path]

    def why_unreadable(self, path):
        """Empty if it reads well."""
        return "" if self.read(path) is not None else f"{path} does not exist."


def workspace_of(bug, mirror):
    """The tree in which the test fails; None where it was made by a patch."""
    build = bug["build"]
    folder = mirror / bug["mirror"]
    if not folder.exists():
        return None
    root = Path("/nonexistent") / bug["project"]
    found = TreeWorkspace(
        folder, build["tree"], build.get("overlay_from", ""), build.get("overlay", []), root
    )
    for one in judge.diffs.read(build.get("patch") or ""):
        path = "/".join(filter(None, (build.get("patch_dir"), one.path)))
        source = found.read(path)
        both = judge.diffs.versions(one, None if source is None else source.decode("utf-8", "replace"))
        if both is not None and source is not None:
            back = (
                both[1] if both[0] == "\n".join(source.decode("utf-8", "replace").splitlines()) else both[0]
            )
            found.known[path] = (back + "\n").encode()
    return found


def evidence_of(bug, workspace):
    """What is known of the failure, and its context."""
    analysis = Analysis(workspace.root, Settings(save_cases=False), workspace=workspace, with_history=False)
    scene = analysis.glance()
    parsed = traces.parse(bug["trace"])
    if not parsed:
        raise UserError("no trace")
    trace = parsed[-1]
    found = following.follow(trace, workspace, scene.files, scene.outline, {})
    context = Context(
        trace=trace,
        text=bug["trace"],
        title="",
        summary="",
        frame_locations=found.places,
        suspected=suspected(trace, found.links),
    )
    return loop.to_evidence(context, scene), found.links


def unified(path, before, after):
    """A diff as git writes it."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm=""
    )
    return "\n".join(lines)


def real_fix(bug, workspace):
    """The developer's change of the program, as a diff, and the files after it."""
    paths = sorted({f["path"] for f in bug["fixed_functions"]} | {c[0] for c in bug["other_changes"]})
    diffs, after = [], {}
    for path in paths:
        old = (workspace.read(path) or b"").decode("utf-8", "replace")
        new = workspace.git("cat-file", "blob", f"{bug['fixed_rev']}:{path}").decode("utf-8", "replace")
        if old != new:
            diffs.append(unified(path, old, new))
            after[path] = new.encode()
    return "\n".join(diffs), after


# --------------------------------------------------------------------------- suppressions


def statement_at(outline, lineno):
    """First and last line (1-based) of the innermost statement at a line; None where that is a header."""
    node, found = outline.tree.root_node, None
    while node is not None:
        inner = next(
            (c for c in node.named_children if c.start_point.row < lineno <= c.end_point.row + 1), None
        )
        parent = node
        node = inner
        if node is not None and re.search(r"block|body|program|module|suite|switch_case", parent.type):
            found = node
    if found is None or re.search(
        r"function|class|^(if|for|while|try|with|switch|do)_|method|comment|clause|decorated", found.type
    ):
        return None
    return found.start_point.row + 1, found.end_point.row + 1


def suppressions(workspace, evidence, links):
    """(kind, path, new content) of every change that hushes this failure."""
    path, lineno = evidence.crash
    source = workspace.read(path) if path else None
    outline = syntax.outline(path, source) if source else None
    own = outline is not None and not languages.language_for(path).test_path(path)
    if own and (place := statement_at(outline, lineno)) is not None:
        lines = source.decode("utf-8", "replace").split("\n")
        for kind, text in _in_code(lines, place, lineno, evidence, path):
            yield kind, path, text
    test = next((x for x in links if x.in_test and x.outline is not None), None)
    if test is not None:
        yield from _in_test(test, workspace)


def _in_java(joined, body, indent, deeper, suspect):
    declares = re.match(r"\s*(?:return\b|throw\b|(?:final\s+)?[A-Z]?[\w<>\[\], ]*\s+\w+\s*=)", body[0])
    if not declares:
        yield (
            "try_pass",
            joined(f"{indent}try {{", *deeper, f"{indent}}} catch (Exception e) {{", f"{indent}}}"),
        )
        yield (
            "try_pass",
            joined(
                f"{indent}try {{",
                *deeper,
                f"{indent}}} catch (RuntimeException ignored) {{",
                f"{indent}    // fine",
                f"{indent}}}",
            ),
        )
    end = [f"{indent}}} catch (Exception e) {{", f"{indent}    return null;", f"{indent}}}"]
    yield "catch_default", joined(f"{indent}try {{", *deeper, *end)
    if suspect:
        yield (
            "guard_exit",
            joined(f"{indent}if ({suspect} == null) {{", f"{indent}    return null;", f"{indent}}}", *body),
        )
        if not declares:
            yield "guard_wrap", joined(f"{indent}if ({suspect} != null) {{", *deeper, f"{indent}}}")


def _in_code(lines, place, lineno, evidence, path):
    python, java = path.endswith(".py"), path.endswith(".java")
    first, last = place
    body = lines[first - 1 : last]
    indent = re.match(r"\s*", body[0])[0]
    deeper = ["    " + x if python else "  " + x for x in body]
    suspect = next((s.expression for s in evidence.suspects if s.lineno == lineno), "")
    simple = re.fullmatch(r"[\w$.]+(?:\[[\w$'\"]+\])?(?:\([\w$., '\"]*\))?", suspect) is not None

    def joined(*new):
        return "\n".join([*lines[: first - 1], *new, *lines[last:]])

    if python:
        yield "try_pass", joined(f"{indent}try:", *deeper, f"{indent}except Exception:", f"{indent}    pass")
        yield (
            "catch_default",
            joined(f"{indent}try:", *deeper, f"{indent}except Exception:", f"{indent}    return None"),
        )
        if simple:
            yield "guard_exit", joined(f"{indent}if {suspect} is None:", f"{indent}    return None", *body)
            yield "guard_wrap", joined(f"{indent}if {suspect} is not None:", *deeper)
            at = lines[lineno - 1]
            if suspect in at and "=" not in at.split(suspect)[1][:2]:
                yield (
                    "default",
                    joined(*[x.replace(suspect, f"({suspect} or {{}})", 1) if x is at else x for x in body]),
                )
        return
    if java:
        yield from _in_java(joined, body, indent, deeper, suspect if simple else "")
        return
    declares = re.match(r"\s*(?:const|let|var|return)\b", body[0])
    if not declares:
        yield "try_pass", joined(f"{indent}try {{", *deeper, f"{indent}}} catch (e) {{}}")
        yield (
            "try_pass",
            joined(
                f"{indent}try {{",
                *deeper,
                f"{indent}}} catch (e) {{",
                f"{indent}  console.error(e);",
                f"{indent}}}",
            ),
        )
    yield (
        "catch_default",
        joined(
            f"{indent}try {{", *deeper, f"{indent}}} catch (err) {{", f"{indent}  return null;", f"{indent}}}"
        ),
    )
    if simple:
        yield "guard_exit", joined(f"{indent}if (!{suspect}) {{", f"{indent}  return;", f"{indent}}}", *body)
        if not declares:
            yield "guard_wrap", joined(f"{indent}if ({suspect}) {{", *deeper, f"{indent}}}")
        at = lines[lineno - 1]
        if f"{suspect}." in at:
            yield (
                "optional",
                joined(*[x.replace(f"{suspect}.", f"{suspect}?.", 1) if x is at else x for x in body]),
            )
            yield (
                "default",
                joined(
                    *[x.replace(f"{suspect}.", f"({suspect} || {{}}).", 1) if x is at else x for x in body]
                ),
            )


WEAKER = (
    (
        re.compile(r"\bassert(?:Equals|Same|ArrayEquals)\((?:\"[^\"]*\", )?.+?, (.+)\);$"),
        r"assertNotNull(\1);",
    ),
    (
        re.compile(
            r"self\.assert(?:Equals?|Is|DictEqual|ListEqual|SequenceEqual|ItemsEqual|CountEqual)"
            r"\((.+?), .+\)$"
        ),
        r"self.assertIsNotNone(\1)",
    ),
    (re.compile(r"assert (.+?) == .+$"), r"assert \1 is not None"),
    (re.compile(r"assert (.+)$"), r"assert True"),
    (re.compile(r"\b(?:tm\.)?assert_\w+\((.+?), .+\)$"), r"assert \1 is not None"),
    (
        re.compile(r"assert\.(?:strictEqual|equal|deepEqual|deepStrictEqual)\((.+?), .+\);?$"),
        r"assert.ok(\1);",
    ),
    (
        re.compile(r"expect\((.+?)\)\.(?:to\.|not\.)*\w*(?:[eE]qual|eql|be|toBe|match)\w*\(.*\);?$"),
        r"expect(\1).toBeDefined();",
    ),
)


def _in_test(link, workspace):
    path, lineno = link.location.path, link.location.lineno
    lines = (workspace.read(path) or b"").decode("utf-8", "replace").split("\n")
    if lineno > len(lines):
        return
    text = lines[lineno - 1]
    for pattern, weaker in WEAKER:
        match = pattern.search(text.rstrip())
        if match:
            changed = text[: match.start()] + match.expand(weaker)
            yield "weaken", path, "\n".join([*lines[: lineno - 1], changed, *lines[lineno:]])
            yield "weaken", path, "\n".join([*lines[: lineno - 1], *lines[lineno:]])
            break
    function = link.function
    head = function.first_lineno
    line = lines[head - 1]
    indent = re.match(r"\s*", line)[0]
    if (
        path.endswith(".py")
        and re.match(r"\s*(?:@|def |async def )", line)
        and "test" in function.name.lower()
    ):
        yield (
            "skip",
            path,
            "\n".join([*lines[: head - 1], f'{indent}@unittest.skip("flaky")', *lines[head - 1 :]]),
        )
        body = next(
            (n for n in range(head, min(head + 20, len(lines))) if lines[n - 1].rstrip().endswith(":")), None
        )
        if body:
            yield "skip", path, "\n".join([*lines[:body], f'{indent}    pytest.skip("later")', *lines[body:]])
    elif path.endswith(".java"):
        changed = [*lines[: head - 1], f'{indent}@Ignore("flaky")', *lines[head - 1 :]]
        yield "skip", path, "\n".join(changed)
    else:
        for n in range(min(lineno, len(lines)), max(0, lineno - 60), -1):
            if re.match(r"\s*it\s*\(", lines[n - 1]):
                changed = lines[n - 1].replace("it(", "it.skip(", 1)
                yield "skip", path, "\n".join([*lines[: n - 1], changed, *lines[n:]])
                break


# --------------------------------------------------------------------------- scoring


def is_guard(diff, evidence):
    """Whether a real fix is no more than a condition, optional access or default at the crash line."""
    parts = judge.diffs.read(diff)
    path, lineno = evidence.crash
    if len(parts) != 1 or parts[0].path != path:
        return False
    added = [(n, t) for n, t in parts[0].added if t.strip() and not re.match(r"\s*(?:#|//|\*|/\*)", t)]
    removed = [(n, t) for n, t in parts[0].removed if t.strip()]
    if not added or len(added) > 6 or len(removed) > 4:
        return False
    near = all(abs(p.old_lineno - lineno) <= 8 for p in parts[0].parts)
    asks = any(
        re.search(r"\bif\b|\?\.|\bor\b|\|\||&&|\band\b|\?\?|\.get\(|getattr\(|\belse\b", t) for _, t in added
    )
    return near and asks


class Tally:
    """What was judged, and how often rightly."""

    def __init__(self, *, verbose):
        self.verbose = verbose
        self.verdicts = collections.Counter()
        self.guards = collections.Counter()
        self.made = collections.defaultdict(collections.Counter)
        self.skipped = 0

    def say(self, *lines):
        """Show a case that one may want to read."""
        if self.verbose:
            sys.stderr.write("\n".join(map(str, lines)) + "\n")

    def bug(self, bug, mirror):
        """Judge the real fix of a bug and the suppressions of its failure."""
        workspace = workspace_of(bug, mirror)
        try:
            evidence, links = evidence_of(bug, workspace) if workspace is not None else (None, ())
        except UserError:
            evidence = None
        if evidence is None:
            self.skipped += 1
            return
        diff, after = real_fix(bug, workspace)
        if diff:
            self.real(bug, diff, judged(workspace, after, diff, evidence), evidence)
        for kind, path, text in suppressions(workspace, evidence, links):
            before = (workspace.read(path) or b"").decode("utf-8", "replace")
            diff = unified(path, before, text)
            if diff:
                self.suppression(bug, kind, diff, judged(workspace, {path: text.encode()}, diff, evidence))

    def real(self, bug, diff, verdict, evidence):
        """Count a developer's fix."""
        self.verdicts[verdict.verdict] += 1
        head = f"-- real {bug['id']} {evidence.crash} {verdict.sentence}"
        if is_guard(diff, evidence):
            self.guards[verdict.verdict == judge.HUSHES] += 1
            self.say(head.replace("real", "guard"), diff)
        elif verdict.verdict != judge.CAUSE:
            self.say(head, diff if verdict.verdict == judge.HUSHES else "")

    def suppression(self, bug, kind, diff, verdict):
        """Count a generated change."""
        kinds = [flag.kind for flag in verdict.flags]
        right = verdict.verdict == judge.HUSHES and any(k in KINDS[kind] for k in kinds)
        self.made[kind][right] += 1
        if not right:
            self.say(f"-- made {kind} {bug['id']} {verdict.sentence} {kinds}", diff)

    def report(self):
        """The figures."""
        total = sum(self.verdicts.values())
        caught = sum(c[True] for c in self.made.values())
        tried = sum(sum(c.values()) for c in self.made.values())
        return {
            "real_fixes": {
                "judged": total,
                **{k: f"{v} ({v / max(1, total):.1%})" for k, v in self.verdicts.items()},
            },
            "real_guards": {"judged": sum(self.guards.values()), "flagged": self.guards[True]},
            "suppressions": {
                "made": tried,
                "flagged_with_reason": f"{caught} ({caught / max(1, tried):.1%})",
                **{k: f"{c[True]}/{sum(c.values())}" for k, c in sorted(self.made.items())},
            },
            "without_trace_or_mirror": self.skipped,
        }


def judged(workspace, changed, diff, evidence):
    """The verdict on a diff whose files are as ``changed`` says afterwards."""
    workspace.changed = changed
    verdict = judge.judge(diff, workspace.read, evidence)
    workspace.changed = {}
    return verdict


def main():
    """Judge and count."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--manifest", type=Path, required=True, action="append")
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="only each n-th bug")
    parser.add_argument("--verbose", action="store_true", help="show on stderr what was judged wrongly")
    options = parser.parse_args()
    tally = Tally(verbose=options.verbose)
    for manifest in options.manifest:
        bugs = [json.loads(line) for line in manifest.read_text("utf-8").splitlines() if line.strip()]
        for bug in bugs[:: options.every]:
            tally.bug(bug, options.mirror)
    sys.stdout.write(json.dumps(tally.report(), indent=1) + "\n")


if __name__ == "__main__":
    main()
