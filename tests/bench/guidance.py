"""How right, how rare and how quick guidance is: written calls judged turn by turn.

python -m tests.bench.guidance [--calls FOLDER]

The development calls are split in two halves by a hash of their id; the second half was not read
while the judge was made. Each half is also judged by the phrases alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from liveconvo_desktop.call.judging import trained_judge
from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.guidance.learned import Learned
from liveconvo_desktop.guidance.playbook import builtin
from liveconvo_desktop.guidance.replay import replay
from tests.bench.harness import ROOT, save, table

CALLS = ROOT.parent / "shared/data/calls"
Call = dict[str, Any]


def halves(folder: Path) -> tuple[list[Call], list[Call]]:
    """The calls of a folder in two halves, alike in kinds, by a hash of their id."""
    calls = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    calls.sort(key=lambda c: (c["conversation_type"], hashlib.sha256(c["id"].encode()).hexdigest()))
    return calls[::2], calls[1::2]


def score(
    calls: Iterable[Call], judge: Learned | None
) -> tuple[Counter[str], Counter[str], Counter[str], float]:
    """Found, missed and false raises by cue, and seconds of talk; counted as the scorer does."""
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()
    seconds = 0.0
    for call in calls:
        turns = call["turns"]
        seconds += turns[-1]["end"] - turns[0]["start"]
        rows = replay(call, builtin(call["conversation_type"]), judge)
        left = sorted({(row["turn"], row["cue"]) for row in rows})
        for index, turn in enumerate(turns):
            for cue in turn["cues"]:
                hit = next((r for r in left if r[1] == cue and r[0] in (index, index + 1)), None)
                (found if hit else missed)[cue] += 1
                if hit:
                    left.remove(hit)
        false.update(cue for _, cue in left)
    return found, missed, false, seconds


def ratios(found: float, missed: float, false: float) -> dict[str, Any]:
    precision = found / (found + false) if found + false else 0.0
    recall = found / (found + missed) if found + missed else 0.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return {"precision": round(precision, 2), "recall": round(recall, 2), "F1": round(f1, 2)}


def quality(name: str, calls: Sequence[Call], judge: Learned | None) -> dict[str, Any]:
    found, missed, false, seconds = score(calls, judge)
    sums = [sum(one.values()) for one in (found, missed, false)]
    return {
        "calls": f"{name}, {len(calls)} calls, {seconds / 60:.0f} min",
        "judge": "trained and phrases" if judge else "phrases alone",
        **ratios(*sums),
        "reach": "F1 ≥ 0.60",
        "false in 5 min": round(sums[2] / (seconds / 300), 2),
        "reach ": "≤ 2",
    }


def by_cue(calls: Sequence[Call], judge: Learned) -> list[dict[str, Any]]:
    found, missed, false, _ = score(calls, judge)
    return [
        {
            "cue": cue, "labels": found[cue] + missed[cue], "false": false[cue],
            **ratios(found[cue], missed[cue], false[cue]),
        }
        for cue in sorted({*found, *missed, *false})
    ]  # fmt: skip


def cost(calls: Sequence[Call], judge: Learned) -> dict[str, Any]:
    """Milliseconds of judging a final, engine and embedding included, on one thread."""
    spent = []
    for call in calls:
        engine = Engine(builtin(call["conversation_type"]), call["id"], judge=judge)
        for index, turn in enumerate(call["turns"]):
            began = time.perf_counter()
            engine.feed(_final(call["id"], index, turn))
            spent.append(1000 * (time.perf_counter() - began))
    p50, p95 = np.percentile(spent, (50, 95))
    return {
        "judging a final": f"{len(spent)} finals of {len(calls)} calls, one thread",
        "p50 ms": round(float(p50), 1),
        "p95 ms": round(float(p95), 1),
        "reach": "< 40",
        "longest ms": round(max(spent), 1),
    }


def _final(call: str, index: int, turn: dict[str, Any]) -> Segment:
    return Segment(
        id=f"{call}-{index}",
        session_id=call,
        channel="mic" if turn["speaker"] == "user" else "speaker",
        speaker=turn["speaker"],
        t0=turn["start"],
        t1=turn["end"],
        text=turn["text"],
        confidence=None,
        provider="bench",
        final=True,
    )


def memory() -> tuple[Learned, dict[str, Any]]:
    """The judge, ready, and what it took: model, weights, and the first words."""
    process = psutil.Process()
    before = process.memory_info().rss
    began = time.perf_counter()
    judge = trained_judge()
    judge.read("We would have to ask the board first. They meet on Tuesday.", "Who decides?")
    return judge, {
        "memory of the judge": "language model, weights and one turn",
        "MB": round((process.memory_info().rss - before) / 1e6),
        "ready after ms": round(1000 * (time.perf_counter() - began)),
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.guidance")
    parser.add_argument("--calls", type=Path, default=CALLS)
    options = parser.parse_args(arguments)
    first, second = halves(options.calls)
    judge, used = memory()
    speed = cost([*first, *second], judge)
    named = (("first half", first), ("second half", second))
    rows = [quality(name, calls, one) for one in (judge, None) for name, calls in named]
    tables = [rows, by_cue([*first, *second], judge), [speed], [used]]
    print("\n\n".join(table(t) for t in tables))
    save("guidance", {
        "title": "Guidance",
        "command": "python -m tests.bench.guidance",
        "note": "The development calls, turn by turn as finals. The second half was not read while "
        "the judge was made; the phrases were written while both halves were read, so their own "
        "figures say little about other calls.",
        "tables": tables,
    })  # fmt: skip


if __name__ == "__main__":
    main()
