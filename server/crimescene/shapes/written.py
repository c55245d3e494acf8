"""What is left of a value after it was written out as JSON and read again."""

from __future__ import annotations

from crimescene.shapes.values import Slot, Value, unknown

_DEEP = 4
_PLAIN = ("dict", "object", "record", "tagged")
NUMBERED = "#"
"""Before a key that is a number where numbers and texts are different keys."""


def written(value: Value, style: str, depth: int = 0) -> Value:  # noqa: PLR0911 -- one branch a kind
    """Return a value that went through JSON; ``style`` is that of the objects which the reader makes."""
    if value.kind == "date":
        return Value("text", was="date", at=value.at)
    if value.kind == "union":
        return unknown()
    if depth > _DEEP:  # deeper than anybody reads by name
        return unknown()
    if value.kind == "object" and value.style == "map" and style == "object":
        return Value("object", style=style, at=value.at, was="map", trail=list(value.trail))
    if value.kind == "object" and value.style in _PLAIN:
        return _object(value, style, depth)
    if value.kind == "list" and value.style != "set":
        made = Value("list", at=value.at, style="list" if style == "dict" else style, trail=list(value.trail))
        made.items = [written(v, style, depth + 1) for v in value.items] if value.items is not None else None
        made.element = written(value.element, style, depth + 1) if value.element is not None else None
        return made
    if value.kind == "promise" and style == "object":
        return Value("object", style=style, at=value.at, was="promise", open=True)
    return value if value.kind in ("text", "number", "boolean", "null") else unknown()


def _object(value: Value, style: str, depth: int) -> Value:
    made = Value("object", at=value.at, style=style, open=value.open, trail=list(value.trail))
    for key, slot in value.fields.items():
        if slot.value.kind == "function":
            continue
        inner = written(slot.value, style, depth + 1)
        if inner.was and not inner.key:
            inner.key = key
        made.fields[slot.alias or key.removeprefix(NUMBERED)] = Slot(inner, slot.maybe)
        if key.startswith(NUMBERED):
            made.was = "numbered"
    value.reads.update(value.fields)
    return made
