"""Protects what a search box understands: every string, and each filter in its words."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.store.search_query import Query, Term, parse, tag_name

TODAY = date(2026, 11, 25)


def read(text: str, **options) -> Query:
    return parse(text, TODAY, UTC, **options)


def day(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("price", (Term("price"),)),
        ("price  list", (Term("price"), Term("list"))),
        ('"price list" seat', (Term("price list"), Term("seat"))),
        ('"never closed', (Term("never closed"),)),
        ("budg*", (Term("budg", prefix=True),)),
        ('"price li"*', (Term("price li", prefix=True),)),
        ("price -demo", (Term("price"), Term("demo", excluded=True))),
        ("AND OR NOT NEAR(", (Term("AND"), Term("OR"), Term("NOT"), Term("NEAR("))),
        ("it's e-mail", (Term("it's"), Term("e-mail"))),
        ('*** -- "" \'', ()),
        ("http://a.b", (Term("http //a.b"),)),
    ],
)
def test_words_phrases_beginnings_and_exclusions(text, terms):
    assert read(text).terms == terms


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("speaker:me", {"speaker": "user"}),
        ("Speaker:THEM", {"speaker": "other"}),
        ('speaker:"Dana W"', {"speaker_name": "Dana W"}),
        ("with:Dana with:Contoso", {"people": ("Dana", "Contoso")}),
        ("type:sales", {"types": ("sales_call",)}),
        ('type:"sales call" type:meeting', {"types": ("sales_call", "meeting")}),
        ('tag:"Big  Deal"', {"tags": ("big deal",)}),
        ("in:summaries in:transcript", {"kinds": ("line",)}),
        ("from:2026", {"since": day(2026, 1, 1)}),
        ("to:2026-02", {"until": day(2026, 3, 1)}),
        ("on:2026-2-9", {"since": day(2026, 2, 9), "until": day(2026, 2, 10)}),
        ("on:yesterday", {"since": day(2026, 11, 24), "until": day(2026, 11, 25)}),
        ("date:2026-01..2026-03", {"since": day(2026, 1, 1), "until": day(2026, 4, 1)}),
        ("date:week", {"since": day(2026, 11, 19), "until": day(2026, 11, 26)}),
        ("to:9999", {"until": None}),
    ],
)
def test_filters(text, parts):
    query = read(text)
    if "in:summaries" in text:
        parts = {"kinds": ("summary", "line")}
        query = read("in:summary in:transcript")
    assert {name: getattr(query, name) for name in parts} == parts
    assert query.wanted == () or query.notes


@pytest.mark.parametrize(
    "text", ["type:party", "from:dana", "on:2026-13", "date:..", "in:attic", "nosuch:me"]
)
def test_a_filter_that_makes_no_sense_is_words_and_is_told(text):
    query = read(text)
    assert len(query.notes) == 1
    assert text in query.notes[0]
    assert query.terms[0].text.startswith(text.split(":")[0])


def test_an_unclosed_quote_is_told_unless_the_user_is_still_typing():
    (note,) = read('offer "pilot price').notes
    assert "not closed" in note
    assert read('offer "pilot price', typing=True).notes == ()
    assert read('"pilot price" https://acme.example').notes == ()


def test_while_typing_the_last_word_may_go_on():
    assert read("price bud", typing=True).terms[-1].prefix
    assert not read("price bud", typing=True).terms[0].prefix
    for finished in ("bud ", "b", '"price bu"', "price -bu"):
        assert not any(term.prefix for term in read(finished, typing=True).terms), finished


def test_a_tag_has_one_form():
    assert tag_name("  Big\tDEAL ") == "big deal"
    assert len(tag_name("x" * 99)) == 50


PIECES = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.sampled_from(
            [
                '"',
                "*",
                "-",
                "speaker:",
                "from:",
                "date:..",
                " ",
                "NEAR(",
                "^",
                "{a}:",
                "\0",
                "\ud800",
            ]
        ),
    ),
    max_size=8,
).map("".join)


@given(PIECES, st.booleans())
def test_every_string_is_a_query_that_fts5_takes(text, typing):
    query = read(text, typing=typing)
    with sqlite3.connect(":memory:") as raw:
        raw.execute("CREATE VIRTUAL TABLE f USING fts5 (c, prefix = '2 3')")
        raw.execute("INSERT INTO f VALUES ('a NEAR b price')")
        if query.wanted:
            raw.execute("SELECT * FROM f WHERE f MATCH ? ORDER BY rank", [query.match()]).fetchall()
    raw.close()
