"""The JSON form loses nothing: what is exported and imported is the same, column by column."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.export import Options, jsonfile
from liveconvo_desktop.export.copies import with_new_ids
from liveconvo_desktop.export.document import parse
from liveconvo_desktop.knowledge.chunk import chunk
from liveconvo_desktop.review import session as reviewing
from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.review.export import gather
from liveconvo_desktop.review.importing import ImportPlan, import_files
from liveconvo_desktop.review.summary_view import overview
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.deletion import delete_transcript, text_of
from liveconvo_desktop.store.documents import DocumentRows, Owner
from sync.search_index import disagreements
from tests.export.make import OPTIONS, conversation
from tests.export.test_formats import GOLDEN
from tests.review import lossless
from tests.store.make import make_segment, make_session

TEMPLATE = new_id()
TEXT = "The licence costs forty dollars a seat.\fSupport answers within four hours."


@pytest.fixture
def stores(tmp_path):
    opened = [Store.open(tmp_path / name / "liveconvo.db") for name in ("here", "there")]
    for store in opened:
        with store.writing() as connection:
            made = lossless.Filler(connection)
            made.put("templates", id=TEMPLATE, user_id=None, conversation_type="meeting")
    yield opened
    for store in opened:
        store.close()


def written(store, session_id) -> str:
    return jsonfile.FORMAT.render(gather(store, session_id, kept=True), Options()).decode()


def carried(here, there, session_id, tmp_path, **options):
    path = tmp_path / "x.json"
    path.write_text(written(here, session_id), "utf-8")
    return import_files(ImportPlan((path,), **options), there).session_id


def fill(store) -> str:
    """A session that has something in every column."""
    session_id, line, gone, half, chip, summary = (new_id() for _ in range(6))
    own = {"session_id": session_id}
    with store.writing() as connection:
        made = lossless.Filler(connection)
        made.put(
            "sessions", id=session_id, user_id=store.user_id, conversation_type="interview",
            status="archived", selected_template_id=TEMPLATE, deleted_at=None,
        )  # fmt: skip
        times = {"start_time_seconds": Decimal("1.250"), "end_time_seconds": Decimal("4.500")}
        said = {**own, **times, "speaker": "other"}
        long = {"duration_seconds": Decimal("3.250")}
        made.put("transcripts", id=line, **said, **long)
        made.put("transcripts", id=new_id(), **said, **long, is_final=False)
        made.put("local_marks", transcript_id=line, group_id=gone)
        made.put("local_originals", id=gone, group_id=gone, **said)
        made.put("local_moves", old_id=half, new_id=line, **own)
        made.put(
            "guidance", id=chip, **own, guidance_type="warn", priority=2,
            triggered_by_transcript_id=line, context_snippet="a quote", user_feedback="too_late",
            prompt_template_id=TEMPLATE,
        )  # fmt: skip
        evidence = [{"segment_id": gone, "quote": "a quote", "source": "Offer.pdf, page 2"}]
        made.put("local_guidance", guidance_id=chip, evidence=evidence)
        made.put("local_gaps", **own, channel="speaker", reason="device")
        made.put("local_speakers", **own, speaker="other", name="Dana Whitfield")
        made.put("local_tags", **own, tag="northwind")
        made.put("local_people", **own)
        made.put("local_retention", **own)
        action = {"text": "Send it", "owner": "user", "due": "2026-03-09", "sources": [line]}
        made.put(
            "summaries", id=summary, **own, user_id=store.user_id, generation_status="failed",
            key_decisions=["Renew"], action_items=[{**action, "done": True}],
            follow_up_questions=["Who signs?"], deleted_at=None,
        )  # fmt: skip
        cited = {"tldr": [{"text": "Dana renews.", "sources": [line, half]}]}
        made.put("local_summary_versions", **own, state="replaced", content=cited)
        made.put("local_summary_versions", **own, state="current", content=cited, edited=True)
        _fill_document(made, store, own)
    return session_id


def _fill_document(made: lossless.Filler, store: Store, own: dict[str, str]) -> None:
    document, content = new_id(), new_id()
    shared = {"file_type": "pdf"}
    made.put(
        "documents", id=document, **own, **shared, user_id=store.user_id, file_size_bytes=4096,
        extracted_text=TEXT, processing_status="completed", processing_error=None,
        embedding_status="completed", ocr_confidence_score=Decimal("0.87"), deleted_at=None,
    )  # fmt: skip
    made.put(
        "local_contents", id=content, **shared, sha256="ab" * 32, size_bytes=4096, pages=2,
        status="completed", embedding="completed", confidence=Decimal("0.87"),
    )  # fmt: skip
    made.put("local_document_contents", document_id=document, content_id=content)
    for at, span in enumerate(chunk(TEXT, paged=True)):
        piece = {"start": span.start, "page": span.page, "text": TEXT[span.start : span.end]}
        made.put("local_chunks", content_id=content, position=at, **piece)


def test_every_table_of_a_session_is_known():
    """A new table is exported, or its reason stands in ``lossless``."""
    known = {*lossless.OWN_TABLES, *lossless.LEFT_TABLES}
    assert lossless.hanging() - known == set()
    assert known - set(lossless.TABLES) == set()
    assert set(lossless.OWN_TABLES) & set(lossless.LEFT_TABLES) == set()


def test_every_reason_is_about_a_column_that_there_is():
    there = {f"{name}.{c.name}" for name in lossless.OWN_TABLES for c in lossless.TABLES[name].c}
    assert set(lossless.LEFT_COLUMNS) - there == set()


def test_every_column_of_a_session_comes_back(stores, tmp_path):
    """A new column comes back, or its reason stands in ``lossless``."""
    here, there = stores
    session_id = fill(here)
    carried(here, there, session_id, tmp_path)
    for table in lossless.OWN_TABLES:
        wanted = lossless.rows(here, table)
        assert wanted, table
        assert lossless.rows(there, table) == wanted, table
    assert written(there, session_id) == written(here, session_id)


def test_no_column_was_filled_with_what_a_forgotten_one_would_hold(stores):
    """Or the test above would not see that it was forgotten."""
    here, _ = stores
    fill(here)
    empty = {
        "documents.processing_error",
        *(f"{name}.deleted_at" for name in ("sessions", "summaries", "documents")),
    }
    for table in lossless.OWN_TABLES:
        found = lossless.rows(here, table)
        for column in found[0]:
            values = [row[column] for row in found]
            assert f"{table}.{column}" in empty or any(v is not None for v in values), column


def test_how_long_was_talked_comes_back_where_the_words_are_gone(stores, tmp_path):
    """Nothing there could count it again, and the library's bar of shares would be empty."""
    here, there = stores
    session = make_session()
    here.save(session)
    here.save(make_segment(session.id))
    here.save(make_segment(session.id, speaker="user", channel="mic", t0=4.0, t1=10.75))
    here.finish_session(session.id, session.started_at, 60.0)
    assert json.loads(written(here, session.id))["figures"]["line_seconds"] is None
    with here.writing() as connection:
        raw = connection.connection.driver_connection
        delete_transcript(raw, session.id, text_of(session.started_at))
    carried(here, there, session.id, tmp_path)
    assert there.session(session.id).talk_ratio == here.session(session.id).talk_ratio == 0.75
    assert lossless.rows(there, "local_sessions") == lossless.rows(here, "local_sessions")
    assert written(there, session.id) == written(here, session.id)
    assert disagreements(there.path) == []


