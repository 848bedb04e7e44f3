"""Renders the documents panel with realistic content, to be looked at.

``python -m tests.gui.document_shots FOLDER`` draws it at 100 % and 200 %, light and dark.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from liveconvo_desktop.knowledge.search import Passage
from liveconvo_desktop.store.documents import Document, Owner
from tests.gui.every_look import run
from tests.gui.shots import settle

OWNER = Owner("session", "00000000-0000-4000-8000-000000000001")
READY = Document(
    id="d-1",
    owner=OWNER,
    content_id="c-1",
    filename="Northwind renewal offer 2026.pdf",
    file_type="pdf",
    size_bytes=1_240_000,
    path=Path("c-1.pdf"),
    status="completed",
    embedding="completed",
    error="",
    hint="",
    note="",
    pages=18,
    confidence=None,
    chunks=40,
    added_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
)


def some(number: int, name: str, **changes) -> Document:
    return replace(READY, id=f"d-{number}", content_id=f"c-{number}", filename=name, **changes)


DOCUMENTS = [
    READY,
    some(2, "Security questionnaire, answered by Dana Whitfield and the procurement team.docx",
         file_type="docx", pages=None, size_bytes=86_000, embedding="processing"),
    some(3, "Whiteboard.jpg", file_type="jpg", pages=None, size_bytes=2_900_000, confidence=0.93),
    some(4, "Old contract.pdf", status="failed", embedding="failed", pages=None,
         error="It is protected with a password.",
         hint="Open it in a PDF viewer, save it as a PDF without a password, and add that."),
    some(5, "Full price list.txt", file_type="txt", pages=None, size_bytes=9_400_000,
         note="Only the first 3,000,000 characters were read: the rest is over the limit for one "
         "document."),
    some(6, "Notes.txt", file_type="txt", pages=None, size_bytes=820, status="pending",
         embedding="pending"),
]  # fmt: skip
PASSAGES = [
    Passage("d-1", READY.filename, 3,
            "Prices. The licence costs forty dollars a seat and month, billed yearly. A seat may "
            "be given to another person at any time. Training is included for the first ten "
            "people; each further group of ten costs five hundred dollars.", 0.03, 0.7, 2),
    Passage("d-2", DOCUMENTS[1].filename, None,
            "Seat | Price | Term\nStandard | $40 | 12 months\nPlus & more | $55 | 24 months",
            0.02, 0.5, 2),
]  # fmt: skip


class Script:
    """A library that says what it is told to say."""

    def __init__(self, documents):
        self.documents, self.version = documents, 1

    def of(self, owner):
        return self.documents

    def progress(self, document):
        return 0.62 if document.id == "d-2" else None


def render(folder: Path, scheme: str, ratio: str) -> None:
    from PySide6.QtWidgets import QApplication

    from liveconvo_desktop.store import Store
    from liveconvo_desktop.ui.bridge import Bridge
    from liveconvo_desktop.ui.documents_panel import DocumentsPanel
    from liveconvo_desktop.ui.style import Theme

    app = QApplication([])
    look, bridge = Theme(app, 1.0, scheme), Bridge()

    def save(name):
        settle(app, 0.5)
        panel.grab().save(str(folder / f"documents-{name}-{scheme}-{ratio}x.png"))

    with tempfile.TemporaryDirectory() as place:
        store = Store.open(Path(place) / "a.db")
        library = Script(DOCUMENTS)
        panel = DocumentsPanel(look, bridge, store, library)
        panel.resize(560, 620)
        panel.open_owner(OWNER)
        panel.show()
        save("list")
        panel.rows["d-3"].remove.click()
        save("remove")
        panel.rows["d-3"].keep.click()
        panel.hover(True)
        save("drop")
        panel.hover(False)
        panel._asked = "what does a seat cost"
        panel.search.blockSignals(True)
        panel.search.setText(panel._asked)
        panel._answered(panel._asked, PASSAGES)
        save("search")
        panel.search.blockSignals(False)
        library.documents = []
        panel.open_owner(OWNER)
        save("empty")
        panel.resize(360, 420)
        save("empty-narrow")
        library.documents = DOCUMENTS
        panel.open_owner(OWNER)
        save("narrow")
        bridge.close()
        store.close()


if __name__ == "__main__":
    run("tests.gui.document_shots", render)
