"""An import that is killed leaves nothing of itself in the library."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.call.importing import PART
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_or_interrupted_nothing_is_in_the_library(tmp_path, number):
    samples, rate = soundfile.read(resource("demo/sales_call.opus"), dtype="float32")
    path = tmp_path / "long.flac"
    soundfile.write(path, np.tile(samples, (6, 1)), rate)
    home = tmp_path / "home"
    command = [sys.executable, "-m", "liveconvo_desktop", "import", str(path), "--json"]
    environment = {**os.environ, "LIVECONVO_HOME": str(home)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        for line in process.stdout:
            progress = json.loads(line)
            assert progress["event"] == "progress"
            if progress["words"] > 0:
                process.send_signal(number)
                break
        _, said = process.communicate(timeout=60)
    store = Store.open(home / "liveconvo.db")
    try:
        assert store.sessions() == []
        assert store.unfinished() == []
    finally:
        store.close()
    left = [one.suffix for one in (home / "liveconvo-recordings").iterdir()]
    if number == signal.SIGKILL:
        assert left == [PART]
    else:
        assert (process.returncode, left) == (130, [])
        assert "nothing was imported" in said
