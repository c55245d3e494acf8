# ruff: noqa: E501, RUF001 (frameworks print these lines and signs)
"""What was expected and what came, as test frameworks print it; sides are named only where they name them."""

from __future__ import annotations

import textwrap

import pytest

from crimescene.traces import parse

PYTEST = """\
    def test_adds():
>       assert add(2, 3) == 4
E       assert 5 == 4
E        +  where 5 = add(2, 3)

test_calc.py:5: AssertionError
"""
UNITTEST = """\
FAIL: test_adds (test_calc.TCalc.test_adds)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/home/dev/shop/test_calc.py", line 6, in test_adds
    self.assertEqual(add(2, 3), 4)
AssertionError: 5 != 4
"""
NODE = """\
node:assert:126
  throw new AssertionError(obj);
  ^

AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

5 !== 4

    at Object.<anonymous> (/home/dev/shop/t.js:3:8) {
  generatedMessage: true,
  code: 'ERR_ASSERTION',
  actual: 5,
  expected: 4,
  operator: 'strictEqual'
}
"""
JEST = """\
  ● Cart › adds

    expect(received).toBe(expected) // Object.is equality

    Expected: 4
    Received: 5

      3 | test('adds', () => {
    > 4 |   expect(add(2, 3)).toBe(4);
        |                     ^

      at Object.<anonymous> (cart.test.js:4:21)
"""
VITEST = """\
 FAIL  cart.test.ts > adds
AssertionError: expected 5 to be 4 // Object.is equality

- Expected
+ Received

- 4
+ 5

 ❯ cart.test.ts:4:21
"""
MOCHA = """\
  1) Cart
       adds:

      AssertionError: expected 5 to equal 4
      + expected - actual

      -5
      +4

      at Context.<anonymous> (test/cart.js:5:24)
"""
JASMINE = """\
Failures:
1) Cart adds
  Message:
    Expected 5 to be 4.
  Stack:
    Error: Expected 5 to be 4.
        at <Jasmine>
        at UserContext.<anonymous> (/home/dev/shop/spec/cart.spec.js:3:20)
"""
TAPE = """\
not ok 1 adds
  ---
    operator: equal
    expected: 4
    actual:   5
    at: Test.<anonymous> (/home/dev/shop/t.js:2:36)
  ...
"""
PLAYWRIGHT = """\
  1) cart.spec.ts:3:5 › adds

    Error: expect(received).toBe(expected) // Object.is equality

    Expected: 4
    Received: 5

      3 | test('adds', async () => {
    > 4 |   expect(add(2, 3)).toBe(4);
        |                     ^
        at /home/dev/shop/cart.spec.ts:4:21
"""
DENO = """\
error: AssertionError: Values are not equal.


    [Diff] Actual / Expected


-   5
+   4

    at assertEquals (https://deno.land/std/testing/asserts.ts:190:9)
    at file:///home/dev/shop/cart_test.ts:4:3
"""
JUNIT4 = """\
java.lang.AssertionError: expected:<4> but was:<5>
\tat org.junit.Assert.fail(Assert.java:89)
\tat com.acme.CartTest.adds(CartTest.java:12)
"""
JUNIT5 = """\
org.opentest4j.AssertionFailedError: total ==> expected: <4> but was: <5>
\tat org.junit.jupiter.api.AssertEquals.failNotEqual(AssertEquals.java:197)
\tat com.acme.CartTest.adds(CartTest.java:12)
"""
COMPARISON = """\
org.junit.ComparisonFailure: expected:<ab[c]> but was:<ab[d]>
\tat org.junit.Assert.assertEquals(Assert.java:117)
\tat com.acme.CartTest.text(CartTest.java:20)
"""
ASSERTJ = """\
org.opentest4j.AssertionFailedError:
expected: 4
 but was: 5
\tat com.acme.CartTest.adds(CartTest.java:12)
"""
HAMCREST = """\
java.lang.AssertionError:
Expected: is <4>
     but: was <5>
\tat org.hamcrest.MatcherAssert.assertThat(MatcherAssert.java:18)
\tat com.acme.CartTest.adds(CartTest.java:12)
"""
TESTNG = """\
java.lang.AssertionError: expected [4] but found [5]
\tat org.testng.Assert.fail(Assert.java:99)
\tat com.acme.CartTest.adds(CartTest.java:12)
"""
KOTLIN = """\
java.lang.AssertionError: Expected <4>, actual <5>.
\tat kotlin.test.DefaultAsserter.fail(DefaultAsserter.kt:16)
\tat com.acme.CartTest.adds(CartTest.kt:9)
"""
SCALATEST = """\
org.scalatest.exceptions.TestFailedException: 5 did not equal 4
\tat org.scalatest.Assertions.newAssertionFailedException(Assertions.scala:472)
\tat com.acme.CartTest.$anonfun$new$1(CartTest.scala:9)
"""
RUST = """\
thread 'tests::adds' panicked at src/lib.rs:12:9:
assertion `left == right` failed
  left: 5
 right: 4
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
"""
RUST_OLD = """\
thread 'tests::adds' panicked at 'assertion failed: `(left == right)`
  left: `5`,
 right: `4`', src/lib.rs:12:9
"""
XUNIT = """\
  Failed Shop.Tests.CartTests.Adds [3 ms]
  Error Message:
   Assert.Equal() Failure
Expected: 4
Actual:   5
  Stack Trace:
     at Shop.Tests.CartTests.Adds() in /home/dev/shop/CartTests.cs:line 12
"""
NUNIT = """\
  Failed Adds [20 ms]
  Error Message:
     Expected: 4
  But was:  5

  Stack Trace:
     at Shop.Tests.CartTests.Adds() in /home/dev/shop/CartTests.cs:line 12
"""
MSTEST = """\
  Failed Adds [20 ms]
  Error Message:
   Assert.AreEqual failed. Expected:<4>. Actual:<5>.
  Stack Trace:
     at Shop.Tests.CartTests.Adds() in C:\\shop\\CartTests.cs:line 12
"""
RSPEC = """\
  1) Cart adds
     Failure/Error: expect(cart.total).to eq(4)

       expected: 4
            got: 5

       (compared using ==)
     # ./spec/cart_spec.rb:3:in `block (2 levels) in <top (required)>'
"""
MINITEST = """\
  1) Failure:
CartTest#test_adds [test/cart_test.rb:3]:
Expected: 4
  Actual: 5
"""
MINITEST_DIFF = """\
  1) Failure:
CartTest#test_text [test/cart_test.rb:5]:
texts differ.
--- expected
+++ actual
@@ -1,2 +1,2 @@
 "a
-b"
+c"
"""
TEST_UNIT = """\
===============================================================================
Failure: test_adds(TCart)
unit.rb:3:in `test_adds'
<4> expected but was
<5>
===============================================================================
"""
PHPUNIT = """\
1) CartTest::testAdds
Failed asserting that 5 is identical to 4.

/home/dev/shop/tests/CartTest.php:5
"""
PHPUNIT_DIFF = """\
1) CartTest::testRows
Failed asserting that two arrays are equal.
--- Expected
+++ Actual
@@ @@
 Array (
-    'b' => 2
+    'b' => 3
 )

/home/dev/shop/tests/CartTest.php:7
"""
EXUNIT = """\
  1) test adds (CartTest)
     test/cart_test.exs:5
     Assertion with == failed
     code:  assert add(2, 3) == 4
     left:  5
     right: 4
     stacktrace:
       test/cart_test.exs:6: (test)
"""
EXUNIT_MATCH = """\
  1) test loads (CartTest)
     test/cart_test.exs:11
     match (=) failed
     code:  assert {:ok, _} = {:error, :enoent}
     left:  {:ok, _}
     right: {:error, :enoent}
     stacktrace:
       test/cart_test.exs:12: (test)
"""
EUNIT = """\
cart_tests: adds_test...*failed*
in function cart_tests:adds_test/0 (cart_tests.erl, line 3)
**error:{assertEqual,[{module,cart_tests},
              {line,3},
              {expression,"2 + 3"},
              {expected,4},
              {value,5}]}
  output:<<"">>
"""
TEST_MORE = """\
#   Failed test 'adds'
#   at t/cart.t line 5.
#          got: '5'
#     expected: '4'
# Looks like you failed 1 test of 1.
"""
TESTTHAT_WALDO = """\
── Failure (test-cart.R:5:3): adds up ──────────────────────────────────────────
add(2, 3) not equal to 4.
  `actual`: 5.0
`expected`: 4.0

"""
JULIA = """\
adds: Test Failed at /home/dev/shop/test/runtests.jl:5
  Expression: add(2, 3) == 4
   Evaluated: 5 == 4
"""
DART = """\
00:00 +0 -1: test/cart_test.dart: adds [E]
  Expected: <4>
    Actual: <5>
  package:matcher            expect
  test/cart_test.dart 5:5    main.<fn>
"""
XCTEST = """\
/home/dev/shop/Tests/CartTests.swift:12: error: CartTests.testAdds : XCTAssertEqual failed: ("5") is not equal to ("4")
"""
SWIFT_TESTING = """\
✘ Test adds() recorded an issue at CartTests.swift:12:5: Expectation failed: (add(2, 3) → 5) == 4
"""
GTEST = """\
[ RUN      ] Cart.Adds
cart_test.cc:5: Failure
Expected equality of these values:
  add(2, 3)
    Which is: 5
  4
[  FAILED  ] Cart.Adds (0 ms)
"""
GTEST_TRUE = """\
cart_test.cc:7: Failure
Value of: cart.empty()
  Actual: false
Expected: true
"""
CATCH2 = """\
cart.cc:9: FAILED:
  REQUIRE( add(2, 3) == 4 )
with expansion:
  5 == 4

"""
DOCTEST_CPP = """\
cart.cc:4: ERROR: CHECK( add(2, 3) == 4 ) is NOT correct!
  values: CHECK( 5 == 4 )

"""
BOOST = """\
cart.cc(4): error: in "adds": check add(2, 3) == 4 has failed [5 != 4]
"""
CHECK = """\
cart.c:3:F:core:adds:0: Assertion 'add(2, 3) == 4' failed: add(2, 3) == 5, 4 == 4
"""
CPPUNIT = """\
1) test: T::adds (F) line: 3 cart.cc
equality assertion failed
- Expected: 4
- Actual  : 5

"""
UNITY_C = """\
test_cart.c:12:test_adds:FAIL: Expected 4 Was 5
"""
GLIB = """\
**
ERROR:cart.c:12:adds: assertion failed (add (2, 3) == 4): (5 == 4)
"""
GLOG = """\
F20261122 21:30:00.000000  4711 cart.cc:12] Check failed: total == 4 (5 vs. 4)
"""
ZIG = """\
1/1 cart.test.adds...expected 4, found 5
FAIL (TestExpectedEqual)
/home/dev/shop/cart.zig:2:15: 0x1252e2b in test.adds (cart.zig)
"""
NIM = """\
    /home/dev/shop/cart.nim(4, 16): Check failed: add(2, 3) == 4
    add(2, 3) was 5
  [FAILED] adds
"""
RACKUNIT = """\
--------------------
FAILURE
name:       check-equal?
location:   t.rkt:3:0
actual:     5
expected:   4
--------------------
"""
HSPEC = """\
Failures:

  test/Spec.hs:8:7:
  1) cart adds
       expected: 4
        but got: 5

"""
CLOJURE = """\
FAIL in (adds) (cart_test.clj:2)
expected: (= 4 (add 2 3))
  actual: (not (= 4 5))
"""
CRYSTAL = """\
  1) cart adds
     Failure/Error: add(2, 3).should eq(4)

       Expected: 4
            got: 5

     # spec/cart_spec.cr:4
"""
FORGE = """\
[FAIL: assertion failed: 5 != 4] testAdds() (gas: 12345)
"""
TEAMCITY = """\
##teamcity[testFailed name='adds' message='not equal' type='comparisonFailure' expected='4' actual='5']
"""
NUMPY = """\
Traceback (most recent call last):
  File "/srv/t.py", line 12, in test_adds
    np.testing.assert_equal(add(2, 3), 4)
AssertionError: \n\
Items are not equal:
 ACTUAL: 5
 DESIRED: 4
"""
PANDAS = """\
======================================================================
FAIL: test_adds (test_calc.TCalc.test_adds)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/srv/t.py", line 12, in test_adds
    assert_frame_equal(a, b)
AssertionError: DataFrame.iloc[:, 0] (column name="a") are different

DataFrame.iloc[:, 0] (column name="a") values are different (50.0 %)
[index]: [0, 1]
[left]:  [1, 5]
[right]: [1, 4]

----------------------------------------------------------------------
Ran 1 test in 0.001s
"""
ALMOST = UNITTEST.replace("5 != 4", "5.1 != 4 within 7 places (1.1 difference)")


