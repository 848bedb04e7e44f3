"""Recovery: every word once, on the right side, and nothing thrown away before it is replaced."""

from __future__ import annotations

import importlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.call.liveness import is_live, mark_live, unmark_live
from liveconvo_desktop.call.recover import build_recovery
from liveconvo_desktop.errors import AudioError, LiveConvoError, ModelError, StoreError
from liveconvo_desktop.events import SPEAKER_OF, Segment, Session, new_id
from liveconvo_desktop.paths import recordings_dir, resource
from liveconvo_desktop.store import Store
from liveconvo_desktop.stt.base import Transcript

# The package hands out a function of the same name.
MODULE = importlib.import_module("liveconvo_desktop.call.recover")
SECONDS = 24
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Counting:
    """Says how long what it read was."""

    provider = "whisper"
    model = "counting"

    def __init__(self):
        self.spans = []

    def transcribe(self, samples, effort):
        self.spans.append(len(samples) / 16_000)
        return Transcript("some words were said here", 0.9)


@pytest.fixture
def reader(monkeypatch):
    counting = Counting()
    monkeypatch.setattr(MODULE, "usable_transcriber", lambda name: (counting, []))
    return counting


@pytest.fixture(scope="module")
def audio(tmp_path_factory):
    samples, rate = soundfile.read(
        resource("demo/sales_call.opus"), frames=SECONDS * 16_000, dtype="float32"
    )
    return samples, rate, tmp_path_factory.mktemp("audio")


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "s.db")
    yield store
    store.close()


def cut_off(store, tmp_path, audio=None):
    """A session that a crash left, with its recording."""
    session = Session(new_id(), "cut off", "sales_call", None, START)
    store.save(session)
    if audio is not None:
        samples, rate, _ = audio
        path = tmp_path / f"{session.id}.flac"
        soundfile.write(path, samples, rate)
        store.set_recording(session.id, path)
    return session


def line(session, channel, t0, t1, text="these words are known", *, final=True):
    speaker = SPEAKER_OF[channel]
    return Segment(
        *(new_id(), session.id, channel, speaker, t0, t1, text, 0.9, "whisper"), final=final
    )


def run(session, store):
    events = []
    call = build_recovery(session.id, store, events.append)
    call.begin()
    assert call.join(60)
    return events


def spans(store, session, channel):
    lines = store.transcript(session.id, partials=True)
    return sorted((s.t0, s.t1, s.final) for s in lines if s.channel == channel)


def test_only_what_lies_beyond_the_last_final_is_read(store, tmp_path, audio, reader):
    session = cut_off(store, tmp_path, audio)
    store.save(line(session, "mic", 0.5, 16.0))
    store.save(line(session, "speaker", 5.8, SECONDS))
    run(session, store)
    assert [s for s in spans(store, session, "mic") if s[0] < 15.9] == [(0.5, 16.0, True)]
    assert spans(store, session, "speaker") == [(5.8, float(SECONDS), True)]
    assert store.session(session.id).session.status == "completed"


def test_a_half_line_before_the_last_final_is_read(store, tmp_path, audio, reader):
    """The recogniser failed on it while the call went on."""
    session = cut_off(store, tmp_path, audio)
    for channel in ("mic", "speaker"):
        store.save(line(session, channel, 22.0, SECONDS))
    half = line(session, "mic", 0.5, 5.9, "", final=False)
    store.save(half)
    run(session, store)
    mic = spans(store, session, "mic")
    assert all(final for _, _, final in mic)
    assert any(t0 < 1.5 and t1 > 5.0 for t0, t1, _ in mic), mic
    assert half.id not in {s.id for s in store.transcript(session.id, partials=True)}
    assert len(reader.spans) <= 2


def test_the_leak_of_a_far_side_that_is_known_does_not_become_the_users(
    store, tmp_path, audio, reader
):
    samples, rate, _ = audio
    leaking = samples.copy()
    leaking[:, 0] = 0
    leaking[960:, 0] = samples[:-960, 1] * 0.12
    session = cut_off(store, tmp_path, (leaking, rate, None))
    store.save(line(session, "speaker", 5.0, SECONDS))
    run(session, store)
    assert spans(store, session, "mic") == []


def test_without_a_recording_the_saved_lines_are_all_there_is(store, tmp_path, reader):
    session = cut_off(store, tmp_path)
    store.save(line(session, "mic", 1.0, 3.0))
    store.save(line(session, "speaker", 3.0, 4.0, "and then", final=False))
    run(session, store)
    assert [(s.text, s.final) for s in store.transcript(session.id, partials=True)] == [
        ("these words are known", True),
        ("and then", True),
    ]
    row = store.session(session.id)
    assert row.session.status == "completed"
    assert row.duration_seconds == pytest.approx(4.0, abs=0.5)
    assert row.session.ended_at > row.session.started_at


def test_an_empty_recording_takes_no_half_line_away(store, tmp_path, reader):
    session = cut_off(store, tmp_path, (np.zeros((0, 2), np.float32), 16_000, None))
    store.save(line(session, "mic", 0.0, 0.3, "hel", final=False))
    run(session, store)
    assert [s.text for s in store.transcript(session.id)] == ["hel"]


def test_a_stop_leaves_half_lines_and_the_session_for_later(store, tmp_path, audio, reader):
    session = cut_off(store, tmp_path, audio)
    store.save(line(session, "mic", 20.0, 21.0, "hel", final=False))
    call = build_recovery(session.id, store, lambda event: None)
    call.stop()
    call.begin()
    assert call.join(60)
    assert [s.text for s in store.transcript(session.id, partials=True)] == ["hel"]
    assert [s.id for s in store.unfinished()] == [session.id]


