"""Recordings become sessions: every kind of file, the right sides, whole or not at all."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.audio.files import Readable, look, recorded_at
from liveconvo_desktop.audio.recorder import read_recording
from liveconvo_desktop.call import importing
from liveconvo_desktop.call.importing import AudioPlan, CancelledError, import_audio
from liveconvo_desktop.errors import AudioError, ModelError, StoreError
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store
from liveconvo_desktop.stt.base import Transcript

SECONDS = 14
RATE = 16_000


class Saying:
    """Says how long what it read was."""

    provider = "whisper"
    model = "saying"

    def __init__(self, *_, **__):
        pass

    def transcribe(self, samples, effort):
        assert effort == "final"
        return Transcript(f"{len(samples) / RATE:.1f} seconds of speech", 0.9)


@pytest.fixture(autouse=True)
def _quick(request, monkeypatch):
    if "model" not in request.keywords:
        monkeypatch.setattr(importing, "WhisperTranscriber", Saying)


@pytest.fixture
def store(tmp_path):
    made = Store.open(tmp_path / "library" / "liveconvo.db")
    yield made
    made.close()


@pytest.fixture(scope="module")
def sound():
    """Both sides of the demo call's beginning, shape (n, 2)."""
    samples, rate = soundfile.read(
        resource("demo/sales_call.opus"), frames=SECONDS * RATE, dtype="float32"
    )
    assert rate == RATE
    return samples


def left_over(store):
    folder = store.path.parent / "liveconvo-recordings"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


KINDS = {
    "a.wav": ("WAV", "PCM_16"),
    "b.flac": ("FLAC", "PCM_24"),
    "c.mp3": ("MP3", "MPEG_LAYER_III"),
    "d.ogg": ("OGG", "VORBIS"),
    "e.opus": ("OGG", "OPUS"),
    "f.aiff": ("AIFF", "PCM_16"),
    "g.wav": ("WAV", "FLOAT"),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_gives_the_same_lines_and_a_recording(store, sound, tmp_path, name):
    kind, subtype = KINDS[name]
    path = tmp_path / name
    soundfile.write(path, sound, RATE, format=kind, subtype=subtype)
    imported = import_audio(AudioPlan((path,)), store)
    lines = store.transcript(imported.session_id)
    assert {one.speaker for one in lines} == {"user", "other"}
    assert len(lines) == 3
    assert imported.seconds == pytest.approx(SECONDS, abs=0.1)
    row = store.session(imported.session_id)
    assert (row.session.status, row.session.title) == ("completed", path.stem)
    kept = read_recording(store.recording(imported.session_id))
    assert np.sqrt(np.mean((kept["mic"][: 10 * RATE] - sound[: 10 * RATE, 0]) ** 2)) < 0.02
    assert left_over(store) == [f"{imported.session_id}.flac"]


def test_m4a_is_read_where_ffmpeg_is_there(store, sound, tmp_path):
    av = pytest.importorskip("av")
    path = tmp_path / "call.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        container.metadata["creation_time"] = "2024-05-06T07:08:09.000000Z"
        stream = container.add_stream("aac", rate=RATE)
        stream.layout = "stereo"
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), "fltp", "stereo")
        frame.rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    imported = import_audio(AudioPlan((path,)), store)
    assert imported.lines == 3
    assert imported.title == "call"
    started = store.session(imported.session_id).session.started_at
    assert started == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert left_over(store) == [f"{imported.session_id}.flac"]


