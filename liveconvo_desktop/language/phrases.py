"""Phrases of a playbook: a small language that a person can write, compiled and matched.

``too expensive|pricey|steep``
    words in a row; ``|`` separates words that may stand in one place
``can not * afford``
    ``*`` stands for up to three words of the same sentence
``really?``
    a word that may be missing
``<number>`` and ``<day>``
    any figure, price or number word; any weekday, month, today, tomorrow

Words match by stem and forgive small recognition errors (see ``words``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from liveconvo_desktop.language.words import Token, Vocabulary, stems

GAP_WORDS = 3
_NUMBER = "<number>"
_DAY = "<day>"

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class _Element:
    """One place of a phrase: what may stand there."""

    choices: tuple[tuple[str, ...], ...] = ()
    gap: bool = False
    number: bool = False
    day: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase."""

    text: str
    elements: tuple[_Element, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens ``first`` to ``last`` (inclusive) said phrase ``text``."""

    text: str
    first: int
    last: int


def compile_phrase(text: str) -> Phrase:
    """Compile one phrase.

    Raises:
        ValueError: It is empty, or starts or ends with something that may match nothing.
    """
    elements = [_element(part) for part in text.lower().split()]
    if not elements:
        raise ValueError("a phrase needs at least one word")
    if any(end.gap or end.optional for end in (elements[0], elements[-1])):
        raise ValueError(f"phrase {text!r} may not start or end with '*' or an optional word")
    return Phrase(text, tuple(elements))


def _element(part: str) -> _Element:
    if part == "*":
        return _Element(gap=True)
    optional = part.endswith("?")
    options = part.rstrip("?").split("|")
    words = [option for option in options if option not in (_NUMBER, _DAY)]
    choices = tuple(tuple(stems(word)) for word in words)
    if not all(choices):
        raise ValueError(f"{part!r} holds no word")
    return _Element(
        choices=choices, number=_NUMBER in options, day=_DAY in options, optional=optional
    )


class PhraseBook(Generic[Key]):
    """Phrases under keys, matched together in one pass over the tokens."""

    def __init__(self, phrases: Iterable[tuple[Key, str]]) -> None:
        """Index ``(key, phrase)`` pairs by the words that a match can start with.

        Raises:
            ValueError: A phrase does not compile.
        """
        self._starts: dict[str, list[tuple[Key, Phrase]]] = {}
        self._kind_starts: list[tuple[Key, Phrase]] = []
        known: set[str] = set()
        for key, text in phrases:
            phrase = compile_phrase(text)
            first = phrase.elements[0]
            for start in {choice[0] for choice in first.choices}:
                self._starts.setdefault(start, []).append((key, phrase))
            if first.number or first.day:
                self._kind_starts.append((key, phrase))
            known.update(word for e in phrase.elements for choice in e.choices for word in choice)
        self._vocabulary = Vocabulary(known)

    def find(self, said: Sequence[Token]) -> Iterator[tuple[Key, Match]]:
        """Every phrase found, with its key, in the order of the words."""
        heard = [self._vocabulary.hear(token.stem) for token in said]
        for index, token in enumerate(said):
            candidates = self._starts.get(heard[index], [])
            if token.number or token.day:
                candidates = candidates + self._kind_starts
            for key, phrase in candidates:
                if len(phrase.elements) == 1 and heard[index] != token.stem:
                    continue  # A single word has no company that confirms a guess.
                last = _end(phrase.elements, 0, said, heard, index)
                if last is not None:
                    yield key, Match(phrase.text, index, last - 1)


def _end(
    elements: tuple[_Element, ...], at: int, said: Sequence[Token], heard: list[str], index: int
) -> int | None:
    """Index after the last token if ``elements[at:]`` match from ``index`` on, else None."""
    if at == len(elements):
        return index
    for step in _steps(elements[at], said, heard, index):
        last = _end(elements, at + 1, said, heard, step)
        if last is not None:
            return last
    return None


def _steps(element: _Element, said: Sequence[Token], heard: list[str], index: int) -> Iterator[int]:
    """Where the next element may start, if this one stands at ``index``."""
    if element.gap:
        sentence = said[index - 1].sentence
        for step in range(index, min(index + GAP_WORDS, len(said) - 1) + 1):
            if said[step].sentence == sentence:
                yield step
        return
    if index < len(said):
        if (element.number and said[index].number) or (element.day and said[index].day):
            yield index + 1
        for choice in element.choices:
            if tuple(heard[index : index + len(choice)]) == choice:
                yield index + len(choice)
    if element.optional:
        yield index
