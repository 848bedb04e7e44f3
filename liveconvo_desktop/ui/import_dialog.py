"""An existing recording or transcript into the library: choose, say what it is, watch, done."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.call.importing import Sides, Who
from liveconvo_desktop.events import ConversationType
from liveconvo_desktop.language.saying import SPEAKERS
from liveconvo_desktop.language.summaries import OTHER_SIDE
from liveconvo_desktop.review.importing import (
    AUDIO,
    TRANSCRIPTS,
    CancelledError,
    Imported,
    ImportPlan,
    Progress,
    import_files,
    is_transcript,
    speakers_in,
)
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.imports import AlreadyThereError
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.import_drop import FileDrop
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import Elided, IconLabel, PushButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, M, S

_SIDES: tuple[tuple[str, Sides], ...] = (
    ("Find out by listening", "auto"),
    ("Left is you, right is them", "two"),
    ("Left is them, right is you", "swapped"),
    ("Everybody on one side", "one"),
)
_WHO: tuple[tuple[str, Who], ...] = ((OTHER_SIDE, "other"), (SPEAKERS["user"], "user"))
_STEPS = 1000


class Outcome(QWidget):
    """What became of an import, in the middle of the dialog."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        middle = Qt.AlignmentFlag.AlignHCenter
        self._title = label("", "title", wrap=True)
        self._details = label("", "", "second", wrap=True)
        box = QVBoxLayout(self)
        box.setSpacing(S)
        box.addStretch(1)
        box.addWidget(IconLabel(theme_, "check", "success", 32), 0, middle)
        for words_ in (self._title, self._details):
            words_.setAlignment(middle)
            box.addWidget(words_)
        box.addStretch(2)

    def tell(self, title: str, details: Sequence[str]) -> None:
        """Show it."""
        self._title.setText(title)
        self._details.setText("\n".join(details))
        self.setAccessibleName(" ".join([title, *details]))
        self.show()


