"""Every request an editor sends, over stdio, in each of the three position encodings."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

MAIN = '''\
"""Was größer ist."""


def größe(items: list[int]) -> int:
    """Add up what is there."""
    ünit = "🦉✗"; return sum(items) // len(items) if ünit else 0


def läuft() -> int:
    return größe([])


läuft()
'''
PATH = "app/größe🦉.py"
TRACE = f"""\
starting …
Traceback (most recent call last):
  File "{PATH}", line 13, in <module>
    läuft()
  File "{PATH}", line 10, in läuft
    return größe([])
  File "{PATH}", line 6, in größe
    ünit = "🦉✗"; return sum(items) // len(items) if ünit else 0
ZeroDivisionError: nichts für „größe“ 🦉

done
"""
LINE = 6
"""0-based line of the innermost frame in the text."""


def units(text: str, encoding: str) -> int:
    """Length of a text in the units of an encoding."""
    return (
        len(text.encode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]))
        // {
            "utf-8": 1,
            "utf-16": 2,
            "utf-32": 4,
        }[encoding]
    )


@dataclass
class Editor:
    """A client with a project open."""

    client: LanguageClient
    root: Path
    encoding: str

    @property
    def log(self) -> str:
        """URI of the text with the trace."""
        return (self.root / "out.txt").as_uri()

    @property
    def main(self) -> str:
        """URI of the source file."""
        return (self.root / PATH).as_uri()

    def column(self, text: str) -> int:
        """A text's length as this client counts."""
        return units(text, self.encoding)

    def open(self, uri: str, text: str, language: str) -> None:
        """Open a document."""
        item = lsp.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    async def hover(self, uri: str, line: int, character: int) -> lsp.Hover | None:
        """What is shown at a position."""
        where = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(line, character))
        return await self.client.text_document_hover_async(where)


def project(root: Path) -> None:
    """A small program with a history."""
    (root / "app").mkdir(parents=True)
    (root / PATH).write_text(MAIN, encoding="utf-8")
    run = ["git", "-C", str(root), "-c", "user.name=Ana", "-c", "user.email=a@b.c"]
    subprocess.run([*run, "init", "--quiet"], check=True)
    subprocess.run([*run, "add", "."], check=True)
    subprocess.run([*run, "commit", "--quiet", "-m", "Count what is there"], check=True)


@pytest_lsp.fixture(
    params=["utf-8", "utf-16", "utf-32"],
    config=ClientServerConfig(server_command=[sys.executable, "-m", "crimescene", "lsp"]),
)
async def editor(request: pytest.FixtureRequest, lsp_client: LanguageClient, tmp_path: Path):
    """An editor that counts columns in one of the three ways."""
    root = tmp_path / "projekt ü"
    project(root)
    document = lsp.TextDocumentClientCapabilities(
        definition=lsp.DefinitionClientCapabilities(link_support=True),
        document_symbol=lsp.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
        publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(related_information=True),
        code_action=lsp.CodeActionClientCapabilities(
            code_action_literal_support=lsp.ClientCodeActionLiteralOptions(
                lsp.ClientCodeActionKindOptions([lsp.CodeActionKind.QuickFix])
            )
        ),
    )
    result = await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(
                general=lsp.GeneralClientCapabilities(position_encodings=[request.param]),
                text_document=document,
            ),
            workspace_folders=[lsp.WorkspaceFolder(root.as_uri(), "projekt")],
            initialization_options={"codeLens": True, "callHierarchy": "always", "commandLinks": True},
        )
    )
    assert result.capabilities.position_encoding == request.param
    assert result.capabilities.text_document_sync.open_close
    found = Editor(lsp_client, root, request.param)
    found.open(found.log, TRACE, "plaintext")
    lsp_client.editor = found
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def at(editor: LanguageClient) -> Editor:
    """The editor with its project."""
    return editor.editor


async def test_hover_says_what_is_known_of_the_frame(at: Editor) -> None:
    """Function and signature, the place in the trace, the error, who calls it, who changed it."""
    shown = await at.hover(at.log, LINE, at.column('  File "app/grö'))
    text = shown.contents.value
    assert "**größe** · frame 1 of 3 · ZeroDivisionError: nichts für „größe“ 🦉, raised here" in text
    assert "def größe(items: list[int]) -> int" in text
    assert "Called by [`läuft`](file://" in text
    assert "by Ana: Count what is there (" in text
    assert "[Build debug prompt](command:crimescene.buildPrompt?" in text
    start, end = shown.range.start, shown.range.end
    printed = f'File "{PATH}", line 6'
    assert (start.line, start.character) == (LINE, 2)
    assert (end.line, end.character) == (LINE, 2 + at.column(printed))


