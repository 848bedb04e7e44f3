"""Protects what is deleted by itself: nothing kept, nothing early, nothing of a running call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.settings import PrivacySettings
from liveconvo_desktop.store.retention import (
    Call,
    Deleted,
    Holdings,
    LogPart,
    call_items,
    due,
    plan,
)
from sync.backup import Backup

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = PrivacySettings()

moments = st.integers(0, 400 * 24).map(lambda hours: START + HOUR * hours)
maybe = st.none() | moments
rules = st.builds(
    PrivacySettings,
    audio_hours=st.floats(24, 48),
    audio_hours_without_summary=st.floats(0.5, 2000),
    transcript_days=st.integers(1, 400),
    deleted_days=st.integers(0, 400),
    log_days=st.integers(1, 400),
)
calls = st.builds(
    Call,
    id=st.uuids(version=4).map(str),
    title=st.sampled_from(["a", "b"]),
    counted_from=moments,
    audio=st.none() | st.just(Path("x.flac")),
    has_transcript=st.booleans(),
    retention_days=st.none() | st.integers(-2, 100),
    summarised_at=maybe,
    deleted_at=maybe,
    kept_at=maybe,
    busy=st.booleans(),
    cut_off=st.booleans(),
)


def items(call, settings=RULES):
    return {item.what: item.when for item in call_items(call, settings)}


def recorded(**changes) -> Call:
    given = {"audio": Path("x.flac"), "has_transcript": True, "retention_days": 30}
    return Call("id", "title", START, **(given | changes))


@given(st.lists(calls), rules)
def test_nothing_that_is_kept_or_busy_is_ever_planned(found, settings):
    spared = {call.id for call in found if call.kept or call.busy}
    assert not spared & {item.id for item in plan(Holdings(found), settings)}


@given(calls, rules)
def test_keeping_it_now_spares_everything(call, settings):
    late = START + 1000 * DAY
    assert not list(call_items(replace(call, kept_at=late), settings))


@given(calls, rules, moments, moments)
def test_what_is_due_stays_due(call, settings, one, other):
    early, late = sorted((one, other))
    found = list(call_items(call, settings))
    assert set(due(found, early)) <= set(due(found, late))


@given(calls, rules, rules)
def test_longer_settings_never_bring_a_deadline_forward(call, one, other):
    def both(pick):
        return PrivacySettings(
            **{
                name: pick(getattr(one, name), getattr(other, name))
                for name in type(one).model_fields
            }
        )

    short, long = items(call, both(min)), items(call, both(max))
    assert short.keys() == long.keys()
    assert all(short[what] <= long[what] for what in short)


@given(calls, rules)
def test_audio_stays_a_day_after_the_summary_and_goes_by_the_second(call, settings):
    when = items(call, settings).get("audio")
    if when and call.summarised_at:
        assert DAY <= when - max(call.summarised_at, call.counted_from) <= 2 * DAY


@given(calls, rules)
def test_every_recording_has_a_deadline_unless_it_is_spared(call, settings):
    if call.audio and not (call.kept or call.busy or call.cut_off):
        assert "audio" in items(call, settings)


@given(calls, rules, moments)
def test_a_later_start_never_brings_a_deadline_forward(call, settings, later):
    moved = replace(call, counted_from=max(call.counted_from, later))
    before, after = items(call, settings), items(moved, settings)
    assert before.keys() == after.keys()
    assert all(before[what] <= after[what] for what in before)


def test_the_summary_sets_the_clock_of_the_audio():
    assert items(recorded(summarised_at=START + DAY))["audio"] == START + DAY + 36 * HOUR
    assert items(recorded())["audio"] == START + 168 * HOUR


def test_audio_that_came_back_with_a_backup_does_not_go_at_once():
    back = replace(recorded(summarised_at=START), counted_from=START + 10 * DAY)
    assert items(back)["audio"] == START + 10 * DAY + 36 * HOUR


def test_audio_without_a_summary_does_not_outlive_the_transcript():
    assert items(recorded(retention_days=2))["audio"] == START + 2 * DAY


def test_days_of_transcripts():
    assert items(recorded(retention_days=30))["transcript"] == START + 30 * DAY
    assert "transcript" not in items(recorded(retention_days=None))
    assert "transcript" not in items(recorded(retention_days=-1))
    assert (
        items(recorded(retention_days=0, summarised_at=START + HOUR))["transcript"] == START + HOUR
    )
    assert items(recorded(retention_days=0))["transcript"] == START + 168 * HOUR


def test_of_keep_and_delete_the_later_word_counts():
    assert items(recorded(deleted_at=START + DAY, kept_at=START + 2 * DAY)) == {}
    gone = items(recorded(deleted_at=START + 2 * DAY, kept_at=START + DAY))
    assert gone["session"] == START + 92 * DAY


def test_a_call_that_was_cut_off_waits_for_its_recovery_unless_the_user_deletes_it():
    assert items(recorded(cut_off=True)) == {}
    assert set(items(recorded(cut_off=True, deleted_at=START))) == {"session"}


def test_deleted_things_logs_and_backups():
    held = Holdings(
        deleted=[
            Deleted("document", "d", "offer.pdf", START),
            Deleted("document", "k", "kept.pdf", START, kept=True),
        ],
        logs=[LogPart("log", START)],
        backups=[Backup(Path(f"{n}.db"), START + n * DAY, "weekly", 1) for n in range(6)],
    )
    found = {(item.what, item.title): item.when for item in plan(held, RULES)}
    assert found[("document", "offer.pdf")] == START + 90 * DAY
    assert ("document", "kept.pdf") not in found
    assert found[("log", "log")] == START + 30 * DAY
    # Four stay until they are as old as a transcript may be; the older two go at once.
    assert found[("backup", "1.db")] == START + DAY
    assert found[("backup", "2.db")] == START + 32 * DAY


def test_the_plan_says_why_and_is_in_order():
    found = plan(Holdings([recorded(deleted_at=START)]), RULES)
    assert [item.what for item in found] == ["audio", "transcript", "session"]
    assert all(item.why.endswith(".") for item in found)
