"""Protects that an open window learns of what other programs write."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from liveconvo_desktop.store.watching import Watch
from tests.store.make import make_session


def test_every_commit_is_noticed_once(store):
    watch = Watch(store)
    assert not watch.changed()
    store.save(make_session())
    assert watch.changed()
    assert not watch.changed()
    with closing(sqlite3.connect(store.path)) as raw:
        raw.execute("UPDATE sessions SET title = 'theirs'")
        assert not watch.changed()
        raw.commit()
    assert watch.changed()
    assert not watch.changed()
    watch.close()


def test_watching_holds_no_old_view_and_ends_for_good(store):
    watch = Watch(store)
    watch.changed()
    with closing(sqlite3.connect(store.path)) as raw:
        raw.execute("UPDATE sessions SET title = 'x'")
        raw.commit()
        watch.changed()
        # The log can be emptied: no reader stands in the way.
        assert raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    watch.close()
    watch.close()
    store.save(make_session())
    assert not watch.changed()
