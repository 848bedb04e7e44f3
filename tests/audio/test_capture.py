"""Live capture against a scripted backend: no clock, no threads, every failure at will."""

import numpy as np
import pytest

from liveconvo_desktop.audio.backend import Device
from liveconvo_desktop.audio.capture import QUEUE_LIMIT, LiveCapture
from liveconvo_desktop.audio.devices import default_device, diagnose, list_devices
from liveconvo_desktop.errors import AudioError

RATE = 16000
MIC = Device("mic-1", "Desk microphone", "mic", True)
FAR = Device("out-1", "Headset", "speaker", True)


class FakeStream:
    rate = RATE
    channels = 2
    alive = True
    closed = False

    def close(self):
        self.closed = True


class FakeBackend:
    rate = RATE

    def __init__(self, *devices, sporadic=()):
        self.there = list(devices)
        self.sporadic = frozenset(sporadic)
        self.streams = {}
        self.hear = {}
        self.opened = []
        self.closed = False
        self.hurried = False
        self.defaults = {}
        self.playing = None

    def devices(self):
        return self.there

    def open(self, device, on_audio):
        self.streams[device.channel] = stream = FakeStream()
        stream.rate = self.rate
        self.hear[device.channel] = on_audio
        self.opened.append(device.id)
        return self.streams[device.channel]

    def default(self, channel):
        return self.defaults.get(channel)

    def elsewhere(self, device):
        return self.playing

    def hurry(self):
        self.hurried = True

    def close(self):
        self.closed = True

    def missing(self):
        return []


class Rig:
    """A capture whose time the test moves; collects what comes out and checks its contiguity."""

    def __init__(self, *devices, **arguments):
        self.time = 1000.0
        self.backend = FakeBackend(*devices, **arguments)
        self.capture = LiveCapture(backend=self.backend, now=lambda: self.time)
        self.blocks = {"mic": [], "speaker": []}
        self.faults = []

    def deliver(self, channel, seconds=0.02, level=0.25, lost=False):
        frames = np.full((round(seconds * self.backend.rate), 2), level, np.float32)
        self.backend.hear[channel](frames.tobytes(), lost)

    def pass_time(self, seconds, channels=("mic", "speaker"), level=0.25):
        for _ in range(round(seconds / 0.02)):
            self.time += 0.02
            for channel in channels:
                self.deliver(channel, level=level)
            self.read()

    def read(self):
        for block in self.capture.read(0.0):
            assert block.t0 == pytest.approx(self.t1(block.channel), abs=1e-9)
            assert block.rate == 16000
            self.blocks[block.channel].append(block)
        self.faults += self.capture.faults()

    def t1(self, channel):
        return self.blocks[channel][-1].t1 if self.blocks[channel] else 0.0

    def gaps(self, channel):
        """Neighbouring gap blocks as one (t0, t1, reason)."""
        found = []
        for b in self.blocks[channel]:
            if b.gap and found and abs(found[-1][1] - b.t0) < 1e-9 and found[-1][2] == b.gap:
                found[-1] = (found[-1][0], b.t1, b.gap)
            elif b.gap:
                found.append((b.t0, b.t1, b.gap))
        return found


def test_session_time_starts_with_the_first_callback_and_stereo_is_mixed_down():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.time += 1.4
    rig.deliver("mic")
    rig.read()
    assert rig.capture.epoch == pytest.approx(rig.time - 0.02)
    assert len(rig.blocks["mic"][0].samples) == 320
    rig.pass_time(0.5, ["mic"])
    rig.pass_time(0.1)
    assert rig.t1("speaker") == pytest.approx(0.62)
    assert rig.gaps("speaker") == [], "a later start is no gap"
    assert rig.capture.names == {"mic": "Desk microphone", "speaker": "Headset"}


@pytest.mark.parametrize("how", ["stream ends", "no callbacks"])
def test_a_device_that_went_away_is_a_hole_and_comes_back_in_time(how):
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.pass_time(1)
    rig.backend.there = [MIC]
    if how == "stream ends":
        rig.backend.streams["speaker"].alive = False
    rig.pass_time(5, ["mic"])
    [fault] = rig.faults
    assert (fault.where, fault.fatal) == ("audio.speaker", False)
    assert "Headset" in fault.message
    assert set(rig.capture.names) == {"mic"}
    assert rig.t1("speaker") == pytest.approx(rig.t1("mic"), abs=0.5), "its time goes on"
    rig.backend.there = [MIC, FAR]
    rig.pass_time(2.2, ["mic"])
    assert rig.backend.opened.count("out-1") == 2
    rig.pass_time(1)
    assert rig.t1("speaker") == pytest.approx(rig.t1("mic"), abs=0.03)
    [(t0, t1, reason)] = rig.gaps("speaker")
    assert (t0, reason) == (pytest.approx(1.0), "device")
    assert t1 == pytest.approx(8.2, abs=0.05)
    assert rig.gaps("mic") == []
    assert len(rig.faults) == 1


