"""Full-text search over everything that was said and kept.

How a query is answered. Titles, summaries and documents are few: all of them are ranked by FTS5's
``bm25``. Lines may be a million, and ``bm25`` reads every row of every word it weighs: where each
word of the query stands in at most ``COMMON`` lines, all matches are ranked by it. Where a word is
more common than that, its weight is next to nothing and reading all of it takes long; a phrase of
common words is found by going through all of each. Then the newest ``NEWEST`` matching lines are
ranked here by the same formula, a common word taken to stand in just over ``COMMON`` lines, and
``Found.newest_only`` says where there were older ones.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from liveconvo_desktop.events import ConversationType, Speaker
from liveconvo_desktop.language.saying import called
from liveconvo_desktop.store import reviews
from liveconvo_desktop.store.search_filter import line_filter, session_filter, session_numbers
from liveconvo_desktop.store.search_query import HitKind, Query, Term
from liveconvo_desktop.store.search_rank import CLOSE, OPEN, Marks, folded, marked, weigh
from liveconvo_desktop.store.store import Store
from sync.local.search import LINE_BITS

COMMON = 10_000
"""A word in more lines than this is common: one percent of 2,000 hours."""
NEWEST = 400
"""How many of the newest lines are ranked where a word is common."""
# A title that matches is what was looked for more often than a line is.
_BOOSTS: dict[HitKind, float] = {"title": 2.0, "summary": 1.4, "document": 1.0, "line": 1.0}
_MOST = 2**62

Counts = Mapping[Term, int]
"""In how many lines each wanted term stands; see ``_count``."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where the query matches.

    Attributes:
        kind: What matched.
        source_id: The row: a segment, a summary, a document, or the session itself for a title.
        seconds: On the audio clock; None where the place has no time.
        speaker: Of a line.
        name: What that speaker is called: by the user, or ``You`` and ``Them``; else empty.
        snippet: The text around the match.
        marks: Ranges of characters in ``snippet`` that match.
        score: The best match of a search has about 1; larger is better.
    """

    session_id: str
    title: str
    conversation_type: ConversationType
    started_at: datetime
    kind: HitKind
    source_id: str
    seconds: float | None
    speaker: Speaker | None
    snippet: str
    marks: Marks
    score: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the best first.

    Attributes:
        more: There are more hits than were asked for.
        newest_only: Older lines with these common words were not looked at.
        some: Nothing has all of the words; these have some.
    """

    hits: tuple[Hit, ...]
    more: bool = False
    newest_only: bool = False
    some: bool = False


_HEAD = (
    "sessions.id AS session_id, sessions.title AS session_title,"
    " sessions.conversation_type AS type,"
    " coalesce(sessions.recording_started_at, sessions.created_at) AS started"
)
_LINE = (
    f"SELECT {_HEAD}, transcripts.id AS source_id, transcripts.start_time_seconds AS t0,"
    " transcripts.speaker AS speaker, local_lines_fts.rowid AS number,"
    f" highlight(local_lines_fts, 0, '{OPEN}', '{CLOSE}') AS text, {{score}} AS score"
    # CROSS: the index leads, whatever the planner thinks; the rest are look-ups by key.
    " FROM local_lines_fts CROSS JOIN local_lines ON local_lines.id = local_lines_fts.rowid"
    " CROSS JOIN transcripts ON transcripts.id = local_lines.transcript_id"
    " CROSS JOIN sessions ON sessions.id = transcripts.session_id"
    " WHERE local_lines_fts MATCH ? AND sessions.deleted_at IS NULL"
)
_TEXT = (
    f"SELECT {_HEAD}, local_texts.source_id AS source_id, local_texts.kind AS kind,"
    f" snippet(local_texts_fts, -1, '{OPEN}', '{CLOSE}', '…', 28) AS text, rank AS score"
    " FROM local_texts_fts CROSS JOIN local_texts ON local_texts.id = local_texts_fts.rowid"
    " CROSS JOIN sessions ON sessions.id = local_texts.session_id"
    # A word of a title weighs more than one of a long text.
    " WHERE local_texts_fts MATCH ? AND rank MATCH 'bm25(4.0, 1.0)'"
    " AND sessions.deleted_at IS NULL"
)


