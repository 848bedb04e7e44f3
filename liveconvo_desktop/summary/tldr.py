"""The short version: what it was about and, by the kind of call, what its reader looks for first.

A short call is told in labelled quotes: need, price, what is in the way, what comes next. A long
one is told in the sentences that say most of what it comes back to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from liveconvo_desktop.summary import text
from liveconvo_desktop.summary.aspects import HURDLES, Key
from liveconvo_desktop.summary.base import Statement
from liveconvo_desktop.summary.call import Call, words
from liveconvo_desktop.summary.coverage import cover
from liveconvo_desktop.summary.people import far_name
from liveconvo_desktop.summary.points import Point, clip
from liveconvo_desktop.summary.salience import choose
from liveconvo_desktop.summary.topics import Span

TLDR_WORDS = 120
"""Of the short version of a long call."""
LONG = 1500
"""Words from which on a call is told by what it comes back to; below, too little recurs."""
OUTCOME = 1.6
"""How much more a sentence is worth that holds a decision or a promise with a day."""

_KINDS = {
    "sales_call": "call", "interview": "interview", "meeting": "meeting",
    "consultation": "consultation",
}  # fmt: skip
_SELLS = ("sales_call", "consultation")
_ENOUGH = 8
"""Sentences of a call of which it is worth saying that no next step was heard in it."""
_SURE = 1.6
"""Strength from which on a second quote is worth its words."""


def short_version(call: Call) -> tuple[Statement, ...]:
    """Its statements: the opening, then the best quotes within the words."""
    opening = _opening(call)
    long = call.words >= LONG
    if long and call.conversation.kind not in (*_SELLS, "interview"):
        quotes = cover(call.sentences, _outcomes(call), TLDR_WORDS - words(opening))
        return (*opening, *(call.quote(at) for at in quotes))
    labelled, used = _labelled(call)
    budget = TLDR_WORDS if long else min(TLDR_WORDS, max(40, call.words // 6))
    left = budget - words([*opening, *labelled])
    told = [at for at in _spread(call, left, used) if at not in used]
    return (*opening, *(call.quote(at) for at in sorted(told)), *labelled)


def _outcomes(call: Call) -> np.ndarray:
    """What came of a call is what its reader looks for first."""
    dated = [one for one in call.actions if one.due]
    wanted = " ".join(one.text for one in (*call.decisions, *dated))
    raised = [OUTCOME if one.text in wanted else 1.0 for one in call.sentences]
    return np.array(raised, np.float32)


def _opening(call: Call) -> list[Statement]:
    """With whom, and what it was about: the budget, the battery and San Diego."""
    name, said = far_name(call.conversation)
    kind = _KINDS.get(call.conversation.kind, "conversation")
    who = f"The {kind} with {name}" if name else f"The {kind}"
    things = [one.text if one.text[0].isupper() else f"the {one.text}" for one in call.themes]
    if not things:
        return []
    about = [source for one in call.themes for source in one.sources[:1]]
    sources = tuple(dict.fromkeys([*said, *about]))
    return [Statement(text=f"{who} was about {text.listed(things)}.", sources=sources)]


def _labelled(call: Call) -> tuple[list[Statement], set[int]]:
    """Need, price, what is in the way, next step; and the sentences that they quote."""
    used: set[int] = set()
    of_next = call.where(source for one in call.actions for source in one.sources)
    of_decisions = call.where(source for one in call.decisions for source in one.sources)
    kept = used | of_next | of_decisions
    told: list[Statement] = []
    for label, keys, most in _layout(call.conversation.kind):
        points = _best(call, keys, most, kept)
        kept |= {one.at for one in points}
        told += _stated(call, label, points)
    told += [_decided(call, one) for one in call.decisions[:2]]
    told += _next(call)
    return told, kept


def _layout(kind: str) -> tuple[tuple[str, tuple[Key, ...], int], ...]:
    """Labels, the aspects under each, and how many quotes of one aspect."""
    if kind in _SELLS:
        return (("Need", ("need",), 2), ("Price", ("price",), 2), ("In the way", HURDLES, 1))
    if kind == "interview":
        return (("Example", ("experience",), 2), ("Terms", ("terms",), 1))
    return (("Risk", ("risk",), 2),)


def _best(call: Call, keys: Sequence[Key], most: int, kept: set[int]) -> list[Point]:
    """The strongest of each aspect, in the order of the aspects; no sentence twice."""
    found: list[Point] = []
    for key in keys:
        free = [
            one
            for one in call.points.get(key, ())
            if one.at not in kept and one.at not in {other.at for other in found}
        ]
        found += [one for n, one in enumerate(free[:most]) if n == 0 or one.strength >= _SURE]
    return found if len(keys) > 1 else sorted(found, key=lambda one: one.at)


def _stated(call: Call, label: str, points: Sequence[Point]) -> list[Statement]:
    """One statement for each speaker in turn; quotes that do not follow each other are set apart."""
    made: list[Statement] = []
    speakers = list(dict.fromkeys(call.sentences[one.at].speaker for one in points))
    for speaker in speakers:
        mine = [one for one in points if call.sentences[one.at].speaker == speaker]
        quoted = [clip(call.sentences[one.at].text, one.first, one.last) for one in mine]
        sources = _sources(call, (one.at for one in mine))
        who = call.conversation.name(speaker)
        said = " / ".join(quoted)
        made.append(Statement(text=f"{label} – {who}: {said}", sources=sources))
    return made


def _sources(call: Call, sentences: Iterable[int]) -> tuple[str, ...]:
    """Their lines, in the order of the call."""
    cited = (source for at in sorted(sentences) for source in call.sentences[at].sources)
    return tuple(dict.fromkeys(cited))


def _decided(call: Call, one: Statement) -> Statement:
    at = min(call.where(one.sources))
    who = call.conversation.name(call.sentences[at].speaker)
    return Statement(text=f"Decided – {who}: {one.text}", sources=one.sources)


def _next(call: Call) -> list[Statement]:
    """Promises and requests, those with a day first; or that there were none."""
    actions = sorted(call.actions, key=lambda one: one.due is None)[:2]
    if actions:
        return [_step(call, one.sources, one.text) for one in actions]
    both = len({one.speaker for one in call.sentences}) > 1
    if call.decisions or not both or len(call.sentences) < _ENOUGH:
        return []
    if call.conversation.kind not in _SELLS:
        return []
    last = call.sentences[-1].sources
    return [Statement(text="Next step: none was heard.", sources=last)]


def _step(call: Call, sources: tuple[str, ...], said: str) -> Statement:
    at = max(call.where(sources))
    who = call.conversation.name(call.sentences[at].speaker)
    return Statement(text=f"Next step – {who}: {said}", sources=sources)


def _spread(call: Call, budget: int, used: set[int]) -> list[int]:
    """The best sentences, one a topic in turn, the longest topic first, until the words are out."""

    def length(span: Span) -> int:
        return sum(one.words for one in call.sentences[span.first : span.last])

    chosen: list[int] = []
    order = sorted(call.spans, key=lambda span: (-length(span), span.first))
    while sum(call.sentences[at].words for at in chosen) < budget:
        before = len(chosen)
        for span in order:
            if sum(call.sentences[at].words for at in chosen) >= budget:
                break
            left = [at for at in range(span.first, span.last) if at not in {*chosen, *used}]
            said = [*chosen, *used]
            chosen += choose(left, call.scores, call.vectors, lambda taken: len(taken) > 0, said)
        if len(chosen) == before:
            break
    return chosen
