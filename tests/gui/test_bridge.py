"""Everything that a thread sends arrives on the GUI thread, in order."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread

from liveconvo_desktop.events import Segment
from liveconvo_desktop.ui.bridge import Bridge
from tests.gui.script import chip, segment


def test_events_of_many_threads_arrive_on_the_gui_thread(qtbot, qapp):
    bridge = Bridge()
    seen: list[tuple[bool, str]] = []

    def handle(event: Segment) -> None:
        seen.append((QThread.currentThread() is qapp.thread(), event.id))

    show = bridge.sink({Segment: handle})

    def talk(name: str) -> None:
        show(chip("no handler for this type"))
        for n in range(300):
            show(segment(f"{name}-{n:03}", "words"))

    threads = [threading.Thread(target=talk, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 900)
    assert all(on_gui for on_gui, _ in seen)
    for name in "abc":
        mine = [key for _, key in seen if key.startswith(name)]
        assert mine == sorted(mine)
    bridge.close()


def test_work_runs_elsewhere_and_its_end_comes_here(qtbot, qapp):
    bridge = Bridge()
    ends: list[object] = []

    def fail() -> None:
        raise ValueError("no")

    bridge.run(QThread.currentThread, lambda t: ends.append(t is qapp.thread()), ends.append)
    bridge.run(
        fail, ends.append, lambda e: ends.append((str(e), QThread.currentThread() is qapp.thread()))
    )
    qtbot.waitUntil(lambda: len(ends) == 2)
    assert ends == [False, ("no", True)]
    bridge.close()


def test_writes_keep_their_order(qtbot):
    bridge = Bridge()
    order: list[int] = []
    done: list[None] = []
    for n in range(50):
        bridge.run(lambda n=n: order.append(n), done.append, done.append, "write")
    qtbot.waitUntil(lambda: len(done) == 50)
    assert order == list(range(50))
    bridge.close()
