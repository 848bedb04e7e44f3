"""A past call as a file or an email: which format, what of it, how it looks, and where to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Speaker
from liveconvo_desktop.export import FORMATS, Conversation, Format, Options, find_format
from liveconvo_desktop.export.filenames import default_name
from liveconvo_desktop.review.export import (
    Exported,
    FileThereError,
    IfThere,
    export_to,
    file_title,
    gather,
    local_zone,
    render,
)
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.exports import mark_exported
from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.export_preview import Preview, Seen, see
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import PushButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, M, S

_LEFT = 280
_SETTLE_MS = 200
"""Typing in a name redraws the preview once it pauses."""

OPTIONS = (
    ("summary", "Summary and action items"),
    ("transcript", "Transcript"),
    ("timestamps", "Times"),
    ("names", "Speaker names"),
    ("chips", "Guidance"),
)


class ExportDialog(QDialog):
    """Exports one session; nothing is overwritten without asking.

    Args:
        session_id: A session of ``store``.
    """

    def __init__(
        self,
        theme_: Theme,
        bridge: Bridge,
        store: Store,
        session_id: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._bridge, self._store = theme_, bridge, store
        self._session_id = session_id
        self._conversation: Conversation | None = None
        self._version = 0
        self._email = ""
        self.setWindowTitle("Export call")
        self.title = label("Export call", "headline")
        self.formats = QComboBox()
        self.formats.setAccessibleName("Format")
        self.about = label("", "small", "second", wrap=True)
        self.checks = {name: QCheckBox(text) for name, text in OPTIONS}
        self.names: dict[Speaker, QLineEdit] = {
            "user": self._name_field("Your name"),
            "other": self._name_field("Their name"),
        }
        self._include = label("Include", "section")
        self.preview = Preview(theme_)
        self.place = QLineEdit()
        self.place.setAccessibleName("File")
        self.choose_button = PushButton(theme_, "Choose…")
        self.save_button = PushButton(theme_, "Save", kind="primary")
        self.copy_button = PushButton(theme_, "Copy")
        self.close_button = PushButton(theme_, "Close", kind="quiet")
        self.state = label("", "small", "second", wrap=True)
        self.replace_button = PushButton(theme_, "Replace it", kind="danger", small=True)
        self.keep_button = PushButton(theme_, "Keep both", small=True)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._fill()
        self._build()
        self._connect()
        self.resize(960, 720)
        self._ready(False)
        self.preview.wait("Reading the call…")
        self._bridge.run(partial(gather, store, session_id), self._gathered, self._lost)

    @property
    def format(self) -> Format:
        """The chosen format."""
        return find_format(str(self.formats.currentData()))

    def options(self) -> Options:
        """What is ticked."""
        whole = self._is_whole()
        ticked = {name: whole or check.isChecked() for name, check in self.checks.items()}
        return Options(**ticked, zone=local_zone())

    def _is_whole(self) -> bool:
        """What is made to be read again leaves nothing out."""
        return self.format.name == "json"

    def choose(self, name: str) -> None:
        """Another format."""
        self.formats.setCurrentIndex(self.formats.findData(name))

    def save(self, if_there: IfThere = "refuse") -> None:
        """Write the file that the field names."""
        conversation = self._named()
        target = Path(self.place.text().strip()).expanduser()
        if conversation is None or not self.place.text().strip():
            self._say("Name a file first.", "danger")
            return
        self._ready(False)
        self._ask(False)
        self._say("Saving…")
        work = partial(
            export_to, self._store, conversation, self.format, self.options(), target, if_there
        )
        self._bridge.run(work, self._saved, self._not_saved, "write")

    def _name_field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setMaxLength(80)
        return field

    def _fill(self) -> None:
        for one in FORMATS:
            self.formats.addItem(one.title, one.name)
        self.formats.setMaxVisibleItems(len(FORMATS))
        for check in self.checks.values():
            check.setChecked(True)
        # A customer sees no guidance unless the user wants it.
        self.checks["chips"].setChecked(False)

    def _build(self) -> None:
        left = QWidget()
        left.setFixedWidth(self._theme.px(_LEFT))
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(S)
        for caption, widget in (("Format", self.formats), ("", self.about)):
            if caption:
                box.addWidget(label(caption, "section"))
            box.addWidget(widget)
        box.addSpacing(M)
        box.addWidget(self._include)
        for check in self.checks.values():
            box.addWidget(check)
        box.addSpacing(M)
        box.addWidget(label("Names in the document", "section"))
        for field in self.names.values():
            box.addWidget(field)
        box.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(XL)
        middle.addWidget(left)
        middle.addWidget(self.preview, 1)
        place = row(self.place, self.choose_button)
        place.setStretch(0, 1)
        asked = row(self.state, self.keep_button, self.replace_button)
        asked.setStretch(0, 1)
        buttons = row(self.close_button, None, self.copy_button, self.save_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(XL, XL, XL, L)
        whole.setSpacing(M)
        whole.addWidget(self.title)
        whole.addLayout(middle, 1)
        whole.addLayout(column(label("Save to", "section"), spacing=S))
        whole.addLayout(place)
        whole.addLayout(asked)
        whole.addLayout(buttons)
        self._ask(False)

    def _connect(self) -> None:
        self.formats.currentIndexChanged.connect(self._format_changed)
        for check in self.checks.values():
            check.toggled.connect(self._changed)
        for field in self.names.values():
            field.textEdited.connect(self._settle.start)
        self._settle.timeout.connect(self._changed)
        self.choose_button.clicked.connect(self._choose_place)
        self.save_button.clicked.connect(self._save)
        self.replace_button.clicked.connect(self._replace)
        self.keep_button.clicked.connect(self._keep_both)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.reject)
        self.place.textEdited.connect(self._place_edited)
        self._show_format()

    def _gathered(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.title.setText(f"Export “{_short(conversation.title)}”")
        unnamed = replace(conversation, names={})
        for speaker, field in self.names.items():
            field.setPlaceholderText(unnamed.name(speaker))
            field.setText(conversation.names.get(speaker, ""))
        self.place.setText(str(self._suggested()))
        self._ready(True)
        self.formats.setFocus()
        self._changed()

    def _lost(self, error: Exception) -> None:
        fault = explain(error, "The call cannot be read")
        self.preview.fail(fault.message, fault.hint)

    def _named(self) -> Conversation | None:
        """The conversation with the names that are typed in."""
        if self._conversation is None:
            return None
        typed = {speaker: field.text().strip() for speaker, field in self.names.items()}
        names: Mapping[Speaker, str] = {
            **self._conversation.names,
            **{speaker: name for speaker, name in typed.items() if name},
        }
        return replace(self._conversation, names=names)

    def _suggested(self) -> Path:
        kind = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(kind) or Path.home())
        if not folder.is_dir():
            folder = Path.home()
        kept = self.place.text().strip()
        if kept:
            folder = Path(kept).parent
        assert self._conversation is not None
        started = self._conversation.session.started_at.astimezone(local_zone())
        title = file_title(self._conversation, self.format)
        return folder / default_name(title, started, self.format.suffix)

    @Slot()
    def _format_changed(self) -> None:
        self._show_format()
        if self._conversation is not None:
            self.place.setText(str(self._suggested()))
            self._changed()

    def _show_format(self) -> None:
        chosen = self.format
        self.about.setText(chosen.about)
        uses = frozenset() if self._is_whole() else chosen.uses
        for name, check in self.checks.items():
            check.setVisible(name in uses)
        self._include.setVisible(bool(uses & self.checks.keys()))
        self.copy_button.setText("Copy email" if chosen.name == "email" else "Copy text")
        self.copy_button.setVisible(chosen.text)

    @Slot()
    def _changed(self) -> None:
        """Draw the preview anew; a slower, older one is dropped."""
        conversation = self._named()
        if conversation is None:
            return
        self._ask(False)
        self._say("")
        self._version += 1
        work = partial(see, self._store, conversation, self.format, self.options())
        version = self._version
        self._bridge.run(work, partial(self._seen, version), partial(self._unseen, version))

    def _seen(self, version: int, seen: Seen) -> None:
        if version == self._version:
            self.preview.show_seen(seen)
            self._ready(True)

    def _unseen(self, version: int, error: Exception) -> None:
        if version == self._version:
            fault = explain(error, "The preview cannot be made")
            self.preview.fail(fault.message, fault.hint)
            self._ready(False)
            self.formats.setEnabled(True)

    @Slot()
    def _choose_place(self) -> None:
        kinds = f"{self.format.title} (*{self.format.suffix})"
        options = QFileDialog.Option.DontConfirmOverwrite
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save to", self.place.text(), kinds, options=options
        )
        if chosen:
            path = Path(chosen)
            self.place.setText(str(path if path.suffix else path.with_suffix(self.format.suffix)))
            self._ask(False)

    @Slot()
    def _save(self) -> None:
        self.save()

    @Slot()
    def _replace(self) -> None:
        self.save("replace")

    @Slot()
    def _keep_both(self) -> None:
        self.save("number")

    @Slot()
    def _place_edited(self) -> None:
        self._ask(False)
        self._say("")

    def _saved(self, exported: Exported) -> None:
        self._ready(True)
        self._say(f"Saved as {exported.path}", "success")
        self.close_button.setText("Done")
        self.close_button.setFocus()

    def _not_saved(self, error: Exception) -> None:
        self._ready(True)
        if isinstance(error, FileThereError):
            self._say(f"{_short(Path(self.place.text()).name)} is there already.", "warning")
            self._ask(True)
            self.keep_button.setFocus()
            return
        fault: LiveConvoError = explain(error, "The file cannot be saved")
        self._say(f"{fault.message} {fault.hint}", "danger")

    @Slot()
    def _copy(self) -> None:
        """The whole text, not only what the preview shows."""
        conversation = self._named()
        if conversation is None:
            return
        work = partial(self._copied_text, conversation, self.format, self.options())
        self._bridge.run(work, self._copied, self._not_saved, "write")

    def _copied_text(self, conversation: Conversation, format_: Format, options: Options) -> str:
        text = render(self._store, conversation, format_, options).decode("utf-8-sig")
        mark_exported(self._store, self._session_id)
        return text

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        what = "The email" if self.format.name == "email" else "The text"
        self._say(f"{what} is on the clipboard.", "success")

    def _ready(self, on: bool) -> None:
        for widget in (self.formats, self.place, self.choose_button, self.save_button):
            widget.setEnabled(on)
        self.copy_button.setEnabled(on)

    def _ask(self, on: bool) -> None:
        self.keep_button.setVisible(on)
        self.replace_button.setVisible(on)

    def _say(self, text: str, role: str = "text_2") -> None:
        tone = getattr(self._theme.palette, role)
        colour = tone.ink if isinstance(tone, theme.Tone) else tone
        self.state.setStyleSheet(f"color: {colour};")
        self.state.setText(text)
        self.state.setAccessibleName(text)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
