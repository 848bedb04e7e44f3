"""Both talk at once and nothing leaks: the echo gate must not take the user's words.

python -m tests.bench.talkover

The demo call with its far side moved, so that the two talk into each other; every move is another
chance for their rhythms to look like an echo.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from liveconvo_desktop.audio.echo import EchoGate
from liveconvo_desktop.events import AudioBlock
from liveconvo_desktop.paths import resource
from tests.bench.harness import RATE, run_call, save, table
from tests.bench.score import Turn, score

READ = (0.0, 3.0, 5.0, 6.0)
"""Seconds of the moves that are read to words; 0 is the call as it is."""
_BLOCK = RATE // 20


def moved(seconds: float) -> tuple[NDArray[np.float32], list[Turn]]:
    """The demo call with its far side that much earlier: samples of shape (n, 2), and its turns."""
    samples, _ = sf.read(resource("demo/sales_call.opus"), dtype="float32")
    shift = round(seconds * RATE)
    far = np.concatenate([samples[shift:, 1], np.zeros(shift, np.float32)])
    turns = json.loads(resource("demo/sales_call.json").read_text())["turns"]
    late = {"mic": 0.0, "speaker": seconds}
    placed = [
        {**t, "start": t["start"] - late[t["channel"]], "end": t["end"] - late[t["channel"]]}
        for t in turns
    ]
    return np.stack([samples[:, 0], far], axis=1), [t for t in placed if t["start"] >= 0]


def silenced(samples: NDArray[np.float32]) -> tuple[bool, float]:
    """Whether the gate found a leak, and the share of the user's loud blocks that it touched."""
    gate, cut, loud, locked = EchoGate(), 0, 0, False
    for at in range(0, len(samples) - _BLOCK, _BLOCK):
        mic, far = samples[at : at + _BLOCK].T
        gate.feed_far(AudioBlock("speaker", at / RATE, RATE, far))
        out = gate.feed_mic(AudioBlock("mic", at / RATE, RATE, mic)).samples
        locked |= gate.locked
        if np.sqrt(np.mean(mic**2)) > 0.01:
            loud += 1
            cut += not np.array_equal(out, mic[: len(out)])
    return locked, cut / max(1, loud)


def swept(step: float, until: float) -> dict[str, Any]:
    """The gate alone, over many moves."""
    moves = np.arange(step, until, step)
    found = [silenced(moved(float(seconds))[0]) for seconds in moves]
    return {
        "moves of the far side": len(found),
        "taken for a leak": sum(locked for locked, _ in found),
        "of the user silenced %": round(100 * float(np.mean([share for _, share in found])), 2),
        "reach": "0, 0",
    }


def read(seconds: float, model: str | None) -> dict[str, Any]:
    """One move, read to words at the fast pace."""
    samples, turns = moved(seconds)
    with tempfile.TemporaryDirectory() as folder:
        audio = Path(folder) / "talkover.flac"
        sf.write(audio, samples, RATE)
        events = run_call(audio, "fast", model).events
    row: dict[str, Any] = {"far side earlier by": f"{seconds:g} s"}
    for channel in ("mic", "speaker"):
        own = [t for t in turns if t["channel"] == channel]
        said = [e for e in events if e["event"] == "final" and e["channel"] == channel]
        row[f"WER {channel} %"] = round(100 * score({"turns": own}, said).wer, 2)
    return {**row, "crossed words": score({"turns": turns}, events).crossed}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.talkover")
    parser.add_argument("--step", type=float, default=2.0, help="seconds between two moves")
    parser.add_argument("--until", type=float, default=60.0, help="the farthest move, seconds")
    parser.add_argument("--model")
    options = parser.parse_args(arguments)
    tables = [
        [swept(options.step, options.until)],
        [read(seconds, options.model) for seconds in READ],
    ]
    print("\n\n".join(table(t) for t in tables))
    save("talkover", {
        "title": "Both talk at once, nothing leaks",
        "command": "python -m tests.bench.talkover",
        "note": "The demo call with its far side moved; the microphone's WER should not move.",
        "tables": tables,
    })  # fmt: skip


if __name__ == "__main__":
    main()
