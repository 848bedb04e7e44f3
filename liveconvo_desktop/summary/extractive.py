"""The offline writer: picks and orders what was said, by rules and sentence vectors.

It writes nothing of its own but the first sentence, the headings and who is quoted; the same call
gives the same summary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from liveconvo_desktop.language.embed import DIMENSIONS, MODEL
from liveconvo_desktop.summary import cues, text
from liveconvo_desktop.summary.base import (
    CancelledError,
    Conversation,
    Draft,
    Report,
    Statement,
    Topic,
)
from liveconvo_desktop.summary.keyphrases import Embed, Phrase, keyphrases
from liveconvo_desktop.summary.salience import Scores, choose, salience
from liveconvo_desktop.summary.sentences import Sentence, sentences
from liveconvo_desktop.summary.topics import Span, Vectors, segment

TLDR_WORDS = 120
"""Of the short version of a long call; a short call gets a sixth of its own words."""
NOTE_WORDS = 90
"""Of the quotes under one topic at most."""
_BATCH_WORDS = 800
"""Of one step of the sentence model; memory grows with it."""

_KINDS = {
    "sales_call": "call", "interview": "interview", "meeting": "meeting",
    "consultation": "consultation",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    """A call with everything that was worked out about it."""

    conversation: Conversation
    sentences: list[Sentence]
    vectors: Vectors
    spans: list[Span]
    scores: Scores
    phrases: list[list[Phrase]]
    themes: list[Phrase]


class OfflineWriter:
    """Needs no network and no language model beyond the sentence vectors.

    Args:
        embed: Texts to unit vectors, as ``language.embed.Embedder``.
    """

    model = f"offline:{MODEL}"

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def write(
        self, conversation: Conversation, report: Report, cancelled: Callable[[], bool]
    ) -> Draft:
        """Sum up a call; see ``Writer``. A call without words gives a summary that says so."""
        report(0.02, "Reading the transcript")
        said = sentences(conversation.lines)
        if not said:
            return _nothing(conversation, self.model)
        vectors = self._vectors(said, report, cancelled)
        report(0.75, "Finding topics")
        read = self._read(conversation, said, vectors, cancelled)
        report(0.9, "Finding decisions and promises")
        if cancelled():
            raise CancelledError
        return Draft(
            title=_title(read),
            tldr=_tldr(read),
            decisions=tuple(cues.decisions(said)),
            actions=tuple(cues.actions(said, conversation.day)),
            questions=tuple(cues.open_questions(said)),
            topics=tuple(_topic(read, number) for number in range(len(read.spans))),
            gaps=text.gaps(conversation),
            model=self.model,
        )

    def _vectors(
        self, said: Sequence[Sentence], report: Report, cancelled: Callable[[], bool]
    ) -> Vectors:
        found = np.empty((len(said), DIMENSIONS), np.float32)
        done = 0
        for batch in _batches([one.words for one in said]):
            if cancelled():
                raise CancelledError
            found[batch] = self._embed([said[at].text for at in batch])
            done += len(batch)
            report(0.05 + 0.7 * done / len(said), "Weighing what was said")
        return found

    def _read(
        self,
        conversation: Conversation,
        said: list[Sentence],
        vectors: Vectors,
        cancelled: Callable[[], bool],
    ) -> _Read:
        spans = segment(vectors, [one.words for one in said])
        phrases = []
        for span in spans:
            if cancelled():
                raise CancelledError
            part = slice(span.first, span.last)
            phrases.append(keyphrases(said[part], vectors[part], self._embed, 3))
        return _Read(
            conversation=conversation,
            sentences=said,
            vectors=vectors,
            spans=spans,
            scores=_with_outcomes(salience(said, vectors, spans), said, conversation),
            phrases=phrases,
            themes=keyphrases(said, vectors, self._embed, _themes(said)),
        )


OUTCOME = 1.6
"""How much more a sentence is worth that holds a decision or a promise with a day."""


def _with_outcomes(scores: Scores, said: Sequence[Sentence], conversation: Conversation) -> Scores:
    """What came of a call is what its reader looks for first."""
    told = " ".join(one.text for one in cues.decisions(said))
    dated = [one.text for one in cues.actions(said, conversation.day) if one.due]
    wanted = " ".join([told, *dated])
    factors = [OUTCOME if one.text in wanted else 1.0 for one in said]
    raised: Scores = scores * np.array(factors, np.float32)
    return raised


def _batches(words: Sequence[int]) -> Iterator[list[int]]:
    """Sentences of about one length together, fewer of the long ones: a batch is padded."""
    batch: list[int] = []
    for at in sorted(range(len(words)), key=lambda at: (words[at], at)):
        if batch and (len(batch) + 1) * words[at] > _BATCH_WORDS:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _themes(said: Sequence[Sentence]) -> int:
    """How many things a call is said to have been about: a short one has few that recur."""
    words = sum(one.words for one in said)
    return 3 if words < 1000 else 4 if words < 4000 else 5


def _nothing(conversation: Conversation, model: str) -> Draft:
    return Draft(
        title=conversation.title,
        tldr=(Statement(text="Nothing was said that could be summed up."),),
        gaps=text.gaps(conversation),
        model=model,
    )


def _title(read: _Read) -> str:
    """The user's own title, or what the call was about."""
    if read.conversation.title:
        return read.conversation.title
    return _heading([one.text for one in read.themes[:3]]) or "Conversation"