async def test_hover_past_the_end_of_a_line(at: Editor) -> None:
    """A column past the end is the end of the line, not another one."""
    assert await at.hover(at.log, LINE, 9999) is not None
    assert await at.hover(at.log, 0, 9999) is None
    assert await at.hover(at.log, 9999, 0) is None


async def test_code_below_a_frame_belongs_to_it(at: Editor) -> None:
    """The line of code that the runtime printed means the frame above; the message does not."""
    assert await at.hover(at.log, LINE + 1, at.column('    ünit = "🦉')) is not None
    assert await at.hover(at.log, LINE + 2, 3) is None


async def test_source_is_silent(at: Editor) -> None:
    """On ordinary code the language's own server answers."""
    at.open(at.main, MAIN, "python")
    assert await at.hover(at.main, 8, 5) is None
    where = lsp.DefinitionParams(lsp.TextDocumentIdentifier(at.main), lsp.Position(8, 5))
    assert not await at.client.text_document_definition_async(where)
    for ask, params in (
        (at.client.text_document_document_symbol_async, lsp.DocumentSymbolParams),
        (at.client.text_document_folding_range_async, lsp.FoldingRangeParams),
        (at.client.text_document_document_link_async, lsp.DocumentLinkParams),
    ):
        assert not await ask(params(lsp.TextDocumentIdentifier(at.main)))


async def test_trace_in_a_comment(at: Editor) -> None:
    """A trace somebody pasted into a comment is a trace."""
    comment = "".join(f"# {line}\n" for line in TRACE.splitlines()[1:9])
    at.open(at.main, f"{MAIN}\n{comment}", "python")
    shown = await at.hover(at.main, 15, 10)
    assert "**top level of größe🦉.py**" in shown.contents.value


async def test_definition(at: Editor) -> None:
    """Line and column of the code, from anywhere on the frame's line."""
    where = lsp.DefinitionParams(lsp.TextDocumentIdentifier(at.log), lsp.Position(LINE, 4))
    (link,) = await at.client.text_document_definition_async(where)
    assert link.target_uri == at.main
    assert (link.target_range.start.line, link.target_range.start.character) == (5, 4)
    assert link.origin_selection_range.end.character == 2 + at.column(f'File "{PATH}", line 6')


async def test_definition_with_a_column(at: Editor) -> None:
    """A printed column counts UTF-16 units, whatever the client counts."""
    source = "const ü = '🦉✗'; fail();\n"
    (at.root / "fail.js").write_text(source, encoding="utf-8")
    column = units("const ü = '🦉✗'; ", "utf-16") + 1
    at.open(
        (at.root / "node.log").as_uri(),
        f"TypeError: fail is not a function\n    at Object.<anonymous> ({at.root}/fail.js:1:{column})\n"
        "    at Module._compile (node:internal/modules/cjs/loader:1241:14)\n",
        "log",
    )
    uri = (at.root / "node.log").as_uri()
    where = lsp.DefinitionParams(lsp.TextDocumentIdentifier(uri), lsp.Position(1, 10))
    (link,) = await at.client.text_document_definition_async(where)
    assert link.target_range.start.character == at.column("const ü = '🦉✗'; ")


async def test_document_links(at: Editor) -> None:
    """Every frame is a link with its line."""
    links = await at.client.text_document_document_link_async(
        lsp.DocumentLinkParams(lsp.TextDocumentIdentifier(at.log))
    )
    assert [link.target for link in links] == [f"{at.main}#L{n}" for n in (13, 10, 6)]
    assert links[0].range.end.character == 2 + at.column(f'File "{PATH}", line 13')


async def test_symbols_and_folding(at: Editor) -> None:
    """The outline lists the error with its frames; the trace folds."""
    document = lsp.TextDocumentIdentifier(at.log)
    (symbol,) = await at.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert symbol.name == "ZeroDivisionError: nichts für „größe“ 🦉"
    assert [child.name for child in symbol.children] == ["<module>", "läuft", "größe"]
    folds = await at.client.text_document_folding_range_async(lsp.FoldingRangeParams(document))
    assert (1, 8) in [(fold.start_line, fold.end_line) for fold in folds]


async def actions(at: Editor, uri: str, line: int, only: list[str] | None = None) -> list[lsp.CodeAction]:
    """The code actions on a line."""
    where = lsp.Range(lsp.Position(line, 0), lsp.Position(line, 0))
    params = lsp.CodeActionParams(
        lsp.TextDocumentIdentifier(uri), where, lsp.CodeActionContext(diagnostics=[], only=only)
    )
    return await at.client.text_document_code_action_async(params) or []


