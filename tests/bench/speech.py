"""Speed and words on real speech: the live call against its references, in the same run.

python -m tests.bench.speech [--data FOLDER] [--model NAME|DIR] [--only NAME…] [--seconds N]

The folder (or LIVECONVO_BENCH_DATA) holds stereo NAME.flac, left the microphone and right the far
side; NAME.json with the reference turns; and NAME-bleed.flac where the far side leaks into the
microphone.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import soundfile as sf
from faster_whisper import WhisperModel

from liveconvo_desktop.stt.models import BUNDLED, find_model
from tests.bench.harness import (
    RATE,
    ROOT,
    Run,
    run_call,
    save,
    snippet,
    table,
)
from tests.bench.score import CHANNELS, Score, score

LIVE, WIDE = "live", "live, 30 s windows"
OFFLINE, OFFLINE_VAD = "faster-whisper offline", "faster-whisper offline, VAD filter"


def data_folder() -> Path:
    """Where recordings with references lie: LIVECONVO_BENCH_DATA, or beside the checkout."""
    beside = ROOT.parent / "shared" / "data" / "speech"
    return Path(os.environ.get("LIVECONVO_BENCH_DATA", beside))


class Tally:
    """Adds up the calls of one variant."""

    def __init__(self) -> None:
        self.score = Score()
        self.audio = self.cpu = self.process_cpu = self.behind = self.rss = 0.0

    def add(self, scored: Score, run: Run) -> None:
        self.score += scored
        self.audio += run.end["audio_seconds"]
        self.cpu += run.end["cpu_seconds"]
        self.process_cpu += run.process_cpu
        self.behind = max(self.behind, run.end["behind_max"])
        self.rss = max(self.rss, run.end["rss_mb_max"])

    def row(self, name: str) -> dict[str, Any]:
        figures = self.score.summary()
        row: dict[str, Any] = {"run": name, "WER %": round(100 * self.score.wer, 2)}
        row["sub/del/ins"] = "{substitutions}/{deletions}/{insertions}".format(**figures)
        row["words in silence"] = figures["words_in_silence"]
        if not self.audio:
            return row
        return row | {
            "crossed words": figures["crossed_words"],
            "final p50 s": figures["final_latency_p50"],
            "final p95 s": figures["final_latency_p95"],
            "first text p50 s": figures["first_text_p50"],
            "erased per word": figures["erased_per_word"],
            "of it stable": figures["erased_stable_per_word"],
            "CPU % of a core": round(100 * self.cpu / self.audio, 1),
            "with start and end": round(100 * self.process_cpu / self.audio, 1),
            "behind max s": round(self.behind, 2),
            "RSS MB": round(self.rss),
        }


def offline(audio: Path, model: WhisperModel, vad: bool) -> list[dict[str, Any]]:
    """faster-whisper on each whole channel: 30 s windows, beam 5, everything else its default."""
    samples, rate = sf.read(audio, dtype="float32", always_2d=True)
    assert rate == RATE
    events = []
    for index, channel in enumerate(CHANNELS):
        found, _ = model.transcribe(
            samples[:, index].copy(), language="en", beam_size=5, vad_filter=vad
        )
        events += [
            {"event": "final", "channel": channel, "id": f"{channel}{n}", "at": part.end,
             "t0": part.start, "t1": part.end, "text": part.text}
            for n, part in enumerate(found)
        ]  # fmt: skip
    return events


def check_scorer(path: Path | None, reference: dict[str, Any], events: list[Any]) -> None:
    """Stop if another scorer of the same rules sees other figures."""
    if not path:
        return
    spec = importlib.util.spec_from_file_location("other_scorer", path)
    assert spec
    assert spec.loader
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    ours = score(reference, events).summary()
    theirs = other.score(reference, events)
    differ = {k: (ours[k], v) for k, v in theirs.items() if k in ours and ours[k] != v}
    if differ:
        raise SystemExit(f"the scorers differ (ours, {path.name}): {differ}")


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Every call of the data folder, live, with wide windows, with bleed, and offline."""
    names = sorted(p.stem for p in options.data.glob("*.json"))
    names = [n for n in names if not options.only or n in options.only]
    if not names:
        raise SystemExit(f"no reference (*.json) in {options.data}; give --data")
    _, model_folder = find_model(options.model)
    engine = WhisperModel(str(model_folder), device="cpu", compute_type="int8", cpu_threads=1)
    tallies = {LIVE: Tally()}
    bleed: list[dict[str, Any]] = []

    def live(
        variant: str, audio: Path, reference: dict[str, Any], extra: Sequence[str] = ()
    ) -> Score:
        run = run_call(audio, "realtime", options.model, extra)
        check_scorer(options.scorer, reference, run.events)
        scored = score(reference, run.events)
        tallies.setdefault(variant, Tally()).add(scored, run)
        return scored

    for name in names:
        print(f"{name} …", flush=True)
        reference = json.loads((options.data / f"{name}.json").read_text("utf-8"))
        audio, leaky = options.data / f"{name}.flac", options.data / f"{name}-bleed.flac"
        if options.seconds:
            if leaky.exists():
                copied = copy.deepcopy(reference)
                leaky = snippet(leaky, copied, options.seconds, folder)
            audio = snippet(audio, reference, options.seconds, folder)
        for variant, vad in ((OFFLINE, False), (OFFLINE_VAD, True)):
            scored = score(reference, offline(audio, engine, vad))
            tallies.setdefault(variant, Tally()).score += scored
        clean = live(LIVE, audio, reference)
        live(WIDE, audio, reference, ("--engine-window", "30"))
        if leaky.exists():
            leaked = live("live, bleed", leaky, reference)
            bleed.append(bleed_row(name, clean, leaked))
    return {"calls": names, "tallies": tallies, "bleed": bleed}


