"""The offline summary: speed on a one-hour call, quality beside lead, TextRank and LexRank.

python -m tests.bench.summary [--data FOLDER] [--words 120]
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from liveconvo_desktop.language.embed import Embedder
from liveconvo_desktop.summary import text
from liveconvo_desktop.summary.base import Conversation, Line
from liveconvo_desktop.summary.extractive import OfflineWriter
from liveconvo_desktop.summary.sentences import Sentence, sentences
from liveconvo_desktop.summary.tldr import TLDR_WORDS
from tests.bench.harness import ROOT, save, table

HOUR_WORDS = 10_000
WORDS_A_SECOND = 2.8
METHODS = ("lead", "TextRank", "LexRank", "ours, quotes alone", "ours")
ROUGE = ("rouge1", "rouge2", "rougeL")


def conversation(
    turns: Sequence[tuple[str, str]], names: dict[str, str] | None = None
) -> Conversation:
    """A call whose times follow from its words."""
    lines, at = [], 0.0
    for number, (speaker, said) in enumerate(turns, 1):
        length = len(said.split()) / WORDS_A_SECOND + 0.3
        lines.append(Line(id=str(number), speaker=speaker, t0=at, t1=at + length, text=said))
        at += length + 0.2
    return Conversation(kind="meeting", lines=tuple(lines), names=names or {})


def hour(meetings: Sequence[dict[str, Any]]) -> Conversation:
    """Two speakers, ten thousand words: meetings one after the other, cut."""
    turns: list[tuple[str, str]] = []
    words = 0
    for meeting in meetings:
        for turn in meeting["meeting_transcripts"]:
            if words >= HOUR_WORDS:
                return conversation(turns)
            turns.append((("user", "other")[len(turns) % 2], turn["content"]))
            words += len(turn["content"].split())
    return conversation(turns)


def speed(meetings: Sequence[dict[str, Any]], threads: int) -> dict[str, Any]:
    """Seconds for one call, model loading included, in this process."""
    call = hour(meetings)
    process = psutil.Process()
    before = process.memory_info().rss
    begun = time.monotonic()
    draft = OfflineWriter(Embedder(threads)).write(call, lambda done, doing: None, lambda: False)
    seconds = time.monotonic() - begun
    # The highest that the system saw of this process.
    peak = _peak(process)
    return {
        "one-hour call": f"{sum(len(line.text.split()) for line in call.lines):,} words, "
        f"{len(call.lines):,} lines, {threads} cores",
        "seconds": round(seconds, 2),
        "reach": "< 10",
        "peak memory MB": round(peak / 1e6),
        "of it before MB": round(before / 1e6),
        "topics": len(draft.topics),
    }


def _peak(process: psutil.Process) -> int:
    status = Path(f"/proc/{process.pid}/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found.group(1)) * 1024 if found else int(process.memory_info().rss)


class Words:
    """A tokenizer for sumy, whose own one needs data that cannot be shipped."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(re.findall(r"[a-z']+", sentence.lower()))

    def to_sentences(self, paragraph: str) -> tuple[str, ...]:
        return (paragraph,)


def ranked(said: Sequence[Sentence], name: str) -> list[int]:
    """All sentences in the order in which a sumy summarizer would take them."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph
    from sumy.models.dom import Sentence as Given
    from sumy.nlp.stemmers import Stemmer
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer
    from sumy.utils import get_stop_words

    kind = TextRankSummarizer if name == "TextRank" else LexRankSummarizer
    summarizer = kind(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    order: list[int] = []

    def take(rated: Sequence[Any]) -> Sequence[Any]:
        order.extend(one.order for one in rated)
        return rated[:1]

    summarizer(ObjectDocumentModel([Paragraph([Given(s.text, Words()) for s in said])]), take)
    return order


def filled(order: Sequence[int], said: Sequence[Sentence], budget: int) -> str:
    """The first sentences of an order that fill the budget, in the order of the call."""
    taken: list[int] = []
    for at in order:
        if sum(said[one].words for one in taken) >= budget:
            break
        taken.append(at)
    return " ".join(said[at].text for at in sorted(taken))


def summaries(meeting: dict[str, Any], writer: OfflineWriter, budget: int) -> dict[str, str]:
    """Every method's text on one meeting, all cut at the same number of words."""
    turns = [(turn["speaker"], turn["content"]) for turn in meeting["meeting_transcripts"]]
    call = conversation(turns)
    said = sentences(call.lines)
    draft = writer.write(call, lambda done, doing: None, lambda: False)
    quotes = [one.text.partition(": ")[2] for one in draft.tldr[1:]]
    found = {
        "lead": " ".join(one.text for one in said[:200]),
        "TextRank": filled(ranked(said, "TextRank"), said, budget),
        "LexRank": filled(ranked(said, "LexRank"), said, budget),
        "ours, quotes alone": " ".join(quotes),
        "ours": text.tldr(draft),
    }
    return {name: " ".join(words.split()[:budget]) for name, words in found.items()}


def quality(meetings: Sequence[dict[str, Any]], budget: int) -> list[dict[str, Any]]:
    """Mean ROUGE F1 (× 100) of each method over both halves, and over all."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(ROUGE), use_stemmer=True)
    writer = OfflineWriter(Embedder(2))
    scores: dict[str, list[list[float]]] = {name: [] for name in METHODS}
    for number, meeting in enumerate(meetings, 1):
        print(f"\r{number} of {len(meetings)}", end="", file=sys.stderr)
        references = [one["answer"] for one in meeting["general_query_list"]]
        for name, words in summaries(meeting, writer, budget).items():
            against = [scorer.score(reference, words) for reference in references]
            scores[name].append([float(np.mean([s[k].fmeasure for s in against])) for k in ROUGE])
    halves: dict[str, Callable[[int], bool]] = {
        "even": lambda at: at % 2 == 0,
        "odd": lambda at: at % 2 == 1,
        "all": lambda at: True,
    }
    rows = []
    for half, inside in halves.items():
        for name in METHODS:
            kept = np.array([s for at, s in enumerate(scores[name]) if inside(at)])
            means = dict(zip(("ROUGE-1", "ROUGE-2", "ROUGE-L"), kept.mean(axis=0), strict=True))
            rows.append({"half": half, "method": name, "meetings": len(kept)} | {
                key: f"{100 * value:.1f}" for key, value in means.items()
            })  # fmt: skip
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.summary")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "qmsum")
    parser.add_argument("--words", type=int, default=TLDR_WORDS, help="budget of every summary")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--speed-only", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    path = options.data / "val.jsonl"
    meetings = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
    if options.speed_only:
        print(json.dumps(speed(meetings, options.threads)))
        return
    # A process of its own: its peak memory is the summary's alone.
    command = [sys.executable, "-m", "tests.bench.summary", "--speed-only"]
    command += ["--data", str(options.data), "--threads", str(options.threads)]
    measured = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    tables = [[json.loads(measured)], quality(meetings, options.words)]
    print("\n\n".join(table(t) for t in tables))
    save("summary", {
        "title": "The offline summary",
        "command": "python -m tests.bench.summary",
        "note": f"QMSum validation, general queries: our short version against the references, "
        f"every method cut at {options.words} words and given the same cleaned sentences; "
        "ROUGE F1 × 100 with stemming. \"Quotes alone\" leaves out the first sentence and the "
        "speakers' names. The form was chosen with both halves in sight, the weights "
        "on the even one; other parts of the set were never used.",
        "tables": tables,
    })  # fmt: skip


if __name__ == "__main__":
    main()
