"""Overheard lines go; people who talk at once stay. A line is only ever deleted by text."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.events import Segment
from liveconvo_desktop.speech.duplicates import DuplicateConfig, DuplicateGuard

SAID = "we would need the invoice before the end of the month"


def line(channel, t0, t1, text, *, final=True, key=None):
    speaker = "user" if channel == "mic" else "other"
    name = key or f"{channel}{t0}"
    return Segment(name, "s", channel, speaker, t0, t1, text, 0.9, "whisper", final)


def texts(segments):
    return [(s.channel, s.text) for s in segments]


def test_the_far_sides_words_are_taken_back_from_the_microphone():
    guard = DuplicateGuard()
    guard.feed(line("speaker", 1.0, 4.0, SAID), 0.0, 5.0)
    heard = line("mic", 1.1, 4.1, "we need the invoice before the end of the month")
    assert texts(guard.feed(heard, 0.9, 5.1)) == [("mic", "")]


def test_the_same_words_later_are_the_users_own():
    guard = DuplicateGuard()
    guard.feed(line("speaker", 1.0, 4.0, SAID), 0.0, 5.0)
    assert texts(guard.feed(line("mic", 6.0, 9.0, SAID), 0.0, 9.5)) == [("mic", SAID)]


def test_double_talk_with_other_words_is_kept_though_it_sounds_like_echo():
    guard = DuplicateGuard()
    guard.feed(line("speaker", 1.0, 4.0, SAID), 0.0, 5.0)
    own = line("mic", 1.0, 4.0, "sorry can I stop you there for a second please")
    assert guard.feed(own, 0.99, 5.1) == [own]


def test_short_agreement_is_never_deleted():
    guard = DuplicateGuard()
    guard.feed(line("speaker", 1.0, 2.0, "yes exactly"), 0.0, 2.5)
    both = line("mic", 1.0, 2.0, "Yes, exactly.")
    assert guard.feed(both, 0.9, 2.6) == [both]


def test_a_long_answer_that_repeats_the_question_is_kept():
    guard = DuplicateGuard()
    guard.feed(line("speaker", 1.0, 4.0, "how many boxes do you need"), 0.0, 4.5)
    own = line("mic", 2.0, 8.0, "how many boxes do you need well I think we need forty of them")
    assert guard.feed(own, 0.2, 8.5) == [own]


def test_a_suspected_line_waits_for_the_far_sides_text():
    guard = DuplicateGuard()
    assert guard.feed(line("mic", 1.1, 4.1, SAID), 0.95, 5.0) == []
    shown = guard.feed(line("speaker", 1.0, 4.0, SAID), 0.0, 5.5)
    assert texts(shown) == [("speaker", SAID), ("mic", "")]


def test_a_suspected_line_is_shown_when_no_text_confirms_in_time():
    guard = DuplicateGuard()
    own = line("mic", 1.1, 4.1, SAID)
    assert guard.feed(own, 0.95, 5.0) == []
    assert guard.release(5.0 + DuplicateConfig().hold - 0.01) == []
    assert guard.release(5.0 + DuplicateConfig().hold) == [own]


def test_echo_partials_are_not_shown():
    guard = DuplicateGuard()
    guard.feed(line("speaker", 1.0, 4.0, SAID, final=False), 0.0, 3.0)
    assert guard.feed(line("mic", 1.1, 4.0, SAID, final=False), 0.95, 3.1) == []


words = st.sampled_from(["we", "need", "the", "invoice", "boxes", "price", "monday", "yes", "no"])
lines = st.lists(
    st.tuples(
        st.sampled_from(["mic", "speaker"]),
        st.lists(words, min_size=1, max_size=8).map(" ".join),
        st.floats(0, 1),
        st.floats(0.2, 4),
    ),
    max_size=25,
)


@given(lines)
def test_every_line_comes_out_exactly_once_and_in_its_channels_order(script):
    guard, now, shown, fed = DuplicateGuard(), 0.0, [], []
    for index, (channel, text, likeness, length) in enumerate(script):
        segment = line(channel, now, now + length, text, key=str(index))
        fed.append(segment)
        now += length * 0.6
        shown += guard.feed(segment, likeness, now)
    shown += guard.release(now, everything=True)
    for channel in ("mic", "speaker"):
        assert [s.id for s in shown if s.channel == channel] == [
            s.id for s in fed if s.channel == channel
        ]
    kept = {s.id: s for s in shown}
    assert all(kept[f.id] in (f, replace(f, text="", stable=0)) for f in fed)
    assert all(kept[f.id] == f for f in fed if f.channel == "speaker" or len(f.text.split()) < 4)
