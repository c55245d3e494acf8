"""Settings that come with a project, alone and under the options of the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from crimescene import cli, configuration
from crimescene.cli import console
from crimescene.settings import Settings
from failing import TOTAL as MAIN
from failing import TOTAL_TRACE as TRACE


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository's top, where one stands."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text(MAIN)
    (tmp_path / "trace.log").write_text(TRACE)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _prompt(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    assert cli.main(["prompt", "trace.log", *words]) == console.DONE
    done = capsys.readouterr()
    return done.out, done.err


# --------------------------------------------------------------------------- where they stand


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("crimescene.toml", 'budget = 900\nmaxFileBytes = 20_000\n[pathMappings]\n"/app" = "."\n'),
        ("crimescene.toml", 'budget = 900\r\nmax_file_bytes = 20_000\r\npath-mappings = {"/app" = "."}\r\n'),
        ("pyproject.toml", '[tool.crimescene]\nbudget=900\nmax-file-bytes=20000\npathMappings={"/app"="."}'),
    ],
)
def test_both_files_are_read(tmp_path: Path, name: str, text: str) -> None:
    """The same settings in either file, spelled as editors or as TOML files do."""
    (tmp_path / name).write_text(text, newline="")
    wanted = Settings(budget=900, max_file_bytes=20_000, path_mappings={"/app": "."})
    assert configuration.read(tmp_path) == (wanted, ())


def test_a_project_without_settings(tmp_path: Path) -> None:
    """No file, and a file that speaks of other tools, are the defaults without a word."""
    assert configuration.read(tmp_path) == (Settings(), ())
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nnot = [toml\n")
    assert configuration.read(tmp_path) == (Settings(), ())


def test_of_two_files_one_is_used(tmp_path: Path) -> None:
    """Which one is said."""
    (tmp_path / "pyproject.toml").write_text("[tool.crimescene]\nbudget = 700\n")
    (tmp_path / "crimescene.toml").write_text("budget = 800\n")
    settings, said = configuration.read(tmp_path)
    assert settings.budget == 700
    assert said == ("crimescene.toml is not used: pyproject.toml has a table [tool.crimescene].",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("budget = [", "crimescene.toml cannot be read as TOML: "),
        ("a = " + "[" * 20_000, "crimescene.toml cannot be read as TOML: "),
        ("budget = '6k'", "crimescene.toml: crimescene.budget must be a whole number from 100 to 1,000,000"),
        ("budgte = 1", "crimescene.toml: There is no setting crimescene.budgte. Did you mean"),
        ('"\\u001b[2Jred" = 1', "crimescene.toml: There is no setting crimescene.\ufffd[2Jred."),
        ("since = 2000-01-01", "crimescene.toml: crimescene.since must be a span of time"),
        ("\n".join(f"no{n} = 1" for n in range(99)), "crimescene.toml: There is no setting crimescene.no0."),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, text: str, sentence: str) -> None:
    """One sentence for each entry, not too many of them, nothing that moves a terminal's cursor."""
    (tmp_path / "crimescene.toml").write_text(text)
    settings, said = configuration.read(tmp_path)
    assert settings == Settings()
    assert said[0].startswith(sentence)
    assert len(said) <= 11
    assert all(text.isprintable() and len(text) < 500 for text in said)


def test_what_is_no_table(tmp_path: Path) -> None:
    """``[tool] crimescene = 3`` is said; ``tool = 3`` is none of our business."""
    (tmp_path / "pyproject.toml").write_text("[tool]\ncrimescene = 3\n")
    assert configuration.read(tmp_path)[1] == ("pyproject.toml: tool.crimescene must be a table.",)
    (tmp_path / "pyproject.toml").write_text("tool = 'crimescene'\n")
    assert configuration.read(tmp_path) == (Settings(), ())


def test_no_file_at_all(tmp_path: Path) -> None:
    """A folder of that name, bytes that are no text, a link out of the project."""
    (tmp_path / "crimescene.toml").mkdir()
    (tmp_path / "pyproject.toml").write_bytes(b"\xff crimescene")
    settings, said = configuration.read(tmp_path)
    assert settings == Settings()
    assert len(said) == 1


# --------------------------------------------------------------------------- what they do


