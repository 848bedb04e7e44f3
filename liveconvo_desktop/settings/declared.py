"""The user's settings, each declared once: type, default, limits, title and help.

What is declared here is what the settings page and ``liveconvo settings`` show: see ``options``.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

_OPEN = " It is not encrypted on its way: the address is no https."
_MOST_DAYS = 36_500
"""A hundred years; the calendar of the computer ends later."""


class _Section(BaseModel):
    # A newer version's settings survive being read and written by this one.
    model_config = ConfigDict(extra="allow", validate_assignment=True, allow_inf_nan=False)


def _setting(title: str, help_: str, default: Any, unit: str = "", **more: Any) -> Any:
    """One setting: what it is called, what it does, and the unit of its number.

    ``more`` are ``choices`` (value: its words), ``hidden`` (no setting of the user's), and
    pydantic's own limits.
    """
    shown = {"unit": unit, "choices": more.pop("choices", {}), "hidden": more.pop("hidden", False)}
    return Field(default, title=title, description=help_, json_schema_extra=shown, **more)


class SummarySettings(_Section):
    """How calls are summed up.

    No model is asked unless the user names an endpoint: its text leaves the machine.
    """

    writer: Literal["offline", "model"] = _setting(
        "Written by",
        "What writes a summary that you ask for. After a call one is always written offline.",
        "offline",
        choices={"offline": "This computer, offline", "model": "A language model"},
    )
    base_url: str = _setting(
        "Model's address",
        "An OpenAI-compatible endpoint, as https://api.example.com/v1. Empty: none.",
        "",
    )
    model: str = _setting("Model's name", "As the endpoint calls it.", "", max_length=200)
    timeout_seconds: float = _setting(
        "Longest silence",
        "If the model sends nothing for this long, the summary is stopped and you are told.",
        120.0,
        "seconds",
        gt=0,
        le=3_600,
    )
    context_tokens: int = _setting(
        "Longest question",
        "How much of a call is sent at once; a longer call is sent in parts.",
        12_000,
        "tokens",
        ge=1_000,
        le=2_000_000,
    )
    answer_tokens: int = _setting(
        "Longest answer", "How much a model may write.", 4_000, "tokens", ge=200, le=200_000
    )
    key_addresses: list[str] = _setting(
        "Addresses with a key",
        "Under which addresses keys were kept, so that erasing finds them all.",
        [],
        hidden=True,
    )

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, given: str) -> str:
        given = given.strip()
        if not given:
            return given
        try:
            parts = urlsplit(given)
            _ = parts.port
        except ValueError as error:
            raise ValueError("this is no address") from error
        if parts.scheme not in ("http", "https") or not parts.hostname or " " in given:
            raise ValueError("an address begins with https:// (or http:// on this computer)")
        if parts.username or parts.password:
            raise ValueError("a key does not belong into the address")
        return given

    @property
    def host(self) -> str:
        """Whom a model writer sends the transcript to; empty where no address is set."""
        return urlsplit(self.base_url).hostname or self.base_url

    @property
    def local(self) -> bool:
        """The endpoint runs on this computer."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def has_model(self) -> bool:
        """A model writer could be asked."""
        return bool(self.base_url and self.model)

    @property
    def sends_to(self) -> str:
        """The host that calls' words go to as things are set; empty where they stay here."""
        away = self.writer == "model" and self.has_model and not self.local
        return self.host if away else ""

    @property
    def destination(self) -> str:
        """Where the words of a call go when the model writes, in a sentence."""
        if self.local:
            return f"The transcript is sent to a server on this computer ({self.host})."
        open_ = "" if self.base_url.startswith("https:") else _OPEN
        return (
            f"The transcript leaves this computer: it is sent to {self.host}, nowhere else.{open_}"
        )


class PrivacySettings(_Section):
    """What is deleted by itself, and when. ``sessions.data_retention_days`` has the last word."""

    audio_hours: float = _setting(
        "Recordings, after the summary",
        "A recording is deleted this long after its summary was written.",
        36.0,
        "hours",
        ge=24,
        le=48,
    )
    audio_hours_without_summary: float = _setting(
        "Recordings without a summary",
        "A recording whose summary failed or was never made is deleted this long after the call.",
        168.0,
        "hours",
        gt=0,
        le=24 * _MOST_DAYS,
    )
    transcript_days: int = _setting(
        "Transcripts and backups",
        "The raw words of new calls are deleted after this; “Privacy & data” can apply it to all.",
        30,
        "days",
        ge=1,
        le=_MOST_DAYS,
    )
    deleted_days: int = _setting(
        "Calls that you deleted",
        "They can be restored for this long; then they are gone for good.",
        90,
        "days",
        ge=0,
        le=_MOST_DAYS,
    )
    log_days: int = _setting(
        "Logs", "What the program noted about itself.", 30, "days", ge=1, le=_MOST_DAYS
    )


class DocumentSettings(_Section):
    """How much of a file is read at most, and what reading it may cost.

    What is known beforehand (size, pages, pixels) is refused whole; text beyond
    ``max_characters`` is left out, and the document says so.
    """

    max_file_mb: float = _setting(
        "Largest file", "A larger one is refused.", 100.0, "MB", gt=0, le=10_000
    )
    max_unpacked_mb: float = _setting(
        "Largest DOCX, unpacked",
        "A small file may hold a very large one.",
        300.0,
        "MB",
        gt=0,
        le=100_000,
    )
    max_xml_mb: float = _setting(
        "Text parts of a DOCX, unpacked",
        "All of its text is in memory at once.",
        40.0,
        "MB",
        gt=0,
        le=10_000,
    )
    max_pages: int = _setting(
        "Pages of a PDF", "A longer one is refused.", 2_000, "pages", ge=1, le=1_000_000
    )
    max_scanned_pages: int = _setting(
        "Pages of a scanned PDF",
        "So many are read as pictures, where the extra “ocr” is installed.",
        50,
        "pages",
        ge=0,
        le=100_000,
    )
    max_characters: int = _setting(
        "Text of one document",
        "What is beyond is left out, and the document says so.",
        3_000_000,
        "characters",
        ge=1,
        le=100_000_000,
    )
    max_megapixels: float = _setting(
        "Largest picture", "A larger one is refused.", 60.0, "megapixels", gt=0, le=10_000
    )
    memory_mb: int = _setting(
        "Memory",
        "What the process that reads a document may use.",
        1_024,
        "MB",
        ge=256,
        le=1_000_000,
    )
    cpu_seconds: int = _setting(
        "Processor time", "For one document.", 900, "seconds", ge=1, le=86_400
    )
    timeout_seconds: float = _setting(
        "Longest time", "For one document.", 1_800.0, "seconds", gt=0, le=86_400
    )
    silent_seconds: float = _setting(
        "Longest time for a page",
        "A reading that does not get on is ended.",
        120.0,
        "seconds",
        gt=0,
        le=86_400,
    )


class Settings(_Section):
    """Everything the user has set."""

    summary: SummarySettings = Field(
        default=SummarySettings(),
        title="Summaries",
        description="Summaries are written on this computer, unless you name a language model.",
    )
    privacy: PrivacySettings = Field(
        default=PrivacySettings(),
        title="Privacy",
        description="What is deleted by itself, and when.",
    )
    documents: DocumentSettings = Field(
        default=DocumentSettings(),
        title="Documents",
        description="How much of a file is read at most, and what reading it may cost.",
    )
