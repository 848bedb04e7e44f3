"""Protects the promise of sync: nothing is lost, doubled or different, whatever fails when."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from sync import arrivals, merge, protocol
from sync.local.sync import local_outbox
from sync.migrations import upgrade
from sync.replica import Replica
from tests.sync.memory import MemoryServer
from tests.sync.simulation import World

SEEDS = 80
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    """An empty database with its local user, as bytes."""
    path = tmp_path_factory.mktemp("blank") / "blank.db"
    upgrade(path)
    raw = sqlite3.connect(path)
    raw.execute("INSERT INTO users (email) VALUES ('local@liveconvo.invalid')")
    raw.commit()
    raw.execute("PRAGMA journal_mode = DELETE")
    whole = raw.serialize()
    raw.close()
    return whole


def test_nothing_is_lost(blank):
    bad = {seed: wrong for seed in range(SEEDS) if (wrong := World(seed, blank).run(40))}
    assert bad == {}


def cursor_before_the_data(monkeypatch):
    whole = Replica.apply

    def apply(self, page, since):
        cursor = page.model_copy(update={"changes": [], "parents": []})
        whole(self, cursor, since)
        self._set(seq=since)
        try:
            return whole(self, page, since)
        finally:
            self._set(seq=page.seq)

    monkeypatch.setattr(Replica, "apply", apply)


def acknowledged_by_row_instead_of_version(monkeypatch):
    whole = Replica.acknowledge

    def acknowledge(self, batch, reply):
        whole(self, batch, reply)
        with self._writer.begin() as connection:
            for one in batch.changes:
                mine = (local_outbox.c.tbl == one.table) & (local_outbox.c.row_id == one.id)
                connection.execute(delete(local_outbox).where(mine))

    monkeypatch.setattr(Replica, "acknowledge", acknowledge)


def pulled_over_a_pending_row(monkeypatch):
    monkeypatch.setattr(arrivals, "waiting", lambda connection, ids: {})


def clocks_alone_decide(monkeypatch):
    def decide(current, change, device):
        blind = change.model_copy(update={"base": 0})
        return protocol.decide(current, blind, device)

    monkeypatch.setattr(merge, "decide", decide)


def the_winner_is_not_told(monkeypatch):
    whole = merge._result

    def result(change, status, *, seq=None, row=None, code=None):
        return whole(change, status, seq=seq, row=None, code=code)

    monkeypatch.setattr(merge, "_result", result)


def deletions_are_not_pulled(monkeypatch):
    whole = MemoryServer.pull

    def pull(self, epoch, seq, limit):
        page = whole(self, epoch, seq, limit)
        rows = [one for one in page.changes if one.row is not None]
        return page.model_copy(update={"changes": rows})

    monkeypatch.setattr(MemoryServer, "pull", pull)


def what_was_sent_is_not_remembered(monkeypatch):
    whole = arrivals.know
    monkeypatch.setattr(
        arrivals, "know", lambda connection, rows: whole(connection, [r for r in rows if r[2]])
    )


def losers_are_thrown_away(monkeypatch):
    monkeypatch.setattr(MemoryServer, "keep_loser", lambda self, *args: None)


@pytest.mark.parametrize(
    "bug",
    [
        cursor_before_the_data,
        acknowledged_by_row_instead_of_version,
        pulled_over_a_pending_row,
        clocks_alone_decide,
        the_winner_is_not_told,
        deletions_are_not_pulled,
        what_was_sent_is_not_remembered,
        losers_are_thrown_away,
    ],
    ids=lambda bug: bug.__name__,
)
def test_a_planted_bug_is_caught(blank, monkeypatch, bug):
    """Else the test above would prove nothing."""
    bug(monkeypatch)
    assert any(failed(seed, blank) for seed in range(SEEDS))


def failed(seed, blank):
    try:
        return World(seed, blank).run(40)
    except (AssertionError, KeyError, SQLAlchemyError) as error:
        return [repr(error)]
