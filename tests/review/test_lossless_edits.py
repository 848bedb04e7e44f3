"""Whatever a user does to a session, its export carries all of it: a property over real edits."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from liveconvo_desktop.events import Evidence, Gap, new_id
from liveconvo_desktop.export import Options, jsonfile
from liveconvo_desktop.language.lines import EditError, Lines
from liveconvo_desktop.review.export import gather
from liveconvo_desktop.review.importing import ImportPlan, import_files
from liveconvo_desktop.review.session import read_review, save_step
from liveconvo_desktop.review.summary_view import in_columns, read_conversation, save_edit
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.contents import Contents, Piece
from liveconvo_desktop.store.documents import DocumentRows, NewContent, Owner
from liveconvo_desktop.store.edits import name_speaker
from liveconvo_desktop.store.library import Library, Person
from liveconvo_desktop.store.retention_rows import keep
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.summary.base import Action, Draft, Statement
from sync.local import local_moves, local_originals
from sync.local.documents import local_contents
from sync.schema import sessions, transcripts
from tests.store.make import STARTED, make_chip, make_segment, make_session

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
steps = st.lists(
    st.tuples(
        st.sampled_from(["edit", "merge", "split", "delete", "star", "comment", "speaker"]),
        st.integers(0, 9),
        words,
    ),
    max_size=8,
)
additions = st.fixed_dictionaries(
    {
        "steps": steps,
        "tags": st.lists(words, max_size=3),
        "people": st.lists(st.builds(Person, words, words), max_size=2),
        "names": st.dictionaries(st.sampled_from(["user", "other"]), words, max_size=2),
        "feedback": st.sampled_from([None, "helpful", "irrelevant", "too_late"]),
        "kept": st.booleans(),
        "summary": st.sampled_from(["none", "failed", "written", "edited", "offered"]),
        "text": st.sampled_from([None, "", "One page.", "One page.\fAnother page. And more."]),
        "gap": st.booleans(),
    }
)


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    opened = [Store.open(folder / name / "liveconvo.db") for name in ("here", "there")]
    yield opened
    for store in opened:
        store.close()


def edited(lines: Lines, step) -> Lines:
    what, number, text = step
    if not lines.lines:
        return lines
    line = lines.lines[number % len(lines.lines)]
    try:
        match what:
            case "edit":
                return lines.edit(line.id, text)
            case "split":
                return lines.split(line.id, len(line.text) // 2)
            case "star":
                return lines.star(line.id, True)
            case "comment":
                return lines.comment(line.id, text)
            case "speaker":
                return lines.set_speaker(line.id, "user")
            case _:
                return getattr(lines, what)(line.id)
    except EditError:
        return lines


def make(store: Store, wanted) -> str:
    session = make_session()
    store.save(session)
    said = [
        make_segment(session.id, t0=2.0 * n, t1=2.0 * n + 1.5, text=f"line number {n} of them")
        for n in range(6)
    ]
    for line in said:
        store.save(line)
    chip = make_chip(session.id, evidence=(Evidence(said[3].id, "number 3"),))
    store.save(chip)
    store.note_chip(chip.id, displayed=True, feedback=wanted["feedback"])
    if wanted["gap"]:
        store.save(Gap(session.id, "mic", 14.0, 15.5, "paused"))
    store.finish_session(session.id, STARTED + timedelta(seconds=20), 20.0)
    _document(store, session.id, wanted["text"])
    _summary(store, session.id, wanted["summary"], said[3].id)
    for step in wanted["steps"]:
        before = read_review(store, session.id).lines
        after = edited(before, step)
        if after != before:
            save_step(store, session.id, before, after)
    library = Library(store)
    library.tag([session.id], wanted["tags"])
    library.set_people(session.id, wanted["people"])
    for speaker, name in wanted["names"].items():
        name_speaker(store, session.id, speaker, name)
    if wanted["kept"]:
        keep(store, session.id, STARTED)
    return session.id


def _document(store: Store, session_id: str, text: str | None) -> None:
    content = NewContent(new_id(), "ab" * 32, "liveconvo-documents/x.pdf", "pdf", 4096)
    DocumentRows(store).add(Owner("session", session_id), "Offer.pdf", content)
    contents = Contents(store)
    if text is None:
        contents.fail(content.id, "It is encrypted.", "Unlock it first.")
        return
    contents.save_text(
        content.id, text, [Piece(0, text, 1)] if text else [], pages=2, confidence=None, note=""
    )
    contents.finish(content.id)


def _summary(store: Store, session_id: str, state: str, line_id: str) -> None:
    if state == "none":
        return
    kept, call = Summaries(store), read_conversation(store, session_id)
    draft = Draft(
        tldr=(Statement(text="They agreed.", sources=(line_id,)),),
        actions=(Action(text="Send it", owner="user", sources=(line_id,)),),
        model="offline",
    )

    def write() -> None:
        content = draft.model_dump(mode="json")
        kept.complete(session_id, in_columns(draft, call), content, "offline", 1.25)

    if state == "failed":
        kept.fail(session_id, "No words.")
        return
    write()
    if state != "written":
        save_edit(store, session_id, draft.model_copy(update={"title": "Mine"}))
    if state == "offered":
        write()


def written(store: Store, session_id: str) -> bytes:
    return jsonfile.FORMAT.render(gather(store, session_id, kept=True), Options())


def clear(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(delete(sessions))
        connection.execute(delete(local_contents))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(wanted=additions)
def test_what_a_user_did_comes_back_and_can_still_be_undone(stores, wanted):
    here, there = stores
    try:
        session_id = make(here, wanted)
        path = here.path.with_name("x.json")
        path.write_bytes(written(here, session_id))
        import_files(ImportPlan((path,)), there)
        assert written(there, session_id) == path.read_bytes()
        assert read_review(there, session_id).homes == read_review(here, session_id).homes
        for store in stores:
            lines = read_review(store, session_id).lines
            for group in list(lines.originals):
                after = lines.restore(group)
                save_step(store, session_id, lines, after)
                lines = after
        restored = [read_review(store, session_id).lines for store in stores]
        assert restored[0] == restored[1]
    finally:
        for store in stores:
            clear(store)


def test_thousands_of_lines_and_originals_are_put_in_one_go(stores, tmp_path):
    here, there = stores
    session = make_session()
    here.save(session)
    here.finish_session(session.id, STARTED + timedelta(hours=2), 7200.0)
    ids = [new_id() for _ in range(3000)]
    row = {"session_id": session.id, "content": "words", "speaker": "user"}
    times = {"start_time_seconds": 1.0, "end_time_seconds": 2.0}
    with here.writing() as connection:
        rows = [{**row, **times, "id": one, "is_final": True} for one in ids]
        connection.execute(insert(transcripts), rows)
        kept = [
            {**row, **times, "id": new_id(), "group_id": ids[0], "stt_provider": "whisper",
             "created_at": STARTED} for _ in ids
        ]  # fmt: skip
        connection.execute(insert(local_originals), kept)
        moves = [{"session_id": session.id, "old_id": new_id(), "new_id": one} for one in ids]
        connection.execute(insert(local_moves), moves)
    path = tmp_path / "x.json"
    path.write_bytes(written(here, session.id))
    import_files(ImportPlan((path,)), there)
    assert json.loads(written(there, session.id)) == json.loads(path.read_text())
    for store in stores:
        clear(store)
