"""Protects the one summary of a session, its versions, and what the user made of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select

from liveconvo_desktop.store import RowRefusedError
from liveconvo_desktop.store.exports import mark_exported
from liveconvo_desktop.store.holdings import calls
from liveconvo_desktop.store.summaries import Summaries, SummaryBusyError
from liveconvo_desktop.store.summary_records import SummaryText
from sync.local import local_retention
from sync.schema import summaries
from tests.store.make import make_segment, make_session


@pytest.fixture
def kept(store):
    return Summaries(store)


def text(name="one"):
    action = {"text": "Send", "owner": "user", "due": None, "sources": ["a"], "done": False}
    return SummaryText(name, f"tldr {name}", ["d"], [action], ["q"], "## n")


def alive(process_id, started):
    return True


def dead(process_id, started):
    return False


def write(kept, session, name="one"):
    kept.begin(session.id, 1, 100.25, dead)
    return kept.complete(session.id, text(name), {"name": name}, f"model {name}", 1.5)


def test_a_run_fills_every_column(kept, session, store):
    store.save(make_segment(session.id, text="hi"))
    assert kept.get(session.id) is None
    kept.queue(session.id)
    row = kept.get(session.id)
    assert (row.status, row.text, row.export_count, row.marked_done) == ("pending", None, 0, False)
    kept.begin(session.id, 1, 100.25, dead)
    assert kept.get(session.id).status == "generating"
    version = kept.complete(session.id, text(), {"name": "one"}, "offline", 1.234)
    row = kept.get(session.id)
    assert (row.status, row.error, row.text) == ("completed", "", text())
    assert row.full_transcript == "[0:01] Them: hi"
    assert (row.model_used, row.seconds) == ("offline", 1.23)
    assert (version.state, version.content, version.edited) == ("current", {"name": "one"}, False)
    kept.mark_done(session.id, True)
    mark_exported(store, session.id)
    mark_exported(store, session.id)
    row = kept.get(session.id)
    assert (row.export_count, row.marked_done) == (2, True)
    assert row.last_exported_at.tzinfo is not None
    with store.reading() as connection:
        rows = connection.execute(select(summaries)).all()
    assert len(rows) == 1
    assert None not in [
        v for k, v in rows[0]._mapping.items() if k not in ("deleted_at", "generation_error")
    ]


def test_a_failed_run_leaves_the_reason_and_the_summary_before(kept, session):
    write(kept, session)
    kept.begin(session.id, 1, 100.25, dead)
    kept.fail(session.id, "no network")
    row = kept.get(session.id)
    assert (row.status, row.error) == ("failed", "no network")
    assert (row.text, row.model_used) == (text(), "model one")


def test_a_first_run_that_fails_leaves_no_half_summary(kept, session):
    kept.begin(session.id, 1, 100.25, dead)
    kept.fail(session.id, "no network")
    assert kept.get(session.id).text is None
    assert kept.versions(session.id) == []


def test_a_cancelled_run_never_was(kept, session):
    kept.begin(session.id, 1, 100.25, dead)
    kept.abandon(session.id)
    assert kept.get(session.id).status == "pending"
    write(kept, session)
    kept.begin(session.id, 1, 100.25, alive)
    kept.abandon(session.id)
    assert kept.get(session.id).status == "completed"


def test_only_one_writes_at_a_time(kept, session):
    kept.begin(session.id, 1, 100.25, alive)
    with pytest.raises(SummaryBusyError):
        kept.begin(session.id, 2, 200.0, alive)
    kept.begin(session.id, 2, 200.0, dead)


def test_an_unedited_summary_is_replaced_and_kept(kept, session):
    write(kept, session, "one")
    write(kept, session, "two")
    assert kept.get(session.id).text == text("two")
    assert kept.version(session.id, "current").content == {"name": "two"}
    assert kept.version(session.id, "replaced").content == {"name": "one"}


def test_an_edited_summary_is_never_overwritten(kept, session):
    write(kept, session, "one")
    kept.edit(session.id, text("mine"), {"name": "mine"})
    offered = write(kept, session, "two")
    assert offered.state == "offered"
    row = kept.get(session.id)
    assert (row.text, row.status, row.model_used) == (text("mine"), "completed", "model one")
    again = write(kept, session, "three")
    assert [one.id for one in kept.versions(session.id, "offered")] == [again.id]
    assert kept.version(session.id, "current").edited


def test_the_user_takes_or_refuses_an_offer(kept, session):
    write(kept, session, "one")
    kept.edit(session.id, text("mine"), {"name": "mine"})
    kept.discard(write(kept, session, "two").id)
    assert kept.get(session.id).text == text("mine")
    assert kept.version(session.id, "offered") is None
    offered = write(kept, session, "three")
    kept.accept(offered.id, text("three"), {"name": "three"})
    row = kept.get(session.id)
    assert (row.text, row.model_used) == (text("three"), "model three")
    assert kept.version(session.id, "replaced").content == {"name": "mine"}
    with pytest.raises(RowRefusedError):
        kept.accept(offered.id, text("three"), {"name": "three"})


def test_a_run_whose_process_is_gone_is_found(kept, session):
    kept.begin(session.id, 1, 100.25, dead)
    seen = []

    def look(process_id, started):
        seen.append((process_id, started))
        return False

    assert kept.cut_off(look) == [session.id]
    assert seen == [(1, 100.25)]
    assert kept.cut_off(alive) == []
    kept.fail(session.id, "cut off")
    assert kept.cut_off(dead) == []


def test_nothing_is_kept_for_a_session_that_is_not_there(kept):
    with pytest.raises(RowRefusedError):
        kept.queue(make_session().id)


def test_a_summary_without_a_version_is_taken_up_as_the_users(kept, session):
    kept.queue(session.id)
    kept.adopt(session.id, {"name": "imported"}, "m", 1.0)
    kept.adopt(session.id, {"name": "again"}, "m", 1.0)
    current = kept.version(session.id, "current")
    assert (current.content, current.edited) == ({"name": "imported"}, True)


def deadline(store):
    """What the audio's deadline counts from."""
    with store.reading() as connection:
        return calls(connection, store.path, lambda session_id: False)[0].summarised_at


@pytest.mark.parametrize("noted", [True, False], ids=["as written now", "by an older version"])
def test_neither_an_export_nor_another_summary_prolongs_the_audio(kept, session, store, noted):
    began = datetime.now(UTC)
    kept.queue(session.id)
    assert deadline(store) is None
    write(kept, session)
    first = deadline(store)
    assert began <= first <= datetime.now(UTC)
    with store.writing() as connection:
        row = connection.execute(select(local_retention)).one()
        assert row.summarised_at == first  # noted with the summary, not by the next cleaning
        if not noted:
            connection.execute(delete(local_retention))
    mark_exported(store, session.id)
    assert deadline(store) == first
    kept.edit(session.id, text("mine"), {"name": "mine"})
    write(kept, session, "two")
    mark_exported(store, session.id)
    assert deadline(store) == first


def test_an_imported_summary_counts_from_its_row_also_when_it_is_edited(kept, session, store):
    made = datetime(2026, 3, 1, tzinfo=UTC)
    row = {"session_id": session.id, "user_id": store.user_id, "created_at": made}
    with store.writing() as connection:
        connection.execute(insert(summaries).values(**row, generation_status="completed"))
    mark_exported(store, session.id)
    assert deadline(store) == made
    kept.adopt(session.id, {"name": "one"}, "model", 1.0)
    assert deadline(store) == made
