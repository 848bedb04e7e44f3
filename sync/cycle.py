"""One sync: send what waits, read what is new, until both ends agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sync.pending import Batch
from sync.protocol import Page, PushReply
from sync.replica import NoAccountError, OvertakenError, Replica, State

ROUNDS = 20
"""A sync that never comes to an end is given up: another program edits without pause."""


class NewEpochError(Exception):
    """The server was restored: what this computer knows of it holds no more."""


class StaleAttemptError(Exception):
    """The server has taken in a later request of this device.

    Attributes:
        last: That request's number.
    """

    def __init__(self, last: int) -> None:
        super().__init__(f"the server has seen attempt {last}")
        self.last = last


class SyncCancelledError(Exception):
    """The user stopped it; what was done stays, and the next sync goes on from there."""


class UnfinishedError(Exception):
    """Other programs and restored databases came between at every try."""


class Remote(Protocol):
    """The server, as a sync sees it. Every method may raise what the transport raises."""

    def push(self, batch: Batch) -> PushReply:
        """Send edits."""

    def pull(self, epoch: str | None, seq: int) -> Page:
        """Read what came after a cursor."""


@dataclass(slots=True)
class Progress:
    """How far a sync has come.

    Attributes:
        sent: Rows that the server has answered for.
        received: Rows that were written here.
        waiting: Rows that are still to be sent.
        behind: Changes on the server that were not read yet.
    """

    sent: int = 0
    received: int = 0
    waiting: int = 0
    behind: int = 0


Tell = Callable[[Progress], None]
Cancelled = Callable[[], bool]


def synchronise(
    replica: Replica,
    remote: Remote,
    tell: Tell = lambda progress: None,
    cancelled: Cancelled = lambda: False,
) -> Progress:
    """Bring both ends to the same rows.

    Returns:
        What was done; rows that wait for nothing but the user are ``replica.parked()``.

    Raises:
        NoAccountError: None is attached.
        SyncCancelledError: See there.
        UnfinishedError: See there; what was done stays.
    """
    replica.unpark(only_missing_parents=True)
    progress = Progress()
    run = _Run(replica, remote, progress, tell, cancelled)
    unfinished = False
    for _ in range(ROUNDS):
        try:
            unfinished = True
            if run.round():
                return progress
        except NewEpochError:
            replica.start_over()
        except StaleAttemptError as error:
            # Either another program of this computer was faster, or this is a copy that was put
            # back: then nobody here has made that request, and its edits would pass for old ones.
            newest = run.state().attempt
            if run.attempt == newest <= error.last:
                replica.reset_device()
        except OvertakenError:
            continue
        else:
            unfinished = False
    if unfinished:
        raise UnfinishedError("Sync was disturbed again and again.")
    # Somebody edits all the time: what was done is whole, and the next sync has the rest.
    return progress


@dataclass(slots=True)
class _Run:
    replica: Replica
    remote: Remote
    progress: Progress
    tell: Tell
    cancelled: Cancelled
    attempt: int = 0

    def state(self) -> State:
        state = self.replica.state()
        if state is None:
            raise NoAccountError
        return state

    def round(self) -> bool:
        """Both ways once; is there nothing more to do?"""
        if self.state().epoch is None:
            self._pull()
        self._push()
        return self._pull() and not self.replica.waiting()

    def _push(self) -> None:
        while True:
            self._tell()
            batch = self.replica.batch()
            if batch is None:
                return
            self.attempt = batch.attempt
            reply = self.remote.push(batch)
            self.replica.acknowledge(batch, reply)
            self.progress.sent += len(batch.changes)

    def _pull(self) -> bool:
        """Read to the end; False where something must be sent before the rest can be taken in."""
        while True:
            self._tell()
            state = self.state()
            page = self.remote.pull(state.epoch, state.seq)
            self.progress.received += self.replica.apply(page, state.seq)
            reached = self.state().seq
            self.progress.behind = page.head - reached
            if reached < page.seq:
                return False
            if not page.more:
                return True

    def _tell(self) -> None:
        if self.cancelled():
            raise SyncCancelledError
        self.progress.waiting = self.replica.waiting()
        self.tell(self.progress)
