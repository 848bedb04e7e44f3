"""Protects the user's settings from damage, and the program from damaged settings."""

import errno
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from liveconvo_desktop import settings
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings import (
    DamagedSettingsError,
    PrivacySettings,
    Settings,
    SettingsFileError,
    file,
)


def test_what_was_saved_is_what_is_loaded(tmp_path):
    path = tmp_path / "settings.json"
    mine = Settings()
    mine.privacy.transcript_days = 7
    settings.save(mine, path)
    assert settings.load(path) == (mine, None)
    assert names(tmp_path) == ["settings.json"]


def names(folder):
    """All files but the lock, which stays so that whoever waits has the same one."""
    return sorted(p.name for p in folder.iterdir() if p.name != "settings.lock")


def test_no_file_means_defaults(tmp_path):
    assert settings.load(tmp_path / "settings.json") == (Settings(), None)


DAMAGED = '{"privacy": {"transcript_days": "soon", "log_days": 7}, "summary": {"model": "large"}}'


def test_of_a_damaged_file_the_valid_part_holds_and_it_is_told_until_it_is_mended(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(DAMAGED)
    for _ in range(2):
        found, error = settings.load(path)
        assert isinstance(error, DamagedSettingsError)
        assert "privacy.transcript_days" in error.message
        assert found.privacy == PrivacySettings(log_days=7)
        assert found.summary.model == "large"
    assert path.read_text() == DAMAGED
    settings.save(found, path)
    assert settings.load(path) == (found, None)


def test_every_damaged_file_is_kept_under_a_name_of_its_own(tmp_path):
    path = tmp_path / "settings.json"
    texts = [DAMAGED, "{", "[1]", '{"privacy": 5}', "{} or not"]
    for text in texts:
        path.write_text(text)
        assert settings.load(path)[1], text
        settings.save(Settings(), path)
        assert settings.load(path) == (Settings(), None)
    kept = [(tmp_path / f"settings.damaged-{n}.json").read_text() for n in range(1, 6)]
    assert kept == texts


def test_bytes_that_are_no_text_are_damage_too(tmp_path):
    path = tmp_path / "settings.json"
    path.write_bytes(b"\xff\xfe\x00")
    found, error = settings.load(path)
    assert (found, type(error)) == (Settings(), DamagedSettingsError)


def test_a_file_that_cannot_be_read_just_now_is_left_as_it_is(tmp_path, monkeypatch):
    """Too many open files, or a lock of another program: a moment later it is there again."""
    path = tmp_path / "settings.json"
    mine = Settings()
    mine.privacy.transcript_days = 365
    settings.save(mine, path)

    def refuse(*_, **__):
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_text", refuse)
        found, error = settings.load(path)
        assert found == Settings()
        assert type(error) is SettingsFileError
        assert "Too many open files" in error.message
        with pytest.raises(SettingsFileError):
            settings.save(found, path)
    assert settings.load(path) == (mine, None)
    assert names(tmp_path) == ["settings.json"]


def test_a_reading_that_fails_once_does_not_put_the_defaults_in_place(tmp_path, monkeypatch):
    """The first look fails and the second does not: nothing is made from the first."""
    path = tmp_path / "settings.json"
    mine = Settings()
    mine.privacy.transcript_days = 365
    settings.save(mine, path)
    read, failures = Path.read_text, [OSError(errno.EMFILE, "Too many open files")]

    def once(*given, **more):
        if failures:
            raise failures.pop()
        return read(*given, **more)

    monkeypatch.setattr(Path, "read_text", once)
    with pytest.raises(SettingsFileError, match="Too many open files"):
        settings.change(lambda found: setattr(found.summary, "model", "large"), path)
    assert settings.load(path) == (mine, None)


def test_settings_of_a_newer_version_survive(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"summary": {"tone": "dry"}, "later": {"on": true}}')
    found, error = settings.load(path)
    assert error is None
    settings.save(found, path)
    assert '"tone": "dry"' in path.read_text()
    assert '"later"' in path.read_text()


def test_a_damaged_file_is_copied_aside_at_once_and_only_once(tmp_path):
    path = tmp_path / "settings.json"
    assert settings.examine(path) is None
    path.write_text(DAMAGED)
    for _ in range(2):
        error = settings.examine(path)
        assert isinstance(error, DamagedSettingsError)
        assert "privacy.transcript_days: 1 to 36,500 days" in error.message
        assert "A copy is kept as settings.damaged-1.json." in error.hint
    settings.save(settings.load(path)[0], path)
    kept = [name for name in names(tmp_path) if name != "settings.json"]
    assert kept == ["settings.damaged-1.json"]
    assert (tmp_path / kept[0]).read_text() == DAMAGED
    assert settings.examine(path) is None


def test_every_wrong_value_falls_back_alone_and_is_named(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(
        '{"privacy": {"audio_hours": 1e999, "log_days": 7},'
        ' "summary": {"base_url": "nonsense", "model": "large"}}'
    )
    found, error = settings.load(path)
    assert found.privacy == PrivacySettings(log_days=7)
    assert (found.summary.base_url, found.summary.model) == ("", "large")
    assert "privacy.audio_hours" in error.message
    assert "summary.base_url" in error.message


@pytest.mark.parametrize("addresses", ["[1]", '["https://a.example", null, 2]', "7", '{"0": 1}'])
def test_a_list_that_is_wrong_inside_falls_back_alone(tmp_path, addresses):
    path = tmp_path / "settings.json"
    path.write_text(f'{{"summary": {{"model": "large", "key_addresses": {addresses}}}}}')
    found, error = settings.load(path)
    assert isinstance(error, DamagedSettingsError)
    assert "summary.key_addresses" in error.message
    assert (found.summary.model, found.summary.key_addresses) == ("large", [])


def test_the_mark_that_some_editors_write_is_no_damage(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"privacy": {"log_days": 7}}', encoding="utf-8-sig")
    found, error = settings.load(path)
    assert (found.privacy.log_days, error) == (7, None)


def test_changes_of_several_threads_are_all_kept(tmp_path):
    path = tmp_path / "settings.json"

    def add(number):
        settings.change(lambda mine: mine.summary.key_addresses.append(str(number)), path)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    kept = settings.load(path)[0].summary.key_addresses
    assert sorted(kept, key=int) == [str(n) for n in range(20)]


ADD = """
import sys
from pathlib import Path
from liveconvo_desktop import settings
for number in range(20):
    word = f"{sys.argv[2]}-{number}"
    settings.change(lambda mine: mine.summary.key_addresses.append(word), Path(sys.argv[1]))
"""


def test_changes_of_several_programs_are_all_kept(tmp_path):
    path = tmp_path / "settings.json"
    running = [subprocess.Popen([sys.executable, "-c", ADD, path, name]) for name in ("a", "b")]
    assert [one.wait(60) for one in running] == [0, 0]
    kept = settings.load(path)[0].summary.key_addresses
    assert sorted(kept) == sorted(f"{name}-{n}" for name in ("a", "b") for n in range(20))
    assert names(tmp_path) == ["settings.json"]


def test_a_program_that_does_not_let_go_is_told(tmp_path, monkeypatch):
    path = tmp_path / "settings.json"
    monkeypatch.setattr(file, "_PATIENCE", 0.0)
    with (
        FileLock(path.with_suffix(".lock")),
        ThreadPoolExecutor(1) as pool,
        pytest.raises(SettingsFileError) as caught,
    ):
        pool.submit(settings.save, Settings(), path).result()
    assert "Another program is changing the settings" in caught.value.message
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "place").write_text("a file where the folder should be")
    with pytest.raises(LiveConvoError, match="cannot be saved"):
        settings.save(Settings(), tmp_path / "place" / "settings.json")


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(file.os, "replace", full)
    with pytest.raises(LiveConvoError, match="No space left"):
        settings.save(Settings(), tmp_path / "settings.json")
    assert names(tmp_path) == []
