"""The live theme: tokens turned into fonts, colours and one style sheet; follows the system."""

from __future__ import annotations

from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from liveconvo_desktop import paths
from liveconvo_desktop.events import ChipKind
from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.theme import Palette, TextStyle, Tone, Weight


class Theme(QObject):
    """What widgets ask for fonts and colours. One per application, handed to every widget.

    Attributes:
        changed: Emitted after the colours or the text scale changed; painted widgets refresh.
    """

    changed = Signal()

    def __init__(self, app: QApplication, scale: float = 1.0, scheme: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._scheme = scheme
        self.scale = scale
        self.palette: Palette = theme.LIGHT
        for weight in ("Regular", "Medium", "SemiBold"):
            QFontDatabase.addApplicationFont(str(paths.resource(f"fonts/Inter-{weight}.otf")))
        app.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.refresh)
        self.refresh()

    def set_scale(self, scale: float) -> None:
        """Make all text larger or smaller."""
        self.scale = scale
        self.refresh()

    def refresh(self) -> None:
        """Take up the system's colour scheme and rebuild the look."""
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if self._scheme != "system":
            dark = self._scheme == "dark"
        self.palette = theme.DARK if dark else theme.LIGHT
        self._app.setFont(self.font("body"))
        self._app.setPalette(_qt_palette(self.palette))
        self._app.setStyleSheet(stylesheet(self.palette, self.scale))
        self.changed.emit()

    def font(self, style: TextStyle, weight: Weight = "regular") -> QFont:
        """The font of a text style; digits are of equal width so that clocks stand still."""
        font = QFont(list(theme.FAMILIES))
        font.setPixelSize(self.px(theme.TYPE[style]))
        font.setWeight(QFont.Weight(theme.WEIGHTS[weight]))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def px(self, size: int) -> int:
        """A size that grows with the text."""
        return round(size * self.scale)

    def colour(self, role: str) -> QColor:
        """The colour of a role of ``Palette``."""
        return QColor(getattr(self.palette, role))

    def tone(self, kind: ChipKind) -> Tone:
        """The colours of a kind of chip."""
        return self.palette.chips[kind]


def _qt_palette(palette: Palette) -> QPalette:
    roles = QPalette.ColorRole
    made = QPalette()
    for role, value in {
        roles.Window: palette.canvas,
        roles.Base: palette.surface,
        roles.AlternateBase: palette.canvas,
        roles.Button: palette.raised,
        roles.Text: palette.text,
        roles.WindowText: palette.text,
        roles.ButtonText: palette.text,
        roles.PlaceholderText: palette.text_3,
        roles.ToolTipBase: palette.text,
        roles.ToolTipText: palette.canvas,
        roles.Highlight: palette.accent,
        roles.HighlightedText: palette.on_accent,
        roles.Link: palette.link,
        roles.Accent: palette.accent,
    }.items():
        made.setColor(role, QColor(value))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(palette.text_3))
    return made


def stylesheet(palette: Palette, scale: float) -> str:
    """The application's style sheet for a palette and text scale."""
    values = {name: getattr(palette, name) for name in palette.__dataclass_fields__}
    for tone in ("danger", "warning", "success", "info"):
        tones: Tone = values.pop(tone)
        values |= {tone: tones.ink, f"{tone}_tint": tones.tint, f"{tone}_edge": tones.edge}
    sizes = {f"t_{name}": f"{round(size * scale)}px" for name, size in theme.TYPE.items()}
    icons = paths.resource("icons/control-check.svg").parent.as_posix()
    return Template(_SHEET).substitute(
        values,
        **sizes,
        icons=icons,
        families=", ".join(f'"{name}"' for name in theme.FAMILIES),
        control=round((theme.CONTROL - 2) * max(1.0, scale)),
        control_s=round((theme.CONTROL_S - 2) * max(1.0, scale)),
    )


