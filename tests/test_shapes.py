"""Where what is read differs from what is produced, and silence wherever that is not certain."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crimescene.analysis import Analysis
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
    assert "| hop | place | produced | read | verdict |" in markdown(found)
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
