"""Whatever loggers, CI systems and pages put before or around the lines, the same traces are read."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import archives
from crimescene.traces import parse, to_json

ROOT = Path(__file__).parent / "traces"
LINES = 3
"""What lines share is believed of so many."""


def read(paths: list[Path]) -> list[tuple[str, str]]:
    """Name and text of the archives that hold plain text of several lines."""
    found = []
    for path in paths:
        archive = archives.load(path)
        text = archive.sections["input"]
        if "(escapes)" in archive.comment or "(prefixed)" in archive.comment or text.count("\n") < LINES:
            continue
        found.append((f"{path.parent.name}/{path.stem}", text))
    return found


TEXTS = read(sorted(ROOT.glob("*/*.txt")))


def facts(text: str) -> list[object]:
    """Errors and places with their owners, wherever they stand."""
    answer = to_json(text, parse(text))
    return [
        [error["type"] for error in answer["errors"]],
        [(f["path"], f["line"], f["function"], f["error"]) for f in answer["frames"] if f["line"]],
    ]


PREFIXES = {
    "logger and level": "2026-11-22 07:26:15,123 - shop.api - ERROR - ",
    "level": "2026-11-22 07:26:15,123 ERROR ",
    "Airflow": "[2026-11-22T07:26:15.123+0000] {subprocess.py:93} INFO - ",
    "Airflow 2": "[2026-11-22, 07:26:15 UTC] {logging_mixin.py:112} INFO - ",
    "Celery": "[2026-11-22 07:26:15,123: WARNING/ForkPoolWorker-1] ",
    "Fly": "2026-11-22T07:26:15Z app[1781] fra [info] ",
    "iOS": "2026-11-22 07:26:15.123456+0000 shop[4711:12345] ",
    "GitLab": "2026-11-22T07:26:15.123456Z 01E ",
    "CloudWatch": "2026-11-22T07:26:15.123Z\t",
    "Google Cloud": "ERROR 2026-11-22T07:26:15.123456Z ",
    "Jenkins": "07:26:15  ",
    "TeamCity": "[07:26:15]W:\t [Step 1/2] ",
    "Render": "Nov 22 07:26:15 AM  ",
    "pm2": "0|shop     | ",
    "pm2 with time": "0|shop  | 2026-11-22T07:26:15: ",
    "foreman": "07:26:15 web.1  | ",
    "lerna": "@shop/cart: ",
    "pnpm": "packages/cart test: ",
    "yarn": "➤ YN0000: │ ",
    "yarn workspaces": "[@shop/cart]: ",
    "Android Studio": "2026-11-22 07:26:15.123  4711-4711  AndroidRuntime          com.shop              E  ",
    "Android Studio, old": "2026-11-22 07:26:15.123 4711-4711/com.shop E/AndroidRuntime: ",
    "seconds": "1700000000.123456 ",
}
NESTED = ("ruby/sidekiq", "compilers/prefixed-level", "config/written", "scala3/compile")
"""Logs whose own prefix stands behind the other one, and texts of tools that print one."""
UNLIKE = {
    "level": (
        "arrow/rustc",
        "deno/lint-d-ts",
        "erlang/eunit",
        "julia/errors",
        "nim/async",
        "racket/syn",
        "shell/fish",
    )
}
"""Where an indentation of one blank cannot be told from a padded level."""


@pytest.mark.parametrize("name", PREFIXES)
def test_prefixes(name: str) -> None:
    """Each line behind the same prefix: same errors, same places."""
    wrong = [
        archive
        for archive, text in TEXTS
        if archive not in NESTED and archive not in UNLIKE.get(name, ())
        if facts("".join(PREFIXES[name] + line for line in text.splitlines(keepends=True))) != facts(text)
    ]
    assert not wrong


def numbered(text: str, form: str) -> str:
    """Lines with their numbers."""
    return "".join(form.format(n + 1) + line for n, line in enumerate(text.splitlines(keepends=True)))


AROUND: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR CR LF": lambda text: text.replace("\n", "\r\r\n"),
    "blanks that do not break": lambda text: text.replace("  ", "\N{NO-BREAK SPACE} "),
    "HTML": lambda text: f"<p>It says:</p>\n<pre>{html.escape(text)}</pre>\n",
    "JUnit's XML": lambda text: (
        f'<testcase name="x"><failure message="m">{html.escape(text)}</failure></testcase>'
    ),
    "CDATA": lambda text: f"<system-err><![CDATA[{text}]]></system-err>\n",
    "JSON": lambda text: json.dumps({"level": "error", "msg": "failed", "stack": text}) + "\n",
    "JSON of several lines": lambda text: json.dumps({"err": {"stack": text}}, indent=2) + "\n",
    "logfmt": lambda text: f"level=error msg=failed stack={json.dumps(text)}\n",
}


DECODED = ("php/html", "swift/crash-6")
"""Texts that are decoded, or colour, themselves."""


@pytest.mark.parametrize("name", AROUND)
def test_around(name: str) -> None:
    """The whole text in something else: same errors, same places."""
    wrong = [
        archive
        for archive, text in TEXTS
        if archive not in DECODED and facts(AROUND[name](text)) != facts(text)
    ]
    assert not wrong


PYTHON = """\
Traceback (most recent call last):
  File "/srv/app/run.py", line 7, in run
    raise ValueError("no")
ValueError: no
"""
GO = """\
panic: no

goroutine 1 [running]:
main.main()
\t/srv/app/main.go:12 +0x1d
"""
NODE = """\
Error: no
    at run (/srv/app/run.js:7:11)
    at main (/srv/app/main.js:2:3)
"""
MARGINS: dict[str, Callable[[str], str]] = {
    "indented": lambda text: "".join("    " + line for line in text.splitlines(keepends=True)),
    "in YAML": lambda text: "error: |\n" + "".join("  " + line for line in text.splitlines(keepends=True)),
    "behind .NET's console logger": lambda text: (
        "fail: Shop.Cart[0]\n" + "".join("      " + line for line in text.splitlines(keepends=True))
    ),
    "grep": lambda text: numbered(text, "{}:"),
    "cat": lambda text: numbered(text, "{:6}\t"),
    "blank lines between": lambda text: text.replace("\n", "\n\n"),
    "typographic quotes": lambda text: text.replace('File "', "File “").replace('", line', "”, line"),
}


@pytest.mark.parametrize("text", [PYTHON, GO, NODE], ids=["python", "go", "node"])
@pytest.mark.parametrize("name", MARGINS)
def test_margins(text: str, name: str) -> None:
    """Pasted with a margin: same errors, same places."""
    assert facts(MARGINS[name](text)) == facts(text)


def test_places_behind_time_stay() -> None:
    """What lines share is metadata only as far as it is no place."""
    text = "".join(f"2026-11-22T07:26:15Z src/cart.py:{n}:5: E501 line too long\n" for n in (11, 12, 13))
    assert [(f["path"], f["line"]) for f in to_json(text, parse(text))["frames"]] == [
        ("src/cart.py", 11),
        ("src/cart.py", 12),
        ("src/cart.py", 13),
    ]
