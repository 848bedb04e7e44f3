"""Transcripts that were made elsewhere, as lines of a new session: SRT, WebVTT, JSON."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from liveconvo_desktop.events import Segment, Speaker, new_id
from liveconvo_desktop.export import ExportError
from liveconvo_desktop.export.cues import Cue, read_cues
from liveconvo_desktop.export.document import Document, SimpleDocument, parse
from liveconvo_desktop.export.jsonfile import CHANNEL_OF
from liveconvo_desktop.language.summaries import far_sides
from liveconvo_desktop.summary.base import Conversation, Line
from liveconvo_desktop.summary.reading import read_transcript as read_conversation

PROVIDER = "import"
SUBTITLES = (".srt", ".vtt")
_MOST_BYTES = 64 * 2**20
_MOST_JSON_BYTES = 512 * 2**20
"""Our own form holds the text of documents, too."""
_MOST_SECONDS = 9_999_999
_WORDS_PER_SECOND = 2.5
"""Of ordinary speech; for lines of which nobody wrote down when they were said."""
_ME = {"user", "you", "me", "i", "mic", "microphone"}
_NO_NAMES = {*_ME, "other", "them", "system", "liveconvo", *map(str.casefold, far_sides())}


@dataclass(frozen=True, slots=True)
class Lines:
    """A transcript with its speakers sorted out.

    Attributes:
        names: Of those speakers who have one.
        remarks: What the user should know, a sentence each.
    """

    lines: Sequence[Segment]
    names: Mapping[Speaker, str]
    remarks: Sequence[str]


def read_transcript(path: Path) -> Document | list[Cue]:
    """What a transcript holds: a conversation as it was exported, or what was said.

    Raises:
        ExportError: It cannot be read, and why.
    """
    text = _text(path)
    if path.suffix.casefold() != ".json":
        return read_cues(text, path.name)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExportError(
            f"{path.name} is no JSON ({error}).",
            "Restore the file as it was written; nothing was imported.",
            "import",
        ) from error
    found = parse(content, path.name)
    return found if isinstance(found, Document) else _cues(found)


def _text(path: Path) -> str:
    try:
        most = _MOST_JSON_BYTES if path.suffix.casefold() == ".json" else _MOST_BYTES
        if path.stat().st_size > most:
            raise ExportError(
                f"{path.name} is larger than any transcript "
                f"({path.stat().st_size / 2**20:,.0f} MB).",
                "Import a recording as a sound file, or split the transcript.",
                "import",
            )
        content = path.read_bytes()
    except OSError as error:
        raise ExportError(
            f"{path} cannot be read ({error.strerror or error}).", "Check the path.", "import"
        ) from error
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Subtitles of before UTF-8; every byte means something there.
        return content.decode("cp1252", "replace")


def conversation_of(path: Path) -> Conversation:
    """A transcript file as a writer of summaries sees it; its speakers keep their names.

    Raises:
        LiveConvoError: It cannot be read, and why.
    """
    if path.suffix.casefold() not in SUBTITLES:
        return read_conversation(path)
    names: dict[str, str] = {}
    lines: list[Line] = []
    for number, cue in enumerate(read_cues(_text(path), path.name), 1):
        side = _speaker(cue, "", "other")
        named = cue.name and cue.name.casefold() not in _NO_NAMES
        if named and side in cue.voice:
            names.setdefault(side, cue.name)
        who = cue.name if named and side not in cue.voice else side
        lines.append(Line(id=str(number), speaker=who, t0=cue.t0, t1=cue.t1, text=cue.text))
    return Conversation(lines=tuple(lines), names=names)


def _cues(document: SimpleDocument) -> list[Cue]:
    """The simple form's turns; times that nobody wrote down follow from the words."""
    cues: list[Cue] = []
    at = 0.0
    for turn in document.turns:
        text = " ".join(turn.text.split())
        t0 = at if turn.start is None else turn.start
        estimated = t0 + max(0.5, len(text.split()) / _WORDS_PER_SECOND)
        t1 = estimated if turn.end is None else max(t0, turn.end)
        at = max(at, t1)
        if text:
            cues.append(Cue(t0, t1, text, name=" ".join(turn.speaker.split())))
    if not cues:
        raise ExportError("Nobody says anything in it.", "Choose another file.", "import")
    return sorted(cues, key=lambda cue: (cue.t0, cue.t1))


