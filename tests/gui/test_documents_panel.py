"""The documents panel over the real library: drop, watch, retry, remove, search."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from liveconvo_desktop.events import new_id
from liveconvo_desktop.knowledge import process
from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.store import Store, Template
from liveconvo_desktop.store.documents import Owner
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.document_rows import facts, highlighted, size
from liveconvo_desktop.ui.documents_panel import DocumentsPanel
from liveconvo_desktop.ui.drop_zone import local_files
from liveconvo_desktop.ui.style import Theme
from tests.gui.document_shots import DOCUMENTS, READY, some
from tests.knowledge import make
from tests.store.make import make_session

SLOW = (
    'import sys, time\nprint(\'{"event": "progress", "share": 0.5}\', flush=True)\ntime.sleep(600)'
)
PATIENCE = 30_000


@pytest.fixture
def panel(qtbot, qapp, tmp_path):
    store = Store.open(tmp_path / "data" / "liveconvo.db")
    session = make_session()
    store.save(session)
    bridge = Bridge()
    library = Documents(store)
    library.start()
    made = DocumentsPanel(Theme(qapp, 1.0, "light"), bridge, store, library)
    made.resize(560, 600)
    qtbot.addWidget(made)
    made.open(session.id)
    made.show()
    yield made
    made.hide()
    library.close()
    bridge.close()
    store.close()


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("The licence costs forty dollars a seat.\n\nSupport answers in four hours.")
    return path


def page(panel):
    return panel._pages.currentWidget()


def rows(panel):
    return list(panel.rows.values())


def drop(panel, files):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    panel.dragEnterEvent(enter)
    assert enter.isAccepted()
    panel.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))


def test_an_empty_session_invites_files(panel, qtbot):
    qtbot.waitUntil(lambda: page(panel) is panel.empty)
    assert not panel.search.isVisible()
    assert "on this computer only" in panel.empty.hint.text()


@pytest.mark.model
def test_a_dropped_file_is_read_and_searched(panel, qtbot, notes):
    drop(panel, [notes])
    qtbot.waitUntil(lambda: bool(rows(panel)), timeout=PATIENCE)
    qtbot.waitUntil(lambda: rows(panel)[0].facts.startswith("Ready"), timeout=PATIENCE)
    assert not rows(panel)[0].cancel.isVisible()
    panel.search.setText("what does the licence cost")
    qtbot.waitUntil(lambda: page(panel) is panel._found_area, timeout=PATIENCE)
    assert panel.passages[0].source.toolTip() == "notes.txt"
    assert "<b>costs</b>" in panel.passages[0].text.text()
    panel.search.clear()
    qtbot.waitUntil(lambda: page(panel) is panel._list_area)


def test_a_search_without_an_answer_says_so(panel, qtbot, notes):
    panel.add_files([notes])
    qtbot.waitUntil(lambda: bool(rows(panel)), timeout=PATIENCE)
    panel.search.setText("?!")
    qtbot.waitUntil(lambda: page(panel) is panel._talk, timeout=PATIENCE)
    assert "Nothing in these documents" in panel._message.text()


def test_a_refused_file_shows_why_and_goes_when_confirmed(panel, qtbot, tmp_path):
    locked = make.make_pdf(tmp_path / "locked.pdf", [["x"]], password="x")
    panel.add_files([locked])
    qtbot.waitUntil(
        lambda: bool(rows(panel)) and rows(panel)[0].document.status == "failed", timeout=PATIENCE
    )
    [one] = rows(panel)
    assert "password" in one._why.text()
    assert one._why.isVisible()
    assert one._hint.isVisible()
    one.remove.click()
    assert one.keep.hasFocus() or one.keep.isVisible()
    one.keep.click()
    assert not one.confirm.isVisible()
    assert one._why.isVisible()
    one.remove.click()
    one.confirm.click()
    qtbot.waitUntil(lambda: page(panel) is panel.empty, timeout=PATIENCE)


def test_reading_can_be_stopped_and_begun_again(panel, qtbot, notes, monkeypatch):
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", SLOW])
    panel.add_files([notes])
    qtbot.waitUntil(
        lambda: bool(rows(panel)) and rows(panel)[0].facts.startswith("Reading… 20%"),
        timeout=PATIENCE,
    )
    assert rows(panel)[0]._line.isVisible()
    rows(panel)[0].cancel.click()
    qtbot.waitUntil(lambda: rows(panel)[0].retry.isVisible(), timeout=PATIENCE)
    monkeypatch.undo()
    rows(panel)[0].retry.click()
    qtbot.waitUntil(lambda: rows(panel)[0].facts.startswith("Ready"), timeout=PATIENCE)


def test_what_cannot_be_added_is_told_in_a_banner(panel, qtbot, tmp_path, notes):
    panel.add_files([tmp_path / "gone.pdf"])
    qtbot.waitUntil(panel.banner.isVisible, timeout=PATIENCE)
    assert "There is no file" in panel.banner.accessibleName()
    panel.add_files([notes])
    qtbot.waitUntil(lambda: bool(rows(panel)), timeout=PATIENCE)
    panel.add_files([notes])
    qtbot.waitUntil(lambda: "is here already" in panel.banner.accessibleName(), timeout=PATIENCE)


def test_another_session_shows_its_own(panel, qtbot, notes):
    panel.add_files([notes])
    qtbot.waitUntil(lambda: bool(rows(panel)), timeout=PATIENCE)
    other = make_session()
    panel._store.save(other)
    panel.open_owner(Owner("session", other.id))
    qtbot.waitUntil(lambda: page(panel) is panel.empty, timeout=PATIENCE)


@pytest.fixture
def with_playbook(panel, qtbot):
    """The panel on a call that began with a playbook."""
    template = Template(new_id(), "Sales call", "", "sales_call", [], "", "", True)
    panel._store.seed_templates([template])
    session = make_session(template_id=template.id)
    panel._store.save(session)
    panel.open(session.id)
    qtbot.waitUntil(panel.switch.isVisible, timeout=PATIENCE)
    panel.template, panel.session = Owner("template", template.id), session.id
    return panel


def choose(panel, at):
    panel.switch.box.setCurrentIndex(at)
    panel.switch.box.activated.emit(at)


def test_files_are_dropped_on_the_playbook_of_a_call(with_playbook, qtbot, notes):
    panel = with_playbook
    assert not panel.switch.hint.isVisible()
    choose(panel, 1)
    assert panel.switch.box.currentText() == "Every call with “Sales call”"
    assert "playbook “Sales call”" in panel.switch.box.toolTip()
    assert "New calls" in panel.switch.hint.text()
    assert panel.switch.hint.isVisible()
    drop(panel, [notes])
    qtbot.waitUntil(lambda: bool(rows(panel)), timeout=PATIENCE)
    assert rows(panel)[0].document.owner == panel.template
    choose(panel, 0)
    qtbot.waitUntil(lambda: page(panel) is panel.empty, timeout=PATIENCE)
    assert panel._documents.of(Owner("session", panel.session)) == []
    later = make_session(template_id=panel.template.id)
    panel._store.save(later)
    assert panel._documents.attach_template(later.id) == 1
    choose(panel, 1)
    qtbot.waitUntil(lambda: bool(rows(panel)), timeout=PATIENCE)
    rows(panel)[0].remove.click()
    rows(panel)[0].confirm.click()
    qtbot.waitUntil(lambda: page(panel) is panel.empty, timeout=PATIENCE)
    assert panel._documents.of(panel.template) == []
    assert len(panel._documents.of(Owner("session", later.id))) == 1


def test_the_choice_stays_when_the_same_call_is_read_again(with_playbook, qtbot):
    panel = with_playbook
    choose(panel, 1)
    panel.open(panel.session)
    assert panel._owner == panel.template
    other = make_session()
    panel._store.save(other)
    panel.open(other.id)
    qtbot.waitUntil(lambda: page(panel) is panel.empty, timeout=PATIENCE)
    assert panel._owner == Owner("session", other.id)
    assert not panel.switch.isVisible(), "a call without a playbook has no choice"


def test_web_addresses_are_not_taken():
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/a.pdf")])
    assert local_files(data) == []


def test_a_row_says_what_matters_first():
    assert facts(READY, None) == "Ready  ·  PDF  ·  1.2 MB  ·  18 pages"
    assert [facts(one, 0.5).partition("  ")[0] for one in DOCUMENTS] == [
        "Ready",
        "Reading… 50%",
        "Ready",
        "Not read",
        "Ready",
        "Waiting",
    ]
    assert facts(some(1, "a", embedding="failed"), None).startswith("Found by its words only")
    assert [size(n) for n in (12, 1_500, 999_700)] == ["12 bytes", "2 kB", "1.0 MB"]


def test_highlights_are_escaped():
    assert highlighted("<a> & costs\nx", "cost a") == "&lt;a&gt; &amp; <b>costs</b><br>x"