def test_a_side_that_follows_the_default_moves_with_it():
    """The user put the headset on in the middle of the call."""
    other = Device("out-2", "Loudspeaker", "speaker", False)
    rig = Rig(MIC, FAR, other)
    rig.backend.defaults = {"mic": "mic-1", "speaker": "out-1"}
    rig.capture.start()
    rig.pass_time(1)
    moved = Device("out-2", "Loudspeaker", "speaker", True)
    rig.backend.there = [MIC, Device("out-1", "Headset", "speaker", False), moved]
    rig.backend.defaults = {"mic": "mic-1", "speaker": "out-2"}
    old = rig.backend.streams["speaker"]
    rig.pass_time(0.2, ["mic"])
    assert old.closed
    assert rig.backend.opened == ["mic-1", "out-1", "out-2"]
    rig.pass_time(1)
    assert rig.capture.names["speaker"] == "Loudspeaker"
    [(t0, t1, reason)] = rig.gaps("speaker")
    assert (t0, reason) == (pytest.approx(1.0, abs=0.1), "device")
    assert t1 == pytest.approx(1.2, abs=0.1)
    assert rig.faults == [], "nothing is wrong"
    assert rig.t1("speaker") == pytest.approx(rig.t1("mic"), abs=0.03)


@pytest.mark.parametrize("wanted", ["out-1", None])
def test_a_side_stays_where_it_was_put_and_where_no_default_is_known(wanted):
    rig = Rig(MIC, FAR)
    rig.capture = LiveCapture(None, wanted, backend=rig.backend, now=lambda: rig.time)
    rig.backend.defaults = {} if wanted is None else {"speaker": "out-1"}
    rig.capture.start()
    rig.pass_time(1)
    rig.backend.defaults = {} if wanted is None else {"speaker": "out-2"}
    rig.pass_time(3)
    assert rig.backend.opened == ["mic-1", "out-1"]
    assert rig.gaps("speaker") == []


def test_a_new_default_that_cannot_be_opened_is_told():
    rig = Rig(MIC, FAR)
    rig.backend.defaults = {"speaker": "out-1"}
    rig.capture.start()
    rig.pass_time(1)
    rig.backend.there, rig.backend.defaults = [MIC], {"speaker": "out-2"}
    rig.pass_time(5, ["mic"])
    assert [f.where for f in rig.faults] == ["audio.speaker"]
    assert "No sound output" in rig.faults[0].message


def test_a_new_default_that_delivers_nothing_is_told():
    rig = Rig(MIC, FAR)
    rig.backend.defaults = {"speaker": "out-1"}
    rig.capture.start()
    rig.pass_time(1)
    rig.backend.there = [MIC, Device("out-2", "Loudspeaker", "speaker", True)]
    rig.backend.defaults = {"speaker": "out-2"}
    rig.pass_time(30, ["mic"])
    assert [f.message for f in rig.faults] == ["Loudspeaker delivers nothing."]


def test_a_call_that_plays_on_another_output_than_the_captured_one_is_told_once():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.pass_time(1)
    rig.pass_time(30, ["mic"])  # (it comes back at once, silent)
    rig.faults.clear()
    silent = np.zeros((320, 2), np.float32).tobytes()

    def far_silent(seconds):
        for _ in range(round(seconds / 0.02)):
            rig.time += 0.02
            rig.deliver("mic")
            rig.backend.hear["speaker"](silent, False)
            rig.read()

    rig.backend.playing = "Loudspeaker"
    far_silent(9)
    assert rig.faults == []
    far_silent(30)
    [fault] = rig.faults
    assert fault.where == "audio.speaker"
    assert "Nothing is heard from Headset, while Loudspeaker is playing." in fault.message
    rig.pass_time(1)
    far_silent(30)
    assert len(rig.faults) == 2, "sound came in between: it is news again"


def test_a_short_sound_on_another_output_is_no_alarm():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    looks = iter([None, "Loudspeaker"] * 100)
    rig.backend.elsewhere = lambda device: next(looks)
    rig.pass_time(60, level=0.0)
    assert [f.where for f in rig.faults] == ["audio.mic"]


def test_a_stall_of_all_callbacks_is_no_fault():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.pass_time(1)
    rig.pass_time(1.24, [])
    for _ in range(62):
        rig.deliver("mic")
        rig.deliver("speaker")
    rig.pass_time(1)
    assert rig.faults == []
    assert rig.gaps("mic") == rig.gaps("speaker") == []
    assert rig.t1("mic") == pytest.approx(3.24)


def test_a_device_that_never_delivers_is_told_once():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.pass_time(30, ["speaker"])
    assert [f.message for f in rig.faults] == ["Desk microphone delivers nothing."]
    assert rig.gaps("mic")[0][0] == 0.0
    assert rig.t1("mic") == pytest.approx(30, abs=0.5)


