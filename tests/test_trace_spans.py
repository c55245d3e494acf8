"""What belongs to a printed error belongs to its trace: headers above it, closers below it."""

import pytest

from crimescene.traces import parse

_GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "g.py", line 3, in <module>
  |     f()
  | ExceptionGroup: two (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: a
    +---------------- 2 ----------------
    | TypeError: b
    +------------------------------------
"""
_NODE = """\
Error: with props
    at Object.<anonymous> (/home/dev/n.js:1:11)
    at node:internal/main/run_main_module:28:49 {
  code: 'X',
  info: { a: 1 }
}
"""
_UNITTEST = """\
======================================================================
FAIL: test_a (__main__.T.test_a)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/home/dev/u.py", line 4, in test_a
    self.assertEqual(1, 2)
AssertionError: 1 != 2
"""


@pytest.mark.parametrize("printed", [_GROUP, _NODE, _UNITTEST, _UNITTEST.replace("FAIL", "ERROR")])
def test_a_trace_is_everything_printed_of_it(printed) -> None:
    """Neither the header nor the closing line is cut off, and nothing around is taken."""
    text = f"before\n\n{printed}\nafter\n"
    (trace,) = parse(text)
    assert text[trace.span.start : trace.span.end] == printed.rstrip("\n")
