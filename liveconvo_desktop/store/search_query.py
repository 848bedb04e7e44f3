"""What a user types into a search box, understood. Pure; every string is a valid query.

Words, ``"phrases"``, beginnings (``budg*``), exclusions (``-demo``) and filters: ``speaker:me``,
``speaker:them``, ``speaker:Dana``, ``with:Dana``, ``type:sales_call``, ``tag:acme``,
``from:2026-01-01``, ``to:2026-02``, ``on:yesterday``, ``date:2026-01..2026-03``, ``in:summary``. A
filter that makes no sense is searched as words, and ``Query.notes`` says so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args

from liveconvo_desktop.events import ConversationType, Speaker

HitKind = Literal["title", "summary", "document", "line"]
HIT_KINDS: tuple[HitKind, ...] = get_args(HitKind)

_ME = ("me", "you", "i", "user", "myself")
_THEM = ("them", "they", "other", "far")
_PLACES: dict[str, HitKind] = {
    "transcript": "line",
    "line": "line",
    "summary": "summary",
    "document": "document",
    "doc": "document",
    "title": "title",
}
_TOKEN = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"?(\*?)|([^\s"]+))', re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_UNCLOSED = "A quotation mark is not closed: all after the last one was searched as a phrase."
_NO_FILTER = (
    "“{}” is no filter and is searched as words. Filters: speaker, with, type, tag, in, from, to, "
    "on, date."
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words in a row, or one word.

    Attributes:
        prefix: The last word may go on.
        excluded: What matches it is not wanted.
    """

    text: str
    prefix: bool = False
    excluded: bool = False

    @property
    def in_a_row(self) -> bool:
        """It is several words to the index, as a quoted phrase or ``it's`` is."""
        return len(_WORD.findall(self.text)) > 1

    def match(self) -> str:
        """The term in FTS5's language: a quoted string holds no operator."""
        quoted = self.text.replace('"', '""')
        return f'"{quoted}"' + (" *" if self.prefix else "")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; every part narrows.

    Attributes:
        speaker: Only lines of this side.
        speaker_name: Only lines of the person with this name.
        people: Only calls with somebody of this name.
        since: Only calls that started at or after this moment; ``until``: before this one.
        kinds: Where to look; empty: everywhere.
        some: One of the wanted terms is enough.
        notes: What was not understood, a sentence each.
    """

    terms: tuple[Term, ...] = ()
    speaker: Speaker | None = None
    speaker_name: str = ""
    people: tuple[str, ...] = ()
    types: tuple[ConversationType, ...] = ()
    tags: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[HitKind, ...] = ()
    some: bool = False
    notes: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """Terms that must be there."""
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def narrowed(self) -> bool:
        """Some calls are left out."""
        return bool(self.types or self.tags or self.people or self.since or self.until)

    @property
    def empty(self) -> bool:
        """Nothing is asked."""
        return not (self.wanted or self.narrowed or self.speaker or self.speaker_name)

    def match(self) -> str:
        """The terms in FTS5's language; empty without a wanted term."""
        wanted = (" OR " if self.some else " AND ").join(term.match() for term in self.wanted)
        unwanted = " OR ".join(term.match() for term in self.terms if term.excluded)
        return f"({wanted}) NOT ({unwanted})" if wanted and unwanted else wanted


def parse(text: str, today: date, zone: tzinfo | None = None, *, typing: bool = False) -> Query:
    """Understand what was typed.

    Args:
        text: Anything.
        today: The user's date, for ``today`` and ``yesterday``.
        zone: The user's zone, in which dates are meant; None is the system's.
        typing: The last word may not be finished: its beginning is enough.
    """
    reader = _Reader(today, zone)
    # A NUL would end the text inside SQLite; a lone surrogate has no UTF-8.
    clean = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    for found in _TOKEN.finditer(clean):
        reader.take(found)
    query = reader.query
    if clean.count('"') % 2 and not typing:
        query = replace(query, notes=(*query.notes, _UNCLOSED))
    if typing and query.terms and clean[-1:].strip() and _open_ended(query.terms[-1]):
        last = replace(query.terms[-1], prefix=True)
        query = replace(query, terms=(*query.terms[:-1], last))
    return query


def _open_ended(term: Term) -> bool:
    return not term.excluded and " " not in term.text and len(term.text) >= 2


