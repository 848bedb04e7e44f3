"""Where the sign-in of sync is kept: the system's keyring, or a file for its owner alone."""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import keyring
from filelock import FileLock
from keyring.errors import KeyringError

from liveconvo_desktop.settings.keys import SERVICE

NAME = "sync"
"""In the keyring; its value is a JSON object of tokens by account."""
FILE = "sync-sign-in.json"
LOCK = "sync-sign-in.lock"
_PATIENCE = 60.0


class Tokens:
    """The refresh token of one account; see ``sync.client.TokenStore``.

    Args:
        home: The data folder.
        account: Tells accounts on several servers apart.
    """

    def __init__(self, home: Path, account: str) -> None:
        self._home = home
        self._account = account

    def load(self) -> str | None:
        """The token, or None."""
        return self._all().get(self._account)

    def save(self, token: str) -> None:
        """Replace the token."""
        self._write(self._all() | {self._account: token})

    def clear(self) -> None:
        """Forget the token."""
        left = self._all()
        if left.pop(self._account, None) is not None:
            self._write(left)

    def alone(self) -> AbstractContextManager[object]:
        """Held while a token is exchanged: the app and a command must not use the same one."""
        return FileLock(self._home / LOCK, timeout=_PATIENCE, mode=0o600)

    def _all(self) -> dict[str, str]:
        texts = []
        with suppress(KeyringError):
            texts.append(keyring.get_password(SERVICE, NAME))
        # The file is there only where the keyring refused when it was written.
        with suppress(OSError):
            texts.insert(0, (self._home / FILE).read_text(encoding="utf-8"))
        for text in texts:
            with suppress(ValueError, TypeError):
                return {str(key): str(value) for key, value in json.loads(text or "").items()}
        return {}

    def _write(self, tokens: dict[str, str]) -> None:
        text = json.dumps(tokens)
        try:
            keyring.set_password(SERVICE, NAME, text)
            if keyring.get_password(SERVICE, NAME) == text:
                (self._home / FILE).unlink(missing_ok=True)
                return
        except KeyringError:
            pass
        _write_private(self._home / FILE, text)


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by nobody else, on the disk when it returns."""
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
