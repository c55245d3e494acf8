r"""Go: panics, fatal errors, goroutine dumps.

    panic: runtime error: index out of range [9] with length 2 [recovered]
        panic: again

    goroutine 6 [running]:
    example.com/demo/store.(*Repo).At(...)
        /home/dev/demo/store/store.go:13
    main.worker(0x0?, 0x0?)
        /home/dev/demo/main.go:22 +0x7d
    created by main.main in goroutine 1
        /home/dev/demo/main.go:43 +0x457

Defined in Go's ``src/runtime/panic.go`` (``printpanics``) and ``traceback.go`` (``traceback2``,
``goroutineheader``, ``printcreatedby``). At most 100 frames of a goroutine are printed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Span, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.go_test import test_above
from crimescene.traces.patterns import rx
from crimescene.traces.quick import quick_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = rx(
    # without indentation, as pasted text often is, only what ends like a place
    r"(?:[\t ]{1,60}|(?=\S[^:\n]{0,1000}:\d{1,9} \+0x))"
    r"((?:[A-Za-z]:)?[^\s:][^:\n]{0,1000}):(\d{1,9})(?: \+0x[0-9a-f]+)?"
    r"(?: (?:fp|sp|pc)=0x[0-9a-f]+)*\s*$"
)
_GOROUTINE = rx(
    r"[ \t]{0,60}goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[[^\]\n]{1,200}\]"
    r"(?:, locked to thread)?:\s*$"
)
_CREATED = rx(r"[ \t]{0,60}created by (.{1,400}?)(?: in goroutine \d+)?\s*$")
_ELIDED = rx(r"[ \t]{0,60}\.\.\.(?:(\d+)|additional) frames elided\.\.\.")
_PANIC = rx(
    r"(.{0,300}?)(Observed a panic|Recovered from panic|panic|fatal error|fatal"
    r"|unexpected fault address|SIGQUIT|SIGABRT|SIGSEGV|panic serving [^\s]{1,80}|panic recovered"
    r"|\[Recovery\].{0,60}panic recovere"
    r"d):(?: |$)(.*)$"
)
_OBSERVED = rx(r".{0,300}?\"Observed a panic\" (?:.{0,300}? )?panic=\"((?:[^\"\\]|\\.){0,2000})\"")
"""What Kubernetes logs: with its values by name since 1.31, before as text and value."""
_BOTH = rx(r"\".{0,2000}\" \((.{1,2000})\)$")
_NESTED = rx(r"[ \t]{1,60}panic: (.*)$")
_SIGNAL = rx(r"\[signal |\[recovered\]|\s*$|runtime: |goroutine stack exceeds")
_FUNCTION = rx(
    r"(?:[\w.~-]{1,80}/){0,12}[\w.-]{1,80}\.(?:\(\*?\w{1,80}\)\.)?"
    r"[\w.\[\]]{1,160}(?:\(\.\.\.\))?\s*$"
)
_RECOVERED = rx(r" \[recovered(?:, repanicked)?\]$| \[goexit\]$")
_UP = 40


_CALLER = rx(r"(?:^|.*\t)[^\s:]{1,400}\.go:\d{1,9}\t([^\t\n]{0,2000})")


def read(doc: Document) -> Iterator[Trace]:
    """Goroutine dumps with the panic above them; panics that print no stack."""
    for line in doc.find("goroutine "):
        if doc.claimed[line] or not _GOROUTINE.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        trace = _dump(doc, line)
        if trace is not None:
            yield trace
    yield from _errors(doc)


def _errors(doc: Document) -> Iterator[Trace]:
    """Stacks that errors carry (``%+v`` of pkg/errors, zap's ``stacktrace``), the message above them."""
    for line in doc.find(".go:"):
        first = line - 1
        if doc.claimed[line] or first < 0 or doc.claimed[first] or not _is_call(doc, first):
            continue
        frames, at = _frames(doc, first, [])
        if not frames:
            continue
        above = doc.line(first - 1).strip() if first > 0 and not doc.claimed[first - 1] else ""
        opened = first - 1 if above else first
        if called := _CALLER.match(above):  # zap's console: the place of the call, the message
            above, opened = called[1], first
        doc.claim(opened, at - 1)
        yield trace_of("go", [Stack(None, above, tuple(frames), Relation.ROOT, doc.span(opened, at - 1))])


def _is_call(doc: Document, line: int) -> bool:
    """Whether a function stands alone on the line, and a place below it."""
    return bool(
        _FUNCTION.match(doc.text, doc.starts[line], doc.ends[line])
        and line + 1 < len(doc)
        and _PLACE.match(doc.text, doc.starts[line + 1], doc.ends[line + 1])
    )


def _dump(doc: Document, line: int) -> Trace | None:
    errors = _heads(doc, line)
    first = errors[0][2] if errors else line
    stacks: list[Stack] = []
    missing: list[Truncation] = []
    for n, (name, text, place) in enumerate(errors[:-1]):
        stacks.append(Stack(name, text, (), Relation.CONTEXT, doc.span(place, place), 0, n + 1))
    kind: str | None = None
    message, opened = "", line
    if errors:
        kind, message, opened = errors[-1]
    at, last = line, line
    while True:
        frames, at = _frames(doc, at + 1, missing)
        last = max(last, at - 1)
        stacks.append(Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(opened, last)))
        following = at
        while following < len(doc) and doc.blank(following) and following < at + 3:
            following += 1
        if following >= len(doc) or not _GOROUTINE.match(
            doc.text, doc.starts[following], doc.ends[following]
        ):
            break
        at, last, opened, kind, message = following, following, following, None, ""
    if not any(s.frames for s in stacks):
        return None
    test = test_above(doc, first) if errors else None
    if test is None:
        doc.claim(first, last)
        return trace_of("go", stacks, truncation=tuple(missing))
    name, verdict, logged = test
    doc.claim(verdict, last)
    panicked = len(errors) - 1
    stack = stacks[panicked]
    stacks[panicked] = replace(stack, frames=(*stack.frames, *logged))
    stacks[0] = replace(stacks[0], span=Span(doc.span(verdict, verdict).start, stacks[0].span.end))
    return trace_of("go", stacks, truncation=tuple(missing), test=name)


