"""Names of tests that have a title, and documentation that is really some."""

import pytest

from crimescene import syntax

_TESTS = b"""\
describe("orders", () => {
  test("every order is shipped", async () => { ship(1); });
  it.only(`is v1`, function () {});
  it(`has ${count}`, () => {});
  test.each([1])("adds %i", (n) => {});
  items.map(x => x);
});
context('when empty', () => {});
retry("three times", () => {});
"""


@pytest.mark.parametrize("path", ["a.test.js", "a.test.ts", "a.test.tsx", "a.test.jsx"])
def test_titled_tests_are_named_by_their_titles(path) -> None:
    """A literal title is the name; what is put together, or is no test, keeps callee and index."""
    outline = syntax.outline(path, _TESTS)
    assert outline is not None
    names = [function.qualified_name for function in outline.functions]
    orders = 'describe "orders"'
    assert names[:4] == [
        orders,
        f'{orders}.test "every order is shipped"',
        f'{orders}.it "is v1"',
        f"{orders}.it#1",
    ]
    assert f"{orders}.map#0" in names
    assert names[-2:] == ['context "when empty"', "retry#1"]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('"""Says it."""', "Says it."),
        ("r'Says it.'", "Says it."),
        ('# why\n    "Says it."\n    return 1', "Says it."),
        ('return "no"', ""),
        ('return f"no {x}"', ""),
        ('f"no {x}"', ""),
        ('f"no"', ""),
        ('b"no"', ""),
        ('raise "no"', ""),
        ('yield "no"', ""),
        ('x = "no"', ""),
        ('"no" + "no"', ""),
    ],
)
def test_docstring_is_a_string_that_stands_alone(body, wanted) -> None:
    """A string that is returned, raised, assigned or computed documents nothing."""
    outline = syntax.outline("a.py", f"def f(x):\n    {body}\n".encode())
    assert outline is not None
    assert syntax.docstring(outline, outline.functions[0]) == wanted
