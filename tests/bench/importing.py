"""How fast a recording is imported, beside faster-whisper itself on the same file.

python -m tests.bench.importing [--data FOLDER] [--model NAME|DIR] [--only NAME…] [--repeat N]

Both in this process, one after the other, on files of several calls: `import_audio` does all that
an import does (reading the file, both sides, the recording's copy, the rows), the other one only
`WhisperModel.transcribe` on each channel, with beam 5 and its VAD filter. Loading the model counts
for neither. Once each with one thread, once with as many as the machine has cores.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import soundfile as sf
from faster_whisper import WhisperModel

from liveconvo_desktop.call import importing
from liveconvo_desktop.call.importing import AudioPlan, import_audio
from liveconvo_desktop.store import Store
from liveconvo_desktop.stt.models import BUNDLED, find_model
from liveconvo_desktop.stt.whisper import WhisperTranscriber
from tests.bench.harness import save, table
from tests.bench.score import score
from tests.bench.speech import data_folder, offline

REACH = 0.9


class Import:
    """Imports with so many workers and a model that is loaded."""

    def __init__(self, model: str, workers: int, folder: Path) -> None:
        self._store = Store.open(folder / f"bench-{workers}.db")
        self._model, self._workers = model, workers
        self._loaded = WhisperTranscriber(model, workers=workers)

    def __call__(self, audio: Path) -> list[dict[str, Any]]:
        importing.WhisperTranscriber = lambda *_, **__: self._loaded  # type: ignore[misc, assignment]
        importing.spare_cores = lambda: self._workers  # type: ignore[assignment]
        plan = AudioPlan((audio,), sides="two", model=self._model)
        session_id = import_audio(plan, self._store).session_id
        return [
            {"event": "final", "channel": one.channel, "id": one.id, "at": one.t1,
             "t0": one.t0, "t1": one.t1, "text": one.text}
            for one in self._store.transcript(session_id)
        ]  # fmt: skip


class Direct:
    """faster-whisper on each whole channel, with a model that is loaded."""

    def __init__(self, model: str, threads: int) -> None:
        folder = str(find_model(model)[1])
        self._model = WhisperModel(folder, compute_type="int8", cpu_threads=threads)

    def __call__(self, audio: Path) -> list[dict[str, Any]]:
        return offline(audio, self._model, vad=True)


def timed(work: Callable[[Path], list[dict[str, Any]]], audio: Path, repeat: int) -> Any:
    """The best of several runs, and what the last one found."""
    best, found = float("inf"), []
    for _ in range(repeat):
        began = time.perf_counter()
        found = work(audio)
        best = min(best, time.perf_counter() - began)
    return best, found


def measure(options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """A row for each file and number of threads."""
    cores = len(os.sched_getaffinity(0))
    rows = []
    for threads in sorted({1, cores}):
        ours = Import(options.model, threads, folder)
        theirs = Direct(options.model, threads)
        for name in options.only or sorted(p.stem for p in options.data.glob("*.json")):
            audio = options.data / f"{name}.flac"
            reference = json.loads((options.data / f"{name}.json").read_text("utf-8"))
            seconds = sf.info(audio).duration
            a, ours_found = timed(ours, audio, options.repeat)
            b, theirs_found = timed(theirs, audio, options.repeat)
            rows.append(
                {
                    "call": name,
                    "threads": threads,
                    "import, audio s/s": round(seconds / a, 1),
                    "faster-whisper, audio s/s": round(seconds / b, 1),
                    "ratio": round(b / a, 2),
                    "reach": f"≥ {REACH}",
                    "WER % import": round(100 * score(reference, ours_found).wer, 2),
                    "WER % faster-whisper": round(100 * score(reference, theirs_found).wer, 2),
                }
            )
            print(rows[-1], flush=True)
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.importing")
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--model", default=BUNDLED)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="liveconvo-bench-") as folder:
        rows = measure(options, Path(folder))
    print(table(rows))
    save("importing", {
        "title": "Import of a recording",
        "command": "python -m tests.bench.importing",
        "note": "Both channels; the best of several runs; models loaded before.",
        "tables": [rows],
    })  # fmt: skip


if __name__ == "__main__":
    main()
