"""Conversations from the library as files: gathered, rendered, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Speaker
from liveconvo_desktop.export import (
    ActionItem,
    Conversation,
    ExportError,
    Figures,
    Format,
    Mark,
    Options,
    Summary,
)
from liveconvo_desktop.export.document import fitting
from liveconvo_desktop.export.filenames import default_name, numbered
from liveconvo_desktop.export.leaving_out import as_wanted
from liveconvo_desktop.export.parts import Kept
from liveconvo_desktop.store import ChipRow, Store, belongings_read, exports, queries
from liveconvo_desktop.store.exports import StoredSummary
from liveconvo_desktop.store.reviews import read_speakers

IfThere = Literal["refuse", "replace", "number"]
"""What to do about a file that is there: say so, replace it, or write ``name (2)``."""

_MOST_NUMBERS = 10_000


class FileThereError(ExportError):
    """A file would be overwritten."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and where."""

    path: Path
    size: int


def local_zone() -> tzinfo:
    """The zone of this computer now."""
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None
    return zone


def gather(
    store: Store,
    session_id: str,
    names: Mapping[Speaker, str] | None = None,
    *,
    kept: bool = False,
) -> Conversation:
    """Everything of a session that can be exported.

    Args:
        store: Open.
        session_id: A session of the library.
        names: What to call speakers, before what the session knows.
        kept: With what only the JSON form writes.

    Raises:
        StoreError: There is no such session, or the database cannot be read.
        ExportError: Something of what only JSON writes does not fit its form.
    """
    with store.reading() as connection:
        found = queries.session_rows(connection, 1, 0, session_id)
        if not found:
            raise StoreError(
                f"There is no session {session_id}.", "`liveconvo sessions` lists them.", "store"
            )
        return Conversation(
            session=found[0].session,
            seconds=found[0].duration_seconds,
            lines=tuple(queries.transcript(connection, session_id, partials=False)),
            marks=tuple(_mark(chip) for chip in queries.chip_rows(connection, session_id)),
            gaps=tuple(queries.gaps(connection, session_id)),
            names=_names(connection, store.user_id, session_id, names or {}),
            summary=_summary(exports.summary(connection, session_id)),
            figures=Figures(**asdict(exports.figures(connection, session_id))),
            kept=_kept(connection, session_id) if kept else None,
        )


def render(store: Store, conversation: Conversation, format_: Format, options: Options) -> bytes:
    """The bytes of a file.

    For a format that writes ``kept`` the session is read anew, whole: so all of it hangs together.

    Raises:
        ExportError: There is nothing that this format could write, or it does not fit.
        StoreError: The database cannot be read.
    """
    if "kept" in format_.uses and conversation.kept is None:
        conversation = gather(store, conversation.session.id, conversation.names, kept=True)
    if "names" in format_.uses:
        conversation = as_wanted(conversation, options)
    return format_.render(conversation, options)


def write_file(path: Path, content: bytes, if_there: IfThere = "refuse") -> Path:
    """Write a file whole or not at all; what is there is never lost unasked.

    Returns:
        Where it was written: ``path``, or with ``number`` the first free name after it.

    Raises:
        FileThereError: ``path`` exists, and ``if_there`` is ``refuse``.
        ExportError: The disk refuses.
    """
    try:
        # Not tempfile's: its files are for their owner only, and this one is to be shared.
        part = path.with_name(f".liveconvo-{uuid4().hex}")
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            return _put(part, path, if_there)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written ({error.strerror or error}).",
            "Choose another folder, or check its permissions and the disk.",
            "export",
        ) from error


def export_to(
    store: Store,
    conversation: Conversation,
    format_: Format,
    options: Options,
    target: Path,
    if_there: IfThere = "refuse",
) -> Exported:
    """Render, write and count one export.

    ``target`` is a file, or a folder in which it gets a name made of date and title.

    Raises:
        FileThereError: See ``write_file``.
        ExportError: The disk refuses, or there is nothing that this format could write.
        StoreError: The database refuses: to be read, or to count it; then the file is written.
    """
    content = render(store, conversation, format_, options)
    if target.is_dir():
        started = conversation.session.started_at.astimezone(options.zone)
        target = target / default_name(file_title(conversation, format_), started, format_.suffix)
        if_there = "replace" if if_there == "replace" else "number"
    path = write_file(target, content, if_there)
    exports.mark_exported(store, conversation.session.id)
    return Exported(path, len(content))


def file_title(conversation: Conversation, format_: Format) -> str:
    """What the file is called; an email lies beside the plain text, which has its suffix."""
    if format_.name != "email":
        return conversation.title
    return f"{conversation.title.rstrip(' ?.!-/:')} - follow-up"


def _put(part: Path, path: Path, if_there: IfThere) -> Path:
    if if_there == "replace":
        os.replace(part, path)
        return path
    for number in range(1, _MOST_NUMBERS):
        place = path if number == 1 else path.with_name(numbered(path.name, number))
        try:
            _move_beside(part, place)
        except FileExistsError:
            if if_there == "refuse":
                raise FileThereError(
                    f"{path} exists.", "Choose another name, or replace it with --force.", "export"
                ) from None
        else:
            return place
    raise FileThereError(f"{path.parent} is full of files of this name.", "Clear it.", "export")


def _move_beside(part: Path, place: Path) -> None:
    """Give the file its name unless the name is taken; no other program can come in between."""
    try:
        os.link(part, place)
    except FileExistsError:
        raise
    except OSError:
        # FAT and some network drives have no links: there the name is taken first.
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(part, place)


def _names(
    connection: Connection, user_id: str, session_id: str, given: Mapping[Speaker, str]
) -> dict[Speaker, str]:
    found: dict[Speaker, str] = {}
    user = exports.user_name(connection, user_id)
    if user:
        found["user"] = user
    found |= read_speakers(connection, session_id)
    return found | {speaker: name for speaker, name in given.items() if name}


def _kept(connection: Connection, session_id: str) -> Kept:
    with fitting():
        return Kept.model_validate(asdict(belongings_read.read(connection, session_id)))


def _mark(row: ChipRow) -> Mark:
    return Mark(row.chip, row.displayed, row.clicked, row.dismissed, row.feedback)


def _summary(row: StoredSummary | None) -> Summary | None:
    if row is None:
        return None
    return Summary(
        title=row.title,
        tldr=row.tldr,
        decisions=tuple(_texts(row.decisions)),
        actions=tuple(_action(one) for one in row.actions if _text(one)),
        questions=tuple(_texts(row.questions)),
        notes=row.notes,
        model=row.model,
        reviewed=row.marked_done,
    )


def _texts(values: Iterable[Any]) -> Iterable[str]:
    return (text for text in map(_text, values) if text)


def _text(value: Any) -> str:
    """A string, or the text of an object: rows of other versions and writers are read, too."""
    found = value.get("text") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _action(value: Any) -> ActionItem:
    if not isinstance(value, dict):
        return ActionItem(_text(value))
    return ActionItem(
        text=_text(value),
        owner=str(value.get("owner") or ""),
        due=str(value.get("due") or ""),
        done=bool(value.get("done")),
        sources=tuple(str(one) for one in value.get("sources") or ()),
    )
