"""The files of one workspace as far as they were read: modules, classes and where imports lead."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import OrderedDict
from typing import TYPE_CHECKING

from crimescene import scopes, syntax
from crimescene.callers.tables import Table
from crimescene.callers.texts import Texts
from crimescene.callers.values import CLASS_SCOPED
from crimescene.index import is_generated, source_files
from crimescene.scopes.ir import Expr, Invoke, Store, Unit, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crimescene.callers.values import Foreign, ModuleOf
    from crimescene.model import Function
    from crimescene.syntax import Class, Outline
    from crimescene.workspace import Stamp, Workspace

MAX_SOURCE = 2_500_000
"""Bytes of source whose modules are kept: some thirty times as much memory."""
MAX_OUTLINES = 20
SMALL_FILES, SMALL_SOURCE = 40, 200_000
"""Files and bytes of a program in which every call is looked at, whatever the name it uses."""
MAX_PARSED = 1_000_000
"""Larger files are generated, or data."""


class Program:
    """Modules of a workspace, read when asked for and kept within bounds."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.texts = Texts(workspace)
        self._modules: OrderedDict[str, tuple[bytes, Unit | None, Stamp | None]] = OrderedDict()
        self._size = 0
        self._listed: tuple[str, ...] | None = None
        self._files: frozenset[str] | None = None
        self._by_language: dict[tuple[str, ...], list[str]] = {}
        self._small: dict[str, bool] = {}
        self._sorted: list[str] | None = None
        self._stores: dict[Unit, dict[str, list[tuple[Store, Unit]]]] = {}
        self._calls: dict[Unit, dict[str, list[tuple[Invoke, Unit]]]] = {}
        self._assigned: dict[Unit, dict[Unit, dict[str, list[tuple[Expr, Unit]]]]] = {}
        self._suffixes: dict[str, list[str]] = {}
        self._outlines: OrderedDict[str, tuple[bytes, Outline | None, dict[int, Function]]] = OrderedDict()
        self._tables: dict[str, Table] = {}
        self.roots: dict[str, tuple[str, ...]] = {}
        self.pinned: set[str] = set()
        """Paths of modules that must not be given up: somebody holds units of theirs."""
        self.near: list[str] = []
        """Files of the functions in question: where a class is looked for that no file is named like."""
        self.declared: dict[str, dict[str, list[str]]] = {}
        """What each folder declares: name -> paths; forgotten between questions."""
        self.named: dict[tuple[str, str], list[tuple[Outline, Class]]] = {}
        """Classes by the file that speaks of them and their name, for languages read by outlines alone."""
        self.listed: dict[str, tuple[int, frozenset[str]]] = {}
        """What each file declared when its bytes had this hash."""
        self.asked: dict[str, int] = {}
        """Names looked for in a folder so far."""
        self.packages: dict[str, ModuleOf | Foreign] = {}
        """Where the import paths of Go lead."""
        self.generation = 0
        """Grows when a file turned out to have changed: what was concluded before is void."""

    @property
    def files(self) -> frozenset[str]:
        """Every path of the workspace."""
        if self._files is None:
            self._files = frozenset(self.workspace.files())
        return self._files

    def sources(self, languages: tuple[str, ...]) -> list[str]:
        """Paths of the files written in one of ``languages``."""
        if languages not in self._by_language:
            self._by_language[languages] = source_files(self.workspace, languages)
        return self._by_language[languages]

    def is_small(self, language: str) -> bool:
        """Whether every call of the program can be looked at for each question."""
        known = self._small.get(language)
        if known is None:
            files = self.sources((language,))
            few = len(files) <= SMALL_FILES
            known = few and sum(len(self.source(path)) for path in files) <= SMALL_SOURCE
            self._small[language] = known
        return known

    def folder(self, path: str) -> list[str]:
        """Paths of the files that stand directly in the folder ``path``."""
        if self._sorted is None:
            self._sorted = sorted(self.workspace.files())
        files, within = self._sorted, f"{path}/" if path else ""
        found: list[str] = []
        at = bisect_left(files, within)
        while at < len(files) and files[at].startswith(within):
            below = files[at].find("/", len(within))
            if below < 0:
                found.append(files[at])
                at += 1
            else:  # past everything in that folder: "0" follows "/"
                at = bisect_left(files, files[at][:below] + "0", at + 1)
        return found

    def ending(self, suffix: str) -> list[str]:
        """Paths that end with ``/`` and ``suffix``, or are it."""
        if not self._suffixes:
            for file in self.workspace.files():
                self._suffixes.setdefault(file.rpartition("/")[2], []).append(file)
        found = self._suffixes.get(suffix.rpartition("/")[2], [])
        return [file for file in found if file == suffix or file.endswith("/" + suffix)]

    def refresh(self) -> None:
        """Forget what changed since it was read."""
        listing = self.workspace.files()
        listing = listing if isinstance(listing, tuple) else tuple(listing)
        self.declared, self.asked, self.named = {}, {}, {}
        self.texts.begin()
        if listing is not self._listed and listing != self._listed:
            if self._listed is not None:
                self.generation += 1
            self._files, self._sorted, self._by_language, self._suffixes = None, None, {}, {}
            self._small = {}
            self.roots, self.packages = {}, {}
        self._listed = listing
        stamps = {path: self.texts.stamp(path) for path in self._modules}
        known = self._modules
        doubtful = [path for path, stamp in stamps.items() if stamp is None or known[path][2] != stamp]
        now = dict(self.workspace.scan(doubtful))
        for path in doubtful:
            source, unit, _ = self._modules[path]
            if now.get(path, b"") == source:
                self._modules[path] = source, unit, stamps[path]
            else:
                self._drop(path)
                self.generation += 1

    def module(self, path: str) -> Unit | None:
        """Return the file as a unit; None if it is unreadable, generated, or of no language we follow."""
        known = self._modules.get(path)
        if known is not None:
            self._modules.move_to_end(path)
            return known[1]
        source, stamp = self.texts.take(path)
        too_large = len(source) > MAX_PARSED or is_generated(path, source)
        unit = None if too_large or not source else scopes.read(path, source)
        self._modules[path] = source, unit, stamp
        self._size += len(source)
        return unit

    def trim(self) -> None:
        """Give up the modules that were not used for longest, between two questions."""
        if self._size <= MAX_SOURCE:
            return
        for path in list(self._modules):
            if self._size <= MAX_SOURCE // 2:
                break
            if path not in self.pinned:
                self._drop(path)
        self.generation += 1

    def _drop(self, path: str) -> None:
        source, unit, _ = self._modules.pop(path)
        self._size -= len(source)
        if unit is not None:
            self._stores.pop(unit, None)
            self._calls.pop(unit, None)
            self._assigned.pop(unit, None)

    def outline(self, path: str) -> Outline | None:
        """Return the outline of a file that was read."""
        source = self.source(path)
        known = self._outlines.get(path)
        if known is None or known[0] != source:
            outline = syntax.outline(path, source)
            by_place: dict[int, Function] = {}
            if outline is not None:
                for function in (*outline.functions, *(c.function for c in outline.classes)):
                    by_place.setdefault(-function.span.start, function)
                    if function.kind != "lambda":
                        by_place[function.name_span.start] = function
            known = (source, outline, by_place)
            self._outlines[path] = known
            while len(self._outlines) > MAX_OUTLINES:
                self._outlines.popitem(last=False)
        return known[1]

    def table(self, outline: Outline) -> Table:
        """Return the calls and functions of an outline by their names."""
        known = self._tables.get(outline.path)
        if known is None or known.outline is not outline:
            known = self._tables[outline.path] = Table(outline)
            while len(self._tables) > MAX_OUTLINES:
                del self._tables[next(iter(self._tables))]
        return known

    def is_outlined(self, path: str) -> bool:
        """Whether the outline of a file is at hand."""
        known = self._outlines.get(path)
        return known is not None and known[0] == self.source(path)

    def functions(self, path: str) -> dict[int, Function]:
        """Return the functions of a file by the place of their name, lambdas by minus their start."""
        self.outline(path)
        known = self._outlines.get(path)
        return known[2] if known else {}

    def fields(self, owner: Unit) -> list[Function]:
        """Return the fields of a class."""
        outline = self.outline(owner.path)
        if outline is None:
            return []
        return [
            f for c in outline.classes if c.function.name_span.start == owner.name_start for f in c.fields
        ]

    def loaded(self) -> list[Unit]:
        """Return the modules read so far."""
        return [unit for _, unit, _ in self._modules.values() if unit is not None]

    def source(self, path: str) -> bytes:
        """Return the bytes of a file as they were when it was read."""
        known = self._modules.get(path)
        if known:
            return known[0]
        return self.texts.read(path)

    def scan(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield each readable file with its bytes, as they were if it was read, in the order of ``paths``."""
        waiting: list[str] = []
        for path in paths:
            known = self._modules.get(path)
            if known is not None and known[0]:
                yield from self.texts.scan(waiting)
                waiting = []
                yield path, known[0]
            else:
                waiting.append(path)
        yield from self.texts.scan(waiting)

    def stores(self, module: Unit, name: str) -> list[tuple[Store, Unit]]:
        """Return the assignments to attributes called ``name`` in a file, with their units."""
        known = self._stores.get(module)
        if known is None:
            known = {}
            for unit in walk(module):
                for store in unit.body.stores:
                    known.setdefault(store.name if store.name is not None else "[]", []).append((store, unit))
            self._stores[module] = known
        return known.get(name, [])

    def assigned(self, scope: Unit, name: str) -> list[tuple[Expr, Unit]]:
        """Return what the scopes inside of ``scope`` assign to a name that an outer one declares."""
        scopes = self._assigned.setdefault(scope.module, {})
        known = scopes.get(scope)
        if known is None and not self._reassigns(scope, name):
            return []
        if known is None:
            known = scopes[scope] = {}
            for unit in walk(scope):
                for word, values in unit.body.assigned.items():
                    known.setdefault(word, []).extend((value, unit) for value in values)
                for word in unit.body.outer:
                    for binding in unit.body.bindings.get(word, ()):
                        known.setdefault(word, []).append((binding.value, unit))
        return known.get(name, [])

    def _reassigns(self, scope: Unit, name: str) -> bool:
        """Whether anything in ``scope`` may assign to its ``name`` at all: a look costs less than a walk."""
        if scope.language in CLASS_SCOPED:
            return False
        source = self.source(scope.path)
        if scope.language == "python" and b"nonlocal " not in source and b"global " not in source:
            return False
        if scope.kind != "module":
            source = source[scope.start : scope.end]
        assignment = rb"(?<![\w.$])%s\s*(?:[-+*/%%&|^<>?]{0,3}=(?![=>])|,)" % re.escape(name.encode())
        declared = not any(p.name == name for p in scope.parameters)  # by one of the assignments
        return len(re.findall(assignment, source)) > declared

    def calls(self, module: Unit, names: Iterable[str] | None) -> list[tuple[Invoke, Unit]]:
        """Return the calls in ``module`` of something by one of ``names``, or all of them."""
        known = self._calls.get(module)
        if known is None:
            known = self._calls[module] = {}
            for unit in walk(module):
                for call in unit.body.calls:
                    known.setdefault(getattr(call.function, "name", ""), []).append((call, unit))
        wanted = known.values() if names is None else (known.get(name, ()) for name in names)
        return [found for group in wanted for found in group]

    def unit_of(self, function: Function) -> Unit | None:
        """Return the unit that ``function`` describes."""
        module = self.module(function.path)
        if module is None or function.kind == "module":
            return module
        place = function.name_span.start
        unit = module
        for unit in self._around(module, place):
            if unit.name_start == place:
                return unit
        if unit.name == function.name and unit is not module:
            return unit
        if any(binding.start == place for binding in unit.body.bindings.get(function.name, ())):
            return None  # ``const Cart = memo(() => ...)``: what is called is not the function itself
        # The name stands before what it names: ``onSelect={() => ...}``, ``Sample = (ref x) => ...``.
        span = function.span
        around = self._around(module, max(function.body_span.start, span.start))
        return next((u for u in around if span.start <= u.start and u.end <= span.end), None)

    def is_nested(self, function: Function) -> bool:
        """Whether a function stands in another one, so that no other file can call it by its name."""
        module = self.module(function.path)
        around = self._around(module, function.name_span.start) if module is not None else ()
        return any(u.kind in ("function", "lambda") for u in around)

    @staticmethod
    def _around(module: Unit, place: int) -> Iterator[Unit]:
        """Yield the units that hold ``place``, from the outermost to the innermost."""
        unit: Unit | None = module
        while unit is not None:
            unit = next((u for u in unit.body.units if u.start <= place < u.end), None)
            if unit is not None:
                yield unit
