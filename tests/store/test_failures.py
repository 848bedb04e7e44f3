"""Protects the call from the database: each failure is said with what to do, and nothing is lost
when the database can be written again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Fault, Gap, Session, new_id
from liveconvo_desktop.store import RowRefusedError, SafeSink, Store, check, upgrade
from tests.store.make import STARTED, make_chip, make_segment, make_session

Break = Callable[[Store], Callable[[], None]]


def lock(store: Store) -> Callable[[], None]:
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


def _on_every_connection(store: Store, pragma: str, undo: str) -> Callable[[], None]:
    state = [pragma]

    def apply(raw: sqlite3.Connection, *_: object) -> None:
        raw.execute(state[0]).fetchall()

    event.listen(store._engine, "checkout", apply)

    def mend() -> None:
        state[0] = undo

    return mend


def fill_disk(store: Store) -> Callable[[], None]:
    # SQLite answers SQLITE_FULL as soon as the file would grow beyond this many pages.
    return _on_every_connection(
        store, "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"
    )


def forbid_writing(store: Store) -> Callable[[], None]:
    return _on_every_connection(store, "PRAGMA query_only = ON", "PRAGMA query_only = OFF")


BREAKS = {"locked": lock, "is full": fill_disk, "for writing": forbid_writing}


@pytest.fixture(params=list(BREAKS))
def broken(request, store: Store, session: Session) -> Iterator[tuple[Callable[[], None], str]]:
    """A store that refuses; what mends it, and what the message says."""
    store.patience = 0.05
    mend = BREAKS[request.param](store)
    yield mend, request.param
    mend()


# Larger than a page of the database, so that no free space can hold it.
LONG = "word " * 4000


def test_a_refusal_says_what_happened_and_what_to_do(store, session, broken):
    _, words = broken
    with pytest.raises(StoreError, match=words) as caught:
        store.save(make_segment(session.id, text=LONG))
    assert not isinstance(caught.value, RowRefusedError)
    assert str(store.path) in caught.value.message
    assert caught.value.hint
    assert caught.value.where == "store"
    assert store.transcript(session.id) == []


def test_nothing_is_lost_and_the_order_is_kept(store, session, broken):
    mend, words = broken
    told: list[Fault] = []
    sink = SafeSink(store, told.append)
    partials = [make_segment(session.id, text=LONG, final=False, t0=n, t1=n + 1) for n in range(3)]
    finals = [make_segment(session.id, id=one.id, t0=one.t0, t1=one.t1) for one in partials]
    chip = make_chip(session.id)
    for one in [*partials, *finals, chip, Gap(session.id, "mic", 1.0, 2.0, "lost")]:
        sink(one)
    sink.do(lambda store: store.note_chip(chip.id, dismissed=True))
    sink.do(lambda store: store.finish_session(session.id, STARTED, 20.0))
    assert sink.unsaved == 10
    assert sink.flush() == 10
    (fault,) = told  # said once, not ten times
    assert words in fault.message

    mend()
    assert sink.flush(wait=True) == 0
    assert store.transcript(session.id, partials=True) == finals
    assert [(row.chip, row.dismissed) for row in store.chips(session.id)] == [(chip, True)]
    assert store.session(session.id).session.status == "completed"
    assert check(store.path) == []


def test_the_next_save_brings_what_was_kept_with_it(store, session):
    told: list[Fault] = []
    store.patience = 0.05
    sink = SafeSink(store, told.append)
    for round_ in (1, 2):
        mend = lock(store)
        sink(make_segment(session.id))
        assert sink.unsaved == 1
        mend()
        sink(make_segment(session.id))
        assert sink.unsaved == 0
        assert len(store.transcript(session.id)) == 2 * round_
        assert len(told) == round_  # a second failure is said again


def test_a_sink_in_trouble_leaves_the_patience_of_others_alone(store, session):
    """Its own next tries do not wait; other writers, and a sink made meanwhile, still do."""
    store.patience = 0.05
    waits: list[int] = []

    def watch(raw: sqlite3.Connection, *_: object) -> None:
        raw.set_trace_callback(
            lambda sql: waits.append(int(sql.split("=")[1])) if "busy_timeout" in sql else None
        )

    event.listen(store._engine, "checkout", watch)
    sink = SafeSink(store, lambda fault: None)
    mend = lock(store)
    sink(make_segment(session.id))
    sink(make_segment(session.id))
    assert waits == [50, 0]
    with pytest.raises(StoreError, match="locked"):
        store.save(make_segment(session.id))
    SafeSink(store, lambda fault: None)(make_segment(session.id))
    assert sink.flush(wait=True) == 2
    assert sink.flush() == 2
    assert waits[2:] == [50, 50, 50, 0]
    mend()


def test_a_row_at_fault_does_not_hold_up_the_rest(store, session):
    told: list[Fault] = []
    sink = SafeSink(store, told.append)
    sink(make_segment(new_id()))  # of a session that is not there
    good = make_segment(session.id)
    sink(good)
    assert sink.unsaved == 0
    assert store.transcript(session.id) == [good]
    assert [fault.where for fault in told] == ["store"]


def test_faults_may_be_fed_back_into_the_sink(store, session):
    store.patience = 0.05
    sink = SafeSink(store, lambda fault: sink(fault))
    mend = lock(store)
    sink(make_segment(session.id))
    assert sink.unsaved == 2
    mend()
    assert sink.flush() == 0
    raw = sqlite3.connect(store.path)
    assert raw.execute("SELECT count(*) FROM system_logs").fetchone() == (1,)
    raw.close()


def test_a_folder_that_cannot_be_written(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o555)
    user = os.geteuid()
    if user == 0:
        # Permissions mean nothing to root. 65534 is nobody.
        tmp_path.chmod(0o755)
        os.seteuid(65534)
    try:
        with pytest.raises(StoreError, match="Permission denied") as caught:
            Store.open(folder / "liveconvo.db")
    finally:
        os.seteuid(user)
    assert "--db" in caught.value.hint


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "folder").write_text("")
    with pytest.raises(StoreError, match="cannot be made or opened"):
        Store.open(tmp_path / "folder" / "liveconvo.db")


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "letter.db"
    path.write_text("Dear customer, " * 100)
    with pytest.raises(StoreError, match="damaged or is no database"):
        Store.open(path)
    assert path.read_text().startswith("Dear customer")
    assert check(path) == ["It cannot be read: file is not a database."]


def test_a_damaged_database(tmp_path):
    path = tmp_path / "liveconvo.db"
    store = Store.open(path)
    session = make_session()
    store.save(session)
    store.save(make_segment(session.id, text="what does it cost"))
    store.close()
    whole = path.read_bytes()
    # One bit of the row: the speaker after its text is no longer one of the allowed words.
    path.write_bytes(whole.replace(b"costother", b"costotier"))
    assert any(problem.startswith("The file is damaged") for problem in check(path))
    path.write_bytes(whole[: len(whole) // 2].ljust(len(whole), b"\xff"))
    assert check(path) == ["It cannot be read: database disk image is malformed."]
    with pytest.raises(StoreError, match="damaged") as caught:
        Store.open(path)
    assert "db check" in caught.value.hint


def test_a_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "theirs.db"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE theirs (id)")
    raw.close()
    with pytest.raises(StoreError, match="tables of another program"):
        Store.open(path)
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    raw.close()


def test_a_database_of_a_newer_version_is_left_alone(store):
    store.close()
    raw = sqlite3.connect(store.path)
    raw.execute("UPDATE alembic_version SET version_num = '9001'")
    raw.commit()
    raw.close()
    for use in (Store.open, upgrade):
        with pytest.raises(StoreError, match="version 9001") as caught:
            use(store.path)
        assert "newest LiveConvo" in caught.value.hint
    assert any("9001" in problem for problem in check(store.path))


def test_a_missing_database_is_a_problem_and_is_not_made(tmp_path: Path):
    path = tmp_path / "none.db"
    assert check(path) == [f"There is no database at {path}."]
    assert not path.exists()
