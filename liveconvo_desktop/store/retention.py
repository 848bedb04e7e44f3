"""What is deleted by itself, when and why: pure, told rows and settings, asked for deadlines.

Nothing depends on when it is asked: a deadline that has passed stays passed until the row, the
settings or the user's "keep this one" change. docs/privacy.md has the rules in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from liveconvo_desktop.settings import PrivacySettings
from sync.backup import Backup, Reason

What = Literal[
    "audio", "transcript", "session", "document", "summary", "template", "log", "backup", "stray"
]
BACKUPS_OF_A_KIND = 4
"""How many backups of one reason are kept; age may take them sooner."""
STRAY_DAYS = 30
"""How long a recording stays that no call names: a database put aside may name it."""
PART_HOURS = 1
"""How long after its last write a part of an import is nobody's any more."""


@dataclass(frozen=True, slots=True)
class Call:
    """What retention knows of a session.

    Attributes:
        counted_from: Aware UTC; when it ended or, if that is later, was put here: by an import, a
            restore, or an update from a version that deleted nothing.
        audio: Where a recording that is not deleted lies.
        audio_bytes: Its size; 0 where the file is missing.
        has_transcript: It has lines, or a copy of them in a summary.
        retention_days: ``sessions.data_retention_days``; see ``transcript_deadline``.
        summarised_at: Aware UTC of its first complete summary.
        deleted_at: Aware UTC; the user deleted it.
        kept_at: Aware UTC; the user said "keep this one".
        busy: It runs or is being recovered now: nothing of it is touched.
        cut_off: A crash left it unfinished: nothing goes before it is recovered, unless the user
            deleted it.
    """

    id: str
    title: str
    counted_from: datetime
    audio: Path | None = None
    audio_bytes: int = 0
    has_transcript: bool = False
    retention_days: int | None = None
    summarised_at: datetime | None = None
    deleted_at: datetime | None = None
    kept_at: datetime | None = None
    busy: bool = False
    cut_off: bool = False

    @property
    def kept(self) -> bool:
        """Of "keep" and "delete" the later word counts."""
        return self.kept_at is not None and (
            self.deleted_at is None or self.kept_at >= self.deleted_at
        )


@dataclass(frozen=True, slots=True)
class Deleted:
    """Something else that the user deleted: a document, a summary, a template.

    Attributes:
        kept: It belongs to a call that is kept.
    """

    what: Literal["document", "summary", "template"]
    id: str
    title: str
    deleted_at: datetime
    path: Path | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class LogPart:
    """A part of the log: rows of the database, or a file.

    Attributes:
        oldest: Aware UTC of its oldest entry.
        path: The file; None for the rows.
    """

    title: str
    oldest: datetime
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Stray:
    """A file in our folder of recordings that belongs to no call.

    Attributes:
        since: Aware UTC of its last change, or of the last restore if that is later.
        bytes: Its size.
        part: An import that was cut off left it.
    """

    path: Path
    since: datetime
    bytes: int
    part: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that goes.

    Attributes:
        id: Of the row; for a file its path.
        title: As a person knows it.
        when: Aware UTC; it goes with the first cleaning after this.
        why: The rule, one sentence.
        path: The file that goes, if there is one.
        bytes: Its size, as far as it is known.
    """

    what: What
    id: str
    title: str
    when: datetime
    why: str
    path: Path | None = None
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that retention looks at."""

    calls: list[Call] = field(default_factory=list)
    deleted: list[Deleted] = field(default_factory=list)
    logs: list[LogPart] = field(default_factory=list)
    backups: list[Backup] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)


def plan(held: Holdings, settings: PrivacySettings) -> list[Item]:
    """Everything that has a deadline, the earliest first."""
    items = [item for call in held.calls for item in call_items(call, settings)]
    items += _deleted_items(held.deleted, settings)
    items += _log_items(held.logs, settings)
    items += _backup_items(held.backups, settings)
    items += _stray_items(held.strays)
    return sorted(items, key=lambda item: (item.when, item.title, item.what))


def due(items: Iterable[Item], now: datetime) -> list[Item]:
    """What goes now."""
    return [item for item in items if item.when <= now]


