"""One call on real speech with a scripted recogniser: what reaches the database, and when."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
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
from liveconvo_desktop.events import Chip, Evidence, Fault, Segment, Session, new_id
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store
from liveconvo_desktop.stt.base import Transcript

SECONDS = 24


class Scripted:
    """Says its text for every utterance; raises what it is told to."""

    provider = "whisper"
    model = "scripted"

    def __init__(self, text="we can do that", error=None, fails_from=0):
        self.text = text
        self.error = error
        self.fails_from = fails_from
        self.heard = []

    def transcribe(self, samples, effort):
        self.heard.append((len(samples), effort))
        if self.error and len(self.heard) > self.fails_from:
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


def build(store, speech, face, *, transcriber=None, recorder=None, pace="fast", source=FileReplay):
    seed_playbooks(store)
    playbook, template_id = find_playbook(store, "sales_call")
    session = Session(new_id(), "t", "sales_call", template_id, datetime.now(UTC))
    store.save(session)
    opened = source(stereo=speech, pace=pace)
    opened.start()
    return assemble(
        session=session,
        source=opened,
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
    assert (call.status().reading, call.status().recording) == (False, "on")
    assert not call.status().well
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
    assert call.status().recording == "failed"
    assert not call.status().well
    assert store.session(call.session_id).session.status == "completed"


def test_a_locked_database_costs_one_message_and_no_line(store, speech):
    """Another program holds the lock until the third line; every line is there in the end."""
    holder = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
    store.patience = 0.05
    face = Face(store)
    plain = face.__call__
    unsaved = []

    def show(event):
        plain(event)
        unsaved.append(call.status().unsaved)
        finals = [s for s in face.of(Segment) if s.final]
        if isinstance(event, Segment) and len(finals) == 3 and holder.in_transaction:
            holder.execute("ROLLBACK")

    call = build(store, speech, show, transcriber=Scripted())
    holder.execute("BEGIN IMMEDIATE")
    run(call)
    holder.close()
    assert max(unsaved) > 1
    assert call.status().unsaved == 0
    assert len([f for f in face.of(Fault) if f.where == "store"]) == 1
    shown = {s.id for s in face.of(Segment) if s.final}
    assert {s.id for s in store.transcript(call.session_id)} == shown
    assert store.session(call.session_id).session.status == "completed"


def test_a_dead_recogniser_is_told_at_once_and_the_rest_is_left_for_recovery(
    store, speech, allow_log
):
    allow_log("part failed")
    face = Face(store)
    call = build(
        *(store, speech, face),
        transcriber=Scripted(error=ZeroDivisionError(), fails_from=2),
    )
    clocks = []
    plain = face.__call__

    def show(event):
        plain(event)
        if isinstance(event, Fault):
            clocks.append(call.status().clock)

    call._parts.saver._face = show
    run(call)
    assert [f.where for f in face.of(Fault)] == ["call.transcribe"]
    assert clocks[0] < SECONDS / 2, "told only at the end"
    assert call.status().model == "scripted, stopped"
    assert not call.status().reading
    assert [s.id for s in store.unfinished()] == [call.session_id]
    lines = store.transcript(call.session_id, partials=True)
    unread = [s for s in lines if not s.final]
    assert {s.channel for s in unread} == {"mic", "speaker"}, "what was not read is not marked"


class Exploding(FileReplay):
    """A source with a defect after some blocks."""

    def read(self, timeout):
        blocks = super().read(timeout)
        if blocks and blocks[0].t0 > 12:
            raise ZeroDivisionError
        return blocks


def test_a_defect_while_listening_keeps_the_file_whole_and_the_session_open(
    store, speech, tmp_path, allow_log
):
    allow_log("part failed")
    path = tmp_path / "r.flac"
    face = Face(store)
    call = build(
        *(store, speech, face), transcriber=Scripted(), recorder=Recorder(path), source=Exploding
    )
    run(call)
    assert any(f.fatal and f.where == "call.listen" for f in face.of(Fault))
    assert [s.id for s in store.unfinished()] == [call.session_id]
    assert soundfile.info(path).duration == pytest.approx(12, abs=1)
    assert any(s.final for s in face.of(Segment)), "what was open is still read"


def test_a_face_that_fails_never_stops_the_call(store, speech, allow_log):
    allow_log("could not be shown")

    def broken(event):
        raise BrokenPipeError

    call = build(store, speech, broken, transcriber=Scripted())
    run(call)
    assert store.session(call.session_id).session.status == "completed"
    assert len(store.transcript(call.session_id)) >= 3


def test_a_hole_is_on_the_disk_while_it_is_still_open(store, speech):
    call = build(store, speech, lambda event: None, transcriber=Scripted())
    call.pause()
    seen = []
    plain = call._parts.listener._record

    def record(block):
        plain(block)
        if block.t0 > SECONDS / 2 and not seen:
            seen.extend(store.gaps(call.session_id))

    call._parts.listener._record = record
    run(call)
    assert {g.channel for g in seen} == {"mic", "speaker"}
    assert all(g.t1 - g.t0 > SECONDS / 2 - 6 for g in seen)


class Withdrawing:
    """Raises a chip at the first final and takes it back at the second."""

    def __init__(self, chip):
        self.chip = chip
        self.finals = 0
        self.over = []

    def warm(self):
        pass

    def feed(self, segment):
        self.finals += segment.final
        if segment.final and self.finals == 2:
            self.over = [replace(self.chip, expires=5.0)]
        return [self.chip] if segment.final and self.finals == 1 else []

    def tick(self, t):
        return []

    def withdrawn(self):
        found, self.over = self.over, []
        return found


def test_a_chip_that_is_over_keeps_what_the_user_did_with_it(store, speech):
    """It comes again under its id: the row has its end, and the user's answer."""
    face = Face(store)
    call = build(store, speech, lambda event: show(event), transcriber=Scripted())
    evidence = (Evidence(None, "words"),)
    raised = Chip(
        *(new_id(), call.session_id, "ask", "cue", "Ask", "", 1.0, 2, 30.0), evidence=evidence
    )
    call._parts.adviser._engine = Withdrawing(raised)

    def show(event):
        face(event)
        if isinstance(event, Chip) and len(face.of(Chip)) == 1:
            call.write(lambda store: store.note_chip(raised.id, clicked=True, feedback="helpful"))

    run(call)
    assert [chip.expires for chip in face.of(Chip)] == [30.0, 5.0]
    (row,) = store.chips(call.session_id)
    assert row.chip.expires == 5.0
    assert (row.clicked, row.feedback) == (True, "helpful")


def test_the_times_of_a_session_are_those_of_its_audio(store, speech):
    call = build(store, speech, Face(store), transcriber=Scripted())
    run(call)
    session = store.session(call.session_id).session
    assert (session.ended_at - session.started_at).total_seconds() == pytest.approx(
        SECONDS, abs=0.1
    )


def test_stop_keeps_what_was_said_until_then(store, speech):
    face = Face(store)
    call = build(store, speech, face, transcriber=Scripted(), pace="realtime")
    plain = face.__call__

    def stop_at_first_words(event):
        plain(event)
        if isinstance(event, Segment):
            call.stop()

    call._parts.saver._face = stop_at_first_words
    run(call)
    assert any(s.final and s.text for s in face.of(Segment))
    assert call.status().clock < SECONDS - 5
    assert store.session(call.session_id).session.status == "completed"
