"""The page a call starts from: playbook, devices, one button."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.call.plan import CallPlan
from liveconvo_desktop.events import CHANNELS, ConversationType, Fault
from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.backend import Backend
from liveconvo_desktop.ui.banner import Banner
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.device_field import DeviceField
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.memory import Memory
from liveconvo_desktop.ui.parts import PushButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, M, S

if TYPE_CHECKING:
    from liveconvo_desktop.audio.devices import Device

_REFRESH_MS = 4000
_COLUMN = 600


class PlaybookCard(QAbstractButton):
    """A playbook to choose: its icon, name and what it helps with."""

    def __init__(self, theme_: Theme, name: str, title: str, kind: str) -> None:
        super().__init__()
        self._theme, self._kind = theme_, kind
        self.playbook = name
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._purpose = words.PURPOSES[conversation(kind)]
        self.setAccessibleName(f"{title}: {self._purpose}")
        theme_.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Title over one or two lines of purpose."""
        return QSize(240, self._theme.px(56) + 2 * M)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet card; the chosen one is tinted and ringed."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.palette
        chosen, focused = self.isChecked(), self.hasFocus()
        edge = palette.focus if focused or chosen else palette.line
        painter.setPen(QPen(QColor(edge), 2 if focused else 1))
        ground = palette.selected if chosen else palette.hover if self.underMouse() else ""
        painter.setBrush(QColor(ground or palette.raised))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, theme.RADIUS_M, theme.RADIUS_M)
        ink = palette.link if chosen else palette.text_2
        image = icons.pixmap(conversation(self._kind), ink, 20, self.devicePixelRatioF())
        painter.drawPixmap(L, L - 2, image)
        text = self.rect().adjusted(L + 20 + M, M, -M, -M)
        painter.setFont(self._theme.font("callout", "semibold"))
        painter.setPen(QColor(palette.text))
        painter.drawText(text, Qt.AlignmentFlag.AlignTop, self.text())
        painter.setFont(self._theme.font("small"))
        painter.setPen(QColor(palette.text_2))
        below = text.adjusted(0, self._theme.px(22), 0, 0)
        painter.drawText(below, int(Qt.TextFlag.TextWordWrap), self._purpose)


def conversation(kind: str) -> ConversationType:
    """A playbook's conversation type; an unknown one looks like a meeting."""
    known: tuple[ConversationType, ...] = get_args(ConversationType)
    return next((name for name in known if name == kind), "meeting")


