"""Pictures for the documentation, from the real app: `make screenshots`.

python -m tests.gui.screenshots FOLDER

The demo call is read by the real recogniser, summed up and given a document; the windows are the
app's own, over a real database in a folder of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

NOW = datetime.fromisoformat("2026-03-12T16:20:00+01:00")
OFFER = (
    "Northpeak planner: offer for twenty people",
    "The planner costs 1,900 dollars a month for twenty people, billed yearly.",
    "A pilot of two weeks is free. Data is stored in Frankfurt and in Dublin.",
    "Single sign-on and the audit trail are part of every plan.",
)


def main(folder: Path) -> None:
    """Every window in light at 100 %, the review and the library also dark at 200 %."""
    for scheme, ratio in (("light", "1"), ("dark", "2")):
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": ratio}
        command = [sys.executable, "-m", "tests.gui.screenshots", str(folder), scheme]
        subprocess.run(command, env=environment, check=True)


def draw(folder: Path, scheme: str) -> None:
    """One scheme, in a process of its own: the scale cannot change later."""
    with tempfile.TemporaryDirectory(prefix="screenshots-") as home:
        os.environ["LIVECONVO_HOME"] = home
        _draw(folder, scheme, Path(home))


def _draw(folder: Path, scheme: str, home: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from liveconvo_desktop.app import Windows
    from liveconvo_desktop.app_backend import AppBackend
    from liveconvo_desktop.store import Store
    from liveconvo_desktop.ui.export_dialog import ExportDialog
    from liveconvo_desktop.ui.memory import Memory
    from tests.gui.shelf import fill

    app = QApplication(["liveconvo"])
    store = Store.open(home / "liveconvo.db")
    for one in fill(store):
        store.finish_session(one, NOW, 300.0)
    session_id = _demo_call(store)
    windows = Windows(
        app, AppBackend(store), store, Memory(home / "window.ini"), scheme, lambda: NOW
    )
    main = windows.main
    main.resize(1280, 800)
    main.show()
    _offer(windows, session_id, home)

    def save(name: str, window: object = main) -> None:
        _settle(app, 1.2)
        suffix = "" if scheme == "light" else "-dark-200"
        window.grab().save(str(folder / f"{name}{suffix}.png"))

    main.show_library()
    save("library")
    main.show_session(session_id, 61.0)
    _settle(app, 1.0)
    main.session_page.side.show_panel("Summary")
    save("review")
    if scheme == "light":
        main.session_page.side.show_panel("Documents")
        save("documents")
        main.show_privacy()
        save("privacy")
        _settings(main)
        save("settings")
        dialog = ExportDialog(windows.theme, windows.bridge, store, session_id, main)
        dialog.show()
        _settle(app, 1.0)
        dialog.place.setText("~/Documents/2026-03-12 Northpeak planner, second call.pdf")
        save("export", dialog)
        dialog.close()
    windows.finish()
    windows.close()
    store.close()


def _demo_call(store) -> str:
    from liveconvo_desktop.call import CallPlan, start_call
    from liveconvo_desktop.paths import resource
    from liveconvo_desktop.review.summarize import summarize_after_call
    from liveconvo_desktop.store import edits

    plan = CallPlan(
        files=(("stereo", resource("demo/sales_call.opus")),),
        pace="fast",
        title="Northpeak planner, second call",
    )
    call = start_call(plan, store, lambda event: None)
    assert call.join(300)
    edits.name_speaker(store, call.session_id, "other", "Dana Whitfield")
    summarize_after_call(store, call.session_id)
    return call.session_id


def _offer(windows, session_id: str, home: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    path = home / "Offer, 20 people.pdf"
    page = Canvas(str(path))
    for number, line in enumerate(OFFER):
        page.drawString(72, 760 - 24 * number, line)
    page.save()
    windows.main.after.documents.open(session_id)
    windows.main.after.documents.add_files([path])


def _settings(main) -> None:
    """A model on this computer, chosen and named, and nothing asked of it."""
    from liveconvo_desktop import settings

    def choose(mine: settings.Settings) -> None:
        mine.summary.writer, mine.summary.model = "model", "qwen3:14b"
        mine.summary.base_url = "http://localhost:11434/v1"

    settings.change(choose)
    main.set_up_model()


def _settle(app, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        app.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        draw(Path(sys.argv[1]), sys.argv[2])
    else:
        main(Path(sys.argv[1]))
