"""Which microphones and loopbacks there are, and what is missing."""

from __future__ import annotations

import shutil
import sys

from liveconvo_desktop.audio.backend import Backend, Device
from liveconvo_desktop.audio.loopback_linux import Pulse
from liveconvo_desktop.audio.loopback_linux_portaudio import PulsePortAudio
from liveconvo_desktop.audio.loopback_macos import CoreAudio
from liveconvo_desktop.audio.loopback_windows import Wasapi
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import CHANNELS, Channel, Fault

__all__ = ["Device", "default_device", "diagnose", "list_devices", "system_backend"]

_NO_DEVICE: dict[Channel, tuple[str, str]] = {
    "mic": (
        "No microphone is connected.",
        "Connect one, or turn it on in the sound settings; until then only the far side is heard.",
    ),
    "speaker": (
        "No sound output is there to take the far side's voice from.",
        "Connect speakers or a headset; until then only your own voice is heard.",
    ),
}


def system_backend() -> Backend:
    """This operating system's."""
    if sys.platform == "win32":
        return Wasapi()
    if sys.platform == "darwin":
        return CoreAudio()
    return Pulse() if shutil.which("parec") and shutil.which("pactl") else PulsePortAudio()


def list_devices(backend: Backend | None = None) -> list[Device]:
    """Everything that can be captured now, microphones first; empty where nothing can.

    It asks the sound server: tens of milliseconds, not for a GUI thread's timer.
    """
    try:
        found = (backend or system_backend()).devices()
    except AudioError:
        return []
    return sorted(found, key=lambda d: (d.channel, not d.is_default, d.name))


def default_device(channel: Channel, backend: Backend | None = None) -> Device | None:
    """The system's choice for a channel, else the first there is, else None."""
    return next((d for d in list_devices(backend) if d.channel == channel), None)


def find_device(channel: Channel, wanted: str | None, backend: Backend) -> Device:
    """The device with the id ``wanted``, or the default for None.

    Raises:
        AudioError: It is not connected.
    """
    found = [d for d in list_devices(backend) if d.channel == channel]
    for device in found:
        if wanted in (None, device.id):
            return device
    message, hint = _NO_DEVICE[channel]
    if wanted is not None and found:
        message, hint = f"{wanted} is not connected.", "Connect it, or choose another device."
    elif missing := backend.missing():
        message, hint = missing[0]
    raise AudioError(message, hint, f"audio.{channel}")


def diagnose(backend: Backend | None = None) -> list[Fault]:
    """What keeps this machine from hearing a call, each with the command or click that mends it."""
    backend = backend or system_backend()
    try:
        missing = backend.missing()
        found = {device.channel for device in backend.devices()}
    except AudioError as error:
        return [error.fault()]
    faults = [Fault("audio", message, hint) for message, hint in missing]
    if not faults:
        faults = [Fault(f"audio.{c}", *_NO_DEVICE[c]) for c in CHANNELS if c not in found]
    return faults
