"""Any other printed source place: ``path:line[:column]``, ``path(line,column)``, ``"path", line 3``.

    src/h.py:33:44-48
    src/c.py(33,44)
    "src/f.py", line 33, col 44

The forms terminals make links of (VS Code's ``terminalLinkParsing.ts`` has the list). A name without a
folder counts only with the ending of a source file, so that hosts, times and versions do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDINGS = (
    r"(?:py|pyi|pyx|pxd|ipynb|js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte|astro"
    r"|java|kt|kts|scala|sc|groovy|gradle|clj|cljs|cljc|edn"
    r"|go|rs|c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|ipp|m|mm|swift|cs|fs|fsx"
    r"|vb|rb|rake|gemspec|erb|haml|slim|php|phtml|blade|twig|pl|pm|t|lua"
    r"|ex|exs|eex|heex|leex|erl|hrl|hs|lhs|ml|mli|re|rei|elm|nim|zig|cr"
    r"|d|dart|jl|r|R|Rmd|f|f77|f90|f95|f03|f08|for|ada|adb|ads|pas|pp|lpr"
    r"|sh|bash|zsh|fish|ksh|ps1|psm1|psd1|bat|cmd|awk|tcl|scm|ss|rkt|lisp"
    r"|lsp|cl|el|sql|proto|thrift|graphql|gql|sol|vy|move|cairo"
    r"|html|htm|xhtml|css|scss|sass|less|styl|json|json5|jsonc|yaml|yml"
    r"|toml|ini|cfg|conf|xml|xsl|tf|tfvars|hcl|nix|bzl|bazel|cmake|mk|mak"
    r"|md|rst|adoc|tex|txt|csv|log|in|gd|shader|hlsl|glsl|wgsl|vert|frag"
    r"|asm|s|S|cu|cuh|v|sv|vhd|vhdl|mjml|hbs|ejs|pug|jinja|j2|tpl|tmpl|lock"
    r"|spec|ino|cob|cbl)"
)
_NAMED = (
    r"(?:Makefile|GNUmakefile|makefile|Dockerfile|Containerfile|Jenkinsfile"
    r"|Rakefile|Gemfile|Vagrantfile|Podfile|Fastfile|CMakeLists\.txt|BUILD"
    r"|WORKSPACE|Justfile|justfile|Procfile|Brewfile)"
)
_CHARS = r"[\w./\\@+~$%#\[\]{}-]"
_PATH = (
    rf"(?:(?:file:/{{2,3}}|webpack(?:-internal)?:/{{2,3}}|https?://(?:[\w.-]{{1,200}}"
    rf"|\[[\da-f:]{{2,40}}\])(?::\d{{1,5}})?/)?"
    rf"(?:(?<![A-Za-z0-9])[A-Za-z]:[\\/])?(?:{_CHARS}{{0,500}}[/\\])?(?:{_CHARS}{{0,200}}\."
    rf"{_ENDINGS}|{_NAMED}))"
)
_NUMBERS = (
    r"(?:\"|'|`)?(?::(?P<a>\d{1,9})(?:[:.](?P<b>\d{1,9}))?|[(\[](?P<c>\d{1,9})"
    r"(?:[,:] ?(?P<d>\d{1,9}))?[)\]]| \((?P<e>\d{1,9})(?:[,:] ?(?P<f>\d{1,9}))?\)"
    r"|#L?(?P<g>\d{1,9})|(?:,| on|:| at)? lines? (?P<h>\d{1,9})(?:-\d{1,9})?"
    r"(?:(?:,| and)? col(?:umn)? (?P<i>\d{1,9})|, characters? \d{1,9})?)"
)
_PLACE = rx(rf"(?<![\w./\\@:~%$#+-])\+?(?!\{{)(?P<path>{_PATH})(?P<numbers>{_NUMBERS})(?![\w.]?\w)")
_QUOTED = rx(
    r"(?P<q>[\"'])(?P<path>(?:[A-Za-z]:)?[\\/.][^\"'\n:*?<>|]{1,600}\.[A-Za-z]\w{0,8})"
    r"(?P=q)(?P<numbers>(?::|, line | on line | line )(?P<a>\d{1,9})(?:"
    r"(?::|, col(?:umn)? )(?P<b>\d{1,9}))?)"
)
_SPACED = rx(
    r"(?:^|(?<=[\s(\[\"'=]))(?P<path>(?:[A-Za-z]:[\\/]|/)(?:[^\s:\"'<>|*?"
    rf"()\n/\\]{{0,200}}[/\\ ]){{0,40}}[^\s:\"'<>|*?()\n/\\]{{1,200}}\.{_ENDINGS}"
    r"|/(?:usr|home|opt|Users|var|tmp|srv|etc|root|mnt|app|workspace|workspaces"
    rf"|private|lib|lib64|bin|sbin|nix|build|src|code|data)/(?:[\w.@+-]{{1,100}}/){{0,30}}[\w.@+-]"
    rf"{{1,100}}):(?P<a>\d{{1,9}})(?::(?P<b>\d{{1,9}}))?(?![\w.]?\w)"
)
_SIGNS = (
    rx(r"\.[A-Za-z][\w+]{0,9}[\"'`]?(?:[:#(\[]|, ?| \(| on |:? (?=l))(?:L|lines? )?\d"),
    rx(r"(?:[a-z]file|Gemfile|BUILD|WORKSPACE)[\"'`]?[:( #,](?:L|line )?\d"),
    rx(
        r"/(?:usr|home|opt|Users|var|tmp|srv|etc|root|mnt|app|workspaces?|private"
        r"|lib|lib64|bin|sbin|nix|build|src|code|data)/[\w.@+/-]{1,600}:\d"
    ),
    rx(r" lines? \d"),
)
_DIFF = rx(r"(?:@@ |diff --git |index [0-9a-f]{6,}\.\.|--- |\+\+\+ )")
PER_LINE = 8


def read(doc: Document) -> Iterator[Trace]:
    """One trace for each run of lines that hold places."""
    frames: list[Frame] = []
    first = last = -1
    for line in _candidates(doc):
        if doc.claimed[line]:
            continue
        found = _places(doc, line)
        if not found:
            continue
        if frames and line != last + 1:
            yield _trace(doc, frames, first, last)
            frames, first = [], -1
        frames.extend(found)
        first, last = (line if first < 0 else first), line
        doc.claim(line, line)
    if frames:
        yield _trace(doc, frames, first, last)


def _candidates(doc: Document) -> list[int]:
    """Lines with a number behind a file's ending, a name without one, or a word for line."""
    lines: set[int] = set()
    for sign in _SIGNS:
        lines.update(doc.search(sign))
    return sorted(lines)


