"""Protects what "Test connection" says: what works, and what is wrong in words."""

from __future__ import annotations

import socket
import threading

import pytest

from liveconvo_desktop.settings import SummarySettings, keys
from liveconvo_desktop.summary.base import CancelledError, SummaryError, silent
from liveconvo_desktop.summary.probe import probe
from tests.summary.server import fails, hangs, says, serving


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    monkeypatch.setattr(keys.keyring, "get_password", lambda service, name: None)


def never():
    return False


def tried(url, model="tiny-1", **changes):
    return probe(SummarySettings(base_url=url, model=model, **changes), silent, never)


def refused(url, model="tiny-1", **changes):
    with pytest.raises(SummaryError) as caught:
        tried(url, model, **changes)
    return f"{caught.value.message} {caught.value.hint}"


def test_a_model_that_answers_is_ready_and_nothing_of_a_call_was_sent():
    with serving(says('{"ready": true}')) as server:
        server.models = ["tiny-1", "large-2"]
        told = []
        found = probe(
            SummarySettings(base_url=server.url, model="tiny-1"),
            lambda done, doing: told.append(doing),
            never,
        )
    assert found.ready
    assert found.models == ("large-2", "tiny-1")
    assert len(server.requests) == 1
    assert [m["role"] for m in server.requests[0]["messages"]] == ["user"]
    assert told == ["Asking 127.0.0.1 for its models", "Waiting for a word of tiny-1"]


def test_without_a_name_the_models_are_offered():
    with serving() as server:
        server.models = [f"m-{n}" for n in range(7)]
        found = tried(server.url, "")
    assert not found.ready
    assert "m-0, m-1, m-2, m-3, m-4 and 2 more" in found.hint


def test_an_endpoint_without_a_list_is_asked_all_the_same():
    with serving(says("yes")) as server:
        assert tried(server.url).ready


def test_what_is_wrong_is_said_in_words():
    with serving(says("yes")) as server:
        server.models = ["large-2"]
        assert "does not offer the model tiny-1. It offers: large-2" in refused(server.url)
        assert server.requests == []
        server.listing = fails(401)
        assert "does not accept a request without a key" in refused(server.url)
        server.listing = fails(302, location="https://elsewhere.example/v1")
        assert "points to https://elsewhere.example/v1" in refused(server.url)
    with serving(fails(404)) as server:
        assert "nothing is at this address" in refused(server.url)
        assert len(server.requests) == 1
    with serving(fails(503)) as server:
        assert "answered with an error (503)" in refused(server.url)
        assert len(server.requests) == 1, "a test does not try again"


def test_a_wrong_key_is_named(monkeypatch):
    monkeypatch.setenv(keys.VARIABLE, "wrong")
    with serving() as server:
        server.listing = fails(401)
        assert "does not accept the key. Set the key in Settings" in refused(server.url)


def test_a_computer_that_is_not_there_and_a_server_that_does_not_run():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "nothing answers at this address" in refused(f"http://127.0.0.1:{port}/v1")


def test_an_unknown_name_is_told_from_a_network_that_fails(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "No computer named nowhere.example is found" in refused("https://nowhere.example/v1")


def test_silence_ends_with_the_wait_that_was_set():
    with serving() as server:
        server.listing = lambda handler: handler.server.released.wait(30)
        assert "did not answer within 0.2 s" in refused(server.url, timeout_seconds=0.2)


def test_cancel_ends_both_waits():
    stopped = threading.Event()
    settings = SummarySettings(model="tiny-1")
    with serving(lambda handler: (stopped.set(), handler.server.released.wait(30))) as server:
        settings.base_url = server.url
        with pytest.raises(CancelledError):
            probe(settings, silent, stopped.is_set)
    stopped.clear()
    with serving(hangs) as server:
        settings.base_url = server.url
        server.listing = lambda handler: (stopped.set(), handler.server.released.wait(30))
        with pytest.raises(CancelledError):
            probe(settings, silent, stopped.is_set)
