"""Protects what the store promises about rows: whole, truthful, and the same when read back."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from liveconvo_desktop.events import Evidence, Fault, Gap, Segment, new_id
from liveconvo_desktop.store import RowRefusedError, Store, Template, check
from tests.store.make import STARTED, make_chip, make_segment, make_session


def rows(store: Store, query: str) -> list[tuple]:
    raw = sqlite3.connect(store.path)
    try:
        return raw.execute(query).fetchall()
    finally:
        raw.close()


def make_template(**changes) -> Template:
    values = {
        "id": new_id(),
        "name": "Sales call",
        "description": "A first call",
        "conversation_type": "sales_call",
        "guidance_prompts": [{"cue": "objection_price", "say": "naïve – “quoted”"}],
        "context_instructions": "",
        "summary_template": "",
        "is_system": True,
    }
    return Template(**(values | changes))


def test_a_segment_is_read_back_as_it_was_saved(store, session):
    segment = make_segment(session.id, text="  Zoë said: “100 %”  ", t0=1e6 / 3, t1=333335.0005)
    store.save(segment)
    (read,) = store.transcript(session.id)
    assert read == Segment(
        **{name: getattr(segment, name) for name in segment.__slots__}
        | {"t0": 333333.333, "t1": 333335.001}
    )


def test_every_column_of_a_transcript_row_is_filled(store, session):
    segment = make_segment(session.id, t0=1.0004, t1=3.5006, confidence=0.876)
    store.save(segment)
    columns = (
        "id, session_id, content, speaker, confidence_score, start_time_seconds,"
        " end_time_seconds, duration_seconds, stt_provider, is_final"
    )
    assert rows(store, f"SELECT {columns} FROM transcripts") == [
        (segment.id, session.id, segment.text, "other", 88, 1000, 3501, 2501, segment.provider, 1)
    ]


def test_a_final_replaces_its_partial_and_no_late_partial_replaces_it(store, session):
    partial = make_segment(session.id, text="what does", final=False)
    final = make_segment(session.id, id=partial.id, text="What does it cost?")
    store.save(partial)
    assert store.transcript(session.id) == []
    assert [s.text for s in store.transcript(session.id, partials=True)] == ["what does"]
    store.save(final)
    store.save(partial)
    assert store.transcript(session.id, partials=True) == [final]


def test_a_final_without_words_takes_the_line_back_for_good(store, session):
    partial = make_segment(session.id, final=False)
    store.save(partial)
    store.save(make_segment(session.id, id=partial.id, text=" "))
    store.save(partial)
    assert store.transcript(session.id, partials=True) == []


def test_a_chip_outlives_the_line_that_raised_it(store, session):
    partial = make_segment(session.id, final=False)
    chip = make_chip(session.id, evidence=(Evidence(partial.id, "a discount for sure"),))
    store.save(partial)
    store.save(chip)
    store.save(make_segment(session.id, id=partial.id, text=""))
    assert [row.chip for row in store.chips(session.id)] == [chip]
    snippet = "SELECT triggered_by_transcript_id, context_snippet FROM guidance"
    assert rows(store, snippet) == [(None, "a discount for sure")]
    assert check(store.path) == []


def test_the_transcript_is_ordered_by_time(store, session):
    times = [12.0, 3.0, 100.0, 9.5]
    for t0 in times:
        store.save(make_segment(session.id, t0=t0, t1=t0 + 1))
    assert [s.t0 for s in store.transcript(session.id)] == sorted(times)


def test_a_chip_keeps_what_the_table_has_no_column_for(store, session):
    segment = make_segment(session.id)
    store.save(segment)
    evidence = (
        Evidence(None, "you spoke for 95 s"),
        Evidence(segment.id, "what does it cost", "prices.pdf, page 3"),
    )
    chip = make_chip(session.id, evidence=evidence)
    store.save(chip)
    assert [row.chip for row in store.chips(session.id)] == [chip]
    assert rows(store, "SELECT triggered_by_transcript_id FROM guidance") == [(segment.id,)]


def test_links_to_rows_that_are_not_there_are_left_out(store):
    session = make_session(template_id=new_id())
    store.save(session)
    chip = make_chip(session.id, evidence=(Evidence(new_id(), "q"),), template_id=new_id())
    store.save(chip)
    assert store.unfinished()[0].template_id is None
    links = "SELECT triggered_by_transcript_id, prompt_template_id FROM guidance"
    assert rows(store, links) == [(None, None)]


def test_what_the_user_did_with_a_chip_stays(store, session):
    chip = make_chip(session.id)
    store.save(chip)
    store.note_chip(chip.id, displayed=True)
    store.note_chip(chip.id, clicked=True, feedback="helpful")
    store.save(chip)
    (row,) = store.chips(session.id)
    assert (row.displayed, row.clicked, row.dismissed, row.feedback) == (
        True,
        True,
        False,
        "helpful",
    )


def test_a_chip_that_was_never_saved_cannot_be_noted(store):
    with pytest.raises(RowRefusedError):
        store.note_chip(new_id(), displayed=True)


def test_a_gap_that_grows_is_one_gap(store, session):
    store.save(Gap(session.id, "mic", 5.0, 6.0, "stalled"))
    store.save(Gap(session.id, "mic", 5.0, 8.25, "device"))
    store.save(Gap(session.id, "speaker", 5.0, 6.0, "stalled"))
    assert store.gaps(session.id) == [
        Gap(session.id, "mic", 5.0, 8.25, "device"),
        Gap(session.id, "speaker", 5.0, 6.0, "stalled"),
    ]


def test_faults_go_to_the_log(store, session):
    store.save(Fault("audio.mic", "The device is gone.", "Plug it in.", session_id=session.id))
    store.save(Fault("store", "Disk full.", "Free space.", fatal=True))
    found = "SELECT level, logger_name, message, session_id FROM system_logs ORDER BY level"
    assert rows(store, found) == [
        ("CRITICAL", "store", "Disk full.", None),
        ("ERROR", "audio.mic", "The device is gone.", session.id),
    ]


def test_a_finished_session_has_truthful_figures(store, session):
    def said(speaker, t0, t1, text, final=True):
        channel = "mic" if speaker == "user" else "speaker"
        store.save(
            make_segment(
                session.id, channel=channel, speaker=speaker, t0=t0, t1=t1, text=text, final=final
            )
        )

    said("user", 3.0, 10.0, "one two three")  # 3 s of silence before it
    said("user", 9.0, 12.0, "four")  # overlaps: 9 s of talk in all
    said("other", 13.9, 20.0, "five six")  # 1.9 s: no silence
    said("other", 30.0, 33.0, "seven")  # 10 s, of which 5 s were not heard
    said("user", 33.0, 40.0, "never heard as a final", final=False)
    store.save(Gap(session.id, "mic", 21.0, 26.0, "device"))
    ended = STARTED + timedelta(seconds=36)
    store.finish_session(session.id, ended, 34.6)

    row = store.session(session.id)
    assert row is not None
    assert (row.session.status, row.session.ended_at) == ("completed", ended)
    assert row.duration_seconds == 35
    assert row.words == 7
    assert row.silences == 2  # 0–3 and 26–30
    assert row.segments == 4
    assert row.talk_ratio == pytest.approx(10 / 19.1)
    assert rows(store, "SELECT user_talk_time_seconds FROM sessions") == [(9,)]


def test_a_session_that_was_never_saved_cannot_be_finished(store):
    with pytest.raises(RowRefusedError):
        store.finish_session(new_id(), STARTED, 1.0)


def test_sessions_are_listed_newest_first_and_by_page(store):
    made = [make_session(started_at=STARTED + timedelta(days=day)) for day in (1, 3, 2)]
    for session in made:
        store.save(session)
    newest_first = [made[1].id, made[2].id, made[0].id]
    assert [row.session.id for row in store.sessions(limit=2)] == newest_first[:2]
    assert [row.session.id for row in store.sessions(limit=2, offset=2)] == newest_first[2:]
    assert store.sessions()[0].session == made[1]
    assert store.session(new_id()) is None


def test_only_sessions_left_running_are_unfinished(store):
    crashed, whole = make_session(), make_session()
    store.save(crashed)
    store.save(whole)
    store.save(make_segment(crashed.id, t1=61.5))
    store.finish_session(whole.id, STARTED, 10.0)
    assert store.unfinished() == [crashed]
    row = store.session(crashed.id)
    assert row is not None
    assert row.duration_seconds == 61.5


def test_a_session_is_a_use_of_its_template_once(store):
    template = make_template()
    store.seed_templates([template])
    session = make_session(template_id=template.id)
    store.save(session)
    store.save(make_session(id=session.id, template_id=template.id, title="Renamed"))
    used = rows(store, "SELECT usage_count, last_used_at FROM templates")
    assert used == [(1, "2025-01-27T09:30:00.000000Z")]
    assert store.sessions()[0].session.title == "Renamed"


def test_seeding_updates_changed_templates_and_only_those(store):
    kept, changed = make_template(name="Kept"), make_template(name="Old")
    store.seed_templates([kept, changed])
    before = rows(store, "SELECT id, updated_at FROM templates ORDER BY name")
    renamed = make_template(id=changed.id, name="New", conversation_type="interview")
    store.seed_templates([kept, renamed])
    assert store.templates() == [kept, renamed]
    assert store.templates("interview") == [renamed]
    after = dict(rows(store, "SELECT id, updated_at FROM templates"))
    assert after[kept.id] == dict(before)[kept.id]
    assert after[changed.id] > dict(before)[changed.id]


def test_a_recording_moves_with_the_folder_of_the_database(store, session, tmp_path):
    inside = store.path.parent / "liveconvo-recordings" / "a.flac"
    store.set_recording(session.id, inside)
    assert store.recording(session.id) == inside
    assert rows(store, "SELECT path, state FROM local_recordings") == [
        ("liveconvo-recordings/a.flac", "open")
    ]
    store.finish_session(session.id, STARTED, 1.0)
    assert rows(store, "SELECT state FROM local_recordings") == [("complete",)]
    outside = Path("/elsewhere/b.flac")
    store.set_recording(session.id, outside)
    assert store.recording(session.id) == outside
    assert store.recording(new_id()) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"speaker": "nobody"}, "CHECK"),
        ({"session_id": new_id()}, "FOREIGN KEY"),
        ({"id": "not-a-uuid"}, "UUID"),
        ({"t0": float("nan")}, "finite"),
    ],
)
def test_a_row_that_breaks_the_schema_is_refused_and_leaves_nothing(store, session, change, why):
    with pytest.raises(RowRefusedError, match=why):
        store.save(make_segment(**({"session_id": session.id} | change)))
    assert store.transcript(session.id, partials=True) == []


def test_a_time_without_a_zone_is_refused(store):
    with pytest.raises(RowRefusedError, match="time zone"):
        store.save(make_session(started_at=datetime(2025, 1, 27)))


def test_long_names_are_clipped_to_their_column(store):
    session = make_session(title="é" * 300)
    store.save(session)
    store.save(make_segment(session.id, provider="whisper:" + "x" * 100))
    assert len(store.sessions()[0].session.title) == 255
    assert len(store.transcript(session.id)[0].provider) == 50


def test_deleting_a_session_deletes_all_of_it(store, session):
    segment = make_segment(session.id)
    store.save(segment)
    store.save(make_chip(session.id, evidence=(Evidence(segment.id, "q"),)))
    store.save(Gap(session.id, "mic", 0.0, 1.0, "lost"))
    store.set_recording(session.id, Path("a.flac"))
    store.save(Fault("stt", "m", "h", session_id=session.id))
    raw = sqlite3.connect(store.path)
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("DELETE FROM sessions")
    raw.commit()
    raw.close()
    for table in ("transcripts", "guidance", "local_guidance", "local_gaps", "local_recordings"):
        assert rows(store, f"SELECT * FROM {table}") == []
    assert rows(store, "SELECT session_id FROM system_logs") == [(None,)]


def test_the_person_at_this_machine_is_one_row(tmp_path):
    path = tmp_path / "liveconvo.db"
    for _ in range(2):
        Store.open(path).close()
    opened = Store.open(path)
    assert len(rows(opened, "SELECT id FROM users")) == 1
    opened.close()


def test_only_the_owner_may_read_the_file(store, session):
    for path in store.path.parent.glob("liveconvo.db*"):
        assert path.stat().st_mode & 0o077 == 0


def test_times_are_utc_whatever_zone_they_came_in(store):
    east = datetime.fromisoformat("2025-01-27T11:30:00+02:00")
    store.save(make_session(started_at=east))
    read = store.sessions()[0].session.started_at
    assert (read, read.tzinfo) == (STARTED, UTC)
