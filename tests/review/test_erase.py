"""Protects "erase everything": planted words are in no file of ours afterwards, in any encoding."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential
from keyring.errors import InitError, PasswordDeleteError
from sqlalchemy import insert, text

from liveconvo_desktop import settings
from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Fault
from liveconvo_desktop.review.erase import Places, erase
from liveconvo_desktop.review.privacy import Privacy
from liveconvo_desktop.settings.keys import put
from liveconvo_desktop.store import Store, backups
from liveconvo_desktop.store.purge import settle
from sync.local import local_metadata
from sync.schema import metadata, templates
from tests.store.test_purge import WORDS, filled, found_in


class Keys(KeyringBackend):
    """A keyring in memory that can list what it holds."""

    priority = 1

    def __init__(self):
        self.kept = {("liveconvo", "mine"): "k1", ("liveconvo", "api_key"): "k2", ("x", "y"): "k3"}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[(service, username)] = password

    def delete_password(self, service, username):
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")

    def get_credential(self, service, username):
        for (kept, name), password in self.kept.items():
            if kept == service and username in (None, name):
                return SimpleCredential(name, password)
        return None


@pytest.fixture(autouse=True)
def keys():
    """Never the keyring of the person who runs the tests."""
    before = keyring.get_keyring()
    mine = Keys()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def plant(home: Path) -> Places:
    """Words in every table and column that takes text, and in every kind of file."""
    path = home / "liveconvo.db"
    words = " ".join(WORDS)
    store, _, audio, paper = filled(path, words)
    store.save(Fault("audio", f"It broke: {words}.", "Mend it."))
    with store.writing() as connection:
        connection.execute(insert(templates).values(name=words, context_instructions=words))
        for table in (*metadata.tables.values(), *local_metadata.tables.values()):
            for column in table.c:
                if str(column.type) == "TEXT" and not column.name.endswith("_at"):
                    checked = any(column.name in str(c.sqltext) for c in _checks(table))
                    if not checked and column.name not in ("path", "evidence"):
                        connection.execute(
                            text(f"UPDATE {table.name} SET {column.name} = :w"), {"w": words}
                        )
    backups.make(path)
    # Deleted words in free pages and in the log.
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete = OFF")
        raw.execute("CREATE TABLE scratch (words)")
        raw.executemany("INSERT INTO scratch VALUES (?)", [(words * 20,)] * 200)
        raw.execute("DELETE FROM scratch")
    audio.write_bytes(b"fLaC " + words.encode())
    audio.with_name(f"{WORDS[0]}.flac").write_bytes(b"")
    paper.with_name(f"{WORDS[1]} offer.docx").write_bytes(words.encode("utf-16-le"))
    whole = settings.Settings()
    whole.summary.base_url = "https://models.example/v1"
    settings.save(whole, home / "settings.json")
    for name in (
        "settings.damaged.json", "settings-7.part", "settings.lock", "window.ini", "liveconvo.log",
        "liveconvo.log.1", "crash.log", "liveconvo.before-0002-was-0001-20260101T000000000000.db",
        "liveconvo.db.restoring", "liveconvo.db.restoring.part",
    ):  # fmt: skip
        (home / name).write_text(words, encoding="utf-8")
    store.close()
    return Places(home, path)


def _checks(table):
    from sqlalchemy import CheckConstraint

    return [one for one in table.constraints if isinstance(one, CheckConstraint)]


def test_nothing_of_ours_is_left(tmp_path, keys):
    home = tmp_path / "home"
    home.mkdir()
    places = plant(home)
    assert len(found_in(tmp_path, *WORDS)) > 12
    done = erase(places)
    assert done.left == []
    assert found_in(tmp_path, *WORDS) == []
    assert not any(word in str(path) for path in tmp_path.rglob("*") for word in WORDS)
    assert not home.exists()
    assert done.keys == 2
    assert keys.kept == {("x", "y"): "k3"}


def test_keys_of_every_address_go_where_the_keyring_cannot_list_them(tmp_path, monkeypatch, keys):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(keys, "get_credential", lambda service, username: None)
    keys.kept.clear()
    for address in ("https://first.example/v1", "https://second.example/v1"):
        put(address, "k", home / "settings.json")
    # As things are set now, neither is used any more.
    erased = erase(Places(home, home / "liveconvo.db"))
    assert (keys.kept, erased.keys) == ({}, 2)


def test_keys_go_whose_addresses_only_a_damaged_file_still_names(tmp_path, monkeypatch, keys):
    """“Keep what is valid” of a file that is no JSON leaves an empty one in its place."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(keys, "get_credential", lambda service, username: None)
    keys.kept.clear()
    addresses = ["https://first.example/v1", "https://bücher.example/v1"]
    for address in addresses:
        put(address, "k", home / "settings.json")
    file = home / "settings.json"
    file.write_text(file.read_text().rstrip().removesuffix("}"))
    settings.change(lambda mine: None, file)
    assert settings.load(file)[0].summary.key_addresses == []
    erased = erase(Places(home, home / "liveconvo.db"))
    assert (keys.kept, erased.keys, erased.left) == ({}, 2, [])
    assert not home.exists()


