"""What happens after the app has closed, and the daily cleaning while it is open."""

from __future__ import annotations

import logging
from datetime import datetime

import keyring
import pytest
from keyring.backends import null
from PySide6.QtWidgets import QMessageBox

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.review.privacy import Cleaning
from liveconvo_desktop.store import Store, backups
from liveconvo_desktop.store.purge import Kept
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.housekeeping import AGAIN_MS, DAY_MS, FIRST_MS, Housekeeping
from liveconvo_desktop.ui.leaving import Leaving
from tests.gui.privacy_home import furnish


@pytest.fixture(autouse=True)
def no_keys():
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def home(tmp_path):
    furnish(tmp_path / "data", datetime.now().astimezone())[0].close()
    return tmp_path / "data"


def test_without_a_wish_nothing_is_done(qapp, home):
    assert Leaving(home / "liveconvo.db", home).carry_out() is None


def test_erasing_lets_go_of_the_log_first(qapp, qtbot, home):
    handler = logging.FileHandler(home / "liveconvo.log")
    logging.getLogger().addHandler(handler)
    leaving = Leaving(home / "liveconvo.db", home)
    with qtbot.waitSignal(leaving.quit_wanted):
        leaving.erase()
    said = leaving.carry_out()
    assert (said.message, said.restart) == ("Everything is erased.", False)
    assert handler not in logging.getLogger().handlers
    assert not home.exists()


def test_a_restore_begins_again_and_says_where_the_old_one_is(qapp, home):
    database = home / "liveconvo.db"
    leaving = Leaving(database, home)
    leaving.restore(backups.listed(database)[0].path)
    said = leaving.carry_out()
    assert said.restart
    assert "list of backups" in said.hint


def test_a_store_that_is_open_is_said(qapp, home):
    store = Store.open(home / "liveconvo.db")
    store.sessions()
    leaving = Leaving(store.path, home)
    leaving.erase()
    said = leaving.carry_out()
    assert "open in another program" in said.message
    assert store.sessions()
    store.close()


@pytest.mark.parametrize("wish", ["erase", "restore"])
def test_a_call_that_runs_is_not_left_for_erasing(desk, qtbot, wish):
    """And the wish is not kept for a later end, which would be an ordinary one."""
    privacy = desk.main.after.privacy
    if wish == "erase":
        privacy.erase_wanted.emit()
    else:
        privacy.restore_wanted.emit(desk.store.path)
    box = desk.main.findChild(QMessageBox)
    assert box.text() == "A call is running"
    assert "when the call has ended" in box.informativeText()
    assert desk.main.ending.question is None
    box.buttons()[0].click()
    assert desk.live.state == "running"
    desk.live.stop()
    qtbot.waitUntil(lambda: desk.live.state == "idle")
    desk.main.close()
    assert desk.left
    assert desk.leaving.carry_out() is None


def test_a_window_that_stays_takes_the_wish_back(desk, qtbot):
    desk.leaving.erase()
    assert desk.main.ending.question is not None
    desk.main.ending.over()
    assert desk.leaving.carry_out() is None


class Scripted:
    """Answers the cleaning with what it is given."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def run(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (Cleaning(), DAY_MS),
        (Cleaning(postponed="A call is running."), AGAIN_MS),
        (Cleaning(kept=[Kept("x", "in use")]), DAY_MS),
        (StoreError("The disk fails.", "Check it.", "store"), AGAIN_MS),
    ],
)
def test_the_cleaning_comes_again_after_a_day_or_soon_if_it_could_not(qapp, qtbot, answer, wait):
    bridge = Bridge()
    keeping = Housekeeping(bridge, Scripted(answer))
    assert keeping.wait_ms == FIRST_MS
    keeping.run()
    assert keeping.wait_ms == -1
    qtbot.waitUntil(lambda: keeping.wait_ms > 0)
    assert keeping.wait_ms == wait
    bridge.close()


def test_what_was_deleted_is_told(qapp, qtbot):
    bridge = Bridge()
    keeping = Housekeeping(bridge, Scripted(Cleaning(gone=["something"])))
    with qtbot.waitSignal(keeping.cleaned):
        keeping.run()
    bridge.close()
