"""Search over a million lines, and opening a library of thousands of calls.

python -m tests.bench.search [--lines 1000000] [--sessions 5000] [--keep FOLDER]

The words are made here, from a seed: a vocabulary whose word number r is said in proportion to
1 / (r + 2.7), as in real talk, the most common ones real English. Every query is asked of the
product (`Search.find`: parsing, ranking, marking, the calls' titles), of FTS5 itself on the same
index (`MATCH … ORDER BY rank LIMIT 50`, marked) and, a few of them, of `LIKE '%…%'`. Where no line
has all words, both try again with any of them. FTS5 alone gets no filter: it answers less.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from liveconvo_desktop.events import Segment, Session, new_id
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.library import Filter, Library
from liveconvo_desktop.store.search import Search
from liveconvo_desktop.store.search_query import Query, parse
from tests.bench.harness import save, table

SEED = 20_261_125
VOCABULARY = 40_000
TODAY = date(2026, 11, 25)
REPEATS = 3
SAVES = 500
COMMON = """
    the I you and to a that it of is in we so yeah have for on this what be like do just know but
    not with are they think can if my your okay was about our there would then one all some or
    will going how me them right because get when really from at now want up need time good no
    price make team see out people call more which as could way any work say next thing
    week two who lot also here well into budget only contract month should sure sales customer
"""
SYLLABLES = "ba ce di fo gu ha jen kil lor mat nes pri quo rin sta tor ul ven wix yar zen"
HOURS = 2000


def vocabulary(maker: random.Random) -> list[str]:
    """Words by how common they are."""
    words, parts = dict.fromkeys(COMMON.split()), SYLLABLES.split()
    while len(words) < VOCABULARY:
        words["".join(maker.choices(parts, k=maker.choice((2, 2, 3, 3, 4))))] = None
    return list(words)


def spoken(count: int, words: list[str]) -> Iterator[str]:
    """Lines of 3 to 20 words."""
    dice = np.random.default_rng(SEED)
    chances = 1 / (np.arange(len(words)) + 2.7)
    edges = np.cumsum(chances / chances.sum())
    for _ in range(0, count, 10_000):
        lengths = dice.integers(3, 21, size=min(10_000, count))
        drawn = np.searchsorted(edges, dice.random(int(lengths.sum())))
        at = 0
        for length in lengths:
            yield " ".join(words[n] for n in drawn[at : at + length])
            at += length


def fill(path: Path, lines: int, sessions: int) -> float:
    """Make the database, through the triggers; seconds that the lines took."""
    store = Store.open(path)
    user = store.user_id
    store.close()
    maker = random.Random(SEED)
    words = vocabulary(maker)
    kinds = ("sales_call", "interview", "meeting", "consultation")
    texts = spoken(lines, words)
    each = lines // sessions
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        begun = time.perf_counter()
        for number in range(sessions):
            start = datetime(2022, 1, 1, 9, tzinfo=UTC) + timedelta(hours=number * 8)
            key = f"{number:08x}-0000-4000-8000-000000000000"
            stamp = start.isoformat(timespec="microseconds").replace("+00:00", "Z")
            title = " ".join(maker.choices(words[60:5000], k=4))
            raw.execute(
                "INSERT INTO sessions (id, user_id, title, conversation_type, status,"
                " recording_started_at, recording_ended_at, recording_duration_seconds,"
                " total_words_spoken) VALUES (?, ?, ?, ?, 'completed', ?, ?, ?, 2200)",
                [key, user, title, kinds[number % 4], stamp, stamp, HOURS * 3600 // sessions],
            )
            raw.executemany(
                "INSERT INTO transcripts (id, session_id, content, speaker, start_time_seconds,"
                " end_time_seconds, duration_seconds, is_final) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
                (
                    (
                        f"{maker.getrandbits(32):08x}-{number:04x}-4000-8000-{n:012x}",
                        *(key, next(texts), ("user", "other")[n % 2]),
                        *(n * 7200, n * 7200 + 6000, 6000),
                    )
                    for n in range(each)
                ),
            )
            if number % 50 == 0:
                raw.execute("INSERT INTO local_tags VALUES (?, 'acme')", [key])
            notes = " ".join(maker.choices(words[:9000], k=120))
            raw.execute(
                "INSERT INTO summaries (session_id, user_id, tldr) VALUES (?, ?, ?)",
                [key, user, notes],
            )
        raw.commit()
        return time.perf_counter() - begun


def queries(words: list[str]) -> dict[str, list[str]]:
    """Twenty of each kind, from common to rare; the same every time."""
    dice = random.Random(SEED)
    somewhere = [int(10 ** dice.uniform(0.3, 4.4)) for _ in range(20)]

    def word(low: int, high: int) -> str:
        return words[int(10 ** dice.uniform(np.log10(low), np.log10(high)))]

    return {
        "a word": [words[n] for n in somewhere],
        "a very common word": [words[n] for n in range(1, 40, 2)],
        "two words": [f"{word(5, 500)} {word(50, 20_000)}" for _ in range(20)],
        "a phrase": [f'"{word(1, 60)} {word(1, 60)}"' for _ in range(20)],
        "a beginning": [f"{word(20, 20_000)[:n]}*" for n in (2, 3, 3, 4, 4, 5, 5, 6, 6, 7) * 2],
        "speaker": [f"speaker:me {word(5, 5000)}" for _ in range(20)],
        "dates": [
            f"{word(2, 5000)} date:202{2 + n % 4}-0{1 + n % 9}..202{2 + n % 4}-12"
            for n in range(20)
        ],
        "type and tag": [f"{word(2, 5000)} {('type:sales', 'tag:acme')[n % 2]}" for n in range(20)],
    }


def timed(work: Callable[[], Any]) -> float:
    """The best of a few, in milliseconds: what the work costs, not what else the machine did."""
    took = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - begun))
    return min(took)


def p95(values: list[float]) -> float:
    return sorted(values)[max(0, int(0.95 * len(values)) - 1)]


RAW = (
    "SELECT rowid, highlight(local_lines_fts, 0, '[', ']') FROM local_lines_fts"
    " WHERE local_lines_fts MATCH ? ORDER BY rank LIMIT 50"
)
LIKE = (
    "SELECT id FROM transcripts WHERE content LIKE '%' || ? || '%'"
    " ORDER BY created_at DESC LIMIT 50"
)


def asked(raw: sqlite3.Connection, match: str, again: str) -> list[Any]:
    """FTS5's own answer."""
    found = raw.execute(RAW, [match]).fetchall()
    return found or (raw.execute(RAW, [again]).fetchall() if again != match else [])


