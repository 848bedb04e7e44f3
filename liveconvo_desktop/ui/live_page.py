"""The page of a running call in the main window: controls by keyboard, transcript, guidance."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from liveconvo_desktop.call.plan import CallStatus
from liveconvo_desktop.events import Gap, Segment
from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.banner import FaultList
from liveconvo_desktop.ui.call_state import EMPTY, STATE_LOOKS, STATE_WORDS, level
from liveconvo_desktop.ui.captions import CaptionList
from liveconvo_desktop.ui.chips import ChipStack
from liveconvo_desktop.ui.live import LiveCall
from liveconvo_desktop.ui.meters import LevelMeter, TalkBar
from liveconvo_desktop.ui.parts import (
    Elided,
    IconLabel,
    PushButton,
    SideColumn,
    column,
    label,
    row,
    rule,
)
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, M, S
from liveconvo_desktop.ui.transcript import TranscriptModel
from liveconvo_desktop.ui.transcript_view import PAGE

MAX_ROWS = 400
"""Rows kept on the page; the saved transcript has them all."""
_RAIL = 320


class LivePage(QWidget):
    """Shows and steers a LiveCall.

    Attributes:
        overlay_wanted: The user asks for the overlay.
    """

    overlay_wanted = Signal()

    def __init__(self, theme_: Theme, live: LiveCall) -> None:
        super().__init__()
        self._theme, self._live, self._muted = theme_, live, False
        self.setObjectName("page")
        self.model = TranscriptModel(limit=MAX_ROWS, parent=self)
        self.transcript = CaptionList(self.model, theme_, PAGE, focusable=True)
        self.chips = ChipStack(theme_, live, focusable=True)
        self.faults = FaultList(theme_, focusable=True)
        self.title = Elided()
        self.title.setProperty("type", "title")
        self.state_icon = IconLabel(theme_, "waveform", "success")
        self.state_word = label("", "small", "second")
        self.clock = label("0:00", "headline")
        self.clock.setAccessibleName("Call time")
        self.pause = PushButton(theme_, "Pause", "pause")
        self.mute = PushButton(theme_, "Mute", "mic")
        self.overlay = PushButton(theme_, "Overlay", "overlay")
        self.stop = PushButton(theme_, "End call", "stop", kind="danger")
        self.talk = TalkBar(theme_)
        self.mic = LevelMeter(theme_, "mic", "Your microphone")
        self.speaker = LevelMeter(theme_, "speaker", "Call audio")
        self._no_chips = label(
            "Suggestions appear here and in the overlay when something is worth saying.",
            "small",
            "quiet",
            wrap=True,
        )
        self._build()
        self._connect()

    @Slot()
    def restart(self) -> None:
        """Empty everything for a new call."""
        self.model.clear()
        self.faults.clear()
        self.transcript.follow()
        self.title.set_whole(self._live.plan.title or "Call")
        self.clock.setText("0:00")

    def _build(self) -> None:
        state = row(self.state_icon, self.state_word, None, spacing=6)
        naming = column(spacing=2)
        naming.addWidget(self.title)
        naming.addLayout(state)
        head = row(spacing=S)
        head.setContentsMargins(XL, L, XL, M)
        head.addLayout(naming, 1)
        for part in (self.clock, self.mute, self.pause, self.overlay, self.stop):
            head.addWidget(part)
        head.insertSpacing(2, M)
        meters = row(self.talk, self.mic, self.speaker, spacing=L)
        meters.setContentsMargins(XL, 0, XL, M)
        faults = column(self.faults)
        faults.setContentsMargins(XL, 0, XL, 0)
        self.faults.setContentsMargins(0, 0, 0, M)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.transcript, 1)
        body.addWidget(rule(vertical=True))
        body.addWidget(self._rail())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        for line in (head, meters, faults):
            outer.addLayout(line)
        outer.addWidget(rule())
        outer.addLayout(body, 1)

    def _rail(self) -> QWidget:
        inside = QWidget()
        box = column(label("Guidance", "section"), self._no_chips, self.chips, None, spacing=M)
        box.setContentsMargins(L, L, L, L)
        inside.setLayout(box)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rail = SideColumn(self._theme, _RAIL)
        rail.setLayout(row(area, spacing=0))
        return rail

    def _connect(self) -> None:
        live = self._live
        self.pause.clicked.connect(live.toggle_pause)
        self.mute.clicked.connect(self._toggle_mute)
        self.stop.clicked.connect(live.stop)
        self.overlay.clicked.connect(self.overlay_wanted)
        live.line.connect(self._on_line)
        live.polled.connect(self._on_status)
        live.faulted.connect(self.faults.show_fault)
        live.mended.connect(self.faults.mend)
        live.chips_changed.connect(self._on_chips)
        live.state_changed.connect(self._on_state)

    @Slot()
    def _toggle_mute(self) -> None:
        self._live.mute(not self._muted)

    @Slot(object)
    def _on_line(self, line: Segment | Gap) -> None:
        self.model.put(line)

    @Slot()
    def _on_chips(self) -> None:
        self._no_chips.setVisible(not self._live.deck.top())

    @Slot(str)
    def _on_state(self, state: str) -> None:
        paused, steerable = state == "paused", state in ("running", "paused")
        self.pause.setText("Resume" if paused else "Pause")
        self.pause.set_icon("play" if paused else "pause")
        for button in (self.pause, self.mute, self.stop):
            button.setEnabled(steerable)
        icon, role = STATE_LOOKS.get(state, ("waveform", "text_3"))
        self.state_icon.describe(icon, role)
        self.state_word.setText(STATE_WORDS.get(state, ""))
        self.transcript.set_empty(icon, *EMPTY.get(state, EMPTY["running"]))

    @Slot(object)
    def _on_status(self, status: CallStatus) -> None:
        self.clock.setText(words.clock(status.clock))
        self.talk.set_ratio(status.talk_ratio)
        self.mic.set_level(level(status, "mic"))
        self.speaker.set_level(level(status, "speaker"))
        if status.muted != self._muted:
            self._muted = status.muted
            self.mute.setText("Unmute" if status.muted else "Mute")
            self.mute.set_icon("mic-off" if status.muted else "mic")