def javascript(message: str) -> str:
    """An error of that message."""
    return f"{message}\n    at Object.<anonymous> (/srv/t.js:4:8)\n"


def java(message: str) -> str:
    """An error of that message."""
    return f"{message}\n\tat com.acme.CartTest.adds(CartTest.java:9)\n"


SNAPSHOT = "Error: expect(received).toMatchSnapshot()\n\n- Snapshot  - 1\n+ Received  + 1\n\n- 4\n+ 5\n"
PROPERTY = (
    'Error: expect(received).toHaveProperty(path, value)\n\nExpected path: "a.b"\n\n'
    "Expected value: 4\nReceived value: 5\n"
)
ASSERTJ_OLD = "java.lang.AssertionError: \nExpecting:\n <5>\nto be equal to:\n <4>\nbut was not."
ASSERTJ_SIZE = "java.lang.AssertionError: \nExpected size: 4 but was: 5 in:\n[1, 2, 3, 4, 5]"
MUNIT = (
    "munit.ComparisonFailException: /srv/CartSuite.scala:5\nvalues are not the same\n=> Obtained\n5\n"
    "=> Diff (- obtained, + expected)\n-5\n+4"
)

NAMED = {
    "numpy": (NUMPY, "4", "5"),
    "jest snapshot": (javascript(SNAPSHOT), "4", "5"),
    "jest property": (javascript(PROPERTY), "4", "5"),
    "chai length": (javascript("AssertionError: expected [ 1 ] to have a length of 4 but got 5"), "4", "5"),
    "assertj before 3.19": (java(ASSERTJ_OLD), "4", "5"),
    "assertj size": (java(ASSERTJ_SIZE), "4", "5"),
    "munit": (java(MUNIT), "4", "5"),
    "node assert": (NODE, "4", "5"),
    "jest": (JEST, "4", "5"),
    "vitest": (VITEST, "4", "5"),
    "mocha": (MOCHA, "4", "5"),
    "jasmine": (JASMINE, "4", "5"),
    "tape": (TAPE, "4", "5"),
    "playwright": (PLAYWRIGHT, "4", "5"),
    "deno std": (DENO, "4", "5"),
    "junit 4": (JUNIT4, "4", "5"),
    "junit 5": (JUNIT5, "4", "5"),
    "junit comparison": (COMPARISON, "ab[c]", "ab[d]"),
    "assertj": (ASSERTJ, "4", "5"),
    "hamcrest": (HAMCREST, "is <4>", "<5>"),
    "testng": (TESTNG, "4", "5"),
    "kotlin.test": (KOTLIN, "4", "5"),
    "xunit": (XUNIT, "4", "5"),
    "nunit": (NUNIT, "4", "5"),
    "mstest": (MSTEST, "4", "5"),
    "rspec": (RSPEC, "4", "5"),
    "minitest": (MINITEST, "4", "5"),
    "minitest diff": (MINITEST_DIFF, '"a\nb"', '"a\nc"'),
    "test-unit": (TEST_UNIT, "4", "5"),
    "phpunit": (PHPUNIT, "4", "5"),
    "phpunit diff": (PHPUNIT_DIFF, "Array (\n    'b' => 2\n)", "Array (\n    'b' => 3\n)"),
    "eunit": (EUNIT, "4", "5"),
    "test::more": (TEST_MORE, "'4'", "'5'"),
    "testthat": (TESTTHAT_WALDO, "4.0", "5.0"),
    "dart": (DART, "<4>", "<5>"),
    "gtest boolean": (GTEST_TRUE, "true", "false"),
    "cppunit": (CPPUNIT, "4", "5"),
    "unity": (UNITY_C, "4", "5"),
    "zig": (ZIG, "4", "5"),
    "rackunit": (RACKUNIT, "4", "5"),
    "hspec": (HSPEC, "4", "5"),
    "clojure.test": (CLOJURE, "(= 4 (add 2 3))", "(not (= 4 5))"),
    "crystal spec": (CRYSTAL, "4", "5"),
    "teamcity": (TEAMCITY, "4", "5"),
}
"""The framework says which side is which."""
UNNAMED = {
    "pandas": (PANDAS, "[1, 4]", "[1, 5]"),
    "unittest almost": (ALMOST, "4", "5.1"),
    "pytest": (PYTEST, "4", "5"),
    "unittest": (UNITTEST, "4", "5"),
    "scalatest": (SCALATEST, "4", "5"),
    "rust": (RUST, "4", "5"),
    "rust before 1.73": (RUST_OLD, "4", "5"),
    "exunit": (EXUNIT, "4", "5"),
    "exunit match": (EXUNIT_MATCH, "{:ok, _}", "{:error, :enoent}"),
    "julia": (JULIA, "4", "5"),
    "xctest": (XCTEST, "4", "5"),
    "swift-testing": (SWIFT_TESTING, "4", "5"),
    "gtest": (GTEST, "4", "5"),
    "catch2": (CATCH2, "4", "5"),
    "doctest": (DOCTEST_CPP, "4", "5"),
    "boost": (BOOST, "4", "5"),
    "check": (CHECK, "4", "5"),
    "glib": (GLIB, "4", "5"),
    "glog": (GLOG, "4", "5"),
    "nim": (NIM, "4", "5"),
    "forge": (FORGE, "4", "5"),
}
"""The framework says left and right, or nothing: by habit the expected side is the second."""

