"""What declared types say of a value that was nothing: said of the right function, and only where they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.languages import LANGUAGES, described
from crimescene.settings import Settings
from crimescene.syntax import outline
from crimescene.syntax.signatures import parameter, result, rules

if TYPE_CHECKING:
    from pathlib import Path

    from crimescene.model import Behavior

NPE = "java.lang.NullPointerException: Cannot invoke "
UNDEFINED = "TypeError: Cannot read properties of undefined (reading 'label')\n    at "
GO = "panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:\n"
RUST = "\nthread 'main' (7) panicked at src/main.rs:{}:15:\ncalled `Option::unwrap()` on a `None` value\n"
PHP = (
    "PHP Fatal error:  Uncaught Error: Call to a member function label() on null in {}:{}\n"
    "Stack trace:\n#0 {{main}}\n"
)

CASES = {
    "python-result": (
        "shop.py",
        (
            "def find(name: str) -> Shelf:\n    return SHELVES.get(name)\n\n\n"
            "def label(name):\n    shelf = find(name)\n    return shelf.label\n"
        ),
        (
            'Traceback (most recent call last):\n  File "shop.py", line 7, in label\n    return shelf.label\n'
            "           ^^^^^^^^^^^\nAttributeError: 'NoneType' object has no attribute 'label'\n"
        ),
        "`def find(name: str) -> Shelf` should return a `Shelf`, never `None`.",
    ),
    "python-called on the line": (
        "shop.py",
        (
            "def find(name: str) -> 'Shelf | None':\n    return SHELVES.get(name)\n\n\n"
            "def label(name):\n    return find(name).label\n"
        ),
        (
            'Traceback (most recent call last):\n  File "shop.py", line 6, in label\n'
            "    return find(name).label\n           ^^^^^^^^^^^^^^^^\n"
            "AttributeError: 'NoneType' object has no attribute 'label'\n"
        ),
        (
            "`def find(name: str) -> 'Shelf | None'` may return `None` by its type: should it have found "
            "something here, or should `label` expect `None`?"
        ),
    ),
    "python-parameter": (
        "shop.py",
        "def double(count: int, by: int = 2) -> int:\n    return count * by\n",
        (
            'Traceback (most recent call last):\n  File "shop.py", line 2, in double\n    return count * by\n'
            "           ~~~~~~^~~~\nTypeError: unsupported operand type(s) for *: 'NoneType' and 'int'\n"
        ),
        "`def double(count: int, by: int = 2) -> int` should be given an `int` as `count`, never `None`.",
    ),
    "python-default": (
        "shop.py",
        "def label(shelf: Shelf = None):\n    return shelf.label\n",
        (
            'Traceback (most recent call last):\n  File "shop.py", line 2, in label\n    return shelf.label\n'
            "           ^^^^^^^^^^^\nAttributeError: 'NoneType' object has no attribute 'label'\n"
        ),
        (
            "`def label(shelf: Shelf = None)` may be given `None` as `shelf` by "
            "its type: should it expect that, "
            "or should its caller have had a value?"
        ),
    ),
    "typescript-awaited": (
        "shop.ts",
        (
            "async function find(name: string): Promise<Shelf> {\n  return shelves[name]\n}\n"
            "export async function label(name: string) {\n  const shelf = await find(name)\n"
            "  return shelf.label\n}\n"
        ),
        f"{UNDEFINED}label (shop.ts:6:16)\n",
        ("`async function find(name: string): Promise<Shelf>` should return a `Shelf`, never `undefined`."),
    ),
    "typescript-optional": (
        "shop.tsx",
        "export const Label = (shelf?: Shelf): string => {\n  return shelf.label\n}\n",
        f"{UNDEFINED}Label (shop.tsx:2:16)\n",
        (
            "`export const Label = (shelf?: Shelf): string` may be given "
            "`undefined` as `shelf` by its type: should "
            "it expect that, or should its caller have had a value?"
        ),
    ),
    "java-annotated": (
        "src/main/java/shop/Shop.java",
        (
            "package shop;\n\nclass Shop {\n    @Nonnull\n    Shelf find(String "
            "name) {\n        return null;\n"
            "    }\n\n    String label(String name) {\n        return find(name).label();\n    }\n}\n"
        ),
        (
            f'{NPE}"shop.Shelf.label()" because the return value of "shop.Shop.find(String)" is null\n'
            "\tat shop.Shop.label(Shop.java:10)\n"
        ),
        "`Shelf find(String name)` should return a `Shelf`, never `null`.",
    ),
    "java-optional": (
        "Shop.java",
        (
            "class Shop {\n    Optional<Shelf> find(String name) {\n        return null;\n    }\n\n"
            "    boolean known(String name) {\n        Optional<Shelf> shelf = find(name);\n"
            "        return shelf.isPresent();\n    }\n}\n"
        ),
        f'{NPE}"java.util.Optional.isPresent()" because "shelf" is null\n\tat Shop.known(Shop.java:8)\n',
        "`Optional<Shelf> find(String name)` should return an `Optional<Shelf>`, never `null`.",
    ),
    "java-nullable parameter": (
        "Shop.java",
        "class Shop {\n    String label(@Nullable Shelf shelf) {\n        return shelf.label();\n    }\n}\n",
        f'{NPE}"Shelf.label()" because "shelf" is null\n\tat Shop.label(Shop.java:3)\n',
        (
            "`String label(@Nullable Shelf shelf)` may be given `null` as `shelf` "
            "by its type: should it expect "
            "that, or should its caller have had a value?"
        ),
    ),
    "kotlin": (
        "Shop.kt",
        (
            "fun find(name: String): Shelf? = shelves[name]\n\nfun label(name: String): String {\n"
            "    val shelf = find(name)\n    return shelf!!.label\n}\n"
        ),
        "java.lang.NullPointerException\n\tat ShopKt.label(Shop.kt:5)\n\tat ShopKt.main(Shop.kt)\n",
        (
            "`fun find(name: String): Shelf?` may return `null` by its type: should it have found something "
            "here, or should `label` expect `null`?"
        ),
    ),
    "go-beside an error": (
        "main.go",
        (
            "package main\n\nfunc find(name string) (*Shelf, error) {\n\treturn shelves[name], nil\n}\n\n"
            "func label(name string) string {\n\tshelf, _ := find(name)\n\treturn shelf.Label\n}\n"
        ),
        f"{GO}main.label(...)\n\t/srv/shop/main.go:9\n",
        (
            "`func find(name string) (*Shelf, error)` should return a `*Shelf` that is not `nil`, or else an "
            "error that `label` has to look at first."
        ),
    ),
    "rust": (
        "src/main.rs",
        (
            "fn find(name: &str) -> Option<u32> {\n    None\n}\n\nfn label(name: &str) -> u32 {\n"
            "    let shelf = find(name);\n    shelf.unwrap()\n}\n"
        ),
        RUST.format(7),
        (
            "`fn find(name: &str) -> Option<u32>` may return `None` by its type: "
            "should it have found something "
            "here, or should `label` expect `None`?"
        ),
    ),
    "php": (
        "shop.php",
        (
            "<?php\nfunction find(string $name): ?Shelf\n{\n    return null;\n}\n\n"
            "function label(string $name): string\n{\n    $shelf = find($name);\n"
            "    return $shelf->label();\n}\n"
        ),
        PHP.format("/srv/shop/shop.php", 10),
        (
            "`function find(string $name): ?Shelf` may return `null` by its type: should it have found "
            "something here, or should `label` expect `null`?"
        ),
    ),
    "csharp": (
        "Shop.cs",
        (
            "class Shop {\n    Shelf? Find(string name) {\n        return null;\n    }\n"
            "    string Label(string name) {\n        var shelf = Find(name);\n        return shelf.Label;\n"
            "    }\n}\n"
        ),
        (
            "Unhandled exception. System.NullReferenceException: Object reference "
            "not set to an instance of an "
            "object.\n   at Shop.Label(String name) in /srv/shop/Shop.cs:line 7\n"
        ),
        (
            "`Shelf? Find(string name)` may return `null` by its type: should it "
            "have found something here, or "
            "should `Label` expect `null`?"
        ),
    ),
}


def expected(folder: Path, path: str, source: str, trace: str, **wish: str) -> Behavior:
    """What the context of ``trace`` expects, in a workspace of one file."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, "utf-8")
    found = Analysis(folder, Settings(save_cases=False), now=0.0).context_of(trace, Wish(**wish))  # type: ignore[arg-type]
    assert found.expected is not None
    return found.expected


