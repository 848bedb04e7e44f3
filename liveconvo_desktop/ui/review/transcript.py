"""The list of lines: click to hear, keys to edit and move, the line that is heard in view."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
    Slot,
)
from PySide6.QtGui import (
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QPushButton, QToolTip

from liveconvo_desktop.language.lines import Line
from liveconvo_desktop.store import ChipRow
from liveconvo_desktop.ui import icons, theme
from liveconvo_desktop.ui.captions import paint_empty
from liveconvo_desktop.ui.review.delegate import LineDelegate
from liveconvo_desktop.ui.review.model import ReviewModel, chip_told
from liveconvo_desktop.ui.style import Theme

_BATCH = 60
"""Rows laid out before the first are painted; the rest follows while the user looks."""

_WIDEN_MS = 40
"""After a change of width: a splitter that is dragged changes it at every step."""

ACTIONS: dict[str, tuple[str, ...]] = {
    "play": ("Space",),
    "edit": ("Return", "F2"),
    "star": ("S",),
    "comment": ("C",),
    "guidance": ("G",),
    "merge": ("M",),
    "speaker": ("K",),
    "restore": ("R",),
    "delete": ("Delete",),
    "back": ("Left",),
    "forward": ("Right",),
    "slower": ("[",),
    "faster": ("]",),
}
"""What a key does while the transcript has the keyboard."""
_KEYS = {QKeySequence(key).toString(): name for name, keys in ACTIONS.items() for key in keys}


class TranscriptView(QListView):
    """A reviewed transcript.

    Attributes:
        heard: A line was clicked: the user wants to hear it, from this second on.
        moved: The arrows went to a line that begins at this second.
        asked: An action of ``ACTIONS`` is wanted for the lines that are chosen.
        chip_clicked: (chip, global position) in the margin.
    """

    heard = Signal(float)
    moved = Signal(float)
    asked = Signal(str)
    chip_clicked = Signal(object, QPoint)

    def __init__(self, theme_: Theme, model: ReviewModel) -> None:
        super().__init__()
        self._theme, self._rows = theme_, model
        self._empty = ("waveform", "", "")
        self._following = True
        self._warm = 0
        self._orphaned = False
        self.lines = LineDelegate(theme_, self, model)
        # First of all: the selection, which comes with the model, forgets the rows that go.
        model.rowsAboutToBeRemoved.connect(self._shrinking)
        self.setModel(model)
        self.setItemDelegate(self.lines)
        self.setAccessibleName("Transcript")
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setBatchSize(_BATCH)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked)
        self._warmer = QTimer(self)
        self._warmer.setInterval(0)
        self._warmer.timeout.connect(self._measure_more)
        self._top: tuple[int, int] | None = None
        self._widener = QTimer(self)
        self._widener.setSingleShot(True)
        self._widener.setInterval(_WIDEN_MS)
        self._widener.timeout.connect(self._widen)
        self._jump = self._jump_button()
        model.modelReset.connect(self._begin)
        model.rowsInserted.connect(self._grown)
        model.rowsRemoved.connect(self._shrunk)
        theme_.changed.connect(self._measure_again)

    @property
    def following(self) -> bool:
        """The line that is heard is kept in view; looking elsewhere ends that."""
        return self._following

    def chosen(self) -> list[Line]:
        """The selected lines, in order of time; gaps between them are passed over.

        They are what keys and menus act on; the current line is only where arrows start.
        """
        rows = sorted({index.row() for index in self.selectedIndexes()})
        return [line for line in map(self._rows.line, rows) if line is not None]

    def set_empty(self, icon: str, title: str, hint: str) -> None:
        """What is shown while there is no row."""
        self._empty = (icon, title, hint)
        self.setAccessibleDescription(f"{title} {hint}".strip())
        self.viewport().update()

    def set_heard(self, at: int) -> None:
        """Mark the row that is heard, and keep it in view while following."""
        before, self.lines.current = self.lines.current, at
        if before == at:
            return
        for row in (before, at):
            if 0 <= row < self._rows.rowCount():
                self.update(self._rows.index(row))
        # A line that is being edited stays where it is.
        if at >= 0 and self._following and self.state() != self.State.EditingState:
            self.show_row(at)

    def set_sought(self, text: str) -> None:
        """Mark this text wherever it stands."""
        self.lines.sought = text
        self.viewport().update()

    def show_row(self, at: int, *, select: bool = False) -> None:
        """Bring a row into view with some context around it."""
        self._lay_out()
        index = self._rows.index(at)
        if select:
            # Whatever keys are held: this is no click.
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect)
        box = self.visualRect(index)
        view = self.viewport().rect().adjusted(0, theme.XL, 0, -theme.XL)
        if not (view.top() <= box.top() and box.bottom() <= view.bottom()):
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + box.top() - view.height() // 3)

    @Slot()
    def follow(self) -> None:
        """Go to the line that is heard and stay with it."""
        self._following = True
        self._jump.hide()
        if self.lines.current >= 0:
            self.show_row(self.lines.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of ``ACTIONS``; arrows go from line to line; the rest as in every list."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(self.selectedIndexes(), key=lambda index: index.row())
            QGuiApplication.clipboard().setText("\n".join(str(row.data()) for row in rows))
            return
        name = _KEYS.get(QKeySequence(event.keyCombination()).toString())
        if name is not None:
            self.asked.emit(name)
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        plain = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if plain and not event.modifiers() and self.currentIndex().row() != before:
            self._go(self.currentIndex(), self.moved)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A chip opens; a click on a line is heard when it is released."""
        chip = self._chip_under(event.position().toPoint())
        if chip is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chip_clicked.emit(chip, event.globalPosition().toPoint())
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the line, with the cursor where it was clicked."""
        self.lines.pressed = event.position().toPoint()
        super().mouseDoubleClickEvent(event)
        self.lines.pressed = None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Hear the line that was clicked; a selection of several is only a selection."""
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        left = event.button() == Qt.MouseButton.LeftButton
        # The second click of two has opened the line for editing.
        reading = self.state() != self.State.EditingState
        if left and reading and not event.modifiers() and self._chip_under(point) is None:
            self._go(self.indexAt(point), self.heard)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pointer tells what can be clicked."""
        over = self._chip_under(event.position().toPoint()) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Looking elsewhere."""
        super().wheelEvent(event)
        self._look_away()

    def viewportEvent(self, event: QEvent) -> bool:
        """A chip's words as a tooltip: icons alone say too little."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            chip = self._chip_under(event.pos())
            text = chip_told(chip) if chip is not None else ""
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines elsewhere, which Qt does not look after in a column."""
        super().resizeEvent(event)
        self._place_jump()
        if event.size().width() != event.oldSize().width() and self._rows.rowCount():
            self._top = self._top or self._anchor()
            self._widener.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or the designed emptiness."""
        super().paintEvent(event)
        if self._rows.rowCount() == 0 and self._empty[1]:
            painter = QPainter(self.viewport())
            paint_empty(painter, self.viewport().rect(), self._theme, *self._empty)

    def sizeHint(self) -> QSize:
        """As high as its place allows."""
        return QSize(480, 240)

    def minimumSizeHint(self) -> QSize:
        """Some words in a line."""
        return QSize(300, 96)

    def open_chip(self, line: Line) -> None:
        """Open the first chip of a line, beside it; nothing where it has none."""
        at = self._rows.place(line.id)
        chips = self._rows.chips(at)
        if chips:
            box = self.lines.chip_rect(at, self.visualRect(self._rows.index(at)))
            self.chip_clicked.emit(chips[0], self.viewport().mapToGlobal(box.bottomLeft()))

    def _go(self, index: QModelIndex, how: SignalInstance) -> None:
        line = self._rows.line(index.row())
        if line is not None:
            self._following = True
            self._jump.hide()
            how.emit(line.t0)

    def _chip_under(self, point: QPoint) -> ChipRow | None:
        index = self.indexAt(point)
        if not index.isValid():
            return None
        return self.lines.chip_at(index.row(), self.visualRect(index), point.x(), point.y())

    @Slot()
    def _begin(self) -> None:
        """Another session: paint the first rows at once, measure the others bit by bit."""
        self.lines.current = -1
        self.lines.forget()
        self._following = True
        self._jump.hide()
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self._warm = 0
        self._warmer.start()

    @Slot(QModelIndex, int, int)
    def _grown(self, _parent: QModelIndex, first: int, last: int) -> None:
        """The rest of a session follows its first lines."""
        if last - first > _BATCH:
            self.setLayoutMode(QListView.LayoutMode.Batched)
            self._warm = 0
            self._warmer.start()

    @Slot(QModelIndex, int, int)
    def _shrinking(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Qt makes another row the current one when rows go, but selects none."""
        chosen = [index.row() for index in self.selectedIndexes()]
        self._orphaned = bool(chosen) and all(first <= at <= last for at in chosen)

    @Slot(QModelIndex, int, int)
    def _shrunk(self, _parent: QModelIndex, first: int, _last: int) -> None:
        """The line after those that went is chosen, or the one before: keys go on working."""
        after = range(first, self._rows.rowCount())
        rows = (at for at in (*after, *range(first - 1, -1, -1)) if self._rows.line(at) is not None)
        at = next(rows, -1)
        if self._orphaned and at >= 0:
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self._rows.index(at), flags.ClearAndSelect)

    @Slot()
    def _measure_more(self) -> None:
        width = self.viewport().width()
        last = min(self._rows.rowCount(), self._warm + _BATCH)
        for at in range(self._warm, last):
            self.lines.height(at, width)
        self._warm = last
        if last == self._rows.rowCount():
            self._warmer.stop()
            # From now on in one go, out of what is measured: batches would lose the place.
            self.setLayoutMode(QListView.LayoutMode.SinglePass)

    def _anchor(self) -> tuple[int, int]:
        """The row at the top, and how far it is scrolled out."""
        index = self.indexAt(QPoint(self.viewport().width() // 2, 1))
        return max(0, index.row()), self.visualRect(index).top()

    @Slot()
    def _widen(self) -> None:
        """Lay out for another width with the same row at the top."""
        top, self._top = self._top, None
        self.setLayoutMode(QListView.LayoutMode.SinglePass)
        self._warmer.stop()
        self.doItemsLayout()
        if top is not None and top[0] < self._rows.rowCount():
            box = self.visualRect(self._rows.index(top[0]))
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + box.top() - top[1])

    def _lay_out(self) -> None:
        """Everything has its place, so that any row can be shown."""
        if self.layoutMode() == QListView.LayoutMode.Batched:
            self._warmer.stop()
            self.setLayoutMode(QListView.LayoutMode.SinglePass)
            self.doItemsLayout()
        else:
            self.executeDelayedItemsLayout()
        if self._widener.isActive():
            # The scroll bar that has just appeared took some width. The place is chosen anew.
            self._widener.stop()
            self._top = None
            self.doItemsLayout()

    @Slot()
    def _measure_again(self) -> None:
        self.scheduleDelayedItemsLayout()

    def _look_away(self) -> None:
        if self.lines.current >= 0:
            self._following = False
            self._jump.show()
            self._place_jump()

    def _jump_button(self) -> QPushButton:
        button = QPushButton("Back to what is heard", self)
        button.setProperty("extent", "small")
        button.setIcon(icons.icon("waveform", self._theme.palette.text_2))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(self.follow)
        button.hide()
        return button

    def _place_jump(self) -> None:
        self._jump.adjustSize()
        x = (self.width() - self._jump.width()) // 2
        self._jump.move(x, self.height() - self._jump.height() - theme.S)
