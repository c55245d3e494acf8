"""Printed paths and the workspace file each one means; the forms come from real runtimes and tools."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crimescene.model import Frame, Span
from crimescene.resolve import (
    index_files,
    is_library,
    plain_path,
    resolve,
    resolve_all,
)
from crimescene.resolve.mounts import without_comments
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from pathlib import Path

HISTORY = "web/src/components/OrderHistory.tsx"
ORDERS = "src/shop/orders.py"
ROOT = "/ws"

DEVCONTAINER = """\
{
    // The folder as the container sees it; "/*" in a string is no comment.
    "name": "shop /* dev */",
    "workspaceFolder": "/workspace/shop-dev", /* not the default */
    "mounts": [
        "source=${localWorkspaceFolder}/admin,target=/srv/admin,type=bind,consistency=cached",
        {"source": "cache", "target": "/var/cache", "type": "volume"},
    ],
}
"""
COMPOSE = """\
services:
  web:   # the shop itself
    image: node:22
    volumes:
      - ./web:/usr/src/app:ro
      - "modules:/usr/src/app/node_modules"
    ports: ["3000:3000"]
  worker:
    volumes:
      - type: bind
        source: ./a
        target: /opt/worker
      - type: volume
        source: data
        target: /data
volumes:
  modules: {}