def _heads(doc: Document, line: int) -> list[tuple[str, str, int]]:
    """The panics above a goroutine's head, the first thrown first."""
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above]:
            break
        observed = _OBSERVED.match(doc.text, doc.starts[above], doc.ends[above])
        if observed:
            return [("panic", observed[1].replace('\\"', '"'), above)]
        found = _PANIC.match(doc.text, doc.starts[above], doc.ends[above])
        if not found or found[1].startswith(("\t", " ")):
            continue
        if found[1] and not found[1].rstrip().endswith((":", "]", "http", "|")) and not found[1].isspace():
            continue
        kind = "fatal error" if found[2].startswith("fatal") else "panic" if "panic" in found[2] else found[2]
        errors: list[tuple[str, str, int]] = []
        lines, at = [found[3]], above
        for below in range(above + 1, line):
            content = doc.line(below)
            if nested := _NESTED.match(content):
                errors.append((kind, _message(lines), at))
                kind, lines, at = "panic", [nested[1]], below
            elif _SIGNAL.match(content):
                continue
            else:
                lines.append(content.strip())
        errors.append((kind, _message(lines), at))
        return errors
    return []


def _message(lines: list[str]) -> str:
    joined = "\n".join(lines).strip()
    if both := _BOTH.match(joined):
        return both[1]
    found = _RECOVERED.search(joined)
    return joined[: found.start()] if found else joined


def _frames(doc: Document, at: int, missing: list[Truncation]) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    text, same = doc.text, doc.same
    while at < len(doc) and not doc.claimed[at] and not doc.blank(at):
        start, end = doc.starts[at], doc.ends[at]
        elided = text.find("elided", start, end) >= 0 and _ELIDED.match(text, start, end)
        if elided:
            count = f"{elided[1]} " if elided[1] else ""
            missing.append(Truncation(f"{count}frames between were elided by the Go runtime", ""))
            at += 1
            continue
        if at + 1 < len(doc):
            place = _PLACE.match(text, doc.starts[at + 1], doc.ends[at + 1])
            if place:
                head = text[start:end]
                path, name = place[1], function_name(head)
                frames.append(
                    quick_frame(
                        same(path, path),
                        doc.places.numbers[place[2]],
                        None,
                        same(name, name),
                        None,
                        doc.printed(at, at + 1, at + 1),
                        doc.places.packed(place.start(1), place.end(2)),
                    )
                )
                at += 2
                continue
        if text[start:end].strip().startswith("goroutine running on other thread"):
            missing.append(
                Truncation("the stack of a goroutine on another thread was unavailable", "GOTRACEBACK=crash")
            )
            at += 1
            continue
        break
    return frames, at


def function_name(line: str) -> str:
    """``example.com/demo/store.(*Repo).At`` of a frame's first line."""
    line = line.strip()
    created = _CREATED.match(line) if line.startswith("created by ") else None
    if created:
        return created[1]
    if line.endswith(")"):
        opening = line.rfind("(")
        if opening > 0:
            return line[:opening]
    return line


FORMAT = Format("go", 20, ("goroutine ", ".go:"), read)
