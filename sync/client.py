"""The server over HTTP: signing in, and the two requests of a sync.

Every request has a time-out and is tried again with full jitter; a push may arrive twice, and the
server knows.
"""

from __future__ import annotations

import gzip
import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar
from urllib.parse import urlparse
from uuid import UUID

import httpx
from pydantic_core import ValidationError, to_json

from sync.cycle import NewEpochError, StaleAttemptError
from sync.pending import Batch
from sync.protocol import HEADER, PROTOCOL, Page, Push, PushReply

FIRST_WAIT = 1.0
LONGEST_WAIT = 300.0
"""Seconds between two tries at most."""
LONGEST_ASKED = 30.0
"""A server that asks for more is not waited for: somebody is told, and tries again later."""
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})

Wait = Callable[[float], None]
_Message = TypeVar("_Message", PushReply, Page)


class SyncError(Exception):
    """A sync could not go on. The text is for people."""


class UnreachableError(SyncError):
    """No answer, or none that a LiveConvo server gives; it may pass by itself."""


class SignInNeededError(SyncError):
    """The sign-in has ended, or the credentials are wrong."""


class RefusedError(SyncError):
    """The server does not take the request, and will not by itself.

    Attributes:
        code: The server's word for it.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class UnsafeServerError(SyncError):
    """The address is not HTTPS: words and passwords would go unencrypted."""


class TokenStore(Protocol):
    """Where the refresh token is kept between runs."""

    def load(self) -> str | None:
        """The token, or None."""

    def save(self, token: str) -> None:
        """Replace it; on the disk when the method returns."""

    def alone(self) -> AbstractContextManager[object]:
        """Held while a token is exchanged: two programs must not use the same one."""


class Server:
    """One LiveConvo server, for one sign-in.

    Args:
        address: Its base URL.
        tokens: See there.
        tries: How often a request is made before it is given up.
        wait: Sleeps between tries, in seconds.
        transport: Another way of sending, for tests.

    Raises:
        UnsafeServerError: Not HTTPS, and not this computer.
    """

    def __init__(
        self,
        address: str,
        tokens: TokenStore,
        *,
        tries: int = 5,
        wait: Wait = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._tokens = tokens
        self._tries = tries
        self._wait = wait
        self._access: str | None = None
        self._refreshing = threading.Lock()
        self._http = httpx.Client(
            base_url=checked(address),
            timeout=TIMEOUT,
            transport=transport,
            headers={HEADER: str(PROTOCOL)},
            # An answer from elsewhere is not this server's.
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def sign_up(self, email: str, password: str, name: str = "") -> None:
        """Ask for an account; the server does not say whether there was one."""
        content = {"email": email, "password": password, "full_name": name}
        self._request("POST", "/v1/auth/signup", json=content)

    def sign_in(self, email: str, password: str, device: str | None = None) -> str:
        """Exchange a password for tokens.

        Returns:
            The account's id.

        Raises:
            SignInNeededError: Wrong.
        """
        content = {"email": email, "password": password, "device": device}
        found = self._request("POST", "/v1/auth/login", json=content).json()
        with self._tokens.alone():
            self._take(found)
        return str(UUID(found["user_id"]))

    def sign_out(self) -> None:
        """End the sign-in on the server."""
        token = self._tokens.load()
        if token is not None:
            self._request("POST", "/v1/auth/logout", json={"refresh_token": token})

    def push(self, batch: Batch) -> PushReply:
        """Send edits; see ``sync.cycle.Remote``."""
        message = Push(
            device=UUID(batch.device),
            attempt=batch.attempt,
            nonce=UUID(batch.nonce),
            epoch=UUID(batch.epoch),
            changes=batch.changes,
        )
        body = gzip.compress(to_json(message), compresslevel=5)
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        answer = self._authorised("POST", "/v1/sync/push", content=body, headers=headers)
        return _read(PushReply, answer)

    def pull(self, epoch: str | None, seq: int) -> Page:
        """Read what came after a cursor; see ``sync.cycle.Remote``."""
        params = {"seq": str(seq), **({"epoch": epoch} if epoch else {})}
        return _read(Page, self._authorised("GET", "/v1/sync/pull", params=params))

    def _authorised(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        for fresh in (False, True):
            token = self._access if self._access and not fresh else self._refresh(self._access)
            headers["Authorization"] = f"Bearer {token}"
            try:
                return self._request(method, path, headers=headers, **more)
            except SignInNeededError:
                if fresh:
                    raise
        raise AssertionError

    def _refresh(self, used: str | None) -> str:
        with self._refreshing, self._tokens.alone():
            if self._access is not None and self._access != used:
                return self._access
            token = self._tokens.load()
            if token is None:
                raise SignInNeededError("You are not signed in.")
            found = self._request("POST", "/v1/auth/refresh", json={"refresh_token": token}).json()
            return self._take(found)

    def _take(self, found: dict[str, Any]) -> str:
        self._tokens.save(found["refresh_token"])
        self._access = str(found["access_token"])
        return self._access

    def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request, tried again while that may help."""
        for attempt in range(self._tries):
            last = attempt + 1 == self._tries
            try:
                answer = self._http.request(method, path, **more)
            except httpx.TransportError as error:
                if last:
                    raise UnreachableError(
                        f"{self._http.base_url} does not answer ({type(error).__name__})."
                    ) from error
                self._wait(jittered(attempt))
                continue
            asked = _asked_to_wait(answer)
            if answer.status_code not in _AGAIN or last or asked > LONGEST_ASKED:
                return _checked(answer)
            self._wait(max(jittered(attempt), asked))
        raise AssertionError


def jittered(attempt: int, draw: Callable[[float, float], float] = random.uniform) -> float:
    """Seconds before the next try: anything up to a bound that doubles (full jitter)."""
    return draw(0.0, min(LONGEST_WAIT, FIRST_WAIT * 2.0**attempt))


def checked(address: str) -> str:
    """The address of a server, if nothing can be read on the way to it.

    Raises:
        UnsafeServerError: See there.
    """
    url = urlparse(address)
    if url.scheme == "https" and url.hostname:
        return address.rstrip("/")
    if url.scheme == "http" and _is_this_computer(url.hostname or ""):
        return address.rstrip("/")
    raise UnsafeServerError(f"{address!r} is no https:// address.")


def _is_this_computer(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _asked_to_wait(answer: httpx.Response) -> float:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdecimal() else 0.0


def _checked(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is a success.

    Raises:
        SyncError: And its kin, by status and code.
    """
    if answer.is_success:
        return answer
    try:
        found = answer.json()
        code, message = str(found["code"]), str(found["message"])
    except (ValueError, LookupError, TypeError) as error:
        raise UnreachableError(
            f"{answer.url.host} answers {answer.status_code}; that is no LiveConvo server."
        ) from error
    match answer.status_code, code:
        case 401, _:
            raise SignInNeededError(message)
        case 409, "stale_attempt":
            raise StaleAttemptError(int(found["last"]))
        case 410, "new_epoch":
            raise NewEpochError(message)
        case status, _ if status in _AGAIN:
            raise UnreachableError(message)
    raise RefusedError(message, code)


def _read(kind: type[_Message], answer: httpx.Response) -> _Message:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        raise UnreachableError("The server's answer cannot be read.") from error
