"""The wire: what pygls leaves to luck. A wrong message gets an error, and the server stays up.

Documents are kept by us: pygls counts lines and columns in other ways than the specification.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcRequestCancelled,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

from crimescene.lsp import from_proto
from crimescene.lsp.overlay import Document
from crimescene.model import UserError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from crimescene.lsp.server import CrimesceneServer

log = logging.getLogger(__name__)


class RefusedError(JsonRpcException):
    """The request is right, but only the user can make it possible."""

    CODE = lsp.LSPErrorCodes.RequestFailed.value
    MESSAGE = "Request failed"


class Protocol(LanguageServerProtocol):
    """The language server protocol, with errors where the specification wants them."""

    _server: CrimesceneServer

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401 -- as pygls has it
        """Leave it as it is: this is called for each object of the JSON, not for the message alone."""
        return data

    def handle_message(self, message: Any) -> None:  # noqa: ANN401 -- as pygls has it
        """Answer each request once, whatever it looks like."""
        if not isinstance(message, dict):
            log.warning("Ignoring what is no message of JSON-RPC 2.0")
        elif "method" not in message:
            self._take_response(message)
        elif message.get("jsonrpc") == self.VERSION:
            self._take(message)
        else:
            reason = JsonRpcInvalidRequest("This is no message of JSON-RPC 2.0.")
            self._refuse(message.get("id"), reason)

    def _take_response(self, message: dict[str, Any]) -> None:
        """Hand over what a request of ours was answered with; any other answer is for nobody."""
        given = message.get("id")
        if isinstance(given, (str, int)) and given in self._result_types:
            if message.get("error") is None:  # null means that there was none
                message = {name: value for name, value in message.items() if name != "error"}
            try:
                built = super().structure_message({**message, "jsonrpc": self.VERSION})
            except Exception as error:  # noqa: BLE001 -- whoever asked must not wait for another answer
                self._result_types.pop(given, None)
                asked = self._request_futures.pop(given, None)
                if asked is not None:
                    asked.set_exception(JsonRpcInternalError(_reason(error)))
                return
            super().handle_message(built)
        elif not message.keys() & {"result", "error"}:
            self._refuse(given, JsonRpcInvalidRequest("This is neither a request nor an answer."))

    def _take(self, message: dict[str, Any]) -> None:
        """Take a request, which has an ``id``, or a notification, which has none."""
        method = message["method"]
        try:
            called = {name: value for name, value in message.items() if name not in {"result", "error"}}
            built = super().structure_message({"params": None, **called})
        except Exception as error:  # noqa: BLE001 -- whatever is wrong, there is somebody to tell
            self._refuse(message.get("id"), JsonRpcInvalidParams(_reason(error)))
            return
        if "id" not in message:
            if self._server.initialized or method in {lsp.EXIT, lsp.INITIALIZED}:
                super().handle_message(built)
        elif hasattr(built, "id"):
            self._take_request(built)
        else:
            self._refuse(message["id"], JsonRpcMethodNotFound(f"{method} is a notification, no request."))

    def _take_request(self, message: Any) -> None:  # noqa: ANN401 -- any request
        if self._shutdown:
            self._refuse(message.id, JsonRpcInvalidRequest("The server is shutting down."))
        elif message.method == lsp.INITIALIZE:
            if self._server.initialized:
                self._refuse(message.id, JsonRpcInvalidRequest("The server is initialized already."))
            else:
                super().handle_message(message)
        elif not self._server.initialized:
            self._refuse(message.id, JsonRpcServerNotInitialized())
        else:
            super().handle_message(message)

    def _refuse(self, given: Any, error: JsonRpcException) -> None:  # noqa: ANN401 -- any id
        if isinstance(given, bool) or not isinstance(given, (str, int)):
            log.warning("Ignoring a wrong notification: %s", error)
            return
        self._send_response(given, error=error.to_response_error())

    def refuse_unreadable(self) -> None:
        """Say that a message was no JSON; nobody knows which request it was."""
        error = {"code": JsonRpcParseError.CODE, "message": "This is no JSON."}
        self._send_data({"jsonrpc": "2.0", "id": None, "error": error})

    def _send_handler_result(self, future: Future[Any], *, msg_id: str | int) -> None:
        """Answer a request with what its handler gave, in one sentence if that is an error."""
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._result_types.pop(msg_id, None)
            error = JsonRpcRequestCancelled("The request was cancelled.")
            self._send_response(msg_id, error=error.to_response_error())
            return
        failure = future.exception()
        if failure is None:
            self._send_response(msg_id, result=future.result())
            return
        self._result_types.pop(msg_id, None)
        if isinstance(failure, UserError):
            failure = RefusedError(str(failure))
        elif not isinstance(failure, JsonRpcException):
            log.error("A request failed", exc_info=failure)
            failure = JsonRpcInternalError(f"internal error: {type(failure).__name__}: {failure}")
        self._send_response(msg_id, error=failure.to_response_error())

    def _get_handler(self, feature_name: str) -> Callable[..., Any]:
        handler: Callable[..., Any] = super()._get_handler(feature_name)
        return handler

    @lsp_method(lsp.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]  # pygls takes coroutines too
        self, params: lsp.ExecuteCommandParams
    ) -> Any:  # noqa: ANN401 -- any answer
        """Run a command as part of its request, so that cancelling the one ends the other."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"There is no command {params.command!r}.")
        return await handler(*(params.arguments or ()))

    @property
    def left_properly(self) -> bool:
        """Whether the client said that it would go."""
        return self._shutdown

    # ----------------------------------------------------------------- documents

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """Follow a document from now on."""
        given = params.text_document
        path = from_proto.path_of(given.uri)
        document = Document(given.uri, path, str(given.language_id or ""), given.version, given.text)
        self._server.documents.open(document)
        self._server.noticed(given.uri)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """Take what was typed. A document nobody opened is not followed."""
        document = self._server.documents.get(params.text_document.uri)
        if document is None:
            return
        encoding = self._server.encoding
        for change in params.content_changes:
            where = getattr(change, "range", None)
            if where is None:
                document.replace(change.text)
            else:
                document.change(
                    (where.start.line, where.start.character),
                    (where.end.line, where.end.character),
                    change.text,
                    lambda line, character: from_proto.column(line, character, encoding),
                )
        document.version = params.text_document.version
        self._server.documents.generation += 1
        self._server.noticed(params.text_document.uri)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """The file on disk counts again."""
        self._server.documents.close(params.text_document.uri)
        self._server.noticed(params.text_document.uri, closed=True)

    @lsp_method(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def lsp_workspace__did_change_workspace_folders(
        self, params: lsp.DidChangeWorkspaceFoldersParams
    ) -> None:
        """Folders come and go while the editor runs."""
        self._server.change_folders(
            [folder.uri for folder in params.event.added], [folder.uri for folder in params.event.removed]
        )


def _reason(error: BaseException) -> str:
    """The innermost sentence of a chain of errors: which field of what was wrong."""
    import cattrs  # noqa: PLC0415 -- only wrong messages need it

    inner = error.__cause__ or error
    if isinstance(inner, cattrs.BaseValidationError):
        return "Wrong parameters: " + "; ".join(cattrs.transform_error(inner)[:3])
    return f"Wrong parameters: {inner or type(inner).__name__}"


def is_unreadable(error: BaseException) -> bool:
    """Whether a message could not even be read as JSON."""
    return isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, RecursionError))
