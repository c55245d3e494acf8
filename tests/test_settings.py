"""Settings: what users write, what they get, what they are told."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crimescene.settings import SECTIONS, Settings, from_mapping, parse_duration, schema


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90m", 5400),
        ("24h", 86_400),
        ("2d", 172_800),
        ("1w", 604_800),
        ("30 s", 30),
        ("1.5H", 5400),
        ("3", 10_800),
    ],
)
def test_durations(text, seconds):
    """A duration is a number and a unit; hours where there is none."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "-1h", "1y", "24 hours", "1h30m", "1e9h", "٣h" * 2])
def test_what_is_no_duration(text):
    """What cannot be read is None, never a guess."""
    assert parse_duration(text) is None


def test_every_setting_can_be_given():
    """Each setting is read under its own name, bare or with its prefix."""
    given_ = {
        "budget": 4000,
        "crimescene.style": "mentions",
        "since": "2d",
        "hiddenSections": ["environment"],
        "closing": "Nur die Ursache.",
        "readLibraries": True,
        "pathMappings": {"/app": "."},
        "maxFileBytes": 500_000,
        "rankingSeconds": 2,
        "testCommand": ["npm", "test"],
        "logSink": "stderr",
        "crimescene": {"saveCases": False},
    }
    settings, problems = from_mapping(given_)
    assert problems == ()
    assert settings == Settings(
        budget=4000,
        style="mentions",
        since=172_800,
        hidden_sections=frozenset({"environment"}),
        closing="Nur die Ursache.",
        read_libraries=True,
        path_mappings={"/app": "."},
        max_file_bytes=500_000,
        ranking_seconds=2,
        test_command=("npm", "test"),
        log_sink="stderr",
        save_cases=False,
    )


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("budgte", 1, "There is no setting crimescene.budgte. Did you mean crimescene.budget?"),
        ("colour", 1, "There is no setting crimescene.colour."),
        ("budget", "6k", "a whole number from 100 to 1,000,000, not '6k'"),
        ("budget", True, "a whole number"),
        ("budget", 99, "a whole number"),
        ("budget", 600.5, "a whole number"),
        ("style", "short", "one of full, mentions, json"),
        ("since", "yesterday", 'a span of time such as "90m"'),
        ("hiddenSections", ["enviroment"], "a list of any of summary"),
        ("hiddenSections", "environment", "a list of any of summary"),
        ("readLibraries", 1, "true or false"),
        ("pathMappings", {"/app": 3}, "a table of strings"),
        ("testCommand", "npm test", "a list of strings"),
        ("rankingSeconds", float("nan"), "a number of seconds"),
    ],
)
def test_what_cannot_be_used_is_said(key, value, message):
    """A wrong entry is one sentence, and its default stands."""
    settings, problems = from_mapping({key: value})
    assert settings == Settings()
    assert len(problems) == 1
    assert message in problems[0]


@given(st.dictionaries(st.text() | st.sampled_from(list(schema()["properties"])), st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)))  # fmt: skip
def test_nothing_crashes(given_):
    """Whatever an editor sends, there are settings."""
    settings, problems = from_mapping(given_)
    assert isinstance(settings, Settings)
    assert all(problem.endswith((".", "?")) for problem in problems)


def test_the_schema_is_whole():
    """Each setting has a title, a description and a default that means the default."""
    properties = schema()["properties"]
    assert len(properties) == len(fields(Settings))
    assert all(
        {"title", "markdownDescription", "default", "type"} <= set(entry) for entry in properties.values()
    )
    assert from_mapping({key: entry["default"] for key, entry in properties.items()}) == (Settings(), ())
    assert json.loads(json.dumps(schema())) == schema()


def test_sections_are_distinct():
    """Sections are switched off by name."""
    assert len(set(SECTIONS)) == len(SECTIONS)
