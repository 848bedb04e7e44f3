"""Protects the user's settings from damage, and the program from damaged settings."""

from liveconvo_desktop import settings
from liveconvo_desktop.settings import Settings


def test_what_was_saved_is_what_is_loaded(tmp_path):
    path = tmp_path / "settings.json"
    mine = Settings()
    mine.privacy.transcript_days = 7
    settings.save(mine, path)
    assert settings.load(path) == (mine, None)
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


def test_no_file_means_defaults(tmp_path):
    assert settings.load(tmp_path / "settings.json") == (Settings(), None)


def test_a_damaged_file_is_kept_and_told(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"privacy": {"transcript_days": "soon"}}')
    found, error = settings.load(path)
    assert found == Settings()
    assert error
    assert "privacy.transcript_days" in error.message
    assert "soon" in (tmp_path / "settings.damaged.json").read_text()
    assert settings.load(path) == (Settings(), None)


def test_settings_of_a_newer_version_survive(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"summary": {"tone": "dry"}, "later": {"on": true}}')
    found, error = settings.load(path)
    assert error is None
    settings.save(found, path)
    assert '"tone": "dry"' in path.read_text()
    assert '"later"' in path.read_text()
