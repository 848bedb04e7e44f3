"""Summaries of saved sessions: reads the call, lets a writer write, keeps what it wrote."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Container

import psutil

from liveconvo_desktop.call.liveness import is_live
from liveconvo_desktop.errors import LiveConvoError, StoreError
from liveconvo_desktop.language.embed import shared_embedder
from liveconvo_desktop.review.summary_view import in_columns, present, read_conversation
from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.retention_rows import transcript_deleted_at
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.store.summary_queue import without_summary
from liveconvo_desktop.store.summary_records import Version
from liveconvo_desktop.summary.base import CancelledError, Conversation, Report, Writer, silent
from liveconvo_desktop.summary.extractive import OfflineWriter
from liveconvo_desktop.summary.text import fingerprint

CUT_OFF = "LiveConvo ended while the summary was being written."


def never() -> bool:
    """A run that nobody cancels."""
    return False


def offline_writer() -> Writer:
    """The writer that needs no network; loads the sentence model on its first use."""
    return OfflineWriter(shared_embedder())


def writer_for(settings: SummarySettings) -> Writer:
    """The writer that the user has chosen.

    Nothing leaves this computer unless the user chose ``model`` and named an endpoint.

    Raises:
        LiveConvoError: The model writer is chosen and its endpoint or model is missing.
    """
    if settings.writer == "offline":
        return offline_writer()
    # Its client library takes most of a second to import, which no other command should wait for.
    from liveconvo_desktop.summary.model import ModelWriter  # noqa: PLC0415

    return ModelWriter(settings)


def summarize(
    store: Store,
    session_id: str,
    writer: Writer,
    report: Report = silent,
    cancelled: Callable[[], bool] = never,
) -> Version:
    """Write a session's summary and keep it; blocks, from any thread.

    Returns:
        What was written: the summary now, or offered beside one that the user has edited.

    Raises:
        CancelledError: ``cancelled`` became true; everything is as before.
        SummaryBusyError: It is being written already.
        LiveConvoError: There are no words to sum up any more, and nothing was changed; or it
            failed: the reason is kept with the session, and so is what an earlier run wrote.
    """
    kept = Summaries(store)
    conversation = read_conversation(store, session_id)
    _refuse_without_words(store, session_id, conversation)
    me = psutil.Process()
    kept.begin(session_id, me.pid, me.create_time(), is_alive)
    begun = time.monotonic()
    try:
        draft = writer.write(conversation, report, cancelled)
        written_from = {"fingerprint": fingerprint(conversation.lines)}
        draft = draft.model_copy(update=written_from)
        if cancelled():
            raise CancelledError
        seconds = time.monotonic() - begun
        made = in_columns(draft, conversation)
        return kept.complete(session_id, made, draft.model_dump(mode="json"), draft.model, seconds)
    except CancelledError:
        kept.abandon(session_id)
        raise
    except LiveConvoError as error:
        _note_failure(kept, session_id, f"{error.message} {error.hint}")
        raise
    except BaseException as error:
        # A defect must not leave the summary "generating" for ever; it is told as what it is.
        _note_failure(kept, session_id, f"The program failed: {type(error).__name__}: {error}")
        raise


def summarize_after_call(
    store: Store,
    session_id: str,
    report: Report = silent,
    cancelled: Callable[[], bool] = never,
) -> Version | None:
    """The offline summary of a call that has just ended; None if it could not be written.

    Why not is kept with the session. A call that has a summary keeps it; one whose summary was
    cancelled is found by ``pick_up``.
    """
    if present(store, session_id) is not None:
        return None
    try:
        return summarize(store, session_id, offline_writer(), report, cancelled)
    except (LiveConvoError, CancelledError):
        return None


def find_cut_off(store: Store) -> list[str]:
    """At the program's start: summaries that a crash left half written are marked as failed.

    Returns:
        Their sessions; ``unsummarised`` finds those that have no summary at all.
    """
    kept = Summaries(store)
    lost = kept.cut_off(is_alive)
    for session_id in lost:
        kept.fail(session_id, CUT_OFF)
    return lost


def unsummarised(store: Store) -> list[str]:
    """Finished calls with words that no summary was written for, the newest first.

    The program was ended before it could, a command made them, or an older version did. Those for
    which writing failed are not among them, unless a crash is why.
    """
    return without_summary(store, CUT_OFF)


def pick_up(
    store: Store, cancelled: Callable[[], bool] = never, tried: Container[str] = ()
) -> str | None:
    """Write the offline summary of the newest call that has none; blocks, from any thread.

    One at a time, so that what the user asks for does not wait for all of them: call it again
    until there is nothing left.

    Args:
        store: Where the calls are.
        cancelled: Ends it at once; the call is found again the next time.
        tried: Sessions to pass over.

    Returns:
        The session that was tried; None when none is left, it was cancelled, or a call runs now
        and needs the computer.
    """
    find_cut_off(store)
    busy = any(is_live(store.path, one.id) for one in store.unfinished())
    waiting = [one for one in unsummarised(store) if one not in tried]
    if busy or cancelled() or not waiting:
        return None
    summarize_after_call(store, waiting[0], cancelled=cancelled)
    return None if cancelled() else waiting[0]


def is_alive(process_id: int, started: float) -> bool:
    """Whether the process that began then still runs."""
    try:
        return abs(psutil.Process(process_id).create_time() - started) < 1.0
    except psutil.Error:
        return False


def _refuse_without_words(store: Store, session_id: str, conversation: Conversation) -> None:
    """A summary of nothing would take the place of all that is left of a call."""
    there = present(store, session_id) is not None
    gone = transcript_deleted_at(store, session_id) is not None
    if gone or (there and not conversation.lines):
        why = "was deleted" if gone else "has no lines"
        raise LiveConvoError(
            f"The transcript of this call {why}, so there is nothing to write a summary from.",
            "The summary that is there stays; you can still edit it."
            if there
            else "Calls that you keep do not lose their transcript.",
            "summary",
        )


def _note_failure(kept: Summaries, session_id: str, why: str) -> None:
    # Where the database is what failed, the next start finds the run cut off.
    with contextlib.suppress(StoreError):
        kept.fail(session_id, why)