class NewCallPage(QScrollArea):
    """Chooses a CallPlan.

    Attributes:
        start: The plan, when the user presses the button.
        heard: After each look at the devices: why no side can be heard, or nothing.
    """

    start = Signal(object)
    heard = Signal(str)

    def __init__(self, theme_: Theme, backend: Backend, bridge: Bridge, memory: Memory) -> None:
        super().__init__()
        self._theme, self._backend, self._bridge, self._memory = theme_, backend, bridge, memory
        self._asking = self._starting = False
        # Why no side can be heard; a call would only fail.
        self._silence = ""
        self.cards: list[PlaybookCard] = []
        self._group = QButtonGroup(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(M)
        self._cards_state = label("Loading playbooks…", "", "quiet")
        self.mic = DeviceField(theme_, "mic", memory)
        self.speaker = DeviceField(theme_, "speaker", memory)
        # Told before a call is started, not by its failure.
        self.deaf = Banner(theme_, "warning", "", "", focusable=True)
        self.deaf.set_closable(False)
        self.deaf.hide()
        self.title_field = QLineEdit()
        self.title_field.setPlaceholderText("Who is it with? (optional)")
        self.title_field.setAccessibleName("Title of the call")
        self.record = QCheckBox("Keep the audio of both sides on this computer")
        self.record.setChecked(memory.flag("record", True))
        self.start_button = PushButton(theme_, "Start call", "mic", kind="primary")
        self.start_button.clicked.connect(self._press)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self._ask_devices)
        self._build()
        bridge.run(backend.playbooks, self._fill_cards, self._no_playbooks)

    def set_starting(self, on: bool) -> None:
        """While the model loads."""
        self._starting = on
        self._allow_start()
        self.start_button.setText("Starting…" if on else "Start call")

    def plan(self) -> CallPlan:
        """What is chosen."""
        chosen = self._group.checkedButton()
        return CallPlan(
            playbook=chosen.playbook if isinstance(chosen, PlaybookCard) else CallPlan().playbook,
            mic_device=self.mic.device,
            speaker_device=self.speaker.device,
            record=self.record.isChecked(),
            title=self.title_field.text().strip(),
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Keep the devices fresh while somebody looks."""
        super().showEvent(event)
        self._ask_devices()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the devices alone, unless the window still says that there are none."""
        super().hideEvent(event)
        if not self._silence or not self.window().isVisible():
            self._timer.stop()

    def _build(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(_COLUMN)
        box = QVBoxLayout(inside)
        box.setContentsMargins(XL, XL, XL, XL)
        box.setSpacing(S)
        box.addWidget(label("New call", "headline"))
        note = "Transcribed and guided on this computer. Nothing leaves it."
        box.addWidget(label(note, "", "second", wrap=True))
        box.addSpacing(XL)
        box.addWidget(label("Playbook", "section"))
        box.addWidget(self._cards_state)
        box.addLayout(self._grid)
        box.addSpacing(XL)
        box.addLayout(self._fields())
        box.addSpacing(XL)
        box.addLayout(row(self.start_button, None))
        box.addStretch(1)
        outside = QWidget()
        centre = row(inside, spacing=0)
        outside.setLayout(centre)
        self.setWidget(outside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def _fields(self) -> QVBoxLayout:
        def field(name: str, widget: QWidget, focus: QWidget) -> QVBoxLayout:
            caption = label(name, "section")
            caption.setBuddy(focus)
            return column(caption, widget, spacing=S)

        box = column(spacing=L)
        devices = row(spacing=M)
        devices.addLayout(field("Microphone", self.mic, self.mic.box), 1)
        devices.addLayout(field("Call audio", self.speaker, self.speaker.box), 1)
        box.addLayout(field("Title", self.title_field, self.title_field))
        box.addWidget(self.deaf)
        box.addLayout(devices)
        box.addWidget(self.record)
        return box

    def _fill_cards(self, playbooks: list[tuple[str, str, str]]) -> None:
        self._cards_state.setVisible(not playbooks)
        self._cards_state.setText("No playbook is installed; the call is transcribed only.")
        last = self._memory.text("playbook", CallPlan().playbook)
        for at, (name, title, kind) in enumerate(playbooks):
            card = PlaybookCard(self._theme, name, title, kind)
            card.setChecked(name == last or at == 0)
            self._group.addButton(card)
            self._grid.addWidget(card, at // 2, at % 2)
            self.cards.append(card)

    def _no_playbooks(self, error: Exception) -> None:
        fault = explain(error, "The playbooks cannot be read")
        self._cards_state.setText(f"{fault.message} {fault.hint}")

    @Slot()
    def _ask_devices(self) -> None:
        if not self._asking:
            self._asking = True
            work = partial(_look_around, self._backend)
            self._bridge.run(work, self._fill_devices, self._no_devices)

    def _fill_devices(self, found: tuple[list[Device], list[Fault]]) -> None:
        self._asking = False
        devices, problems = found
        # What is missing on one side is said below its field.
        reasons = [one for one in problems if one.where == "audio"]
        for field in (self.mic, self.speaker):
            field.fill(devices, deaf=bool(reasons))
        if reasons:
            self.deaf.say("warning", reasons[0].message, reasons[0].hint)
        self.deaf.setVisible(bool(reasons))
        self._silence = problems[0].message if problems and not devices else ""
        self._allow_start()
        self.heard.emit(self._silence)
        if not self.isVisible() and not self._silence:
            self._timer.stop()

    def _allow_start(self) -> None:
        self.start_button.setEnabled(not self._starting and not self._silence)

    def _no_devices(self, error: Exception) -> None:
        fault = explain(error, "The audio devices cannot be listed")
        self._fill_devices(([], [Fault("audio", fault.message, fault.hint)]))

    @Slot()
    def _press(self) -> None:
        plan = self.plan()
        self._memory.keep("playbook", plan.playbook)
        self._memory.keep("record", plan.record)
        self.start.emit(plan)


def _look_around(backend: Backend) -> tuple[list[Device], list[Fault]]:
    """What can be heard, and why a side cannot."""
    devices = backend.devices()
    heard = {device.channel for device in devices}
    return devices, [] if len(heard) == len(CHANNELS) else backend.sound_problems()
