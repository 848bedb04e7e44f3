"""Protects the user's settings from damage, and the program from damaged settings."""

import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from liveconvo_desktop import settings
from liveconvo_desktop.settings import (
    DamagedSettingsError,
    PrivacySettings,
    Settings,
    SettingsFileError,
)


def test_what_was_saved_is_what_is_loaded(tmp_path):
    path = tmp_path / "settings.json"
    mine = Settings()
    mine.privacy.transcript_days = 7
    settings.save(mine, path)
    assert settings.load(path) == (mine, None)
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


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
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


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
    kept = [p.name for p in tmp_path.iterdir() if p.name != "settings.json"]
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
