"""Errors sorted by who must act."""

from __future__ import annotations

from liveconvo_desktop.events import Fault


class LiveConvoError(Exception):
    """An expected failure that the user can act on.

    Args:
        message: What happened and why, one sentence.
        hint: What to do, one sentence.
        where: The part of the product that failed ("audio.mic").
    """

    def __init__(self, message: str, hint: str, where: str = "app") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def fault(self, *, fatal: bool = False, session_id: str | None = None) -> Fault:
        """The same as an event for the sink."""
        return Fault(self.where, self.message, self.hint, fatal, session_id)


class AudioError(LiveConvoError):
    """A device, a stream or an audio file cannot be used."""


class ModelError(LiveConvoError):
    """A speech model is missing, corrupt or unusable."""


class StoreError(LiveConvoError):
    """The database or the disk under it refuses."""


class PlaybookError(LiveConvoError):
    """A playbook does not validate."""
