"""Score a transcription against what was said: word error rate and latency."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from liveconvo_desktop.events import CHANNELS, Channel

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {w: n for n, w in enumerate(_ONES)} | {w: 10 * n for n, w in enumerate(_TENS, 2)}


@dataclass(frozen=True, slots=True)
class Turn:
    """What was really said, and when, in seconds of audio."""

    channel: Channel
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A line as it was shown: ``at`` in wall seconds since the first sample."""

    channel: Channel
    t0: float
    t1: float
    text: str
    at: float
    final: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Latencies are seconds from a turn's true end (final) or start (first)."""

    wer: float
    words: int
    final_p50: float
    final_p95: float
    first_p50: float


def spoken_words(text: str) -> list[str]:
    """Words to compare: no case, no marks, numbers as digits ("twenty five" is "25")."""
    text = re.sub(r"\$\s?([\d.,]+)", r"\1 dollars", text.casefold()).replace("%", " percent")
    words = re.findall(r"[a-z0-9']+", re.sub(r"(?<=\d),(?=\d)", "", text.replace("’", "'")))
    out: list[str] = []
    for index, word in enumerate(words):
        value = _VALUES.get(word)
        before = _VALUES.get(words[index - 1], 0) if index else 0
        if value is not None and before >= 20 and 0 < value < 10:
            out[-1] = str(before + value)
        else:
            out.append(word if value is None else str(value))
    return out


def score(turns: list[Turn], heard: list[Heard]) -> Score:
    """Compare each channel on its own.

    WER is (substitutions + deletions + insertions) / words said, over both channels. A turn's
    final latency is that of the last final line that overlaps it in time.
    """
    errors = words = 0
    for channel in CHANNELS:
        said = [w for t in turns if t.channel == channel for w in spoken_words(t.text)]
        lines = sorted((h for h in heard if h.channel == channel and h.final), key=lambda h: h.t0)
        got = [w for h in lines for w in spoken_words(h.text)]
        errors += Levenshtein.distance(said, got)
        words += len(said)
    finals, firsts = [], []
    for turn in turns:
        mine = [h for h in heard if _overlaps(h, turn) and h.text]
        finals += [h.at - turn.end for h in mine if h.final][-1:]
        firsts += [h.at - turn.start for h in mine][:1]
    return Score(
        wer=errors / max(words, 1),
        words=words,
        final_p50=statistics.median(finals) if finals else float("nan"),
        final_p95=sorted(finals)[int(0.95 * len(finals))] if finals else float("nan"),
        first_p50=statistics.median(firsts) if firsts else float("nan"),
    )


def _overlaps(line: Heard, turn: Turn) -> bool:
    return line.channel == turn.channel and line.t0 < turn.end and line.t1 > turn.start
