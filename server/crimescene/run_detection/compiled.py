"""How the tools of compiled languages are run: go, cargo, Maven and Gradle, dotnet, CMake and make."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from crimescene.run_detection.surroundings import WINDOWS, Command

if TYPE_CHECKING:
    from crimescene.run_detection.surroundings import Case, Rule


def _go(case: Case) -> Command | None:
    found = case.nearest("go.mod")
    folder = found[0] if found else posixpath.dirname(case.path)
    package = f"./{posixpath.dirname(case.below(folder))}".rstrip("/") or "."
    if case.in_test:
        return Command(("go", "test", package), folder, "a test file of Go")
    if re.search(r"^package main\b", case.source, re.MULTILINE):
        return Command(("go", "run", package), folder, "a program in Go")
    return Command(("go", "test", package), folder, "a package of Go")


def _rust(case: Case) -> Command | None:
    found = case.nearest("Cargo.toml")
    if found is None:
        return None
    folder, file = found[0], case.below(found[0])
    if match := re.fullmatch(r"tests/(\w[\w-]*)(?:\.rs|/main\.rs)", file):
        return Command(("cargo", "test", "--test", match[1]), folder, "a test file of cargo")
    if match := re.fullmatch(r"(examples|src/bin)/(\w[\w-]*)(?:\.rs|/main\.rs)", file):
        flag = "--example" if match[1] == "examples" else "--bin"
        return Command(("cargo", "run", flag, match[2]), folder, "a program of cargo")
    if "#[test]" in case.source or "#[cfg(test)]" in case.source or file != "src/main.rs":
        return Command(("cargo", "test"), folder, "a crate of cargo")
    return Command(("cargo", "run"), folder, "a program of cargo")


def _jvm(case: Case) -> Command | None:
    found = case.nearest("pom.xml", "build.gradle", "build.gradle.kts")
    if found is None:
        return None
    folder, build = found
    name = re.sub(r"\.\w+$", "", posixpath.basename(case.path))
    package = re.search(r"^\s*package ([\w.]+)", case.source, re.MULTILINE)
    qualified = f"{package[1]}.{name}" if package else name
    if build == "pom.xml":
        program = case.program(*(posixpath.join(f, "mvnw") for f in case.around())) or "mvn"
        tests = (f"-Dtest={name}", "-DfailIfNoTests=false") if case.in_test else ()
        return Command((program, "-q", "test", *tests), folder, "a project of Maven")
    wrapper = "gradlew.bat" if WINDOWS else "gradlew"
    program = case.program(*(posixpath.join(f, wrapper) for f in case.around())) or "gradle"
    tests = ("--tests", qualified) if case.in_test else ()
    return Command((program, "test", *tests), folder, "a project of Gradle")


def _dotnet(case: Case) -> Command | None:
    for folder in case.around():
        beside = [f for f in case.workspace.files() if posixpath.dirname(f) == folder]
        project = next((f for f in beside if f.endswith((".csproj", ".fsproj", ".sln"))), None)
        if project is not None:
            verb = "test" if case.in_test or "Test" in project else "run"
            return Command(("dotnet", verb), folder, "a project of .NET")
    return None


def _cmake(case: Case) -> Command | None:
    if case.text("build/CTestTestfile.cmake") is not None:
        return Command(("ctest", "--test-dir", "build", "--output-on-failure"), "", "a project of CMake")
    found = case.nearest("Makefile", "makefile")
    text = case.text(posixpath.join(*found)) if found else None
    if found and text and re.search(r"^(?:test|check)\s*:", text, re.MULTILINE):
        target = "test" if re.search(r"^test\s*:", text, re.MULTILINE) else "check"
        return Command(("make", target), found[0], f'the target "{target}" of the Makefile')
    return None


GO: tuple[Rule, ...] = (_go,)
RUST: tuple[Rule, ...] = (_rust,)
JVM: tuple[Rule, ...] = (_jvm,)
DOTNET: tuple[Rule, ...] = (_dotnet,)
CMAKE: tuple[Rule, ...] = (_cmake,)
