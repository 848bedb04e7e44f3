"""Calls without a summary get one while the app is open, and never keep it from closing."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from liveconvo_desktop.review import summarize as review
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.summary.base import CancelledError, Draft
from tests.gui.script import ScriptedBackend
from tests.store.make import STARTED, make_segment, make_session


@pytest.fixture
def backend():
    return ScriptedBackend()


def finished(store) -> str:
    session = make_session()
    store.save(session)
    store.save(make_segment(session.id))
    store.finish_session(session.id, STARTED + timedelta(minutes=1), 60.0)
    return session.id


class Writing:
    model = "scripted"

    def write(self, conversation, report, cancelled):
        return Draft(title="Written", model=self.model)


class Slow(Writing):
    def __init__(self):
        self.begun = threading.Event()
        self.given_up = False

    def write(self, conversation, report, cancelled):
        self.begun.set()
        pause = threading.Event()
        for _ in range(500):
            if cancelled():
                self.given_up = True
                raise CancelledError
            pause.wait(0.01)
        return super().write(conversation, report, cancelled)


def test_every_call_without_a_summary_gets_one(qtbot, make_desk, backend, monkeypatch):
    monkeypatch.setattr(review, "offline_writer", Writing)
    calls = [finished(backend.store) for _ in range(3)]
    make_desk(backend)
    kept = Summaries(backend.store)
    qtbot.waitUntil(lambda: all(kept.get(one) is not None for one in calls))
    qtbot.waitUntil(lambda: {kept.get(one).status for one in calls} == {"completed"})


def test_closing_gives_a_summary_up_and_the_next_start_finds_it(
    qtbot, make_desk, backend, monkeypatch
):
    writer = Slow()
    monkeypatch.setattr(review, "offline_writer", lambda: writer)
    call = finished(backend.store)
    desk = make_desk(backend)
    qtbot.waitUntil(writer.begun.is_set)
    desk.main.after.finish()
    desk.bridge.close()
    assert writer.given_up
    assert review.unsummarised(backend.store) == [call]


def test_a_rename_in_the_review_reaches_the_next_summary(qtbot, make_desk, backend, monkeypatch):
    told = []

    class Naming(Writing):
        def write(self, conversation, report, cancelled):
            told.append(conversation.name("other"))
            return super().write(conversation, report, cancelled)

    monkeypatch.setattr(review, "offline_writer", Naming)
    call = finished(backend.store)
    after = make_desk(backend).main.after
    qtbot.waitUntil(lambda: told == ["The customer"])
    with qtbot.waitSignal(after.review.opened):
        after.review.open(call)
    with qtbot.waitSignal(after.review.named):
        after.review.naming.name_speaker("other", "Dana")
    with qtbot.waitSignal(after.summary.changed):
        after.summary.write()
    assert told == ["The customer", "Dana"]
