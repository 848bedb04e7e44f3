"""Hostile files end as a reason, within the limits, and never as a defect of ours."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading

import pytest

from liveconvo_desktop.knowledge import ocr, process, worker
from liveconvo_desktop.knowledge.answers import Embedded, Share, Text
from liveconvo_desktop.knowledge.base import DocumentError
from liveconvo_desktop.knowledge.process import Cancelled, command
from liveconvo_desktop.knowledge.reading import AMPLE, Reading
from liveconvo_desktop.knowledge.registry import extract, kind_of
from liveconvo_desktop.language.embed import DIMENSIONS, MODEL
from tests.knowledge import make

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<w:document xmlns:w="x"><w:body>&b;</w:body></w:document>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    '<w:document xmlns:w="x"><w:body>&f;</w:body></w:document>'
)


def outcome(path, **limits):
    """The reading in its process: what failed, and the most memory it used."""
    reading = Reading(path, kind_of(path), make.LIMITS.model_copy(update=limits))
    with pytest.raises(DocumentError) as caught:
        list(reading.events())
    assert caught.value.message
    assert caught.value.hint
    return caught.value.message, reading.peak_mb


def pretend(monkeypatch, script):
    """Let the reading process be this script."""
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", script])


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path):
    message, peak = outcome(make.make_zip_bomb(tmp_path / "a.docx"))
    assert "unpacks to 400 MB" in message
    assert peak < 300


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path):
    message, peak = outcome(make.make_lying_bomb(tmp_path / "a.docx"))
    assert "damaged" in message
    assert peak < 300


@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(tmp_path, xml, codec):
    good = make.make_docx(tmp_path / "good.docx", "words")
    bad = make.replace_part(good, tmp_path / "bad.docx", "word/document.xml", xml.encode(codec))
    assert "XML entities" in outcome(bad)[0]


def test_a_tree_that_fills_the_memory_is_stopped_at_the_limit(tmp_path):
    good = make.make_docx(tmp_path / "good.docx", "words")
    full = make.body("<w:p/>" * 5_000_000)
    bad = make.replace_part(good, tmp_path / "bad.docx", "word/document.xml", full)
    message, peak = outcome(bad, memory_mb=256)
    assert "more than 256 MB of memory" in message
    # The system stops it at twice the limit in address space, whenever we look.
    assert peak < 2 * 256


def test_a_pdf_bomb_is_stopped_at_the_limit(tmp_path):
    message, peak = outcome(make.make_pdf_bomb(tmp_path / "a.pdf", 600), memory_mb=256)
    assert message == "Reading it takes more than 256 MB of memory."
    assert peak < 2 * 256


CRASHES_AT = """
import json, os, signal, sys
request = json.loads(sys.stdin.readline())
def reserve(megabytes):
    # As a native library: refused memory ends it.
    if request["reserve"] * request["limits"]["memory_mb"] < megabytes:
        os.kill(os.getpid(), signal.SIGABRT)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("reserve(600); import time; x = bytearray(600_000_000); time.sleep(60)", "memory"),
        ("os.kill(os.getpid(), signal.SIGABRT)", "damaged"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
        ("reserve(600); os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "want of memory"),
    ],
)
def test_a_crash_for_want_of_memory_is_told_from_one_of_damage(tmp_path, monkeypatch, does, reason):
    pretend(monkeypatch, CRASHES_AT + does)
    message, _ = outcome(tmp_path / "a.pdf", memory_mb=256)
    assert reason in message
    assert ("damaged" in message) is (reason == "damaged")


