"""Work off the main loop: threads that nobody waits for when the editor goes."""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

_Question = tuple["Future[Any]", "Callable[[], Any]", threading.Event]
_here = threading.local()


class Lane:
    """Some threads that do one thing after the other; what is cancelled before its turn is not done."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._waiting: queue.SimpleQueue[_Question] = queue.SimpleQueue()
        for number in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    def _work(self) -> None:
        while True:
            future, ask, left = self._waiting.get()
            if not future.set_running_or_notify_cancel():
                continue
            _here.left = left
            try:
                future.set_result(ask())
            except BaseException as error:  # noqa: BLE001 -- it is raised where the answer is awaited
                future.set_exception(error)
            del future, ask

    def submit(self, ask: Callable[[], Answer], left: threading.Event | None = None) -> Future[Answer]:
        """Put a question at the end of the queue; ``left`` is set when nobody waits for it any more."""
        future: Future[Answer] = Future()
        self._waiting.put((future, ask, left or threading.Event()))
        return future

    async def run(self, ask: Callable[[], Answer]) -> Answer:
        """Ask and wait without holding up the main loop."""
        left = threading.Event()
        try:
            return await asyncio.wrap_future(self.submit(ask, left))
        except asyncio.CancelledError:
            left.set()
            raise


def abandoned() -> bool:
    """Whether nobody waits any more for what this thread does."""
    left: threading.Event | None = getattr(_here, "left", None)
    return left is not None and left.is_set()
