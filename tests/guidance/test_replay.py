"""Replay is how a playbook is judged before it is trusted: deterministic and clear when refused."""

from __future__ import annotations

from typing import Any

import pytest

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.guidance.playbook import builtin
from liveconvo_desktop.guidance.replay import difference, replay

CALL: dict[str, Any] = {
    "id": "c1",
    "turns": [
        {"speaker": "user", "start": 0.0, "end": 3.0, "text": "What do you think?", "cues": []},
        {"speaker": "other", "start": 4.0, "end": 8.0, "text": "It is too expensive for us."},
    ],
}


def test_a_row_names_call_turn_cue_and_evidence() -> None:
    rows = list(replay(CALL, builtin("sales_call")))
    assert len(rows) == 1
    assert list(rows[0]) == ["call", "turn", "cue", "kind", "text", "evidence", "score", "ms"]
    assert (rows[0]["call"], rows[0]["turn"], rows[0]["cue"]) == ("c1", 1, "objection_price")
    assert rows[0]["evidence"][0]["quote"] == "It is too expensive for us"


def test_replay_is_deterministic() -> None:
    def once() -> list[dict[str, Any]]:
        return [{**row, "ms": 0} for row in replay(CALL, builtin("sales_call"))]

    assert once() == once()


def test_the_difference_of_two_playbooks_names_what_goes_and_what_comes() -> None:
    def row(turn: int, cue: str, text: str = "a") -> dict[str, Any]:
        return {"turn": turn, "cue": cue, "text": text}

    before = [row(1, "price"), row(3, "need"), row(4, "trust")]
    after = [row(4, "trust", "said anew"), row(3, "price")]
    assert list(difference(before, after)) == [
        {"change": "gone", **row(1, "price")},
        {"change": "gone", **row(3, "need")},
        {"change": "new", **row(3, "price")},
        {"change": "same", **row(4, "trust", "said anew")},
    ]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        ({}, "id"),
        ({"id": "x", "turns": []}, "turns"),
        ({"id": "x", "turns": [{"speaker": "bob", "start": 0, "end": 1, "text": ""}]}, "speaker"),
        ([], "the file"),
    ],
)
def test_a_bad_call_is_refused_in_words(call: Any, word: str) -> None:
    with pytest.raises(LiveConvoError) as caught:
        list(replay(call, builtin("sales_call")))
    assert word in caught.value.message
    assert "turns" in caught.value.hint
