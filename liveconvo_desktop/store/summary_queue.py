"""Calls that have no summary and should have one."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select

from liveconvo_desktop.store.store import Store
from sync.local import local_retention
from sync.schema import sessions, summaries, transcripts

DECLINED = "No summary was wanted."
"""Kept as the reason of a summary that is still ``pending``: it waits for the user's word."""


def without_summary(store: Store, again: str) -> list[str]:
    """Finished calls with words for which no summary was ever written, the newest first.

    A summary that failed is not among them: its reason waits for the user. Nor is one that the
    user deleted, or did not want.

    Args:
        store: Open.
        again: A failure with this reason counts as never tried.

    Raises:
        StoreError: The database refuses.
    """
    tried = exists().where(
        summaries.c.session_id == sessions.c.id,
        or_(
            summaries.c.generation_status.not_in(("pending", "failed")),
            summaries.c.tldr.is_not(None),
            summaries.c.deleted_at.is_not(None),
            summaries.c.generation_error == DECLINED,
            and_(
                summaries.c.generation_status == "failed",
                summaries.c.generation_error.is_distinct_from(again),
            ),
        ),
    )
    has_words = exists().where(transcripts.c.session_id == sessions.c.id, transcripts.c.is_final)
    query = (
        select(sessions.c.id)
        .outerjoin(local_retention, local_retention.c.session_id == sessions.c.id)
        .where(
            sessions.c.status.not_in(("draft", "active")),
            sessions.c.deleted_at.is_(None),
            local_retention.c.transcript_deleted_at.is_(None),
            has_words,
            ~tried,
        )
        .order_by(sessions.c.recording_started_at.desc(), sessions.c.id)
    )
    with store.reading() as connection:
        return list(connection.execute(query).scalars())