class _Reader:
    """Builds the query a token at a time."""

    def __init__(self, today: date, zone: tzinfo | None) -> None:
        self._today, self._zone = today, zone
        self.query = Query()

    def take(self, found: re.Match[str]) -> None:
        """One token: a filter if it makes sense as one, else words."""
        minus, key, phrase, star, word = found.groups()
        value = phrase if phrase is not None else word
        if key and not minus and self._filter(key.lower(), value.strip()):
            return
        if key:
            value = f"{key} {value}"
        prefix = bool(star) or (phrase is None and value.endswith("*"))
        if _has_token(value):
            self._add(terms=(Term(value.rstrip("*"), prefix, bool(minus)),))

    def _add(self, **parts: tuple[object, ...]) -> None:
        grown = {name: getattr(self.query, name) + more for name, more in parts.items()}
        self.query = replace(self.query, **grown)

    def _filter(self, key: str, value: str) -> bool:
        known = {
            "speaker": self._speaker,
            "with": self._person,
            "type": self._type,
            "tag": self._tag,
            "in": self._place,
            "from": self._from,
            "since": self._from,
            "to": self._to,
            "until": self._to,
            "on": self._on,
            "date": self._on,
        }
        if key not in known:
            if not value.startswith("/"):  # an address is no filter
                self._add(notes=(_NO_FILTER.format(f"{key}:{value}"),))
            return False
        if value and known[key](value):
            return True
        self._add(notes=(f"“{key}:{value}” was not understood and is searched as words.",))
        return False

    def _speaker(self, value: str) -> bool:
        word = value.casefold()
        if word in _ME or word in _THEM:
            self.query = replace(self.query, speaker="user" if word in _ME else "other")
        else:
            self.query = replace(self.query, speaker_name=value)
        return True

    def _person(self, value: str) -> bool:
        self._add(people=(value,))
        return True

    def _type(self, value: str) -> bool:
        word = re.sub(r"[\s-]+", "_", value.casefold())
        kinds: tuple[ConversationType, ...] = get_args(ConversationType)
        found = tuple(kind for kind in kinds if kind == word or kind.split("_")[0] == word)
        self._add(types=found)
        return bool(found)

    def _tag(self, value: str) -> bool:
        self._add(tags=(tag_name(value),))
        return True

    def _place(self, value: str) -> bool:
        word = value.casefold()
        kind = _PLACES.get(word) or _PLACES.get(word.removesuffix("s"))
        if kind:
            self._add(kinds=(kind,))
        return kind is not None

    def _from(self, value: str) -> bool:
        span = self._span(value)
        if span:
            self.query = replace(self.query, since=self._moment(span[0]))
        return span is not None

    def _to(self, value: str) -> bool:
        span = self._span(value)
        if span:
            self.query = replace(self.query, until=self._moment(span[1]))
        return span is not None

    def _on(self, value: str) -> bool:
        first, _, last = value.partition("..")
        begin, end = self._span(first), self._span(last or first)
        if begin is None or end is None:
            return False
        since, until = self._moment(begin[0]), self._moment(end[1])
        self.query = replace(self.query, since=since, until=until)
        return True

    def _span(self, value: str) -> tuple[date, date] | None:
        """First day and the day after the last of a year, a month, a day or a word."""
        return day_span(value, self._today)

    def _moment(self, day: date) -> datetime:
        return day_start(day, self._zone)


def day_span(value: str, today: date) -> tuple[date, date] | None:
    """First day, and the day after the last, that a text names; None where it names none.

    Args:
        value: ``2026``, ``2026-03``, ``2026-03-09``, ``today``, ``yesterday``, or the time up to
            today that a ``week``, ``month`` or ``year`` is long.
        today: The user's date.
    """
    one = timedelta(days=1)
    days = {"today": 0, "yesterday": 1}
    if value in days:
        first = today - days[value] * one
        return first, first + one
    begun = {"week": 7, "month": 30, "year": 365}
    if value in begun:
        return today - (begun[value] - 1) * one, today + one
    found = _DAY.fullmatch(value)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        if day:
            return first, first + one
        if month:
            return first, (first + 31 * one).replace(day=1)
        return first, date(first.year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None


def day_start(day: date, zone: tzinfo | None = None) -> datetime:
    """The moment a day begins in ``zone``, or in the system's."""
    begin = datetime.combine(day, time())
    try:
        return begin.replace(tzinfo=zone) if zone else begin.astimezone()
    except (OverflowError, OSError, ValueError):
        # Year 1 or 9999: some systems know no local time there.
        return begin.replace(tzinfo=zone or datetime.now().astimezone().tzinfo)


def tag_name(text: str) -> str:
    """A tag as it is stored: lower case, single blanks, at most 50 characters."""
    return " ".join(text.casefold().split())[:50].strip()


def _has_token(text: str) -> bool:
    """FTS5 sees a word in it: a letter or a number."""
    return any(unicodedata.category(one)[0] in "LN" for one in text)
