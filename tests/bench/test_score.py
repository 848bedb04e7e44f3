"""The scorer decides every figure of the benchmarks, so its own rules are pinned here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench.score import Score, score, words

REFERENCE = {
    "turns": [
        {"channel": "mic", "start": 1.0, "end": 3.0, "text": "We can start on Monday."},
        {"channel": "speaker", "start": 4.0, "end": 6.0, "text": "The price is too high for us."},
    ]
}


def event(kind: str, channel: str, t0: float, t1: float, text: str, at: float) -> dict[str, Any]:
    return {"event": kind, "channel": channel, "id": f"{channel}{t0}", "t0": t0, "t1": t1,
            "text": text, "at": at}  # fmt: skip


def test_latencies_run_from_the_true_end_and_start_of_the_turn():
    got = score(
        REFERENCE,
        [
            event("partial", "mic", 0.8, 2.0, "We can", 2.2),
            event("final", "mic", 0.8, 3.1, "We can start on Monday.", 3.5),
            event("final", "speaker", 3.8, 6.1, "the price is too high for us", 6.75),
        ],
    )
    assert got.wer == 0
    assert got.final == pytest.approx([0.5, 0.75])
    assert got.first == pytest.approx([1.2, 2.75])


def test_errors_are_counted_per_channel_over_the_whole_call():
    got = score(
        REFERENCE,
        [
            event("final", "mic", 0.8, 3.1, "We can start Tuesday", 3.5),
            event("final", "speaker", 3.8, 6.1, "the price is much too high for us", 6.5),
        ],
    )
    assert (got.substitutions, got.deletions, got.insertions) == (1, 1, 1)
    assert got.wer == pytest.approx(3 / 12)


def test_a_channel_without_a_final_loses_all_its_words():
    got = score(REFERENCE, [event("final", "mic", 0.8, 3.1, "We can start on Monday", 3.5)])
    assert (got.deletions, got.missed) == (7, 1)


def test_bleed_is_words_of_the_other_side_only():
    leaked = event("final", "mic", 4.1, 6.1, "price is too high", 6.6)
    own = event("final", "mic", 0.8, 3.1, "We can start on Monday", 3.5)
    assert score(REFERENCE, [own]).crossed == 0
    assert score(REFERENCE, [own, leaked]).crossed == 4


def test_words_in_silence_are_those_over_a_second_from_any_turn():
    far = event("final", "mic", 20.0, 21.0, "Thank you.", 21.5)
    assert score(REFERENCE, [far]).in_silence == 2


def test_erased_words_are_those_that_the_next_text_takes_back():
    got = score(
        REFERENCE,
        [
            event("partial", "mic", 0.8, 1.5, "We keep going", 1.6) | {"stable": len("We keep")},
            event("partial", "mic", 0.8, 2.0, "We can start", 2.2),
            event("final", "mic", 0.8, 3.1, "We can start on Monday.", 3.5),
        ],
    )
    assert got.erased == len(words("keep going"))
    assert got.unsettled == len(words("keep"))


def test_calls_add_up_to_a_corpus():
    one = score(REFERENCE, [event("final", "mic", 0.8, 3.1, "We can start on Monday", 3.5)])
    both = sum([one, one], Score())
    assert (both.reference, both.deletions, len(both.final)) == (24, 14, 2)
