"""Protects the export of all data: everything is in it, and it is whole or not there."""

from __future__ import annotations

import json
import stat
import tracemalloc
import zipfile
from hashlib import sha256

import pytest

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.review.takeout import CancelledError, Takeout
from sync.local import local_metadata
from sync.schema import metadata
from tests.store.test_purge import WORDS, filled


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def store(home):
    opened = filled(home / "liveconvo.db")[0]
    (home / "settings.json").write_text("{}")
    (home / "liveconvo.log").write_text("a line\n")
    yield opened
    opened.close()


def read(path, name):
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(name).decode().splitlines()]


def test_every_table_and_file_is_there_as_it_is(store, home, tmp_path):
    out = tmp_path / "mine.zip"
    seen = []
    made = Takeout(store, home).write(out, progress=lambda done, total: seen.append((done, total)))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        about = json.loads(archive.read("manifest.json"))
        for entry in about["entries"]:
            content = archive.read(entry["name"])
            assert len(content) == entry["bytes"]
            assert sha256(content).hexdigest() == entry["sha256"]
        assert "transcripts" in archive.read("README.md").decode()
        assert "CREATE TABLE transcripts" in archive.read("schema.sql").decode()
    tables = set(metadata.tables) | set(local_metadata.tables) - {"local_purges"}
    assert {f"data/{name}.jsonl" for name in tables} <= names
    assert not any("planted" in name or "alembic" in name for name in names)
    assert {"settings/settings.json", "settings/liveconvo.log", "documents/paper.txt"} <= names
    assert sum(name.startswith("recordings/") for name in names) == 2
    assert made.rows == sum(entry.get("rows", 0) for entry in about["entries"])
    assert made.bytes == out.stat().st_size
    assert [one for one in seen if one[0] == one[1]]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_values_keep_their_meaning(store, home, tmp_path):
    out = tmp_path / "mine.zip"
    Takeout(store, home, recordings=False).write(out)
    (line,) = read(out, "data/transcripts.jsonl")
    assert line["content"] == f"said {' '.join(WORDS)}"
    assert (line["start_time_seconds"], line["is_final"]) == ("1.250", True)
    assert line["created_at"].endswith("+00:00")
    (chip,) = read(out, "data/local_guidance.jsonl")
    assert chip["evidence"][0]["quote"].startswith("said")
    assert "password_hash" not in read(out, "data/users.jsonl")[0]
    with zipfile.ZipFile(out) as archive:
        assert not [name for name in archive.namelist() if name.startswith("recordings/")]


def test_cancelled_or_refused_it_leaves_nothing_and_replaces_nothing(store, home, tmp_path):
    out = tmp_path / "out" / "mine.zip"
    with pytest.raises(LiveConvoError, match=r"cannot be written"):
        Takeout(store, home).write(out)
    out.parent.mkdir()
    takeout = Takeout(store, home)
    takeout.cancel()
    with pytest.raises(CancelledError):
        takeout.write(out)
    assert list(out.parent.iterdir()) == []
    out.write_bytes(b"theirs")
    with pytest.raises(LiveConvoError, match="there already"):
        Takeout(store, home).write(out)
    assert out.read_bytes() == b"theirs"
    Takeout(store, home).write(out, replace=True)
    assert zipfile.is_zipfile(out)


def test_a_large_recording_is_never_whole_in_memory(store, home, tmp_path):
    large = home / "liveconvo-recordings" / "large.flac"
    with large.open("wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    Takeout(store, home).write(tmp_path / "mine.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24 << 20


def test_a_recording_that_goes_meanwhile_is_left_out(store, home, tmp_path, monkeypatch):
    gone = next((home / "liveconvo-recordings").glob("*.flac"))

    def take_it(work, connection, table):
        gone.unlink(missing_ok=True)
        return 0

    monkeypatch.setattr("liveconvo_desktop.review.takeout._write_table", take_it)
    Takeout(store, home).write(tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        assert f"recordings/{gone.name}" not in archive.namelist()
        assert archive.testzip() is None
