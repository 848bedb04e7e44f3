"""The audit log: who did what to an account, from where; never a word of a call."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

_WRITE = text(
    "INSERT INTO liveconvo_ops.audit_log (user_id, event, request_id, ip_address)"
    " VALUES (:user, :event, :request, CAST(:address AS inet))"
)


@dataclass(frozen=True, slots=True)
class Audit:
    """The request that an entry belongs to.

    Attributes:
        request_id: As in the log.
        address: The client's IP address, where it is known.
    """

    request_id: str
    address: str | None

    def write(self, connection: Connection, event: str, user_id: str | None) -> None:
        """Append an entry, in the transaction of what it tells."""
        values = {
            "user": user_id,
            "event": event,
            "request": self.request_id,
            "address": self.address,
        }
        connection.execute(_WRITE, values)
