"""Editing one session: steps are shown at once, saved in their order, and taken back on failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Speaker
from liveconvo_desktop.language.history import History
from liveconvo_desktop.language.lines import EditError, Line, Lines
from liveconvo_desktop.review.session import save_step
from liveconvo_desktop.store import Store
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain


class Editing(QObject):
    """Undo, redo and every operation on lines.

    Attributes:
        changed: The state to show.
        refused: An operation makes no sense, or could not be saved.
        stale: What is shown is not what is saved: read the session again.
    """

    changed = Signal(object)
    refused = Signal(object)
    stale = Signal()

    def __init__(self, bridge: Bridge, store: Store) -> None:
        super().__init__()
        self._bridge, self._store = bridge, store
        self._session_id = ""
        self._version = 0
        self._unsaved = 0
        self._history = History(Lines(()))

    @property
    def lines(self) -> Lines:
        """The present state."""
        return self._history.present

    @property
    def saving(self) -> bool:
        """A step is on its way to the database."""
        return self._unsaved > 0

    @property
    def can_undo(self) -> bool:
        """There is a step to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """There is a step to take again."""
        return self._history.can_redo

    def load(self, session_id: str, lines: Lines) -> None:
        """Begin with what was read."""
        self._session_id = session_id
        self._version += 1
        self._history = History(lines)

    def do(self, step: Callable[[Lines], Lines]) -> bool:
        """Take a step; False where it makes no sense or changes nothing."""
        before = self.lines
        try:
            after = step(before)
        except EditError as error:
            self.refused.emit(error)
            return False
        if after == before:
            return False
        self._history.do(after)
        self._save(before)
        return True

    @Slot(str, str)
    def edit(self, line_id: str, text: str) -> None:
        """Other words for a line."""
        self.do(lambda lines: lines.edit(line_id, text))

    @Slot(str, str, int)
    def split(self, line_id: str, text: str, cursor: int) -> None:
        """Two lines of what was typed, as one step."""
        # The same place in the text as it is kept, with single spaces.
        cut = len(" ".join(f"{text[:cursor]}|".split())) - 1
        self.do(lambda lines: lines.edit(line_id, text).split(line_id, cut))

    def merge(self, line: Line) -> None:
        """With the next line."""
        self.do(lambda lines: lines.merge(line.id))

    def swap_speaker(self, chosen: Sequence[Line]) -> None:
        """The other side said them."""
        other: dict[Speaker, Speaker] = {"user": "other", "other": "user", "system": "user"}
        self._each(chosen, lambda lines, one: lines.set_speaker(one.id, other[one.speaker]))

    def star(self, chosen: Sequence[Line]) -> None:
        """Mark them; where all are marked, not any more."""
        on = not all(line.starred for line in chosen)
        self._each(chosen, lambda lines, one: lines.star(one.id, on))

    def comment(self, line: Line, text: str) -> None:
        """Note something."""
        self.do(lambda lines: lines.comment(line.id, text))

    def delete(self, chosen: Sequence[Line]) -> None:
        """Take them out."""
        self._each(chosen, lambda lines, one: lines.delete(one.id))

    def restore(self, chosen: Sequence[Line]) -> None:
        """What the recogniser wrote in place of what was made of it."""
        groups = dict.fromkeys(line.group for line in chosen if line.group)

        def step(lines: Lines) -> Lines:
            for group in groups:
                lines = lines.restore(group)
            return lines

        self.do(step)

    def restore_deleted(self) -> None:
        """Every line of which nothing is left."""

        def step(lines: Lines) -> Lines:
            for group in lines.deleted():
                lines = lines.restore(group)
            return lines

        self.do(step)

    @Slot()
    def undo(self) -> None:
        """Take the last step back."""
        before = self.lines
        if self._history.undo() is not before:
            self._save(before)

    @Slot()
    def redo(self) -> None:
        """Take it again."""
        before = self.lines
        if self._history.redo() is not before:
            self._save(before)

    def _each(self, chosen: Sequence[Line], step: Callable[[Lines, Line], Lines]) -> None:
        """The same on several lines, to be undone as one."""

        def all_of_them(lines: Lines) -> Lines:
            for line in chosen:
                lines = step(lines, line)
            return lines

        self.do(all_of_them)

    def _save(self, before: Lines) -> None:
        after = self.lines
        self._unsaved += 1
        self.changed.emit(after)
        self._bridge.run(
            partial(save_step, self._store, self._session_id, before, after),
            self._saved,
            partial(self._failed, self._version),
            lane="write",
        )

    def _saved(self, _: None) -> None:
        """It is shown already."""
        self._unsaved -= 1

    def _failed(self, version: int, error: Exception) -> None:
        self._unsaved -= 1
        found: LiveConvoError = explain(error, "The change was not saved")
        self.refused.emit(found)
        if version == self._version:
            # Steps after this one were built on it: they will be refused as well.
            self._version += 1
            self.stale.emit()
