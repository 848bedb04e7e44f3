"""Spoken sentences made readable: hesitations, stutters and openers go, the meaning stays.

Nothing is reworded and no negation, number or name is ever dropped; what is left out is what a
listener would not have noticed.
"""

from __future__ import annotations

import re

from liveconvo_desktop.language.words import word_set

_MARKUP = re.compile(r"\{[a-z ]+\}|\[[a-z _]+\]|\((?:laughs?|laughter|inaudible|crosstalk)\)", re.I)
# Tokenised corpora and some recognisers set marks apart: "it 's good ."
_APART = re.compile(r"\s+([,.?!;:])|\s+('(?:s|re|ve|ll|d|m|t)\b|n't\b)")
_HESITATION = re.compile(
    r"(?:,\s*)?\b(?:u+m+|u+h+|e+r+m*|e+m|a+h+|e+h+|h+m+|m+h*m+|mm-hmm|uh-huh)\b(?:\s*,)?(?=[\s.?!,]|$)",
    re.I,
)
# Only between commas, where they carry nothing: "is, you know, late".
_ASIDE = re.compile(
    r",\s*(?:you know|i mean|sort of|kind of|like|well|let's see|how do you say)\s*(?=,)", re.I
)
_OPENER = re.compile(
    r"^(?:(?:(?:okay|right|so|well) then|so|and|okay|ok|well|right|yeah|oh|alright|all right|now|"
    r"anyway|"
    r"you know|i mean|i guess|basically|you see|look|listen|mm|hmm)\b(?:\s*,\s*|\s+))+",
    re.I,
)
# Openers that are the sentence's own first words without a comma: "so far", "right now", "well
# done", "now that", "look at".
_NOT_OPENER = re.compile(
    r"^(?:so (?:far|much|many|long|that)|so (?:do|did|is|am|are) \w+[.!]?$|"
    r"right (?:now|after|before|away|here)|well (?:done|known)|now that|look(?:ing)? (?:at|for)|"
    r"look into|listen to|all right (?:with|for|by)|"
    r"i mean (?:it|that)|i guess (?:so|not)|you know (?:what|how|that|who|where|when|the|him|her)|"
    r"you see (?:the|that|what|how)|and yet)\b",
    re.I,
)
_CUT_WORD = re.compile(r"\b[A-Za-z']{1,12}(?:-|—|–)\s+(?=[A-Za-z])")
_LOOSE = "\ue000"
"""Stands before a comma that a dropped hesitation or aside has left."""
# Such a comma goes where none belongs: "the fee is, uh, five percent".
_LOOSE_COMMA = re.compile(
    r"\b(is|are|was|were|be|am|the|a|an|to|of|in|on|at|for|with|by|from|and|or|but|my|your|our|"
    r"his|her|their|that|it's|that's|i'm|we're|you're|they're|i|we|they|have|has|had|will|would|can|could"
    rf")\s*{_LOOSE},\s*(?=[\w$£€])",
    re.I,
)
_SPACES = re.compile(r"\s+")
_COMMAS = re.compile(r"(?:\s*,){2,}")
_KEEP_TWICE = word_set("very so really no bye that had is yes much more many far hey")
"""Said twice on purpose, or rightly in a row ("that that", "had had")."""

# A capital after a name is an initial; "at F." and "didn't." end a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?i:mr|mrs|ms|dr|prof|st|vs|etc|inc|ltd|approx|e\.g|i\.e|a\.m|p\.m)|(?:^|\b[A-Z][\w.'’-]*\s)[A-Z])\.$"
)
_NUMBERED = re.compile(r"\bno\.$", re.I)
_END = re.compile(r"[.?!]+[\"')\]]*(?=\s|$)")


