"""Small building blocks that keep their looks when the theme changes."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.events import ChipKind
from liveconvo_desktop.ui import icons, theme
from liveconvo_desktop.ui.style import Theme


class ToolButton(QToolButton):
    """An icon that does something; its name is the tooltip and what a screen reader says."""

    def __init__(
        self, theme_: Theme, icon: str, name: str, *, focusable: bool = True, small: bool = False
    ) -> None:
        super().__init__()
        self._theme, self._icon, self._role = theme_, icon, "text_2"
        side = theme.CONTROL_S if small else theme.CONTROL
        self.setFixedSize(side, side)
        self.setIconSize(QSize(theme.ICON, theme.ICON))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if focusable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.describe(icon, name)
        theme_.changed.connect(self._tint)

    def describe(self, icon: str, name: str, alert: bool = False) -> None:
        """Change the icon and the name; ``alert`` puts it on the danger colour."""
        self._icon = icon
        self._role = "danger" if alert else "text_2"
        self.setToolTip(name)
        self.setAccessibleName(name)
        if self.property("alert") != alert:
            self.setProperty("alert", alert)
            self.style().polish(self)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        made = icons.icon(self._icon, ink(self._theme, self._role), ink(self._theme, "outline"))
        self.setIcon(made)


class PushButton(QPushButton):
    """A button with text and, if wanted, an icon in the colour of its text.

    Args:
        kind: ``primary``, ``danger``, ``quiet`` or empty for the plain one.
    """

    def __init__(
        self,
        theme_: Theme,
        text: str,
        icon: str = "",
        *,
        kind: str = "",
        small: bool = False,
        focusable: bool = True,
    ) -> None:
        super().__init__(text)
        self._theme, self._icon = theme_, icon
        self.setProperty("kind", kind)
        self.setProperty("extent", "small" if small else "")
        self.setIconSize(QSize(theme.ICON + theme.XS, theme.ICON))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if focusable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        theme_.changed.connect(self._tint)
        self._tint()

    def sizeHint(self) -> QSize:
        """As wide as its content: the platform style would widen small ones to 80 px."""
        hint = super().sizeHint()
        if self.property("extent") == "small":
            icon = theme.ICON + 2 * theme.XS if self._icon else 0
            padding = theme.XS if self.property("kind") == "quiet" else theme.S
            text = self.fontMetrics().horizontalAdvance(self.text())
            hint.setWidth(text + icon + 2 * padding + 4)
        return hint

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return self.sizeHint()

    def set_icon(self, icon: str) -> None:
        """Another icon."""
        self._icon = icon
        self._tint()

    @Slot()
    def _tint(self) -> None:
        if self._icon:
            role = {"primary": "on_accent", "danger": "danger"}.get(self.property("kind"), "text_2")
            colours = ink(self._theme, role), ink(self._theme, "text_3")
            self.setIcon(icons.icon(self._icon, *colours, room=theme.XS / theme.ICON))


class IconLabel(QLabel):
    """An icon that says something, in a role's colour."""

    def __init__(self, theme_: Theme, icon: str, role: str = "text_2", size: int = 16) -> None:
        super().__init__()
        self._theme, self._icon, self._role, self._size = theme_, icon, role, size
        self.setFixedSize(size, size)
        theme_.changed.connect(self._tint)
        self._tint()

    def describe(self, icon: str, role: str) -> None:
        """Another icon or colour."""
        self._icon, self._role = icon, role
        self._tint()

    @Slot()
    def _tint(self) -> None:
        ratio = max(self.devicePixelRatioF(), 1.0)
        self.setPixmap(icons.pixmap(self._icon, ink(self._theme, self._role), self._size, ratio))


class Elided(QLabel):
    """One line of text that ends in an ellipsis where the place ends; the tooltip has it whole."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        """The text as it would be with enough room."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: object) -> None:
        """Cut again."""
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        mode = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._whole, mode, max(0, self.width())))


class SideColumn(QWidget):
    """A column of fixed width that grows half as much as the text, to leave room beside it."""

    def __init__(self, theme_: Theme, width: int) -> None:
        super().__init__()
        self._theme, self._width = theme_, width
        theme_.changed.connect(self._fit)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        self.setFixedWidth(round(self._width * (1 + self._theme.scale) / 2))


def ink(theme_: Theme, role: str) -> str:
    """A role's colour as text; of a tone or a kind of chip (``chips.ask``), its ink."""
    name, _, kind = role.partition(".")
    value = theme_.palette.chips[cast(ChipKind, kind)] if kind else getattr(theme_.palette, name)
    return value.ink if isinstance(value, theme.Tone) else str(value)


def label(text: str, type_: str = "", tone: str = "", *, wrap: bool = False) -> QLabel:
    """A label in one of the sheet's text styles."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("type", type_)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    return made


def rule(vertical: bool = False) -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setObjectName("vrule" if vertical else "rule")
    return made


def row(*items: QWidget | int | None, spacing: int = theme.S) -> QHBoxLayout:
    """Widgets side by side; a number is a space, None stretches."""
    box = QHBoxLayout()
    _fill(box, items, spacing)
    return box


def column(*items: QWidget | int | None, spacing: int = theme.S) -> QVBoxLayout:
    """Widgets one below the other; a number is a space, None stretches."""
    box = QVBoxLayout()
    _fill(box, items, spacing)
    return box


def _fill(box: QBoxLayout, items: tuple[QWidget | int | None, ...], spacing: int) -> None:
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(spacing)
    for item in items:
        if item is None:
            box.addStretch(1)
        elif isinstance(item, int):
            box.addSpacing(item)
        else:
            box.addWidget(item)
