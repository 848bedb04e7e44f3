"""``liveconvo devices`` and ``liveconvo doctor``."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import typer

from liveconvo_desktop import __version__, paths, settings
from liveconvo_desktop.audio.devices import diagnose, list_devices
from liveconvo_desktop.call import load_transcriber
from liveconvo_desktop.cli.calls import AsJson, Database, Model
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import CHANNELS, Fault
from liveconvo_desktop.store import advice, check

_ENOUGH_SPACE = 1_000_000_000
"""Bytes: about eight hours of recording."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("devices")(devices)
    app.command("doctor")(doctor)


def devices(as_json: AsJson = False) -> None:
    """List microphones and what the call's sound can be taken from.

    A side that cannot be heard is told with what to do; with --json as a line
    {"problem": ..., "hint": ...}. Exit code 0 where a side can be heard, 1 where none can.
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
    heard = {device.channel for device in found}
    for fault in [] if len(heard) == len(CHANNELS) else diagnose():
        if as_json:
            told = {"where": fault.where, "problem": fault.message, "hint": fault.hint}
            print(json.dumps(told, ensure_ascii=False))
        else:
            _tell(fault)
    if not found:
        raise typer.Exit(1)


def doctor(model: Model = "tiny.en", db: Database = None, as_json: AsJson = False) -> None:
    """Check audio, settings, speech model, database and disk.

    Exit code 1 on a problem.
    """
    database = db or paths.default_database()
    checked = {
        "audio devices": diagnose(),
        "settings": _settings(),
        "speech model": _model(model),
        "database": _database(database),
        "disk": _disk(),
    }
    findings = [fault for faults in checked.values() for fault in faults]
    if as_json:
        rows = [{"where": f.where, "message": f.message, "hint": f.hint} for f in findings]
        print(json.dumps({"version": __version__, "problems": rows}, ensure_ascii=False))
    else:
        print(
            f"LiveConvo {__version__}, Python {sys.version.split()[0]}, data in {paths.data_dir()}"
        )
        for fault in findings:
            _tell(fault)
        well = ", ".join(name for name, faults in checked.items() if not faults)
        if well:
            print(f"In order: {well}." if findings else f"No problems found: {well}.")
    if findings:
        raise typer.Exit(1)


def _tell(fault: Fault) -> None:
    print(f"problem ({fault.where}): {fault.message}\n  {fault.hint}")


def _settings() -> list[Fault]:
    wrong = settings.examine()
    return [] if wrong is None else [wrong.fault()]


def _model(name: str) -> list[Fault]:
    try:
        load_transcriber(name)
    except LiveConvoError as error:
        return [error.fault()]
    return []


def _database(path: Path) -> list[Fault]:
    if not path.exists():
        return []
    return [Fault("store", problem, advice(problem, path)) for problem in check(path)]


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
