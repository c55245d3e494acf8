"""Which logger a file itself uses, and at which level its messages come through."""

from __future__ import annotations

import re

_PYTHON = re.compile(
    rb"^(\w+)\s*(?::[^=\n]+)?=\s*(?:logging\.getLogger|getLogger|structlog\.(?:get_logger|getLogger)|get_logger)\(|"
    rb"^from loguru import (logger)\b",
    re.MULTILINE,
)
_ECMASCRIPT = re.compile(
    rb"^(?:export )?(?:const|let|var)\s+(\w+)\s*(?::[^=\n]+)?=\s*"
    rb"(?:require\(['\"]pino['\"]\)\(|pino\(|winston\.createLogger\(|"
    rb"createLogger\(|bunyan\.createLogger\(|log4js\.getLogger\(|(require\(['\"]debug['\"]\)\(|debug\(['\"]))",
    re.MULTILINE,
)
_LEVELS = ("debug", "info", "notice", "warning", "warn")


def python(source: bytes) -> str:
    """Return the expression that logs one line ``s``; empty if the file has no logger of its own."""
    found = _PYTHON.search(source)
    if found is None:
        return ""
    name = (found[1] or found[2]).decode()
    return f"{name}.{_level(source, name, 'warning')}(s)"


def ecmascript(source: bytes) -> str:
    """Return the expression that logs ``line``; empty if the file has no logger of its own."""
    found = _ECMASCRIPT.search(source)
    if found is None:
        return ""
    name = found[1].decode()
    return f"{name}(line)" if found[2] else f"{name}.{_level(source, name, 'warn')}(line)"


def java(source: bytes) -> str:
    """Return the statement that logs ``line``; empty if the file imports no logger."""
    if b"org.slf4j." in source or b"@Slf4j" in source:
        return 'org.slf4j.LoggerFactory.getLogger("crimescene").warn("{}", line);'
    if b"org.apache.logging.log4j." in source:
        return 'org.apache.logging.log4j.LogManager.getLogger("crimescene").warn("{}", line);'
    if b"java.util.logging." in source:
        return 'java.util.logging.Logger.getLogger("crimescene").warning(line);'
    return ""


def go(source: bytes) -> tuple[str, str]:
    """Return the import and the statement that logs ``line``; both empty if the file imports no logger."""
    if re.search(rb'^\s*(?:import\s+)?"log/slog"', source, re.MULTILINE):
        return 'dbglog "log/slog"', "dbglog.Warn(line)"
    if re.search(rb'^\s*(?:import\s+)?"log"', source, re.MULTILINE):
        return 'dbglog "log"', "dbglog.Print(line)"
    return "", ""


_RUBY = re.compile(rb"^\s*([A-Z@$]\w*)\s*=\s*Logger\.new\(|\b(Rails\.logger)\b", re.MULTILINE)
_RUST = re.compile(rb"\b(tracing|log)::(?:\{|warn|info|debug|error)")


def lines(language: str, source: bytes) -> str:
    """Return the statement that logs ``line`` and ends there, in languages without wraps; else nothing."""
    if language == "ruby" and (found := _RUBY.search(source)):
        return f"({(found[1] or found[2]).decode()}.warn(line); return a[0]);"
    if language == "rust" and (found := _RUST.search(source)):
        return f'::{found[1].decode()}::warn!("{{}}", line.trim_end());'
    ways = {
        "php": (rb"\bLog::\w+\(", "\\Illuminate\\Support\\Facades\\Log::warning($line); return;"),
        "csharp": (rb"using Serilog", 'Serilog.Log.Warning("{0:l}", line); return;'),
        "kotlin": (
            rb"org\.slf4j\.",
            'org.slf4j.LoggerFactory.getLogger("crimescene").warn("{}", line); return;',
        ),
    }
    pattern, call = ways.get(language, (rb"(?!)", ""))
    return call if re.search(pattern, source) else ""


def _level(source: bytes, name: str, unknown: str) -> str:
    """The highest level below errors that the file's own calls use: a lower one may be filtered."""
    used = set(re.findall(rf"\b{re.escape(name)}\.(\w+)\(".encode(), source))
    return next(
        (level for level in reversed(_LEVELS) if level.encode() in used and level != "debug"), unknown
    )