def cold(path: Path) -> list[dict[str, Any]]:
    """Each query once, in a fresh connection, its file dropped from the system's cache before."""
    words = vocabulary(random.Random(SEED))
    rows, every = [], []
    for kind, texts in queries(words).items():
        took = []
        for text in texts:
            forget(path)
            store = Store.open(path)
            query = parse(text, TODAY, UTC)
            begun = time.perf_counter()
            Search(store).find(query)
            took.append(1000 * (time.perf_counter() - begun))
            store.close()
        every += took
        rows.append({"first run, cold": kind, "p50 ms": round(statistics.median(took), 1),
                     "p95 ms": round(p95(took), 1), "worst ms": round(max(took), 1)})  # fmt: skip
    whole = {"first run, cold": f"all {len(every)}", "p50 ms": round(statistics.median(every), 1),
             "p95 ms": round(p95(every), 1), "worst ms": round(max(every), 1)}  # fmt: skip
    return [whole, *rows]


def forget(path: Path) -> None:
    """Ask the system to drop a file from its cache; where it cannot be asked, nothing happens."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(path: Path) -> list[dict[str, Any]]:
    """A row for each kind of query, and one for all."""
    words = vocabulary(random.Random(SEED))
    store = Store.open(path)
    search = Search(store)
    rows, ours, raws, likes, shares = [], [], [], [], []
    with closing(sqlite3.connect(path)) as raw:
        for kind, texts in queries(words).items():
            mine, theirs, scans = [], [], []
            for text in texts:
                query = parse(text, TODAY, UTC)
                match = query.match()
                mine.append(timed(lambda q=text: search.find(parse(q, TODAY, UTC))))
                again = replace(query, some=True).match()
                theirs.append(timed(partial(asked, raw, match, again)))
            for text in texts[:2]:
                like = plain(parse(text, TODAY, UTC))
                begun = time.perf_counter()
                raw.execute(LIKE, [like]).fetchall()
                scans.append(1000 * (time.perf_counter() - begun))
            rows.append(row(kind, mine, theirs, scans))
            ours += mine
            raws += theirs
            likes += scans
            shares += [a / b for a, b in zip(mine, theirs, strict=True)]
    store.close()
    everything = row("all", ours, raws, likes)
    return [everything | {"queries": f"all {len(ours)}"}, *rows]


def plain(query: Query) -> str:
    return query.wanted[0].text


def row(kind: str, mine: list[float], theirs: list[float], scans: list[float]) -> dict[str, Any]:
    return {
        "queries": kind,
        "p50 ms": round(statistics.median(mine), 1),
        "p95 ms": round(p95(mine), 1),
        "worst ms": round(max(mine), 1),
        "raw FTS5 p50": round(statistics.median(theirs), 1),
        "raw FTS5 p95": round(p95(theirs), 1),
        "ours / raw (p95)": round(p95(mine) / p95(theirs), 2),
        "ours / raw (sum)": round(sum(mine) / sum(theirs), 2),
        "LIKE p50": round(statistics.median(scans)),
        "LIKE / ours (p50)": round(statistics.median(scans) / statistics.median(mine)),
    }


def opening(path: Path) -> list[dict[str, Any]]:
    """What the library reads before its first rows are painted."""
    store = Store.open(path)
    library = Library(store)
    total = library.count()

    def first(sort: Any) -> None:
        library.count()
        library.page(Filter(), sort, limit=100)

    rows = []
    for sort in ("date", "title", "talk", "people"):
        took = timed(partial(first, sort))
        rows.append({"library": f"{total} calls, first 100 by {sort}", "ms": round(took, 1)})
    last = timed(lambda: library.page(limit=100, offset=total - 100))
    store.close()
    return [*rows, {"library": "the last page by date", "ms": round(last, 1)}]


def saving(path: Path) -> list[dict[str, Any]]:
    """What a line of a running call costs beside a million others, its fsync included."""
    words = vocabulary(random.Random(SEED))
    texts = list(spoken(SAVES, words))
    store = Store.open(path)
    session = Session(new_id(), "Bench", "meeting", None, datetime.now(UTC))
    store.save(session)
    took: dict[bool, list[float]] = {False: [], True: []}
    for number, text in enumerate(texts):
        key, place = new_id(), ("mic", "user", float(number), number + 0.9)
        for final in (False, True):
            begun = time.perf_counter()
            store.save(Segment(key, session.id, *place, text, 0.9, "whisper", final))
            took[final].append(1000 * (time.perf_counter() - begun))
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sessions WHERE id = ?", (session.id,))
    store.close()
    return [
        {
            "saving one line": name,
            "p50 ms": round(statistics.median(took[final]), 2),
            "p95 ms": round(p95(took[final]), 2),
        }
        for name, final in (("a partial (not indexed)", False), ("a final (indexed)", True))
    ]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.search")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--sessions", type=int, default=5000)
    parser.add_argument("--keep", type=Path, help="make the database here once, and use it again")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="liveconvo-bench-") as folder:
        path = (options.keep or Path(folder)) / "search.db"
        built = None if path.exists() else fill(path, options.lines, options.sessions)
        if built:
            print(f"filled in {built:.0f} s", flush=True)
        searched = measure(path)
        first = cold(path)
        opened = opening(path)
        saved = saving(path)
        size = path.stat().st_size / 1e6
    print("\n\n".join(table(t) for t in (searched, first, opened, saved)))
    note = f"{options.lines:,} lines in {options.sessions:,} calls, a file of {size:.0f} MB"
    if built:
        note += f"; saving a line costs {1e6 * built / options.lines:.0f} µs with its triggers"
    save("search", {
        "title": "Search and library",
        "command": "python -m tests.bench.search",
        "note": note + ". Raw FTS5 ranks all matches with bm25 on the same index and marks 50.",
        "tables": [searched, first, opened, saved],
    })  # fmt: skip


if __name__ == "__main__":
    main()
