"""The export dialog: preview, saving without overwriting, the email on the clipboard."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from liveconvo_desktop.export import FORMATS, jsonfile
from liveconvo_desktop.review.importing import ImportPlan, import_files
from liveconvo_desktop.store import Store
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.export_dialog import ExportDialog
from liveconvo_desktop.ui.style import Theme
from tests.export.make import ID, OPTIONS, SUMMARY, conversation


@pytest.fixture
def store(tmp_path):
    made = Store.open(tmp_path / "library" / "liveconvo.db")
    path = tmp_path / "x.json"
    path.write_bytes(jsonfile.FORMAT.render(conversation(), OPTIONS))
    import_files(ImportPlan((path,)), made)
    path.unlink()
    yield made
    made.close()


@pytest.fixture
def bridge(qapp):
    made = Bridge()
    yield made
    made.close()


@pytest.fixture
def dialog(qtbot, qapp, bridge, store, tmp_path):
    made = ExportDialog(Theme(qapp, scheme="light"), bridge, store, ID)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.preview.page.accessibleName() == "One page")
    made.place.setText(str(tmp_path / "out.pdf"))
    return made


def choose(qtbot, dialog, name, wanted):
    dialog.choose(name)
    qtbot.waitUntil(lambda: wanted in dialog.preview.text.toPlainText())


def test_it_starts_with_a_page_that_shows_no_guidance(dialog):
    assert dialog.format.name == "pdf"
    assert not dialog.options().chips
    assert "Northwind renewal" in dialog.title.text()


def test_every_format_is_offered_with_a_line_on_what_it_is_for(qtbot, dialog):
    assert dialog.formats.count() == len(FORMATS)
    for one in FORMATS:
        dialog.choose(one.name)
        assert dialog.about.text() == one.about
        assert dialog.place.text().endswith(one.suffix)


def test_options_and_names_change_the_preview(qtbot, dialog):
    choose(qtbot, dialog, "markdown", "**Jo Keller** `0:00`: Thanks")
    dialog.names["user"].clear()
    qtbot.keyClicks(dialog.names["user"], "Jo")
    qtbot.waitUntil(lambda: "**Jo** `0:00`: Thanks" in dialog.preview.text.toPlainText())
    dialog.checks["timestamps"].click()
    qtbot.waitUntil(lambda: "**Jo**: Thanks" in dialog.preview.text.toPlainText())
    dialog.choose("csv")
    assert dialog.checks["timestamps"].isHidden()


def test_a_file_is_saved_and_the_next_one_asks(qtbot, dialog, tmp_path):
    choose(qtbot, dialog, "text", "Northwind")
    path = tmp_path / "mine.txt"
    path.write_text("precious")
    dialog.place.setText(str(path))
    dialog.save_button.click()
    qtbot.waitUntil(dialog.replace_button.isVisible)
    assert path.read_text() == "precious"
    assert "is there already" in dialog.state.text()
    dialog.keep_button.click()
    qtbot.waitUntil(lambda: "mine (2).txt" in dialog.state.text())
    assert path.read_text() == "precious"
    assert not dialog.replace_button.isVisible()
    dialog.save_button.click()
    qtbot.waitUntil(dialog.replace_button.isVisible)
    dialog.replace_button.click()
    qtbot.waitUntil(lambda: "Saved as" in dialog.state.text())
    assert "Northwind" in path.read_text()


def test_a_folder_that_is_not_there_is_said(qtbot, dialog, tmp_path):
    dialog.place.setText(str(tmp_path / "nowhere" / "x.pdf"))
    dialog.save_button.click()
    qtbot.waitUntil(lambda: "cannot be written" in dialog.state.text())
    assert dialog.save_button.isEnabled()


def test_the_email_is_copied_and_counted(qtbot, dialog, store):
    choose(qtbot, dialog, "email", "Thank you for the conversation")
    assert dialog.copy_button.text() == "Copy email"
    dialog.copy_button.click()
    qtbot.waitUntil(lambda: "clipboard" in dialog.state.text())
    assert SUMMARY.decisions[0] in QGuiApplication.clipboard().text()
    with store.reading() as connection:
        counted = connection.exec_driver_sql("SELECT export_count FROM summaries").scalar()
    assert counted == 3  # twice before it was exported


def test_without_a_summary_the_email_says_what_to_do(qtbot, dialog, store):
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM summaries")
    again = ExportDialog(dialog._theme, dialog._bridge, store, ID)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.preview.page.accessibleName() == "One page")
    again.choose("email")
    qtbot.waitUntil(lambda: "none yet" in again.preview.page.accessibleName())
    assert not again.copy_button.isEnabled()
    again.choose("srt")
    qtbot.waitUntil(again.save_button.isEnabled)


def test_a_session_that_is_gone_is_said(qtbot, qapp, bridge, store):
    lost = ExportDialog(Theme(qapp, scheme="light"), bridge, store, ID.replace("5", "6"))
    qtbot.addWidget(lost)
    lost.show()
    qtbot.waitUntil(lambda: "There is no session" in lost.preview.page.accessibleName())
    assert not lost.save_button.isEnabled()


def test_what_is_made_to_be_read_again_leaves_nothing_out(dialog):
    dialog.choose("json")
    assert all(check.isHidden() for check in dialog.checks.values())
    assert dialog.options().chips


def test_json_is_shown_with_what_only_it_holds_and_the_typed_names(qtbot, dialog):
    qtbot.keyClicks(dialog.names["other"], " Jr")
    choose(qtbot, dialog, "json", '"renewal"')
    qtbot.waitUntil(lambda: "Dana Whitfield Jr" in dialog.preview.text.toPlainText())
    assert "documents' text" in dialog.about.text()


def test_a_row_that_json_refuses_leaves_the_other_formats(qtbot, dialog, store):
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE local_people SET name = '' WHERE name = 'Bo'")
    dialog.choose("json")
    page = dialog.preview.page
    qtbot.waitUntil(lambda: "cannot be written as JSON" in page.accessibleName())
    assert not dialog.save_button.isEnabled()
    choose(qtbot, dialog, "text", "Northwind")
    qtbot.waitUntil(dialog.save_button.isEnabled)


def test_a_field_for_a_name_shows_what_the_document_says_without_one(dialog):
    shown = {who: field.placeholderText() for who, field in dialog.names.items()}
    assert shown == {"user": "You", "other": "The customer"}
