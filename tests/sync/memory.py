"""A server in memory: the same merge as the real one, over dictionaries."""

from __future__ import annotations

from uuid import uuid4

from sync.merge import take_in
from sync.protocol import LINKS_TO, RULES, Page, PulledRow, Push, Version, moment
from sync.server.reading import OtherEpochError

CHILDREN = tuple(name for name, rule in RULES.items() if rule.parent)


class MemoryServer:
    """One user's rows. Implements ``sync.merge.Ledger``."""

    def __init__(self):
        self.epoch = str(uuid4())
        self.rows = {name: {} for name in RULES}
        self.log: dict[tuple[str, str], Version] = {}
        self.head = 0
        self.attempts: dict[str, tuple[int, str]] = {}
        self.losers: list[tuple[str, str, dict]] = []

    def push(self, message: bytes, now) -> bytes:
        push = Push.model_validate_json(message)
        if str(push.epoch) != self.epoch:
            raise OtherEpochError
        return take_in(self, push, now).model_dump_json().encode()

    def pull(self, epoch, seq, limit) -> Page:
        if (epoch or self.epoch) != self.epoch or seq > self.head:
            raise OtherEpochError
        found = sorted((v.seq, *key, v.deleted) for key, v in self.log.items() if v.seq > seq)
        changes = [
            PulledRow(table=t, id=i, seq=s, row=None if gone else self.rows[t][i])
            for s, t, i, gone in found[:limit]
        ]
        reached = changes[-1].seq if changes else seq
        parents = {}
        for one in changes:
            session = (one.row or {}).get("session_id")
            if session:
                parents |= self.current("sessions", [session])
        return Page(
            epoch=self.epoch,
            seq=reached,
            head=self.head,
            more=reached < self.head,
            changes=changes,
            parents=list(parents.values()),
        )

    def last_attempt(self, device):
        return self.attempts.get(device, (0, ""))

    def note_attempt(self, push):
        self.attempts[str(push.device)] = (push.attempt, str(push.nonce))

    def versions(self, table, ids):
        return {i: self.log[table, i] for i in ids if (table, i) in self.log}

    def current(self, table, ids):
        return {
            i: PulledRow(table=table, id=i, seq=self.log[table, i].seq, row=self.rows[table][i])
            for i in ids
            if i in self.rows[table]
        }

    def existing(self, table, ids):
        return set(ids) & set(self.rows[table])

    def upsert(self, table, rows, versions, device):
        for i, row in rows.items():
            self.rows[table][i] = self.rows[table].get(i, {}) | row
            self._note(table, i, device, versions[i])
        return {i: self.log[table, i].seq for i in rows}

    def delete(self, table, ids, versions, device):
        for i in ids:
            for other, column in LINKS_TO.get(table, ()):
                for key, row in self.rows[other].items():
                    if row.get(column) == i:
                        row[column] = None
                        self._note(other, key)
            if self.rows[table].pop(i, None) is not None:
                self._note(table, i, device, versions[i], gone=True)
            if table == "sessions":
                for child in CHILDREN:
                    for key in [k for k, r in self.rows[child].items() if r["session_id"] == i]:
                        del self.rows[child][key]
                        self._note(child, key, gone=True)
        return {i: self.log[table, i].seq if (table, i) in self.log else 0 for i in ids}

    def keep_loser(self, table, row_id, device, row):
        self.losers.append((table, row_id, row))

    def _note(self, table, row_id, device=None, version=None, gone=False):
        self.head += 1
        row = self.rows[table].get(row_id, {})
        before = self.log.get((table, row_id))
        seen = dict(before.seen) if before else {}
        self.log[table, row_id] = Version(
            self.head,
            gone,
            device,
            seen | ({device: version} if device else {}),
            moment(row.get("updated_at")),
            moment(row.get("deleted_at")),
        )
