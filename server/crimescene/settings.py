"""Every setting once: its meaning, its default and its limits; editors' schemas are made from here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import Field

SECTIONS = (
    "summary",
    "note",
    "error",
    "code",
    "expected",
    "actual",
    "changes",
    "values",
    "shape",
    "tried",
    "environment",
    "request",
    "left_out",
)
"""Parts of the prompt that can be switched off."""
STYLES = ("full", "mentions", "json")
SINKS = ("file", "stderr", "logger")
BUDGET = 6000
"""Tokens of a prompt, counted as characters / 4."""
SINCE = 86_400.0
"""Seconds a change counts as recent."""
PREFIX = "crimescene."

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(s|m|h|d|w)?", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def parse_duration(text: str) -> float | None:
    """Seconds in ``90m``, ``24h``, ``2d``, ``1w``; a bare number means hours; None if it is no duration."""
    found = _DURATION.fullmatch(text.strip())
    return float(found[1]) * _SECONDS[(found[2] or "h").lower()] if found else None


# ------------------------------------------------------------------ kinds of settings


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a setting takes; ``wanted`` completes "must be …"."""

    wanted: str
    schema: Mapping[str, Any]
    least: float = 0
    most: float = 0
    choices: tuple[str, ...] = ()

    def read(self, value: object) -> Any:  # noqa: ANN401 - each setting has its own type
        """``value`` as the setting holds it; raises ValueError if it cannot."""
        found = _READERS[str(self.schema["type"])](self, value)
        if found is None:
            raise ValueError(self.wanted)
        return found


def _number(kind: _Kind, value: object) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not kind.least <= value <= kind.most:
        return None
    if kind.schema["type"] == "integer":
        return int(value) if value == int(value) else None
    return float(value)


def _text(kind: _Kind, value: object) -> str | float | None:
    if "pattern" in kind.schema:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return None
        seconds = parse_duration(str(value))
        return seconds if seconds is not None and kind.least <= seconds <= kind.most else None
    return value if isinstance(value, str) and (not kind.choices or value in kind.choices) else None


def _list(kind: _Kind, value: object) -> tuple[str, ...] | frozenset[str] | None:
    if isinstance(value, str) or not isinstance(value, (Sequence, set, frozenset)):
        return None
    if not all(isinstance(item, str) and (not kind.choices or item in kind.choices) for item in value):
        return None
    return frozenset(value) if kind.choices else tuple(value)


