"""Log statements go in without changing what a program does, and come out to the byte."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crimescene.analysis import Analysis
from crimescene.flow.check import faults
from crimescene.log_statements import is_marked, removed
from crimescene.settings import Settings

EVENT = re.compile(r"\[\[trace:(\w+)\]\] (.*?) = (.*)$", re.MULTILINE)


def analysis(root: Path) -> Analysis:
    """A facade over ``root`` that keeps nothing."""
    return Analysis(root, Settings(save_cases=False), with_history=False)


def instrumented(tmp_path: Path, files: dict[str, str], **kwargs) -> tuple[Analysis, dict[str, bytes]]:
    """Write ``files``, observe everything in them, and return their former bytes."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    before = tree(tmp_path)
    asked = analysis(tmp_path)
    asked.log_everywhere([(name, None, None) for name in files], cid="1a2b", **kwargs)
    return asked, before


def tree(root: Path) -> dict[str, bytes]:
    """Every file below ``root``."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def run(command: list[str], cwd: Path) -> tuple[int, str, list[tuple[str, str, str]]]:
    """Run a program: its exit code, what it prints on stdout, and its events."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, EVENT.findall(done.stderr)


PYTHON = '''\
"""Docstring."""
from __future__ import annotations
import functools

class Cart:
    limit: int = 3

    def __init__(self, lines, password="hunter2secret"):
        self.lines = lines
        self.password = password

    @property
    def total(self):
        print("total was asked")
        return sum(self.lines)

    def add(self, n):
        if n > self.limit: self.lines.append(n); n += 1
        elif not n: return None
        else:
            for i in range(n): n += i
        self.last = n
        return n, len(self.lines)

def gen(n):
    for i in range(n):
        yield i * 2

@functools.lru_cache
def one(x): return x * 10

double = lambda n, m=2: n * m
def risky(s):
    try:
        value = int(s)
    except ValueError:
        value = -1
    except (TypeError, KeyError) as exc:
        return str(exc)
    finally:
        s = None
    with open("main.py") as f: pass
    return(value)
class Odd:
    def __repr__(self):
        raise RuntimeError("asked for its repr")
def odd(o=Odd()):
    a, *b = [o, 1, 2]
    return b if (c := len(b)) > 1 else c
c = Cart([1])
print(c.add(5), c.add(2), c.add(0), c.total)
print(list(gen(3)), one(4), double(3), risky("4"), risky("x"), risky(None), odd())
'''


def test_python_runs_the_same_and_comes_back(tmp_path: Path):
    """Suites on one line, generators, properties, handlers and hostile reprs are left as they are."""
    (tmp_path / "main.py").write_text(PYTHON)
    want = run([sys.executable, "main.py"], tmp_path)
    asked, before = instrumented(tmp_path, {"main.py": PYTHON})
    code, out, events = run([sys.executable, "main.py"], tmp_path)
    assert (code, out) == want[:2]
    assert ("len(self.lines)" in str(events)) or any("(6, 2)" in value for _, _, value in events)
    assert any(value == "40" for _, _, value in events)
    assert "hunter2secret" not in str(events)
    asked.remove_logging()
    assert tree(tmp_path) == before


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_endings_and_a_missing_last_one_come_back(tmp_path: Path, ending: str, *, last: bool):
    """A file with CRLF, or without a newline at its end, is restored to the byte."""
    text = PYTHON.replace("\n", ending)
    asked, before = instrumented(tmp_path, {"main.py": text if last else text.rstrip("\r\n")})
    inserted = (tmp_path / "main.py").read_bytes()
    assert inserted != before["main.py"]
    if ending == "\r\n":
        assert b"\n" not in inserted.replace(b"\r\n", b"")
    asked.remove_logging()
    assert tree(tmp_path) == before


def test_edits_of_the_user_stay(tmp_path: Path):
    """What the user wrote between inserting and removing is kept, whatever else goes."""
    asked, before = instrumented(tmp_path, {"main.py": PYTHON})
    now = (tmp_path / "main.py").read_bytes()
    (tmp_path / "main.py").write_bytes(b"# mine\n" + now.replace(b"print(c.add", b"print('new', c.add"))
    asked.remove_logging()
    want = b"# mine\n" + before["main.py"].replace(b"print(c.add", b"print('new', c.add")
    assert (tmp_path / "main.py").read_bytes() == want


