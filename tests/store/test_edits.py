"""An edit changes every row it touches or none, and can be taken back to the last digit."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Evidence, Gap, new_id
from liveconvo_desktop.language.history import History, change
from liveconvo_desktop.language.lines import EditError, Lines
from liveconvo_desktop.language.saying import clock
from liveconvo_desktop.store import check, edits, reviews
from liveconvo_desktop.store.purge import purge
from liveconvo_desktop.store.retention import Item
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.store.summary_records import SummaryText
from tests.store.make import STARTED, make_chip, make_segment, make_session


def read(store, session_id: str) -> Lines:
    with store.reading() as connection:
        return reviews.read_lines(connection, session_id)


def where(store, *ids: str) -> dict[str, str | None]:
    with store.reading() as connection:
        return reviews.where_is(connection, ids)


def move(store, session_id: str, before: Lines, after: Lines) -> None:
    edits.apply_change(store, session_id, change(before, after))


def sql(store, query: str, *values) -> list[tuple]:
    raw = sqlite3.connect(store.path)
    found = raw.execute(query, values).fetchall()
    raw.close()
    return found


def raw_rows(store, session_id: str) -> list[tuple]:
    """Everything of the shared rows but when they were last touched."""
    columns = [c for (c,) in sql(store, "SELECT name FROM pragma_table_info('transcripts')")]
    columns.remove("updated_at")
    query = f"SELECT {', '.join(columns)} FROM transcripts WHERE session_id = ? ORDER BY id"
    return sql(store, query, session_id)


def side_rows(store) -> int:
    tables = ("local_originals", "local_marks", "local_moves")
    return sum(sql(store, f"SELECT count(*) FROM {table}")[0][0] for table in tables)


def figures(store, session_id: str) -> tuple:
    columns = "total_words_spoken, user_talk_time_seconds, silence_periods_count"
    return sql(store, f"SELECT {columns} FROM sessions WHERE id = ?", session_id)[0]


@pytest.fixture
def told(store):
    """A finished call: three lines of them and one of the user."""
    session = make_session()
    store.save(session)
    said = [
        ("other", 1.0, 3.0, "We pay forty dollars"),
        ("other", 6.0, 8.0, "a seat today."),
        ("user", 8.5, 10.0, "Understood."),
        ("other", 10.5, 12.0, "Good."),
    ]
    for speaker, t0, t1, text in said:
        channel = "mic" if speaker == "user" else "speaker"
        store.save(
            make_segment(session.id, speaker=speaker, channel=channel, t0=t0, t1=t1, text=text)
        )
    store.finish_session(session.id, STARTED, 20.4)
    return session.id


def test_an_edit_is_what_everything_reads_and_the_original_is_kept(store, told):
    before = read(store, told)
    after = before.edit(before.lines[0].id, "We pay fourteen dollars now")
    move(store, told, before, after)
    assert store.transcript(told)[0].text == "We pay fourteen dollars now"
    assert read(store, told) == after
    assert figures(store, told)[0] == 5 + 3 + 1 + 1
    assert check(store.path) == []


def test_restoring_leaves_the_database_as_the_recogniser_wrote_it(store, told):
    rows, known = raw_rows(store, told), figures(store, told)
    lines = read(store, told)
    states = [lines]
    for make in (
        lambda s: s.merge(s.lines[0].id),
        lambda s: s.split(s.lines[0].id, 7),
        lambda s: s.edit(s.lines[1].id, "other words"),
        lambda s: s.delete(s.lines[0].id),
        lambda s: s.restore(s.lines[0].group),
    ):
        states.append(make(states[-1]))
        move(store, told, states[-2], states[-1])
        assert read(store, told) == states[-1]
    assert raw_rows(store, told) == rows
    assert figures(store, told) == known
    assert sql(store, "SELECT count(*) FROM local_originals") == [(0,)]


def test_a_merge_turns_no_pause_into_talk(store, told):
    before = read(store, told)
    quiet = figures(store, told)[2]
    move(store, told, before, before.merge(before.lines[0].id))
    assert figures(store, told)[2] == quiet


def test_the_lists_count_talk_as_the_review_does(store, told):
    before = read(store, told)
    share = store.session(told).talk_ratio
    merged = before.merge(before.lines[0].id)
    move(store, told, before, merged)
    assert store.session(told).talk_ratio == share
    move(store, told, merged, merged.set_speaker(merged.lines[0].id, "user"))
    assert store.session(told).talk_ratio == (2 + 2 + 1.5) / 7
    assert check(store.path) == []


def test_a_side_that_was_confused_counts_for_the_other(store, told):
    before = read(store, told)
    move(store, told, before, before.set_speaker(before.lines[0].id, "user"))
    assert figures(store, told)[1] == round(1.5 + 2.0)


def test_chips_follow_the_words_that_raised_them(store, told):
    lines = read(store, told)
    first, second = lines.lines[0].id, lines.lines[1].id
    chip = make_chip(told, evidence=(Evidence(second, "a seat today."),))
    store.save(chip)
    link = "SELECT triggered_by_transcript_id FROM guidance"
    merged = lines.merge(first)
    move(store, told, lines, merged)
    assert sql(store, link) == [(first,)]
    assert where(store, first, second) == {first: first, second: first}
    assert [row.chip for row in store.chips(told)] == [chip]
    move(store, told, merged, lines)
    assert sql(store, link) == [(second,)]
    gone = lines.delete(second)
    move(store, told, lines, gone)
    assert sql(store, link) == [(None,)]
    assert where(store, second) == {second: None}
    move(store, told, gone, lines)
    assert sql(store, link) == [(second,)]
    assert where(store, second) == {second: second}
    assert check(store.path) == []


def test_what_another_program_changed_meanwhile_is_not_overwritten(store, told):
    mine = read(store, told)
    theirs = mine.edit(mine.lines[0].id, "theirs")
    move(store, told, mine, theirs)
    rows = raw_rows(store, told)
    for step in (
        mine.edit(mine.lines[0].id, "mine"),
        mine.merge(mine.lines[0].id),
        mine.delete(mine.lines[0].id),
    ):
        with pytest.raises(StoreError, match="changed by another"):
            move(store, told, mine, step)
    assert raw_rows(store, told) == rows


def test_a_running_call_is_not_edited(store, session):
    store.save(make_segment(session.id))
    lines = read(store, session.id)
    with pytest.raises(StoreError, match="not ended"):
        move(store, session.id, lines, lines.edit(lines.lines[0].id, "other"))


def test_an_undo_does_not_bring_back_what_retention_took(store, told):
    lines = read(store, told)
    gone = lines.delete(lines.lines[0].id)
    move(store, told, lines, gone)
    now = datetime.now(UTC)
    purge(store, Item("transcript", told, "", now, "Because."), now)
    with pytest.raises(StoreError, match="was deleted"):
        move(store, told, gone, lines)
    assert store.transcript(told) == []
    assert side_rows(store) == 0


def test_names_of_speakers_and_the_title_are_kept(store, told):
    edits.name_speaker(store, told, "other", "  Dana   Whitfield ")
    edits.name_speaker(store, told, "user", "Sam")
    edits.name_speaker(store, told, "user", " ")
    with store.reading() as connection:
        assert reviews.read_speakers(connection, told) == {"other": "Dana Whitfield"}
    edits.set_title(store, told, " Acme:  renewal ")
    assert store.session(told).session.title == "Acme: renewal"


def test_hard_deletion_of_the_session_takes_its_originals_along(store, told):
    lines = read(store, told)
    move(store, told, lines, lines.merge(lines.lines[0].id))
    assert side_rows(store) == 4
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sessions")
    assert side_rows(store) == 0


WHAT = ["edit", "merge", "split", "speaker", "delete", "star", "undo", "redo", "restore", "name"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(0, 9),
        st.integers(1, 20),
    ),
    min_size=1,
    max_size=10,
)


# The store is shared by the examples; each has a session of its own in it.
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_the_database_is_the_state_that_the_user_sees(store, steps):
    session = make_session()
    store.save(session)
    for n, text in enumerate(("one two three", "four five", "six", "seven eight nine ten")):
        store.save(make_segment(session.id, id=new_id(), t0=3.0 * n, t1=3.0 * n + 2, text=text))
    store.save(Gap(session.id, "speaker", 4.0, 5.0, "paused"))
    store.finish_session(session.id, STARTED, 14.6)
    sum_up(store, session.id)
    rows, known = raw_rows(store, session.id), figures(store, session.id)
    history = History(read(store, session.id))
    for what, at, cut in steps:
        before = after = history.present
        if what == "name":
            speaker = "user" if at % 2 else "other"
            edits.name_speaker(store, session.id, speaker, "Dana" * (cut % 3))
        elif what in ("undo", "redo"):
            after = getattr(history, what)()
        else:
            try:
                after = _step(before, what, at, cut)
            except EditError:
                continue
            history.do(after)
        move(store, session.id, before, after)
        assert read(store, session.id) == after
        assert_the_copy_is_the_transcript(store, session.id)
    while history.can_undo:
        before = history.present
        move(store, session.id, before, history.undo())
    assert raw_rows(store, session.id) == rows
    assert figures(store, session.id) == known


def sum_up(store, session_id: str) -> None:
    kept = Summaries(store)
    kept.begin(session_id, 1, 1.0, lambda *_: False)
    kept.complete(session_id, SummaryText("t", "short", [], [], [], ""), {}, "offline", 1.0)


def assert_the_copy_is_the_transcript(store, session_id: str) -> None:
    """``summaries.full_transcript`` is what a reader of the transcript sees now."""
    with store.reading() as connection:
        names = {"user": "You", "other": "Them"} | reviews.read_speakers(connection, session_id)
    copy = Summaries(store).get(session_id).full_transcript
    shown = [
        f"[{clock(line.t0)}] {names[line.speaker]}: {line.text}"
        for line in read(store, session_id).lines
    ]
    told = (copy or "").splitlines()
    assert [row for row in told if "is missing" not in row] == shown
    holes = len(store.gaps(session_id)) if shown else 0
    assert sum("is missing" in row for row in told) == holes


def test_the_copy_beside_the_summary_follows_every_edit(store, told):
    sum_up(store, told)
    lines = read(store, told)
    states = [lines, lines.edit(lines.lines[0].id, "We pay nothing")]
    states.append(states[-1].delete(lines.lines[3].id))
    for before, after in pairwise(states):
        move(store, told, before, after)
        assert_the_copy_is_the_transcript(store, told)
    edits.name_speaker(store, told, "other", "Dana")
    assert Summaries(store).get(told).full_transcript.splitlines() == [
        "[0:01] Dana: We pay nothing",
        "[0:06] Dana: a seat today.",
        "[0:08] You: Understood.",
    ]
    every = states[-1]
    for line in every.lines:
        every = every.delete(line.id)
    move(store, told, states[-1], every)
    assert Summaries(store).get(told).full_transcript is None


def _step(lines: Lines, what: str, at: int, cut: int) -> Lines:
    if what == "restore":
        groups = sorted(lines.originals)
        return lines.restore(groups[at % len(groups)] if groups else "")
    if not lines.lines:
        return lines
    one = lines.lines[at % len(lines.lines)]
    return {
        "edit": lambda: lines.edit(one.id, f"{one.text} and {cut}"),
        "merge": lambda: lines.merge(one.id),
        "split": lambda: lines.split(one.id, cut),
        "speaker": lambda: lines.set_speaker(one.id, "user" if cut % 2 else "other"),
        "delete": lambda: lines.delete(one.id),
        "star": lambda: lines.star(one.id, cut % 2 == 0),
    }[what]()
