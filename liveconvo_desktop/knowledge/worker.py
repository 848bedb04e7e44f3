"""The process that reads one document: it may crash, loop or eat memory without harm.

The request is one JSON line on standard input; standard output tells, a JSON line each, what comes:
``progress`` (share, 0..1), ``text`` (all of it, with its pieces), ``vectors`` (of some pieces),
``done``, or ``failed`` (message and hint). It limits itself where the system has limits; the parent
watches time and memory on every system. When standard input closes, the parent is gone: it ends.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import json
import os
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.knowledge.base import MB, DocumentError, Extract
from liveconvo_desktop.knowledge.chunk import Span, chunk
from liveconvo_desktop.knowledge.registry import extract
from liveconvo_desktop.settings import DocumentSettings

SWITCH = "--read-document"
"""First argument of the program when it is to be this process (a frozen build has no ``-m``)."""
RESERVE = 2
"""Times the limit of memory that may be reserved: libraries reserve more than they use."""
_BATCH = 2
"""Pieces embedded at a time: 8 are no faster on one core and take 150 MB more."""
_STEP = 0.01


def serve_if_asked() -> None:
    """Become the worker if the command line says so; entry points call it first of all."""
    if sys.argv[1:2] == [SWITCH]:
        sys.exit(main())


def main() -> int:
    """Serve one request; the exit status is 0 whenever the outcome was told."""
    out = _own_output()
    request = json.loads(sys.stdin.readline())
    limits = DocumentSettings.model_validate(request["limits"])
    _end_with_the_parent()
    _limit(limits, int(request.get("reserve", RESERVE)))
    try:
        _serve(Path(request["path"]), request["kind"], limits, out)
    except LiveConvoError as error:
        _tell(out, "failed", message=error.message, hint=error.hint)
    except MemoryError:
        _tell(out, "failed", **out_of_memory(limits))
    except OSError as error:
        # What a native library says when the limit of memory stops it.
        if error.errno == errno.ENOMEM:
            _tell(out, "failed", **out_of_memory(limits))
        else:
            why = error.strerror or str(error)
            _tell(out, "failed", message=f"The file cannot be read ({why}).", hint=_AGAIN)
    # The top of a process: whatever a hostile file brings up in a library ends as its failure.
    except Exception as error:  # noqa: BLE001
        kind = type(error).__name__
        if "allocate" in str(error):
            _tell(out, "failed", **out_of_memory(limits))
        else:
            _tell(out, "failed", message=f"It is damaged ({kind} while it was read).", hint=_RESAVE)
    return 0


_AGAIN = "Check the disk and its permissions, then retry."
_RESAVE = "Open it in its own program; if that works, save it under a new name and add that."


def out_of_memory(limits: DocumentSettings) -> dict[str, str]:
    """The words for a file that needs more memory than the limit."""
    return {
        "message": f"Reading it takes more than {limits.memory_mb:,} MB of memory.",
        "hint": "Save the part that matters as a document of its own, and add that.",
    }


def _serve(path: Path, kind: str, limits: DocumentSettings, out: TextIO) -> None:
    told = 0.0

    def progress(share: float) -> None:
        nonlocal told
        if share - told >= _STEP:
            told = share
            _tell(out, "progress", share=round(share, 3))

    found = extract(path, kind, limits, progress)
    spans = chunk(found.text, paged=found.pages is not None)
    _tell(out, "text", **asdict(found), spans=[(s.start, s.end, s.page) for s in spans])
    _embed(found, spans, out)
    _tell(out, "done")


def _embed(found: Extract, spans: list[Span], out: TextIO) -> None:
    # Loaded only now: a file that is refused needs none of it.
    from liveconvo_desktop.language.embed import MODEL, Embedder  # noqa: PLC0415

    embed = Embedder()
    for at in range(0, len(spans), _BATCH):
        texts = [found.text[s.start : s.end] for s in spans[at : at + _BATCH]]
        try:
            vectors = embed(texts)
        # onnxruntime raises its own classes, derived from Exception alone.
        except Exception as error:
            raise DocumentError(
                f"Its meaning cannot be indexed ({type(error).__name__}).",
                "It is found by its words; retry to have it found by meaning, too.",
            ) from error
        data = base64.b64encode(vectors.astype("<f4").tobytes()).decode("ascii")
        _tell(out, "vectors", first=at, model=MODEL, data=data)


def _tell(out: TextIO, event: str, **values: Any) -> None:
    out.write(json.dumps({"event": event, **values}, ensure_ascii=False) + "\n")
    out.flush()


def _own_output() -> TextIO:
    """Standard output for us alone: what libraries print must not stand between our lines."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return ours


def _end_with_the_parent() -> None:
    def watch() -> None:
        # Not sys.stdin, whose lock the interpreter would wait for at its end.
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _limit(limits: DocumentSettings, reserve: int = RESERVE) -> None:
    """What the system enforces by itself: POSIX only; elsewhere the parent's watch is all."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415

    # A call may be running: it goes first.
    with contextlib.suppress(OSError):
        os.nice(10)
    # Address space; the parent watches the use.
    memory = reserve * limits.memory_mb * MB
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS does not know all of them; the parent watches there, too.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main())
