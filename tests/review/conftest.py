from __future__ import annotations

import threading

import pytest


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
