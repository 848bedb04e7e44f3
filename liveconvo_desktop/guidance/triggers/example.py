"""A strong example in an interview: what the candidate did, told in the past, with a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.playbook import Cue
from liveconvo_desktop.guidance.state import DialogueState
from liveconvo_desktop.guidance.triggers.base import Raise, heard_by, holds, learned, weigh
from liveconvo_desktop.language.acts import is_question
from liveconvo_desktop.language.phrases import PhraseBook
from liveconvo_desktop.language.words import Token, tokens, word_set

_IRREGULAR = word_set(
    "got went rang took made built wrote found ran led held brought sat drove set put cut gave "
    "told saw began spent taught sold met came had did was"
)
_RESULTS = (
    "percent", "went|came|dropped|fell|rose|grew from|down|up|to", "from * <number> to",
    "end|ended up",
    "by the end", "in the end", "as a result", "saved|won|earned|recovered|rebooked|doubled|halved",
    "still use|using|do|running|there", "that is how", "never happened again", "ever since",
    "on|within|under|ahead|before time|budget|schedule|deadline", "instead of <number>",
    "down to <number>",
    "since then", "nobody|no left|lost|complaints", "shipped|launched|delivered",
)  # fmt: skip
MIN_WORDS = 32


class Example:
    """Raises when a long answer holds own actions, figures and an outcome."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(cues)
        self._results = PhraseBook([("result", text) for text in _RESULTS])

    def feed(self, segment: Segment, state: DialogueState) -> Iterable[Raise]:
        """Judge the turn so far."""
        text = state.turn_of(segment).text
        said = tokens(text)
        if not segment.final or len(said) < MIN_WORDS or is_question(text):
            return
        told = self._told(said)
        for cue in self._cues:
            score = weigh(learned(cue, segment, state), told)
            if score and heard_by(cue, segment) and holds(cue.when, segment, state):
                yield Raise(cue, segment.id, segment.text, score)

    def _told(self, said: Sequence[Token]) -> float:
        """How much it sounds like an own deed with an outcome, 0 where too little does."""
        acted = _own_actions(said)
        results = {match.text for _, match in self._results.find(said)}
        figures = sum(token.number for token in said)
        score = 0.2 * min(acted, 3) + 0.15 * min(figures, 2) + 0.2 * min(len(results), 2)
        if acted < 2 or not results or score < 0.7:
            return 0.0
        return min(1.0, score)

    def tick(self, state: DialogueState) -> Iterator[Raise]:
        """Words need no clock."""
        return iter(())


def _own_actions(said: Sequence[Token]) -> int:
    """How often the speaker tells what they themselves did ("I rang", "I then moved")."""
    return sum(
        token.word == "i" and any(_is_past(t.word) for t in said[at + 1 : at + 3])
        for at, token in enumerate(said)
    )


def _is_past(word: str) -> bool:
    return word in _IRREGULAR or (len(word) > 4 and word.endswith("ed"))
