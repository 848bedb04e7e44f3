"""Renders the settings, to be looked at: ``python -m tests.gui.settings_shots FOLDER``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import keyring

from tests.gui.every_look import run
from tests.gui.shots import settle
from tests.settings.ring import Ring

LONG = "https://models.eu-central-1.a-rather-long-name-of-a-provider.example.com/openai/v1"


def render(folder: Path, scheme: str, ratio: str) -> None:
    """One process draws one scheme at one scale."""
    from PySide6.QtWidgets import QApplication

    from liveconvo_desktop import settings
    from liveconvo_desktop.ui.bridge import Bridge
    from liveconvo_desktop.ui.settings_page import SettingsPage
    from liveconvo_desktop.ui.style import Theme

    app = QApplication([])
    theme, bridge = Theme(app, 1.0, scheme), Bridge()
    keyring.set_keyring(Ring())

    def save(name):
        settle(app)
        page.grab().save(str(folder / f"settings-{name}-{scheme}-{ratio}x.png"))

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "settings.json"
        page = SettingsPage(theme, bridge, path)
        page.resize(824, 700)
        page.show()
        page.open()
        save("fresh")
        settings.change(lambda mine: fill(mine.summary), path)
        keyring.set_password("liveconvo", LONG, "k")
        page.open()
        settle(app)
        page.go("summary.base_url")
        spoil(page)
        page.resize(824, 1180)
        save("model")
        page.endpoint.outcome.hide()
        page.endpoint.work.show()
        page.endpoint.work.tell(0.5, "Waiting for a word of large-2-instruct…")
        page.resize(624, 1240)
        save("narrow")
        page.resize(824, 700)
        page.go("documents.max_pages")
        save("documents")
        page.go("privacy")
        page.fields["privacy.log_days"].editor.setText("7")
        page.fields["privacy.log_days"].commit()
        save("privacy")
        for words, name in (("longest", "search"), ("zebra", "nothing"), ("", "all")):
            page.search.setText(words)
            save(name)
        path.write_text('{"privacy": {"log_days": 0, "transcript_days": "soon"}}')
        page.open()
        save("damaged")
        theme.set_scale(1.5)
        page.go("summary.base_url")
        page.resize(1010, 900)
        save("large")
        bridge.close()


def spoil(page) -> None:
    """Something not allowed, and a test that failed."""
    editor = page.fields["summary.timeout_seconds"].editor
    editor.setText("0")
    editor.textEdited.emit("0")
    page.endpoint._say(
        "danger",
        f"{LONG.split('/')[2]} does not accept the key.",
        "Set the key in Settings → Summaries, or run: liveconvo settings key set",
    )


def fill(mine) -> None:
    mine.writer, mine.base_url, mine.model = "model", LONG, "large-2-instruct"


if __name__ == "__main__":
    run("tests.gui.settings_shots", render)