async def test_code_actions_on_a_text(at: Editor) -> None:
    """On the lines of the trace, and only there; only quick fixes are offered."""
    found = await actions(at, at.log, LINE)
    assert [action.title for action in found] == ["Build debug prompt", "Copy as Markdown"]
    assert not await actions(at, at.log, 0)
    assert not await actions(at, at.log, LINE, ["refactor"])
    answer = await at.client.workspace_execute_command_async(
        lsp.ExecuteCommandParams("crimescene.buildPrompt", [{"uri": at.log, "line": LINE}])
    )
    assert answer["prompt"].startswith("# ZeroDivisionError: nichts für „größe“ 🦉\n")
    assert (at.root / ".crimescene").is_dir()
    assert saved(answer["path"]) == answer["prompt"]


def saved(path: str) -> str:
    """What a file holds."""
    return Path(path).read_text(encoding="utf-8")


async def hints(at: Editor) -> list[lsp.Diagnostic]:
    """The hints of the source file, once there are any."""
    if not at.client.diagnostics.get(at.main):
        await at.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return list(at.client.diagnostics[at.main])


async def test_hints(at: Editor) -> None:
    """Lines that the newest failure passed through are marked, from their first letter to their last."""
    at.open(at.main, MAIN, "python")
    found = await hints(at)
    assert [d.range.start.line for d in found] == [5, 9, 12]
    line = '    ünit = "🦉✗"; return sum(items) // len(items) if ünit else 0'
    assert (found[0].range.start.character, found[0].range.end.character) == (4, at.column(line))
    assert found[0].message.startswith("ZeroDivisionError raised here, just now · frame 1 of 3")
    assert found[0].severity == lsp.DiagnosticSeverity.Hint
    assert [r.location.range.start.line for r in found[0].related_information] == [12, 9]
    acts = await actions(at, at.main, 4)
    plan = "Suggest strategic logging points"
    titles = ["Build debug prompt", "Copy as Markdown", plan, f"{plan} from läuft to größe"]
    assert [a.title for a in acts] == titles


async def test_hints_move_and_go(at: Editor) -> None:
    """A line above moves them; a changed function has none."""
    at.open(at.main, MAIN, "python")
    await hints(at)
    await change(at, 2, lsp.Range(lsp.Position(2, 0), lsp.Position(2, 0)), "# neu 🦉\n")
    assert [d.range.start.line for d in at.client.diagnostics[at.main]] == [6, 10, 13]
    start = at.column("    return gr")
    await change(at, 3, lsp.Range(lsp.Position(10, start), lsp.Position(10, start)), "oe")
    assert [d.range.start.line for d in at.client.diagnostics[at.main]] == [6, 13]


async def change(at: Editor, version: int, where: lsp.Range, text: str) -> None:
    """Type something and wait for what the server says to it."""
    waiting = at.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    at.client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(version, at.main),
            [lsp.TextDocumentContentChangePartial(where, text)],
        )
    )
    await waiting


async def test_code_lens(at: Editor) -> None:
    """Above the functions of the chain, where the setting says so."""
    at.open(at.main, MAIN, "python")
    lenses = await at.client.text_document_code_lens_async(
        lsp.CodeLensParams(lsp.TextDocumentIdentifier(at.main))
    )
    assert [(x.range.start.line, x.command.title) for x in lenses] == [
        (3, "ZeroDivisionError · frame 1 of 3 · Build debug prompt"),
        (8, "ZeroDivisionError · frame 2 of 3 · Build debug prompt"),
    ]


async def test_call_hierarchy(at: Editor) -> None:
    """Who calls a function and whom it calls, at the places where that happens."""
    at.open(at.main, MAIN, "python")
    where = lsp.CallHierarchyPrepareParams(lsp.TextDocumentIdentifier(at.main), lsp.Position(8, 5))
    (item,) = await at.client.text_document_prepare_call_hierarchy_async(where)
    assert item.name == "läuft"
    assert item.selection_range.end.character == at.column("def läuft")
    (incoming,) = await at.client.call_hierarchy_incoming_calls_async(
        lsp.CallHierarchyIncomingCallsParams(item)
    )
    assert incoming.from_.name == "(top level of größe🦉.py)"
    assert incoming.from_ranges[0].end.character == at.column("läuft")
    (outgoing,) = await at.client.call_hierarchy_outgoing_calls_async(
        lsp.CallHierarchyOutgoingCallsParams(item)
    )
    assert outgoing.to.name == "größe"
    assert outgoing.from_ranges[0].start.character == at.column("    return ")
    assert outgoing.from_ranges[0].end.character == at.column("    return größe")


async def test_unsaved_text_counts(at: Editor) -> None:
    """What stands in the editor is what the program is, saved or not."""
    at.open(at.main, MAIN.replace("def läuft() -> int:", "def rennt(x: str = 'ü') -> int:"), "python")
    shown = await at.hover(at.log, LINE - 2, 10)
    assert "def rennt(x: str = 'ü') -> int" in shown.contents.value
