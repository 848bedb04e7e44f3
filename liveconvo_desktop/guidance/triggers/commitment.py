"""Concrete promises and agreements: who does what by when, an appointment, an agreed price."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.learned import SURE
from liveconvo_desktop.guidance.playbook import Cue
from liveconvo_desktop.guidance.state import Commitment, DialogueState
from liveconvo_desktop.guidance.triggers.base import Raise, heard_by, holds, quote, weigh
from liveconvo_desktop.language.acts import NEGATIONS, question_sentences
from liveconvo_desktop.language.phrases import Match, PhraseBook
from liveconvo_desktop.language.words import Token, tokens

_DOING = (
    "send|drop|email|mail|bring|come|call|ring|get|have|give|book|put|write|do|make|pay|sign|"
    "deliver|order|finish|submit|share|forward|update|confirm|check|see|be|meet|drive|ship|start|"
    "pick|post|draft|prepare|arrange|schedule|invite|talk|speak|fix|test|file|issue|circulate|let|"
    "block|go|fill|phone|text|upload|print|move|install|collect|visit"
)
_PROMISES = (
    "i|we|you will|shall * " + _DOING,
    "i|we am|are going to " + _DOING,
    "let us say|do|call|make|book|meet|put|go",
    "let me " + _DOING,
    "i|we|that can do|make|have|get|send",
    "count on",
    "you have my word",
    "put|pencil|book you|me|us|it|that",
    "see|speak|talk|call|meet|catch you|then|to",
    "expect it|that|them",
)
_AGREES = (
    "works for me|us", "that works", "perfect", "deal", "agreed", "done then", "sounds good",
    "same time", "it is a deal", "let us lock", "you are on", "it is in the diary",
)  # fmt: skip
_WHEN = (
    "<day>", "next|this week|month|quarter|wednesday", "by the end of", "end of * day|week|month",
    "by|at|before|till|until noon|lunch|midnight|five|close|<number>",
    "in|within <number> day|week|hour|minute",
    "on|by the first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth",
    "the <number> of", "after <number> hour", "this morning|afternoon|evening",
    "an hour", "first thing",
)  # fmt: skip
_ORDINAL = re.compile(r"^\d{1,2}(?:st|nd|rd|th)$|^\d{1,2}(?::\d\d)?(?:am|pm)$|^\d{1,2}:\d\d$")
_PRICE = (
    "we|i say|agree|settle|shake|sign on|at|for <number>",
    "go with * <number>",
    "deal at|for <number>",
)
_LOOSE = (
    "i|we will think|see|try|consider|probably|maybe|look",
    "i|we might|may|could|should|would",
    "if i|we|you|they|it",
    "supposed|meant to",
    "i|we|they|he|she had|were|was|did|used",
)


class Commitments:
    """Notes every commitment in the state and raises its cues."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(cues)
        groups = {
            "promise": _PROMISES, "agree": _AGREES, "when": _WHEN, "price": _PRICE, "loose": _LOOSE,
        }  # fmt: skip
        self._book = PhraseBook([(key, text) for key, texts in groups.items() for text in texts])

    def feed(self, segment: Segment, state: DialogueState) -> Iterator[Raise]:
        """Judge each sentence of a final that is not a question."""
        if not segment.final:
            return
        found = self.find(segment.text)
        verdict = state.verdicts(segment).get("commitment")
        score = weigh(verdict, 0.8 if found else 0.0)
        if score < SURE:
            return
        words = found or (verdict.window.text if verdict else "")
        state.commitments.append(Commitment(segment, words))
        for cue in self._cues:
            if heard_by(cue, segment) and holds(cue.when, segment, state):
                yield Raise(cue, segment.id, words, score)

    def tick(self, state: DialogueState) -> Iterator[Raise]:
        """Words need no clock."""
        return iter(())

    def find(self, text: str) -> str | None:
        """The words of the first commitment in a text, or None."""
        said = tokens(text)
        asked = question_sentences(text)
        found = list(self._book.find(said))
        for key, match in found:
            if key not in ("promise", "agree", "price"):
                continue
            near = [(k, m) for k, m in found if _near(said, match, m)]
            dated = key == "price" or any(k == "when" for k, _ in near) or _has_time(said, match)
            loose = any(k == "loose" for k, m in near if m.first <= match.last)
            words = quote(text, said, match.first, match.last)
            sound = dated and not loose and not _negated(said, match)
            if sound and not any(words in question for question in asked):
                return words
        return None


def _near(said: Sequence[Token], one: Match, other: Match) -> bool:
    """In the same sentence or the one before, where a day is often named first."""
    distance = said[one.first].sentence - said[other.first].sentence
    return distance in (0, 1)


def _has_time(said: Sequence[Token], match: Match) -> bool:
    sentence = said[match.first].sentence
    return any(_ORDINAL.match(t.word) for t in said if t.sentence == sentence)


def _negated(said: Sequence[Token], match: Match) -> bool:
    inside = [t.word for t in said[match.first : match.last + 2]]
    return bool(set(inside) & NEGATIONS)
