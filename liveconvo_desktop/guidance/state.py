"""The state of a conversation that triggers judge by: turns, talk time, questions, promises."""

from __future__ import annotations

from dataclasses import dataclass, field

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.learned import Learned, Verdict
from liveconvo_desktop.language import acts
from liveconvo_desktop.language.words import tokens

PACE_WINDOW = 60.0
"""Seconds of the user's own talk that words per minute are measured over."""
TURN_TOKENS = 90
"""A turn is judged by at most its last so many words."""


@dataclass(slots=True)
class Turn:
    """Finals of one speaker that no real turn of the other side interrupts."""

    speaker: str
    segments: list[Segment] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything said in it."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def t0(self) -> float:
        """When it began."""
        return self.segments[0].t0

    @property
    def t1(self) -> float:
        """When its last word so far ended."""
        return max(segment.t1 for segment in self.segments)


@dataclass(slots=True)
class OpenQuestion:
    """A question of the far side that still waits for an answer.

    Attributes:
        left_open: The user's turn went by without one, and a chip said so.
        found: When that was noticed; only later words can still answer it.
    """

    segment: Segment
    question: acts.Question
    left_open: bool = False
    found: float = 0.0


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise or agreement with a day, a time or a price."""

    segment: Segment
    quote: str


class DialogueState:
    """What was said so far, kept from segments; finals take back and replace partials."""

    def __init__(self, judge: Learned | None = None) -> None:
        self.judge = judge
        self._judged: tuple[Segment, dict[str, Verdict]] | None = None
        self.turns: list[Turn] = []
        self.now = 0.0
        self.talk_seconds = {"user": 0.0, "other": 0.0}
        self.open_questions: list[OpenQuestion] = []
        self.commitments: list[Commitment] = []
        self.cues_seen: set[str] = set()
        self.speaking: dict[str, Segment] = {}
        """The partial that each side is in the middle of."""

    def add(self, segment: Segment) -> None:
        """Take in a partial or a final; a final with empty text takes its line back."""
        self.now = max(self.now, segment.t1)
        if not segment.final:
            self.speaking[segment.speaker] = segment
            return
        live = self.speaking.get(segment.speaker)
        if live is not None and live.id == segment.id:
            del self.speaking[segment.speaker]
        self._take_back(segment.id)
        if segment.text.strip():
            self.talk_seconds[segment.speaker] += max(0.0, segment.t1 - segment.t0)
            self._append(segment)

    def _append(self, segment: Segment) -> None:
        if self.turns and self.turns[-1].speaker == segment.speaker:
            self.turns[-1].segments.append(segment)
        elif not (self.turns and self._only_listens(segment)):
            self.turns.append(Turn(segment.speaker, [segment]))

    def _only_listens(self, segment: Segment) -> bool:
        """A backchannel, unless it may answer a question that was just asked."""
        asked = acts.is_question(self.turns[-1].segments[-1].text)
        return acts.is_backchannel(segment.text) and not asked

    def _take_back(self, segment_id: str) -> None:
        for turn in self.turns[-4:]:
            for old in [s for s in turn.segments if s.id == segment_id]:
                turn.segments.remove(old)
                self.talk_seconds[old.speaker] -= max(0.0, old.t1 - old.t0)
        self.turns = [turn for turn in self.turns if turn.segments]
        self.open_questions = [q for q in self.open_questions if q.segment.id != segment_id]
        self.commitments = [c for c in self.commitments if c.segment.id != segment_id]

    def turn_of(self, segment: Segment) -> Turn:
        """The turn that a final belongs to; one of its own for a partial or a backchannel."""
        last = self.turns[-1] if self.turns else None
        if last is not None and last.segments[-1].id == segment.id:
            return last
        return Turn(segment.speaker, [segment])

    def verdicts(self, segment: Segment) -> dict[str, Verdict]:
        """What the trained judge makes of a final, by the name of the cue; {} without a judge."""
        if self.judge is None or not segment.final:
            return {}
        if self._judged is None or self._judged[0] is not segment:
            turn, before = self.turn_of(segment), self.turn_before(segment)
            fresh = len(turn.text) - len(segment.text)
            found = self.judge.read(turn.text, before.text if before else "", fresh)
            self._judged = (segment, found)
        return self._judged[1]

    def turn_before(self, segment: Segment) -> Turn | None:
        """The turn of the other side that a segment follows."""
        for turn in reversed(self.turns):
            if turn.speaker != segment.speaker:
                return turn
        return None

    @property
    def talk_ratio(self) -> float | None:
        """The user's share of all talk so far, 0..1."""
        total = self.talk_seconds["user"] + self.talk_seconds["other"]
        return self.talk_seconds["user"] / total if total else None

    @property
    def monologue(self) -> float:
        """Seconds that the user has held the floor until now, 0 when the other side has it."""
        if not self.turns or self.turns[-1].speaker != "user":
            return 0.0
        live = self.speaking.get("user")
        end = live.t1 if live is not None else self.turns[-1].t1
        return max(0.0, end - self.turns[-1].t0)

    @property
    def words_per_minute(self) -> float | None:
        """The user's pace over the last minute, None before 20 s of talk."""
        words, seconds = 0, 0.0
        for turn in reversed(self.turns):
            if turn.t1 < self.now - 3 * PACE_WINDOW or seconds >= PACE_WINDOW:
                break
            if turn.speaker == "user":
                for segment in turn.segments:
                    words += len(tokens(segment.text))
                    seconds += max(0.0, segment.t1 - segment.t0)
        return words * 60 / seconds if seconds >= 20 else None

    @property
    def silence(self) -> float:
        """Seconds since anybody was heard."""
        heard = [turn.t1 for turn in self.turns[-2:]] + [s.t1 for s in self.speaking.values()]
        return self.now - max(heard, default=0.0)

    @property
    def last_speaker(self) -> str | None:
        """Who has the turn."""
        return self.turns[-1].speaker if self.turns else None
