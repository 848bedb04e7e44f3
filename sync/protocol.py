"""What the two ends of sync say to each other, and the rules by which rows are merged.

Pure: no I/O, no database, no clock. Values of rows travel as JSON: UUIDs and decimals as text,
moments as ISO 8601 in UTC. ``user_id`` never travels: the token says whose rows they are.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import to_json

PROTOCOL = 1
"""Grows when an older program would lose data; see ``MINIMUM``."""
MINIMUM = 1
"""The oldest protocol that the server speaks; it answers older ones with 426."""
HEADER = "X-LiveConvo-Protocol"

MAX_ROWS = 500
MAX_BYTES = 4 * 1024 * 1024
"""Of a batch or a page, inflated."""
MAX_FUTURE = timedelta(minutes=5)
"""A client's ``updated_at`` beyond this is brought back to the server's clock."""

Row = dict[str, Any]
Direction = Literal["both", "pull", "push", "none"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a table is synced.

    Attributes:
        direction: Which way it goes in this protocol.
        columns: What travels, beside ``id``. Paths of files on one computer, passwords and what a
            job of the server sets do not.
        parent: The column that names the row it hangs on.
        links: Columns that may point to a row that is gone, and that row's table.
    """

    direction: Direction
    columns: frozenset[str] = frozenset()
    parent: str | None = None
    links: tuple[tuple[str, str], ...] = ()


