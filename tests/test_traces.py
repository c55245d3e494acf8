"""The trace parser: golden archives of every format, and properties that hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archives
from crimescene.model import Relation, Trace
from crimescene.traces import FORMATS, parse
from crimescene.traces.answer import to_json

ROOT = Path(__file__).parent / "traces"
ARCHIVES = sorted(ROOT.glob("*/*.txt"))


def shown(text: str, traces: list[Trace]) -> str:
    """A readable listing: errors, relations, frames with the printed place, what is missing."""
    data = text.encode("utf-8", "surrogateescape")
    lines: list[str] = []
    for trace in traces:
        lines.append(f"{trace.format}" + (f" test {trace.test!r}" if trace.test else ""))
        for number, stack in enumerate(trace.stacks):
            relation = "" if stack.relation is Relation.ROOT else f" {stack.relation.value} of {stack.of}"
            lines.append(f"  {number}{relation} {stack.exception}: {stack.message!r}")
            for frame in stack.frames:
                place = data[frame.span.start : frame.span.end].decode("utf-8", "replace")
                column = "" if frame.column is None else f":{frame.column}"
                module = f" in {frame.module}" if frame.module else ""
                lines.append(f"    {frame.path}:{frame.lineno}{column} {frame.function}{module} <{place}>")
                if frame.code is not None:
                    under = frame.code[slice(*frame.marks)] if frame.marks else ""
                    lines.append(f"      | {frame.code}" + (f" [{under}]" if under else ""))
            if stack.repeated:
                lines.append(f"    repeated {stack.repeated}")
        lines += [f"  missing: {t.missing} -> {t.remedy}" for t in trace.truncation]
        lines += [f"  hint: {t.missing} -> {t.remedy}" for t in trace.hints]
        if trace.assertion:
            label = "" if trace.assertion.labelled else " (unlabelled)"
            lines.append(f"  expected {trace.assertion.expected!r} actual {trace.assertion.actual!r}{label}")
    return "\n".join(lines)


def source(archive: archives.Archive) -> str:
    """The input; where an archive says so, the sign for escape stands for the character."""
    text = archive.sections["input"]
    return text.replace("\N{SYMBOL FOR ESCAPE}", "\x1b") if "(escapes)" in archive.comment else text


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_archive(path: Path, update) -> None:
    """The listing of the parsed input is the wanted one."""
    archive = archives.load(path)
    text = source(archive)
    archives.check(archive, "want", shown(text, parse(text)), update=update)


@pytest.mark.parametrize("form", FORMATS, ids=lambda f: f.name)
def test_format_has_archive(form) -> None:
    """Some archive shows the format."""
    for path in ARCHIVES:
        if any(line.split(" ")[0] == form.name for line in archives.load(path).sections["want"].splitlines()):
            return
    pytest.fail(f"no archive under {ROOT} shows the format {form.name}")


def test_formats_come_in_order() -> None:
    """Names are unique and the generic links come last."""
    names = [form.name for form in FORMATS]
    assert len(set(names)) == len(names)
    assert names[-1] == "generic"


INPUTS = [source(archives.load(path)) for path in ARCHIVES]
LINES = sorted({line for text in INPUTS for line in text.splitlines() if len(line) < 300})


def check_spans(text: str) -> None:
    """Spans lie inside the text, in order, and hold the line number that the frame claims."""
    data = text.encode("utf-8", "surrogatepass")
    traces = parse(text)
    assert [t.span for t in traces] == sorted(t.span for t in traces)
    for trace in traces:
        assert 0 <= trace.span.start <= trace.span.end <= len(data)
        for stack in trace.stacks:
            assert stack.of is None or 0 <= stack.of < len(trace.stacks)
            for frame in stack.frames:
                assert 0 <= frame.span.start <= frame.span.end <= len(data)
    answer = to_json(text, traces)
    assert [f["span"] for f in answer["frames"]] == sorted(f["span"] for f in answer["frames"])


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    """No text makes the parser raise."""
    check_spans(text)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(LINES or [""]),
            st.sampled_from(LINES or [""]).flatmap(
                lambda line: st.sampled_from([line[1:], line[:-1], "  " + line])
            ),
            st.text(max_size=20),
        ),
        max_size=40,
    ),
    st.sampled_from(["\n", "\r\n", "\r", "\\n"]),
)
def test_shuffled_lines(lines: list[str], newline: str) -> None:
    """Lines of real traces in any order, cut anywhere, neither raise nor give spans outside the text."""
    check_spans(newline.join(lines))


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_span_holds_line_number(path: Path) -> None:
    """In real traces every frame's span covers the line number, printed as it is."""
    text = source(archives.load(path))
    data = text.encode("utf-8", "surrogateescape")
    for trace in parse(text):
        for stack in trace.stacks:
            for frame in stack.frames:
                if frame.lineno is not None:
                    place = data[frame.span.start : frame.span.end]
                    assert str(frame.lineno).encode() in place


def prefixed(text: str, prefix: str) -> str:
    """Every line behind a log prefix."""
    return "".join(prefix + line for line in text.splitlines(keepends=True))


PREFIXES = {
    "docker compose": "web-1  | ",
    "kubernetes": "2026-11-22T07:26:15.000000001Z stderr F ",
    "github actions": "2026-11-22T07:26:15.0000000Z ",
    "syslog": "Nov 22 07:26:15 web-1 shop[4711]: ",
    "quoted": "> ",
    "timestamp": "2026-11-22 07:26:15,123 ",
    "comment": "# ",
}
STACKS = sorted(folder.name for folder in ROOT.iterdir() if any(folder.glob("*.txt")))


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES.keys())
@pytest.mark.parametrize("runtime", STACKS)
def test_prefixes_change_nothing(runtime: str, prefix: str) -> None:
    """A log prefix before each line gives the same errors and the same frames."""
    for path in sorted((ROOT / runtime).glob("*.txt")):
        archive = archives.load(path)
        if "(escapes)" in archive.comment or "(prefixed)" in archive.comment:
            continue
        if prefix in ("> ", "# ") and archive.sections["input"].count("\n") < 2:
            continue  # one line alone is no quotation
        plain = facts(archive.sections["input"])
        assert facts(prefixed(archive.sections["input"], prefix)) == plain, path.name


FIRST = [min(folder.glob("*.txt")) for folder in sorted(ROOT.iterdir()) if any(folder.glob("*.txt"))]


@pytest.mark.parametrize("path", FIRST, ids=lambda p: p.parent.name)
def test_many_times(path: Path) -> None:
    """In a long log, of which only parts are read and kept, the same is found each time."""
    text = source(archives.load(path)).rstrip("\n") + "\n\n\nnothing here\n\n\n"
    times = 5000 // text.count("\n") + 2
    assert facts(text * times) == facts(text) * times


def facts(text: str) -> list[tuple[object, ...]]:
    """What must not depend on how the text was wrapped."""
    return [
        (
            trace.format,
            stack.exception,
            stack.relation,
            tuple((f.path, f.lineno, f.function) for f in stack.frames),
        )
        for trace in parse(text)
        for stack in trace.stacks
    ]


def test_json_line() -> None:
    """A trace inside a JSON string gives spans that point at the escaped place."""
    text = '{"msg":"x","stack":"TypeError: no \\"items\\"\\n    at f (/home/dev/a.js:3:22)\\n"}\n'
    (trace,) = parse(text)
    (frame,) = trace.root.frames
    assert trace.root.message == 'no "items"'
    assert text[frame.span.start : frame.span.end] == "/home/dev/a.js:3:22"
