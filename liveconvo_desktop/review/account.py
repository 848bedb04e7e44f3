"""The account of this computer: signing in, and syncing when the user has turned it on.

Nothing but the sign-in itself leaves the computer before that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.review.tokens import Tokens
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.failures import translated
from sync import cycle
from sync.client import (
    RefusedError,
    Server,
    SignInNeededError,
    SyncError,
    UnreachableError,
    UnsafeServerError,
)
from sync.cycle import Progress, SyncCancelledError, UnfinishedError
from sync.replica import Parked, Replica, State
from sync.rows import UnreadableRowError
from sync.sqlite import open_engine

REASONS = {
    "missing_parent": "what it belongs to is not on the server",
    "too_large": "it is larger than one message may be",
    "too_long": "one of its texts is too long for the server",
    "forbidden": "the server has something else under its id",
    "not_accepted": "the server does not take such rows",
    "unknown_column": "the server is older than this program",
}
"""What the server's codes mean; others are told as they are."""


class AccountError(LiveConvoError):
    """Sync cannot go on."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the user is told about sync.

    Attributes:
        state: The account, None where nobody is signed in.
        waiting: Rows still to be sent.
        parked: Rows that the server does not take.
    """

    state: State | None
    waiting: int
    parked: list[Parked]


class Account:
    """Sync of one database. Any thread may call any method; every one may block.

    Args:
        store: Open; the caller closes it.
        home: The data folder, where the sign-in is kept if there is no keyring.
        connect: Makes the server's client from address and tokens; for tests.
    """

    def __init__(
        self,
        store: Store,
        home: Path,
        connect: Callable[[str, Tokens], Server] = Server,
    ) -> None:
        self._path = store.path
        self._home = home
        self._connect = connect
        self._engine = open_engine(store.path)
        self._replica = Replica(self._engine, store.user_id)

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    def status(self) -> Status:
        """What there is to say, without asking the server."""
        with translated(self._path):
            state = self._replica.state()
            if state is None:
                return Status(None, 0, [])
            return Status(state, self._replica.waiting(), self._replica.parked())

    def sign_in(self, server: str, email: str, password: str, *, create: bool = False) -> None:
        """Attach an account. Nothing is sent but address and password until it is turned on.

        Raises:
            AccountError: Wrong, or the server cannot be reached.
        """
        tokens = Tokens(self._home, f"{email.strip().lower()} {server.rstrip('/')}")
        with _told(), self._open(server, tokens) as remote, translated(self._path):
            if create:
                remote.sign_up(email, password)
            account_id = remote.sign_in(email, password)
            self._replica.attach(server.rstrip("/"), email.strip().lower(), account_id)

    def sign_out(self) -> None:
        """Detach the account; every row stays here, and on the server."""
        state = self._attached()
        tokens = self._tokens(state)
        try:
            with _told(), self._open(state.server, tokens) as remote:
                remote.sign_out()
        except AccountError:
            pass  # offline: the sign-in ends by itself on the server, and here at once
        tokens.clear()
        with translated(self._path):
            self._replica.detach()

    def enable(self, on: bool) -> None:
        """Turn sync on or off.

        Raises:
            AccountError: Nobody is signed in.
        """
        self._attached()
        with translated(self._path):
            self._replica.enable(on)

    def retry(self) -> None:
        """Send again what the server did not take."""
        self._attached()
        with translated(self._path):
            self._replica.unpark()

    def keep_here(self, session_id: str, on: bool) -> bool:
        """Keep a call on this computer only; see ``Replica.keep_here``."""
        with translated(self._path):
            return self._replica.keep_here(session_id, on)

    def sync(
        self,
        tell: Callable[[Progress], None] = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Progress:
        """Sync now.

        Raises:
            AccountError: Nobody is signed in, sync is off, or it could not be finished; what was
                done stays, and the next one goes on from there.
        """
        state = self._attached()
        if not state.enabled:
            raise AccountError(
                "Sync is off.", "Turn it on with `liveconvo sync on`; nothing was sent.", "sync"
            )
        error: str | None = "it was interrupted"
        try:
            with _told(), self._open(state.server, self._tokens(state)) as remote:
                done = cycle.synchronise(self._replica, remote, tell, cancelled)
            error = None
            return done
        except LiveConvoError as failed:
            error = failed.message
            raise
        finally:
            with translated(self._path):
                self._replica.note_end(datetime.now(UTC), error)

    @contextmanager
    def _open(self, server: str, tokens: Tokens) -> Iterator[Server]:
        remote = self._connect(server, tokens)
        try:
            yield remote
        finally:
            remote.close()

    def _attached(self) -> State:
        with translated(self._path):
            state = self._replica.state()
        if state is None:
            raise AccountError("Nobody is signed in.", "Use `liveconvo sync login`.", "sync")
        return state

    def _tokens(self, state: State) -> Tokens:
        return Tokens(self._home, f"{state.email} {state.server}")


@contextmanager
def _told() -> Iterator[None]:
    """What the server and the way to it say, in words that a user can act on."""
    try:
        yield
    except SignInNeededError as error:
        raise AccountError(str(error), "Sign in with `liveconvo sync login`.", "sync") from error
    except UnreachableError as error:
        hint = "Nothing is lost: the next sync goes on from here. Check the network."
        raise AccountError(str(error), hint, "sync") from error
    except UnsafeServerError as error:
        hint = "Everything would go unencrypted; ask for the server's https:// address."
        raise AccountError(str(error), hint, "sync") from error
    except RefusedError as error:
        hint = "Change what it names, or install the newest LiveConvo."
        raise AccountError(f"The server refuses: {error}", hint, "sync") from error
    except UnfinishedError as error:
        raise AccountError(str(error), "Try again in a minute.", "sync") from error
    except (SyncError, UnreadableRowError) as error:
        raise AccountError(str(error), "Install the newest LiveConvo.", "sync") from error
    except SyncCancelledError as error:
        hint = "What was done stays; the next sync goes on from there."
        raise AccountError("Sync was stopped.", hint, "sync") from error