def test_instrumenting_twice_adds_nothing(tmp_path: Path):
    """A file that is instrumented already is left alone, and the answer says so."""
    asked, before = instrumented(tmp_path, {"main.py": PYTHON})
    once = tree(tmp_path)
    again = asked.log_everywhere([("main.py", None, None)], cid="ffff")
    assert tree(tmp_path) == once
    assert again.points == []
    assert again.skipped == ["main.py holds log statements already; remove them first."]
    asked.remove_logging()
    assert tree(tmp_path) == before


def test_statements_that_only_look_like_ours_stay():
    """A user's own trace lines and comments are no marks of ours."""
    text = 'print("[[trace:p1]] x = 1")  # dbg: remember\nx = 1  # dbg:zz:p1\nlogging_dbg = 1\n'
    assert removed("a.py", text.encode()) == text.encode()
    assert not is_marked(text.encode())


JAVASCRIPT = """\
'use strict';
// eslint-disable-next-line
const pick = (xs) => xs
  .filter((x) => x > 5)
  .map((x) => ({ x, double: x * 2 }));
let total = 0
class Base { constructor(a) { this.a = a } }
class Shop extends Base {
  #secret = 'sk-123456789abc';
  constructor(a, b = 2) { super(a); this.b = b }
  get sum() { total += 1; return this.a + this.b }
  *each() { for (const v of [this.a, this.b]) yield v * 10 }
  async later(x) { const { a, b: c = 7 } = await x; return a + c }
}
function rate(n) {
  if (n > 10) return 'many'
  else if (n > 5) total += 2
  else for (let i = 0; i < n; i++) total += i
  switch (n) { case 1: total = 5; break; case 2: { total++ } default: total-- }
  const s = n
  ;[1, 2].forEach((v) => { total += v })
  try { if (n === 3) throw new Error('three') } catch { total = -1 } finally { total += 1 }
  lab: do { n--; if (n < 0) break lab } while (n > 0)
  return total
}
const shop = new Shop(1);
console.log(pick([3, 9]), rate(11), rate(6), rate(3), rate(2), shop.sum, [...shop.each()]);
shop.later(Promise.resolve({ a: 1 })).then((v) => console.log(v, total));
const no = () => { throw new Error('asked') };
const proxy = new Proxy({}, { get: no, ownKeys: no });
const own = { get boom() { throw new Error('getter') }, proxy, password: 'tiger-in-the-tank' };
function hold(o) { const k = o; return k }
console.log(hold(own) === own)"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_javascript_runs_the_same_and_comes_back(tmp_path: Path):
    """No semicolons, bodies without braces, getters, proxies and generators are left as they are."""
    (tmp_path / "main.js").write_text(JAVASCRIPT)
    want = run(["node", "main.js"], tmp_path)
    asked, before = instrumented(tmp_path, {"main.js": JAVASCRIPT})
    code, out, events = run(["node", "main.js"], tmp_path)
    assert (code, out) == want[:2]
    assert any(value == "[ { x: 9, double: 18 } ]" for _, _, value in events)
    assert "tiger-in-the-tank" not in str(events)
    assert "sk-123456789abc" not in str(events)
    asked.remove_logging()
    assert tree(tmp_path) == before


JAVA = """\
import java.util.*;
import java.util.function.*;

