"""The demo call shows the product: its reference and its audio must fit, and its cues must come."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from liveconvo_desktop.call.judging import trained_judge
from liveconvo_desktop.guidance.playbook import builtin
from liveconvo_desktop.guidance.replay import replay
from liveconvo_desktop.paths import resource


@pytest.fixture(scope="module")
def call() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(resource("demo/sales_call.json").read_text(encoding="utf-8"))
    return read


def test_the_reference_is_whole(call: dict[str, Any]) -> None:
    turns = call["turns"]
    assert {turn["channel"] for turn in turns} == {"mic", "speaker"}
    assert all(0 <= turn["start"] < turn["end"] <= call["duration"] for turn in turns)
    assert 90 <= call["duration"] <= 150
    assert any(b["start"] < a["end"] for a, b in pairwise(turns))
    assert "Carnegie Mellon" in call["licence"]


def test_speech_lies_where_the_reference_says(call: dict[str, Any]) -> None:
    audio = resource("demo/sales_call.opus")
    assert audio.stat().st_size < 1_000_000
    samples, rate = sf.read(audio, dtype="float32")
    assert samples.shape[1] == 2
    assert len(samples) / rate == pytest.approx(call["duration"], abs=0.1)
    for side, channel in enumerate(("mic", "speaker")):
        spoken = np.zeros(len(samples), dtype=bool)
        for turn in call["turns"]:
            if turn["channel"] == channel:
                spoken[round(turn["start"] * rate) : round(turn["end"] * rate)] = True
                end = round(turn["end"] * rate)
                tail = samples[end - rate // 10 : end, side]
                assert np.sqrt((tail**2).mean()) > 1e-3, turn["text"]
        quiet = samples[~spoken, side]
        assert np.sqrt((quiet**2).mean()) < 2e-3


@pytest.mark.model
@pytest.mark.parametrize("trained", [True, False], ids=["trained judge", "phrases alone"])
def test_the_demo_raises_what_it_was_written_for(call: dict[str, Any], trained: bool) -> None:
    turns = [
        {**turn, "speaker": "user" if turn["channel"] == "mic" else "other"}
        for turn in call["turns"]
    ]
    rows = replay(
        {"id": call["id"], "turns": turns},
        builtin("sales_call"),
        trained_judge() if trained else None,
    )
    raised = {row["cue"] for row in rows}
    assert raised >= {
        "pain_point",
        "buying_signal",
        "open_question",
        "objection_price",
        "objection_competitor",
        "rep_discount",
        "rep_guarantee",
        "objection_authority",
        "commitment",
    }
    assert "close_without_next_step" not in raised
