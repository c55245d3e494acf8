r"""Linters with lines of their own: RuboCop, ShellCheck, golangci-lint, hadolint, Psalm, PHPStan, ….

    app.rb:3:5: C: [Correctable] Style/StringLiterals: Prefer single-quoted strings.
    In deploy.sh line 3:
    internal/db/db.go:12:5: Error return value is not checked (errcheck)
    Dockerfile:3 DL3008 warning: Pin versions in apt get install.
    README.md:3:5 MD001/heading-increment Heading levels should only increment by one level at a time
    ERROR: UndefinedVariable - src/Cart.php:3:5 - Cannot find referenced variable $x

Defined by each tool's default formatter; the GNU form with a severity is read by ``compilers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_PLACE = rx(r":\d{1,9}(?::\d{1,9})?(?::? {1,2}[A-Z\[a-z]|: | - )|: line \d{1,9}, col|:\d{1,9} #\(")
_HEAD = rx(
    r"\s{0,12}(?:\[(?:ERROR|WARN|INFO)\] |(?:ERROR|INFO|WARNING): (?P<psalm>[A-Z]\w{1,80}) - )?"
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):(?: line (?=\d))?(?P<line>\d{1,9})"
    r"(?:(?::|, col(?:umn)? )(?P<col>\d{1,9}))?(?P<rest>[:, ].*)$"
)
_RESTS = (
    # RuboCop, haml-lint, Reek
    rx(
        r": (?P<severity>[CWEFRI]): (?:\[\w{1,30}\] )?(?:(?P<kind>[A-Z]\w{0,40}"
        r"(?:/\w{1,60}){1,3}): )?(?P<message>.*)$"
    ),
    # pylint -f parseable, yamllint -f parsable
    rx(
        r": \[(?P<kind>[A-Z]\d{4}|error|warning|info)(?:\([\w-]{1,80}\))?(?:, [^\]\n]{0,200})?\] "
        r"(?P<message>.*)$"
    ),
    # hadolint
    rx(r" (?P<kind>(?:DL|SC)\d{4}) (?:error|warning|info|style|ignore): (?P<message>.*)$"),
    # markdownlint-cli
    rx(r" (?:error |warning )?(?P<kind>MD\d{3}(?:/[\w-]{1,60}){0,3}) (?P<message>.*)$"),
    # staticcheck, golangci-lint, ktlint, revive: the rule stands last
    rx(
        r": (?!error|warning|note|fatal)(?P<message>\S.*?) \((?P<kind>[a-z][\w/-]{2,60}|[A-Z]{1,3}\d{4}"
        r"|[a-z]+:[\w-]{1,60})\)\s*$"
    ),
    # Checkstyle, detekt, cpplint
    rx(
        r":  ?(?!error|warning|note|fatal)(?P<message>\S.*?)\s{1,2}\[(?P<kind>[A-Za-z][\w/.-]{2,80})\]"
        r"(?:  ?\[\d\])?\s*$"
    ),
    # Biome
    rx(r" (?P<kind>(?:lint|assist|suppressions)/[\w/]{1,120})(?P<message>)(?:\s.*)?$"),
    # JSHint, csslint
    rx(r", (?P<message>.*)$"),
    # Credo
    rx(r" #\((?P<fn>[^()\n]{1,200})\)(?P<message>)\s*$"),
)
_PSALM = rx(r" - (?P<message>.*)$")
_SHELLCHECK = rx(r"In (?P<path>\S.{0,400}?) line (?P<line>\d{1,9}):\s*$")
_FINDING = rx(
    r"\s{0,400}(?:\^-{1,4}\^?|\^-*\^|\^--) ?(?P<kind>SC\d{4})(?: \((?P<severity>\w{1,20})\))?: "
    r"(?P<message>.*)$"
)
_PHPSTAN_FILE = rx(r"\s{1,4}Line\s{1,8}(?P<path>\S.{0,400}?)(?: \(in context of .{1,300}\))?\s*$")
_PHPSTAN = rx(r"\s{1,4}:?(?P<line>\d{1,9})\s{1,8}(?P<message>\S.*)$")
_PHPSTAN_MORE = rx(r"\s{8,40}(?P<message>\S.*)$")


def read(doc: Document) -> Iterator[Trace]:
    """A trace a finding."""
    for line in doc.search(_PLACE):
        if not doc.claimed[line] and (trace := _finding(doc, line)):
            yield trace
    for line in doc.find("In "):
        found = None if doc.claimed[line] else _SHELLCHECK.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield from _shellcheck(
                doc, line, placed(doc, line, found, code=doc.line(line + 1).strip() or None)
            )
    for line in doc.find("  Line  "):
        found = None if doc.claimed[line] else _PHPSTAN_FILE.match(doc.text, doc.starts[line], doc.ends[line])
        if found and line + 1 < len(doc) and doc.line(line + 1).lstrip().startswith("---"):
            yield from _phpstan(doc, line, found["path"])


def _finding(doc: Document, line: int) -> Trace | None:
    """A place, and behind it what one of the tools prints."""
    end = doc.ends[line]
    head = _HEAD.match(doc.text, doc.starts[line], end)
    if not head:
        return None
    for pattern in (_PSALM,) if head["psalm"] else _RESTS:
        rest = pattern.match(doc.text, head.start("rest"), end)
        if rest:
            groups = rest.groupdict()
            kind = head["psalm"] or groups.get("kind") or groups.get("severity") or "warning"
            frame = placed(doc, line, head, function=groups.get("fn"))
            return simple(doc, "linter", (kind, rest["message"].strip()), [frame], (line, line))
    return None


def _shellcheck(doc: Document, line: int, frame: Frame) -> Iterator[Trace]:
    """Findings of one line stand below its code; each is an error at that line."""
    at = line + 2
    first = line
    while at < len(doc) and (found := _FINDING.match(doc.text, doc.starts[at], doc.ends[at])):
        yield simple(
            doc,
            "linter",
            (found["kind"], found["message"].strip()),
            [frame] if first == line else [],
            (first, at),
        )
        at += 1
        first = at
    if first == line:
        yield simple(doc, "linter", (None, ""), [frame], (line, line))


def _phpstan(doc: Document, line: int, path: str) -> Iterator[Trace]:
    """A table: the file in its head, a line a finding, long messages on further lines."""
    at = line + 2
    while at < len(doc) and (found := _PHPSTAN.match(doc.text, doc.starts[at], doc.ends[at])):
        message = [found["message"].rstrip()]
        frame = doc.frame(at, found.start("line"), found.end("line"), path, found["line"])
        first = at
        at += 1
        while at < len(doc) and (more := _PHPSTAN_MORE.match(doc.text, doc.starts[at], doc.ends[at])):
            message.append(more["message"].rstrip())
            at += 1
        yield simple(doc, "linter", ("error", " ".join(message)), [frame], (first, at - 1))


FORMAT = Format(
    "linter", 63, (":1", ":2", ":3", ":4", ":5", ":6", ":7", ":8", ":9", "In ", ": line ", "  Line  "), read
)
