"""Documents from a dropped file to a passage: nothing is lost, doubled or left behind."""

from __future__ import annotations

import os

import pytest

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.knowledge.chunk import chunk
from liveconvo_desktop.review import reading
from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.review.retriever import Retriever
from liveconvo_desktop.settings import DocumentSettings
from liveconvo_desktop.store import RowRefusedError, Template
from liveconvo_desktop.store.contents import Contents
from liveconvo_desktop.store.documents import DocumentRows, Owner
from sync.local.documents import local_chunks, local_contents
from sync.schema import sessions
from tests.knowledge import make
from tests.review.look import copies, count, row
from tests.store.make import make_session


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
    assert library.sweep() == 0
    assert library.sweep(0) == 1
    assert copies(store) == []


def test_a_removed_document_is_soft_deleted(store, library, owner, offer):
    [added] = library.add(owner, [offer])
    library.remove(added.document)
    assert row(store, added.document.id).deleted_at is not None
    assert library.get(added.document.id) is None
    assert DocumentRows(store).paths() == set()
    with pytest.raises(RowRefusedError, match="is not there"):
        library.remove(added.document)
