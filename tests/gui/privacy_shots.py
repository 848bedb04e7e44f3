"""Renders the page about privacy, to be looked at: ``python -m tests.gui.privacy_shots FOLDER``."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from tests.gui.every_look import run
from tests.gui.shots import settle


def render(folder: Path, scheme: str, ratio: str) -> None:
    """One process draws one scheme at one scale."""
    from PySide6.QtWidgets import QApplication

    from liveconvo_desktop.store import Store
    from liveconvo_desktop.ui.bridge import Bridge
    from liveconvo_desktop.ui.privacy.dialogs import EraseDialog, RestoreDialog
    from liveconvo_desktop.ui.privacy_page import PrivacyPage
    from liveconvo_desktop.ui.style import Theme
    from tests.gui.privacy_home import furnish

    app = QApplication([])
    theme, bridge = Theme(app, 1.0, scheme), Bridge()

    def save(widget, name):
        settle(app)
        widget.grab().save(str(folder / f"privacy-{name}-{scheme}-{ratio}x.png"))

    def now():
        return datetime.now().astimezone()

    with tempfile.TemporaryDirectory() as place:
        store, ids = furnish(Path(place) / "home", now())
        page = PrivacyPage(theme, bridge, store, Path(place) / "home", now)
        page.privacy.keep(ids[3])
        page.resize(940, 1240)
        page.show()
        page.open()
        save(page, "page")
        page.resize(620, 720)
        page.export.begin("LiveConvo data 2026-03-01.zip")
        page.export.advance(420, 1000)
        page._say("warning", "Something could not be deleted yet.", "x.flac (in use)")
        save(page, "narrow")
        for name, dialog in (
            ("erase", EraseDialog(theme)),
            ("restore", RestoreDialog(theme, "Tue 9:30")),
        ):
            dialog.show()
            save(dialog, name)
            dialog.close()
        store.close()
        empty = Store.open(Path(place) / "empty.db")
        page = PrivacyPage(theme, bridge, empty, Path(place), now)
        page.resize(940, 900)
        page.show()
        page.open()
        save(page, "empty")
        bridge.close()
        empty.close()


if __name__ == "__main__":
    run("tests.gui.privacy_shots", render)
