"""Protects summaries of files: the two forms, and clear refusals."""

from __future__ import annotations

import json

import pytest

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.summary.reading import read_transcript


def test_json_with_turns(tmp_path):
    path = tmp_path / "call.json"
    turns = [{"speaker": "user", "start": 0.5, "end": 2, "text": "Hello there."}]
    given = {"title": "Call", "conversation_type": "interview", "turns": turns}
    path.write_text(json.dumps(given))
    found = read_transcript(path)
    assert (found.title, found.kind) == ("Call", "interview")
    assert [(line.id, line.speaker, line.t0) for line in found.lines] == [("1", "user", 0.5)]


def test_text_with_speakers_and_times(tmp_path):
    path = tmp_path / "call.txt"
    path.write_text("A title\n[0:05] You: Hello there.\nand more\nDana Smith: What: is it?\n")
    found = read_transcript(path)
    assert [(line.speaker, line.text) for line in found.lines] == [
        ("user", "Hello there."),
        ("user", "and more"),
        ("Dana Smith", "What: is it?"),
    ]
    assert found.name("Dana Smith") == "Dana Smith"
    assert not found.timed  # Dana's time is not known
    assert found.lines[0].t0 < found.lines[1].t0 < found.lines[2].t0 < 5.0


def test_text_with_a_time_at_every_speaker_is_timed(tmp_path):
    path = tmp_path / "call.txt"
    path.write_text("[0:05] You: Hello there.\n1:01:07.5 Dana: Hello.\n")
    found = read_transcript(path)
    assert [line.t0 for line in found.lines] == [5.0, 3667.5]
    assert found.timed


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "who spoke"),
        (b"no speaker at all", "who spoke"),
        (b"{", "another form"),
        (b'{"turns": [{"speaker": "user"}]}', "'start' is missing"),
        (b'{"turns": 3}', "another form"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_other_files_are_refused(tmp_path, content, why):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(LiveConvoError, match=why):
        read_transcript(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(LiveConvoError, match="No such file"):
        read_transcript(tmp_path / "none")
