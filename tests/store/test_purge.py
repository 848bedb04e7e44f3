"""Protects deletion: rows, files, backups and free pages agree, whenever the process is killed."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from liveconvo_desktop.events import Evidence
from liveconvo_desktop.paths import recordings_dir
from liveconvo_desktop.store import Store, backups
from liveconvo_desktop.store.library import Library
from liveconvo_desktop.store.maintenance import repair
from liveconvo_desktop.store.purge import owned, purge, remove, settle
from liveconvo_desktop.store.retention import Item
from liveconvo_desktop.store.scrub import bare
from sync.check import check
from sync.local import local_guidance, local_purges, local_recordings
from sync.schema import documents, guidance, sessions, summaries, templates, transcripts
from tests.store.make import make_chip, make_segment, make_session

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WORDS = ("xylophonic", "quokkatron", "zeppelinist")


def filled(path: Path, words: str = " ".join(WORDS)):
    """A finished session whose every text holds the words, with a full-text index and a backup."""
    store = Store.open(path)
    session = replace(make_session(), title=f"title {words}")
    store.save(session)
    line = make_segment(session.id, text=f"said {words}")
    store.save(line)
    quote = Evidence(line.id, f"said {words}")
    store.save(make_chip(session.id, evidence=(quote,)))
    audio = recordings_dir(path) / f"{session.id}.flac"
    audio.write_bytes(b"sound")
    audio.with_suffix(".peaks").write_bytes(b"drawn from it")
    store.set_recording(session.id, audio)
    paper = path.parent / f"{path.stem}-documents" / "paper.txt"
    paper.parent.mkdir(exist_ok=True)
    paper.write_text(words)
    with store.writing() as connection:
        owner = {"session_id": session.id, "user_id": store.user_id}
        connection.execute(insert(summaries).values(**owner, tldr="short", full_transcript=words))
        named = paper.relative_to(path.parent).as_posix()
        connection.execute(
            insert(documents).values(
                **owner,
                original_filename="paper.txt",
                file_type="txt",
                file_size_bytes=1,
                file_url=named,
                extracted_text=words,
            )
        )
    store.finish_session(session.id, NOW, 10.0)
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(
            """
            CREATE VIRTUAL TABLE planted USING fts5(
                content, content='transcripts', content_rowid='rowid');
            CREATE TRIGGER planted_gone AFTER DELETE ON transcripts BEGIN
                INSERT INTO planted(planted, rowid, content)
                VALUES ('delete', old.rowid, old.content);
            END;
            INSERT INTO planted(rowid, content) SELECT rowid, content FROM transcripts;
            """
        )
    backups.make(path)
    return store, session, audio, paper


def item(what, session, path=None) -> Item:
    return Item(what, session.id, session.title, NOW, "It is due.", path)


def found_in(folder: Path, *words: str) -> list[str]:
    """Files that hold one of the words."""
    wanted = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes().lower() for form in wanted)
    ]


def test_audio_goes_with_what_was_drawn_from_it_and_the_words_stay(tmp_path):
    store, session, audio, _ = filled(tmp_path / "liveconvo.db")
    assert purge(store, item("audio", session, audio), NOW)
    assert settle(store) == []
    assert list(audio.parent.iterdir()) == []
    assert store.recording(session.id) is None
    assert store.transcript(session.id)
    with store.reading() as connection:
        assert connection.execute(select(sessions.c.audio_deleted_at)).scalar() == NOW
        assert connection.execute(select(local_purges)).all() == []
    store.close()


def test_a_recording_outside_our_folders_is_the_users_and_stays(tmp_path):
    path = tmp_path / "data" / "liveconvo.db"
    store, session, audio, _ = filled(path)
    theirs = tmp_path / "data" / "interview.wav"
    theirs.write_bytes(b"theirs")
    store.set_recording(session.id, theirs)
    purge(store, item("audio", session, theirs), NOW)
    purge(store, item("session", session, theirs), NOW)
    settle(store)
    assert theirs.read_bytes() == b"theirs"
    assert not audio.exists()
    assert not owned(path, path.parent / "liveconvo-recordings" / ".." / "x")
    store.close()


def test_raw_words_go_everywhere_and_summary_title_and_figures_stay(tmp_path):
    path = tmp_path / "liveconvo.db"
    store, session, _, paper = filled(path)
    with store.writing() as connection:
        connection.execute(sessions.update().values(title="Call"))
        connection.execute(documents.update().values(extracted_text=None))
    paper.unlink()
    for backup in backups.listed(path):
        backup.path.unlink()
    purge(store, item("transcript", session), NOW)
    assert settle(store) == []
    with store.reading() as connection:
        assert connection.execute(select(transcripts)).all() == []
        chip = connection.execute(select(guidance)).one()
        assert (chip.context_snippet, chip.triggered_by_transcript_id) == (None, None)
        assert chip.content
        assert connection.execute(select(local_guidance.c.evidence)).scalar() == []
        assert connection.execute(select(summaries.c.tldr)).scalar() == "short"
        assert connection.execute(select(summaries.c.full_transcript)).scalar() is None
    row = store.session(session.id)
    assert (row.words, row.session.title) == (4, "Call")
    store.close()
    assert found_in(tmp_path, *WORDS) == []
    assert check(path) == []


def test_how_long_each_side_talked_outlives_the_words(tmp_path):
    path = tmp_path / "liveconvo.db"
    store = Store.open(path)
    session = make_session()
    store.save(session)
    store.save(make_segment(session.id))
    mine = {"speaker": "user", "channel": "mic", "t0": 4.0, "t1": 10.75}
    store.save(make_segment(session.id, **mine))
    store.finish_session(session.id, NOW, 60.0)
    before = store.session(session.id)
    assert before.talk_ratio == 0.75
    purge(store, item("transcript", session), NOW)
    settle(store)
    row = store.session(session.id)
    assert (row.talk_ratio, row.words, row.segments) == (0.75, before.words, 0)
    assert Library(store).page()[0].row == row
    assert check(path) == []
    # Also after the index was made anew.
    repair(path)
    assert store.session(session.id).talk_ratio == 0.75
    store.close()


def test_a_deleted_session_leaves_nothing_in_file_log_index_or_backups(tmp_path):
    path = tmp_path / "liveconvo.db"
    store, session, _audio, paper = filled(path)
    other = make_session(title="Another")
    store.save(other)
    store.save(make_segment(other.id, text="these stay"))
    assert len(found_in(tmp_path, *WORDS)) > 2
    purge(store, item("session", session), NOW)
    assert settle(store) == []
    assert not paper.exists()
    # While it is open, so in the write-ahead log too.
    assert found_in(tmp_path, *WORDS) == []
    assert [one.text for one in store.transcript(other.id)] == ["these stay"]
    for backup in backups.listed(path):
        assert sqlite3.connect(backup.path).execute("SELECT count(*) FROM sessions").fetchone() == (
            0,
        )
    store.close()
    assert check(path) == []


def test_a_template_goes_and_its_calls_stay(tmp_path):
    path = tmp_path / "liveconvo.db"
    store, session, _, _ = filled(path)
    with store.writing() as connection:
        made = connection.execute(insert(templates).values(name="mine").returning(templates.c.id))
        template = made.scalar_one()
        connection.execute(sessions.update().values(selected_template_id=template))
    purge(store, Item("template", template, "mine", NOW, "It is due."), NOW)
    assert store.session(session.id).session.template_id is None
    store.close()


def test_what_is_not_due_any_more_stays(tmp_path):
    store, session, audio, _ = filled(tmp_path / "liveconvo.db")
    assert not purge(store, item("session", session), NOW, still_due=lambda connection: False)
    settle(store)
    assert audio.exists()
    assert store.session(session.id)
    store.close()


def test_a_file_that_cannot_go_now_is_told_and_tried_again(tmp_path, monkeypatch):
    store, session, audio, _ = filled(tmp_path / "liveconvo.db")
    purge(store, item("audio", session, audio), NOW)
    module = sys.modules["liveconvo_desktop.store.purge"]

    def refuse(path):
        raise PermissionError(13, "another program holds it", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(module, "remove", refuse)
        kept = settle(store)
    assert {one.what for one in kept} == {str(audio), str(audio.with_suffix(".peaks"))}
    assert kept[0].why == "another program holds it"
    assert settle(store) == []
    assert not audio.exists()
    store.close()


def test_a_removed_file_keeps_nothing_under_another_name(tmp_path):
    file, link = tmp_path / "a", tmp_path / "b"
    file.write_bytes(b"words")
    os.link(file, link)
    remove(file)
    remove(file)
    assert link.read_bytes() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("what", ["audio", "session"])
def test_a_kill_at_any_step_leaves_rows_and_files_that_agree_after_the_next_start(tmp_path, what):
    for kill_at in range(40):
        home = tmp_path / str(kill_at)
        home.mkdir()
        path = home / "liveconvo.db"
        store, session, audio, paper = filled(path)
        store.close()
        finished = run_killed(path, item(what, session, audio), kill_at)
        before = Store.open(path)
        settle(before)
        with before.reading() as connection:
            rows = connection.execute(select(local_recordings)).all()
            assert connection.execute(select(local_purges)).all() == []
        # Either nothing has happened, or all of it.
        assert bool(rows) == audio.exists()
        if what == "session":
            assert bool(before.session(session.id)) == paper.exists() == audio.exists()
            assert audio.exists() or found_in(home, *WORDS) == []
        before.close()
        assert check(path) == []
        if finished:
            assert not audio.exists()
            break
    else:
        pytest.fail("it never came to its end")
    assert kill_at >= 6, "the steps were not between the deeds"


def run_killed(path: Path, wanted: Item, kill_at: int) -> bool:
    """Purge in a process that dies at a step; True when there was no such step any more."""
    child = os.fork()
    if child == 0:
        count = 0

        def step(name: str) -> None:
            nonlocal count
            if count == kill_at:
                os._exit(9)
            count += 1

        try:
            store = Store.open(path)
            purge(store, wanted, NOW, step=step)
            settle(store, step)
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9)
    return code == 0


def test_bare_connections_zero_what_is_deleted(tmp_path):
    path = tmp_path / "liveconvo.db"
    Store.open(path).close()
    with bare(path) as raw:
        assert raw.execute("PRAGMA secure_delete").fetchone() == (1,)


def test_old_rows_of_the_log_go(tmp_path):
    from liveconvo_desktop.events import Fault
    from liveconvo_desktop.store.purge import purge_log_rows
    from sync.schema import system_logs

    store = Store.open(tmp_path / "liveconvo.db")
    store.save(Fault("audio", "It broke.", "Mend it."))
    purge_log_rows(store, datetime.now(UTC) - timedelta(days=1))
    with store.reading() as connection:
        assert len(connection.execute(select(system_logs)).all()) == 1
    purge_log_rows(store, datetime.now(UTC) + timedelta(days=1))
    with store.reading() as connection:
        assert connection.execute(select(system_logs)).all() == []
    store.close()


def test_every_side_table_of_a_session_says_whether_it_goes_with_the_transcript():
    """A new one has to be put in ``RAW_WORDS`` or in ``STAY``: no words are forgotten there."""
    from liveconvo_desktop.store.deletion import RAW_WORDS, STAY
    from sync.local import local_metadata

    for name, table in local_metadata.tables.items():
        if "session_id" in table.c:
            assert name in RAW_WORDS + STAY, f"{name}: does it hold words of the transcript?"
