"""No edit, merge, split, undo or restore loses a word that the user did not delete himself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveconvo_desktop.language.history import History, change
from liveconvo_desktop.language.lines import EditError, Line, Lines


def line(key: str, text: str, t0: float, t1: float, speaker: str = "other", **more) -> Line:
    return Line(key, speaker, t0, t1, text, 0.9, "local_whisper", **more)


A = line("a", "We pay forty dollars", 1.0, 3.0)
B = line("b", "a seat today.", 3.5, 5.0)
C = line("c", "Understood.", 6.0, 7.0, "user")
START = Lines((A, B, C))


def texts(lines: Lines) -> list[str]:
    return [one.text for one in lines.lines]


def test_an_edit_keeps_the_original_and_restoring_brings_it_back():
    edited = START.edit("a", "  We pay  fourteen dollars ")
    assert texts(edited)[0] == "We pay fourteen dollars"
    assert edited.line("a").edited
    assert edited.restore(edited.line("a").group) == START


def test_typing_the_original_again_is_no_edit():
    back = START.edit("a", "x").edit("a", A.text)
    assert back == START
    assert not back.line("a").edited


def test_merged_and_split_lines_share_their_words_and_their_time():
    merged = START.merge("a")
    assert merged.line("a") == line("a", "We pay forty dollars a seat today.", 1.0, 5.0, group="a")
    split = merged.split("a", 6, lambda: "new")
    assert texts(split) == ["We pay", "forty dollars a seat today.", "Understood."]
    head, tail = split.lines[:2]
    assert head.t0 == 1.0
    assert tail.t1 == 5.0
    assert head.t1 == tail.t0 == round(1 + 4 * 6 / 33, 3)
    assert split.restore("a") == START


def test_a_cut_inside_a_word_moves_to_its_end():
    assert texts(START.split("a", 9, lambda: "n"))[:2] == ["We pay", "forty dollars"]
    with pytest.raises(EditError):
        START.split("c", 4)
    with pytest.raises(EditError):
        START.edit("c", "naïve").split("c", 2)
    chinese = START.edit("c", "第一次").split("c", 1, lambda: "n")
    assert texts(chinese)[2:] == ["第", "一次"]
    with pytest.raises(EditError):
        START.split("a", 0)


def test_lines_of_two_people_are_not_merged():
    with pytest.raises(EditError, match="somebody else"):
        START.merge("b")
    with pytest.raises(EditError, match="last"):
        START.merge("c")


def test_a_deleted_line_can_be_found_and_restored():
    gone = START.delete("b")
    assert texts(gone) == [A.text, C.text]
    assert gone.deleted() == ["b"]
    assert gone.restore("b") == START


def test_stars_and_comments_survive_merging_and_restoring():
    marked = START.star("b", True).comment("a", "check").comment("b", "price")
    merged = marked.merge("a")
    assert (merged.line("a").starred, merged.line("a").comment) == (True, "check\nprice")
    back = merged.restore("a")
    assert [one.bare for one in back.lines] == list(START.lines)
    assert back.line("a").comment == "check\nprice"


def test_what_cited_a_merged_line_is_told_where_its_words_are():
    merged = START.merge("a")
    assert change(START, merged).moved == {"b": "a"}
    split = merged.split("a", 20, lambda: "n")
    assert change(split, START).moved == {"n": "b"}
    assert change(START, START.delete("b")).moved == {}


WORDS = st.sampled_from(["yes", "no", "price", "forty", "a", "seat", "naïve", "第一"])
SAID = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
START_LINES = st.lists(
    st.tuples(SAID, st.integers(0, 3000), st.integers(1, 4000), st.sampled_from(["user", "other"])),
    min_size=1,
    max_size=6,
)
WHAT = ["edit", "merge", "split", "speaker", "delete", "star", "comment", "undo", "redo", "restore"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(0, 20),
        st.integers(0, 30),
        SAID,
    ),
    max_size=25,
)


def letters(lines) -> Counter:
    """Words; in a script without spaces each letter is one."""
    words = (word for one in lines for word in one.text.split())
    return Counter(part for word in words for part in (word if word in "第一" else [word]))


def step(lines: Lines, what: str, at: int, cut: int, said: str, fresh) -> tuple[Lines, Counter]:
    """The next state, and the words that it may have less (positive) or more than before."""
    if what == "restore" and lines.originals:
        group = sorted(lines.originals)[at % len(lines.originals)]
        made = [one for one in lines.lines if one.group == group]
        gone = letters(made)
        gone.subtract(letters(lines.originals[group]))
        return lines.restore(group), gone
    one = lines.lines[at % len(lines.lines)]
    if what == "edit":
        gone = letters([one])
        gone.subtract(letters([replace(one, text=said)]))
        return lines.edit(one.id, said), gone
    if what == "delete":
        return lines.delete(one.id), letters([one])
    none = Counter()
    if what == "split":
        return lines.split(one.id, cut, fresh), none
    if what == "merge":
        return lines.merge(one.id), none
    if what == "speaker":
        return lines.set_speaker(one.id, "user" if cut % 2 else "other"), none
    if what == "star":
        return lines.star(one.id, cut % 2 == 0), none
    if what == "comment":
        return lines.comment(one.id, said), none
    return lines, none


def assert_whole(lines: Lines, start: Lines) -> None:
    """Order, times and originals are as promised whatever was done."""
    first = {one.id: one for one in start.lines}
    places = [(one.t0, one.t1, one.id) for one in lines.lines]
    assert places == sorted(places)
    assert len({one.id for one in lines.lines}) == len(lines.lines)
    kept = [row for rows in lines.originals.values() for row in rows]
    untouched = [one for one in lines.lines if not one.group]
    # Each of the recogniser's rows is either there or kept, once, exactly as it was.
    rows = sorted([*kept, *(one.bare for one in untouched)], key=lambda one: one.id)
    assert rows == sorted(first.values(), key=lambda one: one.id)
    for one in lines.lines:
        assert one.t0 <= one.t1
        if one.group:
            made_of = lines.originals[one.group]
            assert min(row.t0 for row in made_of) <= one.t0
            assert one.t1 <= max(row.t1 for row in made_of)


@settings(max_examples=150, deadline=None)
@given(said=START_LINES, steps=STEPS)
def test_no_sequence_of_steps_loses_a_word(said, steps):
    rows = [
        line(f"r{n}", text, t0 / 1000, (t0 + length) / 1000, speaker)
        for n, (text, t0, length, speaker) in enumerate(said)
    ]
    start = Lines(tuple(sorted(rows, key=lambda one: (one.t0, one.t1, one.id))))
    history = History(start)
    seen = [start]
    ids = count()
    for what, at, cut, text in steps:
        before = history.present
        if what == "undo":
            assert history.undo() in seen
        elif what == "redo":
            assert history.redo() in seen
        elif before.lines or (what == "restore" and before.originals):
            try:
                after, gone = step(before, what, at, cut, text, lambda: f"n{next(ids)}")
            except EditError:
                continue
            history.do(after)
            seen.append(after)
            left = letters(before.lines)
            left.subtract(gone)
            assert +left == +letters(after.lines)
        assert_whole(history.present, start)
    final = history.present
    for group in list(final.originals):
        final = final.restore(group)
    assert tuple(one.bare for one in final.lines) == start.lines
    while history.can_undo:
        history.undo()
    assert history.present == start
