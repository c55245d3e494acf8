"""Value flow: golden plans of the order status in two languages, and single steps of a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from crimescene.analysis import Analysis
from crimescene.flow import lower
from crimescene.flow.facts import paths_in, walk
from crimescene.logged import Wanted
from crimescene.settings import Settings

PROGRAMS = Path(__file__).parent / "programs"


def plan(root: Path, wanted: Wanted) -> list[str]:
    """The points of a plan as ``path:line when label``."""
    analysis = Analysis(root, Settings(save_cases=False), with_history=False)
    return [f"{p.path}:{p.lineno} {p.when} {p.label}" for p in analysis.suggest_logging(wanted).plan.points]


def planned(tmp_path: Path, files: dict[str, str], wanted: Wanted) -> list[str]:
    """Write ``files`` and plan."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return plan(tmp_path, wanted)


def test_order_status_in_python():
    """Between taking the money and the shelf, the job that expires orders is on the way of the status."""
    ends = ("shop/checkout.py", "process_order"), ("shop/inventory.py", "update_inventory")
    assert plan(PROGRAMS / "order_status_py" / "tree", Wanted("order.status", *ends)) == [
        "shop/orders.py:23 after order",
        "shop/checkout.py:13 entry order_id",
        "shop/orders.py:28 exit self._orders[id]",
        "shop/checkout.py:17 after order.status",
        "shop/inventory.py:15 entry order",
        "shop/inventory.py:20 after order.status",
        "shop/jobs/expire_orders.py:16 branch has_open_payment(order)",
        "shop/jobs/expire_orders.py:18 after order.status",
    ]


def test_order_status_in_typescript():
    """The same in TypeScript, where the job that expires orders is found by the field it sets."""
    ends = ("services/processOrder.ts", "processOrder"), ("services/inventory.ts", "updateInventory")
    assert plan(PROGRAMS / "order_status_ts" / "tree", Wanted("order.status", *ends)) == [
        "services/orders.ts:14 after order",
        "services/orders.ts:15 after orders",
        "services/processOrder.ts:6 entry id",
        "services/orders.ts:20 after order",
        "services/processOrder.ts:9 after order.status",
        "services/inventory.ts:15 entry order",
        "services/inventory.ts:20 after order.status",
        "jobs/expireOrders.ts:11 branch now, order",
        "jobs/expireOrders.ts:14 after order.status",
    ]


RENAMED_PY = {
    "process.py": (
        "from checks import settle\nfrom stock import update_inventory\n\n\n"
        "def process_order(order, notes):\n"
        "    settle(order, lambda paid: paid and not notes)\n"
        "    checked = order\n"
        "    return update_inventory(checked)\n"
    ),
    "checks.py": (
        "def settle(purchase, accept):\n"
        "    if accept(purchase['amount'] > 0):\n"
        "        purchase['status'] = 'paid'\n"
        "    else:\n"
        "        purchase['status'] = 'review'\n"
    ),
    "stock.py": (
        "def update_inventory(sale):\n"
        "    if sale['status'] != 'paid':\n"
        "        return 'kept'\n"
        "    return 'moved'\n"
    ),
}


def test_a_rename_a_helper_and_a_callback_in_python(tmp_path: Path):
    """The value is followed into the helper that changes it and into the callback that decides it."""
    wanted = Wanted("order['status']", ("process.py", "process_order"), ("stock.py", "update_inventory"))
    assert planned(tmp_path, RENAMED_PY, wanted) == [
        "process.py:5 entry order, notes",
        "process.py:6 exit paid and not notes",
        "checks.py:2 branch accept(purchase['amount'] > 0)",
        "stock.py:1 entry sale",
    ]


RENAMED_TS = {
    "process.ts": (
        "import { settle, Order } from './checks';\nimport { updateInventory } from './stock';\n\n"
        "export function processOrder(order: Order, notes: string[]): string {\n"
        "  settle(order, (paid) => paid && notes.length === 0);\n"
        "  const checked = order;\n"
        "  return updateInventory(checked);\n"
        "}\n"
    ),
    "checks.ts": (
        "export interface Order { amount: number; status: string }\n\n"
        "export function settle(purchase: Order, accept: (paid: boolean) => boolean): void {\n"
        "  if (accept(purchase.amount > 0)) {\n"
        "    purchase.status = 'paid';\n"
        "  } else {\n"
        "    purchase.status = 'review';\n"
        "  }\n"
        "}\n"
    ),
    "stock.ts": (
        "import type { Order } from './checks';\n\n"
        "export const updateInventory = (sale: Order): string =>"
        " (sale.status === 'paid' ? 'moved' : 'kept');\n"
    ),
}


