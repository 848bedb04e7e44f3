"""Protects the whole way: a call on one computer, over HTTP to the server, to another computer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import create_engine, select, text

from liveconvo_desktop.call.playbooks import seed_playbooks
from liveconvo_desktop.events import Session, new_id
from liveconvo_desktop.review.account import Account, AccountError
from liveconvo_desktop.review.tokens import Tokens
from liveconvo_desktop.store import Store
from sync.client import Server
from sync.protocol import PUSHED
from sync.rows import columns_of, table_of, to_wire
from sync.schema import sessions, transcripts
from sync.server.config import Config
from tests.store.make import make_chip, make_segment
from tests.sync.serving import PASSWORD, serving

pytestmark = pytest.mark.postgres
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def config(postgres):
    return Config(postgres("whole_way"))


@pytest.fixture(scope="module")
def address(config):
    with serving(config) as address:
        yield address


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    import keyring
    from keyring.backends import fail

    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())


class Computer:
    def __init__(self, home, connect=Server):
        home.mkdir()
        self.store = Store.open(home / "liveconvo.db")
        seed_playbooks(self.store)
        self.account = Account(self.store, home, connect)

    def call(self, lines=30):
        session = Session(new_id(), "Call with Dana", "sales_call", None, START)
        self.store.save(session)
        for n in range(lines):
            self.store.save(make_segment(session.id, t0=float(n), t1=n + 0.9, text=f"line {n}"))
        self.store.save(make_chip(session.id))
        self.store.finish_session(session.id, START + timedelta(seconds=lines), float(lines))
        return session.id

    def rows(self, name):
        """What of a table is synced: the product's own templates are not."""
        table = table_of(name)
        with self.store.reading() as connection:
            found = connection.execute(select(*(table.c[c] for c in columns_of(name)))).mappings()
            rows = {row["id"]: to_wire(dict(row)) for row in found}
        return {key: row for key, row in rows.items() if not row.get("is_system_template")}

    def close(self):
        self.account.close()
        self.store.close()


@pytest.fixture
def computers(tmp_path):
    made = [Computer(tmp_path / "a"), Computer(tmp_path / "b")]
    yield made
    for one in made:
        one.close()


@pytest.fixture
def email(request):
    return f"{abs(hash(request.node.name))}@example.com"


def join(computer, address, email, create=False):
    computer.account.sign_in(address, email, PASSWORD, create=create)
    computer.account.enable(True)


def same(one, other):
    for name in PUSHED:
        assert one.rows(name) == other.rows(name), name
    return True


def test_a_call_comes_to_the_other_computer_and_edits_come_back(computers, address, email):
    a, b = computers
    session_id = a.call()
    join(a, address, email, create=True)
    assert a.account.sync().sent == 32
    join(b, address, email)
    b.account.sync()
    assert same(a, b)
    assert [one.text for one in b.store.transcript(session_id)] == [f"line {n}" for n in range(30)]

    with b.store.writing() as connection:
        connection.execute(sessions.update().values(title="Renamed", updated_at=datetime.now(UTC)))
        gone = transcripts.c.content == "line 3"
        connection.execute(transcripts.delete().where(gone))
    b.account.sync()
    a.account.sync()
    assert a.store.session(session_id).session.title == "Renamed"
    assert len(a.store.transcript(session_id)) == 29
    assert same(a, b)
    assert a.account.status().waiting == b.account.status().waiting == 0


def test_nothing_leaves_before_sync_is_on(computers, address, email, config):
    a = computers[0]
    a.call()
    with pytest.raises(AccountError, match="Nobody is signed in"):
        a.account.sync()
    a.account.sign_in(address, email, PASSWORD, create=True)
    with pytest.raises(AccountError, match="off"):
        a.account.sync()
    engine = create_engine(config.database_url)
    with engine.connect() as connection:
        mine = text("SELECT count(*) FROM sessions JOIN users u ON u.id = user_id WHERE email = :e")
        assert connection.execute(mine, {"e": email}).scalar() == 0
    engine.dispose()
    assert a.account.status().waiting == 32


def test_a_call_that_is_kept_here_stays_here(computers, address, email):
    a, b = computers
    secret, shared = a.call(3), a.call(2)
    assert a.account.keep_here(secret, True) is False
    join(a, address, email, create=True)
    a.account.sync()
    a.store.save(make_segment(secret, t0=9.0, t1=9.5, text="later"))
    a.account.sync()
    join(b, address, email)
    b.account.sync()
    assert set(b.rows("sessions")) == {shared}
    assert {row["session_id"] for row in b.rows("transcripts").values()} == {shared}
    assert a.account.status().waiting == 0
    a.account.keep_here(secret, False)
    a.account.sync()
    b.account.sync()
    assert same(a, b)


def test_another_person_sees_nothing_of_it(computers, address, email):
    a, b = computers
    a.call()
    join(a, address, email, create=True)
    a.account.sync()
    join(b, address, "other" + email, create=True)
    assert b.account.sync().received == 1  # their own row of users
    assert b.rows("sessions") == {}