def test_the_file_of_version_one_is_still_read(stores, tmp_path):
    here, _ = stores
    imported = import_files(ImportPlan((GOLDEN / "version-1.json",)), here)
    found = gather(here, imported.session_id)
    plain = conversation()
    for part in ("session", "lines", "marks", "gaps", "names", "summary", "figures"):
        assert getattr(found, part) == getattr(plain, part), part
    assert overview(here, imported.session_id).edited


def test_originals_can_be_restored_after_an_import(stores, tmp_path):
    here, _ = stores
    path = tmp_path / "x.json"
    path.write_bytes(jsonfile.FORMAT.render(conversation(), OPTIONS))
    session_id = import_files(ImportPlan((path,)), here).session_id
    review = reviewing.read_review(here, session_id)
    lines = review.lines
    for group in list(lines.originals):
        after = lines.restore(group)
        reviewing.save_step(here, session_id, lines, after)
        lines = after
    assert [line.text for line in gather(here, session_id).lines] == [
        "Thanks for making the time, Dana. How did the pilot go?",
        "Better than I expected",
        "on boarding took two days not a week.",
        "The price still has to come down a bit, though.",
        "That stays between us.",
        "I will sent you a revised offer by friday.",
    ]


def test_a_copy_is_the_same_under_other_names(stores, tmp_path):
    here, there = stores
    session_id = fill(here)
    carried(here, there, session_id, tmp_path)
    copy_id = carried(here, there, session_id, tmp_path, copy=True)
    one, other = (json.loads(written(there, found)) for found in (session_id, copy_id))
    names = dict(_pairs(one, other))
    assert len(names) == 10
    assert not set(names) & set(names.values())
    assert json.loads(_replaced(json.dumps(one), names)) == other


