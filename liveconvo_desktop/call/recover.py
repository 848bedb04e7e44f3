"""Finish the transcript of a session that a crash cut off, from its recording."""

from __future__ import annotations

from dataclasses import replace

from liveconvo_desktop.audio.recorder import repair
from liveconvo_desktop.audio.replay import FileReplay
from liveconvo_desktop.audio.source import Source
from liveconvo_desktop.call.live import Call
from liveconvo_desktop.call.liveness import mark_live
from liveconvo_desktop.call.saver import Saver
from liveconvo_desktop.call.start import assemble, usable_transcriber
from liveconvo_desktop.errors import AudioError, StoreError
from liveconvo_desktop.events import CHANNELS, AudioBlock, Channel, Fault, Sink
from liveconvo_desktop.store import Store


class Remaining:
    """A source that is silent where the transcript is complete already.

    Silence costs nothing to read, and keeps one clock for the whole session.

    Args:
        source: The session's recording.
        until: Audio time up to which each channel has been read.
    """

    def __init__(self, source: Source, until: dict[Channel, float]) -> None:
        self._source = source
        self._until = until

    @property
    def names(self) -> dict[Channel, str]:
        """See ``Source``."""
        return self._source.names

    @property
    def dropped(self) -> int:
        """See ``Source``."""
        return self._source.dropped

    @property
    def epoch(self) -> float:
        """See ``Source``."""
        return self._source.epoch

    @property
    def ended(self) -> bool:
        """See ``Source``."""
        return self._source.ended

    def start(self) -> None:
        """See ``Source``."""
        self._source.start()

    def read(self, timeout: float) -> list[AudioBlock]:
        """See ``Source``."""
        return [self._blanked(block) for block in self._source.read(timeout)]

    def faults(self) -> list[Fault]:
        """See ``Source``."""
        return self._source.faults()

    def stop(self) -> None:
        """See ``Source``."""
        self._source.stop()

    def _blanked(self, block: AudioBlock) -> AudioBlock:
        known = round((self._until[block.channel] - block.t0) * block.rate)
        if known <= 0:
            return block
        samples = block.samples.copy()
        samples[:known] = 0.0
        return replace(block, samples=samples)


def recover(session_id: str, store: Store, show: Sink, model: str = "tiny.en") -> Call:
    """Start reading what the recording holds beyond the saved lines; as fast as possible.

    ``build_recovery`` then ``Call.begin``.

    The session is completed when all is read; ``Call.stop`` cancels and leaves it for later.

    Raises:
        StoreError: There is no such session.
        AudioError: Its recording cannot be read.
        ModelError: No speech model works.
    """
    call = build_recovery(session_id, store, show, model)
    call.begin()
    return call


def build_recovery(session_id: str, store: Store, show: Sink, model: str = "tiny.en") -> Call:
    """As ``recover``, but the threads wait for ``Call.begin``."""
    row = store.session(session_id)
    if row is None:
        raise StoreError(
            f"There is no session {session_id}.", "`liveconvo sessions` lists them.", "store"
        )
    path = store.recording(session_id)
    if path is None or not path.is_file():
        raise AudioError(
            "This session has no recording, so its transcript cannot be continued.",
            "Open it as it is; every line that was shown is kept.",
            "audio.recorder",
        )
    repair(path)
    transcriber, faults = usable_transcriber(model)
    until: dict[Channel, float] = dict.fromkeys(CHANNELS, 0.0)
    for segment in store.transcript(session_id, partials=True):
        if segment.final:
            until[segment.channel] = max(until[segment.channel], segment.t1)
        else:
            # Its words are read again from the recording, under a new id.
            store.save(replace(segment, text="", final=True))
    source = Remaining(FileReplay(stereo=path, pace="fast"), until)
    source.start()
    mark_live(store.path, session_id)
    call = assemble(
        session=row.session,
        source=source,
        recorder=None,
        transcriber=transcriber,
        engine=None,
        saver=Saver(store, show),
        lockstep=True,
        recovering=True,
    )
    call.opening_faults = faults
    return call
