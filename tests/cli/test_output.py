"""What a call prints: one line for a hole, and no second chip for one that is over."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from liveconvo_desktop.cli.output import JsonLines, PlainLines
from liveconvo_desktop.events import Chip, Evidence, Gap, Segment

FIGURES = {"audio_seconds": 100.0, "cpu_seconds": 1.0, "session_id": "s"}
CHIP = Chip("c", "s", "ask", "cue", "Ask", "", 3.0, 2, 30.0, (Evidence(None, "words"),))


def final(t0: float) -> Segment:
    return Segment("a", "s", "mic", "user", t0, t0 + 2, "After.", 0.9, "whisper", final=True)


def test_a_hole_that_grows_is_one_plain_line_when_it_is_over(capsys: pytest.CaptureFixture[str]):
    show = PlainLines()
    for t1 in (11.0, 16.0, 21.0):
        show(Gap("s", "mic", 10.0, t1, "device"))
        show(Gap("s", "speaker", 10.0, t1, "device"))
    show(final(8.0))
    assert "device" not in capsys.readouterr().out, "told while it is still open"
    show(final(21.0))
    out = capsys.readouterr().out
    assert out.count("11.0 s of your side is missing: the device was away") == 1
    assert out.index("device") < out.index("After.")
    show.end(FIGURES)
    assert capsys.readouterr().out.count("11.0 s of the other side is missing") == 1


def test_a_chip_that_is_over_is_no_second_chip(capsys: pytest.CaptureFixture[str]):
    for show in (JsonLines(), PlainLines()):
        show(CHIP)
        show(replace(CHIP, expires=12.5))
    lines = capsys.readouterr().out.splitlines()
    chip, over = (json.loads(line) for line in lines[:2])
    assert (chip["event"], chip["cue"], chip["text"], chip["t"]) == ("chip", "cue", "Ask", 3.0)
    assert {k: over[k] for k in ("event", "id", "cue", "t")} == {
        "event": "chip_end", "id": chip["id"], "cue": "cue", "t": 12.5,
    }  # fmt: skip
    assert len(lines) == 3
