# ruff: noqa: T201 (it prints what it measured)
"""How a server behaves while it reads the words of a large tree: hovers, memory, and the first warm callers.

    python tests/bench/bench_server.py TREE FILE:LINE...

Each FILE:LINE is a function of the tree; a trace of them is opened, and its frames are hovered over while
the words are read. Prints the median and the 95th percentile of a hover before, meanwhile and after, the
seconds it took, and the memory of both processes at their largest. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from wire import Client, at


def peak(process: int) -> float:
    """MiB of a process at its largest."""
    try:
        text = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmHWM")), 0.0)


def child(process: int) -> int:
    """The process that reads the words; 0 if there is none."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if int(stat[1]) == process and b"building" in (entry / "cmdline").read_bytes():
                    return int(entry.name)
            except (OSError, IndexError, ValueError):
                continue
    return 0


def told(times: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(times)
    if not ordered:
        return "none"
    high = ordered[int(0.95 * len(ordered))]
    slow = sum(seconds > 0.05 for seconds in times)
    middle = 1000 * statistics.median(ordered)
    return f"{middle:.0f} ms, p95 {1000 * high:.0f} ms, {len(ordered)} hovers, {slow} over 50 ms"


def main() -> None:
    """Measure one tree."""
    root = Path(sys.argv[1]).resolve()
    places = [place.rpartition(":") for place in sys.argv[2:]]
    lines = [f'  File "{root / path}", line {line}, in function' for path, _, line in places]
    trace = "\n".join(["Traceback (most recent call last):", *lines, "ValueError: no", ""])
    with tempfile.TemporaryDirectory() as folder:
        cache = {"XDG_CACHE_HOME": folder, "HOME": os.environ.get("HOME", folder)}
        client = Client(cwd=Path(folder), env=cache)
        client.answers["window/workDoneProgress/create"] = lambda _: None
        client.answers["client/registerCapability"] = lambda _: None
        watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
        client.initialize(root, capabilities={"workspace": watching, "window": {"workDoneProgress": True}})
        uri = (Path(folder) / "trace.log").as_uri()
        begun = time.perf_counter()
        client.open(uri, trace)

        def hover(number: int) -> float:
            asked = time.perf_counter()
            client.ask("textDocument/hover", at(uri, 1 + number % len(lines), 12))
            return time.perf_counter() - asked

        def kinds() -> set[str]:
            return {n["params"]["value"]["kind"] for n in client.notifications if n["method"] == "$/progress"}

        phases: dict[str, list[float]] = {"before": [], "meanwhile": [], "after": []}
        largest, number, started, ended = 0.0, 0, 0.0, 0.0
        while len(phases["after"]) < 200 and time.perf_counter() - begun < 400:
            seen = kinds()
            phase = "after" if "end" in seen else "meanwhile" if "begin" in seen else "before"
            started = started or (time.perf_counter() if phase == "meanwhile" else 0.0)
            ended = ended or (time.perf_counter() if phase == "after" else 0.0)
            phases[phase].append(hover(number))
            number += 1
            if phase == "meanwhile" and number % 50 == 0:
                largest = max(largest, peak(child(client.process.pid)))
            time.sleep(0.02)
        for phase, times in phases.items():
            print(f"{phase}: {told(times)}")
        waited = started - begun
        print(f"words read in {ended - started:.0f} s, begun {waited:.1f} s after the first document")
        print(f"at the largest: server {peak(client.process.pid):.0f} MiB, reader {largest:.0f} MiB")
        client.process.kill()


if __name__ == "__main__":
    main()
