"""The function our statements call: one line in the file, or a file beside it, from ``log_helper.txt``."""

from __future__ import annotations

import json
import re
import zlib
from typing import TYPE_CHECKING

from crimescene.languages import log_helper
from crimescene.log_statements import loggers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.flow.facts import Unit
    from crimescene.flow.points import Point
    from crimescene.log_statements.insert import Session

_MODULE_SYNTAX = re.compile(rb"^[ \t]*(?:import\b[^(]|export\b)", re.MULTILINE)


def helper_line(path: str, module: Unit, session: Session, source: bytes) -> tuple[str, int] | None:
    """Return the line that defines the helper and its offset (-1: the end); None where a file does."""
    if module.language == "python":
        cid, call = session.id, loggers.python(source) if session.logger else ""
        text = f"sink = {session.sink!r}\ncid = {cid!r}\n" + log_helper("python")
        given = f'{{"to": lambda s: {call}}}' if call else '{"to": None}'
        made = f'(lambda n: (exec({text!a}, n), n["f"])[1])({given})'
        line = f"_dbg_{cid} = _dbg_{cid}a = _dbg_{cid}b = {made}"
        place = module.body.first if module.body is not None else None
        return line, -1 if place is None else place
    if module.language in ("javascript", "typescript", "tsx"):
        return _ecmascript(module.language, session, source), -1
    if module.language in _LINES:
        return _line(path, module, session, source)
    return None


_LINES = ("ruby", "php", "rust", "csharp", "kotlin")


def callee(family: str, cid: str, path: str) -> str:
    """Return what statements call in languages with statements on lines alone; empty in the others."""
    if family in ("csharp", "kotlin"):  # one for each file: what is private to a file is not in every version
        return f"Dbg_{cid}_{zlib.crc32(path.encode()) & 0xFFFF:04x}.log"
    return {"ruby": f"_dbg_{cid}", "php": f"_dbg_{cid}", "rust": f"_dbg_{cid}!"}.get(family, "")


def quoted(family: str, text: str) -> str:
    """Return a string in double quotes as a literal of the language that nothing is put into."""
    if family == "php":
        return "'" + text[1:-1].replace("'", '"') + "'"
    return (
        text.replace("#", "") if family == "ruby" else text.replace("$", "") if family == "kotlin" else text
    )


def _line(path: str, module: Unit, session: Session, source: bytes) -> tuple[str, int] | None:
    call = loggers.lines(module.language, source) if session.logger else ""
    text = log_helper(module.language).replace("@CID@", session.id).replace("@LOGGER@", call)
    text = text.replace("@SINK@", quoted(module.language, json.dumps(session.sink)))
    text = text.replace("@FILE@", f"{zlib.crc32(path.encode()) & 0xFFFF:04x}")
    joint = "\n" if module.language == "kotlin" else " "  # whose grammar wants its lines
    text = joint.join(line.strip() for line in text.splitlines() if line.strip())
    if module.language in ("csharp", "kotlin"):
        return text, -1
    if module.language == "rust" and re.search(rb"#!\[no_std\]", source):
        return None
    if module.body is None or module.body.first is None:
        return None
    return text, module.body.first


def _ecmascript(language: str, session: Session, source: bytes) -> str:
    name, typed = f"_dbg_{session.id}", language != "javascript"
    call = loggers.ecmascript(source) if session.logger else ""
    text = log_helper("ecmascript")
    head = f"function {name}<T>(p: string, v: T, ...r: any[]): T; function {name}(p: string): void; "
    text = text.replace("@HEAD@", head if typed else "")
    text = re.sub(r"@(\??:[^@\n]+)@", lambda m: m[1].replace(":", ": ", 1) if typed else "", text)
    common = not typed and not _MODULE_SYNTAX.search(source)
    text = text.replace("@REQUIRE@", "require(n)" if common else "null")
    text = (
        text.replace("@NAME@", name).replace("@CID@", session.id).replace("@SINK@", json.dumps(session.sink))
    )
    text = text.replace("@LOGGER@", f"{call}; logged = true;" if call else "")
    return " ".join(line.strip() for line in text.splitlines())


def helper_file(
    path: str, source: bytes, module: Unit, points: Sequence[Point], session: Session
) -> dict[str, str]:
    """Return the file that defines the helper for the package of ``path``, where the language needs one."""
    folder = path.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    package = re.search(rb"^[ \t]*package[ \t]+([\w.]+)", source, re.MULTILINE)
    name = package[1].decode() if package is not None else ""
    if module.language == "java":
        text = log_helper("java").replace("@PACKAGE@", f"package {name};" if name else "")
        text = text.replace("@CID@", session.id).replace("@SINK@", json.dumps(session.sink))
        call = loggers.java(source) if session.logger else ""
        text = text.replace("@LOGGER@", f"        if (true) {{ {call} return; }}\n" if call else "")
        return {f"{prefix}Dbg_{session.id}.java": text}
    if module.language != "go":
        return {}
    outside = name.endswith("_test")
    text = log_helper("go").replace("@PACKAGE@", name)
    imported, call = loggers.go(source) if session.logger else ("", "")
    text = text.replace("@IMPORT@", f"\t{imported}\n" if imported else "")
    text = text.replace("@LOGGER@", f"\tif true {{\n\t\t{call}\n\t\treturn\n\t}}\n" if call else "")
    return {
        f"{prefix}zz_dbg_{session.id}{'_x_test' if outside else ''}.go": _go(
            text, points, session.id, session.sink
        )
    }


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
