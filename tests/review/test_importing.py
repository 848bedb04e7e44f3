"""Files that become sessions: whole or not at all, and exactly what was exported."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from sqlalchemy import delete, func, select

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.export import ExportError, Options, find_format, jsonfile
from liveconvo_desktop.export.document import parse
from liveconvo_desktop.export.parts import GuidanceNotes, Kept, LineNotes, SummaryRecord
from liveconvo_desktop.review.export import gather
from liveconvo_desktop.review.importing import ImportPlan, import_files, speakers_in
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.imports import AlreadyThereError
from sync.schema import guidance, sessions, summaries, transcripts
from tests.export.make import OPTIONS, SUMMARY, conversation, line
from tests.export.test_roundtrip import conversations

SRT = """1
00:00:01,000 --> 00:00:02,500
Jo: Hello Dana

2
00:00:03,000 --> 00:00:04,000
Dana: Hi

3
00:00:05,000 --> 00:00:06,000
Jo: How are you?
"""


@pytest.fixture
def store(tmp_path):
    made = Store.open(tmp_path / "library" / "liveconvo.db")
    yield made
    made.close()


def put(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def load(store, path, **options):
    return import_files(ImportPlan((path,), **options), store)


def rows(store):
    with store.reading() as connection:
        tables = (sessions, transcripts, guidance, summaries)
        return [connection.execute(select(func.count()).select_from(t)).scalar() for t in tables]


def exported(store, session_id, names=None):
    whole = gather(store, session_id, names, kept=True)
    return json.loads(jsonfile.FORMAT.render(whole, Options()))


def test_an_exported_session_is_imported_as_it_was(store, tmp_path):
    whole = conversation(names={})
    path = put(tmp_path, "x.json", jsonfile.FORMAT.render(whole, OPTIONS))
    imported = load(store, path)
    assert imported.session_id == whole.session.id
    assert imported.lines == 4
    assert gather(store, imported.session_id, kept=True) == whole
    assert exported(store, imported.session_id) == json.loads(path.read_text())


def storable(whole):
    """As it comes from a database: ended, whole seconds, each id once, no empty text."""
    said = [*(one.text for one in whole.lines), *(m.chip.text for m in whole.marks)]
    if whole.summary:
        summary = whole.summary
        said += [*summary.decisions, *summary.questions, *(a.text for a in summary.actions)]
    keys = [one.id for one in whole.lines] + [m.chip.id for m in whole.marks]
    keys += [(gap.channel, gap.t0) for gap in whole.gaps]
    ended = whole.session.status in ("completed", "archived") and whole.session.ended_at
    return bool(ended) and all(text.strip() for text in said) and len(set(keys)) == len(keys)


def from_a_database(whole):
    """Without templates that only another database has; every row with its times."""
    row = {"created_at": whole.session.started_at, "updated_at": whole.session.started_at}
    known = {one.id for one in whole.lines}
    kept = Kept(
        lines={one.id: LineNotes(**row) for one in whole.lines},
        guidance={m.chip.id: GuidanceNotes(**row, line=raised(m, known)) for m in whole.marks},
        summary=whole.summary and SummaryRecord(id=new_id(), status="completed", **row),
    )
    return replace(
        whole,
        seconds=max(1.0, float(round(whole.seconds))),
        session=replace(whole.session, template_id=None),
        marks=tuple(replace(m, chip=replace(m.chip, template_id=None)) for m in whole.marks),
        names={},
        kept=kept,
    )


def raised(mark, lines):
    source = next((one.segment_id for one in mark.chip.evidence if one.segment_id), None)
    return source if source in lines else None


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    made = Store.open(tmp_path_factory.mktemp("library") / "liveconvo.db")
    yield made
    made.close()


@settings(max_examples=40)
@given(whole=conversations.filter(storable).map(from_a_database))
def test_any_exported_session_comes_back_the_same(whole, library):
    path = library.path.with_name("x.json")
    path.write_bytes(jsonfile.FORMAT.render(whole, Options()))
    load(library, path)
    kept, wanted = exported(library, whole.session.id), json.loads(path.read_text())
    with library.writing() as connection:
        connection.execute(delete(sessions))
    for part in ("transcript", "guidance", "gaps"):
        assert sorted(kept.pop(part), key=str) == sorted(wanted.pop(part), key=str)
    assert kept == wanted


def test_a_session_that_is_there_is_not_imported_twice_unless_as_a_copy(store, tmp_path):
    path = put(tmp_path, "x.json", jsonfile.FORMAT.render(conversation(), OPTIONS))
    load(store, path)
    before = rows(store)
    with pytest.raises(AlreadyThereError, match="in the library already") as caught:
        load(store, path)
    assert "--copy" in caught.value.hint
    assert rows(store) == before
    copy = load(store, path, copy=True)
    assert rows(store) == [2 * count for count in before]
    assert copy.session_id != conversation().session.id
    cited = exported(store, copy.session_id)["summary"]["action_items"][0]["sources"]
    lines = exported(store, copy.session_id)["transcript"]
    assert cited == [lines[3]["id"]]


def test_a_file_cannot_replace_lines_of_another_session(store, tmp_path):
    load(store, put(tmp_path, "x.json", jsonfile.FORMAT.render(conversation(), OPTIONS)))
    hostile = json.loads(jsonfile.FORMAT.render(conversation(marks=()), OPTIONS))
    hostile["session"]["id"] = "5f0c7e9a-2f5b-4c7e-9d3a-000000000000"
    hostile["transcript"][0]["text"] = "I agreed to everything."
    before = exported(store, conversation().session.id)
    with pytest.raises(AlreadyThereError):
        load(store, put(tmp_path, "y.json", json.dumps(hostile)))
    assert exported(store, conversation().session.id) == before
    assert rows(store)[0] == 1


@pytest.mark.parametrize("name", ["srt", "vtt"])
def test_our_own_subtitles_come_back_on_their_sides(store, tmp_path, name):
    whole = conversation(names={})
    path = put(tmp_path, f"x.{name}", find_format(name).render(whole, OPTIONS))
    found = gather(store, load(store, path).session_id)
    assert [(s.speaker, s.t0, s.t1, s.text) for s in found.lines] == [
        (s.speaker, s.t0, s.t1, s.text) for s in whole.lines
    ]
    assert found.names == {}, "“The customer” is no name"


def test_the_user_is_told_apart_by_name(store, tmp_path):
    path = put(tmp_path, "talk with_dana.srt", SRT)
    assert speakers_in(path) == ["Jo", "Dana"]
    imported = load(store, path, me="jo", conversation_type="meeting")
    found = gather(store, imported.session_id)
    assert [(s.speaker, s.text) for s in found.lines] == [
        ("user", "Hello Dana"),
        ("other", "Hi"),
        ("user", "How are you?"),
    ]
    assert (found.session.title, found.session.conversation_type) == ("talk with dana", "meeting")
    assert imported.remarks == ()


def test_of_two_unknown_people_the_first_is_taken_for_the_user_and_that_is_said(store, tmp_path):
    imported = load(store, put(tmp_path, "x.srt", SRT))
    (remark,) = imported.remarks
    assert "Jo, who speaks first, was taken for you, and Dana for" in remark
    assert "--me Dana" in remark
    found = gather(store, imported.session_id)
    said = [(s.speaker, s.text) for s in found.lines]
    assert said == [("user", "Hello Dana"), ("other", "Hi"), ("user", "How are you?")]
    assert found.names == {"user": "Jo", "other": "Dana"}


def test_more_people_on_one_side_keep_their_names_in_the_text(store, tmp_path):
    three = SRT + "\n4\n00:01:00,000 --> 00:01:02,000\nBo: Hello\n"
    three += "\n5\n00:01:03,000 --> 00:01:04,000\nBo: Bye\n"
    imported = load(store, put(tmp_path, "x.srt", three))
    assert "None of Jo, Dana, Bo is known to be you" in imported.remarks[0]
    assert "--me NAME" in imported.remarks[0]
    texts = [s.text for s in store.transcript(imported.session_id)]
    assert texts[:2] == ["Jo: Hello Dana", "Dana: Hi"]


def test_a_name_that_nobody_has_is_refused(store, tmp_path):
    with pytest.raises(ExportError, match="called “Nobody”: the speakers are Jo, Dana"):
        load(store, put(tmp_path, "x.srt", SRT), me="Nobody")
    bare = "1\n00:00:01,000 --> 00:00:03,000\nWe ship on Friday.\n"
    with pytest.raises(ExportError, match="it names no speakers"):
        load(store, put(tmp_path, "y.srt", bare), me="Nobody")
    assert store.sessions() == []


def test_the_simple_form_needs_no_times(store, tmp_path):
    turns = [
        {"speaker": "user", "text": "one two three four five"},
        {"speaker": "Dana", "text": "six", "start": 10, "end": 12},
        {"speaker": "user", "text": ""},
    ]
    path = put(tmp_path, "2025-01-27 09-30 call.json", json.dumps({"turns": turns}))
    imported = load(store, path)
    found = gather(store, imported.session_id)
    assert [(s.speaker, s.t0, s.t1) for s in found.lines] == [("user", 0, 2), ("other", 10, 12)]
    assert found.session.started_at.astimezone().strftime("%Y-%m-%d %H:%M") == "2025-01-27 09:30"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", "{"),
        ("b.json", "[" * 100_000),
        ("c.json", '{"turns": 7}'),
        ("d.json", b"\x00\xff\xfe\x80"),
        ("e.json", '{"turns": [{"text": " "}]}'),
        ("f.srt", b"\x00" * 1000),
        ("g.vtt", "WEBVTT"),
        ("h.srt", "1\n9999:00:00,000 --> 9999:00:01,000\nlate\n"),
        ("i.json", '{"turns": [{"text": "\\ud83d"}]}'),
        ("j.wav", b"RIFF\x00\x00\x00\x00WAVEfmt "),
        ("k.mp3", b"\xff\xfb" + b"\x00" * 100),
        ("l.m4a", b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 100),
        ("m.flac", b"fLaC" + b"\xff" * 200),
        ("n.ogg", b"OggS" + b"\x01" * 200),
        ("o.txt", "Hello"),
        ("p.wav", b""),
    ],
)
def test_what_cannot_be_read_is_said_and_leaves_nothing(store, tmp_path, name, content):
    with pytest.raises(LiveConvoError) as caught:
        load(store, put(tmp_path, name, content))
    assert caught.value.hint
    assert rows(store)[0] == 0
    recordings = store.path.parent / "liveconvo-recordings"
    assert not recordings.exists() or list(recordings.iterdir()) == []


@pytest.mark.parametrize("name", ["Offer.pdf", "call.wav", "notes", "x.m4a"])
def test_what_is_no_recording_is_told_what_can_be_imported(store, tmp_path, name):
    with pytest.raises(LiveConvoError) as caught:
        load(store, put(tmp_path, name, b"%PDF-1.7 and so on"))
    assert (
        caught.value.message == f"{name} is no recording that LiveConvo can read, or it is damaged."
    )
    for kind in ("WAV", "FLAC", "MP3", "OGG", "M4A", "SRT", "VTT", "JSON"):
        assert kind in caught.value.hint


def test_a_missing_file_and_two_transcripts_are_said(store, tmp_path):
    for files in ((tmp_path / "no.wav",), (tmp_path / "no.srt",), (tmp_path / "no.json",)):
        with pytest.raises(LiveConvoError):
            import_files(ImportPlan(files), store)
    path = put(tmp_path, "x.srt", SRT)
    with pytest.raises(ExportError, match="transcript"):
        import_files(ImportPlan((path, path)), store)


def test_old_and_foreign_encodings_are_read(store, tmp_path):
    for number, coding in enumerate(("utf-16", "cp1252", "utf-8-sig")):
        path = put(tmp_path, f"{number}.srt", SRT.replace("Hi", "Grüße").encode(coding))
        found = gather(store, load(store, path).session_id)
        assert found.lines[1].text == "Grüße"


def test_a_summary_that_was_imported_is_a_summary_again(store, tmp_path):
    path = put(tmp_path, "x.json", jsonfile.FORMAT.render(conversation(kept=Kept()), OPTIONS))
    found = gather(store, load(store, path).session_id)
    assert found.summary == SUMMARY
    with store.reading() as connection:
        row = connection.execute(select(summaries)).one()
    assert row.generation_status == "completed"
    assert row.action_items[0]["due"] == "2026-11-27"
    assert row.action_items[1]["due"] is None


def test_a_database_that_refuses_keeps_nothing_of_an_import(store, tmp_path, monkeypatch):
    from liveconvo_desktop.store import imports

    def refuse(*_):
        raise AlreadyThereError("no", "no", "import")

    monkeypatch.setattr(imports, "_finish", refuse)
    with pytest.raises(AlreadyThereError):
        load(store, put(tmp_path, "x.json", jsonfile.FORMAT.render(conversation(), OPTIONS)))
    assert rows(store) == [0, 0, 0, 0]


def test_what_is_documented_is_what_is_written():
    document = parse(json.loads(jsonfile.FORMAT.render(conversation(), OPTIONS)), "it")
    assert document.transcript[0].text == conversation().lines[0].text
    assert line(1, "user", 0, 1, "x").final
