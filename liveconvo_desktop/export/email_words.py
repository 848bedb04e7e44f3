"""Sentences of a summary as a letter to the other side has them: who said it, and by when."""

from __future__ import annotations

import re
from datetime import date

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.export import saying
from liveconvo_desktop.export.base import ActionItem, Conversation

_LABELS: tuple[tuple[str, Speaker], ...] = (("I: ", "user"), ("You: ", "other"))
_WORDS = re.compile(r"\w+")
# What leads into an answer and says nothing in a list.
_LEAD = re.compile(
    r"(?:(?:good|great|ok|okay|yes|sure|right|perfect|well|so|and|alright|fine),?\s+)+(?=\w)", re.I
)
_BY = re.compile(r"^by\s+", re.I)
_SOON = r"(?:the\s+)?end of (?:the|this|next) (?:week|month)|tomorrow|today|tonight|next week"


def said_by(text: str, conversation: Conversation) -> tuple[Speaker | None, str]:
    """Whose words a statement is, and the statement without a label that says so.

    Args:
        text: Of a summary as ``saying.summed_up`` has it ``for_them``.
        conversation: Where the words are looked up.

    Returns:
        Nobody where it is told in the summary's own words, or where both sides said them.
    """
    text = saying.one_line(text)
    named = tuple((f"{saying.one_line(name)}: ", who) for who, name in conversation.names.items())
    for label, speaker in (*_LABELS, *named):
        if text.startswith(label):
            return speaker, text.removeprefix(label)
    words = _plain(text)
    speakers: tuple[Speaker, ...] = ("user", "other")
    found = [who for who in speakers if words and words in _all_said(who, conversation)]
    return (found[0] if len(found) == 1 else None), text


def statement(text: str, conversation: Conversation, verb: str) -> str:
    """What somebody said is quoted: ``You said: “Friday at 10 works for me.”``."""
    speaker, words = said_by(text, conversation)
    return words if speaker is None else _quoted(words, speaker, verb)


def task(item: ActionItem, conversation: Conversation) -> str:
    """What is to be done, with its day once.

    It is under a heading that says whose it is: the user's own words read right there.
    """
    speaker, words = said_by(item.text, conversation)
    words = _LEAD.sub("", words, count=1) if _LEAD.match(words) else words
    words = f"{words[:1].upper()}{words[1:]}".rstrip(".")
    words = with_day(words, item)
    if speaker is None or speaker == item.owner == "user":
        return words
    return _quoted(words, speaker, "said")


def with_day(words: str, item: ActionItem) -> str:
    """``Send it by Friday, 27 November 2026``, whether the words had the Friday or not."""
    due = _BY.sub("", saying.due(item))
    if not due or due.casefold() in words.casefold():
        return words
    try:
        day = date.fromisoformat(item.due[:10])
    except ValueError:
        return f"{words}, by {due}"
    weekday, _, rest = due.partition(", ")
    day_and_month = rf"\b{day.day}(?:st|nd|rd|th)?(?: of)? {rest.split()[1]}\b"
    month_and_day = rf"\b{rest.split()[1]} {day.day}(?:st|nd|rd|th)?\b"
    if re.search(f"{day_and_month}|{month_and_day}", words, re.I):
        return words
    told = re.search(rf"\b(?:(?:this|next|coming) )?{weekday}\b", words, re.I)
    if told:
        return words[: told.start()] + due + words[told.end() :]
    told = re.search(rf"\b(?:{_SOON})\b", words, re.I)
    if told:
        return f"{words[: told.end()]} ({due}){words[told.end() :]}"
    return f"{words}, by {due}"


def _quoted(words: str, speaker: Speaker, verb: str) -> str:
    return f"{'I' if speaker == 'user' else 'You'} {verb}: “{words}”"


def _plain(text: str) -> str:
    """Only the words, with a space around each: parts of words are not found."""
    return f" {' '.join(_WORDS.findall(text.casefold()))} " if _WORDS.search(text) else ""


def _all_said(speaker: Speaker, conversation: Conversation) -> str:
    return _plain(" ".join(one.text for one in conversation.lines if one.speaker == speaker))
