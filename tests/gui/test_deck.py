"""The deck never hides the important one, never shows more than three, and lets go in time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.ui.deck import VISIBLE, Deck
from tests.gui.script import chip

chips = st.lists(
    st.builds(
        lambda n, t, p, life: chip(f"c-{n}", t=t, priority=p, expires=t + life),
        st.integers(0, 30),
        st.floats(0, 100),
        st.integers(1, 3),
        st.floats(1, 60),
    )
)


@given(chips, st.floats(0, 160))
def test_the_most_important_and_newest_live_chips_are_shown(given_chips, now):
    deck, live = Deck(), {}
    for one in given_chips:
        deck.add(one)
        live[one.id] = one
    deck.expire(now)
    live = {key: one for key, one in live.items() if one.expires > now}
    order = sorted(live.values(), key=lambda one: (one.priority, -one.t))
    assert [(c.priority, c.t) for c in deck.top()] == [(c.priority, c.t) for c in order[:VISIBLE]]
    assert deck.waiting() == max(0, len(live) - VISIBLE)


def test_what_waits_takes_the_place_of_what_is_answered():
    deck = Deck()
    for n in range(4):
        deck.add(chip(f"c-{n}", t=n))
    deck.remove("c-3")
    deck.remove("unknown")
    assert [one.id for one in deck.top()] == ["c-2", "c-1", "c-0"]
