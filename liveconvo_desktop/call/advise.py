"""The *advise* thread: segments in, chips out. A slow judge stalls only itself."""

from __future__ import annotations

import queue
from collections.abc import Callable

from liveconvo_desktop.errors import ModelError
from liveconvo_desktop.events import Chip, Event, Fault, Segment
from liveconvo_desktop.guidance.engine import Action, Engine

_TICK = 0.5


class Adviser:
    """One call's guidance at work.

    Args:
        engine: Called from this thread only.
        emit: Where chips go; one that is over goes there again, under its id, with the time of
            its end in ``expires``.
        clock: Audio time now, seconds; for cues that wait rather than listen.
    """

    def __init__(
        self, engine: Engine, emit: Callable[[Event], None], clock: Callable[[], float]
    ) -> None:
        self._engine = engine
        self._emit = emit
        self._clock = clock
        self._inbox: queue.SimpleQueue[Segment | tuple[str, Action] | None] = queue.SimpleQueue()

    def hear(self, segment: Segment) -> None:
        """Any thread: a segment was saved and shown."""
        self._inbox.put(segment)

    def note(self, chip_id: str, action: Action) -> None:
        """Any thread: the user did something with a chip."""
        self._inbox.put((chip_id, action))

    def close(self) -> None:
        """Any thread: no more segments."""
        self._inbox.put(None)

    def run(self) -> None:
        """Until closed."""
        self._warm()
        while True:
            try:
                item = self._inbox.get(timeout=_TICK)
            except queue.Empty:
                self._raise(self._engine.tick(self._clock()))
                continue
            if item is None:
                return
            if isinstance(item, Segment):
                self._raise(self._engine.feed(item))
            else:
                self._engine.note(*item)

    def _warm(self) -> None:
        """Load the language model before the first words; without it the phrases judge alone."""
        try:
            self._engine.warm()
        except ModelError as error:
            self._engine.do_without_judge()
            self._emit(
                Fault(
                    "guidance",
                    f"Guidance listens for its phrases only: {error.message}",
                    error.hint,
                    session_id=self._engine.session_id,
                )
            )

    def _raise(self, chips: list[Chip]) -> None:
        for chip in chips + self._engine.withdrawn():
            self._emit(chip)
