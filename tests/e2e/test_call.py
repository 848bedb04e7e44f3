"""``liveconvo call`` on the demo call, as a process of its own: the binding output and the rows."""

from __future__ import annotations

import json

import pytest

from liveconvo_desktop.cli.scoring import Heard, Turn, score
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store, check
from tests.e2e.call_runner import finals, run, start

pytestmark = [pytest.mark.model, pytest.mark.slow]
AUDIO = resource("demo/sales_call.opus")


@pytest.fixture(scope="module")
def fast(tmp_path_factory):
    """The whole demo call at fast pace: its lines and its database."""
    database = tmp_path_factory.mktemp("fast") / "s.db"
    rows = run("call", "--stereo", AUDIO, "--pace", "fast", "--db", database, "--json")
    return rows, database


def test_the_words_are_right_and_on_the_right_channel(fast):
    rows, _ = fast
    reference = json.loads(resource("demo/sales_call.json").read_text())
    turns = [Turn(t["channel"], t["start"], t["end"], t["text"]) for t in reference["turns"]]
    heard = [Heard(r["channel"], r["t0"], r["t1"], r["text"], r["at"], True) for r in finals(rows)]
    assert score(turns, heard).wer < 0.08


def test_every_line_has_the_binding_form(fast):
    rows, _ = fast
    assert rows[-1]["event"] == "end"
    assert set(rows[-1]) >= {
        *("session_id", "audio_seconds", "cpu_seconds", "behind_max"),
        *("dropped_blocks", "dropped_partials", "rss_mb_max"),
    }
    for row in finals(rows):
        assert row["channel"] in ("mic", "speaker")
        assert 0 <= row["t0"] < row["t1"]
        assert set(row) >= {"event", "channel", "id", "t0", "t1", "text", "at"}
    chips = [r for r in rows if r["event"] == "chip"]
    assert chips, "the demo call raises chips"
    for chip in chips:
        assert set(chip) >= {"event", "kind", "cue", "text", "t", "at", "evidence"}
        assert chip["evidence"], f"{chip['cue']} gives no reason"


def test_what_was_printed_is_what_is_stored(fast):
    rows, database = fast
    assert check(database) == []
    store = Store.open(database)
    session_id = rows[-1]["session_id"]
    saved = {s.id: s.text for s in store.transcript(session_id)}
    chips = store.chips(session_id)
    row = store.session(session_id)
    store.close()
    assert saved == {r["id"]: r["text"] for r in finals(rows)}
    assert len(chips) == len([r for r in rows if r["event"] == "chip"])
    assert row.session.status == "completed"
    assert row.duration_seconds == pytest.approx(rows[-1]["audio_seconds"], abs=1)


def test_two_files_are_the_two_sides(tmp_path):
    mono = tmp_path / "mic.wav"
    import soundfile

    samples, rate = soundfile.read(AUDIO, frames=16_000 * 12)
    soundfile.write(mono, samples[:, 0], rate)
    rows = run("call", "--mic", mono, "--pace", "fast", "--db", tmp_path / "s.db", "--json")
    assert finals(rows, "mic")
    assert not finals(rows, "speaker")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--stereo", "missing.flac"], "missing.flac"),
        (["--stereo", str(AUDIO), "--playbook", "poker"], "Choose one of"),
        ([], "exactly one"),
    ],
)
def test_bad_input_is_told_in_words(args, says, tmp_path):
    with start("call", "--db", tmp_path / "s.db", "--json", *args) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert says in err
    assert "Traceback" not in err
    assert out == ""


def test_a_missing_model_is_told_and_the_bundled_one_takes_over(tmp_path):
    import soundfile

    samples, rate = soundfile.read(AUDIO, frames=16_000 * 8)
    soundfile.write(tmp_path / "a.flac", samples, rate)
    rows = run(
        *("call", "--stereo", tmp_path / "a.flac", "--pace", "fast"),
        *("--db", tmp_path / "s.db", "--json", "--model", "no-such-model"),
    )
    faults = [r for r in rows if r["event"] == "fault"]
    assert "no-such-model" in faults[0]["message"]
    assert rows[-1]["model"] == "tiny.en"
    assert finals(rows)


def test_the_command_explains_itself():
    with start("--help") as process:
        out, _ = process.communicate(timeout=60)
    for word in ("call", "demo", "devices", "doctor", "sessions", "db", "guide", "recover"):
        assert word in out


def test_a_reader_that_goes_away_ends_the_call_and_keeps_its_lines(tmp_path):
    """``liveconvo call … | head -1`` must not go on listening."""
    database = tmp_path / "s.db"
    with start("call", "--stereo", AUDIO, "--db", database, "--json") as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=60) == 0
    store = Store.open(database)
    row = store.sessions(limit=1)[0]
    store.close()
    assert row.session.status == "completed"
    assert row.duration_seconds < 60
