"""The queue: it survives crashes, hostile files, cancelling and closing."""

from __future__ import annotations

import os
import sys
import threading

import numpy as np
import pytest
from sqlalchemy import select

from liveconvo_desktop.errors import LiveConvoError, StoreError
from liveconvo_desktop.knowledge import process
from liveconvo_desktop.paths import documents_dir
from liveconvo_desktop.review import documents, reading
from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.review.retriever import Retriever
from liveconvo_desktop.store.contents import MAX_ATTEMPTS, Contents
from sync.local.documents import local_chunks, local_contents
from tests.knowledge import make
from tests.review.look import copies, count, row

SLOW = (
    'import sys, time\nprint(\'{"event": "progress", "share": 0.5}\', flush=True)\ntime.sleep(600)'
)


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


def test_a_database_that_refuses_in_the_middle_is_tried_again(
    store, library, owner, offer, monkeypatch, wait_until
):
    real, refused = Contents.save_text, []

    def once(self, *args, **options):
        if not refused:
            refused.append(True)
            raise StoreError("The disk is full.", "Free some space.", "store")
        return real(self, *args, **options)

    monkeypatch.setattr(Contents, "save_text", once)
    monkeypatch.setattr(reading, "_PATIENCE", 0.05)
    library.start()
    library.add(owner, [offer])
    wait_until(lambda: library.of(owner)[0].embedding == "completed")
    assert refused


def test_the_start_waits_for_nothing_and_what_is_refused_is_tried_again(
    store, library, owner, offer, monkeypatch, wait_until
):
    """A locked database or a folder that cannot be made must not keep the window from opening."""
    orphan = documents_dir(store.path) / "orphan.txt"
    orphan.write_text("Its session was deleted.")
    os.utime(orphan, (0, 0))
    here, threads, refused = threading.current_thread(), set(), []
    release, folder = Contents.release, documents.documents_dir

    def refuse_release(self, alive):
        threads.add(threading.current_thread())
        if "database" not in refused:
            refused.append("database")
            raise StoreError("The database is locked.", "Wait.", "store")
        return release(self, alive)

    def refuse_folder(database):
        threads.add(threading.current_thread())
        if "folder" not in refused:
            refused.append("folder")
            raise PermissionError(13, "Permission denied")
        return folder(database)

    library.add(owner, [offer])
    monkeypatch.setattr(Contents, "release", refuse_release)
    monkeypatch.setattr(documents, "documents_dir", refuse_folder)
    monkeypatch.setattr(reading, "_PATIENCE", 0.05)
    library.start()
    wait_until(lambda: not orphan.exists())
    wait_until(lambda: library.of(owner)[0].embedding == "completed")
    assert refused == ["database", "folder"]
    assert here not in threads


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


def test_ctrl_c_is_no_fault_of_the_document(store, library, owner, offer, monkeypatch):
    library.add(owner, [offer])

    def interrupt(content_id, share):
        raise KeyboardInterrupt

    for _ in range(MAX_ATTEMPTS + 1):
        with pytest.raises(KeyboardInterrupt):
            library.drain(told=interrupt)
        assert library.of(owner)[0].status == "pending"
    told = []
    library.drain(told=lambda content_id, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1
    assert library.of(owner)[0].embedding == "completed"


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


FIRST_CRASHES = """
import base64, json, os, signal, struct, sys
request = json.loads(sys.stdin.readline())
def tell(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)
def vector(first, value):
    data = base64.b64encode(struct.pack("<f", value) * 384).decode()
    tell("vectors", first=first, model="m", data=data)
text = "Forty dollars." if request["reserve"] > 2 else "Half of it"
spans = [(0, 5, None), (5, len(text), None)]
tell("text", text=text, spans=spans, pages=None, confidence=None, note="")
if request["reserve"] <= 2:
    vector(0, 9.0)
    os.kill(os.getpid(), signal.SIGABRT)
vector(0, 0.0)
vector(1, 1.0)
tell("done")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_what_a_second_attempt_reads_takes_the_place_of_the_first(
    store, library, owner, offer, monkeypatch
):
    save, firsts = Contents.save_vectors, []

    def note(self, content_id, first, *rest):
        firsts.append(first)
        save(self, content_id, first, *rest)

    monkeypatch.setattr(Contents, "save_vectors", note)
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", FIRST_CRASHES])
    library.add(owner, [offer])
    library.drain()
    [document] = library.of(owner)
    assert (document.status, document.embedding, document.error) == ("completed",) * 2 + ("",)
    assert row(store, document.id).extracted_text == "Forty dollars."
    with store.reading() as connection:
        kept = connection.execute(select(local_chunks).order_by(local_chunks.c.position)).all()
    assert [one.text for one in kept] == ["Forty", " dollars."]
    assert [set(np.frombuffer(one.vector, "<f4")) for one in kept] == [{0.0}, {1.0}]
    assert firsts == [0], "what the first attempt gave was left over"
