"""The documentation as a site: ``python -m sphinx -W -b html -c docs/site docs build/site``.

The pages are plain Markdown, to be read where they lie. The site's navigation is the lists of ``index.md``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer
from sphinx.highlighting import lexers

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).parent.parent.parent

project = "Crimescene"
author = "the authors of Crimescene"
_version = (ROOT / "server/crimescene/__init__.py").read_text(encoding="utf-8")
release = re.findall(r'^__version__ = "(.+)"$', _version, re.MULTILINE)[0]
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["site"]
myst_heading_anchors = 3
smartquotes = False
html_theme = "furo"
html_title = f"Crimescene {release}"
html_static_path: list[str] = []
html_show_sphinx = False
html_copy_source = False
lexers["kak"] = TextLexer()  # Pygments does not know Kakoune's

_LINK = re.compile(r"^- \[[^]]+\]\(([\w/.-]+)\.md\)", re.MULTILINE)
_PART = re.compile(r"^## (.+)\n((?:.+\n|\n(?!#))*)", re.MULTILINE)
_OUTSIDE = re.compile(r"(!?)\[([^]]*)\]\(((?:\.\./)+[\w./-]+)(#[\w-]+)?\)")


def _with_navigation(_app: Sphinx, name: str, source: list[str]) -> None:
    """Make the parts of the index a tree; what lies outside of the documentation is named, not linked."""
    text = source[0]
    if name == "index":
        trees = [
            f"```{{toctree}}\n:hidden:\n:caption: {part[1]}\n\n{chr(10).join(_LINK.findall(part[2]))}\n```"
            for part in _PART.finditer(text)
            if _LINK.search(part[2])
        ]
        text += "\n" + "\n\n".join(trees) + "\n\n```{toctree}\n:hidden:\n\nskill/SKILL\n```\n"
    elif name == "decisions/README":
        pages = "\n".join(sorted(path.stem for path in (ROOT / "docs/decisions").glob("0*.md")))
        text += f"\n```{{toctree}}\n:hidden:\n\n{pages}\n```\n"
    here = (ROOT / "docs" / name).parent

    def inside(match: re.Match[str]) -> str:
        target = (here / match[3]).resolve()
        if match[1] or (target.is_relative_to(ROOT / "docs") and target.exists()):
            return match[0]
        path = str(target.relative_to(ROOT))
        return f"`{path}`" if match[2] == path else f"{match[2]} (`{path}`)"

    source[0] = _OUTSIDE.sub(inside, text)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _with_navigation)
