"""The user's template in Jinja's language, of which only what cannot run away is understood.

A template may come with a repository, so it is as hostile as the rest of it. Jinja's immutable sandbox keeps
it away from Python; what is here keeps it from taking for ever: no calls (but of ``range``), no variables of
its own and no operators that multiply text, so no value is much longer than what it was made of, and a loop
pays for everything in its body at every turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LONGEST = 20_000
"""Characters of a template."""
STEPS = 20_000
"""Parts of a template that may be worked on, each as often as a loop repeats it."""
_RANGE = 1_000
_UNDERSTOOD = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If),
    *(nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Getattr, nodes.Getitem, nodes.Slice),
    *(nodes.Filter, nodes.Test, nodes.Keyword, nodes.Compare, nodes.Operand, nodes.CondExpr),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Concat, nodes.Add, nodes.Sub, nodes.Call),
)
FILTERS = (
    *("capitalize", "count", "d", "default", "first", "int", "last", "length", "list", "lower"),
    *("reverse", "sort", "string", "title", "trim", "truncate", "unique", "upper", "wordcount"),
)
"""Those of Jinja whose answer is about as long as what they are given; :func:`_join` is ours."""
_TESTS = ("defined", "undefined", "none", "string", "number", "even", "odd", "in", "eq", "ne", "gt", "lt")
_NAMES = {"ExprStmt": "do", "Assign": "set", "AssignBlock": "set", "Mul": "*", "Pow": "**", "Mod": "%"}
_TURN = "each turn"
"""Name of the filter that counts; no template can spell it."""


class RefusedError(Exception):
    """A template that is not rendered; the text is a clause that says why."""


def render(source: str, variables: Mapping[str, object], most: int) -> str:
    """``source`` filled in, cut off beyond ``most`` characters; RefusedError if it cannot be."""
    if len(source) > LONGEST:
        raise RefusedError(f"a template may be {LONGEST:,} characters long")
    try:
        return _render(source, variables, most)
    except TemplateError as error:
        line = f", line {lineno}" if (lineno := getattr(error, "lineno", None)) else ""
        raise RefusedError(f"{error.message or type(error).__name__}{line}") from error
    except RefusedError:
        raise
    except (RecursionError, SyntaxError) as error:  # Jinja writes Python, which has its own limits
        raise RefusedError("it is nested too deeply") from error
    except Exception as error:  # anything can be wrong in what a user or a repository wrote
        raise RefusedError(str(error) or type(error).__name__) from error


def _render(source: str, variables: Mapping[str, object], most: int) -> str:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, cache_size=0)
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    environment.globals = {"range": _range}
    turns = _Turns()
    environment.filters.update({"join": _join, _TURN: turns.count})
    tree = environment.parse(source)
    template = environment.from_string(_Bounded().visit(tree))
    parts: list[str] = []
    length = 0
    for part in template.generate(dict(variables)):
        parts.append(part)
        length += len(part)
        if length > most:
            break
    return "".join(parts)[:most]


class _Bounded(NodeTransformer):
    """Refuses what is not understood and makes every loop count its turns."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: ANN401 -- Jinja's signature
        if not isinstance(node, _UNDERSTOOD):
            kind = type(node).__name__
            raise RefusedError(f"{_NAMES.get(kind, kind.lower())!r} is not available, line {node.lineno}")
        if isinstance(node, nodes.Call) and not (
            isinstance(node.node, nodes.Name) and node.node.name == "range"
        ):
            raise RefusedError(f"only range(...) can be called, line {node.lineno}")
        found: nodes.Node = super().generic_visit(node, *args, **kwargs)
        if isinstance(found, nodes.For):
            size = 1 + sum(1 for _ in found.find_all(nodes.Node))
            cost: list[nodes.Expr] = [nodes.Const(size)]
            found.iter = nodes.Filter(
                found.iter, _TURN, cost, [], None, None, lineno=found.lineno, environment=found.environment
            )
        return found


class _Turns:
    """How much work is left."""

    def __init__(self) -> None:
        self._left = STEPS

    def count(self, items: Iterable[object], cost: int) -> Iterator[object]:
        """``items``, as long as there is work left for what is done with each."""
        for item in items:
            self._left -= cost
            if self._left < 0:
                raise RefusedError("its loops take too many turns")
            yield item


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > _RANGE:
        raise RefusedError(f"a range may have {_RANGE:,} numbers")
    return found


def _join(items: Iterable[object], between: object = "") -> str:
    """Jinja's filter of this name, which could double a text with every use."""
    texts, glue = [str(item) for item in items], str(between)
    if sum(map(len, texts)) + len(glue) * len(texts) > LONGEST:
        raise RefusedError(f"joined texts may be {LONGEST:,} characters long")
    return glue.join(texts)