@pytest.mark.parametrize("name", CASES)
def test_promises(name: str, tmp_path: Path) -> None:
    """The declared type of what gave the value, or of the parameter that held it."""
    path, source, trace, wanted = CASES[name]
    found = expected(tmp_path, path, source, trace)
    assert found.text == wanted
    assert found.source.startswith("proposed from the declared types of ")


@pytest.mark.parametrize("name", CASES)
def test_the_user_knows_better(name: str, tmp_path: Path) -> None:
    """What the user said stands alone."""
    path, source, trace, _ = CASES[name]
    assert expected(tmp_path, path, source, trace, expected="A shelf.").text == "A shelf."


UNSAID = {
    "a foreign function": "def label(name):\n    shelf = SHELVES.get(name)\n    return shelf.label\n",
    "no type": (
        "def find(name):\n    return None\n\n"
        "def label(name):\n    shelf = find(name)\n    return shelf.label\n"
    ),
    "an item of the result": (
        "def find(name) -> dict[str, Shelf]:\n    return {}\n\n"
        "def label(name):\n    shelf = find(name)[name]\n    return shelf.label\n"
    ),
    "one of two results": (
        "def find(name) -> tuple[int, Shelf]:\n    return 1, None\n\n"
        "def label(name):\n    n, shelf = find(name)\n    return shelf.label\n"
    ),
    "a loop": (
        "def find(name) -> list[Shelf]:\n    return [None]\n\n"
        "def label(name):\n    for shelf in find(name):\n        return shelf.label\n"
    ),
    "two that may be meant": (
        "class A:\n    def find(self) -> Shelf: ...\n\nclass B:\n    def find(self) -> Shelf: ...\n\n"
        "def label(store):\n    shelf = store.find()\n    return shelf.label\n"
    ),
}


