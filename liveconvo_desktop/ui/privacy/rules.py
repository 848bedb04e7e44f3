"""For how long things are kept: the user's settings, saved as they are changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from liveconvo_desktop.settings import PrivacySettings
from liveconvo_desktop.settings.options import find
from liveconvo_desktop.ui.parts import PushButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, S

# The choices that are offered; everything else is as the setting is declared.
_CHOICES: dict[str, tuple[int, ...]] = {
    "audio_hours": (24, 36, 48),
    "audio_hours_without_summary": (24, 72, 168, 720),
    "transcript_days": (7, 14, 30, 90, 365),
    "deleted_days": (0, 7, 30, 90),
    "log_days": (7, 14, 30, 90),
}


def choice(value: float, unit: str) -> str:
    """``36 hours``, ``7 days``, ``One year`` or ``At once``."""
    if value == 0:
        return "At once"
    if unit == "hours" and value >= 72 and value % 24 == 0:
        value, unit = value / 24, "days"
    if unit == "days" and value == 365:
        return "One year"
    return f"{value:g} {unit}" if value != 1 else f"One {unit[:-1]}"


class Rules(QWidget):
    """A field for each setting.

    Attributes:
        changed: The user chose something; carries the ``Option`` and the value.
        all_wanted: The days of transcripts hold for the calls that are here, too.
    """

    changed = Signal(object, object)
    all_wanted = Signal()

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._settings = PrivacySettings()
        self._options = {name: find(f"privacy.{name}") for name in _CHOICES}
        self.boxes: dict[str, QComboBox] = {}
        self.all_calls = PushButton(theme_, "Apply to all calls", small=True)
        self.all_calls.clicked.connect(self.all_wanted)
        hint = label("New days for transcripts hold for new calls.", "small", "quiet", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(L)
        grid.setVerticalSpacing(S)
        grid.setColumnStretch(0, 1)
        for at, (name, option) in enumerate(self._options.items()):
            box = self.boxes[name] = QComboBox()
            box.setAccessibleName(option.title)
            box.setAccessibleDescription(option.help)
            box.setMinimumWidth(theme_.px(160))
            for value in _CHOICES[name]:
                self._offer(name, value)
            box.activated.connect(self._chosen)
            grid.addWidget(label(option.title, tone="second"), at, 0)
            grid.addWidget(box, at, 1, Qt.AlignmentFlag.AlignRight)
        lines = column(spacing=S)
        lines.addLayout(grid)
        last = row(hint, self.all_calls, spacing=L)
        last.setStretch(0, 1)
        lines.addLayout(last)
        self.setLayout(lines)

    def fill(self, settings: PrivacySettings) -> None:
        """Show what is set; a value that is not among the choices joins them."""
        self._settings = settings
        for name, box in self.boxes.items():
            value = getattr(settings, name)
            if box.findData(value) < 0:
                self._offer(name, value)
            box.setCurrentIndex(box.findData(value))

    def _offer(self, name: str, value: float) -> None:
        option = self._options[name]
        whole = option.kind == "whole"
        # Found again as what it is: 24 and 24.0 are two to the box.
        self.boxes[name].addItem(choice(value, option.unit), int(value) if whole else float(value))

    @Slot()
    def _chosen(self) -> None:
        """Only what was chosen is told: the file may say more about the others by now."""
        for name, box in self.boxes.items():
            value = box.currentData()
            if value != getattr(self._settings, name):
                self._settings = self._settings.model_copy(update={name: value})
                self.changed.emit(self._options[name], value)
