"""Protects ``liveconvo settings``: what is set holds, a refusal is said, keys stay unseen."""

from __future__ import annotations

import json

import keyring
import pytest
from typer.testing import CliRunner

from liveconvo_desktop import settings
from liveconvo_desktop.cli import app
from liveconvo_desktop.settings import keys
from tests.settings.ring import Ring
from tests.summary.server import fails, says, serving

ADDRESS = "https://models.example/v1"


@pytest.fixture(autouse=True)
def ring(monkeypatch):
    """Never the keyring of the person who runs the tests."""
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    before, mine = keyring.get_keyring(), Ring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def run(*words, code=0, **more):
    done = CliRunner().invoke(app, ["settings", *words], **more)
    assert done.exit_code == code, done.output
    return done


def test_set_get_unset_and_list():
    run("set", "privacy.log_days", "7")
    assert run("get", "privacy.log_days").stdout == "7\n"
    rows = [json.loads(line) for line in run("list", "privacy", "--json").stdout.splitlines()]
    assert {row["name"]: row["value"] for row in rows}["privacy.log_days"] == 7
    assert "log_days = 7 days  (default 30 days)" in run("list").stdout
    run("unset", "privacy.log_days")
    assert settings.load()[0] == settings.Settings()


def test_what_is_not_allowed_is_refused_and_nothing_is_changed():
    assert "24 to 48 hours" in run("set", "privacy.audio_hours", "3", code=2).stderr
    assert "privacy.log_days" in run("get", "privacy.logdays", code=2).stderr
    assert "summary, privacy" in run("list", "nothing", code=2).stderr
    assert settings.load()[0] == settings.Settings()


def test_the_model_writer_says_where_the_words_go():
    assert "No language model is named" in run("set", "summary.writer", "model").stdout
    run("set", "summary.base_url", ADDRESS)
    assert "leaves this computer: it is sent to models.example" in (
        run("set", "summary.model", "large").stdout
    )
    run("set", "summary.base_url", "http://localhost:11434/v1")
    assert "a server on this computer" in run("set", "summary.model", "small").stdout


def test_a_key_comes_from_standard_input_and_is_never_printed(ring):
    run("key", "set", code=2, input="k\n")
    run("set", "summary.base_url", ADDRESS)
    run("key", "set", code=2, input="\n")
    done = run("key", "set", input="s3cret\n")
    assert ring.kept == {("liveconvo", ADDRESS): "s3cret"}
    listed = run("list", "--json")
    assert "s3cret" not in done.output + listed.output
    assert json.loads(run("key", "remove", "--json").stdout)["event"] == "key_removed"
    assert ring.kept == {}
    assert "There was no key" in run("key", "remove").stdout


def test_a_key_is_kept_only_for_what_can_be_an_address(ring):
    """Under another spelling it would never be found again."""
    for wrong in ("models.example/v1", "https://me:secret@models.example", "https://"):
        said = run("key", "set", "--address", wrong, code=2, input="s3cret\n").stderr
        assert "--address" in said
    assert ring.kept == {}
    run("key", "set", "--address", f" {ADDRESS} ", input="s3cret\n")
    assert ring.kept == {("liveconvo", ADDRESS): "s3cret"}
    # What an older version kept under any name can still be removed.
    ring.kept[("liveconvo", "models.example")] = "old"
    run("key", "remove", "--address", "models.example")
    assert ring.kept == {("liveconvo", ADDRESS): "s3cret"}


def test_the_help_names_the_key_that_goes_to_every_address():
    assert keys.VARIABLE in run("key", "--help").stdout


def test_the_connection_is_tested():
    with serving(says("yes")) as server:
        run("set", "summary.base_url", server.url)
        run("set", "summary.model", "tiny")
        assert "tiny is ready to write" in run("test").stdout
        server.listing = fails(401)
        done = run("test", code=1)
    assert "does not accept" in done.exception.message


def test_every_command_tells_of_a_damaged_file_and_the_doctor_names_it(home, monkeypatch):
    home.mkdir()
    (home / "settings.json").write_text('{"privacy": {"log_days": 0}}')
    done = CliRunner().invoke(app, ["sessions", "--json"])
    assert done.exit_code == 0
    assert "privacy.log_days: 1 to 36,500 days" in done.stderr
    assert "settings.damaged-1.json" in done.stderr
    assert "damaged" not in done.stdout
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert "damaged" not in done.stderr
    found = [row for row in json.loads(done.stdout)["problems"] if row["where"] == "settings"]
    assert "privacy.log_days" in found[0]["message"]
    run("unset", "privacy.log_days")
    assert CliRunner().invoke(app, ["sessions"]).stderr == ""
