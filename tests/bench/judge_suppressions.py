"""How many suppressions of made-up failures in real code of Go, Java, C# and TypeScript the judge flags.

    python tests/bench/judge_suppressions.py REPOSITORY...

Takes the places of the fixes that judge_history.py finds, as they were before: the first statement on one
line there that reads something of a value. Supposes that it raised because that value was missing, and hushes
this: the statement guarded, wrapped into a condition or a try, its access made optional, a default put in.
Counts what is judged "hushes symptom" with the right flag. Some of what is generated is no valid program; it
counts all the same.
"""

import collections
import difflib
import re
import sys
from pathlib import Path

from judge_history import fixes, git

from crimescene import judge
from crimescene.model import Suspect

LANGUAGES = {".go": "go", ".java": "java", ".cs": "cs", ".ts": "ts", ".tsx": "ts"}
WANTED = {"guard": "guarded", "catch": "swallowed", "default": "defaulted"}
MOST = 60
LONGEST = 140
HEADS = ("//", "*", "if", "for", "while", "}", "case", "else", "#", "import", "package", "using", "switch")
HEADS += ("func", "@", "default", "defer")
NOT_MISSING = frozenset({"this", "fmt", "self", "errors", "strings", "console", "Math", "http", "log"})
READS = re.compile(r"(?<![\w.)\]\"'$])([a-z_]\w*(?:\.[a-zA-Z_]\w*)?)\.\w+")
DECLARES = re.compile(
    r"(?:const|let|var|return|throw|final|[A-Z][\w<>\[\], ?]*\s+\w+\s*=|\w+\s*:="
    r"|(?:int|long|bool|boolean|string|double)\s+\w+\s*=)"
)


def value_of(line, language):
    """The value that a line reads from, if it is one statement on one line; else nothing."""
    text = line.strip()
    match = READS.search(text)
    whole = not text.endswith(("{", "(", ",", "|")) if language == "go" else text.endswith(";")
    balanced = text.count("(") == text.count(")")
    short = line[:1].isspace() and len(text) <= LONGEST and not text.startswith(HEADS)
    if match is None or not (whole and balanced and short) or match[1] in NOT_MISSING:
        return ""
    return match[1]


def in_go(text, value):
    """Kind and lines of each suppression."""
    yield "guard", [f"if {value} == nil {{", "\treturn", "}", text]
    if not DECLARES.match(text) and ":=" not in text:
        yield "guard", [f"if {value} != nil {{", f"\t{text}", "}"]
    deferred = ["defer func() {", "\tif r := recover(); r != nil {", "\t\tlog.Println(r)", "\t}", "}()"]
    yield "catch", [*deferred, text]


def in_java(text, value):
    """The same."""
    returns = text.startswith("return")
    if not DECLARES.match(text):
        yield "catch", ["try {", f"    {text}", "} catch (Exception e) {", "    e.printStackTrace();", "}"]
        yield "guard", [f"if ({value} != null) {{", f"    {text}", "}"]
    if returns:
        yield "catch", ["try {", f"    {text}", "} catch (Exception e) {", "    return null;", "}"]
    yield "guard", [f"if ({value} == null) {{", f"    return{' null' if returns else ''};", "}", text]


def in_cs(text, value):
    """The same, with braces on lines of their own."""
    returns = text.startswith("return")
    if not DECLARES.match(text):
        yield "catch", ["try", "{", f"    {text}", "}", "catch (Exception e)", "{", "}"]
        yield "guard", [f"if ({value} != null)", "{", f"    {text}", "}"]
    if returns:
        yield "catch", ["try", "{", f"    {text}", "}", "catch (Exception)", "{", "    return null;", "}"]
    yield "guard", [f"if ({value} == null)", "{", f"    return{' null' if returns else ''};", "}", text]
    if not re.search(rf"{re.escape(value)}\.[\w.]+\s*[-+]?=[^=]", text):
        yield "default", [text.replace(f"{value}.", f"{value}?.", 1)]


def in_ts(text, value):
    """The same."""
    if not DECLARES.match(text):
        yield "catch", ["try {", f"  {text}", "} catch {}"]
        yield "guard", [f"if ({value}) {{", f"  {text}", "}"]
    if text.startswith("return"):
        yield "catch", ["try {", f"  {text}", "} catch (error) {", "  console.warn(error);", "}"]
    yield "guard", [f"if (!{value}) return;", text]
    if not re.search(rf"{re.escape(value)}\.[\w.]+\s*[-+]?=[^=>]", text):
        yield "default", [text.replace(f"{value}.", f"{value}?.", 1)]
        yield "default", [text.replace(f"{value}.", f"({value} ?? {{}}).", 1)]


MAKERS = {"go": in_go, "java": in_java, "cs": in_cs, "ts": in_ts}


def judged(path, lines, lineno, value, new):
    """The verdict on a file in which one line is replaced."""
    after = [*lines[: lineno - 1], *new, *lines[lineno:]]
    names = (f"a/{path}", f"b/{path}")
    diff = "\n".join(difflib.unified_diff(lines, after, *names, lineterm=""))
    evidence = judge.Evidence((path,), crash=(path, lineno), suspects=(Suspect(value, "", path, lineno),))
    return judge.judge(diff, lambda _: "\n".join(after).encode(), evidence)


def of(root, counts):
    """Judge the suppressions in one repository."""
    places = 0
    for sha, _, one in fixes(root):
        language = LANGUAGES.get(Path(one.path).suffix)
        if language is None or places >= MOST:
            continue
        lines = git(root, "show", f"{sha}^:{one.old_path}").split("\n")
        part = one.parts[0]
        near = range(part.old_lineno, min(part.old_lineno + len(part.old), len(lines) + 1))
        found = next(((n, v) for n in near if (v := value_of(lines[n - 1], language))), None)
        if found is None:
            continue
        places += 1
        lineno, value = found
        indent = re.match(r"\s*", lines[lineno - 1])[0]
        for kind, new in MAKERS[language](lines[lineno - 1].strip(), value):
            verdict = judged(one.path, lines, lineno, value, [indent + text for text in new])
            kinds = {flag.kind for flag in verdict.flags}
            counts[f"{language} {kind}"][verdict.verdict == judge.HUSHES and WANTED[kind] in kinds] += 1


def main():
    """Judge and count."""
    counts = collections.defaultdict(collections.Counter)
    for root in map(Path, sys.argv[1:]):
        of(root, counts)
    total = sum(counts.values(), collections.Counter())
    for name, found in [*sorted(counts.items()), ("all", total)]:
        made = sum(found.values())
        sys.stdout.write(f"{name}: {found[True]} of {made} ({found[True] / max(1, made):.1%})\n")


if __name__ == "__main__":
    main()
