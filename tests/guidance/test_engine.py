"""The engine must stay quiet enough to be trusted: these are its promises to the user."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from liveconvo_desktop.events import Chip, Segment
from liveconvo_desktop.guidance.budget import WINDOW, Action, Eagerness
from liveconvo_desktop.guidance.engine import Engine

from .conftest import own, segment, talk

AVOID: dict[str, Any] = {
    "id": "promise", "kind": "avoid", "priority": 1, "trigger": "promise", "speech": "user",
    "on_partial": True, "phrases": ["guarantee"], "say": {"text": "Do not"}, "cool_down": 0,
    "max_per_call": 50,
}  # fmt: skip
HINT: dict[str, Any] = {
    "id": "price", "kind": "suggest", "priority": 2, "phrases": ["too expensive"],
    "say": {"text": "Ask"}, "cool_down": 20, "max_per_call": 3, "expires": 12,
}  # fmt: skip
SEEN = own([AVOID, HINT])


def partials(text: str, t0: float, id: str) -> list[Segment]:
    words = text.split()
    return [
        segment("user", " ".join(words[:n]), t0, t0 + 0.4 * n, id=id, final=False)
        for n in range(1, len(words) + 1)
    ]


def test_avoid_fires_on_the_users_own_partial_before_the_sentence_ends() -> None:
    engine = Engine(SEEN, "s")
    said = partials("well I guarantee that it will save you hours", 10.0, "a")
    chips = [(n, chip) for n, part in enumerate(said) for chip in engine.feed(part)]
    assert [(n, chip.cue) for n, chip in chips] == [(2, "promise")]
    assert engine.feed(replace(said[-1], final=True)) == []


def test_other_chips_wait_for_the_end_of_the_users_sentence() -> None:
    engine = Engine(SEEN, "s")
    engine.feed(segment("user", "and what I", 10.0, 11.0, id="u", final=False))
    assert engine.feed(segment("other", "too expensive", 10.2, 11.2)) == []
    assert engine.tick(11.5) == []
    shown = engine.feed(segment("user", "and what I like", 10.0, 12.0, id="u"))
    assert [chip.cue for chip in shown] == ["price"]


def test_a_held_chip_comes_when_the_user_falls_silent_or_expires() -> None:
    for until, shown in ((13.0, 1), (30.0, 0)):
        engine = Engine(SEEN, "s")
        engine.feed(segment("user", "and what I", 10.0, 11.0, id="u", final=False))
        engine.feed(segment("other", "too expensive", 10.2, 11.2))
        assert len(engine.tick(until)) == shown


def test_a_line_taken_back_takes_its_held_chip_and_its_talk_time_with_it() -> None:
    engine = Engine(SEEN, "s")
    engine.feed(segment("user", "and what I", 10.0, 11.0, id="u", final=False))
    engine.feed(segment("other", "too expensive", 10.2, 11.2, id="o"))
    assert engine.state.talk_seconds["other"] > 0
    engine.feed(segment("other", "", 10.2, 11.2, id="o"))
    assert engine.tick(13.0) == []
    assert engine.state.talk_seconds["other"] == 0
    assert engine.state.turns == []


def test_limits_and_cool_down_of_a_cue() -> None:
    engine = Engine(SEEN, "s")
    times = [t for t in range(0, 200, 8) if talk(engine, "o: too expensive", start=float(t), gap=0)]
    assert len(times) == 3
    assert all(later - earlier >= 20 for earlier, later in pairwise(times))


def test_what_the_user_thinks_of_a_chip_counts() -> None:
    engine = Engine(own([{**HINT, "cool_down": 0, "max_per_call": 50}]), "s")
    first = talk(engine, "o: too expensive")
    engine.note(first[0].id, "irrelevant")
    engine.note("unknown", "irrelevant")
    assert talk(engine, "o: too expensive", start=60) == []
    other = Engine(own([{**HINT, "cool_down": 0, "max_per_call": 50}]), "s", Eagerness(1, 1, 1))
    welcome = talk(other, "o: too expensive")
    assert talk(other, "o: too expensive", start=60) == []
    other.note(welcome[0].id, "helpful")
    assert talk(other, "o: too expensive", start=120) != []


def test_closing_is_no_judgement_and_not_now_is_a_rest() -> None:
    def shown(*actions: Action, at: float) -> bool:
        engine = Engine(own([{**HINT, "cool_down": 0, "max_per_call": 50}]), "s")
        for n, action in enumerate(actions):
            chips = talk(engine, "o: too expensive", start=20.0 * n)
            engine.note(chips[0].id, action)
        return talk(engine, "o: too expensive", start=at) != []

    assert shown("dismissed", at=20)
    assert not shown("dismissed", "dismissed", at=60)
    assert shown("dismissed", "dismissed", at=100), "two dismissals muted the cue for good"
    assert shown("dismissed", "helpful", "dismissed", at=60)
    assert not shown("not_now", at=60)
    assert shown("not_now", at=140)
    assert not shown("irrelevant", at=3000)
    assert shown("too_late", at=20)


def test_what_the_final_does_not_say_is_withdrawn() -> None:
    engine = Engine(SEEN, "s")
    (chip,) = engine.feed(segment("user", "I guarantee it", 10.0, 11.0, id="a", final=False))
    assert engine.withdrawn() == []
    engine.feed(segment("user", "I go on a tee", 10.0, 12.0, id="a"))
    (over,) = engine.withdrawn()
    assert over == replace(chip, expires=12.0)
    assert engine.withdrawn() == []
    assert engine.feed(segment("user", "I guarantee it", 13.0, 14.0, id="b")) != []


def test_what_the_final_bears_out_stays() -> None:
    engine = Engine(SEEN, "s")
    engine.feed(segment("user", "well i guarantee", 10.0, 11.0, id="a", final=False))
    engine.feed(segment("user", "Well, I guarantee that.", 10.0, 12.0, id="a"))
    assert engine.withdrawn() == []


def test_a_line_taken_back_withdraws_its_chip() -> None:
    engine = Engine(SEEN, "s")
    (chip,) = engine.feed(segment("other", "too expensive", 10.0, 11.0, id="o"))
    engine.feed(segment("other", "", 10.0, 11.0, id="o"))
    assert [over.id for over in engine.withdrawn()] == [chip.id]


def test_only_what_two_decodes_agree_on_is_judged() -> None:
    engine = Engine(SEEN, "s")
    text = "well I guarantee"
    early = segment("user", text, 10.0, 11.0, id="a", final=False, stable=6)
    assert engine.feed(early) == []
    assert engine.feed(replace(early, stable=len(text))) != []


def test_chips_carry_everything_that_is_stored() -> None:
    chip = talk(Engine(SEEN, "session-9"), "o: Well. It is too expensive for us. Sorry.")[0]
    assert chip.session_id == "session-9"
    assert chip.template_id == SEEN.template_id
    assert chip.evidence[0].quote == "It is too expensive for us"
    assert chip.evidence[0].segment_id == "other-0.0"
    assert chip.expires == chip.t + 12
    assert (chip.kind, chip.priority, chip.text, chip.model) == ("suggest", 2, "Ask", "rules")


LINES = st.lists(
    st.tuples(
        st.sampled_from(["user", "other"]),
        st.sampled_from(["I guarantee it", "too expensive", "blue", "", "is it too expensive?"]),
        st.floats(0.2, 40.0),
        st.booleans(),
    ),
    max_size=40,
)


def run(lines: list[tuple[str, str, float, bool]], engine: Engine) -> list[Chip]:
    chips: list[Chip] = []
    t = 0.0
    for n, (speaker, text, gap, spoken_in_parts) in enumerate(lines):
        if spoken_in_parts and speaker == "user" and text:
            for part in partials(text, t, f"{n}"):
                chips += engine.feed(part)
        chips += engine.feed(segment(speaker, text, t, t + 1.5, id=f"{n}"))
        t += 1.5 + gap
        chips += engine.tick(t)
    return chips


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_promises_hold_for_any_conversation(lines: list[tuple[str, str, float, bool]]) -> None:
    chips = run(lines, Engine(SEEN, "s", Eagerness(4, 3, 2)))
    assert len({chip.id for chip in chips}) == len(chips)
    for chip in chips:
        window = [c for c in chips if chip.t - WINDOW < c.t <= chip.t]
        assert len(window) <= 4
    once = Counter((chip.cue, chip.evidence[0].segment_id) for chip in chips)
    assert all(count == 1 for count in once.values())
    prices = [chip.t for chip in chips if chip.cue == "price"]
    assert len(prices) <= 3
    assert all(b - a >= 20 for a, b in pairwise(prices))


@settings(max_examples=20, deadline=None)
@given(LINES)
def test_the_same_conversation_gives_the_same_chips(
    lines: list[tuple[str, str, float, bool]],
) -> None:
    def once() -> list[Chip]:
        return run(lines, Engine(SEEN, "s", timer=lambda: 0.0))

    assert once() == once()


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_a_chip_is_withdrawn_at_most_once_and_only_after_it_was_shown(
    lines: list[tuple[str, str, float, bool]],
) -> None:
    engine = Engine(SEEN, "s")
    shown: dict[str, Chip] = {}
    gone: set[str] = set()
    t = 0.0
    for n, (speaker, text, gap, spoken_in_parts) in enumerate(lines):
        parts = [segment(speaker, text, t, t + 1, id=f"{n}", final=False)]
        for part in [*parts * spoken_in_parts, segment(speaker, "blue", t, t + 1.5, id=f"{n}")]:
            shown |= {chip.id: chip for chip in engine.feed(part)}
            over = engine.withdrawn()
            assert {chip.id for chip in over} <= shown.keys() - gone
            assert all(chip.t <= chip.expires <= shown[chip.id].expires for chip in over)
            gone |= {chip.id for chip in over}
        t += 1.5 + gap
    assert gone == {c.id for c in shown.values() if c.cue == "promise"}
