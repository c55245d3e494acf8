"""Callers, callees and members of the function under the cursor, in small programs of each language."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from weakref import ref

import pytest

import archives
from crimescene import callers, scopes, syntax
from crimescene.callers import glance, receivers, to_json
from crimescene.callers.lexical_text import declared
from crimescene.effort import effort
from crimescene.model import Certainty
from crimescene.workspace import DiskWorkspace

ARCHIVES = sorted((Path(__file__).parent / "callers").glob("*.txt"))
ANSWERS = ("incoming", "outgoing", "members")


class MemoryWorkspace:
    """A workspace that lies nowhere."""

    def __init__(self, files):
        self.root = Path("/nowhere")
        self.held = dict(files)

    def files(self):
        """List the paths."""
        return sorted(self.held)

    def read(self, path):
        """Return the bytes of one file."""
        return self.held.get(path)

    def scan(self, paths):
        """Yield the files that exist."""
        return ((path, self.held[path]) for path in paths if path in self.held)

    def why_unreadable(self, path):
        """Say why a file has no bytes."""
        return "" if path in self.held else f"{path} does not exist."


def opened(sections):
    """Return the workspace of an archive and the function at its cursor."""
    files, place = {}, None
    for name, text in sections.items():
        data = text.encode()
        cursor = data.find(b"$0")
        if cursor >= 0:
            data = data.replace(b"$0", b"")
            place = name, data.count(b"\n", 0, cursor) + 1
        files[name] = data
    assert place is not None, "no cursor"
    workspace = MemoryWorkspace(files)
    outline = syntax.outline(place[0], files[place[0]])
    starts = [
        f for f in (*outline.functions, *(c.function for c in outline.classes)) if f.first_lineno <= place[1]
    ]
    named = [f for f in starts if data_line(files[place[0]], f.name_span.start) == place[1]]
    return workspace, named[0] if named else syntax.enclosing_function(outline, place[1])


def data_line(data, offset):
    """Return the 1-based line of an offset."""
    return data.count(b"\n", 0, offset) + 1


def shown(calls, end):
    """Return calls as lines, best first."""
    lines = []
    for call in calls:
        name = getattr(call, end).qualified_name or "<module>"
        lines.append(f"{call.path}:{call.lineno} {name} {call.certainty.name.lower()} · {call.reason}")
    return "\n".join(lines)


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda p: p.stem)
def test_answers(path, update):
    """Each archive's program gives the answers written beside it."""
    archive = archives.load(path)
    sources = {k: v for k, v in archive.sections.items() if k not in ANSWERS}
    workspace, function = opened(sources)
    if "incoming" in archive.sections:
        found = callers.incoming(workspace, [function])
        assert found.not_examined == 0
        archives.check(archive, "incoming", shown(found.calls, "caller"), update=update)
    if "outgoing" in archive.sections:
        archives.check(
            archive, "outgoing", shown(callers.outgoing(workspace, function), "callee"), update=update
        )
    if "members" in archive.sections:
        found = callers.members(workspace, function)
        archives.check(
            archive, "members", "\n".join(f"{f.kind} {f.qualified_name}" for f in found), update=update
        )


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        ("order", ["Order"]),
        ("lastOrder", ["Order"]),
        ("order_form", ["OrderForm"]),
        ("env", ["Environment"]),
        ("ord", ["Order"]),
        ("url", []),
        ("___", []),
        ("größe", []),
    ],
)
def test_what_a_receivers_name_tells(own, wanted):
    """All of its words before some of them, and nothing where two classes are called alike."""
    known = receivers.classes_by_name(["Order", "OrderForm", "Environment", "URL", "Url", "order"])
    assert list(receivers.named_like(own, known)) == wanted


def test_several_functions_share_one_scan():
    """The callers of many functions come from reading the files once."""
    workspace, first = opened({"a.py": "def one$0():\n    two()\n\n\ndef two():\n    one()\n"})
    second = syntax.outline("a.py", workspace.read("a.py")).functions[1]
    scans = []
    scan = workspace.scan
    workspace.scan = lambda paths: (scans.append(list(paths)), scan(paths))[1]
    found = callers.incoming(workspace, [first, second])
    assert {(c.caller.name, c.callee.name) for c in found.calls} == {("one", "two"), ("two", "one")}
    assert sum("a.py" in paths for paths in scans) <= 2


def test_what_changed_is_read_again():
    """An answer follows the files, not what they once were."""
    workspace, function = opened({"a.py": "def one$0(): ...\n", "b.py": "from a import one\none()\n"})
    assert [c.lineno for c in callers.incoming(workspace, [function]).calls] == [2]
    workspace.held["b.py"] = b"from a import one\n\n\none()\n"
    assert [c.lineno for c in callers.incoming(workspace, [function]).calls] == [4]
    workspace.held["b.py"] = b""
    assert callers.incoming(workspace, [function]).calls == ()