TELLS = """
def tell(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)
def text(words):
    spans = [(0, len(words), None)]
    tell("text", text=words, spans=spans, pages=None, confidence=None, note="")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_what_is_read_at_the_second_attempt_is_read(tmp_path, monkeypatch):
    """The first wanted to reserve more than it may; what it then used was within the limit."""
    does = "tell('progress', share=0.5); reserve(600); text('Forty dollars.'); tell('done')"
    pretend(monkeypatch, CRASHES_AT + TELLS + does)
    limits = make.LIMITS.model_copy(update={"memory_mb": 256})
    *shares, text = Reading(tmp_path / "a.pdf", "pdf", limits).events()
    assert shares == [Share(0.5)] * 2
    assert text.extract.text == "Forty dollars."


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_second_reading_can_be_cancelled(tmp_path, monkeypatch):
    pretend(monkeypatch, CRASHES_AT + "reserve(600); import time; time.sleep(600)")
    reading = Reading(tmp_path / "a.pdf", "pdf", make.LIMITS.model_copy(update={"memory_mb": 256}))

    def cancel():
        while not (
            reading._attempt and reading._attempt._reserve == AMPLE and reading._attempt._process
        ):
            pass
        reading.cancel()

    stopper = threading.Thread(target=cancel)
    stopper.start()
    with pytest.raises(Cancelled):
        list(reading.events())
    stopper.join()


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_memory_that_the_xml_parser_was_refused_is_no_damage(tmp_path):
    """The parent's look may come too late: the worker itself must know."""
    good = make.make_docx(tmp_path / "good.docx", "words")
    full = make.body("<w:p/>" * 5_000_000)
    bad = make.replace_part(good, tmp_path / "bad.docx", "word/document.xml", full)
    request = {
        "path": str(bad),
        "kind": "docx",
        "limits": make.LIMITS.model_copy(update={"memory_mb": 256}).model_dump(mode="json"),
    }
    # Not through the parent: it looks in between, and ends it first on most machines.
    with subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as told:
        told.stdin.write(json.dumps(request).encode() + b"\n")
        told.stdin.flush()
        said = told.stdout.read().decode()
        told.stdin.close()
    assert "more than 256 MB of memory" in said


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_pdf_that_was_cut_off_is_damage_and_not_a_want_of_memory(tmp_path, share):
    path = make.make_pdf(tmp_path / "a.pdf", [["words " * 8] * 20] * 3)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    message, _ = outcome(path)
    assert "damaged" in message
    assert "memory" not in message


