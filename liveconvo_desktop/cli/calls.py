"""``liveconvo call`` and ``liveconvo recover``."""

from __future__ import annotations

import enum
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.call import CallPlan, build_call, build_recovery, interrupted
from liveconvo_desktop.cli.output import JsonLines, PlainLines, Printer, follow
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.store import Store

Files = tuple[tuple[Literal["stereo", "mic", "speaker"], Path], ...]
Database = Annotated[
    Path | None, typer.Option("--db", help="Session database (default: the user's own).")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Model = Annotated[str, typer.Option(help="Speech model: a name or a folder.")]


class PaceOption(enum.StrEnum):
    """How fast files are played into the pipeline."""

    realtime = "realtime"
    fast = "fast"


_ALL = 100_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("call")(call)
    app.command("recover")(recover_sessions)


def call(
    stereo: Annotated[
        Path | None, typer.Option(help="A recording: left is you, right is the far side.")
    ] = None,
    mic: Annotated[Path | None, typer.Option(help="A recording of your side.")] = None,
    speaker: Annotated[Path | None, typer.Option(help="A recording of the far side.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Microphone and loopback, now.")] = False,
    mic_device: Annotated[
        str | None, typer.Option(help="With --live: a microphone's id from `liveconvo devices`.")
    ] = None,
    speaker_device: Annotated[
        str | None, typer.Option(help="With --live: a loopback's id from `liveconvo devices`.")
    ] = None,
    pace: Annotated[PaceOption, typer.Option(help="For files.")] = PaceOption.realtime,
    playbook: Annotated[str, typer.Option(help="Which guidance.")] = "sales_call",
    model: Model = "tiny.en",
    record: Annotated[bool, typer.Option(help="Keep the audio of both sides.")] = True,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="With --live: stop after this long.")
    ] = None,
    engine_window: Annotated[
        int, typer.Option(min=10, max=30, help="Shortest encoder window in s (30: Whisper's own).")
    ] = 10,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Run one call and print its words and chips as they come.

    Exactly one of --stereo, --mic/--speaker or --live. The session is saved as any other. With
    --pace fast no partials are made. Ctrl-C ends the call properly.

    Exit code 0: the call took place. 1: it could not begin, or failed. 2: wrong usage.
    """
    plan = CallPlan(
        playbook=playbook,
        files=_files(stereo, mic, speaker, live),
        pace=pace.value,
        mic_device=mic_device,
        speaker_device=speaker_device,
        model=model,
        record=record,
        engine_window=engine_window,
    )
    store = Store.open(db or paths.default_database())
    try:
        printer: Printer = JsonLines() if as_json else PlainLines()
        running = build_call(plan, store, printer)

        begun = time.monotonic()

        def stop_in_time() -> None:
            if seconds is not None and time.monotonic() - begun >= seconds:
                running.stop()

        follow(running, printer, each=stop_in_time)
    finally:
        store.close()


def recover_sessions(
    session: Annotated[
        str | None, typer.Argument(help="A session id; none: every session that was cut off.")
    ] = None,
    model: Model = "tiny.en",
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Finish the transcript of sessions that a crash cut off, from their recordings.

    Exit code 0: finished, or none was cut off. 1: at least one failed and is named. 2: there is no
    such session.
    """
    store = Store.open(db or paths.default_database())
    failed = False
    try:
        ids = [find_session(store, session)] if session else [s.id for s in interrupted(store)]
        if not ids and not as_json:
            print("No session was cut off; there is nothing to recover.")
        for session_id in ids:
            printer: Printer = JsonLines() if as_json else PlainLines()
            try:
                follow(build_recovery(session_id, store, printer, model), printer)
            except LiveConvoError as error:
                failed = True
                print(f"error: {session_id}: {error.message}\n  {error.hint}", file=sys.stderr)
    finally:
        store.close()
    if failed:
        raise typer.Exit(1)


def find_session(store: Store, given: str) -> str:
    """The id of the one session that begins with ``given``.

    Raises:
        BadParameter: None does, or several do.
    """
    found = [r.session.id for r in store.sessions(limit=_ALL) if r.session.id.startswith(given)]
    if len(found) != 1:
        many = "several sessions begin" if found else "no session begins"
        raise typer.BadParameter(f"{many} with {given!r}; `liveconvo sessions` lists them")
    return found[0]


def _files(stereo: Path | None, mic: Path | None, speaker: Path | None, live: bool) -> Files:
    sides: Files = ()
    if mic:
        sides += (("mic", mic),)
    if speaker:
        sides += (("speaker", speaker),)
    given = sum((stereo is not None, bool(sides), live))
    if given != 1:
        raise typer.BadParameter("give exactly one of --stereo, --mic/--speaker or --live")
    return (("stereo", stereo),) if stereo else sides
