"""What the user has set: declared once, kept in one JSON file; keys lie in the system's keyring."""

from liveconvo_desktop.settings.declared import (
    DocumentSettings,
    PrivacySettings,
    Settings,
    SummarySettings,
)
from liveconvo_desktop.settings.file import (
    DamagedSettingsError,
    SettingsFileError,
    change,
    examine,
    load,
    said,
    save,
)

__all__ = [
    "DamagedSettingsError",
    "DocumentSettings",
    "PrivacySettings",
    "Settings",
    "SettingsFileError",
    "SummarySettings",
    "change",
    "examine",
    "load",
    "said",
    "save",
]
