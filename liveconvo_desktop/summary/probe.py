"""“Test connection”: whether an endpoint answers, knows the model and accepts the key, in words."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

import openai

from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.summary.base import CancelledError, Report, SummaryError
from liveconvo_desktop.summary.client import Cancelled, Endpoint, connect, explained

_PATIENCE = 20.0
"""Seconds for the list of models; the model itself may take as long as the settings allow."""
_POLL = 0.05
_NAMED = 5
_QUESTION = [{"role": "user", "content": 'Answer with this JSON and nothing else: {"ready": true}'}]


@dataclass(frozen=True, slots=True)
class Probed:
    """What a test found.

    Attributes:
        message: What works, a sentence.
        hint: What is left to do; empty where nothing is.
        models: What the endpoint offers; empty where it does not say.
        ready: The model answered: summaries can be written.
    """

    message: str
    hint: str
    models: tuple[str, ...]
    ready: bool


def probe(settings: SummarySettings, report: Report, cancelled: Cancelled) -> Probed:
    """Ask an endpoint for its models, then its model for a word; nothing of a call is sent.

    Raises:
        CancelledError: Soon after ``cancelled`` became true.
        SummaryError: What is wrong, and what to do.
    """
    if not settings.base_url:
        raise SummaryError("There is no address to ask.", "Give the model's address.", "summary")
    report(0.0, f"Asking {settings.host} for its models")
    models = _models(settings, cancelled)
    if not settings.model:
        offered = f": {_some(models)}" if models else ""
        return Probed(f"{settings.host} answers.", f"Choose a model{offered}.", models, False)
    report(0.5, f"Waiting for a word of {settings.model}")
    try:
        _ask(settings, cancelled)
    except SummaryError as error:
        # Only the model itself knows: many a server takes names that it does not list.
        if isinstance(error.__cause__, openai.NotFoundError) and models:
            raise _not_offered(settings, models) from error
        raise
    message = f"{settings.host} answers, and {settings.model} is ready to write."
    return Probed(message, "", models, True)


def _models(settings: SummarySettings, cancelled: Cancelled) -> tuple[str, ...]:
    """The names of its models; empty where it has no list of them, or does not show it."""
    hurried = settings.model_copy(
        update={"timeout_seconds": min(_PATIENCE, settings.timeout_seconds)}
    )
    client = connect(hurried)
    try:
        return _aside(lambda: tuple(sorted(m.id for m in client.models.list())), cancelled)
    except (openai.APIConnectionError, OSError) as error:
        raise explained(error, hurried) from error
    except openai.APIStatusError as error:
        # A redirect or a refused key holds for the model, too; all else only for the list.
        if error.status_code == 401 or 300 <= error.status_code < 400:
            raise explained(error, hurried) from error
        return ()
    except (openai.OpenAIError, ValueError, AttributeError, TypeError):
        # A page for people, perhaps, or a list in a form of its own.
        return ()
    finally:
        client.close()


def _ask(settings: SummarySettings, cancelled: Cancelled) -> None:
    """Wait for the first word of an answer, asked for as a summary is; the rest is not read."""
    endpoint = Endpoint(settings, tries=1)
    words = 0

    def received(count: int) -> None:
        nonlocal words
        words = count

    try:
        endpoint.ask(_QUESTION, received, lambda: bool(words) or cancelled())
    except CancelledError:
        if not words:
            raise
    finally:
        endpoint.close()


def _aside(work: Callable[[], tuple[str, ...]], cancelled: Cancelled) -> tuple[str, ...]:
    """Do it on a thread of its own: a request that blocks cannot be told to stop."""
    outcome: queue.SimpleQueue[tuple[str, ...] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put(work())
        except Exception as error:  # noqa: BLE001 - the top of a thread
            outcome.put(error)

    threading.Thread(target=run, name="probe", daemon=True).start()
    while True:
        if cancelled():
            raise CancelledError
        try:
            found = outcome.get(timeout=_POLL)
        except queue.Empty:
            continue
        if isinstance(found, Exception):
            raise found
        return found


def _not_offered(settings: SummarySettings, models: tuple[str, ...]) -> SummaryError:
    return SummaryError(
        f"{settings.host} answers, but does not know the model {settings.model}.",
        f"It offers: {_some(models)}.",
        "summary",
    )


def _some(models: tuple[str, ...]) -> str:
    left = len(models) - _NAMED
    return ", ".join(models[:_NAMED]) + (f" and {left} more" if left > 0 else "")
