"""Protects the library: what is listed in which order, and that changes can be undone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import event

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.store.edits import name_speaker
from liveconvo_desktop.store.library import (
    SORT_KEYS,
    Filter,
    Library,
    Person,
    people_of,
    people_text,
)
from liveconvo_desktop.store.search_query import tag_name
from tests.store.make import STARTED, make_segment, make_session

TITLES = ("beta", "Alpha", "gamma")


@pytest.fixture
def library(store) -> Library:
    return Library(store)


@pytest.fixture
def three(store) -> list[str]:
    """Sessions of three days; the second is the shortest and most talked by the user."""
    made = []
    kinds = ("meeting", "sales_call", "interview")
    for day, (title, kind) in enumerate(zip(TITLES, kinds, strict=True)):
        start = STARTED + timedelta(days=day)
        session = make_session(title=title, conversation_type=kind, started_at=start)
        store.save(session)
        spoken = {"speaker": "user", "channel": "mic"} if day == 1 else {}
        store.save(
            make_segment(session.id, t0=0, t1=2 + day, text="one two " * (3 - day), **spoken)
        )
        store.save(make_segment(session.id, t0=5, t1=6, text="and so on"))
        store.finish_session(session.id, start + timedelta(hours=1), 100 - 10 * (day == 1))
        made.append(session.id)
    return made


def ids(rows) -> list[str]:
    return [row.row.session.id for row in rows]


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("date", (0, 1, 2)),
        ("title", (1, 0, 2)),
        ("type", (2, 0, 1)),
        ("duration", (1, 2, 0)),
        ("talk", (2, 0, 1)),
        ("words", (2, 1, 0)),
        ("people", (1, 2, 0)),
        ("tags", (1, 2, 0)),
        ("status", (0, 2, 1)),
    ],
)
def test_every_column_sorts(library, three, key, order):
    library.set_people(three[0], [Person("Zoe")])
    library.set_people(three[2], [Person("adam"), Person("Zed")])
    library.tag(three[:1], add=["won"])
    library.tag(three[2:], add=["lost", "x"])
    library.archive([three[0]])
    rows = library.page(sort=key, descending=False)
    assert ids(rows) == [three[n] for n in order]
    # Of two equals the newest comes first either way.
    if key not in ("duration", "status"):
        assert ids(library.page(sort=key))[0] == three[order[-1]]


def test_every_sort_key_is_known():
    assert len(SORT_KEYS) == 9


def test_pages_follow_one_another(library, three):
    assert ids(library.page(limit=2)) == [three[2], three[1]]
    assert ids(library.page(limit=2, offset=2)) == [three[0]]
    assert library.count() == 3


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (Filter(types=("meeting", "interview")), (2, 0)),
        (Filter(statuses=("archived",)), (1,)),
        (Filter(tags=("won",)), (0,)),
        (Filter(tags=("won", "lost")), ()),
        (Filter(people=("ada",)), (2,)),
        (Filter(people=("CONTOSO",)), (2,)),
        (Filter(people=("%",)), ()),
        (Filter(since=STARTED + timedelta(days=1)), (2, 1)),
        (Filter(until=STARTED + timedelta(days=1)), (0,)),
        (Filter(deleted=True), ()),
    ],
)
def test_filters(library, three, which, expected):
    library.archive([three[1]])
    library.tag(three[:1], add=["Won "])
    library.set_people(three[2], [Person("Ada", "Contoso")])
    assert ids(library.page(which)) == [three[n] for n in expected]
    assert library.count(which) == len(expected)


def test_speakers_with_a_name_are_people_of_the_call(library, store, three):
    name_speaker(store, three[0], "user", "Sam")
    name_speaker(store, three[0], "other", "Dana")
    name_speaker(store, three[1], "other", "Bo")
    library.set_people(three[0], [Person("Dana Whitfield", "Contoso"), Person("Zoe")])
    zero, one = library.get(three[:2])[::-1]
    assert zero.names == ("Dana Whitfield", "Zoe", "Sam")
    assert one.names == ("Bo",)
    assert one.people == ()
    assert ids(library.page(Filter(people=("bo",)))) == [three[1]]
    assert ids(library.page(sort="people", descending=False)) == [three[2], three[1], three[0]]


def test_a_row_says_who_and_what(library, three):
    library.set_people(
        three[0], [Person(" Zoe "), Person("Ada", "Contoso"), Person("Zoe"), Person("")]
    )
    library.tag(three, add=["Big  Deal", "a", ""], remove=["none"])
    library.tag(three[:1], remove=["A"])
    (row,) = library.get(three[:1])
    assert row.people == (Person("Zoe"), Person("Ada", "Contoso"))
    assert row.tags == ("big deal",)
    assert (row.row.words, row.row.duration_seconds, row.row.segments) == (9, 100, 2)
    assert row.row.talk_ratio == 0
    assert library.tags() == [("a", 2), ("big deal", 3)]
    library.set_people(three[0], [])
    assert library.get(three[:1])[0].people == ()


def test_deleting_hides_and_restoring_brings_back_exactly_that(library, store, three):
    library.archive([three[0]])
    assert library.delete(three[2:]) == three[2:]
    # Of both, only one is changed: an undo must not bring back what was gone before.
    assert library.delete(three[1:]) == [three[1]]
    assert ids(library.page()) == [three[0]]
    assert store.session(three[1]) is None
    assert sorted(ids(library.page(Filter(deleted=True)))) == sorted(three[1:])
    assert library.get([three[1]])[0].deleted_at is not None
    assert library.restore([three[0], three[1]]) == [three[1]]
    assert ids(library.page()) == [three[1], three[0]]
    assert library.page()[1].row.session.status == "archived"


def test_a_running_call_is_neither_deleted_nor_archived(library, session):
    assert library.delete([session.id], running={session.id}) == []
    assert library.archive([session.id]) == []
    assert library.delete([session.id]) == [session.id]


def test_archiving_and_back(library, three):
    assert library.archive(three) == three
    assert library.archive(three) == []
    assert library.unarchive(three[:1]) == three[:1]
    assert [row.row.session.status for row in library.page()] == ["archived"] * 2 + ["completed"]


def test_renaming(library, store, three):
    library.rename(three[0], "  New\n name ")
    assert library.get(three[:1])[0].row.session.title == "New name"
    for title in ("", " \n", "x" * 256):
        with pytest.raises(StoreError, match="255"):
            library.rename(three[0], title)
    with pytest.raises(StoreError, match="not there"):
        library.rename(new_id(), "x")


def test_thousands_at_once_are_one_transaction(library, store, three):
    with closing(sqlite3.connect(store.path)) as raw, raw:
        raw.executemany(
            "INSERT INTO sessions (user_id, title, status) VALUES (?, ?, 'completed')",
            [(store.user_id, f"Call {n}") for n in range(5000)],
        )
    every = ids(library.page(limit=10_000))
    assert len(every) == 5003
    begun = []
    event.listen(store._engine, "before_cursor_execute", lambda *a: begun.append(a[2]), once=False)
    assert len(library.delete(every)) == 5003
    assert sum(sql.startswith("UPDATE") for sql in begun) == 1
    assert library.count() == 0
    library.restore(every)
    library.tag(every, add=["all"])
    assert library.tags() == [("all", 5003)]


def test_an_unfinished_session_counts_its_words(library, store, session):
    store.save(make_segment(session.id, t1=61.5, text="one two  three"))
    store.save(make_segment(session.id, text="half a", final=False))
    (row,) = library.page()
    assert (row.row.words, row.row.segments, row.row.duration_seconds) == (3, 1, 61.5)
    assert store.sessions() == [row.row]


def test_a_list_reads_no_transcript_and_no_more_than_its_page(library, store, three):
    """5,000 sessions open at once because the figures lie beside them."""
    asked: list[tuple[str, tuple]] = []
    event.listen(
        store._engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, values, *_: asked.append((statement, values)),
    )
    for key in SORT_KEYS:
        library.page(Filter(tags=(tag_name("a"),), people=("b",)), key)
    queries = [one for one in asked if one[0].startswith("SELECT")]
    with store._engine.connect() as connection:
        for statement, values in queries:
            steps = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values).all()
            plan = "\n".join(step.detail for step in steps)
            for table in ("transcripts", "guidance", "local_sessions"):
                assert f"SCAN {table}" not in plan, plan
            assert "is_final" not in plan


def test_people_are_written_as_one_line():
    assert people_of(" Dana Whitfield ( Contoso ), Bo,, (x)") == [
        Person("Dana Whitfield", "Contoso"),
        Person("Bo"),
    ]
    assert people_of(people_text([Person("A", "B"), Person("C")])) == [
        Person("A", "B"),
        Person("C"),
    ]
