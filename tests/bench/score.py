"""Score a live transcription against reference turns.

Reference: ``{"turns": [{"channel", "start", "end", "text"}]}``. Events: the JSON lines of
``liveconvo call --json``. Both texts go through Whisper's English normaliser; words are aligned
per channel (Levenshtein, jiwer), so the word error rate is that of the whole corpus:
(S + D + I) / reference words.
"""

from __future__ import annotations

import difflib
import itertools
import json
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

Turn = dict[str, Any]
Event = dict[str, Any]

CHANNELS = ("mic", "speaker")
_NEAR = 1.5
_AWAY = 1.0
_normalise = cache(EnglishTextNormalizer)


def words(text: str) -> list[str]:
    """Normalised words; the normaliser would delete what stands in brackets, so they go first."""
    return _normalise()(text.translate(str.maketrans("()[]", "    "))).split()


def quantile(values: list[float], q: float) -> float | None:
    """The value at index ⌊q·n⌋ of the sorted list, None of an empty one."""
    return sorted(values)[min(len(values) - 1, int(q * len(values)))] if values else None


@dataclass(slots=True)
class Score:
    """Counts and latencies; two calls' scores add up.

    Attributes:
        final: Seconds from a turn's end to the final that holds its last matched word.
        first: Seconds from a turn's start to the first text of that channel that overlaps it.
        missed: Turns of which no word was matched.
        crossed: Words of the other channel's reference, in runs of two or more.
        in_silence: Words of finals whose midpoint is over 1 s away from every turn.
        erased: Words of partials after the first that the next text under the same id changes
            (normalised erasure, Arivazhagan et al. 2020, before its division by final words).
        unsettled: The same of those words that were already shown as stable.
    """

    reference: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    turns: int = 0
    missed: int = 0
    crossed: int = 0
    in_silence: int = 0
    erased: int = 0
    unsettled: int = 0
    finals: int = 0
    final_words: int = 0
    partials: int = 0
    final: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Score)))

    @property
    def wer(self) -> float:
        """Word error rate, 0..; not a number without a reference."""
        errors = self.substitutions + self.deletions + self.insertions
        return errors / self.reference if self.reference else float("nan")

    def summary(self) -> dict[str, Any]:
        """The figures of a table row."""

        def seconds(value: float | None) -> float | None:
            return None if value is None else round(value, 3)

        return {
            "wer": round(self.wer, 4),
            "reference_words": self.reference,
            "substitutions": self.substitutions,
            "deletions": self.deletions,
            "insertions": self.insertions,
            "turns": self.turns,
            "missed_turns": self.missed,
            "final_latency_p50": seconds(statistics.median(self.final) if self.final else None),
            "final_latency_p95": seconds(quantile(self.final, 0.95)),
            "first_text_p50": seconds(statistics.median(self.first) if self.first else None),
            "first_text_p95": seconds(quantile(self.first, 0.95)),
            "crossed_words": self.crossed,
            "words_in_silence": self.in_silence,
            "erased_per_word": round(self.erased / max(1, self.final_words), 3),
            "erased_stable_per_word": round(self.unsettled / max(1, self.final_words), 3),
            "finals": self.finals,
            "partials": self.partials,
        }


def score(reference: dict[str, Any], events: list[Event]) -> Score:
    """Compare the events of one call with its reference turns."""
    turns = sorted(reference["turns"], key=lambda t: t["start"])
    shown = [e for e in events if e["event"] in ("partial", "final") and e["text"].strip()]
    finals = [e for e in shown if e["event"] == "final"]
    total = Score(
        turns=len(turns),
        crossed=sum(_crossed(f, turns) for f in finals),
        in_silence=sum(len(words(f["text"])) for f in finals if _is_away(f, turns)),
        erased=_erased(events, lambda e: e["text"]),
        unsettled=_erased(events, lambda e: e["text"][: e.get("stable", 0)]),
        finals=len(finals),
        final_words=sum(len(words(f["text"])) for f in finals),
        partials=sum(e["event"] == "partial" for e in events),
    )
    for channel in CHANNELS:
        own = [t for t in turns if t["channel"] == channel]
        total += _aligned(own, [f for f in finals if f["channel"] == channel])
        total += Score(first=_first(own, [e for e in shown if e["channel"] == channel]))
    return total


def _aligned(turns: list[Turn], finals: list[Event]) -> Score:
    """Errors and final latencies of one channel."""
    finals = sorted(finals, key=lambda f: (f["t0"], f["at"]))
    reference = [(word, index) for index, t in enumerate(turns) for word in words(t["text"])]
    heard = [(word, f["at"]) for f in finals for word in words(f["text"])]
    if not reference or not heard:
        missed = len(turns) if reference else 0
        return Score(len(reference), 0, len(reference), len(heard), missed=missed)
    out = jiwer.process_words(" ".join(w for w, _ in reference), " ".join(w for w, _ in heard))
    last: dict[int, float] = {}
    for run in out.alignments[0]:
        if run.type != "equal":
            continue
        for k in range(run.ref_end_idx - run.ref_start_idx):
            turn = reference[run.ref_start_idx + k][1]
            last[turn] = max(last.get(turn, 0.0), heard[run.hyp_start_idx + k][1])
    return Score(
        len(reference),
        out.substitutions,
        out.deletions,
        out.insertions,
        missed=len(turns) - len(last),
        final=[last[i] - turn["end"] for i, turn in enumerate(turns) if i in last],
    )


def _first(turns: list[Turn], shown: list[Event]) -> list[float]:
    """Delay of the first text in each turn of one channel."""
    delays = []
    for turn in turns:
        start, end = turn["start"], turn["end"]
        hits = [e["at"] for e in shown if e["t0"] < end and e["t1"] > start and e["at"] > start]
        if hits:
            delays.append(min(hits) - start)
    return delays


def _crossed(final: Event, turns: list[Turn]) -> int:
    """Words of `final` found in the other channel's turns at that time and not in its own."""

    def runs(own: bool) -> list[difflib.Match]:
        near = [
            word
            for t in turns
            if (t["channel"] == final["channel"]) is own
            and t["start"] - _NEAR < final["t1"]
            and t["end"] + _NEAR > final["t0"]
            for word in words(t["text"])
        ]
        return difflib.SequenceMatcher(None, mine, near, autojunk=False).get_matching_blocks()

    mine = words(final["text"])
    kept = {run.a + k for run in runs(own=True) for k in range(run.size)}
    return sum(
        run.size
        for run in runs(own=False)
        if run.size >= 2 and kept.isdisjoint(range(run.a, run.a + run.size))
    )


def _is_away(final: Event, turns: list[Turn]) -> bool:
    middle = (final["t0"] + final["t1"]) / 2
    return not any(t["start"] - _AWAY <= middle <= t["end"] + _AWAY for t in turns)


def _erased(events: list[Event], part: Callable[[Event], str]) -> int:
    """Words in that part of a partial from the first on that the next text does not repeat."""
    before: dict[str, list[str]] = {}
    count = 0
    for event in events:
        if event["event"] not in ("partial", "final"):
            continue
        shown, now = before.get(event["id"], []), words(event["text"])
        same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(shown, now, strict=False))
        count += len(shown) - sum(1 for _ in same)
        before[event["id"]] = words(part(event))
    return count


def read_events(lines: Iterable[str]) -> list[Event]:
    """The JSON objects among the lines."""
    return [json.loads(line) for line in lines if line.startswith("{")]


if __name__ == "__main__":
    truth, said = (Path(name).read_text("utf-8") for name in sys.argv[1:3])
    print(json.dumps(score(json.loads(truth), read_events(said.splitlines())).summary()))