CASES = [(name, *case, True) for name, case in NAMED.items()] + [
    (name, *case, False) for name, case in UNNAMED.items()
]


@pytest.mark.parametrize(("name", "text", "expected", "actual", "labelled"), CASES, ids=[c[0] for c in CASES])
def test_sides(name: str, text: str, expected: str, actual: str, *, labelled: bool) -> None:
    """Expected and actual are those of the framework, and named only if it names them."""
    found = next((t.assertion for t in parse(text) if t.assertion is not None), None)
    assert found is not None, name
    assert (found.expected, found.actual, found.labelled) == (expected, actual, labelled)


WHOLE = {
    "pytest's diff of lists": (
        """\
        Traceback (most recent call last):
          File "test_urls.py", line 3, in test_urls
            assert urls() == [('https://shop/mug-1.0.tar.gz', '*', None)]
        AssertionError: assert [('https', '/...ar.gz', None)] == [('https://sh...', '*', None)]
          At index 0 diff: ('https', '//shop/mug-1.0.tar.gz', None) != ('https://shop/mug-1.0.tar.gz', '*', None)
          Full diff:
          - [('https://shop/mug-1.0.tar.gz', '*', None)]
          ?         ^                                  -----
          + [('https', '//shop/mug-1.0.tar.gz', None)]
          ?         ^^^^
        """,
        "[('https://shop/mug-1.0.tar.gz', '*', None)]",
        "[('https', '//shop/mug-1.0.tar.gz', None)]",
    ),
    "pytest's diff of texts": (
        """\
        Traceback (most recent call last):
          File "test_shell.py", line 3, in test_shell
            assert command() == wanted
        AssertionError: assert 'hdfs dfs -mkdir foo/bar/baz' == 'hdfs dfs -mk...p foo/bar/baz'
          - hdfs dfs -mkdir -p foo/bar/baz
          ?                ---
          + hdfs dfs -mkdir foo/bar/baz
        """,
        "'hdfs dfs -mkdir -p foo/bar/baz'",
        "'hdfs dfs -mkdir foo/bar/baz'",
    ),
    "pytest's first different item": (
        """\
        Traceback (most recent call last):
          File "test_list.py", line 3, in test_list
            assert got == wanted
        AssertionError: assert ['xxxxxxxxxxx..., 'b', 'xxxx'] == ['xxxxxxxxxxx..., 'b', 'xxxx']
          At index 3 diff: 'a' != 'z'
          Use -v to get more diff
        """,
        "'z'",
        "'a'",
    ),
    "JUnit's values hold the sign that ends them": (
        """\
        org.junit.ComparisonFailure: expected:<...com/">Link</a>
        <p><a[ href="/"]>Error link</a></p>> but was:<...com/">Link</a>
        <p><a[]>Error link</a></p>>
        \tat org.junit.Assert.assertEquals(Assert.java:115)
        \tat shop.LinksTest.links(LinksTest.java:12)
        """,
        '...com/">Link</a>\n<p><a[ href="/"]>Error link</a></p>',
        '...com/">Link</a>\n<p><a[]>Error link</a></p>',
    ),
    "markup that a test compares is no page": (
        """\
        org.junit.ComparisonFailure: expected:<<a title="[&lt;p>One&lt;]/p>">One</a>> but was:<<a title="[<p>One<]/p>">One</a>>
        \tat org.junit.Assert.assertEquals(Assert.java:115)
        \tat shop.PageTest.escapes(PageTest.java:12)
        """,
        '<a title="[&lt;p>One&lt;]/p>">One</a>',
        '<a title="[<p>One<]/p>">One</a>',
    ),
}


