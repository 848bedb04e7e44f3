"""The file of settings: read as far as it is valid, written whole or not at all."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from liveconvo_desktop import paths
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings.declared import Settings
from liveconvo_desktop.settings.options import sections

_PATIENCE, _POLL = 10.0, 0.01
"""Seconds to wait for another program that changes the file, and between two tries."""


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
        # Some editors put a mark before the first character.
        text = path.read_text(encoding="utf-8-sig")
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
            f"The settings in {path} are not all valid ({_short(error)}).",
            "Defaults hold for what is wrong, and nothing is deleted by itself, until you change a "
            "setting: then the file is written anew.",
            "settings",
        )


def examine(path: Path | None = None) -> SettingsFileError | None:
    """What is wrong with the file, for the start of a program: a damaged one is copied aside.

    The copy is made once for a file, under a name that is said; the file itself stays.
    """
    path = path or paths.settings_file()
    wrong = load(path)[1]
    if not isinstance(wrong, DamagedSettingsError):
        return wrong
    try:
        kept = f"A copy is kept as {_put_aside(path).name}."
    except OSError as error:
        kept = f"It could not be copied aside ({error.strerror or error})."
    return DamagedSettingsError(wrong.message, f"{wrong.hint} {kept}", wrong.where)


def change(alter: Callable[[Settings], None], path: Path | None = None) -> Settings:
    """Read, alter and save; changes of several threads and programs follow each other.

    Raises:
        ValidationError: ``alter`` set what is not valid; nothing is saved.
        LiveConvoError: As ``save``.
    """
    path = path or paths.settings_file()
    with _alone(path):
        mine, wrong = _read(path)
        alter(mine)
        _write(mine, path, damaged=wrong is not None)
        return mine


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the file whole or not at all; a damaged one is kept beside it under another name.

    Raises:
        LiveConvoError: The disk refuses, what is there cannot be read, or another program does
            not let go of it.
    """
    path = path or paths.settings_file()
    with _alone(path):
        _write(settings, path, damaged=_read(path)[1] is not None)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile: no thread, no command beside the app."""
    lock = FileLock(path.with_suffix(".lock"))
    try:
        lock.acquire(timeout=_PATIENCE, poll_interval=_POLL)
    except Timeout as error:
        raise SettingsFileError(
            f"Another program is changing the settings in {path}.",
            "Nothing was saved. Try again when it is done.",
            "settings",
        ) from error
    except OSError as error:
        raise _not_saved(path, error) from error
    try:
        yield
    finally:
        lock.release()


def _read(path: Path) -> tuple[Settings, DamagedSettingsError | None]:
    """What the next file is made from.

    Raises:
        SettingsFileError: It cannot be read just now: the defaults would be written over it.
    """
    mine, wrong = load(path)
    if wrong is not None and not isinstance(wrong, DamagedSettingsError):
        raise wrong
    return mine, wrong


def _write(settings: Settings, path: Path, *, damaged: bool) -> None:
    text = json.dumps(settings.model_dump(mode="json"), indent=1) + "\n"
    # A name of its own: where the disk knows no locks, two programs still write two files.
    part = path.with_name(f"{path.stem}-{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        if damaged:
            # Not moved: a crash in between would leave none, and with it the defaults.
            _put_aside(path)
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise _not_saved(path, error) from error


def _not_saved(path: Path, error: OSError) -> LiveConvoError:
    return LiveConvoError(
        f"The settings cannot be saved in {path} ({error.strerror or error}).",
        "Check the folder's permissions and the disk.",
        "settings",
    )


def _valid_part(text: str, error: ValueError) -> Settings:
    """What is left without the fields that are wrong; the defaults where that is nothing."""
    if not isinstance(error, ValidationError):
        return Settings()
    try:
        found = json.loads(text)
        for one in error.errors():
            # The place in a list is cut off: the whole setting is wrong.
            *way, last = one["loc"][:2]
            section = found
            for name in way:
                section = section[name]
            section.pop(last, None)
        return Settings.model_validate(found)
    except (ValueError, LookupError):
        # It is no JSON, or none of ours: the place of the error is then the whole.
        return Settings()


def _put_aside(path: Path) -> Path:
    """A copy of the file as it is now; the one that is there if it was copied before."""
    data = path.read_bytes()
    for number in itertools.count(1):
        copy = path.with_suffix(f".damaged-{number}.json")
        if not copy.exists():
            shutil.copyfile(path, copy)
            return copy
        if copy.read_bytes() == data:
            return copy
    raise AssertionError


def said(error: ValidationError, most: int = 3) -> str:
    """What is not valid, in words: the settings and what is allowed, the first few of them."""
    found = error.errors()
    told = [_one(".".join(str(part) for part in one["loc"]), one["msg"]) for one in found[:most]]
    if len(found) > most:
        told.append(f"{len(found) - most} more")
    return "; ".join(told)


def _one(name: str, why: str) -> str:
    known = {option.name: option for section in sections() for option in section.options}
    if name in known:
        why = known[name].allowed or why
    return f"{name}: {why.removeprefix('Value error, ')}".removeprefix(": ")


def _short(error: Exception) -> str:
    return said(error) if isinstance(error, ValidationError) else str(error).splitlines()[0]
