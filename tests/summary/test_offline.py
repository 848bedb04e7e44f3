"""Protects the offline summary: what it finds, what it cites, and that it is always the same."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveconvo_desktop.language.embed import Embedder
from liveconvo_desktop.paths import resource
from liveconvo_desktop.summary import cues, edits, text
from liveconvo_desktop.summary.base import CancelledError, Conversation, Line
from liveconvo_desktop.summary.extractive import OfflineWriter
from liveconvo_desktop.summary.reading import read_transcript
from liveconvo_desktop.summary.sentences import sentences
from liveconvo_desktop.summary.topics import segment
from tests.summary.make import CALL, WEDNESDAY, embed, lines


def write(conversation=CALL, report=lambda done, doing: None, cancelled=lambda: False):
    return OfflineWriter(embed).write(conversation, report, cancelled)


def statements(draft):
    yield from (*draft.tldr, *draft.decisions, *draft.actions, *draft.questions)
    for topic in draft.topics:
        yield from topic.statements


def actions(*said):
    return [(a.text, a.owner, a.due) for a in cues.actions(sentences(lines(*said)), WEDNESDAY)]


def test_a_call_is_summed_up():
    draft = write()
    assert [one.text for one in draft.decisions] == ["We split the migration."]
    assert [(a.owner, a.due) for a in draft.actions] == [
        ("other", date(2026, 3, 6)),
        ("other", date(2026, 3, 31)),
    ]
    assert [one.text for one in draft.questions] == [
        "How many people have finished the training module?"
    ]
    assert draft.tldr[0].text.startswith("The meeting was about ")
    assert draft.gaps == ("3:10–4:25 of the other side is missing: the device was away.",)
    assert draft.model == "offline:all-MiniLM-L6-v2-int8"
    assert draft.title


def test_every_statement_cites_lines_that_exist():
    known = {line.id for line in CALL.lines}
    for one in statements(write()):
        assert one.sources
        assert set(one.sources) <= known


def test_the_same_call_gives_the_same_summary():
    assert write() == write()


def test_quotes_are_clean():
    quoted = " ".join(one.text for one in statements(write()))
    assert " um" not in quoted.lower()
    assert " uh" not in quoted.lower()
    assert "Yeah." not in quoted


def test_a_call_without_words_says_so():
    draft = write(Conversation(lines=lines(("user", "Um."), ("other", "Yeah."))))
    assert draft.tldr[0].text == "Nothing was said that could be summed up."
    assert draft.topics == ()


def test_the_demo_call_with_the_real_sentence_model():
    call = read_transcript(resource("demo/sales_call.json")).model_copy(update={"day": WEDNESDAY})
    draft = OfflineWriter(Embedder()).write(call, lambda done, doing: None, lambda: False)
    assert [(a.owner, a.due) for a in draft.actions] == [("user", date(2026, 3, 11))]
    assert [one.text for one in draft.questions] == [
        "Where is our data stored? Is it stored in this country, or somewhere else?"
    ]
    assert any("written offer by Wednesday" in one.text for one in draft.tldr)


def test_cancel_is_heard():
    with pytest.raises(CancelledError):
        write(cancelled=lambda: True)


def test_progress_goes_one_way():
    told = []
    write(report=lambda done, doing: told.append(done))
    assert told == sorted(told)


@pytest.mark.parametrize(
    "said",
    [
        "I'll be honest with you.", "I'll see.", "If I send it by Friday, is that fine?",
        "I sent it on Friday.", "I won't send it by Friday.", "Can I send it by Friday?",
        "Can you hear me?", "I would send it.", "We could send it.", "I'll have the soup.",
        "They check out of the hotel.",
    ],
)  # fmt: skip
def test_what_is_no_promise(said):
    assert actions(("user", said), ("other", "Okay.")) == []


def test_promises_and_requests_have_owners_and_days():
    assert actions(("user", "I'll send you the offer. By Friday."), ("other", "Thanks.")) == [
        ("I'll send you the offer. By Friday.", "user", date(2026, 3, 6))
    ]
    assert actions(
        ("user", "Can you send me the logs by tomorrow?"), ("other", "Sure, will do.")
    ) == [("Can you send me the logs by tomorrow?", "other", date(2026, 3, 5))]
    assert actions(("user", "Can you send me the logs?"), ("other", "No, I can't do that.")) == []


def test_a_promise_made_twice_is_one():
    found = actions(
        ("user", "I'll send you the written offer."),
        ("other", "Great, thank you so much."),
        ("user", "So I'll send you the written offer by Friday."),
    )
    assert found == [("I'll send you the written offer by Friday.", "user", date(2026, 3, 6))]


def test_without_the_calls_day_no_date_is_made_up():
    found = cues.actions(sentences(lines(("user", "I'll send it by Friday."))), None)
    assert [(a.text, a.due) for a in found] == [("I'll send it by Friday.", None)]


def test_a_request_may_be_an_order():
    found = actions(
        ("user", "Okay, send it as a Word file, not a PDF."), ("other", "We will scribble on it.")
    )
    assert found == [("Send it as a Word file, not a PDF.", "other", None)]
    assert actions(("other", "Call me Luisa."), ("user", "Hello Luisa.")) == []
    assert actions(("user", "Do they send it as a file?"), ("other", "They do.")) == []


def test_a_reminder_of_a_request_is_no_second_one():
    found = actions(
        ("user", "Please ring your bank today, and then the police fraud line."),
        ("other", "I thought first I would ask what it could be."),
        ("user", "Go and ring the bank."),
    )
    assert [(owner, due) for _, owner, due in found] == [("other", WEDNESDAY)]


def test_a_promise_to_do_what_was_asked_is_one_item_with_its_day():
    found = actions(
        ("user", "Perfect. Please send me the invoice by email."),
        ("other", "I will do that today."),
    )
    assert found == [("Please send me the invoice by email.", "other", WEDNESDAY)]


def test_a_new_appointment_is_no_day_for_what_was_promised_before():
    found = actions(
        ("user", "I'll get the rail back up myself. Same time next Thursday."), ("other", "Bye.")
    )
    assert found == [
        ("I'll get the rail back up myself.", "user", None),
        ("Same time next Thursday.", "user", date(2026, 3, 12)),
    ]


def test_the_friday_after_comes_after_the_day_that_was_named():
    said = "I'll come on Wednesday, and you will have a list from me by the Friday after."
    assert [due for _, _, due in actions(("user", said), ("other", "Good."))] == [date(2026, 3, 13)]


def open_after(question, *replies):
    said = [("other", question), *(("user", reply) for reply in replies), ("other", "About ten.")]
    return [one.text for one in cues.open_questions(sentences(lines(*said)))]


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Have you measured the height up in the loft?",
         "Two metres forty, my husband did it. We nearly got a builder in, but we sent him away."),
        ("What does slow look like?",
         "The pictures take, I don't know, two minutes to come up, and we look at a circle."),
        ("Have you seen anywhere else you like?",
         "Yeah, so we went to see another one last week, and they have a pool and a spa there."),
        ("It is a scroll and a click, isn't it?", "What matters is the case, and its colour."),
        ("It ships with a case, right?", "What matters is the colour of it, to be frank."),
    ],
)  # fmt: skip
def test_a_question_that_was_answered_or_wants_no_answer_is_not_open(question, reply):
    assert open_after(question, reply) == []


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("If we moved to the other one, would it be cheaper for us than what we pay now?",
         "Cloud is a funny word, people use it for all sorts. How many people log in at once?"),
        ("It was a grant, so does the post stop when that stops?",
         "The lottery people were brilliant, they came to our fair and all. Do you drive a van?"),
        ("How many of yours have finished the training module?",
         "The thing is a bit long, people have said. There is a nurse in it who will not stop."),
        ("Is the glass made by you, or who makes it?",
         "What matters with a window is the seal, and our people have been at it for ages."),
    ],
)  # fmt: skip
def test_a_question_that_was_gone_past_is_open(question, reply):
    assert open_after(question, reply) == [question]


def test_where_one_side_was_heard_no_question_is_open():
    said = lines(("other", "How many of yours have finished the training?"))
    assert cues.open_questions(sentences(said)) == []


@pytest.mark.parametrize(
    ("said", "decided"),
    [
        ("I agree.", False), ("I agree with the small screen.", False),
        ("We agree with that, of course.", False), ("Here are the buttons we agreed on.", False),
        ("We agreed to ship the small screen.", True),
        ("Okay, drop it for the small corridor.", True),
        ("Friday at ten works for me.", True), ("Friday does not work for me.", False),
    ],
)  # fmt: skip
def test_an_opinion_is_no_decision(said, decided):
    assert bool(cues.decisions(sentences(lines(("user", said))))) == decided


@pytest.mark.parametrize(
    "said",
    ["I have been talking to myself for a minute.", "We'll find it somewhere.",
     "You will find the minutes there tomorrow.", "You'll have to wait.",
     "We will move forward by Friday.", "I'll talk to you more about it later."],
)  # fmt: skip
def test_what_is_a_manner_of_speaking_is_no_promise(said):
    assert actions(("user", said), ("other", "Okay.")) == []


@pytest.mark.parametrize(
    "said",
    ["We haven't decided yet.", "Should we go with option two?", "If we go with them, it is late.",
     "They agreed to it in May."],
)  # fmt: skip
def test_what_is_no_decision(said):
    assert cues.decisions(sentences(lines(("user", said)))) == []


def test_a_decision_that_points_back_brings_what_it_points_to():
    made = cues.decisions(
        sentences(lines(("user", "The archive moves on Sunday. That's the plan.")))
    )
    assert [one.text for one in made] == ["The archive moves on Sunday. That's the plan."]


def test_a_sentence_over_two_lines_cites_both():
    cut = (
        Line(id="a", speaker="user", t0=0, t1=2, text="The archive moves on the last"),
        Line(id="b", speaker="other", t0=2.1, t1=2.4, text="Mm-hmm."),
        Line(id="c", speaker="user", t0=2.5, t1=4, text="Sunday of the month."),
    )
    made = sentences(cut)
    assert [(one.text, one.sources) for one in made] == [
        ("The archive moves on the last Sunday of the month.", ("a", "c"))
    ]


def test_topics_are_cut_where_the_words_change():
    about = ["the robot battery case", "price budget cost offer", "wedding cake hotel guests"]
    said = [f"{about[n // 20]} {n}" for n in range(60)]
    spans = segment(embed(said), [25] * 60)
    assert [(span.first, span.last) for span in spans] == [(0, 20), (20, 40), (40, 60)]


@given(st.integers(0, 80), st.integers(1, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_topics_cover_the_call_once(count, words, seed):
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    spans = segment(vectors, [words] * count)
    covered = [at for span in spans for at in range(span.first, span.last)]
    assert covered == list(range(count))


def test_notes_say_when_and_name_the_holes():
    draft = write()
    notes = text.notes(draft, CALL.lines)
    assert notes.startswith(f"## {draft.topics[0].heading} (0:00–")
    assert "- [0:" in notes
    assert "3:10–4:25 of the other side is missing" in notes
    assert "3:10–4:25" in text.tldr(draft)


def test_edits_keep_citations_and_empty_words_remove():
    draft = write()
    changed = edits.reword(draft, ("decisions", 0), "  Split   it. ")
    assert changed.decisions[0].text == "Split it."
    assert changed.decisions[0].sources == draft.decisions[0].sources
    assert edits.reword(draft, ("questions", 0), " ").questions == ()
    place = ("topics", 0, 0)
    assert edits.at(edits.reword(draft, place, "New."), place).text == "New."
    assert edits.tick(draft, 1, True).actions[1].done
    assert type(draft).model_validate(draft.model_dump(mode="json")) == draft
