"""The guidance engine: segments in, chips out. It decides what is worth the user's attention.

Triggers say what they noticed; the engine removes repeats, keeps cool-downs, limits and the
attention budget, waits for the end of the user's sentence, and withdraws what was followed or was
never said. It is fed and asked: no thread, no
clock of its own (``timer`` only measures cost) and no I/O.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import NAMESPACE_URL, UUID, uuid5

from liveconvo_desktop.events import Chip, Evidence, Segment
from liveconvo_desktop.guidance.budget import Action, AttentionBudget, Eagerness
from liveconvo_desktop.guidance.learned import Learned
from liveconvo_desktop.guidance.playbook import Cue, Playbook
from liveconvo_desktop.guidance.state import DialogueState
from liveconvo_desktop.guidance.triggers import TRIGGERS, Follows, Raise

__all__ = ["Action", "Eagerness", "Engine"]

SENTENCE_OVER = 1.5
"""A partial of the user that is older than this no longer counts as being in mid-sentence."""


class Engine:
    """Guidance for one session.

    Args:
        playbook: The cues to judge.
        session_id: Goes into every chip.
        eagerness: How many chips may be shown.
        timer: Seconds of processing time, for ``Chip.ms`` only.
        judge: The trained judge; without it the phrases decide alone.
    """

    def __init__(
        self,
        playbook: Playbook,
        session_id: str,
        eagerness: Eagerness | None = None,
        timer: Callable[[], float] = time.perf_counter,
        judge: Learned | None = None,
    ) -> None:
        self.playbook = playbook
        self.session_id = session_id
        self.state = DialogueState(judge)
        self.scores: dict[str, float] = {}
        """How sure the judge was of each chip, 0..1, by chip id."""
        self._timer = timer
        self._eagerness = eagerness or Eagerness()
        self._budget = AttentionBudget(self._eagerness)
        used = {cue.trigger for cue in playbook.cues}
        # Commitments are noted even where no cue asks for them: the closing depends on them.
        self._triggers = {
            name: make([cue for cue in playbook.cues if cue.trigger == name])
            for name, make in TRIGGERS.items()
            if name in used or name == "commitment"
        }
        self._cue_of: dict[str, str] = {}
        self._raised: set[tuple[str, str | None, str]] = set()
        self._last: dict[str, float] = {}
        self._count: dict[str, int] = {}
        self._held: list[tuple[Cue, Chip]] = []
        self._live: dict[str, tuple[Cue, Chip]] = {}
        self._on_trust: dict[str, list[str]] = {}
        """Chips raised on a partial, by its segment: the final has to bear them out."""
        self._withdrawn: list[Chip] = []

    def feed(self, segment: Segment) -> list[Chip]:
        """Judge a partial or a final; a final with empty text takes its line back.

        Of a partial only the part that two decodes agreed on is judged.

        Returns:
            Chips to save and show now, the most important first.
        """
        began = self._timer()
        self.state.add(segment)
        raises: list[Raise] = []
        if segment.text.strip():
            agreed = segment.text if segment.final else segment.text[: segment.stable]
            judged = replace(segment, text=agreed)
            for trigger in self._triggers.values():
                raises += trigger.feed(judged, self.state)
        if segment.final:
            self._check(segment, raises)
        return self._decide(raises, segment.t1, began, partial=None if segment.final else segment)

    def warm(self) -> None:
        """Load what the judge needs, so that the first words do not wait for it.

        Raises:
            ModelError: Its language model cannot be loaded.
        """
        judge = self.state.judge
        if judge is None:
            return
        judge.read("hello", "")
        for cue in self.playbook.cues:
            if cue.examples:
                judge.like("hello", cue.examples, cue.counter_examples)

    def do_without_judge(self) -> None:
        """From now on the phrases decide alone."""
        self.state.judge = None

    def tick(self, t: float) -> list[Chip]:
        """Let time pass to ``t`` on the audio clock; chips that waited may come out."""
        began = self._timer()
        self.state.now = max(self.state.now, t)
        raises = [
            found for trigger in self._triggers.values() for found in trigger.tick(self.state)
        ]
        return self._decide(raises, self.state.now, began)

    def withdrawn(self) -> list[Chip]:
        """Chips given out earlier that are over since the last ask; ``expires`` says when.

        The advice was followed, or the words that it rests on were not said after all.
        """
        found, self._withdrawn = self._withdrawn, []
        return found

    def note(self, chip_id: str, action: Action) -> None:
        """Learn what the user did with a chip; unknown ids are ignored."""
        cue = self._cue_of.get(chip_id)
        if cue is not None:
            self._budget.note(self.state.now, chip_id, cue, action)

    def _check(self, final: Segment, raises: list[Raise]) -> None:
        """Take back what was raised on other words than those of the final."""
        said = {found.cue.id for found in raises if found.segment_id == final.id}
        taken_back = not final.text.strip()
        trusted = self._on_trust.pop(final.id, [])
        for cue, chip in [*self._held, *self._live.values()]:
            about = chip.evidence[0].segment_id == final.id
            if about and (taken_back or (chip.id in trusted and cue.id not in said)):
                self._withdraw(chip)
                self._budget.refund(chip.id)
                self._last.pop(cue.id, None)
                self._count[cue.id] -= 1

    def _withdraw(self, chip: Chip) -> None:
        """End a chip; only one that was given out is worth a word about it."""
        self._held = [held for held in self._held if held[1].id != chip.id]
        if self._live.pop(chip.id, None):
            over = max(chip.t, self.state.now)
            self._withdrawn.append(replace(chip, expires=min(chip.expires, over)))

    def _settle(self, t: float) -> None:
        """Withdraw what was followed; forget what is past its time."""
        self._live = {key: entry for key, entry in self._live.items() if entry[1].expires > t}
        for cue, chip in [*self._held, *self._live.values()]:
            trigger = self._triggers[cue.trigger]
            if isinstance(trigger, Follows) and trigger.followed(
                chip.evidence[0].segment_id, self.state
            ):
                self._withdraw(chip)

    def _decide(
        self, raises: Iterable[Raise], t: float, began: float, partial: Segment | None = None
    ) -> list[Chip]:
        """Turn what triggers noticed into chips, and let out what was held."""
        self._settle(t)
        ready = [held for held in self._held if held[1].expires > t]
        self._held = []
        for found in raises:
            if self._is_new(found, t):
                chip = self._chip(found, t, began)
                ready.append((found.cue, chip))
                if partial and found.segment_id == partial.id:
                    self._on_trust.setdefault(partial.id, []).append(chip.id)
        ready.sort(key=lambda entry: entry[1].priority)
        return [chip for cue, chip in ready if self._lets_out(cue, chip, t)]

    def _is_new(self, found: Raise, t: float) -> bool:
        """De-duplicate; what was said once in an utterance is noticed once."""
        cue = found.cue
        key = (cue.id, found.segment_id, found.quote if found.segment_id is None else "")
        if key in self._raised or found.score < self._eagerness.min_score:
            return False
        waiting = any(held.id == cue.id for held, _ in self._held)
        cooling = cue.id in self._last and t - self._last[cue.id] < cue.cool_down
        if waiting or cooling or self._count.get(cue.id, 0) >= cue.max_per_call:
            return False
        self._raised.add(key)
        self._last[cue.id] = t
        self._count[cue.id] = self._count.get(cue.id, 0) + 1
        self.state.cues_seen.add(cue.id)
        return True

    def _chip(self, found: Raise, t: float, began: float) -> Chip:
        cue = found.cue
        # Made from the session and the count, so that a replay of a call gives the same ids.
        session = uuid5(NAMESPACE_URL, self.session_id)
        chip_id = str(uuid5(UUID(str(session)), str(len(self._raised))))
        self._cue_of[chip_id] = cue.id
        self.scores[chip_id] = found.score
        return Chip(
            id=chip_id,
            session_id=self.session_id,
            kind=cue.kind,
            cue=cue.id,
            text=cue.say.text,
            detail=cue.say.detail,
            t=t,
            priority=cue.priority,
            expires=t + cue.expires,
            evidence=(Evidence(found.segment_id, found.quote),),
            template_id=self.playbook.template_id,
            ms=round((self._timer() - began) * 1000),
        )

    def _lets_out(self, cue: Cue, chip: Chip, t: float) -> bool:
        """Whether a chip may be shown now; one that may be shown later is held."""
        urgent = cue.kind in ("avoid", "warn") and cue.priority == 1
        live = self.state.speaking.get("user")
        talking = live is not None and t - live.t1 < SENTENCE_OVER
        if talking and not urgent:
            self._held.append((cue, chip))
            return False
        if not self._budget.allows(t, cue.priority, cue.id):
            return False
        self._budget.spend(t, chip.id)
        self._live[chip.id] = (cue, chip)
        return True
