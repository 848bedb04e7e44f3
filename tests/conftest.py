"""What every test gets: a home of its own, and no log warning that goes unnoticed."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

OUR_LOGGERS = ("liveconvo", "sync")


@pytest.fixture(scope="session", autouse=True)
def _no_user_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fixtures that outlive a test must not reach the user's data either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVECONVO_HOME", str(tmp_path_factory.mktemp("session-home")))
        yield


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own ``LIVECONVO_HOME``, not made yet."""
    folder = tmp_path / "home"
    monkeypatch.setenv("LIVECONVO_HOME", str(folder))
    return folder


class _Listener(logging.Handler):
    """Keeps what our own loggers say at WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.allowed: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(OUR_LOGGERS):
            self.records.append(record)

    def unexpected(self) -> list[str]:
        said = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in self.records]
        return [line for line in said if not any(re.search(p, line) for p in self.allowed)]


@pytest.fixture(autouse=True)
def _log_warnings_fail() -> Iterator[_Listener]:
    listener = _Listener()
    root = logging.getLogger()
    root.addHandler(listener)
    yield listener
    root.removeHandler(listener)
    if lines := listener.unexpected():
        pytest.fail("unexpected log records (see the allow_log fixture):\n" + "\n".join(lines))


@pytest.fixture
def allow_log(_log_warnings_fail: _Listener) -> Callable[[str], None]:
    """Call it with a regular expression to let matching warnings and errors pass in this test."""
    return _log_warnings_fail.allowed.append
