"""The user's data is the user's alone, and a folder that cannot be used says what to do."""

import sys

import pytest

from liveconvo_desktop import paths
from liveconvo_desktop.errors import LiveConvoError

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")


@posix
def test_only_its_owner_can_enter_the_data_folder_and_the_recordings(home):
    assert paths.data_dir() == home
    recordings = paths.recordings_dir(paths.default_database())
    assert recordings == home.resolve() / "liveconvo-recordings"
    for folder in (home, recordings):
        assert folder.stat().st_mode & 0o777 == 0o700


@posix
def test_a_folder_that_is_there_keeps_its_rights(home):
    home.mkdir(mode=0o755)
    before = home.stat().st_mode
    paths.data_dir()
    assert home.stat().st_mode == before


def test_a_data_folder_that_cannot_be_made_says_so(home):
    home.write_text("a file lies in the way")
    with pytest.raises(LiveConvoError, match="cannot be used") as error:
        paths.data_dir()
    assert str(home) in error.value.message
    assert "LIVECONVO_HOME" in error.value.hint
