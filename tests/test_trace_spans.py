"""What belongs to a printed error belongs to its trace: headers above it, closers below it."""

import json
from itertools import permutations

import pytest

from crimescene.model import Span
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


_EMBEDDED = """\
Details of embedded exception 1:

  Traceback (most recent call last):
    File "/srv/t.py", line 3, in child
      raise ValueError("child 1")
  ValueError: child 1

"""


def test_embedded_errors_join_what_stands_before_them() -> None:
    """A part without places is read last; it belongs to no trace further down."""
    damaged = _EMBEDDED.replace("File", "eeFile")
    text = f"{damaged}\nmore\n\n{_EMBEDDED}"
    found = parse(text)
    assert found
    assert all(trace.span.start <= trace.span.end <= len(text) for trace in found)
    spans = [stack.span for trace in found for stack in trace.stacks]
    assert spans == sorted(spans)


_LAMBDA = {
    "errorMessage": "no",
    "errorType": "ValueError",
    "stackTrace": [
        '  File "/var/task/app.py", line 4, in handler\n    return f()\n',
        '  File "/var/task/lib.py", line 9, in f\n    raise ValueError("no")\n',
    ],
}


@pytest.mark.parametrize("names", list(permutations(_LAMBDA)), ids=" ".join)
def test_a_record_of_lambda_keeps_its_order(names: tuple[str, ...]) -> None:
    """Type and message may stand before or behind the stack: all stays in the order of the text."""
    text = json.dumps({name: _LAMBDA[name] for name in names}) + "\n"
    (trace,) = parse(text)
    assert (trace.root.exception, trace.root.message) == ("ValueError", "no")
    assert 0 <= trace.span.start <= trace.span.end <= len(text)
    spans = sorted(frame.span for frame in trace.root.frames)
    assert [text[span.start : span.end] for span in spans] == [
        'File \\"/var/task/app.py\\", line 4',
        'File \\"/var/task/lib.py\\", line 9',
    ]
    assert trace.span.start <= spans[0].start
    assert spans[-1].end <= trace.span.end


@pytest.mark.parametrize("names", list(permutations(_LAMBDA)), ids=" ".join)
def test_a_record_of_lambda_that_was_cut(names: tuple[str, ...]) -> None:
    """What is put in behind the end of the text lies in it all the same."""
    whole = json.dumps({name: _LAMBDA[name] for name in names})
    for length in range(len(whole) - 60, len(whole)):
        text = whole[:length]
        for trace in parse(text):
            assert 0 <= trace.span.start <= trace.span.end <= len(text)


def test_places_in_lines_that_follow_one_another_are_one_trace_from_the_first() -> None:
    """Bare places have no header: their trace begins with the first of them, also at the top of a text."""
    (trace,) = parse("a.py:1\nb.py:2\nc.py:3\n")
    assert trace.span == Span(0, 20)
    assert [frame.path for frame in trace.root.frames] == ["a.py", "b.py", "c.py"]


def test_an_error_named_above_its_frames_begins_with_its_line() -> None:
    """OCaml prints the exception alone above the frames: the line before it is none of the trace."""
    lines = (
        "before",
        "Not_found",
        'Raised at Shop.find in file "shop.ml", line 4, characters 2-10',
        'Called from Shop.main in file "shop.ml", line 9, characters 2-10',
        "after",
    )
    text = "\n".join(lines)
    (trace,) = parse(text)
    assert text[trace.span.start : trace.span.end] == "\n".join(lines[1:4])