def _trace(doc: Document, frames: list[Frame], first: int, last: int) -> Trace:
    return trace_of("generic", [Stack(None, "", tuple(frames), Relation.ROOT, doc.span(first, last))])


def _places(doc: Document, line: int) -> list[Frame]:
    text, start, end = doc.text, doc.starts[line], doc.ends[line]
    if _DIFF.match(text, start, end):
        return []
    frames: list[Frame] = []
    at = start
    while at < end and len(frames) < PER_LINE:
        found = _first(doc, at, end)
        if found is None:
            break
        at = found.end()
        groups = found.groupdict()
        lineno = next((groups[n] for n in ("a", "c", "e", "g", "h") if groups.get(n)), None)
        column = next((groups[n] for n in ("b", "d", "f", "i") if groups.get(n)), None)
        if lineno is None or lineno == "0":
            continue
        frames.append(doc.frame(line, found.start("path"), found.end(), found["path"], lineno, column=column))
    return frames


def _first(doc: Document, at: int, end: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """The leftmost place; of several that start there, the longest."""
    best = None
    for pattern in (_PLACE, _QUOTED, _SPACED):
        found = pattern.search(doc.text, at, end)
        if found and (best is None or found.start() < best.start()):
            best = found
    return best


FORMAT = Format("generic", 99, (":", "line ", "("), read, loose=True)
