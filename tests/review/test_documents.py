"""Documents from a dropped file to a passage: nothing is lost, doubled or left behind."""

from __future__ import annotations

import os
import sys

import pytest
from sqlalchemy import select

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.knowledge import process
from liveconvo_desktop.knowledge.chunk import chunk
from liveconvo_desktop.paths import documents_dir
from liveconvo_desktop.review import reading
from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.review.retriever import Retriever
from liveconvo_desktop.settings import DocumentSettings
from liveconvo_desktop.store import RowRefusedError, Store, Template
from liveconvo_desktop.store.contents import MAX_ATTEMPTS, Contents
from liveconvo_desktop.store.documents import DocumentRows, Owner
from sync.local.documents import local_chunks, local_contents
from sync.schema import documents, sessions
from tests.knowledge import make
from tests.store.make import make_session

SLOW = (
    'import sys, time\nprint(\'{"event": "progress", "share": 0.5}\', flush=True)\ntime.sleep(600)'
)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "data" / "liveconvo.db")
    yield opened
    opened.close()


@pytest.fixture
def library(store):
    made = Documents(store)
    yield made
    made.close()


@pytest.fixture
def owner(store):
    session = make_session()
    store.save(session)
    return Owner("session", session.id)


@pytest.fixture
def offer(tmp_path):
    return make.make_pdf(
        tmp_path / "Offer.pdf",
        [["The licence costs forty dollars a seat."], ["Support answers within four hours."]],
    )


def row(store, document_id):
    with store.reading() as connection:
        return connection.execute(select(documents).where(documents.c.id == document_id)).one()


def copies(store):
    return sorted(path.name for path in documents_dir(store.path).iterdir())


def count(store, table):
    with store.reading() as connection:
        return len(connection.execute(select(table.c.id)).all())


def template(store):
    made = Template(new_id(), "Sales", "", "sales_call", [], "", "", True)
    store.seed_templates([made])
    return made


@pytest.mark.model
def test_a_file_becomes_text_pieces_and_vectors(store, library, owner, offer):
    [added] = library.add(owner, [offer])
    assert added.document.status == "pending"
    offer.unlink()
    library.drain()
    [document] = library.of(owner)
    assert (document.status, document.embedding) == ("completed", "completed")
    assert (document.filename, document.pages, document.chunks) == ("Offer.pdf", 2, 2)
    saved = row(store, document.id)
    assert saved.extracted_text.startswith("The licence costs forty dollars a seat.")
    assert (saved.processing_status, saved.embedding_status) == ("completed", "completed")
    assert (saved.file_type, saved.processing_error) == ("pdf", None)
    assert library.progress(document) is None


@pytest.mark.model
def test_a_question_finds_the_page_that_answers(store, library, owner, offer):
    library.add(owner, [offer])
    library.drain()
    retriever = Retriever(store, owner)
    best = retriever.search("How expensive is it?")[0]
    assert best.source == "Offer.pdf, page 1"
    assert best.likeness > 0.2
    assert retriever.search("support hours")[0].page == 2
    assert Retriever(store, None).search("support hours")[0].page == 2
    assert retriever.search("?!") == []
    other = make_session()
    store.save(other)
    assert Retriever(store, Owner("session", other.id)).search("support hours") == []


@pytest.mark.model
def test_a_retriever_notices_new_and_removed_documents(store, library, owner, offer, tmp_path):
    retriever = Retriever(store, owner)
    assert retriever.search("support") == []
    library.add(owner, [offer])
    library.drain()
    assert retriever.search("support")
    library.remove(library.of(owner)[0])
    assert retriever.search("support") == []


@pytest.mark.model
def test_the_same_bytes_are_kept_and_read_once(store, library, owner, offer, tmp_path):
    library.add(owner, [offer])
    library.drain()
    again = library.add(owner, [offer])[0]
    assert again.known
    assert len(library.of(owner)) == 1
    other = make_session()
    store.save(other)
    [twin] = library.add(Owner("session", other.id), [offer])
    assert not twin.known
    assert twin.document.status == "completed"
    assert row(store, twin.document.id).extracted_text.count("dollars") == 1
    assert len(copies(store)) == 1
    library.remove(library.of(owner)[0])
    assert len(copies(store)) == 1
    library.remove(twin.document)
    assert copies(store) == []
    assert count(store, local_contents) == count(store, local_chunks) == 0


def test_the_text_comes_back_whole_from_its_pieces(store, library, owner, tmp_path, monkeypatch):
    text = "\n\n".join(f"Paragraph {n}. " + "It says so. " * 30 for n in range(40))
    path = tmp_path / "long.txt"
    path.write_text(text)
    library.add(owner, [path])
    contents = Contents(store)
    job = contents.claim("me")
    assert len(chunk(text)) > 5
    pieces = [reading.Piece(s.start, text[s.start : s.end], s.page) for s in chunk(text)]
    contents.save_text(job.content_id, text, pieces, pages=None, confidence=None, note="")
    other = make_session()
    store.save(other)
    [twin] = library.add(Owner("session", other.id), [path])
    assert row(store, twin.document.id).extracted_text == text


