"""PulseAudio, and PipeWire through its PulseAudio server: microphones and monitors.

Streams come from ``parec``, not from PortAudio: PortAudio reaches a sound server only through
ALSA's pulse plugin, whose poll descriptor stays ready, so its thread spins (over 1,400 polls and
3 to 25 % of a core measured for two channels, against about 1 %); it never lists monitors; and
two sources in one process need a process-wide environment variable. ``parec`` takes the source by
name, ends when the server does, and comes with ``pactl``, which is needed for the names anyway.

A server *moves* the streams of a source that is removed to another one: the far side would then
hear the microphone. ``pactl subscribe`` tells of removals at no cost while nothing changes, and of
a default that the user switches in the middle of a call.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from liveconvo_desktop.audio.backend import Device, OnAudio
from liveconvo_desktop.audio.pulse_ask import (
    HURRY,
    PATIENCE,
    ask,
    is_monitor,
    listed,
    playing_elsewhere,
)
from liveconvo_desktop.audio.pulse_watch import Watch
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import Channel

_FRAGMENT_MS = 40
"""How much is delivered at a time: half the wake-ups of 20 ms, and no later behind the resampler,
which works in pieces of its own (median 21 against 18 ms)."""
_SAMPLE = 4  # bytes of a float32
_REST = 0.5
"""Seconds for which a server that did not answer is not asked again: looking for both devices takes
several questions, and only the first may wait."""
_SOURCES = ("list", "sources")
_INSTALL = "Run: sudo apt-get install pulseaudio-utils"


class PulseStream:
    """One ``parec`` and the thread that reads its pipe."""

    channels = 1

    def __init__(self, source: str, channel: Channel, rate: int, on_audio: OnAudio) -> None:
        self.source = source
        self.rate = rate
        self._on_audio = on_audio
        # A session of its own: Ctrl-C in the terminal must reach the program, not its helpers.
        self._process = subprocess.Popen(
            [
                *("parec", "--raw", f"--device={source}", f"--rate={rate}", "--channels=1"),
                *("--format=float32le", f"--latency-msec={_FRAGMENT_MS}"),
                *("--client-name=LiveConvo", f"--stream-name={channel}"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._read, name=f"capture-{channel}", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False once the server or the source is gone."""
        return self._process.poll() is None

    def _read(self) -> None:
        assert self._process.stdout is not None
        pipe, rest = self._process.stdout.fileno(), b""
        while data := os.read(pipe, 1 << 16):
            data = rest + data
            whole = len(data) - len(data) % _SAMPLE
            rest = data[whole:]
            self._on_audio(data[:whole], False)

    def end(self) -> None:
        """Any thread: no further audio; ``alive`` turns False."""
        self._process.kill()

    def close(self) -> None:
        """End the capture; idempotent."""
        self.end()
        self._process.wait()
        self._thread.join()
        if self._process.stdout is not None:
            self._process.stdout.close()


