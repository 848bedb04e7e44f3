"""What a user can do with a line: by key, by the context menu, and by the menu of the header."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.language.lines import Line
from liveconvo_desktop.store.edits import NAME_LENGTH
from liveconvo_desktop.ui.review.editing import Editing
from liveconvo_desktop.ui.review.transcript import ACTIONS, TranscriptView

if TYPE_CHECKING:
    from liveconvo_desktop.ui.review.page import ReviewPage

_BACK_SECONDS = 5.0
_NAMES = {
    "edit": "Edit the words",
    "star": "Star",
    "comment": "Comment…",
    "guidance": "Show its guidance",
    "merge": "Merge with the next line",
    "speaker": "The other side said it",
    "restore": "Restore what was recognised",
    "delete": "Delete the line",
}
_NEEDS_EDITING = frozenset(_NAMES) - {"guidance"}


class Commands(QObject):
    """One action for each thing; keys and menus share them."""

    def __init__(self, editing: Editing, view: TranscriptView, page: ReviewPage) -> None:
        super().__init__(page)
        self._editing, self._view, self._page = editing, view, page
        self._editable = False
        self.dialog: QInputDialog | None = None
        self._acts: dict[str, Callable[[], None]] = {
            "play": page.hearing.toggle,
            "back": partial(page.wind, -_BACK_SECONDS),
            "forward": partial(page.wind, _BACK_SECONDS),
            "slower": partial(page.bar.faster, -1),
            "faster": partial(page.bar.faster, 1),
            "edit": self._edit,
            "star": partial(self._on_line, editing.star),
            "guidance": view.open_chip,
            "comment": partial(self._on_line, self._ask_comment),
            "merge": partial(self._on_line, editing.merge),
            "speaker": partial(self._on_line, editing.swap_speaker),
            "restore": self._restore,
            "delete": partial(self._on_line, editing.delete),
        }
        self.actions = {name: self._action(name, text) for name, text in _NAMES.items()}
        self.deleted = QAction("Restore deleted lines", self)
        self.deleted.triggered.connect(self._restore_deleted)
        view.asked.connect(self.act)
        view.lines.edited.connect(editing.edit)
        view.lines.split.connect(editing.split)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)

    def menu_actions(self) -> list[QAction]:
        """For the menu of the header."""
        rule = QAction(self)
        rule.setSeparator(True)
        return [*self.actions.values(), rule, self.deleted]

    def refresh(self, editable: bool) -> None:
        """Another state: what can be done now."""
        self._editable = editable
        gone = len(self._editing.lines.deleted())
        self.deleted.setText(f"Restore deleted lines ({gone})" if gone else "Restore deleted lines")
        self.deleted.setEnabled(editable and gone > 0)
        for name, action in self.actions.items():
            action.setEnabled(editable or name not in _NEEDS_EDITING)
        self._page.header.undo.setEnabled(editable and self._editing.can_undo)
        self._page.header.redo.setEnabled(editable and self._editing.can_redo)

    @Slot(str)
    def act(self, name: str) -> None:
        """Do it, by its name in ``ACTIONS``."""
        if name not in _NEEDS_EDITING or self._editable:
            self._acts[name]()

    def ask_name(self, speaker: Speaker, name: str) -> None:
        """Ask what a speaker is called."""
        self._ask(
            "Rename the speaker",
            "Name, empty for the one before:",
            name,
            partial(self._page.name_speaker, speaker),
        )

    def _action(self, name: str, text: str) -> QAction:
        made = QAction(text, self)
        # Shown only: the keys belong to the transcript, not to a field where one types.
        made.setShortcut(QKeySequence(ACTIONS[name][0]))
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        made.setShortcutVisibleInContextMenu(True)
        made.triggered.connect(self._acts[name])
        return made

    @Slot(QPoint)
    def _open_menu(self, point: QPoint) -> None:
        line = self._view.line()
        if line is None:
            return
        self.actions["star"].setText("Remove the star" if line.starred else "Star")
        self.actions["restore"].setEnabled(self._editable and line.edited)
        chips = self._view.chips_of_current()
        self.actions["guidance"].setEnabled(bool(chips))
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self.actions.values()))
        menu.popup(self._view.viewport().mapToGlobal(point))

    def _on_line(self, step: Callable[[Line], None]) -> None:
        line = self._view.line()
        if line is not None:
            step(line)

    def _edit(self) -> None:
        index = self._view.currentIndex()
        if index.isValid() and self._view.line() is not None:
            self._view.edit(index)

    def _restore(self) -> None:
        line = self._view.line()
        if line is not None and line.group:
            self._editing.restore(line.group)

    @Slot()
    def _restore_deleted(self) -> None:
        self._editing.restore_deleted()

    def _ask_comment(self, line: Line) -> None:
        self._ask(
            "Comment",
            "Comment on this line, empty for none:",
            line.comment,
            partial(self._editing.comment, line),
            long=True,
        )

    def _ask(
        self, title: str, text: str, value: str, done: Callable[[str], None], *, long: bool = False
    ) -> None:
        dialog = QInputDialog(self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput, long)
        dialog.setTextValue(value if long else value[:NAME_LENGTH])
        dialog.textValueSelected.connect(done)
        dialog.finished.connect(self._asked)
        self.dialog = dialog
        dialog.open()

    @Slot()
    def _asked(self) -> None:
        self.dialog = None
        self._view.setFocus()
