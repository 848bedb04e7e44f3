"""Keys for endpoints: in the system's keyring, never in a file of ours, and never shown again.

A key belongs to the address that it was given for: another address never gets it. The one
exception is a key in the environment (``LIVECONVO_API_KEY``): it goes first, and to every address.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import keyring
from keyring.errors import KeyringError, NoKeyringError, PasswordDeleteError

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings.file import change

SERVICE = "liveconvo"
"""Under which keys lie in the system's keyring."""
VARIABLE = "LIVECONVO_API_KEY"
_PLAIN_FILES = ("keyrings.alt.file", "keyrings.alt.Windows")
"""Keyrings that are files which any program of the user can read."""

Place = Literal["environment", "keyring", "nowhere", "locked", "missing"]


class NotKeptError(LiveConvoError):
    """A key cannot be kept or removed."""


def get(address: str) -> str:
    """The key for an address: the environment's, else the keyring's, else empty."""
    if key := os.environ.get(VARIABLE):
        return key
    try:
        return _stored(address)
    except KeyringError:
        # No keyring, or a locked one: local endpoints need no key, and others will say so.
        return ""


def place(address: str) -> Place:
    """Where the key for an address comes from.

    ``nowhere``: there is none; ``locked``: the keyring does not answer; ``missing``: there is no
    keyring.
    """
    if os.environ.get(VARIABLE):
        return "environment"
    try:
        return "keyring" if _stored(address) else "nowhere"
    except NoKeyringError:
        return "missing"
    except KeyringError:
        return "locked"


def put(address: str, key: str, path: Path | None = None) -> None:
    """Keep a key in the keyring for an address, in place of an older one.

    Args:
        address: Of the endpoint, as the settings have it.
        key: Blanks around it are left out.
        path: The settings, which note the address; None is the user's own file.

    Raises:
        NotKeptError: There is no keyring to trust, it is locked, or it lost the key at once.
        LiveConvoError: The settings cannot be saved; the keyring is as before.
    """
    key = key.strip()
    if not address or not key:
        raise NotKeptError("There is no key to keep.", "Give an address and a key.", "keyring")
    backend = keyring.get_keyring()
    # Of several keyrings the first one keeps it.
    first = next(iter(getattr(backend, "backends", ())), backend)
    if type(first).__module__ in _PLAIN_FILES:
        raise _not_kept("the only keyring is a file that every program can read")

    # Noted first: a key that nobody knows of would outlive "erase everything".
    change(lambda mine: _note(mine.summary.key_addresses, address), path)
    try:
        keyring.set_password(SERVICE, address, key)
        if _stored(address) != key:
            raise _not_kept("the keyring did not keep it")
    except NoKeyringError as error:
        raise _not_kept("it has no keyring") from error
    except KeyringError as error:
        raise _not_kept(str(error).splitlines()[0] if str(error) else "it is locked") from error


def remove(address: str) -> bool:
    """Take the key for an address out of the keyring.

    Returns:
        Whether there was one.

    Raises:
        NotKeptError: The keyring refuses.
    """
    try:
        if not _stored(address):
            return False
        keyring.delete_password(SERVICE, address)
    except NoKeyringError:
        return False
    except PasswordDeleteError as error:
        raise NotKeptError(
            f"The keyring does not let the key go ({error}).",
            "Remove it with the system's own program for passwords.",
            "keyring",
        ) from error
    except KeyringError as error:
        raise NotKeptError(
            f"The keyring does not answer ({error}).", "Unlock it, then try again.", "keyring"
        ) from error
    return True


def _stored(address: str) -> str:
    return keyring.get_password(SERVICE, address) or ""


def _note(addresses: list[str], address: str) -> None:
    if address not in addresses:
        addresses.append(address)


def _not_kept(why: str) -> NotKeptError:
    return NotKeptError(
        f"The key cannot be kept on this computer: {why}.",
        f"Start a keyring (GNOME Keyring, KWallet), or set {VARIABLE} before LiveConvo starts. "
        "Nothing was written to a file.",
        "keyring",
    )
