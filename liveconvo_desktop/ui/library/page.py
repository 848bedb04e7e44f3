"""The library page: search, filters, the table, and what may be done to the calls chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QVBoxLayout, QWidget

from liveconvo_desktop.knowledge.registry import suffixes
from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.library import Filter, Library, LibraryRow, people_of, people_text
from liveconvo_desktop.store.search import Found, Hit, Search
from liveconvo_desktop.store.search_query import Query, parse, tag_name
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.library.actions import LibraryActions, calls
from liveconvo_desktop.ui.library.blank import BlankLibrary
from liveconvo_desktop.ui.library.dialog import LineDialog, tags_of
from liveconvo_desktop.ui.library.filters import CURRENT, FilterBar
from liveconvo_desktop.ui.library.model import ROW_ROLE, LibraryModel
from liveconvo_desktop.ui.library.results import ResultList
from liveconvo_desktop.ui.library.search_field import SearchField
from liveconvo_desktop.ui.library.table import LibraryTable
from liveconvo_desktop.ui.library.toolbar import ToolBar
from liveconvo_desktop.ui.library.undo import UndoBar
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import PushButton, column, label, row, rule
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, M, S

HITS = 200


class LibraryPage(QWidget):
    """Finds calls and looks after them.

    Args:
        documents: Takes files that are dropped on a call; None: none are taken.

    Attributes:
        open_session: A call is to be opened: its id.
        open_at: The same, at a second.
        changed: Calls were renamed, archived, deleted or restored.
        dialog: The question that is open, or None.
    """

    open_session = Signal(str)
    open_at = Signal(str, float)
    changed = Signal()

    def __init__(
        self,
        theme_: Theme,
        bridge: Bridge,
        store: Store,
        now: Callable[[], datetime],
        documents: Documents | None = None,
    ) -> None:
        super().__init__()
        self._documents = documents
        self._theme, self._bridge, self._now = theme_, bridge, now
        self._library, self._searcher = Library(store), Search(store)
        self._asked = 0
        self.setObjectName("page")
        self.model = LibraryModel(store, bridge, now, CURRENT)
        self.table = LibraryTable(theme_, self.model)
        self.results = ResultList(theme_, now)
        self.field = SearchField(theme_)
        self.filters = FilterBar(theme_, now)
        self.tools = ToolBar(theme_)
        self.bring_in = PushButton(theme_, "Import…", "document-add")
        self.undo, self.blank = UndoBar(theme_), BlankLibrary(theme_)
        self.actions_ = LibraryActions(store, bridge, self)
        self.views = QStackedWidget()
        self.dialog: LineDialog | None = None
        self._build()
        self._connect()

    @Slot()
    def reload(self) -> None:
        """Read the calls and the tags again."""
        self.model.reload()
        self._bridge.run(self._library.tags, self.filters.set_tags, self._failed)
        self._bridge.run(self._library.is_empty, self._show_blank, self._failed)
        if self.searching:
            self._search(self.field.text(), again=True)

    @Slot()
    def refresh(self) -> None:
        """A call came or changed: read again if somebody looks; showing the page reads anyway."""
        if self.isVisible():
            self.reload()

    @Slot()
    def start_search(self) -> None:
        """Put the cursor into the search box."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    @property
    def typing(self) -> bool:
        """A title is being edited in place, or a question is open."""
        editing = self.table.state() == self.table.State.EditingState
        return editing or self.dialog is not None

    @property
    def searching(self) -> bool:
        """Results are shown in place of the table."""
        return self.views.currentWidget() is self.results

    @property
    def chosen(self) -> str:
        """Id of the one call that is selected; empty for none, several or a deleted one."""
        if self.searching:
            return self.results.chosen_call
        chosen = [one for one in self._selected() if one.deleted_at is None]
        return chosen[0].row.session.id if len(chosen) == len(self.table.rows()) == 1 else ""

    def showEvent(self, event: QShowEvent) -> None:
        """What was added meanwhile is there."""
        super().showEvent(event)
        self.reload()

    def _build(self) -> None:
        self.field.setMaximumWidth(self._theme.px(360))
        self.bring_in.setToolTip("Import a recording or a transcript (Ctrl+I)")
        self.bring_in.setAccessibleName("Import a recording or a transcript")
        head = row(label("Library", "headline"), None, self.field, self.bring_in, spacing=S)
        head.setStretch(2, 1)
        top = column(spacing=M)
        top.addLayout(head)
        top.addWidget(self.filters)
        top.addWidget(self.tools)
        top.setContentsMargins(XL, L, XL, S)
        below = column(self.undo)
        below.setContentsMargins(XL, S, XL, M)
        self.views.addWidget(self.table)
        self.views.addWidget(self.results)
        self.views.addWidget(self.blank)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(rule())
        box.addWidget(self.views, 1)
        box.addLayout(below)

    def _show_blank(self, blank: bool) -> None:
        """Nothing can be searched, filtered or sorted before there is a call."""
        for part in (self.field, self.bring_in, self.filters, self.tools):
            part.setVisible(not blank)
        if blank:
            self.views.setCurrentWidget(self.blank)
        elif self.views.currentWidget() is self.blank:
            self.views.setCurrentWidget(self.table)

    def _connect(self) -> None:
        model, actions, tools = self.model, self.actions_, self.tools
        model.loaded.connect(self._count)
        model.failed.connect(self._failed)
        model.rename.connect(actions.rename)
        self.table.selectionModel().selectionChanged.connect(self._count)
        self.table.opened.connect(self._open_row)
        self.table.delete_wanted.connect(self._delete)
        self.table.files_dropped.connect(self._take_files)
        if self._documents is not None:
            self.table.take_files()
        self.table.customContextMenuRequested.connect(self._menu)
        self.filters.changed.connect(self._filter)
        self.field.asked.connect(self._search)
        self.field.leave_wanted.connect(self._leave_field)
        self.results.chosen.connect(self._open_hit)
        tools.open.clicked.connect(self._open_selected)
        tools.rename.clicked.connect(self.table.rename)
        tools.tags.clicked.connect(self._ask_tags)
        tools.people.clicked.connect(self._ask_people)
        tools.archive.clicked.connect(self._archive)
        tools.delete.clicked.connect(self._delete)
        actions.done.connect(self._done)
        actions.failed.connect(self._not_done)
        actions.changed.connect(self.reload)
        actions.changed.connect(self.changed)
        self.undo.undo.connect(actions.undo)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.undo.press)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _selected(self) -> list[LibraryRow]:
        return [self.model.index(at, 0).data(ROW_ROLE) for at in self.table.rows()]

    def _ids(self) -> list[str]:
        return self.model.ids(self.table.rows())

    @Slot()
    def _count(self) -> None:
        chosen = [] if self.searching else self._selected()
        which = self.model.filter
        self.tools.offer(chosen, deleted=which.deleted)
        if not self.searching:
            total = calls(self.model.total)
            self.tools.say(f"{len(chosen):,} of {total} selected" if chosen else total)

    @Slot()
    def _filter(self) -> None:
        self.model.show(self.filters.value())
        if self.searching:
            self._search(self.field.text())

    @Slot(str)
    def _search(self, text: str, *, again: bool = False) -> None:
        """Show results, or the table again where nothing is asked."""
        self._asked += 1
        if not text.strip():
            self.views.setCurrentWidget(self.table)
            self._count()
            return
        query = parse(text, self._now().date(), self._now().tzinfo, typing=True)
        if not self.searching:
            self.results.hits.show(())
            self.results.set_state("clock", "Searching…", "")
            self.views.setCurrentWidget(self.results)
        self._count()
        narrowed = narrowed_by(query, self.filters.value())
        self._bridge.run(
            partial(self._searcher.find, narrowed, HITS),
            partial(self._found, self._asked, query, again),
            partial(self._search_failed, self._asked),
        )

    def _found(self, asked: int, query: Query, again: bool, found: Found) -> None:
        if asked != self._asked:
            return
        self.results.show_hits(found.hits, again=again)
        hint = query.notes[0] if query.notes else "Try fewer words, or the beginning of one: budg*"
        self.results.set_state("search", "Nothing found", hint)
        self.tools.say(summary(found, query))

    def _search_failed(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            fault = explain(error, "The calls cannot be searched")
            self.results.hits.show(())
            self.results.set_state("error", fault.message, fault.hint)
            self.tools.say("")

    @Slot()
    def _leave_field(self) -> None:
        view = self.results if self.searching else self.table
        view.setFocus()
        first = view.model().index(0, 0)
        if not view.currentIndex().isValid() and first.isValid():
            view.setCurrentIndex(first)

    @Slot(object)
    def _open_hit(self, hit: Hit) -> None:
        if hit.seconds is None:
            self.open_session.emit(hit.session_id)
        else:
            self.open_at.emit(hit.session_id, hit.seconds)

    @Slot(int)
    def _open_row(self, at: int) -> None:
        one: LibraryRow = self.model.index(at, 0).data(ROW_ROLE)
        if one.deleted_at is None:
            self.open_session.emit(one.row.session.id)
        else:
            self.undo.say("A deleted call opens after it is restored.", can_undo=False)

    @Slot(int, list)
    def _take_files(self, at: int, files: list[Path]) -> None:
        one: LibraryRow = self.model.index(at, 0).data(ROW_ROLE)
        if one.deleted_at is not None:
            self.undo.say("A deleted call takes documents after it is restored.", can_undo=False)
        elif self._documents is not None:
            session = one.row.session
            self.actions_.add_files(
                self._documents, session.id, session.title or "Untitled call", files
            )

    @Slot()
    def _choose_files(self) -> None:
        """What dropping documents on the call does, by the keyboard."""
        wanted = " ".join(f"*{suffix}" for suffix in suffixes())
        names, _ = QFileDialog.getOpenFileNames(
            self, "Add documents", "", f"Documents ({wanted});;All files (*)"
        )
        if names and self.table.rows():
            self._take_files(self.table.rows()[0], [Path(name) for name in names])

    @Slot()
    def _open_selected(self) -> None:
        for at in self.table.rows()[:1]:
            self._open_row(at)

    @Slot()
    def _archive(self) -> None:
        chosen = self._selected()
        away = all(one.row.session.status == "archived" for one in chosen)
        (self.actions_.unarchive if away else self.actions_.archive)(self._ids())

    @Slot()
    def _delete(self) -> None:
        deleted = self.model.filter.deleted
        (self.actions_.restore if deleted else self.actions_.delete)(self._ids())

    @Slot()
    def _ask_tags(self) -> None:
        chosen = self._selected()
        shown = sorted(set.intersection(*(set(one.tags) for one in chosen))) if chosen else []
        hint = "Separate them with commas. Tags are words of your own to find calls by."
        if len(chosen) > 1:
            hint = f"Tags that all {len(chosen)} calls have. Separate them with commas."
        dialog = self._ask("Tags", hint, ", ".join(shown), "acme, follow up")
        ids = self._ids()
        dialog.answered.connect(partial(self._take_tags, ids, shown))

    def _take_tags(self, ids: list[str], shown: list[str], text: str) -> None:
        wanted = [name for name in map(tag_name, tags_of(text)) if name]
        self.actions_.set_tags(ids, wanted, shown)

    @Slot()
    def _ask_people(self) -> None:
        for one in self._selected()[:1]:
            hint = "Names with commas between them, a company in brackets."
            place = "Dana Whitfield (Contoso), Bo"
            dialog = self._ask("People on the call", hint, people_text(one.people), place)
            dialog.answered.connect(partial(self._take_people, one))

    def _take_people(self, one: LibraryRow, text: str) -> None:
        self.actions_.set_people(one.row.session.id, people_of(text), one.people)

    def _ask(self, title: str, hint: str, text: str, place: str) -> LineDialog:
        self.dialog = LineDialog(self._theme, self.window(), title, hint, text, place)
        self.dialog.finished.connect(self._answered)
        self.dialog.open()
        return self.dialog

    @Slot()
    def _answered(self) -> None:
        self.dialog = None

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        if not self.table.rows():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self.tools.buttons:
            if button.isEnabled():
                menu.addAction(button.text()).triggered.connect(button.click)
        if self.chosen and self._documents is not None:
            menu.addAction("Add documents…").triggered.connect(self._choose_files)
        menu.popup(self.table.viewport().mapToGlobal(at))

    @Slot(str, bool)
    def _done(self, text: str, can_undo: bool) -> None:
        self.undo.say(text, can_undo=can_undo)

    @Slot(str)
    def _not_done(self, text: str) -> None:
        self.undo.say(text, "warning", can_undo=False)

    def _failed(self, error: Exception) -> None:
        fault = explain(error, "The calls cannot be read")
        self.table.show_error(fault.message, fault.hint)


def narrowed_by(query: Query, which: Filter) -> Query:
    """A query within what the filter bar leaves; what was typed has the last word."""
    return replace(
        query,
        types=query.types or which.types,
        tags=(*query.tags, *which.tags),
        since=query.since or which.since,
    )


def summary(found: Found, query: Query) -> str:
    """How much was found, and what to know about it."""
    many = f"Best {len(found.hits)} hits" if found.more else f"{len(found.hits)} hits"
    if len(found.hits) == 1:
        many = "1 hit"
    parts = [many, f"in {calls(len({hit.session_id for hit in found.hits}))}"]
    text = " ".join(parts) if found.hits else "No hits"
    if found.some and found.hits:
        text += " · nothing has all of these words, this has some"
    if found.newest_only:
        text += " · common words: the newest lines only"
    return " · ".join([text, *query.notes])
