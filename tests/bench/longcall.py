"""A simulated two-hour call at the fast pace: memory over time, and the clock.

python -m tests.bench.longcall [--hours 2] [--audio STEREO.flac]

One recorded call is played again and again with a silence between. All copies are the same
samples, a whole number of voice-activity frames apart, so every copy must be heard at the same
offset from its start: what differs is the error of the clock.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from tests.bench.harness import RATE, run_call, save, table
from tests.bench.speech import data_folder

FRAME = 512
PAUSE = 20.0
WARM_UP = 600.0


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


def clock_errors(finals: list[dict[str, Any]], period: float) -> list[float]:
    """For each later copy's finals, the offset of t0 from the nearest one in the first copy."""
    first = [(f["channel"], f["t0"]) for f in finals if f["t0"] < period]
    errors = []
    for final in (f for f in finals if f["t0"] >= period):
        offset = final["t0"] % period
        nearest = [offset - t0 for channel, t0 in first if channel == final["channel"]]
        errors.append(min(nearest, key=abs))
    return errors


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
    errors = [
        abs(e) for e in clock_errors([e for e in run.events if e["event"] == "final"], period)
    ]
    rows = [
        {"figure": "hours of audio", "value": round(length / 3600, 2), "reach": None},
        {"figure": "RSS after warm-up (10 to 20 min), median MB",
         "value": round(statistics.median(warm), 1), "reach": None},
        {"figure": "RSS growth to the last 10 min, MB",
         "value": round(statistics.median(late) - statistics.median(warm), 1), "reach": "< 20"},
        {"figure": "clock error, p95 over all finals, ms",
         "value": round(1000 * sorted(errors)[int(0.95 * len(errors))], 1), "reach": "< 50"},
        {"figure": "clock error, median of the last tenth, ms",
         "value": round(1000 * statistics.median(errors[-max(1, len(errors) // 10):]), 1),
         "reach": "< 50"},
    ]  # fmt: skip
    print(table(rows))
    save("longcall", {
        "title": "A long call",
        "command": "python -m tests.bench.longcall",
        "note": f"{options.audio.name} again and again at the fast pace, {len(errors)} finals.",
        "tables": [rows],
        "memory": memory[:: max(1, len(memory) // 200)],
    })  # fmt: skip


if __name__ == "__main__":
    main()
