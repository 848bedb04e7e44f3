"""Protects the way from a saved call to its summary, whatever happens on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from liveconvo_desktop.call.liveness import mark_live, unmark_live
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import SPEAKER_OF, Gap, Segment, Session, new_id
from liveconvo_desktop.language.history import change
from liveconvo_desktop.review import summarize as review
from liveconvo_desktop.review import summary_view as view
from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.edits import apply_change, name_speaker
from liveconvo_desktop.store.holdings import read_holdings
from liveconvo_desktop.store.purge import purge
from liveconvo_desktop.store.retention import Item
from liveconvo_desktop.store.reviews import read_lines
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.summary import edits
from liveconvo_desktop.summary.base import Action, CancelledError, Draft, Statement, SummaryError
from liveconvo_desktop.summary.extractive import OfflineWriter
from sync.schema import sessions, summaries
from tests.summary.make import CALL, embed


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "liveconvo.db")
    yield opened
    opened.close()


@pytest.fixture
def session(store):
    made = Session(new_id(), "Cutover", "meeting", None, datetime(2026, 3, 4, 9, tzinfo=UTC))
    store.save(made)
    for line in CALL.lines:
        channel = "mic" if line.speaker == "user" else "speaker"
        place = (line.t0, line.t1, line.text)
        side = (channel, SPEAKER_OF[channel])
        store.save(Segment(new_id(), made.id, *side, *place, 0.9, "whisper", True))
    store.save(Gap(made.id, "speaker", 190.0, 265.0, "device"))
    return made


@pytest.fixture(autouse=True)
def _words_alone(monkeypatch):
    monkeypatch.setattr(review, "offline_writer", lambda: OfflineWriter(embed))


def forget_words(store, session_id):
    """As retention does."""
    now = datetime.now(UTC)
    purge(store, Item("transcript", session_id, "", now, "Because."), now)


class Scripted:
    model = "scripted"

    def __init__(self, result):
        self.result = result

    def write(self, conversation, report, cancelled):
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


def a_draft(name, *sources):
    return Draft(
        title=name,
        tldr=(Statement(text=name, sources=sources),),
        actions=(Action(text="Send it", sources=sources, owner="user", due=date(2026, 3, 6)),),
        model="scripted",
    )


def test_a_call_gets_its_summary_when_it_ends(store, session):
    assert review.summarize_after_call(store, session.id) is not None
    row = Summaries(store).get(session.id)
    assert row.status == "completed"
    assert row.text.title == "Cutover"
    assert row.text.key_decisions == ["We split the migration."]
    action = row.text.action_items[0]
    assert (action["owner"], action["due"], action["done"]) == ("other", "2026-03-06", False)
    assert set(action["sources"]) <= {one.id for one in store.transcript(session.id)}
    assert "3:10–4:25 of the other side is missing: the device was away" in row.text.tldr
    assert row.full_transcript.startswith("[0:00] You: So, um, the migration")
    assert row.seconds >= 0
    assert review.summarize_after_call(store, session.id) is None


def test_a_failure_is_kept_and_the_offline_summary_stays(store, session):
    review.summarize_after_call(store, session.id)
    before = Summaries(store).get(session.id).text
    failing = Scripted(SummaryError("models.example cannot be reached.", "Check the network."))
    with pytest.raises(SummaryError):
        review.summarize(store, session.id, failing)
    row = Summaries(store).get(session.id)
    assert (row.status, row.text) == ("failed", before)
    assert row.error == "models.example cannot be reached. Check the network."


def test_a_defect_does_not_leave_it_generating(store, session):
    with pytest.raises(ZeroDivisionError):
        review.summarize(store, session.id, Scripted(ZeroDivisionError("x")))
    row = Summaries(store).get(session.id)
    assert (row.status, row.text) == ("failed", None)
    assert "ZeroDivisionError" in row.error


def test_cancel_leaves_everything_as_it_was(store, session):
    with pytest.raises(CancelledError):
        review.summarize(store, session.id, Scripted(a_draft("x")), cancelled=lambda: True)
    assert Summaries(store).get(session.id).status == "pending"
    assert view.overview(store, session.id).draft is None


def test_an_edit_survives_and_ticks_are_carried_over(store, session):
    lines = [one.id for one in store.transcript(session.id)]
    version = review.summarize(store, session.id, Scripted(a_draft("one", lines[0])))
    mine = edits.reword(view.draft_of(version), ("tldr", 0), "Mine.")
    view.save_edit(store, session.id, edits.tick(mine, 0, True))
    row = Summaries(store).get(session.id)
    assert (row.text.tldr, row.text.action_items[0]["done"]) == ("Mine.", True)
    review.summarize(store, session.id, Scripted(a_draft("two", lines[0])))
    seen = view.overview(store, session.id)
    assert (seen.draft.tldr[0].text, seen.edited) == ("Mine.", True)
    taken = view.accept(store, seen.offered)
    assert taken.title == "two"
    assert taken.actions[0].done
    assert Summaries(store).get(session.id).text.action_items[0]["done"]


def test_a_run_that_a_crash_cut_off_is_told_at_the_next_start(store, session, monkeypatch):
    kept = Summaries(store)
    kept.begin(session.id, 2**22 + 1, 1.0, review.is_alive)
    assert review.find_cut_off(store) == [session.id]
    row = kept.get(session.id)
    assert (row.status, row.error) == ("failed", review.CUT_OFF)
    assert review.find_cut_off(store) == []


def test_a_run_of_this_process_is_not_cut_off(store, session):
    seen = []

    class Looking(Scripted):
        def write(self, conversation, report, cancelled):
            seen.append(review.find_cut_off(store))
            return super().write(conversation, report, cancelled)

    review.summarize(store, session.id, Looking(a_draft("x")))
    assert seen == [[]]


def test_an_imported_summary_is_not_overwritten(store, session):
    kept = Summaries(store)
    kept.queue(session.id)
    draft = a_draft("imported")
    conversation = view.read_conversation(store, session.id)
    kept.complete(session.id, view.in_columns(draft, conversation), {}, "theirs", 1.0)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM local_summary_versions")
    assert review.summarize_after_call(store, session.id) is None
    version = review.summarize(store, session.id, Scripted(a_draft("new")))
    assert version.state == "offered"
    seen = view.overview(store, session.id)
    assert seen.draft.title == "imported"
    assert seen.draft.actions[0].due == date(2026, 3, 6)


def test_the_day_of_a_call_is_the_users_day(store):
    late = Session(new_id(), "Late", "meeting", None, datetime(2026, 3, 4, 23, 30, tzinfo=UTC))
    store.save(late)
    zone = timezone(timedelta(hours=2))
    assert view.read_conversation(store, late.id, zone=zone).day == date(2026, 3, 5)


def test_nothing_leaves_the_machine_unless_the_user_said_where(store):
    assert review.writer_for(SummarySettings(base_url="https://x/v1", model="m")).model.startswith(
        "offline"
    )
    with pytest.raises(SummaryError, match="No model"):
        review.writer_for(SummarySettings(writer="model"))


def test_an_unknown_session_is_told(store):
    with pytest.raises(LiveConvoError, match="no call"):
        review.summarize(store, new_id(), Scripted(a_draft("x")))


def test_the_only_summary_is_not_replaced_by_one_of_nothing(store, session):
    review.summarize_after_call(store, session.id)
    before = Summaries(store).get(session.id)
    forget_words(store, session.id)
    with pytest.raises(LiveConvoError, match="was deleted"):
        review.summarize(store, session.id, Scripted(a_draft("Nothing was said")))
    row = Summaries(store).get(session.id)
    assert (row.text.tldr, row.status) == (before.text.tldr, "completed")


def test_a_summary_that_came_without_a_transcript_is_not_replaced(store, session):
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM transcripts")
    review.summarize(store, session.id, Scripted(a_draft("theirs")))
    with pytest.raises(LiveConvoError, match="no lines"):
        review.summarize(store, session.id, Scripted(a_draft("Nothing was said")))
    assert view.overview(store, session.id).draft.title == "theirs"
    assert Summaries(store).get(session.id).full_transcript is None


def test_an_edit_after_retention_brings_no_transcript_back(store, session):
    version = review.summarize(store, session.id, Scripted(a_draft("one")))
    late = view.in_columns(view.draft_of(version), view.read_conversation(store, session.id))
    forget_words(store, session.id)
    mine = edits.reword(view.draft_of(version), ("tldr", 0), "Mine.")
    view.save_edit(store, session.id, mine)
    row = Summaries(store).get(session.id)
    assert (row.text.tldr, row.full_transcript) == ("Mine.", None)
    # What was made of the words before they went, and is saved after.
    Summaries(store).edit(session.id, late, version.content)
    assert Summaries(store).get(session.id).full_transcript is None
    with store.writing() as connection:
        # As an older version wrote it.
        connection.execute(summaries.update().values(full_transcript=""))
    held = read_holdings(store, lambda session_id: False, [])
    assert [call.has_transcript for call in held.calls] == [False]


def finished(store, title, day, words="We ship on Friday."):
    began = datetime(2026, 3, day, 9, tzinfo=UTC)
    made = Session(new_id(), title, "meeting", None, began)
    store.save(made)
    if words:
        side = ("mic", SPEAKER_OF["mic"])
        store.save(Segment(new_id(), made.id, *side, 1.0, 3.0, words, 0.9, "whisper", True))
    store.finish_session(made.id, began + timedelta(minutes=1), 60.0)
    return made.id


def test_calls_without_a_summary_are_found_the_newest_first(store, session):
    # ``session`` has not ended: it may run, or wait for its recovery.
    old, new = finished(store, "old", 5), finished(store, "new", 6)
    finished(store, "silent", 7, words="")
    forgotten, deleted = finished(store, "forgotten", 8), finished(store, "deleted", 9)
    forget_words(store, forgotten)
    # An undo of an older version wrote a word back.
    side = ("mic", SPEAKER_OF["mic"])
    store.save(Segment(new_id(), forgotten, *side, 1.0, 3.0, "back", 0.9, "whisper", True))
    with store.writing() as connection:
        connection.execute(
            sessions.update().where(sessions.c.id == deleted).values(deleted_at=datetime.now(UTC))
        )
    waiting, failed, cut_off = (finished(store, name, 1) for name in ("w", "f", "c"))
    kept = Summaries(store)
    kept.queue(waiting)
    kept.fail(failed, "models.example cannot be reached.")
    kept.fail(cut_off, review.CUT_OFF)
    found = review.unsummarised(store)
    assert found[:2] == [new, old]
    assert set(found[2:]) == {waiting, cut_off}


def test_what_was_left_without_a_summary_gets_one_at_a_time(store):
    old, new = finished(store, "old", 5), finished(store, "new", 6)
    assert review.pick_up(store) == new
    assert review.pick_up(store) == old
    assert review.pick_up(store) is None
    assert {Summaries(store).get(one).status for one in (old, new)} == {"completed"}


def test_picking_up_stops_when_cancelled_and_goes_on_the_next_time(store, monkeypatch):
    one, stop = finished(store, "one", 5), []

    class Stopped(Scripted):
        def write(self, conversation, report, cancelled):
            stop.append(True)
            raise CancelledError if cancelled() else AssertionError

    monkeypatch.setattr(review, "offline_writer", lambda: Stopped(None))
    assert review.pick_up(store, lambda: bool(stop)) is None
    assert review.unsummarised(store) == [one]
    assert review.pick_up(store, tried={one}) is None


def test_a_call_that_runs_has_the_computer_to_itself(store, session):
    finished(store, "one", 5)
    mark_live(store.path, session.id)
    assert review.pick_up(store) is None
    unmark_live(store.path, session.id)
    assert review.pick_up(store) is not None


def test_every_summary_calls_speakers_by_the_names_that_the_user_gave(store, session):
    name_speaker(store, session.id, "other", "Dana")
    assert review.summarize_after_call(store, session.id) is not None
    assert "] Dana: " in Summaries(store).get(session.id).full_transcript
    assert view.overview(store, session.id).names == {"user": "You", "other": "Dana"}
    name_speaker(store, session.id, "other", "Ms Whitfield")
    version = review.summarize(store, session.id, OfflineWriter(embed))
    told = " ".join(one.text for one in view.draft_of(version).tldr)
    assert "Ms Whitfield: " in told
    assert "Dana" not in told


def test_a_speaker_without_a_name_is_called_by_its_part_in_the_call(store, session):
    assert review.summarize_after_call(store, session.id) is not None
    assert view.overview(store, session.id).names["other"] == "The other side"


def test_only_words_and_whose_they_are_make_a_summary_outdated(store, session):
    store.finish_session(session.id, datetime(2026, 3, 4, 10, tzinfo=UTC), 600.0)
    review.summarize(store, session.id, Scripted(a_draft("one")))

    def outdated() -> bool:
        return view.overview(store, session.id).outdated

    def lines():
        with store.reading() as connection:
            return read_lines(connection, session.id)

    def step(make) -> None:
        before = lines()
        apply_change(store, session.id, change(before, make(before)))

    first = lines().lines[0].id
    step(lambda now: now.star(first, True))
    step(lambda now: now.comment(first, "Ask Kim"))
    step(lambda now: now.split(first, 12))
    step(lambda now: now.merge(first))
    name_speaker(store, session.id, "other", "Dana")
    assert not outdated()
    for make in (
        lambda now: now.edit(first, "Other words"),
        lambda now: now.delete(first),
        lambda now: now.set_speaker(first, "other"),
    ):
        step(make)
        assert outdated()
        step(lambda now: now.restore(first))
        assert not outdated()
    forget_words(store, session.id)
    assert not outdated()


def test_a_summary_of_before_fingerprints_is_outdated_once_a_line_was_changed(store, session):
    store.finish_session(session.id, datetime(2026, 3, 4, 10, tzinfo=UTC), 600.0)
    review.summarize(store, session.id, Scripted(a_draft("one")))
    draft = view.overview(store, session.id).draft
    view.save_edit(store, session.id, draft.model_copy(update={"fingerprint": ""}))

    def step(make) -> bool:
        with store.reading() as connection:
            before = read_lines(connection, session.id)
        apply_change(store, session.id, change(before, make(before)))
        return view.overview(store, session.id).outdated

    first = store.transcript(session.id)[0].id
    assert not view.overview(store, session.id).outdated
    assert not step(lambda now: now.star(first, True))
    assert not step(lambda now: now.comment(first, "Ask Kim"))
    assert step(lambda now: now.edit(first, "Other words"))
    forget_words(store, session.id)
    assert not view.overview(store, session.id).outdated


def test_a_transcript_that_changes_while_its_summary_is_written_makes_it_outdated(store, session):
    store.finish_session(session.id, datetime(2026, 3, 4, 10, tzinfo=UTC), 600.0)

    class Meddled(Scripted):
        def write(self, conversation, report, cancelled):
            with store.reading() as connection:
                before = read_lines(connection, session.id)
            after = before.edit(before.lines[0].id, "Other words")
            apply_change(store, session.id, change(before, after))
            return super().write(conversation, report, cancelled)

    review.summarize(store, session.id, Meddled(a_draft("one")))
    assert view.overview(store, session.id).outdated
    assert "Other words" in Summaries(store).get(session.id).full_transcript.splitlines()[0]
