"""The choice of what writes a summary: it fits, and leads to where a model is named."""

from __future__ import annotations

import pytest

from liveconvo_desktop.settings import Settings, SummarySettings
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.summary_panel import SummaryPanel
from liveconvo_desktop.ui.summary_writer import CHANGE, SET_UP, WriterBox
from tests.gui.summary_shots import fill

MODEL = SummarySettings(writer="model", base_url="https://models.example/v1", model="large-2")


@pytest.fixture
def box(qtbot, qapp):
    made = WriterBox()
    qtbot.addWidget(made)
    return made


def choose(box, at):
    box.setCurrentIndex(at)
    box.activated.emit(at)


def test_without_a_model_the_way_to_one_is_never_what_is_chosen(box, qtbot):
    assert box.itemText(box.count() - 1) == SET_UP
    with qtbot.waitSignal(box.set_up_wanted), qtbot.assertNotEmitted(box.chosen):
        choose(box, box.count() - 1)
    assert box.currentData() == "offline"


def test_a_model_can_be_chosen_and_where_words_go_is_said(box, qtbot):
    box.fill(MODEL)
    assert box.currentText() == "large-2"
    assert "sent to models.example" in box.toolTip()
    with qtbot.waitSignal(box.chosen):
        choose(box, 0)
    assert "nothing is sent anywhere" in box.toolTip()
    assert box.itemText(box.count() - 1) == CHANGE
    choose(box, box.count() - 1)
    assert box.currentData() == "offline"


def test_what_the_user_chose_for_a_call_outlives_every_other_change(box):
    """It flipped back to the model, and with it the words of the call would have gone there."""
    box.fill(MODEL)
    choose(box, 0)
    box.fill(MODEL)
    box.fill(MODEL.model_copy(update={"model": "large-3", "answer_tokens": 900}))
    assert box.currentData() == "offline"
    assert "nothing is sent anywhere" in box.toolTip()


def test_another_call_another_writer_or_no_model_end_the_choice(box):
    offline = MODEL.model_copy(update={"writer": "offline"})
    box.fill(MODEL)
    choose(box, 0)
    box.fill(MODEL, anew=True)
    assert box.currentData() == "model"
    box.fill(offline)
    assert box.currentData() == "offline"
    choose(box, 1)
    box.fill(MODEL)
    box.fill(offline)
    assert box.currentData() == "offline"
    choose(box, 1)
    box.fill(SummarySettings())
    box.fill(offline)
    assert box.currentData() == "offline"


def test_what_was_set_before_the_model_had_a_name_holds_when_it_has_one(box):
    box.fill(SummarySettings(writer="model"))
    assert box.currentData() == "offline"
    box.fill(MODEL)
    assert box.currentData() == "model"


def test_the_choice_stays_while_its_call_is_open(qtbot, qapp, review_store):
    """After each summary and each cleaning the same call is opened again."""
    bridge = Bridge()
    panel = SummaryPanel(Theme(qapp, scheme="light"), bridge, review_store, lambda: MODEL)
    qtbot.addWidget(panel)
    one, other = fill(review_store).id, fill(review_store).id
    panel.open(one)
    choose(panel.writer, 0)
    panel.open(one)
    panel.apply(Settings(summary=MODEL.model_copy(update={"answer_tokens": 900})))
    assert panel.writer.currentData() == "offline"
    panel.open(other)
    assert panel.writer.currentData() == "model"
    bridge.close()


def test_the_head_needs_no_more_width_than_a_side_panel_has(qtbot, qapp, review_store):
    """It was cut at the right of the review in the smallest window: 300 px."""
    bridge = Bridge()
    panel = SummaryPanel(Theme(qapp, scheme="light"), bridge, review_store, lambda: MODEL)
    qtbot.addWidget(panel)
    panel.show()
    for button in (panel.finished, panel.rewrite):
        button.show()
    assert panel.layout().itemAt(0).minimumSize().width() <= 300
    bridge.close()
