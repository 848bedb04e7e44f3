"""`--json` is everywhere: every command that prints facts prints them as one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
import pytest
import typer
from typer.testing import CliRunner

from liveconvo_desktop import paths
from liveconvo_desktop.cli import app
from liveconvo_desktop.events import Gap, Session, new_id
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.edits import name_speaker
from sync.local import local_marks
from tests.store.make import make_chip, make_segment

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WITHOUT_JSON = {"demo", "db schema", "sync system-templates"}  # its output is JSON
"""A show for people, and SQL."""


def invoke(*args, **more):
    return CliRunner().invoke(app, [str(a) for a in args], catch_exceptions=False, **more)


def rows(*args) -> list[dict]:
    return [json.loads(line) for line in invoke(*args, "--json").stdout.splitlines()]


def commands(group: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    for key, one in getattr(group, "commands", {}).items():
        full = f"{name} {key}".strip()
        yield from commands(one, full) if hasattr(one, "commands") else [(full, one)]


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.fixture
def session():
    """A call with a named speaker, a starred line, a chip that was rated, and a hole."""
    store = Store.open(paths.default_database())
    made = Session(new_id(), "Call with Dana", "sales_call", None, START)
    store.save(made)
    line = make_segment(made.id, t0=1.0, t1=3.0, text="How much is it?", speaker="other")
    late = make_segment(made.id, t0=20.0, t1=22.0, text="Two thousand.", speaker="user")
    chip = make_chip(made.id, t=2.5)
    for event in (late, line, chip, Gap(made.id, "mic", 10.0, 14.0, "device")):
        store.save(event)
    store.note_chip(chip.id, displayed=True, feedback="helpful")
    store.finish_session(made.id, START + timedelta(seconds=60), 60.0)
    name_speaker(store, made.id, "other", "Dana Whitfield")
    with store.writing() as connection:
        marked = {"transcript_id": line.id, "starred": True, "comment": "the price"}
        connection.execute(local_marks.insert().values(marked))
    store.close()
    return made


def test_a_session_is_its_facts_and_then_what_happened_in_order(session):
    head, line, chip, gap, last = rows("sessions", session.id)
    assert (head["event"], head["id"], head["title"]) == ("session", session.id, "Call with Dana")
    assert (head["segments"], head["chips"], head["cut_off"]) == (2, 1, False)
    assert (line["event"], line["speaker"], line["name"]) == ("line", "other", "Dana Whitfield")
    assert (line["t0"], line["t1"], line["text"]) == (1.0, 3.0, "How much is it?")
    assert (line["starred"], line["comment"]) == (True, "the price")
    assert (chip["event"], chip["t"], chip["feedback"]) == ("chip", 2.5, "helpful")
    assert (gap["event"], gap["t0"], gap["reason"]) == ("gap", 10.0, "device")
    assert (last["name"], last["starred"]) == ("You", False)
    assert "comment" not in last


def test_a_session_is_read_with_the_names_that_the_user_gave(session):
    shown = invoke("sessions", session.id).output
    assert "Dana Whitfield  * How much is it?  (the price)" in shown
    assert "You             Two thousand." in shown
    assert "Them" not in shown


def test_changes_say_which_sessions_they_changed(session):
    assert rows("sessions", session.id, "--rename", "New", "--archive") == [
        {"event": "renamed", "sessions": [session.id]},
        {"event": "archived", "sessions": [session.id]},
    ]
    assert rows("sessions", session.id, "--archive") == [{"event": "archived", "sessions": []}]


@pytest.mark.model
def test_documents_are_removed_and_refused_as_json(session, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("The setup takes two days.")
    missing = tmp_path / "missing.txt"
    added = invoke("documents", "add", session.id, note, missing, "--json")
    assert added.exit_code == 1
    made, refused = [json.loads(line) for line in added.stdout.splitlines()]
    assert (made["filename"], made["status"]) == ("note.txt", "completed")
    assert (refused["filename"], refused["status"]) == ("missing.txt", "refused")
    assert refused["error"]
    (row,) = rows("documents", "remove", made["id"])
    assert row == {"event": "removed", "id": made["id"], "filename": "note.txt"}
    assert rows("documents", "list", session.id) == []


def test_keeping_and_deleting_for_good_are_json(session):
    kept = {"event": "kept", "session_id": session.id}
    assert rows("privacy", "keep", session.id) == [kept]
    assert rows("privacy", "keep", session.id, "--off") == [{**kept, "event": "not kept"}]
    asked = invoke("privacy", "delete", session.id, "--json", input="n\n")
    # The runner itself echoes the answer on standard output.
    assert (asked.exit_code, asked.stdout.strip()) == (2, "n")
    gone = {"event": "deleted", "session_id": session.id, "left": []}
    assert rows("privacy", "delete", session.id, "--yes") == [gone]


def test_the_question_before_erasing_is_no_part_of_the_output(session):
    asked = invoke("privacy", "erase", "--json", input="no\n")
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "cannot be undone" in asked.stderr


def test_database_commands_are_json(session):
    (made,) = rows("db", "backup")
    assert made["bytes"] > 0
    (listed,) = rows("db", "restore")
    assert listed["path"] == made["path"]
    assert rows("db", "check")[-1]["ok"]
    assert rows("db", "upgrade") == [{"path": str(paths.default_database()), "backup": None}]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_json_and_tells_its_exit_codes(name):
    command = COMMANDS[name]
    options = {option for param in command.params for option in param.opts}
    assert ("--json" in options) == (name not in WITHOUT_JSON)
    assert "exit code" in " ".join((command.help or "").lower().split())
