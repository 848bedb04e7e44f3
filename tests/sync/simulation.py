"""Devices that edit, lose messages, crash and have wrong clocks; and a checker of what is left.

The replica is the real one on a real SQLite; the merge is the real one over dictionaries. The
checker looks for lost updates, not only for equal copies: replicas that agree on the wrong value
are equal, too. Every edit writes a word of its own, and remembers which word it replaced.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import StaticPool, create_engine, event, select

from sync import sqlite as product
from sync.cycle import NewEpochError, StaleAttemptError, synchronise
from sync.merge import StaleAttemptError as Overtaken
from sync.protocol import PUSHED, Page, Push, PushReply
from sync.replica import Replica
from sync.rows import columns_of, table_of, to_wire
from sync.server.reading import OtherEpochError
from tests.sync.memory import MemoryServer

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WORD = {"sessions": "title", "transcripts": "content"}


class BrokenError(Exception):
    """A message was lost, or the program was killed."""


class World:
    def __init__(self, seed: int, blank: bytes, devices: int = 3, faults: bool = True):
        self.random = random.Random(seed)
        self.now = START
        self.server = MemoryServer()
        self.late: list[bytes] = []
        self.faults = faults
        # Every other world is small, so that its devices meet at the same rows.
        self.small = seed % 2 == 1
        self.words = 0
        # Of each row: which word replaced which.
        self.replaced: dict[tuple[str, str], dict[str, str | None]] = {}
        self.deleted: set[str | None] = set()
        self.session_of: dict[str, str | None] = {}
        self.devices = [Device(self, blank, n) for n in range(devices)]

    def run(self, steps: int) -> list[str]:
        for _ in range(steps):
            self.step()
        return self.settle()

    def step(self) -> None:
        self.now += timedelta(seconds=self.random.uniform(1, 60))
        device = self.random.choice(self.devices)
        if self.late and self.random.random() < 0.1:
            self.deliver_late()
        elif self.random.random() < 0.6:
            device.edit()
        else:
            device.sync()

    def deliver_late(self) -> None:
        with contextlib.suppress(Overtaken, OtherEpochError):
            self.server.push(self.late.pop(self.random.randrange(len(self.late))), self.now)

    def settle(self) -> list[str]:
        """Let the faults end, sync until nothing moves, and look for what is wrong."""
        while self.late:
            self.deliver_late()
        self.faults = False
        for _ in range(3):
            for device in self.devices:
                device.sync()
        return [*self.differences(), *self.lost()]

    def differences(self) -> list[str]:
        found = []
        for device in self.devices:
            if device.replica.waiting() or device.replica.parked():
                found.append(f"device {device.number} still waits")
            found += [
                f"device {device.number} differs in {name}"
                for name in PUSHED
                if device.rows(name) != self.server.rows[name]
            ]
        return found

    def lost(self) -> list[str]:
        found = []
        aside = {(table, i, row.get(WORD.get(table))) for table, i, row in self.server.losers}
        for (table, row_id), replaced in self.replaced.items():
            row = self.server.rows[table].get(row_id)
            if row is None:
                # What anybody adds to a call goes with it.
                if not self.deleted & {row_id, self.session_of.get(row_id)}:
                    found.append(f"{table} {row_id} is gone and nobody deleted it")
                continue
            word = row[WORD[table]]
            newest = set(replaced) - set(replaced.values())
            if word not in newest:
                found.append(f"{table} {row_id}: {word} was replaced by somebody who had seen it")
            found += [
                f"{table} {row_id}: {other} vanished without a trace"
                for other in newest - {word}
                if (table, row_id, other) not in aside and not other.startswith("deletion")
            ]
        return found


class Device:
    def __init__(self, world: World, blank: bytes, number: int):
        self.world = world
        self.number = number
        # One clock is minutes ahead, another an hour behind.
        self.skew = timedelta(seconds=world.random.uniform(-3600, 240))
        self.raw = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.raw.deserialize(blank)
        self.raw.execute("PRAGMA foreign_keys = ON")
        engine = create_engine("sqlite://", creator=lambda: self.raw, poolclass=StaticPool)
        event.listen(engine, "begin", product._begin)
        self.engine = engine
        self.user = self.raw.execute("SELECT id FROM users").fetchone()[0]
        self.replica = Replica(engine, self.user, self.killed)
        self.replica.attach("memory", "a@example.com", self.uuid())
        self.undo: list[tuple[str, str, str | None]] = []

    def uuid(self) -> str:
        return str(UUID(int=self.world.random.getrandbits(128), version=4))

    def killed(self, step: str) -> None:
        if self.world.faults and self.world.random.random() < 0.08:
            raise BrokenError(step)

    def sync(self) -> None:
        with contextlib.suppress(BrokenError):
            synchronise(self.replica, self)

    def push(self, batch) -> PushReply:
        message = Push(
            device=batch.device,
            attempt=batch.attempt,
            nonce=batch.nonce,
            epoch=batch.epoch,
            changes=batch.changes,
        )
        data = message.model_dump_json().encode()
        world = self.world
        if world.faults and world.random.random() < 0.3:
            # Once more, some time; or not now, but some time; or never.
            world.late.append(data)
        if world.faults and world.random.random() < 0.15:
            raise BrokenError("request")
        try:
            answer = world.server.push(data, world.now)
        except Overtaken as error:
            raise StaleAttemptError(error.last) from error
        except OtherEpochError as error:
            raise NewEpochError from error
        # The user types while the request is on its way.
        while world.faults and world.random.random() < 0.3:
            self.edit()
        if world.faults and world.random.random() < 0.15:
            raise BrokenError("reply")
        return PushReply.model_validate_json(answer)

    def pull(self, epoch, seq) -> Page:
        try:
            page = self.world.server.pull(epoch, seq, self.world.random.choice((2, 7, 500)))
        except OtherEpochError as error:
            raise NewEpochError from error
        while self.world.faults and self.world.random.random() < 0.2:
            self.edit()
        self.killed("pull")
        return Page.model_validate_json(page.model_dump_json())

    def edit(self) -> None:
        choice = self.world.random.random()
        self.raw.execute("BEGIN IMMEDIATE")
        small = self.world.small
        if choice < 0.15:
            if not (small and self.count("sessions")):
                self.write("sessions", self.uuid(), None)
        elif choice < 0.4:
            session = self.some("sessions")
            if session and not (small and self.count("transcripts") > 1):
                self.write("transcripts", self.uuid(), session)
        elif choice < 0.85:
            table = self.world.random.choice(("sessions", "transcripts"))
            row_id = self.some(table)
            if row_id:
                self.write(table, row_id, None)
        elif choice < 0.92:
            self.remove("transcripts")
        elif choice < 0.97:
            self.take_back()
        elif choice < 0.98:
            self.remove("sessions")
        self.raw.execute("COMMIT")

    def count(self, table: str) -> int:
        return self.raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def some(self, table: str) -> str | None:
        found = self.raw.execute(f"SELECT id FROM {table} ORDER BY id").fetchall()
        return self.world.random.choice(found)[0] if found else None

    def write(self, table: str, row_id: str, session: str | None, before: str | None = None):
        self.world.words += 1
        word, column = f"w{self.world.words}", WORD[table]
        at = (self.world.now + self.skew).isoformat().replace("+00:00", "Z")
        there = self.raw.execute(f"SELECT {column} FROM {table} WHERE id = ?", [row_id]).fetchone()
        if there:
            before = there[0]
            self.raw.execute(
                f"UPDATE {table} SET {column} = ?, updated_at = ? WHERE id = ?", [word, at, row_id]
            )
        elif table == "sessions":
            self.raw.execute(
                "INSERT INTO sessions (id, user_id, title, updated_at) VALUES (?, ?, ?, ?)",
                [row_id, self.user, word, at],
            )
        else:
            self.world.session_of[row_id] = session
            self.raw.execute(
                "INSERT INTO transcripts (id, session_id, content, start_time_seconds, is_final,"
                " updated_at) VALUES (?, ?, ?, 1250, 1, ?)",
                [row_id, session, word, at],
            )
        self.world.replaced.setdefault((table, row_id), {})[word] = before

    def remove(self, table: str) -> None:
        row_id = self.some(table)
        if row_id is None:
            return
        self.world.deleted.add(row_id)
        if table == "transcripts":
            found = self.raw.execute(
                "SELECT session_id, content FROM transcripts WHERE id = ?", [row_id]
            ).fetchone()
            self.undo.append((row_id, *found))
        self.forget(table, row_id)
        self.raw.execute(f"DELETE FROM {table} WHERE id = ?", [row_id])

    def forget(self, table: str, row_id: str) -> None:
        """A deletion replaces the word that was seen."""
        self.world.words += 1
        column = WORD[table]
        there = self.raw.execute(f"SELECT {column} FROM {table} WHERE id = ?", [row_id]).fetchone()
        self.world.replaced[table, row_id][f"deletion {self.world.words}"] = there[0]

    def take_back(self) -> None:
        """Undo the deletion of a line, as the transcript editor does: under its old id."""
        if not self.undo:
            return
        row_id, session, word = self.undo.pop()
        there = "SELECT 1 FROM sessions WHERE id = ?"
        again = "SELECT 1 FROM transcripts WHERE id = ?"
        if (
            self.raw.execute(there, [session]).fetchone()
            and not self.raw.execute(again, [row_id]).fetchone()
        ):
            self.write("transcripts", row_id, session, word)

    def rows(self, name: str) -> dict:
        table = table_of(name)
        with self.engine.connect() as connection:
            found = connection.execute(select(*(table.c[c] for c in columns_of(name)))).mappings()
            return {row["id"]: to_wire(dict(row)) for row in found}
