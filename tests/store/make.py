"""Makers of valid events."""

from __future__ import annotations

from datetime import UTC, datetime

from liveconvo_desktop.events import Chip, Evidence, Segment, Session, new_id

STARTED = datetime(2025, 1, 27, 9, 30, tzinfo=UTC)


def make_session(**changes) -> Session:
    values = {
        "id": new_id(),
        "title": "Call with Acme",
        "conversation_type": "sales_call",
        "template_id": None,
        "started_at": STARTED,
    }
    return Session(**(values | changes))


def make_segment(session_id: str, **changes) -> Segment:
    values = {
        "id": new_id(),
        "session_id": session_id,
        "channel": "speaker",
        "speaker": "other",
        "t0": 1.25,
        "t1": 3.5,
        "text": "what does it cost",
        "confidence": 0.87,
        "provider": "whisper:tiny.en",
        "final": True,
    }
    return Segment(**(values | changes))


def make_chip(session_id: str, **changes) -> Chip:
    values = {
        "id": new_id(),
        "session_id": session_id,
        "kind": "ask",
        "cue": "objection_price",
        "text": "Ask what it is compared with",
        "detail": "They may have another offer.",
        "t": 3.6,
        "priority": 1,
        "expires": 23.6,
        "evidence": (Evidence(None, "what does it cost"),),
        "template_id": None,
        "model": "rules",
        "ms": 4,
    }
    return Chip(**(values | changes))
