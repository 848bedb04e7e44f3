"""What writes the summary: a choice for this call, and the way to set up a model."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox

from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.ui.summary_parts import PRIVATE

SET_UP = "Set up a model writer…"
CHANGE = "Change the model writer…"


class WriterBox(QComboBox):
    """“Offline”, the model if one is set up, and the way to the settings.

    Attributes:
        chosen: Another writer was chosen.
        set_up_wanted: The user wants to name a model, or another one.
    """

    chosen = Signal()
    set_up_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._settings = SummarySettings()
        self._last = 0
        # What the user chose for this call; empty where the settings decide.
        self._own = ""
        self.setAccessibleName("What writes the summary")
        # The way to the settings is longer than any writer's name, and is never what is chosen.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(7)
        self.activated.connect(self._activated)
        self.fill(self._settings)

    def fill(self, wanted: SummarySettings, *, anew: bool = False) -> None:
        """The writers of these settings, theirs chosen; the user's own choice goes first.

        It holds while it is offered, until another writer is set.

        Args:
            wanted: As they are saved.
            anew: Another call is shown, for which nothing was chosen yet.
        """
        offered = ("offline", "model") if wanted.has_model else ("offline",)
        if anew or wanted.writer != self._settings.writer or self._own not in offered:
            self._own = ""
        self._settings = wanted
        self.clear()
        self.addItem("Offline", "offline")
        if wanted.has_model:
            self.addItem(wanted.model, "model")
            self.setCurrentIndex(self.findData(self._own or wanted.writer))
        self.insertSeparator(self.count())
        self.addItem(CHANGE if wanted.has_model else SET_UP)
        self._last = self.currentIndex()
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 40)
        self.setToolTip(self.destination)

    @property
    def destination(self) -> str:
        """What happens to the call's words when the chosen writer writes."""
        return self._settings.destination if self.currentData() == "model" else PRIVATE

    @Slot(int)
    def _activated(self, at: int) -> None:
        if self.itemData(at) is None:
            self.setCurrentIndex(self._last)
            self.set_up_wanted.emit()
            return
        self._last, self._own = at, self.itemData(at)
        self.setToolTip(self.destination)
        self.chosen.emit()
