"""“Settings”: every declared setting, by section or by search, applied as it is changed."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop import paths, settings
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings import DamagedSettingsError, Settings, SettingsFileError
from liveconvo_desktop.settings.options import Option, Section, Value, sections
from liveconvo_desktop.ui.banner import Banner
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import PushButton, column, label, row
from liveconvo_desktop.ui.settings.endpoint import EndpointPanel
from liveconvo_desktop.ui.settings.field import SettingField
from liveconvo_desktop.ui.settings.watch import SettingsWatch
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, XXL, L, M, S

_COLUMN, _LIST = 640, 132
_ENDPOINT_AFTER = "summary.model"
"""Below this setting stand the key and the test, which are no settings."""


class SettingsPage(QWidget):
    """The page; what it shows is made from the declaration.

    Args:
        path: The file of settings; None is the user's own.

    Attributes:
        changed: Something was set and is saved; carries the ``Settings``.
        broken: The file was damaged by another program, or cannot be read any more; carries the
            ``SettingsFileError``.
    """

    changed = Signal(object)
    broken = Signal(object)

    def __init__(self, theme_: Theme, bridge: Bridge, path: Path | None = None) -> None:
        super().__init__()
        self.setObjectName("page")
        self._theme, self._bridge, self._path = theme_, bridge, path
        self._mine: Settings | None = None
        self._wrong = False
        self._watch = SettingsWatch(path or paths.settings_file(), self)
        self._ending = False
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search settings")
        self.search.setAccessibleName("Search settings")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setObjectName("sections")
        self.list.setAccessibleName("Sections")
        self.banner = Banner(theme_, "warning", "", "", focusable=True)
        self.banner.set_closable(False)
        self.mend = self.banner.add_button("Keep what is valid")
        self.banner.hide()
        self.nothing = label("", "", "second", wrap=True)
        self.show_all = PushButton(theme_, "Show all settings", small=True)
        self.endpoint = EndpointPanel(theme_, bridge)
        self.fields: dict[str, SettingField] = {}
        self.groups: dict[str, QWidget] = {}
        self._cards: list[QFrame] = []
        self._area = QScrollArea()
        for section in sections():
            self.list.addItem(section.title)
            self.groups[section.name] = self._group(section)
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(0)
        theme_.changed.connect(self._fit)
        self._fit()

    @Slot()
    def open(self) -> None:
        """Read what is set again."""
        self._bridge.run(partial(_read, self._path), self._arrived, self._not_read)

    @Slot()
    def _reread(self) -> None:
        """Somebody saved it: most often this page."""
        self._bridge.run(partial(_read, self._path), self._came_from_elsewhere, self._not_read)

    def _came_from_elsewhere(self, found: tuple[Settings, SettingsFileError | None]) -> None:
        mine, wrong = found
        mended, self._wrong = self._wrong and wrong is None, wrong is not None
        self._warn(wrong)
        # While it cannot be read, what was read last holds.
        readable = wrong is None or isinstance(wrong, DamagedSettingsError)
        if readable and (mended or mine != self._mine):
            self._fill(mine)
            self.changed.emit(mine)
        if wrong is not None:
            self.broken.emit(wrong)

    def go(self, name: str) -> None:
        """To a section, or to a setting in it (``summary.base_url``), ready to be typed into."""
        self.search.clear()
        section = name.partition(".")[0]
        self.list.setCurrentRow(list(self.groups).index(section))
        field = self.fields.get(name)
        if field is not None:
            field.editor.setFocus()
            self._area.ensureWidgetVisible(field)

    def start_search(self) -> None:
        """The cursor in the search box."""
        self.search.setFocus()
        self.search.selectAll()

    def finish(self) -> None:
        """The program ends: what was typed is saved now, a test under way is cancelled."""
        self.endpoint.finish()
        self._ending = True
        for field in self.fields.values():
            field.commit()

    def _group(self, section: Section) -> QWidget:
        head = label(section.title, "title"), label(section.about, "", "second", wrap=True)
        box = column(spacing=M)
        box.addLayout(column(*head, spacing=2))
        inside = self._card(box)
        for option in section.options:
            field = self.fields[option.name] = SettingField(self._theme, option)
            field.wanted.connect(self._save)
            inside.addWidget(field)
            if option.name == _ENDPOINT_AFTER:
                box.addWidget(self.endpoint)
                inside = self._card(box)
        group = QWidget()
        group.setLayout(box)
        return group

    def _card(self, box: QVBoxLayout) -> QVBoxLayout:
        """The inside of another card in the column."""
        card = QFrame()
        card.setProperty("card", "true")
        inside = column(spacing=0)
        inside.setContentsMargins(L, S, L, S)
        card.setLayout(inside)
        self._cards.append(card)
        box.addWidget(card)
        return inside

    def _lay_out(self) -> None:
        inside = column(spacing=XL)
        inside.setContentsMargins(L, 2, XL, XXL)
        self._none = QWidget()
        none = column(self.nothing, spacing=M)
        none.addLayout(row(self.show_all, None))
        self._none.setLayout(none)
        inside.addWidget(self._none)
        for group in self.groups.values():
            inside.addWidget(group)
        inside.addStretch(1)
        self._content = QWidget()
        self._content.setLayout(inside)
        # A click beside the fields leaves the one that is typed into: it is applied.
        self._content.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outside = QWidget()
        outside.setLayout(row(self._content, None, spacing=0))
        self._area.setWidget(outside)
        head = row(label("Settings", "headline"), None, self.search, spacing=L)
        head.setContentsMargins(XXL, XL, XL, 0)
        told = column(self.banner)
        told.setContentsMargins(XXL, 0, XL, 0)
        body = row(self.list, self._area, spacing=S)
        body.setContentsMargins(XL, 0, 0, 0)
        body.setStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(L)
        whole.addLayout(head)
        whole.addLayout(told)
        whole.addLayout(body, 1)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._sift)
        self.search.textChanged.connect(self._sift)
        self.show_all.clicked.connect(self.search.clear)
        self.mend.clicked.connect(self._mend)
        self.endpoint.models.connect(self._offer)
        self._watch.changed.connect(self._reread)
        self.fields["summary.base_url"].settled.connect(self.endpoint.settle)

    @Slot()
    def _sift(self) -> None:
        """One section, or what was searched for in all of them."""
        words = self.search.text().casefold().split()
        shown, keys = 0, not words or _about_keys(words)
        for at, section in enumerate(sections()):
            left = [word for word in words if word not in section.title.casefold()]
            found = [one for one in section.options if self.fields[one.name].matches(left)]
            for option in section.options:
                self.fields[option.name].setVisible(option in found)
            here = bool(found) or (keys and self.endpoint.parent() is self.groups[section.name])
            mine = here if words else at == self.list.currentRow()
            self.groups[section.name].setVisible(mine)
            shown += mine
        for card in self._cards:
            fields = [one for one in card.findChildren(SettingField) if not one.isHidden()]
            card.setVisible(bool(fields))
            for field in fields:
                field.line.setVisible(field is not fields[0])
        self.endpoint.setVisible(keys)
        self.list.setEnabled(not words)
        self.nothing.setText(f"No setting is about “{self.search.text().strip()}”.")
        self._none.setVisible(not shown)

    @Slot(object, object)
    def _save(self, option: Option, value: Value) -> None:
        work = partial(settings.change, partial(option.write, value=value), self._path)
        if self._ending:
            # On this thread: work that is begun now may never be done.
            with suppress(LiveConvoError):
                work()
            return
        failed = partial(self._not_saved, option)
        self._bridge.run(work, partial(self._saved, option), failed, "write")

    def _saved(self, option: Option, mine: Settings) -> None:
        self.fields[option.name].saved(option.read(mine))
        self._fill(mine)
        self.banner.hide()
        self.changed.emit(mine)

    def _not_saved(self, option: Option, error: Exception) -> None:
        fault = explain(error, "It could not be saved")
        self.fields[option.name].refuse(f"{fault.message} {fault.hint}")

    def _arrived(self, found: tuple[Settings, SettingsFileError | None]) -> None:
        mine, wrong = found
        for field in self.fields.values():
            field.forget()
        self._fill(mine, look=True)
        self._warn(wrong)

    def _warn(self, wrong: SettingsFileError | None) -> None:
        """What is wrong with the file, or that nothing is."""
        self.banner.setVisible(wrong is not None)
        if wrong is not None:
            self.banner.say("warning", wrong.message, wrong.hint)
            self.mend.setVisible(isinstance(wrong, DamagedSettingsError))

    def _not_read(self, error: Exception) -> None:
        fault = explain(error, "The settings cannot be read")
        self.banner.say("danger", fault.message, fault.hint)
        self.mend.hide()
        self.banner.show()

    def _fill(self, mine: Settings, *, look: bool = False) -> None:
        self._mine = mine
        for field in self.fields.values():
            field.fill(field.option.read(mine))
        self.endpoint.fill(mine.summary, look=look)

    @Slot()
    def _mend(self) -> None:
        """Write what is valid, and defaults for the rest; the damaged file has been kept."""
        self._bridge.run(
            partial(settings.change, _nothing, self._path), self._mended, self._not_read, "write"
        )

    def _mended(self, mine: Settings) -> None:
        self.banner.hide()
        self._fill(mine)
        self.changed.emit(mine)

    @Slot(object)
    def _offer(self, models: tuple[str, ...]) -> None:
        """Names that the endpoint told, where one is typed."""
        editor = self.fields["summary.model"].editor
        assert isinstance(editor, QLineEdit)
        completer = QCompleter(list(models), editor)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        editor.setCompleter(completer)

    @Slot()
    def _fit(self) -> None:
        self._content.setMaximumWidth(self._theme.px(_COLUMN))
        self.list.setFixedWidth(self._theme.px(_LIST))
        self.search.setFixedWidth(self._theme.px(240))


def _read(path: Path | None) -> tuple[Settings, SettingsFileError | None]:
    return settings.load(path)[0], settings.examine(path)


def _nothing(_: Settings) -> None:
    """What is valid is written as it is."""


def _about_keys(words: list[str]) -> bool:
    said = "key keyring secret password connection test endpoint model address summaries"
    return all(word in said for word in words)
