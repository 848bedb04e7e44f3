"""Protects one user's rows from another: every table, verb and foreign id, over one connection
that serves both, as a pooler's does."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from sync.migrations import upgrade
from sync.schema import metadata
from sync.server.config import Config
from sync.server.database import Database

pytestmark = pytest.mark.postgres

TABLES = tuple(metadata.tables)

# What a row needs beside its ids.
FILL = {
    "users": {"email": "{id}@example.com"},
    "templates": {"name": "mine"},
    "sessions": {"title": "secret"},
    "documents": {"original_filename": "a.pdf", "file_type": "pdf", "file_size_bytes": 1},
    "transcripts": {"content": "secret", "start_time_seconds": 1},
    "guidance": {"content": "secret", "guidance_type": "ask"},
    "summaries": {"title": "secret"},
    "subscriptions": {"plan_name": "free", "plan_type": "monthly", "status": "active"},
    "usage_records": {
        "usage_type": "ai_guidance",
        "quantity": 1,
        "unit": "calls",
        "billing_period_start": "2026-03-01",
        "billing_period_end": "2026-04-01",
    },
    "user_app_sessions": {},
    "system_logs": {"level": "INFO", "message": "secret"},
}
OPS = ("sync_heads", "sync_changes", "sync_losers", "devices", "refresh_tokens", "audit_log")


class Person:
    """Somebody with one row in every table, each pointing to their own."""

    def __init__(self):
        self.ids = {name: str(uuid4()) for name in TABLES}

    def row(self, table: str, **other) -> dict:
        row = {"id": self.ids[table]} | {
            name: value.format(**self.ids, id=self.ids[table]) if isinstance(value, str) else value
            for name, value in FILL[table].items()
        }
        for column in metadata.tables[table].c:
            for key in column.foreign_keys:
                row[column.name] = self.ids[key.column.table.name]
        return row | other


def insert(connection, table: str, row: dict) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


@pytest.fixture(scope="module")
def url(postgres):
    made = postgres("rows")
    upgrade(made)
    return made


@pytest.fixture(scope="module")
def people(url):
    """Mine and theirs; made by a superuser, whom nothing binds."""
    mine, theirs = Person(), Person()
    engine = create_engine(url)
    with engine.begin() as connection:
        for person in (mine, theirs):
            for table in metadata.sorted_tables:
                insert(connection, table.name, person.row(table.name))
            connection.execute(
                text("INSERT INTO liveconvo_ops.devices (user_id, id) VALUES (:u, :u)"),
                {"u": person.ids["users"]},
            )
    engine.dispose()
    return mine, theirs


@pytest.fixture
def database(url):
    made = Database(Config(url, pool_size=1))
    made._engine.pool._max_overflow = 0
    yield made
    made.close()


def leaks(connection, mine: Person, theirs: Person) -> list[str]:
    """Everything that one user can do to another's rows; each try is undone."""
    found = []

    def attempt(name: str, statement: str, values: dict) -> None:
        nested = connection.begin_nested()
        try:
            if connection.execute(text(statement), values).rowcount:
                found.append(name)
        except DBAPIError:
            pass
        finally:
            nested.rollback()

    for table in TABLES:
        theirs_id = {"id": theirs.ids[table]}
        attempt(f"read {table}", f"SELECT id FROM {table} WHERE id = :id", theirs_id)
        attempt(
            f"read all of {table}",
            f"SELECT id FROM {table} WHERE id <> :id",
            {"id": mine.ids[table]},
        )
        attempt(f"delete {table}", f"DELETE FROM {table} WHERE id = :id", theirs_id)
        for column in metadata.tables[table].c:
            value = mine.row(table).get(column.name)
            attempt(
                f"update {table}.{column.name}",
                f"UPDATE {table} SET {column.name} = :value WHERE id = :id",
                theirs_id | {"value": value},
            )
        _foreign_ids(attempt, table, mine, theirs)
    for table in OPS:
        attempt(
            f"read {table}",
            f"SELECT 1 FROM liveconvo_ops.{table} WHERE user_id = :id",
            {"id": theirs.ids["users"]},
        )
    return found


