"""What the recogniser reads next, and how it keeps up: a pure machine.

Finals before speculation before partials. Finals queue and are never dropped; a speculation or a
partial waits in a slot of its channel where a newer one replaces it.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from liveconvo_desktop.events import Channel, Utterance
from liveconvo_desktop.stt.base import Effort


@dataclass(frozen=True, slots=True)
class Job:
    """An utterance to read.

    Attributes:
        likeness: How much the microphone followed the loopback meanwhile (EchoGate.likeness).
        since: When it was put here, on the caller's steady clock.
        cut: The call ended while it was being said; its text says so.
    """

    utterance: Utterance
    likeness: float
    since: float
    cut: bool = False


@dataclass(slots=True)
class WorkOrder:
    """The queue of one call; the caller locks.

    Attributes:
        first_partial: Age of an utterance at its first partial, pre-roll included, seconds.
        partial_every: Shortest time between partials of a channel, seconds.
        late: Age in seconds of the oldest final without its text from which partials stop.
        very_late: Age from which finals are read with one beam.
        dropped_partials: Partials that gave way.
    """

    first_partial: float = 1.0
    partial_every: float = 1.5
    late: float = 2.0
    very_late: float = 4.0
    dropped_partials: int = 0
    _finals: deque[Job] = field(default_factory=deque)
    _in_hand: Job | None = None
    _paused: dict[Channel, Job] = field(default_factory=dict)
    _partials: dict[Channel, Job] = field(default_factory=dict)
    _partial_cost: float = 0.0
    _last_partial: dict[Channel, float] = field(default_factory=dict)

    def put(self, job: Job) -> None:
        """Queue by stage."""
        channel = job.utterance.channel
        stale = self._partials.get(channel)
        if stale and stale.utterance.id == job.utterance.id:
            del self._partials[channel]
            self.dropped_partials += 1
        if job.utterance.stage == "closed":
            self._paused.pop(channel, None)
            self._finals.append(job)
        elif job.utterance.stage == "paused":
            self._paused[channel] = job
        else:
            self._partials[channel] = job
            self._last_partial[channel] = job.since

    def take(self) -> Job | None:
        """The next job, or None."""
        self._in_hand = self._finals.popleft() if self._finals else None
        if self._in_hand:
            return self._in_hand
        for slots in (self._paused, self._partials):
            if slots:
                return slots.pop(min(slots, key=lambda c: slots[c].since))
        return None

    def resumed(self, channel: Channel) -> None:
        """Speech went on: what waits to be read on speculation is out of date."""
        self._paused.pop(channel, None)

    def partial_due(self, channel: Channel, now: float, open_since: float, active: int) -> bool:
        """A partial of the utterance that began at ``open_since`` is worth making.

        Never while finals are late, never while one waits. The first one of an utterance comes
        early; the others take at most a fifth of the recogniser's time, however slow the machine.

        Args:
            channel: Who speaks.
            now: The call's clock.
            open_since: When the utterance began, on the same clock.
            active: How many channels speak right now.
        """
        if channel in self._partials or self.behind(now) > self.late:
            return False
        last = self._last_partial.get(channel, -math.inf)
        if last < open_since:
            return now - open_since >= self.first_partial
        return now - last >= max(self.partial_every, 5 * self._partial_cost * active)

    def read(self, job: Job, seconds: float) -> None:
        """A job took this long; it is not in hand any more.

        What was read on speculation is shown as a partial is: the next one need not come sooner.
        """
        self._in_hand = None
        utterance = job.utterance
        if utterance.stage == "open":
            self._partial_cost = seconds
        elif utterance.stage == "paused" and utterance.t1 - utterance.t0 >= self.first_partial:
            self._last_partial[utterance.channel] = job.since

    def behind(self, now: float) -> float:
        """Age of the oldest final without its text, in hand or waiting, seconds."""
        oldest = self._in_hand or (self._finals[0] if self._finals else None)
        return now - oldest.since if oldest else 0.0

    def effort(self, job: Job, now: float) -> Effort:
        """How hard to try."""
        if job.utterance.stage == "open":
            return "draft"
        return "hurried" if now - job.since > self.very_late else "final"

    @property
    def empty(self) -> bool:
        """Nothing waits."""
        return not (self._finals or self._paused or self._partials)