def to_lines(cues: Sequence[Cue], me: str, alone: Speaker) -> Lines:
    """Lines of a new session.

    Args:
        cues: In order of time, at least one.
        me: Which of the names is the user, or empty: as the names say; where they do not, the
            first of two.
        alone: Who speaks where no name is given.

    Raises:
        ExportError: Its times are beyond anything that can be stored, or nobody in it is called
            ``me``.
    """
    if max(cue.t1 for cue in cues) > _MOST_SECONDS:
        raise ExportError(
            f"It is longer than {_MOST_SECONDS // 3600:,} hours.",
            "Correct its times; nothing was imported.",
            "import",
        )
    session_id = new_id()
    first = "" if me.strip() else _first_of_two(cues, alone)
    chosen = _known(me, cues) or first
    who = [_speaker(cue, chosen, alone) for cue in cues]
    called: dict[Speaker, list[str]] = {"user": [], "other": [], "system": []}
    for cue, speaker in zip(cues, who, strict=True):
        if cue.name and cue.name not in called[speaker]:
            called[speaker].append(cue.name)
    lines = [
        Segment(
            id=new_id(),
            session_id=session_id,
            channel=CHANNEL_OF[speaker],
            speaker=speaker,
            t0=cue.t0,
            t1=cue.t1,
            # Several people on one side are told apart in the text.
            text=f"{cue.name}: {cue.text}" if len(called[speaker]) > 1 else cue.text,
            confidence=None,
            provider=PROVIDER,
            final=True,
        )
        for cue, speaker in zip(cues, who, strict=True)
    ]
    names = {
        speaker: found[0]
        for speaker, found in called.items()
        if len(found) == 1 and found[0].casefold() not in _NO_NAMES
    }
    return Lines(lines, names, _remarks(called, first))


def _known(me: str, cues: Sequence[Cue]) -> str:
    """The name, which somebody must have: else everybody would end up on the other side."""
    wanted = me.strip()
    people = _people(cues)
    if not wanted or wanted.casefold() in map(str.casefold, people):
        return wanted
    said = f"the speakers are {', '.join(people)}" if people else "it names no speakers"
    raise ExportError(
        f"Nobody in it is called “{wanted}”: {said}.",
        "Give --me one of them; nothing was imported."
        if people
        else "Leave --me out; --speaker says whose words they are. Nothing was imported.",
        "import",
    )


def _first_of_two(cues: Sequence[Cue], alone: Speaker) -> str:
    """Of two people of whom nothing says who is the user, the one who speaks first; or empty."""
    people = _people(cues)
    told = any(name.casefold() in _NO_NAMES for name in people)
    if len(people) != 2 or told or any(_speaker(cue, "", alone) == "user" for cue in cues):
        return ""
    return people[0]


def _people(cues: Sequence[Cue]) -> list[str]:
    """Everybody's name, in the order in which they speak."""
    return list(dict.fromkeys(cue.name for cue in cues if cue.name))


def _speaker(cue: Cue, me: str, alone: Speaker) -> Speaker:
    speakers: tuple[Speaker, ...] = ("user", "other", "system")
    said = next((s for s in speakers if s in cue.voice or s == cue.name.casefold()), None)
    if not cue.name:
        return said or alone
    if me:
        return "user" if cue.name.casefold() == me.strip().casefold() else "other"
    return said or ("user" if cue.name.casefold() in _ME else "other")


def _remarks(called: dict[Speaker, list[str]], first: str) -> list[str]:
    if first:
        return [
            f"{first}, who speaks first, was taken for you, and {called['other'][0]} for the other "
            f"side. If you are {called['other'][0]}, delete this call and import the file again, "
            f"naming yourself (--me {_quoted(called['other'][0])})."
        ]
    if called["user"] or len(called["other"]) < 2:
        return []
    people = ", ".join(called["other"])
    return [
        f"None of {people} is known to be you: all are on the other side, their names in the text. "
        "An import that names the one that is you (--me NAME) tells the sides apart."
    ]


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