def _foreign_ids(attempt, table: str, mine: Person, theirs: Person) -> None:
    """New rows and old ones of mine that point to theirs, and an upsert of theirs."""
    for column in metadata.tables[table].c:
        for key in column.foreign_keys:
            theirs_id = theirs.ids[key.column.table.name]
            row = mine.row(table, id=str(uuid4()), **{column.name: theirs_id})
            names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
            attempt(
                f"insert {table} with their {column.name}",
                f"INSERT INTO {table} ({names}) VALUES ({values})",
                row,
            )
            attempt(
                f"point {table}.{column.name} to theirs",
                f"UPDATE {table} SET {column.name} = :theirs WHERE id = :id",
                {"theirs": theirs_id, "id": mine.ids[table]},
            )
    row = mine.row(table, id=theirs.ids[table])
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    sets = ", ".join(f"{name} = excluded.{name}" for name in row)
    attempt(
        f"upsert their {table}",
        f"INSERT INTO {table} ({names}) VALUES ({values}) ON CONFLICT (id) DO UPDATE SET {sets}",
        row,
    )


def test_nobody_reaches_the_rows_of_another(database, people):
    mine, theirs = people
    for one, other in ((mine, theirs), (theirs, mine)):
        with database.of_user(one.ids["users"]) as connection:
            assert leaks(connection, one, other) == []


def test_a_transaction_for_nobody_sees_nothing(database, people):
    """Also right after a transaction of somebody, on the same connection."""
    with database.of_user(people[0].ids["users"]) as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 1
    with database.view_of_user("") as connection:
        for table in TABLES:
            assert connection.execute(text(f"SELECT count(id) FROM {table}")).scalar() == 0
    with database._engine.begin() as connection:
        left = connection.execute(text("SELECT current_setting('app.user_id', true)")).scalar()
        assert left in ("", None)
        assert connection.execute(text("SELECT current_user")).scalar() != "liveconvo_api"


def test_one_can_still_use_ones_own_rows(database, people):
    """Else no leak would be no wonder."""
    mine = people[0]
    with database.of_user(mine.ids["users"]) as connection:
        for table in TABLES:
            found = text(f"SELECT id FROM {table} WHERE id = :id")
            assert connection.execute(found, {"id": mine.ids[table]}).rowcount == 1, table
        for table in ("templates", "sessions", "documents", "transcripts", "guidance", "summaries"):
            insert(connection, table, mine.row(table, id=str(uuid4())))
            touched = text(f"UPDATE {table} SET updated_at = now() WHERE id = :id")
            assert connection.execute(touched, {"id": mine.ids[table]}).rowcount == 1, table


@pytest.mark.parametrize(
    "hole",
    [
        *(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY" for table in TABLES),
        "DROP POLICY own ON transcripts; CREATE POLICY own ON transcripts USING (true)",
        "DROP POLICY own ON guidance; CREATE POLICY own ON guidance USING (EXISTS"
        " (SELECT FROM sessions s WHERE s.id = session_id AND s.user_id = liveconvo_ops.me()))",
        "DROP POLICY own ON documents; CREATE POLICY own ON documents"
        " USING (user_id = liveconvo_ops.me())",
        "ALTER TABLE liveconvo_ops.sync_changes DISABLE ROW LEVEL SECURITY",
    ],
)
def test_a_planted_hole_is_found(url, people, hole):
    engine = create_engine(url)
    with engine.connect() as connection:
        for statement in hole.split("; "):
            connection.exec_driver_sql(statement)
        connection.execute(text("SET LOCAL ROLE liveconvo_api"))
        user = {"user": people[0].ids["users"]}
        connection.execute(text("SELECT set_config('app.user_id', :user, true)"), user)
        assert leaks(connection, *people) != []
        connection.rollback()
    engine.dispose()


def test_a_password_hash_is_not_for_the_role_of_users(database, people):
    with database.view_of_user(people[0].ids["users"]) as connection, pytest.raises(DBAPIError):
        connection.execute(text("SELECT password_hash FROM users"))
