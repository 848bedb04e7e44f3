"""The bar that plays: from line to line, at another speed, without silences, one side or both."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from liveconvo_desktop.events import CHANNELS, Channel
from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.parts import Elided, IconLabel, ToolButton, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, S

SPEEDS = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
_SIDES: dict[str, tuple[Channel, ...]] = {
    "Both sides": CHANNELS,
    "Only you": ("mic",),
    "Only them": ("speaker",),
}


class PlayBar(QWidget):
    """Buttons and choices; the page owns the player.

    Attributes:
        play_clicked: Play or pause.
        stepped: A line back (-1) or on (+1).
        speed_chosen, sides_chosen: What was chosen.
        skip_toggled: Leave silences out, or not.
    """

    play_clicked = Signal()
    stepped = Signal(int)
    speed_chosen = Signal(float)
    skip_toggled = Signal(bool)
    sides_chosen = Signal(object)

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._seconds = 0.0
        self.setObjectName("statusline")
        self.before = ToolButton(theme_, "previous", "Previous line (Up)")
        self.play = ToolButton(theme_, "play", "Play (Space)")
        self.after = ToolButton(theme_, "next", "Next line (Down)")
        self.clock = label("", "small", "second")
        self.speed = QComboBox()
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Speed ([ slower, ] faster)")
        self.skip = QCheckBox("Skip silence")
        self.sides = QComboBox()
        self.sides.addItems(list(_SIDES))
        self.sides.setAccessibleName("Which side is heard")
        for box in (self.speed, self.sides):
            box.setProperty("extent", "small")
        self._mute = IconLabel(theme_, "mic-off", "text_3")
        self._why = Elided()
        self._build()
        self._connect()
        self.show_audio(0.0, "Loading…")

    def show_audio(self, seconds: float, why: str = "") -> None:
        """What can be played; ``why`` it cannot, else empty."""
        self._seconds = seconds
        self._why.set_whole(why)
        self._why.setVisible(bool(why))
        self._mute.setVisible(bool(why))
        for one in (self.before, self.play, self.after, self.speed, self.skip, self.sides):
            one.setVisible(not why)
        self.clock.setVisible(not why)
        self.show_time(0.0, playing=False)

    def show_time(self, t: float, *, playing: bool) -> None:
        """Where it plays."""
        self.clock.setText(f"{words.clock(t)} / {words.clock(self._seconds)}")
        name = "Pause (Space)" if playing else "Play (Space)"
        if self.play.toolTip() != name:
            self.play.describe("pause" if playing else "play", name)

    def faster(self, step: int) -> None:
        """The next speed up or down."""
        at = self.speed.currentIndex() + step
        self.speed.setCurrentIndex(min(max(0, at), self.speed.count() - 1))

    def _build(self) -> None:
        line = row(
            self.before,
            self.play,
            self.after,
            S,
            self.clock,
            None,
            self.skip,
            self.sides,
            self.speed,
            spacing=S,
        )
        line.insertWidget(0, self._mute)
        line.insertWidget(1, self._why, 1)
        line.setContentsMargins(L, S, L, S)
        self.setLayout(line)

    def _connect(self) -> None:
        self.before.clicked.connect(self._back)
        self.after.clicked.connect(self._on)
        self.play.clicked.connect(self.play_clicked)
        self.skip.toggled.connect(self.skip_toggled)
        self.speed.currentIndexChanged.connect(self._chose_speed)
        self.sides.currentTextChanged.connect(self._chose_sides)

    @Slot()
    def _back(self) -> None:
        self.stepped.emit(-1)

    @Slot()
    def _on(self) -> None:
        self.stepped.emit(1)

    @Slot(int)
    def _chose_speed(self, at: int) -> None:
        self.speed_chosen.emit(SPEEDS[at])

    @Slot(str)
    def _chose_sides(self, name: str) -> None:
        self.sides_chosen.emit(_SIDES[name])
