"""Words as the judge sees them: normalised, stemmed, tolerant of recognition errors.

Recognisers differ in apostrophes, numbers, hesitations and punctuation; everything that judges
text works on the tokens made here, so that those differences disappear once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer
from rapidfuzz.distance import OSA

_STEMMER = snowballstemmer.stemmer("english")

_WORD = re.compile(
    r"[$£€]?\d(?:[\d,.:]*\d)?(?:st|nd|rd|th|am|pm|k|m)?\b|%|[a-z]+(?:'[a-z]+)*|[.?!]+"
)


def word_set(words: str) -> frozenset[str]:
    """A set of words from a line of them."""
    return frozenset(words.split())


_HESITATIONS = word_set("um uh er erm em eh ah mm hmm mhm hm")
_TAILS = {"'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"}
_IS_AFTER = word_set("it that what he she there who where how here when")
_WHOLE = {
    "won't": "will not", "can't": "can not", "cannot": "can not", "shan't": "shall not",
    "ain't": "is not", "let's": "let us", "gonna": "going to", "gotta": "got to",
    "wanna": "want to", "dunno": "do not know", "lemme": "let me", "'em": "them",
    "ok": "okay", "alright": "all right", "yep": "yeah", "yup": "yeah", "aye": "yeah",
    "nah": "no", "nope": "no", "cause": "because",
    "%": "percent",
}  # fmt: skip

NUMBER_WORDS = word_set(
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million dozen grand"
)
_DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday mondays fridays tomorrow tonight "
    "today january february april june july august september october november december"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word.

    Attributes:
        stem: What phrases are compared with.
        word: Normalised, not stemmed.
        start: Index of its first character in the original text.
        end: Index after its last character.
        sentence: Number of the sentence it belongs to, from 0.
        number: A figure or number word.
        day: A weekday, a month, today or tomorrow.
    """

    stem: str
    word: str
    start: int
    end: int
    sentence: int
    number: bool = False
    day: bool = False


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Snowball (Porter 2) stem of a lower-case word."""
    return word if len(word) < 4 else str(_STEMMER.stemWord(word))


@lru_cache(maxsize=20_000)
def _expand(word: str) -> tuple[str, ...]:
    """A spoken word form as the plain words it stands for ("we'd've" → we would have)."""
    if word in _WHOLE:
        return tuple(_WHOLE[word].split())
    if word.endswith("n't"):
        return (word[:-3], "not")
    for tail, full in _TAILS.items():
        if word.endswith(tail):
            return (*_expand(word[: -len(tail)]), full)
    if word.endswith("'s"):
        base = word[:-2]
        return (base, "is") if base in _IS_AFTER else (base,)
    return (word.replace("'", ""),)


def tokens(text: str) -> list[Token]:
    """Cut text into tokens; hesitations and stuttered repeats are left out."""
    lowered = text.lower().replace("’", "'").replace("-", " ")
    found: list[Token] = []
    sentence = 0
    for match in _WORD.finditer(lowered):
        piece = match.group()
        if piece[0] in ".?!":
            # A trailing dot run without words before it does not open a sentence.
            sentence += 1 if found and found[-1].sentence == sentence else 0
            continue
        if piece in _HESITATIONS:
            continue
        for word in _expand(piece):
            if found and found[-1].word == word and found[-1].sentence == sentence:
                continue
            found.append(_token(word, match.start(), match.end(), sentence))
    return found


def _token(word: str, start: int, end: int, sentence: int) -> Token:
    number = word[0] in "$£€0123456789" or word in NUMBER_WORDS
    return Token(stem(word), word, start, end, sentence, number, word in _DAYS)


def stems(text: str) -> list[str]:
    """The stems of a text, in order."""
    return [token.stem for token in tokens(text)]


class Vocabulary:
    """The words that phrases use, with the tolerance for words that were heard almost right."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._by_initial: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= 5:
                self._by_initial.setdefault(word[0], []).append(word)
        self._heard: dict[str, str] = {}

    def hear(self, heard: str) -> str:
        """The known stem that ``heard`` stands for, or itself.

        One edit is forgiven from seven letters on, two from nine (optimal string alignment);
        shorter words collide too easily, and an error in the first letter is rare.
        """
        if heard in self._known or len(heard) < 7:
            return heard
        if heard not in self._heard:
            allowed = 2 if len(heard) >= 9 else 1
            near = self._by_initial.get(heard[0], ())
            scored = [(OSA.distance(heard, word, score_cutoff=allowed), word) for word in near]
            best = min(scored, default=(allowed + 1, heard))
            self._heard[heard] = best[1] if best[0] <= allowed else heard
        return self._heard[heard]
