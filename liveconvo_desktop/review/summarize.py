"""Summaries of saved sessions: reads the call, lets a writer write, keeps what it wrote."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo

import psutil

from liveconvo_desktop.errors import LiveConvoError, StoreError
from liveconvo_desktop.events import GapReason
from liveconvo_desktop.language.embed import shared_embedder
from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.store import Store, Template
from liveconvo_desktop.store.summaries import Summaries, SummaryRow, SummaryText, Version
from liveconvo_desktop.summary import text
from liveconvo_desktop.summary.base import (
    NAMES,
    Action,
    CancelledError,
    Conversation,
    Draft,
    Hole,
    Line,
    Report,
    Statement,
    Writer,
    silent,
)
from liveconvo_desktop.summary.extractive import OfflineWriter

REASONS: dict[GapReason, str] = {
    "lost": "audio was lost",
    "stalled": "the device delivered nothing",
    "device": "the device was away",
    "paused": "the recording was paused",
    "killed": "LiveConvo was not running",
}
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


def read_conversation(
    store: Store,
    session_id: str,
    names: dict[str, str] | None = None,
    zone: tzinfo | None = None,
) -> Conversation:
    """A saved call as a writer sees it.

    Args:
        store: Where it is.
        session_id: Which one.
        names: What speakers are called; "You" and "Them" where it says nothing.
        zone: Where the user is; the computer's own time zone if None.

    Raises:
        LiveConvoError: There is no such session.
    """
    row = store.session(session_id)
    if row is None:
        raise LiveConvoError(
            f"There is no call {session_id}.", "`liveconvo sessions` lists the calls.", "summary"
        )
    session = row.session
    template = _template(store, session.template_id)
    return Conversation(
        title=session.title,
        kind=session.conversation_type,
        day=session.started_at.astimezone(zone).date(),
        lines=tuple(
            Line(id=one.id, speaker=one.speaker, t0=one.t0, t1=one.t1, text=one.text)
            for one in store.transcript(session_id)
        ),
        holes=tuple(
            Hole(
                speaker="user" if gap.channel == "mic" else "other",
                t0=gap.t0,
                t1=gap.t1,
                reason=REASONS[gap.reason],
            )
            for gap in store.gaps(session_id)
        ),
        names=NAMES | (names or {}),
        template=template.summary_template if template else "",
        context=template.context_instructions if template else "",
    )


def summarize(
    store: Store,
    session_id: str,
    writer: Writer,
    report: Report = silent,
    cancelled: Callable[[], bool] = never,
    names: dict[str, str] | None = None,
) -> Version:
    """Write a session's summary and keep it; blocks, from any thread.

    Returns:
        What was written: the summary now, or offered beside one that the user has edited.

    Raises:
        CancelledError: ``cancelled`` became true; everything is as before.
        SummaryBusyError: It is being written already.
        LiveConvoError: It failed; the reason is kept with the session, and so is what an earlier
            run wrote.
    """
    kept = Summaries(store)
    conversation = read_conversation(store, session_id, names)
    present(store, session_id)
    me = psutil.Process()
    kept.begin(session_id, me.pid, me.create_time(), is_alive)
    begun = time.monotonic()
    try:
        draft = writer.write(conversation, report, cancelled)
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


def summarize_after_call(store: Store, session_id: str, report: Report = silent) -> Version | None:
    """The offline summary of a call that has just ended; None if it could not be written.

    Why not is kept with the session. A call that has a summary keeps it.
    """
    if present(store, session_id) is not None:
        return None
    try:
        return summarize(store, session_id, offline_writer(), report)
    except LiveConvoError:
        return None


def find_cut_off(store: Store) -> list[str]:
    """At the program's start: summaries that a crash left half written are marked as failed.

    Returns:
        Their sessions; those without any summary are worth ``summarize_after_call``.
    """
    kept = Summaries(store)
    lost = kept.cut_off(is_alive)
    for session_id in lost:
        kept.fail(session_id, CUT_OFF)
    return lost


def is_alive(process_id: int, started: float) -> bool:
    """Whether the process that began then still runs."""
    try:
        return abs(psutil.Process(process_id).create_time() - started) < 1.0
    except psutil.Error:
        return False


def present(store: Store, session_id: str) -> Version | None:
    """The version that is the summary now, or None.

    A summary that came without one (an imported session's) is taken up as the user's own, so that
    no run overwrites it.
    """
    kept = Summaries(store)
    found = kept.version(session_id, "current")
    row = kept.get(session_id)
    if found is not None or row is None or row.text is None:
        return found
    draft = _from_columns(row.text, row.model_used)
    kept.adopt(session_id, draft.model_dump(mode="json"), row.model_used, row.seconds or 0.0)
    return kept.version(session_id, "current")


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that a window shows of a session's summary.

    Attributes:
        row: The summary as it stands, or None if none was ever asked for.
        draft: What it says, or None if nothing was written yet.
        edited: The user has changed it.
        outdated: The transcript was changed after it was written.
        offered: A new version that waits for the user.
        times: Seconds at which each line of the transcript begins.
        names: What speakers are called.
    """

    row: SummaryRow | None
    draft: Draft | None
    edited: bool
    outdated: bool
    offered: Version | None
    times: dict[str, float]
    names: dict[str, str]


def overview(store: Store, session_id: str, names: dict[str, str] | None = None) -> Overview:
    """Read it; blocks."""
    kept = Summaries(store)
    current = present(store, session_id)
    return Overview(
        row=kept.get(session_id),
        draft=None if current is None else draft_of(current),
        edited=current is not None and current.edited,
        outdated=current is not None and kept.transcript_changed(session_id, current.created_at),
        offered=kept.version(session_id, "offered"),
        times={one.id: one.t0 for one in store.transcript(session_id)},
        names=NAMES | (names or {}),
    )


def draft_of(version: Version) -> Draft:
    """What a version says, with its citations."""
    return Draft.model_validate(version.content)


def save_edit(store: Store, session_id: str, draft: Draft) -> None:
    """The user changed the summary."""
    conversation = read_conversation(store, session_id)
    Summaries(store).edit(
        session_id, in_columns(draft, conversation), draft.model_dump(mode="json")
    )


def accept(store: Store, version: Version) -> Draft:
    """Take the offered version; what was ticked off in the old one stays ticked off."""
    kept = Summaries(store)
    draft = draft_of(version)
    old = kept.version(version.session_id, "current")
    if old is not None:
        draft = _carry_done(draft_of(old), draft)
    conversation = read_conversation(store, version.session_id)
    kept.accept(version.id, in_columns(draft, conversation), draft.model_dump(mode="json"))
    return draft


def in_columns(draft: Draft, conversation: Conversation) -> SummaryText:
    """A draft as the columns of ``summaries``."""
    return SummaryText(
        title=draft.title,
        tldr=text.tldr(draft),
        key_decisions=[one.text for one in draft.decisions],
        action_items=[_action_object(one) for one in draft.actions],
        follow_up_questions=[one.text for one in draft.questions],
        structured_notes=text.notes(draft, conversation.lines),
        full_transcript=text.transcript(conversation),
    )


def _action_object(action: Action) -> dict[str, object]:
    return {
        "text": action.text,
        "owner": action.owner,
        "due": action.due.isoformat() if action.due else None,
        "sources": list(action.sources),
        "done": action.done,
    }


def _from_columns(made: SummaryText, model: str) -> Draft:
    return Draft(
        title=made.title,
        tldr=tuple(Statement(text=one) for one in made.tldr.splitlines() if one.strip()),
        decisions=tuple(Statement(text=one) for one in made.key_decisions),
        actions=tuple(
            Action(
                text=str(one.get("text", "")),
                owner=str(one.get("owner") or ""),
                due=_day(one.get("due")),
                sources=tuple(one.get("sources") or ()),
                done=bool(one.get("done")),
            )
            for one in made.action_items
        ),
        questions=tuple(Statement(text=one) for one in made.follow_up_questions),
        notes=made.structured_notes,
        model=model,
    )


def _day(value: object) -> date | None:
    with contextlib.suppress(ValueError, TypeError):
        return date.fromisoformat(str(value))
    return None


def _carry_done(old: Draft, new: Draft) -> Draft:
    done = [one for one in old.actions if one.done]
    actions = tuple(
        one.model_copy(update={"done": True})
        if any(one.text == o.text or set(one.sources) & set(o.sources) for o in done)
        else one
        for one in new.actions
    )
    return new.model_copy(update={"actions": actions})


def _note_failure(kept: Summaries, session_id: str, why: str) -> None:
    # Where the database is what failed, the next start finds the run cut off.
    with contextlib.suppress(StoreError):
        kept.fail(session_id, why)


def _template(store: Store, template_id: str | None) -> Template | None:
    return next((one for one in store.templates() if one.id == template_id), None)
