"""The notes of a summary: what was said about each aspect, then by topic."""

from __future__ import annotations

import re
from collections.abc import Sequence

from liveconvo_desktop.summary import text
from liveconvo_desktop.summary.aspects import ASPECTS, NEXT_ABOUT
from liveconvo_desktop.summary.base import Statement, Topic
from liveconvo_desktop.summary.call import Call
from liveconvo_desktop.summary.points import clip
from liveconvo_desktop.summary.salience import choose

NOTE_WORDS = 90
"""Of the quotes under one topic at most."""
POINTS = 3
"""Quotes under one aspect."""
QUOTE_WORDS = 60

_HEADING = re.compile(r"^#{1,6}\s+(?P<heading>.+?)\s*#*$", re.M)


def topics(call: Call) -> tuple[Topic, ...]:
    """Aspects under the headings of the user's outline, each stretch of the call, promises.

    A short call has one stretch: under it stands what no aspect holds yet.
    """
    by_aspect, used = _by_aspect(call)
    agreed = _agreed(call)
    if agreed:
        used |= _agreed_at(call)
    stretches = [_stretch(call, number, used) for number in range(len(call.spans))]
    return (*by_aspect, *(one for one in stretches if one.statements), *agreed)


def _by_aspect(call: Call) -> tuple[list[Topic], set[int]]:
    headings = _HEADING.findall(call.conversation.template)
    chosen: dict[str, list[tuple[int, Statement]]] = {}
    used: set[int] = set()
    for aspect in ASPECTS.get(call.conversation.kind, ()):
        points = [one for one in call.points.get(aspect.key, ()) if one.at not in used][:POINTS]
        used |= {one.at for one in points}
        for one in points:
            said = call.sentences[one.at]
            quoted = clip(said.text, one.first, one.last, QUOTE_WORDS)
            stated = Statement(
                text=f"{call.conversation.name(said.speaker)}: {quoted}", sources=said.sources
            )
            chosen.setdefault(_titled(aspect.about, aspect.heading, headings), []).append(
                (one.at, stated)
            )
    order = {heading: at for at, heading in enumerate(headings)}
    made = [
        Topic(heading=heading, statements=tuple(one for _, one in sorted(said, key=lambda s: s[0])))
        for heading, said in chosen.items()
    ]
    return sorted(made, key=lambda topic: order.get(topic.heading, len(order))), used


def _agreed(call: Call) -> list[Topic]:
    """What was settled and promised, where the user's outline asks for it beside the two lists."""
    heading = _titled(NEXT_ABOUT, "", _HEADING.findall(call.conversation.template))
    if not heading or not _agreed_at(call):
        return []
    said = tuple(call.quote(at) for at in sorted(_agreed_at(call)))
    return [Topic(heading=heading, statements=said)]


def _agreed_at(call: Call) -> set[int]:
    cited = {one.text for one in (*call.decisions, *call.actions)}
    return {at for at, one in enumerate(call.sentences) if any(one.text in text for text in cited)}


def _titled(about: frozenset[str], ours: str, headings: Sequence[str]) -> str:
    """The user's own heading for a thing, or ours."""
    for heading in headings:
        if about & set(re.findall(r"[a-z-]+", heading.lower())):
            return heading
    return ours


def _stretch(call: Call, number: int, used: set[int]) -> Topic:
    span = call.spans[number]
    size = sum(one.words for one in call.sentences[span.first : span.last])
    budget = min(NOTE_WORDS, max(25, size // 5))
    free = [at for at in range(span.first, span.last) if at not in used]

    def enough(taken: list[int]) -> bool:
        return sum(call.sentences[at].words for at in taken) >= budget

    chosen = choose(free, call.scores, call.vectors, enough, sorted(used))
    named = [one.text for one in call.phrases[number][:3]]
    return Topic(
        heading=text.heading(named) or f"Part {number + 1}",
        t0=call.sentences[span.first].t0,
        t1=call.sentences[span.last - 1].t1,
        statements=tuple(call.quote(at) for at in sorted(chosen)),
    )
