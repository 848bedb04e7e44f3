"""The one doorway from threads to Qt.

Whatever a thread wants done on the GUI thread goes through one queued signal to one slot. A lambda
connected to a signal would run in the emitting thread, so nothing else is ever connected across.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Literal, TypeVar, get_args

from PySide6.QtCore import QObject, Qt, Signal, Slot

from liveconvo_desktop.events import Event, Sink

T = TypeVar("T")
Handlers = Mapping[type, Callable[[Any], None]]
Lane = Literal["read", "write", "import", "summary", "endpoint", "keyring", "long"]


class Bridge(QObject):
    """Delivers events and results of work on the GUI thread, in the order they were posted.

    Must be made on the GUI thread. ``write`` work runs one after the other, so that a chip is
    marked as shown before it is marked as clicked; ``read`` work has its own thread. So have
    imports, summaries, questions to a model's endpoint, questions to a keyring (which may ask the
    user), and other long work, none of which may keep another waiting for minutes; whoever began
    it must be able to stop it.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._lanes: dict[Lane, ThreadPoolExecutor] = {
            lane: ThreadPoolExecutor(1, thread_name_prefix=f"ui-{lane}") for lane in get_args(Lane)
        }
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def sink(self, handlers: Handlers) -> Sink:
        """A function that any thread may call with an event; its type picks the handler."""

        def show(event: Event) -> None:
            handler = handlers.get(type(event))
            if handler is not None:
                self._posted.emit(partial(handler, event))

        return show

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        lane: Lane = "read",
    ) -> Future[T] | None:
        """Do ``work`` off the GUI thread, then call ``done`` or ``failed`` on it.

        Returns:
            The work under way; None after ``close``, when nothing is begun any more.
        """
        if self._closed:
            return None
        future = self._lanes[lane].submit(work)
        future.add_done_callback(partial(self._finish, done, failed))
        return future

    def close(self) -> None:
        """Wait for work under way; nothing is delivered or begun from now on."""
        self._closed = True
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)

    def _finish(
        self, done: Callable[[Any], None], failed: Callable[[Exception], None], future: Future[Any]
    ) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if isinstance(error, Exception):
            self._posted.emit(partial(failed, error))
        else:
            self._posted.emit(partial(done, future.result()))

    @Slot(object)
    def _deliver(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()
