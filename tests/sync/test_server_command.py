"""``python -m sync.server``: what it does to a database, and how it ends."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from sync.server.__main__ import app
from tests.sync.serving import PASSWORD

pytestmark = pytest.mark.postgres

TEMPLATE = {
    "id": "13cb321e-aff4-5d75-be87-9a7c75b3c878",
    "name": "Sales call",
    "description": "x",
    "conversation_type": "sales_call",
    "guidance_prompts": [{"cue": "a"}],
    "context_instructions": "",
    "summary_template": "",
}


@pytest.fixture(scope="module")
def url(postgres):
    return postgres("command")


@pytest.fixture(autouse=True)
def environment(monkeypatch, url):
    monkeypatch.setenv("LIVECONVO_DATABASE_URL", url)


def invoke(*args, **more):
    return CliRunner().invoke(app, list(args), catch_exceptions=False, **more)


def test_from_an_empty_database_to_a_server_that_can_serve(url):
    assert invoke("migrate").exit_code == 0
    assert invoke("migrate").output == "The database is up to date.\n"
    assert invoke("check").output == "Ready to serve.\n"
    assert invoke("create-user", "dana@example.com", input=PASSWORD + "\n").exit_code == 0
    assert invoke("create-user", "dana@example.com", input="short\n").exit_code == 2
    assert invoke("create-user", "nobody", input=PASSWORD + "\n").exit_code == 2
    for name in ("Sales call", "Renamed"):
        content = json.dumps([TEMPLATE | {"name": name}])
        assert invoke("seed", "-", input=content).output == "1 system templates.\n"
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, user_id, is_system_template FROM templates"))
        assert [tuple(row) for row in rows] == [("Renamed", None, True)]
        logged = connection.execute(text("SELECT count(*) FROM liveconvo_ops.sync_changes"))
        assert logged.scalar() == 1  # the person; the product's templates are nobody's
    engine.dispose()


def test_a_list_that_is_none_changes_nothing():
    with pytest.raises(ValueError):
        invoke("seed", "-", input='[{"id": "x"}]')
