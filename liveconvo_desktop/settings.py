"""The user's settings: declared here with type, default and help; kept in one JSON file."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from liveconvo_desktop import paths
from liveconvo_desktop.errors import LiveConvoError


class _Section(BaseModel):
    # A newer version's settings survive being read and written by this one.
    model_config = ConfigDict(extra="allow", validate_assignment=True)


class SummarySettings(_Section):
    """How calls are summed up.

    No model is asked unless the user names an endpoint: its text leaves the machine.
    """

    writer: Literal["offline", "model"] = Field(
        default="offline", description="What writes summaries."
    )
    base_url: str = Field(default="", description="OpenAI-compatible endpoint; empty: none.")
    model: str = Field(default="", description="Model id at that endpoint.")
    timeout_seconds: float = Field(
        default=120.0, gt=0, description="Longest wait in which nothing of an answer comes."
    )
    context_tokens: int = Field(
        default=12_000,
        ge=1_000,
        description="Words of a call that one question may hold, in tokens.",
    )
    answer_tokens: int = Field(default=4_000, ge=200, description="Longest answer, in tokens.")


class PrivacySettings(_Section):
    """What is deleted by itself, and when. ``sessions.data_retention_days`` has the last word."""

    audio_hours: float = Field(default=36.0, ge=24, le=48, description="Audio, after the summary.")
    audio_hours_without_summary: float = Field(
        default=168.0, gt=0, description="Audio whose summary failed or was never made."
    )
    transcript_days: int = Field(default=30, ge=1, description="Raw transcripts of new calls.")
    deleted_days: int = Field(
        default=90, ge=0, description="Deleted calls, until they are gone for good."
    )
    log_days: int = Field(default=30, ge=1, description="Log files and log rows.")


class DocumentSettings(_Section):
    """How much of a file is read at most, and what reading it may cost.

    What is known beforehand (size, pages, pixels) is refused whole; text beyond
    ``max_characters`` is left out, and the document says so.
    """

    max_file_mb: float = Field(default=100.0, gt=0, description="Largest file.")
    max_unpacked_mb: float = Field(default=300.0, gt=0, description="A DOCX, unpacked.")
    max_xml_mb: float = Field(default=40.0, gt=0, description="The text parts of a DOCX, unpacked.")
    max_pages: int = Field(default=2_000, gt=0, description="Pages of a PDF.")
    max_scanned_pages: int = Field(
        default=50, ge=0, description="Pages of a scanned PDF, read as pictures with the extra ocr."
    )
    max_characters: int = Field(default=3_000_000, gt=0, description="Text of one document.")
    max_megapixels: float = Field(default=60.0, gt=0, description="Size of a picture.")
    memory_mb: int = Field(
        default=1_024, ge=256, description="Memory of the reading process; twice that reserved."
    )
    cpu_seconds: int = Field(default=900, gt=0, description="Processor time for one document.")
    timeout_seconds: float = Field(default=1_800.0, gt=0, description="Longest time for one.")
    silent_seconds: float = Field(default=120.0, gt=0, description="Longest time without a page.")


class Settings(_Section):
    """Everything the user has set."""

    summary: SummarySettings = SummarySettings()
    privacy: PrivacySettings = PrivacySettings()
    documents: DocumentSettings = DocumentSettings()


class SettingsFileError(LiveConvoError):
    """The file could not be read just now. It is left alone, and nothing is saved over it."""


class DamagedSettingsError(SettingsFileError):
    """What the file says is not all valid. ``save`` puts it aside before it writes another."""


def load(path: Path | None = None) -> tuple[Settings, SettingsFileError | None]:
    """The settings, and what was wrong with the file if something was.

    The file is never changed here. What is valid of it holds, and the defaults for the rest.
    """
    path = path or paths.settings_file()
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return Settings.model_validate_json(text), None
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return Settings(), SettingsFileError(
            f"The settings in {path} cannot be read ({error.strerror or error}).",
            "The defaults hold, and nothing is deleted by itself, until they can be read again.",
            "settings",
        )
    except ValueError as error:
        return _valid_part(text, error), DamagedSettingsError(
            f"The settings in {path} cannot be understood ({_short(error)}).",
            "Defaults hold for what is wrong, and nothing is deleted by itself, until you set it "
            "again under “Privacy & data”. The old file is kept then, too.",
            "settings",
        )


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the file whole or not at all; a damaged one is kept beside it under another name.

    Raises:
        LiveConvoError: The disk refuses, or what is there cannot be read.
    """
    path = path or paths.settings_file()
    _, wrong = load(path)
    if wrong is not None and not isinstance(wrong, DamagedSettingsError):
        raise wrong
    text = json.dumps(settings.model_dump(mode="json"), indent=1) + "\n"
    part = path.with_suffix(".part")
    try:
        part.write_text(text, encoding="utf-8")
        if wrong is not None:
            # Not moved: a crash in between would leave none, and with it the defaults.
            shutil.copyfile(path, _free_name(path))
        os.replace(part, path)
    except OSError as error:
        raise LiveConvoError(
            f"The settings cannot be saved in {path} ({error.strerror or error}).",
            "Check the folder's permissions and the disk.",
            "settings",
        ) from error


def _valid_part(text: str, error: ValueError) -> Settings:
    """What is left without the fields that are wrong; the defaults where that is nothing."""
    if not isinstance(error, ValidationError):
        return Settings()
    try:
        found = json.loads(text)
        for one in error.errors():
            *way, last = one["loc"]
            section = found
            for name in way:
                section = section[name]
            section.pop(last, None)
        return Settings.model_validate(found)
    except (ValueError, LookupError):
        # It is no JSON, or none of ours: the place of the error is then the whole.
        return Settings()


def _free_name(path: Path) -> Path:
    names = (path.with_suffix(f".damaged-{number}.json") for number in itertools.count(1))
    return next(name for name in names if not name.exists())


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}".removeprefix(": ")
    return str(error).splitlines()[0]
