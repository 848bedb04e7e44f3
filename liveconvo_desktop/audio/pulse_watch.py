"""What changes on a PulseAudio server while a call runs, told by ``pactl subscribe``.

It costs nothing while nothing changes, and nothing in the listening thread ever waits for it.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable

from liveconvo_desktop.audio.pulse_ask import HURRY, c_locale

_REMOVED = "'remove' on source #"
_SWITCHED = "'change' on server"
"""The default output or microphone is another one; said by PipeWire's server, too."""


class Watch:
    """Calls back on its own thread, until the server goes away or it is closed.

    Args:
        on_removed: A source was removed.
        on_switched: The server's defaults may have changed.
    """

    def __init__(self, on_removed: Callable[[], None], on_switched: Callable[[], None]) -> None:
        self._answers = {_REMOVED: on_removed, _SWITCHED: on_switched}
        # A session of its own: Ctrl-C in the terminal must reach the program, not its helpers.
        self._process = subprocess.Popen(
            ["pactl", "subscribe"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=c_locale(),
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._read, name="capture-watch", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False once the server is gone."""
        return self._process.poll() is None

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                for said, answer in self._answers.items():
                    if said in line:
                        answer()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._thread.join(HURRY)  # it may be waiting for a server that does not answer
