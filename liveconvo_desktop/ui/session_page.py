"""A past call: its facts and its transcript with the guidance in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.backend import Backend
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.captions import CaptionList
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import column, label, rule
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, M
from liveconvo_desktop.ui.transcript import ROW_ROLE, Row, TranscriptModel, start
from liveconvo_desktop.ui.transcript_view import PAGE

if TYPE_CHECKING:
    from liveconvo_desktop.store import SessionRow


_Read = tuple["SessionRow | None", list[Row]]
_SLACK = 0.001
"""Seconds: times are kept to the millisecond."""


class SessionPage(QWidget):
    """Reads a session off the GUI thread and shows it."""

    def __init__(
        self, theme_: Theme, backend: Backend, bridge: Bridge, now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._backend, self._bridge, self._now = backend, bridge, now
        self._wanted = ""
        self.setObjectName("page")
        self.model = TranscriptModel(parent=self)
        self.transcript = CaptionList(self.model, theme_, PAGE, focusable=True, follow=False)
        self.title = label("", "title")
        self.facts = label("", "", "second")
        head = column(self.title, self.facts, spacing=2)
        head.setContentsMargins(XL, L, XL, M)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(rule())
        box.addWidget(self.transcript, 1)

    def open(self, session_id: str, seconds: float | None = None) -> None:
        """Show this session, at a second if one is given, as soon as it is read."""
        self._wanted = session_id
        self.title.setText("")
        self.facts.setText("")
        self.model.clear()
        self.transcript.set_empty("clock", "Loading the transcript…", "")
        self._bridge.run(
            partial(_read, self._backend, session_id),
            partial(self._arrived, session_id, seconds),
            partial(self._lost, session_id),
        )

    def _arrived(self, session_id: str, seconds: float | None, read: _Read) -> None:
        if session_id != self._wanted:
            return
        row, lines = read
        self.title.setText(row.session.title if row else "This call was deleted")
        self.facts.setText(summary(row, self._now()) if row else "")
        self.transcript.set_empty("waveform", "No words in this call", "Nothing was said or heard.")
        self.model.fill(lines)
        self.transcript.scrollToTop()
        if seconds is not None:
            self._go_to(seconds)

    def _go_to(self, seconds: float) -> None:
        """Select the last line that begins by this second, in the middle of the page."""
        rows = [self.model.index(at).data(ROW_ROLE) for at in range(self.model.rowCount())]
        begun = [at for at, row in enumerate(rows) if start(row) <= seconds + _SLACK]
        if begun:
            index = self.model.index(begun[-1])
            self.transcript.setCurrentIndex(index)
            self.transcript.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _lost(self, session_id: str, error: Exception) -> None:
        fault = explain(error, "The transcript cannot be read")
        if session_id == self._wanted:
            self.transcript.set_empty("error", fault.message, fault.hint)


def _read(backend: Backend, session_id: str) -> _Read:
    return backend.session(session_id), [
        *backend.transcript(session_id),
        *backend.chips(session_id),
        *backend.gaps(session_id),
    ]


def summary(row: SessionRow, now: datetime) -> str:
    """The facts of a session in one line."""
    parts = [
        words.CONVERSATIONS[row.session.conversation_type],
        words.when(row.session.started_at, now),
        words.duration(row.duration_seconds),
        f"{row.words:,} words" if row.words else "",
        f"You talked {words.share(row.talk_ratio)}" if row.talk_ratio is not None else "",
    ]
    return "  ·  ".join(part for part in parts if part)
