"""Live capture under a real sound server: the right voice on the right channel, whatever dies."""

import time

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.audio.capture import LiveCapture
from liveconvo_desktop.audio.devices import default_device, diagnose, list_devices
from liveconvo_desktop.errors import AudioError
from tests.pulse import pulse  # noqa: F401  (a fixture)

pytestmark = pytest.mark.pulse

MIC_HERTZ, FAR_HERTZ = 440, 1200


@pytest.fixture
def tones(tmp_path):
    """A long tone for each side; the far side's at another rate."""
    paths = {}
    for name, hertz, rate in (("mic", MIC_HERTZ, 48000), ("far", FAR_HERTZ, 44100)):
        tone = 0.4 * np.sin(2 * np.pi * hertz * np.arange(rate * 60) / rate)
        paths[name] = tmp_path / f"{name}.wav"
        soundfile.write(paths[name], tone, rate)
    return paths


@pytest.fixture
def capture():
    live = LiveCapture()
    yield live
    live.stop()


class Heard:
    """Everything a capture has handed out, checked to be without a hole as it comes."""

    def __init__(self, capture):
        self.capture = capture
        self.blocks = {"mic": [], "speaker": []}
        self.faults = []

    def until(self, done, seconds=15.0):
        """Read until ``done(self)``; fails after ``seconds``."""
        end = time.monotonic() + seconds
        while not done(self):
            assert time.monotonic() < end, self.picture()
            for block in self.capture.read(0.1):
                assert block.t0 == pytest.approx(self.t1(block.channel), abs=1e-9)
                self.blocks[block.channel].append(block)
            self.faults += self.capture.faults()
        return self

    def picture(self):
        """What a failure needs to say."""
        return self.faults, {
            c: (
                self.t1(c),
                self.gaps(c),
                level(self.last(c, 0.5), MIC_HERTZ),
                level(self.last(c, 0.5), FAR_HERTZ),
            )
            for c in self.blocks
            if self.blocks[c]
        }

    def t1(self, channel):
        return self.blocks[channel][-1].t1 if self.blocks[channel] else 0.0

    def for_seconds(self, seconds):
        """Both channels get this much longer."""
        ends = {c: self.t1(c) + seconds for c in self.blocks}
        return self.until(lambda h: all(h.t1(c) >= end for c, end in ends.items()))

    def last(self, channel, seconds):
        whole = np.concatenate([b.samples for b in self.blocks[channel]])
        return whole[-round(seconds * 16000) :]

    def gaps(self, channel):
        return {b.gap for b in self.blocks[channel] if b.gap}


def level(samples, hertz):
    """Amplitude of one frequency."""
    window = np.hanning(len(samples))
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / 16000)
    return abs(np.sum(samples * window * turn)) * 2 / window.sum()


def assert_each_hears_its_own(heard):
    for channel, own, other in (
        ("mic", MIC_HERTZ, FAR_HERTZ),
        ("speaker", FAR_HERTZ, MIC_HERTZ),
    ):
        samples = heard.last(channel, 0.5)
        assert level(samples, own) > 0.2
        assert level(samples, other) < 1e-3


def plays(heard):
    return all(
        len(heard.blocks[c]) > 40 and level(heard.last(c, 0.5), hertz) > 0.2
        for c, hertz in (("mic", MIC_HERTZ), ("speaker", FAR_HERTZ))
    )


def test_devices_have_names_that_a_person_knows(pulse):  # noqa: F811
    found = {(d.channel, d.name, d.id, d.is_default) for d in list_devices()}
    assert ("mic", "Microphone", "virtmic", True) in found
    assert ("speaker", "Headset", "speaker.monitor", True) in found
    assert ("speaker", "Null Output", "micpipe.monitor", False) in found
    assert default_device("speaker").name == "Headset"
    assert diagnose() == []


def test_each_channel_hears_its_own_side_and_survives_the_server(pulse, tones, capture):  # noqa: F811
    pulse.play_mic(tones["mic"])
    pulse.play_far_side(tones["far"])
    capture.start()
    heard = Heard(capture).until(plays)
    assert_each_hears_its_own(heard)
    assert capture.names == {"mic": "Microphone", "speaker": "Headset"}
    assert heard.faults == []
    assert heard.gaps("mic") | heard.gaps("speaker") == set()
    assert time.monotonic() - capture.epoch == pytest.approx(heard.t1("mic"), abs=1.0)

    pulse.kill()
    heard.until(lambda h: len(h.faults) == 2)
    assert {f.where for f in heard.faults} == {"audio.mic", "audio.speaker"}
    assert all(f.hint for f in heard.faults)
    heard.for_seconds(1.0)  # the clock goes on
    assert heard.gaps("mic") == heard.gaps("speaker") == {"device"}
    assert capture.names == {}

    pulse.start()
    pulse.play_mic(tones["mic"])
    pulse.play_far_side(tones["far"])
    heard.until(plays)
    assert_each_hears_its_own(heard)
    assert capture.names == {"mic": "Microphone", "speaker": "Headset"}
    assert len(heard.faults) == 2, "told once"
    assert time.monotonic() - capture.epoch == pytest.approx(heard.t1("speaker"), abs=1.0)