def test_they_shape_the_prompt(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Budget, style, sections and the closing words, without an option."""
    (project / "crimescene.toml").write_text(
        'budget = 2000\nstyle = "mentions"\nhiddenSections = ["environment", "changes"]\n'
        'closing = "Explain {{ exception }} in {{ paths[0] }}."\n'
    )
    text, said = _prompt(capsys)
    assert "\n- @app/main.py (lines 1-6) · " in text
    assert "## Recent changes" not in text
    assert "Explain ZeroDivisionError in app/main.py." in text
    assert said.count("crimescene: ") == 1


def test_options_win(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is typed counts, and what is hidden adds up."""
    (project / "crimescene.toml").write_text(
        'budget = 200\nstyle = "json"\nsince = "1h"\nhiddenSections = ["expected"]\nclosing = "Mine."\n'
    )
    (project / "mine.md").write_text("Theirs: {{ message }}.\n")
    options = ["--budget", "3k", "--style", "full", "--closing", "mine.md", "--hide", "actual"]
    text, _ = _prompt(capsys, *options, "--since", "24h")
    assert len(text) > 800
    assert "Theirs: division by zero." in text
    assert "Mine." not in text
    assert "## Expected behavior" not in text
    assert "## Actual behavior" not in text


def test_style_json_from_the_settings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The setting means what the option means."""
    (project / "crimescene.toml").write_text('style = "json"\n')
    assert json.loads(_prompt(capsys)[0])["title"] == "ZeroDivisionError: division by zero"


def test_a_wrong_entry_is_said_and_the_prompt_made(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr; the prompt stands alone on stdout."""
    (project / "crimescene.toml").write_text("budgte = 1\n")
    text, said = _prompt(capsys)
    assert text.startswith("# ZeroDivisionError")
    assert said.startswith("crimescene: crimescene.toml: There is no setting crimescene.budgte.")


def test_files_beyond_the_limit_are_not_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The limit is the project's, and the prompt says which file was beyond it."""
    (project / "app" / "main.py").write_text(MAIN + "# " + "x" * 10_000 + "\n")
    assert "### app/main.py" in _prompt(capsys)[0]
    (project / "crimescene.toml").write_text("maxFileBytes = 10_000\n")
    text, _ = _prompt(capsys)
    assert "### app/main.py" not in text
    assert "at most 10,000 are read" in text


def test_nothing_is_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A repository can say which command reproduces a failure, and nothing comes of it unasked."""
    (project / "crimescene.toml").write_text("testCommand = ['touch', 'made']\nclosing = '{{ range }}'\n")
    _prompt(capsys)
    assert cli.main(["run"]) == console.REFUSED
    assert not (project / "made").exists()


@pytest.mark.parametrize("words", [["--closing", "nowhere.md"], ["--hide", "nothing"], ["--since", "soon"]])
def test_wrong_options(project: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """They are refused before anything is done."""
    try:
        code = cli.main(["prompt", "trace.log", *words])
    except SystemExit as refused:
        code = refused.code
    assert code == console.REFUSED
    assert capsys.readouterr().out == ""
    assert not (project / ".crimescene").exists()


# --------------------------------------------------------------------------- libraries


LIBRARY = """\
def mean(items):
    return divide(sum(items), len(items))


def divide(a, b):
    return a / b
"""
LONGER = """\
Traceback (most recent call last):
  File "/srv/shop/app/main.py", line 6, in run
    return total([])
  File "/srv/shop/app/main.py", line 2, in total
    return sum(items) / len(items)
  File "{folder}/venv/lib/python3.11/site-packages/means.py", line 2, in mean
    return divide(sum(items), len(items))
  File "{folder}/venv/lib/python3.11/site-packages/means.py", line 6, in divide
    return a / b
ZeroDivisionError: division by zero
"""


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("wanted", [False, True])
def test_libraries(project: Path, capsys: pytest.CaptureFixture[str], *, tracked: bool, wanted: bool) -> None:
    """Their code stands in the prompt if the project says so, whether or not git knows it."""
    folder = project / "venv/lib/python3.11/site-packages"
    folder.mkdir(parents=True)
    (folder / "means.py").write_text(LIBRARY)
    if not tracked:
        (project / ".gitignore").write_text("venv/\n")
    (project / "trace.log").write_text(LONGER.format(folder=project))
    (project / "crimescene.toml").write_text(f"readLibraries = {str(wanted).lower()}\n")
    text, _ = _prompt(capsys)
    assert ("### venv/lib/python3.11/site-packages/means.py" in text) is wanted
    assert "ZeroDivisionError was raised in `total` (app/main.py:2)" in text
    assert "frame 3 of 4, raised here" in text


@pytest.mark.parametrize("marker", ["modules.txt", None])
def test_what_is_vendored(project: Path, capsys: pytest.CaptureFixture[str], marker: str | None) -> None:
    """A folder named vendor holds libraries where a package manager filled it; else it is the project's."""
    (project / "vendor").mkdir()
    if marker:
        (project / "vendor" / marker).write_text("")
    (project / "vendor" / "shop.py").write_text(MAIN)
    (project / "trace.log").write_text(TRACE + TRACE.replace("app/main.py", "vendor/shop.py"))
    text, _ = _prompt(capsys)
    assert ("### vendor/shop.py" in text) is (marker is None)


def test_a_library_frame_leads_nowhere_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what lies below the root is read."""
    outside = project.parent / "site-packages"
    outside.mkdir(exist_ok=True)
    (outside / "means.py").write_text(LIBRARY)
    (project / "node_modules").symlink_to(outside)
    (project / "crimescene.toml").write_text("readLibraries = true\n")
    trace = TRACE
    for path in (outside / "means.py", "../site-packages/means.py", "node_modules/means.py"):
        trace = trace.replace("ZeroDiv", f'  File "{path}", line 2, in mean\nZeroDiv')
    (project / "trace.log").write_text(trace)
    assert "means.py:1-6" not in _prompt(capsys)[0]
