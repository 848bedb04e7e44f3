"""Whose documents are shown: one call's, or those that calls with its playbook begin with."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QWidget

from liveconvo_desktop.store import Store, Template
from liveconvo_desktop.store.documents import Owner
from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.parts import column, label

_CALL, _PLAYBOOK = 0, 1
_HINT = "New calls with this playbook begin with these files. Past calls stay as they are."


class _Box(QComboBox):
    """A long name is elided, not cut."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        control = QStyle.ComplexControl.CC_ComboBox
        room = self.style().subControlRect(control, option, field, self).width() - theme.XS
        mode = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(self.currentText(), mode, room)


class OwnerSwitch(QWidget):
    """Hidden where there is nothing to choose: the call has no playbook.

    Attributes:
        chosen: The user wants to see another owner's documents.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._owners: list[Owner] = []
        self.box = _Box()
        self.hint = label(_HINT, "small", "second", wrap=True)
        self.box.setAccessibleName("Whose documents are shown")
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMinimumContentsLength(8)
        self.box.activated.connect(self._activated)
        inside = column(self.box, self.hint, spacing=theme.XS)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)
        self.hide()

    def offer(self, session_id: str, template: Template | None) -> None:
        """Offer a call, which is chosen, and its playbook if there is one."""
        self._owners = [Owner("session", session_id)]
        self.box.clear()
        self.box.addItem("This call")
        if template is not None:
            self._owners.append(Owner("template", template.id))
            # Short, for a narrow panel; the tooltip and the hint say that it is a playbook.
            self.box.addItem(f"Every call with “{template.name}”")
            whole = f"Every call with the playbook “{template.name}”"
            self.box.setItemData(_PLAYBOOK, whole, Qt.ItemDataRole.ToolTipRole)
        self.hint.hide()
        self.setVisible(template is not None)

    def withdraw(self) -> None:
        """There is only one owner."""
        self._owners = []
        self.hide()

    @Slot(int)
    def _activated(self, at: int) -> None:
        self.hint.setVisible(at == _PLAYBOOK)
        self.box.setToolTip(self.box.itemData(at, Qt.ItemDataRole.ToolTipRole) or "")
        self.chosen.emit(self._owners[at])


def template_of(store: Store, session_id: str) -> Template | None:
    """The playbook that a session began with, if it is still in use."""
    row = store.session(session_id)
    wanted = None if row is None else row.session.template_id
    return next((one for one in store.templates() if one.id == wanted), None)
