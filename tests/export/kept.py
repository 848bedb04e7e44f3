"""What a user and a library add to a conversation: something of everything that JSON keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from liveconvo_desktop.export.parts import (
    DocumentPart,
    GuidanceNotes,
    Kept,
    LineNotes,
    MovePart,
    OriginalPart,
    PersonPart,
    SessionNotes,
    SummaryRecord,
    UnreadPart,
    VersionPart,
)

_DAY = datetime(2026, 11, 24, 10, 0, 0, 250_000, tzinfo=UTC)


def row_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def at(minutes: float) -> datetime:
    return _DAY + timedelta(minutes=minutes)


def original(number: int, group: int, speaker: str, t0: float, t1: float, text: str):
    return OriginalPart(
        id=row_id(number),
        group=row_id(group),
        speaker=speaker,
        start=t0,
        end=t1,
        text=text,
        confidence=0.55,
        provider="whisper",
        created_at=at(-20),
    )


def version(number: int, state: str, tldr: str, *, edited: bool = False) -> VersionPart:
    cited = {"text": tldr, "sources": [row_id(2), row_id(6)]}
    return VersionPart(
        id=row_id(number),
        state=state,
        edited=edited,
        content={"title": "Northwind renewal", "tldr": [cited], "notes": "", "model": "offline"},
        model="offline",
        seconds=1.25,
        created_at=at(number),
    )


def document(number: int, name: str, status: str, **more) -> DocumentPart:
    return DocumentPart(
        id=row_id(number),
        filename=name,
        file_type=name.rpartition(".")[2],
        size_bytes=4096,
        status=status,
        created_at=at(number),
        updated_at=at(number + 1),
        **more,
    )


def line_notes(**more) -> LineNotes:
    return LineNotes(created_at=at(-20), updated_at=at(5), **more)


KEPT = Kept(
    session=SessionNotes(
        tags=("northwind", "renewal"),
        people=(PersonPart(name="Dana Whitfield", company="Northwind"), PersonPart(name="Bo")),
        kept_at=at(60),
        summarised_at=at(2),
        audio_deleted_at=at(3000),
    ),
    lines={
        row_id(1): line_notes(starred=True),
        row_id(2): line_notes(group=row_id(2)),
        row_id(3): line_notes(comment="Ask Lena what we can do."),
        row_id(4): line_notes(group=row_id(4), starred=True, comment="Promised!"),
    },
    guidance={row_id(20): GuidanceNotes(line=row_id(3), created_at=at(-19), updated_at=at(-18))},
    originals=(
        original(2, 2, "other", 3.9, 6.0, "Better than I expected"),
        original(6, 2, "other", 6.2, 8.1, "on boarding took two days not a week."),
        original(5, 5, "user", 50.0, 51.0, "That stays between us."),
        original(4, 4, "user", 65.0, 70.5, "I will sent you a revised offer by friday."),
    ),
    moves=(MovePart(old=row_id(6), new=row_id(2)),),
    unread=(
        UnreadPart(
            id=row_id(7),
            speaker="other",
            start=71.0,
            end=72.0,
            text="and then",
            provider="whisper",
            created_at=at(-20),
            updated_at=at(-20),
        ),
    ),
    summary=SummaryRecord(
        id=row_id(30),
        status="failed",
        error="The server was busy.",
        seconds=1.25,
        full_transcript="[0:00] Jo: Thanks for making the time, Dana.",
        export_count=2,
        last_exported_at=at(90),
        created_at=at(1),
        updated_at=at(91),
    ),
    versions=(
        version(31, "replaced", "The pilot went well."),
        version(32, "current", "The pilot went well. Northwind renews.", edited=True),
        version(33, "offered", "The pilot took two days."),
    ),
    documents=(
        document(
            41, "Offer.pdf", "completed", sha256="ab" * 32, note="2 pictures were left out.",
            pages=2, text="The licence costs forty dollars a seat.\fSupport answers in four hours.",
        ),
        document(42, "Scan.png", "completed", sha256="cd" * 32, confidence=0.81, text="Scanned."),
        document(43, "Locked.pdf", "failed", error="It is encrypted.", hint="Unlock it first."),
    ),
)  # fmt: skip
