"""Reads a session for the review, off the GUI thread: the first lines, then all, then figures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from liveconvo_desktop.language.lines import Lines
from liveconvo_desktop.review.figures import Figures
from liveconvo_desktop.review.session import Review, measure, read_first_lines, read_review
from liveconvo_desktop.store import ChipRow, Store
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain

_PAINT_MS = 15
"""For the first lines to be painted, undisturbed by a thread that reads the others."""


class Reading(QObject):
    """One session at a time; answers about another one are dropped.

    Attributes:
        review: What was read, or None while it is being read.
        lost_it: It could not be read.
        figures: What was measured last.
        begun: The first lines.
        arrived: The whole session is in ``review``.
        lost: It cannot be read; carries the error.
        measured: New ``figures``.
        unmeasured: They cannot be taken; carries the error.
    """

    begun = Signal(object)
    arrived = Signal()
    lost = Signal(object)
    measured = Signal()
    unmeasured = Signal(object)

    def __init__(self, bridge: Bridge, store: Store) -> None:
        super().__init__()
        self._bridge, self._store = bridge, store
        self.session_id = ""
        self.review: Review | None = None
        self.figures: Figures | None = None
        self.lost_it = False

    def open(self, session_id: str, *, whole: bool = False) -> None:
        """Read another session; its first lines first, unless it is wanted ``whole``."""
        self.session_id = session_id
        self.review = self.figures = None
        self.lost_it = False
        if whole:
            self._read(session_id)
            return
        self._bridge.run(
            partial(read_first_lines, self._store, session_id),
            partial(self._begun, session_id),
            partial(self._lost, session_id),
            lane="write",
        )

    def again(self) -> None:
        """What is shown is not what is saved."""
        if self.session_id:
            self._read(self.session_id)

    def measure(self, lines: Lines) -> None:
        """Take the figures of the session as it is edited now."""
        review = self.review
        if review is not None:
            self._bridge.run(
                partial(measure, review, lines), partial(self._measured, review), self._unmeasured
            )

    def rate(self, one: ChipRow) -> None:
        """Take over a chip as it is saved now."""
        review = self.review
        if review is not None:
            chips = tuple(one if chip.chip.id == one.chip.id else chip for chip in review.chips)
            self.review = replace(review, chips=chips)

    def _begun(self, session_id: str, lines: Lines) -> None:
        if session_id == self.session_id:
            self.begun.emit(lines)
            QTimer.singleShot(_PAINT_MS, self, partial(self._read, session_id))

    def _read(self, session_id: str) -> None:
        if session_id == self.session_id:
            self._bridge.run(
                partial(read_review, self._store, session_id),
                partial(self._arrived, session_id),
                partial(self._lost, session_id),
                # Behind the edits that are being saved: they are part of what is read.
                lane="write",
            )

    def _arrived(self, session_id: str, review: Review) -> None:
        if session_id == self.session_id:
            self.review, self.lost_it = review, False
            self.arrived.emit()

    def lose(self, error: Exception) -> None:
        """The session is not there any more, or cannot be read."""
        self.review, self.lost_it = None, True
        self.lost.emit(explain(error, "The session cannot be read"))

    def _lost(self, session_id: str, error: Exception) -> None:
        if session_id == self.session_id:
            self.lose(error)

    def _measured(self, review: Review, figures: Figures) -> None:
        # The same reading, whatever was said of its chips since.
        if self.review is not None and review.lines is self.review.lines:
            self.figures = figures
            self.measured.emit()

    def _unmeasured(self, error: Exception) -> None:
        self.unmeasured.emit(explain(error, "The figures of this call cannot be taken"))
