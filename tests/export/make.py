"""A small conversation that has something of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from liveconvo_desktop.events import Chip, Evidence, Gap, Segment, Session
from liveconvo_desktop.export import ActionItem, Conversation, Figures, Mark, Options, Summary
from tests.export.kept import KEPT, row_id

ID = "5f0c7e9a-2f5b-4c7e-9d3a-0b1c2d3e4f50"
STARTED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BERLIN = timezone(timedelta(hours=1))


def line(number: int, speaker: str, t0: float, t1: float, text: str) -> Segment:
    channel = "mic" if speaker == "user" else "speaker"
    return Segment(row_id(number), ID, channel, speaker, t0, t1, text, 0.91, "whisper", final=True)


LINES = (
    line(1, "user", 0.5, 3.25, "Thanks for making the time, Dana. How did the pilot go?"),
    line(2, "other", 3.9, 8.1, "Better than I expected: onboarding took two days, not a week."),
    line(3, "other", 8.4, 11.0, "The price still has to come down a bit, though."),
    line(4, "user", 65.0, 70.5, "I will send you a revised offer by Friday."),
)
CHIP = Chip(
    row_id(20), ID, "suggest", "objection_price", "Anchor on the two days saved",
    "Ask what a week of onboarding costs them.", 11.2, 1, 31.2,
    (Evidence(row_id(3), "The price still has to come down"),), None, "rules", 4,
)  # fmt: skip
SUMMARY = Summary(
    title="Northwind renewal",
    tldr="The pilot went well. Northwind renews if the price comes down.",
    decisions=("Renew for twelve months from January",),
    actions=(
        ActionItem("Send the revised offer", "user", "2026-11-27", False, (row_id(4),)),
        ActionItem("Ask finance for the budget code", "other", "", True),
    ),
    questions=("Who signs the data processing agreement?",),
    notes="## Pilot\n\n- It took **two days**\n- Lyon keeps its *own* notes\n\nAll in all good.",
    model="offline",
)


def conversation(**changes) -> Conversation:
    session = Session(
        ID,
        "Northwind renewal",
        "sales_call",
        None,
        STARTED,
        STARTED + timedelta(seconds=72),
        "completed",
    )
    whole = Conversation(
        session=session,
        seconds=72.0,
        lines=LINES,
        marks=(Mark(CHIP, displayed=True, clicked=True, feedback="helpful"),),
        gaps=(Gap(ID, "speaker", 41.0, 45.0, "device"),),
        names={"user": "Jo Keller", "other": "Dana Whitfield"},
        summary=SUMMARY,
        figures=Figures(36, 8, 2),
        kept=KEPT,
    )
    return replace(whole, **changes)


OPTIONS = Options(zone=BERLIN)
