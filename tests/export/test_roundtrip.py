"""What is exported can be read again: JSON without any loss, subtitles in all they can hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.events import Chip, Evidence, Gap, Segment, Session
from liveconvo_desktop.export import (
    ActionItem,
    Conversation,
    ExportError,
    Figures,
    Mark,
    Options,
    Summary,
    jsonfile,
    srt,
    vtt,
)
from liveconvo_desktop.export.cues import read_cues, stamp
from liveconvo_desktop.export.document import Document, parse
from liveconvo_desktop.export.parts import Kept
from tests.export.make import OPTIONS, conversation

ID = "5f0c7e9a-2f5b-4c7e-9d3a-0b1c2d3e4f50"
ids = st.uuids(version=4).map(str)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
said = st.lists(
    st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1, max_size=9),
    min_size=1,
    max_size=8,
).map(" ".join)
seconds = st.integers(0, 9_999_999).map(lambda n: n / 1000)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
speakers = st.sampled_from(["user", "other", "system"])
CHANNELS = {"user": "mic", "other": "speaker", "system": "speaker"}


@st.composite
def lines(draw, text=words):
    speaker, t0 = draw(speakers), draw(seconds)
    return Segment(
        draw(ids), ID, CHANNELS[speaker], speaker, t0, round(t0 + draw(st.integers(0, 9)), 3),
        draw(text),
        draw(st.none() | st.integers(0, 100).map(lambda n: n / 100)), draw(words), True,
    )  # fmt: skip


@st.composite
def marks(draw):
    chip = Chip(
        draw(ids), ID, draw(st.sampled_from(["ask", "clarify", "avoid", "suggest", "warn"])),
        draw(words), draw(words), draw(words), draw(seconds), draw(st.integers(1, 3)),
        draw(seconds), tuple(draw(st.lists(st.builds(Evidence, st.none() | ids, words, words),
        max_size=2))), draw(st.none() | ids), draw(words), draw(st.integers(0, 9999)),
    )  # fmt: skip
    feedback = draw(st.sampled_from([None, "helpful", "irrelevant", "too_late"]))
    flags = [draw(st.booleans()) for _ in range(3)]
    return Mark(chip, *flags, feedback)


gaps = st.builds(
    Gap, st.just(ID), st.sampled_from(["mic", "speaker"]), seconds, seconds,
    st.sampled_from(["lost", "stalled", "device", "paused", "killed"]),
)  # fmt: skip
texts = st.lists(words, max_size=3).map(tuple)
actions = st.builds(ActionItem, words, words, words, st.booleans(), st.lists(ids).map(tuple))
summaries = st.builds(
    Summary, words, words, texts, st.lists(actions, max_size=3).map(tuple), texts, words, words,
    st.booleans(),
)  # fmt: skip
sessions = st.builds(
    Session, st.just(ID), words, st.sampled_from(["sales_call", "meeting"]), st.none() | ids,
    moments, st.none() | moments, st.sampled_from(["draft", "completed", "archived"]),
)  # fmt: skip
conversations = st.builds(
    Conversation,
    session=sessions,
    seconds=seconds,
    lines=st.lists(lines(), max_size=4).map(tuple),
    marks=st.lists(marks(), max_size=3).map(tuple),
    gaps=st.lists(gaps, max_size=2).map(tuple),
    names=st.dictionaries(speakers, words, max_size=3),
    summary=st.none() | summaries,
    figures=st.builds(Figures, *[st.integers(0, 10**6)] * 3),
    kept=st.just(Kept()),
)


@given(conversations)
def test_json_read_again_is_the_same_conversation(whole):
    content = jsonfile.FORMAT.render(whole, Options())
    document = parse(json.loads(content), "it")
    assert isinstance(document, Document)
    again = jsonfile.from_document(document)
    assert again == whole
    assert jsonfile.FORMAT.render(again, Options()) == content


@given(st.lists(lines(said), min_size=1, max_size=6))
def test_vtt_read_again_keeps_words_times_and_speakers(found):
    found = sorted(found, key=lambda s: (s.t0, s.t1))
    content = vtt.FORMAT.render(conversation(lines=tuple(found)), OPTIONS).decode()
    cues = read_cues(content, "it")
    wanted = [(s.t0, s.t1, s.text, (s.speaker,)) for s in found]
    assert sorted((c.t0, round(c.t1, 3), c.text, c.voice) for c in cues) == sorted(
        (a, round(b, 3), c, d) for a, b, c, d in wanted
    )


@given(st.lists(lines(said), min_size=1, max_size=6))
def test_srt_read_again_keeps_words_times_and_speakers(found):
    whole = conversation(lines=tuple(found))
    content = srt.FORMAT.render(whole, OPTIONS).decode()
    cues = read_cues(content, "it")
    wanted = [(s.t0, round(s.t1, 3), s.text, whole.name(s.speaker)) for s in found]
    assert sorted((c.t0, round(c.t1, 3), c.text, c.name) for c in cues) == sorted(wanted)


@pytest.mark.parametrize("format_", [srt.FORMAT, vtt.FORMAT], ids=lambda f: f.name)
def test_another_reader_finds_the_same_cues(format_):
    whole = conversation(marks=())
    content = format_.render(whole, Options(names=False)).decode().replace("\r", "")
    theirs = pysubs2.SSAFile.from_string(content, format_=format_.name)
    assert [(e.start, e.end, e.plaintext) for e in theirs] == [
        (round(s.t0 * 1000), round(s.t1 * 1000), s.text) for s in whole.lines
    ]


@pytest.mark.parametrize(
    ("seconds_", "text"),
    [(0, "00:00:00.000"), (3661.0425, "01:01:01.042"), (360000, "100:00:00.000")],
)
def test_times_are_written_to_the_millisecond(seconds_, text):
    assert stamp(seconds_, ".") == text


REAL = {
    "Zoom": (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nDana Whitfield: Hello\n\n"
        "2\n00:00:02.500 --> 00:00:04.000\nJo: Hi & welcome\n",
        [("Dana Whitfield", "Hello"), ("Jo", "Hi & welcome")],
    ),
    "Teams": (
        "WEBVTT\n\nNOTE made by\na meeting --> not a cue\n\n"
        "5f0c7e9a/12-0\n00:00:01.000 --> 00:00:02.000 align:start\n"
        "<v Dana>One</v>\n<v Jo>Two</v>\n",
        [("Dana", "One"), ("Jo", "Two")],
    ),
    "no blank lines, no numbers, commas and points": (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\n"
        "2\r\n0:00:02.5 --> 00:00:04,000\r\n<i>Two</i>",
        [("", "One"), ("", "Two")],
    ),
    "blank lines inside a cue": (
        "1\n00:00:01,000 --> 00:00:02,000\nOne\n\nand a half\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\n42\n",
        [("", "One and a half"), ("", "42")],
    ),
    "two people after dashes": (
        "1\n00:00:01,000 --> 00:00:02,000\n- Hello\n- Hi\n",
        [("", "Hello"), ("", "Hi")],
    ),
    "names only where the speaker changes": (
        "1\n00:00:01,000 --> 00:00:02,000\nAnna: a\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\nBob: c\n\n4\n00:00:07,000 --> 00:00:08,000\nd",
        [("Anna", "a"), ("Anna", "b"), ("Bob", "c"), ("Bob", "d")],
    ),
    "a colon that is no name": (
        "1\n00:00:01,000 --> 00:00:02,000\nWell\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nOne thing: no\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\nyes",
        [("", "Well"), ("", "One thing: no"), ("", "yes")],
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_files_that_other_programs_write_are_understood(name):
    content, wanted = REAL[name]
    assert [(cue.name, cue.text) for cue in read_cues(content, name)] == wanted


@pytest.mark.parametrize("content", ["", "WEBVTT\n", "Hello", "00:00 --> 00:01\nx", "\x00\x01\x02"])
def test_a_file_without_cues_is_refused(content):
    with pytest.raises(ExportError, match="no subtitles"):
        read_cues(content, "talk.srt")


@given(st.text(max_size=300))
def test_no_text_upsets_the_reader_of_subtitles(text):
    try:
        read_cues(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}", "it")
        read_cues(f"1\n00:00:01,000 --> 00:00:02,000\n{text}", "it")
    except ExportError:
        pass


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([], "no conversation"),
        ({"x": 1}, "no conversation"),
        ({"turns": []}, "turns"),
        ({"turns": [{"speaker": "a"}]}, r"turns\.0\.text"),
        ({"turns": [{"text": "a", "start": -1}]}, r"turns\.0\.start"),
        ({"turns": [{"text": "a", "start": float("nan")}]}, r"turns\.0\.start"),
        ({"format": "liveconvo.conversation", "version": 3}, "newer"),
        ({"format": "liveconvo.conversation", "version": 1}, "session"),
    ],
)
def test_json_that_is_no_conversation_is_refused_with_its_place(content, why):
    with pytest.raises(ExportError, match=why):
        parse(content, "it")


def test_half_a_character_in_json_is_refused_and_not_stored():
    with pytest.raises(ExportError, match="half a character"):
        parse({"turns": [{"text": "\ud800"}]}, "it")


def test_ids_are_ids():
    content = json.loads(jsonfile.FORMAT.render(conversation(), Options()))
    content["transcript"][0]["id"] = "../../x"
    with pytest.raises(ExportError, match="transcript"):
        parse(content, "it")
    assert UUID(conversation().session.id)