def _heading(phrases: Sequence[str]) -> str:
    named = text.listed(phrases)
    return named[:1].upper() + named[1:]


def _tldr(read: _Read) -> tuple[Statement, ...]:
    total = sum(one.words for one in read.sentences)
    budget = min(TLDR_WORDS, max(40, total // 6))
    opening = _opening(read)
    left = budget - sum(len(one.text.split()) for one in opening)
    return (*opening, *(_quote(read, at) for at in sorted(_spread(read, left))))


def _opening(read: _Read) -> list[Statement]:
    """What it was about, in a sentence: the budget, the battery and San Diego."""
    if not read.themes:
        return []
    kind = _KINDS.get(read.conversation.kind, "conversation")
    things = [one.text if one.text[0].isupper() else f"the {one.text}" for one in read.themes]
    sources = tuple(dict.fromkeys(source for one in read.themes for source in one.sources[:1]))
    return [Statement(text=f"The {kind} was about {text.listed(things)}.", sources=sources)]


def _spread(read: _Read, budget: int) -> list[int]:
    """The best sentences, one a topic in turn, the longest topic first, until the words are out."""

    def words(taken: Sequence[int]) -> int:
        return sum(read.sentences[at].words for at in taken)

    def length(span: Span) -> int:
        return words(range(span.first, span.last))

    chosen: list[int] = []
    order = sorted(read.spans, key=lambda span: (-length(span), span.first))
    while words(chosen) < budget:
        before = len(chosen)
        for span in order:
            if words(chosen) >= budget:
                break
            left = [at for at in range(span.first, span.last) if at not in chosen]
            chosen += choose(left, read.scores, read.vectors, lambda taken: len(taken) > 0, chosen)
        if len(chosen) == before:
            break
    return chosen


def _topic(read: _Read, number: int) -> Topic:
    span = read.spans[number]
    size = sum(one.words for one in read.sentences[span.first : span.last])
    budget = min(NOTE_WORDS, max(25, size // 5))

    def enough(taken: list[int]) -> bool:
        return sum(read.sentences[at].words for at in taken) >= budget

    chosen = choose(range(span.first, span.last), read.scores, read.vectors, enough)
    return Topic(
        heading=_heading([one.text for one in read.phrases[number][:3]]) or f"Part {number + 1}",
        t0=read.sentences[span.first].t0,
        t1=read.sentences[span.last - 1].t1,
        statements=tuple(_quote(read, at) for at in sorted(chosen)),
    )


def _quote(read: _Read, at: int) -> Statement:
    one = read.sentences[at]
    who = read.conversation.name(one.speaker)
    return Statement(text=f"{who}: {one.text}", sources=one.sources)