def test_a_quiet_windows_loopback_is_silence_not_a_gap():
    rig = Rig(MIC, FAR, sporadic=["speaker"])
    rig.capture.start()
    rig.pass_time(1)
    rig.pass_time(20, ["mic"])
    rig.pass_time(1)
    assert rig.faults == []
    assert rig.gaps("speaker") == []
    assert rig.t1("speaker") == pytest.approx(22, abs=0.1)


def test_a_dead_microphone_is_noticed_and_a_quiet_far_side_is_not():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.pass_time(25, level=0.0)
    [fault] = rig.faults
    assert fault.where == "audio.mic"
    assert "no sound at all" in fault.message


def test_a_reader_that_sleeps_too_long_counts_drops_and_marks_the_hole():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.pass_time(1)
    for _ in range(QUEUE_LIMIT // 2 + 50):
        rig.time += 0.02
        rig.deliver("mic")
        rig.deliver("speaker")
    rig.read()
    rig.pass_time(2)
    assert rig.capture.dropped == 100
    for channel in ("mic", "speaker"):
        [(t0, t1, reason)] = rig.gaps(channel)
        assert reason == "lost"
        assert t1 - t0 == pytest.approx(1.0, abs=0.05)
        assert rig.t1(channel) == pytest.approx(rig.time - rig.capture.epoch, abs=0.05)


def test_what_an_old_stream_left_in_the_queue_is_not_taken():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.pass_time(1)
    old = rig.backend.hear["mic"]
    rig.backend.streams["mic"].alive = False
    rig.pass_time(0.4, ["speaker"])
    assert rig.backend.opened.count("mic-1") == 2
    before = rig.t1("mic")
    old(np.ones((16000, 2), np.float32).tobytes(), False)
    rig.read()
    assert rig.t1("mic") == before


def test_one_side_is_enough_and_none_is_an_error():
    rig = Rig(FAR)
    rig.capture.start()
    rig.pass_time(1, ["speaker"])
    [fault] = rig.faults
    assert fault.where == "audio.mic"
    assert "No microphone" in fault.message
    assert rig.gaps("mic")[0][2] == "device"
    with pytest.raises(AudioError, match="No microphone"):
        Rig().capture.start()


def test_stop_closes_everything_once():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    rig.capture.stop()
    rig.capture.stop()
    assert all(s.closed for s in rig.backend.streams.values())
    assert rig.backend.closed
    assert rig.capture.read(0.0) == []
    assert rig.capture.ended


def test_what_was_captured_before_the_stop_is_still_read():
    """Held by a clock since a stall, in the queue, in the resampler: everything that was said."""
    rig = Rig(MIC, FAR)
    rig.backend.rate = 48000
    rig.capture.start()
    rig.pass_time(1)
    rig.time += 2.0
    rig.deliver("mic", 0.1)
    rig.deliver("speaker", 0.1)
    rig.read()
    assert rig.t1("mic") < 1.01, "held: a backlog may follow"
    for _ in range(5):
        rig.deliver("mic", 0.1)
        rig.deliver("speaker", 0.1)
    rig.capture.stop()
    assert not rig.capture.ended
    rig.read()
    assert rig.t1("mic") == rig.t1("speaker") == pytest.approx(1.6)
    assert rig.capture.ended
    assert rig.capture.read(0.0) == []


def test_what_was_captured_before_the_first_read_is_not_lost_either():
    rig = Rig(MIC, FAR)
    rig.capture.start()
    assert rig.capture.epoch == 0.0, "not known yet"
    rig.time += 0.02
    rig.deliver("mic")
    rig.capture.stop()
    rig.read()
    assert rig.t1("mic") == pytest.approx(0.02)
    assert rig.t1("speaker") == 0.0
    assert rig.capture.epoch == pytest.approx(rig.time - 0.02)


def test_once_the_call_runs_a_sound_system_that_hangs_must_not_hold_it_up():
    rig = Rig(MIC, FAR)
    rig.backend.open = lambda *_: (
        pytest.fail("hurried at the start") if rig.backend.hurried else (FakeStream())
    )
    rig.capture.start()
    assert rig.backend.hurried


def test_listing_puts_the_default_first_and_says_what_is_missing():
    other = Device("mic-0", "A webcam", "mic", False)
    backend = FakeBackend(other, FAR, MIC)
    assert [d.id for d in list_devices(backend)] == ["mic-1", "mic-0", "out-1"]
    assert default_device("mic", backend) == MIC
    assert default_device("mic", FakeBackend(other)) == other
    assert default_device("mic", FakeBackend()) is None
    assert diagnose(backend) == []
    [fault] = diagnose(FakeBackend(MIC))
    assert fault.where == "audio.speaker"
