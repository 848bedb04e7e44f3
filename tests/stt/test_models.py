"""Finding a model: by name, by folder, and in words when there is none or it is broken."""

import shutil

import pytest

from liveconvo_desktop.errors import ModelError
from liveconvo_desktop.paths import models_dir
from liveconvo_desktop.stt.models import BUNDLED, find_model, installed_models
from liveconvo_desktop.stt.whisper import WhisperTranscriber


def test_the_bundled_model_is_always_there():
    name, folder = find_model(BUNDLED)
    assert name == BUNDLED
    assert (folder / "model.bin").is_file()


def test_a_model_is_found_by_its_name_and_by_its_folder(tmp_path):
    _, bundled = find_model(BUNDLED)
    own = models_dir() / "mine"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.symlink_to(bundled)
    assert find_model("mine") == ("mine", own)
    assert find_model(str(own)) == ("mine", own)
    assert installed_models() == [BUNDLED, "mine"]


def test_an_unknown_model_is_told_with_what_to_do():
    with pytest.raises(ModelError) as told:
        find_model("huge.de")
    assert "huge.de" in told.value.message
    assert BUNDLED in told.value.hint


def test_a_folder_that_lacks_files_is_named(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"model\.bin"):
        find_model(str(tmp_path))


@pytest.mark.parametrize("broken", ["model.bin", "tokenizer.json"])
def test_a_corrupt_model_is_an_error_in_words(tmp_path, broken):
    _, bundled = find_model(BUNDLED)
    folder = tmp_path / "broken"
    folder.mkdir()
    for file in bundled.iterdir():
        if file.name == broken:
            (folder / file.name).write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        else:
            (folder / file.name).symlink_to(file)
    with pytest.raises(ModelError) as told:
        WhisperTranscriber(str(folder))
    assert str(folder) in told.value.message
    shutil.rmtree(folder)
