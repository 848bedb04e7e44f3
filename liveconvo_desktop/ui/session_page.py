"""A past call: its facts and its transcript with the guidance in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.backend import Backend
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.captions import CaptionList
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import column, label, rule
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, M
from liveconvo_desktop.ui.transcript import Row, TranscriptModel
from liveconvo_desktop.ui.transcript_view import PAGE

if TYPE_CHECKING:
    from liveconvo_desktop.store import SessionRow


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

    def open(self, row: SessionRow) -> None:
        """Show this session; the lines follow as soon as they are read."""
        self._wanted = row.session.id
        self.title.setText(row.session.title)
        self.facts.setText(summary(row, self._now()))
        self.model.clear()
        self.transcript.set_empty("clock", "Loading the transcript…", "")
        self._bridge.run(
            partial(_read, self._backend, row.session.id),
            partial(self._arrived, row.session.id),
            partial(self._lost, row.session.id),
        )

    def _arrived(self, session_id: str, rows: list[Row]) -> None:
        if session_id != self._wanted:
            return
        self.transcript.set_empty("waveform", "No words in this call", "Nothing was said or heard.")
        self.model.fill(rows)
        self.transcript.scrollToTop()

    def _lost(self, session_id: str, error: Exception) -> None:
        fault = explain(error, "The transcript cannot be read")
        if session_id == self._wanted:
            self.transcript.set_empty("error", fault.message, fault.hint)


def _read(backend: Backend, session_id: str) -> list[Row]:
    return [
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