public class Main {
    enum State { NEW, PAID }
    static class Base { final List<String> of; Base(List<String> of, int n) { this.of = of; } }
    static class Special extends Base {
        static final int WIDE; static { int half = 21; WIDE = half * 2; }
        static <T> List<T> one(T t) { return List.of(t); }
        Special(String s, short n) { super(one(s), n * 2); }
        Special(String s) { this(s + "!", (short) 3); }
    }
    record Item(String name, int price) {
        Item { if (price < 0) throw new IllegalArgumentException(name); }
    }
    private final List<Integer> seen = new ArrayList<>();
    static int calls;
    Main(int first) { this(); seen.add(first); }
    Main() { super(); }
    static byte low(int n) { return (byte) (n & 7); }
    static long wide(int n) { return n * 2; }
    static double mean(int sum, int n) { return sum / n; }
    static <T extends Comparable<T>> T best(List<T> xs) {
        T found = null;
        for (T x : xs)
            if (found == null || x.compareTo(found) > 0) found = x;
        return found;
    }
    static String name(Object o) {
        if (o instanceof String s && !s.isEmpty()) return s;
        else if (o instanceof Item i) { return i.name(); }
        int n;
        if ((n = calls++) > 100) return "many";
        return switch (n % 3) {
            case 0 -> "zero"; case 1 -> { String t = "one"; yield t; } default -> "more";
        };
    }
    static State next(State s) {
        switch (s) {
            case NEW: s = State.PAID;
            default: calls += 2; break;
        }
        while (true) { if (calls > 0) return s; }
    }
    static Supplier<Integer> make(int n) { return () -> n + 1; }
    static void each(List<Integer> xs, Consumer<Integer> c) { xs.forEach(x -> c.accept(x)); }
    public static void main(String[] args) throws Exception {
        Main m = new Main(3);
        int[] sum = {0};
        each(List.of(1, 2), x -> sum[0] += x);
        System.out.println(low(12) + " " + wide(4) + " " + mean(7, 2));
        System.out.println(best(List.of("a", "c", "b")));
        System.out.println(name("x") + name(new Item("i", 1)) + name(1) + name(2) + name(3));
        System.out.println(next(State.NEW));
        System.out.println(make(3).get() + sum[0] + m.seen.toString());
        List<String> names = new ArrayList<>(List.of("b", "a"));
        names.sort(Comparator.comparing(s -> s.toUpperCase()));
        System.out.println(names);
        System.out.println(new Special("s").of + " " + Special.WIDE + (char) (names.size() + 64));
    }
}
"""


@pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK is installed")
def test_java_compiles_runs_the_same_and_comes_back(tmp_path: Path):
    """Patterns, definite assignment, primitives, lambdas, constructors and switches still compile."""
    (tmp_path / "Main.java").write_text(JAVA)
    subprocess.run(["javac", "-d", "out", "Main.java"], cwd=tmp_path, check=True, timeout=120)
    want = run(["java", "-cp", "out", "Main"], tmp_path)
    shutil.rmtree(tmp_path / "out")
    asked, before = instrumented(tmp_path, {"Main.java": JAVA})
    subprocess.run(["javac", "-d", "out", "Main.java"], cwd=tmp_path, check=True, timeout=120)
    code, out, events = run(["java", "-cp", "out", "Main"], tmp_path)
    shutil.rmtree(tmp_path / "out")
    assert (code, out) == want[:2]
    assert any(value == "3" and "sum / n" in label for _, label, value in events)
    assert any((label, value) == ("s + '!'", "s!") for _, label, value in events)
    assert any((label, value) == ("WIDE", "42") for _, label, value in events)
    asked.remove_logging()
    assert tree(tmp_path) == before


GO = """\
package main

import (
	"errors"
	"fmt"
)

type Shop struct {
	Stock  map[string]int
	Secret string
}

var errNone = errors.New("none")

func (s *Shop) take(name string, n int) (left int, err error) {
	defer func() { left++ }()
	if have, ok := s.Stock[name]; !ok {
		return 0, errNone
	} else if have < n {
		return have, fmt.Errorf("%s: %w", name, errNone)
	}
	s.Stock[name] -= n
	return s.Stock[name], nil
}

func both(s *Shop) (int, error) { return s.take("a", 1) }

func half(ok bool) float64 {
	if ok {
		return 1
	}
	return 0.5
}

func kind(v interface{}) string {
	switch x := v.(type) {
	case int:
		return fmt.Sprint(x + 1)
	default:
		return "?"
	}
}

func each(xs ...int) (total int8) {
	for i, x := range xs {
		total += int8(i * x)
	}
	for i := 0; i < 2; i++ { total++ }
	func() { total *= 2 }()
	return
}

