"""Protects the daily cleaning: what it does with what is there, and what it leaves alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from liveconvo_desktop.call.liveness import mark_live, unmark_live
from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Fault, new_id
from liveconvo_desktop.paths import recordings_dir
from liveconvo_desktop.review.privacy import Privacy
from liveconvo_desktop.settings import DamagedSettingsError, change
from liveconvo_desktop.settings.options import find
from liveconvo_desktop.store import Store, backups
from liveconvo_desktop.store.retention_rows import transcript_deleted_at
from sync.backup import name_for
from sync.local import local_retention
from sync.schema import sessions, summaries, system_logs
from tests.store.make import make_session
from tests.store.test_purge import filled

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Clock:
    def __init__(self):
        self.now = datetime.now(UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kept_files(tmp_path):
    return filled(tmp_path / "liveconvo.db")


@pytest.fixture
def store(kept_files):
    yield kept_files[0]
    kept_files[0].close()


@pytest.fixture
def session(kept_files):
    return kept_files[1]


@pytest.fixture
def privacy(store, tmp_path, clock):
    return Privacy(store, tmp_path, clock)


def summarise(store: Store, session_id: str) -> None:
    with store.writing() as connection:
        connection.execute(
            summaries.update()
            .where(summaries.c.session_id == session_id)
            .values(generation_status="completed", updated_at=datetime.now(UTC))
        )


def planned(privacy: Privacy) -> dict[str, datetime]:
    return {item.what: item.when for item in privacy.preview() if item.what != "backup"}


def test_the_audio_goes_a_day_and_a_half_after_the_summary_was_first_seen(
    store, session, privacy, clock, kept_files
):
    summarise(store, session.id)
    begun = clock.now
    assert planned(privacy)["audio"] - begun < 37 * HOUR
    privacy.run()
    clock.now += DAY
    with store.writing() as connection:
        # The user edits it, and it is made anew: that does not prolong the audio.
        connection.execute(summaries.update().values(updated_at=clock.now))
        connection.execute(
            insert(summaries).values(
                session_id=session.id,
                user_id=store.user_id,
                generation_status="completed",
                updated_at=clock.now,
            )
        )
    assert [item.what for item in privacy.run().gone] == []
    clock.now += DAY
    assert [item.what for item in privacy.run().gone] == ["audio"]
    assert not kept_files[2].exists()
    assert store.transcript(session.id)


def test_a_failed_summary_leaves_the_audio_its_own_deadline(store, session, privacy, clock):
    with store.writing() as connection:
        connection.execute(summaries.update().values(generation_status="failed"))
    clock.now += 6 * DAY
    assert privacy.run().gone == []
    clock.now += 2 * DAY
    assert [item.what for item in privacy.run().gone] == ["audio"]


def test_preview_writes_nothing(store, session, privacy):
    summarise(store, session.id)
    privacy.preview()
    with store.reading() as connection:
        assert connection.execute(select(local_retention)).all() == []


def test_a_deleted_call_is_gone_for_good_after_ninety_days(store, session, privacy, clock):
    with store.writing() as connection:
        connection.execute(sessions.update().values(deleted_at=clock.now))
    clock.now += 89 * DAY
    privacy.run()
    with store.reading() as connection:
        assert connection.execute(select(sessions.c.id)).scalar() == session.id
    clock.now += 2 * DAY
    assert "session" in [item.what for item in privacy.run().gone]
    with store.reading() as connection:
        assert connection.execute(select(sessions)).all() == []


def test_keep_and_its_undo(store, session, privacy, clock):
    privacy.keep(session.id)
    assert privacy.kept() == {session.id}
    clock.now += 400 * DAY
    assert [item for item in privacy.run().gone if item.what != "backup"] == []
    privacy.keep(session.id, on=False)
    assert privacy.kept() == set()
    assert {"audio", "transcript"} <= {item.what for item in privacy.run().gone}


def test_keeping_what_is_not_there_is_refused(privacy):
    with pytest.raises(StoreError):
        privacy.keep(new_id())


def test_a_call_that_runs_postpones_everything_and_one_that_was_cut_off_only_itself(
    store, session, privacy, clock, kept_files
):
    running = make_session()
    store.save(running)
    mark_live(store.path, running.id)
    clock.now += 400 * DAY
    done = privacy.run()
    assert "running" in done.postponed
    assert kept_files[2].exists()
    unmark_live(store.path, running.id)
    assert {item.id for item in privacy.run().gone if item.what in ("audio", "transcript")} == {
        session.id
    }
    assert store.session(running.id)


def test_old_log_rows_and_files_go(store, privacy, clock, tmp_path):
    store.save(Fault("audio", "It broke.", "Mend it."))
    (tmp_path / "liveconvo.log").write_text("2026-01-01 10:00:00,000 INFO old\n")
    clock.now += 31 * DAY
    assert [item.what for item in privacy.run().gone if item.what == "log"] == ["log", "log"]
    with store.reading() as connection:
        assert connection.execute(select(system_logs)).all() == []
    assert (tmp_path / "liveconvo.log").read_text() == ""


def test_a_reader_is_told_that_the_words_are_gone(store, session, privacy, clock):
    assert transcript_deleted_at(store, session.id) is None
    before = store.session(session.id)
    assert before.words > 0
    clock.now += 31 * DAY
    privacy.run()
    assert store.transcript(session.id) == []
    assert transcript_deleted_at(store, session.id) == clock.now
    row = store.session(session.id)
    # As docs/privacy.md says: what is stored stays, what is counted from lines goes.
    assert (row.words, row.segments, row.talk_ratio) == (before.words, 0, before.talk_ratio)


def test_settings_are_saved_and_days_given_to_every_call_only_if_wanted(store, session, privacy):
    privacy.save_rule(find("privacy.transcript_days"), 7)
    assert privacy.settings().transcript_days == 7
    before = planned(privacy)["transcript"]
    privacy.apply_to_all()
    assert before - planned(privacy)["transcript"] == 23 * DAY


def test_a_rule_is_saved_alone_and_defaults_are_given_to_no_call(store, session, privacy, tmp_path):
    file = tmp_path / "settings.json"
    option = find("privacy.log_days")
    change(lambda mine: find("privacy.transcript_days").write(mine, 365), file)
    privacy.save_rule(option, 7)
    assert (privacy.settings().transcript_days, privacy.settings().log_days) == (365, 7)
    before = planned(privacy)["transcript"]
    file.write_text("{")
    with pytest.raises(DamagedSettingsError):
        privacy.apply_to_all()
    assert planned(privacy)["transcript"] == before


def test_nothing_is_deleted_by_defaults_while_the_settings_cannot_be_read(
    store, session, privacy, clock, tmp_path
):
    """They may say that it is kept for longer."""
    (tmp_path / "settings.json").write_text('{"privacy": {"transcript_days": 365, "log_days": -1}}')
    clock.now += 400 * DAY
    for _ in range(2):
        done = privacy.run()
        assert (done.gone, done.backup) == ([], None)
        assert "privacy.log_days" in done.postponed
    assert store.transcript(session.id)
    privacy.save_rule(find("privacy.log_days"), 30)
    assert privacy.settings().transcript_days == 365
    assert "transcript" in [item.what for item in privacy.run().gone]


def test_a_cleaning_says_how_far_it_is(store, session, privacy, clock):
    clock.now += 400 * DAY
    seen: list[tuple[int, int]] = []
    privacy.run(lambda done, total: seen.append((done, total)))
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 0


def test_a_broken_backup_stops_nothing_and_is_told(store, session, privacy, clock, tmp_path):
    broken: Path = backups.listed(store.path)[0].path
    broken.write_bytes(b"rubbish" * 100)
    clock.now += 10 * DAY
    with store.writing() as connection:
        connection.execute(sessions.update().values(data_retention_days=1))
    done = privacy.run()
    assert "transcript" in [item.what for item in done.gone]
    assert [one.what for one in done.kept] == [str(broken)]
    clock.now += 30 * DAY
    # Its age takes it, and what waited for it is settled.
    privacy.run()
    assert privacy.run().kept == []


def leave(store: Store, name: str, age: timedelta) -> Path:
    """A file among the recordings that was written so long ago."""
    path = recordings_dir(store.path) / name
    path.write_bytes(b"sound")
    then = (datetime.now(UTC) - age).timestamp()
    os.utime(path, (then, then))
    return path


def test_recordings_that_no_call_names_go_when_they_are_old(store, session, privacy, kept_files):
    old, new = leave(store, "old.flac", 31 * DAY), leave(store, "new.flac", 29 * DAY)
    part, busy = leave(store, "a.importing", 2 * HOUR), leave(store, "b.importing", HOUR / 2)
    drawn, other = leave(store, "old.peaks", 31 * DAY), leave(store, "notes.txt", 400 * DAY)
    listed = {item.path.name for item in privacy.preview() if item.what == "stray"}
    assert listed == {one.name for one in (old, new, part, busy, drawn)}
    gone = {item.path.name for item in privacy.run().gone}
    assert gone == {one.name for one in (old, part, drawn)}
    assert not any(one.exists() for one in (old, part, drawn))
    assert all(one.exists() for one in (new, busy, other, kept_files[2]))


def test_what_a_call_holds_or_waits_for_is_no_stray(store, privacy):
    waiting = make_session()
    store.save(waiting)
    found = leave(store, f"{waiting.id}.flac", 400 * DAY)
    live = new_id()
    mark_live(store.path, live)
    held = leave(store, f"{live}.flac", 400 * DAY)
    privacy.run()
    unmark_live(store.path, live)
    assert found.exists()
    assert held.exists()


def test_a_restore_counts_for_the_recordings_that_only_the_database_put_aside_names(
    store, privacy, clock
):
    found = leave(store, "kept.flac", 400 * DAY)
    aside = name_for(store.path, "restore", clock.now)
    aside.write_bytes(store.path.read_bytes())
    privacy.run()
    assert found.exists()
    clock.now += 31 * DAY
    privacy.run()
    assert not found.exists()


def test_a_folder_of_two_databases_is_left_alone(store, privacy):
    found = leave(store, "theirs.flac", 400 * DAY)
    Store.open(store.path.with_suffix(".sqlite")).close()
    privacy.run()
    assert found.exists()
