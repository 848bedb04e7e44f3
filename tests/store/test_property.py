"""Protects the transcript against any order in which a call's events may arrive."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveconvo_desktop.events import Segment, new_id
from tests.store.make import make_segment, make_session

TEXTS = ["", " ", "yes", "yes we", "Yes, we can."]
steps = st.tuples(
    st.integers(0, 3),  # which utterance
    st.booleans(),  # final
    st.sampled_from(TEXTS),
    st.integers(0, 20_000),  # start, ms
    st.integers(0, 5_000),  # length, ms
    st.sampled_from([None, 0.0, 0.5, 1.0]),
)


def after(events: list[Segment]) -> dict[str, Segment]:
    """The rule in its simplest form: the last final, else the last partial, else nothing."""
    model: dict[str, Segment] = {}
    for event in events:
        known = model.get(event.id)
        if event.final or known is None or not known.final:
            model[event.id] = event
    return {one.id: one for one in model.values() if not (one.final and not one.text.strip())}


# The store is shared by the examples; each has a session of its own in it.
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(steps, max_size=12))
def test_the_stored_transcript_is_the_model_in_any_order(store, drawn):
    session = make_session()
    store.save(session)
    ids = [new_id() for _ in range(4)]
    events = [
        make_segment(
            session.id,
            id=ids[which],
            final=final,
            text=text,
            t0=start / 1000,
            t1=(start + length) / 1000,
            confidence=confidence,
        )
        for which, final, text, start, length, confidence in drawn
    ]
    for event in events:
        store.save(event)
    stored = store.transcript(session.id, partials=True)
    assert {one.id: one for one in stored} == after(events)
    assert [one.t0 for one in stored] == sorted(one.t0 for one in stored)
    assert store.transcript(session.id) == [one for one in stored if one.final]
