"""One call on real speech with a scripted recogniser: what reaches the database, and when."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.audio.recorder import Recorder
from liveconvo_desktop.audio.replay import FileReplay
from liveconvo_desktop.call.playbooks import find_playbook, seed_playbooks
from liveconvo_desktop.call.saver import Saver
from liveconvo_desktop.call.start import assemble
from liveconvo_desktop.errors import AudioError, ModelError
from liveconvo_desktop.events import Chip, Fault, Segment, Session, new_id
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store
from liveconvo_desktop.stt.base import Transcript

SECONDS = 24


class Scripted:
    """Says its text for every utterance; raises what it is told to."""

    provider = "whisper"
    model = "scripted"

    def __init__(self, text="we can do that", error=None):
        self.text = text
        self.error = error
        self.heard = []

    def transcribe(self, samples, effort):
        self.heard.append((len(samples), effort))
        if self.error:
            raise self.error
        return Transcript(self.text, 0.9)


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    samples, rate = soundfile.read(resource("demo/sales_call.opus"), frames=SECONDS * 16_000)
    path = tmp_path_factory.mktemp("speech") / "opening.flac"
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "s.db")
    yield store
    store.close()


class Face:
    """Keeps what it was shown, and what the database held at that moment."""

    def __init__(self, store):
        self.store = store
        self.events = []
        self.unsaved = []

    def __call__(self, event):
        self.events.append(event)
        if isinstance(event, Segment):
            lines = self.store.transcript(event.session_id, partials=True)
            saved = {s.id: s.text for s in lines}
            if saved.get(event.id, "") != event.text:
                self.unsaved.append(event)
        elif isinstance(event, Chip) and event.id not in self.saved_chips(event.session_id):
            self.unsaved.append(event)

    def saved_chips(self, session_id):
        return {row.chip.id for row in self.store.chips(session_id)}

    def of(self, kind):
        return [e for e in self.events if isinstance(e, kind)]


def build(store, speech, face, *, transcriber=None, recorder=None, pace="fast"):
    seed_playbooks(store)
    playbook, template_id = find_playbook(store, "sales_call")
    session = Session(new_id(), "t", "sales_call", template_id, datetime.now(UTC))
    store.save(session)
    source = FileReplay(stereo=speech, pace=pace)
    source.start()
    return assemble(
        session=session,
        source=source,
        recorder=recorder,
        transcriber=transcriber,
        engine=Engine(playbook, session.id),
        saver=Saver(store, face),
        lockstep=pace == "fast",
    )


def run(call):
    call.begin()
    assert call.join(60), "the call did not end"


def test_everything_is_saved_before_it_is_shown(store, speech):
    face = Face(store)
    call = build(store, speech, face, transcriber=Scripted("how much does it cost"))
    run(call)
    assert len(face.of(Segment)) > 4
    assert face.unsaved == []
    assert {s.channel for s in face.of(Segment)} == {"mic", "speaker"}
    assert [s.status for s in face.of(Session)] == ["active", "completed"]
    row = store.session(call.session_id)
    assert row.session.status == "completed"
    assert row.duration_seconds == pytest.approx(SECONDS, abs=0.1)
    assert row.words == 5 * len([s for s in face.of(Segment) if s.final])
    assert 0.2 < row.talk_ratio < 0.8


def test_a_closed_utterance_reuses_what_was_read_in_its_pause(store, speech):
    scripted = Scripted()
    face = Face(store)
    run(build(store, speech, face, transcriber=scripted))
    finals = [s for s in face.of(Segment) if s.final]
    pauses = [s for s in face.of(Segment) if not s.final]
    assert len(scripted.heard) < len(finals) + len(pauses)


def test_a_muted_microphone_gives_no_words_and_the_far_side_goes_on(store, speech):
    face = Face(store)
    call = build(store, speech, face, transcriber=Scripted())
    call.mute(True)
    run(call)
    assert {s.channel for s in face.of(Segment)} == {"speaker"}
    assert store.gaps(call.session_id) == []


def test_a_pause_is_a_marked_gap_on_both_sides(store, speech):
    face = Face(store)
    call = build(store, speech, face, transcriber=Scripted())
    call.pause()
    assert call.status().state == "paused"
    run(call)
    assert face.of(Segment) == []
    gaps = store.gaps(call.session_id)
    assert {(g.channel, g.reason) for g in gaps} == {("mic", "paused"), ("speaker", "paused")}
    assert all(g.t1 - g.t0 == pytest.approx(SECONDS, abs=0.1) for g in gaps)


def test_the_recording_holds_both_sides_from_first_to_last_sample(store, speech, tmp_path):
    path = tmp_path / "r.flac"
    run(build(store, speech, Face(store), transcriber=Scripted(), recorder=Recorder(path)))
    said, rate = soundfile.read(speech, dtype="float32")
    kept, kept_rate = soundfile.read(path, dtype="float32")
    assert kept_rate == rate
    assert len(kept) == len(said)
    assert np.abs(kept - said).max() < 1e-3


def test_a_recognition_failure_leaves_the_session_for_recovery(store, speech):
    face = Face(store)
    broken = Scripted(error=ModelError("The speech model failed.", "Choose another.", "stt"))
    call = build(store, speech, face, transcriber=broken)
    run(call)
    assert face.of(Fault)
    assert [s.id for s in store.unfinished()] == [call.session_id]


def test_without_any_model_the_call_is_recorded_and_left_for_recovery(store, speech, tmp_path):
    path = tmp_path / "r.flac"
    face = Face(store)
    call = build(store, speech, face, recorder=Recorder(path))
    assert "none" in call.status().model
    run(call)
    assert soundfile.info(path).duration == pytest.approx(SECONDS, abs=0.1)
    assert [s.id for s in store.unfinished()] == [call.session_id]


class FullDisk:
    def __init__(self):
        self.closed = False

    def write(self, block):
        raise AudioError("The disk is full.", "Free some space.", "audio.recorder")

    def close(self):
        self.closed = True


def test_a_full_disk_ends_the_recording_and_not_the_call(store, speech):
    face = Face(store)
    call = build(store, speech, face, transcriber=Scripted(), recorder=FullDisk())
    run(call)
    assert [f.where for f in face.of(Fault)] == ["audio.recorder"]
    assert store.session(call.session_id).session.status == "completed"


def test_a_locked_database_costs_one_message_and_no_line(store, speech):
    """Another program holds the lock until the third line; every line is there in the end."""
    holder = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
    store.patience = 0.05
    face = Face(store)
    plain = face.__call__

    def show(event):
        plain(event)
        finals = [s for s in face.of(Segment) if s.final]
        if isinstance(event, Segment) and len(finals) == 3 and holder.in_transaction:
            holder.execute("ROLLBACK")

    call = build(store, speech, show, transcriber=Scripted())
    holder.execute("BEGIN IMMEDIATE")
    run(call)
    holder.close()
    assert len([f for f in face.of(Fault) if f.where == "store"]) == 1
    shown = {s.id for s in face.of(Segment) if s.final}
    assert {s.id for s in store.transcript(call.session_id)} == shown
    assert store.session(call.session_id).session.status == "completed"


def test_a_defect_in_one_thread_is_told_and_the_call_still_ends(store, speech, allow_log):
    allow_log("thread failed")
    face = Face(store)
    call = build(store, speech, face, transcriber=Scripted(error=ZeroDivisionError()))
    run(call)
    assert any(f.fatal and f.where == "call.transcribe" for f in face.of(Fault))
    assert [s.id for s in store.unfinished()] == [call.session_id]


def test_stop_keeps_what_was_said_until_then(store, speech):
    face = Face(store)
    call = build(store, speech, face, transcriber=Scripted(), pace="realtime")
    plain = face.__call__

    def stop_at_first_words(event):
        plain(event)
        if isinstance(event, Segment):
            call.stop()

    call._parts.saver.show = stop_at_first_words
    run(call)
    assert any(s.final and s.text for s in face.of(Segment))
    assert call.status().clock < SECONDS - 5
    assert store.session(call.session_id).session.status == "completed"
