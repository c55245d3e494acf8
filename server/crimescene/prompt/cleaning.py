"""The context as it may leave: no hidden characters, no secrets."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from crimescene.prompt import plain
from crimescene.redact import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crimescene.model import Context, Stack

T = TypeVar("T")


def _mapped(value: T, change: Callable[[str], str]) -> T:
    """``value`` with ``change`` applied to every string in it, however deep."""
    if type(value) is str:
        return cast("T", change(cast("str", value)))
    if isinstance(value, tuple):
        return cast("T", tuple(_mapped(item, change) for item in value))
    if is_dataclass(value):
        return cast(
            "T",
            replace(
                cast("Any", value), **{f.name: _mapped(getattr(value, f.name), change) for f in fields(value)}
            ),
        )
    return value


def cleaned(context: Context, masks: dict[str, str]) -> Context:
    """``context`` with every string made visible and redacted before anything is folded or clipped.

    Before, not after: a key of which only the middle is left would no longer be recognised. Numbers of
    lines do not change; the spans of the trace keep pointing into the original text. The stacks of the
    trace stay as they are, there can be a hundred thousand frames: :func:`clean_stacks` is for those.
    """
    out = _once(context, _cleaner(masks))
    if masks:  # what one text gave away is masked in those that were read before it
        out = _once(out, _cleaner(masks))
    return out


def clean_data(value: T) -> T:
    """``value``, plain data of JSON, with nothing hidden in its strings, and no secrets."""

    def gather(item: object) -> Iterator[str]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, (dict, list)):
            for entry in item.values() if isinstance(item, dict) else item:
                yield from gather(entry)

    clean = strings_cleaned(gather(value))

    def changed(item: Any) -> Any:  # noqa: ANN401
        if isinstance(item, str) and clean is not None:
            return clean(item)
        if isinstance(item, dict):
            return {key: changed(entry) for key, entry in item.items()}
        return [changed(entry) for entry in item] if isinstance(item, list) else item

    return value if clean is None else cast("T", changed(value))


def strings_cleaned(strings: Iterable[str]) -> Callable[[str], str] | None:
    """What makes each of ``strings`` fit to leave, with a secret of one masked in all that come after it.

    None where, as nearly always, they are fit as they are.
    """
    texts = dict.fromkeys(strings)
    whole = "\n".join(texts)
    if plain.visible(whole) == whole and not redact(whole).count:
        return None
    clean = _cleaner({})
    for text in texts:
        clean(text)
    return clean


def clean_stacks(stacks: tuple[Stack, ...], masks: dict[str, str]) -> tuple[Stack, ...]:
    """The same for the stacks of a trace."""
    return _mapped(stacks, _cleaner(masks))


def _cleaner(masks: dict[str, str]) -> Callable[[str], str]:
    known: dict[str, str] = {}  # paths and names come again and again

    def clean(text: str) -> str:
        if text not in known:
            known[text] = redact(plain.visible(text), masks).text if text else text
        return known[text]

    return clean


def _once(context: Context, clean: Callable[[str], str]) -> Context:
    def named(pair: tuple[str, str]) -> tuple[str, str]:
        """A value's name may be what tells that it is secret."""
        name = clean(pair[0])
        both = clean(f"{name}={pair[1]}")
        return (name, both[len(name) + 1 :]) if both.startswith(f"{name}=") else (name, clean(pair[1]))

    trace = context.trace
    bare = replace(
        context,
        trace=replace(trace, stacks=()) if trace else None,
        values=(),
        environment=replace(context.environment, entries=()),
    )
    out = _mapped(bare, clean)
    entries = tuple(named(pair) for pair in context.environment.entries)
    return replace(
        out,
        trace=replace(out.trace, stacks=trace.stacks) if out.trace and trace else None,
        values=tuple(named(pair) for pair in context.values),
        environment=replace(context.environment, entries=entries),
    )
