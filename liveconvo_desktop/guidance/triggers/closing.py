"""The wrap-up begins and nobody has agreed what happens next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.playbook import Cue
from liveconvo_desktop.guidance.state import DialogueState
from liveconvo_desktop.guidance.triggers.base import Raise, heard_by, holds, quote
from liveconvo_desktop.language.phrases import PhraseBook
from liveconvo_desktop.language.words import tokens

_LEAVES = (
    "i|we have|need|got|better|must to? run|go|dash|jump|head|hop|leave|shoot|scoot|fly|split",
    "i|we have got to run|go|dash|jump|head|hop|leave|shoot|get|pick|be",
    "i|we got to run|go|dash|jump|head|hop|leave|shoot|get|be",
    "i|we would|had better go|run|get|let|dash|be",
    "i|we should|must probably? go|run|get going|moving|off",
    "get|be moving|going",
    "i will|can let you go|get|run|crack",
    "let you go|get back|get on|run",
    "thank|thanks for your|the|all|taking|calling|coming|this|ringing|today|having|talking|time",
    "thanks again", "thank you again", "thanks so much", "thanks a million",
    "have a good|great|nice|lovely one|day|evening|weekend|afternoon|rest|night",
    "bye now|bye|then", "bye for now", "goodbye", "take care", "cheerio", "all the best",
    "that is|was everything|all i|we|from|the time", "that is my sheet|list|questions",
    "that is all|us|it for|from today|now|me|us", "we are out of time", "up on time",
    "wrap it|this|up", "leave it there|here", "call it a day", "will leave it|you",
    "we will|i will be|keep in touch", "in touch", "talk soon", "speak soon", "catch you later",
    "my|our next meeting|call|patient|appointment is|just", "someone is at the door",
    "nice|good|great|lovely talking|speaking|chatting|meeting|to talk|speak|meet",
)  # fmt: skip
_NOT_LEAVING = (
    "before you|i|we go|run|hang|leave|finish",
    "go ahead|over|through|back|into|with|for",
    "thanks for * sending|waiting|asking|telling|sharing|clarifying",
    "thanks for calling|taking|having me|us",
)
_NEXT_STEP = (
    "i|we|you will send|call|email|ring|book|get|put|drop|share|have|meet|be|come|do|see|text",
    "let us say|meet|book|do|put|set|schedule|plan|talk|get",
    "shall|should|can|could we say|meet|book|do|talk|speak",
    "see|talk|speak|call to? you on|at|then|<day>|next",
    "put it|that|you|something in|on|down", "calendar|invite|diary|pencil", "same time",
    "next step", "next|by|on <day>", "next|this|by week|monday|tuesday|wednesday|thursday|friday",
)  # fmt: skip
FIRST_MINUTE = 45.0
"""A call is not wrapped up before this; "thanks for your time" opens many."""
_RECENT = 4


class Closing:
    """Raises once when a side starts to leave while no commitment stands."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(cues)
        groups = {"leaves": _LEAVES, "stays": _NOT_LEAVING, "next": _NEXT_STEP}
        self._book = PhraseBook([(key, text) for key, texts in groups.items() for text in texts])

    def feed(self, segment: Segment, state: DialogueState) -> Iterator[Raise]:
        """Judge a final that starts the wrap-up."""
        if not segment.final or segment.t1 < FIRST_MINUTE or state.commitments:
            return
        said = tokens(segment.text)
        found = list(self._book.find(said))
        keys = {key for key, _ in found}
        if "leaves" not in keys or "stays" in keys or self._step_named(state):
            return
        match = next(match for key, match in found if key == "leaves")
        for cue in self._cues:
            if heard_by(cue, segment) and holds(cue.when, segment, state):
                yield Raise(cue, segment.id, quote(segment.text, said, match.first, match.last))

    def tick(self, state: DialogueState) -> Iterator[Raise]:
        """Words need no clock."""
        return iter(())

    def followed(self, segment_id: str | None, state: DialogueState) -> bool:
        """A next step is agreed or named."""
        return bool(state.commitments) or self._step_named(state)

    def _step_named(self, state: DialogueState) -> bool:
        """Whether the last turns name a next step, with a day or without."""
        recent = " . ".join(turn.text for turn in state.turns[-_RECENT:])
        said = tokens(recent)
        return any(
            key == "next" and any(t.day for t in said if t.sentence == said[m.first].sentence)
            for key, m in self._book.find(said)
        )