def test_without_ffmpeg_m4a_says_what_to_do(store, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    path = tmp_path / "call.m4a"
    path.write_bytes(b"\x00\x00\x00\x20ftypM4A ")
    with pytest.raises(AudioError) as caught:
        import_audio(AudioPlan((path,)), store)
    assert "FFmpeg" in caught.value.message
    assert "Convert it" in caught.value.hint


@pytest.mark.parametrize("speaker", ["user", "other"])
def test_one_side_is_whose_the_user_says(store, sound, tmp_path, speaker):
    path = tmp_path / "mono.wav"
    soundfile.write(path, sound[:, 0], 44_100)
    imported = import_audio(AudioPlan((path,), speaker=speaker), store)
    assert {one.speaker for one in store.transcript(imported.session_id)} == {speaker}
    if speaker == "user":
        assert imported.remarks == ()
    else:  # both people may be in it, and nobody said that there is one
        assert "has one channel" in imported.remarks[0]
        assert "not told apart" in imported.remarks[0]


def test_sides_may_be_the_other_way_round(store, sound, tmp_path):
    path = tmp_path / "call.wav"
    soundfile.write(path, sound, RATE)
    usual, swapped = (
        store.transcript(import_audio(AudioPlan((path,), sides=sides), store).session_id)
        for sides in ("two", "swapped")
    )
    other = {"user": "other", "other": "user"}
    assert [other[s.speaker] for s in swapped] == [s.speaker for s in usual]
    # The echo gate hands the microphone's side on in frames of its own.
    assert [s.t0 for s in swapped] == pytest.approx([s.t0 for s in usual], abs=0.05)


def test_two_files_are_two_sides(store, sound, tmp_path):
    paths = (tmp_path / "me.wav", tmp_path / "them.wav")
    soundfile.write(paths[0], sound[:, 0], RATE)
    soundfile.write(paths[1], sound[: 12 * RATE, 1], RATE)
    both = import_audio(AudioPlan(paths), store)
    assert {one.speaker for one in store.transcript(both.session_id)} == {"user", "other"}
    assert both.title == "me"


def test_the_same_sound_twice_is_one_side(store, sound, tmp_path):
    path = tmp_path / "room.wav"
    mono = sound.sum(axis=1)
    noise = np.random.default_rng(1).normal(0, 1e-3, (len(mono), 2))
    soundfile.write(path, np.stack([mono, 0.5 * mono], axis=1) + noise, RATE)
    assert look(Readable(path, path)).alike
    imported = import_audio(AudioPlan((path,)), store)
    assert {one.speaker for one in store.transcript(imported.session_id)} == {"other"}
    assert "same sound on both channels" in imported.remarks[0]
    forced = import_audio(AudioPlan((path,), sides="two"), store)
    assert forced.remarks == ()


def test_two_sides_with_bleed_are_not_the_same_sound(sound, tmp_path):
    path = tmp_path / "bleed.wav"
    leak = np.stack([sound[:, 0] + 0.12 * sound[:, 1], sound[:, 1]], axis=1)
    soundfile.write(path, leak, RATE)
    assert not look(Readable(path, path)).alike
    soundfile.write(path, np.zeros((RATE, 2)), RATE)
    assert not look(Readable(path, path)).alike


def test_more_channels_are_mixed_and_said(store, sound, tmp_path):
    path = tmp_path / "four.wav"
    soundfile.write(path, np.concatenate([sound, sound], axis=1), RATE)
    imported = import_audio(AudioPlan((path,)), store)
    assert "has 4 channels" in imported.remarks[0]
    with pytest.raises(AudioError, match="not two"):
        import_audio(AudioPlan((path,), sides="two"), store)


def test_silence_is_imported_and_said(store, tmp_path):
    path = tmp_path / "nothing.wav"
    soundfile.write(path, np.zeros(2 * RATE), RATE)
    imported = import_audio(AudioPlan((path,)), store)
    assert imported.remarks[-1] == "No words were found in it."


def test_progress_goes_to_the_end_and_never_back(store, sound, tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, sound, RATE)
    told = []
    imported = import_audio(AudioPlan((path,)), store, told.append)
    fractions = [one.fraction for one in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert told[-1].words == imported.words


@pytest.mark.parametrize("after", [0, 3, 8])
def test_a_cancelled_import_leaves_nothing(store, sound, tmp_path, after):
    path = tmp_path / "a.flac"
    soundfile.write(path, sound, RATE)
    asked = iter(range(1000))
    with pytest.raises(CancelledError):
        import_audio(AudioPlan((path,)), store, cancelled=lambda: next(asked) >= after)
    assert store.sessions() == []
    assert left_over(store) == []


def test_a_recogniser_that_fails_leaves_nothing(store, sound, tmp_path, monkeypatch):
    class Broken(Saying):
        def transcribe(self, samples, effort):
            raise ModelError("broken", "mend it", "stt")

    monkeypatch.setattr(importing, "WhisperTranscriber", Broken)
    path = tmp_path / "a.flac"
    soundfile.write(path, sound, RATE)
    with pytest.raises(ModelError):
        import_audio(AudioPlan((path,)), store)
    assert store.sessions() == []
    assert left_over(store) == []


def test_a_database_that_refuses_leaves_nothing(store, sound, tmp_path, monkeypatch):
    def refuse(*_):
        raise StoreError("full", "free some", "store")

    monkeypatch.setattr(importing, "add_whole", refuse)
    path = tmp_path / "a.flac"
    soundfile.write(path, sound, RATE)
    with pytest.raises(StoreError):
        import_audio(AudioPlan((path,)), store)
    assert left_over(store) == []


def test_a_full_disk_leaves_nothing_and_promises_nothing(store, sound, tmp_path, monkeypatch):
    def full(_self, _block):
        raise AudioError(
            "The recording stops: the disk is full.", "the call goes on", "audio.recorder"
        )

    monkeypatch.setattr(importing.Recorder, "write", full)
    path = tmp_path / "a.flac"
    soundfile.write(path, sound, RATE)
    with pytest.raises(AudioError, match="disk is full") as caught:
        import_audio(AudioPlan((path,)), store)
    assert "goes on" not in caught.value.hint
    assert store.sessions() == []
    assert left_over(store) == []


@pytest.mark.parametrize("damage", [b"", b"\0" * 4000, bytes(range(256)) * 16])
def test_a_damaged_recording_is_refused_with_its_place(store, sound, tmp_path, damage):
    path = tmp_path / "b.flac"
    soundfile.write(path, sound, RATE)
    content = path.read_bytes()
    middle = len(content) // 2
    rest = content[middle + len(damage) :] if damage else b""
    path.write_bytes(content[:middle] + damage + rest)
    with pytest.raises(AudioError, match=r"damaged after \d+ s"):
        import_audio(AudioPlan((path,)), store)
    assert store.sessions() == []
    assert left_over(store) == []


def test_a_recording_that_ends_too_soon_is_said(store, sound, tmp_path):
    path = tmp_path / "c.mp3"
    soundfile.write(path, sound, RATE, format="MP3", subtype="MPEG_LAYER_III")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    imported = import_audio(AudioPlan((path,)), store)
    assert any("ends after" in remark for remark in imported.remarks)


def test_what_a_killed_import_left_is_cleared_away(store, sound, tmp_path):
    folder = store.path.parent / "liveconvo-recordings"
    folder.mkdir(exist_ok=True)
    old, new = folder / "old.importing", folder / "new.importing"
    for path in (old, new):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 9999,) * 2)
    path = tmp_path / "a.flac"
    soundfile.write(path, sound[:RATE], RATE)
    imported = import_audio(AudioPlan((path,)), store)
    assert left_over(store) == sorted(["new.importing", f"{imported.session_id}.flac"])