class Search:
    """Searches a store; any thread may call it.

    Raises:
        StoreError: From any method, when the database cannot be read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, query: Query, limit: int = 50) -> Found:
        """The best hits of a query.

        A query of filters alone gives the titles of the calls that pass them, the newest first.
        Where nothing has all of the words, what has some of the rarer ones is found.
        """
        if query.empty:
            return Found(())
        with self._store.reading() as connection:
            if not query.wanted:
                return _titles(connection, query, limit)
            counts = {term: _count(connection, term) for term in query.wanted}
            found = _matching(connection, query, counts, limit)
            if found.hits or len(query.wanted) == 1:
                return found
            rare = [term for term, count in counts.items() if 0 < count <= COMMON]
            unwanted = [term for term in query.terms if term.excluded]
            some = replace(query, terms=(*(rare or query.wanted), *unwanted), some=True)
            return replace(_matching(connection, some, counts, limit), some=True)


def _matching(connection: Connection, query: Query, counts: Counts, limit: int) -> Found:
    numbers = session_numbers(connection, query)
    lines, newest_only = _lines(connection, query, counts, numbers, limit + 1)
    texts = _texts(connection, query, numbers, limit + 1)
    hits = sorted([*lines, *texts], key=lambda hit: -hit.score)
    return Found(_named(connection, hits[:limit]), len(hits) > limit, newest_only)


def _named(connection: Connection, hits: list[Hit]) -> tuple[Hit, ...]:
    """The hits with what their speakers are called."""
    names = reviews.speakers_of(connection, {hit.session_id for hit in hits})
    return tuple(
        replace(hit, name=called(names.get(hit.session_id, {}))[hit.speaker])
        if hit.speaker
        else hit
        for hit in hits
    )


def _lines(
    connection: Connection, query: Query, counts: Counts, numbers: list[int] | None, limit: int
) -> tuple[list[Hit], bool]:
    """Matching lines, the best first, and whether only the newest were looked at."""
    if (query.kinds and "line" not in query.kinds) or numbers == []:
        return [], False
    narrow, values = line_filter(query)
    # FTS5 goes through all of a phrase's words to count it, and twice more to rank it.
    in_a_row = any(term.in_a_row for term in query.wanted)
    if not in_a_row and max(counts[term] for term in query.wanted) <= COMMON:
        rows = _all(connection, query, numbers, narrow, values, limit)
        best = -min((row.score for row in rows), default=-1.0)
        return [_line_hit(row, -row.score / max(best, 1e-9)) for row in rows], False
    rows = _newest(connection, query, numbers, narrow, values)
    more = len(rows) > NEWEST
    scores = weigh([row.text for row in rows[:NEWEST]], _rarity(connection, query, counts))
    # Among equals the newest first: sorting keeps their order.
    ranked = sorted(zip(scores, rows, strict=False), key=lambda one: -one[0])[:limit]
    best = max(ranked[0][0], 1e-9) if ranked else 1.0
    return [_line_hit(row, score / best) for score, row in ranked], more


def _all(
    connection: Connection,
    query: Query,
    numbers: list[int] | None,
    narrow: str,
    values: list[Any],
    limit: int,
) -> list[Row[Any]]:
    """Every matching line weighed by FTS5, the best first."""
    values = [query.match(), *values]
    if numbers is not None:
        narrow += (
            # The range spares the index the calls before and after.
            " AND local_lines_fts.rowid BETWEEN ? AND ?"
            f" AND (local_lines_fts.rowid >> {LINE_BITS}) IN (SELECT value FROM json_each(?))"
        )
        first, last = numbers[-1] << LINE_BITS, (numbers[0] + 1) << LINE_BITS
        values += [first, last, json.dumps(numbers)]
    statement = _LINE.format(score="rank") + narrow + " ORDER BY rank LIMIT ?"
    return list(connection.exec_driver_sql(statement, (*values, limit)).all())


def _count(connection: Connection, term: Term) -> int:
    """In how many lines a word stands; ``COMMON + 1`` where it is common, 1 for several words."""
    if term.in_a_row:
        return 1
    found = connection.exec_driver_sql(
        "SELECT count(*) FROM"
        " (SELECT 1 FROM local_lines_fts WHERE local_lines_fts MATCH ? LIMIT ?)",
        (term.match(), COMMON + 1),
    ).scalar()
    return int(found or 0)


def _newest(
    connection: Connection,
    query: Query,
    numbers: list[int] | None,
    narrow: str,
    values: list[Any],
) -> list[Row[Any]]:
    """The newest matching lines, read from the end of the index; one more than are ranked."""
    statement = (
        _LINE.format(score="0.0")
        + narrow
        + " AND local_lines_fts.rowid BETWEEN ? AND ?"
        + " ORDER BY local_lines_fts.rowid DESC LIMIT ?"
    )
    rows: list[Row[Any]] = []
    for first, last in _ranges(numbers):
        room = NEWEST + 1 - len(rows)
        if room <= 0:
            break
        found = (query.match(), *values, first, last, room)
        rows += connection.exec_driver_sql(statement, found).all()
    return rows


def _ranges(numbers: list[int] | None) -> Iterator[tuple[int, int]]:
    """Line numbers of the sessions, the newest first; neighbours become one range."""
    if numbers is None:
        yield 0, _MOST
        return
    at = 0
    while at < len(numbers):
        end = at
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] - 1:
            end += 1
        yield numbers[end] << LINE_BITS, (numbers[at] + 1) << LINE_BITS
        at = end + 1


def _rarity(connection: Connection, query: Query, counts: Counts) -> dict[str, float]:
    """Inverse document frequencies as FTS5 reckons them."""
    total = connection.exec_driver_sql("SELECT sum(lines) FROM local_sessions").scalar() or 0
    found = {}
    for term in query.wanted:
        count = min(counts[term], total)
        rarity = math.log((total - count + 0.5) / (count + 0.5))
        found[folded(term.text)] = max(rarity, 1e-6)
    return found


def _texts(
    connection: Connection, query: Query, numbers: list[int] | None, limit: int
) -> list[Hit]:
    """Matching titles, summaries and documents, the best first."""
    kinds = [kind for kind in query.kinds if kind != "line"]
    said = query.speaker or query.speaker_name
    if said or (query.kinds and not kinds) or numbers == []:
        return []
    where, values = session_filter(connection, query)
    if kinds:
        where += " AND local_texts.kind IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(kinds))
    rows = connection.exec_driver_sql(
        _TEXT + where + " ORDER BY rank LIMIT ?", (query.match(), *values, limit)
    ).all()
    best = -min((row.score for row in rows), default=-1.0)
    return [_text_hit(row, -row.score / max(best, 1e-9)) for row in rows]


def _titles(connection: Connection, query: Query, limit: int) -> Found:
    where, values = session_filter(connection, query)
    rows = connection.exec_driver_sql(
        f"SELECT {_HEAD}, sessions.id AS source_id, 'title' AS kind,"
        " coalesce(sessions.title, '') AS text"
        f" FROM sessions WHERE sessions.deleted_at IS NULL{where} ORDER BY started DESC LIMIT ?",
        (*values, limit + 1),
    ).all()
    return Found(tuple(_text_hit(row, 0.5) for row in rows[:limit]), len(rows) > limit)


def _line_hit(row: Row[Any], score: float) -> Hit:
    made = _hit(row, "line", row.text, score)
    return replace(made, seconds=row.t0 / 1000, speaker=row.speaker)


def _text_hit(row: Row[Any], score: float) -> Hit:
    return _hit(row, row.kind, row.text, score)


def _hit(row: Row[Any], kind: HitKind, text: str, score: float) -> Hit:
    snippet, marks = marked(text)
    return Hit(
        session_id=row.session_id,
        title=row.session_title or "",
        conversation_type=row.type,
        started_at=datetime.fromisoformat(row.started),
        kind=kind,
        source_id=row.source_id,
        seconds=None,
        speaker=None,
        snippet=snippet,
        marks=marks,
        score=score * _BOOSTS[kind],
    )
