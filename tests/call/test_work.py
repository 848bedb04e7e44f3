"""Order of work: finals are never dropped, partials always give way."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.call.desk import Desk
from liveconvo_desktop.call.work import Job, WorkOrder
from liveconvo_desktop.events import Utterance


def job(stage, channel="mic", key="a", since=0.0):
    return Job(Utterance(key, channel, 0.0, 1.0, np.zeros(1, np.float32), stage), 0.0, since)


def drain(order):
    out = []
    while taken := order.take():
        out.append((taken.utterance.stage, taken.utterance.id))
    return out


def test_finals_come_before_speculation_before_partials():
    order = WorkOrder()
    order.put(job("open", "mic", "p"))
    order.put(job("paused", "speaker", "s"))
    order.put(job("closed", "mic", "f1"))
    order.put(job("closed", "speaker", "f2"))
    assert drain(order) == [("closed", "f1"), ("closed", "f2"), ("open", "p")]


def test_a_close_makes_its_waiting_partial_and_speculation_pointless():
    order = WorkOrder()
    order.put(job("open"))
    order.put(job("paused"))
    order.put(job("closed"))
    assert drain(order) == [("closed", "a")]
    assert order.dropped_partials == 1


def test_resumed_speech_withdraws_the_speculation():
    order = WorkOrder()
    order.put(job("paused"))
    order.resumed("mic")
    assert order.empty


def test_no_partials_while_a_final_is_late():
    order = WorkOrder()
    order.put(job("closed", since=0.0))
    assert order.partial_due("speaker", 1.5, 0.0, 1)
    assert not order.partial_due("speaker", 2.5, 0.0, 1)


def test_a_final_in_hand_is_behind_until_it_is_read():
    order = WorkOrder()
    order.put(job("closed", "mic", "slow", since=0.0))
    order.put(job("closed", "speaker", "next", since=5.0))
    assert order.behind(1.0) == 1.0
    slow = order.take()
    assert order.behind(12.0) == 12.0, "a slow model's final counts only while it waits"
    assert not order.partial_due("speaker", 12.0, 0.0, 1)
    order.read(slow, 12.0)
    assert order.behind(12.0) == 7.0
    order.read(order.take(), 1.0)
    assert order.behind(13.0) == 0.0


def test_the_desk_remembers_how_long_a_final_took():
    now = [0.0]
    desk = Desk(lambda: now[0])
    desk.put(job("closed").utterance, 0.0)
    taken = desk.take(0)
    now[0] = 12.0
    assert desk.behind == 12.0
    desk.done(taken, 12.0)
    assert (desk.behind, desk.behind_max) == (0.0, 12.0)


def test_partials_slow_down_with_their_cost():
    order = WorkOrder()
    assert order.partial_due("mic", 1.0, 0.0, 1)
    first = job("open", since=1.0)
    order.put(first)
    assert order.take() is first
    order.read(first, 0.6)
    assert not order.partial_due("mic", 3.9, 0.0, 1)
    assert order.partial_due("mic", 4.1, 0.0, 1)
    assert not order.partial_due("mic", 4.1, 0.0, 2), "two speakers share the time"
    assert order.partial_due("mic", 4.1, 3.0, 2), "a new utterance gets its first one early"


def test_what_was_read_in_a_pause_stands_for_a_partial():
    order = WorkOrder()
    order.put(job("paused", since=2.0))
    order.read(order.take(), 0.2)
    assert not order.partial_due("mic", 3.4, 0.0, 1)
    assert order.partial_due("mic", 3.5, 0.0, 1)


def test_a_pause_after_a_first_syllable_does_not_delay_the_first_partial():
    order = WorkOrder()
    syllable = Job(Utterance("a", "mic", 0.0, 0.4, np.zeros(1, np.float32), "paused"), 0.0, 0.5)
    order.put(syllable)
    order.read(order.take(), 0.2)
    assert order.partial_due("mic", 1.0, 0.0, 1)


def test_a_very_late_final_is_read_in_a_hurry_but_read():
    order = WorkOrder()
    late = job("closed", since=0.0)
    assert order.effort(late, 1.0) == "final"
    assert order.effort(late, 5.0) == "hurried"
    assert order.effort(job("open"), 0.0) == "draft"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["open", "paused", "closed"]),
            st.sampled_from(["mic", "speaker"]),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_every_final_is_taken_once_and_in_order(script):
    order, put, taken = WorkOrder(), [], []
    for index, (stage, channel, take) in enumerate(script):
        order.put(job(stage, channel, str(index), float(index)))
        if stage == "closed":
            put.append(str(index))
        if take:
            got = order.take()
            taken += [got.utterance.id] if got and got.utterance.stage == "closed" else []
    taken += [key for stage, key in drain(order) if stage == "closed"]
    assert taken == put
