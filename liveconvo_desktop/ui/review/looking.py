"""Keeps the open review in step with what commands and other windows change."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from liveconvo_desktop.review.session import Review, SessionGoneError, read_review
from liveconvo_desktop.store import Store
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain

if TYPE_CHECKING:
    from liveconvo_desktop.ui.review.page import ReviewPage


class Looking(QObject):
    """Reads the session again and shows only what is different: place, choice and undo stay.

    Attributes:
        put_off: The user has begun a change meanwhile, or the database refuses: look again later.
    """

    put_off = Signal()

    def __init__(self, page: ReviewPage, bridge: Bridge, store: Store) -> None:
        super().__init__(page)
        self._page, self._bridge, self._store = page, bridge, store

    @property
    def busy(self) -> bool:
        """The user is in the middle of a change, or one is being saved."""
        page = self._page
        typing = page.transcript.state() == page.transcript.State.EditingState
        return typing or page.commands.dialog is not None or page.editing.saving

    def look(self) -> None:
        """Something was written somewhere: show what of it concerns this session."""
        page = self._page
        if not page.session_id or not page.isVisible():
            return  # it is read when it is shown
        if self.busy:
            self.put_off.emit()
        elif page.reading.lost_it:
            page.open_again()
        elif page.reading.review is not None:
            read = page.reading.review
            self._bridge.run(
                partial(read_review, self._store, page.session_id),
                partial(self._looked, read, page.editing.lines),
                partial(self._failed, read),
                # Behind the edits that are being saved: they are part of what is read.
                lane="write",
            )

    def _looked(self, before: Review, lines: object, now: Review) -> None:
        page = self._page
        if page.reading.review is not before:
            return  # another session was opened, or it was read meanwhile
        if self.busy or page.editing.lines is not lines:
            self.put_off.emit()
            return
        said = now.lines != page.editing.lines
        # The same words stay the same object: what is being measured of them still counts.
        page.reading.review = now if said else replace(now, lines=before.lines)
        if said:
            page.editing.load(page.session_id, now.lines)
        beside = (now.names, now.chips, now.gaps) != (before.names, before.chips, before.gaps)
        if said or beside:
            page.show_lines()
        if now.row != before.row:
            page.show_facts()
        if now.recording != before.recording:
            page.hearing.load(now.recording)

    def _failed(self, before: Review, error: Exception) -> None:
        if self._page.reading.review is not before:
            return
        if isinstance(error, SessionGoneError):
            self._page.reading.lose(error)
        else:
            # What is shown, and its undo, is as good as before: a locked database may open again.
            explain(error, "The session cannot be looked at again")
            self.put_off.emit()
