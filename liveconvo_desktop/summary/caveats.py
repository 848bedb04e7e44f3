"""What a reader has to know before a summary is believed: another language, one side only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from liveconvo_desktop.language import summaries
from liveconvo_desktop.language.acts import NEUTRAL
from liveconvo_desktop.language.words import word_set
from liveconvo_desktop.summary.base import Conversation, Line, Statement
from liveconvo_desktop.summary.sentences import OTHER_SCRIPT, Sentence

ENGLISH = 0.25
"""Share of an English talk's words that are little ones, at the very least; it is about half."""
_JUDGED = 12
"""Words from which on a language can be told."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Small words that other languages write the same way: "in", "was", "so", "a", "on", "me".
_SHARED = word_set("a i in so was on am as me do no an up at all will he has must or to also her")
_LITTLE = NEUTRAL - _SHARED


def is_english(lines: Sequence[Line]) -> bool:
    """Whether a call is in English, by its little words; so few words are taken for it."""
    said = [word.lower() for line in lines for word in _WORD.findall(line.text)]
    if len(said) < _JUDGED:
        return not any(OTHER_SCRIPT.search(word) for word in said)
    little = sum(word.split("'")[0].split("’")[0] in _LITTLE for word in said)
    return little >= ENGLISH * len(said)


def one_sided(conversation: Conversation, sentences: Sequence[Sentence]) -> Statement | None:
    """That only one side of a call was heard, where it has two; None where both were."""
    speakers = {one.speaker for one in sentences}
    if len(speakers) != 1 or not speakers <= {"user", "other"}:
        return None
    speaker = next(iter(speakers))
    who = conversation.name(speaker)
    if not conversation.named(speaker):
        who = who[:1].lower() + who[1:]
    sources = dict.fromkeys([*sentences[0].sources, *sentences[-1].sources])
    return Statement(text=summaries.one_sided(who), sources=tuple(sources))