"""

CONTENTS: dict[str, str] = {
    ".devcontainer/devcontainer.json": DEVCONTAINER,
    "docker-compose.yml": COMPOSE,
    "black.py": "",
    ORDERS: "",
    "src/shop/__init__.py": "",
    "src/main/java/com/shop/Order.java": "package com.shop;\n",
    "src/main/java/com/shop/web/Order.java": "package com.shop.web;\n",
    "src/test/java/com/shop/OrderTest.java": "package com.shop;\n",
    "src/main/kotlin/com/shop/App.kt": "package com.shop\n",
    "lib/src/main/kotlin/billing/Invoice.kt": "/* Kotlin leaves com/shop out */\npackage com.shop.billing\n",
    "lib/src/main/kotlin/stock/Invoice.kt": "package com.shop.stock\n",
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "tools/go.mod": "module example.com/shop/tools\n",
    "internal/store/store.go": "package store\n",
    "tools/internal/store/store.go": "package store\n",
    "cmd/server/main.go": "package main\n",
    "vendor/modules.txt": "# github.com/pkg/errors v0.9.1\n",
    "vendor/github.com/pkg/errors/errors.go": "package errors\n",
    "crates/shop-store/src/lib.rs": "",
    "crates/shop-web/src/lib.rs": "",
    HISTORY: "",
    "web/package.json": "{}",
    "web/src/hooks/useOrders.ts": "",
    "admin/src/hooks/useOrders.ts": "",
    "web/src/app/page.tsx": "",
    "web/src/lazy.ts": "",
    "node_modules/lodash/lodash.js": "",
    "tests/mock.py": "",
    "docs/Übersicht plan.py": "",
    "a/config.py": "",
    "b/config.py": "",
    "a/core/main.py": "",
    "Case/Name.py": "",
    "case/name.py": "",
}
FILES = list(CONTENTS)

WANTED = [
    # printed path, function, wanted file (None: not in the workspace), in-app
    # the path itself
    ("/ws/src/shop/orders.py", "f", ORDERS, True),
    ("src/shop/orders.py", "f", ORDERS, True),
    ("./src/shop/orders.py", "f", ORDERS, True),
    ("src/shop/../shop/orders.py", "f", ORDERS, True),
    ('"src/shop/orders.py"', "f", ORDERS, True),
    ("docs/Übersicht plan.py", "f", "docs/Übersicht plan.py", True),
    # another checkout, a container
    ("/home/ci/checkout/src/shop/orders.py", "f", ORDERS, True),
    ("/app/shop/orders.py", "f", ORDERS, True),
    ("/usr/src/app/shop/orders.py", "f", ORDERS, True),
    ("/github/workspace/src/shop/orders.py", "f", ORDERS, True),
    ("/var/task/src/shop/orders.py", "f", ORDERS, True),
    ("/home/ci/black/black.py", "f", "black.py", True),
    ("../shop/src/shop/orders.py", "f", ORDERS, True),
    ("/srv/app.pex/shop/orders.py", "f", ORDERS, True),
    # mounts of a development container and of Compose decide where suffixes would not
    ("/workspace/shop-dev/a/config.py", "f", "a/config.py", True),
    ("/srv/admin/src/hooks/useOrders.ts", "f", "admin/src/hooks/useOrders.ts", True),
    ("/usr/src/app/src/hooks/useOrders.ts", "f", "web/src/hooks/useOrders.ts", True),
    ("/opt/worker/config.py", "f", "a/config.py", True),
    # Windows, with both slashes, from Linux, over the network
    ("C:\\work\\shop\\src\\shop\\orders.py", "f", ORDERS, True),
    ("C:/work/shop/src/shop/orders.py", "f", ORDERS, True),
    ("c:\\WORK\\Src\\Shop\\Orders.py", "f", ORDERS, True),
    ("\\\\?\\C:\\work\\src\\shop\\orders.py", "f", ORDERS, True),
    ("\\\\fileserver\\team\\src\\shop\\orders.py", "f", ORDERS, True),
    ("\\\\?\\UNC\\fileserver\\team\\src\\shop\\orders.py", "f", ORDERS, True),
    ("\\\\wsl$\\Ubuntu\\ws\\a\\config.py", "f", "a/config.py", True),
    ("\\\\wsl.localhost\\Ubuntu\\ws\\a\\config.py", "f", "a/config.py", True),
    ("/mnt/c/work/src/shop/orders.py", "f", ORDERS, True),
    ("/cygdrive/c/work/src/shop/orders.py", "f", ORDERS, True),
    ("/c/work/src/shop/orders.py", "f", ORDERS, True),
    # URLs of files
    ("file:///ws/docs/%C3%9Cbersicht%20plan.py", "f", "docs/Übersicht plan.py", True),
    ("file:///C:/x/web/src/hooks/../hooks/useOrders.ts", "f", "web/src/hooks/useOrders.ts", True),
    ("file:/ws/a/config.py", "f", "a/config.py", True),
    ("file://localhost/ws/a/config.py", "f", "a/config.py", True),
    ("file://wsl.localhost/Ubuntu/ws/a/config.py", "f", "a/config.py", True),
    ("vscode-remote://wsl+ubuntu/ws/a/config.py", "f", "a/config.py", True),
    # URLs of bundlers and servers
    ("webpack://shop/./web/src/components/OrderHistory.tsx?a1b2", "f", HISTORY, True),
    ("webpack:///./src/components/OrderHistory.tsx", "f", HISTORY, True),
    ("webpack:///src/components/OrderHistory.tsx", "f", HISTORY, True),
    ("webpack-internal:///./web/src/components/OrderHistory.tsx", "f", HISTORY, True),
    ("webpack-internal:///(rsc)/./src/app/page.tsx", "f", "web/src/app/page.tsx", True),
    (
        "about://React/Server/webpack-internal:///(rsc)/./src/app/page.tsx?0",
        "f",
        "web/src/app/page.tsx",
        True,
    ),
    ("turbopack:///[project]/web/src/app/page.tsx", "f", "web/src/app/page.tsx", True),
    ("http://localhost:5173/src/components/OrderHistory.tsx?t=17", "f", HISTORY, True),
    ("http://localhost:5173/@fs/ws/web/src/app/page.tsx", "f", "web/src/app/page.tsx", True),
    ("webpack://shop/./node_modules/react-dom/index.js", "f", None, False),
    ("webpack-internal:///./node_modules/react-dom/index.js", "f", None, False),
    ("webpack/bootstrap", "f", None, False),
    # Java and Kotlin: the package is the folder, or stands in the file
    ("Order.java", "com.shop.Order.total", "src/main/java/com/shop/Order.java", True),
    ("Order.java", "com.shop.web.Order$Line.total", "src/main/java/com/shop/web/Order.java", True),
    ("Order.java", "com.shop.web.Order$1.run", "src/main/java/com/shop/web/Order.java", True),
    ("Order.java", "com.shop.Order.lambda$total$0", "src/main/java/com/shop/Order.java", True),
    ("Order.java", "org.other.Order.total", None, False),
    ("Order.java", "app//com.shop.Order.<init>", "src/main/java/com/shop/Order.java", True),
    ("App.kt", "com.shop.AppKt.main", "src/main/kotlin/com/shop/App.kt", True),
    ("Invoice.kt", "com.shop.billing.Invoice.sum", "lib/src/main/kotlin/billing/Invoice.kt", True),
    ("Invoice.kt", "com.shop.stock.InvoiceKt.book", "lib/src/main/kotlin/stock/Invoice.kt", True),
    ("ArrayList.java", "java.util.ArrayList.get", None, False),
    # Go: the module is the prefix
    ("example.com/shop/internal/store/store.go", "store.Get", "internal/store/store.go", True),
    ("example.com/shop/tools/internal/store/store.go", "store.Get", "tools/internal/store/store.go", True),
    ("example.com/shop@v1.4.0/internal/store/store.go", "store.Get", "internal/store/store.go", True),
    ("internal/store/store.go", "store.Get", "internal/store/store.go", True),
    ("github.com/other/thing@v1.0.0/store/store.go", "store.Get", None, False),
    ("/root/go/pkg/mod/github.com/pkg/errors@v0.9.1/errors.go", "errors.New", None, False),
    ("/ws/vendor/github.com/pkg/errors/errors.go", "e.New", "vendor/github.com/pkg/errors/errors.go", False),
    ("/usr/local/go/src/runtime/panic.go", "runtime.gopanic", None, False),
    ("net/http/server.go", "net/http.(*conn).serve", None, False),
    # Rust: the crate is a folder
    ("src/lib.rs", "shop_store::cart::total", "crates/shop-store/src/lib.rs", True),
    ("/rustc/8f9c1e2d3a4b/library/core/src/panicking.rs", "f", None, False),
    (
        "/home/me/.cargo/registry/src/index.crates.io-6f17d22bba15001f/serde-1.0.1/src/lib.rs",
        "f",
        None,
        False,
    ),
    # installed packages and runtimes
    ("/usr/lib/python3.8/unittest/mock.py", "patched", None, False),
    ("/venv/lib/python3.11/site-packages/shop/orders.py", "f", None, False),
    ("/ws/node_modules/lodash/lodash.js", "f", "node_modules/lodash/lodash.js", False),
    ("/usr/local/bundle/gems/rack-3.0.8/lib/rack/builder.rb", "f", None, False),
    ("node:internal/process/task_queues", "f", None, False),
    ("internal/modules/cjs/loader.js", "f", None, False),
    ("<frozen importlib._bootstrap>", "f", None, False),
    ("<anonymous>", "f", None, False),
    # case-insensitive file systems print either case
    ("/srv/SRC/Shop/Orders.py", "f", ORDERS, True),
    ("/srv/Case/Name.py", "f", "Case/Name.py", True),
    ("/srv/case/name.py", "f", "case/name.py", True),
    # nowhere, or not certain
    ("/srv/gone.py", "f", None, False),
    ("src/hooks/useOrders.ts", "f", None, False),
    ("/opt/elsewhere/config.py", "f", None, False),
    ("src/lib.rs", "main", None, False),
]


def _read(path: str) -> bytes | None:
    text = CONTENTS.get(path)
    return None if text is None else text.encode()


def frame(path: str | None, function: str = "f", lineno: int = 3, column: int | None = None) -> Frame:
    """A frame that prints ``path``."""
    return Frame(path, lineno, column, function, None, "", Span(0, 0))


@pytest.mark.parametrize(
    ("printed", "function", "wanted", "in_app"), WANTED, ids=[f"{w[0]} {w[1]}" for w in WANTED]
)
def test_printed_path_finds_its_file(printed: str, function: str, wanted: str | None, in_app: bool) -> None:  # noqa: FBT001
    """Each printed form leads to the one file it means, or nowhere."""
    found = resolve(frame(printed, function), index_files(ROOT, FILES, _read))
    assert (found.location.path if found.location else None, found.in_app) == (wanted, in_app)
    if found.location:
        assert (found.location.lineno, found.location.in_app, found.location.note) == (3, in_app, "")
    else:
        assert found.note


@pytest.mark.parametrize(
    ("root", "printed"),
    [
        ("C:\\Users\\Ana\\shop", "/mnt/c/Users/Ana/shop/a/config.py"),
        ("C:\\Users\\Ana\\shop", "/c/Users/Ana/shop/a/config.py"),
        ("C:/Users/Ana/shop", "c:\\users\\ana\\SHOP\\a\\config.py"),
        ("/mnt/c/Users/Ana/shop", "C:\\Users\\Ana\\shop\\a\\config.py"),
        ("/mnt/c/Users/Ana/shop", "file:///C:/Users/Ana/shop/a/config.py"),
        ("/home/ana/shop", "\\\\wsl$\\Debian\\home\\ana\\shop\\a\\config.py"),
        ("\\\\server\\share\\shop", "\\\\SERVER\\share\\shop\\a\\config.py"),
        ("/private/var/folders/x/shop", "/var/folders/x/shop/a/config.py"),
    ],
)
def test_the_root_in_another_spelling(root: str, printed: str) -> None:
    """The same folder as Windows, WSL, Git's shell and macOS call it; b/config.py matches as well."""
    found = resolve(frame(printed), index_files(root, FILES))
    assert found.location is not None, found.note
    assert found.location.path == "a/config.py"


