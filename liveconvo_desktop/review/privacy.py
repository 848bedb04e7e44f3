"""Retention at work: what will go, the daily cleaning, "keep this one", deleting for good."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from liveconvo_desktop import paths, settings
from liveconvo_desktop.call.liveness import is_live
from liveconvo_desktop.errors import LiveConvoError, StoreError
from liveconvo_desktop.settings import PrivacySettings
from liveconvo_desktop.settings.options import Option, Value
from liveconvo_desktop.store import Store, backups
from liveconvo_desktop.store.holdings import read_holdings, still_due
from liveconvo_desktop.store.log_files import log_parts, trim
from liveconvo_desktop.store.purge import Kept, purge, purge_log_rows, remove, settle
from liveconvo_desktop.store.retention import Call, Holdings, Item, due, plan
from liveconvo_desktop.store.retention_rows import ask_for_vacuum, keep, note_summaries, set_days
from sync.backup import Backup

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What a cleaning did.

    Attributes:
        gone: What was deleted.
        kept: What should have gone and could not; the next cleaning tries again.
        postponed: Why nothing was done, or empty.
        backup: The weekly backup that was made, if it was time.
    """

    gone: list[Item] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    postponed: str = ""
    backup: Path | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page about privacy shows.

    Attributes:
        items: As ``preview`` gives them.
        kept: Calls that the user keeps.
        settings: What the user has set.
        backups: Every backup, the newest first.
    """

    items: list[Item]
    kept: list[Call]
    settings: PrivacySettings
    backups: list[Backup]


class Privacy:
    """Retention of one database. Any thread may call any method; every one may block.

    Args:
        store: Open; the caller closes it.
        home: Folder of settings and logs; None is the user's own.
        now: The wall clock, unless a test gives another.

    Raises:
        StoreError: From any method, when the database or the disk refuses.
    """

    def __init__(
        self,
        store: Store,
        home: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._home = home or paths.data_dir()
        self._now = now
        self._is_live = partial(is_live, store.path)
        self._cleaning = threading.Lock()

    def settings(self) -> PrivacySettings:
        """What the user has set."""
        return settings.load(self._settings_file)[0].privacy

    def save_rule(self, option: Option, value: Value) -> None:
        """Save one setting; the others stay as the file has them. Days hold for new calls.

        Raises:
            LiveConvoError: The settings cannot be saved, or what is there cannot be read.
        """
        settings.change(partial(option.write, value=value), self._settings_file)

    def apply_to_all(self) -> None:
        """The days of transcripts that are set hold for the calls that are here, too.

        Raises:
            LiveConvoError: The settings cannot be read: the default may be less than is wanted.
        """
        mine, wrong = settings.load(self._settings_file)
        if wrong is not None:
            raise wrong
        set_days(self._store, mine.privacy.transcript_days)

    def preview(self) -> list[Item]:
        """Everything that has a deadline, the earliest first. Changes nothing."""
        return plan(self._holdings(), self.settings())

    def overview(self) -> Overview:
        """The preview and what stands around it. Changes nothing."""
        held, rules = self._holdings(), self.settings()
        kept = [call for call in held.calls if call.kept]
        return Overview(plan(held, rules), kept, rules, held.backups)

    def run(self, progress: Progress = lambda done, total: None) -> Cleaning:
        """Delete what is due, finish what a kill interrupted, make the weekly backup.

        For the start of the app and once a day. While a call runs nothing is done: a call must
        never wait for a cleaning. Nor while the settings cannot be read: what the user wants kept
        longer than by default would go.
        """
        mine, wrong = settings.load(self._settings_file)
        if wrong is not None:
            return Cleaning(postponed=f"Nothing was deleted. {wrong.message}")
        if any(self._is_live(one.id) for one in self._store.unfinished()):
            return Cleaning(postponed="A call is running; the cleaning is done after it.")
        if not self._cleaning.acquire(blocking=False):
            return Cleaning(postponed="A cleaning is under way.")
        try:
            return self._clean(mine.privacy, progress)
        finally:
            self._cleaning.release()

    def keep(self, session_id: str, on: bool = True) -> None:
        """Say "keep this one": nothing of the session is deleted by itself. Or take it back."""
        keep(self._store, session_id, self._now() if on else None)

    def kept(self) -> set[str]:
        """Ids of the sessions that are kept."""
        return {call.id for call in self.overview().kept}

    def delete_for_good(self, session_id: str) -> list[Kept]:
        """Delete a session now, from the backups too, and rewrite the file.

        Returns:
            What could not be removed now; the next cleaning tries again.

        Raises:
            StoreError: There is no such session, or it runs now.
        """
        if self._is_live(session_id):
            raise StoreError("This call is running now.", "End it first.", "store")
        found = [call for call in self._holdings().calls if call.id == session_id]
        if not found:
            raise StoreError(f"There is no session {session_id}.", "It may be gone.", "store")
        item = Item(
            "session", session_id, found[0].title, self._now(), "You asked.", found[0].audio
        )
        purge(self._store, item, self._now())
        ask_for_vacuum(self._store)
        return settle(self._store)

    @property
    def _settings_file(self) -> Path:
        return self._home / "settings.json"

    def _holdings(self) -> Holdings:
        return read_holdings(self._store, self._is_live, log_parts(self._home))

    def _clean(self, rules: PrivacySettings, progress: Progress) -> Cleaning:
        now = self._now()
        settle(self._store)
        held = self._holdings()
        note_summaries(
            self._store, {c.id: c.summarised_at for c in held.calls if c.summarised_at is not None}
        )
        wanted = due(plan(held, rules), now)
        gone: list[Item] = []
        kept: list[Kept] = []
        for done, item in enumerate(wanted):
            progress(done, len(wanted))
            try:
                if item.what != "backup" and self._delete(item, rules, now):
                    gone.append(item)
            except (LiveConvoError, OSError) as error:
                kept.append(Kept(item.title, str(error)))
        kept += settle(self._store)
        made = backups.weekly(self._store.path, rules, now)
        aged, left = self._rotate(rules, now)
        progress(len(wanted), len(wanted))
        return Cleaning(gone + aged, kept + left, backup=made)

    def _delete(self, item: Item, rules: PrivacySettings, now: datetime) -> bool:
        if item.what == "log":
            before = now - timedelta(days=rules.log_days)
            if item.path is None:
                purge_log_rows(self._store, before)
            else:
                trim(item.path, before)
            return True
        return purge(
            self._store,
            item,
            now,
            still_due=lambda connection: still_due(
                connection, self._store.path, item, rules, now, self._is_live
            ),
        )

    def _rotate(self, rules: PrivacySettings, now: datetime) -> tuple[list[Item], list[Kept]]:
        """Backups last: the new one is there before an old one goes."""
        gone: list[Item] = []
        kept: list[Kept] = []
        for item in due(plan(Holdings(backups=backups.listed(self._store.path)), rules), now):
            try:
                assert item.path is not None
                remove(item.path)
                gone.append(item)
            except OSError as error:
                kept.append(Kept(item.title, error.strerror or str(error)))
        return gone, kept
