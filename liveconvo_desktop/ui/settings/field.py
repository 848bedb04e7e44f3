"""One setting on the page: its name, what it does, its editor, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from liveconvo_desktop.settings.options import Option, Value
from liveconvo_desktop.ui.parts import ToolButton, column, label, row, rule
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, M, S

_NUMBER, _UNIT = 128, 74
SAVED = "Saved"


class SettingField(QWidget):
    """A field is applied when it is left or on Enter, a choice or a tick at once.

    A number is not applied while it is typed: the 3 of a 30 would count for a moment.

    Attributes:
        wanted: The user set a valid value; carries the ``Option`` and the value.
        settled: Whether what the editor says is what holds; told at every look.
    """

    wanted = Signal(object, object)
    settled = Signal(bool)

    def __init__(self, theme_: Theme, option: Option) -> None:
        super().__init__()
        self.option, self._value = option, option.default
        self._theme = theme_
        self.title = label(option.title, "lead")
        self._help = label(option.help, "small", "second", wrap=True)
        self.message = label("", "small", wrap=True)
        self.message.hide()
        self.line = rule()
        self.editor = self._make_editor()
        self.editor.setAccessibleName(option.title)
        self.editor.setAccessibleDescription(f"{option.help} {option.limits}".strip())
        self.title.setBuddy(self.editor)
        self.reset = ToolButton(theme_, "undo", "Back to the default", small=True)
        self.reset.clicked.connect(self._reset)
        keeps = self.reset.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(keeps)
        self._lay_out()
        theme_.changed.connect(self._fit)
        self._fit()
        self.fill(option.default)

    @property
    def value(self) -> Value:
        """What holds now."""
        return self._value

    def fill(self, value: Value) -> None:
        """Show what is set; what is being typed meanwhile stays."""
        typing = self._dirty() and self.editor.hasFocus()
        self._value = value
        default = self.option.words(self.option.default)
        self.reset.describe("undo", f"Back to the default ({default})")
        self.reset.setVisible(value != self.option.default)
        if not typing:
            self._show(value)
            if self.message.text() != SAVED:
                self._say("")
        self.settled.emit(not self._dirty())

    def saved(self, value: Value) -> None:
        """What was wanted is in the file."""
        self.fill(value)
        if not self._dirty():
            self._say(SAVED, "quiet")

    def forget(self) -> None:
        """The page is opened again: what was told then is old."""
        self._show(self._value)
        self._say("")
        self.settled.emit(True)

    def refuse(self, why: str) -> None:
        """It could not be set."""
        self._say(why, "danger")

    @Slot()
    def commit(self) -> None:
        """Apply what is typed, if it is valid and new."""
        value = self._read()
        if value is not None and value != self._value:
            self._say("")
            self.wanted.emit(self.option, value)
        elif value is not None:
            self._show(self._value)

    def matches(self, words: list[str]) -> bool:
        """All words are found in what it is called and does."""
        option = self.option
        choices = (part for choice in option.choices for part in choice)
        said = " ".join((option.title, option.help, option.name, option.unit, *choices))
        return all(word in said.casefold() for word in words)

    def _make_editor(self) -> QWidget:
        if self.option.kind == "choice":
            box = QComboBox()
            for value, said in self.option.choices:
                box.addItem(said, value)
            box.activated.connect(self.commit)
            return box
        if self.option.kind == "switch":
            tick = QCheckBox("On")
            tick.clicked.connect(self.commit)
            return tick
        field = QLineEdit()
        if self.option.kind != "text":
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.textEdited.connect(self._typed)
        field.editingFinished.connect(self.commit)
        return field

    def _lay_out(self) -> None:
        said = column(self.title, self._help, spacing=2)
        box = column(spacing=S)
        if self.option.kind == "text":
            # Addresses are long: a line of their own.
            box.addLayout(said)
            line = row(self.editor, self.reset, spacing=S)
            line.setStretch(0, 1)
            box.addLayout(line)
        else:
            line = row(spacing=L)
            line.addLayout(said, 1)
            self.unit = label(self.option.unit, "small", "second")
            top = Qt.AlignmentFlag.AlignTop
            parts = (self.editor, self.unit) if self.option.unit else (self.editor,)
            edit = row(*parts, self.reset, spacing=S)
            line.addLayout(edit)
            line.setAlignment(edit, top)
            box.addLayout(line)
        box.addWidget(self.message)
        box.setContentsMargins(0, M, 0, M)
        whole = column(self.line, spacing=0)
        whole.addLayout(box)
        self.setLayout(whole)

    @Slot()
    def _fit(self) -> None:
        if self.option.kind in ("whole", "number"):
            self.editor.setFixedWidth(self._theme.px(_NUMBER))
            self.unit.setFixedWidth(self._theme.px(_UNIT))
        elif self.option.kind == "choice":
            self.editor.setFixedWidth(self._theme.px(_NUMBER + _UNIT) + S)

    @Slot()
    def _typed(self) -> None:
        """Say at once what is wrong, quietly forget what was."""
        self._read()
        self.settled.emit(not self._dirty())

    def _read(self) -> Value | None:
        """What the editor says; None where that is not allowed, which is told."""
        if isinstance(self.editor, QComboBox):
            return str(self.editor.currentData())
        if isinstance(self.editor, QCheckBox):
            return self.editor.isChecked()
        assert isinstance(self.editor, QLineEdit)
        try:
            value = self.option.parse(self.editor.text())
        except ValueError as error:
            self._say(f"{error} Until then it stays {self._now()}.", "danger")
            return None
        if self.message.property("tone") == "danger" or self._dirty():
            self._say("")
        return value

    def _now(self) -> str:
        return self.option.words(self._value)

    def _dirty(self) -> bool:
        if isinstance(self.editor, QLineEdit):
            return self.editor.text().strip() != self.option.shown(self._value)
        return False

    def _show(self, value: Value) -> None:
        if isinstance(self.editor, QComboBox):
            self.editor.setCurrentIndex(self.editor.findData(value))
        elif isinstance(self.editor, QCheckBox):
            self.editor.setChecked(bool(value))
        elif isinstance(self.editor, QLineEdit) and self._dirty():
            self.editor.setText(self.option.shown(value))
            # A long address is known by its beginning.
            self.editor.setCursorPosition(0)

    @Slot()
    def _reset(self) -> None:
        self._show(self.option.default)
        self.settled.emit(not self._dirty())
        self.editor.setFocus()
        self._say("")
        self.wanted.emit(self.option, self.option.default)

    def _say(self, words: str, tone: str = "") -> None:
        self.message.setText(words)
        self.message.setProperty("tone", tone)
        self.message.style().polish(self.message)
        self.message.setVisible(bool(words))
        wrong = tone == "danger"
        if self.editor.property("wrong") != wrong:
            self.editor.setProperty("wrong", wrong)
            self.editor.style().polish(self.editor)
        told = f"{self.option.help} {self.option.limits} {words}"
        self.editor.setAccessibleDescription(" ".join(told.split()))
