"""Build a call from its plan and start it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from liveconvo_desktop import settings
from liveconvo_desktop.audio.capture import LiveCapture
from liveconvo_desktop.audio.recorder import Recorder
from liveconvo_desktop.audio.replay import FileReplay
from liveconvo_desktop.audio.source import Source
from liveconvo_desktop.call.advise import Adviser
from liveconvo_desktop.call.desk import Desk
from liveconvo_desktop.call.judging import trained_judge
from liveconvo_desktop.call.listen import BlockWriter, Listener
from liveconvo_desktop.call.live import Call, Parts, Recovery, monotonic_since
from liveconvo_desktop.call.liveness import mark_live
from liveconvo_desktop.call.plan import CallPlan
from liveconvo_desktop.call.playbooks import find_playbook, seed_playbooks
from liveconvo_desktop.call.read import Reader
from liveconvo_desktop.call.saver import Saver
from liveconvo_desktop.errors import AudioError, ModelError
from liveconvo_desktop.events import (
    CHANNELS,
    SAMPLE_RATE,
    AudioBlock,
    Channel,
    Event,
    Fault,
    Session,
    Sink,
    new_id,
)
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.paths import recordings_dir
from liveconvo_desktop.speech.duplicates import DuplicateGuard
from liveconvo_desktop.speech.segmenter import Segmenter
from liveconvo_desktop.speech.vad import SileroDetector, load_session
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.documents import DocumentRows
from liveconvo_desktop.store.retention_rows import set_days
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
        LiveConvoError: The call cannot start at all (no audio, an unknown playbook). A missing
            model or recording, or a database that refuses, only makes a Fault.
    """
    call = build_call(plan, store, show)
    call.begin()
    return call


def build_call(plan: CallPlan, store: Store, show: Sink) -> Call:
    """As ``start_call``, but the threads wait for ``Call.begin``."""
    saver = Saver(store, show)
    saver.write(seed_playbooks)
    playbook, template_id = find_playbook(store, plan.playbook)
    transcriber, faults = usable_transcriber(plan.model, plan.engine_window)
    source = open_source(plan)
    source.start()
    recorder = None
    try:
        session = Session(
            id=new_id(),
            title=plan.title or _title(playbook.title),
            conversation_type=plan.conversation_type or playbook.conversation_type,
            template_id=template_id,
            started_at=datetime.now(UTC),
        )
        days = settings.load()[0].privacy.transcript_days
        saver.write(lambda store: store.save(session))
        saver.write(lambda store: _prepare(store, session.id, days))
        faults += _claim(store, session.id)
        recorder = _recorder(plan, store.path, session.id, saver, faults)
        return assemble(
            session=session,
            source=source,
            recorder=recorder,
            transcriber=transcriber,
            engine=Engine(playbook, session.id, judge=trained_judge()),
            saver=saver,
            lockstep=plan.pace == "fast" and bool(plan.files),
            faults=faults,
        )
    except BaseException:
        source.stop()
        if recorder:
            recorder.close()
        raise


def assemble(
    *,
    session: Session,
    source: Source,
    recorder: BlockWriter | None,
    transcriber: Transcriber | None,
    engine: Engine | None,
    saver: Saver,
    lockstep: bool,
    faults: Sequence[Fault] = (),
    guard: DuplicateGuard | None = None,
    unheard: Callable[[AudioBlock], AudioBlock] = lambda block: block,
    recovery: Recovery | None = None,
) -> Call:
    """Connect the parts of a call around its sink; ``faults`` are told when it begins."""
    holder: list[Call] = []

    def emit(event: Event) -> None:
        holder[0].emit(event)

    desk = Desk(monotonic_since(source))
    segmenters, broken = _segmenters()
    reader = Reader(session.id, transcriber, desk, emit, guard) if transcriber else None
    listener = Listener(
        session.id,
        source,
        recorder,
        segmenters,
        desk,
        emit,
        lockstep=lockstep,
        on_start=lambda at: holder[0].started(at),
        unheard=unheard,
    )
    if not segmenters:
        reader = None
    adviser = Adviser(engine, emit, lambda: listener.clock) if engine else None
    model = transcriber.model if transcriber and reader else NO_MODEL
    parts = Parts(session, source, listener, desk, reader, adviser, saver, model, recovery)
    call = Call(parts)
    call.opening_faults = [*faults, *broken]
    holder.append(call)
    return call


def _segmenters() -> tuple[dict[Channel, Segmenter], list[Fault]]:
    """One a channel; none, and why, where voice detection cannot be loaded."""
    try:
        vad = load_session()
    except ModelError as error:
        return {}, [error.fault()]
    return {channel: Segmenter(channel, SileroDetector(vad)) for channel in CHANNELS}, []


def _claim(store: Store, session_id: str) -> list[Fault]:
    try:
        mark_live(store.path, session_id)
    except OSError as error:
        return [
            Fault(
                "store",
                f"The folder beside the database cannot be written ({error}).",
                "Free space or its permissions; do not recover this call while it runs.",
                session_id=session_id,
            )
        ]
    return []


def usable_transcriber(
    name: str, min_window: int = 10
) -> tuple[WhisperTranscriber | None, list[Fault]]:
    """The model asked for, else the bundled one, else none: a call is recorded in any case."""
    faults: list[Fault] = []
    for candidate in dict.fromkeys((name, BUNDLED)):
        try:
            transcriber = load_transcriber(candidate, min_window)
        except ModelError as error:
            faults.append(error.fault())
        else:
            used = f" {candidate!r} is used meanwhile."
            return transcriber, [replace(f, message=f.message + used) for f in faults]
    return None, faults


def open_source(plan: CallPlan) -> Source:
    """The files or devices of the plan, not started.

    Raises:
        AudioError: A file cannot be read.
    """
    if plan.files:
        files = dict(plan.files)
        return FileReplay(files.get("stereo"), files.get("mic"), files.get("speaker"), plan.pace)
    return LiveCapture(plan.mic_device, plan.speaker_device)


def _prepare(store: Store, session_id: str, days: int) -> None:
    """How long the words are kept, and the template's documents, which become the session's."""
    set_days(store, days, session_id)
    DocumentRows(store).attach_template(session_id)


def _recorder(
    plan: CallPlan, database: Path, session_id: str, saver: Saver, faults: list[Fault]
) -> Recorder | None:
    if not plan.record:
        return None
    try:
        path = recordings_dir(database) / f"{session_id}.flac"
        recorder = Recorder(path)
    except (AudioError, OSError) as error:
        reason = error.message if isinstance(error, AudioError) else str(error)
        faults.append(
            Fault(
                "audio.recorder",
                f"This call is not being recorded: {reason}",
                "Free space or choose another folder; the live transcript goes on.",
                session_id=session_id,
            )
        )
        return None
    saver.write(lambda store: store.set_recording(session_id, path))
    return recorder


def _title(kind: str) -> str:
    now = datetime.now().astimezone()
    return f"{kind}, {now.day} {now:%b %Y %H:%M}"
