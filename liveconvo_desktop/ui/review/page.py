"""The review of one session: transcript, timeline, playback, figures and slots for panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Fault, Speaker
from liveconvo_desktop.language.lines import Lines
from liveconvo_desktop.review.session import open_player
from liveconvo_desktop.store import ChipRow, SessionRow, Store
from liveconvo_desktop.ui.banner import FaultList
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.parts import column, rule
from liveconvo_desktop.ui.review.chip_note import ChipNote
from liveconvo_desktop.ui.review.commands import Commands
from liveconvo_desktop.ui.review.controls import PlayBar
from liveconvo_desktop.ui.review.editing import Editing
from liveconvo_desktop.ui.review.find import FindBar
from liveconvo_desktop.ui.review.header import Header
from liveconvo_desktop.ui.review.hearing import Hearing, OpenPlayer
from liveconvo_desktop.ui.review.looking import Looking
from liveconvo_desktop.ui.review.model import ReviewModel
from liveconvo_desktop.ui.review.naming import Naming
from liveconvo_desktop.ui.review.panels import FiguresPanel, SidePanels
from liveconvo_desktop.ui.review.rating import Rating
from liveconvo_desktop.ui.review.reading import Reading
from liveconvo_desktop.ui.review.timeline import Scene, Timeline
from liveconvo_desktop.ui.review.transcript import TranscriptView
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L

_SETTLE_MS = 400
"""After an edit, before the figures are taken again."""


class ReviewPage(QWidget):
    """Reads a session off the GUI thread and lets the user read, hear and correct it.

    Attributes:
        opened: A session's lines are shown; carries its id.
        renamed: A session has another title; carries its id.
        named: A speaker has another name, and it is saved.
    """

    opened = Signal(str)
    renamed = Signal(str)
    named = Signal()

    def __init__(
        self,
        theme_: Theme,
        bridge: Bridge,
        store: Store,
        now: Callable[[], datetime],
        open_player: OpenPlayer = open_player,
    ) -> None:
        super().__init__()
        self._theme, self._bridge, self._store, self._now = theme_, bridge, store, now
        self._start = 0.0
        self.setObjectName("page")
        self.model = ReviewModel(self)
        self.reading = Reading(bridge, store)
        self.editing = Editing(bridge, store)
        self.naming = Naming(bridge, store, self.reading)
        self.rating = Rating(bridge, store, self)
        self.hearing = Hearing(bridge, open_player)
        self.header = Header(theme_)
        self.timeline = Timeline(theme_)
        self.transcript = TranscriptView(theme_, self.model)
        self.find_bar = FindBar(theme_, self.model)
        self.figures = FiguresPanel(theme_)
        self.side = SidePanels(theme_)
        self.bar = PlayBar(theme_)
        self.faults = FaultList(theme_, focusable=True)
        self.commands = Commands(self.editing, self.transcript, self)
        self.looking = Looking(self, bridge, store)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._take_figures)
        self._build()
        self._connect()

    @property
    def title(self) -> QWidget:
        """The field that holds the title."""
        return self.header.title

    @property
    def session_id(self) -> str:
        """The session that is shown or being read; empty before the first."""
        return self.reading.session_id

    def open(self, session: SessionRow | str) -> None:
        """Show a session, by its row or its id; its lines follow as soon as they are read."""
        self._open(session, 0.0)

    def open_at(self, session_id: str, seconds: float) -> None:
        """Show a session at a second: a search result, a cited line."""
        if session_id == self.session_id and self.reading.review is not None:
            self.go(seconds)
        else:
            self._open(session_id, seconds)

    def add_panel(self, title: str, widget: QWidget) -> None:
        """Put a panel beside the transcript; its ``jump(float)`` signal seeks."""
        self.side.add_panel(title, widget)

    @Slot(float)
    def go(self, t: float) -> None:
        """Show the line of a second, and hear from there on if it plays."""
        self.hearing.seek(t)
        at = self.model.at_time(t)
        if at >= 0:
            self.transcript.follow()
            self.transcript.show_row(at, select=True)

    def open_again(self) -> None:
        """Something of the session was deleted: show what is left, at the same place."""
        self._open(self.session_id, self.hearing.t)

    def finish(self) -> None:
        """At the end of the program: let the sound device go."""
        self.hearing.finish()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody listens to a page that is not there."""
        self.hearing.pause()
        super().hideEvent(event)

    def _open(self, session: SessionRow | str, start: float) -> None:
        session_id = session if isinstance(session, str) else session.session.id
        self._start = start
        self.faults.clear()
        self.find_bar.reset()
        self.hearing.unload()
        self.bar.show_audio(0.0, "Loading…")
        if not isinstance(session, str):
            self.header.show_session(session, self._now())
        self.model.editable = False
        self.model.fill(Lines(()), (), (), {})
        self.timeline.show_scene(Scene(0.0))
        self.timeline.set_time(0.0)
        self.transcript.set_empty("clock", "Loading the transcript…", "")
        self.reading.open(session_id, whole=start > 0)

    @Slot(object)
    def _begun(self, lines: Lines) -> None:
        self.model.fill(lines, (), (), {})

    @Slot()
    def _arrived(self) -> None:
        review = self.reading.review
        if review is None:
            return
        self.editing.load(self.session_id, review.lines)
        self.transcript.set_empty("waveform", "No words in this call", "Nothing was said or heard.")
        self.show_lines()
        self.show_facts()
        self.hearing.load(review.recording)
        if self._start:
            self.go(self._start)
        self.opened.emit(self.session_id)

    def show_facts(self) -> None:
        """What stands in the header, and whether lines may be edited, as it was read."""
        review = self.reading.review
        if review is not None:
            self.model.editable = review.editable
            self.header.show_session(review.row, self._now())
            self.commands.refresh(review.editable)

    def show_lines(self) -> None:
        """The rows as they were read; those that are shown already stay in place."""
        review = self.reading.review
        if review is None:
            return
        self.header.show_names(review.names)
        rows = (self.editing.lines, review.gaps, review.chips, review.names)
        if self.model.rowCount():
            self.model.complete(*rows)
        else:
            self.model.fill(*rows)
        self.commands.refresh(review.editable)
        if self.transcript.lines.current >= 0:
            self.transcript.set_heard(self.model.at_time(self.hearing.t))
        self._show_scene()
        self._take_figures()

    @Slot(object)
    def _lost(self, error: LiveConvoError) -> None:
        self.model.editable = False
        self.commands.refresh(False)
        self.hearing.unload()
        self.model.fill(Lines(()), (), (), {})
        self.transcript.set_empty("error", error.message, error.hint)
        self.bar.show_audio(0.0, "There is nothing to play.")

    @Slot()
    def _read_again(self) -> None:
        """What is shown was not saved: show what is."""
        self._start = self.hearing.t
        self.reading.again()

    @Slot()
    def _take_figures(self) -> None:
        self.reading.measure(self.editing.lines)

    @Slot()
    def _measured(self) -> None:
        review, figures = self.reading.review, self.reading.figures
        if review is not None and figures is not None:
            words = sum(side.words for side in figures.sides.values())
            self.header.show_facts(replace(review.row, words=words), self._now())
            self.figures.show_figures(figures, review.names)
            self._show_scene()
            self._skip(self.bar.skip.isChecked())

    def _show_scene(self) -> None:
        review, figures = self.reading.review, self.reading.figures
        if review is not None:
            silences = figures.silences if figures is not None else ()
            lines = self.editing.lines.lines
            self.timeline.show_scene(
                Scene(review.seconds, lines, silences, review.chips, review.gaps)
            )

    @Slot(object)
    def _edited(self, lines: Lines) -> None:
        self.model.update(lines)
        self.commands.refresh(self.model.editable)
        self.transcript.set_heard(self.model.at_time(self.hearing.t))
        self._settle.start()

    @Slot(float)
    def _moved(self, t: float) -> None:
        self.bar.show_time(t, playing=self.hearing.playing)
        self.timeline.set_time(t)
        self.transcript.set_heard(self.model.at_time(t))

    @Slot(float, str)
    def _audio_ready(self, seconds: float, why: str) -> None:
        self.bar.show_audio(seconds, why)
        self.bar.show_time(self.hearing.t, playing=False)

    @Slot(bool)
    def _skip(self, on: bool) -> None:
        silences = (
            list(self.reading.figures.silences) if self.reading.figures is not None and on else []
        )
        self.hearing.set_skips(silences)

    @Slot(int)
    def step(self, by: int) -> None:
        """Hear the line before or after the one that is heard."""
        at = self.model.at_time(self.hearing.t + 0.001) + by
        while 0 <= at < self.model.rowCount() and self.model.line(at) is None:
            at += by
        line = self.model.line(at)
        if line is not None:
            self.go(line.t0)

    @Slot(float)
    def wind(self, seconds: float) -> None:
        """Some seconds back or on."""
        last = self.reading.review.seconds if self.reading.review is not None else 0.0
        self.hearing.seek(min(max(0.0, self.hearing.t + seconds), last))

    @Slot(int)
    def _show_found(self, at: int) -> None:
        self.transcript.show_row(at, select=True)

    @Slot(object, QPoint)
    def _open_chip(self, one: ChipRow, point: QPoint) -> None:
        review = self.reading.review
        if review is None:
            return
        starts = {line.id: line.t0 for line in self.editing.lines.lines}
        homes = {**{line_id: line_id for line_id in starts}, **review.homes}
        places = {cited: starts[home] for cited, home in homes.items() if home in starts}
        self.note = ChipNote(self._theme, one, places)
        self.note.jump.connect(self.go)
        self.note.rated.connect(self.rating.rate)
        self.rating.rated.connect(self.note.show_row)
        self.note.open_at(point)

    @Slot(object)
    def _rated(self, one: ChipRow) -> None:
        self.reading.rate(one)
        self.model.rate(one)
        self._show_scene()

    @Slot(str, str)
    def _named(self, speaker: Speaker, name: str) -> None:
        review = self.reading.review
        if review is None:
            return
        self.model.rename(speaker, name)
        self.header.show_names(review.names)
        if self.reading.figures is not None:
            self.figures.show_figures(self.reading.figures, review.names)

    @Slot(str)
    def _ask_name(self, speaker: Speaker) -> None:
        if self.reading.review is not None:
            self.commands.ask_name(speaker, self.model.names[speaker])

    @Slot(object)
    def _say(self, error: LiveConvoError) -> None:
        self.faults.show_fault(error.fault())

    @Slot(object)
    def _show_fault(self, fault: Fault) -> None:
        self.faults.show_fault(fault)

    @Slot()
    def _focus_lines(self) -> None:
        self.transcript.setFocus()

    def _build(self) -> None:
        self.header.set_actions(self.commands.menu_actions())
        self.header.menu.aboutToShow.connect(self.commands.suit)
        self.side.add_panel("Figures", self.figures)
        left = QWidget()
        inside = column(self.find_bar, self.transcript, spacing=0)
        left.setLayout(inside)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.side)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        split.setSizes([600, 380])
        split.setHandleWidth(1)
        notices = column(self.faults)
        notices.setContentsMargins(L, 0, L, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addLayout(notices)
        box.addWidget(self.timeline)
        box.addWidget(rule())
        box.addWidget(split, 1)
        box.addWidget(self.bar)

    def _connect(self) -> None:
        self.reading.begun.connect(self._begun)
        self.reading.arrived.connect(self._arrived)
        self.reading.lost.connect(self._lost)
        self.reading.measured.connect(self._measured)
        self.reading.unmeasured.connect(self._say)
        self.rating.rated.connect(self._rated)
        self.rating.failed.connect(self._say)
        self.editing.changed.connect(self._edited)
        self.editing.refused.connect(self._say)
        self.editing.stale.connect(self._read_again)
        self.hearing.ready.connect(self._audio_ready)
        self.hearing.moved.connect(self._moved)
        self.hearing.faulted.connect(self._show_fault)
        self.timeline.sought.connect(self.go)
        self.side.jump.connect(self.go)
        self.transcript.heard.connect(self.hearing.play_from)
        self.transcript.moved.connect(self.hearing.seek)
        self.transcript.lines.begun.connect(self.hearing.pause)
        self.transcript.chip_clicked.connect(self._open_chip)
        self.header.title.renamed.connect(self.naming.rename)
        self.naming.named.connect(self._named)
        self.naming.named_so.connect(self.named)
        self.naming.renamed.connect(self.renamed)
        self.naming.failed.connect(self._say)
        self.header.name_wanted.connect(self._ask_name)
        self.header.undo.clicked.connect(self.editing.undo)
        self.header.redo.clicked.connect(self.editing.redo)
        self.header.search.clicked.connect(self.find_bar.open)
        self.find_bar.sought.connect(self.transcript.set_sought)
        self.find_bar.found.connect(self._show_found)
        self.find_bar.closed.connect(self._focus_lines)
        bar, hearing = self.bar, self.hearing
        bar.play_clicked.connect(hearing.toggle)
        bar.stepped.connect(self.step)
        bar.speed_chosen.connect(hearing.set_speed)
        bar.sides_chosen.connect(hearing.set_sides)
        bar.skip_toggled.connect(self._skip)
        for keys, act in (
            (QKeySequence.StandardKey.Undo, self.editing.undo),
            (QKeySequence.StandardKey.Redo, self.editing.redo),
            (QKeySequence.StandardKey.FindNext, self.find_bar.on),
            (QKeySequence.StandardKey.FindPrevious, self.find_bar.back),
        ):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, act, context=context)
