"""Words invented where nobody speaks, and what listening costs then.

python -m tests.bench.silence [--minutes 10] [--idle 60]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import soundfile as sf

from tests.bench.harness import RATE, Run, run_call, save, table
from tests.bench.score import words
from tests.bench.sounds import KINDS, Maker, stereo


def play(make: Maker, seconds: float, pace: str, model: str | None) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        audio = Path(folder) / "quiet.flac"
        sf.write(audio, stereo(make, seconds), RATE)
        return run_call(audio, pace, model)


def invented(kind: str, minutes: float, model: str | None) -> dict[str, Any]:
    """Words of finals on both channels; the fast pace makes no partials."""
    run = play(KINDS[kind], 60 * minutes, "fast", model)
    found = sum(len(words(e["text"])) for e in run.events if e["event"] == "final")
    return {"sound": kind, "minutes": minutes, "words": found, "reach": 0}


def idle(seconds: float, model: str | None) -> list[dict[str, Any]]:
    """CPU of a real-time call in a quiet room; two lengths, so that its start cancels out."""
    short, long = (play(KINDS["quiet room"], s, "realtime", model) for s in (15, 15 + seconds))
    audio = long.end["audio_seconds"] - short.end["audio_seconds"]
    return [
        {
            "when nobody speaks": f"{audio:.0f} s, real time, both channels",
            "CPU % of a core": round(100 * (long.process_cpu - short.process_cpu) / audio, 2),
            "reach": "≤ 2",
        }
    ]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.silence")
    parser.add_argument("--minutes", type=float, default=10, help="of each sound")
    parser.add_argument("--idle", type=float, default=60, help="seconds in real time")
    parser.add_argument("--model")
    options = parser.parse_args(arguments)
    rows = [invented(kind, options.minutes, options.model) for kind in KINDS]
    tables = [idle(options.idle, options.model), rows]
    print("\n\n".join(table(t) for t in tables))
    save("silence", {
        "title": "Nobody speaks",
        "command": "python -m tests.bench.silence",
        "note": "Sounds are made by tests/bench/sounds.py and played at the fast pace.",
        "tables": tables,
    })  # fmt: skip


if __name__ == "__main__":
    main()
