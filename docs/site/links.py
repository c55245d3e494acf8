"""Check every link of the built site, without a network: ``python docs/site/links.py build/site``.

A page, an image or a heading that is linked has to be there. Of other links only the form is looked at.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LINKS = {"a": "href", "img": "src", "link": "href", "script": "src"}


class _Page(HTMLParser):
    """What a page links to, and what of it can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if name := given.get("id"):
            self.anchors.add(name)
        if link := given.get(_LINKS.get(tag, "")):
            self.links.append(link)


def broken(folder: Path) -> list[str]:
    """A sentence for each link that leads nowhere."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if parts.scheme not in {"https", "mailto"} and parts.hostname != "www.w3.org":
                    found.append(f"{path.relative_to(folder)}: {link} is no address to link to")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                found.append(f"{path.relative_to(folder)}: {link} is not there")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                found.append(f"{path.relative_to(folder)}: {link} has no such heading")
    return found


def main() -> int:
    """Print them; the exit code says whether there are any."""
    folder = Path(sys.argv[1]).resolve()
    found = broken(folder)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(list(folder.rglob('*.html')))} pages, {len(found)} broken links")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
