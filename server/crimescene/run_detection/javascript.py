"""How JavaScript and TypeScript are run: the test runner that package.json asks for, else node."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from crimescene.run_detection.surroundings import WINDOWS, Command

if TYPE_CHECKING:
    from crimescene.run_detection.surroundings import Case, Rule

_NPM_RUNNERS = (("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lockb", "bun"), ("bun.lock", "bun"))

_TYPED = ("typescript", "tsx")


def _package(case: Case) -> tuple[str, dict[str, Any]] | None:
    found = case.nearest("package.json")
    if found is None:
        return None
    try:
        data = json.loads(case.text(posixpath.join(*found)) or "")
    except (ValueError, RecursionError):
        return None
    return (found[0], data) if isinstance(data, dict) else None


def _needs(data: dict[str, Any]) -> set[str]:
    kinds = (data.get("dependencies"), data.get("devDependencies"))
    return {name for kind in kinds if isinstance(kind, dict) for name in kind}


def _js_test(case: Case) -> Command | None:
    known = _package(case)
    if known is None or not case.in_test:
        return None
    folder, data = known
    script = _test_script(data)
    wanted, file = _needs(data), case.below(folder)
    for name, arguments in (
        ("vitest", ("run",)),
        ("jest", ()),
        ("mocha", ()),
        ("ava", ()),
        ("playwright", ("test",)),
    ):
        package = {"playwright": "@playwright/test"}.get(name, name)
        if package in wanted or re.search(rf"\b{name}\b", script):
            return Command((*_local(case, folder, name), *arguments, file), folder, f"a test file of {name}")
    if "react-scripts" in wanted:
        words = (*_local(case, folder, "react-scripts"), "test", "--watchAll=false", file)
        return Command(words, folder, "a test file of react-scripts")
    if re.search(r"['\"]bun:test['\"]", case.source):
        return Command(("bun", "test", file), folder, "a test file of bun")
    if "node --test" in script or re.search(r"['\"]node:test['\"]", case.source):
        loader = ("--import", "tsx") if case.language in _TYPED and "tsx" in wanted else ()
        return Command(("node", *loader, "--test", file), folder, "a test file of node")
    return _by_script(case, folder, data)


def _test_script(data: dict[str, Any]) -> str:
    scripts = data.get("scripts")
    script = scripts.get("test") if isinstance(scripts, dict) else None
    return script if isinstance(script, str) and "no test specified" not in script else ""


def _by_script(case: Case, folder: str, data: dict[str, Any]) -> Command | None:
    if not _test_script(data):
        return None
    return Command((_manager(case), "test"), folder, 'the script "test" of package.json')


def _is_program(case: Case, data: dict[str, Any], file: str) -> bool:
    """Whether somebody starts this file, as far as it or its package says."""
    named = json.dumps([data.get("bin"), data.get("main"), data.get("scripts")])
    return case.source.startswith("#!") or file in named


def _js_file(case: Case) -> Command | None:
    known = _package(case)
    folder, data = known if known is not None else ("", {})
    file = case.below(folder)
    if not _is_program(case, data, file) and (tests := _by_script(case, folder, data)) is not None:
        return tests  # a component or a library does nothing when it is run itself
    if case.language == "jsx" or file.endswith((".jsx", ".tsx")):
        return None
    if case.language in _TYPED:
        wanted = _needs(data)
        for name in ("tsx", "ts-node", "bun"):
            if name in wanted or (name == "bun" and _manager(case) == "bun"):
                return Command(
                    (*_local(case, folder, name), file), folder, f"a TypeScript file, run by {name}"
                )
        if case.nearest("deno.json", "deno.jsonc"):
            return Command(("deno", "run", file), folder, "a TypeScript file of a Deno project")
        return Command(("node", "--experimental-strip-types", file), folder, "a TypeScript file")
    return Command(("node", file), folder, "a JavaScript file")


def _local(case: Case, folder: str, name: str) -> tuple[str, ...]:
    """The program as installed in the workspace, else through the package manager's runner."""
    binary = f"{name}.cmd" if WINDOWS else name
    folders = [f for f in case.around() if len(f) <= len(folder)]
    own = case.program(*(posixpath.join(f, "node_modules", ".bin", binary) for f in folders))
    if own is not None:
        return (own,)
    return {"pnpm": ("pnpm", "exec", name), "yarn": ("yarn", name), "bun": ("bunx", name)}.get(
        _manager(case), ("npx", "--no-install", name)
    )


def _manager(case: Case) -> str:
    for lock, name in _NPM_RUNNERS:
        if case.nearest(lock):
            return name
    return "npm"


RULES: tuple[Rule, ...] = (_js_test, _js_file)
