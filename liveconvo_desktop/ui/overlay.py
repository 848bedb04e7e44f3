"""The overlay of a running call: clock, levels, guidance and live captions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QSlider, QVBoxLayout, QWidget

from liveconvo_desktop.call.plan import CallStatus
from liveconvo_desktop.events import Gap, Segment
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.banner import FaultList
from liveconvo_desktop.ui.call_state import EMPTY, STATE_LOOKS, STATE_WORDS, level
from liveconvo_desktop.ui.captions import CaptionList
from liveconvo_desktop.ui.chips import ChipStack
from liveconvo_desktop.ui.frame import FloatingWindow
from liveconvo_desktop.ui.live import LiveCall
from liveconvo_desktop.ui.memory import Memory, corner
from liveconvo_desktop.ui.meters import LevelMeter, TalkBar
from liveconvo_desktop.ui.overlay_header import Header
from liveconvo_desktop.ui.parts import column, label, row, rule
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, M, S
from liveconvo_desktop.ui.transcript import TranscriptModel
from liveconvo_desktop.ui.transcript_view import CAPTIONS

MAX_ROWS = 80
"""Caption rows kept in the overlay; the main window and the database have the rest."""
_SIZE = QSize(400, 600)
_LEAST = 320
"""Least width: the header's controls and a chip's three answers."""


class Overlay(FloatingWindow):
    """Shows a LiveCall. Its controls work by mouse only; the main window has them by keyboard.

    Attributes:
        hidden: The user closed it; the call goes on.
        main_wanted: The user asks for the main window.
    """

    hidden = Signal()
    main_wanted = Signal()

    def __init__(self, theme_: Theme, live: LiveCall, memory: Memory) -> None:
        super().__init__(theme_)
        self._live, self._memory = live, memory
        self._full_height = _SIZE.height()
        self._is_compact = False
        self._muted = False
        self.setObjectName("overlay")
        self.setWindowTitle("LiveConvo overlay")
        self.model = TranscriptModel(limit=MAX_ROWS, parent=self)
        self.captions = CaptionList(self.model, theme_, CAPTIONS, focusable=False)
        self.header = Header(theme_)
        self.talk = TalkBar(theme_)
        self.mic = LevelMeter(theme_, "mic", "Your microphone")
        self.speaker = LevelMeter(theme_, "speaker", "Call audio")
        self.faults = FaultList(theme_, focusable=False)
        self.chips = ChipStack(theme_, live, focusable=False)
        self._chip_area = _chip_area(self.chips)
        self._slider = self._opacity_slider()
        self._body = self._build()
        self._connect()
        self._grow()
        self.resize(_SIZE)
        self._restore()
        self.restart()

    @property
    def compact(self) -> bool:
        """True while only the one line is shown."""
        return self._is_compact

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a corner, wide enough for the controls."""
        height = self.header.minimumSizeHint().height()
        return QSize(self._theme.px(_LEAST), height if self._is_compact else 280)

    @Slot()
    def restart(self) -> None:
        """Empty everything for a new call."""
        self.model.clear()
        self.faults.clear()
        self.captions.follow()
        self._show_state(self._live.state)

    @Slot(bool)
    def set_compact(self, on: bool) -> None:
        """One line, or everything."""
        if on == self._is_compact:
            return
        if on:
            self._full_height = self.height()
        self._is_compact = on
        self._body.setVisible(not on)
        self.header.opacity.setVisible(not on)
        self.header.pause.setVisible(not on)
        self.header.window_button.setVisible(not on)
        self._fit_height()
        name = ("expand", "Expand") if on else ("compact", "Compact")
        self.header.compact.describe(*name)
        self._show_top()
        self._memory.keep("overlay/compact", on)

    def settled(self) -> None:
        """Remember place and size after a drag."""
        if self._is_compact:
            rect = self.geometry()
            rect.setHeight(self._full_height)
        else:
            rect = self.geometry()
        self._memory.keep_place("overlay/place", rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A chip that opens its evidence needs more room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._limit_chips()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for captions below the chips."""
        super().resizeEvent(event)
        self._limit_chips()

    def _build(self) -> QWidget:
        body = QWidget()
        body.setMouseTracking(True)
        meters = row(self.talk, self.mic, self.speaker, spacing=M)
        meters.setContentsMargins(L, 0, L, M)
        self._slider_row = QWidget()
        slider_line = row(label("Opacity", "small", "second"), self._slider, spacing=M)
        slider_line.setContentsMargins(L, 0, L, S)
        self._slider_row.setLayout(slider_line)
        self._slider_row.setVisible(False)
        notices = column(self.faults, self._chip_area, spacing=S)
        notices.setContentsMargins(M, M, M, M)
        self._edge = rule()
        inside = column(spacing=0)
        inside.addLayout(meters)
        inside.addWidget(self._slider_row)
        inside.addWidget(rule())
        inside.addLayout(notices)
        inside.addWidget(self._edge)
        inside.addWidget(self.captions, 1)
        body.setLayout(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        outer.addWidget(body, 1)
        return body

    def _connect(self) -> None:
        header, live = self.header, self._live
        header.mute.clicked.connect(self._toggle_mute)
        header.pause.clicked.connect(live.toggle_pause)
        header.opacity.toggled.connect(self._slider_row.setVisible)
        header.compact.clicked.connect(self._toggle_compact)
        header.close_button.clicked.connect(self._hide)
        header.done.clicked.connect(self._dismiss_top)
        header.window_button.clicked.connect(self.main_wanted)
        live.line.connect(self._on_line)
        live.polled.connect(self._on_status)
        live.faulted.connect(self.faults.show_fault)
        live.mended.connect(self.faults.mend)
        live.chips_changed.connect(self._on_chips)
        live.state_changed.connect(self._show_state)
        live.watch(self)
        self._theme.changed.connect(self._grow)
        self.chips.installEventFilter(self)

    def _opacity_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(*theme.OPACITIES)
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slider.setAccessibleName("Opacity of the overlay")
        slider.valueChanged.connect(self._set_opacity)
        return slider

    def _restore(self) -> None:
        self._slider.setValue(round(self._memory.number("overlay/opacity", 100)))
        if not self._memory.place("overlay/place", self):
            self.move(corner(self))
        self._full_height = max(self.height(), self.minimumSizeHint().height())
        self.set_compact(self._memory.flag("overlay/compact", False))

    def _fit_height(self) -> None:
        if self._is_compact:
            self.setMinimumHeight(0)
            self.setFixedHeight(self.header.sizeHint().height() + 2)
        else:
            self.setMinimumHeight(280)
            self.setMaximumHeight(16_777_215)
            self.resize(self.width(), self._full_height)

    def _limit_chips(self) -> None:
        """Chips take what they need, but captions keep a third of the window."""
        if self._is_compact:
            return
        width = self.width() - 2 * M - 2
        wanted = self.chips.heightForWidth(width) if self._live.deck.top() else 0
        room = max(0, (self.height() - 96) * 2 // 3)
        self._chip_area.setVisible(wanted > 0)
        self._show_edge()
        self._chip_area.setFixedHeight(min(wanted, room))
        # A scroll bar narrows the cards, which makes them higher, which would keep the bar.
        bars = Qt.ScrollBarPolicy
        policy = bars.ScrollBarAsNeeded if wanted > room else bars.ScrollBarAlwaysOff
        self._chip_area.setVerticalScrollBarPolicy(policy)

    def _show_edge(self) -> None:
        """A line between what asks for attention and the captions, if there is anything."""
        self._edge.setVisible(bool(self._live.deck.top() or self.faults.banners))

    @Slot(int)
    def _set_opacity(self, percent: int) -> None:
        self.setWindowOpacity(percent / 100)
        self._memory.keep("overlay/opacity", percent)

    @Slot()
    def _grow(self) -> None:
        self.setMinimumWidth(self._theme.px(_LEAST))

    @Slot()
    def _toggle_compact(self) -> None:
        self.set_compact(not self._is_compact)

    @Slot()
    def _toggle_mute(self) -> None:
        self._live.mute(not self._muted)

    @Slot()
    def _hide(self) -> None:
        self.hide()
        self.hidden.emit()

    @Slot(object)
    def _on_line(self, line: Segment | Gap) -> None:
        self.model.put(line)

    @Slot()
    def _on_chips(self) -> None:
        self._limit_chips()
        self._show_top()

    def _show_top(self) -> None:
        top = self._live.deck.top()
        show = self._is_compact
        self.header.top_icon.setVisible(show and bool(top))
        self.header.done.setVisible(show and bool(top))
        self.header.top_chip.set_whole(top[0].text if show and top else "")
        if show and top:
            icon, tone = top[0].kind, f"chips.{top[0].kind}"
            self.header.top_icon.describe(icon, tone)

    def _note_displayed(self) -> None:
        """The one line shows its advice as truly as a card does."""
        top, handle = self._live.deck.top(), self.windowHandle()
        exposed = handle is not None and handle.isExposed()
        if self._is_compact and top and exposed and self.header.top_chip.isVisible():
            self._live.displayed(top[0])

    @Slot()
    def _dismiss_top(self) -> None:
        top = self._live.deck.top()
        if top:
            self._live.dismiss(top[0])

    @Slot(object)
    def _on_status(self, status: CallStatus) -> None:
        header = self.header
        header.clock.setText(words.clock(status.clock))
        self._note_displayed()
        header.delayed.setVisible(status.delayed)
        header.delayed.setToolTip(f"Text is {status.behind:.0f} s behind; nothing is lost.")
        self.talk.set_ratio(status.talk_ratio)
        self.mic.set_level(level(status, "mic"))
        self.speaker.set_level(level(status, "speaker"))
        if status.muted != self._muted:
            self._muted = status.muted
            name = "Unmute my microphone" if status.muted else "Mute my microphone in LiveConvo"
            icon = "mic-off" if status.muted else "mic"
            header.mute.describe(icon, name, alert=status.muted)

    @Slot(str)
    def _show_state(self, state: str) -> None:
        paused = state == "paused"
        self.header.pause.describe(
            "play" if paused else "pause", "Resume listening" if paused else "Pause listening"
        )
        self.header.pause.setEnabled(state in ("running", "paused"))
        self.header.mute.setEnabled(state in ("running", "paused"))
        icon, role = STATE_LOOKS.get(state, ("waveform", "text_3"))
        self.header.state.describe(icon, role)
        self.header.state.setToolTip(STATE_WORDS.get(state, ""))
        title, hint = EMPTY.get(state, EMPTY["running"])
        self.captions.set_empty(icon, title, hint)


def _chip_area(chips: ChipStack) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(chips)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return area
