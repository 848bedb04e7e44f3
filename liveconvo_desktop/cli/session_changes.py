"""What `liveconvo sessions` does to the sessions it is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import typer

from liveconvo_desktop.call import interrupted
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.library import Library, people_of

Made = tuple[str, list[str]]
"""What was done, and the sessions that it changed."""


class Moves(NamedTuple):
    """Where sessions are to go; at most one."""

    archive: bool
    unarchive: bool
    delete: bool
    restore: bool


class Changes:
    """What the options ask to be done.

    Args:
        rename: A new title for one session, or None.
        moves: Into and out of archive and trash.
        add_tag: Tags to add; ``remove_tag``: to remove.
        people: Who was on one call, as one line, or None.
    """

    def __init__(
        self,
        rename: str | None,
        moves: Moves,
        add_tag: Sequence[str],
        remove_tag: Sequence[str],
        people: str | None,
    ) -> None:
        self._rename, self._moves, self._people = rename, moves, people
        self._add, self._remove = add_tag, remove_tag

    def wanted(self) -> bool:
        """Something is to be changed."""
        told = self._rename is not None or self._people is not None
        return told or any(self._moves) or bool(self._add or self._remove)

    def make(self, store: Store, library: Library, ids: list[str], as_json: bool) -> None:
        """Do it and say so: ``renamed: 1``, or one JSON object for each change."""
        self._check(ids)
        for event, changed in self._made(store, library, ids):
            if as_json:
                print(json.dumps({"event": event, "sessions": changed}))
            else:
                print(f"{event}: {len(changed)}")

    def _made(self, store: Store, library: Library, ids: list[str]) -> Iterator[Made]:
        if self._rename is not None:
            library.rename(ids[0], self._rename)
            yield "renamed", ids
        if self._people is not None:
            library.set_people(ids[0], people_of(self._people))
            yield "people set", ids
        if self._add or self._remove:
            library.tag(ids, self._add, self._remove)
            yield "tagged", ids
        if self._moves.archive:
            yield "archived", library.archive(ids)
        if self._moves.unarchive:
            yield "unarchived", library.unarchive(ids)
        if self._moves.delete:
            cut_off = {session.id for session in interrupted(store)}
            running = {session.id for session in store.unfinished()} - cut_off
            yield "deleted", library.delete(ids, running)
        if self._moves.restore:
            yield "restored", library.restore(ids)

    def _check(self, ids: list[str]) -> None:
        if not ids:
            raise typer.BadParameter("say which sessions to change")
        if len(ids) > 1 and (self._rename is not None or self._people is not None):
            raise typer.BadParameter("a title and people are set for one session at a time")
        if sum(self._moves) > 1:
            raise typer.BadParameter("only one of --archive, --unarchive, --delete, --restore")
