"""The summary panel: reading, ticking off, correcting, writing anew, failing."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from PySide6.QtCore import Qt

from liveconvo_desktop.review import summarize as review
from liveconvo_desktop.review import summary_view as view
from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.summary import edits
from liveconvo_desktop.summary.base import CancelledError, SummaryError
from liveconvo_desktop.summary.extractive import OfflineWriter
from liveconvo_desktop.ui import summary_job
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.summary_action import ActionRow, read_day
from liveconvo_desktop.ui.summary_panel import SummaryPanel
from liveconvo_desktop.ui.summary_rows import distinct
from tests.gui.summary_shots import fill
from tests.summary.make import embed

MODEL = SummarySettings(base_url="https://models.example/v1", model="large-2")


class Waiting:
    """A writer that waits for the test, or fails."""

    model = "large-2"

    def __init__(self):
        self.begun, self.go = threading.Event(), threading.Event()
        self.error = None

    def write(self, conversation, report, cancelled):
        report(0.5, "Writing")
        self.begun.set()
        while not self.go.wait(0.01):
            if cancelled():
                raise CancelledError
        if self.error:
            raise self.error
        return OfflineWriter(embed).write(conversation, report, cancelled)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "liveconvo.db")
    yield opened
    opened.close()


@pytest.fixture
def session(store):
    return fill(store)


@pytest.fixture
def writer(monkeypatch):
    made = Waiting()
    monkeypatch.setattr(summary_job, "writer_for", lambda settings: made)
    yield made
    made.go.set()


@pytest.fixture
def panel(qtbot, qapp, store, writer):
    theme, bridge = Theme(qapp, scheme="light"), Bridge()
    made = SummaryPanel(theme, bridge, store, lambda: MODEL)
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    yield made
    writer.go.set()
    bridge.close()


def write(store, session):
    return review.summarize(store, session.id, OfflineWriter(embed))


def show(panel, qtbot, session):
    panel.open(session.id)
    qtbot.waitUntil(lambda: panel._seen is not None and panel.page.rows != [])


def state(store, session):
    return Summaries(store).get(session.id)


def test_without_a_summary_one_is_offered_and_it_says_where_words_go(panel, qtbot, session):
    panel.open(session.id)
    qtbot.waitUntil(lambda: panel.empty.button.isVisible())
    assert "nothing is sent" in panel.empty._hint.text()
    panel.writer.setCurrentIndex(1)
    panel.writer.activated.emit(1)
    assert "sent to models.example" in panel.empty._hint.text()


def test_writing_shows_progress_and_the_result(panel, qtbot, session, writer, store):
    panel.open(session.id)
    qtbot.waitUntil(lambda: panel.empty.button.isVisible())
    panel.empty.button.click()
    qtbot.waitUntil(lambda: panel.work.isVisible() and panel.work._line._done == 0.5)
    assert not panel.empty.button.isVisible()
    with qtbot.waitSignal(panel.changed):
        writer.go.set()
    qtbot.waitUntil(lambda: panel.page.rows != [] and not panel.work.isVisible())
    assert panel.title.toolTip() == "Northwind renewal"
    assert state(store, session).status == "completed"


def test_cancel_leaves_nothing(panel, qtbot, session, writer, store):
    panel.open(session.id)
    qtbot.waitUntil(lambda: panel.empty.button.isVisible())
    panel.write()
    qtbot.waitUntil(writer.begun.is_set)
    panel.work.cancel.click()
    qtbot.waitUntil(lambda: panel.empty.button.isVisible())
    assert not panel.failure.isVisible()
    assert state(store, session).status == "pending"


def test_a_failure_says_why_and_can_be_tried_again(panel, qtbot, session, writer, store):
    write(store, session)
    show(panel, qtbot, session)
    writer.error = SummaryError("models.example cannot be reached.", "Check the network.")
    writer.go.set()
    panel.rewrite.click()
    qtbot.waitUntil(lambda: panel.failure.isVisible())
    assert "cannot be reached" in panel.failure.accessibleName()
    assert panel.page.rows  # the summary before is still there
    writer.error = None
    panel.again.click()
    qtbot.waitUntil(lambda: not panel.failure.isVisible() and not panel.work.isVisible())
    assert state(store, session).status == "completed"


def test_a_run_that_cannot_begin_says_why_until_the_next_try(
    panel, qtbot, session, store, monkeypatch
):
    def refuse(settings):
        raise SummaryError("No model for summaries is set.", "Name one.")

    monkeypatch.setattr(summary_job, "writer_for", refuse)
    write(store, session)
    show(panel, qtbot, session)
    panel.rewrite.click()
    qtbot.waitUntil(lambda: panel.failure.isVisible())
    seen = panel._seen
    qtbot.waitUntil(lambda: panel._seen is not seen)  # read again since
    assert panel.failure.isVisible()
    assert "No model" in panel.failure.accessibleName()
    assert state(store, session).status == "completed"


def test_a_citation_jumps_there(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    row = next(one for one in panel.page.rows if one.cites)
    with qtbot.waitSignal(panel.jump) as caught:
        row.cites[0].click()
    assert caught.args[0] in [one.t0 for one in store.transcript(session.id)]


def test_ticking_off_is_saved(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    row = next(one for one in panel.page.rows if isinstance(one, ActionRow))
    with qtbot.waitSignal(panel.changed):
        row.box.click()
    assert state(store, session).text.action_items[0]["done"]
    assert row.text.property("tone") == "struck"


def test_words_are_changed_in_place(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    row = panel.page.rows[0]
    row.edit()
    row.editor.setPlainText("My words.")
    with qtbot.waitSignal(panel.changed):
        qtbot.keyClick(row.editor, Qt.Key.Key_Return)
    assert state(store, session).text.tldr.startswith("My words.\n")
    assert "edited by you" in panel.facts.text()
    row.edit()
    row.editor.setPlainText("Never kept.")
    qtbot.keyClick(row.editor, Qt.Key.Key_Escape)
    assert row.text.text() == "My words."


def test_reading_again_keeps_what_is_being_typed(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    row = panel.page.rows[0]
    row.edit()
    row.editor.setPlainText("Half a sent")
    panel.finished.click()
    qtbot.waitUntil(lambda: panel.finished.text() == "Done")
    assert panel.page.rows[0].words == "Half a sent"
    qtbot.waitUntil(lambda: state(store, session).text.tldr.startswith("Half a sent\n"))


def test_an_answer_from_before_an_edit_does_not_bring_the_old_words_back(
    panel, qtbot, session, store, monkeypatch
):
    write(store, session)
    show(panel, qtbot, session)
    real, read, go, answers = view.overview, threading.Event(), threading.Event(), []

    def slow(*given):
        found = real(*given)
        answers.append(found)
        if len(answers) == 1:
            read.set()
            assert go.wait(20)
        return found

    monkeypatch.setattr(view, "overview", slow)
    panel.reload()
    assert read.wait(20)
    row = panel.page.rows[0]
    row.edit()
    row.editor.setPlainText("Mine.")
    with qtbot.waitSignal(panel.changed):
        qtbot.keyClick(row.editor, Qt.Key.Key_Return)
    go.set()
    qtbot.waitUntil(lambda: panel._seen is not None and panel._seen is answers[-1])
    assert len(answers) == 2
    assert panel.page.rows[0].words == "Mine."


def test_a_change_is_kept_before_the_summary_is_written_again(panel, qtbot, session, writer, store):
    """And none begins while it is written: it would land in the new text."""
    write(store, session)
    show(panel, qtbot, session)
    panel.page.rows[0].edit()
    panel.page.rows[0].editor.setPlainText("Mine.")
    panel.write()
    qtbot.waitUntil(writer.begun.is_set)
    assert panel.page.rows[0].words == "Mine."
    assert not panel.page.rows[0].pencil.isVisible()
    qtbot.waitUntil(lambda: state(store, session).text.tldr.startswith("Mine.\n"))
    writer.go.set()
    qtbot.waitUntil(lambda: panel.offer.isVisible())
    qtbot.waitUntil(lambda: panel.page.rows[0].pencil.isVisible())
    assert panel.page.rows[0].words == "Mine."


def test_another_session_leaves_what_is_typed_with_its_own(panel, qtbot, session, store):
    other = fill(store)
    for one in (session, other):
        write(store, one)
    before = state(store, other).text.tldr
    show(panel, qtbot, session)
    panel.page.rows[0].edit()
    panel.page.rows[0].editor.setPlainText("Mine.")
    show(panel, qtbot, other)
    qtbot.waitUntil(lambda: state(store, session).text.tldr.startswith("Mine.\n"))
    assert state(store, other).text.tldr == before


def test_an_action_items_owner_and_day_are_changed_with_its_words(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    row = next(one for one in panel.page.rows if isinstance(one, ActionRow))
    row.edit()
    row.owner.setCurrentIndex(row.owner.findData("other"))
    row.due.setText("2026-04-01")
    with qtbot.waitSignal(panel.changed):
        qtbot.keyClick(row.due, Qt.Key.Key_Return)
    item = state(store, session).text.action_items[0]
    assert (item["owner"], item["due"]) == ("other", "2026-04-01")
    assert row.facts.text() == "The customer  ·  due Wed 1 Apr 2026"
    row.edit()
    row.due.setText("2020-01-01")
    qtbot.keyClick(row.owner, Qt.Key.Key_Escape)
    assert row.facts.text() == "The customer  ·  due Wed 1 Apr 2026"


def test_moving_between_the_fields_of_an_item_keeps_them_open(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    row = next(one for one in panel.page.rows if isinstance(one, ActionRow))
    row.edit()
    panel.activateWindow()
    qtbot.waitUntil(lambda: row.editor.hasFocus())
    row.due.setFocus()
    qtbot.wait(20)
    assert row.editor is not None
    panel.rewrite.setFocus()
    qtbot.waitUntil(lambda: row.editor is None)


def test_a_day_is_read_as_a_person_writes_it():
    today, before = date(2026, 3, 4), date(2026, 3, 5)
    assert read_day("", today, before) is None
    assert read_day("friday", today, before) == date(2026, 3, 6)
    assert read_day(" 2026-12-01 ", today, before) == date(2026, 12, 1)
    assert read_day("whenever", today, before) == before


def test_a_statement_without_words_goes(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    before = len(panel.page.rows)
    panel.page.rows[0].edit()
    panel.page.rows[0].editor.setPlainText("  ")
    qtbot.keyClick(panel.page.rows[0].editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panel.page.rows) == before - 1)


def test_an_edited_summary_is_offered_a_new_version(panel, qtbot, session, writer, store):
    version = write(store, session)
    draft = edits.reword(view.draft_of(version), ("tldr", 0), "Mine.")
    view.save_edit(store, session.id, draft)
    show(panel, qtbot, session)
    writer.go.set()
    panel.rewrite.click()
    qtbot.waitUntil(lambda: panel.offer.isVisible())
    assert panel.page.rows[0].words == "Mine."
    panel.offer.look.click()
    assert panel.page.rows[0].words != "Mine."
    assert not panel.page.rows[0].pencil.isVisible()
    panel.offer.keep.click()
    qtbot.waitUntil(lambda: not panel.offer.isVisible())
    qtbot.waitUntil(lambda: panel.page.rows[0].words == "Mine.")
    panel.rewrite.click()
    qtbot.waitUntil(lambda: panel.offer.isVisible())
    panel.offer.take.click()
    qtbot.waitUntil(lambda: not panel.offer.isVisible() and panel.page.rows[0].words != "Mine.")
    assert not state(store, session).text.tldr.startswith("Mine.")


def test_a_summary_written_elsewhere_is_waited_for(panel, qtbot, session, store, monkeypatch):
    panel._watch.setInterval(20)
    kept = Summaries(store)
    kept.begin(session.id, 1, 1.0, lambda process, started: False)
    panel.open(session.id)
    qtbot.waitUntil(lambda: panel.work.isVisible())
    assert not panel.work.cancel.isVisible()
    assert not panel.empty.button.isVisible()
    draft = OfflineWriter(embed).write(
        view.read_conversation(store, session.id), lambda done, doing: None, lambda: False
    )
    conversation = view.read_conversation(store, session.id)
    columns = view.in_columns(draft, conversation)
    kept.complete(session.id, columns, draft.model_dump(mode="json"), "m", 1.0)
    qtbot.waitUntil(lambda: panel.page.rows != [])
    assert not panel.work.isVisible()


def test_one_summary_is_written_at_a_time(panel, qtbot, session, writer, store):
    other = fill(store)
    write(store, other)
    panel.open(session.id)
    qtbot.waitUntil(lambda: panel.empty.button.isVisible())
    panel.write()
    qtbot.waitUntil(writer.begun.is_set)
    show(panel, qtbot, other)
    assert not panel.rewrite.isEnabled()
    assert not panel.work.isVisible()
    writer.go.set()
    qtbot.waitUntil(panel.rewrite.isEnabled)
    assert state(store, session).status == "completed"


def test_closing_cancels(panel, qtbot, session, writer, store):
    panel.open(session.id)
    qtbot.waitUntil(lambda: panel.empty.button.isVisible())
    panel.write()
    qtbot.waitUntil(writer.begun.is_set)
    panel.stop()
    qtbot.waitUntil(lambda: state(store, session).status == "pending")


def test_done_is_kept(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    panel.finished.click()
    qtbot.waitUntil(lambda: panel.finished.text() == "Done")
    assert state(store, session).marked_done


def test_every_control_can_be_reached_and_has_a_name(panel, qtbot, session, store):
    write(store, session)
    show(panel, qtbot, session)
    for row in panel.page.rows:
        for control in (row.pencil, *row.cites):
            assert control.accessibleName()
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_places_a_moment_apart_are_one():
    assert distinct([9.0, 1.0, 2.0, 30.0]) == [1.0, 9.0, 30.0]
