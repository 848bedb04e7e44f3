"""What a call and its speakers are called: shown at once, saved in the background."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.store import Store, edits
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.review.reading import Reading


class Naming(QObject):
    """Renames.

    Attributes:
        named: Another name to show: the speaker and the name, empty where it was taken away.
        named_so: That name is saved.
        renamed: A session has another title; carries its id.
        failed: It could not be saved; carries the error.
    """

    named = Signal(str, str)
    named_so = Signal()
    renamed = Signal(str)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, store: Store, reading: Reading) -> None:
        super().__init__(reading)
        self._bridge, self._store, self._reading = bridge, store, reading

    @Slot(str)
    def rename(self, title: str) -> None:
        """Give the session another title."""
        session_id = self._reading.session_id
        work = partial(edits.set_title, self._store, session_id, title)
        self._bridge.run(work, partial(self._renamed, session_id), self._not_saved, lane="write")

    def name_speaker(self, speaker: Speaker, name: str) -> None:
        """Call a speaker by a name; empty: as before."""
        review = self._reading.review
        if review is None:
            return
        name = " ".join(name.split())[: edits.NAME_LENGTH]
        names = {who: kept for who, kept in review.names.items() if who != speaker}
        self._reading.review = replace(review, names=names | ({speaker: name} if name else {}))
        self.named.emit(speaker, name)
        work = partial(edits.name_speaker, self._store, self._reading.session_id, speaker, name)
        self._bridge.run(work, self._named_so, self._not_saved, lane="write")

    def _named_so(self, _: None) -> None:
        self.named_so.emit()

    def _renamed(self, session_id: str, _: None) -> None:
        self.renamed.emit(session_id)

    def _not_saved(self, error: Exception) -> None:
        self.failed.emit(explain(error, "The change was not saved"))
