"""Protects search: what is found, in which order, what is marked, and what never appears."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveconvo_desktop.store import search as module
from liveconvo_desktop.store.edits import name_speaker
from liveconvo_desktop.store.library import Library, Person
from liveconvo_desktop.store.search import Found, Hit, Search
from liveconvo_desktop.store.search_query import parse
from liveconvo_desktop.store.search_rank import CLOSE, OPEN, SNIPPET, marked, weigh
from tests.store.make import STARTED, make_segment, make_session

TODAY = date(2025, 2, 1)


@pytest.fixture
def find(store):
    search = Search(store)

    def look(text: str, limit: int = 50) -> Found:
        return search.find(parse(text, TODAY, UTC), limit)

    return look


def call(store, *lines: str, day: int = 0, title: str = "Untitled", **changes) -> str:
    session = make_session(title=title, started_at=STARTED + timedelta(days=day), **changes)
    store.save(session)
    for at, line in enumerate(lines):
        side = {"speaker": "user", "channel": "mic"} if line.startswith("me:") else {}
        text = line.removeprefix("me:")
        store.save(make_segment(session.id, t0=10.0 * at, t1=10.0 * at + 2, text=text, **side))
    return session.id


def add(store, table: str, session: str, **values: str) -> None:
    names = ", ".join(["session_id", "user_id", *values])
    marks = ", ".join("?" * (len(values) + 2))
    with closing(sqlite3.connect(store.path)) as raw, raw:
        raw.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",
            [session, store.user_id, *values.values()],
        )


def shown(hit: Hit) -> list[str]:
    return [hit.snippet[a:b] for a, b in hit.marks]


def test_a_line_is_found_with_its_place_and_its_words_marked(store, find):
    session = call(store, "Nothing here.", "The Café price, the price!", title="Northwind")
    (hit,) = find("price").hits
    assert (hit.session_id, hit.kind, hit.seconds) == (session, "line", 10.0)
    assert (hit.title, hit.speaker, hit.conversation_type) == ("Northwind", "other", "sales_call")
    assert hit.started_at == STARTED
    assert hit.source_id == store.transcript(session)[1].id
    assert shown(hit) == ["price", "price"]
    assert shown(find("cafe").hits[0]) == ["Café"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("price", {0, 1}),
        ("price high", {0}),
        ('"price is"', {0, 1}),
        ('"is price"', set()),
        ("pri*", {0, 1, 2}),
        ("high*", {0, 3}),
        ("price -high", {1}),
        ("speaker:me price", {1}),
        ("speaker:them price", {0}),
        ("in:summary price", set()),
        ("on:2025-01-27 price", {0, 1}),
        ("from:2025-01-28 price", set()),
        ("type:meeting price", set()),
        ("NOT", set()),
    ],
)
def test_words_phrases_beginnings_and_filters(store, find, text, lines):
    said = ["The price is high.", "me:The price is low.", "A prize.", "Higher!"]
    ids = [line.id for line in store.transcript(call(store, *said))]
    assert {hit.source_id for hit in find(text).hits} == {ids[n] for n in lines}


def test_a_line_says_what_its_speaker_is_called(store, find):
    session = call(store, "The price is high.", "me:The price is low.")
    other = call(store, "A price.", day=1)
    assert {hit.name for hit in find("price").hits} == {"You", "Them"}
    name_speaker(store, session, "other", "Dana Whitfield")
    name_speaker(store, session, "user", "Sam")
    named = {hit.snippet: hit.name for hit in find("price").hits}
    assert named == {
        "The price is high.": "Dana Whitfield",
        "The price is low.": "Sam",
        "A price.": "Them",
    }
    assert [hit.snippet for hit in find("price speaker:dana").hits] == ["The price is high."]
    assert [hit.snippet for hit in find("price speaker:sam").hits] == ["The price is low."]
    assert {hit.session_id for hit in find("price with:dana").hits} == {session}
    assert [hit.session_id for hit in find("with:dana").hits] == [session]
    name_speaker(store, other, "other", "Dana Lee")
    assert len(find("price with:dana").hits) == 3
    assert [hit.session_id for hit in find("speaker:dana").hits] == [other, session]


def test_partials_and_lines_taken_back_are_not_found(store, find):
    session = call(store)
    partial = make_segment(session, text="what does", final=False)
    store.save(partial)
    assert find("what").hits == ()
    store.save(make_segment(session, id=partial.id, text="What does it cost?"))
    assert len(find("what").hits) == 1
    store.save(make_segment(session, id=partial.id, text=""))
    assert find("what").hits == ()


def test_deleted_calls_never_appear_and_come_back_when_restored(store, find):
    session = call(store, "The price.", title="Price talk")
    add(store, "summaries", session, tldr="Price agreed.")
    library = Library(store)
    assert {hit.kind for hit in find("price").hits} == {"line", "summary", "title"}
    library.delete([session])
    assert find("price").hits == find("from:2025").hits == ()
    library.restore([session])
    assert len(find("price").hits) == 3


def test_titles_summaries_and_documents_are_found(store, find):
    session = call(store, title="Northwind renewal")
    add(store, "summaries", session, title="Sum", tldr="They keep the discount.\nFor a year.")
    add(
        store,
        "documents",
        session,
        original_filename="Prices.pdf",
        file_type="pdf",
        file_size_bytes="9",
        extracted_text="word " * 400 + "the discount table " + "word " * 400,
    )
    hits = {hit.kind: hit for hit in find("discount").hits}
    assert set(hits) == {"summary", "document"}
    assert all(shown(hit) == ["discount"] for hit in hits.values())
    assert len(hits["document"].snippet) < 250
    assert [hit.kind for hit in find("northwind").hits] == ["title"]
    assert [hit.kind for hit in find("prices").hits] == ["document"]
    assert [hit.kind for hit in find("discount in:document").hits] == ["document"]
    assert all(hit.seconds is None for hit in hits.values())


def test_a_title_comes_before_a_line_and_a_dense_line_before_a_long_one(store, find):
    call(store, "budget and many other words that nobody asked about today", "Budget, budget!")
    call(store, title="Budget talk")
    hits = find("budget").hits
    assert [hit.kind for hit in hits] == ["title", "line", "line"]
    assert hits[1].snippet == "Budget, budget!"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_where_nothing_has_all_words_what_has_some_of_the_rarer_is_found(store, find, monkeypatch):
    monkeypatch.setattr(module, "COMMON", 2)
    call(store, "The price.", "The seat.", "The the.", "The budget, the demo.")
    found = find("the seat price")
    assert found.some
    assert {hit.snippet for hit in found.hits} == {"The price.", "The seat."}
    assert not find("the budget").some
    assert find("zebra lion").hits == ()
    assert {hit.snippet for hit in find("seat budget -demo").hits} == {"The seat."}


def test_people_tags_and_names_of_speakers_narrow(store, find):
    library = Library(store)
    with_dana, without = call(store, "The price.", "me:My price."), call(store, "The price.")
    library.set_people(with_dana, [Person("Dana Whitfield", "Contoso")])
    library.tag([with_dana], ["Big deal"])
    for text in ("price with:dana", "price with:contoso", 'price tag:"big deal"'):
        assert {hit.session_id for hit in find(text).hits} == {with_dana}, text
    (hit,) = find("price speaker:dana").hits
    assert (hit.session_id, hit.speaker) == (with_dana, "other")
    assert find("price with:%").hits == find("price tag:none").hits == ()
    assert {hit.session_id for hit in find("price -big").hits} == {with_dana, without}


def test_filters_alone_list_calls(store, find):
    old, new = call(store, "a", day=0, title="Old"), call(store, "b", day=2, title="New")
    assert [hit.session_id for hit in find("date:2025-01").hits] == [new, old]
    assert [hit.title for hit in find("to:2025-01-28").hits] == ["Old"]
    assert find("").hits == find('"" *').hits == ()


def test_more_is_said_and_the_limit_kept(store, find):
    call(store, *["the price"] * 7)
    found = find("price", limit=5)
    assert (len(found.hits), found.more) == (5, True)
    assert not find("price", limit=7).more


def test_where_a_word_is_common_the_newest_lines_are_ranked(store, find, monkeypatch):
    monkeypatch.setattr(module, "COMMON", 3)
    monkeypatch.setattr(module, "NEWEST", 4)
    first = call(store, "price again and again and again", "price", day=0)
    second = call(store, "price again and again", "price of a seat", day=1)
    third = call(store, "and again we say price", "me:seat", day=2)
    found = find("price")
    assert found.newest_only
    # The four newest, of which the shortest line says it most.
    assert [hit.session_id for hit in found.hits] == [first, second, second, third]
    assert found.hits[0].snippet == "price"
    # All there are: a rare word makes it complete again, and outweighs the common one.
    rare = find("price seat")
    assert not rare.newest_only
    assert [hit.session_id for hit in rare.hits] == [second]
    # Filters reach behind the newest.
    assert {hit.session_id for hit in find("price to:2025-01-27").hits} == {first}
    assert {hit.session_id for hit in find("price from:2025-01-28").hits} == {second, third}
    assert find("price speaker:me").hits == ()
    assert len(find("pri* speaker:them").hits) == 4


def test_neighbouring_calls_are_read_as_one_range():
    bits = module.LINE_BITS
    assert list(module._ranges([9, 8, 7, 3])) == [
        (7 << bits, 10 << bits),
        (3 << bits, 4 << bits),
    ]
    assert list(module._ranges([])) == []


def test_a_rare_word_outweighs_a_common_one():
    def text(words: str) -> str:
        return " ".join(f"{OPEN}{w}{CLOSE}" if w in ("the", "Ünique") else w for w in words.split())

    rarity = {"the": 0.1, "unique": 3.0}
    one, two = weigh([text("the the the of"), text("Ünique of one two")], rarity)
    assert two > one


def test_a_snippet_is_cut_around_its_first_match():
    long = "before " * 60 + f"{OPEN}match{CLOSE} " + "after " * 60 + f"{OPEN}match{CLOSE}"
    text, marks = marked(long)
    assert len(text) <= SNIPPET + 2
    assert (text[0], text[-1]) == ("…", "…")
    assert [text[a:b] for a, b in marks] == ["match"]
    assert not text[1:].startswith(" ")
    assert marked(f"a{CLOSE}b{OPEN}c\nd") == ("abc d", ())
    huge, marks = marked(f"{OPEN}{'x' * 900}{CLOSE}")
    assert len(huge) <= SNIPPET + 1
    assert marks == ((0, SNIPPET),)


WORDS = (
    'price "the price" pri* -seat speaker:me speaker:Dana tag:a type:sales from:2025 on: with:x '
    '" * ( ) : NEAR AND é \0 in:line date:2025-01..'
)
TYPED = st.lists(st.sampled_from(WORDS.split(" ")), max_size=5).map(" ".join)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TYPED | st.text(max_size=12))
def test_whatever_is_typed_is_answered(store, find, text):
    if not store.sessions():
        call(store, "the price of a seat", "me:a price", title="the price")
    found = find(text)
    for hit in found.hits:
        assert all(0 <= a < b <= len(hit.snippet) for a, b in hit.marks)


SAID = st.lists(
    st.lists(st.sampled_from(["ab", "cd", "ef", "gh"]), min_size=1, max_size=4), max_size=9
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    said=SAID,
    asked=st.lists(st.sampled_from(["ab", "cd", "ef", "g*", "-ab"]), min_size=1, max_size=3),
    common=st.sampled_from([0, 2, 1000]),
)
def test_exactly_the_lines_with_all_words_are_found(store, find, monkeypatch, said, asked, common):
    """Whichever way the query takes: all lines ranked by FTS5, or the newest ones here."""
    monkeypatch.setattr(module, "COMMON", common)
    Library(store).delete([row.session.id for row in store.sessions()])
    lines = store.transcript(call(store, *map(" ".join, said)))
    wanted = [word for word in asked if word[0] != "-"]

    def passes(text: str) -> bool:
        words = text.split()
        has = [any(w.startswith(a[:-1]) if "*" in a else w == a for w in words) for a in wanted]
        return all(has) and not ("-ab" in asked and "ab" in words)

    found = find(" ".join(asked), limit=100)
    if wanted and not found.some:
        expected = {line.id for line in lines if passes(line.text)}
        assert {hit.source_id for hit in found.hits} == expected
    elif found.some:
        assert not any(passes(line.text) for line in lines)
