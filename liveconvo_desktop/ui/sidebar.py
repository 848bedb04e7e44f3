"""The column at the left of the main window: where to go, and the latest calls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout

from liveconvo_desktop.ui import icons
from liveconvo_desktop.ui.parts import PushButton, SideColumn, ToolButton, column, label, row, rule
from liveconvo_desktop.ui.sessions import SessionList
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, M, S

_WIDTH = 296


class Sidebar(SideColumn):
    """The logo, the ways to the pages that are always there, and the list of calls."""

    def __init__(self, theme_: Theme, calls: SessionList) -> None:
        super().__init__(theme_, _WIDTH)
        self.new = PushButton(theme_, "New call", "plus")
        self.library = PushButton(theme_, "Library", "library")
        self.bring_in = PushButton(theme_, "Import…", "document-add", kind="quiet", small=True)
        self.privacy = PushButton(theme_, "Privacy && data", "privacy", kind="quiet", small=True)
        self.bring_in.setToolTip("Import a recording or a transcript (Ctrl+I)")
        self.bring_in.setAccessibleName("Import a recording or a transcript")
        self.settings = ToolButton(theme_, "settings", "Settings (Ctrl+,)", small=True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("sidebar")
        logo = QLabel()
        logo.setPixmap(icons.pixmap("logo", "", 24, max(1.0, self.devicePixelRatioF())))
        brand = row(logo, label("LiveConvo", "title"), None, spacing=S)
        buttons = row(self.new, self.library, spacing=S)
        buttons.setStretch(0, 1)
        buttons.setStretch(1, 1)
        head = column(spacing=L)
        head.setContentsMargins(L, L, L, M)
        head.addLayout(brand)
        head.addLayout(buttons)
        caption = label("Latest calls", "section")
        caption.setContentsMargins(L, S, L, S)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 1, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(caption)
        box.addWidget(calls, 1)
        foot = row(self.bring_in, self.privacy, None, self.settings, spacing=S)
        foot.setContentsMargins(M, S, M, S)
        box.addWidget(rule())
        box.addLayout(foot)
