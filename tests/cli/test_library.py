"""`liveconvo sessions` with filters and changes, `liveconvo search`, and repairing the index."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from liveconvo_desktop import paths
from liveconvo_desktop.call.liveness import mark_live, unmark_live
from liveconvo_desktop.cli import app
from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Segment, Session, new_id
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.edits import name_speaker

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def invoke(*args):
    return CliRunner().invoke(app, [str(a) for a in args], catch_exceptions=False)


def listed(*args) -> list[dict]:
    return [json.loads(line) for line in invoke("sessions", "--json", *args).output.splitlines()]


def titles(*args) -> list[str]:
    return [row["title"] for row in listed(*args)]


@pytest.fixture
def calls():
    """Three finished calls on three days, and one that runs on."""
    store = Store.open(paths.default_database())
    made = []
    for day, (title, kind) in enumerate(
        [
            ("Contoso", "sales_call"),
            ("Adatum", "meeting"),
            ("Bellows", "interview"),
            ("Now", "meeting"),
        ]
    ):
        start = START + timedelta(days=day)
        session = Session(new_id(), title, kind, None, start)
        store.save(session)
        words = ("speaker", "other", 1.0, 3.0, f"What does the {title} offer cost?", 0.9, "whisper")
        store.save(Segment(new_id(), session.id, *words, final=True))
        if title != "Now":
            store.finish_session(session.id, start + timedelta(seconds=60), 60.0 + day)
        made.append(session.id)
    store.close()
    return made


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["Now", "Bellows", "Adatum", "Contoso"]),
        (("--sort", "title"), ["Adatum", "Bellows", "Contoso", "Now"]),
        (("--sort", "duration", "--reverse"), ["Now", "Contoso", "Adatum", "Bellows"]),
        (("--type", "meeting", "--type", "interview"), ["Now", "Bellows", "Adatum"]),
        (("--status", "active"), ["Now"]),
        (("--since", "2026-03-02", "--until", "2026-03-03"), ["Bellows", "Adatum"]),
        (("--since", "2026-04"), []),
        (("--tag", "won"), ["Contoso"]),
        (("--with", "dana"), ["Contoso"]),
    ],
)
def test_sessions_are_filtered_and_sorted(calls, options, expected):
    invoke("sessions", calls[0], "--add-tag", "Won", "--set-people", "Dana Whitfield (Contoso)")
    assert titles(*options) == expected


def test_an_unfinished_call_counts_its_words(calls):
    assert [row["words"] for row in listed()] == [6, 6, 6, 6]


def test_changes_are_made_and_undone(calls):
    assert invoke("sessions", *calls[:2], "--archive").output == "archived: 2\n"
    assert invoke("sessions", *calls[:2], "--archive").output == "archived: 0\n"
    assert titles("--status", "archived") == ["Adatum", "Contoso"]
    assert invoke("sessions", calls[1], "--unarchive").output == "unarchived: 1\n"
    assert invoke("sessions", calls[0][:13], "--rename", "New name").output == "renamed: 1\n"
    assert invoke("sessions", *calls[:3], "--delete").output == "deleted: 3\n"
    assert titles() == ["Now"]
    (gone, *_) = listed("--deleted")
    assert (gone["title"], bool(gone["deleted_at"])) == ("Bellows", True)
    assert "no session begins" in invoke("sessions", calls[0], "--delete").output
    assert invoke("sessions", calls[0], "--restore").output == "restored: 1\n"
    assert titles() == ["Now", "New name"]
    invoke(
        "sessions", calls[0], "--add-tag", "a", "--add-tag", "B c", "--set-people", "Zoe, Al (X)"
    )
    invoke("sessions", calls[0], "--remove-tag", "A")
    (row,) = listed("--tag", "b c")
    assert row["people"] == [{"name": "Zoe", "company": ""}, {"name": "Al", "company": "X"}]
    assert "#b c" in invoke("sessions").output


def test_a_running_call_is_not_deleted(calls):
    mark_live(paths.default_database(), calls[3])
    assert invoke("sessions", calls[3], "--delete").output == "deleted: 0\n"
    unmark_live(paths.default_database(), calls[3])
    assert invoke("sessions", calls[3], "--delete").output == "deleted: 1\n"


@pytest.mark.parametrize(
    "options",
    [
        ("--archive",),
        ("nope", "--archive"),
        ("--since", "soon"),
        ("--sort", "luck"),
    ],
)
def test_what_makes_no_sense_is_refused(calls, options):
    assert invoke("sessions", *options).exit_code == 2
    assert invoke("sessions", *calls[:2], "--rename", "x").exit_code == 2
    assert invoke("sessions", *calls[:2], "--archive", "--delete").exit_code == 2


def test_a_bad_title_is_told(calls):
    with pytest.raises(StoreError, match="255"):
        invoke("sessions", calls[0], "--rename", " ")


def test_search_prints_hits_by_call_and_as_json(calls):
    rows = [
        json.loads(line)
        for line in invoke("search", "offer", "cost", "--json").output.split("\n")[:-1]
    ]
    assert {row["session_id"] for row in rows} == set(calls)
    row = rows[0]
    assert (row["kind"], row["seconds"], row["speaker"]) == ("line", 1.0, "other")
    assert [row["snippet"][a:b] for a, b in row["marks"]] == ["offer", "cost"]
    shown = invoke("search", "bellows", "type:interview").output
    assert "Bellows" in shown.splitlines()[0]
    assert "1.0  Them  What does the Bellows offer cost?" in shown
    assert "\033" not in shown
    assert "--limit gives more" in invoke("search", "offer", "--limit", "2").output
    assert len(invoke("search", "offer", "--limit", "2", "--json").output.splitlines()) == 2


def test_a_named_speaker_is_called_by_that_name(calls):
    store = Store.open(paths.default_database())
    name_speaker(store, calls[0], "other", "Dana Whitfield")
    store.close()
    (line,) = invoke("search", "offer", "speaker:dana", "--json").output.splitlines()
    hit = json.loads(line)
    assert (hit["session_id"], hit["speaker"], hit["name"]) == (calls[0], "other", "Dana Whitfield")
    assert "0:01.0  Dana Whitfield  " in invoke("search", "contoso", "offer").output
    assert "0:01.0  Them  " in invoke("search", "adatum", "offer").output
    assert [row["speakers"] for row in listed("--with", "whitfield")] == [["Dana Whitfield"]]


def test_a_search_without_hits_or_sense_says_so(calls):
    assert "Nothing found" in invoke("search", "zebra").output
    assert "Nothing is asked" in invoke("search", '"').output
    told = invoke("search", "offer", "from:nowhere")
    assert told.exit_code == 0
    assert "from:nowhere" in told.output


def test_the_index_is_checked_and_repaired(calls):
    with closing(sqlite3.connect(paths.default_database())) as raw, raw:
        raw.execute("DELETE FROM local_lines")
    told = invoke("db", "check")
    assert told.exit_code == 1
    assert "4 lines of transcripts are missing in the search index" in told.output
    assert "db check --repair" in told.output
    assert invoke("search", "zebra OR offer").exit_code == 0
    mended = invoke("db", "check", "--repair")
    assert mended.exit_code == 0
    assert "built anew" in mended.output
    assert len(invoke("search", "offer", "--json").output.splitlines()) == 4


def test_advice_on_a_damaged_file_ends_with_what_can_be_done(calls):
    path = paths.default_database()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2].ljust(len(whole), b"\xff"))
    told = " ".join(invoke("db", "check").output.split())
    assert "db restore" in told
    assert "recordings" in told
    assert "db upgrade" not in told
    with pytest.raises(StoreError) as caught:
        invoke("sessions")
    assert "db restore" in caught.value.hint
    assert "db upgrade" not in caught.value.hint


@pytest.mark.parametrize(
    ("change", "problem", "advice"),
    [
        ("UPDATE alembic_version SET version_num = '0002'", "version 0002", "db upgrade"),
        ("UPDATE alembic_version SET version_num = '9001'", "version 9001", "newest LiveConvo"),
        ("DELETE FROM local_texts", "search index", "db check --repair"),
        (f"UPDATE transcripts SET session_id = '{new_id()}'", "points to no row", "db restore"),
    ],
)
def test_each_problem_comes_with_its_own_advice(calls, change, problem, advice):
    with closing(sqlite3.connect(paths.default_database())) as raw, raw:
        raw.execute(change)
    told = invoke("db", "check")
    assert told.exit_code == 1
    assert problem in told.output
    assert advice in told.output


def test_an_empty_list_says_why(calls):
    assert "No session passes these filters." in invoke("sessions", "--tag", "nope").output
    assert invoke("sessions", "--tag", "nope", "--json").output == ""


def test_a_new_library_says_how_to_begin():
    assert "No sessions yet." in invoke("sessions").output
