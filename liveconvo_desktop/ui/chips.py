"""Guidance chips: cards with their actions, and the short stack of them."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from liveconvo_desktop.events import Chip
from liveconvo_desktop.ui import icons, theme
from liveconvo_desktop.ui.live import LiveCall
from liveconvo_desktop.ui.parts import PushButton, ToolButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XS, M, S

_TILE = 28
_AIMING = 1.0
"""Seconds after the last move of the pointer over the stack in which nothing moves under it."""


class ChipCard(QFrame):
    """One chip: kind and priority by colour and icon, the advice, why, and three answers."""

    def __init__(self, theme_: Theme, live: LiveCall, chip: Chip, *, focusable: bool) -> None:
        super().__init__()
        self._theme, self._live = theme_, live
        self._chip = chip
        self._evidence_read = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        kind, priority = theme.KIND_NAMES[chip.kind], theme.PRIORITY_NAMES[chip.priority]
        self.setAccessibleName(f"{kind}, {priority.lower()}: {chip.text}")
        self._kind = label(kind, "micro")
        self._kind.setFont(theme_.font("micro", "semibold"))
        self._priority = QLabel()
        self._priority.setToolTip(priority)
        self._close = ToolButton(theme_, "close", "Dismiss", focusable=focusable, small=True)
        self._close.setFixedSize(24, 24)
        self._quote = label(_quotes(chip), "small", "second", wrap=True)
        self._quote.setContentsMargins(M, S, M, S)
        self._quote.setVisible(False)
        self._build(focusable)
        theme_.changed.connect(self._paint_kind)
        self._paint_kind()

    @property
    def chip(self) -> Chip:
        """What the card shows."""
        return self._chip

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, border and kind tile; being painted on a screen is what counts as displayed."""
        tone, palette = self._theme.tone(self._chip.kind), self._theme.palette
        high = self._chip.priority == 1
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
        image = icons.pixmap(self._chip.kind, tone.ink, theme.ICON, self.devicePixelRatioF())
        inset = (_TILE - theme.ICON) // 2
        painter.drawPixmap(tile.topLeft() + QPoint(inset, inset), image)
        if self._quote.isVisible():
            painter.setBrush(QColor(palette.surface if high else palette.sunken))
            place = QRect(self._quote.mapTo(self, QPoint(0, 0)), self._quote.size())
            painter.drawRoundedRect(place, 6, 6)
        if self._on_screen():
            self._live.displayed(self._chip)

    def _build(self, focusable: bool) -> None:
        head = row(self._kind, self._priority, None, self._close, spacing=6)
        text = label(self._chip.text, "callout", wrap=True)
        body = column(spacing=XS)
        body.addLayout(head)
        body.addWidget(text)
        if self._chip.detail:
            body.addWidget(label(self._chip.detail, "", "second", wrap=True))
        body.addWidget(self._quote)
        body.addSpacing(XS)
        body.addLayout(self._actions(focusable))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(M + _TILE + M, S, S, S)
        outer.addLayout(body)

    def _actions(self, focusable: bool) -> QVBoxLayout:
        def button(text: str, icon: str, act: Callable[[], None]) -> PushButton:
            made = PushButton(
                self._theme, text, icon, kind="quiet", small=True, focusable=focusable
            )
            made.setAccessibleName(f"{text}: {self._chip.text}")
            made.clicked.connect(act)
            return made

        self.useful = button("Useful", "thumbs-up", self._useful)
        self.not_now = button("Not now", "clock", self._not_now)
        self.why = button("Why", "why", self._toggle_why)
        self.why.setVisible(bool(self._chip.evidence))
        self._close.clicked.connect(self._dismiss)
        box = column()
        line = row(self.useful, self.not_now, self.why, None, spacing=0)
        line.setContentsMargins(-S, 0, 0, 0)
        box.addLayout(line)
        return box

    def _on_screen(self) -> bool:
        handle = self.window().windowHandle()
        return self.isVisible() and handle is not None and handle.isExposed()

    @Slot()
    def _useful(self) -> None:
        self._live.useful(self._chip)

    @Slot()
    def _not_now(self) -> None:
        self._live.not_now(self._chip)

    @Slot()
    def _dismiss(self) -> None:
        self._live.dismiss(self._chip, self._evidence_read)

    @Slot()
    def _toggle_why(self) -> None:
        self._evidence_read = True
        self._quote.setVisible(not self._quote.isVisible())
        self.update()

    @Slot()
    def _paint_kind(self) -> None:
        tone = self._theme.tone(self._chip.kind)
        self._kind.setStyleSheet(f"color: {tone.ink}; font-weight: 600;")
        ratio = max(1.0, self.devicePixelRatioF())
        self._priority.setPixmap(
            icons.pixmap(f"priority-{self._chip.priority}", tone.ink, 12, ratio)
        )
        self.update()


class ChipStack(QWidget):
    """The deck's chips as cards. Nothing moves under a pointer that is on its way to a button."""

    def __init__(
        self, theme_: Theme, live: LiveCall, *, focusable: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._live, self._focusable = theme_, live, focusable
        self._cards: dict[str, ChipCard] = {}
        self._pointer, self._moved = QPoint(), 0.0
        self._stale = False
        self._more = label("", "small", "quiet")
        self._more.setVisible(False)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(S)
        self._box.addWidget(self._more)
        live.chips_changed.connect(self.refresh)
        live.polled.connect(self._settle)

    @property
    def cards(self) -> list[ChipCard]:
        """The cards shown, top first."""
        return [self._cards[chip.id] for chip in self._live.deck.top() if chip.id in self._cards]

    @Slot()
    def refresh(self) -> None:
        """Take up the deck, unless the user is aiming at a card."""
        top = self._live.deck.top()
        answered = set(self._cards) - {chip.id for chip in top}
        if self._aiming() and not answered:
            self._stale = True
            return
        self._stale = False
        for chip_id in answered:
            card = self._cards.pop(chip_id)
            self._box.removeWidget(card)
            card.hide()
            card.deleteLater()
        for at, chip in enumerate(top):
            self._place(at, chip)
        waiting = self._live.deck.waiting()
        self._more.setText(f"{waiting} more waiting")
        self._more.setVisible(waiting > 0)
        self.setVisible(bool(top))
        self.updateGeometry()

    def _place(self, at: int, chip: Chip) -> None:
        card = self._cards.get(chip.id)
        if card is None:
            card = ChipCard(self._theme, self._live, chip, focusable=self._focusable)
            self._cards[chip.id] = card
        if self._box.indexOf(card) != at:
            self._box.insertWidget(at, card)

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
