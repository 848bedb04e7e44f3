"""A conversation without what the reader is not to see: names of people, times."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.export.base import ActionItem, Conversation, Options, Summary
from liveconvo_desktop.language.saying import unnamed

_TIME = re.compile(r"\[\d+:\d\d(?::\d\d)?\] ?")
_SPAN = re.compile(r" \(\d+:\d\d(?::\d\d)?–\d+:\d\d(?::\d\d)?\)")


def as_wanted(conversation: Conversation, options: Options) -> Conversation:
    """The conversation as a document may have it.

    Without names the speakers go by their part in the call, in the summary, too: it was written
    with their names. What people say to each other in the transcript stays as they said it.
    Without timestamps the notes have none either.
    """
    changes: list[Callable[[str], str]] = []
    if not options.names:
        kind = conversation.session.conversation_type
        changes += [_calling(name, unnamed(who, kind)) for who, name in _known(conversation)]
        conversation = replace(conversation, names={})
    summary = conversation.summary
    if summary is None:
        return conversation
    for change in changes:
        summary = _changed(summary, change)
    if not options.timestamps:
        summary = replace(summary, notes=_SPAN.sub("", _TIME.sub("", summary.notes)))
    return replace(conversation, summary=summary)


def _known(conversation: Conversation) -> list[tuple[Speaker, str]]:
    """Names and first names, the longer ones first: one holds the other."""
    found: list[tuple[Speaker, str]] = []
    for who, name in conversation.names.items():
        words = name.split()
        found += [(who, form) for form in {name.strip(), *words[:1]} if len(form) > 1]
    return sorted(found, key=lambda pair: -len(pair[1]))


def _calling(name: str, instead: str) -> Callable[[str], str]:
    """Replaces a name; in the middle of a sentence with a small letter."""
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)(?P<label>:)?")
    small = instead[:1].lower() + instead[1:]

    def put(found: re.Match[str]) -> str:
        if found["label"]:
            return f"{instead}:"
        return instead if found.start() == 0 else small

    return lambda text: pattern.sub(put, text)


def _changed(summary: Summary, change: Callable[[str], str]) -> Summary:
    def action(item: ActionItem) -> ActionItem:
        return replace(item, text=change(item.text), owner=change(item.owner))

    return replace(
        summary,
        tldr=change(summary.tldr),
        decisions=tuple(map(change, summary.decisions)),
        actions=tuple(map(action, summary.actions)),
        questions=tuple(map(change, summary.questions)),
        notes=change(summary.notes),
    )
