"""What an export format is given and what it is. One format a file beside this one; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Chip, Feedback, Gap, Segment, Session, Speaker
from liveconvo_desktop.export.parts import Kept
from liveconvo_desktop.language.saying import unnamed

TURN_PAUSE = 30.0
"""Seconds of silence after which the same speaker gets a new paragraph."""
TURN_WORDS = 120
"""Words after which a paragraph ends at the next line."""


class ExportError(LiveConvoError):
    """A conversation cannot be exported, or a file cannot be imported as one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A chip and what the user did with it."""

    chip: Chip
    displayed: bool = False
    clicked: bool = False
    dismissed: bool = False
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something that somebody is to do.

    Attributes:
        owner: ``user``, ``other``, a name, or empty where nobody took it.
        due: ISO date where a day is known, else the words, or empty.
        sources: Ids of the lines it rests on.
    """

    text: str
    owner: str = ""
    due: str = ""
    done: bool = False
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What was made of the conversation.

    Attributes:
        notes: Markdown.
        model: What wrote it.
        reviewed: The user has marked it as done.
    """

    title: str = ""
    tldr: str = ""
    decisions: tuple[str, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    questions: tuple[str, ...] = ()
    notes: str = ""
    model: str = ""
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What the library shows of a conversation.

    Attributes:
        user_talk_seconds: Union of the user's lines.
        silences: Stretches in which nobody spoke.
        line_seconds: How long all lines were together, where the words are gone; else the lines
            say it, and it is None.
        user_line_seconds: The same of the user's.
    """

    words: int = 0
    user_talk_seconds: int = 0
    silences: int = 0
    line_seconds: float | None = None
    user_line_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that a format may write.

    Attributes:
        seconds: Length on the audio clock.
        lines: Finals by start time.
        marks: Guidance by time.
        gaps: Where audio is missing, by time.
        names: Of those speakers who have one.
        kept: What only the JSON form writes; None where it was not read.
    """

    session: Session
    seconds: float
    lines: tuple[Segment, ...] = ()
    marks: tuple[Mark, ...] = ()
    gaps: tuple[Gap, ...] = ()
    names: Mapping[Speaker, str] = field(default_factory=dict)
    summary: Summary | None = None
    figures: Figures = Figures()
    kept: Kept | None = None

    def name(self, speaker: Speaker) -> str:
        """What a speaker is called in a document: by name, else by the part in the call."""
        return self.names.get(speaker) or unnamed(speaker, self.session.conversation_type)

    @property
    def title(self) -> str:
        """What the conversation is called, whatever is known of it."""
        summed_up = self.summary.title if self.summary else ""
        return self.session.title or summed_up or "Conversation"


@dataclass(frozen=True, slots=True)
class Options:
    """What of it is wanted, and how.

    Attributes:
        transcript: The words said.
        timestamps: When, in front of the words.
        names: Who, in front of the words.
        chips: The guidance, at its time.
        summary: Summary, decisions, action items, questions and notes.
        zone: In which dates and times of day are written.
    """

    transcript: bool = True
    timestamps: bool = True
    names: bool = True
    chips: bool = True
    summary: bool = True
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a conversation.

    Attributes:
        name: What the command line calls it ("markdown").
        title: What a person calls it.
        about: What it is good for, one line.
        suffix: Of its files, with the dot.
        text: It can be read as it is: previewed, printed and copied.
        uses: Names of the options that make a difference; and ``kept`` where it writes that part
            of a conversation.
        render: The file's bytes.
    """

    name: str
    title: str
    about: str
    suffix: str
    text: bool
    uses: frozenset[str]
    render: Callable[[Conversation, Options], bytes]


ALL_OPTIONS = frozenset({"transcript", "timestamps", "names", "chips", "summary"})


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said in one go: a paragraph of a document."""

    speaker: Speaker
    t0: float
    text: str


Entry = Turn | Mark | Gap


def entries(conversation: Conversation, options: Options) -> Iterator[Entry]:
    """Paragraphs, guidance and holes in the order of time."""
    found: list[tuple[float, int, Segment | Mark | Gap]] = []
    if options.transcript:
        found += [(line.t0, 1, line) for line in conversation.lines]
        found += [(gap.t0, 0, gap) for gap in conversation.gaps]
    if options.chips:
        found += [(mark.chip.t, 2, mark) for mark in conversation.marks]
    found.sort(key=lambda one: one[:2])
    return _joined([one[2] for one in found])


def _joined(found: list[Segment | Mark | Gap]) -> Iterator[Entry]:
    turn: Turn | None = None
    until = 0.0
    for one in found:
        if not isinstance(one, Segment):
            if turn:
                yield turn
            turn = None
            yield one
        elif turn and _goes_on(turn, until, one):
            turn = replace(turn, text=f"{turn.text} {one.text.strip()}")
            until = one.t1
        else:
            if turn:
                yield turn
            turn, until = Turn(one.speaker, one.t0, one.text.strip()), one.t1
    if turn:
        yield turn


def _goes_on(turn: Turn, until: float, line: Segment) -> bool:
    near = line.t0 - until <= TURN_PAUSE
    return turn.speaker == line.speaker and near and len(turn.text.split()) < TURN_WORDS


def local_start(conversation: Conversation, options: Options) -> datetime:
    """When it began, in the zone that was asked for."""
    return conversation.session.started_at.astimezone(options.zone)
