# ruff: noqa: T201 (it prints tables)
"""How many secrets are masked and how many look-alikes: recall, false masks, throughput.

    python tests/bench/bench_secrets.py [SEED] [--show]

The corpus is made by tests/secret_corpus.py; ``--show`` prints what went wrong. Judges nothing.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import secret_corpus
from crimescene.redact import redact

MEGABYTE = 1_000_000


def _masked(text: str) -> str:
    return redact(text).text


def _seconds(text: str) -> float:
    start = time.process_time()
    redact(text)
    return time.process_time() - start


def main() -> None:
    """Print recall, false masks, and how time grows."""
    words = [word for word in sys.argv[1:] if word != "--show"]
    seed = int(words[0]) if words else 1
    secrets, lookalikes = secret_corpus.secrets(seed), secret_corpus.lookalikes(seed)
    missed = secret_corpus.failures(_masked, secrets)
    wrong = secret_corpus.failures(_masked, lookalikes)
    print("| | texts | kinds | wrong | |\n|---|--:|--:|--:|--:|")
    for name, cases, bad in (("secrets", secrets, missed), ("look-alikes", lookalikes, wrong)):
        share = 1 - len(bad) / len(cases) if name == "secrets" else len(bad) / len(cases)
        what = "recall" if name == "secrets" else "false masks"
        print(f"| {name} | {len(cases)} | {len({c.kind for c in cases})} | {len(bad)} | {what} {share:.1%} |")
    if "--show" in sys.argv:
        for case in [*missed, *wrong]:
            print(
                f"{'missed' if case.secret else 'false'}: {case.kind}: {case.text!r}",
                "->",
                repr(_masked(case.text)),
            )
    text = "\n".join(case.text for case in [*secrets, *lookalikes])
    small = text * (MEGABYTE // 4 // len(text) + 1)
    ratio = _seconds(small * 4) / _seconds(small)
    print(f"\nFour times the text ({4 * len(small) / 1e6:.1f} M characters) takes {ratio:.1f} times as long.")


if __name__ == "__main__":
    main()
