"""A chip of the margin, opened: what it said, why, what the user did with it, and thinks of it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame

from liveconvo_desktop.events import Evidence, Feedback
from liveconvo_desktop.store import ChipRow
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.parts import IconLabel, PushButton, column, label, row, rule
from liveconvo_desktop.ui.review.model import chip_state
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import M, S

_WIDTH = 352
_VERDICTS: dict[Feedback, str] = {
    "helpful": "thumbs-up",
    "irrelevant": "close",
    "too_late": "clock",
}
"""Their icons, as the margin shows them."""


class ChipNote(QFrame):
    """Closes when anything else is clicked, or by Escape.

    Args:
        places: For each line that the evidence cites, the second at which its words stand now.

    Attributes:
        jump: The user wants to hear from a second on.
        rated: The user's verdict: (chip, ``Feedback``).
    """

    jump = Signal(float)
    rated = Signal(object, str)

    def __init__(self, theme_: Theme, one: ChipRow, places: Mapping[str, float]) -> None:
        super().__init__(None, Qt.WindowType.Popup)
        self.setObjectName("note")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(theme_.px(_WIDTH))
        chip = one.chip
        self.setAccessibleName(f"{theme.KIND_NAMES[chip.kind]}: {chip.text}")
        self._theme, self._one, self._targets = theme_, one, [chip.t]
        self._state = label("", "small", "second")
        self._group = QButtonGroup(self)
        self.verdicts = {verdict: self._verdict(verdict) for verdict in _VERDICTS}
        kind = label(theme.KIND_NAMES[chip.kind], "micro", "second")
        head = row(IconLabel(theme_, chip.kind, f"chips.{chip.kind}"), kind, None, spacing=S)
        head.addWidget(label(words.clock(chip.t), "micro", "quiet"))
        box = column(spacing=S)
        box.addLayout(head)
        box.addWidget(label(chip.text, "callout", wrap=True))
        if chip.detail:
            box.addWidget(label(chip.detail, "", "second", wrap=True))
        box.addWidget(self._state)
        for evidence in chip.evidence:
            box.addWidget(label(_quote(evidence), "small", wrap=True))
        sources = [one.segment_id for one in chip.evidence if one.segment_id]
        cited = [places[source] for source in sources if source in places]
        self._targets += cited
        buttons = row(self._button("Hear the moment", 0), spacing=S)
        if cited:
            buttons.addWidget(self._button("Hear what was said", 1))
        buttons.addStretch(1)
        box.addLayout(buttons)
        box.addWidget(rule())
        box.addLayout(row(*self.verdicts.values(), None, spacing=S))
        box.setContentsMargins(M, M, M, M)
        self.setLayout(box)
        self.show_row(one)

    @Slot(object)
    def show_row(self, one: ChipRow) -> None:
        """The chip as it is saved now; another chip is none of ours."""
        if one.chip.id != self._one.chip.id:
            return
        self._one = one
        state = chip_state(one)
        self._state.setText(state[0].upper() + state[1:])
        self._group.setExclusive(False)
        for verdict, button in self.verdicts.items():
            button.setChecked(one.feedback == verdict)
        self._group.setExclusive(True)

    def open_at(self, point: QPoint) -> None:
        """Show it beside a point, wholly on the screen."""
        self.adjustSize()
        screen = QGuiApplication.screenAt(point) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        x = min(point.x() - self.width() // 2, room.right() - self.width() - S)
        y = min(point.y() + M, room.bottom() - self.height() - S)
        self.move(max(room.left() + S, x), max(room.top() + S, y))
        self.show()

    def _button(self, text: str, which: int) -> PushButton:
        button = PushButton(self._theme, text, "play", small=True)
        button.setProperty("which", which)
        button.clicked.connect(self._go)
        return button

    def _verdict(self, verdict: Feedback) -> PushButton:
        button = PushButton(self._theme, words.FEEDBACK[verdict], _VERDICTS[verdict], small=True)
        button.setProperty("verdict", verdict)
        button.setCheckable(True)
        self._group.addButton(button)
        button.clicked.connect(self._rate)
        return button

    @Slot()
    def _rate(self) -> None:
        button = self.sender()
        if isinstance(button, QAbstractButton):
            self.rated.emit(self._one, button.property("verdict"))

    @Slot()
    def _go(self) -> None:
        button = self.sender()
        if isinstance(button, PushButton):
            self.jump.emit(self._targets[int(button.property("which"))])
        self.close()


def _quote(evidence: Evidence) -> str:
    said = f"“{evidence.quote}”" if evidence.segment_id or evidence.source else evidence.quote
    return f"{said}\n{evidence.source}" if evidence.source else said
