"""One attempt to read a document, in a process of its own, within limits; see ``reading``."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil

from liveconvo_desktop.knowledge import worker
from liveconvo_desktop.knowledge.answers import CRASH_HINT, Embedded, Share, Text, decode
from liveconvo_desktop.knowledge.base import MB, DocumentError
from liveconvo_desktop.settings import DocumentSettings

_LOOK = 0.1
"""Seconds between two looks at the process."""
# On Windows: no console, and after the call in the order of work. Elsewhere 0.
_WINDOWS_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
)


class Cancelled(Exception):  # noqa: N818
    """The user, or the end of the program, stopped the reading."""


class CrashedError(DocumentError):
    """A native library ended the process: damage, or memory that it did not get."""


class Attempt:
    """One document being read once. ``events`` runs on one thread; ``cancel`` may come from any.

    Args:
        reserve: How many times the memory of the limits the process may reserve.
        look: Seconds between two looks at what it uses.

    Attributes:
        peak_mb: Most memory that the process was seen to use.
    """

    def __init__(
        self,
        path: Path,
        kind: str,
        limits: DocumentSettings,
        *,
        reserve: int = worker.RESERVE,
        look: float = _LOOK,
    ) -> None:
        self._path, self._kind, self._limits = path, kind, limits
        self._reserve, self._look = reserve, look
        self._talkative = False
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._cancelled = False
        self._killed: DocumentError | None = None
        self._ended = threading.Event()
        self._heard = 0.0
        self.peak_mb = 0.0

    def cancel(self) -> None:
        """End the process; ``events`` then raises ``Cancelled``."""
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()

    def events(self) -> Iterator[Share | Text | Embedded]:
        """What comes, in this order: shares, one text, vectors until every piece has one.

        Raises:
            CrashedError: The process was ended by what it ran into.
            DocumentError: It cannot be read, or only at the price of more than the limits.
            Cancelled: ``cancel`` was called.
        """
        process = self._start()
        watch = threading.Thread(target=self._watch, args=(process,), name="document-watch")
        watch.start()
        try:
            done = False
            for line in self._lines(process):
                event = decode(line)
                if event is None:
                    done = True
                    break
                yield event
        finally:
            if not self._ended.is_set():
                _end(process)
            self._ended.set()
            watch.join()
        if not done:
            raise self._why(process.returncode)

    def _start(self) -> subprocess.Popen[bytes]:
        request = {
            "path": str(self._path),
            "kind": self._kind,
            "limits": self._limits.model_dump(mode="json"),
            "reserve": self._reserve,
        }
        with self._lock:
            if self._cancelled:
                raise Cancelled
            try:
                process = subprocess.Popen(
                    command(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                    creationflags=_WINDOWS_FLAGS,
                )
            except OSError as error:
                raise DocumentError(
                    f"The process that reads documents cannot be started ({error.strerror}).",
                    "Close other programs, then retry.",
                ) from error
            self._process = process
        assert process.stdin
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            # It ended at once; its exit status says why.
            pass
        return process

    def _lines(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        """Whole lines, no more of them than an honest worker has to say."""
        assert process.stdout
        # The text, its pieces' places, and their vectors.
        most = 2_000_000 + self._limits.max_characters * 24
        self._heard = time.monotonic()
        while line := process.stdout.readline(most):
            self._heard = time.monotonic()
            most -= len(line)
            if most <= 0:
                self._talkative = True
                return
            if not line.endswith(b"\n"):
                return
            yield line

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Kill it when it takes too long or too much; the one guard on every system."""
        begun = time.monotonic()
        try:
            seen = psutil.Process(process.pid)
            while not self._ended.wait(self._look):
                self._killed = self._excess(seen, begun)
                if self._killed is not None:
                    process.kill()
                    return
        except psutil.Error:
            # It has ended.
            return

    def _excess(self, seen: psutil.Process, begun: float) -> DocumentError | None:
        limits, now = self._limits, time.monotonic()
        used = seen.memory_info().rss / MB
        cpu = sum(seen.cpu_times()[:2])
        self.peak_mb = max(self.peak_mb, used)
        if used > limits.memory_mb:
            return DocumentError(**worker.out_of_memory(limits))
        if cpu > limits.cpu_seconds or now - begun > limits.timeout_seconds:
            return _too_slow(min(limits.cpu_seconds, limits.timeout_seconds))
        if now - self._heard > limits.silent_seconds:
            return _too_slow(limits.silent_seconds)
        return None

    def _why(self, status: int | None) -> Exception:
        """The reason of a process that ended without a last word."""
        if self._cancelled:
            return Cancelled()
        if self._killed is not None:
            return self._killed
        # One that talked too much was ended by us.
        by = "" if self._talkative else _signal(status)
        if by == "SIGXCPU":
            return _too_slow(self._limits.cpu_seconds)
        if by == "SIGKILL":
            return DocumentError(
                "The system ended the program that reads it, most likely for want of memory.",
                "Close other programs, then retry.",
            )
        crash = "It is damaged: the program that reads it crashed."
        return CrashedError(crash, CRASH_HINT) if by else DocumentError(crash, CRASH_HINT)


def command() -> list[str]:
    """How this program is started as the worker; see ``worker.serve_if_asked``."""
    if getattr(sys, "frozen", False):
        return [sys.executable, worker.SWITCH]
    # -P: the folder that the user happens to be in is no place to import from.
    return [sys.executable, "-P", "-m", worker.__name__]


def _environment() -> dict[str, str]:
    here = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": here if not known else os.pathsep.join((here, known)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        # Each thread of a pool takes address space, and a call needs the other cores.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _signal(status: int | None) -> str:
    """The name of the signal that ended a process; empty where none did."""
    if status is None or status >= 0:
        return ""
    try:
        return signal.Signals(-status).name
    except ValueError:
        return "unknown"


def _end(process: subprocess.Popen[bytes]) -> None:
    streams: tuple[IO[bytes] | None, ...] = (process.stdin, process.stdout)
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in streams:
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _too_slow(seconds: float) -> DocumentError:
    return DocumentError(
        f"Reading it takes longer than {seconds:g} s.",
        "Save the part that matters as a document of its own, and add that.",
    )
