"""Shared options and fixtures of the whole suite."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from repositories import Builder, numbered

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell script's background job ignores Ctrl-C, and so would all programs that are interrupted here.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` rewrites the wanted sections of all archives."""
    parser.addoption("--update", action="store_true", help="rewrite golden archives")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden archives are rewritten instead of compared."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def no_git_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own git configuration has no say."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def repo(tmp_path: Path, no_git_settings: None) -> Builder:  # noqa: ARG001 -- git reads them for the builder
    """A repository whose files were all written two days ago."""
    builder = Builder(tmp_path / "repo")
    builder.commit({"a.py": numbered(30), "b.py": numbered(30)}, "Begin", hours_ago=48)
    return builder
