"""Protects "never loses a word": what save() returned for survives SIGKILL at any moment."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from liveconvo_desktop.store import Store, check

ROOT = Path(__file__).parents[2]
KILLS = 8


@pytest.mark.slow
def test_every_final_that_was_saved_is_there_after_a_kill(tmp_path, record_property):
    path = tmp_path / "liveconvo.db"
    dice = random.Random(7)
    saved: dict[str, list[str]] = {}
    for _ in range(KILLS):
        lines = killed_at_random(path, dice)
        assert check(path) == []
        saved[lines[0]] = lines[1:]
    store = Store.open(path)
    try:
        assert {one.id for one in store.unfinished()} == set(saved)
        for session_id, finals in saved.items():
            kept = [one.id for one in store.transcript(session_id)]
            # One more may have been durable before it could be said.
            assert kept[: len(finals)] == finals
            assert len(kept) <= len(finals) + 1
    finally:
        store.close()
    finals_saved = sum(map(len, saved.values()))
    record_property("finals", finals_saved)
    print(f"{KILLS} kills, {finals_saved} finals saved, none lost")


def killed_at_random(path: Path, dice: random.Random) -> list[str]:
    """What a writing process said before it was killed in the middle of whatever it did."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(dice.randint(2, 60))]
        # Off the beat of the lines: the kill must not always follow a save.
        time.sleep(dice.random() * 0.02)
        child.kill()
        lines += child.stdout.readlines()
    return [line.strip() for line in lines if line.endswith("\n")]
