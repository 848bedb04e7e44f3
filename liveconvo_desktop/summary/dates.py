"""Days that were named in speech, as dates: "by Thursday", "the ninth", "in two weeks".

A day is looked for by its form first, because a general parser takes "may", "second" or "10" for
dates; ``dateparser`` then reads what names a month, and the calendar rules are here.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import dateparser

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "couple of": 2, "a couple of": 2,
}  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third",
    "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth",
    "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
_DAY = r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTH = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_COUNT = r"\d{1,2}|a couple of|couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)|" + "|".join(
    sorted((o.replace("-", "[- ]") for o in _ORDINALS), key=len, reverse=True)
)


@dataclass(frozen=True, slots=True)
class Named:
    """A day that a text names.

    Attributes:
        text: The words, as said.
        start: Index of the first character.
    """

    day: date
    text: str
    start: int


def named_days(text: str, today: date) -> list[Named]:
    """Days that lie on or after ``today``, in the order of the words."""
    found: list[Named] = []
    taken: list[tuple[int, int]] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < end and match.end() > start for start, end in taken):
                continue
            day = read(match, today)
            if day is not None and day >= today:
                taken.append(match.span())
                found.append(Named(day, match.group().strip(), match.start()))
    return _counted_on(sorted(found, key=lambda one: one.start), text)


def _counted_on(found: list[Named], text: str) -> list[Named]:
    """In "Wednesday, and the list by the Friday after" that Friday follows that Wednesday."""
    made: list[Named] = []
    for one in found:
        after = _AFTER.match(text[one.start + len(one.text) :])
        if made and after and one.text.lower() in _WEEKDAYS:
            ahead = (one.day.weekday() - made[-1].day.weekday()) % 7 or 7
            one = Named(made[-1].day + timedelta(ahead), one.text, one.start)
        made.append(one)
    return made


_AFTER = re.compile(r"\s+(?:after|following)(?: that)?\s*(?:[.,;?!]|$)", re.I)


def due(text: str, today: date) -> date | None:
    """The day by which a sentence wants something done; None where it names none.

    "By", "until" and "before" name it best; else the last one named counts, as in "we talked on
    Monday, I'll send it on Friday".
    """
    days = named_days(text, today)
    if not days:
        return None
    bound = [one for one in days if _BOUND.search(text[: one.start])]
    return (bound or days)[-1 if not bound else 0].day


_BOUND = re.compile(r"\b(?:by|until|till|before|no later than|not later than)\s+(?:the\s+)?$", re.I)


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def _weekday(match: re.Match[str], today: date) -> date | None:
    ahead = (_WEEKDAYS.index(match["day"].lower()) - today.weekday()) % 7 or 7
    day = today + timedelta(ahead)
    which = (match["which"] or "").lower()
    if which == "last":
        return None
    # "Next Thursday" is the one of next week; said on a Friday, that is the coming one.
    if "next" in which and day.isocalendar().week == today.isocalendar().week:
        day += timedelta(7)
    if match["week"]:
        day = today + timedelta(7 - today.weekday() + _WEEKDAYS.index(match["day"].lower()))
    return day


def _weekday_and_ordinal(match: re.Match[str], today: date) -> date | None:
    """Thursday the ninth: the next month in which the ninth is a Thursday, within a year."""
    number = _ordinal(match["ordinal"])
    weekday = _WEEKDAYS.index(match["day"].lower())
    month = today.replace(day=1)
    for _ in range(12):
        day = _day_of(month, number)
        if day and day >= today and day.weekday() == weekday:
            return day
        month = _next_month(month)
    return None


def _nth_weekday(match: re.Match[str], today: date) -> date | None:
    """The first Friday of the month: this month's, or the next one's once that has passed."""
    nth = ("first", "second", "third", "fourth", "last").index(match["nth"].lower())
    weekday = _WEEKDAYS.index(match["day"].lower())
    for month in (today.replace(day=1), _next_month(today)):
        weeks = [week[weekday] for week in calendar.monthcalendar(month.year, month.month)]
        day = month.replace(day=[one for one in weeks if one][-1 if nth == 4 else nth])
        if day >= today:
            return day
    return None


def _ordinal_of_month(match: re.Match[str], today: date) -> date | None:
    number = _ordinal(match["ordinal"])
    for month in (today.replace(day=1), _next_month(today)):
        day = _day_of(month, number)
        if day and day >= today:
            return day
    return None


def _month_day(match: re.Match[str], today: date) -> date | None:
    if not _is_month(match):
        return None
    number = _ordinal(match["ordinal"])
    year = match["year"] or ""
    found = dateparser.parse(
        f"{number} {match['month']} {year}".strip(),
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime(today.year, today.month, today.day),
            "PREFER_DATES_FROM": "future",
            "STRICT_PARSING": False,
        },
    )
    if found is None:
        return None
    day: date = found.date()
    # The parser looks ahead from midnight: today itself would become next year's.
    same_year = _day_of(day.replace(day=1, year=today.year), number)
    return same_year if not year and same_year == today else day


def _is_month(match: re.Match[str]) -> bool:
    """Whether "may 10" is a day: "you may 10 times over", "we march 2 miles" are none."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if re.match(r"\s+(?:\w+\s+)?ago\b", after, re.I):
        return False
    word = match["month"]
    doubtful = word in ("may", "march", "mar", "sept", "dec", "jan", "jun", "jul", "oct", "nov")
    sure = match["ordinal"][-1].isalpha() or match["year"] or re.search(_BEFORE_DAY, before)
    return bool(not doubtful or sure)


