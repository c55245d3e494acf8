r"""Findings as commands to CI systems: GitHub Actions, Azure Pipelines, TeamCity.

    ::error file=app.js,line=1,col=5,endColumn=7,title=lint::Missing semicolon
    ##vso[task.logissue type=error;sourcepath=src/Cart.cs;linenumber=12;code=CS0103;]The name 'x' …
    ##teamcity[testFailed name='testAdds' message='not equal' expected='4' actual='5']

Defined in GitHub's "Workflow commands", Azure's "Logging commands" and TeamCity's "Service Messages"
(escapes ``%0A`` and ``|n``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_GITHUB = rx(
    r"\s{0,8}(?:##\[|::)(?P<kind>error|warning|notice|debug)(?: (?P<fields>[^\n]{0,2000}?))?"
    r"(?:::|\])(?P<message>.*)$"
)
_AZURE = rx(r"\s{0,8}##vso\[task\.logissue (?P<fields>[^\]\n]{0,2000})\](?P<message>.*)$")
_TEAMCITY = rx(
    r"\s{0,8}##teamcity\[(?P<name>testFailed|inspection|message|buildProblem) "
    r"(?P<fields>.{0,4000}?)\]\s*$"
)
_FIELD = rx(r"(?P<key>\w{1,40})=(?P<value>[^,;\n]{0,1000})")
_QUOTED = rx(r"(?P<key>\w{1,40})='(?P<value>(?:[^'|\n]|\|.){0,2000})'")
_PERCENT = (("%0A", "\n"), ("%0D", ""), ("%2C", ","), ("%3A", ":"), ("%25", "%"), ("%3B", ";"))
_PIPES = (("|n", "\n"), ("|r", ""), ("|'", "'"), ("|[", "["), ("|]", "]"), ("||", "|"))


def read(doc: Document) -> Iterator[Trace]:
    """A trace a command that names a file; failed tests."""
    for line in doc.find("::"):
        found = None if doc.claimed[line] else _GITHUB.match(doc.text, doc.starts[line], doc.ends[line])
        if found and found["fields"]:
            yield from _finding(doc, line, found, (found["kind"], "file", "line", "col"))
    for line in doc.find("##vso["):
        found = None if doc.claimed[line] else _AZURE.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield from _finding(doc, line, found, ("error", "sourcepath", "linenumber", "columnnumber"))
    for line in doc.find("##teamcity["):
        found = None if doc.claimed[line] else _TEAMCITY.match(doc.text, doc.starts[line], doc.ends[line])
        if found and found["name"] == "testFailed":
            yield _test(doc, line, found)


def _finding(
    doc: Document, line: int, found: re.Match[str], names: tuple[str, str, str, str]
) -> Iterator[Trace]:
    kind, file, row, column = names
    fields = {f["key"]: f for f in _FIELD.finditer(doc.text, found.start("fields"), found.end("fields"))}
    if file not in fields:
        return
    place = fields[file]
    lineno = fields[row]["value"] if row in fields else None
    end = fields[row].end("value") if row in fields else place.end("value")
    frame = doc.frame(
        line, place.start("value"), max(end, place.end("value")), _plain(place["value"], _PERCENT), lineno,
        column=fields[column]["value"] if column in fields else None,
    )  # fmt: skip
    kind = fields["type"]["value"] if "type" in fields else kind
    kind = fields["code"]["value"] if "code" in fields else kind
    yield simple(
        doc, "ci-command", (kind, _plain(found["message"].rstrip(), _PERCENT)), [frame], (line, line)
    )


def _test(doc: Document, line: int, found: re.Match[str]) -> Trace:
    fields = {
        f["key"]: _plain(f["value"], _PIPES)
        for f in _QUOTED.finditer(doc.text, found.start("fields"), found.end("fields"))
    }
    assertion = None
    if "expected" in fields and "actual" in fields:
        assertion = Assertion(fields["expected"], fields["actual"], labelled=True)
    frames: list[Frame] = []
    head = (fields.get("type") or "testFailed", fields.get("message", ""))
    return simple(doc, "ci-command", head, frames, (line, line), assertion=assertion, test=fields.get("name"))


def _plain(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escape, meaning in escapes:
        text = text.replace(escape, meaning)
    return text


FORMAT = Format("ci-command", 8, ("::error ", "::warning ", "::notice ", "##vso[", "##teamcity["), read)
