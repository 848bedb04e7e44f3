"""The first line of the overlay."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from liveconvo_desktop.ui.parts import Elided, IconLabel, ToolButton, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, S


class Header(QWidget):
    """The first line: state, clock, what compact mode shows, and the controls."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.state = IconLabel(theme_, "waveform", "success")
        self.clock = label("0:00", "callout")
        self.clock.setAccessibleName("Call time")
        self.delayed = label("Delayed")
        self.delayed.setProperty("badge", "warning")
        self.delayed.setVisible(False)
        self.top_icon = IconLabel(theme_, "suggest", "text_2")
        self.top_chip = Elided()
        buttons = {
            "mute": ("mic", "Mute my microphone in LiveConvo"),
            "pause": ("pause", "Pause listening"),
            "opacity": ("opacity", "Opacity"),
            "window": ("overlay", "Open the LiveConvo window"),
            "done": ("check", "Dismiss this advice"),
            "compact": ("compact", "Compact"),
            "close": ("close", "Hide the overlay"),
        }
        made = {
            key: ToolButton(theme_, icon, name, focusable=False, small=True)
            for key, (icon, name) in buttons.items()
        }
        self.mute, self.pause, self.opacity = made["mute"], made["pause"], made["opacity"]
        self.compact, self.close_button = made["compact"], made["close"]
        self.window_button = made["window"]
        self.done = made.pop("done")
        self.done.setVisible(False)
        self.opacity.setCheckable(True)
        box = QHBoxLayout(self)
        box.setContentsMargins(L, S, S, S)
        box.setSpacing(S)
        for part in (self.state, self.clock, self.delayed, self.top_icon):
            box.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        box.addWidget(self.top_chip, 1)
        box.addWidget(self.done)
        box.addLayout(row(*made.values(), spacing=0))
