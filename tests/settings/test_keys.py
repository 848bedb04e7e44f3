"""Protects keys: in the keyring or nowhere, for one address only, and found again by erasing."""

from __future__ import annotations

import keyring
import pytest
from keyring.backends import fail, null

from liveconvo_desktop import settings
from liveconvo_desktop.settings import keys
from tests.settings.ring import Ring

HERE, THERE = "https://here.example/v1", "https://there.example/v1"


@pytest.fixture(autouse=True)
def ring(monkeypatch):
    """Never the keyring of the person who runs the tests."""
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    before, mine = keyring.get_keyring(), Ring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def test_a_key_is_kept_for_its_address_alone_and_goes(ring, home):
    keys.put(HERE, " s3cret \n")
    assert (keys.get(HERE), keys.get(THERE)) == ("s3cret", "")
    assert (keys.place(HERE), keys.place(THERE)) == ("keyring", "nowhere")
    assert keys.remove(HERE) is True
    assert keys.remove(HERE) is False
    assert ring.kept == {}
    for file in home.rglob("*"):
        assert b"s3cret" not in file.read_bytes()


def test_every_address_with_a_key_is_noted_once():
    for address in (HERE, THERE, HERE):
        keys.put(address, "k")
    assert settings.load()[0].summary.key_addresses == [HERE, THERE]


def test_the_environment_goes_first(monkeypatch):
    keys.put(HERE, "kept")
    monkeypatch.setenv(keys.VARIABLE, "given")
    assert (keys.get(THERE), keys.place(HERE)) == ("given", "environment")


class Plain(Ring):
    __module__ = "keyrings.alt.file"


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        (fail.Keyring(), "it has no keyring"),
        (null.Keyring(), "did not keep it"),
        (Ring(locked=True), "it is locked"),
        (Plain(), "every program can read"),
    ],
)
def test_without_a_keyring_to_trust_nothing_is_kept_and_why_is_said(backend, why, home):
    keyring.set_keyring(backend)
    with pytest.raises(keys.NotKeptError) as caught:
        keys.put(HERE, "s3cret")
    assert why in caught.value.message
    assert keys.VARIABLE in caught.value.hint
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"
    for file in home.rglob("*"):
        assert b"s3cret" not in file.read_bytes()


def test_a_keyring_that_does_not_answer_is_told_from_one_that_is_not_there():
    keyring.set_keyring(Ring(locked=True))
    assert (keys.place(HERE), keys.get(HERE)) == ("locked", "")
    with pytest.raises(keys.NotKeptError, match="does not answer"):
        keys.remove(HERE)
    keyring.set_keyring(fail.Keyring())
    assert keys.place(HERE) == "missing"
    assert keys.remove(HERE) is False
