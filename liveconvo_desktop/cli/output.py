"""What a call prints while it runs: JSON lines for programs, plain lines for people."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import psutil

from liveconvo_desktop.call import Call
from liveconvo_desktop.events import (
    SPEAKER_OF,
    Channel,
    Chip,
    Event,
    Fault,
    Gap,
    Segment,
    Session,
)
from liveconvo_desktop.language.saying import REASONS, SPEAKERS, missing, side


class Printer(Protocol):
    """A face that prints.

    Attributes:
        call: Set when it begins; ``at`` counts from its first sample.
        lost: Nobody reads any more (a closed pipe).
    """

    call: Call | None
    lost: bool

    def __call__(self, event: Event) -> None:
        """Show a saved event."""

    def end(self, figures: dict[str, Any]) -> None:
        """Show the last line."""


class JsonLines:
    """One JSON object a line; ``at`` is wall time since the first sample, after the save."""

    def __init__(self) -> None:
        self.call: Call | None = None
        self.lost = False
        self._chips = _Chips()
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Print a saved event; ``at`` is 0 before the first sample."""
        epoch = self.call.epoch if self.call else 0.0
        at = round(time.monotonic() - epoch, 3) if epoch else 0.0
        row = as_row(event)
        if isinstance(event, Chip) and not self._chips.is_new(event):
            row = _end_row(event)
        if row:
            self._print(row | {"at": at})

    def end(self, figures: dict[str, Any]) -> None:
        """Print the ``end`` line."""
        self._print({"event": "end", **figures})

    def _print(self, row: dict[str, Any]) -> None:
        with self._lock:
            self.lost = self.lost or not _write(json.dumps(row, ensure_ascii=False))


class PlainLines:
    """Finals, chips, holes and faults as lines to read; partials are left out.

    A hole is one line, printed when it is over: it is told again and again while it grows.
    """

    def __init__(self) -> None:
        self.call: Call | None = None
        self.lost = False
        self._chips = _Chips()
        self._holes: dict[Channel, Gap] = {}
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Print a saved event that is worth a line."""
        with self._lock:
            for line in self._lines(event):
                self._say(line)

    def end(self, figures: dict[str, Any]) -> None:
        """Print what became of the call."""
        for hole in list(self._holes.values()):
            self._say(_plain(hole))
        self._say(
            f"{figures['audio_seconds']:.0f} s of audio, session {figures['session_id']}, "
            f"CPU {figures['cpu_seconds'] / max(figures['audio_seconds'], 0.001):.0%} of a core"
        )

    def _lines(self, event: Event) -> Iterator[str]:
        """The lines that an event gives; a hole gives none until its side goes on."""
        if isinstance(event, (Gap, Segment)):
            hole = self._holes.get(event.channel)
            goes_on = isinstance(event, Gap) and hole is not None and event.t0 == hole.t0
            if hole and not goes_on and event.t0 >= hole.t1:
                yield _plain(self._holes.pop(event.channel))
        if isinstance(event, Gap):
            self._holes[event.channel] = event
        elif not isinstance(event, Chip) or self._chips.is_new(event):
            yield _plain(event)

    def _say(self, line: str) -> None:
        if line:
            self.lost = self.lost or not _write(line)


class _Chips:
    """Which chips were printed: one that comes again under its id is withdrawn."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def is_new(self, chip: Chip) -> bool:
        """True the first time."""
        new = chip.id not in self._seen
        self._seen.add(chip.id)
        return new


