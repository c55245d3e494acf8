"""The GitHub Action: the scripts of its steps, run by bash as a runner runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
EXPRESSION = re.compile(r"\$\{\{\s*inputs\.([\w-]+)\s*\}\}")
TEST = (
    "import unittest\n\n\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(1, 2)\n"
)
SHOP = "def total(prices):\n    value = sum(prices)\n    return value\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


@pytest.fixture
def runner(tmp_path: Path):
    """A runner's folders; the function runs the steps with inputs, the last step's exit code is returned."""
    (tmp_path / "temp").mkdir()
    project = tmp_path / "project"
    project.mkdir()
    subprocess.run(["git", "init", "--quiet", str(project)], check=True)
    (project / "test_one.py").write_text(TEST)

    def start(*, install: bool = False, **inputs: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))},
        }
        given = {name: entry["default"] for name, entry in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        first, second = ACTION["runs"]["steps"]
        if not install:  # the program of this environment in place of an installed one
            bin_ = tmp_path / "temp" / "crimescene" / "bin"
            bin_.mkdir(parents=True, exist_ok=True)
            (bin_ / "crimescene").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crimescene "$@"\n')
            (bin_ / "crimescene").chmod(0o755)
            environment["PYTHONPATH"] = str(ROOT / "server")
        for step in (first, second) if install else (second,):
            values = {name: EXPRESSION.sub(lambda m: given[m[1]], text) for name, text in step["env"].items()}
            script = tmp_path / "step.sh"
            script.write_text(step["run"])
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
                cwd=project, env=environment | values, capture_output=True, text=True, check=False,
            )  # fmt: skip
        return done

    start.summary = lambda: (tmp_path / "summary.md").read_text(encoding="utf-8")
    start.project = project
    start.output = tmp_path / "output"
    return start


def test_no_expression_in_a_script() -> None:
    """What is given reaches the scripts as variables, never as text of theirs; every input is used."""
    used = set()
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        for value in step["env"].values():
            assert EXPRESSION.fullmatch(value)
            used.update(EXPRESSION.findall(value))
    assert used == set(ACTION["inputs"])


def test_a_failing_command(runner) -> None:
    """The step fails as the command does, and the summary is one block with the whole prompt."""
    done = runner(command="python -m unittest -q; echo never", note="since $HOME `moved`")
    assert done.returncode == 1
    assert "FAILED (failures=1)" in done.stdout + done.stderr
    assert "never" not in done.stdout
    heading, _, block = (
        token
        for token in MarkdownIt().parse(runner.summary())
        if token.type in {"inline", "heading_open", "fence"}
    )  # fmt: skip
    assert (heading.tag, block.info) == ("h2", "markdown")
    prompt = Path(runner.output.read_text().strip().removeprefix("prompt=")).read_text(encoding="utf-8")
    assert block.content.strip() == prompt.strip()
    assert prompt.startswith("# AssertionError: 1 != 2")
    assert "since $HOME `moved`" in prompt


def test_a_command_that_works(runner) -> None:
    """Nothing is posted."""
    done = runner(command="echo fine")
    assert (done.returncode, done.stdout) == (0, "fine\n")
    assert not runner.output.exists()
    with pytest.raises(FileNotFoundError):
        runner.summary()


def test_a_log_of_an_earlier_step(runner) -> None:
    """Its prompt is posted and the step succeeds: the job has failed already."""
    with (runner.project / "my log.txt").open("w") as log:
        subprocess.run([sys.executable, "-m", "unittest", "-q"], cwd=runner.project, stderr=log, check=False)
    assert runner(log="my log.txt").returncode == 0
    assert "# AssertionError: 1 != 2" in runner.summary()


def test_nothing_given(runner) -> None:
    """One sentence, and the exit code of wrong usage."""
    done = runner()
    assert (done.returncode, done.stderr) == (2, "crimescene: give a command or a log\n")


@pytest.mark.parametrize("name", ["note", "budget", "style", "log", "working_directory"])
@pytest.mark.parametrize(
    "attack", ['"; touch owned; "', "$(touch owned)", "`touch owned`", "--output=owned", "'\ntouch owned\n'"]
)
def test_inputs_run_nothing(name: str, attack: str, runner) -> None:
    """Whatever an input holds, it is a value."""
    command = {} if name == "log" else {"command": "python -m unittest -q"}
    runner(**command, **{name: attack})
    assert not [path for path in runner.project.parent.rglob("owned*") if path.name == "owned"]


@pytest.mark.timeout(600)
@pytest.mark.skipif(
    os.environ.get("CI") != "true" and "CRIMESCENE_PACKAGES" not in os.environ,
    reason="needs an index of packages",
)
def test_from_nothing(runner) -> None:
    """Both steps, with an installation of this checkout."""
    done = runner(install=True, command="python -m unittest -q", python=sys.executable)
    assert done.returncode == 1
    assert "# AssertionError: 1 != 2" in runner.summary()


@pytest.mark.timeout(600)
@pytest.mark.skipif(
    os.environ.get("CI") != "true" and "CRIMESCENE_PACKAGES" not in os.environ,
    reason="needs an index of packages",
)
def test_the_hook_of_pre_commit(runner, tmp_path: Path) -> None:
    """A log statement of ours is not committed; without any the hook passes."""
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    subprocess.run([home / "bin" / "python", "-m", "pip", "install", "--quiet", "pre-commit"], check=True)

    def hook() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [home / "bin" / "pre-commit", "try-repo", str(ROOT), "crimescene-logs", "--all-files"],
            cwd=runner.project, capture_output=True, text=True, check=False,
            env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "hooks")},
        )  # fmt: skip

    subprocess.run(["git", "add", "."], cwd=runner.project, check=True)
    fine = hook()
    assert fine.returncode == 0, fine.stdout + fine.stderr
    program = runner.project / "shop.py"
    program.write_text(SHOP)
    subprocess.run(
        [sys.executable, "-m", "crimescene", "logs", "insert", "value", "shop.py:total"],
        cwd=runner.project, check=True, capture_output=True,
    )  # fmt: skip
    assert program.read_text() != SHOP
    subprocess.run(["git", "add", "."], cwd=runner.project, check=True)
    refused = hook()
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "shop.py" in refused.stdout
