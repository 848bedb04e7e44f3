"""Run ``liveconvo call`` as its users do: a process of its own that prints JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "liveconvo_desktop"]


def start(*args: str | Path, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """The command, running; its standard output is a pipe of lines."""
    return subprocess.Popen(
        [*COMMAND, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )


def run(*args: str | Path, env: dict[str, str] | None = None) -> list[dict]:
    """The command's JSON lines; fails the test on any other end than success."""
    with start(*args, env=env) as process:
        out, err = process.communicate(timeout=110)
    assert process.returncode == 0, f"exit {process.returncode}\n{out[-2000:]}\n{err[-4000:]}"
    return [json.loads(line) for line in out.splitlines()]


def finals(rows: list[dict], channel: str | None = None) -> list[dict]:
    """Final lines with words, one side's or both."""
    return [
        r for r in rows if r["event"] == "final" and r["text"] and channel in (None, r["channel"])
    ]
