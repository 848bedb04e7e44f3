"""Guidance chips: cards with their actions, and the short stack of them."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from liveconvo_desktop.events import Chip, Feedback
from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.live import LiveCall
from liveconvo_desktop.ui.parts import PushButton, ToolButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XS, M, S

_TILE = 28
_AIMING = 1.0
"""Seconds after the last move of the pointer over the stack in which nothing moves under it."""
_ACTIONS = {
    "useful": ("thumbs-up", "Useful"),
    "not_now": ("clock", "Not now"),
    "why": ("why", "Why"),
}
_VERDICTS: tuple[Feedback, ...] = ("irrelevant", "too_late")
"""What can be wrong with a chip; asked for only where its reason is being read."""


class ChipCard(QFrame):
    """One chip: kind and priority by colour and icon, the advice, why, and three answers.

    Args:
        lead: The first of the stack has its detail and named buttons; the others are brief.
        focusable: False in the overlay, which must never take the keyboard.
    """

    def __init__(
        self, theme_: Theme, live: LiveCall, chip: Chip, *, lead: bool, focusable: bool
    ) -> None:
        super().__init__()
        self._theme, self._live = theme_, live
        self._focusable = focusable
        self.chip, self.lead = chip, lead
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        kind, priority = theme.KIND_NAMES[chip.kind], theme.PRIORITY_NAMES[chip.priority]
        self.setAccessibleName(f"{kind}, {priority.lower()}: {chip.text}")
        self._kind = label(kind, "micro")
        self._priority = QLabel()
        self._priority.setToolTip(priority)
        self.close_button = ToolButton(theme_, "close", "Dismiss", focusable=focusable, small=True)
        self.close_button.setFixedSize(24, 24)
        self.useful, self.not_now, self.why = (self._button(name) for name in _ACTIONS)
        self._quote = label(_quotes(chip), "small", "second", wrap=True)
        self._quote.setContentsMargins(M, S, M, S)
        self.verdicts = {verdict: self._verdict(verdict) for verdict in _VERDICTS}
        self._reason = QWidget()
        self._reason.setVisible(False)
        self._build()
        self._connect()
        self._tint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, border and kind tile; being painted on a screen is what counts as displayed."""
        tone, palette = self._theme.tone(self.chip.kind), self._theme.palette
        high = self.chip.priority == 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tone.edge if high else palette.line), 1))
        painter.setBrush(QColor(tone.tint if high else palette.raised))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.RADIUS_M, theme.RADIUS_M)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.raised if high else tone.tint))
        tile = QRect(QPoint(M, M), QSize(_TILE, _TILE))
        painter.drawRoundedRect(tile, 6, 6)
        image = icons.pixmap(self.chip.kind, tone.ink, theme.ICON, self.devicePixelRatioF())
        inset = (_TILE - theme.ICON) // 2
        painter.drawPixmap(tile.topLeft() + QPoint(inset, inset), image)
        if self._reason.isVisible():
            painter.setBrush(QColor(palette.surface if high else palette.sunken))
            place = QRect(self._quote.mapTo(self, QPoint(0, 0)), self._quote.size())
            painter.drawRoundedRect(place, 6, 6)
        if self._on_screen():
            self._live.displayed(self.chip)

    def _button(self, name: str) -> QAbstractButton:
        icon, text = _ACTIONS[name]
        made: QAbstractButton
        if self.lead:
            made = PushButton(
                self._theme, text, icon, kind="quiet", small=True, focusable=self._focusable
            )
        else:
            made = ToolButton(self._theme, icon, text, focusable=self._focusable, small=True)
            made.setFixedSize(24, 24)
        made.setAccessibleName(f"{text}: {self.chip.text}")
        return made

    def _verdict(self, verdict: Feedback) -> PushButton:
        text = words.FEEDBACK[verdict]
        made = PushButton(self._theme, text, small=True, focusable=self._focusable)
        made.setAccessibleName(f"{text}: {self.chip.text}")
        return made

    def _build(self) -> None:
        reason = column(self._quote, spacing=XS)
        reason.addLayout(row(*self.verdicts.values(), None, spacing=S))
        reason.setContentsMargins(0, 0, 0, 0)
        self._reason.setLayout(reason)
        head = row(self._kind, self._priority, None, spacing=6)
        body = column(spacing=XS)
        body.addLayout(head)
        body.addWidget(label(self.chip.text, "callout" if self.lead else "lead", wrap=True))
        actions = (self.useful, self.not_now, self.why)
        if self.lead:
            if self.chip.detail:
                body.addWidget(label(self.chip.detail, "", "second", wrap=True))
            body.addWidget(self._reason)
            line = row(*actions, None, spacing=XS)
            line.setContentsMargins(0, XS, 0, 0)
            body.addLayout(line)
        else:
            head.addLayout(row(*actions, spacing=0))
            head.setSpacing(XS)
            body.addWidget(self._reason)
        head.addWidget(self.close_button)
        self.why.setVisible(bool(self.chip.evidence))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(M + _TILE + M, S, S, S if self.lead else M)
        outer.addLayout(body)

    def _connect(self) -> None:
        self.useful.clicked.connect(self._useful)
        self.not_now.clicked.connect(self._not_now)
        self.why.clicked.connect(self._toggle_why)
        self.close_button.clicked.connect(self._dismiss)
        for button in self.verdicts.values():
            button.clicked.connect(self._judge)
        self._theme.changed.connect(self._tint)

    def _on_screen(self) -> bool:
        handle = self.window().windowHandle()
        seen = not self.visibleRegion().isEmpty()
        return seen and handle is not None and handle.isExposed()

    @Slot()
    def _useful(self) -> None:
        self._live.useful(self.chip)

    @Slot()
    def _not_now(self) -> None:
        self._live.not_now(self.chip)

    @Slot()
    def _dismiss(self) -> None:
        self._live.dismiss(self.chip)

    @Slot()
    def _judge(self) -> None:
        sender = self.sender()
        for verdict, button in self.verdicts.items():
            if button is sender:
                self._live.judge(self.chip, verdict)

    @Slot()
    def _toggle_why(self) -> None:
        self._reason.setVisible(not self._reason.isVisible())
        self.updateGeometry()
        self.update()

    @Slot()
    def _tint(self) -> None:
        tone = self._theme.tone(self.chip.kind)
        self._kind.setStyleSheet(f"color: {tone.ink}; font-weight: 600;")
        ratio = max(1.0, self.devicePixelRatioF())
        name = f"priority-{self.chip.priority}"
        self._priority.setPixmap(icons.pixmap(name, tone.ink, 12, ratio))
        self.update()