class Pulse:
    """The sources of a PulseAudio server: its microphones, and the monitor of each output."""

    sporadic: frozenset[Channel] = frozenset()  # a monitor delivers silence while nothing plays

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._patience = PATIENCE
        self._ask_from = now()
        self._lock = threading.Lock()
        self._streams: list[PulseStream] = []
        self._watch: Watch | None = None
        self._defaults: dict[Channel, str] = {}
        self._elsewhere: str | None = None
        self._looking: threading.Thread | None = None

    def devices(self) -> list[Device]:
        """Microphones and monitors, as the desktop's sound settings name them."""
        info = self._ask("info")
        if not isinstance(info, dict):
            return []
        defaults = self._learn_defaults(info)
        return [
            Device(
                source["name"],
                str(source["description"]).removeprefix("Monitor of "),
                "speaker" if is_monitor(source) else "mic",
                source["name"] in defaults.values(),
            )
            for source in listed(self._ask(*_SOURCES))
        ]

    def open(self, device: Device, on_audio: OnAudio) -> PulseStream:
        """Capture a source at its own rate, mixed to one channel by the server."""
        sources = listed(self._ask(*_SOURCES))
        source = next((s for s in sources if s["name"] == device.id), None)
        if source is None:
            raise AudioError(
                f"{device.name} is not connected.",
                "Connect it, or choose another device.",
                f"audio.{device.channel}",
            )
        rate = int(str(source["sample_specification"]).split()[-1].removesuffix("Hz"))
        try:
            stream = PulseStream(device.id, device.channel, rate, on_audio)
        except OSError as error:
            raise AudioError(
                f"The sound of {device.name} cannot be captured ({error}).",
                _INSTALL,
                f"audio.{device.channel}",
            ) from error
        self._keep(stream)
        return stream

    def default(self, channel: Channel) -> str | None:
        """As the server said last; it tells of each change."""
        return self._defaults.get(channel)

    def _learn_defaults(self, info: dict[str, Any]) -> dict[Channel, str]:
        names: dict[Channel, str] = {"speaker": f"{info.get('default_sink_name')}.monitor"}
        microphone = str(info.get("default_source_name"))
        if not microphone.endswith(".monitor"):  # what a server without a microphone names
            names["mic"] = microphone
        self._defaults = names  # replaced, never changed: other threads read it
        return names

    def _switched(self) -> None:
        """On the watching thread: ask which devices are the defaults now."""
        with suppress(subprocess.TimeoutExpired):
            info = ask(PATIENCE, "info")
            if isinstance(info, dict):
                self._learn_defaults(info)

    def elsewhere(self, device: Device) -> str | None:
        """As the last look found; the next one is begun, on a thread of its own."""
        found, self._elsewhere = self._elsewhere, None
        if self._looking is None or not self._looking.is_alive():
            sink = device.id.removesuffix(".monitor")
            self._looking = threading.Thread(
                target=self._look, args=(sink,), name="capture-look", daemon=True
            )
            self._looking.start()
        return found

    def _look(self, sink: str) -> None:
        with suppress(subprocess.TimeoutExpired):
            answers = (ask(HURRY, "list", what) for what in ("sources", "sinks"))
            self._elsewhere = playing_elsewhere(sink, *answers)

    def _keep(self, stream: PulseStream) -> None:
        with self._lock:
            self._streams = [*(s for s in self._streams if s.alive), stream]
            if self._watch is None or not self._watch.alive:
                self._end_watch()
                self._watch = Watch(self._drop_moved, self._switched)

    def _end_watch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    def _drop_moved(self) -> None:
        """End the streams whose source is gone: the server has moved them to another one."""
        names = set()  # without an answer all are ended: better a hole than the other side's voice
        with suppress(subprocess.TimeoutExpired):
            names = {source["name"] for source in listed(ask(PATIENCE, *_SOURCES))}
        for stream in list(self._streams):
            if stream.source not in names:
                stream.end()

    def hurry(self) -> None:
        """From now on wait a second at most for an answer."""
        self._patience = HURRY

    def close(self) -> None:
        """Stop watching; the streams are their owners' to close."""
        with self._lock:
            self._end_watch()

    def missing(self) -> list[tuple[str, str]]:
        """What keeps this machine from capturing."""
        if not (shutil.which("pactl") and shutil.which("parec")):
            return [("The PulseAudio client programs pactl and parec are not installed.", _INSTALL)]
        if not isinstance(self._ask("info"), dict):
            return [
                (
                    "No sound server answers (PulseAudio, or PipeWire with pipewire-pulse).",
                    "Run: systemctl --user start pipewire-pulse  (or: pulseaudio --start)",
                )
            ]
        return []

    def _ask(self, *command: str) -> Any:
        if self._now() < self._ask_from:
            return None
        try:
            return ask(self._patience, *command)
        except subprocess.TimeoutExpired:
            self._ask_from = self._now() + _REST
            return None
