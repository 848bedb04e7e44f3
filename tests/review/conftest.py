from __future__ import annotations

import threading

import pytest

from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.documents import Owner
from tests.knowledge import make
from tests.store.make import make_session


@pytest.fixture
def wait_until():
    """Waits until a condition holds; fails after a while."""

    def wait(condition, seconds=60.0):
        pause = threading.Event()
        for _ in range(int(seconds * 50)):
            if condition():
                return
            pause.wait(0.02)
        pytest.fail("it did not come to pass")

    return wait


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "data" / "liveconvo.db")
    yield opened
    opened.close()


@pytest.fixture
def library(store):
    made = Documents(store)
    yield made
    made.close()


@pytest.fixture
def owner(store):
    session = make_session()
    store.save(session)
    return Owner("session", session.id)


@pytest.fixture
def offer(tmp_path):
    return make.make_pdf(
        tmp_path / "Offer.pdf",
        [["The licence costs forty dollars a seat."], ["Support answers within four hours."]],
    )
