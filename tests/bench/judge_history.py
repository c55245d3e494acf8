"""How often the judge calls a change a suppression that a project took as a fix, as far as its history tells.

    python tests/bench/judge_history.py REPOSITORY...

From the newest 400 commits of each repository whose message speaks of a fix, a crash or a missing value,
those are taken that change one file of the program, in three places at most, together with a test. Nobody
knows where these failures were raised: the worst is assumed, that it was at the first changed line, and that
everything on it is suspect. So the share of `hushes symptom` is an upper bound of what a user would see.
"""

import collections
import re
import subprocess
import sys
from pathlib import Path

from crimescene import judge
from crimescene.judge import diffs
from crimescene.languages import language_for
from crimescene.model import Suspect

ABOUT = "--grep=^(fix|bug)|nil|null|panic|crash|undefined"
LONGEST = 20_000
PLACES = 3


def git(root, *words):
    """What git prints."""
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")


def fixes(root):
    """Commit and diff of each change that counts, with its file of the program."""
    wanted = ["log", "--no-merges", "-i", "-E", ABOUT, "--format=%H", "-n", "400", "--diff-filter=M"]
    for sha in git(root, *wanted).split():
        diff = git(root, "show", "--format=", "-U3", "--no-ext-diff", "--no-textconv", sha)
        if len(diff) > LONGEST:
            continue
        known = [(one, language) for one in diffs.read(diff) if (language := language_for(one.path))]
        code = [one for one, language in known if not language.test_path(one.path) and language.id != "bash"]
        tests = [one for one, language in known if language.test_path(one.path)]
        if len(code) == 1 and tests and 0 < len(code[0].parts) <= PLACES:
            yield sha, diff, code[0]


def worst(one):
    """The evidence if the failure was raised where the change begins."""
    part = one.parts[0]
    inserted = part.added[0] - part.new_lineno if part.added else 0
    lineno = part.removed[0] if part.removed else part.old_lineno + inserted
    at = lineno - part.old_lineno
    text = part.old[at] if 0 <= at < len(part.old) else ""
    names = list(dict.fromkeys(re.findall(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", text)))[:6]
    suspects = tuple(Suspect(name, "", one.path, lineno) for name in names)
    return judge.Evidence((one.path,), crash=(one.path, lineno), suspects=suspects)


def reader(root, sha):
    """What reads a file as it is after a commit."""
    return lambda path: git(root, "show", f"{sha}:{path}").encode()


def main():
    """Judge and count."""
    total = collections.Counter()
    for root in map(Path, sys.argv[1:]):
        verdicts = collections.Counter()
        for sha, diff, one in fixes(root):
            verdict = judge.judge(diff, reader(root, sha), worst(one))
            verdicts[verdict.verdict] += 1
            if verdict.verdict == judge.HUSHES:
                sys.stdout.write(f"{sha[:10]} {verdict.sentence[:160]}\n")
        sys.stdout.write(f"{root} {dict(verdicts)}\n")
        total += verdicts
    count = max(1, sum(total.values()))
    sys.stdout.write(f"{ {verdict: f'{n} ({n / count:.1%})' for verdict, n in total.items()} }\n")


if __name__ == "__main__":
    main()
