"""One question to an OpenAI-compatible endpoint: streamed, cancelled at once, tried again."""

from __future__ import annotations

import contextlib
import email.utils
import queue
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlparse

import openai

from liveconvo_desktop.settings import SummarySettings, keys
from liveconvo_desktop.summary.base import CancelledError, SummaryError
from liveconvo_desktop.summary.prompt import schema

TRIES = 5
LONGEST_WAIT = 60.0
"""Seconds between two tries at most; a server that asks for more is not waited for."""
_POLL = 0.05
_AT_MOST = 10
"""An answer that still trickles in after so many times the longest silence is given up."""

Cancelled = Callable[[], bool]
_END: Final = object()

# From the strictest form on: servers know different ones.
_FORMATS: tuple[dict[str, Any] | None, ...] = (
    {"type": "json_schema", "json_schema": schema()},
    {"type": "json_object"},
    None,
)


@dataclass(frozen=True, slots=True)
class _Broken(Exception):  # noqa: N818 - carries a reason inside this module, is no error's name
    """A stream that failed: the cause, seconds to wait if the server said so."""

    cause: Exception


def connect(settings: SummarySettings) -> openai.OpenAI:
    """A client for the endpoint in the settings; the caller closes it.

    Raises:
        SummaryError: The key would go unencrypted.
    """
    key = keys.get(settings.base_url)
    if key and not settings.local and urlparse(settings.base_url).scheme != "https":
        raise SummaryError(
            f"The key for {settings.host} would be sent unencrypted.",
            "Use an https address.",
            "summary",
        )
    return openai.OpenAI(
        base_url=settings.base_url,
        api_key=key or "none",
        max_retries=0,
        http_client=openai.DefaultHttpxClient(
            # A redirect could carry the call's words to somebody whom the user never named.
            follow_redirects=False,
            timeout=settings.timeout_seconds,
            # So could a proxy of the system, which by itself is asked for localhost, too.
            trust_env=not settings.local,
        ),
    )


class Endpoint:
    """Asks a model and hands back its words.

    Args:
        wait: Sleeps between tries, in seconds.
        tries: How often it is asked before it is given up.

    Raises:
        SummaryError: The settings name no endpoint or no model, or the key would go unencrypted.
    """

    def __init__(
        self,
        settings: SummarySettings,
        wait: Callable[[float, Cancelled], None] | None = None,
        tries: int = TRIES,
    ) -> None:
        if not settings.has_model:
            raise SummaryError(
                "No model for summaries is set.",
                "Name an endpoint and a model in the settings, or use the offline writer.",
                "summary",
            )
        self._settings = settings
        self._wait = _sleep if wait is None else wait
        self._tries = tries
        self._format = 0
        self._client = connect(settings)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def ask(
        self,
        messages: list[dict[str, str]],
        received: Callable[[int], None],
        cancelled: Cancelled,
    ) -> str:
        """The model's whole answer.

        Args:
            messages: The question.
            cancelled: Asked again and again.
            received: Told how many characters have come so far.

        Raises:
            CancelledError: Within a tenth of a second of ``cancelled`` becoming true.
            SummaryError: It failed for good.
        """
        tries = 0
        while True:
            try:
                return self._stream(messages, received, cancelled)
            except _Broken as broken:
                if self._simplify(broken.cause):
                    continue
                tries += 1
                pause = _pause(broken.cause, tries)
                if pause is None or tries >= self._tries:
                    raise explained(broken.cause, self._settings) from broken.cause
                self._wait(pause, cancelled)

    def _stream(
        self, messages: list[dict[str, str]], received: Callable[[int], None], cancelled: Cancelled
    ) -> str:
        arriving: queue.SimpleQueue[object] = queue.SimpleQueue()
        # In a thread of its own: a read that blocks cannot be told to stop.
        stop = threading.Event()
        work = threading.Thread(
            target=self._receive, args=(messages, arriving, stop), name="summary-read", daemon=True
        )
        work.start()
        patience = self._settings.timeout_seconds
        begun = heard = time.monotonic()
        parts: list[str] = []
        try:
            while True:
                if cancelled():
                    raise CancelledError
                # A slow model may write for long, as long as it writes.
                now = time.monotonic()
                if now - heard > patience or now - begun > _AT_MOST * patience:
                    raise _Broken(TimeoutError("the answer took too long"))
                try:
                    item = arriving.get(timeout=_POLL)
                except queue.Empty:
                    continue
                if item is _END:
                    return "".join(parts)
                if isinstance(item, Exception):
                    raise _Broken(item)
                heard = time.monotonic()
                parts.append(str(item))
                received(sum(map(len, parts)))
        finally:
            stop.set()

    def _receive(
        self,
        messages: list[dict[str, str]],
        arriving: queue.SimpleQueue[object],
        stop: threading.Event,
    ) -> None:
        """Top of the reading thread: whatever happens becomes an item."""
        try:
            for part in self._chunks(messages, stop):
                arriving.put(part)
            arriving.put(_END)
        except (openai.OpenAIError, ValueError, ConnectionError) as error:
            arriving.put(error)
        except Exception as error:  # noqa: BLE001 - the top of a thread
            # What the transport under the client raises in the middle of a stream.
            arriving.put(ConnectionError(f"{type(error).__name__}: {error}"))

    def _chunks(self, messages: list[dict[str, str]], stop: threading.Event) -> Iterable[str]:
        wanted = _FORMATS[self._format]
        options: dict[str, Any] = {"response_format": wanted} if wanted else {}
        stream = self._client.chat.completions.create(
            model=self._settings.model,
            messages=cast(Any, messages),
            max_tokens=self._settings.answer_tokens,
            temperature=0,
            stream=True,
            **options,
        )
        with stream:
            finished = False
            for chunk in stream:
                if stop.is_set():
                    return
                for choice in chunk.choices[:1]:
                    if choice.delta.content:
                        yield choice.delta.content
                    finished = finished or choice.finish_reason is not None
                    if choice.finish_reason == "length":
                        raise ValueError("the answer was cut off; allow longer answers")
        if not finished and not stop.is_set():
            raise ConnectionError("the answer ended in the middle")

    def _simplify(self, error: Exception) -> bool:
        """Ask for a simpler form of answer where the server does not know this one."""
        refused = isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError)
        about = str(error).lower()
        known = any(word in about for word in ("response_format", "json_schema", "schema", "json"))
        if refused and known and self._format + 1 < len(_FORMATS):
            self._format += 1
            return True
        return False


