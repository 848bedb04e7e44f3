"""SIGKILL at any moment of a call loses nothing that was shown, and the rest can be recovered."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import signal
import statistics
import subprocess
import time

import pytest
import soundfile
from rapidfuzz.distance import Levenshtein

from liveconvo_desktop.audio.recorder import repair
from liveconvo_desktop.cli.scoring import spoken_words as words
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store, check
from tests.e2e.call_runner import finals, run, start

pytestmark = [pytest.mark.model, pytest.mark.slow]
ROUNDS = 25
LONGEST = 10.0
BEGIN = 31.3
"""From here on the demo call has short turns: finals come early, so that kills hit between them."""
SEED = 20261122


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    """Sixteen seconds of the demo call: both sides speak."""
    rate = 16_000
    samples, _ = soundfile.read(
        resource("demo/sales_call.opus"), start=int(BEGIN * rate), frames=16 * rate
    )
    path = tmp_path_factory.mktemp("speech") / "opening.flac"
    soundfile.write(path, samples, rate)
    return path


def killed_call(speech, database, seconds):
    """Kill a paced call ``seconds`` after its first sample; what it had printed, and its age."""
    process = start("call", "--stereo", speech, "--db", database, "--json")
    # The recording's first bytes are the first sign of life that a reader can see from outside.
    folder = database.parent / f"{database.stem}-recordings"
    deadline = time.monotonic() + 60
    while not list(folder.glob("*.flac")):
        assert time.monotonic() < deadline, "the call never began to record"
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)
    begun = time.monotonic()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.send_signal(signal.SIGKILL)
    age = time.monotonic() - begun
    out, _ = process.communicate(timeout=30)
    lines = [line for line in out.splitlines() if line.endswith("}")]
    return [json.loads(line) for line in lines], age


@pytest.mark.timeout(600)
def test_kill_at_25_random_moments(speech, tmp_path, record_property, capsys):
    rng = random.Random(SEED)
    lost_audio, shown, template = [], 0, tmp_path / "template"
    Store.open(template / "s.db").close()
    for index in range(ROUNDS):
        home = tmp_path / str(index)
        shutil.copytree(template, home)
        database = home / "s.db"
        printed, age = killed_call(speech, database, rng.uniform(0.05, LONGEST))
        assert check(database) == []
        store = Store.open(database)
        [session] = store.unfinished()
        saved = {s.id: s.text for s in store.transcript(session.id)}
        for row in finals(printed):
            assert saved.get(row["id"]) == row["text"], "a shown line is missing"
            shown += 1
        path = store.recording(session.id)
        store.close()
        lost_audio.append(max(0.0, age - repair(path)))
        assert lost_audio[-1] < 1.0, f"killed after {age:.2f} s, {lost_audio[-1]:.2f} s lost"
    assert shown > ROUNDS / 2, "the calls were killed before they said anything"
    figures = (
        f"{ROUNDS} kills: {shown} shown finals, none lost; audio lost at the end "
        f"median {statistics.median(lost_audio):.2f} s, worst {max(lost_audio):.2f} s"
    )
    record_property("figures", figures)
    with capsys.disabled():
        print(f"\n{figures}")


@pytest.mark.timeout(180)
def test_a_killed_call_is_offered_and_its_transcript_finished(speech, tmp_path):
    database = tmp_path / "s.db"
    killed_call(speech, database, 12.0)
    store = Store.open(database)
    [session] = store.unfinished()
    length = repair(store.recording(session.id))
    before = {s.id: s for s in store.transcript(session.id)}
    store.close()

    rows = run("recover", "--db", database, "--json")

    assert rows[-1]["event"] == "end"
    assert rows[-1]["audio_seconds"] == pytest.approx(length, abs=0.2)
    store = Store.open(database)
    after = store.transcript(session.id, partials=True)
    row = store.session(session.id)
    store.close()
    assert all(segment.final for segment in after), "a half line stayed"
    assert {s.id for s in after} >= set(before), "recovery removed a line"
    assert row.session.status == "completed"
    whole = run(
        *("call", "--stereo", speech, "--pace", "fast", "--no-record", "--json"),
        *("--db", tmp_path / "whole.db"),
    )
    for channel in ("mic", "speaker"):
        heard = [w for f in finals(whole, channel) if f["t1"] < length for w in words(f["text"])]
        kept = [w for s in after if s.channel == channel for w in words(s.text)]
        # A line that the kill cut in two may differ by a word at the seam; no line comes twice.
        distance = Levenshtein.distance(heard, kept[: len(heard) + 2])
        assert distance <= max(2, 0.1 * len(heard)), (channel, heard, kept)
        begun = [w for f in finals(whole, channel) if f["t0"] < length for w in words(f["text"])]
        assert len(kept) <= len(begun) + 3, "words came twice"
