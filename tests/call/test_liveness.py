"""Protects a running call from being recovered beside itself, and a killed one from hiding."""

import subprocess
import sys

import pytest

from liveconvo_desktop.call.liveness import is_live, mark_live, unmark_live, was_killed
from liveconvo_desktop.events import new_id

HOLD = """
import sys
from pathlib import Path
from liveconvo_desktop.call.liveness import mark_live
mark_live(Path(sys.argv[1]), sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path):
    return tmp_path / "s.db"


def test_a_session_is_live_for_as_long_as_its_process_holds_it(database):
    """Another process asks; the clock, which may be set, has no part in the answer."""
    session = new_id()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database), session],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"held\n"
        assert is_live(database, session)
        assert not was_killed(database, session)
        with pytest.raises(OSError, match="running already"):
            mark_live(database, session)
        other.kill()
    assert not is_live(database, session)
    assert was_killed(database, session)
    mark_live(database, session, recovering=True)
    assert is_live(database, session)
    unmark_live(database, session)


def test_what_ended_properly_leaves_nothing_behind(database):
    session = new_id()
    mark_live(database, session)
    unmark_live(database, session)
    unmark_live(database, session)
    assert not is_live(database, session)
    assert not was_killed(database, session)
    assert [path for path in database.parent.rglob("*") if path.is_file()] == []
