"""``liveconvo export`` and ``liveconvo import``: what they print, write and refuse."""

from __future__ import annotations

import json

import pytest
import soundfile
from typer.testing import CliRunner

from liveconvo_desktop import paths
from liveconvo_desktop.call import importing
from liveconvo_desktop.cli import app
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.export import FORMATS, jsonfile
from liveconvo_desktop.paths import resource
from liveconvo_desktop.review.summarize import summarize, unsummarised
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.store.summary_queue import DECLINED
from liveconvo_desktop.stt.base import Transcript
from liveconvo_desktop.summary.extractive import OfflineWriter
from tests.export.make import ID, OPTIONS, conversation
from tests.summary.make import embed


class Saying:
    provider, model = "whisper", "saying"

    def __init__(self, *_, **__):
        pass

    def transcribe(self, samples, effort):
        return Transcript("some words", 0.9)


def invoke(*args):
    return CliRunner().invoke(app, [str(a) for a in args], catch_exceptions=False)


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "call.json"
    path.write_bytes(jsonfile.FORMAT.render(conversation(), OPTIONS))
    return path


@pytest.fixture
def session(document):
    """The example in the test's own default database."""
    row = json.loads(invoke("import", document, "--json").stdout.splitlines()[-1])
    assert (row["event"], row["session_id"], row["lines"]) == ("imported", ID, 4)
    return row["session_id"]


def test_every_format_is_written_where_asked(session, tmp_path):
    for one in FORMATS:
        target = tmp_path / f"out{one.suffix}.{one.name}"
        done = invoke("export", session[:8], "--format", one.name, "--out", target, "--json")
        row = json.loads(done.stdout)
        assert (row["format"], row["path"]) == (one.name, str(target))
        assert target.stat().st_size == row["bytes"] > 100


def test_a_file_is_refused_without_force(session, tmp_path):
    target = tmp_path / "x.md"
    target.write_text("precious")
    with pytest.raises(LiveConvoError, match="exists"):
        invoke("export", session, "--format", "markdown", "--out", target)
    assert target.read_text() == "precious"
    assert (
        invoke("export", session, "--format", "markdown", "--out", target, "--force").exit_code == 0
    )
    assert "Northwind" in target.read_text()


def test_a_folder_gets_a_file_of_its_own_and_must_be_there(session, tmp_path):
    for _ in range(2):
        invoke("export", session, "--format", "srt", "--out", f"{tmp_path}/")
    names = sorted(path.name for path in tmp_path.glob("*.srt"))
    assert names == ["2026-11-24 Northwind renewal (2).srt", "2026-11-24 Northwind renewal.srt"]
    with pytest.raises(LiveConvoError, match="no folder"):
        invoke("export", session, "--format", "srt", "--out", f"{tmp_path}/nowhere/")


def test_a_dash_prints(session):
    printed = invoke("export", session, "--format", "email", "--out", "-").stdout
    assert printed.startswith("Subject: Follow-up: Northwind renewal\n\nHello Dana Whitfield,\n")
    named = invoke(
        "export", session, "--format", "markdown", "--out", "-", "--me", "Jo", "--no-summary",
        "--no-timestamps", "--no-chips",
    ).stdout  # fmt: skip
    assert "**Jo**: Thanks" in named
    assert "## Summary" not in named
    assert "Suggest" not in named


@pytest.mark.parametrize("name", ["markdown", "text", "csv", "vtt", "json"])
def test_private_guidance_is_in_a_document_only_on_request(session, name):
    told = "Anchor on the two days saved"
    by_itself = invoke("export", session, "--format", name, "--out", "-").stdout
    assert (told in by_itself) == (name == "json")
    asked_for = invoke("export", session, "--format", name, "--out", "-", "--chips").stdout
    assert told in asked_for
    assert (
        told not in invoke("export", session, "--format", name, "--out", "-", "--no-chips").stdout
    )


def test_what_was_exported_is_imported_again(session, document, tmp_path):
    target = tmp_path / "again.json"
    invoke("export", session, "--format", "json", "--out", target)
    wanted = json.loads(document.read_text()) | {"speakers": {}}
    assert json.loads(target.read_text()) | {"speakers": {}} == wanted
    with pytest.raises(LiveConvoError, match="in the library already"):
        invoke("import", target)
    assert "session" in invoke("import", target, "--copy").stdout


def test_a_recording_tells_its_progress(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "WhisperTranscriber", Saying)
    monkeypatch.setattr("liveconvo_desktop.cli.imports._EVERY", 0.0)
    samples, rate = soundfile.read(resource("demo/sales_call.opus"), frames=10 * 16_000)
    path = tmp_path / "mono.wav"
    soundfile.write(path, samples[:, 0], rate)
    done = invoke(
        *("import", path, "--speaker", "user", "--type", "meeting", "--title", "T"),
        *("--no-summary", "--json"),
    )
    rows = [json.loads(one) for one in done.stdout.splitlines()]
    assert {row["event"] for row in rows[:-1]} == {"progress"}
    assert rows[-2]["fraction"] == 1.0
    assert (rows[-1]["event"], rows[-1]["title"]) == ("imported", "T")
    listed = json.loads(invoke("sessions", "--json").stdout)
    assert (listed["conversation_type"], listed["talk_ratio"]) == ("meeting", 1.0)


def test_an_import_gets_its_summary_unless_that_is_not_wanted(tmp_path, monkeypatch):
    wanted = []
    monkeypatch.setattr(
        "liveconvo_desktop.cli.imports.summarize_after_call",
        lambda store, session_id, cancelled: wanted.append(session_id),
    )
    path = tmp_path / "call.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:03,000\nWe ship on Friday.\n")
    row = json.loads(invoke("import", path, "--json").stdout.splitlines()[-1])
    assert wanted == [row["session_id"]]
    other = json.loads(invoke("import", path, "--no-summary", "--json").stdout.splitlines()[-1])
    assert wanted == [row["session_id"]]
    # Nor does the app at its next start, until the user asks for it.
    store = Store.open(paths.default_database())
    assert unsummarised(store) == [row["session_id"]]
    assert Summaries(store).get(other["session_id"]).status == "pending"
    summarize(store, other["session_id"], OfflineWriter(embed))
    found = Summaries(store).get(other["session_id"])
    assert (found.status, found.error) == ("completed", "")
    store.close()


def test_no_summary_leaves_one_that_came_with_the_file(tmp_path, document):
    invoke("import", document, "--no-summary")
    store = Store.open(paths.default_database())
    found = Summaries(store).get(ID)
    assert (found.status, found.error != DECLINED) == ("failed", True)
    store.close()


def test_a_cancelled_import_says_so_and_leaves_nothing(document, monkeypatch):
    from liveconvo_desktop.cli import imports

    def cancelled(*_):
        raise imports.CancelledError

    monkeypatch.setattr(imports, "import_files", cancelled)
    done = invoke("import", document)
    assert done.exit_code == 130
    assert "nothing was imported" in done.stderr