def test_endless_nesting_is_damage(tmp_path):
    good = make.make_docx(tmp_path / "good.docx", "words")
    deep = make.body("<w:tbl><w:tr><w:tc>" * 5_000 + "</w:tc></w:tr></w:tbl>" * 5_000)
    bad = make.replace_part(good, tmp_path / "bad.docx", "word/document.xml", deep)
    assert "damaged" in outcome(bad)[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_a_worker_ends_with_its_parent(tmp_path):
    """It waits for a pipe that nobody writes to; then its parent is gone."""
    pipe = tmp_path / "a.txt"
    os.mkfifo(pipe)
    request = {"path": str(pipe), "kind": "txt", "limits": make.LIMITS.model_dump(mode="json")}
    with subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.close()
        assert process.wait(60) == 1


def test_a_pdf_of_ten_thousand_pages_is_refused(tmp_path):
    path = make.make_pdf(tmp_path / "a.pdf", [[]] * 10_000)
    assert "10,000 pages" in outcome(path)[0]


def test_an_encrypted_pdf_says_so(tmp_path):
    path = make.make_pdf(tmp_path / "a.pdf", [["secret"]], password="x")
    assert outcome(path)[0] == "It is protected with a password."


def test_a_gigantic_picture_costs_nothing(tmp_path):
    message, peak = outcome(make.make_huge_png(tmp_path / "a.png"))
    assert "pixels" in message
    assert peak < 300


def test_a_file_that_vanished_says_so(tmp_path):
    assert "No such file" in outcome(tmp_path / "gone.pdf")[0]


def test_damaged_files_of_every_type_end_as_a_reason_or_as_text(tmp_path, monkeypatch):
    """Cut off and overwritten at random places; the seed makes it the same every time."""
    # What a damaged picture is read as does not matter here, and takes a second.
    monkeypatch.setattr(ocr, "ENGINE", "no_such_module")
    chance = random.Random(7)
    whole = [
        make.make_pdf(tmp_path / "a.pdf", [["words " * 8] * 20] * 3),
        make.make_docx(tmp_path / "a.docx", *["words " * 50] * 20, heading="Title"),
        make.make_picture(tmp_path / "a.png"),
        make.make_picture(tmp_path / "a.jpg"),
    ]
    for path in whole:
        data = path.read_bytes()
        for turn in range(12):
            spoilt = bytearray(data)
            if turn % 2:
                del spoilt[chance.randrange(len(data)) :]
            for _ in range(turn):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            bad = path.with_name(f"bad{path.suffix}")
            bad.write_bytes(spoilt)
            try:
                extract(bad, kind_of(bad), make.LIMITS, lambda _: None)
            except DocumentError as error:
                assert error.hint  # noqa: PT017


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_the_worker_cannot_write_or_grow(tmp_path):
    script = (
        "import sys, resource\n"
        "from liveconvo_desktop.knowledge import worker\n"
        "from liveconvo_desktop.settings import DocumentSettings\n"
        "worker._limit(DocumentSettings(memory_mb=512, cpu_seconds=5))\n"
        "print(*(resource.getrlimit(w)[0] for w in"
        " (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)))\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert told.stdout.split() == [b"1024000000", b"5", b"0"]


def test_memory_is_watched_from_outside(tmp_path, monkeypatch):
    pretend(monkeypatch, "x = bytearray(400_000_000); import time; time.sleep(60)")
    message, _ = outcome(tmp_path / "a.txt", memory_mb=256)
    assert "more than 256 MB of memory" in message


@pytest.mark.parametrize("limit", ["timeout_seconds", "silent_seconds"])
def test_a_worker_that_never_ends_is_killed(tmp_path, monkeypatch, limit):
    pretend(monkeypatch, "import time; time.sleep(600)")
    assert "takes longer than 0.3 s" in outcome(tmp_path / "a.txt", **{limit: 0.3})[0]


def test_a_worker_that_computes_for_ever_is_killed(tmp_path, monkeypatch):
    pretend(monkeypatch, "while True: pass")
    assert "takes longer than 1 s" in outcome(tmp_path / "a.txt", cpu_seconds=1)[0]


def test_a_worker_that_never_stops_talking_is_not_listened_to(tmp_path, monkeypatch):
    pretend(monkeypatch, "while True: print('x' * 1000, end='')")
    message, _ = outcome(tmp_path / "a.txt", max_characters=10)
    assert "crashed" in message


@pytest.mark.parametrize(
    "script",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "print('{}')",
        "print('[1]')",
        'print(\'{"event": "vectors", "first": 0, "model": "m", "data": "AAAA"}\')',
        'print(\'{"event": "failed"}\')',
    ],
)
def test_a_worker_that_crashes_or_babbles_is_a_damaged_file(tmp_path, monkeypatch, script):
    if "SIGSEGV" in script and not hasattr(signal, "SIGKILL"):
        pytest.skip("no signals")
    pretend(monkeypatch, script)
    assert "damaged" in outcome(tmp_path / "a.txt")[0]


@pytest.mark.model
def test_a_reading_tells_shares_then_the_text_then_its_vectors(tmp_path):
    path = make.make_pdf(tmp_path / "a.pdf", [[f"Page {n} tells of seats."] for n in range(10)])
    events = list(Reading(path, "pdf", make.LIMITS).events())
    kinds = [type(one) for one in events]
    assert set(kinds) == {Share, Text, Embedded}
    assert kinds.index(Text) > kinds.index(Share)
    [text] = [one for one in events if isinstance(one, Text)]
    assert [span.page for span in text.spans] == list(range(1, 11))
    vectors = [one for one in events if isinstance(one, Embedded)]
    assert sum(len(one.vectors) for one in vectors) == 10
    assert vectors[0].vectors.shape[1] == DIMENSIONS
    assert {one.model for one in vectors} == {MODEL}


def test_cancel_ends_a_reading_before_and_while_it_runs(tmp_path, monkeypatch):
    early = Reading(tmp_path / "a.txt", "txt", make.LIMITS)
    early.cancel()
    with pytest.raises(Cancelled):
        list(early.events())
    pretend(
        monkeypatch,
        'import time\nprint(\'{"event": "progress", "share": 0.5}\', flush=True)\ntime.sleep(600)',
    )
    late = Reading(tmp_path / "a.txt", "txt", make.LIMITS)
    events = late.events()
    assert next(events) == Share(0.5)
    late.cancel()
    with pytest.raises(Cancelled):
        next(events)


def test_a_frozen_program_starts_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command() == [sys.executable, worker.SWITCH]
    monkeypatch.setattr(sys, "argv", ["liveconvo", "sessions"])
    assert worker.serve_if_asked() is None
    monkeypatch.setattr(worker, "main", lambda: 7)
    monkeypatch.setattr(sys, "argv", ["liveconvo", worker.SWITCH])
    with pytest.raises(SystemExit) as caught:
        worker.serve_if_asked()
    assert caught.value.code == 7