def test_the_far_side_never_hears_the_mic_when_its_output_is_removed(pulse, tones):  # noqa: F811
    capture = LiveCapture(speaker_device="speaker.monitor")
    try:
        player = pulse.play_mic(tones["mic"])
        capture.start()
        heard = Heard(capture).for_seconds(0.5)
        pulse.unload("sink_name=speaker")
        heard.until(lambda h: h.faults).for_seconds(1.5)
        assert [f.message for f in heard.faults] == ["Headset went away."]
        speaker = heard.last("speaker", 1.5)
        assert level(speaker, MIC_HERTZ) < 0.01, "the server moved the stream to the microphone"
        assert level(heard.last("mic", 0.5), MIC_HERTZ) > 0.2, "the other side goes on"

        pulse.control("load-module", "module-null-sink", "sink_name=speaker", "rate=44100")
        player.kill()  # the server moves it, too: to its default, the new output
        pulse.play_mic(tones["mic"])
        pulse.play_far_side(tones["far"])
        heard.until(plays)
        assert_each_hears_its_own(heard)
    finally:
        capture.stop()


def test_the_far_side_follows_the_default_output(pulse, tones, capture):  # noqa: F811
    """The call moves to another output in the middle: heard there within two seconds.

    Both outputs play throughout, so silence that is no marked hole is audio that went missing; but
    the server takes the player to the new output at once, and the old one is silent until the
    switch is noticed (0.03 to 0.1 s).
    """
    pulse.play_mic(tones["mic"])
    before_the_switch = pulse.play_far_side(tones["far"])
    capture.start()
    heard = Heard(capture).until(plays)
    pulse.control(
        *("load-module", "module-null-sink", "sink_name=other"),
        "sink_properties=device.description=Loudspeaker",
    )
    pulse.play("other", tones["far"])
    heard.for_seconds(1.0)
    assert capture.names["speaker"] == "Headset"
    before = heard.t1("speaker")
    pulse.control("set-default-sink", "other")
    heard.until(lambda h: capture.names.get("speaker") == "Loudspeaker")
    before_the_switch.kill()
    heard.for_seconds(1.0).until(plays).for_seconds(0.5)
    assert heard.faults == []
    since = [b for b in heard.blocks["speaker"] if b.t0 >= before]
    hole = [b for b in since if b.gap]
    assert {b.gap for b in hole} <= {"device"}
    # On the audio clock; the first callback of a null sink alone comes up to 1.9 s late.
    assert sum(b.t1 - b.t0 for b in hole) < 3.0
    silent = [b for b in since if not b.gap and np.abs(b.samples).max() < 0.2]
    assert sum(b.t1 - b.t0 for b in silent) < 0.3
    assert time.monotonic() - capture.epoch == pytest.approx(heard.t1("speaker"), abs=0.5)
    assert heard.gaps("mic") == set(), "the microphone is left alone"
    assert_each_hears_its_own(heard)


def test_a_chosen_output_that_the_call_is_not_on_is_told(pulse, tones):  # noqa: F811
    pulse.control(
        *("load-module", "module-null-sink", "sink_name=other"),
        "sink_properties=device.description=Loudspeaker",
    )
    capture = LiveCapture(speaker_device="speaker.monitor")
    try:
        pulse.play_mic(tones["mic"])  # through a cable, which is no output that plays
        capture.start()
        heard = Heard(capture).for_seconds(0.5)
        pulse.play("other", tones["far"])
        heard.until(lambda h: h.faults, 30)
        [fault] = heard.faults
        assert fault.message == "Nothing is heard from Headset, while Loudspeaker is playing."
    finally:
        capture.stop()


def test_one_missing_side_is_a_fault_and_none_an_error(pulse):  # noqa: F811
    capture = LiveCapture(mic_device="unplugged")
    try:
        capture.start()
        heard = Heard(capture).for_seconds(0.5)
        [fault] = heard.faults
        assert fault.where == "audio.mic"
        assert heard.gaps("mic") == {"device"}
        assert heard.gaps("speaker") == set()
        assert set(capture.names) == {"speaker"}
    finally:
        capture.stop()
    neither = LiveCapture(mic_device="unplugged", speaker_device="unplugged")
    with pytest.raises(AudioError):
        neither.start()


def test_without_a_server_everything_says_what_to_do(pulse):  # noqa: F811
    pulse.kill()
    assert list_devices() == []
    [fault] = diagnose()
    assert "No sound server answers" in fault.message
    with pytest.raises(AudioError, match="No sound server") as error:
        LiveCapture().start()
    assert "systemctl" in error.value.hint