def test_what_a_stopped_recovery_has_read_is_not_read_again(store, tmp_path, audio, reader):
    session = cut_off(store, tmp_path, audio)
    store.save(line(session, "mic", 0.5, 5.9, "hel", final=False))
    for channel in ("mic", "speaker"):
        store.save(line(session, channel, 0.5, SECONDS))
    run(session, store)
    assert spans(store, session, "mic") == [(0.5, float(SECONDS), True)]


def test_without_a_model_nothing_is_touched(store, tmp_path, audio, monkeypatch):
    session = cut_off(store, tmp_path, audio)
    half = line(session, "mic", 1.0, 2.0, "hel", final=False)
    store.save(half)
    fault = ModelError("No model.", "Get one.", "stt").fault()
    monkeypatch.setattr(MODULE, "usable_transcriber", lambda name: (None, [fault]))
    with pytest.raises(ModelError):
        build_recovery(session.id, store, lambda event: None)
    assert store.transcript(session.id, partials=True) == [half]
    assert not is_live(store.path, session.id)


def test_a_running_a_complete_and_an_unknown_session_are_refused(store, tmp_path, audio, reader):
    session = cut_off(store, tmp_path, audio)
    mark_live(store.path, session.id)
    with pytest.raises(StoreError, match="running"):
        build_recovery(session.id, store, lambda event: None)
    unmark_live(store.path, session.id)
    store.save(replace(session, status="completed"))
    with pytest.raises(StoreError, match="complete"):
        build_recovery(session.id, store, lambda event: None)
    with pytest.raises(StoreError, match="no session"):
        build_recovery(new_id(), store, lambda event: None)


def left_by_a_kill(store, session, written=None, *, recovering=False):
    """The mark of a process that is gone, and the time of the recording's last write."""
    mark = recordings_dir(store.path) / f"{session.id}.live"
    mark.write_text(json.dumps({"recovering": recovering}))
    if written is not None:
        at = START.timestamp() + written
        os.utime(store.recording(session.id), (at, at))


def killed(store, session):
    return [
        (hole.channel, hole.t0, hole.t1)
        for hole in store.gaps(session.id)
        if hole.reason == "killed"
    ]


def test_a_killed_call_says_where_its_recording_was_cut_off(store, tmp_path, audio, reader):
    session = cut_off(store, tmp_path, audio)
    left_by_a_kill(store, session, written=SECONDS + 0.4)
    events = run(session, store)
    hole = (float(SECONDS), SECONDS + 0.4)
    assert killed(store, session) == [("mic", *hole), ("speaker", *hole)]
    assert sum(getattr(event, "reason", "") == "killed" for event in events) == 2
    row = store.session(session.id)
    assert row.session.ended_at - row.session.started_at == timedelta(seconds=SECONDS + 0.4)


@pytest.mark.parametrize("written", [-1.0, SECONDS + 3600.0])
def test_a_last_write_that_says_nothing_is_not_believed(store, tmp_path, audio, reader, written):
    session = cut_off(store, tmp_path, audio)
    left_by_a_kill(store, session, written=written)
    store.save(line(session, "speaker", 23.0, SECONDS + 2.5, "and then", final=False))
    run(session, store)
    assert {hole[1:] for hole in killed(store, session)} == {(float(SECONDS), SECONDS + 2.5)}


def test_a_killed_call_without_a_recording_is_cut_off_after_its_last_line(store, tmp_path, reader):
    session = cut_off(store, tmp_path)
    left_by_a_kill(store, session)
    store.save(line(session, "mic", 1.0, 3.0))
    run(session, store)
    assert killed(store, session) == [("mic", 3.0, 3.0), ("speaker", 3.0, 3.0)]


def test_a_recovery_that_was_stopped_marks_the_cut_once(store, tmp_path, audio, reader):
    session = cut_off(store, tmp_path, audio)
    left_by_a_kill(store, session, written=SECONDS + 0.4)
    call = build_recovery(session.id, store, lambda event: None)
    call.stop()
    call.begin()
    assert call.join(60)
    run(session, store)
    assert {hole[1:] for hole in killed(store, session)} == {(float(SECONDS), SECONDS + 0.4)}


@pytest.mark.parametrize("recovery_killed", [False, True])
def test_a_call_that_ended_properly_and_was_not_read_was_not_cut_off(
    store, tmp_path, audio, reader, recovery_killed
):
    session = cut_off(store, tmp_path, audio)
    if recovery_killed:
        left_by_a_kill(store, session, recovering=True)
    run(session, store)
    assert killed(store, session) == []


@pytest.mark.parametrize(("seconds", "cut"), [(3.0, True), (6.8, False)])
def test_words_that_the_kill_cut_off_say_so(store, tmp_path, audio, reader, seconds, cut):
    """The user speaks from 0.5 to 5.9 s."""
    samples, rate, _ = audio
    only_mic = samples[: round(seconds * rate)].copy()
    only_mic[:, 1] = 0
    session = cut_off(store, tmp_path, (only_mic, rate, None))
    run(session, store)
    last = store.transcript(session.id)[-1]
    assert last.text.endswith("here…" if cut else "here")


def test_a_recording_that_is_no_audio_is_told(store, tmp_path, reader):
    session = cut_off(store, tmp_path)
    path = tmp_path / "x.flac"
    path.write_bytes(b"not audio at all" * 100)
    store.set_recording(session.id, path)
    with pytest.raises(AudioError) as told:
        build_recovery(session.id, store, lambda event: None)
    assert isinstance(told.value, LiveConvoError)
    assert told.value.hint
