"""A program killed while it writes a summary: the next one knows, and nothing half stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from liveconvo_desktop import paths, settings
from liveconvo_desktop.events import Segment, Session, new_id
from liveconvo_desktop.review import summarize as review
from liveconvo_desktop.settings import Settings, SummarySettings
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summaries import Summaries
from tests.summary.server import Handler, hangs, serving


@pytest.mark.slow
def test_a_killed_run_is_found_and_can_be_tried_again():
    store = Store.open(paths.default_database())
    session = Session(new_id(), "Call", "meeting", None, datetime(2026, 3, 4, 9, tzinfo=UTC))
    store.save(session)
    place = (0.0, 4.0, "I will send you the written offer by Friday.")
    store.save(Segment(new_id(), session.id, "mic", "user", *place, 0.9, "whisper", True))
    victims: list[subprocess.Popen[bytes]] = []

    def kills(handler: Handler) -> None:
        victims[0].send_signal(signal.SIGKILL)
        hangs(handler)

    with serving(kills) as server:
        model = SummarySettings(writer="model", base_url=server.url, model="m")
        settings.save(Settings(summary=model))
        command = [sys.executable, "-m", "liveconvo_desktop", "summarize", session.id]
        victims.append(subprocess.Popen(command, env=dict(os.environ)))
        assert victims[0].wait(60) == -signal.SIGKILL
    kept = Summaries(store)
    assert kept.get(session.id).status == "generating"
    assert review.find_cut_off(store) == [session.id]
    row = kept.get(session.id)
    assert (row.status, row.text, row.error) == ("failed", None, review.CUT_OFF)
    kept.begin(session.id, os.getpid(), 1.0, review.is_alive)
    store.close()
