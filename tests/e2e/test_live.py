"""A live call: two null sinks of a real PulseAudio, two files played, both transcripts right."""

from __future__ import annotations

import json
import signal

import pytest
import soundfile

from liveconvo_desktop.cli.scoring import Heard, Turn, score
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store
from tests.e2e.call_runner import finals, start
from tests.pulse import pulse

__all__ = ["pulse"]

pytestmark = [pytest.mark.model, pytest.mark.pulse, pytest.mark.slow]
SECONDS = 31.3
"""The first five turns of the demo call."""


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    """Each side of the demo call's opening as a file of its own, and what is said in it."""
    folder = tmp_path_factory.mktemp("sides")
    samples, rate = soundfile.read(
        resource("demo/sales_call.opus"), frames=int(SECONDS * 16_000), dtype="float32"
    )
    for index, name in enumerate(("mic", "speaker")):
        soundfile.write(folder / f"{name}.wav", samples[:, index], rate)
    reference = json.loads(resource("demo/sales_call.json").read_text())
    turns = [
        Turn(t["channel"], t["start"], t["end"], t["text"])
        for t in reference["turns"]
        if t["end"] < SECONDS
    ]
    return folder, turns


@pytest.mark.timeout(180)
def test_both_sides_of_a_live_call_are_heard_on_their_own_channel(pulse, sides, tmp_path):
    folder, turns = sides
    database = tmp_path / "s.db"
    with start("call", "--live", "--db", database, "--json", env=pulse.env) as process:
        _wait_for_the_recording(database, process)
        players = [
            pulse.play_mic(folder / "mic.wav"),
            pulse.play_far_side(folder / "speaker.wav"),
        ]
        for player in players:
            assert player.wait(timeout=90) == 0
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    rows = [json.loads(line) for line in out.splitlines()]
    assert process.returncode == 0, err
    # Until the player starts, a null sink gives perfect silence, which the call rightly remarks on.
    faults = [r["message"] for r in rows if r["event"] == "fault"]
    assert [m for m in faults if "no sound at all" not in m] == []

    heard = [Heard(r["channel"], r["t0"], r["t1"], r["text"], 0.0, True) for r in finals(rows)]
    for channel in ("mic", "speaker"):
        own = [t for t in turns if t.channel == channel]
        lines = [h for h in heard if h.channel == channel]
        assert score(own, lines).wer < 0.12, [h.text for h in lines]

    end = rows[-1]
    assert end["dropped_blocks"] == 0
    store = Store.open(database)
    saved = {s.id: s.text for s in store.transcript(end["session_id"])}
    recording = store.recording(end["session_id"])
    lost = [g for g in store.gaps(end["session_id"]) if g.reason == "lost"]
    store.close()
    assert saved == {r["id"]: r["text"] for r in finals(rows)}
    assert soundfile.info(recording).duration == pytest.approx(end["audio_seconds"], abs=0.5)
    assert lost == []


@pytest.mark.timeout(120)
def test_a_sound_server_that_dies_is_told_and_the_call_goes_on(pulse, sides, tmp_path):
    folder, _ = sides
    database = tmp_path / "s.db"
    with start("call", "--live", "--db", database, "--json", env=pulse.env) as process:
        _wait_for_the_recording(database, process)
        pulse.play_mic(folder / "mic.wav")
        before = _next(process, "final")
        pulse.kill()
        fault = _next(process, "fault")
        pulse.start()
        pulse.play_mic(folder / "mic.wav")
        after = _next(process, "final")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert fault["where"].startswith("audio")
    assert fault["hint"]
    assert after["t0"] > before["t1"]
    store = Store.open(database)
    gaps = store.gaps(after_session(store))
    store.close()
    assert {g.channel for g in gaps if g.reason == "device"} == {"mic", "speaker"}


def test_no_sound_server_at_all_is_told_in_words(tmp_path):
    env = {"PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}
    with start("call", "--live", "--db", tmp_path / "s.db", "--json", env=env) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "error:" in err
    assert "Traceback" not in err
    assert out == ""


def after_session(store):
    return store.sessions(limit=1)[0].session.id


def _next(process, event):
    for line in process.stdout:
        row = json.loads(line)
        if row["event"] == event and row.get("text") != "":
            return row
    pytest.fail(f"the call ended without another {event}")
    return None


def _wait_for_the_recording(database, process):
    """Ears are open once the recording grows; silence takes a few bytes a frame."""
    import time

    folder = database.parent / f"{database.stem}-recordings"
    deadline, first = time.monotonic() + 60, 0
    while True:
        size = sum(f.stat().st_size for f in folder.glob("*.flac"))
        first = first or size
        if size > first:
            return
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, "nothing was recorded"
        time.sleep(0.02)