@pytest.mark.parametrize(
    ("printed", "part"),
    [
        (None, "names no place"),
        ("/srv/gone.py", "not in the workspace"),
        ("/ws/src/shop/gone.py", "not in the workspace"),
        (
            "src/hooks/useOrders.ts",
            "ambiguous: admin/src/hooks/useOrders.ts, web/src/hooks/useOrders.ts all match",
        ),
        ("node:events", "library frame"),
    ],
)
def test_what_is_not_found_is_said(printed: str | None, part: str) -> None:
    """Two files with the same tail are both named, and nothing is guessed."""
    found = resolve(frame(printed), index_files(ROOT, FILES))
    assert found.location is None
    assert part in found.note


@pytest.mark.parametrize(
    ("mappings", "printed", "wanted"),
    [
        ({"/app": "web"}, "/app/src/hooks/useOrders.ts", "web/src/hooks/useOrders.ts"),
        ({"/app/": "./admin/"}, "/app/src/hooks/useOrders.ts", "admin/src/hooks/useOrders.ts"),
        (
            {"/app": "web", "/app/src": "admin/src"},
            "/app/src/hooks/useOrders.ts",
            "admin/src/hooks/useOrders.ts",
        ),
        ({"D:\\build": "."}, "d:/build/b/config.py", "b/config.py"),
        ({"/srv": "${workspaceFolder}/b"}, "/srv/config.py", "b/config.py"),
        (
            {"webpack://shop": "admin"},
            "webpack://shop/./src/hooks/useOrders.ts",
            "admin/src/hooks/useOrders.ts",
        ),
        ({"/app": "nowhere"}, "/app/src/shop/orders.py", ORDERS),
    ],
)
def test_settings_win_over_suffixes(mappings: dict[str, str], printed: str, wanted: str) -> None:
    """A configured prefix decides where suffixes would not; one that leads nowhere is passed over."""
    found = resolve(frame(printed), index_files(ROOT, FILES, _read), mappings)
    assert found.location is not None
    assert found.location.path == wanted


