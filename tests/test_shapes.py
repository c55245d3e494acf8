"""Where what is read differs from what is produced, and silence wherever that is not certain."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.settings import Settings
from crimescene.shapes import Traced, markdown

PROGRAMS = Path(__file__).parent / "programs"


def traced(root: Path, files: dict[str, str] | None = None) -> Traced:
    """Write ``files`` below ``root`` and trace the shapes in them."""
    for name, text in (files or {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Analysis(root, Settings(save_cases=False), with_history=False).trace_shape()


def said(found: Traced) -> list[tuple[str, str, str]]:
    """Kind, key and place of each divergence."""
    return [(d.kind, d.consumed, f"{d.consumer.path}:{d.consumer.lineno}") for d in found.divergences]


def python_fails(root: Path, error: str) -> None:
    """The program in ``root`` really ends with ``error``: what is claimed is true."""
    done = subprocess.run([sys.executable, "main.py"], cwd=root, capture_output=True, text=True, check=False)
    assert error in done.stderr


def test_the_order_table_without_a_trace() -> None:
    """The data is right where it is fetched, and its key is another where it is shown."""
    found = traced(PROGRAMS / "order_table" / "tree")
    assert said(found) == [("missing-key", "total", "components/OrderTable.tsx:32")]
    (one,) = found.divergences
    assert (one.produced, one.producer.path) == ("totalCents", "hooks/useOrders.ts")
    headline, _, way = markdown(found).partition("\n\n")
    assert headline == "components/OrderTable.tsx:32: `total` is not there; what is produced is `totalCents`."
    assert way.startswith("| hop | place | produced | read | verdict |")
    assert any(hop.path == "components/OrderTable.tsx" for hop in one.hops)


def test_repairing_the_order_table_ends_the_report(tmp_path: Path) -> None:
    """The same program, reading the key that is produced."""
    tree = PROGRAMS / "order_table" / "tree"
    files = {p.relative_to(tree).as_posix(): p.read_text() for p in tree.rglob("*") if p.is_file()}
    files["components/OrderTable.tsx"] = files["components/OrderTable.tsx"].replace(
        "order.total)", "order.totalCents)"
    )
    assert not traced(tmp_path, files).divergences


ORDERS = "def orders():\n    return [{'order_id': 7, 'state': 'paid'}]\n"
MAIN = "from orders import orders\nfrom show import show\n\nfor order in orders():\n    print(show(order))\n"


def test_a_key_written_another_way(tmp_path: Path) -> None:
    """The error that follows is the one that was foretold."""
    files = {"orders.py": ORDERS, "main.py": MAIN, "show.py": "def show(o):\n    return o['orderId']\n"}
    assert said(traced(tmp_path, files)) == [("case-mismatch", "orderId", "show.py:2")]
    python_fails(tmp_path, "KeyError: 'orderId'")


@pytest.mark.parametrize(
    "body",
    [
        "return o['order_id']",
        "return o.get('orderId', 0) if 'orderId' in o else o['order_id']",
        "if 'orderId' in o:\n        return o['orderId']\n    return o['order_id']",
        "try:\n        return o['orderId']\n    except KeyError:\n        return o['order_id']",
        (
            "if isinstance(o, str):\n        return o.name\n    elif isinstance(o, dict):\n        return 1\n"
            "    return o.name"
        ),
        "key = ''.join(['order', '_id'])\n    return o[key]",
        "o.update(orderId=1)\n    return o['orderId']",
    ],
)
def test_what_is_right_or_open_is_not_reported(tmp_path: Path, body: str) -> None:
    """Each of these programs runs through."""
    files = {"orders.py": ORDERS, "main.py": MAIN, "show.py": f"def show(o):\n    {body}\n"}
    assert not traced(tmp_path, files).divergences
    python_fails(tmp_path, "")
    done = subprocess.run([sys.executable, "main.py"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0


def test_a_coroutine_that_nobody_awaited(tmp_path: Path) -> None:
    """Looking into it fails."""
    main = "async def load():\n    return {'id': 1}\n\n\nprint(load()['id'])\n"
    assert said(traced(tmp_path, {"main.py": main}))[0][0] == "promise-not-awaited"
    python_fails(tmp_path, "'coroutine' object is not subscriptable")


def test_an_attribute_of_a_dict(tmp_path: Path) -> None:
    """A dict has items, no attributes."""
    main = "def load():\n    return {'name': 'a'}\n\n\nprint(load().name)\n"
    assert said(traced(tmp_path, {"main.py": main})) == [("object-vs-map", "name", "main.py:5")]
    python_fails(tmp_path, "'dict' object has no attribute 'name'")


JS_USE = "import { load } from './load.js';\n\nexport async function show() {\n  %s\n}\n\nshow();\n"
JS_LOAD = "export async function load() {\n  return { rows: [{ userName: 'a', age: 3 }], total: 1 };\n}\n"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("const page = await load(); return page.rows.map((r) => r.user_name);", "case-mismatch"),
        ("const { rows } = load(); return rows;", "promise-not-awaited"),
        ("const page = await load(); return page.map((r) => r.age);", "list-vs-object"),
        ("const page = await load(); return `${page.rows[0].city}`;", "missing-key"),
    ],
)
def test_ecmascript(tmp_path: Path, body: str, wanted: str) -> None:
    """What is read of what another module gives."""
    found = traced(tmp_path, {"load.js": JS_LOAD, "show.js": JS_USE % body})
    assert [d.kind for d in found.divergences][:1] == [wanted]


@pytest.mark.parametrize(
    "body",
    [
        "const page = await load(); return page.rows.map((r) => r.userName);",
        "const page = await load(); return page.rows.map((r) => r.user_name ?? r.userName);",
        "const page = await load(); return page.next ? page.next.url : page.total;",
        "const page = await load(); return page.onDone?.(page.rows);",
        "const page = await load(); page[String(1)] = 2; return `${page.one}`;",
        "const page = await load(); outside(page); return `${page.one}`;",
        "const { limit = 10 } = await load(); return limit + 1;",
        "return load().then((page) => page.total);",
    ],
)
def test_ecmascript_is_silent_where_nothing_is_wrong(tmp_path: Path, body: str) -> None:
    """Asking, defaults, and what somebody else may have changed."""
    assert not traced(tmp_path, {"load.js": JS_LOAD, "show.js": JS_USE % body}).divergences


JAVA = (
    "import java.util.*;\n\npublic class Main {{\n"
    "    static Map<String, Object> row() {{\n        Map<String, Object> row = new HashMap<>();\n"
    '        row.put("orderId", 1);\n        return row;\n    }}\n'
    "    public static void main(String[] args) {{\n        Map<String, Object> row = row();\n"
    "        {body}\n    }}\n}}\n"
)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('System.out.println(row.get("order_id").toString());', ["case-mismatch"]),
        ('System.out.println(row.get("orderId").toString());', []),
        ('if (row.containsKey("order_id")) System.out.println(row.get("order_id").toString());', []),
        ('row.putAll(other()); System.out.println(row.get("order_id").toString());', []),
        ('row.put(args[0], 1); System.out.println(row.get("order_id").toString());', []),
        ('for (String a : args) { row.put("order_id", a); } row.get("order_id").toString();', []),
    ],
)
def test_maps_of_java(tmp_path: Path, body: str, wanted: list[str]) -> None:
    """Keys of a map, unless somebody may have put others into it."""
    found = traced(tmp_path, {"Main.java": JAVA.format(body=body)})
    assert [d.kind for d in found.divergences] == wanted


def test_what_an_unseen_caller_may_replace_is_open(tmp_path: Path) -> None:
    """Nobody here calls either function, so the second may run after the first."""
    text = (
        "let options = { pageSize: 1 };\n"
        "export function size() {\n  return `${options.page_size}`;\n}\n"
        "export function use(given) {\n  options = given;\n}\n"
    )
    assert not traced(tmp_path, {"options.js": text}).divergences
    fixed = text.replace("  options = given;\n", "")
    assert [d.kind for d in traced(tmp_path, {"options.js": fixed}).divergences] == ["case-mismatch"]


def test_the_command_line(tmp_path: Path) -> None:
    """A table to read, JSON for programs, and an exit code that says whether anything was found."""
    files = {"orders.py": ORDERS, "main.py": MAIN, "show.py": "def show(o):\n    return o['orderId']\n"}
    traced(tmp_path, files)
    command = [sys.executable, "-m", "crimescene", "shape", "show.py"]
    table = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (table.returncode, "case-mismatch" in table.stdout) == (0, True)
    data = subprocess.run([*command, "--json"], cwd=tmp_path, capture_output=True, text=True, check=False)
    (one,) = json.loads(data.stdout)["divergences"]
    assert (one["produced"], one["read"], one["consumer"]["line"]) == ("order_id", "orderId", 2)
    (tmp_path / "show.py").write_text("def show(o):\n    return o['order_id']\n")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 2


def test_code_without_end_is_given_up(tmp_path: Path) -> None:
    """Deep nesting and endless recursion cost little and are no error."""
    files = {
        "deep.py": "x = " + "[" * 3000 + "]" * 3000,
        "loop.py": "def f(n):\n    return f(n)\n\n\nf({'a': 1})\n",
    }
    assert not traced(tmp_path, files).divergences


EXPRESS = (
    "const express = require('express');\nconst app = express();\n\n"
    "app.get('/orders/:id', (req, res) => {\n  res.json({ order_id: req.params.id, total_cents: 5 });\n});\n"
)
FASTAPI = (
    "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
    "@app.get('/orders/{number}')\nasync def order(number: int):\n"
    "    return {'order_id': number, 'total_cents': 5}\n"
)
FLASK = FASTAPI.replace("fastapi import FastAPI", "flask import Flask, jsonify").replace(
    "FastAPI()", "Flask('x')"
)
FLASK = FLASK.replace("@app.get('/orders/{number}')\nasync ", "@app.route('/orders/<int:number>')\n")
FETCH = (
    "export async function total(id) {\n  const response = await fetch(`/api/orders/${id}`);\n"
    "  const order = await response.json();\n  return order.%s.toFixed(2);\n}\n"
)
AXIOS = (
    "import axios from 'axios';\n\nexport async function total(id) {\n"
    "  const { data } = await axios.get(`http://shop/orders/${id}`);\n  return data.%s.toFixed(2);\n}\n"
)
REQUESTS = (
    "import requests\n\n\ndef total():\n    order = requests.get('http://shop/orders/7').json()\n"
    "    return order['%s'] / 100\n"
)


@pytest.mark.parametrize(
    ("server", "client"),
    [
        (("server.js", EXPRESS), ("client.js", FETCH)),
        (("server.py", FASTAPI), ("client.js", AXIOS)),
        (("server.py", FLASK), ("client.js", FETCH)),
        (("server.py", FASTAPI), ("client.py", REQUESTS)),
        (("server.js", EXPRESS), ("client.py", REQUESTS)),
    ],
)
def test_both_ends_of_a_request(tmp_path: Path, server: tuple[str, str], client: tuple[str, str]) -> None:
    """What a handler answers is what the other end reads, whatever language either is written in."""
    files = {server[0]: server[1], client[0]: client[1] % "totalCents"}
    found = traced(tmp_path, files)
    assert [(d.kind, d.consumed, d.consumer.path) for d in found.divergences] == [
        ("case-mismatch", "totalCents", client[0])
    ]
    assert found.divergences[0].producer.path == server[0]
    for key, path in (("total_cents", "/orders/"), ("totalCents", "/bills/")):
        text = (client[1] % key).replace("/orders/", path)
        assert not traced(tmp_path, {client[0]: text}).divergences


NEXT = (
    "import { NextResponse } from 'next/server';\n\n"
    "export async function GET() {\n  return NextResponse.json({ order_id: 1, total_cents: 5 });\n}\n"
)
GO = (
    'package main\n\nimport (\n\t"encoding/json"\n\t"net/http"\n)\n\n'
    'type Order struct {\n\tID    int `json:"order_id"`\n\tTotal int `json:"total_cents"`\n}\n\n'
    "func order(w http.ResponseWriter, r *http.Request) {\n"
    "\tjson.NewEncoder(w).Encode(Order{ID: 1, Total: 5})\n}\n\n"
    'func main() {\n\thttp.HandleFunc("GET /api/orders/{id}", order)\n}\n'
)
SPRING = (
    "import org.springframework.web.bind.annotation.*;\n\n"
    '@RestController\n@RequestMapping("/api/orders")\nclass OrderController {\n'
    "    private final Orders orders;\n\n"
    '    @GetMapping("/{id}")\n    public OrderView order(@PathVariable long id) {\n'
    "        return orders.find(id);\n    }\n}\n\n"
    'record OrderView(@JsonProperty("order_id") long id, @JsonProperty("total_cents") long total) {}\n'
)
HTTPX = (
    "import httpx\n\n\nasync def total(number):\n    async with httpx.AsyncClient() as client:\n"
    '        answer = await client.get(f"http://shop/api/orders/{number}")\n'
    "    return answer.json()['%s'] / 100\n"
)
CREATED = (
    "import axios from 'axios';\n\nconst api = axios.create({ baseURL: '/api' });\n\n"
    "export async function total(id) {\n  const { data } = await api.get(`/orders/${id}`);\n"
    "  return data.%s.toFixed(2);\n}\n"
)
QUERY = (
    "import { useQuery } from '@tanstack/react-query';\n\n"
    "async function load(id) {\n  const response = await fetch(`/api/orders/${id}`);\n"
    "  return response.json();\n}\n\n"
    "export function Total({ id }) {\n"
    "  const { data } = useQuery({ queryKey: ['order', id], queryFn: () => load(id) });\n"
    "  return <b>{data.%s.toFixed(2)}</b>;\n}\n"
)


@pytest.mark.parametrize(
    "server", [("app/api/orders/[id]/route.ts", NEXT), ("main.go", GO), ("OrderController.java", SPRING)]
)
@pytest.mark.parametrize("client", [("a.js", FETCH), ("b.py", HTTPX), ("c.js", CREATED), ("d.jsx", QUERY)])
def test_the_asking_side_alone_finds_who_answers(
    tmp_path: Path, server: tuple[str, str], client: tuple[str, str]
) -> None:
    """Only the file that asks is given; the handler is found, in whatever language and framework it is."""
    for key, wanted in (("totalCents", [("case-mismatch", "totalCents")]), ("total_cents", [])):
        root = tmp_path / key
        for path, text in (server, (client[0], client[1] % key)):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        analysis = Analysis(root, Settings(save_cases=False), with_history=False)
        found = analysis.trace_shape([client[0]]).divergences
        assert [(d.kind, d.consumed) for d in found] == wanted
        assert all(d.producer.path == server[0] for d in found)


def test_what_a_condition_looks_into_has_to_be_there(tmp_path: Path) -> None:
    """A condition asks for what it comes to; ``?.``, ``&&`` and an early return make sure of the rest."""
    made = "function find(x) {\n  if (x > 3) return { rows: [] };\n  return null;\n}\n"
    made += "module.exports = { find };\n"
    reads = {
        "if (find(n).rows) console.log(n);": 1,
        "const found = find(n);\nif (found.rows.length > 2) console.log(n);": 1,
        "if (find(n)?.rows) console.log(n);": 0,
        "const found = { rows: [] };\nif (n > 7) found.later = () => n;\nfound.never?.();": 0,
        "const found = find(n);\nif (found && found.rows) console.log(n);": 0,
        "const found = find(n);\nif (!found) require('x').notFound();\nconsole.log(found.rows.length);": 0,
        "const found = find(n);\nassert(found);\nconsole.log(found.rows.length);": 0,
        "const found = find(n);\nif (!found) console.warn('none');\nconsole.log(found.rows.length);": 1,
        "const found = find(n);\nif (!found) process.exit(1);\nif (found.rows.length) console.log(n);": 0,
    }
    for number, (read, wanted) in enumerate(reads.items()):
        main = "const { find } = require('./find');\nconst n = Number(process.argv[2]);\n" + read + "\n"
        root = tmp_path / str(number)
        root.mkdir()
        assert len(traced(root, {"find.js": made, "main.js": main}).divergences) == wanted, read


CRASHES = {
    "KeyError": (
        {
            "main.py": "from api import order\nfrom view import show\n\nprint(show(order(7)))\n",
            "api.py": "def order(number):\n    return {'order_id': number, 'total': 5}\n",
            "view.py": "def show(row):\n    return row['orderId']\n",
        },
        [sys.executable, "main.py"],
        "case-mismatch: orderId",
    ),
    "TypeError": (
        {
            "main.js": "const { find } = require('./stock');\nconst { label } = require('./label');\n"
            "console.log(label(find('zz')));\n",
            "stock.js": "const rows = [{ sku: 'aa', place: { row: 3 } }];\n"
            "function find(sku) {\n  for (const row of rows) if (row.sku === sku) return row;\n"
            "  return null;\n}\nmodule.exports = { find };\n",
            "label.js": "function label(item) {\n  return `row ${item.place.row}`;\n}\n"
            "module.exports = { label };\n",
        },
        ["node", "main.js"],
        "nullable-vs-required: place",
    ),
}


@pytest.mark.parametrize("error", CRASHES)
def test_a_crash_brings_the_way_of_its_value(tmp_path: Path, error: str) -> None:
    """From the traceback alone the prompt tells where shapes part; of another failure it tells nothing."""
    files, command, verdict = CRASHES[error]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here")
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert error in done.stderr
    analysis = Analysis(tmp_path, Settings(save_cases=False), with_history=False)
    assert verdict in analysis.context_of(done.stderr, Wish()).shape
    assert not analysis.context_of(done.stderr.replace(error, "RuntimeError"), Wish()).shape


def test_a_name_exported_for_something_else_stays_what_it_is_inside(tmp_path: Path) -> None:
    """``export { renderApp as render }`` leaves the imported ``render`` alone, and is what others import."""
    files = {
        "app.ts": (
            'import { render } from "./library";\n'
            "const renderApp = async (ui) => {\n"
            "  const page = render(ui);\n"
            "  return page.container;\n"
            "};\n"
            "export { renderApp as render };\n"
        ),
        "library.ts": "export function render(ui) {\n  return { container: ui };\n}\n",
        "test.ts": 'import { render } from "./app";\nexport const shown = render({ id: 1 }).container;\n',
    }
    assert said(traced(tmp_path, files)) == [("promise-not-awaited", "container", "test.ts:2")]