@pytest.mark.model
def test_a_session_gets_the_documents_of_its_template(store, library, offer):
    book = template(store)
    theirs = Owner("template", book.id)
    library.add(theirs, [offer])
    assert [one.filename for one in library.of(theirs)] == ["Offer.pdf"]
    session = make_session(template_id=book.id)
    store.save(session)
    mine = Owner("session", session.id)
    assert library.attach_template(session.id) == 1
    # Attached before it was read: both become readable together.
    library.drain()
    assert library.attach_template(session.id) == 0
    assert [one.status for one in library.of(mine) + library.of(theirs)] == ["completed"] * 2
    assert row(store, library.of(mine)[0].id).extracted_text
    assert Retriever(store, mine).search("support")[0].page == 2
    assert Retriever(store, theirs).search("support")[0].page == 2
    library.remove(library.of(theirs)[0])
    assert library.of(theirs) == []
    assert Retriever(store, mine).search("support")


@pytest.mark.parametrize("limit", [0.001])
def test_a_file_over_the_limit_is_a_line_that_says_so(store, owner, offer, limit):
    library = Documents(store, DocumentSettings(max_file_mb=limit))
    [added] = library.add(owner, [offer])
    assert added.document.status == "failed"
    assert "the most that is taken is 0.001 MB" in added.document.error
    assert row(store, added.document.id).processing_error == added.document.error
    library.drain()
    assert copies(store) == []
    # A second one is another line, not the same content.
    library.add(owner, [make.make_pdf(offer.with_name("b.pdf"), [["x"]])])
    assert [one.filename for one in library.of(owner)] == ["Offer.pdf", "b.pdf"]
    with pytest.raises(LiveConvoError, match="no copy"):
        library.retry(added.document)
    library.remove(added.document)
    assert len(library.of(owner)) == 1


