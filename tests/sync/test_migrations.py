"""Protects the way from an empty or older database to the present schema, on SQLite."""

from __future__ import annotations

import re
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, inspect

from sync import migrations
from sync.check import check
from sync.ddl import ddl
from sync.local import local_extras, local_metadata
from sync.migrations import ForeignDatabaseError, NewerDatabaseError, upgrade
from sync.schema import metadata
from sync.sqlite import create_private, immediate, open_engine


def schema_of(path: Path) -> set[str]:
    raw = sqlite3.connect(path)
    found = raw.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
    raw.close()
    return {sql for (sql,) in found if "alembic_version" not in sql}


def make_old(path: Path, revision: str) -> None:
    create_private(path)
    engine = open_engine(path)
    with immediate(engine).begin() as connection:
        command.upgrade(migrations.config(connection), revision)
        connection.exec_driver_sql("INSERT INTO users (email) VALUES ('old@example.com')")
    engine.dispose()


def test_the_head_that_the_program_knows_is_the_newest_revision():
    assert migrations.known_head() == migrations.HEAD


def test_a_migrated_database_is_the_one_definition(tmp_path):
    """The frozen SQL of the revisions and ``sync.schema`` may not drift apart."""
    migrated, defined = tmp_path / "migrated.db", tmp_path / "defined.db"
    upgrade(migrated)
    raw = sqlite3.connect(defined)
    raw.executescript(ddl("sqlite"))
    raw.close()
    assert schema_of(migrated) == schema_of(defined)
    assert len(schema_of(migrated)) > 50


def test_every_table_column_index_and_rule_of_the_definition_is_in_sqlite(tmp_path):
    """As SQLite itself reports them, not as our own text says."""
    path = tmp_path / "liveconvo.db"
    upgrade(path)
    engine = open_engine(path, read_only=True)
    found = inspect(engine)
    for name, table in (metadata.tables | local_metadata.tables).items():
        assert [one["name"] for one in found.get_columns(name)] == list(table.c.keys())
        assert {one["name"] for one in found.get_indexes(name)} == {
            index.name for index in table.indexes
        }
        assert {
            (*one["constrained_columns"], one["referred_table"], one["options"].get("ondelete"))
            for one in found.get_foreign_keys(name)
        } == {
            (column.name, key.column.table.name, key.ondelete)
            for column in table.c
            for key in column.foreign_keys
        }
        assert {one["name"] for one in found.get_check_constraints(name)} == {
            one.name for one in table.constraints if isinstance(one, CheckConstraint)
        }
    engine.dispose()


def test_every_view_index_and_trigger_of_the_definition_is_in_sqlite(tmp_path):
    """What SQLAlchemy has no object for: by name and kind, each in one piece."""
    path = tmp_path / "liveconvo.db"
    upgrade(path)
    raw = sqlite3.connect(path)
    found = dict(raw.execute("SELECT name, sql FROM sqlite_master"))
    raw.close()
    assert len(local_extras) > 10
    for name, statement in local_extras.items():
        assert found[name] == statement
        if " TRIGGER " in statement:
            assert statement.endswith("END")


def test_statements_are_split_at_their_ends_and_not_inside_a_trigger():
    script = "CREATE TABLE a (x);\n\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
    script += "  DELETE FROM a;\nEND;\nINSERT INTO a VALUES (';\n');\nDROP TABLE a"
    assert list(migrations._statements(script)) == [
        "CREATE TABLE a (x)",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\nEND",
        "INSERT INTO a VALUES (';\n')",
        "DROP TABLE a",
    ]


def test_the_documents_words_are_the_checks_words(document):
    """The comments of the document name the words; a CHECK must name the same ones."""
    text = (Path(__file__).parent / "document.sql").read_text(encoding="utf-8")
    open_ended = {"file_type", "stt_provider", "model_used"}  # formats and models come and go
    for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", text, re.DOTALL):
        for column, comment in re.findall(r"^    (\w+) [^\n]*?-- ('[^\n]*)", body, re.MULTILINE):
            if column in open_ended:
                continue
            check_of = next(
                one
                for one in metadata.tables[table].constraints
                if one.name == f"{table}_{column}_words"
            )
            assert set(re.findall(r"'(\w+)'", str(check_of.sqltext))) == set(
                re.findall(r"'([\w-]+)'", comment)
            ), f"{table}.{column}"


def test_an_older_database_is_copied_aside_and_upgraded(tmp_path):
    path = tmp_path / "liveconvo.db"
    make_old(path, "0001")
    assert any("0001" in problem for problem in check(path))
    copy = upgrade(path)
    assert copy is not None
    assert copy.parent == path.parent / "liveconvo-backups"
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert check(path) == []
    for kept in (path, copy):
        raw = sqlite3.connect(kept)
        assert raw.execute("SELECT email FROM users").fetchall() == [("old@example.com",)]
        raw.close()
    assert not any("local_gaps" in sql for sql in schema_of(copy))
    assert upgrade(path) is None
    assert sorted(tmp_path.rglob("*.db*")) == sorted([path, copy])


def test_a_failed_upgrade_leaves_the_database_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "liveconvo.db"
    make_old(path, "0001")
    before = schema_of(path)
    raw = sqlite3.connect(path)
    # In the way of the last statement of the revision, after the others have run.
    raw.execute("CREATE TABLE local_recordings (id)")
    raw.close()
    with pytest.raises(Exception, match="already exists"):
        upgrade(path)
    assert schema_of(path) == before | {"CREATE TABLE local_recordings (id)"}
    assert any("0001" in problem for problem in check(path))


def test_newer_and_foreign_databases_are_refused(tmp_path):
    newer, foreign = tmp_path / "newer.db", tmp_path / "foreign.db"
    upgrade(newer)
    for path, statement in {
        newer: "UPDATE alembic_version SET version_num = '9001'",
        foreign: "CREATE TABLE theirs (id)",
    }.items():
        raw = sqlite3.connect(path)
        raw.execute(statement)
        raw.commit()
        raw.close()
    with pytest.raises(NewerDatabaseError, match="9001"):
        upgrade(newer)
    with pytest.raises(ForeignDatabaseError):
        upgrade(foreign)


def test_lost_references_are_problems(tmp_path):
    path = tmp_path / "liveconvo.db"
    upgrade(path)
    raw = sqlite3.connect(path)
    raw.execute("INSERT INTO sessions (user_id) VALUES ('00000000-0000-4000-8000-000000000000')")
    raw.commit()
    raw.execute("PRAGMA journal_mode = DELETE")
    raw.close()
    assert check(path) == [
        "Row 1 of sessions points to no row of users.",
        "journal_mode is delete instead of wal.",
    ]


def test_a_path_may_hold_any_character(tmp_path):
    folder = tmp_path / "100% mine? #1 ü"
    folder.mkdir()
    upgrade(folder / "a b.db")
    assert check(folder / "a b.db") == []
    assert (folder / "a b.db").is_file()


def test_the_postgresql_script_has_no_local_table():
    assert "local_" not in ddl("postgresql")
    assert ddl("postgresql").count("CREATE TABLE") == 11
    assert "TRIGGER" not in ddl("postgresql")
