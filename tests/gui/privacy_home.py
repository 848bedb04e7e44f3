"""A data folder as it is after some weeks of use, for the page about privacy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from liveconvo_desktop.events import Fault, Session, new_id
from liveconvo_desktop.paths import recordings_dir
from liveconvo_desktop.store import Store, backups
from sync.schema import sessions, summaries
from tests.gui.shots import TITLES
from tests.store.make import make_segment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def furnish(home: Path, now: datetime) -> tuple[Store, list[str]]:
    """Calls of the last weeks with recordings, summaries, a deleted one, logs and backups."""
    home.mkdir(exist_ok=True)
    database = home / "liveconvo.db"
    store = Store.open(database)
    ids = []
    for at, (title, kind) in enumerate(TITLES):
        begun = now - (at * at + 1) * DAY - 3 * HOUR
        session = Session(new_id(), title, kind, None, begun)
        ids.append(session.id)
        store.save(session)
        store.save(make_segment(session.id))
        if at < 3:
            audio = recordings_dir(database) / f"{session.id}.flac"
            with audio.open("wb") as file:
                file.truncate(8_400_000 * (at + 1))
            store.set_recording(session.id, audio)
        store.finish_session(session.id, begun + HOUR, 3600.0)
        values = {"created_at": begun, "deleted_at": now - 80 * DAY if at == 6 else None}
        with store.writing() as connection:
            mine = sessions.c.id == session.id
            connection.execute(sessions.update().where(mine).values(**values))
            if at < 2:
                connection.execute(
                    insert(summaries).values(
                        session_id=session.id,
                        user_id=store.user_id,
                        generation_status="completed",
                        created_at=begun + 2 * HOUR,
                    )
                )
    store.save(Fault("audio", "The device was away.", "Plug it in."))
    (home / "liveconvo.log").write_text(f"{datetime.now():%Y-%m-%d %H:%M:%S},000 INFO a line\n")
    backups.make(database)
    backups.weekly(database, backups.PrivacySettings(), datetime.now(UTC))
    return store, ids
