"""The reader: speculation is used once, and what it hears steers the endpoint."""

from dataclasses import replace

import numpy as np
import pytest

from liveconvo_desktop.call.desk import Desk
from liveconvo_desktop.call.read import Reader
from liveconvo_desktop.events import Utterance
from liveconvo_desktop.stt.base import Transcript


class Scripted:
    provider = "whisper"
    model = "scripted"

    def __init__(self, *texts):
        self.texts = list(texts)

    def transcribe(self, samples, effort):
        return Transcript(self.texts.pop(0), 0.9)


def utterance(stage, t1=2.0, key="a"):
    return Utterance(key, "mic", 1.0, t1, np.zeros(16, np.float32), stage)


def read(transcriber, *utterances):
    """Each utterance is read before the next one is put, as when the machine keeps up."""
    desk, shown = Desk(lambda: 5.0), []
    reader = Reader("s", transcriber, desk, shown.append)
    for one in utterances:
        desk.put(one, 0.0)
        job = desk.take(0.0)
        reader._read(job)
        desk.done(job, 0.0)
    return desk, shown


@pytest.mark.parametrize(
    ("text", "hinted"), [("We left.", True), ("Did we?", True), ("and", False)]
)
def test_a_sentence_end_in_a_pause_is_a_hint_to_close(text, hinted):
    desk, _ = read(Scripted(text), utterance("paused"))
    assert bool(desk.hints("mic")) is hinted
    assert desk.hints("mic") == []


def test_a_close_without_new_speech_takes_the_speculative_text():
    _, shown = read(Scripted("We left."), utterance("paused"), utterance("closed"))
    assert [(s.text, s.final) for s in shown] == [("We left.", False), ("We left.", True)]


def test_a_close_after_more_speech_is_read_again():
    script = Scripted("We left.", "We left them.")
    _, shown = read(script, utterance("paused"), utterance("closed", t1=3.0))
    assert shown[-1].text == "We left them."


def test_a_partial_that_turns_out_to_be_nothing_is_taken_back():
    _, shown = read(Scripted("Thank you.", ""), utterance("open"), utterance("closed", t1=3.0))
    assert [(s.text, s.final) for s in shown] == [("Thank you.", False), ("", True)]


def test_what_the_gate_left_nothing_of_is_taken_back_unread():
    script = Scripted("Thank you very much.", "Thank you very much.")
    closed = replace(utterance("closed"), samples=np.zeros(0, np.float32))
    _, shown = read(script, utterance("open"), utterance("paused"), closed)
    assert [(s.text, s.final) for s in shown[-1:]] == [("", True)]


def test_nothing_that_was_never_shown_is_taken_back():
    _, shown = read(Scripted(""), utterance("closed"))
    assert shown == []


def test_a_pause_text_is_stable_and_a_first_partial_is_not():
    _, shown = read(Scripted("so we", "so we left"), utterance("open"), utterance("paused"))
    assert [s.stable for s in shown] == [0, len("so we left")]


@pytest.mark.parametrize(
    ("text", "marked"),
    [("and then", "and then…"), ("And then.", "And then…"), ("so...", "so…"), ("", "")],
)
def test_an_utterance_that_the_end_of_the_call_cut_says_so(text, marked):
    desk, shown = Desk(lambda: 5.0), []
    reader = Reader("s", Scripted("an", text), desk, shown.append)
    for one, cut in ((utterance("open"), False), (utterance("closed", t1=3.0), True)):
        desk.put(one, 0.0, cut=cut)
        reader._read(desk.take(0.0))
    assert shown[-1].text == marked
