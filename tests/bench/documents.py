"""Documents: how fast each type is read, how long a question takes, what hostile files cost.

python -m tests.bench.documents [--chunks 10000] [--questions 200]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from liveconvo_desktop.knowledge.answers import Text
from liveconvo_desktop.knowledge.base import DocumentError
from liveconvo_desktop.knowledge.chunk import chunk
from liveconvo_desktop.knowledge.reading import Reading
from liveconvo_desktop.knowledge.registry import kind_of
from liveconvo_desktop.knowledge.search import match_expression
from liveconvo_desktop.language.embed import DIMENSIONS, MODEL, shared_embedder
from liveconvo_desktop.paths import resource
from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.review.retriever import Retriever
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.contents import Contents, Piece
from liveconvo_desktop.store.documents import Owner
from liveconvo_desktop.store.passages import Passages
from tests.bench.harness import save, table
from tests.knowledge import make
from tests.store.make import make_session

_CHUNK_WORDS = 180


class Writer:
    """Text whose words are as unevenly common as in a language (Zipf), always the same."""

    def __init__(self) -> None:
        words = resource("models/minilm/vocab.txt").read_text(encoding="utf-8").splitlines()
        self._words = [word for word in words if word.isalpha() and word.isascii()][:15_000]
        self._chance = np.random.default_rng(20)
        weights = 1 / np.arange(1, len(self._words) + 1)
        self._weights = weights / weights.sum()

    def sentences(self, words: int) -> str:
        picked = self._chance.choice(len(self._words), words, p=self._weights)
        text = [self._words[at] for at in picked]
        return " ".join(w + "." if n % 14 == 13 else w for n, w in enumerate(text))

    def question(self) -> str:
        """Eight words: three common ones, five that say something."""
        common = self._chance.integers(0, 60, 3)
        rare = self._chance.integers(100, 8_000, 5)
        return " ".join(self._words[at] for at in [*common, *rare])


def kinds(folder: Path, writer: Writer) -> Iterator[tuple[str, Path]]:
    """An ordinary document of each type."""
    lines = [[writer.sentences(14) for _ in range(40)] for _ in range(100)]
    yield "PDF, 100 pages", make.make_pdf(folder / "a.pdf", lines)
    paragraphs = [writer.sentences(90) for _ in range(600)]
    yield "DOCX, 600 paragraphs", make.make_docx(folder / "a.docx", *paragraphs)
    text = folder / "a.txt"
    text.write_text("\n\n".join(paragraphs))
    yield "TXT, the same words", text
    picture = [writer.sentences(7) for _ in range(15)]
    yield "PNG, 15 lines", make.make_picture(folder / "a.png", *picture)


def speed(name: str, path: Path) -> dict[str, Any]:
    """One document in its own process: the start of the process is part of it."""
    reading = Reading(path, kind_of(path), make.LIMITS)
    begun = time.perf_counter()
    text_at, words, pieces = 0.0, 0, 0
    for event in reading.events():
        if isinstance(event, Text):
            text_at = time.perf_counter() - begun
            words, pieces = len(event.extract.text.split()), len(event.spans)
    whole = time.perf_counter() - begun
    return {
        "document": name,
        "words": f"{words:,}",
        "pieces": pieces,
        "text after s": round(text_at, 2),
        "words/s": f"{words / text_at:,.0f}",
        "with vectors after s": round(whole, 2),
        "ms a piece": round(1000 * (whole - text_at) / max(1, pieces), 1),
        "memory MB": round(reading.peak_mb),
    }


def hostile(folder: Path) -> Iterator[dict[str, Any]]:
    """What each costs until it is refused."""
    good = make.make_docx(folder / "good.docx", "words")
    tree = make.body("<w:p/>" * 5_000_000)
    files = {
        "zip bomb, 400 MB unpacked": make.make_zip_bomb(folder / "bomb.docx"),
        "zip bomb that lies about it": make.make_lying_bomb(folder / "lies.docx"),
        "5,000,000 XML elements": make.replace_part(
            good, folder / "tree.docx", "word/document.xml", tree
        ),
        "PDF with a page of 2 GB": make.make_pdf_bomb(folder / "bomb.pdf", 2_000),
        "PDF of 10,000 pages": make.make_pdf(folder / "long.pdf", [["x"]] * 10_000),
        "encrypted PDF": make.make_pdf(folder / "locked.pdf", [["x"]], password="x"),
        "PNG of 100,000 × 100,000": make.make_huge_png(folder / "huge.png"),
    }
    for name, path in files.items():
        reading = Reading(path, kind_of(path), make.LIMITS)
        begun = time.perf_counter()
        try:
            list(reading.events())
            said = "read"
        except DocumentError as error:
            said = error.message
        yield {
            "file": name,
            "MB": round(path.stat().st_size / 1e6, 2),
            "ends as": said,
            "after s": round(time.perf_counter() - begun, 2),
            "memory MB": round(reading.peak_mb),
        }
    yield huge_text(folder)


def huge_text(folder: Path) -> dict[str, Any]:
    """Two gigabytes through the front door: the size is looked at, nothing is copied."""
    path = folder / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    store = Store.open(folder / "huge.db")
    session = make_session()
    store.save(session)
    begun = time.perf_counter()
    [added] = Documents(store).add(Owner("session", session.id), [path])
    took = time.perf_counter() - begun
    store.close()
    assert added.document is not None
    return {
        "file": "text of 2 GB",
        "MB": 2000,
        "ends as": added.document.error,
        "after s": round(took, 3),
        "memory MB": None,
    }


def fill(store: Store, folder: Path, writer: Writer, chunks: int) -> Owner:
    """A session with documents of this many pieces and vectors of no meaning."""
    session = make_session()
    store.save(session)
    owner, contents = Owner("session", session.id), Contents(store)
    chance = np.random.default_rng(21)
    for number in range(20):
        path = folder / f"{number}.txt"
        path.write_text(str(number))
        Documents(store).add(owner, [path])
        job = contents.claim("bench")
        assert job is not None
        count = chunks // 20
        texts = [writer.sentences(_CHUNK_WORDS) for _ in range(count)]
        pieces = [Piece(n * 2000, text, n + 1) for n, text in enumerate(texts)]
        contents.save_text(job.content_id, "", pieces, pages=count, confidence=None, note="")
        vectors = chance.normal(size=(count, DIMENSIONS)).astype("<f4")
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        contents.save_vectors(job.content_id, 0, [row.tobytes() for row in vectors], MODEL)
        contents.finish(job.content_id)
    return owner


def search(folder: Path, writer: Writer, chunks: int, questions: int) -> list[dict[str, Any]]:
    """A question during a call, and its parts, over the same questions."""
    store = Store.open(folder / "search.db")
    owner = fill(store, folder, writer, chunks)
    chance = np.random.default_rng(22)
    asked = [writer.question() for _ in range(questions)]
    vectors = {q: chance.normal(size=DIMENSIONS).astype(np.float32) for q in asked}
    for one in vectors.values():
        one /= np.linalg.norm(one)
    passages = Passages(store)
    retriever = Retriever(store, owner, lambda texts: np.stack([vectors[t] for t in texts]))
    begun = time.perf_counter()
    retriever.refresh()
    loaded = time.perf_counter() - begun
    index = retriever.index
    embed = shared_embedder()
    embed(asked[:1])

    def like(question: str) -> None:
        words = question.split()[-5:]
        where = " OR ".join("text LIKE ?" for _ in words)
        with store.reading() as connection:
            connection.exec_driver_sql(
                f"SELECT id FROM local_chunks WHERE {where} LIMIT 50",
                tuple(f"%{word}%" for word in words),
            ).fetchall()

    parts: dict[str, Callable[[str], object]] = {
        "hybrid, vector given, first time": lambda q: retriever.search(q, fresh=False),
        "the same questions again": lambda q: retriever.search(q, fresh=False),
        "only words (FTS5, bm25)": lambda q: passages.by_words(owner, match_expression(q), 50),
        "only vectors (NumPy)": lambda q: index.nearest(index.cosines(vectors[q])),
        "LIKE '%…%', unranked": like,
        "the question's vector (MiniLM)": lambda q: embed([q]),
    }
    rows = [{"10,000 pieces".replace("10,000", f"{chunks:,}"): name, **times(work, asked)}
            for name, work in parts.items()]  # fmt: skip
    store.close()
    rows.append({next(iter(rows[0])): "loading the vectors once", "p50 ms": round(loaded * 1e3, 1),
                 "p95 ms": None})  # fmt: skip
    return rows


def times(work: Callable[[str], object], asked: list[str]) -> dict[str, float]:
    took = []
    for question in asked:
        begun = time.perf_counter()
        work(question)
        took.append(1000 * (time.perf_counter() - begun))
    ordered = statistics.quantiles(took, n=20)
    return {"p50 ms": round(ordered[9], 2), "p95 ms": round(ordered[18], 2)}


def cutting(writer: Writer) -> dict[str, Any]:
    text = "\n\n".join(writer.sentences(120) for _ in range(4_000))
    begun = time.perf_counter()
    pieces = chunk(text)
    took = time.perf_counter() - begun
    return {"cutting": f"{len(text) / 1e6:.1f} MB of text", "pieces": len(pieces),
            "s": round(took, 2)}  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.documents")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args(arguments)
    writer = Writer()
    with tempfile.TemporaryDirectory(prefix="liveconvo-bench-") as place:
        folder = Path(place)
        tables = [
            [speed(name, path) for name, path in kinds(folder, writer)],
            search(folder, writer, options.chunks, options.questions),
            list(hostile(folder)),
            [cutting(writer)],
        ]
    print("\n\n".join(table(t) for t in tables))
    save("documents", {
        "title": "Documents",
        "command": "python -m tests.bench.documents",
        "note": "Each document is read in a process of its own, whose start is part of the time. "
        "Text and vectors of the search are made up (Zipf over a word list); every question has "
        "three common and five rarer words.",
        "tables": tables,
    })  # fmt: skip


if __name__ == "__main__":
    main()
