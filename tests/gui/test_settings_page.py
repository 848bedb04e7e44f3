"""The settings page: what is changed holds, what is wrong is told, a key stays unseen."""

from __future__ import annotations

import threading

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from liveconvo_desktop import settings
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings import Settings, keys, options
from liveconvo_desktop.summary.base import CancelledError
from liveconvo_desktop.summary.probe import Probed
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.settings import endpoint
from liveconvo_desktop.ui.settings_page import SettingsPage
from liveconvo_desktop.ui.style import Theme
from tests.settings.ring import Ring

ADDRESS = "https://models.example/v1"


@pytest.fixture(autouse=True)
def ring(monkeypatch):
    """Never the keyring of the person who runs the tests."""
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    before, mine = keyring.get_keyring(), Ring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def page(qapp, qtbot):
    bridge = Bridge()
    made = SettingsPage(Theme(qapp), bridge)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    made.open()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.finish()
    bridge.close()


def type_(qtbot, page, name, text, *, leave=True):
    editor = page.fields[name].editor
    page.go(name)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    if leave:
        qtbot.keyClick(editor, Qt.Key.Key_Return)


def shown(page):
    return [name for name, field in page.fields.items() if field.isVisible()]


def test_every_declared_setting_has_its_field_with_its_default(page):
    declared = {one.name: one.default for part in options.sections() for one in part.options}
    assert {name: field.value for name, field in page.fields.items()} == declared
    for field in page.fields.values():
        assert field.editor.accessibleName() == field.option.title
        assert field.option.help in field.editor.accessibleDescription()
        assert field.reset.isHidden()


def test_a_field_is_applied_when_it_is_left_and_goes_back_to_its_default(page, qtbot):
    with qtbot.waitSignal(page.changed) as told:
        type_(qtbot, page, "privacy.transcript_days", "7")
    assert told.args[0].privacy.transcript_days == 7
    assert settings.load()[0].privacy.transcript_days == 7
    field = page.fields["privacy.transcript_days"]
    assert field.message.text() == "Saved"
    with qtbot.waitSignal(page.changed):
        field.reset.click()
    assert settings.load()[0] == Settings()
    assert field.editor.text() == "30"
    assert field.reset.isHidden()


def test_a_number_is_not_applied_while_it_is_typed(page, qtbot):
    type_(qtbot, page, "privacy.transcript_days", "3", leave=False)
    assert settings.load()[0] == Settings()
    with qtbot.waitSignal(page.changed):
        page.search.setFocus()
    assert settings.load()[0].privacy.transcript_days == 3


def test_what_is_not_allowed_is_told_beside_the_field_and_what_held_holds(page, qtbot):
    type_(qtbot, page, "privacy.audio_hours", "3")
    field = page.fields["privacy.audio_hours"]
    assert field.message.text() == "Allowed: 24 to 48 hours. Until then it stays 36 hours."
    assert field.message.text() in field.editor.accessibleDescription()
    assert field.editor.property("wrong")
    assert settings.load()[0] == Settings()
    with qtbot.waitSignal(page.changed):
        type_(qtbot, page, "privacy.audio_hours", "30")
    assert not field.editor.property("wrong")


def test_what_is_being_typed_outlives_the_saving_of_another_field(page, qtbot):
    writer = page.fields["summary.writer"]
    type_(qtbot, page, "summary.model", "lar", leave=False)
    with qtbot.waitSignal(page.changed):
        writer.editor.setCurrentIndex(1)
        writer.editor.activated.emit(1)
    qtbot.keyClicks(page.fields["summary.model"].editor, "ge")
    with qtbot.waitSignal(page.changed):
        qtbot.keyClick(page.fields["summary.model"].editor, Qt.Key.Key_Return)
    assert settings.load()[0].summary.model == "large"
    assert settings.load()[0].summary.writer == "model"


def test_what_is_typed_when_the_program_ends_is_saved(page, qtbot):
    type_(qtbot, page, "summary.model", "large", leave=False)
    page.finish()
    assert settings.load()[0].summary.model == "large"


def test_a_file_that_cannot_be_written_is_told_beside_the_field(page, qtbot, monkeypatch):
    def full(*_):
        raise LiveConvoError("The disk is full.", "Free some space.")

    monkeypatch.setattr(settings, "change", full)
    type_(qtbot, page, "summary.model", "large")
    field = page.fields["summary.model"]
    qtbot.waitUntil(lambda: "The disk is full." in field.message.text())


