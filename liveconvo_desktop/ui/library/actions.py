"""What is done to calls from the library, and undone: each in the background, one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from liveconvo_desktop.call.liveness import is_live
from liveconvo_desktop.review.documents import Added, Documents
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.documents import Document, Owner
from liveconvo_desktop.store.library import Library, Person
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain

Change = Callable[[Sequence[str]], list[str]]
Done = tuple[str, Callable[[], object] | None]


class LibraryActions(QObject):
    """Changes calls through the bridge's write lane.

    Attributes:
        done: Something was changed: what, and whether it can be undone.
        failed: It was not: what happened and what to do.
        changed: The calls differ from what is shown.
    """

    done = Signal(str, bool)
    failed = Signal(str)
    changed = Signal()

    def __init__(self, store: Store, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._bridge = store, bridge
        self._library = Library(store)
        self._undo: Callable[[], object] | None = None

    def archive(self, ids: Sequence[str]) -> None:
        """Put finished calls out of the way."""
        self._move(self._library.archive, self._library.unarchive, "archived", ids)

    def unarchive(self, ids: Sequence[str]) -> None:
        """Bring archived calls back."""
        self._move(self._library.unarchive, self._library.archive, "back in the library", ids)

    def delete(self, ids: Sequence[str]) -> None:
        """Hide calls; one that is under way is left."""
        self._move(self._delete, self._library.restore, "deleted", ids)

    def restore(self, ids: Sequence[str]) -> None:
        """Bring deleted calls back."""
        self._move(self._library.restore, self._delete, "restored", ids)

    @Slot(str, str, str)
    def rename(self, session_id: str, title: str, before: str) -> None:
        """Give a call another title; ``before`` is what an undo brings back."""

        def work() -> Done:
            self._library.rename(session_id, title)
            back = partial(self._library.rename, session_id, before) if before else None
            return f"Renamed to “{title}”", back

        self._run(work)

    def set_tags(self, ids: Sequence[str], wanted: Sequence[str], shown: Sequence[str]) -> None:
        """Tags as they were typed in place of those that were shown."""
        add, remove = [t for t in wanted if t not in shown], [t for t in shown if t not in wanted]

        def work() -> Done:
            self._library.tag(ids, add, remove)
            back = partial(self._library.tag, ids, remove, add)
            return "Tags saved", back

        self._run(work)

    def set_people(
        self, session_id: str, people: Sequence[Person], before: Sequence[Person]
    ) -> None:
        """Who was on a call."""

        def work() -> Done:
            self._library.set_people(session_id, people)
            return "People saved", partial(self._library.set_people, session_id, before)

        self._run(work)

    def add_files(
        self, documents: Documents, session_id: str, title: str, files: Sequence[Path]
    ) -> None:
        """Documents for a call."""

        def work() -> Done:
            added = documents.add(Owner("session", session_id), list(files))
            new = [one.document for one in added if one.document is not None and not one.known]
            return _added(added, len(new), title), partial(_remove, documents, new) if new else None

        self._run(work)

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        back, self._undo = self._undo, None
        if back is not None:
            self._run(partial(_undone, back))

    def _delete(self, ids: Sequence[str]) -> list[str]:
        return self._library.delete(ids, [one for one in ids if is_live(self._store.path, one)])

    def _move(self, change: Change, back: Change, name: str, ids: Sequence[str]) -> None:
        if ids:
            self._run(partial(_moved, change, back, name, list(ids)))

    def _run(self, work: Callable[[], Done]) -> None:
        self._bridge.run(work, self._did, self._failed, "write")

    def _did(self, done: Done) -> None:
        text, self._undo = done
        self.done.emit(text, self._undo is not None)
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        fault = explain(error, "The call was not changed")
        self.failed.emit(f"{fault.message} {fault.hint}")
        self.changed.emit()


def _moved(change: Change, back: Change, name: str, ids: list[str]) -> Done:
    """Change the calls; say how many, and why the rest were not."""
    changed = change(ids)
    left = len(ids) - len(changed)
    text = f"{calls(len(changed))} {name}"
    if left:
        text += f"; {calls(left)} left as {'it is' if left == 1 else 'they are'}"
        text += ": under way, unfinished or so already"
    return text, partial(back, changed) if changed else None


def _added(added: Sequence[Added], new: int, title: str) -> str:
    """What became of dropped files: ``2 documents added to “Northwind renewal”``."""
    parts = [f"{_documents(new)} added to “{title}”"] if new else []
    known = sum(one.known for one in added)
    if known:
        which = "this document" if known == 1 else f"{known} of them"
        parts.append(f"“{title}” has {which} already")
    parts += [one.error.message for one in added if one.error is not None][:2]
    return "; ".join(part.removesuffix(".") for part in parts)


def _remove(documents: Documents, added: Sequence[Document]) -> None:
    for one in added:
        documents.remove(one)


def _undone(back: Callable[[], object]) -> Done:
    back()
    return "Undone", None


def _documents(count: int) -> str:
    """``1 document``, ``3 documents``."""
    return "1 document" if count == 1 else f"{count} documents"


def calls(count: int) -> str:
    """``1 call``, ``1,234 calls``."""
    return "1 call" if count == 1 else f"{count:,} calls"
