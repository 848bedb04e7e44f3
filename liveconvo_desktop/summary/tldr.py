"""The short version: what it was about and, by the kind of call, what its reader looks for first.

A short call is told in labelled quotes: need, price, what is in the way, what comes next. A long
one is told in the sentences that say most of what it comes back to.
"""

from __future__ import annotations

from collections.abc import Sequence

from liveconvo_desktop.language.summaries import NO_NEXT_STEP
from liveconvo_desktop.summary import text
from liveconvo_desktop.summary.aspects import HURDLES, Key
from liveconvo_desktop.summary.base import Statement
from liveconvo_desktop.summary.call import Call, words
from liveconvo_desktop.summary.coverage import cover
from liveconvo_desktop.summary.people import far_name
from liveconvo_desktop.summary.points import clip, widened
from liveconvo_desktop.summary.salience import choose
from liveconvo_desktop.summary.topics import Span

TLDR_WORDS = 120
"""Of the short version of a long call."""
LABELLED_WORDS = 80
"""Of the labelled quotes, from which on no second one of the same kind is added."""
LONG = 1500
"""Words from which on a call is told by what it comes back to; below, too little recurs."""

_KINDS = {
    "sales_call": "call", "interview": "interview", "meeting": "meeting",
    "consultation": "consultation",
}  # fmt: skip
_SELLS = ("sales_call", "consultation")
_ENOUGH = 8
"""Sentences of a call of which it is worth saying that no next step was heard in it."""
_SURE = 1.6
"""Strength from which on a second quote on the same thing is worth its words."""


def short_version(call: Call) -> tuple[Statement, ...]:
    """Its statements: the opening, then the best quotes within the words."""
    opening = _opening(call)
    long = call.words >= LONG
    if long and call.conversation.kind not in (*_SELLS, "interview"):
        quotes = cover(call.sentences, call.factors, TLDR_WORDS - words(opening))
        return (*opening, *(call.quote(at) for at in quotes))
    labelled, used = _labelled(call)
    budget = TLDR_WORDS if long else min(TLDR_WORDS, max(40, call.words // 6))
    left = budget - words([*opening, *labelled])
    told = [at for at in _spread(call, left, used) if at not in used]
    return (*opening, *(call.quote(at) for at in sorted(told)), *labelled)


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
    ends = [_told(call, "Decided", one) for one in call.decisions[:2]] + _next(call)
    used = call.where(source for one in (*call.actions, *call.decisions) for source in one.sources)
    layout = _layout(call.conversation.kind)
    quotes: dict[str, list[tuple[int, int]]] = {label: [] for label, _ in layout}
    # First the best of every aspect, then seconds where there is room and they are sure.
    for second in (False, True):
        for label, keys in layout:
            for key in keys:
                told = [one for label, of in quotes.items() for one in _stated(call, label, of)]
                if second and words([*told, *ends]) >= LABELLED_WORDS:
                    continue
                span = _pick(call, key, used, _SURE if second else 0.0)
                if span is not None:
                    quotes[label].append(span)
                    used |= set(range(span[0], span[1] + 1))
    told = [one for label, of in quotes.items() for one in _stated(call, label, sorted(of))]
    return [*told, *ends], used


def _layout(kind: str) -> tuple[tuple[str, tuple[Key, ...]], ...]:
    """Labels and the aspects under each."""
    if kind in _SELLS:
        return (("Need", ("want", "pain")), ("Price", ("price",)), ("Concerns", HURDLES))
    if kind == "interview":
        return (("Example", ("experience",)), ("Terms", ("terms",)))
    return (("Risk", ("risk",)),)


def _pick(call: Call, key: Key, used: set[int], sure: float) -> tuple[int, int] | None:
    """The first and last sentence of the best quote for an aspect that is not used yet."""
    found = call.points.get(key, [])
    best = next((one for one in found if one.at not in used), None)
    if best is None or best.strength < sure:
        return None
    return widened(best, found, call.sentences)


def _stated(call: Call, label: str, spans: Sequence[tuple[int, int]]) -> list[Statement]:
    """A statement for each speaker; between quotes that do not follow each other stands "…"."""
    made: list[Statement] = []
    for speaker in dict.fromkeys(call.sentences[first].speaker for first, _ in spans):
        mine = [span for span in spans if call.sentences[span[0]].speaker == speaker]
        said = " … ".join(_quoted(call, span) for span in mine).replace("… …", "…")
        cited = (
            source
            for first, last in mine
            for one in call.sentences[first : last + 1]
            for source in one.sources
        )
        who = call.conversation.name(speaker)
        made.append(Statement(text=f"{label} – {who}: {said}", sources=tuple(dict.fromkeys(cited))))
    return made


def _quoted(call: Call, span: tuple[int, int]) -> str:
    first, last = span
    if last > first:
        return " ".join(one.text for one in call.sentences[first : last + 1])
    one = call.sentences[first]
    point = next(p for of in call.points.values() for p in of if p.at == first)
    return clip(one.text, point.first, point.last)


def _told(call: Call, label: str, one: Statement) -> Statement:
    """A decision or promise with a label and who said it."""
    cited = sorted(call.where(one.sources))
    # A merged item cites both sides; its words are one's.
    at = next((at for at in cited if call.sentences[at].text in one.text), cited[0])
    who = call.conversation.name(call.sentences[at].speaker)
    return Statement(text=f"{label} – {who}: {one.text}", sources=one.sources)


def _next(call: Call) -> list[Statement]:
    """Promises and requests, those with a day first; or that there were none."""
    actions = sorted(call.actions, key=lambda one: one.due is None)[:2]
    if actions:
        return [_told(call, "Next step", one) for one in actions]
    both = len({one.speaker for one in call.sentences}) > 1
    if call.decisions or not both or len(call.sentences) < _ENOUGH:
        return []
    if call.conversation.kind not in _SELLS:
        return []
    last = call.sentences[-1].sources
    return [Statement(text=NO_NEXT_STEP, sources=last)]


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
