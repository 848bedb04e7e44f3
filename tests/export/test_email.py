"""Protects the customer from reading the seller's words as their own."""

from dataclasses import replace

import pytest

from liveconvo_desktop.export import email, saying
from liveconvo_desktop.export.base import ExportError, Options, Summary
from liveconvo_desktop.language.summaries import FOREIGN, NO_NEXT_STEP
from tests.export.make import conversation


def body(names):
    whole = conversation(names=names)
    said = "You: I send the offer. Them: We decide on Friday."
    return email.body(replace(whole, summary=replace(whole.summary, tldr=said)), Options())


def test_the_email_is_seen_from_the_other_side():
    assert "I: I send the offer. You: We decide on Friday." in body({})


def test_names_are_used_where_they_are_known():
    said = body({"user": "Jo Keller", "other": "Dana Whitfield"})
    assert "Jo Keller: I send the offer. Dana Whitfield: We decide on Friday." in said


def test_the_email_is_seen_from_the_other_side_by_whatever_word_the_summary_has():
    whole = conversation(names={})
    said = f"Concerns – The customer: Too dear.\n{NO_NEXT_STEP}\nPrice – You: Forty euros."
    told = email.body(replace(whole, summary=replace(whole.summary, tldr=said)), Options())
    assert "Concerns – You: Too dear." in told
    assert "Price – I: Forty euros." in told
    assert "Next step" not in told


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
