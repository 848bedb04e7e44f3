"""For how long things are kept: the user's settings, saved as they are changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from liveconvo_desktop.settings import PrivacySettings
from liveconvo_desktop.ui.parts import PushButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, S

# Setting, what it is, what the choices are; the words of a choice come from its unit.
_RULES: tuple[tuple[str, str, str, tuple[float, ...]], ...] = (
    ("audio_hours", "Recordings, after the summary", "hours", (24, 36, 48)),
    ("audio_hours_without_summary", "Recordings without a summary", "hours", (24, 72, 168, 720)),
    ("transcript_days", "Transcripts and backups", "days", (7, 14, 30, 90, 365)),
    ("deleted_days", "Calls that you deleted", "days", (0, 7, 30, 90)),
    ("log_days", "Logs", "days", (7, 14, 30, 90)),
)


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
        changed: The user chose something; carries the settings, and whether the days of
            transcripts hold for the calls that are here, too.
    """

    changed = Signal(object, bool)

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._settings = PrivacySettings()
        self.boxes: dict[str, QComboBox] = {}
        self.all_calls = PushButton(theme_, "Apply to all calls", small=True)
        self.all_calls.clicked.connect(self._apply_to_all)
        hint = label("New days for transcripts hold for new calls.", "small", "quiet", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(L)
        grid.setVerticalSpacing(S)
        grid.setColumnStretch(0, 1)
        for at, (name, title, unit, values) in enumerate(_RULES):
            box = QComboBox()
            box.setAccessibleName(title)
            box.setMinimumWidth(theme_.px(160))
            for value in values:
                box.addItem(choice(value, unit), value)
            box.activated.connect(self._chosen)
            self.boxes[name] = box
            grid.addWidget(label(title, tone="second"), at, 0)
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
        for name, _, unit, _ in _RULES:
            box, value = self.boxes[name], float(getattr(settings, name))
            if box.findData(value) < 0 and box.findData(int(value)) < 0:
                box.addItem(choice(value, unit), value)
            found = box.findData(value)
            box.setCurrentIndex(found if found >= 0 else box.findData(int(value)))

    @Slot()
    def _chosen(self) -> None:
        # A copy, so that what a newer version has set stays in it.
        changed = self._settings.model_copy()
        for name, _, unit, _ in _RULES:
            value = float(self.boxes[name].currentData())
            setattr(changed, name, int(value) if unit == "days" else value)
        if changed != self._settings:
            self._settings = changed
            self.changed.emit(changed, False)

    @Slot()
    def _apply_to_all(self) -> None:
        self.changed.emit(self._settings, True)
