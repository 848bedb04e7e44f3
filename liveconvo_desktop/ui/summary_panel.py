"""The summary of a session: read, tick off, correct, write anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from liveconvo_desktop import settings
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.review import summary_view as view
from liveconvo_desktop.review.summary_view import Overview
from liveconvo_desktop.settings import Settings, SummarySettings
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.store.summary_records import Version
from liveconvo_desktop.summary import edits
from liveconvo_desktop.summary.base import CancelledError, Draft
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.banner import Banner
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import Elided, PushButton, column, label, row, rule
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.summary_job import SummaryJob
from liveconvo_desktop.ui.summary_page import SummaryPage
from liveconvo_desktop.ui.summary_parts import OfferBar, SummaryEmpty, WorkBar
from liveconvo_desktop.ui.summary_writer import WriterBox

_LOOK_MS = 100
_WATCH_MS = 1000
"""Between two looks at a summary that is written outside this window."""


def saved_settings() -> SummarySettings:
    """How the user wants summaries written."""
    return settings.load()[0].summary


class SummaryPanel(QWidget):
    """Reads and writes off the GUI thread.

    Args:
        read_settings: Asked each time that a session is opened.

    Attributes:
        jump: A citation was clicked; carries seconds on the audio clock.
        changed: The summary of a session was written or edited; carries its id.
        set_up_wanted: The user wants to name a model that writes.
    """

    jump = Signal(float)
    changed = Signal(str)
    set_up_wanted = Signal()

    def __init__(
        self,
        theme_: Theme,
        bridge: Bridge,
        store: Store,
        read_settings: Callable[[], SummarySettings] = saved_settings,
    ) -> None:
        super().__init__()
        self._theme, self._bridge, self._store = theme_, bridge, store
        self._read_settings = read_settings
        self._settings = SummarySettings()
        self._session = ""
        self._seen: Overview | None = None
        self._draft: Draft | None = None
        self._job: SummaryJob | None = None
        # Written just now, here or elsewhere: a change would land in another text.
        self._busy = False
        # An answer that was asked for before the last edit was saved holds the old words.
        self._edits = self._saving = 0
        self._missed = False
        # What went wrong here and the store does not know of.
        self._fault: LiveConvoError | None = None
        self.setObjectName("page")
        self.title, self.facts = Elided(), label("", "small", "second")
        self.writer = WriterBox()
        self.rewrite = PushButton(theme_, "Write again", "recover")
        self.finished = PushButton(theme_, "Mark as done", "check")
        self.failure = Banner(theme_, "danger", "", "", focusable=True)
        self.again = self.failure.add_button("Try again")
        self.offer, self.work = OfferBar(theme_), WorkBar(theme_)
        self.page, self.empty = SummaryPage(theme_), SummaryEmpty(theme_)
        self._pages, self._clock, self._watch = QStackedWidget(), QTimer(self), QTimer(self)
        self._build()
        self._wire()

    def open(self, session_id: str) -> None:
        """Show the summary of a session."""
        another = session_id != self._session
        if another:
            self.page.keep_edits()
            self._draft = self._seen = self._fault = None
            self.empty.loading()
            self._pages.setCurrentWidget(self.empty)
        self._session = session_id
        self._settings = self._read_settings()
        self.writer.fill(self._settings, anew=another)
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Read it again."""
        wanted = self._session
        if wanted:
            work = partial(view.overview, self._store, wanted)
            arrived = partial(self._arrived, wanted, self._edits)
            self._bridge.run(work, arrived, partial(self._lost, wanted))

    @Slot()
    def write(self) -> None:
        """Write the summary with the chosen writer."""
        if self._job is not None or not self._session:
            return
        self.page.keep_edits()
        chosen = self._settings.model_copy(update={"writer": self.writer.currentData()})
        self._fault = None
        job = self._job = SummaryJob(self._session, chosen)
        self._bridge.run(
            partial(job.run, self._store),
            partial(self._written, job),
            partial(self._failed, job),
            "summary",
        )
        self._clock.start()
        self._show()

    def stop(self) -> None:
        """The window closes: a run under way is cancelled, so that nobody waits for it."""
        if self._job is not None:
            self._job.stop()

    def _build(self) -> None:
        self.title.setProperty("type", "title")
        self.failure.set_closable(False)
        self._clock.setInterval(_LOOK_MS)
        self._watch.setInterval(_WATCH_MS)
        self._watch.setSingleShot(True)
        told = column(self.title, self.facts, spacing=2)
        top = row(spacing=theme.S)
        top.addLayout(told, 1)
        top.addWidget(self.finished, 0, Qt.AlignmentFlag.AlignTop)
        head = column(spacing=theme.S)
        head.addLayout(top)
        # What writes, and who: three controls would need more width than a side panel has.
        head.addLayout(row(self.rewrite, self.writer, None, spacing=theme.S))
        head.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
        bars = column(self.failure, self.offer, self.work)
        bars.setContentsMargins(theme.L, 0, theme.L, 0)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(rule())
        box.addSpacing(theme.S)
        box.addLayout(bars)
        box.addWidget(self._pages, 1)
        self._show()

    def _wire(self) -> None:
        self.page.jump.connect(self.jump)
        self.page.reworded.connect(self._reword)
        self.page.ticked.connect(self._tick)
        self.page.revised.connect(self._revise)
        self.rewrite.clicked.connect(self.write)
        self.again.clicked.connect(self.write)
        self.empty.button.clicked.connect(self.write)
        self.work.cancel.clicked.connect(self._cancel)
        self.offer.look.toggled.connect(self._look)
        self.offer.take.clicked.connect(self._accept)
        self.offer.keep.clicked.connect(self._discard)
        self.finished.clicked.connect(self._mark)
        self._clock.timeout.connect(self._tell)
        self._watch.timeout.connect(self.reload)
        self.writer.chosen.connect(self._chose_writer)
        self.writer.set_up_wanted.connect(self.set_up_wanted)
        self.empty.set_up.clicked.connect(self.set_up_wanted)

    @Slot(object)
    def apply(self, mine: Settings) -> None:
        """The user changed settings: they hold for the next summary that is written."""
        if mine.summary != self._settings:
            self._settings = mine.summary
            self.writer.fill(self._settings)
            self._chose_writer()

    @Slot()
    def _chose_writer(self) -> None:
        if self._seen is not None and self._job is None:
            self._show()

    def _arrived(self, wanted: str, edits_before: int, seen: Overview) -> None:
        if wanted != self._session:
            return
        self.page.keep_edits()
        if self._saving or edits_before != self._edits:
            self._missed = True
            self._catch_up()
            return
        self._seen, self._draft = seen, seen.draft
        self._show()

    def _lost(self, wanted: str, error: Exception) -> None:
        if wanted == self._session:
            fault = explain(error, "The summary cannot be read")
            self.empty.broken(fault.message, fault.hint)
            self._pages.setCurrentWidget(self.empty)

    def _show(self) -> None:
        """Bring every part of the panel in line with what is known."""
        seen, draft = self._seen, self._draft
        status = seen.row.status if seen and seen.row else "pending"
        mine = self._job is not None and self._job.session_id == self._session
        elsewhere = status == "generating" and not mine
        failed = status == "failed" and not mine
        self._busy = mine or elsewhere
        self.work.setVisible(self._busy)
        self.work.cancel.setVisible(mine)
        if elsewhere:
            self._watch.start()
            self.work.tell(0.0, "The summary is being written…")
        if self._fault is not None:
            self.failure.say("danger", self._fault.message, self._fault.hint)
        elif seen and seen.row and failed:
            self.failure.say("danger", "The summary could not be written", seen.row.error)
        self.failure.setVisible(failed or self._fault is not None)
        self.offer.setVisible(bool(seen and seen.offered) and not mine)
        if not (seen and seen.offered):
            self.offer.look.setChecked(False)
        # One at a time: another session's run lets this one only be read.
        self._show_head(draft, busy=self._job is not None or elsewhere)
        if seen and draft:
            self._show_draft()
        elif seen:
            self.empty.none(self.writer.destination, busy=mine or elsewhere, failed=failed)
            self.empty.offer_model(not self._settings.has_model)
            self.empty.button.setEnabled(self._job is None)
            self._pages.setCurrentWidget(self.empty)

    def _show_head(self, draft: Draft | None, *, busy: bool) -> None:
        row_ = self._seen.row if self._seen else None
        self.title.set_whole(draft.title if draft else "Summary")
        facts = []
        if draft and row_:
            offline = row_.model_used.startswith("offline")
            facts.append("Written offline" if offline else f"Written by {row_.model_used}")
            if row_.seconds is not None:
                facts.append(f"in {words.duration(max(1, row_.seconds))}")
            if self._seen and self._seen.edited:
                facts.append("· edited by you")
            if self._seen and self._seen.outdated:
                facts.append("· the transcript was changed since")
        self.facts.setText(" ".join(facts))
        self.facts.setVisible(bool(facts))
        self.rewrite.setVisible(draft is not None)
        self.rewrite.setEnabled(not busy)
        self.writer.setEnabled(not busy)
        self.finished.setVisible(draft is not None)
        self.finished.setText("Done" if row_ and row_.marked_done else "Mark as done")

    def _show_draft(self) -> None:
        self.page.keep_edits()
        seen, draft = self._seen, self._draft
        assert seen is not None
        assert draft is not None
        looking = self.offer.look.isChecked() and seen.offered is not None
        if looking and seen.offered is not None:
            self.page.show_draft(seen, view.draft_of(seen.offered), editable=False)
        else:
            self.page.show_draft(seen, draft, editable=not self._busy)
        self._pages.setCurrentWidget(self.page)

    @Slot(object, str)
    def _reword(self, place: edits.Place, said: str) -> None:
        if self._draft is not None:
            self._save(edits.reword(self._draft, place, said), rebuild=not said)

    @Slot(int, bool)
    def _tick(self, number: int, done: bool) -> None:
        if self._draft is not None:
            self._save(edits.tick(self._draft, number, done), rebuild=False)

    @Slot(int, str, str, object)
    def _revise(self, number: int, said: str, owner: str, due: date | None) -> None:
        if self._draft is not None:
            self._save(edits.revise(self._draft, number, said, owner, due), rebuild=False)

    def _save(self, draft: Draft, *, rebuild: bool) -> None:
        self._draft = draft
        self._edits += 1
        self._saving += 1
        if rebuild:
            self._show_draft()
        self.page.says_already(draft)
        work = partial(view.save_edit, self._store, self._session, draft)
        done = partial(self._saved, self._session)
        self._bridge.run(work, done, self._edit_failed, "write")

    def _saved(self, session_id: str, nothing: None) -> None:
        self._edits += 1
        self._saving -= 1
        self.changed.emit(session_id)
        self.reload_facts()
        self._catch_up()

    def _edit_failed(self, error: Exception) -> None:
        self._edits += 1
        self._saving -= 1
        self._unsaved(error)

    def _catch_up(self) -> None:
        """Read again what came while an edit was being saved."""
        if self._missed and not self._saving:
            self._missed = False
            self.reload()

    def reload_facts(self) -> None:
        """The line under the title after an edit; the page stays as it is."""
        text = self.facts.text()
        if "edited by you" not in text:
            self.facts.setText(f"{text} · edited by you".strip())

    def _unsaved(self, error: Exception) -> None:
        self._fault = explain(error, "The change could not be saved")
        self._show()

    @Slot()
    def _mark(self) -> None:
        row_ = self._seen.row if self._seen else None
        if row_ is not None:
            work = partial(Summaries(self._store).mark_done, self._session, not row_.marked_done)
            self._bridge.run(work, self._marked, self._unsaved, "write")

    def _marked(self, nothing: None) -> None:
        self.changed.emit(self._session)
        self.reload()

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.work.tell(self._job.done, "Cancelling…")

    @Slot()
    def _tell(self) -> None:
        if self._job is None:
            self._clock.stop()
        elif not self._job.stopped.is_set():
            self.work.tell(self._job.done, f"{self._job.doing}…")

    def _written(self, job: SummaryJob, version: Version) -> None:
        self._job = None
        self._show()
        self.changed.emit(job.session_id)
        self.reload()

    def _failed(self, job: SummaryJob, error: Exception) -> None:
        self._job = None
        if not isinstance(error, CancelledError) and job.session_id == self._session:
            self._fault = explain(error, "The summary could not be written")
        self._show()
        self.reload()

    @Slot(bool)
    def _look(self, on: bool) -> None:
        self.offer.look.setText("Show mine" if on else "Show the new one")
        if self._seen and self._draft:
            self._show_draft()

    @Slot()
    def _accept(self) -> None:
        if self._seen and self._seen.offered:
            work = partial(view.accept, self._store, self._seen.offered)
            self._bridge.run(work, self._chosen, self._unsaved, "write")

    @Slot()
    def _discard(self) -> None:
        if self._seen and self._seen.offered:
            work = partial(Summaries(self._store).discard, self._seen.offered.id)
            self._bridge.run(work, self._chosen, self._unsaved, "write")

    def _chosen(self, result: object) -> None:
        self.offer.look.setChecked(False)
        self.changed.emit(self._session)
        self.reload()
