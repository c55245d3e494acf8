r"""Go's race detector.

    WARNING: DATA RACE
    Read at 0x00c0000b0008 by goroutine 7:
      main.main.func5()
          /home/dev/demo/main.go:79 +0x39

    Previous write at 0x00c0000b0008 by main goroutine:
      ...

Defined in LLVM's ``compiler-rt/lib/tsan/rtl/tsan_report.cpp`` (the SANITIZER_GO parts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.go import function_name
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = rx(r"[\t ]{4,60}((?:[A-Za-z]:)?[^\s:][^:\n]{0,1000}):(\d{1,9})(?: \+0x[0-9a-f]+)?\s*$")
_TITLE = rx(
    r"(?:Previous |Atomic |Previous atomic )?(?:[Rr]ead|[Ww]rite) at |Goroutine \d+ "
    r"|\[failed to restore the stack\]|\s*$"
)


def read(doc: Document) -> Iterator[Trace]:
    """Each report from its warning to the rule below."""
    for line in doc.find("WARNING: DATA RACE"):
        frames: list[Frame] = []
        missing: list[Truncation] = []
        message, at = "", line + 1
        while at < len(doc) and not doc.claimed[at] and not doc.line(at).startswith("====="):
            printed = doc.line(at)
            if "[failed to restore the stack]" in printed:
                missing.append(
                    Truncation("the stack of an access was no longer known", "GORACE=history_size=7")
                )
            if not message and _TITLE.match(printed) and printed.strip():
                message = printed.strip()
            place = _PLACE.match(doc.text, doc.starts[at], doc.ends[at])
            if place:
                frames.append(
                    doc.frame(
                        at, place.start(1), place.end(2), place[1], place[2],
                        function=function_name(doc.line(at - 1)), text=f"{doc.line(at - 1)}\n{printed}",
                    )
                )  # fmt: skip
            elif not _TITLE.match(printed) and not printed.startswith("  "):
                break
            at += 1
        if frames:
            doc.claim(line, at - 1)
            stack = Stack("DATA RACE", message, tuple(frames), Relation.ROOT, doc.span(line, at - 1))
            yield trace_of("go-race", [stack], truncation=tuple(missing))


FORMAT = Format("go-race", 15, ("WARNING: DATA RACE",), read)
