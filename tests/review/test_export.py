"""From the library to a file: what is gathered, and that nothing is overwritten unasked."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Gap
from liveconvo_desktop.export import FORMATS, ExportError, Options, find_format
from liveconvo_desktop.review import export
from liveconvo_desktop.review.export import FileThereError, export_to, gather, write_file
from liveconvo_desktop.store import Store
from sync.local import local_people
from sync.schema import sessions, summaries, users
from tests.store.make import STARTED, make_chip, make_segment, make_session

ACTION = {"text": "Send it", "owner": "user", "due": "2025-01-31", "sources": ["x"], "done": True}


@pytest.fixture
def store(tmp_path):
    made = Store.open(tmp_path / "library" / "liveconvo.db")
    yield made
    made.close()


@pytest.fixture
def session(store):
    """A finished session with a line, a chip that was used, a hole and a summary."""
    one = make_session(title="Call with Acme")
    store.save(one)
    line = make_segment(one.id)
    store.save(line)
    store.save(make_segment(one.id, text="half a", final=False))
    chip = make_chip(one.id)
    store.save(chip)
    store.note_chip(chip.id, displayed=True, feedback="helpful")
    store.save(Gap(one.id, "mic", 5.0, 6.5, "paused"))
    store.finish_session(one.id, STARTED + timedelta(seconds=60), 60.0)
    with store.writing() as connection:
        connection.execute(
            insert(summaries).values(
                session_id=one.id,
                user_id=store.user_id,
                title="Acme",
                tldr="They want a price.",
                key_decisions=["Buy", {"text": "Sell"}, 7],
                action_items=[ACTION, "Call back", {"owner": "nobody"}],
                follow_up_questions=["Why?"],
                structured_notes="# Notes",
                generation_status="completed",
                model_used="offline",
            )
        )
    return one


def test_everything_of_a_session_is_gathered(store, session):
    found = gather(store, session.id, {"other": "Dana"})
    assert found.session.title == "Call with Acme"
    assert found.seconds == 60.0
    assert [line.text for line in found.lines] == ["what does it cost"]
    assert (found.marks[0].displayed, found.marks[0].feedback) == (True, "helpful")
    assert found.gaps[0].reason == "paused"
    assert found.names == {"other": "Dana"}
    assert found.figures.words == 4
    summary = found.summary
    assert (summary.decisions, summary.questions) == (("Buy", "Sell"), ("Why?",))
    assert [(a.text, a.owner, a.due, a.done) for a in summary.actions] == [
        ("Send it", "user", "2025-01-31", True),
        ("Call back", "", "", False),
    ]


def test_the_user_is_called_by_the_name_of_their_account(store, session):
    with store.writing() as connection:
        connection.execute(update(users).values(full_name="Jo Keller"))
    assert gather(store, session.id).name("user") == "Jo Keller"


def test_a_summary_that_was_never_written_or_is_deleted_is_not_exported(store, session):
    for values in ({"deleted_at": datetime.now(UTC)}, {"deleted_at": None, "tldr": None}):
        with store.writing() as connection:
            connection.execute(update(summaries).values(values))
        assert gather(store, session.id).summary is None


def test_a_later_run_that_fails_leaves_the_summary_that_was_there(store, session):
    with store.writing() as connection:
        connection.execute(update(summaries).values(generation_status="failed"))
    assert gather(store, session.id).summary.tldr == "They want a price."


def test_a_session_that_is_not_there_is_said(store):
    with pytest.raises(StoreError, match="no session"):
        gather(store, "5f0c7e9a-2f5b-4c7e-9d3a-0b1c2d3e4f50")


def test_an_export_is_counted_on_the_summary(store, session, tmp_path):
    conversation = gather(store, session.id)
    for _ in range(2):
        export_to(store, conversation, find_format("markdown"), Options(), tmp_path)
    with store.reading() as connection:
        row = connection.execute(select(summaries)).one()
    assert row.export_count == 2
    assert datetime.now(UTC) - row.last_exported_at < timedelta(minutes=1)


def test_in_a_folder_a_file_is_named_and_never_replaced(store, session, tmp_path):
    conversation = gather(store, session.id)
    paths = [
        export_to(store, conversation, find_format(name), Options(), tmp_path).path.name
        for name in ("text", "text", "email")
    ]
    assert paths == [
        "2025-01-27 Call with Acme.txt",
        "2025-01-27 Call with Acme (2).txt",
        "2025-01-27 Call with Acme - follow-up.txt",
    ]


def test_a_file_that_is_there_is_not_overwritten(store, session, tmp_path):
    target = tmp_path / "mine.json"
    target.write_text("precious")
    conversation, form = gather(store, session.id), find_format("json")
    with pytest.raises(FileThereError):
        export_to(store, conversation, form, Options(), target)
    assert target.read_text() == "precious"
    export_to(store, conversation, form, Options(), target, "replace")
    assert json.loads(target.read_text())["format"] == "liveconvo.conversation"
    assert set(os.listdir(tmp_path)) == {"mine.json", "library"}


def test_where_a_disk_has_no_links_a_file_is_not_overwritten_either(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(export.os, "link", refuse)
    target = tmp_path / "mine.txt"
    assert write_file(target, b"one") == target
    with pytest.raises(FileThereError):
        write_file(target, b"two")
    assert write_file(target, b"three", "number").read_bytes() == b"three"
    assert target.read_bytes() == b"one"
    assert len(os.listdir(tmp_path)) == 2


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export.os, "fsync", full)
    with pytest.raises(ExportError, match="No space left"):
        write_file(tmp_path / "x.txt", b"content")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_file_may_be_read_by_whom_the_user_lets(tmp_path):
    before = os.umask(0o022)
    try:
        assert write_file(tmp_path / "x.txt", b"content").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(before)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ExportError, match="cannot be written"):
        write_file(tmp_path / "nowhere" / "x.txt", b"content")


def test_what_only_json_holds_is_read_for_json_alone(store, session, tmp_path, monkeypatch):
    """And where something there does not fit its form, every other format is still written."""
    with store.writing() as connection:
        connection.execute(insert(local_people).values(session_id=session.id, name=""))
    conversation = gather(store, session.id)
    with pytest.raises(ExportError, match=r"JSON at session\.people\.0\.name") as caught:
        export_to(store, conversation, find_format("json"), Options(), tmp_path)
    assert "another format" in caught.value.hint
    monkeypatch.setattr(export.belongings_read, "read", None)
    for one in FORMATS:
        if one.name != "json":
            export_to(store, conversation, one, Options(), tmp_path)


def test_json_holds_the_session_as_it_is_when_it_is_written(store, session, tmp_path):
    """Words and what belongs to them are read at once, or they would not hang together."""
    conversation = gather(store, session.id, {"other": "Dana"})
    store.save(make_segment(session.id, text="One more.", t0=20.0, t1=21.0))
    path = export_to(store, conversation, find_format("json"), Options(), tmp_path).path
    written = json.loads(path.read_text())
    assert [line["text"] for line in written["transcript"]] == ["what does it cost", "One more."]
    assert written["speakers"] == {"other": "Dana"}
    assert [row["text"] for row in written["unread"]] == ["half a"]


def test_deleted_sessions_are_not_exported(store, session):
    with store.writing() as connection:
        connection.execute(update(sessions).values(deleted_at=datetime.now(UTC)))
    with pytest.raises(StoreError):
        gather(store, session.id)
