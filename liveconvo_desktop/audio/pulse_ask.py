"""Questions to a PulseAudio server: ``pactl`` and its JSON."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from typing import Any

PATIENCE = 5.0  # seconds for an answer of the sound server; a slow machine needs some
HURRY = 1.0  # the same while a call runs: the thread that asks is the one that listens


def ask(timeout: float, *command: str) -> Any:
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
            env=c_locale(),
        )
        return json.loads(done.stdout)
    return None


def listed(found: Any) -> list[dict[str, Any]]:
    """A list as answered, or an empty one where there was no answer."""
    return found if isinstance(found, list) else []


def is_monitor(source: dict[str, Any]) -> bool:
    """The source is an output's sound."""
    return bool(source.get("monitor_source"))


def playing_elsewhere(sink: str, sources: Any, sinks: Any) -> str | None:
    """Name of an output other than ``sink`` that something plays on.

    An output whose monitor is being recorded is left out: it is a cable between programs (a
    filtered microphone, say) rather than a loudspeaker.

    Args:
        sink: The captured output's name.
        sources: Answer to ``list sources``.
        sinks: Answer to ``list sinks``.
    """
    tapped = {
        s.get("monitor_source")
        for s in listed(sources)
        if is_monitor(s) and s.get("state") == "RUNNING"
    }
    for found in listed(sinks):
        if found.get("state") == "RUNNING" and found["name"] not in {sink, *tapped}:
            return str(found["description"])
    return None


def c_locale() -> dict[str, str]:
    """Without it pactl translates its events and writes decimal commas into its JSON."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}
