"""Protects the HTTP face of the server, and its ledger in PostgreSQL."""

from __future__ import annotations

import gzip
import json
import logging
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from sync.migrations import upgrade
from sync.protocol import HEADER
from sync.server.app import create_app
from sync.server.config import Config, ConfigError, from_environment
from sync.server.logs import JsonFormatter, request_id
from tests.sync.serving import CHEAP, PASSWORD

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def url(postgres):
    made = postgres("server")
    upgrade(made)
    return made


@pytest.fixture(scope="module")
def client(url):
    config = Config(url, login_per_address=10_000, signup_per_address=10_000)
    with TestClient(create_app(config, CHEAP), raise_server_exceptions=False) as client:
        yield client


class Person:
    def __init__(self, client):
        self.client = client
        self.email = f"{uuid4()}@example.com"
        content = {"email": self.email, "password": PASSWORD}
        assert client.post("/v1/auth/signup", json=content).status_code == 202
        token = client.post("/v1/auth/login", json=content).json()["access_token"]
        self.headers = {HEADER: "1", "Authorization": f"Bearer {token}"}
        self.device, self.attempt, self.version = str(uuid4()), 0, 0
        self.epoch = self.pull()["epoch"]

    def pull(self, **params):
        answer = self.client.get("/v1/sync/pull", headers=self.headers, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def message(self, *changes):
        self.attempt += 1
        return {
            "device": self.device,
            "attempt": self.attempt,
            "nonce": str(uuid4()),
            "epoch": self.epoch,
            "changes": list(changes),
        }

    def push(self, *changes):
        content = self.message(*changes)
        answer = self.client.post("/v1/sync/push", headers=self.headers, json=content)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def change(self, table, row_id=None, deleted=False, **row):
        self.version += 1
        change = {"table": table, "id": row_id or str(uuid4()), "version": self.version}
        return change | ({"deleted": True} if deleted else {"row": row})


@pytest.fixture
def dana(client):
    return Person(client)


def line(person, session_id, **more):
    row = {"session_id": session_id, "content": "x", "start_time_seconds": "1.5"} | more
    return person.change("transcripts", **row)


def statuses(results):
    return [(one["status"], one["code"]) for one in results]


def test_it_is_alive_and_ready(client):
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json() == {"status": "ready", "problems": []}
    assert client.get("/openapi.json").status_code == 200


def test_it_is_not_ready_where_rows_are_not_bound_or_the_schema_is_another(url, client):
    engine = create_engine(url)
    for breaks, mends in (
        (
            "ALTER TABLE transcripts DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE transcripts ENABLE ROW LEVEL SECURITY",
        ),
        (
            "UPDATE alembic_version SET version_num = '0001'",
            "UPDATE alembic_version SET version_num = '0008'",
        ),
    ):
        with engine.begin() as connection:
            connection.exec_driver_sql(breaks)
        assert client.get("/readyz").status_code == 503
        with engine.begin() as connection:
            connection.exec_driver_sql(mends)
    engine.dispose()
    assert client.get("/readyz").status_code == 200


def test_one_bad_row_among_many_is_found_and_the_others_are_written(dana):
    session = dana.change("sessions", title="a call")
    lines = [line(dana, session["id"]) for _ in range(40)]
    lines[7]["row"]["speaker"] = "nobody"
    lines[23]["row"]["start_time_seconds"] = "soon"
    lines[31]["row"]["content"] = None
    lines[39]["row"]["stt_provider"] = "x" * 51
    found = statuses(dana.push(session, *lines))
    assert found.count(("applied", None)) == 37
    assert found[8] == found[24] == ("rejected", "invalid_value")
    assert found[32] == ("rejected", "missing_value")
    assert found[40] == ("rejected", "too_long")
    assert len(dana.pull(epoch=dana.epoch)["changes"]) == 1 + 1 + 36


def test_a_foreign_id_is_refused_alone_and_tells_nothing(client, dana):
    other = Person(client)
    theirs = other.change("sessions", title="theirs")
    other.push(theirs)
    mine = dana.change("sessions", title="mine")
    found = dana.push(
        dana.change("sessions", theirs["id"], title="stolen"),
        line(dana, theirs["id"]),
        dana.change("sessions", theirs["id"][:-1] + "0", deleted=True),
        mine,
    )
    assert [one["status"] for one in found] == ["rejected", "missing_parent", "applied", "applied"]
    assert found[0]["row"] is None
    rows = [one["row"]["title"] for one in other.pull()["changes"] if one["table"] == "sessions"]
    assert rows == ["theirs"]


def test_deleting_a_call_leaves_a_mark_for_each_of_its_parts(dana):
    session = dana.change("sessions", title="a call")
    dana.push(session, *(line(dana, session["id"]) for _ in range(3)))
    seq = dana.pull()["seq"]
    dana.push(dana.change("sessions", session["id"], deleted=True))
    changes = dana.pull(epoch=dana.epoch, seq=seq)["changes"]
    assert sorted(one["table"] for one in changes) == ["sessions", *["transcripts"] * 3]
    assert all(one["row"] is None for one in changes)


def test_a_template_that_is_pointed_to_can_be_deleted(dana):
    template = dana.change("templates", name="mine")
    session = dana.change("sessions", title="a call", selected_template_id=template["id"])
    dana.push(template, session)
    assert statuses(dana.push(dana.change("templates", template["id"], deleted=True))) == [
        ("applied", None)
    ]
    newest = {one["id"]: one["row"] for one in dana.pull()["changes"]}
    assert newest[session["id"]]["selected_template_id"] is None
    assert newest[template["id"]] is None


def test_a_page_stands_alone(dana):
    """A line whose call comes on a later page brings it along."""
    session = dana.change("sessions", title="a call")
    dana.push(session, *(line(dana, session["id"]) for _ in range(3)))
    dana.push(dana.change("sessions", session["id"], title="renamed"))
    seq = dana.pull(limit=1)["seq"]
    page = dana.pull(epoch=dana.epoch, seq=seq, limit=2)
    assert [one["table"] for one in page["changes"]] == ["transcripts"] * 2
    assert [one["row"]["title"] for one in page["parents"]] == ["renamed"]
    assert page["more"] is True


def test_pages_meet_without_gap_or_repetition(dana):
    session = dana.change("sessions", title="a call")
    dana.push(session, *(line(dana, session["id"]) for _ in range(20)))
    seq, seen = 0, []
    while True:
        page = dana.pull(epoch=dana.epoch, seq=seq, limit=6)
        seen += [one["id"] for one in page["changes"]]
        seq = page["seq"]
        if not page["more"]:
            break
    assert len(seen) == len(set(seen)) == 22
    assert seq == page["head"]


def test_another_epoch_and_a_cursor_from_the_future_begin_anew(client, dana):
    for params in ({"epoch": str(uuid4())}, {"epoch": dana.epoch, "seq": 10_000}):
        answer = client.get("/v1/sync/pull", headers=dana.headers, params=params)
        assert (answer.status_code, answer.json()["code"]) == (410, "new_epoch")
    dana.epoch = str(uuid4())
    answer = client.post("/v1/sync/push", headers=dana.headers, json=dana.message())
    assert answer.status_code == 410


@pytest.mark.parametrize("told", [None, "0", "x"])
def test_an_old_client_is_told_to_update(client, dana, told):
    headers = {key: value for key, value in dana.headers.items() if key != HEADER}
    headers |= {HEADER: told} if told else {}
    answer = client.get("/v1/sync/pull", headers=headers)
    assert (answer.status_code, answer.json()["minimum"]) == (426, 1)


@pytest.mark.parametrize("token", [None, "Bearer", "Bearer nonsense", "Basic x"])
def test_a_stranger_gets_nothing(client, token):
    headers = {HEADER: "1"} | ({"Authorization": token} if token else {})
    for answer in (
        client.get("/v1/sync/pull", headers=headers),
        client.post("/v1/sync/push", headers=headers, content=b"x" * 100),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "token")


def test_a_body_that_grows_when_inflated_is_stopped(client, dana):
    bomb = gzip.compress(b" " * 200_000_000, compresslevel=9)
    assert len(bomb) < 300_000
    headers = dana.headers | {"Content-Encoding": "gzip"}
    answer = client.post("/v1/sync/push", headers=headers, content=bomb)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    for content, status in ((b"no gzip", 400), (gzip.compress(b"{}")[:-4], 400)):
        answer = client.post("/v1/sync/push", headers=headers, content=content)
        assert answer.status_code == status


def test_a_message_that_cannot_be_read_is_not_quoted(client, dana):
    for content in (b"{", b'{"device": "my secret"}', b"[]", b'{"changes": [{"table": 3}]}'):
        answer = client.post("/v1/sync/push", headers=dana.headers, content=content)
        assert answer.status_code == 422
        assert "secret" not in answer.text
    answer = client.post("/v1/auth/login", json={"email": 3, "password": "my secret"})
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_every_request_has_an_id_and_a_log_line_without_words(client, dana, caplog):
    with caplog.at_level(logging.INFO, "sync.server.http"):
        answer = client.get("/healthz", headers={"X-Request-Id": "mine-1"})
        other = client.get("/healthz", headers={"X-Request-Id": "bad id\twith spaces"})
        dana.push(dana.change("sessions", title="my secret"))
    assert answer.headers["X-Request-Id"] == "mine-1"
    assert len(other.headers["X-Request-Id"]) == 32
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert {"path": "/v1/sync/push", "status": 200}.items() <= lines[-1].items()
    assert "secret" not in str(lines)
    token = request_id.set("r-1")
    assert json.loads(JsonFormatter().format(caplog.records[0]))["request_id"] == "r-1"
    request_id.reset(token)


def test_a_database_that_is_away_is_a_503_and_its_words_are_not_logged(caplog, allow_log):
    allow_log("the database refuses")
    config = Config("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with TestClient(create_app(config, CHEAP), raise_server_exceptions=False) as client:
        content = {"email": "dana@example.com", "password": "my secret"}
        answer = client.post("/v1/auth/login", json=content)
        assert client.get("/healthz").status_code == 200
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    lines = " ".join(JsonFormatter().format(record) for record in caplog.records)
    assert "my secret" not in lines
    assert "dana" not in lines


def test_writers_of_one_user_wait_for_each_other_and_no_number_comes_late(url, dana):
    """A number that becomes visible after a greater one would be skipped by every reader."""
    engine = create_engine(url)
    with engine.connect() as slow, engine.connect() as quick:
        for connection in (slow, quick):
            connection.execute(text("SELECT set_config('role', 'liveconvo_api', true)"))
            user = text("SELECT set_config('app.user_id', (SELECT :id), true)")
            connection.execute(user, {"id": _id_of(url, dana.email)})
            connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
        slow.execute(text("SELECT liveconvo_ops.lock_head()"))
        with pytest.raises(Exception, match="lock timeout"):
            quick.execute(text("SELECT liveconvo_ops.lock_head()"))
    engine.dispose()


def _id_of(url, email):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT id FROM users WHERE email = :e"), {"e": email})
        row_id = str(found.scalar())
    engine.dispose()
    return row_id


def test_the_environment_configures_it():
    found = from_environment(
        {"LIVECONVO_DATABASE_URL": "postgres://u:p@h/d", "LIVECONVO_POOL_SIZE": "3"}
    )
    assert (found.database_url, found.pool_size) == ("postgresql+psycopg://u:p@h/d", 3)
    assert "u:p" not in repr(found)
    for wrong in ({}, {"LIVECONVO_DATABASE_URL": "x", "LIVECONVO_POOL_SIZE": "many"}):
        with pytest.raises(ConfigError):
            from_environment(wrong)
