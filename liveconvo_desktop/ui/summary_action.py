"""An action item of a summary: a box to tick, whose it is, and when it is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from liveconvo_desktop.summary import dates
from liveconvo_desktop.summary.base import Action
from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.parts import label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.summary_rows import StatementRow


class ActionRow(StatementRow):
    """See ``StatementRow``; its words, owner and day are changed together.

    Args:
        names: What speakers are called; the owners to choose from.

    Attributes:
        ticked: Carries whether it is done.
        revised: Carries the words, the owner and the day (a ``date`` or None).
    """

    ticked = Signal(bool)
    revised = Signal(str, str, object)

    def __init__(
        self,
        theme_: Theme,
        action: Action,
        times: Sequence[float],
        names: Mapping[str, str],
        *,
        editable: bool = True,
    ) -> None:
        self.action = action
        self._names = dict(names)
        self.box = QCheckBox()
        self.box.setChecked(action.done)
        self.box.setEnabled(editable)
        self.box.setAccessibleName(f"Done: {action.text}")
        self.box.setFixedHeight(theme.CONTROL_S)
        super().__init__(theme_, action, times, self.box, editable=editable)
        self.facts = label("", "small", "quiet", wrap=True)
        self.owner, self.due = QComboBox(), QLineEdit()
        self._fields = QWidget()
        self.middle.addWidget(self.facts)
        self.middle.addWidget(self._fields)
        self._build_fields()
        self._show_facts()
        self.box.toggled.connect(self._tick)
        self._strike(action.done)

    @Slot()
    def edit(self) -> None:
        """Open words, owner and day for change."""
        super().edit()
        self.owner.setCurrentIndex(max(0, self.owner.findData(self.action.owner)))
        self.due.setText(self.action.due.isoformat() if self.action.due else "")
        self.facts.hide()
        self._fields.show()

    def _build_fields(self) -> None:
        self.owner.addItem("Nobody", "")
        for speaker in dict.fromkeys([*self._names, self.action.owner]):
            if speaker:
                self.owner.addItem(self._names.get(speaker, speaker), speaker)
        self.owner.setAccessibleName("Whose it is")
        self.due.setAccessibleName("Due")
        self.due.setPlaceholderText("No day · “Friday”, “2026-03-06”")
        line = row(self.owner, self.due, spacing=theme.S)
        line.setStretch(1, 1)
        self._fields.setLayout(line)
        self._fields.hide()
        for field in (self.owner, self.due):
            field.installEventFilter(self)

    def _show_facts(self) -> None:
        owner = self._names.get(self.action.owner, self.action.owner)
        due = self.action.due
        when = f"due {due:%a} {due.day} {due:%b %Y}" if due else ""
        self.facts.setText("  ·  ".join(part for part in (owner, when) if part))
        self.facts.setVisible(bool(self.facts.text()))

    def _finish(self, keep: bool) -> None:
        super()._finish(keep)
        self._fields.hide()
        self._show_facts()

    def _keep(self, said: str) -> None:
        if not said:
            super()._keep(said)
            return
        owner = str(self.owner.currentData())
        due = read_day(self.due.text(), date.today(), self.action.due)
        if (said, owner, due) != (self.words, self.action.owner, self.action.due):
            self.words = said
            self.text.setText(said)
            changed = {"text": said, "owner": owner, "due": due}
            self.action = self.action.model_copy(update=changed)
            self.revised.emit(said, owner, due)

    @Slot(bool)
    def _tick(self, done: bool) -> None:
        self._strike(done)
        self.ticked.emit(done)

    def _strike(self, done: bool) -> None:
        self.text.setProperty("tone", "struck" if done else "")
        self.text.style().polish(self.text)


def read_day(said: str, today: date, before: date | None) -> date | None:
    """A day as a person writes it: None for nothing, ``before`` where no day is named."""
    if not said.strip():
        return None
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        return dates.due(said, today) or before
