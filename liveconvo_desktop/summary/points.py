"""Sentences that say what the reader of a summary looks for: need, price, objections and so on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from liveconvo_desktop.language.words import tokens, word_set
from liveconvo_desktop.summary.aspects import (
    AMOUNT,
    ASPECTS,
    BOOK,
    DEEDS,
    MONEY,
    NAMED_OTHER,
    Aspect,
    Key,
)
from liveconvo_desktop.summary.base import Conversation
from liveconvo_desktop.summary.salience import Scores
from liveconvo_desktop.summary.sentences import Sentence

MOST = 30
"""Words of a sentence that the short version quotes; of a longer one the part that counts."""

SHORT = 6
"""A sentence of fewer words is quoted with the next one."""

_NAMED = re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z][\w'’]+")
_NO_NAME = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december okay"
)
_COSTLY = re.compile(r"\b(?:expensive|pric(?:e|ey)|steep|afford|budget|finance|cost|money)\b", re.I)
"""What is said about the price stands in the way before all else."""
_BREAKS = word_set("and but so because cause since which while or if then")


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence that was found.

    Attributes:
        at: Its number in the call.
        first: Where in its text the words lie that show it; ``last`` the end.
        strength: How sure it is and how much it says; comparable within an aspect only.
    """

    at: int
    first: int
    last: int
    strength: float


def find(
    conversation: Conversation, sentences: list[Sentence], scores: Scores
) -> Mapping[Key, list[Point]]:
    """What was said about each aspect of this kind of call, the strongest first.

    Args:
        conversation: Whose kind says what to look for.
        sentences: Of the whole call.
        scores: How much each one says of its call.
    """
    aspects = {one.key: one for one in ASPECTS.get(conversation.kind, ASPECTS["meeting"])}
    two_sided = "user" in {one.speaker for one in sentences}
    top = float(scores.max()) if len(scores) else 1.0
    found: dict[Key, list[Point]] = {key: [] for key in aspects}
    for at, one in enumerate(sentences):
        shown = {} if one.asks else _shown(one, aspects)
        points = [
            (_strength(key, one, len(places)), key, places)
            for key, places in shown.items()
            if not two_sided or _may_say(aspects[key], one)
        ]
        if one.speaker != "user" and len(points) > 1:
            # An amount that the far side names is mostly why it says something else.
            points = [point for point in points if point[1] != "price"]
        if not points:
            continue
        # A sentence stands under what it shows most of.
        worth, key, places = max(points, key=lambda point: (point[0], _FIRST.index(point[1])))
        worth += 0.5 * float(scores[at]) / (top or 1.0)
        first, last = min(p[0] for p in places), max(p[1] for p in places)
        found[key].append(Point(at, first, last, worth))
    return {key: sorted(of, key=lambda p: (-p.strength, p.at)) for key, of in found.items()}


_FIRST: tuple[Key, ...] = (
    "offer", "experience", "terms", "pain", "want", "price", "risk", "concern", "others", "decides",
)  # fmt: skip
"""Where a sentence shows two aspects equally, the later one of these is meant."""


def _may_say(aspect: Aspect, one: Sentence) -> bool:
    return not aspect.side or (one.speaker == "user") == (aspect.side == "user")


def _shown(one: Sentence, aspects: Mapping[Key, Aspect]) -> dict[Key, list[tuple[int, int]]]:
    """Where a sentence shows which aspects; several phrases at one place count once."""
    shown: dict[Key, list[tuple[int, int]]] = {}
    said = tokens(one.text)
    for key, match in BOOK.find(said):
        place = said[match.first].start, said[match.last].end
        places = shown.setdefault(key, [])
        if all(place[0] >= end or place[1] <= start for start, end in places):
            places.append(place)
    if money := MONEY.search(one.text):
        shown["price"] = [money.span()]
    named = NAMED_OTHER.search(one.text)
    if named and named["name"].lower() not in _NO_NAME:
        shown.setdefault("others", []).append(named.span())
    if (deed := DEEDS.search(one.text)) and one.words >= 10:
        shown["experience"] = [deed.span()]
    return {key: places for key, places in shown.items() if key in aspects}


def _strength(key: Key, one: Sentence, places: int) -> float:
    worth = 1.0 + 0.5 * min(2, places - 1)
    figures = any(token.number for token in tokens(one.text))
    if key == "others" and has_name(one.text):
        worth += 0.7
    if key in ("pain", "concern", "risk", "experience") and figures:
        worth += 0.4
    if key == "concern" and (_COSTLY.search(one.text) or MONEY.search(one.text)):
        worth += 2.0
    if key == "price":
        # What it costs says more than what comes off; the far side mostly reckons or objects.
        worth += 0.4 * bool(AMOUNT.search(one.text)) + (0.5 if one.speaker == "user" else -0.2)
    return worth - (0.4 if one.words < 5 else 0.0)


def has_name(text: str) -> bool:
    """Whether a sentence names somebody or something: a capital that no beginning explains."""
    return any(name.lower() not in _NO_NAME for name in _NAMED.findall(text))


def clip(text: str, first: int, last: int, most: int = MOST) -> str:
    """A long sentence cut to the words around those that count, "…" where something is left out.

    Args:
        text: The sentence.
        first: Where the words that count begin, in characters.
        last: Where they end.
        most: Words that may stay.
    """
    words = [(found.start(), found.end()) for found in re.finditer(r"\S+", text)]
    if len(words) <= most:
        return text
    inside = [at for at, (start, end) in enumerate(words) if start < last and end > first]
    begin, end = inside[0], min(inside[-1] + 1, inside[0] + most)
    begin = _back(text, words, max(0, end - most), begin)
    end = _forth(text, words, end, min(len(words), begin + most))
    cut = text[words[begin][0] : words[end - 1][1]].rstrip(",;")
    return ("… " if begin else "") + cut + (" …" if end < len(words) else "")


def _back(text: str, words: list[tuple[int, int]], least: int, begin: int) -> int:
    """Where the first whole clause begins that lies after ``least``."""
    if least == 0:
        return 0
    for at in range(least, begin):
        before = text[words[at - 1][0] : words[at - 1][1]]
        if before.endswith((",", ";", ":")) or text[slice(*words[at])].lower() in _BREAKS:
            return at
    return begin


def _forth(text: str, words: list[tuple[int, int]], end: int, most: int) -> int:
    """Where the last whole clause ends before ``most``."""
    if most == len(words):
        return most
    for at in range(most, end, -1):
        closes = text[slice(*words[at - 1])].endswith((",", ";", ":"))
        if closes or text[slice(*words[at])].lower() in _BREAKS:
            return at
    return most if end < most else end


def widened(point: Point, found: list[Point], sentences: list[Sentence]) -> tuple[int, int]:
    """The sentences to quote for one: itself and those around it that it leans on.

    A neighbour of the same turn goes with it if it shows the same, or if the sentence is too short
    to stand alone; as long as both together are no longer than one may be.

    Returns:
        The first and the last.
    """
    same = {one.at for one in found}
    first = last = point.at
    words = sentences[point.at].words
    for at in (point.at - 1, point.at + 1, point.at + 2):
        if not 0 <= at < len(sentences) or at not in (first - 1, last + 1):
            continue
        one = sentences[at]
        leans = at in same or (sentences[point.at].words < SHORT and at > point.at)
        if one.turn != sentences[point.at].turn or one.asks or not leans:
            continue
        if words + one.words <= MOST:
            first, last, words = min(first, at), max(last, at), words + one.words
    return first, last
