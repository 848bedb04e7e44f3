"""What a user can do with a line: by key, by the context menu, and by the menu of the header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.language.lines import EditError, Line
from liveconvo_desktop.language.saying import clock
from liveconvo_desktop.store import ChipRow
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
_ONE_ONLY = ("edit", "comment", "guidance", "merge")
"""The others act on every line that is selected."""
_SHORT = 40
"""Letters of a line that say which one it is."""


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
            "edit": partial(self._on_line, self._edit),
            "star": partial(self._on_lines, editing.star),
            "guidance": partial(self._on_line, view.open_chip),
            "comment": partial(self._on_line, self._ask_comment),
            "merge": partial(self._on_line, editing.merge),
            "speaker": partial(self._on_lines, editing.swap_speaker),
            "restore": partial(self._on_lines, editing.restore),
            "delete": partial(self._on_lines, editing.delete),
        }
        self.target = QAction(self)
        self.target.setEnabled(False)
        self.actions = {name: self._action(name, text) for name, text in _NAMES.items()}
        self.deleted = QAction("Restore deleted lines", self)
        self.deleted.triggered.connect(self._restore_deleted)
        view.asked.connect(self.act)
        view.lines.edited.connect(editing.edit)
        view.lines.split.connect(editing.split)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)

    def menu_actions(self) -> list[QAction]:
        """For the menu of the header: what it acts on, what it does, and what concerns no line."""
        return [self.target, _rule(self), *self.actions.values(), _rule(self), self.deleted]

    def refresh(self, editable: bool) -> None:
        """Another state: what can be done now."""
        self._editable = editable
        gone = len(self._editing.lines.deleted())
        self.deleted.setText(f"Restore deleted lines ({gone})" if gone else "Restore deleted lines")
        self.deleted.setEnabled(editable and gone > 0)
        self.suit()
        self._page.header.undo.setEnabled(editable and self._editing.can_undo)
        self._page.header.redo.setEnabled(editable and self._editing.can_redo)

    @Slot()
    def suit(self) -> None:
        """Let the actions say which lines they act on, and why one cannot."""
        chosen = self._view.chosen()
        self.target.setText(self._told(chosen))
        for name, action in self.actions.items():
            why = self._why_not(name, chosen)
            action.setEnabled(not why)
            action.setToolTip(why or _NAMES[name])
        starred = bool(chosen) and all(line.starred for line in chosen)
        self.actions["star"].setText("Remove the star" if starred else _NAMES["star"])
        many = len(chosen) > 1
        self.actions["delete"].setText("Delete the lines" if many else _NAMES["delete"])

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
            partial(self._page.naming.name_speaker, speaker),
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
        if not self._view.chosen():
            return
        self.suit()
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addActions([self.target, _rule(menu), *self.actions.values()])
        menu.popup(self._view.viewport().mapToGlobal(point))

    def _told(self, chosen: Sequence[Line]) -> str:
        if not chosen:
            return "No line is selected: click one first"
        first = chosen[0]
        if len(chosen) > 1:
            return f"{len(chosen)} lines, from {clock(first.t0)} to {clock(chosen[-1].t1)}"
        number = self._page.model.lines().index(first) + 1
        words = first.text if len(first.text) <= _SHORT else f"{first.text[:_SHORT].rstrip()}…"
        # An ampersand would underline the letter after it.
        return f"Line {number}, {clock(first.t0)} – “{words}”".replace("&", "&&")

    def _why_not(self, name: str, chosen: Sequence[Line]) -> str:
        """Why an action cannot be taken now; empty where it can."""
        if not chosen:
            return "Click a line first"
        if not self._editable and name in _NEEDS_EDITING:
            return "This call cannot be changed before it has ended"
        if len(chosen) > 1 and name in _ONE_ONLY:
            return "Select one line for this"
        if name == "restore" and not any(line.edited for line in chosen):
            return "The words are as they were recognised"
        if name == "guidance" and not self._chips(chosen[0]):
            return "Nothing was suggested at this line"
        if name == "merge":
            lines = self._page.model.lines()
            after = lines[lines.index(chosen[0]) + 1 :][:1]
            if not after:
                return "This is the last line"
            if after[0].speaker != chosen[0].speaker:
                return "The next line is somebody else's"
        return ""

    def _chips(self, line: Line) -> Sequence[ChipRow]:
        return self._page.model.chips(self._page.model.place(line.id))

    def _on_line(self, step: Callable[[Line], None]) -> None:
        chosen = self._view.chosen()
        if len(chosen) == 1:
            step(chosen[0])
        elif chosen:
            self._editing.refused.emit(EditError("This works on one line.", "Select only one."))

    def _on_lines(self, step: Callable[[Sequence[Line]], None]) -> None:
        chosen = self._view.chosen()
        if chosen:
            step(chosen)

    def _edit(self, line: Line) -> None:
        model = self._page.model
        self._view.edit(model.index(model.place(line.id)))

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


def _rule(parent: QObject) -> QAction:
    """A line between the parts of a menu."""
    rule = QAction(parent)
    rule.setSeparator(True)
    return rule
