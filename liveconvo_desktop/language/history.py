"""Undo and redo over states of a transcript, and what lies between two of them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from liveconvo_desktop.language.lines import Line, Lines

LIMIT = 200
"""Steps kept. States share their lines: a step of a two-hour call costs some 25 kB."""


class History:
    """The states of one transcript while it is open.

    Args:
        present: What was read from the database.
    """

    def __init__(self, present: Lines) -> None:
        self.present = present
        self._past: list[Lines] = []
        self._future: list[Lines] = []

    @property
    def can_undo(self) -> bool:
        """There is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """There is a step to take again."""
        return bool(self._future)

    def do(self, after: Lines) -> None:
        """A new state; what was undone is forgotten."""
        self._past = [*self._past, self.present][-LIMIT:]
        self._future = []
        self.present = after

    def undo(self) -> Lines:
        """The state before, now present; the same one where there is none."""
        if self._past:
            self._future.append(self.present)
            self.present = self._past.pop()
        return self.present

    def redo(self) -> Lines:
        """The state that was undone last, now present; the same one where there is none."""
        if self._future:
            self._past.append(self.present)
            self.present = self._future.pop()
        return self.present


@dataclass(frozen=True, slots=True)
class Change:
    """What has to be done to rows to get from one state to another.

    Attributes:
        before: Rows that must be as they are here, or somebody else has changed them.
        removed: Rows that go.
        put: Rows that are new or different.
        groups: Groups that are new or different, with their originals.
        dissolved: Groups that are no more.
        moved: Where the words of a removed row are now, if anywhere.
    """

    before: tuple[Line, ...]
    removed: tuple[Line, ...]
    put: tuple[Line, ...]
    groups: Mapping[str, tuple[Line, ...]]
    dissolved: frozenset[str]
    moved: Mapping[str, str]


def change(before: Lines, after: Lines) -> Change:
    """What lies between two states."""
    old = {line.id: line for line in before.lines}
    new = {line.id: line for line in after.lines}
    removed = tuple(line for line in before.lines if line.id not in new)
    put = tuple(line for line in after.lines if old.get(line.id) != line)
    homes = {line.id: _home(line, put) for line in removed}
    return Change(
        before=tuple(line for line in before.lines if new.get(line.id) != line),
        removed=removed,
        put=put,
        groups={g: rows for g, rows in after.originals.items() if before.originals.get(g) != rows},
        dissolved=frozenset(before.originals) - frozenset(after.originals),
        moved={old_id: home for old_id, home in homes.items() if home is not None},
    )


def _home(gone: Line, put: tuple[Line, ...]) -> str | None:
    """The line of the same step that covers most of the time of one that went."""

    def overlap(line: Line) -> float:
        return min(gone.t1, line.t1) - max(gone.t0, line.t0)

    best = max(put, key=overlap, default=None)
    return best.id if best is not None and overlap(best) >= 0 else None
