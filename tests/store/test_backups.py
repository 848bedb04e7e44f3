"""Protects backups: whole or not there, rotated, and a restore that loses nothing."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic import command

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.review.privacy import Privacy
from liveconvo_desktop.settings import PrivacySettings
from liveconvo_desktop.store import Store, backups
from liveconvo_desktop.store.orphans import orphaned_recordings
from sync import migrations
from sync.check import check
from sync.schema import sessions
from sync.sqlite import create_private, immediate, open_engine
from tests.store.make import make_segment, make_session

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "liveconvo.db"


def say(database: Path, title: str) -> str:
    store = Store.open(database)
    made = make_session(title=title, status="completed")
    store.save(made)
    store.save(make_segment(made.id))
    store.close()
    return made.id


def titles(database: Path) -> set[str]:
    store = Store.open(database)
    found = {row.session.title for row in store.sessions()}
    store.close()
    return found


def test_a_backup_of_a_database_in_use_is_one_whole_private_file(database):
    store = Store.open(database)
    store.save(make_session(title="first"))
    made = backups.make(database)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    with closing(sqlite3.connect(made)) as raw:
        assert raw.execute("SELECT title FROM sessions").fetchall() == [("first",)]
    store.close()


def test_a_backup_elsewhere_is_never_replaced(database, tmp_path):
    say(database, "first")
    out = tmp_path / "mine.db"
    assert backups.make(database, out) == out
    with pytest.raises(StoreError, match="there already"):
        backups.make(database, out)
    with pytest.raises(StoreError, match="no database"):
        backups.make(tmp_path / "none.db")


def test_a_backup_of_a_damaged_database_is_no_backup(database):
    say(database, "first")
    with database.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 40_000)
    with pytest.raises(StoreError):
        backups.make(database)
    assert list((database.parent / "liveconvo-backups").iterdir()) == []


def _same(moment):
    return moment


def test_weekly_rotated_and_never_older_than_a_transcript(database, tmp_path, monkeypatch):
    store = Store.open(database)
    days = PrivacySettings()
    stamps = iter(NOW + timedelta(days=n) for n in range(60))
    seen = []

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return today

    monkeypatch.setattr("sync.backup.datetime", Clock)
    for today in stamps:
        Privacy(store, tmp_path, now=partial(_same, today)).run()
        found = backups.listed(database)
        seen.append(len(found))
        assert all(today - one.made_at < timedelta(days=days.transcript_days) for one in found)
    assert max(seen) == 4
    assert min(seen[28:]) == 4
    assert {one.reason for one in found} == {"weekly"}
    store.close()


def test_a_restore_puts_the_present_database_aside(database):
    say(database, "first")
    made = backups.make(database)
    say(database, "second")
    done = backups.restore(database, made)
    assert titles(database) == {"first"}
    assert check(database) == []
    assert done.aside in [one.path for one in backups.listed(database)]
    backups.restore(database, done.aside)
    assert titles(database) == {"first", "second"}


def test_a_restore_into_an_empty_place_and_over_a_damaged_database(database, tmp_path):
    say(database, "first")
    made = backups.make(database, tmp_path / "kept.db")
    database.write_bytes(b"rubbish" * 1000)
    done = backups.restore(database, made)
    assert done.aside.read_bytes() == b"rubbish" * 1000
    assert titles(database) == {"first"}
    other = tmp_path / "new" / "liveconvo.db"
    other.parent.mkdir()
    assert backups.restore(other, made).aside is None
    assert titles(other) == {"first"}


def test_an_older_backup_is_brought_up_to_date(database, tmp_path):
    old = tmp_path / "old.db"
    create_private(old)
    engine = open_engine(old)
    with immediate(engine).begin() as connection:
        command.upgrade(migrations.config(connection), "0002")
    engine.dispose()
    say(database, "first")
    backups.restore(database, old)
    assert titles(database) == set()
    assert check(database) == []


@pytest.mark.parametrize("spoil", ["damaged", "foreign", "newer", "empty", "missing"])
def test_what_cannot_be_used_changes_nothing(database, tmp_path, spoil):
    say(database, "first")
    bad = backups.make(database, tmp_path / "bad.db")
    if spoil == "damaged":
        with bad.open("r+b") as file:
            file.seek(8192)
            file.write(b"\xff" * 40_000)
    elif spoil == "missing":
        bad.unlink()
    elif spoil == "empty":
        bad.write_bytes(b"")
    else:
        with closing(sqlite3.connect(bad)) as raw:
            if spoil == "newer":
                raw.execute("UPDATE alembic_version SET version_num = '9001'")
            else:
                raw.execute("DROP TABLE alembic_version")
            raw.commit()
    before = sorted(database.parent.rglob("*"))
    with pytest.raises(StoreError) as told:
        backups.restore(database, bad)
    assert told.value.hint
    assert sorted(database.parent.rglob("*")) == before
    assert titles(database) == {"first"}


def test_a_restore_refuses_while_the_database_is_open(database):
    say(database, "first")
    made = backups.make(database)
    store = Store.open(database)
    store.sessions()
    with pytest.raises(StoreError, match="open in another program"):
        backups.restore(database, made)
    store.save(make_session(title="goes on"))
    store.close()
    assert titles(database) == {"first", "goes on"}
    assert not list(database.parent.glob("*.restoring*"))


def test_recordings_that_went_since_the_backup_are_told(database):
    session_id = say(database, "first")
    audio = database.parent / "liveconvo-recordings" / f"{session_id}.flac"
    audio.parent.mkdir(exist_ok=True)
    audio.write_bytes(b"sound")
    store = Store.open(database)
    store.set_recording(session_id, audio)
    store.close()
    made = backups.make(database)
    audio.unlink()
    assert backups.restore(database, made).audio_gone == 1
    assert orphaned_recordings(database) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_a_kill_at_any_step_of_a_restore_leaves_a_whole_database(tmp_path):
    for kill_at in range(20):
        database = tmp_path / str(kill_at) / "liveconvo.db"
        database.parent.mkdir()
        say(database, "first")
        made = backups.make(database)
        say(database, "second")
        finished = _restore_killed(database, made, kill_at)
        assert titles(database) in ({"first"}, {"first", "second"})
        assert check(database) == []
        if finished:
            assert titles(database) == {"first"}
            break
    assert kill_at >= 4


def _restore_killed(database: Path, made: Path, kill_at: int) -> bool:
    child = os.fork()
    if child == 0:
        count = 0

        def step(name: str) -> None:
            nonlocal count
            if count == kill_at:
                os._exit(9)
            count += 1

        try:
            backups.restore(database, made, step)
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9)
    return code == 0


def test_what_came_back_does_not_go_with_the_next_cleaning(database, tmp_path):
    session_id = say(database, "first")
    made = backups.make(database, tmp_path / "kept.db")
    later = datetime.now(UTC) + timedelta(days=20)
    store = Store.open(database)
    with store.writing() as connection:
        gone = sessions.c.id == session_id
        connection.execute(sessions.update().where(gone).values(created_at=NOW))
    Privacy(store, tmp_path).run()
    assert store.transcript(session_id) == []
    store.close()
    backups.restore(database, made)
    store = Store.open(database)
    Privacy(store, tmp_path, now=partial(_same, later)).run()
    assert store.transcript(session_id)
    store.close()


def test_an_update_from_a_version_that_deleted_nothing_is_no_surprise(database, tmp_path):
    create_private(database)
    engine = open_engine(database)
    with immediate(engine).begin() as connection:
        command.upgrade(migrations.config(connection), "0006")
        connection.exec_driver_sql("INSERT INTO users (id, email) VALUES ('u', 'a@b.example')")
        connection.exec_driver_sql(
            "INSERT INTO sessions (id, user_id, status, created_at)"
            " VALUES ('s', 'u', 'completed', '2020-01-01T00:00:00.000000Z')"
        )
        connection.exec_driver_sql(
            "INSERT INTO transcripts (session_id, content, start_time_seconds)"
            " VALUES ('s', 'old words', 0)"
        )
    engine.dispose()
    store = Store.open(database)
    planned = [item for item in Privacy(store, tmp_path).preview() if item.what == "transcript"]
    assert planned[0].when - datetime.now(UTC) > timedelta(days=29)
    store.close()


def test_orphans_both_ways(database):
    session_id = say(database, "first")
    folder = database.parent / "liveconvo-recordings"
    folder.mkdir(exist_ok=True)
    store = Store.open(database)
    store.set_recording(session_id, folder / f"{session_id}.flac")
    store.close()
    (folder / "stray.flac").write_bytes(b"sound")
    missing, stray = sorted(orphaned_recordings(database), key=len, reverse=True)
    assert session_id in missing
    assert "stray.flac belongs to no session" in stray
    (folder / f"{session_id}.flac").write_bytes(b"sound")
    (folder / "stray.flac").unlink()
    assert orphaned_recordings(database) == []


def test_what_the_user_kept_since_the_backup_is_still_kept_after_a_restore(database):
    kept, other = say(database, "kept"), say(database, "other")
    backup = backups.make(database)
    gone = say(database, "not in the backup")
    store = Store.open(database)
    for session_id in (kept, gone):
        Privacy(store, database.parent).keep(session_id)
    store.close()
    backups.restore(database, backup)
    store = Store.open(database)
    assert Privacy(store, database.parent).kept() == {kept}
    assert store.session(other)
    store.close()
