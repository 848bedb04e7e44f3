"""Protects the beginning of a call from what else goes on on the machine."""

from __future__ import annotations

import sqlite3

import pytest
import soundfile

from liveconvo_desktop.call.plan import CallPlan
from liveconvo_desktop.call.start import build_call
from liveconvo_desktop.events import Fault, Segment
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store

SECONDS = 24


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    samples, rate = soundfile.read(resource("demo/sales_call.opus"), frames=SECONDS * 16_000)
    path = tmp_path_factory.mktemp("speech") / "opening.flac"
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "s.db")
    yield store
    store.close()


@pytest.mark.model
def test_a_database_locked_from_the_start_costs_one_message_and_no_line(store, speech):
    """The call begins, is recorded, and everything is there once the other program lets go."""
    other = sqlite3.connect(store.path, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.patience = 0.05
    shown = []

    def face(event):
        shown.append(event)
        if sum(isinstance(one, Segment) for one in shown) == 3 and other.in_transaction:
            other.execute("ROLLBACK")

    plan = CallPlan(files=(("stereo", speech),), pace="fast", title="t")
    call = build_call(plan, store, face)
    call.begin()
    assert call.join(60), "the call did not end"
    other.close()
    faults = [e for e in shown if isinstance(e, Fault)]
    assert [f.where for f in faults] == ["store"], faults
    finals = [e.id for e in shown if isinstance(e, Segment) and e.final]
    assert len(finals) >= 4
    assert {s.id for s in store.transcript(call.session_id)} == set(finals)
    assert store.session(call.session_id).session.status == "completed"
    recording = store.recording(call.session_id)
    assert soundfile.info(recording).duration == pytest.approx(SECONDS, abs=0.1)