def call_items(call: Call, settings: PrivacySettings) -> Iterator[Item]:
    """What goes of one call. A kept one loses nothing, nor does a busy one."""
    if call.kept or call.busy:
        return
    transcript = transcript_deadline(call, settings)
    if call.audio is not None and not call.cut_off:
        when, why = audio_deadline(call, settings)
        yield Item("audio", call.id, call.title, when, why, call.audio, call.audio_bytes)
    if call.has_transcript and transcript is not None and not call.cut_off:
        yield Item("transcript", call.id, call.title, *transcript)
    if call.deleted_at is not None:
        when = call.deleted_at + timedelta(days=settings.deleted_days)
        why = f"You deleted it; it is gone for good after {_days(settings.deleted_days)}."
        yield Item("session", call.id, call.title, when, why, call.audio, call.audio_bytes)


def audio_deadline(call: Call, settings: PrivacySettings) -> tuple[datetime, str]:
    """When a recording goes: after the summary, or on its own where there is none."""
    if call.summarised_at is not None:
        hours = settings.audio_hours
        return (
            # A call that came back by a restore has a summary that is long complete.
            max(call.summarised_at, call.counted_from) + timedelta(hours=hours),
            f"Audio goes {_hours(hours)} after the summary.",
        )
    hours = settings.audio_hours_without_summary
    alone = call.counted_from + timedelta(hours=hours)
    transcript = transcript_deadline(call, settings)
    if transcript is not None and transcript[0] < alone:
        return transcript[0], "There is no summary; the audio goes with the transcript."
    return alone, f"There is no summary; the audio goes after {_hours(hours)}."


def transcript_deadline(call: Call, settings: PrivacySettings) -> tuple[datetime, str] | None:
    """When the raw words go; None is never.

    NULL days is no limit, as in the rest of the schema (``monthly_audio_hours_limit``); so is a
    negative number, which means nothing. Zero days is: not kept once there is a summary; where
    there is none, as long as the audio.
    """
    days = call.retention_days
    if days is None or days < 0:
        return None
    if days > 0:
        when = call.counted_from + timedelta(days=days)
        return when, f"Raw transcripts go after {_days(days)}; the summary stays."
    if call.summarised_at is not None:
        return call.summarised_at, "Raw words are not kept once there is a summary."
    hours = settings.audio_hours_without_summary
    when = call.counted_from + timedelta(hours=hours)
    return when, f"Raw words are not kept, and there is no summary after {_hours(hours)}."


def _deleted_items(rows: Iterable[Deleted], settings: PrivacySettings) -> Iterator[Item]:
    why = f"You deleted it; it is gone for good after {_days(settings.deleted_days)}."
    for row in rows:
        if not row.kept:
            when = row.deleted_at + timedelta(days=settings.deleted_days)
            yield Item(row.what, row.id, row.title, when, why, row.path)


def _log_items(parts: Iterable[LogPart], settings: PrivacySettings) -> Iterator[Item]:
    why = f"Logs go after {_days(settings.log_days)}."
    for part in parts:
        when = part.oldest + timedelta(days=settings.log_days)
        yield Item("log", str(part.path or ""), part.title, when, why, part.path)


def _backup_items(found: Iterable[Backup], settings: PrivacySettings) -> Iterator[Item]:
    """Backups by age, and those beyond the newest few of their kind at once."""
    seen: dict[Reason, int] = {}
    for backup in sorted(found, key=lambda one: one.made_at, reverse=True):
        seen[backup.reason] = seen.get(backup.reason, 0) + 1
        if seen[backup.reason] > BACKUPS_OF_A_KIND:
            when, why = backup.made_at, f"Only the newest {BACKUPS_OF_A_KIND} of a kind are kept."
        else:
            when = backup.made_at + timedelta(days=settings.transcript_days)
            why = f"A backup holds transcripts, so it goes after {_days(settings.transcript_days)}."
        name = backup.path.name
        yield Item("backup", str(backup.path), name, when, why, backup.path, backup.bytes)


def _stray_items(found: Iterable[Stray]) -> Iterator[Item]:
    for one in found:
        if one.part:
            kept, why = timedelta(hours=PART_HOURS), "An import that was cut off left it."
        else:
            kept = timedelta(days=STRAY_DAYS)
            why = f"No call names this recording; it goes after {_days(STRAY_DAYS)}."
        name = one.path.name
        yield Item("stray", str(one.path), name, one.since + kept, why, one.path, one.bytes)


def _days(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"


def _hours(hours: float) -> str:
    return _days(round(hours / 24)) if hours >= 72 and hours % 24 == 0 else f"{hours:g} hours"