def test_lost_answers_lose_nothing(tmp_path, address, email):
    """Every second answer is lost on its way; the client tries again by itself."""
    count = 0

    class Lossy(httpx.HTTPTransport):
        def handle_request(self, request):
            nonlocal count
            answer = super().handle_request(request)
            count += 1
            if count % 2 and "/sync/" in str(request.url):
                answer.read()
                answer.close()
                raise httpx.ReadError("lost")
            return answer

    def connect(server, tokens):
        return Server(server, tokens, wait=lambda seconds: None, transport=Lossy())

    a, b = Computer(tmp_path / "a", connect), Computer(tmp_path / "b", connect)
    a.call(600)
    join(a, address, email, create=True)
    a.account.sync()
    join(b, address, email)
    b.account.sync()
    assert same(a, b)
    assert len(b.rows("transcripts")) == 600
    a.close()
    b.close()


def test_a_restored_server_gets_back_what_it_lost(computers, address, email, config):
    a, b = computers
    session_id = a.call(4)
    join(a, address, email, create=True)
    a.account.sync()
    join(b, address, email)
    b.account.sync()
    engine = create_engine(config.database_url)
    with engine.begin() as connection:
        # As a restore of an older backup, and what `docs/sync.md` says to do after it.
        connection.execute(text("DELETE FROM transcripts WHERE content = 'line 3'"))
        connection.execute(text("DELETE FROM liveconvo_ops.sync_changes WHERE deleted"))
        connection.execute(text("UPDATE liveconvo_ops.sync_epoch SET epoch = gen_random_uuid()"))
    engine.dispose()
    b.account.sync()
    a.account.sync()
    assert len(a.store.transcript(session_id)) == 4
    assert same(a, b)


def test_retention_here_deletes_nothing_elsewhere(computers, address, email):
    from liveconvo_desktop.store.purge import purge
    from liveconvo_desktop.store.retention import Item

    a, b = computers
    session_id = a.call(4)
    join(a, address, email, create=True)
    a.account.sync()
    join(b, address, email)
    b.account.sync()
    item = Item("transcript", session_id, "a call", START, "its time is over")
    assert purge(a.store, item, datetime.now(UTC))
    a.account.sync()
    b.account.sync()
    assert a.rows("transcripts") == {}
    assert len(b.rows("transcripts")) == 4


def test_a_deleted_call_goes_everywhere(computers, address, email):
    a, b = computers
    a.call(4)
    join(a, address, email, create=True)
    a.account.sync()
    join(b, address, email)
    b.account.sync()
    with a.store.writing() as connection:
        connection.execute(sessions.delete())
    a.account.sync()
    b.account.sync()
    assert b.rows("sessions") == b.rows("transcripts") == b.rows("guidance") == {}


def test_a_copy_that_was_put_back_is_another_device(computers, address, email, tmp_path):
    a, b = computers
    session_id = a.call(2)
    join(a, address, email, create=True)
    a.account.sync()
    with closing(sqlite3.connect(a.store.path)) as raw:
        raw.execute("VACUUM INTO ?", [str(tmp_path / "a" / "backup.db")])
    for n in range(3):
        a.store.save(make_segment(session_id, t0=20.0 + n, t1=20.5 + n, text=f"new {n}"))
        a.account.sync()
    device = a.account.status().state.device_id
    a.close()
    (tmp_path / "a" / "liveconvo.db").unlink()
    (tmp_path / "a" / "backup.db").rename(tmp_path / "a" / "liveconvo.db")
    a.store = Store.open(tmp_path / "a" / "liveconvo.db")
    a.account = Account(a.store, tmp_path / "a")
    a.store.save(make_segment(session_id, t0=50.0, t1=50.5, text="after"))
    a.account.sync()
    assert a.account.status().state.device_id != device
    join(b, address, email)
    b.account.sync()
    assert same(a, b)
    assert len(a.rows("transcripts")) == 6


def test_signing_out_ends_it_and_the_rows_stay(computers, address, email):
    a = computers[0]
    session_id = a.call(2)
    join(a, address, email, create=True)
    a.account.sync()
    state = a.account.status().state
    a.account.sign_out()
    assert a.account.status().state is None
    assert Tokens(a.store.path.parent, f"{state.email} {state.server}").load() is None
    assert a.store.session(session_id) is not None


def test_what_the_server_does_not_take_is_named_and_hinders_nothing(computers, address, email):
    a = computers[0]
    a.call(2)
    join(a, address, email, create=True)
    with a.store.writing() as connection:
        # SQLite stores it, PostgreSQL has no such character.
        line = transcripts.c.content == "line 1"
        connection.execute(transcripts.update().where(line).values(content="line\x00 1"))
    a.account.sync()
    parked = a.account.status().parked
    assert [(one.table, one.code) for one in parked] == [("transcripts", "invalid_value")]
    with a.store.writing() as connection:
        connection.execute(transcripts.update().values(content="mended"))
    a.account.sync()
    assert a.account.status().parked == []
