"""Where things lie: the user's data, and the files shipped with the program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("LiveConvo", appauthor=False)


def data_dir() -> Path:
    """The user's data folder, made on first use; ``LIVECONVO_HOME`` overrides it."""
    override = os.environ.get("LIVECONVO_HOME")
    folder = Path(override) if override else Path(_DIRS.user_data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def default_database() -> Path:
    """The session database."""
    return data_dir() / "liveconvo.db"


def recordings_dir(database: Path) -> Path:
    """The folder of recordings that belongs to a database, made on first use."""
    folder = database.resolve().parent / f"{database.stem}-recordings"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def settings_file() -> Path:
    """The user's settings."""
    return data_dir() / "settings.json"


def models_dir() -> Path:
    """Where speech models by name are looked for, beside the bundled one."""
    return data_dir() / "models"


def resource(relative: str) -> Path:
    """A shipped file under ``resources/``, in a checkout, an installed wheel or a frozen bundle."""
    here = Path(__file__).resolve().parent
    roots = [here / "resources", here.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        roots.insert(0, Path(frozen) / "resources")
    for root in roots:
        if (root / relative).exists():
            return root / relative
    raise FileNotFoundError(f"resource {relative!r} is not shipped with this build")