def test_a_rename_a_helper_and_a_callback_in_typescript(tmp_path: Path):
    """Where a condition cannot be passed on, both stores behind it are observed."""
    wanted = Wanted("order.status", ("process.ts", "processOrder"), ("stock.ts", "updateInventory"))
    assert planned(tmp_path, RENAMED_TS, wanted) == [
        "process.ts:4 entry order, notes",
        "checks.ts:5 after purchase.status",
        "checks.ts:7 after purchase.status",
        "stock.ts:3 exit (sale.status === 'paid' ? 'moved' : 'kept')",
    ]


LANGUAGE_CASES = {
    "a.py": (
        "def f(xs, k):\n    a, b = xs[0], xs[k]\n    a.total += b\n    xs.append(a)\n"
        "    return [a for a in xs]\n"
    ),
    "a.ts": (
        "function f(xs: any, k: any) {\n  const [a, b] = [xs[0], xs[k]];\n  a.total += b;\n  xs.push(a);\n"
        "  return xs.map((y: any) => y);\n}\n"
    ),
    "A.java": (
        "class A { Object f(List<A> xs, int k) {\n  A a = xs.get(0); int b = xs.get(k).total;\n"
        "  a.total += b;\n  xs.add(a);\n  return xs.stream().map(y -> y);\n} int total; }\n"
    ),
    "a.go": (
        "package p\nfunc f(xs []*A, k int) any {\n\ta, b := xs[0], xs[k]\n\ta.total += b.total\n"
        "\txs = append(xs, a)\n\treturn func(y int) int { return y }\n}\n"
    ),
}


@pytest.mark.parametrize("path", sorted(LANGUAGE_CASES))
def test_each_language_knows_definitions_stores_mutations_and_lambdas(path: str):
    """The same program in each language has the same targets, and a unit of its own for the lambda."""
    module = lower(path, LANGUAGE_CASES[path].encode())
    assert module is not None
    unit = next(u for u in walk(module) if u.name == "f")
    targets = {t.path.text for s in unit.statements for t in s.targets}
    assert {"a", "b", "a.total", "xs"} <= targets
    assert {"xs", "k"} <= {p.root for s in unit.statements for p in paths_in(s.sources)}
    if path != "a.py":
        assert [u.kind for u in unit.units] == ["lambda"]


def test_hostile_nesting_is_read_as_far_as_it_goes():
    """Ten thousand brackets end in an answer, not in an error."""
    text = "x = " + "(" * 10_000 + "1" + ")" * 10_000
    assert lower("a.py", text.encode()) is not None


def test_a_default_that_all_calls_share_is_observed(tmp_path: Path):
    """The entry of the function shows that the default is not what was written there."""
    files = {
        "cart.py": "def add(item, bucket=[]):\n    bucket.append(item)\n    return bucket\n",
        "shop.py": (
            "from cart import add\nfrom view import show\n\n\ndef checkout(items):\n"
            "    for item in items:\n        out = add(item)\n    return show(out)\n"
        ),
        "view.py": "def show(rows):\n    return ','.join(rows)\n",
    }
    found = planned(tmp_path, files, Wanted("rows", ("shop.py", "checkout"), ("view.py", "show")))
    assert "cart.py:1 entry bucket" in found
    assert "cart.py:2 after bucket" in found


def test_an_alias_that_is_changed_elsewhere_is_found(tmp_path: Path):
    """A list handed out by a method and changed by who got it is changed for everybody."""
    files = {
        "order.py": (
            "class Order:\n    def __init__(self):\n        self._lines = [3, 2]\n\n"
            "    def lines(self):\n        return self._lines\n"
        ),
        "report.py": "def report(order):\n    lines = order.lines()\n    lines.pop()\n    return lines\n",
        "main.py": (
            "from order import Order\nfrom report import report\nfrom ship import ship\n\n\n"
            "def run():\n    order = Order()\n    report(order)\n    return ship(order)\n"
        ),
        "ship.py": "def ship(order):\n    return order.lines()\n",
    }
    found = planned(tmp_path, files, Wanted("order._lines", ("main.py", "run"), ("ship.py", "ship")))
    assert "report.py:3 after lines" in found


def test_a_new_variable_that_hides_the_outer_one_is_observed(tmp_path: Path):
    """``:=`` in a block makes a variable of its own, and what is found there never gets out."""
    files = {
        "load.go": (
            'package main\n\nfunc load(ok bool) (string, error) {\n\tname := "none"\n\tvar err error\n'
            "\tif ok {\n\t\tname, err := find()\n\t\t_, _ = name, err\n\t}\n\treturn name, err\n}\n\n"
            'func find() (string, error) { return "x", nil }\n'
        ),
        "main.go": (
            "package main\n\nfunc show(n string) { println(n) }\n\n"
            "func run() {\n\tn, _ := load(true)\n\tshow(n)\n}\n\nfunc main() { run() }\n"
        ),
    }
    found = planned(tmp_path, files, Wanted("n", ("main.go", "run"), ("main.go", "show")))
    assert "load.go:7 after name, err" in found
