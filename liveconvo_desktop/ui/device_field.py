"""Which microphone, and where the far side is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from liveconvo_desktop.events import Channel
from liveconvo_desktop.ui.memory import Memory
from liveconvo_desktop.ui.parts import IconLabel, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import S

if TYPE_CHECKING:
    from liveconvo_desktop.audio.devices import Device


class DeviceField(QWidget):
    """A device chooser for one side with a line that says what will be heard."""

    def __init__(self, theme_: Theme, channel: Channel, memory: Memory) -> None:
        super().__init__()
        self._channel, self._memory = channel, memory
        self._devices: list[Device] = []
        self._deaf = False
        self.box = QComboBox()
        self.box.setAccessibleName("Microphone" if channel == "mic" else "Call audio")
        self.box.activated.connect(self._chosen)
        self._icon = IconLabel(theme_, "check", "success", 12)
        self._hint = label("", "small", "second", wrap=True)
        lines = column(self.box, spacing=S)
        hint = row(self._icon, self._hint, spacing=6)
        hint.setStretch(1, 1)
        lines.addLayout(hint)
        self.setLayout(lines)
        self.fill([])

    @property
    def device(self) -> str | None:
        """Id of the chosen device; None follows the system's default."""
        data = self.box.currentData()
        return None if data is None else str(data)

    def fill(self, devices: list[Device], *, deaf: bool = False) -> None:
        """Show the devices that are there now; a choice that is gone falls to the default.

        Args:
            devices: Of both sides.
            deaf: None can be found, for a reason that is told elsewhere on the page.
        """
        mine = [device for device in devices if device.channel == self._channel]
        if (mine, deaf) == (self._devices, self._deaf) and self.box.count():
            return
        self._devices, self._deaf = mine, deaf
        self.box.clear()
        self.box.addItem("System default", None)
        for device in mine:
            self.box.addItem(device.name, device.id)
        at = self.box.findData(self._memory.text(f"device/{self._channel}"))
        self.box.setCurrentIndex(max(0, at))
        self.box.setEnabled(bool(mine))
        self._say()

    @Slot()
    def _chosen(self) -> None:
        self._memory.keep(f"device/{self._channel}", self.device or "")
        self._say()

    def _say(self) -> None:
        ok, text = self._hint_text()
        self._icon.describe("check" if ok else "warn", "success" if ok else "warning")
        self._hint.setText(text)

    def _hint_text(self) -> tuple[bool, str]:
        mic = self._channel == "mic"
        if not self._devices and self._deaf:
            return False, "Appears here as soon as sound works."
        if not self._devices:
            return False, (
                "No microphone found. Plug one in; it appears here by itself."
                if mic
                else "No call audio can be captured; only your side will be heard."
            )
        names = [device.name for device in self._devices if device.is_default]
        chosen = names[0] if self.device is None and names else self.box.currentText()
        if self.device is None and not names:
            chosen = self._devices[0].name
        return True, f"Your voice from {chosen}" if mic else f"Their voice as played on {chosen}"
