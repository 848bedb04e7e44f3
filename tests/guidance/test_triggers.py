"""Each judge with words it must catch and words that only look like them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.guidance.playbook import Playbook
from liveconvo_desktop.language import acts

from .conftest import own, segment, talk

Heard = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("line", "cue"),
    [
        ("o: Honestly that's too expensive for a shop our size.", "objection_price"),
        ("o: honestly thats to expensive it is way over our budget", "objection_price"),
        ("o: This is not a good time, we are in the middle of an audit.", "objection_timing"),
        ("o: I would have to run it by my boss first.", "objection_authority"),
        ("o: We are also talking to another vendor about this.", "objection_competitor"),
        ("o: We got burned by the last company that promised us this.", "objection_trust"),
        ("o: I don't think we need it, what we have works fine for us.", "objection_need"),
        ("o: How soon could you deliver the first ten?", "buying_signal"),
        ("o: It drives me crazy, we lost two orders last week.", "pain_point"),
        ("o: It goes to procurement and then legal has to review it.", "decision_process"),
    ],
)
def test_what_the_far_side_says(heard: Heard, line: str, cue: str) -> None:
    assert heard("sales_call", line) == [cue]


@pytest.mark.parametrize(
    "line",
    [
        "o: Oh, the price is fine, that is not a problem at all.",
        "o: We moved in here in the spring and the parking is great.",
        "o: Could you say that again, the line is bad.",
        "u: I know it sounds too expensive at first.",
        "o: My partner and I went sailing in August.",
        "o: Yes, I read the brochure you sent me.",
    ],
)
def test_what_only_looks_like_a_cue(heard: Heard, line: str) -> None:
    assert heard("sales_call", line) == []


@pytest.mark.parametrize(
    ("line", "cue"),
    [
        ("u: I can give you twenty percent off if you sign now.", "rep_discount"),
        ("u: okay we could waive the setup fee for you", "rep_discount"),
        ("u: I guarantee you will save ten hours a week.", "rep_guarantee"),
        ("u: Honestly, their support is terrible.", "rep_disparage"),
    ],
)
def test_forbidden_promises(heard: Heard, line: str, cue: str) -> None:
    assert cue in heard("sales_call", line)


@pytest.mark.parametrize(
    "line",
    [
        "u: I can't guarantee that, it depends on your data.",
        "u: Nobody can guarantee a date for that.",
        "u: Do they give you a discount for the two years?",
        "u: do they give you a discount for the two years",
        "u: We do not offer discounts, the list price is the price.",
        "u: Somebody said I guarantee it, and that was wrong.",
        "o: I guarantee you my boss will ask for a discount.",
    ],
)
def test_words_that_the_user_does_not_stand_behind(heard: Heard, line: str) -> None:
    assert not {"rep_discount", "rep_guarantee", "rep_disparage"} & set(heard("sales_call", line))


QUESTION = "o: How many hours does the installation take?"


@pytest.mark.parametrize(
    ("question", "answer", "left_open"),
    [
        (QUESTION, "u: What really matters is the quality of our people, they are great.", True),
        (QUESTION, "u: About six hours, sometimes seven.", False),
        (QUESTION, "u: I don't know, I will find out and write to you.", False),
        (QUESTION, "u: Good question. Let me first show you the colours of the new range.", True),
        ("o: Is the data stored in this country?", "u: Yes, all of it, in two places.", False),
        ("o: Is the data stored in this country?", "u: It is, we run our own servers.", False),
        (
            "o: Is the data stored in this country?",
            "u: You know, people love the colours, and everybody tells us how friendly the app is.",
            True,
        ),
        (
            "o: Can you hear me now?",
            "u: People love the colours of the app, they really do.",
            False,
        ),
    ],
)
def test_questions_left_open(heard: Heard, question: str, answer: str, left_open: bool) -> None:
    assert ("open_question" in heard("sales_call", question, answer, "o: Okay.")) == left_open


def test_an_open_question_is_raised_once_and_answered_later(books: dict[str, Playbook]) -> None:
    engine = Engine(books["sales_call"], "s")
    evaded = "u: Great question. What matters is the colour of the new range, people love it."
    first = talk(engine, QUESTION, evaded, "o: Okay.", "u: And the boots are clean too.")
    assert [chip.cue for chip in first] == ["open_question"]
    assert first[0].evidence[0].quote == QUESTION[3:]
    assert [waiting.left_open for waiting in engine.state.open_questions] == [True]
    talk(engine, "o: Sure.", "u: And for the installation, it takes six hours.", start=60)
    assert engine.state.open_questions == []


ASKED = "o: How much does the premium plan cost per month?"
EVADED = "u: Well, what really matters is our support team, they are wonderful people."


@pytest.mark.parametrize(
    ("line", "over"),
    [
        ("u: But to answer your question, it costs forty nine dollars a month.", True),
        ("u: I do not know that, I will find out.", True),
        ("u: Sure.", False),
        ("u: I will call both of you on Friday at ten.", False),
        ("u: And our people are friendly too.", False),
        ("o: Forty nine would be fine for us.", False),
    ],
)
def test_an_open_question_is_withdrawn_when_it_is_answered(
    books: dict[str, Playbook], line: str, over: bool
) -> None:
    engine = Engine(books["sales_call"], "s")
    (chip,) = talk(engine, ASKED, EVADED, start=50)
    talk(engine, line, start=64)
    assert [gone.id for gone in engine.withdrawn()] == [chip.id] * over


def test_no_next_step_is_withdrawn_when_one_is_named(books: dict[str, Playbook]) -> None:
    engine = Engine(books["sales_call"], "s")
    bye = talk(engine, "o: Thanks for your time, I have to run now.", start=80)
    assert [chip.cue for chip in bye] == ["close_without_next_step"]
    talk(engine, "u: It was nice to talk to you.", start=84)
    assert engine.withdrawn() == []
    talk(engine, "u: Shall we say Tuesday at ten for the next call?", start=88)
    assert [gone.id for gone in engine.withdrawn()] == [bye[0].id]


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("u: I'll send you the contract by Friday.", True),
        ("o: i'll have the numbers with you tuesday morning", True),
        ("o: Let's say Thursday the ninth at noon.", True),
        ("u: I called them on Tuesday and nobody was there.", False),
        ("u: Could you send it to me by Friday?", False),
        ("o: I'll think about it next week.", False),
        ("o: If they call on Monday we might have a problem.", False),
        ("u: I won't get it done by Friday.", False),
    ],
)
def test_commitments_need_a_promise_and_a_day(heard: Heard, line: str, made: bool) -> None:
    assert ("commitment" in heard("sales_call", line)) == made


def test_closing_without_and_with_a_next_step(heard: Heard) -> None:
    bye = "o: All right, I have to run, thanks for your time."
    assert "close_without_next_step" in heard("sales_call", bye, start=120)
    assert "close_without_next_step" not in heard("sales_call", bye, start=5)
    agreed = heard("sales_call", "u: I'll call you on Friday at ten.", bye, start=120)
    assert agreed == ["commitment"]
    ahead = "u: Before I run through the numbers, go ahead and ask."
    assert heard("sales_call", ahead, start=120) == []


def test_a_vague_answer_is_one_only_after_a_question(heard: Heard) -> None:
    vague = "o: Hard to say, we will see how it goes."
    asked = heard("sales_call", "u: How many sites will you open next year?", vague)
    assert asked == ["vague_answer"]
    assert heard("sales_call", "u: We opened two sites in spring.", vague) == []


def test_interview_questions_and_examples(heard: Heard) -> None:
    assert heard("interview", "u: And do you plan to have kids soon?") == ["sensitive_question"]
    assert heard("interview", "u: My kids are at home today, sorry for the noise.") == []
    strong = (
        "o: I rebuilt the rota in March, I moved two people to nights, and I called every family "
        "myself. Complaints went down from thirty to four in a month, and they still use the plan "
        "that I wrote there."
    )
    weak = "o: " + "People say that the team is good and the work is nice and it goes well. " * 4
    assert heard("interview", strong) == ["strong_example"]
    assert heard("interview", weak) == []


def test_meeting_cues(heard: Heard) -> None:
    assert heard("meeting", "o: Okay, we'll go with the second option.", start=30) == [
        "decision_made"
    ]
    assert "risk_raised" in heard("meeting", "o: I am worried about the supplier.", start=30)
    assert heard("meeting", "o: Should we go with the second option?", start=30) == []


def test_monologue_is_told_once_and_a_backchannel_does_not_end_it(
    books: dict[str, Playbook],
) -> None:
    engine = Engine(books["sales_call"], "s")
    chips = []
    for index in range(10):
        t = index * 14.0
        chips += engine.feed(segment("user", "and the blue one is nice", t, t + 13))
        chips += engine.feed(segment("other", "Mm, okay.", t + 13, t + 13.5))
    assert [chip.cue for chip in chips] == ["monologue"]
    assert 90 <= chips[0].t <= 105
    assert chips[0].evidence[0].quote.startswith("You have spoken for")
    assert chips[0].evidence[0].segment_id is None


def test_monologue_is_withdrawn_when_the_other_side_has_the_floor(
    books: dict[str, Playbook],
) -> None:
    engine = Engine(books["sales_call"], "s")
    (chip,) = engine.feed(segment("user", "and the blue one is nice", 0, 95))
    engine.feed(segment("other", "Mm, okay.", 95, 95.5))
    assert engine.withdrawn() == []
    engine.feed(segment("other", "That is a lot, let me ask my colleague.", 96, 99))
    assert [gone.id for gone in engine.withdrawn()] == [chip.id]


def test_pace(books: dict[str, Playbook]) -> None:
    def chips(words: int) -> list[str]:
        engine = Engine(books["sales_call"], "s")
        text = " ".join(["blue", "green"] * (words // 2))
        talked = [engine.feed(segment("user", text, t, t + 10)) for t in (50.0, 70.0, 90.0)]
        return [chip.cue for found in talked for chip in found]

    assert chips(40) == ["pace"]
    assert chips(26) == []


def test_conditions_gate_a_cue() -> None:
    cue = {"id": "x", "kind": "ask", "phrases": ["blue"], "say": {"text": "Blue"}, "cool_down": 0}
    late = own([{**cue, "when": {"elapsed_min": 60}}])
    assert talk(Engine(late, "s"), "o: blue") == []
    assert talk(Engine(late, "s"), "o: blue", start=90) != []
    follows = own([cue, {**cue, "id": "y", "phrases": ["red"], "when": {"seen": ["x"]}}])
    assert [c.cue for c in talk(Engine(follows, "s"), "o: red", "o: blue", "o: red")] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("so how do you know where they all are", True),
        ("do you train the people at the desk", True),
        ("i know what you are saying", False),
        ("that is how we do it here", False),
        ("We close at six. Right?", True),
        ("We close at six.", False),
    ],
)
def test_questions_are_found_without_punctuation(text: str, asks: bool) -> None:
    assert acts.is_question(text) == asks
