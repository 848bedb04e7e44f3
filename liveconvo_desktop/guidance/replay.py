"""Playbook replay: what a playbook would have shown in a call that is already written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Channel, Chip, Segment
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.guidance.learned import Learned
from liveconvo_desktop.guidance.playbook import Playbook

_CHANNEL: dict[str, Channel] = {"user": "mic", "other": "speaker"}
_TICK = 0.5
_AFTER = 3.0


class _Turn(BaseModel):
    model_config = ConfigDict(extra="ignore")

    speaker: Literal["user", "other"]
    start: float = Field(ge=0)
    end: float
    text: str


class _Call(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    turns: list[_Turn] = Field(min_length=1)


def replay(
    call: dict[str, Any], playbook: Playbook, judge: Learned | None = None
) -> Iterator[dict[str, Any]]:
    """Run a playbook over a call, turn by turn, as finals.

    Args:
        call: ``{"id", "turns": [{"speaker": "user"|"other", "start", "end", "text"}]}``.
        playbook: What to judge by.
        judge: The trained judge; without it the phrases decide alone.

    Yields:
        ``{"call", "turn", "cue", "kind", "text", "evidence", "score", "ms"}`` a raised cue, in
        order. ``turn`` is the index of the last turn heard. All but ``ms`` is deterministic.

    Raises:
        LiveConvoError: The call does not have this form.
    """
    checked = _check(call)
    engine = Engine(playbook, checked.id, judge=judge)
    for index, turn in enumerate(checked.turns):
        for chip in engine.feed(_segment(checked.id, index, turn)):
            yield _row(engine, checked.id, index, chip)
        following = checked.turns[index + 1 : index + 2]
        until = following[0].start if following else turn.end + _AFTER
        t = turn.end + _TICK
        while t < until:
            for chip in engine.tick(t):
                yield _row(engine, checked.id, index, chip)
            t += _TICK


def _check(call: dict[str, Any]) -> _Call:
    try:
        return _Call.model_validate(call)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = " › ".join(str(part) for part in first["loc"]) or "the file"
        raise LiveConvoError(
            f"This is not a call that guidance can read: {where}: {first['msg']}",
            'A call is {"id", "turns": [{"speaker", "start", "end", "text"}]} in JSON.',
            "guidance.replay",
        ) from error


def _segment(call_id: str, index: int, turn: _Turn) -> Segment:
    return Segment(
        id=f"{call_id}-{index}",
        session_id=call_id,
        channel=_CHANNEL[turn.speaker],
        speaker=turn.speaker,
        t0=turn.start,
        t1=turn.end,
        text=turn.text,
        confidence=None,
        provider="replay",
        final=True,
    )


def _row(engine: Engine, call_id: str, turn: int, chip: Chip) -> dict[str, Any]:
    return {
        "call": call_id,
        "turn": turn,
        "cue": chip.cue,
        "kind": chip.kind,
        "text": chip.text,
        "evidence": [
            {"segment_id": e.segment_id, "quote": e.quote, "source": e.source}
            for e in chip.evidence
        ],
        "score": round(engine.scores[chip.id], 3),
        "ms": chip.ms,
    }


def difference(
    before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """What a changed playbook would change in one call.

    Two rows are the same chip where turn and cue agree, whatever it says and how sure it was.

    Yields:
        The rows of ``replay`` in the order of the turns, with ``change``: "same" (as it is now),
        "gone" (only ``before``) or "new" (only ``after``).
    """

    def keyed(rows: Sequence[dict[str, Any]]) -> dict[tuple[int, str], dict[str, Any]]:
        return {(row["turn"], row["cue"]): row for row in rows}

    old, new = keyed(before), keyed(after)
    for key in sorted({*old, *new}):
        change = "same" if key in old and key in new else "gone" if key in old else "new"
        yield {"change": change, **(new.get(key) or old[key])}
