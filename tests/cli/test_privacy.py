"""``liveconvo privacy``: what it prints and how it ends."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta

import keyring
import pytest
from keyring.backends import null
from typer.testing import CliRunner

from liveconvo_desktop import paths
from liveconvo_desktop.call.liveness import mark_live, unmark_live
from liveconvo_desktop.cli import app
from liveconvo_desktop.events import Session, new_id
from liveconvo_desktop.store import Store
from sync.schema import sessions
from tests.store.make import make_segment

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def invoke(*args, **more):
    return CliRunner().invoke(app, [str(a) for a in args], catch_exceptions=False, **more)


@pytest.fixture
def session():
    """A finished call whose deadlines have all passed, with a recording."""
    database = paths.default_database()
    store = Store.open(database)
    made = Session(new_id(), "Call with Dana", "sales_call", None, START)
    store.save(made)
    store.save(make_segment(made.id))
    audio = paths.recordings_dir(database) / f"{made.id}.flac"
    audio.write_bytes(b"sound")
    store.set_recording(made.id, audio)
    store.finish_session(made.id, START + timedelta(seconds=5), 5.0)
    with store.writing() as connection:
        connection.execute(sessions.update().values(created_at=START))
    store.close()
    return made


@pytest.fixture(autouse=True)
def no_keys():
    """Never the keyring of the person who runs the tests."""
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    yield
    keyring.set_keyring(before)


def rows(result):
    return [json.loads(line) for line in result.output.splitlines()]


def test_preview_names_what_goes_and_changes_nothing(session):
    listed = rows(invoke("privacy", "preview", "--due", "--json"))
    assert [(row["what"], row["title"]) for row in listed] == [
        ("audio", "Call with Dana"),
        ("transcript", "Call with Dana"),
    ]
    assert "Audio" in "".join(row["why"] for row in listed) or listed[0]["why"]
    assert rows(invoke("privacy", "preview", "--due", "--json")) == listed
    assert "Call with Dana" in invoke("privacy", "preview").output


def test_run_deletes_what_is_due(session):
    done = rows(invoke("privacy", "run", "--json"))[0]
    assert {row["what"] for row in done["gone"]} == {"audio", "transcript"}
    assert done["kept"] == []
    assert done["backup"]
    store = Store.open(paths.default_database())
    assert store.transcript(session.id) == []
    assert store.recording(session.id) is None
    assert store.session(session.id).session.title == "Call with Dana"
    store.close()
    assert "Nothing was due" in invoke("privacy", "run").output


def test_a_kept_call_stays(session):
    assert invoke("privacy", "keep", session.id[:8]).exit_code == 0
    assert rows(invoke("privacy", "run", "--json"))[0]["gone"] == []
    invoke("privacy", "keep", session.id[:8], "--off")
    assert rows(invoke("privacy", "run", "--json"))[0]["gone"]


def test_no_cleaning_while_a_call_runs(session):
    database = paths.default_database()
    store = Store.open(database)
    running = Session(new_id(), "Now", "meeting", None, START)
    store.save(running)
    store.close()
    mark_live(database, running.id)
    done = invoke("privacy", "run")
    assert done.exit_code == 3
    assert "running" in done.output
    unmark_live(database, running.id)


def test_delete_asks_and_leaves_nothing(session):
    assert invoke("privacy", "delete", session.id[:8], input="n\n").exit_code == 2
    assert invoke("privacy", "delete", session.id[:8], input="y\n").exit_code == 0
    assert invoke("sessions", "--json").output == ""
    folder = paths.default_database().parent
    assert not list((folder / "liveconvo-recordings").iterdir())


def test_export_and_erase(session, tmp_path):
    out = tmp_path / "mine.zip"
    told = rows(invoke("privacy", "export", "--out", out, "--json"))[0]
    assert told["rows"] > 3
    assert "recordings/" + session.id + ".flac" in zipfile.ZipFile(out).namelist()
    assert invoke("privacy", "erase", input="no\n").exit_code == 2
    assert paths.default_database().exists()
    assert invoke("privacy", "erase", input="erase everything\n").exit_code == 0
    assert not paths.default_database().parent.joinpath("liveconvo.db").exists()
    assert out.exists()


def test_erase_refuses_while_it_is_open(session):
    from liveconvo_desktop.errors import StoreError

    store = Store.open(paths.default_database())
    store.sessions()
    with pytest.raises(StoreError, match="open in another program"):
        invoke("privacy", "erase", "--yes")
    assert store.transcript(session.id)
    store.close()


def test_db_backup_restore_and_check(session, tmp_path):
    from liveconvo_desktop.errors import LiveConvoError

    assert "no backups yet" in invoke("db", "restore").output
    made = invoke("db", "backup").output.strip()
    listed = rows(invoke("db", "restore", "--json"))
    assert [row["path"] for row in listed] == [made]
    store = Store.open(paths.default_database())
    store.save(Session(new_id(), "Later", "meeting", None, START, status="completed"))
    store.close()
    restored = rows(invoke("db", "restore", "1", "--json"))[0]
    assert restored["aside"]
    titles = [row["title"] for row in rows(invoke("sessions", "--json"))]
    assert titles == ["Call with Dana"]
    with pytest.raises(LiveConvoError, match="number 9"):
        invoke("db", "restore", "9")
    assert rows(invoke("db", "check", "--json")) == [
        {"ok": True, "path": str(paths.default_database())}
    ]
    (paths.recordings_dir(paths.default_database()) / "stray.flac").write_bytes(b"x")
    found = invoke("db", "check", "--json")
    assert found.exit_code == 1
    assert rows(found)[0]["check"] == "recordings"
