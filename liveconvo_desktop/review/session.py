"""Everything that the review of one session shows, read in one view of the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from liveconvo_desktop.audio.player import Player
from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Gap, Speaker
from liveconvo_desktop.language.history import change
from liveconvo_desktop.language.lines import Lines
from liveconvo_desktop.review.figures import Figures, figures
from liveconvo_desktop.store import ChipRow, SessionRow, Store, edits, reviews
from sync.schema import sessions

_FIRST = 60
"""Lines that fill the highest window."""


class SessionGoneError(StoreError):
    """There is no such session, or no longer."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A session's sound, or why there is none.

    Attributes:
        path: A file that is there, or None.
        why: One sentence for the user where ``path`` is None.
    """

    path: Path | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """One session as it is reviewed.

    Attributes:
        seconds: Length of the session on the audio clock.
        names: Speakers that the user named.
        homes: For each line that a chip's evidence cites, the line that has its words now.
    """

    row: SessionRow
    lines: Lines
    chips: tuple[ChipRow, ...]
    gaps: tuple[Gap, ...]
    names: dict[Speaker, str]
    homes: dict[str, str | None]
    recording: Recording

    @property
    def seconds(self) -> float:
        """Length of the session; of what is known where it was cut off."""
        last = max((line.t1 for line in self.lines.lines), default=0.0)
        return max(self.row.duration_seconds, last)

    @property
    def editable(self) -> bool:
        """False while the call runs or waits for recovery."""
        return self.row.session.status != "active"


def read_review(store: Store, session_id: str) -> Review:
    """Read a session.

    Raises:
        SessionGoneError: There is none.
        StoreError: The database refuses.
    """
    row = store.session(session_id)
    if row is None:
        raise SessionGoneError(
            "This session is no longer there.", "It may have been deleted; open another.", "store"
        )
    chips = tuple(store.chips(session_id))
    cited = {e.segment_id for one in chips for e in one.chip.evidence if e.segment_id}
    with store.reading() as connection:
        lines = reviews.read_lines(connection, session_id)
        names = reviews.read_speakers(connection, session_id)
        known = {line.id: line.id for line in lines.lines}
        homes = reviews.where_is(connection, cited - known.keys())
    return Review(
        row=row,
        lines=lines,
        chips=chips,
        gaps=tuple(store.gaps(session_id)),
        names=names,
        homes={**{one: one for one in cited if one in known}, **homes},
        recording=find_recording(store, session_id),
    )


def read_first_lines(store: Store, session_id: str) -> Lines:
    """The first lines of a session, to be looked at while the rest is read; not to be edited."""
    with store.reading() as connection:
        return reviews.read_lines(connection, session_id, _FIRST)


def find_recording(store: Store, session_id: str) -> Recording:
    """Where the sound lies, or why there is none."""
    with store.reading() as connection:
        query = select(sessions.c.audio_deleted_at).where(sessions.c.id == session_id)
        deleted = connection.execute(query).scalar()
    if deleted is not None:
        day = f"{deleted.day} {deleted:%b %Y}"
        return Recording(None, f"The audio was deleted on {day}, as your privacy settings ask.")
    path = store.recording(session_id)
    if path is None:
        return Recording(None, "This call was not recorded.")
    if not path.is_file():
        return Recording(None, f"The recording {path.name} is no longer where it was.")
    return Recording(path)


def measure(review: Review, lines: Lines) -> Figures:
    """The figures of a session as it is edited now."""
    return figures(lines, review.gaps, review.seconds)


def save_step(store: Store, session_id: str, before: Lines, after: Lines) -> None:
    """Write one step of editing.

    Raises:
        StoreError: See ``store.edits.apply_change``; nothing was changed then.
    """
    edits.apply_change(store, session_id, change(before, after))


def open_player(recording: Recording) -> Player | None:
    """What plays it, silent yet; None where there is no sound.

    Raises:
        AudioError: The file cannot be read.
    """
    return None if recording.path is None else Player(recording.path)
