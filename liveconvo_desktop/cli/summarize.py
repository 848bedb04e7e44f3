"""``liveconvo summarize``: the summary of a call, or of a transcript file."""

from __future__ import annotations

import enum
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from liveconvo_desktop import paths, settings
from liveconvo_desktop.cli.calls import AsJson, Database, find_session
from liveconvo_desktop.cli.help import one_of
from liveconvo_desktop.cli.sessions import TypeOption
from liveconvo_desktop.review import summarize as review
from liveconvo_desktop.review import summary_view as view
from liveconvo_desktop.review.transcripts import conversation_of
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summary_records import SummaryText
from liveconvo_desktop.summary.base import (
    CancelledError,
    Conversation,
    Draft,
    Report,
    Writer,
    silent,
)


class WriterOption(enum.StrEnum):
    """What writes."""

    offline = "offline"
    model = "model"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("summarize")(summarize)


def summarize(
    session: Annotated[str | None, typer.Argument(help="A session's id or its beginning.")] = None,
    transcript: Annotated[
        Path | None,
        typer.Option(
            help="A file instead: SRT, VTT, JSON with turns, or text with 'Speaker: words' lines."
        ),
    ] = None,
    writer: Annotated[
        WriterOption | None, typer.Option(help="Default: as set; offline if nothing is.")
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="With --transcript: the day of the call."),
    ] = None,
    kind: Annotated[
        TypeOption | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help=f"With --transcript, where it does not say: {one_of(TypeOption)}.",
        ),
    ] = None,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Sum up a call: what it was about, decisions, action items, open questions, notes.

    The offline writer needs no network. The model writer sends the transcript to the endpoint in
    your settings, and only there. A summary that you have edited is not overwritten: the new one
    is offered in the app. Exit codes: 0 written, 1 failed, 2 wrong usage, 130 cancelled.
    """
    if (session is None) == (transcript is None):
        raise typer.BadParameter("give either a session or --transcript FILE")
    chosen = _writer(writer)
    try:
        if transcript is not None:
            conversation = conversation_of(transcript)
            known = {"day": _day(day), "kind": kind.value if kind else conversation.kind}
            conversation = conversation.model_copy(update=known)
            draft = chosen.write(conversation, _progress(), review.never)
            _print(draft, conversation, as_json)
        else:
            _session(session or "", chosen, db, as_json)
    except (CancelledError, KeyboardInterrupt):
        print("Cancelled; nothing was changed.", file=sys.stderr)
        raise typer.Exit(130) from None


def _session(given: str, writer: Writer, db: Path | None, as_json: bool) -> None:
    store = Store.open(db or paths.default_database())
    try:
        session_id = find_session(store, given)
        version = review.summarize(store, session_id, writer, _progress())
        conversation = view.read_conversation(store, session_id)
        _print(view.draft_of(version), conversation, as_json, session_id, version.state)
    finally:
        store.close()


def _writer(option: WriterOption | None) -> Writer:
    wanted = settings.load()[0].summary
    if option is not None:
        wanted = wanted.model_copy(update={"writer": option.value})
    return review.writer_for(wanted)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _progress() -> Report:
    """A line that is written over, where a person looks on."""
    if not sys.stderr.isatty():
        return silent

    def report(done: float, doing: str) -> None:
        print(f"\r{doing}… {done:4.0%}\033[K", end="", file=sys.stderr, flush=True)
        if done >= 1:
            print("\r\033[K", end="", file=sys.stderr)

    return report


def _print(
    draft: Draft,
    conversation: Conversation,
    as_json: bool,
    session_id: str = "",
    state: str = "",
) -> None:
    made = view.in_columns(draft, conversation)
    if as_json:
        about = {"session_id": session_id, "state": state} if session_id else {}
        print(json.dumps(about | _row(made, draft), ensure_ascii=False))
        return
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    print("\n".join(_plain(made, draft, conversation)))
    if state == "offered":
        print("\nYour edited summary is kept; this one is offered in the app.")


def _row(made: SummaryText, draft: Draft) -> dict[str, object]:
    return {
        "title": made.title,
        "tldr": made.tldr,
        "key_decisions": made.key_decisions,
        "action_items": made.action_items,
        "follow_up_questions": made.follow_up_questions,
        "structured_notes": made.structured_notes,
        "model_used": draft.model,
        "statements": draft.model_dump(mode="json", include={"tldr", "decisions", "questions"}),
    }


def _plain(made: SummaryText, draft: Draft, conversation: Conversation) -> list[str]:
    rows = [made.title, "", made.tldr]
    if made.key_decisions:
        rows += ["", "Decisions", *(f"  - {one}" for one in made.key_decisions)]
    if draft.actions:
        rows += ["", "Action items"]
    for action in draft.actions:
        owner = f"{conversation.name(action.owner)}: " if action.owner else ""
        due = f"  (by {action.due:%a} {action.due.isoformat()})" if action.due else ""
        rows.append(f"  [{'x' if action.done else ' '}] {owner}{action.text}{due}")
    if made.follow_up_questions:
        rows += ["", "Open questions", *(f"  - {one}" for one in made.follow_up_questions)]
    return [*rows, "", made.structured_notes, "", f"Written by {draft.model}."]
