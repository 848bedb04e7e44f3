"""One session as `liveconvo sessions ID` prints it: a page to read, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from liveconvo_desktop.cli.output import chip_row, clock_text, gap_row
from liveconvo_desktop.events import SPEAKER_OF, Gap, Speaker
from liveconvo_desktop.language.lines import Line
from liveconvo_desktop.language.saying import REASONS, called, missing, side
from liveconvo_desktop.store import ChipRow, Store, reviews
from liveconvo_desktop.store.library import LibraryRow

Happened = Line | ChipRow | Gap


def library_row(one: LibraryRow, cut_off: bool) -> dict[str, Any]:
    """A session's facts as JSON; ``cut_off``: a crash ended it and it waits for recovery."""
    row = one.row
    return {
        "id": row.session.id,
        "title": row.session.title,
        "conversation_type": row.session.conversation_type,
        "status": row.session.status,
        "cut_off": cut_off,
        "started_at": row.session.started_at.isoformat(),
        "duration_seconds": row.duration_seconds,
        "words": row.words,
        "talk_ratio": row.talk_ratio,
        "segments": row.segments,
        "chips": row.chips,
        "tags": one.tags,
        "people": [{"name": who.name, "company": who.company} for who in one.people],
        "speakers": one.speakers,
        "deleted_at": one.deleted_at and one.deleted_at.isoformat(),
    }


def show(store: Store, row: LibraryRow, *, cut_off: bool, as_json: bool) -> None:
    """Print what was said, raised and missed, in order of time.

    With ``as_json`` the first line is the session ("event": "session"), then come "line", "chip"
    and "gap" rows.
    """
    session_id = row.row.session.id
    with store.reading() as connection:
        lines = reviews.read_lines(connection, session_id).lines
        names = reviews.read_speakers(connection, session_id)
    named = called(names)
    happened: list[Happened] = [*lines, *store.chips(session_id), *store.gaps(session_id)]
    happened.sort(key=_when)
    told: Iterator[str]
    if as_json:
        rows = [{"event": "session", **library_row(row, cut_off)}]
        rows += [_json(one, named) for one in happened]
        told = (json.dumps(one, ensure_ascii=False) for one in rows)
    else:
        width = max([4, *(len(named[line.speaker]) for line in lines)])
        print(row.row.session.title)
        told = (f"{clock_text(_when(one)):>8}  {_plain(one, names, width)}" for one in happened)
    for text in told:
        print(text)


def _when(one: Happened) -> float:
    return one.chip.t if isinstance(one, ChipRow) else one.t0


def _json(one: Happened, named: dict[Speaker, str]) -> dict[str, Any]:
    match one:
        case Gap():
            return gap_row(one)
        case ChipRow():
            did = {"displayed": one.displayed, "clicked": one.clicked, "dismissed": one.dismissed}
            return {**chip_row(one.chip), **did, "feedback": one.feedback}
        case Line():
            return _line_row(one, named[one.speaker])


def _line_row(line: Line, name: str) -> dict[str, Any]:
    row = {
        "event": "line",
        "id": line.id,
        "speaker": line.speaker,
        "name": name,
        "t0": round(line.t0, 3),
        "t1": round(line.t1, 3),
        "text": line.text,
        "starred": line.starred,
        "edited": line.edited,
    }
    return row | ({"comment": line.comment} if line.comment else {})


def _plain(one: Happened, names: Mapping[Speaker, str], width: int) -> str:
    match one:
        case Gap():
            speaker = SPEAKER_OF[one.channel]
            owner = side(speaker, names.get(speaker, ""))
            told = missing(f"{one.t1 - one.t0:.1f} s", owner, REASONS[one.reason])
            return f"{' --':{width}}  {told}"
        case ChipRow():
            return f"{' >>':{width}}  [{one.chip.kind}] {one.chip.text}"
        case Line():
            star = "* " if one.starred else ""
            note = f"  ({' '.join(one.comment.split())})" if one.comment else ""
            return f"{called(names)[one.speaker]:{width}}  {star}{one.text}{note}"
