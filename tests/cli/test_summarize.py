"""`liveconvo summarize`: of a file and of a session."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from liveconvo_desktop import paths
from liveconvo_desktop.cli import app
from liveconvo_desktop.events import SPEAKER_OF, Segment, Session, new_id
from liveconvo_desktop.review import summarize as review
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.summary.extractive import OfflineWriter
from tests.summary.make import CALL, embed


@pytest.fixture(autouse=True)
def _words_alone(monkeypatch):
    monkeypatch.setattr(review, "offline_writer", lambda: OfflineWriter(embed))


def invoke(*args):
    return CliRunner().invoke(app, ["summarize", *map(str, args)])


def test_a_file_without_a_database(tmp_path):
    path = tmp_path / "call.txt"
    path.write_text("\n".join(f"{line.speaker}: {line.text}" for line in CALL.lines))
    shown = invoke("--transcript", path, "--day", "2026-03-04").output
    assert "We split the migration." in shown
    assert "(by Fri 2026-03-06)" in shown
    made = json.loads(invoke("--transcript", path, "--json").output)
    assert made["action_items"][0]["due"] is None
    assert made["statements"]["tldr"][0]["sources"]
    assert not paths.default_database().exists()


@pytest.mark.parametrize(
    ("name", "head", "cue"),
    [
        ("call.SRT", "", "{n}\n00:1{n}:00,000 --> 00:1{n}:05,000\n{who}: {text}\n\n"),
        ("call.vtt", "WEBVTT\n\n", "00:1{n}:00.000 --> 00:1{n}:05.000\n<v {who}>{text}\n\n"),
    ],
)
def test_subtitles_are_read_as_an_import_reads_them(tmp_path, name, head, cue):
    said = [("Ann", "We decided to ship on Friday."), ("Ben", "I will send the offer tomorrow.")]
    said.append(("Ann", "What does the pilot cost in total?"))
    cues = [cue.format(n=n, who=who, text=text) for n, (who, text) in enumerate(said)]
    path = tmp_path / name
    path.write_text(head + "".join(cues))
    done = invoke("--transcript", path)
    assert done.exit_code == 0
    assert "-->" not in done.output
    assert "[10:00] Ann" in done.output or "[11:00] Ben" in done.output
    assert "[0:0" not in done.output
    assert "Ben: " in done.output


def test_no_times_are_made_up(tmp_path):
    path = tmp_path / "call.txt"
    path.write_text("\n".join(f"{line.speaker}: {line.text}" for line in CALL.lines))
    made = json.loads(invoke("--transcript", path, "--json").output)
    assert made["structured_notes"]
    assert not re.search(r"\d:\d\d", made["structured_notes"])


def test_the_kind_of_a_file_may_be_given(tmp_path):
    path = tmp_path / "call.txt"
    path.write_text("You: It is forty euros a month.\nThem: That is too expensive for us.")
    assert "Concerns – " not in invoke("--transcript", path).output
    shown = invoke("--transcript", path, "--type", "sales_call").output
    assert "Price – You: It is forty euros a month." in shown
    assert "Concerns – The customer: That is too expensive for us." in shown


def test_a_session(tmp_path):
    store = Store.open(paths.default_database())
    session = Session(new_id(), "Cutover", "meeting", None, datetime(2026, 3, 4, 9, tzinfo=UTC))
    store.save(session)
    for line in CALL.lines:
        side = "mic" if line.speaker == "user" else "speaker"
        place = (line.t0, line.t1, line.text)
        both = (side, SPEAKER_OF[side])
        store.save(Segment(new_id(), session.id, *both, *place, 0.9, "whisper", True))
    made = json.loads(invoke(session.id[:8], "--json").output)
    assert (made["session_id"], made["state"]) == (session.id, "current")
    assert Summaries(store).get(session.id).status == "completed"
    store.close()


def test_wrong_usage_and_a_model_without_an_endpoint(tmp_path):
    assert invoke().exit_code == 2
    assert invoke("x", "--transcript", tmp_path).exit_code == 2
    failed = invoke("--transcript", tmp_path / "none", "--writer", "model")
    assert failed.exit_code == 1
    assert "No model for summaries is set." in str(failed.exception.message)
