"""Plays a recording: a thread that keeps the playback filled and the output open while it plays.

Every method returns at once; what came of it shows in the properties, which a window polls.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from liveconvo_desktop.audio.output import OpenOutput, Output, PortAudioOutput
from liveconvo_desktop.audio.playback import Feed, Interval, Playback
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import Channel, Fault

_STEP = 0.05
"""Seconds between two fillings; six of them are kept ready."""


class Player:
    """One recording. Any thread may call it.

    Args:
        path: A closed recording.
        open_output: The system's default output, unless a test gives another.
        now: The monotonic clock, unless a test gives another.

    Raises:
        AudioError: The recording is missing or cannot be read.
    """

    def __init__(
        self,
        path: Path,
        open_output: OpenOutput = PortAudioOutput,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._feed = Feed(path)
        self._playback = Playback(self._feed)
        self._open_output, self._now = open_output, now
        self._output: Output | None = None
        self._playing = False
        self._closing = False
        self._fault: Fault | None = None
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """Length of the recording."""
        return float(self._feed.seconds)

    @property
    def playing(self) -> bool:
        """True from ``play`` until ``pause``, the end or a fault."""
        return self._playing

    @property
    def position(self) -> float:
        """Session seconds of what is heard now."""
        return self._playback.position(self._now())

    @property
    def speed(self) -> float:
        """Session seconds per second."""
        return self._feed.speed

    def take_fault(self) -> Fault | None:
        """Why it does not play, once."""
        fault, self._fault = self._fault, None
        return fault

    def play(self) -> None:
        """Go on; from the beginning at the end."""
        with self._wake:
            if self._closing or self._playing:
                return
            self._playing = True
            if self.position >= self.seconds - 0.05:
                self._go(0.0)
            self._wake.notify()

    def pause(self) -> None:
        """Be silent; ``play`` goes on with what was not heard yet."""
        with self._wake:
            if self._playing:
                self._playing = False
                self._go(self.position)
                self._wake.notify()

    def seek(self, t: float) -> None:
        """Go to a second of the session."""
        with self._wake:
            self._go(t)
            self._wake.notify()

    def set_speed(self, speed: float) -> None:
        """0.75 to 2 times as fast, at the same pitch."""
        self._again(lambda: setattr(self._feed, "speed", speed))

    def set_sides(self, sides: Collection[Channel]) -> None:
        """Hear only these sides."""
        self._again(lambda: setattr(self._feed, "sides", frozenset(sides)))

    def set_skips(self, silences: Iterable[Interval]) -> None:
        """Leave out these stretches; none plays everything."""
        self._again(lambda: self._feed.skip(silences))

    def close(self) -> None:
        """End; idempotent."""
        with self._wake:
            self._closing = True
            self._playing = False
            self._wake.notify()
        self._thread.join()

    def _again(self, change: Callable[[], None]) -> None:
        """Change how it sounds from the very place that is heard now."""
        with self._wake:
            at = self.position
            change()
            self._go(at)
            self._wake.notify()

    def _go(self, t: float) -> None:
        """Seek, while ``_wake`` is held; a recording that has gone ends the playing and is told."""
        try:
            self._playback.seek(t)
        except AudioError as error:
            self._playing = False
            self._fault = error.fault()

    def _run(self) -> None:
        while not self._closing:
            try:
                self._tend()
            except AudioError as error:
                self._stop(error.fault())
            with self._wake:
                if not self._closing and (self._output is not None) == self._playing:
                    self._wake.wait(_STEP if self._playing else None)
        self._silence()
        self._feed.close()

    def _tend(self) -> None:
        """Fill, and open or close the output as is wanted."""
        if not self._playing:
            self._silence()
            return
        self._playback.fill()
        if self._output is None:
            self._output = self._open_output(self._feed.rate, self._playback.take)
        elif not self._output.alive:
            hint = "Connect it again or choose another output, then press play."
            self._stop(Fault("audio.player", "The sound output has gone.", hint))
        elif self._playback.ended(self._now()):
            self._stop(None)

    def _stop(self, fault: Fault | None) -> None:
        with self._wake:
            at = self.position
            self._playing = False
            self._fault = fault
            self._go(at)
        self._silence()

    def _silence(self) -> None:
        output, self._output = self._output, None
        if output is not None:
            output.close()
