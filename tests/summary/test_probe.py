"""Protects what "Test connection" says: what works, and what is wrong in words."""

from __future__ import annotations

import socket
import threading

import pytest

from liveconvo_desktop.settings import SummarySettings, keys
from liveconvo_desktop.summary.base import CancelledError, SummaryError, silent
from liveconvo_desktop.summary.probe import Probed, probe
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


@pytest.mark.parametrize("status", [400, 403, 404, 405, 429, 500, 501])
def test_an_endpoint_that_does_not_show_its_list_is_asked_all_the_same(status):
    """A key may write without the right to list."""
    with serving(says("yes")) as server:
        server.listing = fails(status)
        assert tried(server.url).ready


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"[1]", b'{"data": [1]}', b"{}"])
def test_a_list_in_another_form_is_no_list(body):
    def page(handler):
        handler.head(200, "text/html" if b"html" in body else "application/json")
        handler.wfile.write(body)

    with serving(says("yes")) as server:
        server.listing = page
        assert tried(server.url) == Probed(
            "127.0.0.1 answers, and tiny-1 is ready to write.", "", (), True
        )


def test_a_name_that_is_not_in_the_list_may_be_known_all_the_same():
    with serving(says("yes")) as server:
        server.models = ["llama3:latest"]
        assert tried(server.url, "llama3").ready


@pytest.fixture
def proxy(monkeypatch):
    """The system's proxy, as its environment names it; it answers everything itself."""
    with serving(says("yes")) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            for spelling in (name, name.upper()):
                monkeypatch.setenv(spelling, f"http://127.0.0.1:{server.server_port}")
        for spelling in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(spelling, raising=False)
        yield server


def test_a_server_on_this_computer_is_asked_without_the_systems_proxy(proxy):
    """It is said to be on this computer: no word may take the way over another one."""
    with serving(says("yes")) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            assert tried(url).ready
        assert len(server.requests) == 2
    assert proxy.requests == []


def test_others_are_asked_through_the_systems_proxy(proxy):
    assert tried("http://models.example/v1").ready
    assert len(proxy.requests) == 1


def test_what_is_wrong_is_said_in_words():
    with serving(fails(404), says("yes")) as server:
        server.models = ["large-2"]
        assert "does not know the model tiny-1. It offers: large-2" in refused(server.url)
        server.listing = fails(401)
        assert "does not accept a request without a key" in refused(server.url)
        server.listing = fails(302, location="https://elsewhere.example/v1")
        assert "points to https://elsewhere.example/v1" in refused(server.url)
        assert len(server.requests) == 1
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
