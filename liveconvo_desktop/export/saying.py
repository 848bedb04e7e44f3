"""Times, kinds and people in the words of a document; and text that no format chokes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from liveconvo_desktop.events import (
    SPEAKER_OF,
    Chip,
    ChipKind,
    ConversationType,
    Gap,
    Speaker,
)
from liveconvo_desktop.export.base import (
    ActionItem,
    Conversation,
    Options,
    Summary,
    local_start,
)
from liveconvo_desktop.language.saying import REASONS, duration, missing, side
from liveconvo_desktop.language.summaries import far_sides, for_the_user

KINDS: Mapping[ConversationType, str] = {
    "sales_call": "Sales call",
    "interview": "Interview",
    "meeting": "Meeting",
    "consultation": "Consultation",
}
CHIPS: Mapping[ChipKind, str] = {
    "ask": "Ask",
    "clarify": "Clarify",
    "avoid": "Avoid",
    "suggest": "Suggest",
    "warn": "Heads-up",
}
# Both sides, as the reader of an email sees them: before words, and where audio is missing.
_SEEN_BY_THEM: Mapping[Speaker, tuple[str, str]] = {
    "user": ("I: ", " of my side is missing"),
    "other": ("You: ", " of your side is missing"),
}
_FAR = ("Them", *far_sides())
_SIDE = " of (?:(?P<mine>your side)|the far side|the other side|the [a-z]+'s side) is missing"
_SAID = re.compile(rf"(?<!\S)(?:(?P<me>You)|{'|'.join(_FAR)}): |{_SIDE}")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# XML 1.0 allows none of these, and they mean nothing in any text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"\r\n|[\r\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Without control characters and half surrogates; every kind of line break is a line feed."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """``clean`` and on one line."""
    return " ".join(clean(text).split())


def day(when: date) -> str:
    """``Monday, 27 January 2025``; English whatever the system speaks, like all the words here."""
    return f"{_DAYS[when.weekday()]}, {when.day} {_MONTHS[when.month - 1]} {when.year}"


def day_and_time(when: datetime) -> str:
    """``Monday, 27 January 2025, 9:30``."""
    return f"{day(when)}, {when.hour}:{when.minute:02}"


def due(item: ActionItem) -> str:
    """The day an action is due in words; what cannot be read as a date stays as it is."""
    try:
        return day(date.fromisoformat(item.due[:10]))
    except ValueError:
        return one_line(item.due)


def owner(item: ActionItem, conversation: Conversation) -> str:
    """Who does it, by name where one is known; empty where nobody took it."""
    found: Speaker | None = next((s for s in ("user", "other", "system") if s == item.owner), None)
    return conversation.name(found) if found else one_line(item.owner)


def summed_up(conversation: Conversation, *, for_them: bool = False) -> Summary | None:
    """The summary as a document has it: one name for each, and nothing that is for the user alone.

    It was written before somebody was given a name, and as the user sees the call.

    Args:
        conversation: With its names.
        for_them: As the user writes to the other side: "I" and "You", whatever their names.
    """
    summary = conversation.summary
    if summary is None:
        return None

    def instead(found: re.Match[str]) -> str:
        speaker: Speaker = "user" if found["me"] or found["mine"] else "other"
        of_audio = found[0].endswith("is missing")
        if for_them:
            return _SEEN_BY_THEM[speaker][of_audio]
        if of_audio:
            return f" of {_side(speaker, conversation)} is missing"
        return f"{one_line(conversation.name(speaker))}: "

    def named(text: str) -> str:
        return _SAID.sub(instead, text)

    told = [line for line in clean(summary.tldr).split("\n") if not for_the_user(line)]
    return replace(
        summary,
        tldr=named("\n".join(told).strip()),
        decisions=tuple(map(named, summary.decisions)),
        actions=tuple(replace(one, text=named(one.text)) for one in summary.actions),
        questions=tuple(map(named, summary.questions)),
        notes=named(summary.notes),
    )


def facts(conversation: Conversation, options: Options) -> list[tuple[str, str]]:
    """What a document says of the conversation before it begins: (caption, value)."""
    found = [
        ("Date", day_and_time(local_start(conversation, options))),
        ("Kind", KINDS[conversation.session.conversation_type]),
    ]
    if conversation.seconds:
        found.append(("Length", duration(conversation.seconds)))
    if options.names:
        present = {line.speaker for line in conversation.lines}
        speakers: tuple[Speaker, ...] = ("user", "other")
        people = [one_line(conversation.name(s)) for s in speakers if s in present]
        if people:
            found.append(("People", ", ".join(people)))
    return found


def chip_words(chip: Chip) -> str:
    """What to do and its detail: ``Anchor on the two days saved – ask what they cost.``."""
    return one_line(f"{chip.text} – {chip.detail}" if chip.detail else chip.text)


def gap_words(gap: Gap, conversation: Conversation) -> str:
    """``4 s of the customer's side is missing: the device was away``."""
    owner = _side(SPEAKER_OF[gap.channel], conversation)
    return missing(duration(max(1.0, gap.t1 - gap.t0)), owner, REASONS[gap.reason])


def _side(speaker: Speaker, conversation: Conversation) -> str:
    name = one_line(conversation.names.get(speaker, ""))
    return side(speaker, name, conversation.session.conversation_type)
