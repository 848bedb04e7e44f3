"""One statement of a summary: its words, where they were said, and a way to change them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.summary.base import Statement
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.parts import PushButton, ToolButton, label, row
from liveconvo_desktop.ui.style import Theme

MOST_CITES = 3
"""Places shown beside a statement; one that rests on more shows the first ones."""


class StatementRow(QWidget):
    """A statement that can be heard and reworded.

    Args:
        times: Seconds at which its sources begin, in order.

    Attributes:
        jump: A citation was clicked; carries seconds.
        reworded: The user has changed the words; empty where the statement is to go.
    """

    jump = Signal(float)
    reworded = Signal(str)

    def __init__(
        self,
        theme_: Theme,
        statement: Statement,
        times: Sequence[float],
        lead: QWidget | None = None,
        *,
        editable: bool = True,
    ) -> None:
        super().__init__()
        self._theme = theme_
        self.words = statement.text
        self.text = label(statement.text, wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.editor: QPlainTextEdit | None = None
        self.cites = [self._cite(seconds) for seconds in distinct(times)[:MOST_CITES]]
        self.pencil = ToolButton(theme_, "pencil", f"Edit: {statement.text}", small=True)
        self.pencil.setToolTip("Edit")
        self.pencil.setVisible(editable)
        self.pencil.clicked.connect(self.edit)
        self.middle = QVBoxLayout()
        self.middle.setContentsMargins(0, theme.XS, 0, theme.XS)
        self.middle.setSpacing(2)
        self.middle.addWidget(self.text)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.XS)
        top = Qt.AlignmentFlag.AlignTop
        if lead is not None:
            box.addWidget(lead, 0, top)
        box.addLayout(self.middle, 1)
        # One stands beside its words; several would leave no room for them.
        if len(self.cites) == 1:
            box.addWidget(self.cites[0], 0, top)
        elif self.cites:
            self.middle.addLayout(row(*self.cites, None, spacing=theme.XS))
        box.addWidget(self.pencil, 0, top)

    def _cite(self, seconds: float) -> PushButton:
        button = PushButton(self._theme, words.clock(seconds), kind="quiet", small=True)
        button.setToolTip(f"Hear it at {words.clock(seconds)}")
        button.setAccessibleName(f"Said at {words.clock(seconds)}")
        button.clicked.connect(partial(self.jump.emit, seconds))
        return button

    @Slot()
    def edit(self) -> None:
        """Open the words for change: Enter keeps, Escape leaves them, empty removes."""
        if self.editor is not None:
            return
        self.editor = QPlainTextEdit(self.words)
        self.editor.setAccessibleName("Words of the statement")
        self.editor.setTabChangesFocus(True)
        lines = max(2, min(8, len(self.words) // 60 + 1))
        self.editor.setFixedHeight(
            self.editor.fontMetrics().lineSpacing() * lines + 2 * theme.S + theme.XS
        )
        self.editor.installEventFilter(self)
        self.middle.insertWidget(0, self.editor)
        self.text.hide()
        self.pencil.setEnabled(False)
        self.editor.setFocus()
        self.editor.selectAll()

    def keep(self) -> None:
        """End a change that is under way as Enter does: the row is about to go."""
        self._finish(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Escape and leaving the field end the change."""
        if self.editor is None:
            return False
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            if event.reason() != Qt.FocusReason.PopupFocusReason:
                # Where the focus goes to is known only after the event.
                QTimer.singleShot(0, self._left)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
                self._finish(True)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._finish(False)
                return True
        return False

    @Slot()
    def _left(self) -> None:
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self._finish(True)

    def _finish(self, keep: bool) -> None:
        editor, self.editor = self.editor, None
        if editor is None:
            return
        said = " ".join(editor.toPlainText().split())
        editor.removeEventFilter(self)
        self.middle.removeWidget(editor)
        editor.hide()
        editor.deleteLater()
        self.text.show()
        self.pencil.setEnabled(True)
        self.pencil.setFocus()
        if keep:
            self._keep(said)

    def _keep(self, said: str) -> None:
        if said != self.words:
            self.words = said
            self.text.setText(said)
            self.reworded.emit(said)


class Bullet(QWidget):
    """The dot before a statement of a list."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme = theme_
        self.setFixedSize(theme.L, theme.CONTROL_S)
        theme_.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A small disc at the height of the first line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.palette.text_3))
        painter.drawEllipse(5, round(self.height() / 2) - 2, 4, 4)


class ProgressLine(QWidget):
    """A thin line that fills."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme, self._done = theme_, 0.0
        self.setFixedHeight(theme.XS)
        self.setAccessibleName("Progress")
        theme_.changed.connect(self.update)

    def set_done(self, done: float) -> None:
        """How far it is, 0..1."""
        self._done = max(0.0, min(1.0, done))
        self.setAccessibleDescription(f"{round(100 * self._done)} %")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The part that is done in the accent colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(self.rect(), 2, 2)
        painter.setBrush(self._theme.colour("accent"))
        painter.drawRoundedRect(0, 0, round(self.width() * self._done), self.height(), 2, 2)


def distinct(times: Sequence[float]) -> list[float]:
    """Times that a reader can tell apart: lines a moment away from the one before are left out."""
    kept: list[float] = []
    for seconds in sorted(times):
        if not kept or seconds - kept[-1] >= 5:
            kept.append(seconds)
    return kept
