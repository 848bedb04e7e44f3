"""What kind of act a stretch of words is: question, negation, date, promise. Pure text, no state.

Recognised speech may come without punctuation, so questions are found by the order of their words
wherever the text holds no sentence mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from liveconvo_desktop.language.words import Token, tokens, word_set

QuestionKind = Literal["quantity", "person", "choice", "polar", "open"]


AUXILIARIES = word_set(
    "do does did is are am was were can could will would should shall has have had may might"
)
SUBJECTS = word_set(
    "i you he she it we they there that this these those anyone anybody someone somebody your our "
    "my his her their the a an any"
)
QUESTION_WORDS = word_set("what how who whose when where why which")
LEADS = word_set(
    "so and but okay well now also oh or right yeah no like then all hey just quick first"
)
NEGATIONS = word_set("not never no without neither nor nobody nothing hardly")
NEUTRAL = word_set(
    "a an the of to in on at by for with from as and or but so if then than that this these those "
    "it its i you he she we they me him her us them my your his our their is are am was were be "
    "been being do does did done doing have has had having will would can could should shall may "
    "might must not no yes yeah okay well just like really very too also there here what which who "
    "whom whose when where why how all any some one get got go going know think mean say said "
    "thing things kind sort about up out now right actually um"
)
BACKCHANNEL = word_set(
    "yeah yes okay right sure huh oh wow mm uh ha haha true really fine good great nice lovely "
    "cool exactly indeed see i got it ah all gotcha thanks"
)
YES_NO = word_set(
    "yes yeah no sure absolutely definitely correct exactly certainly indeed nope probably "
    "unfortunately afraid course"
)
PERSONS = word_set(
    "i me my we us our he him she her they them myself ourselves someone nobody everyone everybody "
    "manager director team boss partner wife husband owner colleague engineer lead"
)
QUANTITIES = word_set(
    "none nothing half all every both couple few several dozen most many free depends never always "
    "daily weekly monthly yearly once twice single soon immediately already noon lunch week month "
    "year day hour morning afternoon evening quarter one"
)

_MARK = re.compile(r"[.?!]")
_SENTENCE = re.compile(r"[^.?!]*[.?!]+|[^.?!]+$")
_HOW_MUCH = word_set("much many long often far soon big old fast large high late early")
_AMOUNTS = word_set("price cost rate fee figure percentage number total budget date deadline time")


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was asked.

    Attributes:
        text: Its words.
        kind: What an answer would have to hold.
        content: Stems of the words that carry its subject.
    """

    text: str
    kind: QuestionKind
    content: frozenset[str]


def questions(text: str) -> list[Question]:
    """The questions of substance in a text; greetings, tags and sound checks are left out."""
    found = []
    for sentence in question_sentences(text):
        said = tokens(sentence)
        kind = _kind(said)
        content = frozenset(t.stem for t in said if t.word not in NEUTRAL)
        # "If we moved to the cloud, would it be cheaper?": the asking may come late.
        asks = any(t.word in QUESTION_WORDS | AUXILIARIES for t in said)
        enough = 1 if kind in ("quantity", "person") or len(said) >= 6 else 2
        if asks and len(said) >= 4 and len(content) >= enough and not _is_small_talk(said):
            found.append(Question(sentence, kind, content))
    return found


def question_sentences(text: str) -> list[str]:
    """Every question, tags included, as it was said."""
    if _MARK.search(text):
        return [s.strip() for s in _SENTENCE.findall(text) if s.rstrip().endswith("?")]
    start = _question_start(tokens(text))
    return [] if start is None else [text[start:].strip()]


def is_question(text: str) -> bool:
    """True if the text asks anything."""
    return bool(question_sentences(text))


def statements(text: str) -> list[Token]:
    """The tokens of a text without its questions."""
    for asked in question_sentences(text):
        text = text.replace(asked, " . ")
    return tokens(text)


def _question_start(said: Sequence[Token]) -> int | None:
    """Where an unpunctuated question starts (character index), or None."""
    for index in range(len(said) - 1):
        word, after = said[index].word, said[index + 1].word
        before = said[index - 1].word if index else ""
        opens = index == 0 or before in LEADS or not (before in SUBJECTS or before in AUXILIARIES)
        asks_what = word in QUESTION_WORDS and any(
            t.word in AUXILIARIES for t in said[index + 1 : index + 4]
        )
        inverted = word in AUXILIARIES and after in SUBJECTS and opens
        if (asks_what and (index == 0 or before in LEADS) and _inverts(said, index)) or (
            inverted and (index == 0 or before in LEADS or before in QUESTION_WORDS)
        ):
            return said[index].start
    return None


def _inverts(said: Sequence[Token], index: int) -> bool:
    """A question word followed by auxiliary and subject: "how do you", not "how we do"."""
    for at in range(index + 1, min(index + 4, len(said) - 1)):
        if said[at].word in AUXILIARIES:
            return said[at + 1].word in SUBJECTS or at == index + 1
        if said[at].word in SUBJECTS:
            return False
    return False


def _kind(said: Sequence[Token]) -> QuestionKind:
    words = [token.word for token in said]
    for index, word in enumerate(words):
        after = words[index + 1] if index + 1 < len(words) else ""
        if word == "how" and after in _HOW_MUCH:
            return "quantity"
        if word in ("what", "which") and (after in _AMOUNTS or _AMOUNTS & set(words[index:])):
            return "quantity"
        if word in ("who", "whose"):
            return "person"
        if word == "when" and after in AUXILIARIES:
            return "quantity"
        if word in ("what", "which", "why", "how", "where"):
            return "open"
    return "choice" if "or" in words[2:] else "polar"


