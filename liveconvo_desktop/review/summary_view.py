"""A session's call as writers see it, and its summary as windows and commands see it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Segment
from liveconvo_desktop.language.saying import REASONS, unnamed
from liveconvo_desktop.store import Store, Template
from liveconvo_desktop.store.retention_rows import transcript_deleted_at
from liveconvo_desktop.store.reviews import last_changed, read_speakers
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.store.summary_records import SummaryRow, SummaryText, Version
from liveconvo_desktop.summary import text
from liveconvo_desktop.summary.base import (
    Action,
    Conversation,
    Draft,
    Hole,
    Line,
    Statement,
)


def read_conversation(
    store: Store,
    session_id: str,
    zone: tzinfo | None = None,
) -> Conversation:
    """A saved call as a writer sees it.

    Args:
        store: Where it is.
        session_id: Which one.
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
        names=_names(store, session_id, session.conversation_type),
        template=template.summary_template if template else "",
        context=template.context_instructions if template else "",
    )


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
    draft = _from_columns(row.text, row.model_used, text.fingerprint(store.transcript(session_id)))
    kept.adopt(session_id, draft.model_dump(mode="json"), row.model_used, row.seconds or 0.0)
    return kept.version(session_id, "current")


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that a window shows of a session's summary.

    Attributes:
        row: The summary as it stands, or None if none was ever asked for.
        draft: What it says, or None if nothing was written yet.
        edited: The user has changed it.
        outdated: Words of the transcript, or whose they are, were changed since it was written.
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


def overview(store: Store, session_id: str) -> Overview:
    """Read it; blocks."""
    kept = Summaries(store)
    current = present(store, session_id)
    draft = None if current is None else draft_of(current)
    said = store.transcript(session_id)
    row = store.session(session_id)
    kind = "" if row is None else row.session.conversation_type
    return Overview(
        row=kept.get(session_id),
        draft=draft,
        edited=current is not None and current.edited,
        outdated=current is not None and _outdated(store, current, said),
        offered=kept.version(session_id, "offered"),
        times={one.id: one.t0 for one in said},
        names=_names(store, session_id, kind),
    )


def _outdated(store: Store, current: Version, said: Sequence[Segment]) -> bool:
    written_from = draft_of(current).fingerprint
    if not written_from:
        # Of the time before fingerprints. A line that was deleted leaves no trace here.
        with store.reading() as connection:
            changed = last_changed(connection, current.session_id)
        return changed is not None and changed > current.created_at
    if written_from == text.fingerprint(said):
        return False
    # What retention took was not changed: the summary is all that is left of it.
    return bool(said) or transcript_deleted_at(store, current.session_id) is None


def _names(store: Store, session_id: str, kind: str) -> dict[str, str]:
    """What the user calls the speakers, else what they are in this kind of call."""
    with store.reading() as connection:
        kept = read_speakers(connection, session_id)
    return {who: unnamed(who, kind) for who in ("user", "other")} | {
        str(who): name for who, name in kept.items()
    }


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
        structured_notes=text.notes(draft, conversation.lines, timed=conversation.timed),
    )


def _action_object(action: Action) -> dict[str, object]:
    return {
        "text": action.text,
        "owner": action.owner,
        "due": action.due.isoformat() if action.due else None,
        "sources": list(action.sources),
        "done": action.done,
    }


def _from_columns(made: SummaryText, model: str, fingerprint: str) -> Draft:
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
        fingerprint=fingerprint,
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


def _template(store: Store, template_id: str | None) -> Template | None:
    return next((one for one in store.templates() if one.id == template_id), None)