def test_sections_and_search(page, qtbot):
    page.go("documents")
    assert {name.partition(".")[0] for name in shown(page)} == {"documents"}
    page.start_search()
    qtbot.keyClicks(page.search, "longest")
    assert shown(page) == [
        "summary.timeout_seconds",
        "summary.context_tokens",
        "summary.answer_tokens",
        "documents.timeout_seconds",
        "documents.silent_seconds",
    ]
    page.search.setText("documents page scanned")
    assert shown(page) == ["documents.max_scanned_pages"]
    page.search.setText("key")
    assert page.endpoint.isVisible()
    page.search.setText("zebra")
    assert shown(page) == []
    assert "zebra" in page.nothing.text()
    page.show_all.click()
    assert {name.partition(".")[0] for name in shown(page)} == {"documents"}


def test_a_damaged_file_is_told_and_mended(page, qtbot, home):
    text = '{"privacy": {"log_days": 0, "transcript_days": 7}}'
    (home / "settings.json").write_text(text)
    page.open()
    qtbot.waitUntil(page.banner.isVisible)
    assert "privacy.log_days: 1 to 36,500 days" in page.banner.accessibleName()
    assert (home / "settings.damaged-1.json").read_text() == text
    with qtbot.waitSignal(page.changed):
        page.mend.click()
    assert page.banner.isHidden()
    assert settings.load() == (
        Settings(privacy=settings.PrivacySettings(transcript_days=7)),
        None,
    )


def test_what_another_program_sets_holds_here_too_and_what_is_typed_stays(page, qtbot):
    type_(qtbot, page, "summary.model", "lar", leave=False)
    option = options.find("privacy.log_days")
    with qtbot.waitSignal(page.changed) as told:
        settings.change(lambda mine: option.write(mine, 7))
    assert told.args[0].privacy.log_days == 7
    assert page.fields["privacy.log_days"].editor.text() == "7"
    assert page.fields["summary.model"].editor.text() == "lar"


def test_a_file_that_is_damaged_meanwhile_is_told_at_once_until_it_is_mended(page, qtbot, home):
    option = options.find("privacy.log_days")
    with qtbot.waitSignal(page.changed):
        settings.change(lambda mine: option.write(mine, 7))
    file = home / "settings.json"
    whole = file.read_text()
    with qtbot.waitSignal(page.broken) as told:
        file.write_text('{"privacy": {"log_days": 7, "transcript_days": "soon"}}')
    assert "privacy.transcript_days" in told.args[0].message
    assert "settings.damaged-1.json" in told.args[0].hint
    assert page.banner.isVisible()
    assert page.mend.isVisible()
    with qtbot.waitSignal(page.changed):
        file.write_text(whole)
    assert page.banner.isHidden()


def test_a_key_is_kept_for_the_address_never_shown_again_and_removed(page, qtbot, ring):
    panel = page.endpoint
    assert not panel.key.isEnabled()
    with qtbot.waitSignal(page.changed):
        type_(qtbot, page, "summary.base_url", ADDRESS)
    qtbot.waitUntil(lambda: "No key is kept for models.example" in panel.key_state.text())
    assert panel.key.echoMode() == QLineEdit.EchoMode.Password
    assert panel.remove.isHidden()
    qtbot.keyClicks(panel.key, "s3cret")
    assert ring.kept == {}
    panel.keep.click()
    assert panel.key.text() == ""
    qtbot.waitUntil(panel.remove.isVisible)
    assert ring.kept == {("liveconvo", ADDRESS): "s3cret"}
    panel.remove.click()
    qtbot.waitUntil(panel.remove.isHidden)
    assert ring.kept == {}
    with qtbot.waitSignal(page.changed):
        page.fields["summary.base_url"].reset.click()
    assert not panel.key.isEnabled()


def test_no_key_is_taken_while_its_address_is_not_saved(page, qtbot, ring):
    """It would be kept for the address that stood there before."""
    panel = page.endpoint
    with qtbot.waitSignal(page.changed):
        type_(qtbot, page, "summary.base_url", ADDRESS)
    qtbot.waitUntil(lambda: "No key is kept" in panel.key_state.text())
    assert panel.keep.text() == "Save key for models.example"
    for text in ("https://other.example/v1", "other.example"):
        type_(qtbot, page, "summary.base_url", text, leave=False)
        assert not panel.key.isEnabled()
        assert not panel.test.isEnabled()
        assert "not saved yet" in panel.key_state.text()
    type_(qtbot, page, "summary.base_url", ADDRESS, leave=False)
    assert panel.key.isEnabled()
    assert panel.test.isEnabled()
    assert "No key is kept" in panel.key_state.text()


def test_a_click_beside_the_fields_saves_what_was_typed(page, qtbot):
    """Whoever types an address and goes on to the key, which waits for it, is not stuck."""
    type_(qtbot, page, "summary.base_url", ADDRESS, leave=False)
    with qtbot.waitSignal(page.changed):
        qtbot.mouseClick(page.endpoint.key, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.endpoint.key.isEnabled)


