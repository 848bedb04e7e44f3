"""Opening a two-hour session in the review, and scrolling through it.

python -m tests.bench.review [--lines 3000] [--runs 15]

Everything is measured in one process on Qt's offscreen platform, the empty window and the full one
in turn: from the constructor until the event loop has painted what is asked for.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.harness import save, table

TEXT = (
    "so what we would need is a clear answer on the price before the end of the quarter because "
    "our finance lead wants to see the numbers and the reps in the north still keep their notes"
)
WORDS = TEXT.split()
FRAME_MS = 1000 / 60


def two_hours(store: Any, lines: int) -> str:
    """A finished session of ``lines`` rows with a chip every 40 rows."""
    from liveconvo_desktop.events import Evidence, new_id
    from sync.schema import transcripts
    from sync.types import decimal
    from tests.store.make import STARTED, make_chip, make_session

    session = make_session(title="Two hours with Acme")
    store.save(session)
    step = 7200 / max(1, lines)
    rows = []
    for n in range(lines):
        many = 4 + (n * 7) % 24
        text = " ".join(WORDS[(n + k) % len(WORDS)] for k in range(many)).capitalize() + "."
        t0, t1 = decimal(n * step, 3), decimal((n + 0.9) * step, 3)
        rows.append({
            "id": new_id(), "session_id": session.id, "content": text, "is_final": True,
            "speaker": "user" if n // 3 % 2 else "other", "confidence_score": 0.9,
            "start_time_seconds": t0, "end_time_seconds": t1, "duration_seconds": t1 - t0,
            "stt_provider": "local_whisper",
        })  # fmt: skip
    with store.writing() as connection:
        if rows:
            connection.execute(transcripts.insert(), rows)
    for n in range(0, lines, 40):
        quote = (Evidence(rows[n]["id"], rows[n]["content"]),)
        store.save(make_chip(session.id, t=n * step, evidence=quote))
    store.finish_session(session.id, STARTED, 7200.0)
    return session.id


class Bench:
    """One application, one database."""

    def __init__(self, app: Any, folder: Path, lines: int) -> None:
        from liveconvo_desktop.store import Store
        from liveconvo_desktop.ui.style import Theme

        self.app = app
        self.theme = Theme(app, 1.0, "light")
        self.store = Store.open(folder / "liveconvo.db")
        self.full = two_hours(self.store, lines)

    def page(self) -> tuple[Any, Any]:
        from liveconvo_desktop.ui.bridge import Bridge
        from liveconvo_desktop.ui.review.page import ReviewPage
        from tests.gui.script import NOW

        bridge = Bridge()
        page = ReviewPage(self.theme, bridge, self.store, lambda: NOW)
        page.resize(1100, 740)
        return page, bridge

    def until(self, true: Callable[[], bool]) -> None:
        while not true():
            self.app.processEvents()

    def open(self, session_id: str | None) -> float:
        """Milliseconds from the constructor until the window, or the first lines, are painted."""
        painted: list[float] = []
        start = time.perf_counter()
        page, bridge = self.page()
        view = page.transcript
        paint = type(view).paintEvent

        def note(event: Any) -> None:
            paint(view, event)
            if session_id is None or page.model.rowCount():
                painted.append(time.perf_counter())

        view.paintEvent = note
        page.show()
        if session_id is not None:
            page.open(session_id)
        self.until(lambda: bool(painted))
        self.leave(page, bridge)
        return 1000 * (painted[0] - start)

    def scroll(self, session_id: str, frames: int = 400) -> list[float]:
        """Milliseconds of each frame: scroll by 40 pixels, then paint."""
        page, bridge = self.page()
        page.show()
        page.open(session_id)
        view = page.transcript
        bar = view.verticalScrollBar()
        settled = time.perf_counter() + 3
        self.until(lambda: time.perf_counter() > settled)
        taken = []
        for n in range(frames):
            # Through it in leaps of a page and a bit now and then: rows never painted before.
            step = 3000 if n % 20 == 19 else 40
            start = time.perf_counter()
            bar.setValue(bar.value() + step)
            self.app.processEvents()
            view.viewport().repaint()
            taken.append(1000 * (time.perf_counter() - start))
        self.leave(page, bridge)
        return taken

    def leave(self, page: Any, bridge: Any) -> None:
        page.finish()
        bridge.close()
        page.hide()
        page.deleteLater()
        self.app.processEvents()


def measure(lines: int, runs: int) -> list[list[dict[str, Any]]]:
    """Tables: opening, scrolling."""
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(["bench"])
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(app, Path(folder), lines)
        bench.open(None)
        bench.open(bench.full)  # imports, fonts, icons
        empty, full = [], []
        for _ in range(runs):
            empty.append(bench.open(None))
            full.append(bench.open(bench.full))
        frames = bench.scroll(bench.full)
        bench.store.close()
    ratio = statistics.median(full) / statistics.median(empty)
    opening = [
        {"opening": "empty window, painted", "median ms": round(statistics.median(empty)),
         "worst ms": round(max(empty)), "ratio": "", "reach": ""},
        {"opening": f"{lines} lines, first ones painted",
         "median ms": round(statistics.median(full)), "worst ms": round(max(full)),
         "ratio": round(ratio, 2), "reach": "≤ 2"},
    ]  # fmt: skip
    ordered = sorted(frames)
    scrolling = [
        {
            "scrolling": f"{len(frames)} frames, the whole view painted in each",
            "median ms": round(statistics.median(frames), 1),
            "p95 ms": round(ordered[int(0.95 * len(ordered))], 1),
            "worst ms": round(ordered[-1], 1),
            "reach": f"p95 < {FRAME_MS:.1f}",
        }
    ]
    return [opening, scrolling]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.review")
    parser.add_argument("--lines", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    tables = measure(options.lines, options.runs)
    print("\n\n".join(table(one) for one in tables))
    save("review", {
        "title": "Review of a two-hour session",
        "command": "python -m tests.bench.review",
        "note": "Offscreen platform. Opening includes reading the session from the database.",
        "tables": tables,
    })  # fmt: skip


if __name__ == "__main__":
    main()
