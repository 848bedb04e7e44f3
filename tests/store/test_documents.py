"""Protects the rows of documents: one content for all, found by words in rank order."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from liveconvo_desktop.events import new_id
from liveconvo_desktop.store.contents import Contents, Piece
from liveconvo_desktop.store.documents import DocumentRows, NewContent, Owner
from liveconvo_desktop.store.passages import Passages
from sync.schema import documents


def content(name: str, **changes) -> NewContent:
    values = {"id": new_id(), "sha256": name * 64, "path": f"docs/{name}", "file_type": "txt"}
    return NewContent(**({**values, "size_bytes": 3} | changes))


@pytest.fixture
def owner(session):
    return Owner("session", session.id)


def read(store, *texts):
    contents = Contents(store)
    job = contents.claim("me")
    pieces = [Piece(100 * at, text, at + 1) for at, text in enumerate(texts)]
    contents.save_text(job.content_id, "", pieces, pages=len(texts), confidence=0.876, note="n")
    contents.save_vectors(job.content_id, 0, [b"\0" * 8] * len(texts), "m")
    contents.finish(job.content_id)
    return job


def test_a_content_is_read_in_the_order_of_adding_and_only_once(store, owner):
    rows, contents = DocumentRows(store), Contents(store)
    for name in "ba":
        rows.add(owner, f"{name}.txt", content(name))
    assert contents.claim("me").path.name == "b"
    assert contents.claim("me").path.name == "a"
    assert contents.claim("me") is None


def test_the_states_of_a_content_are_those_of_its_rows(store, owner):
    rows = DocumentRows(store)
    document_id, new = rows.add(owner, "a.txt", content("a"))
    assert new
    read(store, "one two")
    found = rows.get(document_id)
    assert (found.status, found.embedding, found.note) == ("completed", "completed", "n")
    assert found.confidence == 0.88
    with store.reading() as connection:
        row = connection.execute(select(documents)).one()
    assert (row.processing_status, row.embedding_status) == ("completed", "completed")
    assert float(row.ocr_confidence_score) == 0.88
    Contents(store).fail(found.content_id, "why", "what")
    # Its text is there: only the vectors can have failed.
    assert (rows.get(document_id).status, rows.get(document_id).embedding) == (
        "completed",
        "failed",
    )


def test_a_long_name_keeps_its_end(store, owner):
    name = "x" * 400 + ".txt"
    document_id, _ = DocumentRows(store).add(owner, name, content("a"))
    assert DocumentRows(store).get(document_id).filename == name[-255:]


def test_words_are_found_in_any_form_the_best_first_and_within_the_owner(store, owner):
    DocumentRows(store).add(owner, "a.txt", content("a"))
    read(store, "prices of seats", "the price, the price", "nothing of it")
    passages = Passages(store)
    found = passages.by_words(owner, '"price"', 10)
    texts = passages.found(owner, found)
    assert [texts[one].text for one in found] == ["the price, the price", "prices of seats"]
    assert passages.by_words(owner, '"price"', 1) == found[:1]
    assert passages.by_words(Owner("session", new_id()), '"price"', 10) == []
    assert passages.by_words(None, '"price"', 10) == found


def test_vectors_come_with_their_model_only(store, owner):
    DocumentRows(store).add(owner, "a.txt", content("a"))
    read(store, "one", "two")
    ids, vectors = Passages(store).vectors(owner, "m")
    assert (len(ids), vectors.shape) == (2, (2, 2))
    assert Passages(store).vectors(owner, "other")[0] == []


def test_reading_again_replaces_the_pieces_and_their_words(store, owner):
    DocumentRows(store).add(owner, "a.txt", content("a"))
    job = read(store, "apples", "pears")
    Contents(store).retry(job.content_id)
    read(store, "plums")
    passages = Passages(store)
    assert len(passages.by_words(owner, "plum", 9)) == 1
    assert passages.by_words(owner, "apples OR pears", 9) == []
    with store.reading() as connection:
        check = "INSERT INTO local_chunks_fts(local_chunks_fts, rank) VALUES('integrity-check', 1)"
        connection.exec_driver_sql(check)
