"""The follow-up email: what was agreed, who does what by when, what is open. Plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from liveconvo_desktop.export import saying
from liveconvo_desktop.export.base import (
    ActionItem,
    Conversation,
    ExportError,
    Format,
    Options,
    Summary,
    local_start,
)


def subject(conversation: Conversation) -> str:
    """The email's subject."""
    return f"Follow-up: {saying.one_line(conversation.title)}"


def body(conversation: Conversation, options: Options) -> str:
    """The email without its subject; lines are left to the reader's program to wrap.

    Raises:
        ExportError: There is no summary to write it from.
    """
    summary = saying.summed_up(conversation, for_them=True)
    if summary is None:
        raise ExportError(
            "A follow-up email is written from the summary, and this conversation has none yet.",
            "Make the summary first, in the window or with `liveconvo summarize`.",
            "export",
        )
    if not _says_anything(summary):
        raise ExportError(
            "The summary of this conversation says nothing that the other side could be told.",
            "Write it into the summary first, or let a model write another one.",
            "export",
        )
    parts = [_greeting(conversation), _thanks(conversation, options)]
    if summary.tldr:
        parts.append(summary.tldr)
    if summary.decisions:
        parts.append(_list("What we agreed:", summary.decisions))
    if summary.actions:
        parts.append("\n".join(["Who does what:", *_actions(summary.actions, conversation)]))
    if summary.questions:
        parts.append(_list("Still open:", summary.questions))
    parts.append("Please tell me if I have missed or misunderstood anything.")
    me = saying.one_line(conversation.names.get("user", ""))
    parts.append("Kind regards" + (f"\n{me}" if me else ""))
    return "\n\n".join(parts) + "\n"


def render(conversation: Conversation, options: Options) -> bytes:
    """UTF-8 with line feeds: the subject, then the body."""
    text = body(conversation, options)
    return f"Subject: {subject(conversation)}\n\n{text}".encode()


def _says_anything(summary: Summary) -> bool:
    return bool(summary.tldr or summary.decisions or summary.actions or summary.questions)


def _greeting(conversation: Conversation) -> str:
    them = saying.one_line(conversation.names.get("other", ""))
    return f"Hello {them}," if them else "Hello,"


def _thanks(conversation: Conversation, options: Options) -> str:
    when = saying.day(local_start(conversation, options))
    return f"Thank you for the conversation on {when}. Here is what I took away from it."


def _list(head: str, texts: Sequence[str]) -> str:
    return "\n".join([head, *(f"- {saying.one_line(text)}" for text in texts)])


def _actions(items: Sequence[ActionItem], conversation: Conversation) -> Iterator[str]:
    """The reader sees first what is theirs to do."""
    order = {"other": 0, "user": 2, "": 3}
    for item in sorted(items, key=lambda one: order.get(one.owner, 1)):
        due = saying.due(item)
        when = f", by {due}" if due else ""
        done = " (done)" if item.done else ""
        who = _who(item, conversation)
        yield f"- {who}{saying.one_line(item.text).rstrip('.')}{when}{done}"


def _who(item: ActionItem, conversation: Conversation) -> str:
    """Seen from the sender: "I" and "you", unless names are known."""
    if item.owner == "user":
        name = conversation.names.get("user") or "I"
    elif item.owner == "other":
        name = conversation.names.get("other") or "You"
    else:
        name = saying.owner(item, conversation)
    return f"{saying.one_line(name)}: " if name else ""


FORMAT = Format(
    name="email",
    title="Follow-up email",
    about="Thanks, what was agreed, who does what by when, what is open.",
    suffix=".txt",
    text=True,
    uses=frozenset(),
    render=render,
)
