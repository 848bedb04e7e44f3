"""Decisions, promises, requests and open questions, by the words that people make them with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from liveconvo_desktop.language.acts import (
    NEGATIONS,
    NEUTRAL,
    YES_NO,
    Question,
    admits_ignorance,
    is_question,
    leaves_open,
    questions,
)
from liveconvo_desktop.language.phrases import Match
from liveconvo_desktop.language.words import Token, stem, tokens, word_set
from liveconvo_desktop.summary import dates
from liveconvo_desktop.summary.base import Action, Statement
from liveconvo_desktop.summary.cue_words import BOOK, NO
from liveconvo_desktop.summary.sentences import Sentence

_AGREES = word_set("sure yes yeah okay absolutely definitely problem course happy")

POINTS_BACK = 3
"""A decision with fewer content words ("that's the plan") needs the sentence before it."""
_HOUR = "noon|lunch|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_DAY_ALONE = re.compile(
    r"(?:by|on|before|until|till|for|in|within|at|no later|this|next|today|tomorrow|tonight|end|"
    r"the|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
_TAG = re.compile(
    r"(?:\b(?:right|yeah|okay|correct|no)|n't (?:it|they|you|we|he|she|there|i|that))\?$", re.I
)
_BEFORE_QUESTION = re.compile(
    r"^.*,\s*(?=(?:so |and |but |then )?(?:would|could|can|will|do|does|did|is|are|how|what|who|"
    r"when|where|which)\b)",
    re.I,
)
"""What goes before the question itself: "If we moved to it, would it be cheaper?"."""
_POINTS_BACK = re.compile(
    r"(?:is|are|does|do|did|will|would|can|could|has|have) (?:it|that|this|they|those|these)\b|"
    r"(?:or|like)\b",
    re.I,
)
"""A question that says "it" for what the one before it names."""
_REPLY = 4
"""Sentences of a reply that are for the question; what follows is about something else."""
_AWAY_WORDS = 5
"""A shorter question in return asks what was meant."""
_TIMED = re.compile(
    rf"\b(?:at|by|around|before|after) (?:\d|{_HOUR})\b|\b\d{{1,2}}(?::\d\d)? ?(?:am|pm)\b"
    r"|\b(?:straight away|right away|at once)\b|(?:'ll|will)\b[^.?!,]{0,40}\bmyself\b",
    re.I,
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
    keys = {
        key
        for key, match in BOOK.find(said)
        if not _negated(said, match) and not _shares_opinion(said, match)
    }
    return "decides" in keys and "undecided" not in keys


def _shares_opinion(said: Sequence[Token], match: Match) -> bool:
    """What one thinks ("I agree") or tells ("the buttons we agreed on") settles nothing."""
    words = [token.word for token in said[match.first : match.last + 1]]
    after = [token.word for token in said[match.last + 1 :] if token.sentence == said[-1].sentence]
    if "agree" in words:
        return words[0] == "i" or after[:1] == ["with"]
    return "agreed" in words and after == ["on"]


def actions(sentences: Sequence[Sentence], today: date | None) -> list[Action]:
    """Who is to do what, and by when where a day was named.

    Args:
        sentences: Of the whole call.
        today: The day of the call, or None: then no date is worked out.
    """
    turns = _turns(sentences)
    others = {one.speaker for one in sentences}
    found: list[Action] = []
    asked_in = -2
    for number, turn in enumerate(turns):
        for at, one in enumerate(turn):
            kind = _deed(one)
            action = _action(turns, number, at, kind, today)
            if action is None:
                continue
            if kind == "request":
                asked_in = number
                # The one who was asked; nobody where there are several.
                rest = others - {one.speaker}
                action = action.model_copy(update={"owner": rest.pop() if len(rest) == 1 else ""})
            elif asked_in == number - 1 and _says_yes(one, found[-1]):
                action = _at(found.pop(), action)
            found.append(action)
    return _merged(found)


def _action(
    turns: Sequence[Sequence[Sentence]], number: int, at: int, kind: str, today: date | None
) -> Action | None:
    """What a sentence promises or asks for; None if nothing, or if it was declined."""
    turn = turns[number]
    one = turn[at]
    # The day may stand in the next breath: "I'll send it over. By Friday."
    tail = turn[at + 1] if at + 1 < len(turn) and _only_a_day(turn[at + 1]) else None
    words = one.text + (f" {tail.text}" if tail else "")
    day = dates.due(words, today or date.min)
    if kind == "" or (kind == "dated promise" and day is None and not _TIMED.search(words)):
        return None
    reply = turns[number + 1] if number + 1 < len(turns) else []
    # A "no" answers the last thing that was said before it.
    if kind == "request" and reply and one is turn[-1] and _declines(reply):
        return None
    joined = tail and day is not None and dates.due(one.text, today or date.min) is None
    stated = _joined([one, tail] if tail and joined else [one])
    return Action(
        text=stated.text,
        sources=stated.sources,
        owner=one.speaker,
        due=day if today else None,
    )


def _says_yes(one: Sentence, asked: Action) -> bool:
    """Whether a promise only takes up what was asked for: "I will do that today"."""
    own = [token for token in tokens(one.text) if token.word not in NEUTRAL and not token.day]
    return asked.owner == one.speaker and not own


def _at(asked: Action, promise: Action) -> Action:
    """What was asked for, with the day that was promised for it."""
    sources = tuple(dict.fromkeys(asked.sources + promise.sources))
    return asked.model_copy(update={"sources": sources, "due": promise.due or asked.due})


def _only_a_day(one: Sentence) -> bool:
    """Words like "By Friday." belong to what was said before; "Same time on Friday." does not."""
    return one.words <= 5 and bool(_DAY_ALONE.match(one.text))


def _deed(one: Sentence) -> str:
    """``promise``, ``dated promise``, ``request`` or empty."""
    said, bare = tokens(one.raw), tokens(one.text)
    matches = list(BOOK.find(said))
    sound = {key for key, match in matches if not _negated(said, match)}
    if "idle" in sound:
        return ""
    commands = any(key == "command" and match.first == 0 for key, match in BOOK.find(bare))
    if "request" in sound or (commands and not one.asks):
        return "request"
    if one.asks:
        return ""
    return next((key for key in ("promise", "dated promise") if key in sound), "")


def open_questions(sentences: Sequence[Sentence], limit: int = 8) -> list[Statement]:
    """Questions that got no answer, or whose answer was to find out; the order of the call.

    Where only one side was heard, nobody knows what was answered: there are none.
    """
    turns = _turns(sentences)
    if len({one.speaker for one in sentences}) < 2:
        return []
    found: list[Statement] = []
    for number, turn in enumerate(turns):
        if not any(one.asks for one in turn[-2:]):
            continue
        asked = turn[-1] if turn[-1].asks else turn[-2]
        question = _question(asked)
        if question is None or _deed(asked) == "request":
            continue
        replies = [
            one for one in turns[number + 1 : number + 4] if one[0].speaker != turn[0].speaker
        ]
        later = [one for one in turns[number + 2 :] if one[0].speaker != asked.speaker]
        if _unanswered(question, replies, later):
            before = turn[-2] if len(turn) > 1 and asked is turn[-1] else None
            leans = before is not None and before.asks and _POINTS_BACK.match(asked.text)
            found.append(_joined([before, asked] if before and leans else [asked]))
    return found[:limit]


def _question(asked: Sentence) -> Question | None:
    """The question of substance that a sentence ends with; "…, isn't it?" wants no answer."""
    if _TAG.search(asked.text):
        return None
    found = questions(_BEFORE_QUESTION.sub("", asked.text)) or questions(asked.text)
    return found[-1] if found else None


def _unanswered(
    question: Question, replies: Sequence[Sequence[Sentence]], later: Sequence[Sequence[Sentence]]
) -> bool:
    if not replies:
        # The last words of a call: nobody answered.
        return True
    if any(admits_ignorance(one.text) and not _has_figure(one) for one in replies[0][:2]):
        return True
    evaded = leaves_open(question, " ".join(one.text for one in replies[0][:_REPLY]))
    away = _turns_away(question, replies[0])
    # A long reply without a word that answers may be an answer all the same. It is none where a
    # figure was wanted, or where it comes round to a question about something else.
    sure = question.kind == "quantity" or (evaded >= 0.9 and question.kind != "open")
    if evaded == 0 or not (sure or away):
        return False
    # Taken up again later by the one who was asked.
    content = question.content
    return not any(
        len(content & {stem(w) for one in turn for w in one.content}) >= max(2, len(content) // 2)
        for turn in later
    )


def _turns_away(question: Question, reply: Sequence[Sentence]) -> bool:
    """Whether a reply that does not say yes or no ends with a question about another thing."""
    last = reply[-1]
    if len(reply) < 2 or not last.asks or last.words < _AWAY_WORDS:
        return False
    if {token.word for token in tokens(reply[0].text)[:3]} & YES_NO:
        return False
    return not question.content & {stem(word) for word in last.content}


def _has_figure(one: Sentence) -> bool:
    return any(token.number for token in tokens(one.text))


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
    return any(match.first <= 3 for _, match in NO.find(said))


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
    shared = first & second
    # A short reminder of a promise or request is held by it as a whole.
    held = len(shared) >= 2 and shared in (first, second)
    return held or (bool(shared) and len(shared) / len(first | second) >= 0.5)


def _content(text: str) -> Iterator[str]:
    return (token.stem for token in tokens(text) if len(token.word) > 3)
