"""The documents of a session or a template: drop, watch, retry, remove, search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.knowledge.registry import ACCEPTED, suffixes
from liveconvo_desktop.knowledge.search import Passage
from liveconvo_desktop.review.documents import Added, Documents
from liveconvo_desktop.review.retriever import Retriever
from liveconvo_desktop.store import Store, Template
from liveconvo_desktop.store.documents import Document, Owner
from liveconvo_desktop.ui import icons, theme
from liveconvo_desktop.ui.banner import Banner
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.document_owner import OwnerSwitch, template_of
from liveconvo_desktop.ui.document_rows import DocumentRow, PassageRow
from liveconvo_desktop.ui.drop_zone import DropOverlay, DropTarget, DropZone
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import PushButton, ink, label, row, rule
from liveconvo_desktop.ui.style import Theme

_LOOK_MS = 250
_TYPING_MS = 250
_PASSAGES = 12
_PRIVATE = "They are read and searched on this computer only."


class DocumentsPanel(DropTarget):
    """Reads off the GUI thread; while it is visible it follows what is being read.

    Args:
        documents: Started by the caller, who closes it.

    Attributes:
        jump: Part of every panel; documents have no place on the audio clock.
    """

    jump = Signal(float)

    def __init__(self, theme_: Theme, bridge: Bridge, store: Store, documents: Documents) -> None:
        super().__init__()
        self._theme, self._bridge, self._store = theme_, bridge, store
        self._documents = documents
        self._session = ""
        self._owner: Owner | None = None
        self._retriever: Retriever | None = None
        self._seen = -1
        self._asked = ""
        self.rows: dict[str, DocumentRow] = {}
        self.passages: list[PassageRow] = []
        self.setObjectName("page")
        self.switch = OwnerSwitch()
        self.search = QLineEdit()
        self.add = PushButton(theme_, "Add files…", "plus")
        self.banner = Banner(theme_, "warning", "", "", focusable=True)
        self.empty = DropZone(theme_, "document-add", "Drop documents here", _invitation())
        self._message = label("", "", "second", wrap=True)
        self._list, self._found = QVBoxLayout(), QVBoxLayout()
        self._pages = QStackedWidget()
        self._overlay = DropOverlay(theme_, self, "Drop to add")
        self._typing, self._clock = QTimer(self), QTimer(self)
        self._build()
        self._wire()

    def open(self, session_id: str) -> None:
        """Show the documents of a session; what its playbook brings can be chosen instead."""
        if session_id == self._session:
            self.reload()
            return
        self.open_owner(Owner("session", session_id))
        self._session = session_id
        work = partial(template_of, self._store, session_id)
        self._bridge.run(work, partial(self._offer, session_id), _no_playbook)

    def open_owner(self, owner: Owner) -> None:
        """The same for a session or a template, without a choice."""
        self._session = ""
        self.switch.withdraw()
        self._show_owner(owner)

    @Slot(object)
    def _show_owner(self, owner: Owner) -> None:
        self._owner = owner
        self._retriever = Retriever(self._store, owner)
        self._fill([])
        self.banner.hide()
        self.search.clear()
        self._say("Loading documents…")
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Read the list again."""
        if self._owner is not None:
            self._seen = self._documents.version
            owner = self._owner
            work = partial(self._documents.of, owner)
            self._bridge.run(work, partial(self._arrived, owner), partial(self._lost, owner))

    def _offer(self, session_id: str, template: Template | None) -> None:
        if session_id == self._session:
            self.switch.offer(session_id, template)

    def add_files(self, files: Sequence[Path]) -> None:
        """Add them; what cannot be added is told."""
        if self._owner is None or not files:
            return
        self.add.setEnabled(False)
        work = partial(self._documents.add, self._owner, list(files))
        self._bridge.run(work, partial(self._added, self._owner), self._refused, "write")

    def hover(self, on: bool) -> None:
        """Show that files may be dropped."""
        empty = self._pages.currentWidget() is self.empty
        self.empty.set_hot(on and empty)
        if on and not empty:
            self._overlay.cover()
        else:
            self._overlay.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Follow what is being read."""
        super().showEvent(event)
        self._clock.start()
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is polled."""
        super().hideEvent(event)
        self._clock.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The overlay lies over all of it."""
        super().resizeEvent(event)
        if self._overlay.isVisible():
            self._overlay.cover()

    def _build(self) -> None:
        self.search.setPlaceholderText("Search in these documents")
        self.search.setAccessibleName("Search in these documents")
        self.search.setClearButtonEnabled(True)
        # The icon brings its own space; the sheet's padding would double it.
        self.search.setTextMargins(-theme.S, 0, 0, 0)
        choose = PushButton(self._theme, "Choose files…", kind="primary")
        choose.clicked.connect(self._choose)
        self.empty.add(choose)
        self.banner.hide()
        self._head = QWidget()
        head = row(self.search, self.add)
        head.setStretch(0, 1)
        self._head.setLayout(head)
        self._talk = QWidget()
        talk = QVBoxLayout(self._talk)
        talk.addStretch(1)
        talk.addWidget(self._message)
        talk.addStretch(1)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._list_area, self._found_area = _scrolling(self._list), _scrolling(self._found)
        for page in (self.empty, self._talk, self._list_area, self._found_area):
            self._pages.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        box.setSpacing(theme.M)
        for widget in (self.switch, self._head, self.banner):
            box.addWidget(widget)
        box.addWidget(self._pages, 1)

    def _wire(self) -> None:
        self.switch.chosen.connect(self._show_owner)
        self.add.clicked.connect(self._choose)
        self.banner.closed.connect(self.banner.hide)
        self.dropped.connect(self.add_files)
        self.search.textChanged.connect(self._typed)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._ask)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._theme.changed.connect(self._tint)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        for action in self.search.actions():
            self.search.removeAction(action)
        icon = icons.icon("document-search", ink(self._theme, "text_3"))
        self.search.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)

    @Slot()
    def _choose(self) -> None:
        wanted = " ".join(f"*{suffix}" for suffix in suffixes())
        names, _ = QFileDialog.getOpenFileNames(
            self, "Add documents", "", f"Documents ({wanted});;All files (*)"
        )
        self.add_files([Path(name) for name in names])

    @Slot()
    def _look(self) -> None:
        """The list is read again when it changed; how far reading is, is only asked."""
        if self._seen != self._documents.version:
            self.reload()
        for one in self.rows.values():
            share = self._documents.progress(one.document)
            if share is not None:
                one.set_share(share)

    def _arrived(self, owner: Owner, documents: list[Document]) -> None:
        if owner != self._owner:
            return
        if [one.id for one in documents] != list(self.rows):
            self._fill(documents)
        for document in documents:
            share = self._documents.progress(document)
            self.rows[document.id].show_document(document, share)
        self._show_page()

    def _fill(self, documents: list[Document]) -> None:
        _clear(self._list)
        self.rows = {}
        for document in documents:
            made = DocumentRow(self._theme, document)
            made.retry_wanted.connect(self._retry)
            made.cancel_wanted.connect(self._cancel)
            made.remove_wanted.connect(self._remove)
            if self.rows:
                self._list.addWidget(rule())
            self.rows[document.id] = made
            self._list.addWidget(made)

    def _show_page(self) -> None:
        self._head.setVisible(bool(self.rows))
        if not self.rows:
            self._pages.setCurrentWidget(self.empty)
        elif not self.search.text().strip():
            self._pages.setCurrentWidget(self._list_area)

    def _say(self, text: str) -> None:
        self._message.setText(text)
        self._pages.setCurrentWidget(self._talk)

    def _lost(self, owner: Owner, error: Exception) -> None:
        if owner == self._owner:
            fault = explain(error, "The documents cannot be shown")
            self._say(f"{fault.message}\n{fault.hint}")

    def _added(self, owner: Owner, added: list[Added]) -> None:
        self.add.setEnabled(True)
        errors = [one.error for one in added if one.error is not None]
        known = [one.path.name for one in added if one.known]
        if owner == self._owner and errors:
            message = " ".join(error.message for error in errors[:3])
            self._warn(message, errors[0].hint)
        elif owner == self._owner and known:
            names = ", ".join(known[:3]) + (", …" if len(known) > 3 else "")
            self._tell("info", f"{names}: the same content is here already.", "")
        self.search.clear()
        self.reload()

    def _refused(self, error: Exception) -> None:
        self.add.setEnabled(True)
        fault = explain(error, "That did not work")
        self._warn(fault.message, fault.hint)
        self.reload()

    def _warn(self, message: str, hint: str) -> None:
        self._tell("warning", message, hint)

    def _tell(self, look: str, message: str, hint: str) -> None:
        self.banner.say(look, message, hint)
        self.banner.show()

    @Slot(str)
    def _retry(self, document_id: str) -> None:
        self._do(document_id, self._documents.retry)

    @Slot(str)
    def _cancel(self, document_id: str) -> None:
        self._do(document_id, self._documents.cancel)

    @Slot(str)
    def _remove(self, document_id: str) -> None:
        self._do(document_id, self._documents.remove)

    def _do(self, document_id: str, what: object) -> None:
        assert callable(what)
        work = partial(what, self.rows[document_id].document)
        self._bridge.run(work, self._done, self._refused, "write")

    def _done(self, _: object) -> None:
        self.reload()

    @Slot(str)
    def _typed(self, text: str) -> None:
        if text.strip():
            self._typing.start()
        else:
            self._typing.stop()
            self._asked = ""
            self._show_page()

    @Slot()
    def _ask(self) -> None:
        self._asked = self.search.text().strip()
        if self._retriever is not None and self._asked:
            work = partial(self._retriever.search, self._asked, _PASSAGES)
            self._bridge.run(work, partial(self._answered, self._asked), self._unanswered)

    def _answered(self, question: str, passages: list[Passage]) -> None:
        if question != self._asked:
            return
        _clear(self._found)
        self.passages = [PassageRow(self._theme, one, question) for one in passages]
        for at, one in enumerate(self.passages):
            if at:
                self._found.addWidget(rule())
            self._found.addWidget(one)
        if passages:
            self._found_area.verticalScrollBar().setValue(0)
            self._pages.setCurrentWidget(self._found_area)
        else:
            self._say("Nothing in these documents answers that.\nTry other words.")

    def _unanswered(self, error: Exception) -> None:
        fault = explain(error, "The search failed")
        self._say(f"{fault.message}\n{fault.hint}")


def _no_playbook(error: Exception) -> None:
    # The call's own documents are shown or say why not; there is only no choice.
    explain(error, "The playbook cannot be read")


def _invitation() -> str:
    return f"{ACCEPTED}.\n{_PRIVATE}"


def _scrolling(content: QVBoxLayout) -> QScrollArea:
    inner = QWidget()
    whole = QVBoxLayout(inner)
    whole.setContentsMargins(0, 0, theme.S, 0)
    content.setSpacing(0)
    whole.addLayout(content)
    whole.addStretch(1)
    area = QScrollArea()
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
