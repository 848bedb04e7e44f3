"""The page about privacy: what it shows is what will happen, and its buttons do it."""

from __future__ import annotations

import threading
import zipfile
from datetime import datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog

from liveconvo_desktop.review.takeout import CancelledError, Takeout
from liveconvo_desktop.settings import change
from liveconvo_desktop.settings.options import find, sections
from liveconvo_desktop.store import backups
from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.privacy.dialogs import EraseDialog, RestoreDialog
from liveconvo_desktop.ui.privacy.rules import choice
from liveconvo_desktop.ui.privacy_page import PrivacyPage
from liveconvo_desktop.ui.style import Theme
from tests.gui.privacy_home import DAY, HOUR, furnish


def now():
    return datetime.now().astimezone()


@pytest.fixture
def furnished(tmp_path):
    store, ids = furnish(tmp_path / "data", now())
    yield store, ids
    store.close()


@pytest.fixture
def page(qapp, qtbot, tmp_path, furnished):
    bridge = Bridge()
    made = PrivacyPage(Theme(qapp), bridge, furnished[0], tmp_path / "data", now)
    qtbot.addWidget(made)
    made.resize(900, 900)
    made.show()
    made.open()
    qtbot.waitUntil(lambda: bool(made.plan.plan.rows))
    yield made
    made.finish()
    bridge.close()


def shown(page):
    return [(row.title, row.icon, row.when) for row in page.plan.plan.rows]


def test_it_shows_what_the_next_cleaning_takes_and_the_cleaning_takes_it(page, qtbot):
    due = [row.title for row in page.plan.plan.rows if row.due]
    assert due == [
        "Tailspin cold call",
        "Contoso: discovery with Dana Whitfield and the procurement team",
    ]
    with qtbot.waitSignal(page.cleaned):
        page.clean.click()
    qtbot.waitUntil(lambda: not any(row.due for row in page.plan.plan.rows))
    assert page.banner.isVisible()
    assert page.clean.isEnabled()


def test_keep_by_keyboard_and_undo_by_mouse(page, qtbot, furnished):
    page.plan.setFocus()
    at = next(n for n, row in enumerate(page.plan.plan.rows) if row.title == "Northwind renewal")
    page.plan.setCurrentIndex(page.plan.plan.index(at))
    qtbot.keyClick(page.plan, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: ("Northwind renewal", "keep", "Never") in shown(page))
    assert page.privacy.kept() == {furnished[1][0]}
    index = page.plan.plan.index(len(page.plan.plan.rows) - 1)
    page.plan.scrollTo(index)
    place = page.plan._delegate.action(page.plan.visualRect(index))
    qtbot.mouseClick(
        page.plan.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(place.center().x(), place.top() + 12),
    )
    qtbot.waitUntil(lambda: not any(row.kept for row in page.plan.plan.rows))
    assert page.privacy.kept() == set()


def test_what_is_no_call_cannot_be_kept(page, qtbot):
    at = next(n for n, row in enumerate(page.plan.plan.rows) if row.icon == "backup")
    wanted = []
    page.plan.keep_wanted.connect(lambda *given: wanted.append(given))
    page.plan.setCurrentIndex(page.plan.plan.index(at))
    qtbot.keyClick(page.plan, Qt.Key.Key_Space)
    assert wanted == []


def test_a_choice_is_saved_at_once_and_holds_for_old_calls_only_if_wanted(page, qtbot):
    def choose(days):
        box = page.rules.boxes["transcript_days"]
        box.setCurrentIndex(box.findData(days))
        box.activated.emit(box.currentIndex())

    def whens():
        return {item.id: item.when for item in page.privacy.preview() if item.what == "transcript"}

    before = whens()
    choose(90)
    qtbot.waitUntil(lambda: page.privacy.settings().transcript_days == 90)
    assert whens() == before
    page.rules.all_calls.click()

    def moved():
        after = whens()
        return all(after[key] > before[key] for key in before)

    qtbot.waitUntil(moved)


def test_only_what_was_chosen_is_saved(page, qtbot):
    """The page knew older rules, and wrote all of them."""
    change(lambda mine: find("privacy.log_days").write(mine, 90), page.privacy._settings_file)
    assert page.rules.boxes["log_days"].currentData() == 30
    box = page.rules.boxes["audio_hours"]
    box.setCurrentIndex(box.findData(48.0))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: page.privacy.settings().audio_hours == 48)
    assert page.privacy.settings().log_days == 90
    qtbot.waitUntil(lambda: page.rules.boxes["log_days"].currentData() == 90)


