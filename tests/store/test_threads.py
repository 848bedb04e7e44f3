"""Protects the calls of several threads and processes at once."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from liveconvo_desktop.store import Store, check
from tests.store.make import make_chip, make_segment


def test_threads_that_write_and_read_at_once_never_find_it_locked(store, session):
    # Nobody waits for another program here: within one process there is nothing to wait for.
    store.patience = 0.0
    start = threading.Barrier(4)

    def speak(offset: int) -> None:
        start.wait()
        for n in range(100):
            store.save(make_segment(session.id, t0=n + offset / 10, t1=n + 1))

    def advise() -> None:
        start.wait()
        for n in range(100):
            chip = make_chip(session.id, t=n)
            store.save(chip)
            store.note_chip(chip.id, displayed=True)

    def look() -> None:
        start.wait()
        seen = 0
        while seen < 200:
            now = len(store.transcript(session.id))
            assert now >= seen
            seen = now
            store.sessions()
            store.chips(session.id)

    with ThreadPoolExecutor(4) as pool:
        work = [(speak, 0), (speak, 1), (advise,), (look,)]
        for done in [pool.submit(*one) for one in work]:
            done.result()
    assert len(store.transcript(session.id)) == 200
    assert all(row.displayed for row in store.chips(session.id))


def test_two_programs_may_write_the_same_database(store, session):
    other = Store.open(store.path)

    def fill(which: Store) -> None:
        for n in range(50):
            which.save(make_segment(session.id, t0=n, t1=n + 1))

    try:
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(fill, store), pool.submit(fill, other)]:
                done.result()
    finally:
        other.close()
    assert len(store.transcript(session.id)) == 100


def test_a_reader_waits_for_nobody(store, session):
    store.save(make_segment(session.id))
    writer = sqlite3.connect(store.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert len(store.transcript(session.id)) == 1
        assert len(store.sessions()) == 1
        Store.open(store.path).close()
    finally:
        writer.close()


def test_a_new_database_may_be_opened_by_many_at_once(tmp_path: Path):
    path = tmp_path / "new.db"
    start = threading.Barrier(6)

    def open_it() -> None:
        start.wait()
        Store.open(path).close()

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(open_it) for _ in range(6)]:
            done.result()
    assert check(path) == []
