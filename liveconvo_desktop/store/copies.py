"""The copy of a transcript that lies beside its summary (``summaries.full_transcript``).

Whoever changes lines, names of speakers or a summary's text brings it up in the same transaction,
so that it always says what the transcript says.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, exists, select, update

from liveconvo_desktop.language import saying
from liveconvo_desktop.store import queries, reviews
from sync.schema import summaries


def transcript_text(connection: Connection, session_id: str) -> str | None:
    """The transcript as it reads now, or None where there are no words (any more)."""
    lines = reviews.final_lines(connection, session_id)
    if not lines:
        # NULL, not '': an empty copy would count as one that is still to be deleted.
        return None
    names = reviews.read_speakers(connection, session_id)
    return saying.transcript(lines, queries.gaps(connection, session_id), names)


def bring_up_copy(connection: Connection, session_id: str) -> None:
    """Let the summary's copy, where there is a summary, say what the transcript says."""
    written = summaries.c.session_id == session_id, summaries.c.tldr.is_not(None)
    if not connection.execute(select(exists().where(*written))).scalar():
        return
    text = transcript_text(connection, session_id)
    stale = summaries.c.full_transcript.is_distinct_from(text)
    changed = update(summaries).where(*written, stale)
    connection.execute(changed.values(full_transcript=text, updated_at=datetime.now(UTC)))
