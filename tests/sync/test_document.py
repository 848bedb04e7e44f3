"""Protects the promise that our PostgreSQL database is the schema document's, with nothing but
the additions listed here."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text

from sync.migrations import HEAD, upgrade

ADDED_TABLES = {"alembic_version"}
ADDED_CHECKS = {
    "documents_embedding_status_words",
    "documents_processing_status_words",
    "guidance_guidance_type_words",
    "guidance_priority_range",
    "guidance_user_feedback_words",
    "sessions_conversation_type_words",
    "sessions_status_words",
    "subscriptions_plan_name_words",
    "subscriptions_plan_type_words",
    "subscriptions_status_words",
    "summaries_generation_status_words",
    "system_logs_level_words",
    "templates_conversation_type_words",
    "transcripts_speaker_words",
    "usage_records_unit_words",
    "usage_records_usage_type_words",
    "user_app_sessions_device_type_words",
}

QUERIES = {
    "columns": """
        SELECT table_name, column_name, ordinal_position, data_type, udt_name,
               character_maximum_length, numeric_precision, numeric_scale, datetime_precision,
               is_nullable, column_default, is_identity, is_generated
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype::text, condeferrable,
               pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "delete_rules": """
        SELECT constraint_name, update_rule, delete_rule
        FROM information_schema.referential_constraints WHERE constraint_schema = 'public'""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
Facts = dict[str, set[tuple[object, ...]]]


def facts(url: str) -> Facts:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            name: {tuple(row) for row in connection.execute(text(query))}
            for name, query in QUERIES.items()
        }
    engine.dispose()
    return found


def differences(document: Facts, ours: Facts) -> tuple[set[str], list[tuple[object, ...]]]:
    """The names of our added CHECKs, and everything else that differs."""
    checks: set[str] = set()
    other: list[tuple[object, ...]] = []
    for name in QUERIES:
        other += [("missing", name, *row) for row in document[name] - ours[name]]
        for row in ours[name] - document[name]:
            if row[0] in ADDED_TABLES:
                continue
            if name == "constraints" and row[2] == "c":
                checks.add(str(row[1]))
            else:
                other.append(("added", name, *row))
    return checks, other


@pytest.fixture(scope="session")
def document_facts(postgres: Callable[[str], str], document: list[str]) -> Facts:
    url = postgres("document")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in document:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return facts(url)


@pytest.fixture(scope="session")
def migrated(postgres: Callable[[str], str]) -> str:
    url = postgres("migrated")
    assert upgrade(url) is None
    return url


@pytest.mark.postgres
def test_postgresql_is_the_document_and_the_listed_additions(document_facts, migrated):
    checks, other = differences(document_facts, facts(migrated))
    assert other == []
    assert checks == ADDED_CHECKS


@pytest.mark.postgres
def test_the_comparison_sees_what_it_compares(document, document_facts):
    """Against empty queries the test above would pass for any schema."""
    script = "\n".join(document)
    for name, pattern in {
        "columns": r"^    [a-z_]+ [A-Z]",
        "delete_rules": r"REFERENCES",
        "indexes": r"CREATE INDEX| PRIMARY KEY| UNIQUE",
    }.items():
        assert len(document_facts[name]) == len(re.findall(pattern, script, re.MULTILINE)) > 10


@pytest.mark.postgres
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE sessions ALTER COLUMN data_retention_days SET DEFAULT 31",
        "ALTER TABLE users ALTER COLUMN full_name TYPE VARCHAR(254)",
        "ALTER TABLE guidance ALTER COLUMN guidance_type DROP NOT NULL",
        "ALTER TABLE users DROP CONSTRAINT users_google_id_key",
        "ALTER TABLE system_logs DROP CONSTRAINT system_logs_user_id_fkey, ADD CONSTRAINT "
        "system_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE",
        "DROP INDEX idx_guidance_type",
        "ALTER TABLE guidance ADD COLUMN cue TEXT",
    ],
)
def test_a_planted_difference_is_found(postgres, document_facts, migrated, change):
    engine = create_engine(migrated)
    with engine.connect() as connection:
        connection.exec_driver_sql(change)
        found = {
            name: {tuple(row) for row in connection.execute(text(query))}
            for name, query in QUERIES.items()
        }
        connection.rollback()
    engine.dispose()
    assert differences(document_facts, found)[1] != []


@pytest.mark.postgres
def test_a_second_upgrade_changes_nothing(migrated):
    before = facts(migrated)
    upgrade(migrated)
    assert facts(migrated) == before
    engine = create_engine(migrated)
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    engine.dispose()
    assert version == HEAD