def test_two_gigabytes_of_text_are_not_even_copied(store, library, owner, tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    [added] = library.add(owner, [path])
    assert added.document.error == "It is 2,000 MB; the most that is taken is 100 MB."
    assert added.document.size_bytes == 2_000_000_000
    assert copies(store) == []


def test_what_is_no_file_is_told_without_a_line(store, library, owner, tmp_path):
    wrong = [tmp_path / "gone.pdf", tmp_path]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.txt")
        wrong.append(tmp_path / "pipe.txt")
    added = library.add(owner, wrong)
    assert all(one.document is None and one.error.hint for one in added)
    assert library.of(owner) == []
    assert copies(store) == []


def test_a_file_that_changes_while_it_is_copied_is_refused(store, library, owner, offer):
    real = os.fsync

    def meanwhile(handle):
        with offer.open("ab") as file:
            file.write(b"more")
        real(handle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", meanwhile)
        [added] = library.add(owner, [offer])
    assert "changed while it was copied" in added.document.error
    assert copies(store) == []


def test_an_unknown_session_is_refused_and_leaves_no_copy(store, library, offer):
    with pytest.raises(RowRefusedError):
        library.add(Owner("session", new_id()), [offer])
    assert copies(store) == []


def test_hostile_files_fail_alone(store, library, owner, tmp_path):
    """The one after them is read."""
    good = tmp_path / "good.txt"
    good.write_text("The seat costs forty dollars.")
    wrong = tmp_path / "wrong.pdf"
    wrong.write_bytes(b"MZ program")
    files = [
        make.make_zip_bomb(tmp_path / "bomb.docx"),
        make.make_pdf(tmp_path / "locked.pdf", [["x"]], password="x"),
        wrong,
        good,
    ]
    library.add(owner, files)
    library.drain()
    found = library.of(owner)
    assert [one.status for one in found] == ["failed"] * 3 + ["completed"]
    assert all(one.error and one.hint for one in found[:3])
    assert [row(store, one.id).processing_error for one in found] == [
        *(one.error for one in found[:3]),
        None,
    ]


def test_renaming_a_file_after_a_failure_reads_it(store, library, owner, tmp_path):
    """The same bytes under another name are judged anew."""
    wrong = tmp_path / "notes.pdf"
    wrong.write_text("The seat costs forty dollars.")
    library.add(owner, [wrong])
    library.drain()
    wrong.rename(tmp_path / "notes.txt")
    library.add(owner, [tmp_path / "notes.txt"])
    library.drain()
    assert [one.status for one in library.of(owner)] == ["failed", "completed"]


def test_a_copy_that_vanished_fails_and_comes_back_with_the_file(store, library, owner, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The seat costs forty dollars.")
    [added] = library.add(owner, [path])
    added.document.path.unlink()
    library.drain()
    [document] = library.of(owner)
    assert "No such file" in document.error
    with pytest.raises(LiveConvoError, match="no copy"):
        library.retry(document)
    assert library.add(owner, [path])[0].known
    library.drain()
    assert library.of(owner)[0].status == "completed"


def test_what_a_crash_left_is_read_again_but_not_for_ever(store, library, owner, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The seat costs forty dollars.")
    library.add(owner, [path])
    contents = Contents(store)
    for _ in range(MAX_ATTEMPTS - 1):
        assert contents.claim("1:0.0") is not None
        assert contents.release(reading._alive) == 1
    assert contents.claim("1:0.0") is not None
    contents.release(reading._alive)
    [document] = library.of(owner)
    assert document.status == "failed"
    assert f"ended {MAX_ATTEMPTS} times" in document.error
    library.retry(document)
    library.drain()
    assert library.of(owner)[0].status == "completed"


def test_what_another_living_process_reads_is_left_to_it(store, library, owner, offer):
    library.add(owner, [offer])
    contents = Contents(store)
    contents.claim(reading._identity())
    assert contents.release(reading._alive) == 0
    assert contents.claim("me") is None


def test_closing_in_the_middle_leaves_it_for_the_next_start(
    store, library, owner, offer, monkeypatch, wait_until
):
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", SLOW])
    library.start()
    library.add(owner, [offer])
    wait_until(lambda: library.progress(library.of(owner)[0]))
    library.close()
    [document] = library.of(owner)
    assert (document.status, document.error) == ("pending", "")
    monkeypatch.undo()
    following = Documents(store)
    following.start()
    wait_until(lambda: following.of(owner)[0].embedding == "completed")
    following.close()


def test_cancel_stops_one_and_retry_reads_it(store, library, owner, offer, monkeypatch, wait_until):
    waiting = make.make_docx(offer.with_name("b.docx"), "words")
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", SLOW])
    library.start()
    library.add(owner, [offer, waiting])
    wait_until(lambda: library.progress(library.of(owner)[0]))
    library.cancel(library.of(owner)[1])
    library.cancel(library.of(owner)[0])
    wait_until(lambda: [one.status for one in library.of(owner)] == ["failed"] * 2)
    assert {one.error for one in library.of(owner)} == {"Reading it was cancelled."}
    monkeypatch.undo()
    library.retry(library.of(owner)[0])
    wait_until(lambda: library.of(owner)[0].embedding == "completed")


def test_removing_in_the_middle_of_reading_leaves_nothing(
    store, library, owner, offer, monkeypatch, wait_until
):
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", SLOW])
    library.start()
    library.add(owner, [offer])
    wait_until(lambda: library.progress(library.of(owner)[0]))
    library.remove(library.of(owner)[0])
    wait_until(lambda: library.of(owner) == [] and copies(store) == [])
    library.close()
    assert count(store, local_contents) == 0


def test_vectors_that_fail_leave_the_text(store, library, owner, offer, monkeypatch):
    """Found by its words, with the reason in the list."""
    text = (
        '{"event": "text", "text": "Forty dollars.", "pages": null, "confidence": null,'
        ' "note": "", "spans": [[0, 14, null]]}'
    )
    failed = '{"event": "failed", "message": "No vectors.", "hint": "Retry."}'
    monkeypatch.setattr(
        process, "command", lambda: [sys.executable, "-c", f"print('{text}')\nprint('{failed}')"]
    )
    library.add(owner, [offer])
    library.drain()
    [document] = library.of(owner)
    assert (document.status, document.embedding) == ("completed", "failed")
    assert (document.error, document.hint) == ("No vectors.", "Retry.")
    assert row(store, document.id).processing_error is None
    assert Retriever(store, owner).search("dollars")[0].likeness is None
    monkeypatch.undo()
    library.retry(document)
    library.drain()
    assert library.of(owner)[0].embedding == "completed"


def test_deleting_a_session_for_good_leaves_no_words_behind(store, library, owner, offer):
    """As retention does: the row goes, and with it pieces, index and, when swept, the copy."""
    library.add(owner, [offer])
    library.drain()
    with store.writing() as connection:
        connection.execute(sessions.delete().where(sessions.c.id == owner.id))
    assert count(store, local_contents) == count(store, local_chunks) == 0
    with store.reading() as connection:
        matched = "SELECT rowid FROM local_chunks_fts WHERE local_chunks_fts MATCH 'dollars'"
        assert connection.exec_driver_sql(matched).fetchall() == []
    assert len(copies(store)) == 1
    assert library.sweep() == 1
    assert copies(store) == []


def test_a_removed_document_is_soft_deleted(store, library, owner, offer):
    [added] = library.add(owner, [offer])
    library.remove(added.document)
    assert row(store, added.document.id).deleted_at is not None
    assert library.get(added.document.id) is None
    assert DocumentRows(store).paths() == set()
    with pytest.raises(RowRefusedError, match="is not there"):
        library.remove(added.document)
