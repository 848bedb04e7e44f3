"""Messages that stay until read: what happened and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from liveconvo_desktop.events import Fault
from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.parts import IconLabel, PushButton, ToolButton, column, label, row
from liveconvo_desktop.ui.style import Theme

_LOOKS = {"danger": "error", "warning": "warn", "info": "recover"}


class Banner(QFrame):
    """A message, its hint, and perhaps buttons.

    Attributes:
        closed: The user has read it.
    """

    closed = Signal()

    def __init__(
        self, theme_: Theme, look: str, message: str, hint: str, *, focusable: bool
    ) -> None:
        super().__init__()
        self._theme, self._focusable = theme_, focusable
        self._icon = IconLabel(theme_, _LOOKS[look], look)
        self._message = label("", wrap=True)
        self._message.setFont(theme_.font("body", "medium"))
        self._hint = label("", "small", "second", wrap=True)
        self._close = ToolButton(theme_, "close", "Close message", focusable=focusable, small=True)
        self._close.setFixedSize(24, 24)
        self._close.clicked.connect(self.closed)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.buttons: list[PushButton] = []
        self._text = column(self._message, self._hint, spacing=2)
        box = QHBoxLayout(self)
        box.setContentsMargins(theme.M, theme.S, theme.S, theme.S)
        box.setSpacing(theme.M)
        box.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(self._text, 1)
        box.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._icon.setContentsMargins(0, 2, 0, 0)
        self.say(look, message, hint)

    def say(self, look: str, message: str, hint: str) -> None:
        """Another message in the same place."""
        self.setProperty("banner", look)
        self.style().polish(self)
        self._icon.describe(_LOOKS[look], look)
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{message} {hint}")

    def add_button(self, text: str) -> PushButton:
        """The one button below the text."""
        made = PushButton(self._theme, text, kind="primary", small=True, focusable=self._focusable)
        line = row(made, None)
        line.setContentsMargins(0, theme.S, 0, 0)
        self._text.addLayout(line)
        self.buttons.append(made)
        return made

    def set_closable(self, on: bool) -> None:
        """Whether there is a close button."""
        self._close.setVisible(on)


class FaultList(QWidget):
    """The faults of a call, one banner for each part of the product, the latest on top."""

    def __init__(self, theme_: Theme, *, focusable: bool) -> None:
        super().__init__()
        self._theme, self._focusable = theme_, focusable
        self._banners: dict[str, Banner] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.S)
        self.hide()

    @property
    def banners(self) -> list[Banner]:
        """What is shown."""
        return list(self._banners.values())

    @Slot(object)
    def show_fault(self, fault: Fault) -> None:
        """Show it, in place of an older one from the same part."""
        look = "danger" if fault.fatal else "warning"
        banner = self._banners.get(fault.where)
        if banner is None:
            banner = Banner(self._theme, look, fault.message, fault.hint, focusable=self._focusable)
            banner.setProperty("where", fault.where)
            banner.closed.connect(self._closed)
            self._banners[fault.where] = banner
            self._box.insertWidget(0, banner)
        else:
            banner.say(look, fault.message, fault.hint)
        self.show()

    @Slot(str)
    def mend(self, where: str) -> None:
        """This part works again: its banner has nothing left to say."""
        if where in self._banners:
            self._drop(where)

    def clear(self) -> None:
        """A new call starts without the old one's faults."""
        for where in list(self._banners):
            self._drop(where)

    @Slot()
    def _closed(self) -> None:
        sender = self.sender()
        if sender is not None:
            self._drop(str(sender.property("where")))

    def _drop(self, where: str) -> None:
        banner = self._banners.pop(where)
        self._box.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        self.setVisible(bool(self._banners))
