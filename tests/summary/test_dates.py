"""Protects due dates: the day that was meant, and none where no day was named."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.summary.dates import due, named_days
from tests.summary.make import WEDNESDAY


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("I'll send it by Thursday", "2026-03-05"),
        ("on Wednesday", "2026-03-11"),
        ("next Thursday", "2026-03-12"),
        ("next Monday", "2026-03-09"),
        ("Friday next week", "2026-03-13"),
        ("Thursday the ninth, twelve fifteen", "2026-04-09"),
        ("tomorrow", "2026-03-05"),
        ("the day after tomorrow", "2026-03-06"),
        ("this afternoon", "2026-03-04"),
        ("by the end of the week", "2026-03-06"),
        ("by the end of next month", "2026-04-30"),
        ("end of the quarter", "2026-03-31"),
        ("in two weeks", "2026-03-18"),
        ("in a couple of weeks", "2026-03-18"),
        ("within 3 business days", "2026-03-09"),
        ("in a month", "2026-04-04"),
        ("on the 3rd of April", "2026-04-03"),
        ("March 4", "2026-03-04"),
        ("on May 10 then", "2026-05-10"),
        ("January 5th", "2027-01-05"),
        ("December 12, 2026", "2026-12-12"),
        ("by the ninth", "2026-03-09"),
        ("by the second", "2026-04-02"),
        ("the first Friday of the month", "2026-03-06"),
        ("2026-05-01", "2026-05-01"),
        ("we spoke on Monday the second, I'll have it by Friday", "2026-03-06"),
    ],
)
def test_the_day_that_was_meant(said, day):
    assert due(said, WEDNESDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "said",
    [
        "I may do it in a second", "10 users", "the second one", "you may 10 times over",
        "last Friday", "on Wednesdays we meet", "in March 2 years ago", "by the second batch",
        "on the second floor", "we march 2 miles", "sat down", "February 30th", "1999-01-01",
        "I have one month's notice", "the first thing",
    ],
)  # fmt: skip
def test_no_day_where_none_was_named(said):
    assert due(said, WEDNESDAY) is None


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, st.sampled_from(list(calendar.day_name)))
def test_a_weekday_is_the_next_one_of_its_name(today, name):
    day = due(f"by {name}", today)
    assert day is not None
    assert f"{day:%A}" == name
    assert timedelta(0) < day - today <= timedelta(7)


@given(DAYS, st.text(alphabet="abcdefghij mayMarch1234567890 .,:", max_size=40))
def test_any_words_are_read_and_no_day_is_in_the_past(today, words):
    for named in named_days(words, today):
        assert named.day >= today
        assert words[named.start :].startswith(named.text)