def test_the_keyring_is_asked_once_for_an_address_and_again_when_the_page_is_opened(
    page, qtbot, ring
):
    asked, look = [], ring.get_password
    ring.get_password = lambda service, name: asked.append(name) or look(service, name)
    with qtbot.waitSignal(page.changed):
        type_(qtbot, page, "summary.base_url", ADDRESS)
    qtbot.waitUntil(lambda: "No key is kept" in page.endpoint.key_state.text())
    with qtbot.waitSignal(page.changed):
        type_(qtbot, page, "privacy.log_days", "7")
    with qtbot.waitSignal(page.changed):
        type_(qtbot, page, "summary.model", "large")
    assert asked == [ADDRESS]
    page.open()
    qtbot.waitUntil(lambda: asked == [ADDRESS, ADDRESS])


def test_a_key_is_kept_while_a_test_waits(page, qtbot, ring, monkeypatch):
    go = threading.Event()

    def probe(mine, report, cancelled):
        assert go.wait(10)
        raise CancelledError

    monkeypatch.setattr(endpoint, "probe", probe)
    panel = page.endpoint
    panel.fill(settings.SummarySettings(base_url=ADDRESS))
    panel.test.click()
    qtbot.keyClicks(panel.key, "s3cret")
    panel.keep.click()
    qtbot.waitUntil(panel.remove.isVisible)
    assert ring.kept == {("liveconvo", ADDRESS): "s3cret"}
    assert panel.work.isVisible()
    go.set()


def test_without_a_keyring_it_is_said_what_to_do(page, qtbot):
    keyring.set_keyring(Ring(locked=True))
    with qtbot.waitSignal(page.changed):
        type_(qtbot, page, "summary.base_url", ADDRESS)
    panel = page.endpoint
    qtbot.waitUntil(lambda: "locked" in panel.key_state.text())
    qtbot.keyClicks(panel.key, "s3cret")
    panel.keep.click()
    qtbot.waitUntil(panel.outcome.isVisible)
    assert "cannot be kept" in panel.outcome.accessibleName()
    assert keys.VARIABLE in panel.outcome.accessibleName()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (ADDRESS, "The transcript leaves this computer: it is sent to models.example"),
        ("http://localhost:11434/v1", "sent to a server on this computer (localhost)"),
    ],
)
def test_where_the_words_go_is_said_before_they_go(page, qtbot, address, words):
    assert "nothing is sent anywhere" in page.endpoint.where.text()
    mine = settings.SummarySettings(writer="model", base_url=address)
    page.endpoint.fill(mine)
    assert "nothing is sent" in page.endpoint.where.text()
    mine = mine.model_copy(update={"model": "large"})
    page.endpoint.fill(mine)
    assert words in page.endpoint.where.text()


def test_the_test_tells_what_it_does_and_found(page, qtbot, monkeypatch):
    go = threading.Event()

    def probe(mine, report, cancelled):
        report(0.5, "Waiting for a word")
        assert go.wait(10)
        return Probed("models.example answers.", "Choose a model: large.", ("large",), False)

    monkeypatch.setattr(endpoint, "probe", probe)
    panel = page.endpoint
    panel.fill(settings.SummarySettings(base_url=ADDRESS))
    panel.test.click()
    qtbot.waitUntil(lambda: "Waiting for a word" in panel.work._doing.text())
    assert panel.work.isVisible()
    assert not panel.test.isEnabled()
    go.set()
    qtbot.waitUntil(panel.outcome.isVisible)
    assert "Choose a model: large." in panel.outcome.accessibleName()
    assert panel.test.isEnabled()
    model = page.fields["summary.model"].editor.completer().model()
    assert model.index(0, 0).data() == "large"


def test_cancel_and_another_address_end_a_test(page, qtbot, monkeypatch):
    ended = []

    def probe(mine, report, cancelled):
        while not cancelled():
            pass
        ended.append(mine.base_url)
        raise CancelledError

    monkeypatch.setattr(endpoint, "probe", probe)
    panel = page.endpoint
    panel.fill(settings.SummarySettings(base_url=ADDRESS))
    panel.test.click()
    panel.work.cancel.click()
    qtbot.waitUntil(lambda: ended == [ADDRESS])
    assert panel.work.isHidden()
    assert "cancelled" in panel.outcome.accessibleName()
    panel.test.click()
    panel.fill(settings.SummarySettings(base_url="https://other.example/v1"))
    qtbot.waitUntil(lambda: len(ended) == 2)
    assert panel.outcome.isHidden()
    assert panel.test.isEnabled()
