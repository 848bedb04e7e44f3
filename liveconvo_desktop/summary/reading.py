"""A transcript from a file, for summaries without a database."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.summary.base import Conversation, Line

_SPEAKER = re.compile(
    r"^\s*(?:\[?(?P<at>\d+:\d\d(?::\d\d)?(?:\.\d+)?)\]?\s+)?(?P<who>[^:]{1,60}):\s+(?P<said>.+)$"
)
_WORDS_A_SECOND = 2.5
MOST_BYTES = 50_000_000
_SIDES = {"mic": "user", "speaker": "other"}


def read_transcript(path: Path) -> Conversation:
    """A conversation from JSON, or from text with ``Speaker: words`` lines.

    JSON: an object with ``title``, ``conversation_type`` and ``turns``, each with ``speaker``,
    ``start``, ``end`` and ``text``. Text where not every speaker's line begins with its time
    (``[0:05] Dana: …``) has no times.

    Raises:
        LiveConvoError: The file cannot be read or has no words.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refused(path, "it is larger than 50 MB")
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _refused(path, "it is no UTF-8 text") from error
    found = _from_json(content, path) if content.lstrip().startswith("{") else _from_text(content)
    if not found.lines:
        raise _refused(path, "no line of it says who spoke")
    return found


def _from_json(content: str, path: Path) -> Conversation:
    try:
        given: dict[str, Any] = json.loads(content)
        lines = tuple(
            Line(
                id=str(turn.get("id", number)),
                speaker=turn.get("speaker") or _SIDES[turn["channel"]],
                t0=turn["start"],
                t1=turn["end"],
                text=turn["text"],
            )
            for number, turn in enumerate(given["turns"], 1)
        )
        return Conversation(
            title=given.get("title") or "",
            kind=given.get("conversation_type") or "",
            lines=lines,
        )
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise _refused(path, f"its JSON has another form: {_first_line(error)}") from error


def _from_text(content: str) -> Conversation:
    lines: list[Line] = []
    at = 0.0
    rows = [(row, _SPEAKER.match(row)) for row in content.splitlines()]
    timed = all(found["at"] for _, found in rows if found)
    for row, found in rows:
        who, said = (found["who"].strip(), found["said"]) if found else ("", row.strip())
        if not said or (not found and not lines):
            continue
        seconds = len(said.split()) / _WORDS_A_SECOND
        if found and timed:
            # Never before the line above: the file's order is the order of what was said.
            at = max(_seconds(found["at"]), lines[-1].t0 if lines else 0.0)
        who = who or lines[-1].speaker
        speaker = {"you": "user", "me": "user", "them": "other"}.get(who.lower(), who)
        lines.append(
            Line(id=str(len(lines) + 1), speaker=speaker, t0=at, t1=at + seconds, text=said)
        )
        at += seconds + 0.2
    return Conversation(lines=tuple(lines), timed=timed)


def _seconds(clock: str) -> float:
    """``1:02:03.5``, hours and fraction optional."""
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _refused(path: Path, why: str) -> LiveConvoError:
    return LiveConvoError(
        f"The transcript {path} cannot be read: {why}.",
        'Give SRT, VTT, JSON with "turns", or text with a line "Speaker: words" for each turn.',
        "summary",
    )


def _first_line(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    return str(error).splitlines()[0]
