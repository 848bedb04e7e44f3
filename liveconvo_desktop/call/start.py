"""Build a call from its plan and start it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from liveconvo_desktop.audio.capture import LiveCapture
from liveconvo_desktop.audio.recorder import Recorder
from liveconvo_desktop.audio.replay import FileReplay
from liveconvo_desktop.audio.source import Source
from liveconvo_desktop.call.advise import Adviser
from liveconvo_desktop.call.desk import Desk
from liveconvo_desktop.call.listen import BlockWriter, Listener
from liveconvo_desktop.call.live import Call, Parts, monotonic_since
from liveconvo_desktop.call.liveness import mark_live
from liveconvo_desktop.call.plan import CallPlan
from liveconvo_desktop.call.playbooks import find_playbook, seed_playbooks
from liveconvo_desktop.call.read import Reader
from liveconvo_desktop.call.saver import Saver
from liveconvo_desktop.errors import AudioError, ModelError, StoreError
from liveconvo_desktop.events import (
    CHANNELS,
    SAMPLE_RATE,
    Channel,
    Event,
    Fault,
    Session,
    Sink,
    new_id,
)
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.paths import recordings_dir
from liveconvo_desktop.speech.segmenter import Segmenter
from liveconvo_desktop.speech.vad import SileroDetector, load_session
from liveconvo_desktop.store import Store
from liveconvo_desktop.stt.base import Transcriber
from liveconvo_desktop.stt.models import BUNDLED
from liveconvo_desktop.stt.whisper import WhisperTranscriber

NO_MODEL = "none (recording only)"


@functools.lru_cache(maxsize=2)
def load_transcriber(name: str, min_window: int = 10) -> WhisperTranscriber:
    """The model, kept for the next call; the first decode, which is slow, is done here.

    Raises:
        ModelError: See ``WhisperTranscriber``.
    """
    transcriber = WhisperTranscriber(name, min_window=min_window)
    transcriber.transcribe(np.zeros(SAMPLE_RATE, np.float32), "final")
    return transcriber


def start_call(plan: CallPlan, store: Store, show: Sink) -> Call:
    """Open the devices or files and start the call; ``build_call`` then ``Call.begin``.

    Args:
        plan: Where the sound comes from, and what to do with it.
        store: Where the session is kept.
        show: Called from the call's threads with every event, after it was saved.

    Raises:
        LiveConvoError: The call cannot start at all (no audio, an unknown playbook, the
            database refuses). A missing model or recording only makes a Fault.
    """
    call = build_call(plan, store, show)
    call.begin()
    return call


def build_call(plan: CallPlan, store: Store, show: Sink) -> Call:
    """As ``start_call``, but the threads wait for ``Call.begin``."""
    seed_playbooks(store)
    playbook, template_id = find_playbook(store, plan.playbook)
    transcriber, faults = usable_transcriber(plan.model, plan.engine_window)
    source = open_source(plan)
    source.start()
    try:
        session = Session(
            id=new_id(),
            title=plan.title or _title(playbook.title),
            conversation_type=plan.conversation_type or playbook.conversation_type,
            template_id=template_id,
            started_at=datetime.now(UTC),
        )
        store.save(session)
        recorder = _recorder(plan, store, session.id, faults)
        mark_live(store.path, session.id)
        call = assemble(
            session=session,
            source=source,
            recorder=recorder,
            transcriber=transcriber,
            engine=Engine(playbook, session.id),
            saver=Saver(store, show),
            lockstep=plan.pace == "fast" and bool(plan.files),
        )
    except BaseException:
        source.stop()
        raise
    call.opening_faults = faults
    return call


def assemble(
    *,
    session: Session,
    source: Source,
    recorder: BlockWriter | None,
    transcriber: Transcriber | None,
    engine: Engine | None,
    saver: Saver,
    lockstep: bool,
    recovering: bool = False,
) -> Call:
    """Connect the parts of a call around its sink."""
    holder: list[Call] = []

    def emit(event: Event) -> None:
        holder[0].emit(event)

    desk = Desk(monotonic_since(source))
    vad = load_session()
    segmenters: dict[Channel, Segmenter] = {
        channel: Segmenter(channel, SileroDetector(vad)) for channel in CHANNELS
    }
    listener = Listener(session.id, source, recorder, segmenters, desk, emit, lockstep=lockstep)
    reader = Reader(session.id, transcriber, desk, emit) if transcriber else None
    clock: Callable[[], float] = lambda: listener.clock  # noqa: E731
    adviser = Adviser(engine, emit, clock) if engine else None
    model = transcriber.model if transcriber else NO_MODEL
    parts = Parts(session, source, listener, desk, reader, adviser, saver, model, recovering)
    holder.append(Call(parts))
    return holder[0]


def usable_transcriber(
    name: str, min_window: int = 10
) -> tuple[WhisperTranscriber | None, list[Fault]]:
    """The model asked for, else the bundled one, else none: a call is recorded in any case."""
    faults: list[Fault] = []
    for candidate in dict.fromkeys((name, BUNDLED)):
        try:
            return load_transcriber(candidate, min_window), faults
        except ModelError as error:
            faults.append(error.fault())
    return None, faults


def open_source(plan: CallPlan) -> Source:
    """The files or devices of the plan, not started.

    Raises:
        AudioError: A file cannot be read.
    """
    if plan.files:
        files: dict[str, Path] = dict(plan.files)
        return FileReplay(**files, pace=plan.pace)
    return LiveCapture(plan.mic_device, plan.speaker_device)


def _recorder(
    plan: CallPlan, store: Store, session_id: str, faults: list[Fault]
) -> Recorder | None:
    if not plan.record:
        return None
    try:
        path = recordings_dir(store.path) / f"{session_id}.flac"
        recorder = Recorder(path)
        store.set_recording(session_id, path)
    except (AudioError, StoreError, OSError) as error:
        reason = error.message if isinstance(error, (AudioError, StoreError)) else str(error)
        faults.append(
            Fault(
                "audio.recorder",
                f"This call is not being recorded: {reason}",
                "Free space or choose another folder; the live transcript goes on.",
                session_id=session_id,
            )
        )
        return None
    return recorder


def _title(kind: str) -> str:
    now = datetime.now().astimezone()
    return f"{kind}, {now.day} {now:%b %Y %H:%M}"