def _write(line: str) -> bool:
    """Print a line at once; False when the reader of a pipe has gone."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What Python's documentation advises, so that the interpreter's own last flush is quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def as_row(event: Event) -> dict[str, Any] | None:
    """The JSON form of an event; None for events that have none."""
    match event:
        case Segment():
            return _segment_row(event)
        case Chip():
            return chip_row(event)
        case Gap():
            return gap_row(event)
        case Fault():
            words = {"message": event.message, "hint": event.hint, "fatal": event.fatal}
            return {"event": "fault", "where": event.where, **words}
        case Session():
            return None


def _segment_row(segment: Segment) -> dict[str, Any]:
    return {
        "event": "final" if segment.final else "partial",
        "channel": segment.channel,
        "id": segment.id,
        "t0": round(segment.t0, 3),
        "t1": round(segment.t1, 3),
        "text": segment.text,
        "confidence": segment.confidence,
        "stable": segment.stable,
    }


def gap_row(gap: Gap) -> dict[str, Any]:
    """The JSON form of a hole."""
    times = {"t0": round(gap.t0, 3), "t1": round(gap.t1, 3)}
    return {"event": "gap", "channel": gap.channel, **times, "reason": gap.reason}


def chip_row(chip: Chip) -> dict[str, Any]:
    """The JSON form of a chip."""
    return {
        "event": "chip",
        "id": chip.id,
        "kind": chip.kind,
        "cue": chip.cue,
        "text": chip.text,
        "detail": chip.detail,
        "t": round(chip.t, 3),
        "priority": chip.priority,
        "evidence": [
            {"segment": e.segment_id, "quote": e.quote, "source": e.source} for e in chip.evidence
        ],
    }


def _end_row(chip: Chip) -> dict[str, Any]:
    """A chip that has done its work, or whose words were not said after all."""
    return {"event": "chip_end", "id": chip.id, "cue": chip.cue, "t": round(chip.expires, 3)}


def clock_text(seconds: float) -> str:
    """Audio time as m:ss.t."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def _plain(event: Event) -> str:
    match event:
        case Segment() if event.final and event.text:
            return f"{clock_text(event.t0):>7}  {SPEAKERS[event.speaker]:4}  {event.text}"
        case Chip():
            why = f"  ({event.evidence[0].quote})" if event.evidence else ""
            return f"{clock_text(event.t):>7}   >>   [{event.kind}] {event.text}{why}"
        case Gap():
            length = f"{event.t1 - event.t0:.1f} s"
            told = missing(length, side(SPEAKER_OF[event.channel]), REASONS[event.reason])
            return f"{clock_text(event.t0):>7}   --   {told}"
        case Fault():
            return f"        !!   {event.message} {event.hint}"
        case _:
            return ""


def _cpu_seconds() -> float:
    """CPU time of this process and of the capture processes that have ended."""
    return sum(os.times()[:4])


class Meter:
    """CPU and memory of this process over a call."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._cpu = _cpu_seconds()
        self.rss_mb_max = 0.0

    def sample(self) -> None:
        """Look at the memory; call now and then."""
        self.rss_mb_max = max(self.rss_mb_max, self._process.memory_info().rss / 1e6)

    def figures(self, call: Call) -> dict[str, Any]:
        """What the ``end`` line says."""
        self.sample()
        status = call.status()
        return {
            "session_id": call.session_id,
            "audio_seconds": round(status.clock, 3),
            "cpu_seconds": round(_cpu_seconds() - self._cpu, 3),
            "behind_max": round(call.behind_max, 3),
            "dropped_blocks": status.dropped_blocks,
            "dropped_partials": status.dropped_partials,
            "rss_mb_max": round(self.rss_mb_max, 1),
            "model": status.model,
        }


def follow(call: Call, printer: Printer, *, each: Callable[[], None] = lambda: None) -> None:
    """Begin a call that was built, wait for its end, print the last line; Ctrl-C ends it."""
    printer.call = call
    meter = Meter()
    # A logout or shutdown ends a call as properly as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    call.begin()
    try:
        while not call.join(1.0):
            meter.sample()
            each()
            if printer.lost:
                call.stop()
    except KeyboardInterrupt:
        print("Stopping; what was said is still being read.", file=sys.stderr)
        call.stop()
        call.join()
    printer.end(meter.figures(call))
