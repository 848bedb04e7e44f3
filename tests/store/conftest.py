from __future__ import annotations

from collections.abc import Iterator

import pytest

from liveconvo_desktop.events import Session
from liveconvo_desktop.store import Store
from tests.store.make import make_session


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "liveconvo.db")
    yield opened
    opened.close()


@pytest.fixture
def session(store: Store) -> Session:
    made = make_session()
    store.save(made)
    return made
