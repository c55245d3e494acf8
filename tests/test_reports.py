"""Reports that test runners leave, read as data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crimescene import reports, traces

FAILURE = "Traceback (most recent call last):\n  File &quot;a.py&quot;, line 2, in b\nKeyError: 'c'"


def report(body: str = FAILURE, message: str = "KeyError: 'c'") -> str:
    """A report with one failure."""
    case = f'<testcase name="t"><failure message="{message}">{body}</failure></testcase>'
    return f'<?xml version="1.0"?><testsuites><testsuite><testcase name="w"/>{case}</testsuite></testsuites>'


def test_a_real_report(tmp_path: Path) -> None:
    """The one that pytest writes: its text is the failure with its frames."""
    (tmp_path / "test_cart.py").write_text(
        "def test_it():\n    assert [] == [1]\n\n\ndef test_well():\n    pass\n"
    )
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=reports/junit.xml"]
    subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
    (found,) = reports.newest(tmp_path, ["test_cart.py"])
    assert found.path == "reports/junit.xml"
    (text,) = found.texts
    (trace,) = traces.parse(text)
    assert [(f.path, f.lineno) for f in trace.root.frames] == [("test_cart.py", 2)]


@pytest.mark.parametrize(
    "place",
    [
        "junit.xml",
        "test-results/TEST-a.B.xml",
        "target/surefire-reports/TEST-a.B.xml",
        "api/target/surefire-reports/TEST-a.B.xml",
        "api/build/test-results/test/TEST-a.B.xml",
        "target/nextest/default/junit.xml",
        "coverage/junit.xml",
    ],
)
def test_where_runners_put_them(tmp_path: Path, place: str) -> None:
    """At the root, and at each module that has a build file."""
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(report())
    (found,) = reports.newest(tmp_path, ["pom.xml", "api/pom.xml", "api/src/A.java"])
    assert found.path == place
    assert "KeyError: 'c'" in found.texts[0]


def test_newest_first(tmp_path: Path) -> None:
    """By the time they were written, whatever their names."""
    for age, name in ((300, "TEST-a.xml"), (100, "TEST-b.xml"), (200, "TEST-c.xml")):
        (tmp_path / name).write_text(report(message=name))
        os.utime(tmp_path / name, (10_000 - age, 10_000 - age))
    assert [r.path for r in reports.newest(tmp_path, [])] == ["TEST-b.xml", "TEST-c.xml", "TEST-a.xml"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no XML",
        "<testsuite>",
        "<testsuite><testcase/></testsuite>",
        '<html><testcase><failure message="x"/></testcase></html>',
        f'<!DOCTYPE a [<!ENTITY b "{"c" * 1000}">]>{report()}',
        "<testsuite>" * 5000,
    ],
)
def test_what_is_no_report(text: str) -> None:
    """Nothing is found, nothing is expanded, nothing raises."""
    assert reports.failures(text.encode()) == ()


def test_the_message_where_the_body_lacks_it() -> None:
    """Some runners put the error's words into the attribute alone."""
    (text,) = reports.failures(report(body="  at a (a.js:1:2)", message="TypeError: x").encode())
    assert text == "TypeError: x\n  at a (a.js:1:2)"


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A report that is a link may lead out of the workspace."""
    outside = tmp_path / "outside.xml"
    outside.write_text(report())
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "junit.xml").symlink_to(outside)
    assert reports.newest(tmp_path / "p", []) == []