class ChipStack(QWidget):
    """The deck's chips as cards. Nothing moves under a pointer that is on its way to a button."""

    def __init__(self, theme_: Theme, live: LiveCall, *, focusable: bool) -> None:
        super().__init__()
        self._theme, self._live, self._focusable = theme_, live, focusable
        self._cards: dict[str, ChipCard] = {}
        self._pointer, self._moved = QPoint(), 0.0
        self._stale = False
        self._more = label("", "small", "quiet")
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(S)
        self._box.addWidget(self._more)
        self._box.addStretch(1)
        live.chips_changed.connect(self.refresh)
        live.polled.connect(self._settle)
        self.refresh()

    @property
    def cards(self) -> list[ChipCard]:
        """The cards shown, top first."""
        return [self._cards[chip.id] for chip in self._live.deck.top() if chip.id in self._cards]

    @Slot()
    def refresh(self) -> None:
        """Take up the deck, unless the user is aiming at a card."""
        top = self._live.deck.top()
        wanted = {chip.id: (chip, at == 0) for at, chip in enumerate(top)}
        gone = [
            key for key, card in self._cards.items() if wanted.get(key) != (card.chip, card.lead)
        ]
        answered = [key for key in gone if key not in wanted]
        self._stale = self._aiming() and not answered
        if self._stale:
            return
        for key in gone:
            self._drop(key)
        for at, chip in enumerate(top):
            self._place(at, chip)
        waiting = self._live.deck.waiting()
        self._more.setText(f"{waiting} more waiting")
        self._more.setVisible(waiting > 0)
        self._box.activate()

    def _place(self, at: int, chip: Chip) -> None:
        if chip.id not in self._cards:
            self._cards[chip.id] = ChipCard(
                self._theme, self._live, chip, lead=at == 0, focusable=self._focusable
            )
        card = self._cards[chip.id]
        if self._box.indexOf(card) != at:
            self._box.insertWidget(at, card)
            card.show()

    def _drop(self, key: str) -> None:
        card = self._cards.pop(key)
        self._box.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _aiming(self) -> bool:
        if not self.isVisible() or not self._cards:
            return False
        position = self.mapFromGlobal(QCursor.pos())
        if position != self._pointer:
            self._pointer, self._moved = position, monotonic()
        return self.rect().contains(position) and monotonic() - self._moved < _AIMING

    @Slot(object)
    def _settle(self, _status: object) -> None:
        aiming = self._aiming()
        if self._stale and not aiming:
            self.refresh()


def _quotes(chip: Chip) -> str:
    lines = []
    for evidence in chip.evidence:
        said = f"“{evidence.quote}”" if evidence.segment_id or evidence.source else evidence.quote
        lines.append(f"{said}\n{evidence.source}" if evidence.source else said)
    return "\n".join(lines)