def test_the_default_of_development_containers() -> None:
    """Without a folder of its own a container has the workspace in /workspaces under its name."""
    text = {".devcontainer/devcontainer.json": "{}", "a/config.py": "", "b/config.py": ""}
    files = index_files("/home/ana/shop", list(text), lambda path: text[path].encode())
    found = resolve(frame("/workspaces/shop/b/config.py"), files)
    assert found.location is not None
    assert found.location.path == "b/config.py"


def test_a_mount_in_place_of_a_folder() -> None:
    """``workspaceMount`` says where the folder lies; a Compose file above its own folder too."""
    text = {
        ".devcontainer/devcontainer.json": json.dumps(
            {
                "workspaceMount": "source=${localWorkspaceFolder},target=/code,type=bind",
                "workspaceFolder": "/code/x",
            }
        ),
        ".devcontainer/docker-compose.yml": "services:\n  dev:\n    volumes:\n    - ..:/mounted:cached\n",
        "a/config.py": "",
        "b/config.py": "",
    }
    files = index_files("/home/ana/shop", list(text), lambda path: text[path].encode())
    assert files.mounted == (("/mounted", ""), ("/code", ""))


def test_comments_in_json() -> None:
    """Comments and last commas go; what looks like them in a string stays."""
    text = '{"a": "// no /* comment */, ]", /* one\n two */ "b": [1, 2,], // end\n}'
    assert json.loads(without_comments(text)) == {"a": "// no /* comment */, ]", "b": [1, 2]}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"mounts": 3, "workspaceFolder": []}', "\0", '{"a":' * 5000]
)
def test_broken_container_files(text: str) -> None:
    """What cannot be read maps nothing, or what is the default."""
    names = [".devcontainer.json", "compose.yaml", "a/config.py"]
    assert len(index_files("/ws", names, lambda _: text.encode()).mounted) <= 1


