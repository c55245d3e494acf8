# ruff: noqa: T201 (it prints tables)
"""How fast traces are found: throughput, growth and memory, as ratios to ``wc -l`` of the same file.

    python tests/bench/bench_traces.py [MEGABYTES]

Prints a table; judges nothing. Texts are made here: a service's log without any trace, logs full of the
traces of one runtime, and texts made to hurt parsers, each at two sizes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from crimescene.traces import parse

GROWTH = 400_000
"""Characters of the smaller of two sizes."""


def log_line(n: int) -> str:
    """One line of a web service."""
    return (
        f"2026-11-22T07:{n // 60 % 60:02}:{n % 60:02}.{n % 1000:03}Z INFO  [worker-{n % 16}] shop.api: "
        f"GET /cart/{n} 200 in {n % 97}ms from 10.0.{n % 255}.{n % 251}:{1024 + n % 60000} (took 12:30:45)\n"
    )


def python(n: int) -> str:
    """An error with its cause, as CPython 3.11 prints it."""
    frames = "".join(
        f'  File "/srv/app/shop/{name}.py", line {n % 400 + k}, in {name}\n'
        f"    return self.{name}_total(cart, {n})\n"
        "           ^^^^^^^^^^^^^^^^^^^^^^^^\n"
        for k, name in enumerate(("views", "service", "cart", "price", "store", "rows", "query", "pool"))
    )
    return f"Traceback (most recent call last):\n{frames}KeyError: 'row {n}'\n\n"


def java(n: int) -> str:
    """A servlet's error with a cause."""
    frames = "".join(
        f"\tat org.springframework.web.servlet.Dispatcher{k}.doDispatch(Dispatcher{k}.java:{n % 900 + k})\n"
        for k in range(25)
    )
    cause = "".join(f"\tat com.acme.shop.Cart{k}.total(Cart{k}.java:{n % 300 + k})\n" for k in range(5))
    return (
        f"java.lang.IllegalStateException: cannot load cart {n}\n{frames}"
        f"Caused by: java.io.IOException: no row {n}\n{cause}\t... 23 more\n"
    )


def node(n: int) -> str:
    """An error of ten frames."""
    frames = "".join(
        f"    at Cart.total{k} (/srv/app/node_modules/shop/lib/cart{k}.js:{n % 300 + k}:{k + 9})\n"
        for k in range(9)
    )
    return (
        f"TypeError: Cannot read properties of undefined (reading 'price{n}')\n{frames}"
        "    at async /srv/app/server.js:12:3\n\n"
    )


def go(n: int) -> str:
    """A panic with two goroutines."""
    frames = "".join(
        f"example.com/shop/store.(*Repo).At{k}(0xc0000140{k:02}, {n})\n"
        f"\t/srv/app/store/store{k}.go:{n % 90 + k} +0x1d\n"
        for k in range(8)
    )
    return (
        f"panic: runtime error: index out of range [{n}] with length 2\n\ngoroutine 1 [running]:\n{frames}\n"
    )


TEXTS: dict[str, Callable[[int], str]] = {
    "log": log_line,
    "python": python,
    "java": java,
    "node": node,
    "go": go,
    "mixed": lambda n: "".join(log_line(n + k) for k in range(20)) + (python, java, node, go)[n % 4](n),
}


def pieces(make: Callable[[int], str], size: int) -> Iterator[str]:
    """Texts of ``make`` until ``size`` characters are reached."""
    total = n = 0
    while total < size:
        piece = make(n)
        yield piece
        total += len(piece)
        n += 1


