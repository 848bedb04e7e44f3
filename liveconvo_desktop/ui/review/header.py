"""The head of the review: title and facts, names of the speakers, and what can be done."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.language.saying import SPEAKERS
from liveconvo_desktop.store import SessionRow
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.parts import Elided, PushButton, ToolButton, column, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XS, L, M, S


class TitleField(QLineEdit):
    """A title that becomes a field when it is clicked; Escape gives up.

    Attributes:
        renamed: The user gave another title.
    """

    renamed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""
        self.setObjectName("title")
        self.setMaxLength(255)
        self.setAccessibleName("Title")
        self.setPlaceholderText("Untitled call")
        self.editingFinished.connect(self._done)

    def show_title(self, title: str) -> None:
        """The title as it is saved."""
        if not self.hasFocus() or (title != self._kept and not self.isModified()):
            self.setText(title)
        self._kept = title
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the title again."""
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The whole title is edited."""
        self.setText(self._kept)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape brings the old title back."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._kept)
            self.clearFocus()
            return
        super().keyPressEvent(event)

    @Slot()
    def _done(self) -> None:
        title = " ".join(self.text().split())
        changed = bool(title) and title != self._kept
        self._kept = title or self._kept
        self.clearFocus()
        self._fit()
        if changed:
            self.renamed.emit(title)

    def _fit(self) -> None:
        """Unless it is edited, a long title ends in an ellipsis."""
        self.setToolTip(f"{self._kept}\nClick to rename" if self._kept else "Click to rename")
        if not self.hasFocus():
            room = max(40, self.width() - theme.XL)
            mode = Qt.TextElideMode.ElideRight
            self.setText(self.fontMetrics().elidedText(self._kept, mode, room))
            self.setCursorPosition(0)


class Header(QWidget):
    """Title, facts, people, and buttons.

    Attributes:
        name_wanted: The user wants to name a speaker.
    """

    name_wanted = Signal(str)

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self.title = TitleField()
        self.facts = Elided()
        self.facts.setProperty("tone", "second")
        self.people: dict[Speaker, PushButton] = {}
        for speaker in ("user", "other"):
            button = PushButton(theme_, SPEAKERS[speaker], kind="quiet", small=True)
            button.setObjectName("you" if speaker == "user" else "them")
            self.people[speaker] = button
        self.people["user"].clicked.connect(self._name_user)
        self.people["other"].clicked.connect(self._name_other)
        self.undo = ToolButton(theme_, "undo", "Undo (Ctrl+Z)")
        self.redo = ToolButton(theme_, "redo", "Redo (Ctrl+Shift+Z)")
        self.search = ToolButton(theme_, "search", "Find in this call (Ctrl+F)")
        self.export = ToolButton(theme_, "export", "Export, or copy as an email (Ctrl+E)")
        self.more = ToolButton(theme_, "more", "What to do with the selected line")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.menu.setToolTipsVisible(True)
        self.more.setMenu(self.menu)
        self._build()

    def show_session(self, session: SessionRow, now: datetime) -> None:
        """Title and facts."""
        self.title.show_title(session.session.title)
        self.show_facts(session, now)

    def show_facts(self, session: SessionRow, now: datetime) -> None:
        """When it was, how long, how many words."""
        self.facts.set_whole(summary(session, now))

    def show_names(self, names: dict[Speaker, str]) -> None:
        """What speakers are called."""
        for speaker, button in self.people.items():
            name = names.get(speaker, SPEAKERS[speaker])
            metrics = button.fontMetrics()
            button.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, 160))
            button.setToolTip(f"{name}: click to rename")
            button.setAccessibleName(f"Rename {name}")

    def set_actions(self, actions: list[QAction]) -> None:
        """What the menu offers."""
        self.menu.addActions(actions)

    def _build(self) -> None:
        tools = (self.undo, self.redo, self.search, self.export, self.more)
        first = row(self.title, *tools, spacing=XS)
        first.setStretch(0, 1)
        second = row(self.facts, *self.people.values(), spacing=S)
        second.setStretch(0, 1)
        # The field has a padding of its own: its text stands over the facts.
        second.setContentsMargins(S, 0, 0, 0)
        box = column(spacing=0)
        box.addLayout(first)
        box.addLayout(second)
        box.setContentsMargins(L - S, M, M, S)
        self.setLayout(box)

    @Slot()
    def _name_user(self) -> None:
        self.name_wanted.emit("user")

    @Slot()
    def _name_other(self) -> None:
        self.name_wanted.emit("other")


def summary(row: SessionRow, now: datetime) -> str:
    """The facts of a session in one line."""
    parts = [
        words.CONVERSATIONS[row.session.conversation_type],
        words.when(row.session.started_at, now),
        words.duration(row.duration_seconds),
        f"{row.words:,} words" if row.words else "",
        "unfinished" if row.session.status == "active" else "",
    ]
    return "  ·  ".join(part for part in parts if part)
