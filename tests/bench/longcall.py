"""A simulated two-hour call at the fast pace: memory over time, and the clock.

python -m tests.bench.longcall [--hours 2] [--audio STEREO.flac]

One recorded call is played again and again with a silence between. All copies are the same
samples, a whole number of voice-activity frames apart, so every copy must be heard at the same
offset from its start: what differs is the error of the clock.

A file has no clock of its own, so live capture is measured apart: a device whose crystal is off,
with late callbacks, through the clock that places its samples in a live call.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from liveconvo_desktop.audio.clock import ChannelClock
from tests.bench.harness import RATE, run_call, save, table
from tests.bench.speech import data_folder

FRAME = 512
PAUSE = 20.0
WARM_UP = 600.0
PPM = 267
"""Measured between two real devices."""


def plant(audio: Path, hours: float, target: Path) -> float:
    """Write the looped call; the period in seconds."""
    call, rate = sf.read(audio, dtype="float32", always_2d=True)
    assert rate == RATE
    period = -(-(len(call) + int(PAUSE * RATE)) // FRAME) * FRAME
    call = np.pad(call, ((0, period - len(call)), (0, 0)))
    with sf.SoundFile(target, "w", RATE, 2, subtype="PCM_16") as file:
        for _ in range(max(2, round(hours * 3600 * RATE / period))):
            file.write(call)
    return period / RATE


def clock_errors(finals: list[dict[str, Any]], period: float) -> list[list[float]]:
    """For each later copy, by how much its finals' t0 lie off the nearest one in the first copy.

    A clock that is off shifts a whole copy: that is its median. How far single starts scatter is
    the voice detector's matter, whose state depends on what it heard before.
    """
    first = [(f["channel"], f["t0"]) for f in finals if f["t0"] < period]
    copies: dict[int, list[float]] = {}
    for final in (f for f in finals if f["t0"] >= period):
        copy, offset = divmod(final["t0"], period)
        nearest = [offset - t0 for channel, t0 in first if channel == final["channel"]]
        copies.setdefault(int(copy), []).append(min(nearest, key=abs))
    return [copies[copy] for copy in sorted(copies)]


def drift(hours: float, ppm: float, rate: int = 8000, block: int = 320) -> tuple[float, float]:
    """Worst and last error, in seconds, of samples placed by ``ChannelClock`` from 10 s on.

    The device's samples are off by ``ppm``; its callbacks come up to 30 ms late, each 997th 1 s.
    """
    random = np.random.default_rng(1)
    clock = ChannelClock("mic", rate, 0.0)
    samples, worst, error, arrival = np.zeros(block, np.float32), 0.0, 0.0, 0.0
    for number in range(1, round(hours * 3600 * rate / block) + 1):
        captured = number * block / rate / (1 + ppm / 1e6)
        late = 1.0 if number % 997 == 0 else random.uniform(0.0, 0.03)
        arrival = max(arrival, captured + late)
        if clock.feed(arrival, samples):
            error = clock.position - captured
            worst = max(worst, abs(error) if captured > 10 else 0.0)
    return worst, abs(error)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.longcall")
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--audio", type=Path, default=data_folder() / "support.flac")
    parser.add_argument("--model")
    options = parser.parse_args(arguments)
    memory: list[tuple[float, float]] = []

    def watch(event: dict[str, Any], resident: float) -> None:
        if event["event"] == "final":
            memory.append((event["t1"], resident))

    with tempfile.TemporaryDirectory() as folder:
        audio = Path(folder) / "long.flac"
        period = plant(options.audio, options.hours, audio)
        run = run_call(audio, "fast", options.model, watch=watch)
    length = run.end["audio_seconds"]
    warm = [mb for t, mb in memory if WARM_UP <= t < 2 * WARM_UP] or [mb for _, mb in memory]
    late = [mb for t, mb in memory if t > length - WARM_UP]
    errors = clock_errors([e for e in run.events if e["event"] == "final"], period)
    shifts = [abs(statistics.median(copy)) for copy in errors]
    scatter = sorted(abs(e) for copy in errors for e in copy)
    rows = [
        {"figure": "hours of audio", "value": round(length / 3600, 2), "reach": None},
        {"figure": "RSS after warm-up (10 to 20 min), median MB",
         "value": round(statistics.median(warm), 1), "reach": None},
        {"figure": "RSS growth to the last 10 min, MB",
         "value": round(statistics.median(late) - statistics.median(warm), 1), "reach": "< 20"},
        {"figure": "clock error (median of a copy), worst copy, ms",
         "value": round(1000 * max(shifts), 1), "reach": "< 50"},
        {"figure": "clock error, last copy, ms", "value": round(1000 * shifts[-1], 1),
         "reach": "< 50"},
        {"figure": "scatter of single starts, p95, ms",
         "value": round(1000 * scatter[int(0.95 * len(scatter))], 1), "reach": None},
    ]  # fmt: skip
    for ppm in (PPM, -PPM):
        worst, last = drift(options.hours, ppm)
        found = f"{1000 * worst:.1f} / {1000 * last:.1f}"
        name = f"live clock, a device {ppm:+d} ppm off, worst / last, ms"
        rows.append({"figure": name, "value": found, "reach": "< 50"})
    print(table(rows))
    save("longcall", {
        "title": "A long call",
        "command": "python -m tests.bench.longcall",
        "note": f"{options.audio.name} again and again at the fast pace: "
        f"{len(scatter)} finals in {len(errors)} copies.",
        "tables": [rows],
        "memory": memory[:: max(1, len(memory) // 200)],
    })  # fmt: skip


if __name__ == "__main__":
    main()
