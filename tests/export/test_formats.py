"""Each format against a small file that a person has read, and against text that wants to break it.

A change on purpose: ``python -m tests.export.test_formats`` writes the files anew; read the diff.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import docx
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.export import (
    FORMATS,
    ActionItem,
    ExportError,
    Options,
    Summary,
    find_format,
    markdown,
    plain,
)
from liveconvo_desktop.export.base import entries
from liveconvo_desktop.export.cues import read_cues
from liveconvo_desktop.language.summaries import FOREIGN, NO_NEXT_STEP, NOTHING_SAID, one_sided
from tests.export.make import CHIP, OPTIONS, SUMMARY, conversation, line

GOLDEN = Path(__file__).parent / "golden"
TEXTS = [one for one in FORMATS if one.text]
ATTACKS = [
    "=cmd|' /C calc'!A0",
    "+1 would be nice",
    "<script>alert(1)</script> & so on",
    "00:00:01.000 --> 00:00:02.000",
    "# not a heading",
    "- not a bullet",
    "1. not a list",
    "| not | a | table |",
    "*not* _emphasis_ `code` [link](http://x) ![i](y) <b>",
    "nul \x00 bell \x07 escape \x1b[31m half \ud800 not a character \uffff",
    "two\nlines\r\nand\u2028three",
    "{\\an8}placed",
    "😀 日本語 עברית",
    "x" * 3000,
    "",
]


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def docx_text(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


READ = {"pdf": pdf_text, "docx": docx_text}


@pytest.mark.parametrize("format_", TEXTS, ids=lambda f: f.name)
def test_a_text_format_is_what_it_was(format_):
    golden = GOLDEN / f"{format_.name}{format_.suffix}"
    assert format_.render(conversation(), OPTIONS) == golden.read_bytes()


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_the_same_conversation_gives_the_same_bytes(format_):
    if format_.name == "docx":
        pytest.skip("a ZIP archive carries the time at which it was made")
    assert format_.render(conversation(), OPTIONS) == format_.render(conversation(), OPTIONS)


@pytest.mark.parametrize(("name", "read"), [("pdf", pdf_text), ("docx", docx_text)])
def test_a_document_holds_summary_actions_words_guidance_and_gaps(name, read):
    text = " ".join(read(find_format(name).render(conversation(), OPTIONS)).split())
    for part in (
        "Northwind renewal",
        "Tuesday, 24 November 2026, 10:30",
        SUMMARY.tldr,
        SUMMARY.decisions[0],
        "Send the revised offer",
        "Friday, 27 November 2026",
        SUMMARY.questions[0],
        "It took two days",
        "Dana Whitfield",
        "Better than I expected: onboarding took two days, not a week.",
        "Anchor on the two days saved",
        "4 s of Dana Whitfield's side is missing: the device was away",
    ):
        assert part in text, part
    assert text.index(SUMMARY.tldr) < text.index("Better than I expected")


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_no_text_breaks_a_format(format_, attack):
    if format_.name == "json":
        attack = attack.replace("\ud800", "")  # the database holds no half characters
    said = tuple(line(n, "other", n, n + 1.0, attack) for n in range(1, 4))
    summary = Summary(
        attack[:255], attack, (attack,), (ActionItem(attack, attack, attack),), (attack,)
    )
    whole = replace(
        conversation(lines=said, names={"user": attack, "other": attack}),
        summary=replace(summary, notes=attack, tldr=attack or "said"),
    )
    assert format_.render(whole, OPTIONS)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_a_conversation_without_anything_is_still_a_file(format_):
    if format_.name == "email":
        return
    empty = conversation(lines=(), marks=(), gaps=(), names={}, summary=None)
    assert format_.render(empty, OPTIONS) or format_.name == "srt"


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize("option", ["transcript", "timestamps", "names", "chips", "summary"])
def test_an_option_changes_exactly_the_formats_that_say_so(format_, option):
    if format_.name == "docx":
        read = docx_text
    else:
        read = pdf_text if format_.name == "pdf" else bytes.decode
    with_it = read(format_.render(conversation(), OPTIONS))
    without = read(format_.render(conversation(), replace(OPTIONS, **{option: False})))
    assert (with_it != without) == (option in format_.uses)


def test_spreadsheets_find_no_formula():
    said = tuple(
        line(n, "user", n, n + 1.0, text)
        for n, text in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "ok"))
    )
    content = find_format("csv").render(conversation(lines=said), OPTIONS).decode("utf-8-sig")
    texts = [row["text"] for row in csv.DictReader(io.StringIO(content)) if row["type"] == "line"]
    assert texts == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'=1", "ok"]


@pytest.mark.parametrize("name", ["srt", "vtt"])
def test_an_arrow_in_what_was_said_makes_no_cue(name):
    said = (line(1, "user", 0.0, 1.0, "go 00:00:01.000 --> 00:00:02.000 now"),)
    content = find_format(name).render(conversation(lines=said, marks=()), OPTIONS).decode()
    assert content.count("-->") == 1
    assert len(read_cues(content, "it")) == 1


@given(st.text(max_size=200))
def test_markdown_text_starts_nothing_of_its_own(text):
    escaped = markdown.escape(text)
    assert "\n" not in escaped
    assert not escaped.startswith(("# ", "- ", "+ ", "> ", "=", "    "))


def test_text_lines_are_never_overfull():
    said = (line(1, "user", 0.0, 9.0, "word " * 300), line(2, "other", 9.0, 10.0, "y" * 500))
    content = plain.FORMAT.render(conversation(lines=said), OPTIONS).decode()
    assert max(len(one) for one in content.split("\n")) <= plain.WIDTH


def test_a_pdf_never_prints_beyond_its_margins():
    said = (line(1, "user", 0.0, 9.0, "y" * 500), line(2, "other", 9.0, 10.0, "word " * 900))
    summary = replace(SUMMARY, actions=(ActionItem("z" * 300, "o" * 200, "d" * 200),) * 30)
    content = find_format("pdf").render(conversation(lines=said, summary=summary), OPTIONS)
    document = pypdfium2.PdfDocument(content)
    assert len(document) > 2
    for page in document:
        width, height = page.get_size()
        texts = page.get_textpage()
        for index in range(texts.count_rects()):
            left, bottom, right, top = texts.get_rect(index)
            assert left > 50
            assert bottom > 20
            assert right < width - 50
            assert top < height - 40


def test_a_pdf_says_in_words_what_it_cannot_draw():
    said = (line(1, "user", 0.0, 9.0, "Müller 🎉 שלום Привет"),)
    text = pdf_text(find_format("pdf").render(conversation(lines=said), OPTIONS))
    assert "Müller [party popper] [Hebrew text] Привет" in text


def test_an_email_needs_a_summary():
    with pytest.raises(ExportError, match="none yet"):
        find_format("email").render(conversation(summary=None), OPTIONS)


def test_an_email_speaks_from_the_sender_where_no_names_are_known():
    text = find_format("email").render(conversation(names={}), OPTIONS).decode()
    assert "Hello,\n" in text
    assert "From you:\n- Ask finance" in text
    assert "From me:\n- Send the revised offer, by Friday, 27 November 2026" in text


def test_one_speaker_goes_on_in_one_paragraph_until_a_pause_or_something_between():
    said = (
        line(1, "user", 0.0, 1.0, "One."),
        line(2, "user", 1.5, 2.0, "Two."),
        line(3, "user", 60.0, 61.0, "After a pause."),
    )
    turns = list(entries(conversation(lines=said, gaps=(), marks=()), Options()))
    assert [turn.text for turn in turns] == ["One. Two.", "After a pause."]


WRITTEN_BEFORE = replace(
    SUMMARY,
    tldr="You: the pilot went well.\n0:41–0:45 of the far side is missing: no device.",
    decisions=("Them: we renew.",),
    questions=("You: who signs?",),
    notes="## Price\n\n- [0:08] Them: it has to come down.\n- [1:05] You: by Friday.",
)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_every_format_calls_people_by_their_names(format_):
    """Also where the summary was written before they had one."""
    content = format_.render(conversation(summary=WRITTEN_BEFORE), OPTIONS)
    text = READ.get(format_.name, bytes.decode)(content)
    assert "Jo Keller" in text
    assert "Dana Whitfield" in text
    if format_.name not in ("json", "email"):
        for unnamed in ("You", "Them", "the far side"):
            assert unnamed not in text


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_who_has_no_name_is_called_by_one_word_in_the_whole_of_a_document(format_):
    content = format_.render(conversation(summary=WRITTEN_BEFORE, names={}), OPTIONS)
    text = " ".join(READ.get(format_.name, bytes.decode)(content).split())
    if format_.name in ("pdf", "docx", "markdown", "text"):
        assert "The customer: we renew" in text
        assert text.count("of the customer's side is missing") == 2
    if format_.name not in ("json", "email"):
        assert "The customer" in text
        for other in ("Them", "the far side", "The other side"):
            assert other not in text


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize(
    "note", [NO_NEXT_STEP, NOTHING_SAID, FOREIGN, one_sided("you"), one_sided("Dana (Acme)")]
)
def test_what_a_summary_tells_the_user_alone_is_in_no_document(format_, note):
    summary = replace(SUMMARY, tldr=f"{SUMMARY.tldr}\n{note}")
    content = format_.render(conversation(summary=summary), OPTIONS)
    text = " ".join(READ.get(format_.name, bytes.decode)(content).split())
    assert (note in text) == (format_.name == "json")


def test_json_says_what_goes_along_with_the_words():
    about = find_format("json").about
    for part in ("edits", "comments", "documents' text", "without loss"):
        assert part in about


def test_what_does_not_fit_the_json_form_is_told_with_its_place():
    crooked = replace(conversation().marks[0], chip=replace(CHIP, priority=9))
    with pytest.raises(ExportError, match="cannot be written as JSON at priority"):
        find_format("json").render(conversation(marks=(crooked,)), OPTIONS)


def test_json_is_never_written_without_what_only_it_holds():
    with pytest.raises(ExportError, match="not read whole"):
        find_format("json").render(conversation(kept=None), OPTIONS)


def test_without_names_a_document_speaks_as_the_user_and_an_email_to_the_reader():
    unnamed = conversation(summary=WRITTEN_BEFORE, names={})
    assert "You: the pilot" in plain.FORMAT.render(unnamed, OPTIONS).decode()
    email = find_format("email").render(unnamed, OPTIONS).decode()
    assert "You said: “we renew.”" in email
    assert "I asked: “who signs?”" in email


def test_an_unknown_format_is_named_with_those_there_are():
    with pytest.raises(ExportError) as caught:
        find_format("doc")
    assert "docx" in caught.value.hint


def test_names_and_suffixes_are_ready_for_a_menu():
    assert len({one.name for one in FORMATS}) == len(FORMATS)
    for one in FORMATS:
        assert one.suffix.startswith(".")
        assert one.about.endswith(".")
        assert len(one.about) < 80
    assert json.loads(find_format("json").render(conversation(), OPTIONS))["version"] == 2


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for one in TEXTS:
        (GOLDEN / f"{one.name}{one.suffix}").write_bytes(one.render(conversation(), OPTIONS))


def test_a_pdf_is_of_the_day_of_the_call():
    whole = conversation()
    day = f"{whole.session.started_at.astimezone(UTC):%Y%m%d}".encode()
    assert b"CreationDate (D:" + day in find_format("pdf").render(whole, Options())
