"""“Privacy & data”: what goes when, the rules, the user's data as a file, backups, erasing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.review.erase import PHRASE
from liveconvo_desktop.review.privacy import Cleaning, Overview, Privacy
from liveconvo_desktop.review.takeout import CancelledError, Taken, Takeout
from liveconvo_desktop.settings import PrivacySettings
from liveconvo_desktop.settings.options import Option, Value
from liveconvo_desktop.store import Store, backups
from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.banner import Banner
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import IconLabel, PushButton, column, label, row
from liveconvo_desktop.ui.privacy.data import BackupBox, ExportBox
from liveconvo_desktop.ui.privacy.dialogs import EraseDialog, RestoreDialog
from liveconvo_desktop.ui.privacy.plan_list import PlanList
from liveconvo_desktop.ui.privacy.rules import Rules
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, XXL, L, M, S
from sync.backup import Backup

_COLUMN = 760
_ABOUT = (
    "Everything is kept on this computer. Recordings and raw words are deleted by themselves when "
    "their time is over; summaries stay."
)
_ERASE = (
    "Every call, recording, document, backup, log and setting. You are asked to type "
    f"“{PHRASE}” first."
)


class PrivacyPage(QWidget):
    """The page.

    Args:
        home: Folder of settings and logs.
        now: The user's clock, with its zone.

    Attributes:
        erase_wanted: The user has typed the phrase. The app ends, closes the store and its log
            files, and then calls ``review.erase.erase``.
        restore_wanted: The user wants a backup back; carries its path. The app ends, closes the
            store, and then calls ``store.backups.restore``.
        cleaned: Something of a call was deleted: lists of calls are out of date; carries the
            ``Cleaning``.
    """

    erase_wanted = Signal()
    restore_wanted = Signal(object)
    cleaned = Signal(object)

    def __init__(
        self,
        theme_: Theme,
        bridge: Bridge,
        store: Store,
        home: Path,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._theme, self._bridge, self._store, self._now = theme_, bridge, store, now
        self._home = home
        self.privacy = Privacy(store, home, now)
        self._takeout: Takeout | None = None
        self._make_parts(theme_, now)
        self._lay_out()
        self._connect()

    def _make_parts(self, theme_: Theme, now: Callable[[], datetime]) -> None:
        self.plan = PlanList(theme_, now)
        self.clean = PushButton(theme_, "Clean up now", "trash", small=True)
        self.rules = Rules(theme_)
        self.export = ExportBox(theme_)
        self.backups = BackupBox(theme_, now)
        self.erase = PushButton(theme_, "Erase everything…", "trash", kind="danger")
        self.banner = Banner(theme_, "info", "", "", focusable=True)
        self.banner.hide()

    def _connect(self) -> None:
        self.clean.clicked.connect(self._clean)
        self.plan.keep_wanted.connect(self._keep)
        self.rules.changed.connect(self._save_rule)
        self.rules.all_wanted.connect(self._apply_to_all)
        self.export.wanted.connect(self._ask_where)
        self.export.cancelled.connect(self.finish)
        self.backups.make_wanted.connect(self._back_up)
        self.backups.restore_wanted.connect(self._ask_restore)
        self.erase.clicked.connect(self._ask_erase)
        self.banner.closed.connect(self.banner.hide)
        app = QApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.finish)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setMaximumWidth(self._theme.px(_COLUMN))
        head = column(
            label("Privacy & data", "headline"), label(_ABOUT, tone="second", wrap=True), spacing=S
        )
        erase = column(label(_ERASE, tone="second", wrap=True), spacing=M)
        erase.addLayout(row(self.erase, None))
        box = column(spacing=L)
        box.setContentsMargins(XXL, XL, XXL, XXL)
        box.addLayout(head)
        box.addWidget(self.banner)
        box.addWidget(self._card("clock", "What will be deleted, and when", self.plan, self.clean))
        box.addWidget(self._card("privacy", "How long things are kept", self.rules))
        box.addWidget(self._card("export", "Your data", self.export))
        box.addWidget(self._card("backup", "Backups", self.backups))
        box.addWidget(self._card("trash", "Erase everything on this computer", erase))
        box.addStretch(1)
        content.setLayout(box)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        middle = QWidget()
        line = row(content, spacing=0)
        middle.setLayout(line)
        area.setWidget(middle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def _card(
        self, icon: str, title: str, content: QWidget | QLayout, action: QWidget | None = None
    ) -> QFrame:
        card = QFrame()
        card.setProperty("card", "true")
        head = row(IconLabel(self._theme, icon, "text_2"), label(title, "callout"), None)
        if action is not None:
            head.addWidget(action)
        box = column(spacing=M)
        box.setContentsMargins(L, M, L, L)
        box.addLayout(head)
        if isinstance(content, QWidget):
            box.addWidget(content)
        else:
            box.addLayout(content)
        card.setLayout(box)
        return card

    @Slot()
    def open(self) -> None:
        """Look again at what is here."""
        self._bridge.run(self.privacy.overview, self._arrived, self._lost)

    @Slot()
    def finish(self) -> None:
        """Stop an export that is being written; nothing of it stays."""
        self.export.stop.setEnabled(False)
        if self._takeout is not None:
            self._takeout.cancel()

    def _arrived(self, overview: Overview) -> None:
        self.plan.show_overview(overview)
        self.rules.fill(overview.settings)
        self.backups.fill(overview.backups)

    def _lost(self, error: Exception) -> None:
        fault = explain(error, "What is here cannot be read")
        self.plan.show_error(fault.message, fault.hint)

    def _say(self, look: str, message: str, hint: str = "") -> None:
        self.banner.say(look, message, hint)
        self.banner.show()

    def _failed(self, what: str, error: Exception) -> None:
        fault = explain(error, what)
        self._say("warning", fault.message, fault.hint)
        self.clean.setEnabled(True)
        self.open()

    @Slot(str, bool)
    def _keep(self, session_id: str, on: bool) -> None:
        work = partial(self.privacy.keep, session_id, on)
        failed = partial(self._failed, "That could not be saved")
        self._bridge.run(work, self._again, failed, "write")

    @Slot(object)
    def apply(self, rules: PrivacySettings) -> None:
        """The rules were changed elsewhere: they are shown, and what they mean for the calls."""
        self.rules.fill(rules)
        if self.isVisible():
            self.open()

    @Slot(object, object)
    def _save_rule(self, option: Option, value: Value) -> None:
        work = partial(self.privacy.save_rule, option, value)
        failed = partial(self._failed, "The settings could not be saved")
        self._bridge.run(work, self._again, failed, "write")

    @Slot()
    def _apply_to_all(self) -> None:
        failed = partial(self._failed, "The days could not be given to all calls")
        self._bridge.run(self.privacy.apply_to_all, self._again, failed, "write")

    def _again(self, _: object) -> None:
        self.open()

    @Slot()
    def _clean(self) -> None:
        self.clean.setEnabled(False)
        failed = partial(self._failed, "The cleaning failed")
        self._bridge.run(self.privacy.run, self._cleaned, failed, "long")

    def _cleaned(self, done: Cleaning) -> None:
        self.clean.setEnabled(True)
        if done.postponed:
            self._say("info", done.postponed)
        elif done.kept:
            left = "; ".join(f"{one.what} ({one.why})" for one in done.kept)
            self._say("warning", "Something could not be deleted yet.", left)
        else:
            count = len(done.gone)
            many = "one thing was" if count == 1 else f"{count} things were"
            self._say("info", f"Cleaned up: {many} deleted." if count else "Nothing was due.")
        self.cleaned.emit(done)
        self.open()

    @Slot()
    def _ask_where(self) -> None:
        name = f"LiveConvo data {self._now():%Y-%m-%d}.zip"
        place, _ = QFileDialog.getSaveFileName(
            self, "Export my data", str(Path.home() / name), "Zip files (*.zip)"
        )
        if place:
            self.write_export(Path(place))

    def write_export(self, target: Path) -> None:
        """Write everything to ``target``; the user has agreed to replace what is there."""
        takeout = Takeout(self._store, self._home, recordings=self.export.recordings.isChecked())
        self._takeout = takeout
        self.export.begin(target.name)
        work = partial(takeout.write, target, replace=True, progress=self.export.advance)
        self._bridge.run(work, self._exported, self._not_exported, "long")

    def _exported(self, made: Taken) -> None:
        self._takeout = None
        self.export.end(f"{made.path} is written: {made.rows:,} rows, {words.size(made.bytes)}.")

    def _not_exported(self, error: Exception) -> None:
        self._takeout = None
        if isinstance(error, CancelledError):
            self.export.end("The export was stopped; nothing was written.")
            return
        self.export.end("")
        self._failed("The data could not be exported", error)

    @Slot()
    def _back_up(self) -> None:
        work = partial(backups.make, self._store.path)
        failed = partial(self._failed, "The backup could not be made")
        self._bridge.run(work, self._again, failed, "long")

    @Slot(object)
    def _ask_restore(self, backup: Backup) -> None:
        dialog = RestoreDialog(self._theme, words.when(backup.made_at, self._now()), self)
        dialog.accepted.connect(partial(self.restore_wanted.emit, backup.path))
        dialog.open()

    @Slot()
    def _ask_erase(self) -> None:
        dialog = EraseDialog(self._theme, self)
        dialog.accepted.connect(self.erase_wanted)
        dialog.open()
