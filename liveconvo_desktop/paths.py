"""Where things lie: the user's data, and the files shipped with the program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

from liveconvo_desktop.errors import LiveConvoError

_DIRS = PlatformDirs("LiveConvo", appauthor=False)


def data_dir() -> Path:
    """The user's data folder, made on first use; ``LIVECONVO_HOME`` overrides it.

    Raises:
        LiveConvoError: It cannot be made.
    """
    override = os.environ.get("LIVECONVO_HOME")
    folder = Path(override) if override else Path(_DIRS.user_data_dir)
    try:
        return _private(folder)
    except OSError as error:
        raise LiveConvoError(
            f"The data folder {folder} cannot be used ({error.strerror or error}).",
            "Check its permissions and the disk, or set LIVECONVO_HOME to another folder.",
        ) from error


def default_database() -> Path:
    """The session database."""
    return data_dir() / "liveconvo.db"


def recordings_dir(database: Path) -> Path:
    """The folder of recordings that belongs to a database, made on first use.

    Raises:
        OSError: It cannot be made.
    """
    return _private(database.resolve().parent / f"{database.stem}-recordings")


def documents_dir(database: Path) -> Path:
    """The folder of the copies of documents that belongs to a database, made on first use.

    Raises:
        OSError: It cannot be made.
    """
    return _private(database.resolve().parent / f"{database.stem}-documents")


def _private(folder: Path) -> Path:
    """Made if need be, for its owner only; one that is there keeps the rights it was given."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