def bleed_row(name: str, clean: Score, leaked: Score) -> dict[str, Any]:
    return {
        "call": name,
        "crossed words": leaked.crossed,
        "of the words %": round(100 * leaked.crossed / max(1, leaked.reference), 2),
        "WER clean %": round(100 * clean.wer, 2),
        "WER bleed %": round(100 * leaked.wer, 2),
        "bleed / clean": round(leaked.wer / clean.wer, 2) if clean.wer else None,
    }


def ratios(tallies: dict[str, Tally]) -> list[dict[str, Any]]:
    """What is compared on the same machine in the same run."""
    live, wide = tallies[LIVE], tallies[WIDE]

    def ratio(ours: float, theirs: float) -> float | None:
        return round(ours / theirs, 2) if theirs else None

    words = [
        {
            "ratio": f"WER live / {name}",
            "ours": f"{100 * live.score.wer:.2f} %",
            "theirs": f"{100 * tallies[name].score.wer:.2f} %",
            "value": ratio(live.score.wer, tallies[name].score.wer),
            "reach": "≤ 1.15",
        }
        for name in (OFFLINE, OFFLINE_VAD)
    ]
    return [
        *words,
        {
            "ratio": "CPU live / same engine with 30 s windows",
            "ours": f"{100 * live.cpu / live.audio:.1f} %",
            "theirs": f"{100 * wide.cpu / wide.audio:.1f} %",
            "value": ratio(live.cpu / live.audio, wide.cpu / wide.audio),
            "reach": "≤ 0.5",
        },
    ]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.speech")
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--model", default=BUNDLED)
    parser.add_argument("--only", nargs="*", default=[], help="names of calls")
    parser.add_argument("--seconds", type=float, help="only the first seconds (for a dry run)")
    parser.add_argument("--scorer", type=Path, help="a second scorer that must agree")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(options, Path(folder))
    tallies = found["tallies"]
    name = find_model(options.model)[0]
    result = {
        "title": f"Speech, model {name}",
        "command": "python -m tests.bench.speech" + ("" if name == BUNDLED else " --model DIR"),
        "note": f"Calls: {', '.join(found['calls'])}; paced in real time, both channels at once.",
        "tables": [
            ratios(tallies),
            [t.row(n) for n, t in tallies.items()],
            found["bleed"],
        ],
    }
    print("\n\n".join(table(rows) for rows in result["tables"]))
    save("speech" if name == BUNDLED else f"speech-{name}", result)


if __name__ == "__main__":
    main()
