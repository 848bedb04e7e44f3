"""What a summary is, and what a writer of summaries does; free of database, Qt and network.

Every statement cites the lines of the transcript that it came from. The types are Pydantic models,
so that a draft goes into the database, to the command line and over the wire as the same JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.language import saying

Report = Callable[[float, str], None]
"""Told how far a writer is: 0..1, and what it is doing in a few words."""


class SummaryError(LiveConvoError):
    """A summary could not be written."""


class CancelledError(Exception):
    """The user wanted the summary no more."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Line(_Frozen):
    """What one side said in one go.

    Attributes:
        id: What statements cite.
        speaker: ``user``, ``other``, or a name where a transcript has names.
        t0: Seconds from the start of the call; ``t1`` the end.
    """

    id: str
    speaker: str
    t0: float
    t1: float
    text: str


class Hole(_Frozen):
    """A stretch that was not heard.

    Attributes:
        speaker: Whose audio is missing.
        reason: In words ("the device was away").
    """

    speaker: str
    t0: float
    t1: float
    reason: str


class Conversation(_Frozen):
    """All that a writer may know of a call.

    Attributes:
        kind: ``sales_call``, ``interview``, ``meeting``, ``consultation`` or empty.
        day: The call's date where the user is; "by Thursday" counts from it. None where unknown:
            then no date is worked out.
        names: What speakers are called; those without one stand for themselves.
        template: The outline that the user wants notes in (``templates.summary_template``).
        context: What the user wants a model to know (``templates.context_instructions``).
        timed: The lines' times are those of the call. Else they only put them in order, and
            nothing that is written names one.
    """

    title: str = ""
    kind: str = ""
    day: date | None = None
    lines: tuple[Line, ...] = ()
    holes: tuple[Hole, ...] = ()
    names: dict[str, str] = Field(default_factory=dict)
    template: str = ""
    context: str = ""
    timed: bool = True

    def name(self, speaker: str) -> str:
        """What a speaker is called: by name, else ``You`` and ``The customer`` or the like."""
        return self.named(speaker) or saying.unnamed(speaker, self.kind)

    def named(self, speaker: str) -> str:
        """The name that a speaker was given; empty where none was."""
        given = self.names.get(speaker, "")
        plain = (*saying.SPEAKERS.values(), saying.unnamed(speaker, self.kind))
        return "" if given in plain else given

    def side(self, speaker: str) -> str:
        """A speaker's end of the call, in the middle of a sentence: ``the customer's side``."""
        return saying.side(speaker, self.named(speaker), self.kind)


class Statement(_Frozen):
    """One thing that the summary says.

    Attributes:
        sources: Ids of the lines that it rests on, in the order of the call; empty only where the
            user wrote it.
    """

    text: str
    sources: tuple[str, ...] = ()


class Action(Statement):
    """Something that somebody is to do.

    Attributes:
        owner: ``user``, ``other`` or a name; empty where nobody took it.
        due: The day it is due, or None.
    """

    owner: str = ""
    due: date | None = None
    done: bool = False


class Topic(_Frozen):
    """A part of the call that was about one thing.

    Attributes:
        t0: Where it begins, in seconds; ``t1`` where it ends.
    """

    heading: str
    t0: float = 0.0
    t1: float = 0.0
    statements: tuple[Statement, ...] = ()


class Draft(_Frozen):
    """A whole summary.

    Attributes:
        notes: Markdown that the user wrote in place of ``topics``, or empty.
        gaps: What could not be summed up because it was not heard, in words.
        model: What wrote it; goes into ``summaries.model_used``.
        fingerprint: Of the words that it was written from, see ``text.fingerprint``; empty where
            that is not known.
    """

    title: str = ""
    tldr: tuple[Statement, ...] = ()
    decisions: tuple[Statement, ...] = ()
    actions: tuple[Action, ...] = ()
    questions: tuple[Statement, ...] = ()
    topics: tuple[Topic, ...] = ()
    notes: str = ""
    gaps: tuple[str, ...] = ()
    model: str = ""
    fingerprint: str = ""


class Writer(Protocol):
    """Writes summaries.

    Attributes:
        model: What it is, for ``summaries.model_used``; at most 50 characters.
    """

    model: str

    def write(
        self, conversation: Conversation, report: Report, cancelled: Callable[[], bool]
    ) -> Draft:
        """Sum up a call; blocks.

        Raises:
            CancelledError: ``cancelled`` became true.
            SummaryError: It could not be written, and why.
        """


def silent(done: float, doing: str) -> None:
    """A ``Report`` that nobody listens to."""
