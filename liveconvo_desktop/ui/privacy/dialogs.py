"""Questions before what cannot be undone, or not easily."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from liveconvo_desktop.review.erase import PHRASE
from liveconvo_desktop.ui.parts import PushButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, S

WIDTH = 460

_ERASE = (
    "Every call, recording, transcript, summary, document, backup, log and setting on this "
    "computer goes, and so do keys in the system's keyring. Nobody has a copy: it cannot be undone."
)
_HONEST = (
    "What no program can promise: solid-state drives, file-system snapshots and backup programs "
    "may keep older copies of files. A drive that is encrypted protects those, too."
)


class EraseDialog(QDialog):
    """Asks for the typed phrase; accepted only with it."""

    def __init__(self, theme_: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Erase everything")
        self.setModal(True)
        self.phrase = QLineEdit()
        self.phrase.setPlaceholderText(PHRASE)
        self.phrase.setAccessibleName(f"Type {PHRASE} to confirm")
        self.phrase.textChanged.connect(self._judge)
        self.erase = PushButton(theme_, "Erase and close LiveConvo", "trash", kind="danger")
        self.erase.setEnabled(False)
        self.erase.clicked.connect(self.accept)
        self.cancel = PushButton(theme_, "Cancel")
        self.cancel.clicked.connect(self.reject)
        box = column(
            label("Erase everything on this computer?", "title", wrap=True),
            label(_ERASE, tone="second", wrap=True),
            label(_HONEST, "small", "quiet", wrap=True),
            S,
            label(f"Type “{PHRASE}” to go on.", "lead"),
            self.phrase,
            S,
            spacing=S,
        )
        box.addLayout(row(None, self.cancel, self.erase))
        _fit(self, box, theme_)
        self.phrase.setFocus()

    @Slot()
    def _judge(self) -> None:
        self.erase.setEnabled(self.phrase.text().strip().lower() == PHRASE)


class RestoreDialog(QDialog):
    """Says what going back to a backup means."""

    def __init__(self, theme_: Theme, when: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Restore a backup")
        self.setModal(True)
        self.restore = PushButton(theme_, "Restore and restart", "recover", kind="primary")
        self.restore.clicked.connect(self.accept)
        self.cancel = PushButton(theme_, "Cancel")
        self.cancel.clicked.connect(self.reject)
        box = column(
            label(f"Go back to the backup of {when}?", "title", wrap=True),
            label(
                "LiveConvo closes, puts the present database aside and takes the backup in its "
                "place. The one that was put aside is then in this list, so you can come back.",
                tone="second",
                wrap=True,
            ),
            label("Recordings that were deleted since do not return.", "small", "quiet", wrap=True),
            S,
            spacing=S,
        )
        box.addLayout(row(None, self.cancel, self.restore))
        _fit(self, box, theme_)


def _fit(dialog: QDialog, box: QVBoxLayout, theme_: Theme) -> None:
    """As high as its lines are when they are wrapped: a dialog would guess, and cut them."""
    box.setContentsMargins(XL, L, XL, L)
    dialog.setLayout(box)
    dialog.setFixedWidth(theme_.px(WIDTH))
    dialog.ensurePolished()
    for part in dialog.findChildren(QWidget):
        part.ensurePolished()
    dialog.setFixedHeight(box.totalHeightForWidth(dialog.width()))
