"""The player as the window sees it: opened off the GUI thread, polled by a timer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from liveconvo_desktop.audio.player import Player
from liveconvo_desktop.events import Channel
from liveconvo_desktop.review.session import Recording, open_player
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain

POLL_MS = 33
OpenPlayer = Callable[[Recording], Player | None]
Interval = tuple[float, float]


class Hearing(QObject):
    """What is heard of one session, and where.

    It works without sound, too: time stands still, and goes where the user clicks.

    Attributes:
        ready: (seconds, why not) The recording can be played, or why it cannot.
        moved: Session seconds of what is heard now.
        faulted: The sound cannot be played after all.
    """

    ready = Signal(float, str)
    moved = Signal(float)
    faulted = Signal(object)

    def __init__(self, bridge: Bridge, open_player: OpenPlayer = open_player) -> None:
        super().__init__()
        self._bridge, self._open = bridge, open_player
        self._player: Player | None = None
        self._wanted: Recording | None = None
        self._speed = 1.0
        self._sides: tuple[Channel, ...] = ()
        self._skips: list[Interval] = []
        self._t = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def t(self) -> float:
        """Where it is."""
        return self._t

    @property
    def playing(self) -> bool:
        """Sound comes, or is about to."""
        return self._player is not None and self._player.playing

    def load(self, recording: Recording) -> None:
        """Take up another recording; ``ready`` follows."""
        self.unload()
        self._wanted = recording
        self._bridge.run(
            partial(self._open, recording),
            partial(self._opened, recording),
            partial(self._refused, recording),
        )

    def unload(self) -> None:
        """Be silent and let the file go."""
        self._timer.stop()
        self._wanted = None
        self._t = 0.0
        player, self._player = self._player, None
        if player is not None:
            # Its thread may be opening a device: not for this thread to wait.
            self._bridge.run(player.close, _nothing, _nothing)

    def finish(self) -> None:
        """At the end of the program: wait until the device is free."""
        self._timer.stop()
        player, self._player = self._player, None
        if player is not None:
            player.close()

    def seek(self, t: float) -> None:
        """Go there; what plays goes on from there."""
        self._t = max(0.0, t)
        if self._player is not None:
            self._player.seek(self._t)
            self._tell()
        self.moved.emit(self._t)

    @Slot()
    def toggle(self) -> None:
        """Play or pause."""
        if self._player is None:
            return
        if self._player.playing:
            self.pause()
        else:
            self._player.play()
            self._timer.start()
            self.moved.emit(self._t)

    @Slot(float)
    def play_from(self, t: float) -> None:
        """Hear a line that was clicked; without sound, only go there."""
        self.seek(t)
        if not self.playing:
            self.toggle()

    @Slot()
    def pause(self) -> None:
        """Be silent here."""
        if self._player is not None and self._player.playing:
            self._player.pause()
            self._poll()

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """Session seconds per second."""
        self._speed = speed
        if self._player is not None:
            self._player.set_speed(speed)
            self._tell()

    @Slot(object)
    def set_sides(self, sides: tuple[Channel, ...]) -> None:
        """Which sides are heard."""
        self._sides = sides
        if self._player is not None:
            self._player.set_sides(sides)
            self._tell()

    def set_skips(self, silences: list[Interval]) -> None:
        """Which stretches are left out."""
        self._skips = silences
        if self._player is not None:
            self._player.set_skips(silences)
            self._tell()

    def _opened(self, recording: Recording, player: Player | None) -> None:
        if recording is not self._wanted:
            if player is not None:
                self._bridge.run(player.close, _nothing, _nothing)
            return
        self._player = player
        if player is None:
            self.ready.emit(0.0, recording.why)
            return
        player.set_speed(self._speed)
        if self._sides:
            player.set_sides(self._sides)
        player.set_skips(self._skips)
        player.seek(self._t)
        self.ready.emit(player.seconds, "")

    def _refused(self, recording: Recording, error: Exception) -> None:
        if recording is self._wanted:
            found = explain(error, "The recording cannot be opened")
            self.ready.emit(0.0, f"{found.message} {found.hint}")

    @Slot()
    def _poll(self) -> None:
        player = self._player
        if player is None:
            return
        self._t = player.position
        self._tell()
        if not player.playing:
            self._timer.stop()
        self.moved.emit(self._t)

    def _tell(self) -> None:
        fault = self._player.take_fault() if self._player is not None else None
        if fault is not None:
            self.faulted.emit(fault)


def _nothing(_: object) -> None:
    """Whatever came of closing a player that nobody hears any more."""
