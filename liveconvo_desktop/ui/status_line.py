"""The line at the bottom that tells the truth about what is going on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from liveconvo_desktop.call.plan import CallStatus
from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.live import LiveCall
from liveconvo_desktop.ui.parts import Elided, IconLabel
from liveconvo_desktop.ui.style import Theme


class StatusLine(QWidget):
    """Model, lag, what is captured and what was dropped; or that nothing runs."""

    def __init__(self, theme_: Theme, live: LiveCall) -> None:
        super().__init__()
        self.setObjectName("statusline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = IconLabel(theme_, "check", "success", 12)
        self.text = Elided()
        self.well = True
        """What the icon says."""
        self._host = self._deaf = ""
        self._state: str = live.state
        box = QHBoxLayout(self)
        box.setContentsMargins(theme.L, 6, theme.L, 6)
        box.setSpacing(6)
        box.addWidget(self._icon)
        box.addWidget(self.text, 1)
        live.polled.connect(self._on_status)
        live.state_changed.connect(self._on_state)
        self._on_state(live.state)

    def set_destination(self, host: str) -> None:
        """To whom summaries send a call's words; empty where everything stays here."""
        self._host = host
        self._on_state(self._state)

    @Slot(str)
    def set_deaf(self, reason: str) -> None:
        """Why no side of a call can be heard; empty where one can."""
        self._deaf = reason
        if self._state == "idle":
            self._on_state("idle")

    @Slot(object)
    def _on_status(self, status: CallStatus) -> None:
        self._say(status.well, describe(status))

    @Slot(str)
    def _on_state(self, state: str) -> None:
        self._state = state
        if state == "idle":
            self._say(not self._deaf, self._idle())
        elif state == "starting":
            self._icon.describe("clock", "text_2")
            self.text.set_whole("Loading the speech model…")

    def _say(self, well: bool, text: str) -> None:
        self.well = well
        self._icon.describe(*(("check", "success") if well else ("warn", "warning")))
        self.text.set_whole(text)

    def _idle(self) -> str:
        if self._deaf:
            return f"Cannot hear anything · {self._deaf.rstrip('.')}"
        away = f"summaries you ask for are written by {self._host}"
        return f"Ready · {away if self._host else 'everything stays on this computer'}"


def describe(status: CallStatus) -> str:
    """A status as one line of plain words."""
    mic = status.capturing.get("mic", "not captured")
    speaker = status.capturing.get("speaker", "not captured")
    parts = [
        f"Model {status.model}",
        _text(status),
        f"You: {mic} (muted)" if status.muted else f"You: {mic}",
        f"Them: {speaker}",
    ]
    parts += _kept(status)
    if status.dropped_blocks:
        parts.append(f"{status.dropped_blocks} audio blocks lost")
    if status.dropped_partials:
        parts.append(f"{status.dropped_partials} previews skipped")
    return "   ·   ".join(parts)


def _text(status: CallStatus) -> str:
    """How the text keeps up with the talk."""
    if not status.reading:
        return "no text is made"
    if status.unread:
        return f"{status.unread} utterances could not be read"
    return f"{status.behind:.1f} s behind" if status.behind >= 1 else "up to date"


def _kept(status: CallStatus) -> list[str]:
    """What is not kept, or not yet."""
    said = {"on": "", "off": "Audio is not kept", "failed": "The recording does not work"}
    waiting = f"{status.unsaved} entries wait to be saved" if status.unsaved else ""
    return [part for part in (said[status.recording], waiting) if part]
