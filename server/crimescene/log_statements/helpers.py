"""The function our statements call: one line in the file, or a file beside it, from ``log_helper.txt``."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import crimescene.languages as languages_package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.flow.facts import Unit
    from crimescene.flow.points import Point

_FOLDER = Path(languages_package.__file__).parent
_MODULE_SYNTAX = re.compile(rb"^[ \t]*(?:import\b[^(]|export\b)", re.MULTILINE)


@cache
def _template(language: str) -> str:
    return (_FOLDER / language / "log_helper.txt").read_text("utf-8")


def helper_line(module: Unit, cid: str, sink: str, source: bytes) -> tuple[str, int] | None:
    """Return the line that defines the helper and its offset (-1: the end); None where a file does."""
    if module.language == "python":
        text = f"sink = {sink!r}\ncid = {cid!r}\n" + _template("python")
        line = f'_dbg_{cid} = _dbg_{cid}a = _dbg_{cid}b = (lambda n: (exec({text!a}, n), n["f"])[1])({{}})'
        place = module.body.first if module.body is not None else None
        return line, -1 if place is None else place
    if module.language in ("javascript", "typescript", "tsx"):
        return _ecmascript(module.language, cid, sink, source), -1
    return None


def _ecmascript(language: str, cid: str, sink: str, source: bytes) -> str:
    name, typed = f"_dbg_{cid}", language != "javascript"
    text = _template("ecmascript")
    head = f"function {name}<T>(p: string, v: T, ...r: any[]): T; function {name}(p: string): void; "
    text = text.replace("@HEAD@", head if typed else "")
    text = re.sub(r"@(\??:[^@\n]+)@", lambda m: m[1].replace(":", ": ", 1) if typed else "", text)
    common = not typed and not _MODULE_SYNTAX.search(source)
    text = text.replace("@REQUIRE@", "require(n)" if common else "null")
    text = text.replace("@NAME@", name).replace("@CID@", cid).replace("@SINK@", json.dumps(sink))
    return " ".join(line.strip() for line in text.splitlines())


def helper_file(  # noqa: PLR0917 -- what a file and a round are
    path: str, source: bytes, module: Unit, points: Sequence[Point], cid: str, sink: str
) -> dict[str, str]:
    """Return the file that defines the helper for the package of ``path``, where the language needs one."""
    folder = path.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    package = re.search(rb"^[ \t]*package[ \t]+([\w.]+)", source, re.MULTILINE)
    name = package[1].decode() if package is not None else ""
    if module.language == "java":
        text = _template("java").replace("@PACKAGE@", f"package {name};" if name else "")
        text = text.replace("@CID@", cid).replace("@SINK@", json.dumps(sink))
        return {f"{prefix}Dbg_{cid}.java": text}
    if module.language != "go":
        return {}
    outside = name.endswith("_test")
    text = _template("go").replace("@PACKAGE@", name)
    return {f"{prefix}zz_dbg_{cid}{'_x_test' if outside else ''}.go": _go(text, points, cid, sink)}


def _go(text: str, points: Sequence[Point], cid: str, sink: str) -> str:
    generic = [
        f"func dbg_{cid}[T any](p string, v T) T {{\n\tdbg_{cid}_log(p, v)\n\treturn v\n}}\n",
        (
            f"func dbg_{cid}_c[T any](p string, v T, more ...interface{{}}) T {{\n"
            f"\tdbg_{cid}_log(p, append([]interface{{}}{{v}}, more...)...)\n\treturn v\n}}\n"
        ),
    ]
    text = text.replace("@CID@", cid).replace("@SINK@", json.dumps(sink))
    return text.replace("@GENERIC@\n", "\n".join([*generic, *several_go(points, cid)]) + "\n")


def several_go(points: Sequence[Point], cid: str) -> list[str]:
    """Return one function for each point that hands on several results at once."""
    found: list[str] = []
    for point in points:
        count = len(point.place.types)
        if point.place.form != "wrap" or count <= 1:
            continue
        letters = [f"T{i}" for i in range(count)]
        values = [f"v{i}" for i in range(count)]
        given = ", ".join(f"{v} {t}" for v, t in zip(values, letters, strict=True))
        found.append(
            f"func dbg_{cid}_{point.id}[{', '.join(letters)} any]({given}) ({', '.join(letters)}) {{\n"
            f'\tdbg_{cid}_log("{point.id} {point.label}", {", ".join(values)})\n'
            f"\treturn {', '.join(values)}\n}}\n"
        )
    return found
