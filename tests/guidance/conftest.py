"""Builders that every guidance test uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from liveconvo_desktop.events import Chip, Segment
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.guidance.playbook import Playbook, builtin


def segment(
    speaker: str,
    text: str,
    t0: float,
    t1: float,
    *,
    id: str | None = None,
    final: bool = True,
    stable: int | None = None,
) -> Segment:
    """A line; a partial is agreed on to its end unless ``stable`` says otherwise."""
    return Segment(
        id=id or f"{speaker}-{t0}",
        session_id="s",
        channel="mic" if speaker == "user" else "speaker",
        speaker=speaker,  # type: ignore[arg-type]
        t0=t0,
        t1=t1,
        text=text,
        confidence=0.9,
        provider="test",
        final=final,
        stable=len(text) if stable is None else stable,
    )


def talk(engine: Engine, *lines: str, start: float = 0.0, gap: float = 2.0) -> list[Chip]:
    """Feed ``"u: words"`` and ``"o: words"`` as finals at a natural pace; all chips raised."""
    chips: list[Chip] = []
    t = start
    for line in lines:
        side, text = line.split(": ", 1)
        end = t + 0.3 + 0.35 * len(text.split())
        chips += engine.feed(segment("user" if side == "u" else "other", text, t, end))
        for step in (1.0, 2.0):
            if step <= gap:
                chips += engine.tick(end + step)
        t = end + gap
    return chips


@pytest.fixture(scope="session")
def books() -> dict[str, Playbook]:
    return {name: builtin(name) for name in ("sales_call", "interview", "meeting", "consultation")}


@pytest.fixture
def heard(books: dict[str, Playbook]) -> Callable[..., list[str]]:
    """Cue ids that a playbook raises for a few lines."""

    def run(book: str, *lines: str, **timing: Any) -> list[str]:
        return [chip.cue for chip in talk(Engine(books[book], "s"), *lines, **timing)]

    return run


def own(cues: list[dict[str, Any]]) -> Playbook:
    """A playbook of one's own."""
    return Playbook.from_prompts("own", "sales_call", cues)
