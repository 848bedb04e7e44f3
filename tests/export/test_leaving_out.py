"""Protects people whose names were not to be in a document."""

from dataclasses import replace

from liveconvo_desktop.export.base import ActionItem, Options
from liveconvo_desktop.export.leaving_out import as_wanted
from tests.export.make import conversation


def summed(**options):
    whole = conversation(names={"user": "Jo Keller", "other": "Dana Whitfield"})
    summary = replace(
        whole.summary,
        tldr="The call with Dana was about seats. Dana Whitfield: Too dear.",
        decisions=("Jo Keller: we renew.",),
        actions=(ActionItem("Dana sends it.", owner="Dana Whitfield"),),
        questions=("Jo: when?",),
        notes="## Price (0:10–1:05)\n\n- [0:10] Dana Whitfield: it is Danais.",
    )
    return as_wanted(replace(whole, summary=summary), Options(**options))


def test_without_names_a_summary_has_none_either():
    found = summed(names=False)
    said = " ".join(
        [
            found.summary.tldr,
            *found.summary.decisions,
            *(f"{one.text} {one.owner}" for one in found.summary.actions),
            *found.summary.questions,
            found.summary.notes,
        ]
    )
    assert found.names == {}
    for name in ("Jo", "Keller", "Whitfield"):
        assert name not in said
    assert "Dana" not in said.replace("Danais", ""), "a word that only begins so stays"
    who = found.name("other")
    assert f"{who}: Too dear." in said
    assert f"with {who[:1].lower()}{who[1:]} was" in said


def test_without_timestamps_the_notes_have_none_either():
    assert summed(timestamps=False).summary.notes == "## Price\n\n- Dana Whitfield: it is Danais."


def test_what_is_wanted_stays():
    assert summed().summary.notes.startswith("## Price (0:10")
    assert summed().names["other"] == "Dana Whitfield"