TRACE = (
    'Traceback (most recent call last):\n  File "/srv/app/main.py", line 12, in main\n    run()\n'
    '  File "/srv/app/run.py", line 7, in run\n    raise ValueError("needle")\nValueError: needle\n'
)
HOSTILE: dict[str, Callable[[int], str]] = {
    "long line": lambda n: "x" * n,
    "colons": lambda n: "a:1:" * (n // 4),
    "at f (": lambda n: "at f (" * (n // 6),
    "paths": lambda n: "/a/b.py:1 " * (n // 10),
    "parentheses": lambda n: "(" * (n // 2) + ")" * (n // 2),
    "nested calls": lambda n: "    at " + "f (" * (n // 4) + "x.js:1:2" + ")" * (n // 4),
    "blanks": lambda n: "    at " + " " * n + "x\n" + "\t" * n,
    "quotes": lambda n: '  File "' * (n // 8),
    "digits": lambda n: "x.py:" + "1" * n + "\n" + ("1" * 40 + ":") * (n // 41),
    "colours": lambda n: "\x1b[31m" * (n // 5) + "x\x1b" + "[" * (n // 5),
    "carets": lambda n: "E   " + "^~" * (n // 4) + "!\nCaused by: " + "a.b$" * (n // 8) + ":",
    "braces": lambda n: '{"a":' * (n // 6) + "1" + "}" * (n // 6),
    "backslashes": lambda n: '{"stack":"' + "\\" * n + '"}',
    "carriage returns": lambda n: "".join(f"\rbuild {k}%" for k in range(n // 11)) + "\n" + TRACE,
    "many traces": lambda n: TRACE * (n // len(TRACE)),
    "many frames": lambda n: (
        "Traceback (most recent call last):\n"
        + "".join(f'  File "/srv/app/m{k}.py", line {k + 1}, in f{k}\n    g()\n' for k in range(n // 57))
        + "ValueError: needle\n"
    ),
    "long chain": lambda n: "\nDuring handling of the above exception, another exception occurred:\n\n".join(
        [TRACE] * (n // 250)
    ),
    "deep groups": lambda n: "".join(
        ("  " * k + ("+-+---------------- 1 ----------------\n" if k else ""))
        + "  " * (k + 1)
        + ("| " if k else "+ ")
        + "Exception Group Traceback (most recent call last):\n"
        + "  " * (k + 1)
        + f'|   File "/srv/app/g.py", line {k + 1}, in f\n'
        + "  " * (k + 1)
        + "| ExceptionGroup: g (1 sub-exception)\n"
        for k in range(int((n / 6) ** 0.5))
    ),
    "backquotes": lambda n: "```\n" * (n // 4),
    "colon lines": lambda n: "a: b: c: 1\n" * (n // 11),
    "place lines": lambda n: "src/a.py:1:2 x\n" * (n // 15),
    "at lines": lambda n: "\tat a.b.C.d(C.java:1)\n" * (n // 22),
}


def seconds(text: str, times: int = 2) -> float:
    """The best of some runs, in seconds of processor time."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        parse(text)
        best = min(best, time.process_time() - start)
    return best


def counted(text: str) -> float:
    """Seconds that ``wc -l`` takes for the text in a file, best of five."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        best = float("inf")
        for _ in range(5):
            start = time.perf_counter()
            subprocess.run(["wc", "-l", str(path)], check=True, capture_output=True)
            best = min(best, time.perf_counter() - start)
    return best


def memory(name: str, size: int) -> tuple[float, float]:
    """Peak megabytes of a process that parses ``size`` characters of a text, and of one that does not."""
    script = (
        "import resource, sys; sys.path.insert(0, {folder!r})\n"
        "import bench_traces as b; from crimescene.traces import parse\n"
        "text = ''.join(b.pieces(b.TEXTS[{name!r}], {size}))\n"
        "if {run}: parse(text)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    folder = str(Path(__file__).parent)
    peaks = []
    for run in (True, False):
        code = script.format(folder=folder, name=name, size=size, run=run)
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        peaks.append(float(done.stdout))
    return peaks[0], peaks[1]


def main() -> None:
    """Print the tables."""
    size = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 4_000_000
    peaks = {name: memory(name, size) for name in TEXTS}  # first: a process begins at the peak of its parent
    parse("".join(make(1) for make in TEXTS.values()))  # patterns are compiled on first use
    print(f"{'text':18} {'MB':>6} {'MB/s':>7} {'x wc -l':>8}")
    for name, make in TEXTS.items():
        text = "".join(pieces(make, size))
        took = seconds(text)
        print(f"{name:18} {len(text) / 1e6:6.1f} {len(text) / 1e6 / took:7.1f} {took / counted(text):8.0f}")
    print(f"\n{'hostile text':18} {'s':>7} {'s twice':>8} {'growth':>7}")
    for name, make in HOSTILE.items():
        once, twice = seconds(make(GROWTH)), seconds(make(2 * GROWTH))
        print(f"{name:18} {once:7.3f} {twice:8.3f} {twice / max(once, 1e-4):7.2f}")
    print(f"\n{f'{size / 1e6:.0f} MB of':18} {'peak MB':>8} {'text alone':>11}")
    for name, (with_parse, without) in peaks.items():
        print(f"{name:18} {with_parse:8.0f} {without:11.0f}")


if __name__ == "__main__":
    main()
