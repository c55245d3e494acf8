"""Pictures of a terminal, drawn from what the real programs print: ``python tests/pictures.py``.

Each picture is a list of commands, run one after the other in a terminal of their own, in the project of the
tutorial. What they print is drawn line by line into ``docs/images/<name>.svg``, and appears there as it did.
"""

from __future__ import annotations

import html
import os
import re
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import fenced

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
TUTORIAL = ROOT / "docs" / "tutorial.md"
COLUMNS = 100
_LINE, _CHARACTER, _MARGIN, _BAR = 19, 8.43, 18, 36
_COLORS = {
    31: "#ff7b72",
    32: "#7ee787",
    33: "#e3b341",
    34: "#79c0ff",
    35: "#d2a8ff",
    36: "#76e3ea",
    90: "#8b949e",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the terminal, and when it appeared."""

    text: str
    """With the colors it was printed in."""
    second: float
    typed: bool = False


def tutorial_files() -> dict[str, str]:
    """The files and changes of the tutorial, by name; changes are called 1, 2."""
    (section,) = fenced.sections(TUTORIAL.read_text(encoding="utf-8"))
    files = {block.name: block.text for block in section.blocks if block.name}
    changes = [block.text for block in section.blocks if block.kind == "diff"]
    return files | {f"{number}.patch": text for number, text in enumerate(changes, start=1)}


PICTURES = {
    "run": [
        "crimescene run -- python3 -m unittest -q",
        "sed -n '/^## Relevant/,/^## Expected/p' .crimescene/*/prompt.md",
    ],
    "loop": [
        "crimescene run -- python3 -m unittest -q 2>&1 | tail -2",
        "crimescene review answer.md | grep -A2 'Does not exist\\|## The change'",
        "git apply 1.patch && crimescene case attempt --hypothesis 'some articles have no price'",
        "crimescene run -- python3 -m unittest -q 2>&1 | grep '^crimescene'",
        "git apply 2.patch && crimescene run -- python3 -m unittest -q",
        "crimescene case close",
    ],
}


def record(name: str, folder: Path) -> list[Line]:
    """Run the commands of a picture in the tutorial's project."""
    environment = fenced.environment(folder.parent / "bin")
    for path, text in tutorial_files().items():
        (folder / path).write_text(text, encoding="utf-8")
    for command in (
        "git init -q",
        "git add *.py",
        "git commit -qm 'Sum baskets'",
        "echo '*.patch' > .git/info/exclude",
    ):
        subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=True)
    lines, second = [], 0.5
    for command in PICTURES[name]:
        lines.append(Line(f"$ {command}", second, typed=True))
        second += 0.6 + len(command) / 40
        for text in _run(command, folder, environment):
            lines.append(Line(text, second))
            second += 0.06
        second += 1.2
    return lines


def _run(command: str, folder: Path, environment: dict[str, str]) -> list[str]:
    """What a command shows in a terminal, line by line, broken where the terminal breaks it."""
    import fcntl  # noqa: PLC0415 -- no such modules on Windows
    import pty  # noqa: PLC0415
    import termios  # noqa: PLC0415

    end, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=folder, env={**environment, "TERM": "xterm"},
        stdin=subprocess.DEVNULL, stdout=other, stderr=other, start_new_session=True,
    )  # fmt: skip
    os.close(other)
    shown = b""
    while True:
        try:
            piece = os.read(end, 65_536)
        except OSError:  # what Linux says when the other end is closed
            break
        if not piece:
            break
        shown += piece
    process.wait()
    os.close(end)
    text = shown.decode(errors="replace").replace("\r\n", "\n").replace(str(folder), "/home/you/tea")
    lines = []
    for line in text.removesuffix("\n").split("\n"):
        kept = line.rpartition("\r")[2]  # what was written over is gone
        kept = re.sub(r"\x1b\[[0-9;?]*[A-Za-ln-z]", "", kept)
        lines += [kept[i : i + COLUMNS] for i in range(0, len(kept), COLUMNS)] or [""]
    return lines


# --------------------------------------------------------------------------- drawing


def draw(lines: list[Line], title: str) -> str:
    """A picture of the terminal; where nothing moves, all of it is there at once."""
    width = round(COLUMNS * _CHARACTER + 2 * _MARGIN)
    height = _BAR + _LINE * len(lines) + _MARGIN
    rows = []
    for number, line in enumerate(lines):
        y = _BAR + _LINE * (number + 1) - 5
        kind = "t" if line.typed else "o"
        rows.append(
            f'<text class="{kind}" x="{_MARGIN}" y="{y}" style="animation-delay:{line.second:.2f}s">'
            f"{_spans(line.text)}</text>"
        )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">
<title>{html.escape(title)}</title>
<style>
text {{ font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  white-space: pre; fill: #e6edf3; animation: in 1ms backwards }}
.t {{ fill: #7ee787; font-weight: bold }}
@keyframes in {{ from {{ opacity: 0 }} }}
@media (prefers-reduced-motion) {{ text {{ animation: none }} }}
</style>
<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>
<g fill="#30363d"><circle cx="22" cy="18" r="6"/><circle cx="42" cy="18" r="6"/>
<circle cx="62" cy="18" r="6"/></g>
{chr(10).join(rows)}
</svg>
"""


def _spans(text: str) -> str:
    """The text with its colors."""
    out, color, bold = [], "", False
    for piece in re.split(r"(\x1b\[[0-9;]*m)", text):
        if piece.startswith("\x1b["):
            for code in map(int, re.findall(r"\d+", piece) or ["0"]):
                color = _COLORS.get(code, "" if code in {0, 39} else color)
                bold = code == 1 or (bold and code not in {0, 22})
        elif piece:
            style = (f' fill="{color}"' if color else "") + (' font-weight="bold"' if bold else "")
            out.append(f"<tspan{style}>{html.escape(piece)}</tspan>" if style else html.escape(piece))
    return "".join(out)


def words(picture: str) -> list[str]:
    """What is typed and what Crimescene says, without what is never the same twice: keys, counts."""
    lines = re.findall(r"<text [^>]*>(.*?)</text>", picture, re.DOTALL)
    plain = [html.unescape(re.sub(r"<[^>]+>", "", line)).rstrip() for line in lines]
    ours = [line for line in plain if line.startswith(("$ ", "#", "crimescene: "))]
    return [re.sub(r"\b[0-9a-f]{8,16}\b|\d+([.,]\d+)*", "N", line) for line in ours]


def main() -> None:
    """Draw every picture anew."""
    for name, commands in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "tea").mkdir()
            lines = record(name, Path(folder) / "tea")
        (IMAGES / f"{name}.svg").write_text(draw(lines, commands[0]), encoding="utf-8")
        print(f"docs/images/{name}.svg: {len(lines)} lines")


if __name__ == "__main__":
    sys.exit(main())