def test_settings_that_cannot_be_read_are_told_for_the_keys_they_name(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    settings.save(settings.Settings(), home / "settings.json")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    told = [(one.what, one.why) for one in erase(Places(home, home / "liveconvo.db")).left]
    assert "keys of “liveconvo”" in told[0][0]
    assert "settings.json may name some, but cannot be read (Permission denied)" in told[0][1]


def test_what_is_not_ours_stays_and_is_named(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    places = plant(home)
    (home / "models" / "big").mkdir(parents=True)
    (home / "models" / "big" / "model.bin").write_bytes(b"model")
    (home / "liveconvo-notes").mkdir()
    (home / "liveconvo-notes" / "mine.txt").write_text("mine")
    done = erase(places)
    assert [path.name for path in done.foreign] == ["liveconvo-notes", "models"]
    assert (home / "liveconvo-notes" / "mine.txt").read_text() == "mine"


def test_it_refuses_while_the_database_is_open_and_leaves_everything(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    places = plant(home)
    store = Store.open(places.database)
    store.sessions()
    before = sorted(path for path in home.rglob("*"))
    with pytest.raises(StoreError, match="open"):
        erase(places)
    assert {path for path in before if path.suffix != ".db-shm"} <= set(home.rglob("*"))
    store.close()
    assert erase(places).left == []


def test_a_damaged_database_can_be_erased(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    places = plant(home)
    places.database.write_bytes(b"no database " + WORDS[0].encode() * 1000)
    for suffix in ("-wal", "-shm", "-journal"):
        places.database.with_name(f"liveconvo.db{suffix}").write_text(WORDS[1])
    assert erase(places).left == []
    assert found_in(tmp_path, *WORDS) == []


def test_it_can_be_done_again_after_a_kill_at_any_file(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    places = plant(home)
    module = __import__("liveconvo_desktop.review.erase", fromlist=["remove"])
    whole = module.remove
    count = 0

    def dying(path):
        nonlocal count
        count += 1
        if count % 3 == 0:
            raise KeyboardInterrupt
        whole(path)

    monkeypatch.setattr(module, "remove", dying)
    for _ in range(30):
        try:
            erase(places)
            break
        except KeyboardInterrupt:
            continue
    assert found_in(tmp_path, *WORDS) == []


def test_a_file_that_cannot_go_and_a_locked_keyring_are_told(tmp_path, monkeypatch, keys):
    home = tmp_path / "home"
    home.mkdir()
    places = plant(home)
    module = __import__("liveconvo_desktop.review.erase", fromlist=["remove"])
    whole = module.remove

    def stuck(path):
        if path.name == "window.ini":
            raise PermissionError(13, "in use", str(path))
        whole(path)

    def locked(service, username):
        raise InitError("the keyring is locked")

    monkeypatch.setattr(module, "remove", stuck)
    monkeypatch.setattr(keys, "get_password", locked)
    told = {one.what: one.why for one in erase(places).left}
    assert told[str(home / "window.ini")] == "in use"
    assert "locked" in next(why for what, why in told.items() if "keyring" in what)


def test_one_session_deleted_for_good_leaves_nothing_while_the_app_is_open(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    path = home / "liveconvo.db"
    store, session, audio, _ = filled(path)
    settle(store)
    # Words that an earlier version left in free pages.
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete = OFF")
        raw.execute("CREATE TABLE scratch (words)")
        raw.executemany("INSERT INTO scratch VALUES (?)", [(" ".join(WORDS) * 20,)] * 200)
        raw.execute("DROP TABLE scratch")
    assert found_in(home, *WORDS)
    assert Privacy(store, home).delete_for_good(session.id) == []
    assert found_in(home, *WORDS) == []
    assert not audio.exists()
    store.close()


def test_logs_are_cut_where_they_are_too_old(tmp_path):
    from datetime import UTC, datetime

    from liveconvo_desktop.store.log_files import log_parts, trim

    log = tmp_path / "liveconvo.log"
    log.write_text(
        "2026-01-01 10:00:00,000 INFO a old\n  of it\n2026-03-01 10:00:00,000 INFO a new\nmore\n"
    )
    rotated = tmp_path / "liveconvo.log.1"
    rotated.write_text("2026-01-01 10:00:00,000 INFO a old\n")
    (tmp_path / "crash.log").write_text("a crash\n")
    assert {part.path.name for part in log_parts(tmp_path)} == {
        "liveconvo.log", "liveconvo.log.1", "crash.log",
    }  # fmt: skip
    cut = datetime(2026, 2, 1, tzinfo=UTC)
    writer = logging.FileHandler(log)  # the app has it open, and goes on
    for path in (log, rotated, tmp_path / "crash.log"):
        trim(path, cut)
    writer.emit(logging.LogRecord("a", logging.INFO, "", 0, "after", None, None))
    writer.close()
    assert log.read_text() == "2026-03-01 10:00:00,000 INFO a new\nmore\nafter\n"
    assert not rotated.exists()
    assert (tmp_path / "crash.log").read_text() == "a crash\n"
    os.utime(tmp_path / "crash.log", (0, 0))
    trim(tmp_path / "crash.log", cut)
    assert (tmp_path / "crash.log").read_text() == ""
