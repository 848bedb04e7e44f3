"""A keyring in memory, for tests."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Ring(KeyringBackend):
    priority = 1

    def __init__(self, *, locked=False):
        self.kept = {}
        self.locked = locked

    def _look(self):
        if self.locked:
            raise KeyringLocked("it is locked")

    def get_password(self, service, username):
        self._look()
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self._look()
        self.kept[(service, username)] = password

    def delete_password(self, service, username):
        self._look()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")