def _pairs(one, other):
    """Each id of a file and what the copy has in its place."""
    if isinstance(one, dict):
        for key in one:
            yield from _pairs(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            yield from _pairs(a, b)
    elif one != other:
        yield one, other


def _replaced(text, names):
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def test_a_copy_cites_its_own_lines():
    document = parse(json.loads(jsonfile.FORMAT.render(conversation(), OPTIONS)), "it")
    copy = with_new_ids(document)
    lines = {line.id for line in copy.transcript}
    moved = {move.old for move in copy.moves}
    cited = copy.summary_versions[1].content["tldr"][0]["sources"]
    assert cited[0] in lines
    assert cited[1] in moved
    assert copy.guidance[0].evidence[0].line in lines
    assert {row.group for row in copy.originals} >= {line.group for line in copy.transcript} - {
        None
    }


def test_documents_come_back_with_their_text_and_say_that_the_file_is_not_here(stores, tmp_path):
    here, there = stores
    session_id = fill(here)
    carried(here, there, session_id, tmp_path)
    (found,) = DocumentRows(there).of(Owner("session", session_id))
    assert (found.status, found.embedding, found.path) == ("completed", "failed", None)
    assert "not the file" in found.error
    assert found.chunks == 2


def test_a_document_that_came_without_its_file_takes_it_when_it_is_added_again(stores, tmp_path):
    here, there = stores
    session_id = fill(here)
    file = tmp_path / "Notes.txt"
    file.write_text("The pilot took two days.")
    owner = Owner("session", session_id)
    Documents(here).add(owner, [file])
    carried(here, there, session_id, tmp_path)
    documents = Documents(there)
    bare = next(one for one in documents.of(owner) if one.filename == file.name)
    assert (bare.status, bare.path) == ("failed", None)
    assert "not been read" in bare.error
    [added] = documents.add(owner, [file])
    assert added.known
    [whole] = [one for one in documents.of(owner) if one.filename == file.name]
    assert (whole.id, whole.status) == (bare.id, "pending")
    assert whole.path.read_text() == "The pilot took two days."


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d["transcript"][0].update(group=new_id()), "originals of transcript.0"),
        (lambda d: d["summary_versions"][0].update(state="current"), "current"),
        (lambda d: d["summary_versions"][0].update(content={"tldr": 7}), "summary_versions.0"),
        (lambda d: d["figures"].update(line_seconds=1.0, user_line_seconds=2.0), "line_seconds"),
        (lambda d: d["documents"][0].update(sha256="../x"), r"documents\.0\.sha256"),
    ],
)
def test_a_file_that_does_not_hang_together_is_refused_and_leaves_nothing(
    stores, tmp_path, change, why
):
    here, _ = stores
    content = json.loads(jsonfile.FORMAT.render(conversation(), OPTIONS))
    change(content)
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    with pytest.raises(LiveConvoError, match=why):
        import_files(ImportPlan((path,)), here)
    assert here.sessions() == []


def test_no_row_of_another_session_is_taken_over(stores, tmp_path):
    """Originals, versions, documents and moves have ids of their own."""
    here, there = stores
    session_id = fill(here)
    carried(here, there, session_id, tmp_path)
    content = json.loads(written(here, session_id))
    content["session"]["id"] = new_id()
    for part in ("transcript", "guidance", "unread", "moves", "documents"):
        content[part] = []
    content["summary_record"] = None
    path = tmp_path / "y.json"
    path.write_text(json.dumps(content))
    for part in ("summary_versions", "originals"):
        with pytest.raises(LiveConvoError, match="same id"):
            import_files(ImportPlan((path,)), there)
        content[part] = []
        path.write_text(json.dumps(content))
    assert import_files(ImportPlan((path,)), there).lines == 0


def test_a_summary_that_was_being_written_is_wanted_again(stores, tmp_path):
    here, there = stores
    session_id = fill(here)
    with here.writing() as connection:
        summaries = lossless.TABLES["summaries"]
        connection.execute(summaries.update().values(generation_status="generating", tldr=None))
    carried(here, there, session_id, tmp_path)
    (row,) = lossless.rows(there, "summaries")
    assert (row["generation_status"], row["tldr"]) == ("pending", None)
    assert row["created_at"] < datetime.now(UTC)