@pytest.mark.parametrize("name", UNSAID)
def test_nothing_is_invented(name: str, tmp_path: Path) -> None:
    """Where no type speaks of the value itself, the question stays."""
    source = UNSAID[name]
    lineno = source.count("\n")
    trace = (
        f'Traceback (most recent call last):\n  File "shop.py", line {lineno}, in label\n'
        "    return shelf.label\nAttributeError: 'NoneType' object has no attribute 'label'\n"
    )
    assert expected(tmp_path, "shop.py", source, trace).source == "asked"


def test_another_error_asks_whether_it_is_right(tmp_path: Path) -> None:
    """The signature alone is a proposal, too, where nothing tells more."""
    source = "def rate(currency: str) -> float:\n    return RATES[currency]\n"
    trace = (
        'Traceback (most recent call last):\n  File "shop.py", line 2, in rate\n    return RATES[currency]\n'
        "           ~~~~~^^^^^^^^^^\nKeyError: 'gbp'\n"
    )
    found = expected(tmp_path, "shop.py", source, trace)
    assert found.text == (
        "`def rate(currency: str) -> float` should return a `float` here, or is the error "
        "right for this input?"
    )
    for kind in ("None", "NoReturn", "Any", "T"):
        assert expected(tmp_path, "shop.py", source.replace("float", kind), trace).source == "asked"
    documented = source.replace("    return", '    """The rate of a currency."""\n    return')
    moved = trace.replace("line 2", "line 3")
    assert expected(tmp_path, "shop.py", documented, moved).text == "The rate of a currency."


def test_a_handler_within_a_test_is_no_test(tmp_path: Path) -> None:
    """What is expected is said by the test around it."""
    source = (
        "def test_errors_of_pages_show(client):\n    def broken_page(request):\n"
        "        raise ValueError(request)\n\n    client(broken_page)\n"
    )
    trace = (
        'Traceback (most recent call last):\n  File "test_pages.py", line 5, in test_errors_of_pages_show\n'
        '    client(broken_page)\n  File "test_pages.py", line 3, in broken_page\n'
        "    raise ValueError(request)\nValueError: home\n"
    )
    found = expected(tmp_path, "test_pages.py", source, trace)
    assert found.text == "errors of pages show"
    assert found.source == "proposed from the name of the test test_errors_of_pages_show"


def test_a_test_and_a_type(tmp_path: Path) -> None:
    """The name of the test stays the first word; the type says where it was broken."""
    source = (
        "def find(name: str) -> Shelf:\n    return None\n\n\ndef label(name):\n    return find(name).label\n"
    )
    (tmp_path / "test_shop.py").write_text(
        "from shop import label\n\n\ndef test_a_shelf_has_no_label():\n    assert label('b') == ''\n"
    )
    trace = (
        'Traceback (most recent call last):\n  File "test_shop.py", line 5, in test_a_shelf_has_no_label\n'
        "    assert label('b') == ''\n           ~~~~~^^^^^\n"
        '  File "shop.py", line 6, in label\n    return find(name).label\n           ^^^^^^^^^^^^^^^^\n'
        "AttributeError: 'NoneType' object has no attribute 'label'\n"
    )
    found = expected(tmp_path, "shop.py", source, trace)
    assert found.text == (
        "a shelf has no label. `def find(name: str) -> Shelf` should return a `Shelf`, never `None`."
    )
    assert found.source == (
        "proposed from the name of the test test_a_shelf_has_no_label, and from the declared types of find"
    )


@pytest.mark.parametrize("name", [name for name in LANGUAGES if described(name, "signatures")])
def test_every_language_reads_its_signatures(name: str) -> None:
    """Rules and query fit each other: a language with the one has the other, and an example here."""
    known = rules(name)
    assert known is not None
    assert known.nothing
    files = [(path, source) for path, source, *_ in CASES.values()]
    outlines = [o for path, source in files if (o := outline(path, source.encode())) and o.language == name]
    functions = [(o, f) for o in outlines for f in o.functions]
    assert any(result(o, f) for o, f in functions)
    names = ("name", "$name", "shelf", "count")
    assert any(parameter(o, f, n) for o, f in functions for n in names)
