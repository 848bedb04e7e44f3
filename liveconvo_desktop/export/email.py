"""The follow-up email: what was agreed, who does what by when, what is open. Plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from liveconvo_desktop.export import email_words, saying
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

    The short version and the notes are left out: they tell the user what the other side wants,
    doubts and compares. It speaks as the sender does, "I" and "you"; names are in its greeting and
    under it.

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
            "The summary of this conversation says nothing that the other side could be told: no "
            "decision, no action item, no open question.",
            "Write them into the summary first, or let a model write another one.",
            "export",
        )
    parts = [_greeting(conversation), _thanks(conversation, options)]
    if summary.decisions:
        parts.append(_list("What we agreed:", _said(summary.decisions, conversation, "said")))
    parts += _tasks(summary.actions, conversation)
    if summary.questions:
        parts.append(_list("Still open:", _said(summary.questions, conversation, "asked")))
    parts.append("Please tell me if I have missed or misunderstood anything.")
    me = saying.one_line(conversation.names.get("user", ""))
    parts.append("Kind regards" + (f"\n{me}" if me else ""))
    return "\n\n".join(parts) + "\n"


def render(conversation: Conversation, options: Options) -> bytes:
    """UTF-8 with line feeds: the subject, then the body."""
    text = body(conversation, options)
    return f"Subject: {subject(conversation)}\n\n{text}".encode()


def _says_anything(summary: Summary) -> bool:
    return bool(summary.decisions or summary.actions or summary.questions)


def _greeting(conversation: Conversation) -> str:
    them = saying.one_line(conversation.names.get("other", ""))
    return f"Hello {them}," if them else "Hello,"


def _thanks(conversation: Conversation, options: Options) -> str:
    when = saying.day(local_start(conversation, options))
    return f"Thank you for the conversation on {when}. Here is what I noted."


def _list(head: str, texts: Sequence[str]) -> str:
    return "\n".join([head, *(f"- {text}" for text in texts)])


def _said(texts: Sequence[str], conversation: Conversation, verb: str) -> list[str]:
    return [email_words.statement(text, conversation, verb) for text in texts]


def _tasks(items: Sequence[ActionItem], conversation: Conversation) -> Iterator[str]:
    """A list for everybody who has something to do; the reader sees first what is theirs."""
    lists: dict[str, list[str]] = {"From you:": [], "From me:": []}
    for item in items:
        done = " (done)" if item.done else ""
        words = f"{email_words.task(item, conversation)}{done}"
        lists.setdefault(_from(item, conversation), []).append(words)
    nobody = lists.pop("To be done:", [])
    lists |= {"To be done:": nobody}
    return (_list(head, texts) for head, texts in lists.items() if texts)


def _from(item: ActionItem, conversation: Conversation) -> str:
    owner = saying.one_line(item.owner)
    names = {one: saying.one_line(name) for one, name in conversation.names.items()}
    if owner == "user" or (owner and owner == names.get("user")):
        return "From me:"
    if owner == "other" or (owner and owner == names.get("other")):
        return "From you:"
    return f"From {owner}:" if owner else "To be done:"


FORMAT = Format(
    name="email",
    title="Follow-up email",
    about="Thanks, what was agreed, who does what by when, what is open.",
    suffix=".txt",
    text=True,
    uses=frozenset(),
    render=render,
)