def test_guidance_is_given_only_where_it_is_asked_for(store, sound, tmp_path, monkeypatch):
    class Asking(Saying):
        def transcribe(self, samples, effort):
            return Transcript("That is too expensive for us, the price is too high.", 0.9)

    monkeypatch.setattr(importing, "WhisperTranscriber", Asking)
    path = tmp_path / "a.flac"
    soundfile.write(path, sound, RATE)
    without = import_audio(AudioPlan((path,)), store)
    assert store.chips(without.session_id) == []
    judged = import_audio(AudioPlan((path,), guidance=True), store)
    assert store.chips(judged.session_id)


@pytest.mark.parametrize(
    ("name", "tag", "when"),
    [
        ("a.wav", "2024-05-06T07:08:09Z", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
        ("2024-05-06 0708 Call.wav", "", datetime(2024, 5, 6, 7, 8).astimezone()),
        ("GMT20240506-070809_Recording.m4a", "", datetime(2024, 5, 6, 7, 8).astimezone()),
        ("2024-05-06.wav", "2024", datetime(2020, 1, 1, tzinfo=UTC)),
        ("2024-99-06 07-08.wav", "", datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_when_it_was_recorded(tmp_path, name, tag, when):
    path = tmp_path / name
    path.touch()
    end = datetime(2020, 1, 1, tzinfo=UTC).timestamp() + 60
    os.utime(path, (end, end))
    assert recorded_at(path, 60.0, tag) == when


@pytest.mark.model
def test_the_real_recogniser_reads_both_sides(store, sound, tmp_path):
    path = tmp_path / "demo.flac"
    soundfile.write(path, sound, RATE)
    imported = import_audio(AudioPlan((path,)), store)
    first = store.transcript(imported.session_id)[0]
    assert first.speaker == "user"
    assert "Marcus" in first.text
