"""Run the small programs of the archives here for real and record what they print when they crash.

    python tests/suspects/record.py [ARCHIVE ...]

Each program is a section ``name: expression | expression``: one of these must be the first suspect. What
it printed stands in the section ``name``. Needs the runtime of each language; the temporary folder
becomes ``{root}``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import archives

HERE = Path(__file__).parent
RUNS: dict[str, tuple[str, list[list[str]]]] = {
    "python": ("main.py", [[sys.executable, "main.py"]]),
    "javascript": ("main.js", [["node", "main.js"]]),
    "java": ("Main.java", [["javac", "-g", "-nowarn", "Main.java"], ["java", "Main"]]),
    "go": ("main.go", [["go", "build", "-o", "main", "main.go"], ["./main"]]),
    "rust": ("main.rs", [["rustc", "-A", "warnings", "-A", "unconditional_panic", "main.rs"], ["./main"]]),
    "ruby": ("main.rb", [["ruby", "-W0", "main.rb"]]),
    "php": ("main.php", [["php", "-d", "display_errors=stderr", "-d", "html_errors=0", "main.php"]]),
    "csharp": ("Main.cs", [["mcs", "-debug", "Main.cs"], ["mono", "--debug", "-O=-inline", "Main.exe"]]),
    "kotlin": (
        "Main.kt",
        [["kotlinc", "-nowarn", "Main.kt", "-d", "out"], ["kotlin", "-cp", "out", "MainKt"]],
    ),
}
"""By name of the archive: the file's name, and the commands to build and run it."""


def record(archive: archives.Archive) -> None:
    """Run the programs of an archive that have no record yet."""
    name, commands = RUNS[archive.path.stem]
    sections: dict[str, str] = {}
    for title, text in archive.sections.items():
        if ": " not in title:
            continue
        sections[title] = text
        kind = title.partition(": ")[0]
        printed = archive.sections.get(kind) or _crash(name, commands, text)
        sections[kind] = printed
    archives.save(archives.Archive(archive.path, archive.comment, sections))


def _crash(name: str, commands: list[list[str]], source: str) -> str:
    environment = os.environ | {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", "GO111MODULE": "off"}
    environment.pop("FORCE_COLOR", None)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / name).write_text(source, encoding="utf-8")
        done = None
        for command in commands:
            # The path as a whole stands in the traces of most runtimes.
            whole = [str(root / part) if part == name and command[0] != "go" else part for part in command]
            done = subprocess.run(
                whole, cwd=root, env=environment, capture_output=True, timeout=120, check=False
            )
            if done.returncode:
                break
        assert done is not None
        text = done.stderr.decode("utf-8", "replace")
        if not done.returncode and not text:
            sys.exit(f"did not fail:\n{source}")
        return text.replace(str(root), "{root}")


if __name__ == "__main__":
    for path in sys.argv[1:] or sorted(HERE.glob("*.txt")):
        record(archives.load(Path(path)))
