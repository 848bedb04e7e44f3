"""Protects the customer from reading the seller's notes, or one side's words as the other's."""

from dataclasses import replace

import pytest

from liveconvo_desktop.export import ActionItem, email, email_words, saying
from liveconvo_desktop.export.base import ExportError, Options, Summary
from liveconvo_desktop.language.summaries import FOREIGN
from tests.export.make import conversation, line

SAID = (
    line(1, "other", 1.0, 4.0, "That is too expensive for us."),
    line(2, "user", 5.0, 9.0, "Good, I will send you the written offer by Wednesday,"),
    line(3, "user", 9.0, 11.0, "and we will call you both on Friday at 10."),
    line(4, "other", 12.0, 14.0, "Friday at 10 works for me."),
    line(5, "other", 15.0, 17.0, "And I will ask my partner. Where is our data stored?"),
)
SUMMARY = Summary(
    tldr="The call with Dana was about price.\nConcerns – The customer: That is too expensive.",
    decisions=("Friday at 10 works for me.", "Twelve months"),
    actions=(
        ActionItem(
            "Good, I will send you the written offer by Wednesday, and we will call you both on "
            "Friday at 10.",
            "user",
            "2026-12-02",
        ),
        ActionItem("I will ask my partner.", "other"),
        ActionItem("Book the room", "", "tomorrow"),
        ActionItem("Draw up the contract", "Priya"),
    ),
    questions=("Where is our data stored?",),
    notes="## Objections\n\n- [0:01] The customer: That is too expensive for us.",
)


def body(names=None, summary=SUMMARY):
    return email.body(conversation(lines=SAID, names=names or {}, summary=summary), Options())


@pytest.mark.parametrize("names", [{}, {"user": "Jo Keller", "other": "Dana Whitfield"}])
def test_it_says_what_was_agreed_who_does_what_and_what_is_open(names):
    letter = body(names)
    assert letter.startswith("Hello Dana Whitfield,\n" if names else "Hello,\n")
    assert letter.endswith("Kind regards\nJo Keller\n" if names else "Kind regards\n")
    middle = letter.split("\n\n")[2:-2]
    assert middle == [
        "What we agreed:\n- You said: “Friday at 10 works for me.”\n- Twelve months",
        "From you:\n- You said: “I will ask my partner”",
        "From me:\n- I will send you the written offer by Wednesday, 2 December 2026, and we will "
        "call you both on Friday at 10",
        "From Priya:\n- Draw up the contract",
        "To be done:\n- Book the room, by tomorrow",
        "Still open:\n- You asked: “Where is our data stored?”",
    ]


def test_it_tells_nobody_what_the_user_noted_of_them():
    letter = body()
    for internal in ("expensive", "Concerns", "The customer", "The call with Dana"):
        assert internal not in letter


def test_a_label_says_who_spoke_where_the_words_are_gone():
    labelled = Summary(decisions=("The customer: we renew.", "Jo Keller: I agree."))
    letter = body({"user": "Jo Keller"}, labelled)
    assert "- You said: “we renew.”\n- I said: “I agree.”" in letter


@pytest.mark.parametrize(
    ("words", "due", "told"),
    [
        ("Send it", "2026-11-27", "Send it, by Friday, 27 November 2026"),
        ("Send it by Friday", "2026-11-27", "Send it by Friday, 27 November 2026"),
        ("Send it by next friday", "2026-11-27", "Send it by Friday, 27 November 2026"),
        ("Send it by November 27th", "2026-11-27", "Send it by November 27th"),
        ("Send it by 27 November", "2026-11-27", "Send it by 27 November"),
        ("Call tomorrow", "2026-11-27", "Call tomorrow (Friday, 27 November 2026)"),
        ("Send it by Friday", "by Friday", "Send it by Friday"),
        ("Send it", "by Friday", "Send it, by Friday"),
        ("Send it", "", "Send it"),
    ],
)
def test_a_day_is_told_once(words, due, told):
    assert email_words.with_day(words, ActionItem(words, "user", due)) == told


def test_whatever_word_a_summary_has_for_a_side_becomes_its_name():
    said = (
        "The client: Fine. 0:10–0:20 of the client's side is missing: paused. "
        "0:30–0:40 of your side is missing: paused."
    )
    whole = conversation(names={"other": "Dana", "user": "Jo"})
    told = saying.summed_up(replace(whole, summary=replace(whole.summary, tldr=said)))
    assert told.tldr == (
        "Dana: Fine. 0:10–0:20 of Dana's side is missing: paused. "
        "0:30–0:40 of Jo's side is missing: paused."
    )
    unnamed = conversation(names={})
    told = saying.summed_up(replace(unnamed, summary=replace(unnamed.summary, tldr=said)))
    assert told.tldr == (
        "The customer: Fine. 0:10–0:20 of the customer's side is missing: paused. "
        "0:30–0:40 of your side is missing: paused."
    )


def test_no_email_is_made_of_what_only_the_user_should_read():
    whole = conversation(summary=Summary(tldr=f"{FOREIGN}\n", notes="## Some\n\n- Guten Tag."))
    with pytest.raises(ExportError, match="nothing that the other side could be told"):
        email.body(whole, Options())