def split(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text lie, as (start, end) character indices.

    Text without sentence marks, as some recognisers give it, is one sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for mark in _END.finditer(text):
        if _goes_on(text[start : mark.end()], text[mark.end() :].lstrip()):
            continue
        if text[start : mark.end()].strip(" .?!"):
            spans.append(_trimmed(text, start, mark.end()))
        start = mark.end()
    if text[start:].strip():
        spans.append(_trimmed(text, start, len(text)))
    return spans


def _goes_on(said: str, rest: str) -> bool:
    """A full stop that ends no sentence: "Dr. Kim", "No. 4" (but "I thought, no. And then")."""
    if not rest:
        return False
    return bool(_ABBREVIATION.search(said) or (_NUMBERED.search(said) and rest[0].isdigit()))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def plain(text: str) -> str:
    """The text without a transcriber's mark-up and with marks where they belong."""
    text = _MARKUP.sub(" ", text)
    text = _APART.sub(lambda found: found.group(1) or found.group(2), text)
    return _SPACES.sub(" ", text).strip()


def clean(sentence: str) -> str:
    """One spoken sentence as one would quote it; empty if nothing is left."""
    text, before = _once(sentence), sentence
    # What goes may bring two of a word together; a few rounds settle it.
    while text != before:
        text, before = _once(text), text
    return text


def _once(sentence: str) -> str:
    text = plain(sentence)
    text = _HESITATION.sub(_comma_left, text.replace(_LOOSE, ""))
    text = _CUT_WORD.sub("", text)
    text = re.sub(rf"{_LOOSE}+\s*,", f"{_LOOSE},", _ASIDE.sub(_LOOSE, text))
    text = _LOOSE_COMMA.sub(r"\1 ", text).replace(_LOOSE, "")
    text = _unstutter(text)
    text = _COMMAS.sub(",", _SPACES.sub(" ", text)).strip(" ,;-–—")
    text = re.sub(r"\s+([,.?!])", r"\1", text)
    text = _without_openers(text)
    if not re.search(r"\w", text):
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!" else text + "."


def _comma_left(found: re.Match[str]) -> str:
    """A hesitation between commas leaves one of them."""
    inner = found.group().strip()
    return f"{_LOOSE}, " if inner.startswith(",") and inner.endswith(",") else " "


def _without_openers(text: str) -> str:
    if _NOT_OPENER.match(text):
        return text
    found = _OPENER.match(text)
    rest = text[found.end() :] if found else text
    # An answer's "yeah" or "right" alone is all there is: leave it.
    return rest if re.search(r"\w", rest) else text


def _unstutter(text: str) -> str:
    """Leave out words that were begun again: "we, we had" → "we had", "I think I think" once."""
    words = text.split(" ")
    kept: list[str] = []
    at = 0
    while at < len(words):
        length = _repeat(words, at)
        # What comes second goes on, so the first one is the false start.
        at += length
        if not length:
            kept.append(words[at])
            at += 1
    return " ".join(kept)


def _repeat(words: list[str], at: int) -> int:
    """How many words from ``at`` on are said again right away, at most four."""
    for length in (4, 3, 2, 1):
        first, again = words[at : at + length], words[at + length : at + 2 * length]
        if len(again) < length:
            continue
        bare = [_bare(word) for word in first]
        said_again = [_bare(word) for word in again]
        # "it, it's": the second go is the whole one.
        if length == 1 and said_again[0].startswith(f"{bare[0]}'") and first[0].endswith(","):
            return 1
        if bare != said_again or not all(bare):
            continue
        if any(word[-1] in ".?!;:" for word in first):
            continue
        # Digits said twice are a number, and words like "very" are said twice on purpose.
        if any(char.isdigit() for word in bare for char in word):
            continue
        if set(bare) <= _KEEP_TWICE or any(word in _NUMBERS for word in bare):
            continue
        return length
    return 0


_NUMBERS = word_set(
    "zero oh one two three four five six seven eight nine ten double triple eleven twelve twenty"
)


def _bare(word: str) -> str:
    return word.lower().strip(",-–—\"'")
