"""The messages of each runtime, by the language of the crash line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.suspects.tables import dotnet, ecmascript, go, jvm, php, python, ruby, rust

if TYPE_CHECKING:
    from crimescene.suspects.rules import Rule

TABLES: dict[str, tuple[Rule, ...]] = {
    "python": python.RULES,
    "javascript": ecmascript.RULES,
    "jsx": ecmascript.RULES,
    "typescript": ecmascript.RULES,
    "tsx": ecmascript.RULES,
    "java": jvm.RULES,
    "kotlin": jvm.RULES,
    "go": go.RULES,
    "rust": rust.RULES,
    "csharp": dotnet.RULES,
    "ruby": ruby.RULES,
    "php": php.RULES,
}
