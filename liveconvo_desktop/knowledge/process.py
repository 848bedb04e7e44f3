"""Reading a document in a process of its own, within limits of time, memory and output."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import psutil

from liveconvo_desktop.knowledge import worker
from liveconvo_desktop.knowledge.base import MB, DocumentError, Extract
from liveconvo_desktop.knowledge.chunk import Span
from liveconvo_desktop.knowledge.search import Vectors
from liveconvo_desktop.language.embed import DIMENSIONS
from liveconvo_desktop.settings import DocumentSettings

_LOOK = 0.1
"""Seconds between two looks at the process."""
_AMPLE = 32
"""Times the limit that a second reading may reserve: no honest wish is refused."""
_CLOSE_LOOK = 0.01
# On Windows: no console, and after the call in the order of work. Elsewhere 0.
_WINDOWS_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
)
_CRASH_HINT = "Open it in its own program; if that works, save it under a new name and add that."


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the text is read, 0..1."""

    share: float


@dataclass(frozen=True, slots=True)
class Text:
    """The text is read, with the pieces that it will be found by."""

    extract: Extract
    spans: list[Span]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of the pieces from ``first`` on."""

    first: int
    vectors: Vectors
    model: str


class Cancelled(Exception):  # noqa: N818
    """The user, or the end of the program, stopped the reading."""


class Reading:
    """One document being read. ``events`` runs on one thread; ``cancel`` may come from any.

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
        self._second: Reading | None = None
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
            if self._second is not None:
                self._second.cancel()

    def events(self) -> Iterator[Share | Text | Embedded]:
        """What comes, in this order: shares, one text, vectors until every piece has one.

        Raises:
            DocumentError: It cannot be read, or only at the price of more than the limits.
            Cancelled: ``cancel`` was called.
        """
        process = self._start()
        watch = threading.Thread(target=self._watch, args=(process,), name="document-watch")
        watch.start()
        try:
            done = False
            for line in self._lines(process):
                event = _decode(line)
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
        if by and self._reserve < _AMPLE:
            return self._look_again()
        return DocumentError("It is damaged: the program that reads it crashed.", _CRASH_HINT)

    def _look_again(self) -> Exception:
        """Why a native library crashed: for want of memory, or because of what is in the file.

        One that gets no more memory crashes like one that stumbles. So it is read once more, with
        so much to reserve that none is refused, and watched closely: if it wants more than the
        limit it is stopped for that, and if it crashes all the same, the file is the reason.
        """
        with self._lock:
            if self._cancelled:
                return Cancelled()
            second = self._second = Reading(
                self._path, self._kind, self._limits, reserve=_AMPLE, look=_CLOSE_LOOK
            )
        try:
            for _ in second.events():
                pass
        except (DocumentError, Cancelled) as error:
            return error
        finally:
            self.peak_mb = max(self.peak_mb, second.peak_mb)
        return DocumentError(**worker.out_of_memory(self._limits))


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


def _decode(line: bytes) -> Share | Text | Embedded | None:
    """An event, or None for the last one; a worker that was taken over is not believed."""
    try:
        told: dict[str, Any] = json.loads(line)
        match told["event"]:
            case "progress":
                return Share(min(1.0, max(0.0, float(told["share"]))))
            case "text":
                return _text(told)
            case "vectors":
                data = np.frombuffer(base64.b64decode(told["data"]), "<f4")
                vectors = data.reshape(-1, DIMENSIONS).astype(np.float32)
                return Embedded(int(told["first"]), vectors, str(told["model"]))
            case "done":
                return None
            case "failed":
                raise DocumentError(str(told["message"]), str(told["hint"]))
    except (ValueError, KeyError, TypeError):
        pass
    raise DocumentError("It is damaged: the program that reads it lost its way.", _CRASH_HINT)


def _text(told: dict[str, Any]) -> Text:
    confidence = told["confidence"]
    extract = Extract(
        str(told["text"]),
        None if told["pages"] is None else int(told["pages"]),
        None if confidence is None else float(confidence),
        str(told["note"]),
    )
    return Text(extract, [Span(int(a), int(b), page) for a, b, page in told["spans"]])


def _too_slow(seconds: float) -> DocumentError:
    return DocumentError(
        f"Reading it takes longer than {seconds:g} s.",
        "Save the part that matters as a document of its own, and add that.",
    )
