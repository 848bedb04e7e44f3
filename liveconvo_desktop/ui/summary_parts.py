"""The bars above a summary, and what stands in its place while there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.parts import IconLabel, PushButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.summary_rows import ProgressLine

PRIVATE = "It is written on this computer; nothing is sent anywhere."


class OfferBar(QFrame):
    """A new version beside the one that the user has edited."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self.setProperty("banner", "info")
        said = label("A new version is ready. Yours, with your changes, is kept until you choose.")
        said.setWordWrap(True)
        self.look = PushButton(theme_, "Show the new one", kind="quiet", small=True)
        self.look.setCheckable(True)
        self.take = PushButton(theme_, "Use the new one", kind="primary", small=True)
        self.keep = PushButton(theme_, "Keep mine", small=True)
        box = column(said, spacing=theme.S)
        box.addLayout(row(self.take, self.keep, None))
        box.addLayout(row(self.look, None))
        box.setContentsMargins(theme.M, theme.S, theme.M, theme.M)
        self.setLayout(box)
        self.hide()


class WorkBar(QWidget):
    """How far the writing is."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._doing = label("", "small", "second")
        self._line = ProgressLine(theme_)
        self.cancel = PushButton(theme_, "Cancel", kind="quiet", small=True)
        left = column(self._doing, self._line, spacing=theme.XS)
        box = row(spacing=theme.M)
        box.addLayout(left, 1)
        box.addWidget(self.cancel)
        box.setContentsMargins(0, theme.XS, 0, theme.XS)
        self.setLayout(box)
        self.hide()

    def tell(self, done: float, doing: str) -> None:
        """Show it."""
        self._doing.setText(doing)
        self._line.set_done(done)


class SummaryEmpty(QWidget):
    """Why there is no summary, and the button that makes one."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._icon = IconLabel(theme_, "clock", "text_3", theme.XXL)
        self._title = label("", "callout")
        self._hint = label("", "", "second", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._hint.setMaximumWidth(420)
        self.button = PushButton(theme_, "Write summary", kind="primary")
        self.set_up = PushButton(theme_, "Set up a model writer…", kind="quiet", small=True)
        box = QVBoxLayout(self)
        box.setSpacing(theme.S)
        box.addStretch(2)
        box.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        # In a line of its own: an aligned label that wraps would be given the height of one line.
        middle = row()
        middle.addStretch(1)
        middle.addWidget(self._hint, 8)
        middle.addStretch(1)
        box.addLayout(middle)
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self.set_up, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)
        self.loading()

    def loading(self) -> None:
        """It is being read."""
        self._say("clock", "Loading the summary…", "", offer=False)

    def none(self, where: str, *, busy: bool, failed: bool) -> None:
        """There is none yet; ``where`` says who would read the call to write one."""
        if busy:
            self._say("clock", "The summary is being written", "", offer=False)
        elif failed:
            self._say("error", "There is no summary", "Nothing half-written is kept.", offer=False)
        else:
            self._say("calls", "No summary yet", where, offer=True)

    def offer_model(self, on: bool) -> None:
        """Beside the button that writes, the way to another writer."""
        self.set_up.setVisible(on and not self.button.isHidden())

    def broken(self, message: str, hint: str) -> None:
        """It cannot be read."""
        self._say("error", message, hint, offer=False)

    def _say(self, icon: str, title: str, hint: str, *, offer: bool) -> None:
        self._icon.describe(icon, "text_3")
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.button.setVisible(offer)
        self.set_up.setVisible(False)
