"""``liveconvo documents``: what it prints, and its exit codes."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from liveconvo_desktop import paths
from liveconvo_desktop.cli import app
from liveconvo_desktop.events import new_id
from liveconvo_desktop.store import Store, Template
from tests.knowledge import make
from tests.store.make import make_session


def invoke(*args):
    return CliRunner().invoke(app, ["documents", *map(str, args)], catch_exceptions=False)


def rows(result):
    return [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]


@pytest.fixture
def session():
    store = Store.open(paths.default_database())
    made = make_session()
    store.save(made)
    store.seed_templates([Template(new_id(), "Sales", "", "sales_call", [], "", "", True)])
    store.close()
    return made.id


@pytest.fixture
def offer(tmp_path):
    lines = [["The licence costs forty dollars a seat."], ["Support answers in four hours."]]
    return make.make_pdf(tmp_path / "Offer.pdf", lines)


@pytest.mark.model
def test_add_list_search_and_remove(session, offer):
    added = invoke("add", session[:8], offer, "--json")
    assert added.exit_code == 0
    [row] = rows(added)
    assert (row["filename"], row["status"], row["embedding"]) == (
        "Offer.pdf",
        "completed",
        "completed",
    )
    assert (row["pages"], row["chunks"], row["owner_id"]) == (2, 2, session)
    assert rows(invoke("list", session, "--json")) == [row]
    assert "was there already" in invoke("add", session, offer).output
    found = invoke("search", "what does a seat cost", "--session", session, "--json")
    assert found.exit_code == 0
    assert (rows(found)[0]["document"], rows(found)[0]["page"]) == ("Offer.pdf", 1)
    assert "Offer.pdf, page 2\n    Support answers" in invoke("search", "support").output
    assert "Removed Offer.pdf." in invoke("remove", row["id"][:8]).output
    assert "No documents" in invoke("list", session).output
    gone = invoke("search", "support")
    assert (gone.exit_code, gone.output) == (1, "Nothing found.\n")


def test_what_is_not_read_says_why_and_fails_the_command(session, offer, tmp_path):
    locked = make.make_pdf(tmp_path / "locked.pdf", [["x"]], password="x")
    result = invoke("add", session, locked, tmp_path / "gone.txt")
    assert result.exit_code == 1
    assert "It is protected with a password." in result.output
    assert "There is no file" in result.output
    assert [row["status"] for row in rows(invoke("list", session, "--json"))] == ["failed"]


def test_a_templates_documents_are_named_by_the_template(session, offer):
    assert invoke("add", "Sales", offer, "--template").exit_code == 0
    assert "Offer.pdf" in invoke("list", "Sales", "--template").output
    assert "No documents" in invoke("list", session).output


@pytest.mark.parametrize(
    "command",
    [
        ("list", "nobody"),
        ("list", "nobody", "--template"),
        ("remove", "nobody"),
        ("search", "x", "--session", "nobody"),
    ],
)
def test_wrong_names_are_wrong_usage(session, command):
    assert invoke(*command).exit_code == 2