def test_rules_that_were_changed_elsewhere_are_shown_with_what_they_mean(page, qtbot):
    before = shown(page)
    rules = find("privacy.audio_hours_without_summary")
    mine = change(lambda found: rules.write(found, 720), page.privacy._settings_file)
    page.apply(mine.privacy)
    assert page.rules.boxes["audio_hours_without_summary"].currentText() == "30 days"
    qtbot.waitUntil(lambda: shown(page) != before)


def test_every_rule_is_called_as_it_is_declared(page):
    declared = {option.name: option for option in section("privacy").options}
    assert {f"privacy.{name}" for name in page.rules.boxes} == set(declared)
    for name, box in page.rules.boxes.items():
        option = declared[f"privacy.{name}"]
        assert box.accessibleName() == option.title
        for at in range(box.count()):
            assert option.parse(option.text(box.itemData(at))) == box.itemData(at)


def section(name):
    return next(one for one in sections() if one.name == name)


def test_a_value_that_is_no_choice_is_shown_as_it_is(page, qtbot):
    rules = page.privacy.settings()
    rules.audio_hours_without_summary = 100.5
    page.rules.fill(rules)
    assert page.rules.boxes["audio_hours_without_summary"].currentText() == "100.5 hours"
    assert [choice(*one) for one in ((24, "hours"), (168, "hours"), (1, "days"), (0, "days"))] == [
        "24 hours", "7 days", "One day", "At once",
    ]  # fmt: skip


def test_the_export_is_written_and_said(page, qtbot, tmp_path):
    out = tmp_path / "mine.zip"
    page.write_export(out)
    assert not page.export.button.isEnabled()
    qtbot.waitUntil(page.export.button.isEnabled)
    assert zipfile.is_zipfile(out)
    assert "mine.zip is written" in page.export.said.toolTip()
    assert not page.export.bar.isVisible()


def test_the_export_can_be_stopped_and_ends_with_the_app(page, qtbot, tmp_path, monkeypatch):
    held, stopped = threading.Event(), threading.Event()

    def write(self, target, *, replace, progress):
        held.set()
        assert self._stop.wait(20)
        stopped.set()
        raise CancelledError

    monkeypatch.setattr(Takeout, "write", write)
    page.write_export(tmp_path / "mine.zip")
    qtbot.waitUntil(held.is_set)
    page.export.stop.click()
    qtbot.waitUntil(page.export.button.isEnabled)
    assert stopped.is_set()
    assert "nothing was written" in page.export.said.toolTip()


def test_a_backup_is_made_and_listed_and_a_restore_asks_first(page, qtbot, furnished):
    count = len(page.backups.rows)
    page.backups.button.click()
    qtbot.waitUntil(lambda: len(page.backups.rows) == count + 1)
    wanted = []
    page.restore_wanted.connect(wanted.append)
    page.backups.rows[0].button.click()
    dialog = page.findChild(RestoreDialog)
    dialog.cancel.click()
    assert wanted == []
    page.backups.rows[0].button.click()
    dialog = next(one for one in page.findChildren(RestoreDialog) if one.isVisible())
    dialog.restore.click()
    assert wanted == [backups.listed(furnished[0].path)[0].path]


def test_erasing_needs_the_typed_words(page, qtbot):
    page.erase.click()
    dialog: EraseDialog = page.findChild(EraseDialog)
    assert not dialog.erase.isEnabled()
    dialog.phrase.setText("erase")
    assert not dialog.erase.isEnabled()
    dialog.phrase.setText(" Erase Everything ")
    assert dialog.erase.isEnabled()
    with qtbot.waitSignal(page.erase_wanted):
        dialog.erase.click()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert QApplication.activeModalWidget() is None


def test_a_database_that_refuses_is_said_in_place_of_the_list(page, qtbot, monkeypatch):
    from liveconvo_desktop.errors import StoreError

    def refuse():
        raise StoreError("The disk fails.", "Check it.", "store")

    monkeypatch.setattr(page.privacy, "overview", refuse)
    page.open()
    qtbot.waitUntil(lambda: not page.plan.plan.rows)
    assert page.plan._state == ("error", "The disk fails.", "Check it.")


def test_words_for_times_to_come_and_sizes():
    at = datetime(2026, 3, 2, 14, 0).astimezone()
    said = {
        -HOUR: "Now",
        HOUR / 2: "Within an hour",
        HOUR: "In one hour",
        5 * HOUR: "In 5 hours",
        13 * HOUR: "Tomorrow 03:00",
        3 * DAY: "In 3 days",
    }
    assert {delta: words.until(at + delta, at) for delta in said} == said
    assert words.until(at + 100 * DAY, at).endswith("Jun 2026")
    assert [words.size(n) for n in (0, 10, 340_000, 12_500_000, 3_100_000_000)] == [
        "", "1 kB", "340 kB", "12.5 MB", "3.1 GB",
    ]  # fmt: skip
