"""What of a failing test never ran."""

from __future__ import annotations

import pytest

from crimescene.context.unreached import unreached
from crimescene.model import Snippet
from crimescene.prompt import pack
from prompt_cases import because

PYTHON = """\
    @slow
    def test_total(self):
        cart = Cart()
        cart.add(
            3,
        )
        with clock(5):
            cart.pay()
        self.assertEqual(cart.total, 3)
        # and again
        cart.add(4)
        self.assertEqual(cart.total, 7)
        cart.close()"""
JAVA = """\
  @Test
  public void total()
      throws IOException
  {
    Cart cart = new Cart();
    try {
      cart.pay();
    } finally {
      cart.close();
    }
    assertEquals(3, cart
        .total());
    cart.add(4);
    assertEquals(7, cart.total());
    cart.close();
  }"""
JAVASCRIPT = """\
  it('adds', (done) => {
    const cart = new Cart();
    cart.on('paid', () => {
      cart.add(3);
      cart.total();
    });
    cart.pay();
    cart.close();
    done();
    cart.audit();
  });"""


@pytest.mark.parametrize(
    ("text", "failing", "rest"),
    [
        (PYTHON, "self.assertEqual(cart.total, 3)", 4),
        (PYTHON, "cart = Cart()", 10),
        (PYTHON, "cart.pay()", 5),
        (PYTHON, "3,", 0),
        (PYTHON, "self.assertEqual(cart.total, 7)", 0),
        (PYTHON, "def test_total", 0),
        (JAVA, "cart.pay();", 6),
        (JAVA, "assertEquals(3", 4),
        (JAVA, "public void total", 0),
        (JAVASCRIPT, "cart.pay();", 4),
        (JAVASCRIPT, "cart.total();", 0),
    ],
)
def test_what_follows_the_failing_statement(text, failing, rest):
    """Whole statements below the failing one; nothing where a callback or an argument failed."""
    lines = text.split("\n")
    (at,) = [n for n, line in enumerate(lines) if failing in line]
    found = unreached(lines, at)
    assert lines[len(lines) - found :] == (lines[-rest:] if rest else [])


def test_the_prompt_counts_but_does_not_show_them():
    """With room enough for all of the test, only what ran stands there."""
    snippet = Snippet("t.py", 1, PYTHON, "test_total", because(""), 1.0, "python", (9,), unreached=4)
    (piece,) = pack([snippet], 10_000).pieces
    assert [lineno for lineno, _ in piece.lines] == list(range(1, 10))
    assert piece.text.endswith("⋮ 4 lines")
