"""The offline writer: picks and orders what was said, by rules and sentence vectors.

It writes nothing of its own but the first sentence, labels, headings and who is quoted; the same
call gives the same summary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from liveconvo_desktop.language.embed import DIMENSIONS, MODEL
from liveconvo_desktop.language.summaries import FOREIGN, NOTHING_SAID
from liveconvo_desktop.summary import caveats, cues, text
from liveconvo_desktop.summary.base import (
    CancelledError,
    Conversation,
    Draft,
    Report,
    Statement,
    Topic,
)
from liveconvo_desktop.summary.call import Call, outcomes
from liveconvo_desktop.summary.keyphrases import Embed, keyphrases
from liveconvo_desktop.summary.notes import topics
from liveconvo_desktop.summary.points import find
from liveconvo_desktop.summary.salience import Scores, informative, salience
from liveconvo_desktop.summary.sentences import Sentence, sentences
from liveconvo_desktop.summary.tldr import short_version
from liveconvo_desktop.summary.topics import Vectors, segment

_BATCH_WORDS = 800
"""Of one step of the sentence model; memory grows with it."""
_FOREIGN_QUOTES = 5
"""Sentences that are quoted of a call that the writer cannot read."""


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
        """Sum up a call; see ``Writer``.

        A call without words gives a summary that says so, and so does one that is not in English.
        """
        report(0.02, "Reading the transcript")
        said = sentences(conversation.lines)
        if not said:
            return _nothing(conversation, self.model)
        if not caveats.is_english(conversation.lines):
            return _foreign(conversation, said, self.model)
        vectors = self._vectors(said, report, cancelled)
        report(0.75, "Finding topics")
        call = self._call(conversation, said, vectors, cancelled)
        report(0.9, "Writing it down")
        if cancelled():
            raise CancelledError
        one_sided = caveats.one_sided(conversation, said)
        return Draft(
            title=_title(call),
            tldr=(*short_version(call), *([one_sided] if one_sided else [])),
            decisions=call.decisions,
            actions=call.actions,
            questions=call.questions,
            topics=topics(call),
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

    def _call(
        self,
        conversation: Conversation,
        said: list[Sentence],
        vectors: Vectors,
        cancelled: Callable[[], bool],
    ) -> Call:
        spans = segment(vectors, [one.words for one in said])
        phrases = []
        for span in spans:
            if cancelled():
                raise CancelledError
            part = slice(span.first, span.last)
            phrases.append(keyphrases(said[part], vectors[part], self._embed, 3))
        decisions = tuple(cues.decisions(said))
        actions = tuple(cues.actions(said, conversation.day))
        factors = outcomes(said, decisions, actions)
        scores: Scores = salience(said, vectors, spans) * factors
        return Call(
            conversation=conversation,
            sentences=said,
            vectors=vectors,
            spans=spans,
            scores=scores,
            factors=factors,
            phrases=phrases,
            themes=keyphrases(said, vectors, self._embed, _themes(said)),
            points=find(conversation, said, scores),
            decisions=decisions,
            actions=actions,
            questions=tuple(cues.open_questions(said)),
        )


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
        tldr=(Statement(text=NOTHING_SAID),),
        gaps=text.gaps(conversation),
        model=model,
    )


def _foreign(conversation: Conversation, said: Sequence[Sentence], model: str) -> Draft:
    """Some of what was said in a language whose words are not known here: what recurs the most."""
    told = informative(said)
    best = sorted(range(len(said)), key=lambda at: (-float(told[at]), at))[:_FOREIGN_QUOTES]
    first, last = said[0], said[-1]
    quotes = tuple(
        Statement(
            text=f"{conversation.name(said[at].speaker)}: {said[at].text}", sources=said[at].sources
        )
        for at in sorted(best)
    )
    cited = dict.fromkeys([*first.sources, *last.sources])
    return Draft(
        title=conversation.title or "Conversation",
        tldr=(Statement(text=FOREIGN, sources=tuple(cited)),),
        topics=(
            Topic(heading="Some of what was said", t0=first.t0, t1=last.t1, statements=quotes),
        ),
        gaps=text.gaps(conversation),
        model=model,
    )


def _title(call: Call) -> str:
    """The user's own title, or what the call was about."""
    if call.conversation.title:
        return call.conversation.title
    return text.heading([one.text for one in call.themes[:3]]) or "Conversation"
