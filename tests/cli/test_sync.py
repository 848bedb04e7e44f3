"""``liveconvo sync``: what it prints and how it ends, without a server."""

from __future__ import annotations

import json

import keyring
import pytest
from keyring.backends import null
from typer.testing import CliRunner

from liveconvo_desktop import paths
from liveconvo_desktop.cli import app
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Session, new_id
from liveconvo_desktop.review.erase import erase, places_of
from liveconvo_desktop.review.tokens import Tokens
from liveconvo_desktop.store import Store
from tests.cli.test_privacy import START


@pytest.fixture(autouse=True)
def no_keys():
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    yield
    keyring.set_keyring(before)


def invoke(*args, **more):
    return CliRunner().invoke(app, [str(a) for a in args], catch_exceptions=False, **more)


def test_nobody_is_signed_in_at_first():
    found = invoke("sync", "status", "--json")
    assert found.exit_code == 0
    assert json.loads(found.output) == {
        "signed_in": False,
        "on": False,
        "server": None,
        "email": None,
        "waiting": 0,
        "parked": [],
        "last_sync_at": None,
        "last_error": None,
    }
    for command in ("now", "on", "off", "logout"):
        with pytest.raises(LiveConvoError, match="Nobody is signed in"):
            invoke("sync", command)


def test_a_password_is_not_sent_unencrypted():
    args = ("--server", "http://example.com", "--email", "a@b.de")
    with pytest.raises(LiveConvoError, match="no https"):
        invoke("sync", "login", *args, input="a password\n")
    assert json.loads(invoke("sync", "status", "--json").output)["signed_in"] is False


def test_a_call_is_kept_here_and_given_back():
    store = Store.open(paths.default_database())
    made = Session(new_id(), "Call with Dana", "sales_call", None, START)
    store.save(made)
    store.close()
    found = json.loads(invoke("sync", "keep-here", made.id[:8], "--json").output)
    assert found == {"session_id": made.id, "kept_here": True, "was_sent": False}
    assert "may be synced again" in invoke("sync", "keep-here", made.id, "--off").output


def test_system_templates_are_printed_for_the_server():
    found = json.loads(invoke("sync", "system-templates").output)
    assert len(found) >= 4
    assert all({"id", "name", "guidance_prompts"} <= set(one) for one in found)


def test_tokens_without_a_keyring_lie_in_a_private_file_and_are_erased(tmp_path):
    tokens = Tokens(paths.data_dir(), "a@b.de https://server")
    assert tokens.load() is None
    with tokens.alone():
        tokens.save("secret")
    file = paths.data_dir() / "sync-sign-in.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert Tokens(paths.data_dir(), "a@b.de https://server").load() == "secret"
    assert Tokens(paths.data_dir(), "other").load() is None
    erase(places_of(paths.default_database(), paths.data_dir()))
    assert not file.exists()


def test_a_keyring_is_used_where_there_is_one(monkeypatch):
    kept = {}
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr(
        keyring, "set_password", lambda service, name, value: kept.update({(service, name): value})
    )
    tokens = Tokens(paths.data_dir(), "a")
    tokens.save("secret")
    assert tokens.load() == "secret"
    assert not (paths.data_dir() / "sync-sign-in.json").exists()
    tokens.clear()
    assert tokens.load() is None