def test_the_other_frames_say_what_is_ambiguous() -> None:
    """Where one frame of a trace is certain, the folder the program ran in is known for all of them."""
    files = index_files(ROOT, FILES, _read)
    printed = ["/srv/17/core/main.py", "/srv/17/config.py", "/srv/17/gone.py", "/opt/config.py"]
    found = resolve_all([frame(path) for path in printed], files)
    paths = [f.location.path if f.location else None for f in found]
    assert paths == ["a/core/main.py", "a/config.py", None, None]
    assert found[2].missing == "a/gone.py"
    assert found[2].note == "a/gone.py does not exist"
    assert found[3].note == "not in the workspace"


def test_frames_that_contradict_each_other_say_nothing() -> None:
    """The same printed folder cannot be two folders of the workspace."""
    names = ["x/p/one.py", "y/p/two.py", "x/p/config.py", "y/p/config.py"]
    printed = ["/srv/p/one.py", "/srv/p/two.py", "/srv/p/config.py"]
    found = resolve_all([frame(path) for path in printed], index_files(ROOT, names))
    assert found[0].location is not None
    assert found[2].note.startswith("ambiguous: ")


def test_library_frames_are_told_by_their_text() -> None:
    """Runtime frames are known without looking at the workspace."""
    assert is_library(frame("Method.java", "java.lang.reflect.Method.invoke"))
    assert not is_library(frame("Order.java", "com.shop.Order.total"))


def test_plain_path_never_fails() -> None:
    """Whatever stands where a path is expected."""
    for text in (
        "",
        " ",
        "//",
        "file://",
        "file:///",
        "webpack://",
        "(x)/",
        "http://[::1",
        "%zz",
        "\\\\?\\",
        "C:",
    ):
        assert isinstance(plain_path(text), str)
        resolve(frame(text), index_files(ROOT, FILES))


def test_answers_are_kept_by_place() -> None:
    """The same path at two lines is looked up once and answered for each."""
    files = index_files(ROOT, FILES)
    lines = [resolve(replace(frame(ORDERS), lineno=n), files).location for n in (1, 9)]
    assert [place.lineno if place else None for place in lines] == [1, 9]


# --------------------------------------------------------------------------- files nobody lists


def test_ignored_files_are_found_where_the_path_is_certain(tmp_path: Path) -> None:
    """Generated code is seldom listed; what lies exactly there was run all the same."""
    (tmp_path / "gen").mkdir()
    (tmp_path / "gen" / "api.py").write_text("x = 1\n")
    workspace = DiskWorkspace(tmp_path, lambda: ["main.py"])
    files = index_files(tmp_path.as_posix(), workspace.files(), workspace.read)
    found = resolve(frame(f"{tmp_path.as_posix()}/gen/api.py"), files)
    assert found.location is not None
    assert (found.location.path, found.in_app) == ("gen/api.py", True)
    assert resolve(frame("/elsewhere/gen/api.py"), files).location is None


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_link_out_of_the_workspace(tmp_path: Path) -> None:
    """A listed link resolves, and reading it says where it leads."""
    (tmp_path / "ws").mkdir()
    (tmp_path / "secret.py").write_text("x = 1\n")
    (tmp_path / "ws" / "link.py").symlink_to(tmp_path / "secret.py")
    workspace = DiskWorkspace(tmp_path / "ws", lambda: ["link.py"])
    files = index_files((tmp_path / "ws").as_posix(), workspace.files(), workspace.read)
    found = resolve(frame("/srv/link.py"), files)
    assert found.location is not None
    assert workspace.read(found.location.path) is None
    assert workspace.why_unreadable("link.py") == "link.py leads out of the workspace."