def _columns(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STAMPS = " created_at updated_at"

RULES: dict[str, Rule] = {
    "users": Rule("pull", _columns("full_name timezone updated_at")),
    "subscriptions": Rule(
        "pull",
        _columns(
            "plan_name plan_type status current_period_start current_period_end"
            " monthly_audio_hours_limit monthly_audio_hours_used canceled_at" + _STAMPS
        ),
    ),
    "templates": Rule(
        "both",
        _columns(
            "name description conversation_type guidance_prompts context_instructions"
            " summary_template usage_count last_used_at is_active is_system_template deleted_at"
            + _STAMPS
        ),
    ),
    "sessions": Rule(
        "both",
        _columns(
            "title conversation_type status selected_template_id recording_duration_seconds"
            " recording_started_at recording_ended_at total_words_spoken user_talk_time_seconds"
            " silence_periods_count audio_deleted_at data_retention_days deleted_at" + _STAMPS
        ),
        links=(("selected_template_id", "templates"),),
    ),
    "documents": Rule(
        "both",
        _columns(
            "session_id original_filename file_type file_size_bytes extracted_text"
            " processing_status processing_error ocr_confidence_score deleted_at" + _STAMPS
        ),
        parent="session_id",
    ),
    "transcripts": Rule(
        "both",
        _columns(
            "session_id content speaker confidence_score start_time_seconds end_time_seconds"
            " duration_seconds stt_provider is_final" + _STAMPS
        ),
        parent="session_id",
    ),
    "guidance": Rule(
        "both",
        _columns(
            "session_id content guidance_type priority triggered_by_transcript_id context_snippet"
            " triggered_at_seconds was_displayed was_clicked was_dismissed user_feedback"
            " model_used prompt_template_id processing_time_ms" + _STAMPS
        ),
        parent="session_id",
        links=(
            ("triggered_by_transcript_id", "transcripts"),
            ("prompt_template_id", "templates"),
        ),
    ),
    "summaries": Rule(
        "both",
        _columns(
            "session_id title tldr key_decisions action_items follow_up_questions full_transcript"
            " structured_notes generation_status generation_error model_used"
            " generation_time_seconds export_count last_exported_at is_marked_done deleted_at"
            + _STAMPS
        ),
        parent="session_id",
    ),
    # The ledger, the app's sessions and the log have no endpoint yet.
    "usage_records": Rule("none"),
    "user_app_sessions": Rule("none"),
    "system_logs": Rule("none"),
}
"""In the order in which rows are written: parents first."""

PUSHED = tuple(name for name, rule in RULES.items() if rule.direction in ("both", "push"))
PULLED = tuple(name for name, rule in RULES.items() if rule.direction in ("both", "pull"))

LINKS_TO: dict[str, tuple[tuple[str, str], ...]] = {
    target: tuple(
        (table, column)
        for table, rule in RULES.items()
        for column, to in rule.links
        if to == target
    )
    for target in ("templates", "transcripts")
}
"""Where rows of a table may be pointed to: those columns are emptied before the row goes."""


class _Message(BaseModel):
    # What a newer end adds is passed over; what would lose data raises PROTOCOL.
    model_config = ConfigDict(extra="ignore", frozen=True)


_CANONICAL = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class Change(_Message):
    """One row of a push.

    Attributes:
        version: The device's number of this edit; grows with each.
        base: The server's number of the version that the edit was made on; 0: none was known.
        row: The columns that changed or all of them; None for a deletion.
    """

    table: str = Field(max_length=40)
    # Canonical, so that the same row has one name.
    id: str = Field(pattern=_CANONICAL)
    version: int = Field(ge=1)
    base: int = Field(default=0, ge=0)
    deleted: bool = False
    row: Row | None = None

    @model_validator(mode="after")
    def _whole(self) -> Change:
        if self.deleted == (self.row is not None):
            raise ValueError("a row, or a deletion")
        return self


class Push(_Message):
    """Edits of one device, each row once.

    Attributes:
        attempt: Counts the device's requests; the same one may be sent again.
        nonce: Tells the same one from another with its number: of a copy that was put back.
    """

    device: UUID
    device_name: str = Field(default="", max_length=100)
    attempt: int = Field(ge=1)
    nonce: UUID
    epoch: UUID
    changes: list[Change] = Field(max_length=MAX_ROWS)

    @model_validator(mode="after")
    def _each_once(self) -> Push:
        if len({(one.table, one.id) for one in self.changes}) != len(self.changes):
            raise ValueError("a row comes twice")
        return self


Status = Literal["applied", "kept_server", "gone", "missing_parent", "rejected"]


class Result(_Message):
    """What became of one row.

    Attributes:
        seq: The server's number of the version that stands now.
        row: What stands now, where it is not what was sent.
        code: Why it was rejected.
    """

    table: str
    id: str
    status: Status
    seq: int | None = None
    row: Row | None = None
    code: str | None = None


class PushReply(_Message):
    """The answer to a push, a result a row."""

    results: list[Result]


class PulledRow(_Message):
    """A row as it stands on the server; ``row`` is None where it is gone."""

    table: str
    id: str
    seq: int
    row: Row | None = None


class Page(_Message):
    """Changes after a cursor, in their order.

    Attributes:
        seq: The cursor after this page.
        head: The newest change of the user.
        parents: Rows that the changes point to and that come later themselves: a page stands alone.
    """

    epoch: UUID
    seq: int
    head: int
    more: bool
    changes: list[PulledRow]
    parents: list[PulledRow] = []


@dataclass(frozen=True, slots=True)
class Version:
    """What the server knows of a row.

    Attributes:
        device: Whose write it was; None for a job's.
        seen: Each device's last edit of it that was taken in, whoever wrote since: an edit that
            is sent again because the answer was lost is no new one.
    """

    seq: int
    deleted: bool
    device: str | None = None
    seen: Mapping[str, int] = field(default_factory=dict)
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


class Decision(enum.Enum):
    """What a server does with a pushed row."""

    APPLY = enum.auto()
    APPLY_OVER = enum.auto()
    """It wins against a concurrent edit, which is kept aside."""
    ALREADY = enum.auto()
    """It stands."""
    SUPERSEDED = enum.auto()
    """It was taken in once, and somebody wrote since."""
    KEEP = enum.auto()
    GONE = enum.auto()


def decide(current: Version | None, change: Change, device: str) -> Decision:
    """Merge one pushed edit with what stands.

    A device's own next edit, and an edit of the version that stands, always win: they have seen
    what they replace, whatever the clocks say. Only concurrent edits are weighed by clock: a
    deletion wins, then the later ``updated_at``, then the greater device id.
    """
    if current is None:
        return Decision.APPLY
    if current.seen.get(device, 0) >= change.version:
        return Decision.ALREADY if current.device == device else Decision.SUPERSEDED
    if current.device == device or change.base == current.seq:
        # Also of a row that is gone: who has seen that and brings it back means it (an undo).
        return Decision.APPLY
    if current.deleted:
        return Decision.GONE
    if change.deleted:
        return Decision.APPLY_OVER
    return Decision.APPLY_OVER if _beats(change.row or {}, device, current) else Decision.KEEP


def _beats(row: Row, device: str, current: Version) -> bool:
    if (row.get("deleted_at") is None) != (current.deleted_at is None):
        return row.get("deleted_at") is not None
    mine, theirs = moment(row.get("updated_at")), current.updated_at
    if mine is None or theirs is None:
        return mine is not None
    return (mine, device) > (theirs, current.device or "")


def moment(value: object) -> datetime | None:
    """An ISO 8601 text as an aware moment; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.utcoffset() is not None else None


def clamped(row: Row, now: datetime) -> Row:
    """The row without an ``updated_at`` in the future: a wrong clock may not win for ever."""
    told = moment(row.get("updated_at"))
    if told is None or told <= now + MAX_FUTURE:
        return row
    return row | {"updated_at": now.isoformat()}


def refusal(change: Change) -> str | None:
    """Why a change is no change of this protocol, or None."""
    rule = RULES.get(change.table)
    if rule is None or change.table not in PUSHED:
        return "not_accepted"
    if change.row is not None and not rule.columns.issuperset(change.row):
        # Passed over silently, it would be lost and acknowledged.
        return "unknown_column"
    return None


def size(row: PulledRow | Change) -> int:
    """Bytes that a row takes in a message."""
    return len(to_json(row.row)) + 150


def fitting(rows: Iterable[Change], limit: int = MAX_BYTES) -> Iterator[Change]:
    """The first rows that one message holds; at most ``MAX_ROWS``, the first in any case."""
    total = 0
    for count, row in enumerate(rows):
        total += size(row)
        if count and (count >= MAX_ROWS or total > limit - 1024):
            return
        yield row
