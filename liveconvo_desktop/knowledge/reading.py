"""Reading a document: an attempt, and a second one where the first crashed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from liveconvo_desktop.knowledge.answers import Embedded, Share, Text
from liveconvo_desktop.knowledge.process import Attempt, Cancelled, CrashedError
from liveconvo_desktop.settings import DocumentSettings

AMPLE = 32
"""Times the limit that a second attempt may reserve: no honest wish is refused."""
_CLOSE_LOOK = 0.01


class Reading:
    """One document being read. ``events`` runs on one thread; ``cancel`` may come from any.

    Attributes:
        peak_mb: Most memory that its processes were seen to use.
    """

    def __init__(self, path: Path, kind: str, limits: DocumentSettings) -> None:
        self._path, self._kind, self._limits = path, kind, limits
        self._lock = threading.Lock()
        self._cancelled = False
        self._attempt: Attempt | None = None
        self.peak_mb = 0.0

    def cancel(self) -> None:
        """End it; ``events`` then raises ``Cancelled``."""
        with self._lock:
            self._cancelled = True
            if self._attempt is not None:
                self._attempt.cancel()

    def events(self) -> Iterator[Share | Text | Embedded]:
        """What comes, in this order: shares, the text, vectors until every piece has one.

        A native library that gets no more memory crashes like one that stumbles over damage. So
        what crashed is read once more, with so much to reserve that nothing is refused, and
        watched closely: it is read to its end, or stopped for wanting more than the limit, or it
        crashes all the same, and the file is the reason. All its events come anew then: a second
        text takes the place of the first, and so do its vectors.

        Raises:
            DocumentError: It cannot be read, or only at the price of more than the limits.
            Cancelled: ``cancel`` was called.
        """
        whole = (self._path, self._kind, self._limits)
        with contextlib.suppress(CrashedError):
            yield from self._follow(Attempt(*whole))
            return
        yield from self._follow(Attempt(*whole, reserve=AMPLE, look=_CLOSE_LOOK))

    def _follow(self, attempt: Attempt) -> Iterator[Share | Text | Embedded]:
        with self._lock:
            if self._cancelled:
                raise Cancelled
            self._attempt = attempt
        try:
            yield from attempt.events()
        finally:
            self.peak_mb = max(self.peak_mb, attempt.peak_mb)
