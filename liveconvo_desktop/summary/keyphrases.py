"""What a stretch of talk is about, in its own words: "dispensing robot", "training module".

Candidates are runs of content words (RAKE, Rose et al. 2010); those that are said in several turns
and lie near the stretch's mean vector win (as in KeyBERT).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from liveconvo_desktop.language.acts import AUXILIARIES, NEUTRAL, QUESTION_WORDS
from liveconvo_desktop.language.words import NUMBER_WORDS, stem, word_set
from liveconvo_desktop.summary.sentences import Sentence
from liveconvo_desktop.summary.topics import Vectors

LONGEST = 3
"""Words of a phrase."""
CANDIDATES = 60
"""Phrases of a stretch that are weighed by their vectors, the most frequent ones."""

Embed = Callable[[Sequence[str]], Vectors]

_WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]*|[.,;:?!\"()]|\S+")
# Words that carry a sentence but name nothing.
_IDLE = word_set(
    "about above after again ago almost along already always another anything anyone around away "
    "back bad because before behind best better between big bit both bring came come comes coming "
    "couple definitely different done down each easy either else enough even ever every everybody "
    "everyone everything exactly far feel few find fine first five found four full gave general "
    "getting give gives giving gone gonna good great guess guy guys half happen happened happens "
    "happy hard hear heard hello help here hi high hope idea important instead issue item keep "
    "kept knew known last late later least left less let lets level line little long look looked "
    "looking looks lot lots love made main make makes making many matter maybe mean means might "
    "minute moment months more most mostly much must myself need needed needs never new next nice "
    "nine nobody none nothing number obviously often old one ones only open order other others "
    "otherwise own part particular people perhaps person place point possible pretty probably "
    "problem put question quick quite rather real reason rest right round run said same saw saying "
    "says second see seems seen set seven several show side simple since six small somebody "
    "someone something sometimes soon sorry sort start started still stuff such sure take taken "
    "takes taking talk talked talking tell ten terms than thank thanks their them themselves "
    "they'll they're they've thought three through time times today together told tomorrow took "
    "top totally tried true try trying turn two type under understand until upon use used useful "
    "uses using usually various want wanted wants wasn't way ways week weeks went whatever whether "
    "while whole without won't word words work worked working works worse would wouldn't wrong "
    "year years yes yesterday yet you'd you'll you're you've yourself zero bye absolutely actually "
    "alright anyway apparently basically certainly clearly currently especially essentially "
    "eventually finally fully honestly hopefully literally normally particularly personally "
    "please recently seriously simply slightly suddenly therefore unfortunately "
    "meeting meetings call calls conversation interview sounds sound gets percent dollars dollar "
    "pounds euros euro bucks rang ring fair honest funny weird crazy ready busy month months half "
    "everyone anymore sorts sort swear swore close closed free extra entire total normal silent "
    "aye grand lovely cheers off past straight tonight overnight ours yours mine theirs "
    "hers temporary nearly somewhere anywhere everywhere into onto upon per via whatever "
    "kinda dunno wanna gotta gosh god uhm huh hey ha haha oh okay yeah over under "
    "yep nope um uh er erm mm hmm"
    " add agree ask asked asking become believe call called change check decide decided depends "
    "discuss discussed end ends explain follow forget happening imagine include included involved "
    "leave live meet mention mentioned move offer pick play read remember saying seem send sent "
    "sit speak spend stay stop suggest suppose supposed think thinking thinks wait walk watch "
    "wonder wondering write written course fact case example kind able bigger larger smaller lower "
    "higher interesting cool sense stage bits piece mind day days hour hours minutes morning "
    "afternoon evening night monday tuesday wednesday thursday friday saturday sunday"
)
_BREAK = NUMBER_WORDS | NEUTRAL | AUXILIARIES | QUESTION_WORDS | _IDLE


@dataclass(slots=True)
class Phrase:
    """A candidate.

    Attributes:
        text: As it was said most often.
        turns: Where it was said.
        sources: Lines that say it, in order.
    """

    text: str
    turns: set[int] = field(default_factory=set)
    sources: list[str] = field(default_factory=list)


def keyphrases(
    sentences: Sequence[Sentence], vectors: Vectors, embed: Embed, count: int
) -> list[Phrase]:
    """The phrases that name a stretch best, the best first; none that repeats another's words.

    Args:
        sentences: The stretch.
        vectors: Of the sentences, shape (n, d).
        embed: Makes vectors of the same kind of phrases.
        count: Phrases at most.
    """
    found = candidates(sentences)
    if not found:
        return []
    ranked = sorted(found, key=lambda one: (-_weight(one), one.sources and one.text))[:CANDIDATES]
    centre = vectors.sum(axis=0)
    near = embed([one.text for one in ranked]) @ (centre / (np.linalg.norm(centre) or 1.0))
    scored = sorted(
        zip(ranked, near, strict=True),
        key=lambda pair: (-_weight(pair[0]) * max(0.05, float(pair[1])), pair[0].text),
    )
    chosen: list[Phrase] = []
    for phrase, _ in scored:
        stems = _stems(phrase.text)
        if all(not stems & _stems(other.text) for other in chosen):
            chosen.append(phrase)
        if len(chosen) == count:
            break
    return chosen


def candidates(sentences: Sequence[Sentence]) -> list[Phrase]:
    """Every run of one to three content words."""
    found: dict[tuple[str, ...], Phrase] = {}
    for one in sentences:
        for run in _runs(one.text):
            for size in range(1, min(LONGEST, len(run)) + 1):
                for at in range(len(run) - size + 1):
                    words = run[at : at + size]
                    if words[-1].endswith("ed") or _describes(words[-1]):
                        continue
                    key = tuple(stem(word.lower()) for word in words)
                    phrase = found.setdefault(key, Phrase(" ".join(words)))
                    phrase.turns.add(one.turn)
                    phrase.sources += [s for s in one.sources if s not in phrase.sources]
    return list(found.values())


# What stands before a verb: "I sign", "will send", "to plan".
_BEFORE_VERB = word_set("i you we they he she who to not") | AUXILIARIES - word_set(
    "is am are was were has have had"
)


def _runs(text: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    before = ""
    for number, word in enumerate(_WORD.findall(text)):
        verb = before in _BEFORE_VERB and not word[0].isupper()
        before = word.lower()
        if verb:
            runs.append([])
            continue
        lowered = word.lower().replace("’", "'").removesuffix("'s")
        if not _names(lowered):
            runs.append([])
            continue
        # The capital of a sentence's first word is no name's.
        name = number > 0 and word[0].isupper()
        runs[-1].append(word.removesuffix("'s") if name else lowered)
    return [run for run in runs if run]


def _describes(word: str) -> bool:
    """An adjective by its ending: it names nothing alone."""
    return bool(_ADJECTIVE.search(word)) and word not in _NOUNS_ALL_THE_SAME


_ADJECTIVE = re.compile(
    r"(?:tional|tural|versal|cial|ical|ful|ous|able|ible|tive|sive|ly|(?:awk|for|back|down|up|to|out)ward)$"
)
_NOUNS_ALL_THE_SAME = word_set(
    "table cable timetable variable vegetable executive initiative alternative perspective "
    "objective incentive representative detective relative family assembly supply reply anomaly"
)


def _names(word: str) -> bool:
    """Whether a word may be part of a name for something."""
    if len(word) < 3 or not word[0].isalpha() or word in _BREAK or "'" in word:
        return False
    return any(part not in NUMBER_WORDS for part in word.split("-"))


def _weight(phrase: Phrase) -> float:
    """Said often, and in more than one word: longer phrases name things more sharply."""
    size = phrase.text.count(" ") + 1
    often = len(phrase.turns)
    alone = 0.4 if size == 1 and often == 1 else 1.0
    # A single name is mostly somebody spoken to.
    alone *= 0.6 if size == 1 and phrase.text[0].isupper() else 1.0
    return float(often**0.7) * (1.0, 1.7, 1.5)[size - 1] * alone


def _stems(text: str) -> set[str]:
    return {stem(word.lower()) for word in text.split()}
