"""The desk between the listen and the transcribe thread: the work order behind a lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from liveconvo_desktop.call.work import Job, WorkOrder
from liveconvo_desktop.events import CHANNELS, Channel, Utterance
from liveconvo_desktop.stt.base import Effort


class Desk:
    """Thread-safe work order of one call.

    Args:
        clock: Steady seconds on the call's clock (audio time zero is 0).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.behind_max = 0.0
        self._order = WorkOrder()
        self._changed = threading.Condition()
        self._closed = False
        self._busy = False
        self._hints: dict[Channel, list[tuple[str, float]]] = {c: [] for c in CHANNELS}

    def put(self, utterance: Utterance, likeness: float, *, cut: bool = False) -> None:
        """Hand an utterance in; ``cut`` where the call ended while it was being said."""
        with self._changed:
            self._order.put(Job(utterance, likeness, self.clock(), cut))
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more will be put."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, timeout: float) -> Job | None:
        """The next job, waiting up to ``timeout`` seconds for one."""
        with self._changed:
            if self._order.empty and not self._closed:
                self._changed.wait(timeout)
            job = self._order.take()
            self._busy = job is not None
            return job

    def done(self, job: Job, seconds: float) -> None:
        """The job that was taken is read; it took ``seconds``."""
        with self._changed:
            self.behind_max = max(self.behind_max, self._order.behind(self.clock()))
            self._order.read(job, seconds)
            self._busy = False
            self._changed.notify_all()

    @property
    def finished(self) -> bool:
        """Closed and empty."""
        with self._changed:
            return self._closed and self._order.empty

    def wait_idle(self) -> None:
        """Until everything that was put is read."""
        with self._changed:
            self._changed.wait_for(lambda: self._order.empty and not self._busy)

    def partial_due(self, channel: Channel, open_since: float, active: int) -> bool:
        """See ``WorkOrder.partial_due``."""
        with self._changed:
            return self._order.partial_due(channel, self.clock(), open_since, active)

    def resumed(self, channel: Channel) -> None:
        """See ``WorkOrder.resumed``."""
        with self._changed:
            self._order.resumed(channel)

    def effort(self, job: Job) -> Effort:
        """See ``WorkOrder.effort``."""
        with self._changed:
            return self._order.effort(job, self.clock())

    def hint(self, channel: Channel, utterance_id: str, t1: float) -> None:
        """The text of this utterance up to ``t1`` ends a sentence."""
        with self._changed:
            self._hints[channel].append((utterance_id, t1))

    def hints(self, channel: Channel) -> list[tuple[str, float]]:
        """Hints since the last ask."""
        with self._changed:
            found, self._hints[channel] = self._hints[channel], []
            return found

    @property
    def behind(self) -> float:
        """Age of the oldest final without its text, in hand or waiting, seconds."""
        with self._changed:
            return self._order.behind(self.clock())

    @property
    def dropped_partials(self) -> int:
        """Partials that gave way to something newer."""
        with self._changed:
            return self._order.dropped_partials
