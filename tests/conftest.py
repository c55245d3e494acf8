"""Shared options and fixtures of the whole suite."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` rewrites the wanted sections of all archives."""
    parser.addoption("--update", action="store_true", help="rewrite golden archives")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden archives are rewritten instead of compared."""
    return bool(request.config.getoption("--update"))
