"""Replay is how a playbook is judged before it is trusted: deterministic and clear when refused."""

from __future__ import annotations

from typing import Any

import pytest

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.guidance.playbook import builtin
from liveconvo_desktop.guidance.replay import replay

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
