"""One live call: its threads, its plan, its recovery. No Qt."""

from liveconvo_desktop.call.live import Call
from liveconvo_desktop.call.liveness import interrupted
from liveconvo_desktop.call.plan import CallPlan, CallStatus
from liveconvo_desktop.call.recover import build_recovery, recover
from liveconvo_desktop.call.start import build_call, load_transcriber, start_call

__all__ = [
    "Call",
    "CallPlan",
    "CallStatus",
    "build_call",
    "build_recovery",
    "interrupted",
    "load_transcriber",
    "recover",
    "start_call",
]
