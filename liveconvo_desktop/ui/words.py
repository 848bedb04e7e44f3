"""Times, names and reasons as a person says them; those of documents are ``export.saying``'s."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from liveconvo_desktop.events import ConversationType, Feedback
from liveconvo_desktop.export import saying
from liveconvo_desktop.language.saying import clock as clock
from liveconvo_desktop.language.saying import duration as length

CONVERSATIONS: Mapping[ConversationType, str] = saying.KINDS

PURPOSES: dict[ConversationType, str] = {
    "sales_call": "Objections, prices and a clear next step",
    "interview": "Follow-ups, gaps and fair questions",
    "meeting": "Decisions, owners and open questions",
    "consultation": "Needs, advice and what was promised",
}

FEEDBACK: Mapping[Feedback, str] = {
    "helpful": "Helpful",
    "irrelevant": "Not relevant",
    "too_late": "Too late",
}


def duration(seconds: float | None) -> str:
    """``45 s``, ``12 min`` or ``1 h 4 min``; empty when unknown."""
    return "" if seconds is None else length(seconds)


def when(moment: datetime, now: datetime) -> str:
    """``Today 14:02``, ``Yesterday 9:30``, ``Tue 9:30`` or ``3 Mar 2026``, in ``now``'s zone."""
    local = moment.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    time = f"{local:%H:%M}"
    if days == 0:
        return f"Today {time}"
    if days == 1:
        return f"Yesterday {time}"
    if 1 < days < 7:
        return f"{local:%a} {time}"
    return f"{local.day} {local:%b %Y}"


def until(moment: datetime, now: datetime) -> str:
    """``Now``, ``In 5 hours``, ``Tomorrow 9:30``, ``In 12 days`` or ``3 Mar 2026``."""
    local = moment.astimezone(now.tzinfo)
    if local <= now:
        return "Now"
    hours = (local - now).total_seconds() / 3600
    if hours < 1:
        return "Within an hour"
    if hours < 12:
        return "In one hour" if hours < 1.5 else f"In {round(hours)} hours"
    days = (local.date() - now.date()).days
    if days <= 1:
        return f"{'Tomorrow' if days else 'Today'} {local:%H:%M}"
    return f"In {days} days" if days <= 60 else f"{local.day} {local:%b %Y}"


def size(count: int) -> str:
    """``340 kB``, ``12.5 MB`` or ``3.1 GB``."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB" if count else ""
    return f"{count / 1e6:.1f} MB" if count < 1_000_000_000 else f"{count / 1e9:.1f} GB"


def divided(ratio: float, width: float, least: float) -> float:
    """Where a bar of talk is divided: a side that spoke at all has its piece, the other none."""
    return width * ratio if ratio in (0.0, 1.0) else max(least, min(width - least, width * ratio))


def share(ratio: float | None) -> str:
    """``43 %``; a dash before anybody spoke."""
    return "–" if ratio is None else f"{round(ratio * 100)} %"
