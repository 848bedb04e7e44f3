"""``liveconvo import``: a recording or a transcript becomes a session."""

from __future__ import annotations

import enum
import json
import signal
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.cli.calls import AsJson, Database, Model
from liveconvo_desktop.cli.help import one_of
from liveconvo_desktop.review.importing import (
    CancelledError,
    Imported,
    ImportPlan,
    Progress,
    import_files,
)
from liveconvo_desktop.review.summarize import summarize_after_call
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summaries import Summaries

_EVERY = 0.5
"""Seconds between two lines of progress."""
_INTERRUPTED = 130


class TypeOption(enum.StrEnum):
    """Kinds of conversation."""

    sales_call = "sales_call"
    interview = "interview"
    meeting = "meeting"
    consultation = "consultation"


class SpeakerOption(enum.StrEnum):
    """Whose voice it is."""

    user = "user"
    other = "other"


class SidesOption(enum.StrEnum):
    """What two channels are."""

    auto = "auto"
    one = "one"
    two = "two"
    swapped = "swapped"


Me = Annotated[
    str,
    typer.Option(
        help="Which name in a transcript is you (default: as it says, or the first of two)."
    ),
]
Summary = Annotated[
    bool,
    typer.Option(
        "--summary/--no-summary",
        help="Write its offline summary, too. With --no-summary the app writes none by itself, "
        "either; you can still ask for one.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    file: Annotated[Path, typer.Argument(help="A recording, or a transcript (SRT, VTT, JSON).")],
    far_side: Annotated[
        Path | None, typer.Argument(help="The other side's recording; the first is then yours.")
    ] = None,
    type_: Annotated[
        TypeOption, typer.Option("--type", metavar="TYPE", help=f"{one_of(TypeOption)}.")
    ] = TypeOption.sales_call,
    speaker: Annotated[
        SpeakerOption, typer.Option(help="Who speaks where there is only one side.")
    ] = SpeakerOption.other,
    sides: Annotated[
        SidesOption,
        typer.Option(
            metavar="SIDES", help="Two channels: auto, one, two sides, or swapped (you right)."
        ),
    ] = SidesOption.auto,
    me: Me = "",
    title: Annotated[str, typer.Option(help="Default: the file's name.")] = "",
    started: Annotated[
        datetime | None, typer.Option(help="When it took place (default: from the file).")
    ] = None,
    guidance: Annotated[
        bool, typer.Option("--guidance", help="Judge it as a live call would have been.")
    ] = False,
    copy: Annotated[
        bool, typer.Option("--copy", help="Import an exported session that is there once more.")
    ] = False,
    summary: Summary = True,
    model: Model = "tiny.en",
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Put a recording or a transcript into the library.

    WAV, FLAC, MP3, OGG, and M4A where FFmpeg's decoder is there; SRT, VTT, JSON as exported, or
    {"turns": [{"speaker", "start", "end", "text"}]}. --json: "progress" lines, then "imported".

    Exit code 0: imported. 1: failed, 130: cancelled (Ctrl-C); nothing is left. 2: wrong usage.
    The summary is written after the import; where that is cancelled or fails, the call stays, and
    the app writes it when it is started next.
    """
    plan = ImportPlan(
        files=(file,) if far_side is None else (file, far_side),
        sides=sides.value,
        speaker=speaker.value,
        conversation_type=type_.value,
        title=title,
        started_at=started.astimezone() if started else None,
        guidance=guidance,
        model=model,
        me=me,
        copy=copy,
    )
    _run(plan, _Teller(as_json), db or paths.default_database(), summary)


def _run(plan: ImportPlan, teller: _Teller, database: Path, summary: bool) -> None:
    store = Store.open(database)
    previous = signal.signal(signal.SIGINT, teller.interrupt)
    try:
        imported = import_files(plan, store, teller.progress, teller.cancelled)
        teller.done(imported)
        if not summary:
            Summaries(store).decline(imported.session_id)
        elif imported.words:
            summarize_after_call(store, imported.session_id, cancelled=teller.cancelled)
    except CancelledError:
        print("Cancelled; nothing was imported.", file=sys.stderr)
        raise typer.Exit(_INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGINT, previous)
        store.close()


class _Teller:
    """Says how far it is: lines for programs, one line that moves for people at a terminal."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._moving = not as_json and sys.stderr.isatty()
        self._last = 0.0
        self._stopped = False

    def interrupt(self, _number: int, _frame: object) -> None:
        """Ctrl-C."""
        self._stopped = True

    def cancelled(self) -> bool:
        """Ctrl-C was pressed."""
        return self._stopped

    def progress(self, progress: Progress) -> None:
        """Now and then."""
        now = time.monotonic()
        if now - self._last < _EVERY or not progress.total:
            return
        self._last = now
        if self._json:
            row = {"event": "progress", "fraction": round(progress.fraction, 3)}
            row |= {"seconds": round(progress.seconds, 1), "words": progress.words}
            print(json.dumps(row), flush=True)
        elif self._moving:
            line = f"{progress.fraction:4.0%}  {progress.words:,} words"
            print(f"\r{line}", end="", file=sys.stderr, flush=True)

    def done(self, imported: Imported) -> None:
        """The last line."""
        if self._json:
            row = {
                "event": "imported",
                "session_id": imported.session_id,
                "title": imported.title,
                "seconds": round(imported.seconds, 3),
                "lines": imported.lines,
                "words": imported.words,
                "remarks": imported.remarks,
            }
            print(json.dumps(row, ensure_ascii=False))
            return
        if self._moving:
            print("\r", end="", file=sys.stderr)
        for remark in imported.remarks:
            print(f"note: {remark}", file=sys.stderr)
        print(
            f"{imported.title}: {imported.lines} lines, {imported.words:,} words, "
            f"session {imported.session_id}"
        )
