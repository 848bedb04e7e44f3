"""The subcommands that need no audio: what they print, and how they fail."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from liveconvo_desktop import paths
from liveconvo_desktop.call.liveness import mark_live, unmark_live
from liveconvo_desktop.cli import app
from liveconvo_desktop.events import Segment, Session, new_id
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def invoke(*args):
    return CliRunner().invoke(app, [str(a) for a in args], catch_exceptions=False)


@pytest.fixture
def session(tmp_path):
    """A finished session with one line, in the test's own default database."""
    store = Store.open(paths.default_database())
    session = Session(new_id(), "Call with Dana", "sales_call", None, START)
    store.save(session)
    line = Segment(
        *(new_id(), session.id, "speaker", "other", 1.0, 3.0, "How much is it?", 0.9, "whisper"),
        final=True,
    )
    store.save(line)
    store.finish_session(session.id, START + timedelta(seconds=5), 5.0)
    store.close()
    return session


def test_sessions_lists_and_shows(session):
    listed = json.loads(invoke("sessions", "--json").output)
    assert (listed["id"], listed["title"]) == (session.id, "Call with Dana")
    assert listed["status"] == "completed"
    assert not listed["cut_off"]
    shown = invoke("sessions", session.id).output
    assert "Them  How much is it?" in shown


def test_an_unfinished_session_is_cut_off_unless_its_process_lives():
    store = Store.open(paths.default_database())
    running = Session(new_id(), "Now", "meeting", None, START)
    store.save(running)
    store.close()
    assert json.loads(invoke("sessions", "--json").output)["cut_off"]
    mark_live(paths.default_database(), running.id)
    assert not json.loads(invoke("sessions", "--json").output)["cut_off"]
    unmark_live(paths.default_database(), running.id)
    assert json.loads(invoke("sessions", "--json").output)["cut_off"]


def test_a_session_is_found_by_the_beginning_of_its_id(session):
    assert "How much is it?" in invoke("sessions", session.id[:6]).output


@pytest.mark.parametrize("command", ["sessions", "recover"])
def test_an_unknown_session_is_told(command):
    for given in (new_id(), "nope"):
        told = invoke(command, given)
        assert told.exit_code == 2
        assert "no session begins with" in " ".join(told.output.split())


def test_db_check_finds_a_broken_file_and_passes_a_good_one(session, tmp_path):
    assert invoke("db", "check").exit_code == 0
    connection = sqlite3.connect(paths.default_database())
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("UPDATE transcripts SET session_id = ?", [new_id()])
    connection.commit()
    connection.close()
    found = invoke("db", "check")
    assert found.exit_code == 1
    assert "problem" in found.output


def test_db_upgrade_and_schema(tmp_path):
    assert invoke("db", "upgrade", "--db", tmp_path / "new.db").exit_code == 0
    assert invoke("db", "check", "--db", tmp_path / "new.db").exit_code == 0
    for dialect, word in (("sqlite", "local_gaps"), ("postgresql", "JSONB")):
        ddl = invoke("db", "schema", "--dialect", dialect).output
        assert "CREATE TABLE transcripts" in ddl
        assert word in ddl


def test_guide_prints_the_cues_of_a_written_call(tmp_path):
    reference = json.loads(resource("demo/sales_call.json").read_text())
    call = {
        "id": "demo",
        "conversation_type": "sales_call",
        "turns": [
            {**t, "speaker": "user" if t["channel"] == "mic" else "other"}
            for t in reference["turns"]
        ],
    }
    path = tmp_path / "call.json"
    path.write_text(json.dumps(call))
    rows = [json.loads(line) for line in invoke("guide", path, "--json").output.splitlines()]
    assert {r["cue"] for r in rows} >= {"objection_price", "rep_guarantee", "commitment"}
    assert all(set(r) >= {"call", "turn", "cue", "kind", "text", "evidence"} for r in rows)


def test_guide_compares_a_changed_playbook(tmp_path):
    path, changed = tmp_path / "call.json", tmp_path / "mine.yaml"
    turns = [
        {"speaker": "other", "start": 0.0, "end": 3.0, "text": "It is too expensive for us."},
        {"speaker": "other", "start": 30.0, "end": 33.0, "text": "I like the purple one."},
    ]
    path.write_text(json.dumps({"id": "c", "conversation_type": "sales_call", "turns": turns}))
    changed.write_text(
        "name: mine\ntitle: Mine\nconversation_type: sales_call\ncues:\n"
        "  - {id: purple, kind: ask, phrases: [purple], say: {text: Purple}}\n"
    )
    told = invoke("guide", path, "--compare", changed, "--phrases-only", "--json").output
    rows = [json.loads(line) for line in told.splitlines()]
    assert [(r["change"], r["cue"]) for r in rows] == [
        ("gone", "objection_price"),
        ("new", "purple"),
    ]
    plain = invoke("guide", path, "--compare", changed, "--phrases-only").output
    assert plain.splitlines()[-1] == "0 the same, 1 gone, 1 new"
    alone = invoke("guide", path, "--playbook", changed, "--phrases-only", "--json").output
    assert [json.loads(line)["cue"] for line in alone.splitlines()] == ["purple"]


@pytest.mark.parametrize(
    "content", ["not json", "[]", '{"id": "a", "conversation_type": "meeting"}']
)
def test_guide_refuses_what_is_no_call(tmp_path, content):
    from liveconvo_desktop.errors import LiveConvoError

    path = tmp_path / "call.json"
    path.write_text(content)
    with pytest.raises(LiveConvoError):
        invoke("guide", path)


@pytest.mark.model
def test_doctor_names_what_is_wrong_and_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    found = invoke("doctor", "--json", "--model", "no-such-model")
    problems = json.loads(found.output)["problems"]
    assert found.exit_code == 1
    assert any("no-such-model" in p["message"] for p in problems)
    assert all(p["hint"] for p in problems)
