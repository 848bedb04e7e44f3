"""A question of the far side that the user's turn went past without answering."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.learned import SURE
from liveconvo_desktop.guidance.playbook import Cue
from liveconvo_desktop.guidance.state import DialogueState, OpenQuestion
from liveconvo_desktop.guidance.triggers.base import Raise, holds, weigh
from liveconvo_desktop.language.acts import answers_late, leaves_open, questions

SETTLED = 1.5
"""Seconds of silence after the user's words that end a turn; shorter ones are for breath."""
_KEEP = 8


class OpenQuestions:
    """Keeps ``state.open_questions`` and raises when the user's turn leaves one open.

    A question stays in the list until a later turn of the user answers it.
    """

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(cues)

    def feed(self, segment: Segment, state: DialogueState) -> Iterator[Raise]:
        """Note questions of the far side; its next words show that the user's turn is over."""
        if segment.speaker != "other":
            _settle(state)
            return
        if "user" not in state.speaking:
            yield from self._judge(state)
        if segment.final:
            asked = questions(segment.text)[-1:]
            state.open_questions += [OpenQuestion(segment, question) for question in asked]
            del state.open_questions[:-_KEEP]

    def tick(self, state: DialogueState) -> Iterator[Raise]:
        """Judge when the user has stopped for long enough."""
        if "user" not in state.speaking and state.silence >= SETTLED:
            yield from self._judge(state)

    def followed(self, segment_id: str | None, state: DialogueState) -> bool:
        """The question was answered."""
        return all(waiting.segment.id != segment_id for waiting in state.open_questions)

    def _judge(self, state: DialogueState) -> Iterator[Raise]:
        for waiting in list(state.open_questions):
            reply = None if waiting.left_open else _reply(waiting, state)
            if reply is None:
                continue
            score = _left_open(waiting, reply, state)
            if score < SURE:
                state.open_questions.remove(waiting)
                continue
            waiting.left_open, waiting.found = True, state.now
            for cue in self._cues:
                if holds(cue.when, waiting.segment, state):
                    yield Raise(cue, waiting.segment.id, waiting.question.text, score)


def _left_open(waiting: OpenQuestion, reply: str, state: DialogueState) -> float:
    """How sure it is that the reply left the question open, 0..1."""
    ruled = leaves_open(waiting.question, reply)
    if state.judge is None:
        return ruled
    found = state.judge.read(reply, waiting.segment.text)
    return weigh(found.get("open_question"), ruled)


def _settle(state: DialogueState) -> None:
    """Drop the questions that the user's newest turn answers after all."""
    said = state.turns[-1].segments if state.last_speaker == "user" else []
    for waiting in [one for one in state.open_questions if one.left_open]:
        since = " ".join(segment.text for segment in said if segment.t1 > waiting.found)
        if answers_late(waiting.question, since):
            state.open_questions.remove(waiting)


def _reply(waiting: OpenQuestion, state: DialogueState) -> str | None:
    """What the user said in the turn after a question, or None while there is nothing."""
    for turn in reversed(state.turns):
        if turn.speaker == "user":
            later = [s.text for s in turn.segments if s.t1 > waiting.segment.t1]
            if later:
                return " ".join(later)
        elif waiting.segment in turn.segments:
            return None
    return None