func main() {
	s := &Shop{Stock: map[string]int{"a": 3}, Secret: "swordfish-and-chips"}
	fmt.Println(both(s))
	fmt.Println(s.take("a", 9))
	fmt.Println(s.take("z", 9))
	fmt.Println(half(true), kind(3), kind("x"), each(1, 2, 3))
}
"""


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_go_builds_runs_the_same_and_comes_back(tmp_path: Path):
    """Several results, untyped constants, init clauses, type switches and named results still build."""
    (tmp_path / "go.mod").write_text("module app\n\ngo 1.19\n")
    (tmp_path / "main.go").write_text(GO)
    want = run(["go", "run", "."], tmp_path)
    assert want[0] == 0
    asked, before = instrumented(tmp_path, {"main.go": GO})
    code, out, events = run(["go", "run", "."], tmp_path)
    assert (code, out) == want[:2]
    assert any(value.startswith("2, <nil>") or value == "3" for _, _, value in events)
    assert "swordfish" not in str(events)
    asked.remove_logging()
    (tmp_path / "go.sum").unlink(missing_ok=True)
    assert {k: v for k, v in tree(tmp_path).items() if k != "go.mod"} == {"main.go": before["main.go"]}


TYPESCRIPT = """\
type Shape = { kind: 'a'; size: number } | { kind: 'b'; name?: string };
export function area(s: Shape, scale: number): number {
  if (s.kind === 'a') return s.size * scale;
  if (!s.name) { return 0; }
  const text: string = s.name;
  return text.length > scale ? text.length : scale;
}
export const isText = (x: unknown): x is string => typeof x === 'string';
export const pair = <T,>(v: T): [T, T] => [v, v];
export const level = (n: number): 'low' | 'high' => (n > 3 ? 'high' : 'low');
export function first(xs: readonly number[] | null): number | undefined {
  if (xs === null || xs.length === 0) return undefined;
  let best = xs[0];
  for (const x of xs) if (x > (best ?? 0)) best = x;
  return best;
}
"""


def test_typescript_parses_and_keeps_its_conditions(tmp_path: Path):
    """A condition that narrows a type is not passed through a function, which would lose the narrowing."""
    asked, before = instrumented(tmp_path, {"main.ts": TYPESCRIPT})
    text = (tmp_path / "main.ts").read_text()
    assert "if (s.kind === 'a')" in text
    assert "if (!s.name)" in text
    assert "_dbg_1a2b" in text
    assert faults("main.ts", text.encode()) == 0
    asked.remove_logging()
    assert tree(tmp_path) == before


_LINES = st.sampled_from([
    "x = f(x)", "x += 1", "if x: x = 2; y = x", "return x", "return x, 1", "return(x)", "y = [a for a in x]",
    "for a in x: x = a", "while x: break", "assert x, 1", "self.x = x", "x.append(1)", "yield x", "del x[0]",
    "x = lambda a: a + 1",
    "try:\n        x = 1\n    except E as e: x = e", "x = y = f(\n        1,\n    )", "pass",
    "with x as y: x = y",
    "x = 'ä' + x  # dbg", "if x:\n        return\n    else: x = 1",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_put_in_comes_out(tmp_path_factory, lines, ending, last):
    """remove(insert(source)) is the source, and what was inserted parses."""
    text = "def f(x):\n" + "".join(f"    {line}\n" for line in lines)
    text = (text if last else text.rstrip("\n")).replace("\n", ending)
    root = tmp_path_factory.mktemp("w")
    asked, before = instrumented(root, {"a.py": text})
    now = (root / "a.py").read_bytes()
    compile(now, "a.py", "exec")
    asked.remove_logging()
    assert tree(root) == before


LOGGING = """\
import logging
import sys

logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s|%(message)s")
log = logging.getLogger(__name__)


def f(x):
    log.info("called")
    return x + 1


print(f(1))
"""


def test_the_logger_of_the_file_is_used_at_its_own_level(tmp_path: Path):
    """With the sink ``logger`` values come through the file's logger, at a level that it does not filter."""
    (tmp_path / "main.py").write_text(LOGGING)
    asked = analysis(tmp_path)
    asked.insert_logging(asked.suggest_logging(asked.logging_at("main.py", 10, "x")), cid="1a2b", logger=True)
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "2\n"
    assert "INFO|[[trace:p1]] x = 1" in done.stderr
    asked.remove_logging()
    assert (tmp_path / "main.py").read_text() == LOGGING


def test_the_loop_from_the_command_line(tmp_path: Path):
    """Suggest, insert, run, read, check and remove, as somebody types it."""
    files = {
        "a.py": (
            "from b import show\n\n\ndef run(n):\n    total = n * 2\n    return show(total)\n"
            "\n\nprint(run(4))\n"
        ),
        "b.py": "def show(value):\n    return f'{value} EUR'\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    def crimescene(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "crimescene", "logs", *words],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stdout

    place = ("value", "a.py:run", "b.py:show")
    code, plan = crimescene("suggest", *place)
    assert (code, "`a.py:5` in `run`, after `total`" in plan) == (0, True)
    assert crimescene("check") == (0, "")
    assert crimescene("insert", *place, "--sink", "file")[0] == 0
    assert crimescene("check")[0] == 2
    ran = subprocess.run([sys.executable, "a.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("8 EUR\n", "")
    code, trail = crimescene("read")
    assert code == 0
    assert "| a.py:5 | total | 8 |" in trail
    assert crimescene("remove")[0] == 0
    assert {name: (tmp_path / name).read_text() for name in files} == files