_SHEET = """
* { font-family: $families; font-size: $t_body; color: $text; }
QWidget#window, QMainWindow, QDialog, QMessageBox { background: $canvas; }
QWidget#sidebar { background: $canvas; border-right: 1px solid $line; }
QWidget#page, QWidget#content { background: $surface; }
QWidget#statusline { background: $canvas; border-top: 1px solid $line; }
QWidget#statusline QLabel { color: $text_2; font-size: $t_small; }
QFrame#rule { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame#vrule { background: $line; border: none; max-width: 1px; min-width: 1px; }
QLabel { background: transparent; }
QLabel[tone="quiet"] { color: $text_3; }
QLabel[tone="struck"] { color: $text_3; text-decoration: line-through; }
QLabel[tone="second"] { color: $text_2; }
QLabel[tone="danger"] { color: $danger; }
QLabel[type="micro"] { font-size: $t_micro; }
QLabel[type="small"] { font-size: $t_small; }
QLabel[type="callout"] { font-size: $t_callout; font-weight: 600; }
QLabel[type="lead"] { font-weight: 500; }
QLabel[type="title"] { font-size: $t_title; font-weight: 600; }
QLabel[type="headline"] { font-size: $t_headline; font-weight: 600; }
QLabel[type="section"] { font-size: $t_small; font-weight: 600; color: $text_2; }

QPushButton {
  min-height: ${control}px; padding: 0 12px; border-radius: 8px; font-weight: 500;
  background: $raised; border: 1px solid $line;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $sunken; }
QPushButton:checked { background: $selected; border-color: $outline; }
QPushButton:focus { border: 2px solid $focus; padding: 0 11px; }
QPushButton:disabled { color: $text_3; background: $sunken; border-color: $line; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; padding: 0 11px; }
QPushButton[kind="primary"]:disabled {
  background: $sunken; border-color: $line; color: $text_3;
}
QPushButton[kind="danger"] { background: $danger_tint; border-color: $danger_edge; color: $danger; }
QPushButton[kind="danger"]:focus { border: 2px solid $focus; }
QPushButton[kind="danger"]:disabled {
  background: $sunken; border-color: $line; color: $text_3;
}
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border: 2px solid $focus; }
QPushButton[extent="small"] {
  min-height: ${control_s}px; padding: 0 8px; border-radius: 6px; font-size: $t_small;
}
QPushButton[extent="small"]:focus { padding: 0 7px; }
QPushButton[kind="quiet"][extent="small"] { padding: 0 4px; color: $text_2; }
QPushButton[kind="quiet"][extent="small"]:focus { padding: 0 3px; }

QToolButton {
  background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $sunken; }
QToolButton:checked { background: $hover; border-color: $line; }
QToolButton::menu-indicator { image: none; }
QToolButton[alert="true"] { background: $danger_tint; border-color: $danger_edge; }
QToolButton:focus { border: 2px solid $focus; padding: 4px; }

QComboBox, QLineEdit {
  min-height: ${control}px; padding: 0 12px; border-radius: 8px;
  background: $surface; border: 1px solid $outline;
  selection-background-color: $accent; selection-color: $on_accent;
}
QComboBox:hover, QLineEdit:hover { border-color: $text_3; }
QComboBox:focus, QLineEdit:focus { border: 2px solid $focus; padding: 0 11px; }
QComboBox:disabled, QLineEdit:disabled {
  color: $text_3; background: $sunken; border-color: $line;
}
QLineEdit[wrong="true"] { border: 2px solid $danger; padding: 0 11px; }
QPlainTextEdit {
  padding: 2px 6px; border-radius: 8px; background: $surface; border: 1px solid $outline;
  selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit:focus { border: 2px solid $focus; padding: 1px 5px; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url("$icons/control-chevron.svg"); width: 16px; height: 16px; }
QComboBox QAbstractItemView {
  background: $raised; border: 1px solid $line; border-radius: 8px; padding: 4px; outline: none;
}
QComboBox QAbstractItemView::item {
  min-height: 28px; padding: 0 8px; border-radius: 4px; color: $text;
}
QComboBox QAbstractItemView::item:selected { background: $selected; color: $text; }

QCheckBox { spacing: 8px; background: transparent; }
QCheckBox::indicator {
  width: 16px; height: 16px; border-radius: 4px; border: 1px solid $outline; background: $surface;
}
QCheckBox::indicator:checked {
  background: $accent; border-color: $accent; image: url("$icons/control-check.svg");
}
QCheckBox:focus { text-decoration: underline; }
QCheckBox::indicator:focus { border: 2px solid $focus; }

QPlainTextEdit#preview {
  background: $surface; border: 1px solid $line; border-radius: 8px; padding: 8px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit#preview:focus { border: 2px solid $focus; padding: 7px; }
QLineEdit#title {
  background: transparent; border: 1px solid transparent; padding: 0 6px;
  font-size: $t_title; font-weight: 600; min-height: ${control_s}px;
}
QLineEdit#title:hover { border-color: $line; background: $hover; }
QLineEdit#title:focus { border: 2px solid $focus; padding: 0 5px; background: $surface; }
QPushButton#figure[kind="quiet"][extent="small"] { color: $link; font-size: $t_body; }
QLabel#you, QPushButton#you { color: $you; }
QLabel#them, QPushButton#them { color: $them; }
QPlainTextEdit#line {
  background: $raised; border: 2px solid $focus; border-radius: 8px; padding: 0 6px;
  font-size: $t_callout; selection-background-color: $accent; selection-color: $on_accent;
}
QFrame#note { background: $raised; border: 1px solid $outline; border-radius: 8px; }
QComboBox[extent="small"] { min-height: ${control_s}px; padding: 0 8px; font-size: $t_small; }
QComboBox[extent="small"]:focus { padding: 0 7px; }
QTabWidget::pane { border: none; background: $surface; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
  background: transparent; color: $text_2; font-weight: 500; padding: 8px 4px; margin: 0 8px;
  border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { border-bottom-color: $focus; }

QListView { background: transparent; border: none; outline: none; }
QListWidget#sections::item { padding: 8px; border-radius: 6px; color: $text_2; }
QListWidget#sections::item:hover { background: $hover; }
QListWidget#sections::item:selected { background: $selected; color: $text; }
QListWidget#sections::item:selected:focus { border: 2px solid $focus; padding: 6px; }
QListWidget#sections::item:disabled { color: $text_3; background: transparent; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollArea#preview { background: $surface; border: 1px solid $line; border-radius: 8px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical {
  background: $line; border-radius: 3px; min-height: 32px; margin: 2px;
}
QScrollBar::handle:vertical:hover { background: $outline; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollBar:horizontal { height: 0; }

QSlider { min-height: 24px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
  width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
  background: $raised; border: 1px solid $outline;
}
QProgressBar {
  min-height: 6px; max-height: 6px; border: none; border-radius: 3px; background: $line;
}
QProgressBar::chunk { border-radius: 3px; background: $accent; }
QSplitter::handle { background: $line; }
QProgressBar {
  min-height: 6px; max-height: 6px; border: none; border-radius: 3px; background: $line;
}
QProgressBar::chunk { border-radius: 3px; background: $accent; }
QToolTip {
  background: $text; color: $canvas; border: none; padding: 4px 8px; font-size: $t_small;
}
QMenu { background: $raised; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $text_3; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QMessageBox QLabel#qt_msgbox_label { font-size: $t_title; font-weight: 600; }
QMessageBox QLabel#qt_msgbox_informativelabel { color: $text_2; min-width: 320px; }
QFrame[banner="danger"] {
  background: $danger_tint; border: 1px solid $danger_edge; border-radius: 8px;
}
QFrame[banner="warning"] {
  background: $warning_tint; border: 1px solid $warning_edge; border-radius: 8px;
}
QFrame[card="true"] { background: $raised; border: 1px solid $line; border-radius: 12px; }
QFrame[banner="info"] { background: $info_tint; border: 1px solid $info_edge; border-radius: 8px; }
QTableView#library { background: transparent; border: none; outline: none; }
QTableView#library QLineEdit { min-height: 26px; padding: 0 7px; border-radius: 6px; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
  background: $surface; border: none; border-bottom: 1px solid $line; padding: 0 12px;
  min-height: ${control_s}px; font-size: $t_small; font-weight: 600; color: $text_2;
}
QHeaderView::section:first { padding-left: 24px; }
QHeaderView::section:hover { background: $hover; }
QHeaderView::down-arrow, QHeaderView::up-arrow {
  subcontrol-origin: padding; subcontrol-position: center right; right: 6px;
  width: 12px; height: 12px;
}
QHeaderView::down-arrow { image: url("$icons/control-chevron.svg"); }
QHeaderView::up-arrow { image: url("$icons/control-chevron-up.svg"); }
QLabel[badge="warning"] {
  background: $warning_tint; color: $warning; border: 1px solid $warning_edge;
  border-radius: 6px; padding: 1px 6px; font-size: $t_micro; font-weight: 600;
}
"""
