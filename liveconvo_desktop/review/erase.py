"""Erases everything that LiveConvo has on this computer.

Files are emptied and removed, not overwritten: a drive that moves blocks about (every SSD), a
file system with snapshots or a backup program keeps its own copies, and only they can delete them.
docs/privacy.md says so to the user.
"""

from __future__ import annotations

import glob
import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import keyring
from keyring.errors import KeyringError, NoKeyringError, PasswordDeleteError

from liveconvo_desktop.review import tokens
from liveconvo_desktop.settings import load
from liveconvo_desktop.settings.keys import SERVICE
from liveconvo_desktop.store.exclusive import alone
from liveconvo_desktop.store.log_files import log_files
from liveconvo_desktop.store.purge import OUR_FOLDERS, Kept, remove

log = logging.getLogger(__name__)

PHRASE = "erase everything"
"""What the user types to confirm."""
ACCOUNTS = ("api_key", "summary", tokens.NAME)
"""Names of keys there, beside the addresses of endpoints; few keyrings can list what they hold."""
_MOST_KEYS = 100
_KEYS = f"keys of “{SERVICE}” in the system's keyring"
_ADDRESS = re.compile(r"""https?://[^\s"']+""")


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is.

    Attributes:
        home: The data folder: settings, logs, window state.
        database: The session database, in ``home`` or elsewhere.
    """

    home: Path
    database: Path


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of it.

    Attributes:
        files: How many files are gone.
        keys: How many keys were taken out of the keyring.
        left: What of ours could not be removed, and why.
        foreign: What else lies in the data folder: not ours, or no words of anybody (models).
    """

    files: int
    keys: int
    left: list[Kept]
    foreign: list[Path]


def places_of(database: Path, home: Path) -> Places:
    """The places of this installation."""
    return Places(home, database)


def erase(places: Places) -> Erased:
    """Erase it all. The app must be closed, the caller's own store and log files included.

    Doing it again after a kill finishes it.

    Raises:
        StoreError: The database is open somewhere; nothing was erased.
    """
    if places.database.exists():
        with alone(places.database):
            # Nobody else has it open; it goes first, so that nobody opens it again with words.
            accounts, unread = _accounts(places.home)
    else:
        accounts, unread = _accounts(places.home)
    keys, left = _erase_keys(accounts)
    left += unread
    files = 0
    for path in _files(places):
        try:
            remove(path)
            files += 1
        except OSError as error:
            left.append(Kept(str(path), error.strerror or str(error)))
    _remove_folders(places)
    foreign = sorted(places.home.iterdir()) if places.home.is_dir() else []
    named = {one.what for one in left}
    return Erased(files, keys, left, [path for path in foreign if str(path) not in named])


def _files(places: Places) -> Iterator[Path]:
    """Every file of ours, the database first."""
    database = places.database.resolve()
    beside = glob.escape(str(database))
    stem = glob.escape(str(database.with_suffix("")))
    yield from _found(beside, f"{beside}-wal", f"{beside}-shm", f"{beside}-journal")
    yield from _found(f"{beside}.*", f"{stem}.before-*")
    for name in OUR_FOLDERS:
        folder = database.with_name(f"{database.stem}-{name}")
        yield from sorted(path for path in folder.rglob("*") if not path.is_dir())
    home = glob.escape(str(places.home))
    yield from _settings_files(places.home)
    yield from _found(*(f"{home}/{name}" for name in ("window.ini*", tokens.FILE, tokens.LOCK)))
    yield from log_files(places.home)


def _settings_files(home: Path) -> Iterator[Path]:
    beside = glob.escape(str(home / "settings"))
    yield from _found(*(f"{beside}*.{kind}" for kind in ("json", "part", "lock")))


def _found(*patterns: str) -> Iterator[Path]:
    for pattern in patterns:
        yield from (Path(name) for name in sorted(glob.glob(pattern)) if not os.path.isdir(name))


def _remove_folders(places: Places) -> None:
    """Folders that are empty now."""
    database = places.database.resolve()
    ours = [database.with_name(f"{database.stem}-{name}") for name in OUR_FOLDERS]
    for top in ours:
        below = [path for path in top.rglob("*") if path.is_dir() and not path.is_symlink()]
        for folder in [*sorted(below, key=lambda path: -len(path.parts)), top]:
            with suppress(OSError):
                folder.rmdir()
    with suppress(OSError):
        places.home.rmdir()


def _accounts(home: Path) -> tuple[list[str], list[Kept]]:
    """Under what names keys may lie in the keyring; asked before the settings go.

    Returns:
        The names, and the files that may know more but cannot be read.
    """
    mine = load(home / "settings.json")[0].summary
    names, unread = {*ACCOUNTS, *mine.key_addresses, mine.base_url}, []
    for path in _settings_files(home):
        # A damaged file still knows addresses that the one in its place does not.
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            why = f"{path.name} may name some, but cannot be read ({error.strerror or error})"
            unread.append(Kept(_KEYS, why))
            continue
        for found in _ADDRESS.findall(text):
            with suppress(ValueError):
                names.add(json.loads(f'"{found}"'))
            names.add(found)
    return [*names - {""}], unread


def _erase_keys(accounts: list[str]) -> tuple[int, list[Kept]]:
    try:
        return _delete_keys(accounts), []
    except NoKeyringError:
        return 0, []  # where there is no keyring, there is no key
    except KeyringError as error:
        return 0, [Kept(_KEYS, str(error) or "locked")]


def _delete_keys(accounts: list[str]) -> int:
    deleted = 0
    for name in accounts:
        if keyring.get_password(SERVICE, name) is not None:
            with suppress(PasswordDeleteError):
                keyring.delete_password(SERVICE, name)
                deleted += 1
    # Some keyrings hand out any key of a service.
    while deleted < _MOST_KEYS and (found := keyring.get_credential(SERVICE, None)) is not None:
        try:
            keyring.delete_password(SERVICE, found.username)
        except PasswordDeleteError:
            break
        deleted += 1
    return deleted
