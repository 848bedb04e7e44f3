"""PulseAudio, and PipeWire through its PulseAudio server: microphones and monitors.

Streams come from ``parec``, not from PortAudio: PortAudio reaches a sound server only through
ALSA's pulse plugin, whose poll descriptor stays ready, so its thread spins (over 1,400 polls and
3 to 25 % of a core measured for two channels, against about 1 %); it never lists monitors; and
two sources in one process need a process-wide environment variable. ``parec`` takes the source by
name, ends when the server does, and comes with ``pactl``, which is needed for the names anyway.

A server *moves* the streams of a source that is removed to another one: the far side would then
hear the microphone. ``pactl subscribe`` tells of removals at no cost while nothing changes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from liveconvo_desktop.audio.backend import Device, OnAudio
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import Channel

_FRAGMENT_MS = 40
"""How much is delivered at a time: half the wake-ups of 20 ms, and no later behind the resampler,
which works in pieces of its own (median 21 against 18 ms)."""
_SAMPLE = 4  # bytes of a float32
_PATIENCE = 5.0  # seconds for an answer of the sound server; a slow machine needs some
_HURRY = 1.0  # the same while a call runs: the thread that asks is the one that listens
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


class _Removals:
    """Calls back whenever a source was removed, until the server goes away or it is closed."""

    def __init__(self, on_removed: Callable[[], None]) -> None:
        self._on_removed = on_removed
        self._process = subprocess.Popen(
            ["pactl", "subscribe"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=_c_locale(),
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._read, name="capture-watch", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                if "'remove' on source #" in line:
                    self._on_removed()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._thread.join(_HURRY)  # it may be waiting for a server that does not answer


class Pulse:
    """The sources of a PulseAudio server: its microphones, and the monitor of each output."""

    sporadic: frozenset[Channel] = frozenset()  # a monitor delivers silence while nothing plays

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._patience = _PATIENCE
        self._ask_from = now()
        self._lock = threading.Lock()
        self._streams: list[PulseStream] = []
        self._removals: _Removals | None = None

    def devices(self) -> list[Device]:
        """Microphones and monitors, as the desktop's sound settings name them."""
        info = self._ask("info")
        if not isinstance(info, dict):
            return []
        microphone = info.get("default_source_name")
        monitor = f"{info.get('default_sink_name')}.monitor"
        return [
            Device(
                source["name"],
                str(source["description"]).removeprefix("Monitor of "),
                "speaker" if _is_monitor(source) else "mic",
                source["name"] == (monitor if _is_monitor(source) else microphone),
            )
            for source in _listed(self._ask(*_SOURCES))
        ]

    def open(self, device: Device, on_audio: OnAudio) -> PulseStream:
        """Capture a source at its own rate, mixed to one channel by the server."""
        sources = _listed(self._ask(*_SOURCES))
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
        self._watch(stream)
        return stream

    def _watch(self, stream: PulseStream) -> None:
        with self._lock:
            self._streams = [*(s for s in self._streams if s.alive), stream]
            if self._removals is None or not self._removals.alive:
                self._end_removals()
                self._removals = _Removals(self._drop_moved)

    def _end_removals(self) -> None:
        removals, self._removals = self._removals, None
        if removals is not None:
            removals.close()

    def _drop_moved(self) -> None:
        """End the streams whose source is gone: the server has moved them to another one."""
        names = set()  # without an answer all are ended: better a hole than the other side's voice
        with suppress(subprocess.TimeoutExpired):
            names = {source["name"] for source in _listed(_ask(_PATIENCE, *_SOURCES))}
        for stream in list(self._streams):
            if stream.source not in names:
                stream.end()

    def hurry(self) -> None:
        """From now on wait a second at most for an answer."""
        self._patience = _HURRY

    def close(self) -> None:
        """Stop watching; the streams are their owners' to close."""
        with self._lock:
            self._end_removals()

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
            return _ask(self._patience, *command)
        except subprocess.TimeoutExpired:
            self._ask_from = self._now() + _REST
            return None


def _is_monitor(source: dict[str, Any]) -> bool:
    return bool(source.get("monitor_source"))


def _listed(found: Any) -> list[dict[str, Any]]:
    return found if isinstance(found, list) else []


def _ask(timeout: float, *command: str) -> Any:
    """The server's answer, or None where there is no server or no ``pactl``.

    Raises:
        subprocess.TimeoutExpired: It does not answer.
    """
    with suppress(OSError, subprocess.CalledProcessError, ValueError):
        done = subprocess.run(
            ["pactl", "--format=json", *command],
            capture_output=True,
            timeout=timeout,
            check=True,
            env=_c_locale(),
        )
        return json.loads(done.stdout)
    return None


def _c_locale() -> dict[str, str]:
    """Without it pactl translates its events and writes decimal commas into its JSON."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}