def test_files_that_settled_are_not_read_again(tmp_path, monkeypatch):
    """A warm question reads nothing; what is written again, at the same length too, is seen at once."""
    monkeypatch.setattr("crimescene.workspace._SETTLED", 0)
    (tmp_path / "a.py").write_text("def one(): ...\n", "utf-8")
    (tmp_path / "b.py").write_text("from a import one\none()\n\n", "utf-8")
    (tmp_path / "c.py").write_text("# one, nobody calls it here\n", "utf-8")
    workspace = DiskWorkspace(tmp_path)
    function = syntax.outline("a.py", workspace.read("a.py")).functions[0]
    assert [c.lineno for c in callers.incoming(workspace, [function]).calls] == [2]
    reads = []
    scan, read = workspace.scan, workspace.read

    def scanned(paths):
        paths = list(paths)
        reads.extend(paths)
        return scan(paths)

    monkeypatch.setattr(workspace, "scan", scanned)
    monkeypatch.setattr(workspace, "read", lambda path: reads.append(path) or read(path))
    assert [c.lineno for c in callers.incoming(workspace, [function]).calls] == [2]
    assert reads == []
    before = (tmp_path / "b.py").stat()
    (tmp_path / "b.py").write_text("from a import one\n\none()\n", "utf-8")
    os.utime(tmp_path / "b.py", ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert [c.lineno for c in callers.incoming(workspace, [function]).calls] == [3]
    assert set(reads) == {"b.py"}
    (tmp_path / "b.py").unlink()
    assert callers.incoming(workspace, [function]).calls == ()


def test_a_workspace_that_is_given_up_is_forgotten(tmp_path):
    """What was kept between questions goes with the workspace they were put to."""
    (tmp_path / "a.py").write_text("def one(): ...\none()\n", "utf-8")
    workspace = DiskWorkspace(tmp_path)
    function = syntax.outline("a.py", workspace.read("a.py")).functions[0]
    assert len(callers.incoming(workspace, [function]).calls) == 1
    gone = ref(workspace)
    del workspace
    gc.collect()
    assert gone() is None


def test_a_new_file_is_searched():
    """What is listed later is looked into, whatever the language."""
    workspace, function = opened({"a/A.java": "package a;\nclass A { static void one$0() { } }\n"})
    assert callers.incoming(workspace, [function]).calls == ()
    workspace.held["a/B.java"] = b"package a;\nclass B { void go() { A.one(); } }\n"
    assert [c.path for c in callers.incoming(workspace, [function]).calls] == ["a/B.java"]


def test_limit_says_what_it_left_out():
    """Files that were not examined are counted."""
    files = {f"m{n}.py": "from a import one\none()\n" for n in range(9)}
    workspace, function = opened({"a.py": "def one$0(): ...\n", **files})
    found = callers.incoming(workspace, [function], limit=4)
    assert found.not_examined == 6
    assert len(found.calls) == 3
    assert callers.incoming(workspace, [function], seconds=0).not_examined > 0


CROWDED = "".join(f"    x{n}.one(make({n}).one(x{n}).one(2))\n" for n in range(3_000))
CROWD = {
    "a.py": "class Base: ...\n\n\nclass One(Base):\n    def o$0ne(self, it): ...\n",
    "b.py": f"from a import One\n\ndef make(n):\n    return One()\n\ndef much():\n    x0 = One()\n{CROWDED}",
    "c.py": "from a import One\nOne().one(1)\n",
}


def test_the_time_ends_in_the_middle_of_a_file():
    """One file full of calls does not hold an answer up, and is not said to have been examined."""
    workspace, function = opened(CROWD)
    begun = effort()
    whole = callers.incoming(workspace, [function])
    took = effort() - begun
    workspace, function = opened(CROWD)
    begun = effort()
    found = callers.incoming(workspace, [function], seconds=took / 10)
    assert effort() - begun < took / 2
    assert found.not_examined > 0
    assert len(found.calls) < len(whole.calls)


def test_what_the_clock_cut_short_is_not_remembered():
    """After questions that ended early, the same workspace answers as one that was never asked."""
    workspace, function = opened(CROWD)
    begun = effort()
    whole = callers.incoming(workspace, [function]).calls
    took = effort() - begun
    workspace, function = opened(CROWD)
    for part in (0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4):
        callers.incoming(workspace, [function], seconds=part * took)
    again = callers.incoming(workspace, [function])
    assert again.not_examined == 0
    assert shown(again.calls, "caller") == shown(whole, "caller")


def test_a_type_is_found_beside_a_name():
    """Of a large text only what stands around a name is looked at, a line above or below included."""
    noise = "log.info(x)\n" * 2_000
    text = f"{noise}class A {{\n  val log: Logger = make()\n  Order\n  order\n}}\n{noise}"
    assert declared(text, "log") == ["Logger"]
    assert declared(text, "order") == ["Order"]
    assert declared(text, "nothing") == []


def test_json_is_plain():
    """The command line's form: path, line of the call, caller, certainty and score."""
    workspace, function = opened({"a.py": "def one$0(): ...\n\n\none()\n"})
    first = to_json(callers.incoming(workspace, [function]).calls)[0]
    assert first["path"] == "a.py"
    assert first["line"] == 4
    assert first["function"] == "<module>"
    assert first["certainty"] == "exact"
    assert first["score"] == Certainty.EXACT.value


@pytest.mark.parametrize("ending", ["py", "js", "ts", "tsx", "java", "go"])
@pytest.mark.parametrize(
    "text", ["", "(", "class", "def f(", "x = = 1\n", "\x00\xff", "a.b.c(" * 300, "f(" * 2000]
)
def test_never_raises(ending, text):
    """Broken, empty and deeply nested files give answers, if empty ones."""
    name = f"a.{ending}"
    workspace = MemoryWorkspace({name: text.encode("utf-8", "replace") + b"\nfoo()\n", f"b.{ending}": b"foo"})
    outline = syntax.outline(name, workspace.read(name))
    for function in (outline.module, *outline.functions):
        callers.incoming(workspace, [function])
        callers.outgoing(workspace, function)
        callers.members(workspace, function)


def test_callers_of_callers():
    """Depth follows callers of callers and stops at cycles."""
    text = "def a$0():\n    c()\n\n\ndef b():\n    a()\n\n\ndef c():\n    b()\n\n\nc()\n"
    workspace, function = opened({"a.py": text})
    found = callers.transitive(workspace, function, 5)
    assert [(c.caller.name, c.callee.name) for c in found.calls][:2] == [("b", "a"), ("c", "b")]
    assert {(c.caller.kind, c.lineno) for c in found.calls[2:]} == {("function", 2), ("module", 13)}
    assert [len(level) for level in found.levels] == [1, 1, 2]
    assert [(c["depth"], c["callee"], c["line"]) for c in found.to_json()[:2]] == [(1, "a", 6), (2, "b", 10)]
    assert len(callers.transitive(workspace, function).calls) == 1


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("go", "x.Run(stop)", True),
        ("go", "x.Run()", False),
        ("go", 't.Run("a(b,", func() { go(1, 2) })', False),
        ("go", "x.Run(pair())", True),
        ("go", "x.Run(all...)", True),
        ("go", "x.Run(\n\tstop, // a, b\n)", True),
        ("go", "func (l *Loop) Run(stop chan int) {", False),
        ("go", "// Run(stop) starts it", False),
        ("go", 'url := "http://Run(stop)"', True),
        ("go", "start(x.Run)", True),
        ("go", "type T struct {\n\tRun bool\n}", False),
        ("java", "void Run(int stop) {", False),
        ("java", "return Run(stop);", True),
        ("java", "list.forEach(this::Run)", True),
        ("java", " * Run(stop) starts it", False),
        ("java", 'Run("""\n, "quoted" ,\n""")', True),
        ("java", "x.Run('(', 1)", False),
        ("csharp", 'Run(@"\\", 1)', True),
        ("csharp", "loop?.Run(stop)", True),
        ("csharp", "Run is not null", True),
        ("csharp", "public override int Run(int stop) => 1;", False),
    ],
)
def test_a_glance_leaves_out_what_cannot_call(language, text, wanted):
    """A file is read unless no occurrence of the name can be a call with one argument, or pass it on."""
    assert glance.may_call(f"\n{text}\n".encode(), b"Run", (1, 1), language) is wanted


def test_files_that_cannot_call_are_not_parsed(monkeypatch):
    """Of many files that mention a name only those are parsed where a call fits."""
    files = {f"p{n}/t.go": f'package p{n}\n\nfunc T() {{\n\tt.Run("a", nil)\n}}\n' for n in range(9)}
    own = "package a\n\ntype Loop struct{}\n\nfunc (l *Loop) Ru$0n(stop int) {\n}\n"
    caller = "package a\n\nfunc Start(l *Loop) {\n\tl.Run(1)\n}\n"
    workspace, function = opened({"a/a.go": own, "a/b.go": caller, **files})
    parsed = []
    read = scopes.read
    monkeypatch.setattr(scopes, "read", lambda path, source: (parsed.append(path), read(path, source))[1])
    found = callers.incoming(workspace, [function])
    assert [(c.path, c.lineno) for c in found.calls] == [("a/b.go", 4)]
    assert set(parsed) == {"a/a.go", "a/b.go"}
