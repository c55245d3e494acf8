"""Printed paths and the workspace file each one means."""

from __future__ import annotations

import pytest

from crimescene.model import Frame, Span
from crimescene.resolve import index_files, is_library, resolve

HISTORY = "web/src/components/OrderHistory.tsx"
FILES = [
    "black.py",
    "src/shop/orders.py",
    "src/shop/__init__.py",
    "src/main/java/com/shop/Order.java",
    "src/main/java/com/shop/web/Order.java",
    "src/test/java/com/shop/OrderTest.java",
    "src/main/kotlin/com/shop/App.kt",
    "internal/store/store.go",
    "cmd/server/main.go",
    HISTORY,
    "web/src/hooks/useOrders.ts",
    "admin/src/hooks/useOrders.ts",
    "node_modules/lodash/lodash.js",
    "tests/mock.py",
    "docs/Übersicht plan.py",
    "a/config.py",
    "b/config.py",
]

WANTED = [
    # printed path, function, wanted file (None: not in the workspace), in-app
    ("/ws/src/shop/orders.py", "f", "src/shop/orders.py", True),
    ("src/shop/orders.py", "f", "src/shop/orders.py", True),
    ("./src/shop/orders.py", "f", "src/shop/orders.py", True),
    ("/home/ci/checkout/src/shop/orders.py", "f", "src/shop/orders.py", True),
    ("/app/shop/orders.py", "f", "src/shop/orders.py", True),
    ("/home/ci/black/black.py", "f", "black.py", True),
    ("C:\\work\\shop\\src\\shop\\orders.py", "f", "src/shop/orders.py", True),
    ("C:/work/shop/src/shop/orders.py", "f", "src/shop/orders.py", True),
    ("\\\\?\\C:\\work\\src\\shop\\orders.py", "f", "src/shop/orders.py", True),
    ("file:///ws/docs/%C3%9Cbersicht%20plan.py", "f", "docs/Übersicht plan.py", True),
    ("file:///C:/x/web/src/hooks/../hooks/useOrders.ts", "f", "web/src/hooks/useOrders.ts", True),
    (
        "webpack://shop/./web/src/components/OrderHistory.tsx?a1b2",
        "f",
        HISTORY,
        True,
    ),
    (
        "webpack-internal:///./web/src/components/OrderHistory.tsx",
        "f",
        HISTORY,
        True,
    ),
    (
        "http://localhost:5173/src/components/OrderHistory.tsx?t=17",
        "f",
        HISTORY,
        True,
    ),
    ("src/hooks/useOrders.ts", "f", None, False),
    ("Order.java", "com.shop.Order.total", "src/main/java/com/shop/Order.java", True),
    ("Order.java", "com.shop.web.Order$Line.total", "src/main/java/com/shop/web/Order.java", True),
    ("Order.java", "org.other.Order.total", None, False),
    ("Order.java", "app//com.shop.Order.<init>", "src/main/java/com/shop/Order.java", True),
    ("App.kt", "com.shop.AppKt.main", "src/main/kotlin/com/shop/App.kt", True),
    ("ArrayList.java", "java.util.ArrayList.get", None, False),
    ("example.com/shop/internal/store/store.go", "store.Get", "internal/store/store.go", True),
    ("/usr/local/go/src/runtime/panic.go", "runtime.gopanic", None, False),
    ("/usr/lib/python3.8/unittest/mock.py", "patched", None, False),
    ("/venv/lib/python3.11/site-packages/shop/orders.py", "f", None, False),
    ("/ws/node_modules/lodash/lodash.js", "f", "node_modules/lodash/lodash.js", False),
    ("node:internal/process/task_queues", "f", None, False),
    ("<frozen importlib._bootstrap>", "f", None, False),
    ("/rustc/8f9c1e2d3a4b/library/core/src/panicking.rs", "f", None, False),
    ("/opt/elsewhere/config.py", "f", None, False),
    ("/srv/SRC/Shop/Orders.py", "f", "src/shop/orders.py", True),
    ("/srv/gone.py", "f", None, False),
]


def frame(path: str, function: str) -> Frame:
    """A frame that prints ``path``."""
    return Frame(path, 3, None, function, None, "", Span(0, 0))


@pytest.mark.parametrize(("printed", "function", "wanted", "in_app"), WANTED, ids=[w[0] for w in WANTED])
def test_printed_path_finds_its_file(printed: str, function: str, wanted: str | None, in_app: bool) -> None:  # noqa: FBT001
    """Each printed form leads to the one file it means, or nowhere."""
    found = resolve(frame(printed, function), index_files("/ws", FILES))
    assert (found.location.path if found.location else None, found.in_app) == (wanted, in_app)


def test_ambiguous_paths_are_said_not_guessed() -> None:
    """Two files with the same tail are both named."""
    found = resolve(frame("src/hooks/useOrders.ts", "f"), index_files("/ws", FILES))
    assert found.location is None
    assert "admin/src/hooks/useOrders.ts" in found.note
    assert "web/src/hooks/useOrders.ts" in found.note


def test_mappings_win_over_suffixes() -> None:
    """A configured prefix decides where suffixes would be ambiguous."""
    mappings = {"/app": "web"}
    found = resolve(frame("/app/src/hooks/useOrders.ts", "f"), index_files("/ws", FILES), mappings)
    assert found.location is not None
    assert found.location.path == "web/src/hooks/useOrders.ts"


def test_library_frames_are_told_by_their_text() -> None:
    """Runtime frames are known without looking at the workspace."""
    assert is_library(frame("Method.java", "java.lang.reflect.Method.invoke"))
    assert not is_library(frame("Order.java", "com.shop.Order.total"))