def _sleep(seconds: float, cancelled: Cancelled) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if cancelled():
            raise CancelledError
        time.sleep(min(_POLL, max(0.0, until - time.monotonic())))


def _pause(error: Exception, tries: int) -> float | None:
    """Seconds until the next try, or None where another try is of no use."""
    asked = _asked_for(error)
    if asked is not None:
        return asked if asked <= LONGEST_WAIT else None
    passing = isinstance(error, openai.APIConnectionError | ConnectionError | TimeoutError)
    code = error.status_code if isinstance(error, openai.APIStatusError) else 0
    if not passing and code not in (408, 409, 429) and code < 500:
        return None
    # Full back-off with jitter, so that many clients do not come back in step.
    return min(LONGEST_WAIT, 2.0 ** (tries - 1)) * random.uniform(0.5, 1.0)


def _asked_for(error: Exception) -> float | None:
    """What ``Retry-After`` says, in seconds."""
    if not isinstance(error, openai.APIStatusError) or error.status_code not in (429, 503):
        return None
    said = error.response.headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        return max(0.0, float(said))
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    return None


def explained(error: Exception, settings: SummarySettings) -> SummaryError:
    """What an error of the endpoint means, and what to do."""
    where = settings.host
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        given = "the key" if keys.get(settings.base_url) else "a request without a key"
        return _told(
            f"{where} does not accept {given}.",
            "Set the key in Settings → Summaries, or run: liveconvo settings key set",
        )
    if isinstance(error, openai.NotFoundError):
        return _told(
            f"{where} does not know the model {settings.model}, or nothing is at this address.",
            "Choose another model; most addresses end in /v1.",
        )
    if isinstance(error, openai.RateLimitError):
        return _told(f"{where} takes no more requests for now.", "Try again later.")
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        wait = f"{settings.timeout_seconds:g} s"
        return _told(f"{where} did not answer within {wait}.", "Try again, or allow a longer wait.")
    if isinstance(error, openai.APIStatusError):
        return _told(*_status(error, where))
    if isinstance(error, openai.APIConnectionError | ConnectionError):
        return _told(*_unreachable(error, where))
    return _told(f"The model's answer cannot be used ({error}).", "Try again or another model.")


def _status(error: openai.APIStatusError, where: str) -> tuple[str, str]:
    if 300 <= error.status_code < 400:
        there = error.response.headers.get("location", "another address")
        return (
            f"{where} points to {there}, which was not followed.",
            "Name that address if you trust it.",
        )
    return (
        f"{where} answered with an error ({error.status_code}).",
        "Try again later, or use the offline writer.",
    )


def _unreachable(error: Exception, where: str) -> tuple[str, str]:
    """Why no connection came about, from what lies under the client's own error."""
    below: BaseException | None = error
    seen: list[BaseException] = []
    while below is not None and below not in seen:
        seen.append(below)
        below = below.__cause__ or below.__context__
    told = " ".join(str(one) for one in seen)
    if any(isinstance(one, socket.gaierror) for one in seen):
        return (
            f"No computer named {where} is found.",
            "Look for a typing error in the address, and check the network.",
        )
    if any(isinstance(one, ssl.SSLError) for one in seen) or "SSL" in told:
        return (
            f"{where} offers no secure connection that can be trusted.",
            "Check the address; a server on this computer often speaks http, not https.",
        )
    if any(isinstance(one, ConnectionRefusedError) for one in seen):
        return (
            f"{where} cannot be reached: nothing answers at this address.",
            "Start its server, or check the port in the address.",
        )
    return f"{where} cannot be reached.", "Check the address and the network."


def _told(message: str, hint: str) -> SummaryError:
    return SummaryError(message, hint, "summary")
