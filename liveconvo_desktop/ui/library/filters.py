"""Which calls are shown: type, time, state and tag."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from liveconvo_desktop.store.library import Filter
from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.parts import PushButton, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import S

CURRENT = Filter(statuses=("draft", "active", "completed"))
"""What is shown at first: all but the archived and the deleted ones."""

_STATES: tuple[tuple[str, Filter], ...] = (
    ("Not archived", CURRENT),
    ("Unfinished", Filter(statuses=("active",))),
    ("Archived", Filter(statuses=("archived",))),
    ("With archived", Filter()),
    ("Recently deleted", Filter(deleted=True)),
)
_TIMES: tuple[tuple[str, int], ...] = (
    ("Any time", 0),
    ("Today", 1),
    ("Last 7 days", 7),
    ("Last 30 days", 30),
    ("Last 12 months", 365),
)


class FilterBar(QWidget):
    """Four choices and a way back.

    Attributes:
        changed: The filter is another one.
    """

    changed = Signal()

    def __init__(self, theme_: Theme, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._tags: list[tuple[str, int]] | None = None
        self.type = self._box("Type of call")
        self.time = self._box("Time of the call")
        self.state = self._box("State of the call")
        self.tag = self._box("Tag")
        self.clear = PushButton(theme_, "Clear", "close", kind="quiet", small=True)
        self.clear.setAccessibleName("Clear filters")
        self.clear.clicked.connect(self.reset)
        self._build()

    def value(self) -> Filter:
        """What is chosen."""
        kind, days, state = self.type.currentData(), self.time.currentData(), self.state
        chosen: Filter = state.currentData()
        tag = self.tag.currentData()
        return Filter(
            types=(kind,) if kind else (),
            statuses=chosen.statuses,
            tags=(tag,) if tag else (),
            since=self._since(days) if days else None,
            deleted=chosen.deleted,
        )

    def set_tags(self, tags: list[tuple[str, int]]) -> None:
        """The tags there are, each with how many calls have it; the chosen one stays chosen."""
        if tags == self._tags:
            return
        self._tags = tags
        chosen = self.tag.currentData()
        self.tag.blockSignals(True)
        self.tag.clear()
        self.tag.addItem("All tags", None)
        for name, count in tags:
            self.tag.addItem(f"{name} ({count})", name)
        at = self.tag.findData(chosen) if chosen else 0
        self.tag.setCurrentIndex(max(0, at))
        self.tag.blockSignals(False)
        self.tag.setEnabled(bool(tags))
        if at < 0:
            self._changed()

    @Slot()
    def reset(self) -> None:
        """Show all but the archived ones again."""
        for box in (self.type, self.time, self.state, self.tag):
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        self._changed()

    def _build(self) -> None:
        self.type.addItem("All types", None)
        for kind, name in words.CONVERSATIONS.items():
            self.type.addItem(name, kind)
        for name, days in _TIMES:
            self.time.addItem(name, days)
        for name, which in _STATES:
            self.state.addItem(name, which)
        self.set_tags([])
        line = row(self.type, self.time, self.state, self.tag, self.clear, None, spacing=S)
        self.setLayout(line)
        for box in (self.type, self.time, self.state, self.tag):
            box.currentIndexChanged.connect(self._changed)
        self.clear.setVisible(False)
        keep = self.clear.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.clear.setSizePolicy(keep)

    def _box(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setProperty("extent", "small")
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(11)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        return made

    def _since(self, days: int) -> datetime:
        midnight = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=days - 1)

    @Slot()
    def _changed(self) -> None:
        boxes = (self.type, self.time, self.state, self.tag)
        self.clear.setVisible(any(box.currentIndex() > 0 for box in boxes))
        self.changed.emit()