class ImportDialog(QDialog):
    """Imports one conversation at a time.

    Attributes:
        imported: A session is in the library; carries its id.
    """

    imported = Signal(str)

    def __init__(
        self, theme_: Theme, bridge: Bridge, store: Store, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._bridge, self._store = theme_, bridge, store
        self._files: tuple[Path, ...] = ()
        self._stop = threading.Event()
        self._running = False
        self.setWindowTitle("Import")
        self.drop = FileDrop(theme_)
        self.file_names = Elided()
        self.kind = self._combo("Kind of conversation", words.CONVERSATIONS.items())
        self.title_field = QLineEdit()
        self.title_field.setAccessibleName("Title")
        self.title_field.setMaxLength(255)
        self.sides = self._combo("The two channels", [(value, text) for text, value in _SIDES])
        self.who = self._combo("Who is heard", [(value, text) for text, value in _WHO])
        self.me = self._combo("Which one is you", [])
        self.guidance = QCheckBox("Show the guidance that a live call would have given")
        self.progress = QProgressBar()
        self.progress.setRange(0, _STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the import")
        self.state = label("", "", "second", wrap=True)
        self.outcome = Outcome(theme_)
        self.start_button = PushButton(theme_, "Import", kind="primary")
        self.copy_button = PushButton(theme_, "Import a copy")
        self.cancel_button = PushButton(theme_, "Cancel", kind="quiet")
        self.again_button = PushButton(theme_, "Import another")
        self._fields: dict[str, QWidget] = {}
        self._rest = QWidget()
        self._build()
        self._connect()
        self.resize(560, 600)
        self.again()

    @property
    def running(self) -> bool:
        """An import is under way."""
        return self._running

    def plan(self, copy: bool = False) -> ImportPlan:
        """What is chosen."""
        return ImportPlan(
            files=self._files,
            sides=cast(Sides, self.sides.currentData()),
            speaker=cast(Who, self.who.currentData()),
            conversation_type=cast(ConversationType, self.kind.currentData()),
            title=self.title_field.text().strip(),
            guidance=self.guidance.isChecked(),
            me=str(self.me.currentData() or ""),
            copy=copy,
        )

    @Slot(list)
    def take(self, files: list[Path]) -> None:
        """Files were dropped or chosen: one conversation, or its two sides."""
        if self._running or not files:
            return
        several = len(files) > 2 or (len(files) == 2 and any(map(is_transcript, files)))
        self._files = (files[0],) if several else tuple(files)
        self._show_files()
        self._say("Only the first file is imported; the others come after it." if several else "")
        self.start_button.setFocus()
        if len(self._files) == 1 and is_transcript(self._files[0]):
            self.start_button.setEnabled(False)
            work = partial(speakers_in, self._files[0])
            file = self._files[0]
            self._bridge.run(work, partial(self._speakers, file), partial(self._bad, file))

    def start(self, copy: bool = False) -> None:
        """Begin; the dialog stays until it is done."""
        if self._running or not self._files:
            return
        self._stop.clear()
        self._running = True
        self._arrange()
        self.progress.setRange(0, 0)
        self._say("Opening the file…")
        report = self._bridge.sink({Progress: self._on_progress})
        # A sink takes any type; its own signature names those of a call.
        tell = cast("partial[None]", report)
        work = partial(import_files, self.plan(copy), self._store, tell, self._stop.is_set)
        self._bridge.run(work, self._done, self._failed, "import")

    def finish(self) -> None:
        """The program ends: stop; nothing half imported stays."""
        self._stop.set()

    @Slot()
    def again(self) -> None:
        """Back to the beginning."""
        self._files = ()
        self.title_field.clear()
        self.me.clear()
        self._say("")
        self._arrange()

    def reject(self) -> None:
        """Cancel what runs; otherwise close."""
        if self._running:
            self._stop.set()
            self._say("Cancelling…")
            self.cancel_button.setEnabled(False)
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Cancel: the window stays until the import has let go."""
        if self._running:
            event.ignore()
            self.reject()
            return
        super().closeEvent(event)

    def _combo(self, name: str, items: object) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        for value, text in cast("list[tuple[str, str]]", items):
            box.addItem(text, value)
        return box

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(XL, XL, XL, L)
        whole.setSpacing(M)
        whole.addWidget(label("Import a call", "headline"))
        note = "A recording is transcribed on this computer; nothing leaves it."
        whole.addWidget(label(note, "", "second", wrap=True))
        whole.addWidget(self.drop, 1)
        whole.addWidget(self.outcome, 1)
        whole.addWidget(self.file_names)
        for name, caption, widget in (
            ("title", "Title", self.title_field),
            ("kind", "Kind of conversation", self.kind),
            ("sides", "If it has two channels", self.sides),
            ("who", "Where there is only one side, it is", self.who),
            ("me", "Which one is you?", self.me),
        ):
            field = QWidget()
            head = label(caption, "section")
            head.setBuddy(widget)
            field.setLayout(column(head, widget, spacing=S))
            self._fields[name] = field
            whole.addWidget(field)
        whole.addWidget(self.guidance)
        whole.addWidget(self._rest, 1)
        whole.addWidget(self.progress)
        whole.addWidget(self.state)
        whole.addLayout(
            row(self.cancel_button, None, self.again_button, self.copy_button, self.start_button)
        )

    def _connect(self) -> None:
        self.drop.dropped.connect(self.take)
        self.drop.clicked.connect(self._choose)
        self.start_button.clicked.connect(self._start)
        self.copy_button.clicked.connect(self._start_copy)
        self.cancel_button.clicked.connect(self.reject)
        self.again_button.clicked.connect(self.again)

    def _show_files(self) -> None:
        names = " and ".join(path.name for path in self._files)
        if len(self._files) == 2:
            names = f"You: {self._files[0].name}   ·   Them: {self._files[1].name}"
        self.file_names.set_whole(names)
        self.title_field.setPlaceholderText(self._files[0].stem.replace("_", " "))
        self.me.clear()
        self._arrange()

    def _arrange(self) -> None:
        """Show what makes sense now."""
        chosen, busy = bool(self._files), self._running
        text = chosen and is_transcript(self._files[0])
        audio = chosen and not text
        self.drop.setVisible(not busy)
        self.drop.set_small(chosen)
        self._rest.setVisible(chosen)
        self.outcome.hide()
        self.file_names.setVisible(chosen)
        shown = {
            "title": chosen,
            "kind": chosen,
            "sides": audio and len(self._files) == 1,
            "who": audio and len(self._files) == 1,
            "me": text and self.me.count() > 0,
        }
        for name, field in self._fields.items():
            field.setVisible(bool(shown[name]))
            field.setEnabled(not busy)
        self.guidance.setVisible(bool(audio))
        self.guidance.setEnabled(not busy)
        self.progress.setVisible(busy)
        self.again_button.setVisible(False)
        self.copy_button.setVisible(False)
        self.start_button.setVisible(True)
        self.start_button.setEnabled(chosen and not busy)
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText("Cancel" if busy or chosen else "Close")

    @Slot()
    def _choose(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in (*AUDIO, *TRANSCRIPTS))
        chosen, _ = QFileDialog.getOpenFileNames(
            self, "Recording, its two sides, or a transcript", "", f"Calls ({kinds});;All files (*)"
        )
        self.take([Path(name) for name in chosen])

    @Slot()
    def _start(self) -> None:
        self.start()

    @Slot()
    def _start_copy(self) -> None:
        self.start(copy=True)

    def _speakers(self, file: Path, names: list[str]) -> None:
        if (file,) != self._files:
            return
        self.me.clear()
        if names:
            self.me.addItem("As the file says, else the first of two", "")
        for name in names:
            self.me.addItem(name, name)
        self._arrange()

    def _bad(self, file: Path, error: Exception) -> None:
        if (file,) == self._files:
            fault = explain(error, "The file cannot be read")
            self._say(f"{fault.message} {fault.hint}", "danger")

    def _on_progress(self, progress: Progress) -> None:
        if not self._running or self._stop.is_set() or not progress.total:
            return
        self.progress.setRange(0, _STEPS)
        self.progress.setValue(round(_STEPS * progress.fraction))
        done, total = words.clock(progress.seconds), words.clock(progress.total)
        self._say(f"{done} of {total}  ·  {progress.words:,} words")

    def _done(self, imported: Imported) -> None:
        self._running = False
        self._files = ()
        self._arrange()
        self.drop.hide()
        lines = f"{imported.lines:,} lines, {imported.words:,} words"
        self.outcome.tell(f"“{imported.title}” is in the library", [lines, *imported.remarks])
        self._say("")
        self.start_button.hide()
        self.again_button.show()
        self.cancel_button.setText("Done")
        self.cancel_button.setFocus()
        self.imported.emit(imported.session_id)

    def _failed(self, error: Exception) -> None:
        self._running = False
        self._arrange()
        if isinstance(error, CancelledError):
            self._say("Cancelled; nothing was imported.")
            return
        fault = explain(error, "The file cannot be imported")
        self._say(f"{fault.message} {fault.hint}", "danger")
        self.copy_button.setVisible(isinstance(error, AlreadyThereError))

    def _say(self, text: str, role: str = "text_2") -> None:
        tone = getattr(self._theme.palette, role)
        colour = tone.ink if isinstance(tone, theme.Tone) else tone
        self.state.setStyleSheet(f"color: {colour};")
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self.state.setAccessibleName(text)
