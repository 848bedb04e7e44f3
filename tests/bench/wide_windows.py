"""The `liveconvo` command with 30 s encoder windows: the reference for what short ones save."""

from __future__ import annotations

from functools import partialmethod

from liveconvo_desktop import cli
from liveconvo_desktop.stt.whisper import FULL_WINDOW, WhisperTranscriber

WhisperTranscriber.__init__ = partialmethod(  # type: ignore[method-assign]
    WhisperTranscriber.__init__, min_window=FULL_WINDOW
)

if __name__ == "__main__":
    cli.main()
