"""How many calls are shown or chosen, and what may be done to the chosen ones."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from liveconvo_desktop.store.library import LibraryRow
from liveconvo_desktop.ui.parts import Elided, PushButton
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XS


class ToolBar(QWidget):
    """One line; its buttons come with a selection, its height never changes."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self.text = Elided()
        self.text.setProperty("tone", "second")

        def button(name: str, icon: str) -> PushButton:
            return PushButton(theme_, name, icon, kind="quiet", small=True)

        self.open = button("Open", "expand")
        self.rename = button("Rename", "edit")
        self.tags = button("Tags…", "tag")
        self.people = button("People…", "people")
        self.archive = button("Archive", "archive")
        self.delete = button("Delete", "trash")
        self.buttons = (
            self.open,
            self.rename,
            self.tags,
            self.people,
            self.archive,
            self.delete,
        )
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(XS)
        box.addWidget(self.text, 1)
        for one in self.buttons:
            box.addWidget(one)
            keep = one.sizePolicy()
            keep.setRetainSizeWhenHidden(one is self.delete)
            one.setSizePolicy(keep)
        self.offer([], deleted=False)

    def say(self, text: str) -> None:
        """The text at the left."""
        self.text.set_whole(text)

    def offer(self, chosen: Sequence[LibraryRow], *, deleted: bool) -> None:
        """Show what these calls allow."""
        some, one = bool(chosen), len(chosen) == 1
        statuses = {row.row.session.status for row in chosen}
        allowed = {
            self.open: one and not deleted,
            self.rename: one and not deleted,
            self.tags: some and not deleted,
            self.people: one and not deleted,
            self.archive: some and not deleted and bool(statuses & {"completed", "archived"}),
            self.delete: some,
        }
        for button, on in allowed.items():
            button.setVisible(on)
            button.setEnabled(on)
        self.archive.setText("Unarchive" if statuses == {"archived"} else "Archive")
        self.delete.setText("Restore" if deleted else "Delete")
        self.delete.set_icon("undo" if deleted else "trash")
