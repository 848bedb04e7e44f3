"""Protects the local half: nothing is noted before an account is attached, every edit after it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from sync.local.sync import unsynced
from sync.migrations import upgrade
from sync.protocol import PUSHED, RULES, Page, PulledRow, PushReply, Result
from sync.replica import NoAccountError, OvertakenError, Replica
from sync.rows import UnreadableRowError, columns_of, table_of
from sync.schema import metadata
from sync.sqlite import immediate, open_engine

EPOCH = str(uuid4())
USER = str(uuid4())


@pytest.fixture
def engine(tmp_path):
    path = tmp_path / "liveconvo.db"
    upgrade(path)
    made = open_engine(path)
    run(made, f"INSERT INTO users (id, email) VALUES ('{USER}', 'local@liveconvo.invalid')")
    yield made
    made.dispose()


@pytest.fixture
def replica(engine):
    return Replica(engine, USER)


@pytest.fixture
def attached(replica):
    replica.attach("https://server", "a@example.com", str(uuid4()))
    replica.apply(Page(epoch=EPOCH, seq=0, head=0, more=False, changes=[]), 0)
    return replica


def run(engine, *statements):
    with immediate(engine).begin() as connection:
        return [connection.execute(text(one)) for one in statements]


def session(engine):
    row_id = str(uuid4())
    run(engine, f"INSERT INTO sessions (id, user_id, title) VALUES ('{row_id}', '{USER}', 'x')")
    return row_id


def line(engine, session_id, final=1):
    row_id = str(uuid4())
    run(
        engine,
        "INSERT INTO transcripts (id, session_id, content, start_time_seconds, is_final)"
        f" VALUES ('{row_id}', '{session_id}', 'x', 0, {final})",
    )
    return row_id


def outbox(engine):
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT tbl, row_id, deleted FROM local_outbox"))
        return {(tbl, row_id): bool(gone) for tbl, row_id, gone in rows}


def reply(batch, status="applied", **more):
    results = [Result(table=c.table, id=c.id, status=status, seq=9, **more) for c in batch.changes]
    return PushReply(results=results)


def test_every_column_that_travels_exists_and_none_that_must_not():
    for name, rule in RULES.items():
        assert rule.columns <= set(table_of(name).c.keys())
        secret = {"user_id", "password_hash", "google_id", "email", "file_url", "audio_file_url"}
        assert not rule.columns & (secret | {"session_token", "ip_address", "stripe_customer_id"})
    assert set(RULES) == set(metadata.tables)
    assert columns_of("sessions")[0] == "id"


def test_nothing_is_noted_without_an_account(engine, replica):
    session(engine)
    assert outbox(engine) == {}
    assert replica.state() is None
    with pytest.raises(NoAccountError):
        replica.batch()


def test_attaching_notes_everything_that_is_there_and_turns_nothing_on(engine, replica):
    session_id = session(engine)
    final, _partial = line(engine, session_id), line(engine, session_id, final=0)
    run(engine, "INSERT INTO templates (name, is_system_template) VALUES ('ours', 1)")
    replica.attach("https://server", "a@example.com", str(uuid4()))
    assert set(outbox(engine)) == {("sessions", session_id), ("transcripts", final)}
    assert replica.state().enabled is False


def test_an_edit_and_its_note_are_one_transaction(engine, attached):
    row_id = session(engine)
    run(engine, "DELETE FROM local_outbox")
    with immediate(engine).connect() as connection:
        connection.execute(text("UPDATE sessions SET title = 'never'"))
        assert connection.execute(text("SELECT row_id FROM local_outbox")).scalar() == row_id
        connection.rollback()
    assert outbox(engine) == {}


@pytest.mark.parametrize("name", PUSHED)
def test_every_pushed_table_notes_writes_and_deletions(engine, attached, name):
    session_id = session(engine)
    fill = {
        "templates": "(id, user_id, name) VALUES ('{id}', '{user}', 'x')",
        "sessions": "(id, user_id, title) VALUES ('{id}', '{user}', 'x')",
        "documents": "(id, session_id, user_id, original_filename, file_type, file_size_bytes)"
        " VALUES ('{id}', '{session}', '{user}', 'a', 'txt', 1)",
        "transcripts": "(id, session_id, content, start_time_seconds, is_final)"
        " VALUES ('{id}', '{session}', 'x', 0, 1)",
        "guidance": "(id, session_id, content, guidance_type) VALUES ('{id}', '{session}', 'x',"
        " 'ask')",
        "summaries": "(id, session_id, user_id) VALUES ('{id}', '{session}', '{user}')",
    }
    row_id = str(uuid4())
    values = fill[name].format(id=row_id, user=USER, session=session_id)
    run(engine, f"INSERT INTO {name} {values}")
    assert outbox(engine)[name, row_id] is False
    run(engine, "DELETE FROM local_outbox")
    run(engine, f"UPDATE {name} SET updated_at = '2026-03-01T09:00:00.000000Z'")
    assert outbox(engine)[name, row_id] is False
    run(engine, f"DELETE FROM {name} WHERE id = '{row_id}'")
    assert outbox(engine)[name, row_id] is True


def test_what_does_not_travel_is_not_noted(engine, attached):
    session_id = session(engine)
    run(engine, "DELETE FROM local_outbox")
    line(engine, session_id, final=0)
    run(engine, "UPDATE sessions SET audio_file_url = 'file:///x'")
    with immediate(engine).begin() as connection, unsynced(connection):
        connection.execute(text("UPDATE sessions SET title = 'by retention'"))
    assert outbox(engine) == {}


def test_a_row_edited_while_its_batch_was_under_way_stays_to_be_sent(engine, attached):
    row_id = session(engine)
    batch = attached.batch()
    run(engine, "UPDATE sessions SET title = 'newer'")
    attached.acknowledge(batch, reply(batch))
    assert outbox(engine) == {("sessions", row_id): False}
    again = attached.batch()
    assert (again.changes[0].row["title"], again.changes[0].base) == ("newer", 9)
    assert again.attempt == batch.attempt + 1
    attached.acknowledge(again, reply(again))
    assert attached.batch() is None


def test_what_was_never_sent_and_is_deleted_needs_no_message(engine, attached):
    row_id = session(engine)
    run(engine, f"DELETE FROM sessions WHERE id = '{row_id}'")
    assert attached.batch() is None
    assert outbox(engine) == {}


def test_what_was_sent_without_an_answer_and_is_deleted_is_told(engine, attached):
    row_id = session(engine)
    attached.batch()
    run(engine, f"DELETE FROM sessions WHERE id = '{row_id}'")
    assert [one.deleted for one in attached.batch().changes] == [True]


def test_parents_go_first_and_deletions_last_children_first(engine, attached):
    old = session(engine)
    gone = line(engine, old)
    attached.acknowledge(batch := attached.batch(), reply(batch))
    run(engine, f"DELETE FROM transcripts WHERE id = '{gone}'", "DELETE FROM sessions")
    line(engine, session(engine))
    order = [(one.table, one.deleted) for one in attached.batch().changes]
    assert order == [
        ("sessions", False),
        ("transcripts", False),
        ("transcripts", True),
        ("sessions", True),
    ]


def test_a_refused_row_is_parked_until_it_is_edited(engine, attached):
    row_id = session(engine)
    batch = attached.batch()
    attached.acknowledge(batch, reply(batch, "rejected", code="too_long"))
    assert [(one.row_id, one.code) for one in attached.parked()] == [(row_id, "too_long")]
    assert attached.batch() is None
    run(engine, "UPDATE sessions SET title = 'shorter'")
    assert attached.parked() == []
    assert len(attached.batch().changes) == 1


def test_a_row_that_no_message_can_hold_is_parked(engine, attached):
    session_id = session(engine)
    run(
        engine,
        "INSERT INTO summaries (session_id, user_id, full_transcript)"
        f" VALUES ('{session_id}', '{USER}', hex(zeroblob(3000000)))",
    )
    assert [one.table for one in attached.batch().changes] == ["sessions"]
    assert [one.code for one in attached.parked()] == ["too_large"]


def test_a_page_is_written_whole_or_not_at_all(engine, attached):
    row_id = str(uuid4())
    good = PulledRow(table="sessions", id=row_id, seq=1, row={"title": "new"})
    bad = PulledRow(table="sessions", id=str(uuid4()), seq=2, row={"updated_at": "yesterday"})
    page = Page(epoch=EPOCH, seq=2, head=2, more=False, changes=[good, bad])
    with pytest.raises(UnreadableRowError):
        attached.apply(page, 0)
    assert attached.state().seq == 0
    attached.apply(page.model_copy(update={"changes": [good], "seq": 1}), 0)
    assert attached.state().seq == 1
    assert outbox(engine) == {}
    with pytest.raises(OvertakenError):
        attached.apply(page, 0)


def test_only_the_columns_that_came_are_written(engine, attached):
    row_id = session(engine)
    attached.acknowledge(batch := attached.batch(), reply(batch))
    change = PulledRow(table="sessions", id=row_id, seq=10, row={"status": "archived", "new": 1})
    attached.apply(Page(epoch=EPOCH, seq=10, head=10, more=False, changes=[change]), 0)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT title, status FROM sessions")).one()
    assert tuple(found) == ("x", "archived")


def test_a_call_deleted_elsewhere_waits_until_what_was_added_here_is_told(engine, attached):
    row_id = session(engine)
    attached.acknowledge(batch := attached.batch(), reply(batch))
    added = line(engine, row_id)
    gone = PulledRow(table="sessions", id=row_id, seq=12)
    page = Page(epoch=EPOCH, seq=12, head=12, more=False, changes=[gone])
    assert attached.apply(page, 0) == 0
    assert attached.state().seq == 11
    batch = attached.batch()
    assert [one.id for one in batch.changes] == [added]
    attached.acknowledge(batch, reply(batch, "gone"))
    attached.apply(page, 11)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 0
    assert attached.waiting() == 0


def test_private_calls_are_neither_sent_nor_counted(engine, attached):
    secret, other = session(engine), session(engine)
    line(engine, secret)
    attached.keep_here(secret, True)
    assert attached.waiting() == 1
    assert [one.id for one in attached.batch().changes] == [other]
    assert attached.keep_here(other, True) is True


def test_a_running_call_is_sent_when_it_has_ended(engine, attached):
    """Another computer would offer to recover it."""
    row_id = session(engine)
    run(engine, "UPDATE sessions SET status = 'active'")
    line(engine, row_id)
    assert attached.batch() is None
    assert attached.waiting() == 0
    run(engine, "UPDATE sessions SET status = 'completed'")
    assert len(attached.batch().changes) == 2


def test_a_call_that_is_kept_here_outlives_its_deletion_elsewhere(engine, attached):
    row_id = session(engine)
    said = line(engine, row_id)
    attached.acknowledge(batch := attached.batch(), reply(batch))
    attached.keep_here(row_id, True)
    gone = [
        PulledRow(table="transcripts", id=said, seq=11),
        PulledRow(table="sessions", id=row_id, seq=12),
    ]
    attached.apply(Page(epoch=EPOCH, seq=12, head=12, more=False, changes=gone), 0)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM transcripts")).scalar() == 1


def test_rows_are_looked_up_by_an_index(engine, attached):
    """A scan for each page would make a first sync quadratic."""
    for table in ("local_outbox", "local_synced"):
        with engine.connect() as connection:
            plan = text(f"EXPLAIN QUERY PLAN SELECT tbl FROM {table} WHERE row_id IN ('a', 'b')")
            assert "SCAN" not in str(connection.execute(plan).all())


def test_the_same_account_again_keeps_the_place(engine, replica):
    account = str(uuid4())
    replica.attach("https://server", "a@example.com", account)
    replica.apply(Page(epoch=EPOCH, seq=7, head=7, more=False, changes=[]), 0)
    replica.attach("https://server", "a@example.com", account)
    assert replica.state().seq == 7
    replica.attach("https://server", "b@example.com", str(uuid4()))
    assert (replica.state().seq, replica.state().epoch) == (0, None)
