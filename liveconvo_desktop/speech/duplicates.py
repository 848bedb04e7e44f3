"""Take lines back that the microphone only overheard: the far side's words, said again.

Audio evidence (the envelopes move together) may only *delay* a microphone line: people who talk
at once look like echo too. Only the other channel's text, at the same time, may delete it, and
never a line under four words: "yes, exactly" is said by both.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from liveconvo_desktop.events import Segment

_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True, slots=True)
class DuplicateConfig:
    """Thresholds.

    Attributes:
        min_words: Shorter lines are never deleted.
        overlap: Share of the microphone line that far-side lines must cover in time.
        similarity: rapidfuzz partial ratio, 0..100, from which two texts are the same words.
        suspicion: Envelope likeness from which a line may be held back.
        hold: Longest delay in seconds.
        slack: Seconds by which the leak may trail the loopback.
        memory: Seconds for which far-side lines are kept.
    """

    min_words: int = 4
    overlap: float = 0.5
    similarity: float = 80.0
    suspicion: float = 0.5
    hold: float = 1.5
    slack: float = 0.4
    memory: float = 45.0


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


class DuplicateGuard:
    """Fed segments in the order they are read; hands out those that may be shown."""

    def __init__(self, config: DuplicateConfig | None = None) -> None:
        self._config = config or DuplicateConfig()
        self._far: deque[Segment] = deque()
        self._far_partial: Segment | None = None
        self._held: deque[tuple[float, Segment]] = deque()

    def feed(self, segment: Segment, likeness: float, now: float) -> list[Segment]:
        """Segments to show now.

        Args:
            segment: A partial or final of either channel.
            likeness: ``EchoGate.likeness`` over the segment's time; ignored for the far side.
            now: Any steady clock, seconds; for the holding time only.
        """
        if segment.channel == "speaker":
            self._remember(segment)
            return [segment, *self.release(now)]
        if self._held and segment.final:
            # Lines of a channel stay in order: recovery goes on after the last one that was saved.
            self._held.append((now + self._config.hold, segment))
            return self.release(now)
        if self._is_echo(segment):
            return [replace(segment, text="", stable=0)] if segment.final else []
        enough = len(_plain(segment.text).split()) >= self._config.min_words
        if enough and likeness >= self._config.suspicion and self._far_may_still_say(segment):
            if segment.final:
                self._held.append((now + self._config.hold, segment))
            return []
        return [segment]

    def release(self, now: float, *, everything: bool = False) -> list[Segment]:
        """Held lines whose case is decided: taken back, or shown after the longest delay."""
        out: list[Segment] = []
        while self._held:
            deadline, segment = self._held[0]
            if self._is_echo(segment):
                segment = replace(segment, text="", stable=0)
            elif not everything and now < deadline and self._far_may_still_say(segment):
                break
            out.append(segment)
            self._held.popleft()
        return out

    def _remember(self, segment: Segment) -> None:
        if not segment.final:
            self._far_partial = segment
            return
        if self._far_partial and self._far_partial.id == segment.id:
            self._far_partial = None
        self._far.append(segment)
        while self._far and self._far[0].t1 < segment.t1 - self._config.memory:
            self._far.popleft()

    def _near(self, segment: Segment) -> list[Segment]:
        far = [*self._far, *([self._far_partial] if self._far_partial else [])]
        slack = self._config.slack
        return [f for f in far if f.t0 < segment.t1 and f.t1 + slack > segment.t0 and f.text]

    def _far_may_still_say(self, segment: Segment) -> bool:
        """The far side's last word on this time is not in yet."""
        finals = [f.t1 for f in self._far]
        return not finals or max(finals) + self._config.slack < segment.t1

    def _is_echo(self, segment: Segment) -> bool:
        near = self._near(segment)
        if not near or len(_plain(segment.text).split()) < self._config.min_words:
            return False
        slack = self._config.slack
        covered = sum(max(0.0, min(f.t1 + slack, segment.t1) - max(f.t0, segment.t0)) for f in near)
        if covered < self._config.overlap * (segment.t1 - segment.t0):
            return False
        said = _plain(" ".join(f.text for f in near))
        heard = _plain(segment.text)
        # The shorter text slides along the longer one; a long user line that merely contains the
        # far side's three words must not count, hence the length condition.
        return len(heard) <= len(said) * 1.2 and (
            fuzz.partial_ratio(heard, said) >= self._config.similarity
        )