@pytest.mark.parametrize(("text", "expected", "actual"), WHOLE.values(), ids=WHOLE.keys())
def test_values_are_whole_where_they_are_printed(text: str, expected: str, actual: str) -> None:
    """What a first line shortens is taken from the diff below it, and never a part for the whole."""
    found = next(t.assertion for t in parse(textwrap.dedent(text)) if t.assertion is not None)
    assert (found.expected, found.actual) == (expected, actual)


SILENT = {
    "an exception": 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nKeyError: "x"\n',
    "a bare assert": 'Exception in thread "main" java.lang.AssertionError\n\tat com.acme.Main.main(Main.java:3)\n',
    "a compiler's types": "src/a.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.\n",
    "values shortened to the same": (
        'Traceback (most recent call last):\n  File "a.py", line 3, in test_a\n    assert a() == b\n'
        "AssertionError: assert 'aaaaaa...ccccc' == 'aaaaaa...ccccc'\n"
        "  Skipping 50 identical leading characters in diff, use -v to show\n  - aaad\n  ?    ^\n  + aaab\n"
    ),
    "words": "Expected behaviour: it works. Actual: it does not.\n",
    "refute": EXUNIT.replace("Assertion", "Refute").replace("     right: 4\n", ""),
    "include": MINITEST.replace("Expected: 4\n  Actual: 5", "Expected [1, 2] to include 3."),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT.keys())
def test_nothing_invented(text: str) -> None:
    """Where nothing was compared, nothing is said."""
    assert all(trace.assertion is None for trace in parse(text))
