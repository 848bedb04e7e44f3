"""Renders the summary panel with a real call, to be looked at.

``python -m tests.gui.summary_shots FOLDER`` draws it at 100 % and 200 %, light and dark.
"""

from __future__ import annotations

import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from liveconvo_desktop.events import SPEAKER_OF, Gap, Segment, Session, new_id
from liveconvo_desktop.paths import resource
from liveconvo_desktop.review import summarize as review
from liveconvo_desktop.review import summary_view as view
from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.summary import edits
from tests.gui.every_look import run

MODEL = SummarySettings(base_url="https://models.example/v1", model="large-2")


def fill(store: Store) -> Session:
    """The demo call as a session, with a hole."""
    call = json.loads(resource("demo/sales_call.json").read_text(encoding="utf-8"))
    started = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    session = Session(new_id(), "Northwind renewal", "sales_call", None, started)
    store.save(session)
    for turn in call["turns"]:
        channel = turn["channel"]
        place = (turn["start"], turn["end"], turn["text"])
        one = Segment(
            new_id(), session.id, channel, SPEAKER_OF[channel], *place, 0.9, "whisper:tiny.en", True
        )
        store.save(one)
    store.save(Gap(session.id, "speaker", 190.0, 265.0, "device"))
    return session


def settle(app, done=lambda: True, seconds=0.4):
    end = time.monotonic() + seconds
    while time.monotonic() < end or not done():
        app.processEvents()
        time.sleep(0.01)


def render(folder: Path, scheme: str, ratio: str) -> None:
    """One process draws one scheme at one scale."""
    from PySide6.QtWidgets import QApplication

    from liveconvo_desktop.ui.bridge import Bridge
    from liveconvo_desktop.ui.style import Theme
    from liveconvo_desktop.ui.summary_action import ActionRow
    from liveconvo_desktop.ui.summary_panel import SummaryPanel

    app = QApplication([])
    theme = Theme(app, scheme=scheme)
    with tempfile.TemporaryDirectory() as home:
        store = Store.open(Path(home) / "liveconvo.db")
        session = fill(store)
        bridge = Bridge()
        panel = SummaryPanel(theme, bridge, store, lambda: MODEL)
        panel.resize(860, 900)
        panel.show()

        def save(name):
            settle(app)
            panel.grab().save(str(folder / f"summary-{name}-{scheme}-{ratio}x.png"))

        panel.open(session.id)
        save("empty")
        version = review.summarize(store, session.id, review.offline_writer())
        panel.reload()
        save("written")
        next(one for one in panel.page.rows if isinstance(one, ActionRow)).edit()
        save("action")
        draft = edits.tick(view.draft_of(version), 0, True)
        view.save_edit(store, session.id, edits.reword(draft, ("tldr", 0), "My own words."))
        review.summarize(store, session.id, review.offline_writer())
        panel.reload()
        settle(app)
        panel.page.rows[1].edit()
        save("offered")
        Summaries(store).fail(session.id, "models.example cannot be reached. Check the network.")
        panel.resize(520, 800)
        panel.reload()
        save("failed")
        panel.close()
        bridge.close()
        store.close()


if __name__ == "__main__":
    run("tests.gui.summary_shots", render)
