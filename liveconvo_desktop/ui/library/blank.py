"""What the library shows before there is a call: what will come, and two ways to the first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from liveconvo_desktop.ui.parts import IconLabel, PushButton, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XXL, L, S


class BlankLibrary(QWidget):
    """Stands in for the table, which would be headings over nothing."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self.start = PushButton(theme_, "Start a call", "mic", kind="primary")
        self.bring_in = PushButton(theme_, "Import…", "document-add")
        self.bring_in.setToolTip("Import a recording or a transcript (Ctrl+I)")
        self.bring_in.setAccessibleName("Import a recording or a transcript")
        hint = label("Every call is kept here, on this computer only.", "", "second", wrap=True)
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        centre = Qt.AlignmentFlag.AlignHCenter
        box = QVBoxLayout(self)
        box.setSpacing(S)
        box.addStretch(2)
        box.addWidget(IconLabel(theme_, "calls", "text_3", XXL), 0, centre)
        box.addWidget(label("No calls yet", "callout"), 0, centre)
        box.addWidget(hint)
        box.addSpacing(L - S)
        box.addLayout(row(None, self.start, self.bring_in, None, spacing=S))
        box.addStretch(3)
