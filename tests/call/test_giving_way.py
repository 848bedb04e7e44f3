"""Protects the call from an import: it steps back when a call starts, and comes back after it."""

from __future__ import annotations

import threading

from liveconvo_desktop.call.giving_way import GivingWay


class Clock:
    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


class Readers:
    """Four threads that read until they are let go, one at a time."""

    def __init__(self, calls):
        self.clock, self.calls = Clock(), calls
        self.way = GivingWay(4, lambda: bool(self.calls), self.clock)
        self.inside = threading.Semaphore(0)
        self.let_go = threading.Semaphore(0)
        self.done = threading.Semaphore(0)
        self.threads = [threading.Thread(target=self._read) for _ in range(4)]
        for thread in self.threads:
            thread.start()

    def _read(self):
        with self.way.turn():
            self.inside.release()
            assert self.let_go.acquire(timeout=10)
        self.done.release()

    def entered(self, count):
        for _ in range(count):
            assert self.inside.acquire(timeout=10)
        # Nobody else: who may enter has been let in under the same lock.
        return not self.inside.acquire(timeout=0.05)

    def end(self):
        self.calls.clear()
        self.let_go.release(4)
        self.way.close()
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()


def test_all_read_while_no_call_runs():
    readers = Readers([])
    assert readers.entered(4)
    readers.end()


def test_one_reads_while_a_call_runs_and_all_when_it_has_ended():
    readers = Readers(["call"])
    assert readers.entered(1)
    readers.calls.clear()
    readers.clock.time += 1.0
    # The rest look once a second whether it has ended.
    assert readers.entered(3)
    readers.end()


def test_a_call_that_starts_in_the_middle_lets_nobody_else_in():
    clock, calls = Clock(), []
    way = GivingWay(2, lambda: bool(calls), clock)
    with way.turn():
        calls.append("call")
        clock.time += 1.0
        waiting = threading.Event()

        def late():
            with way.turn():
                waiting.set()

        thread = threading.Thread(target=late)
        thread.start()
        assert not waiting.wait(0.05)
        calls.clear()
        clock.time += 1.0
        assert waiting.wait(10)
    thread.join()


def test_it_rests_as_long_as_it_read_while_a_call_runs(monkeypatch):
    clock, rests = Clock(), []
    for calls in (["call"], []):
        way = GivingWay(2, lambda calls=calls: bool(calls), clock)
        monkeypatch.setattr(way._closed, "wait", rests.append)
        with way.turn():
            clock.time += 3.0
    assert rests == [3.0]


def test_closing_wakes_who_rests_or_waits():
    readers = Readers(["call"])
    assert readers.entered(1)
    readers.end()
