"""The library: past sessions filtered, sorted, a page at a time, and what may be done to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Update,
    and_,
    delete,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import ConversationType, SessionStatus
from liveconvo_desktop.store import reviews
from liveconvo_desktop.store.queries import id_list, session_page
from liveconvo_desktop.store.records import SessionRow
from liveconvo_desktop.store.search_query import tag_name
from liveconvo_desktop.store.store import Store
from sync.local import local_people, local_sessions, local_speakers, local_tags
from sync.schema import sessions

SortKey = Literal["date", "title", "type", "duration", "people", "status", "talk", "words", "tags"]
LONGEST_TITLE = 255


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was on a call."""

    name: str
    company: str = ""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A session as the library lists it.

    Attributes:
        people: Whom the user wrote down.
        speakers: What the user called the speakers in the transcript, the far side first.
        deleted_at: When it was deleted; it can be restored until it is deleted for good.
    """

    row: SessionRow
    people: tuple[Person, ...] = ()
    tags: tuple[str, ...] = ()
    deleted_at: datetime | None = None
    speakers: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody who is known to have been there, each once: ``Dana`` is ``Dana Whitfield``."""
        people = tuple(one.name for one in self.people)
        known = [f"{name} ".casefold() for name in people]
        return people + tuple(
            name
            for name in self.speakers
            if not any(one.startswith(f"{name} ".casefold()) for one in known)
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """Which sessions; every part narrows, an empty one leaves all.

    Attributes:
        since: Started at or after this moment; ``until``: before this one.
        tags: All of these.
        people: All of these: people, their companies, and speakers with a name.
        deleted: The deleted ones in place of the others.
    """

    types: tuple[ConversationType, ...] = ()
    statuses: tuple[SessionStatus, ...] = ()
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    deleted: bool = False


_STARTED: ColumnElement[Any] = func.coalesce(sessions.c.recording_started_at, sessions.c.created_at)


def _first(column: ColumnElement[Any]) -> ColumnElement[Any]:
    table = column.table
    found = select(func.min(column)).where(table.c.session_id == sessions.c.id)
    return found.scalar_subquery().collate("NOCASE")


def _first_person() -> ColumnElement[Any]:
    person, speaker = _first(local_people.c.name), _first(local_speakers.c.name)
    # SQLite's min of two is NULL where one of them is.
    return func.min(func.coalesce(person, speaker), func.coalesce(speaker, person))


_TALK = local_sessions.c
_SORTS: dict[SortKey, ColumnElement[Any]] = {
    "date": _STARTED,
    "title": func.coalesce(sessions.c.title, "").collate("NOCASE"),
    "type": sessions.c.conversation_type,
    "duration": sessions.c.recording_duration_seconds,
    "people": func.coalesce(_first_person(), "").collate("NOCASE"),
    "status": sessions.c.status,
    # Sums of thousandths in the file: an exact ratio needs a real number on one side.
    "talk": literal_column(
        "local_sessions.user_talk_seconds * 1.0 / nullif(local_sessions.talk_seconds, 0)"
    ),
    "words": func.max(sessions.c.total_words_spoken, _TALK.words),
    "tags": func.coalesce(_first(local_tags.c.tag), "").collate("NOCASE"),
}
SORT_KEYS: tuple[SortKey, ...] = tuple(_SORTS)


class Library:
    """Reads and changes past sessions; any thread may call it.

    Each change is one transaction over all the sessions given, and returns those that it changed,
    so that an undo touches no others.

    Raises:
        StoreError: From any method, when the database or the disk refuses.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(
        self,
        which: Filter = Filter(),
        sort: SortKey = "date",
        *,
        descending: bool = True,
        limit: int = 100,
        offset: int = 0,
    ) -> list[LibraryRow]:
        """Sessions in order; among equals the newest first."""
        key = _SORTS[sort].desc() if descending else _SORTS[sort].asc()
        query = (
            _selected(which)
            .order_by(key, _STARTED.desc(), sessions.c.id)
            .limit(limit)
            .offset(offset)
        )
        with self._store.reading() as connection:
            return _rows(connection, query)

    def count(self, which: Filter = Filter()) -> int:
        """How many sessions pass."""
        query = select(func.count()).select_from(_selected(which).subquery())
        with self._store.reading() as connection:
            return connection.execute(query).scalar_one()

    def is_empty(self) -> bool:
        """There is no session, archived and deleted ones included."""
        with self._store.reading() as connection:
            return connection.execute(select(sessions.c.id).limit(1)).first() is None

    def get(self, ids: Sequence[str]) -> list[LibraryRow]:
        """These sessions, deleted ones too, the newest first."""
        query = select(sessions).where(sessions.c.id.in_(id_list(ids))).order_by(_STARTED.desc())
        with self._store.reading() as connection:
            return _rows(connection, query)

    def tags(self) -> list[tuple[str, int]]:
        """Every tag of a session that is not deleted, by name, with how many have it."""
        query = (
            select(local_tags.c.tag, func.count())
            .join(sessions, sessions.c.id == local_tags.c.session_id)
            .where(sessions.c.deleted_at.is_(None))
            .group_by(local_tags.c.tag)
            .order_by(local_tags.c.tag)
        )
        with self._store.reading() as connection:
            return [(tag, count) for tag, count in connection.execute(query)]

    def rename(self, session_id: str, title: str) -> None:
        """Give a session another title.

        Raises:
            StoreError: The title is empty or too long, or there is no such session.
        """
        title = " ".join(title.split())
        if not 0 < len(title) <= LONGEST_TITLE:
            raise StoreError(
                "A title has 1 to 255 characters.", "Choose a shorter or longer one.", "library"
            )
        if not self._change(update(sessions).values(title=title), [session_id]):
            raise StoreError(
                "The call cannot be renamed: it is not there.", "Reload the list.", "library"
            )

    def archive(self, ids: Sequence[str]) -> list[str]:
        """Put finished sessions out of the way; one that runs or was cut off is left."""
        finished = sessions.c.status == "completed"
        return self._change(update(sessions).where(finished).values(status="archived"), ids)

    def unarchive(self, ids: Sequence[str]) -> list[str]:
        """Bring archived sessions back."""
        archived = sessions.c.status == "archived"
        return self._change(update(sessions).where(archived).values(status="completed"), ids)

    def delete(self, ids: Sequence[str], running: Collection[str] = ()) -> list[str]:
        """Hide sessions until ``restore``, or until they are deleted for good.

        Args:
            ids: Sessions.
            running: Calls that are under way: they are left.
        """
        wanted = [one for one in ids if one not in running]
        there = sessions.c.deleted_at.is_(None)
        return self._change(update(sessions).where(there).values(deleted_at=_now()), wanted)

    def restore(self, ids: Sequence[str]) -> list[str]:
        """Bring deleted sessions back as they were."""
        gone = sessions.c.deleted_at.is_not(None)
        return self._change(update(sessions).where(gone).values(deleted_at=None), ids)

    def tag(self, ids: Sequence[str], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Add and remove tags of several sessions; see ``search_query.tag_name`` for their form."""
        added = [name for name in map(tag_name, add) if name]
        rows = [{"session_id": one, "tag": name} for one in ids for name in added]
        gone = delete(local_tags).where(
            local_tags.c.session_id.in_(id_list(ids)),
            local_tags.c.tag.in_([tag_name(name) for name in remove]),
        )
        with self._store.writing() as connection:
            connection.execute(gone)
            if rows:
                connection.execute(insert(local_tags).on_conflict_do_nothing(), rows)

    def set_people(self, session_id: str, people: Iterable[Person]) -> None:
        """Say who was on a call, in this order; a name counts once."""
        named = {one.name.strip(): one.company.strip() for one in people if one.name.strip()}
        rows = [
            {"session_id": session_id, "name": name[:255], "company": company[:255]}
            for name, company in named.items()
        ]
        with self._store.writing() as connection:
            connection.execute(delete(local_people).where(local_people.c.session_id == session_id))
            if rows:
                connection.execute(insert(local_people).on_conflict_do_nothing(), rows)

    def _change(self, change: Update, ids: Sequence[str]) -> list[str]:
        change = (
            change.where(sessions.c.id.in_(id_list(ids)))
            .values(updated_at=_now())
            .returning(sessions.c.id)
        )
        with self._store.writing() as connection:
            return list(connection.execute(change).scalars())


def people_text(people: Iterable[Person]) -> str:
    """People as one line: ``Dana Whitfield (Contoso), Bo``."""
    return ", ".join(f"{one.name} ({one.company})" if one.company else one.name for one in people)


def people_of(text: str) -> list[Person]:
    """The people of such a line."""
    found = []
    for part in text.split(","):
        name, _, company = part.partition("(")
        if name.strip():
            found.append(Person(name.strip(), company.strip().removesuffix(")").strip()))
    return found


def _selected(which: Filter) -> Select[Any]:
    at = sessions.c.deleted_at
    parts: list[ColumnElement[bool]] = [at.is_not(None) if which.deleted else at.is_(None)]
    if which.types:
        parts.append(sessions.c.conversation_type.in_(which.types))
    if which.statuses:
        parts.append(sessions.c.status.in_(which.statuses))
    for tag in which.tags:
        having = select(local_tags.c.session_id).where(local_tags.c.tag == tag_name(tag))
        parts.append(sessions.c.id.in_(having))
    for name in which.people:
        parts.append(sessions.c.id.in_(_with(name)))
    if which.since is not None:
        parts.append(which.since <= _STARTED)
    if which.until is not None:
        parts.append(which.until > _STARTED)
    joined = sessions.outerjoin(local_sessions, _TALK.session_id == sessions.c.id)
    return select(sessions).select_from(joined).where(and_(*parts))


def _with(name: str) -> CompoundSelect[Any]:
    """Ids of the sessions with somebody of this name, or of a company of this name."""
    of, spoke = local_people.c, local_speakers.c
    match = or_(*(column.icontains(name, autoescape=True) for column in (of.name, of.company)))
    named = spoke.name.icontains(name, autoescape=True)
    return union_all(select(of.session_id).where(match), select(spoke.session_id).where(named))


def _rows(connection: Connection, query: Select[Any]) -> list[LibraryRow]:
    rows = session_page(connection, query)
    ids = id_list([row.session.id for row in rows])
    people: dict[str, list[Person]] = {}
    tags: dict[str, list[str]] = {}
    of = select(local_people).where(local_people.c.session_id.in_(ids)).order_by(local_people.c.id)
    for row in connection.execute(of):
        people.setdefault(row.session_id, []).append(Person(row.name, row.company))
    with_ = select(local_tags).where(local_tags.c.session_id.in_(ids)).order_by(local_tags.c.tag)
    for row in connection.execute(with_):
        tags.setdefault(row.session_id, []).append(row.tag)
    named = reviews.speakers_of(connection, [row.session.id for row in rows])
    gone = select(sessions.c.id, sessions.c.deleted_at).where(
        sessions.c.id.in_(ids), sessions.c.deleted_at.is_not(None)
    )
    deleted = {row.id: row.deleted_at for row in connection.execute(gone)}
    return [
        LibraryRow(
            row,
            tuple(people.get(row.session.id, ())),
            tuple(tags.get(row.session.id, ())),
            deleted.get(row.session.id),
            tuple(name for _, name in sorted(named.get(row.session.id, {}).items())),
        )
        for row in rows
    ]


def _now() -> datetime:
    return datetime.now(UTC)