_BEFORE_DAY = re.compile(r"\b(?:on|by|of|until|till|before|from|for)\s+$", re.I)


def _iso(match: re.Match[str], today: date) -> date | None:
    try:
        return date.fromisoformat(match.group())
    except ValueError:
        return None


def _counted(match: re.Match[str], today: date) -> date | None:
    said = match["count"].lower()
    count = int(said) if said.isdigit() else _NUMBERS[said]
    unit = match["unit"].lower()
    if unit == "month":
        month = today
        for _ in range(count):
            month = _next_month(month)
        last = calendar.monthrange(month.year, month.month)[1]
        return month.replace(day=min(today.day, last))
    if unit in ("hour", "minute"):
        return today
    if unit in ("business day", "working day"):
        return _business_days(today, count)
    return today + timedelta(count * (7 if unit == "week" else 1))


def _business_days(today: date, count: int) -> date:
    day = today
    while count:
        day += timedelta(1)
        count -= day.weekday() < 5
    return day


def _end_of(match: re.Match[str], today: date) -> date | None:
    unit, following = match["unit"].lower(), (match["which"] or "").lower() == "next"
    if unit in ("day", "business", "play"):
        return today
    if unit == "week":
        friday = today + timedelta((4 - today.weekday()) % 7)
        return friday + timedelta(7 * following)
    if unit == "month":
        month = _next_month(today) if following else today
        return month.replace(day=calendar.monthrange(month.year, month.month)[1])
    if unit == "quarter":
        month = today.replace(day=1, month=3 * ((today.month - 1) // 3) + 3)
        if following:
            for _ in range(3):
                month = _next_month(month)
        return month.replace(day=calendar.monthrange(month.year, month.month)[1])
    return date(today.year + following, 12, 31)


def _tomorrow(match: re.Match[str], today: date) -> date | None:
    return today + timedelta(2 if match["after"] else 1)


def _today(match: re.Match[str], today: date) -> date | None:
    return today


def _next_week(match: re.Match[str], today: date) -> date | None:
    """Friday of next week: all of it is left."""
    return today + timedelta(7 - today.weekday() + 4)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_form(r"\b\d{4}-\d\d-\d\d\b"), _iso),
    (
        _form(
            rf"\b(?P<ordinal>{_ORDINAL}|\d{{1,2}}) (?:of )?(?P<month>{_MONTH})\b"
            r"(?:,? (?P<year>20\d\d))?"
        ),
        _month_day,
    ),
    (
        _form(
            rf"\b(?P<month>{_MONTH}) (?:the )?(?P<ordinal>{_ORDINAL}|\d{{1,2}}(?!\d|:| ?%))\b"
            r"(?:,? (?P<year>20\d\d))?"
        ),
        _month_day,
    ),
    (_form(rf"\b(?P<day>{_DAY}),? the (?P<ordinal>{_ORDINAL})\b"), _weekday_and_ordinal),
    (
        _form(
            rf"\bthe (?P<nth>first|second|third|fourth|last) (?P<day>{_DAY}) "
            r"(?:of|in) (?:the|every|each) month"
        ),
        _nth_weekday,
    ),
    (
        _form(
            rf"\b(?:(?P<which>next|this coming|this|last) )?(?P<day>{_DAY})\b(?!s)"
            r"(?P<week> (?:of )?next week)?"
        ),
        _weekday,
    ),
    (_form(r"\b(?P<after>the day after )?tomorrow\b"), _tomorrow),
    (_form(r"\b(?:later today|today|tonight|this (?:morning|afternoon|evening))\b"), _today),
    (
        _form(
            r"\b(?:the )?(?:end|close) of (?:the |this )?(?:(?P<which>next) )?"
            r"(?P<unit>day|business|play|week|month|quarter|year)\b"
        ),
        _end_of,
    ),
    (
        _form(
            rf"\b(?:in|within)(?: the next)? (?:about )?(?P<count>{_COUNT}) "
            r"(?P<unit>business day|working day|day|week|month|hour|minute)s?\b"
        ),
        _counted,
    ),
    (
        _form(
            rf"\b(?:by|on|before|until|till|for) the (?P<ordinal>{_ORDINAL})\b"
            r"(?= of the month|(?! \w))"
        ),
        _ordinal_of_month,
    ),
    (_form(r"\bnext week\b"), _next_week),
)  # fmt: skip


def _ordinal(said: str) -> int:
    digits = re.match(r"\d+", said)
    return int(digits.group()) if digits else _ORDINALS.index(said.lower().replace(" ", "-")) + 1


def _day_of(month: date, number: int) -> date | None:
    try:
        return month.replace(day=number)
    except ValueError:
        return None


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1)