_SMALL_TALK = tuple(
    tuple(phrase.split())
    for phrase in (
        "how are you", "can you hear", "hear me", "is this", "is that you", "are you there",
        "you know what i mean", "know what i mean", "how is it going", "do you need to get",
        "is that any better", "is that better", "see my screen", "see the screen", "who is this",
        "how was your", "am i on", "what was that", "say that again", "are you joking",
    )
)  # fmt: skip


def _is_small_talk(said: Sequence[Token]) -> bool:
    words = tuple(token.word for token in said)
    return any(
        words[at : at + len(talk)] == talk
        for talk in _SMALL_TALK
        for at in range(min(4, len(words)))
    )


_DEFERS = (
    "good question", "great question", "get to that", "come to that", "come back to that",
    "tend to", "what matters", "what really matters", "main thing", "important thing",
    "worry about that", "let us stay", "let us not", "before that", "moving on", "let me ask you",
    "what i can say", "what i would say", "point is", "hear you", "bigger picture", "funny",
    "interesting", "you will see", "let us focus", "circle back", "park that", "in a minute",
    "another time", "all in good time", "more about", "never mind", "i was going to ask",
)  # fmt: skip
_OWNS_UP = (
    "do not know", "not sure", "no idea", "find out", "have to check", "let me check", "will check",
    "get back to you", "have to ask", "will ask", "look that up", "look it up", "come back to you",
    "can not say", "can not tell", "need to check",
)  # fmt: skip


def _says(said: Sequence[Token], phrases: tuple[str, ...]) -> bool:
    text = f" {' '.join(token.word for token in said)} "
    return any(f" {phrase} " in text for phrase in phrases)


def admits_ignorance(reply: str) -> bool:
    """An answer that is to be found out first: "good point, I'll have to check"."""
    return _says(tokens(reply), _OWNS_UP)


def leaves_open(question: Question, reply: str) -> float:
    """How sure it is that ``reply`` does not answer ``question``: 0 answered .. 1 evaded."""
    said = tokens(reply)
    told = statements(reply)
    if _says(said, _OWNS_UP):
        return 0.0
    evades = _says(said, _DEFERS)
    if not evades and _is_fragment(told):
        return 0.0
    if _holds_answer(question, told, strict=evades):
        return 0.0
    if evades:
        return 0.9
    enough = {"quantity": 6, "person": 6, "polar": 12, "choice": 12}
    return 0.7 if len(said) >= enough.get(question.kind, 10_000) else 0.0


def reply_shape(question: Question, reply: str) -> tuple[float, ...]:
    """What tells an answer from an evasion, in nine figures from 0 to 1."""
    said, told = tokens(reply), statements(reply)
    words, opening = {t.word for t in told}, {t.word for t in told[:6]}
    counts = any(t.number or t.day for t in told) or bool(words & QUANTITIES)
    shared = len(question.content & {t.stem for t in told})
    return (
        float(bool(opening & YES_NO) or (told[:1] != [] and told[0].word == "not")),
        float(_says(said, _OWNS_UP)),
        float(_says(said, _DEFERS)),
        min(shared, 2) / 2,
        float(question.kind == "quantity" and counts),
        float(_echoes(told)),
        float(bool(told) and _is_fragment(told)),
        float(len(told) < len(said)),
        float(leaves_open(question, reply) > 0),
    )


def answers_late(question: Question, words: str) -> bool:
    """Whether ``words``, said after ``question`` was found open, answer it after all.

    Stricter than ``leaves_open``: by now the talk may be about something else, so a reply has to
    name the question's subject, and a number where it asked for one.
    """
    said = tokens(words)
    if _says(said, _OWNS_UP):
        return True
    told = statements(words)
    on_subject = bool(question.content & {token.stem for token in told})
    counts = any(token.number or token.day for token in told)
    return on_subject and not _says(said, _DEFERS) and (counts or question.kind != "quantity")


def _is_fragment(told: Sequence[Token]) -> bool:
    """An answer in two or three words ("Twelve years." "Both.") before anything else."""
    first = [token for token in told if token.sentence == told[0].sentence]
    return 0 < len(first) <= 3 and not {t.word for t in first} <= BACKCHANNEL


def _holds_answer(question: Question, told: Sequence[Token], strict: bool) -> bool:
    """Whether the statements of a reply hold what the question asked for."""
    words = {token.word for token in told}
    opening = {token.word for token in told[:6]}
    agrees = bool(opening & YES_NO) or (told[:1] != [] and told[0].word == "not")
    if question.kind == "quantity":
        return any(t.number or t.day for t in told) or bool(words & QUANTITIES)
    if question.kind == "person" and not strict:
        return bool(words & PERSONS)
    shared = len(question.content & {token.stem for token in told})
    if question.kind == "choice" and (words & {"both", "either", "neither"} or shared):
        return not strict or agrees
    if question.kind == "polar":
        return agrees or (not strict and (shared > 0 or _echoes(told)))
    return not strict and (agrees or shared > 0)


def _echoes(told: Sequence[Token]) -> bool:
    """A short answer by auxiliary: "it does", "you can", "we have not"."""
    return any(
        first.word in SUBJECTS and second.word in AUXILIARIES | {"not"}
        for first, second in pairwise(told[:9])
    )


def is_backchannel(text: str) -> bool:
    """A listener's noise that takes no turn: "yeah", "okay, sure", "got it"."""
    said = [token.word for token in tokens(text)]
    return len(said) <= 3 and all(word in BACKCHANNEL for word in said)


def clause_before(said: Sequence[Token], index: int, reach: int = 6) -> list[str]:
    """The words before ``said[index]`` in its sentence, nearest last, at most ``reach``."""
    sentence = said[index].sentence
    return [t.word for t in said[max(0, index - reach) : index] if t.sentence == sentence]
