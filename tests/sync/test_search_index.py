"""Protects the agreement of the search index and the running figures with the rows."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import migrations
from sync.check import check
from sync.migrations import upgrade
from sync.search_index import disagreements, forget, rebuild
from sync.sqlite import create_private, immediate, open_engine

USER = "00000000-0000-4000-8000-000000000001"


def uid(kind: str, number: int) -> str:
    return f"{kind * 8}-0000-4000-8000-{number:012}"


def add_session(raw, number: int, title: str = "Call") -> str:
    session = uid("a", number)
    raw.execute(
        "INSERT INTO sessions (id, user_id, title) VALUES (?, ?, ?)", [session, USER, title]
    )
    return session


def say(raw, session: str, number: int, text: str, *, final=True, speaker="other", ms=1500) -> str:
    line = uid("b", number)
    raw.execute(
        "INSERT INTO transcripts (id, session_id, content, speaker, start_time_seconds,"
        " end_time_seconds, duration_seconds, is_final) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET content = excluded.content, is_final = excluded.is_final,"
        " speaker = excluded.speaker, duration_seconds = excluded.duration_seconds",
        [line, session, text, speaker, number * 1000, number * 1000 + ms, ms, final],
    )
    return line


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "liveconvo.db"
    upgrade(made)
    with closing(sqlite3.connect(made)) as raw, raw:
        raw.execute("INSERT INTO users (id, email) VALUES (?, 'me@example.com')", [USER])
    return made


@pytest.fixture
def raw(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        yield opened


def found(raw, match: str, index: str = "local_lines") -> list[str]:
    key = "transcript_id" if index == "local_lines" else "source_id"
    query = (
        f"SELECT {key} FROM {index}_fts JOIN {index} ON {index}.id = {index}_fts.rowid"
        f" WHERE {index}_fts MATCH ? ORDER BY {index}_fts.rowid"
    )
    return [one for (one,) in raw.execute(query, [match])]


def figures(raw, session: str) -> tuple:
    return raw.execute(
        "SELECT lines, words, talk_seconds, user_talk_seconds FROM local_sessions"
        " WHERE session_id = ?",
        [session],
    ).fetchone()


def test_a_partial_touches_neither_index_nor_figures(raw):
    session = add_session(raw, 1)
    changed = raw.total_changes
    say(raw, session, 1, "what does", final=False)
    say(raw, session, 1, "what does it", final=False)
    assert raw.total_changes - changed == 2
    assert found(raw, "what") == []
    assert figures(raw, session) == (0, 0, 0, 0)
    line = say(raw, session, 1, "What does it cost?")
    assert found(raw, "cost") == [line]
    assert figures(raw, session) == (1, 4, 1500, 0)


def test_a_final_saved_again_unchanged_costs_one_row(raw):
    session = add_session(raw, 1)
    say(raw, session, 1, "What does it cost?")
    changed = raw.total_changes
    say(raw, session, 1, "What does it cost?")
    assert raw.total_changes - changed == 1


def test_an_edit_a_new_speaker_and_a_deletion_are_followed(raw, path):
    session = add_session(raw, 1)
    first = say(raw, session, 1, "the price is high", speaker="user")
    say(raw, session, 2, "the budget is low")
    raw.execute("UPDATE transcripts SET content = 'the  prize\tis high\n' WHERE id = ?", [first])
    assert found(raw, "price") == []
    assert found(raw, "prize") == [first]
    assert figures(raw, session) == (2, 8, 3000, 1500)
    raw.execute("UPDATE transcripts SET speaker = 'other' WHERE id = ?", [first])
    assert figures(raw, session) == (2, 8, 3000, 0)
    raw.execute("DELETE FROM transcripts WHERE id = ?", [first])
    assert found(raw, "prize") == []
    assert figures(raw, session) == (1, 4, 1500, 0)
    assert disagreements(path) == []


def test_accents_do_not_matter(raw):
    line = say(raw, add_session(raw, 1), 1, "Grüße aus dem Café")
    assert found(raw, "cafe") == found(raw, "grusse OR gruße") == [line]


def test_lines_of_a_session_lie_together(raw):
    one, two = add_session(raw, 1), add_session(raw, 2)
    for number in range(6):
        say(raw, (one, two)[number % 2], number, "word")
    numbers = [n for (n,) in raw.execute("SELECT id FROM local_lines ORDER BY id")]
    assert [n >> 24 for n in numbers] == [1, 1, 1, 2, 2, 2]
    assert [n & 0xFFFFFF for n in numbers] == [1, 2, 3, 1, 2, 3]


def test_summaries_documents_and_titles_are_found_by_their_words_alone(raw, path):
    session = add_session(raw, 1, "Northwind renewal")
    summary, document = uid("c", 1), uid("d", 1)
    item = {"text": "Send the contract", "owner": "Dana", "segments": [uid("b", 7)], "done": True}
    raw.execute(
        "INSERT INTO summaries (id, session_id, user_id, title, tldr, structured_notes,"
        " key_decisions, action_items, full_transcript) VALUES (?, ?, ?, 'Renewal', 'They stay.',"
        " 'Discount refused', ?, ?, 'never indexed')",
        [summary, session, USER, json.dumps(["Keep the price"]), json.dumps([item])],
    )
    raw.execute(
        "INSERT INTO documents (id, session_id, user_id, original_filename, file_type,"
        " file_size_bytes, extracted_text) VALUES (?, ?, ?, 'prices.pdf', 'pdf', 9, 'Seat: 40')",
        [document, session, USER],
    )
    for word in ("stay", "discount", "keep", "contract", "dana"):
        assert found(raw, word, "local_texts") == [summary], word
    for word in ("segments", "done", "never", "text"):
        assert found(raw, word, "local_texts") == [], word
    assert found(raw, "renewal", "local_texts") == [session, summary]
    assert found(raw, "prices AND seat", "local_texts") == [document]
    assert disagreements(path) == []
    raw.execute("UPDATE sessions SET title = 'Southwind' WHERE id = ?", [session])
    raw.execute("UPDATE documents SET extracted_text = NULL")
    raw.execute("UPDATE summaries SET deleted_at = '2026-01-01T00:00:00.000000Z'")
    assert found(raw, "northwind OR seat OR stay", "local_texts") == []
    assert found(raw, "southwind", "local_texts") == [session]
    assert disagreements(path) == []
    raw.execute("UPDATE summaries SET deleted_at = NULL, action_items = 'no json'")
    assert found(raw, "stay", "local_texts") == [summary]
    assert disagreements(path) == []


def test_deleting_a_session_takes_everything_out_of_the_index(raw, path):
    session, kept = add_session(raw, 1, "gone"), add_session(raw, 2, "kept")
    for number in range(5):
        say(raw, session, number, "gone words")
    say(raw, kept, 9, "kept words")
    raw.execute(
        "INSERT INTO summaries (session_id, user_id, tldr) VALUES (?, ?, 'gone')", [session, USER]
    )
    raw.execute("DELETE FROM sessions WHERE id = ?", [session])
    assert found(raw, "gone") == found(raw, "gone", "local_texts") == []
    assert len(found(raw, "words")) == 1
    for table in ("local_lines", "local_texts", "local_sessions"):
        assert raw.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,), table
    assert disagreements(path) == []
    # Its number is free again, and a new session may take it.
    say(raw, add_session(raw, 3, "new"), 10, "new words")
    assert disagreements(path) == []


def test_an_older_database_is_indexed_by_the_upgrade(tmp_path):
    path = tmp_path / "old.db"
    create_private(path)
    engine = open_engine(path)
    with immediate(engine).begin() as connection:
        command.upgrade(migrations.config(connection), "0002")
    engine.dispose()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("INSERT INTO users (id, email) VALUES (?, 'me@example.com')", [USER])
        for number in (1, 2):
            session = add_session(raw, number, f"Call {number}")
            say(raw, session, number, "what does it cost", speaker="user")
            say(raw, session, 10 + number, "half a", final=False)
            raw.execute(
                "INSERT INTO summaries (session_id, user_id, tldr, key_decisions)"
                " VALUES (?, ?, 'short', '[\"Stay\"]')",
                [session, USER],
            )
    upgrade(path)
    assert check(path) == []
    assert disagreements(path) == []
    with closing(sqlite3.connect(path)) as raw:
        assert len(found(raw, "cost")) == 2
        assert found(raw, "half") == []
        assert len(found(raw, "stay", "local_texts")) == 2
        assert figures(raw, uid("a", 1)) == (1, 4, 1500, 1500)


BREAKS = {
    "words of a row": (
        "DROP TRIGGER local_transcripts_update",
        "UPDATE transcripts SET content = 'other words'",
    ),
    "a lost entry": ("DELETE FROM local_lines",),
    "an entry too many": (
        "DROP TRIGGER local_transcripts_delete",
        "DELETE FROM transcripts",
    ),
    "a lost title": ("DELETE FROM local_texts",),
    "a text without its row": (f"UPDATE local_texts SET source_id = '{uid('f', 1)}'",),
    "figures": ("UPDATE local_sessions SET lines = 7",),
    "a lost session": ("DELETE FROM local_sessions",),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_disagreement_is_found_and_mended(raw, path, name):
    session = add_session(raw, 1)
    line = say(raw, session, 1, "the price is high")
    assert disagreements(path) == []
    for statement in BREAKS[name]:
        raw.execute(statement)
    assert disagreements(path) != []
    engine = open_engine(path)
    with immediate(engine).begin() as connection:
        rebuild(connection)
    assert disagreements(path) == []
    engine.dispose()
    if raw.execute("SELECT count(*) FROM transcripts").fetchone() == (1,):
        (text,) = raw.execute("SELECT content FROM transcripts").fetchone()
        assert found(raw, text.split()[0]) == [line]
    say(raw, session, 5, "triggers are back")
    assert disagreements(path) == []


def test_no_word_of_a_deleted_row_stays_in_the_file(raw, path):
    session = add_session(raw, 1)
    for number in range(50):
        say(raw, session, number, f"zanzibar{number} quetzalcoatl")
    raw.execute("DELETE FROM transcripts")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"quetzalcoatl" in path.read_bytes()
    engine = open_engine(path)
    with immediate(engine).begin() as connection:
        forget(connection)
    engine.dispose()
    raw.execute("VACUUM")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in path.parent.glob("liveconvo.db*"):
        assert b"quetzal" not in name.read_bytes()
        assert b"zanzibar" not in name.read_bytes()
    assert disagreements(path) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "edit", "delete", "partial", "move", "remove session"]),
        st.integers(0, 3),
        st.text(st.sampled_from("ab \n\té"), max_size=8),
    ),
    max_size=25,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_index_and_figures_agree_after_any_history(raw, path, steps):
    raw.execute("DELETE FROM sessions")
    sessions = [add_session(raw, number) for number in range(2)]
    for what, number, text in steps:
        target = sessions[number % 2]
        line = uid("b", number)
        if raw.execute("SELECT 1 FROM sessions WHERE id = ?", [target]).fetchone() is None:
            add_session(raw, number % 2)
        if what in ("say", "partial"):
            say(raw, target, number, text, final=what == "say", speaker="user")
        elif what == "edit":
            raw.execute("UPDATE transcripts SET content = ? WHERE id = ?", [text, line])
        elif what == "delete":
            raw.execute("DELETE FROM transcripts WHERE id = ?", [line])
        elif what == "move":
            raw.execute("UPDATE transcripts SET session_id = ? WHERE id = ?", [target, line])
        else:
            raw.execute("DELETE FROM sessions WHERE id = ?", [target])
    assert disagreements(path) == []
    for session, words in raw.execute("SELECT session_id, words FROM local_sessions").fetchall():
        finals = raw.execute(
            "SELECT content FROM transcripts WHERE session_id = ? AND is_final", [session]
        )
        assert words == sum(len(text.split()) for (text,) in finals)
