"""A private headless PulseAudio: two null sinks stand for the loudspeaker and the microphone.

Use it with ``from tests.pulse import pulse`` (a fixture) in a module marked ``pulse``.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

PROGRAMS = ("pulseaudio", "pactl", "parec", "paplay")
INSTALL = (
    "apt-get install -y --no-install-recommends pulseaudio pulseaudio-utils"
    "  (the tests of live capture need them)"
)
MODULES = (
    "module-native-protocol-unix auth-anonymous=1",
    "module-null-sink sink_name=speaker rate=48000 sink_properties=device.description=Headset",
    "module-null-sink sink_name=micpipe rate=48000",
    "module-remap-source source_name=virtmic master=micpipe.monitor"
    " source_properties=device.description=Microphone",
)


class Pulse:
    """One server in a runtime folder of its own; ``env`` is what its clients need."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.env = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(folder / "pulse"),
            "PULSE_STATE_PATH": str(folder / "state"),
            "PULSE_SERVER": f"unix:{folder}/pulse/native",
            "HOME": str(folder),
        }
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PULSE_SINK", "PULSE_SOURCE"):
            self.env.pop(name, None)
        self._server = None
        self._players = []

    def start(self):
        """Start the server; again after ``kill``."""
        loads = [argument for module in MODULES for argument in ("-L", module)]
        (self.folder / "pulse").mkdir(mode=0o700, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no"),
                    *("--exit-idle-time=-1", "--disallow-exit", *loads),
                ],
                env=self.env,
                stdout=log,
                stderr=log,
            )
        self._wait_for_the_socket()
        self.control("set-default-sink", "speaker")
        self.control("set-default-source", "virtmic")

    def _wait_for_the_socket(self):
        end = time.monotonic() + 20
        while time.monotonic() < end and self._server.poll() is None:
            with socket.socket(socket.AF_UNIX) as client:
                if client.connect_ex(f"{self.folder}/pulse/native") == 0:
                    return
            time.sleep(0.02)
        pytest.fail("PulseAudio did not start:\n" + (self.folder / "server.log").read_text())

    def control(self, *arguments):
        """``pactl``; its output."""
        done = subprocess.run(
            ["pactl", *arguments], env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def unload(self, wanted):
        """Unload the module whose arguments contain ``wanted``."""
        [module] = [
            line.split("\t")[0]
            for line in self.control("list", "short", "modules").splitlines()
            if wanted in line
        ]
        self.control("unload-module", module)

    def play_far_side(self, path):
        """Play a file as what the other person says; a handle with ``wait()``."""
        return self.play("speaker", path)

    def play_mic(self, path):
        """Play a file as what the user says."""
        return self.play("micpipe", path)

    def play(self, sink, path):
        """Play a file on an output."""
        player = subprocess.Popen(["paplay", f"--device={sink}", str(path)], env=self.env)
        self._players.append(player)
        return player

    def kill(self):
        """Kill the server, as a crash would."""
        self._server.kill()
        self._server.wait()

    def stop_players(self):
        """Nothing plays any more."""
        for player in self._players:
            player.kill()
            player.wait()
        self._players = []

    def stop(self):
        self.stop_players()
        if self._server is not None:
            self.kill()


@pytest.fixture
def pulse(monkeypatch):
    """A running server, and this process (and its children) connected to it."""
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    if absent and sys.platform == "linux":
        pytest.fail(f"{', '.join(absent)} not found. Run: {INSTALL}")
    # A socket's path may be 108 bytes long; pytest's own folders can be longer.
    with tempfile.TemporaryDirectory(prefix="pulse-") as name:
        server = Pulse(Path(name))
        try:
            server.start()
            for key in ("XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH"):
                monkeypatch.setenv(key, server.env[key])
            monkeypatch.setenv("PULSE_SERVER", server.env["PULSE_SERVER"])
            yield server
        finally:
            server.stop()