def _table(_: _Kind, value: object) -> dict[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    return dict(value) if all(isinstance(x, str) for pair in value.items() for x in pair) else None


_READERS = {
    "boolean": lambda _, value: value if isinstance(value, bool) else None,
    "integer": _number,
    "number": _number,
    "string": _text,
    "array": _list,
    "object": _table,
}


def _integer(least: int, most: int) -> _Kind:
    wanted = f"a whole number from {least:,} to {most:,}"
    return _Kind(wanted, {"type": "integer", "minimum": least, "maximum": most}, least, most)


def _seconds(least: float, most: float) -> _Kind:
    wanted = f"a number of seconds from {least:g} to {most:g}"
    return _Kind(wanted, {"type": "number", "minimum": least, "maximum": most}, least, most)


def _duration(most: float) -> _Kind:
    pattern = r"^\s*\d+(\.\d+)?\s*[smhdwSMHDW]?\s*$"
    return _Kind(
        'a span of time such as "90m", "24h" or "2d"', {"type": "string", "pattern": pattern}, 1, most
    )


def _choice(choices: tuple[str, ...]) -> _Kind:
    wanted = f"one of {', '.join(choices)}"
    return _Kind(wanted, {"type": "string", "enum": list(choices)}, choices=choices)


def _choices(choices: tuple[str, ...]) -> _Kind:
    items = {"type": "string", "enum": list(choices)}
    wanted = f"a list of any of {', '.join(choices)}"
    return _Kind(wanted, {"type": "array", "items": items, "uniqueItems": True}, choices=choices)


_STRING = _Kind("a string", {"type": "string"})
_STRINGS = _Kind("a list of strings", {"type": "array", "items": {"type": "string"}})
_PATHS = _Kind("a table of strings", {"type": "object", "additionalProperties": {"type": "string"}})
_FLAG = _Kind("true or false", {"type": "boolean"})


def _setting(kind: _Kind, default: Any, title: str, description: str, shown: Any = None) -> Any:  # noqa: ANN401
    """A field of :class:`Settings`; ``shown`` is the default as the user would write it."""
    facts = {"kind": kind, "title": title, "description": description}
    facts["shown"] = default if shown is None else shown
    if callable(default):
        facts["shown"] = shown
        return field(default_factory=default, metadata=facts)
    return field(default=default, metadata=facts)


# ------------------------------------------------------------------ the settings


@dataclass(frozen=True)
class Settings:
    """What a user can change; durations in seconds."""

    budget: int = _setting(
        _integer(100, 1_000_000),
        BUDGET,
        "Budget",
        "Tokens a prompt may take, counted as characters / 4. Everything counts; it is never exceeded.",
    )
    style: str = _setting(
        _choice(STYLES),
        "full",
        "Style",
        "full: code stands in the prompt; mentions: files are named for assistants that read them"
        " themselves; json: for programs.",
    )
    since: float = _setting(
        _duration(10 * 365 * 86_400.0),
        SINCE,
        "Recent changes since",
        "How far back a change counts as recent: 90m, 24h, 2d, 1w.",
        "24h",
    )
    hidden_sections: frozenset[str] = _setting(
        _choices(SECTIONS), frozenset(), "Hidden sections", "Sections the prompt leaves out.", []
    )
    closing: str = _setting(
        _STRING,
        "",
        "Closing",
        'Your own words, as Markdown, in place of the text under "What I need", or a template of them'
        " (docs/settings.md); empty: the built-in text.",
    )
    read_libraries: bool = _setting(
        _FLAG,
        False,  # noqa: FBT003 - the default of a flag is a truth value
        "Read libraries",
        "Whether code of libraries inside the workspace (node_modules, vendor, virtual environments)"
        " may stand in the prompt.",
    )
    path_mappings: Mapping[str, str] = _setting(
        _PATHS,
        dict,
        "Path mappings",
        "Folders as traces print them (in a container, on a build machine) and the folders of the workspace"
        ' they stand for: {"/app": "."}.',
        {},
    )
    max_file_bytes: int = _setting(
        _integer(10_000, 1_000_000_000),
        2_000_000,
        "Largest file",
        "Files with more bytes are not read.",
    )
    ranking_seconds: float = _setting(
        _seconds(0.1, 600),
        0.7,
        "Time for callers",
        "Seconds the search for callers may take; what it did not look at is named in the prompt.",
    )
    test_command: tuple[str, ...] = _setting(
        _STRINGS,
        (),
        "Test command",
        'Program and arguments that reproduce a failure: ["npm", "test"]; empty: told from the file.',
        [],
    )
    log_sink: str = _setting(
        _choice(SINKS),
        "file",
        "Log sink",
        "Where inserted log statements write: file (in .crimescene), stderr, or the logger the code uses.",
    )
    save_cases: bool = _setting(
        _FLAG,
        True,  # noqa: FBT003 - the default of a flag is a truth value
        "Save cases",
        "Whether traces, prompts and attempts are kept in .crimescene, which git ignores.",
    )
    keep_words: bool = _setting(
        _FLAG,
        True,  # noqa: FBT003 - the default of a flag is a truth value
        "Keep words of large projects",
        "Whether the editor's server keeps, in the user's cache, which names the files of a large project "
        "hold, so that callers are found at once.",
    )
    hints: bool = _setting(
        _FLAG,
        True,  # noqa: FBT003 - the default of a flag is a truth value
        "Hints",
        "Whether lines that the newest failure passed through are marked in the editor.",
    )
    code_lens: bool = _setting(
        _FLAG,
        False,  # noqa: FBT003 - the default of a flag is a truth value
        "Code lens",
        "Whether functions that the newest failure passed through have a line above them that builds the"
        " prompt.",
    )
    call_hierarchy: str = _setting(
        _choice(("auto", "always", "never")),
        "auto",
        "Call hierarchy",
        "auto: only for languages whose own servers have none; always; never.",
    )


def _spelled(name: str) -> str:
    """``max_file_bytes`` as users write it: ``maxFileBytes``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_FIELDS: dict[str, Field[Any]] = {_spelled(f.name): f for f in fields(Settings)}


def read(name: str, value: object) -> Any:  # noqa: ANN401 - each setting has its own type
    """``value`` as :class:`Settings` holds it under ``name``; raises ValueError with what it must be."""
    kind: _Kind = _FIELDS[_spelled(name)].metadata["kind"]
    return kind.read(value)


def from_mapping(given: Mapping[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """Settings from what an editor or a file holds, and a sentence for each entry that could not be used.

    Keys may stand bare, under ``crimescene`` or after ``crimescene.``, and be spelled as TOML files have
    them (``max_file_bytes``, ``max-file-bytes``); null means the default.
    """
    found: dict[str, Any] = {}
    problems: list[str] = []
    for written, value in _flat(given):
        key = written if written in _FIELDS else _spelled(written.replace("-", "_"))
        if key not in _FIELDS:
            key = written
            near = difflib.get_close_matches(key, _FIELDS, n=1, cutoff=0.5)
            hint = f" Did you mean {PREFIX}{near[0]}?" if near else ""
            problems.append(f"There is no setting {PREFIX}{key}.{hint}")
        elif value is not None:
            kind: _Kind = _FIELDS[key].metadata["kind"]
            try:
                found[_FIELDS[key].name] = kind.read(value)
            except (ValueError, TypeError, OverflowError):
                problems.append(
                    f"{PREFIX}{key} must be {kind.wanted}, not {_brief(value)}; the default is used."
                )
    return Settings(**found), tuple(problems)


def _flat(given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for name, value in given.items():
        key = str(name)
        if key == PREFIX[:-1] and isinstance(value, Mapping):
            out.extend((str(k), v) for k, v in value.items())
        else:
            out.append((key.removeprefix(PREFIX), value))
    return out


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004 - about what a message can hold


def schema() -> dict[str, Any]:
    """The settings as VS Code's ``contributes.configuration``, which is JSON Schema."""
    properties = {
        PREFIX + key: {
            **f.metadata["kind"].schema,
            "title": f.metadata["title"],
            "default": f.metadata["shown"],
            "markdownDescription": f.metadata["description"],
        }
        for key, f in _FIELDS.items()
    }
    return {"title": "Crimescene", "type": "object", "properties": properties}
