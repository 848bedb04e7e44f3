"""How often something may be tried: counted in the database, for every replica together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text

from sync.server.database import Database

_COUNT = text(
    "INSERT INTO liveconvo_ops.rate_limits AS r (key, began_at, count) VALUES (:key, now(), 1)"
    " ON CONFLICT (key) DO UPDATE SET"
    " began_at = CASE WHEN r.began_at < now() - :window THEN now() ELSE r.began_at END,"
    " count = CASE WHEN r.began_at < now() - :window THEN 1 ELSE r.count + 1 END"
    " RETURNING count, extract(epoch FROM began_at + :window - now())"
)
_CLEAR = text("DELETE FROM liveconvo_ops.rate_limits WHERE key = :key")


class TooManyTriesError(Exception):
    """Tried too often.

    Attributes:
        wait: Seconds after which it may be tried again.
    """

    def __init__(self, wait: float) -> None:
        super().__init__(f"too many tries; again in {wait:.0f} s")
        self.wait = max(1, round(wait))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries in a window that begins with the first."""

    key: str
    most: int
    window: timedelta

    def clear(self, connection: Connection) -> None:
        """Forget the tries, in the transaction of what succeeded."""
        connection.execute(_CLEAR, {"key": self.key})


def count(database: Database, *limits: Limit) -> None:
    """Count a try before it is made, so that one that crashes counts as well.

    Raises:
        TooManyTriesError: One of the limits is reached.
    """
    waits = []
    with database.accounts() as connection:
        # In one order for everybody: no two of them wait for each other.
        for limit in sorted(limits, key=lambda one: one.key):
            values = {"key": limit.key, "window": limit.window}
            tries, wait = connection.execute(_COUNT, values).one()
            if tries > limit.most:
                waits.append(float(wait))
    if waits:
        raise TooManyTriesError(max(waits))
