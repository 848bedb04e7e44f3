"""Everything about calls that are over: its pages and dialogs, and the wires between them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.review.privacy import Cleaning
from liveconvo_desktop.review.summarize import pick_up, summarize_after_call
from liveconvo_desktop.settings import DocumentSettings, Settings
from liveconvo_desktop.store import Store
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.documents_panel import DocumentsPanel
from liveconvo_desktop.ui.export_dialog import ExportDialog
from liveconvo_desktop.ui.housekeeping import Housekeeping
from liveconvo_desktop.ui.import_dialog import ImportDialog
from liveconvo_desktop.ui.library import LibraryPage
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.privacy_page import PrivacyPage
from liveconvo_desktop.ui.review.page import ReviewPage
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.summary_panel import SummaryPanel
from liveconvo_desktop.ui.watching import Watcher

_LATER_MS = 1000
"""Before another look at what the user was changing."""


class AfterCall(QObject):
    """Library, review with its panels, privacy, import and export.

    Args:
        home: Folder of settings and logs.
        now: The user's clock, with its zone.
        parent: The window that dialogs belong to.

    Attributes:
        changed: Lists of calls are out of date.
        imported: A file has become a session; carries its id.
        set_up_wanted: The user wants to name a model that writes summaries.
    """

    changed = Signal()
    imported = Signal(str)
    set_up_wanted = Signal()

    def __init__(
        self,
        theme_: Theme,
        bridge: Bridge,
        store: Store,
        home: Path,
        now: Callable[[], datetime],
        limits: DocumentSettings,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme, self._bridge, self._store, self._parent = theme_, bridge, store, parent
        self._importing: ImportDialog | None = None
        self._documents = Documents(store, limits)
        self._documents.start()
        self.library = LibraryPage(theme_, bridge, store, now, self._documents)
        self.review = ReviewPage(theme_, bridge, store, now)
        self.summary = SummaryPanel(theme_, bridge, store)
        self.documents = DocumentsPanel(theme_, bridge, store, self._documents)
        self.privacy = PrivacyPage(theme_, bridge, store, home, now)
        self._housekeeping = Housekeeping(bridge, self.privacy.privacy, self)
        self.review.add_panel("Summary", self.summary)
        self.review.add_panel("Documents", self.documents)
        self.review.side.lead_with("Summary")
        self._watcher = Watcher(bridge, store, parent)
        self._owed: set[str] = set()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._connect()
        self._stopped = threading.Event()
        self._tried: set[str] = set()
        self._picking = False
        self._pick_up()

    def _connect(self) -> None:
        self.review.opened.connect(self._opened)
        self.review.header.export.clicked.connect(self.export)
        self.review.renamed.connect(self._tell)
        self.review.named.connect(self.summary.reload)
        self.library.changed.connect(self.changed)
        self.summary.set_up_wanted.connect(self.set_up_wanted)
        self.privacy.cleaned.connect(self._cleaned)
        self._housekeeping.cleaned.connect(self._cleaned)
        self._watcher.changed.connect(self._look_again)
        self._later.timeout.connect(self._catch_up)
        self.review.looking.put_off.connect(self._put_off)

    @property
    def pages(self) -> tuple[QWidget, ...]:
        """What the window stacks."""
        return (self.library, self.review, self.privacy)

    @Slot(object)
    def apply(self, mine: Settings) -> None:
        """The user changed settings: they hold from now on."""
        self._documents.set_limits(mine.documents)
        self.summary.apply(mine)
        self.privacy.apply(mine.privacy)

    @Slot()
    def export(self) -> None:
        """The call that is open in the review, as a file or an email."""
        self.export_call(self.review.session_id)

    def export_call(self, session_id: str) -> None:
        """A call as a file or an email; nothing where the id is empty."""
        if session_id:
            dialog = ExportDialog(self._theme, self._bridge, self._store, session_id, self._parent)
            dialog.open()

    @Slot()
    def bring_in(self) -> None:
        """A recording or a transcript from elsewhere."""
        if self._importing is None:
            self._importing = ImportDialog(self._theme, self._bridge, self._store, self._parent)
            self._importing.imported.connect(self._came_in)
            self._importing.finished.connect(self._shut)
        self._importing.show()
        self._importing.raise_()

    @Slot(str)
    def sum_up(self, session_id: str) -> None:
        """A call has just ended: the offline summary is written, and shown where it is open."""
        work = partial(
            summarize_after_call, self._store, session_id, cancelled=self._stopped.is_set
        )
        self._bridge.run(work, partial(self._summed_up, session_id), _not_vital, "summary")

    def finish(self) -> None:
        """At the end of the program, before the bridge and the store are closed; idempotent."""
        # A summary under way is given up: the next start writes it.
        self._stopped.set()
        self.review.finish()
        self.summary.stop()
        self.privacy.finish()
        self._watcher.stop()
        self._later.stop()
        if self._importing is not None:
            self._importing.finish()
        self._documents.close()

    @Slot(str)
    def _opened(self, session_id: str) -> None:
        self.summary.open(session_id)
        self.documents.open(session_id)

    def _summed_up(self, session_id: str, _: object) -> None:
        if self.review.session_id == session_id:
            self._opened(session_id)
        self.changed.emit()
        self._pick_up()

    def _pick_up(self) -> None:
        """Calls without a summary get one, one after the other; what was asked for goes between."""
        if not self._picking:
            self._picking = True
            work = partial(pick_up, self._store, self._stopped.is_set, frozenset(self._tried))
            self._bridge.run(work, self._picked_up, self._not_picked_up, "summary")

    def _picked_up(self, session_id: str | None) -> None:
        self._picking = False
        if session_id is not None:
            self._tried.add(session_id)
            self._summed_up(session_id, None)

    def _not_picked_up(self, error: Exception) -> None:
        self._picking = False
        _not_vital(error)

    @Slot(str)
    def _came_in(self, session_id: str) -> None:
        self._tell()
        self.sum_up(session_id)
        self.imported.emit(session_id)

    @Slot()
    def _shut(self) -> None:
        self._importing = None

    @Slot(object)
    def _cleaned(self, done: Cleaning) -> None:
        """What is open in the review may have lost its audio or its words."""
        self._tell()
        shown = self.review.session_id
        if shown and any(one.id == shown for one in done.gone):
            self.review.open_again()
            self.summary.reload()

    @Slot()
    def _look_again(self) -> None:
        """The database was changed, by a command perhaps: bring what is shown up to date."""
        self.changed.emit()
        self._owed = {"library", "review", "summary"}
        self._catch_up()

    @Slot()
    def _catch_up(self) -> None:
        """Nothing is read anew under the user's hands: it waits until a change is done."""
        owed, self._owed = self._owed, set()
        if "library" in owed:
            self._do_or_owe("library", self.library.typing, self.library.refresh)
        if "review" in owed:
            self.review.looking.look()
        if "summary" in owed and self.review.isVisible():
            self._do_or_owe("summary", self.summary.page.editing, self.summary.reload)
            self.documents.reload()

    def _do_or_owe(self, part: str, busy: bool, look: Callable[[], None]) -> None:
        if not busy:
            look()
            return
        self._owed.add(part)
        self._later.start()

    @Slot()
    def _put_off(self) -> None:
        self._owed.add("review")
        self._later.start()

    @Slot()
    def _tell(self) -> None:
        self.library.refresh()
        self.changed.emit()


def _not_vital(error: Exception) -> None:
    # What failed is kept with the session, where the user looks for it; this only logs the rest.
    explain(error, "The summary could not be written")
