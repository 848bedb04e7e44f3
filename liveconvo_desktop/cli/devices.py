"""``liveconvo devices`` and ``liveconvo doctor``."""

from __future__ import annotations

import json
import shutil
import sys

import typer

from liveconvo_desktop import __version__, paths, settings
from liveconvo_desktop.audio.devices import diagnose, list_devices
from liveconvo_desktop.call import load_transcriber
from liveconvo_desktop.cli.calls import AsJson, Database, Model
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Fault
from liveconvo_desktop.store import advice, check

_ENOUGH_SPACE = 1_000_000_000
"""Bytes: about eight hours of recording."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("devices")(devices)
    app.command("doctor")(doctor)


def devices(as_json: AsJson = False) -> None:
    """List microphones and what the call's sound can be taken from.

    Exit code 0, also for none.
    """
    found = list_devices()
    for device in found:
        if as_json:
            row = {
                "id": device.id,
                "name": device.name,
                "channel": device.channel,
                "default": device.is_default,
            }
            print(json.dumps(row, ensure_ascii=False))
        else:
            mark = "*" if device.is_default else " "
            side = "microphone" if device.channel == "mic" else "call sound"
            print(f"{mark} {side:10}  {device.name}  [{device.id}]")
    if not found and not as_json:
        print("No audio device found. `liveconvo doctor` says what is missing.")


def doctor(model: Model = "tiny.en", db: Database = None, as_json: AsJson = False) -> None:
    """Check audio, settings, speech model, database and disk.

    Exit code 1 on a problem.
    """
    database = db or paths.default_database()
    findings: list[Fault] = [*diagnose(), *_settings(), *_model(model), *_disk()]
    if database.exists():
        findings += [
            Fault("store", problem, advice(problem, database)) for problem in check(database)
        ]
    if as_json:
        rows = [{"where": f.where, "message": f.message, "hint": f.hint} for f in findings]
        print(json.dumps({"version": __version__, "problems": rows}, ensure_ascii=False))
    else:
        print(
            f"LiveConvo {__version__}, Python {sys.version.split()[0]}, data in {paths.data_dir()}"
        )
        for fault in findings:
            print(f"problem ({fault.where}): {fault.message}\n  {fault.hint}")
        if not findings:
            print("Audio devices, settings, speech model, database and disk: no problems found.")
        else:
            print("All else is in order: audio devices, settings, speech model, database, disk.")
    if findings:
        raise typer.Exit(1)


def _settings() -> list[Fault]:
    wrong = settings.examine()
    return [] if wrong is None else [wrong.fault()]


def _model(name: str) -> list[Fault]:
    try:
        load_transcriber(name)
    except LiveConvoError as error:
        return [error.fault()]
    return []


def _disk() -> list[Fault]:
    free = shutil.disk_usage(paths.data_dir()).free
    if free >= _ENOUGH_SPACE:
        return []
    return [
        Fault(
            "disk",
            f"Only {free / 1e6:.0f} MB are free where the sessions are kept.",
            "Free some space; an hour of recording takes about 110 MB.",
        )
    ]
