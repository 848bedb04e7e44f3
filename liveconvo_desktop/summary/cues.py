"""Decisions, promises, requests and open questions, by the words that people make them with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from liveconvo_desktop.language.acts import (
    NEGATIONS,
    admits_ignorance,
    is_question,
    leaves_open,
    questions,
)
from liveconvo_desktop.language.phrases import Match, PhraseBook
from liveconvo_desktop.language.words import Token, stem, tokens, word_set
from liveconvo_desktop.summary import dates
from liveconvo_desktop.summary.base import Action, Statement
from liveconvo_desktop.summary.sentences import Sentence

_DECIDES = (
    "that is the plan|decision", "the decision is", "the call is", "final answer",
    "we|i have? decided|agreed", "we decided|agree|agreed", "it is|was decided|agreed",
    "let us go|stick|stay with|for|ahead", "we will|shall go|stick|stay with|for",
    "we|i am|are going with", "go with option|plan", "go ahead with", "settled then|that",
    "agreed then", "that is settled|sorted|final|agreed", "we are agreed", "that settles",
    "from now on", "is|was|been signed off", "consider it done|settled|approved",
    "i am approving|instructing",
    "okay|right|fine we split|move|drop|keep|use|start|cut|switch|push|delay|cancel|freeze",
    "then we split|move|drop|keep|use|start|cut|switch|push|delay|cancel|freeze|ship",
    "let us drop|cancel|park|scrap|postpone|freeze|keep|lock|make it|that|this|the",
    "so it is|will be", "we have a deal", "it is a deal", "i am happy to sign", "i vote we",
    "we will keep|drop|use|skip|leave out",
)  # fmt: skip
_UNDECIDED = (
    "not * decided|agreed|settled|sure", "should|could|shall|can we", "if we|i|you|they",
    "have to decide", "need to decide", "before we decide|agree", "who|they decided",
    "what|whether we|i have? decided|agreed", "we were|had decided", "might|may",
    "would * agreed|decided",
)  # fmt: skip

_DEEDS = (
    "send|email|mail|ring|phone|draft|chase|check|find|book|update|forward|raise|order|"
    "prepare|circulate|file|arrange|schedule|confirm|deliver|submit|review|invite|introduce|sign|"
    "finish|fix|post|issue|organise|organize|upload|install|research|investigate|reply|return"
)
"""What one does after a call: a promise of it counts without a day."""
_DEEDS_WITH_DAY = (
    "come|have|do|be|see|meet|get|put|give|make|take|start|pick|bring|visit|move|pay|ship|call|speak|"
    "talk|drop|let|try|write|share|set|look|show|go|drive|test|print|collect|join|present|ask|add"
)
_PROMISES = (
    f"i|we will|shall * {_DEEDS}",
    f"i|we am|are going to {_DEEDS}",
    f"i|we am|are happy to {_DEEDS}",
    f"i|we can {_DEEDS}",
    f"let me {_DEEDS}",
    "i|we will|shall get back to", "i|we will follow up", "i|we will look into|at",
    "i|we will put together|up", "i|we will set up", "i|we will write * up|down|to|the|a",
    "i|we will talk|speak|ask to|with|the|my|our|around", "i|we will let you know",
    "i|we will call|ring|write you|them|him|her|back|the|your|my",
    "i|we will bring|share|test|move",
    "leave|give that|it with|to me", "i can|will take that|it", "i am on it",
    "count on me", "put me down",
)  # fmt: skip
_PROMISES_WITH_DAY = (
    f"i|we will|shall * {_DEEDS_WITH_DAY}",
    f"i|we am|are going to {_DEEDS_WITH_DAY}",
    f"i|we can {_DEEDS_WITH_DAY}",
    "let us say|do|call|make|book|meet|talk|speak",
    "expect it|that|them", "see|speak|talk|meet you|to|again", "you will have|get|hear|receive",
)  # fmt: skip
_REQUESTS = (
    f"can|could|will|would you please? {_DEEDS}",
    "can|could|will|would you please? bring|share|write|put|look into|the|together|it|up",
    "can|could|will|would you please? talk|speak to|with",
    f"please {_DEEDS}|call|bring|share|write",
    f"i|we need|want|like you to {_DEEDS}|call|bring|write|share|talk|have|get",
    f"you will|should {_DEEDS}", f"make sure you|to {_DEEDS}",
    "action for|on|item", "you take|own that|it|this|the",
    "would he|she|they|you join",
)  # fmt: skip
_IDLE = (
    "send shiver", "i|we will see|think|say|admit|bet", "i will be honest|frank|quick|straight",
    "if i|we|you|they|it", "find it|that|this|myself * hard|odd|funny|interesting|useful",
    "check out of", "can|could i|we", "i|we would", "might|maybe|probably * send|check|find",
    "order to", "in order", "used to", "i|we can not", "check|find that * interesting",
)  # fmt: skip
_DECLINES = (
    "no", "can not", "will not", "rather not", "not possible", "afraid not", "i do not think so",
)  # fmt: skip

_AGREES = word_set("sure yes yeah okay absolutely definitely problem course happy")

_BOOK: PhraseBook[str] = PhraseBook(
    [("decides", p) for p in _DECIDES]
    + [("undecided", p) for p in _UNDECIDED]
    + [("promise", p) for p in _PROMISES]
    + [("dated promise", p) for p in _PROMISES_WITH_DAY]
    + [("request", p) for p in _REQUESTS]
    + [("idle", p) for p in _IDLE]
)
_NO: PhraseBook[str] = PhraseBook([("no", p) for p in _DECLINES])

POINTS_BACK = 3
"""A decision with fewer content words ("that's the plan") needs the sentence before it."""
_HOUR = "noon|lunch|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TIMED = re.compile(
    rf"\b(?:at|by|around|before|after) (?:\d|{_HOUR})\b|\b\d{{1,2}}(?::\d\d)? ?(?:am|pm)\b", re.I
)


def decisions(sentences: Sequence[Sentence]) -> list[Statement]:
    """What was settled, with the words that it points back to."""
    found = []
    for turn in _turns(sentences):
        marked = [at for at, one in enumerate(turn) if _decides(one)]
        if not marked:
            continue
        first, last = marked[0], marked[-1]
        # A long turn with several decisions is told from the first on, four sentences at most.
        last = min(last, first + 3)
        said = [word for one in turn[first : last + 1] for word in one.content]
        if len(set(said)) < POINTS_BACK and first > 0:
            first -= 1
        found.append(_joined(turn[first : last + 1]))
    return found


def _decides(one: Sentence) -> bool:
    if one.asks or is_question(one.text):
        return False
    said = tokens(one.raw)
    keys = {key for key, match in _BOOK.find(said) if not _negated(said, match)}
    return "decides" in keys and "undecided" not in keys


def actions(sentences: Sequence[Sentence], today: date | None) -> list[Action]:
    """Who is to do what, and by when where a day was named.

    Args:
        sentences: Of the whole call.
        today: The day of the call, or None: then no date is worked out.
    """
    turns = _turns(sentences)
    found: list[Action] = []
    for number, turn in enumerate(turns):
        for at, one in enumerate(turn):
            kind = _deed(one)
            # The day may stand in the next breath: "I'll send it over. By Friday."
            tail = turn[at + 1] if at + 1 < len(turn) and turn[at + 1].words <= 5 else None
            words = one.text + (f" {tail.text}" if tail else "")
            day = dates.due(words, today or date.min)
            if kind == "" or (kind == "dated promise" and day is None and not _TIMED.search(words)):
                continue
            reply = turns[number + 1] if number + 1 < len(turns) else []
            # A "no" answers the last thing that was said before it.
            if kind == "request" and reply and one is turn[-1] and _declines(reply):
                continue
            owner = one.speaker if kind != "request" else _other(one.speaker, sentences)
            joined = tail and day is not None and dates.due(one.text, today or date.min) is None
            stated = _joined([one, tail] if tail and joined else [one])
            found.append(
                Action(
                    text=stated.text,
                    sources=stated.sources,
                    owner=owner,
                    due=day if today else None,
                )
            )
    return _merged(found)


def _deed(one: Sentence) -> str:
    """``promise``, ``dated promise``, ``request`` or empty."""
    said = tokens(one.raw)
    matches = list(_BOOK.find(said))
    sound = {key for key, match in matches if not _negated(said, match)}
    if "idle" in sound:
        return ""
    if "request" in sound:
        return "request"
    if one.asks:
        return ""
    return next((key for key in ("promise", "dated promise") if key in sound), "")


def open_questions(sentences: Sequence[Sentence], limit: int = 8) -> list[Statement]:
    """Questions that got no answer, or whose answer was to find out; the order of the call."""
    turns = _turns(sentences)
    found: list[Statement] = []
    for number, turn in enumerate(turns):
        if not turn[-1].asks and not any(one.asks for one in turn[-2:]):
            continue
        asked = turn[-1] if turn[-1].asks else turn[-2]
        of_substance = questions(asked.text)
        if not of_substance or _deed(asked) == "request":
            continue
        replies = [
            one for one in turns[number + 1 : number + 4] if one[0].speaker != turn[0].speaker
        ]
        if not _unanswered(of_substance[-1].content, asked, replies, turns[number + 2 :]):
            continue
        found.append(Statement(text=asked.text, sources=asked.sources))
    return found[:limit]


def _unanswered(
    content: frozenset[str],
    asked: Sentence,
    replies: Sequence[Sequence[Sentence]],
    later: Sequence[Sequence[Sentence]],
) -> bool:
    question = questions(asked.text)[-1]
    if not replies:
        # The last words of a call: nobody answered.
        return True
    reply = " ".join(one.text for one in replies[0])
    if admits_ignorance(reply):
        return True
    if leaves_open(question, reply) < 0.7:
        return False
    # Taken up again later by the one who was asked.
    return not any(
        len(content & {stem(w) for one in turn for w in one.content}) >= max(2, len(content) // 2)
        for turn in later
        if turn[0].speaker != asked.speaker
    )


def _turns(sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    return [list(group) for _, group in groupby(sentences, key=lambda one: one.turn)]


def _joined(parts: Sequence[Sentence]) -> Statement:
    sources = tuple(dict.fromkeys(source for one in parts for source in one.sources))
    return Statement(text=" ".join(one.text for one in parts), sources=sources)


def _negated(said: Sequence[Token], match: Match) -> bool:
    around = said[max(0, match.first - 2) : match.last + 2]
    sentence = said[match.first].sentence
    return bool({t.word for t in around if t.sentence == sentence} & NEGATIONS)


def _declines(reply: Sequence[Sentence]) -> bool:
    said = tokens(reply[0].raw)[:8]
    if {token.word for token in said[:3]} & _AGREES:
        return False
    return any(match.first <= 3 for _, match in _NO.find(said))


def _other(speaker: str, sentences: Sequence[Sentence]) -> str:
    """The one who was asked; nobody where there are several."""
    others = {one.speaker for one in sentences} - {speaker}
    return next(iter(others)) if len(others) == 1 else ""


def _merged(found: Sequence[Action]) -> list[Action]:
    """One item for what was promised twice; the later words win, a day is kept."""
    kept: list[Action] = []
    for action in found:
        twin = next(
            (one for one in kept if one.owner == action.owner and _alike(one, action)), None
        )
        if twin is None:
            kept.append(action)
            continue
        sources = tuple(dict.fromkeys(twin.sources + action.sources))
        best = action if action.due or not twin.due else twin
        kept[kept.index(twin)] = best.model_copy(
            update={"sources": sources, "due": action.due or twin.due}
        )
    return kept


def _alike(one: Action, other: Action) -> bool:
    first, second = (set(_content(text)) for text in (one.text, other.text))
    return bool(first and second) and len(first & second) / len(first | second) >= 0.5


def _content(text: str) -> Iterator[str]:
    return (token.stem for token in tokens(text) if len(token.word) > 3)
