"""CSV: a row a line, for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from liveconvo_desktop.events import SPEAKER_OF, Gap, Segment
from liveconvo_desktop.export import saying
from liveconvo_desktop.export.base import Conversation, Format, Mark, Options
from liveconvo_desktop.language.saying import clock

_HEAD = ("type", "start_seconds", "end_seconds", "start", "speaker", "name", "text", "detail")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(text: str) -> str:
    """Text that no spreadsheet runs as a formula: an apostrophe in front, as OWASP advises."""
    one = saying.one_line(text)
    return f"'{one}" if one.startswith(_FORMULA) else one


def render(conversation: Conversation, options: Options) -> bytes:
    """RFC 4180: CRLF, quotes where needed; UTF-8 with a mark, without which Excel guesses."""
    found: list[Segment | Mark | Gap] = [*conversation.lines, *conversation.gaps]
    if options.chips:
        found += conversation.marks
    rows = sorted((_row(one, conversation, options) for one in found), key=_start)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _start(row: Sequence[str]) -> float:
    return float(row[1])


def _row(one: Segment | Mark | Gap, conversation: Conversation, options: Options) -> Sequence[str]:
    match one:
        case Segment():
            name = cell(conversation.name(one.speaker)) if options.names else ""
            return ("line", *_times(one.t0, one.t1), one.speaker, name, cell(one.text), "")
        case Mark():
            chip = one.chip
            words = cell(chip.text), cell(chip.detail)
            return ("guidance", *_times(chip.t, chip.t), "system", saying.CHIPS[chip.kind], *words)
        case Gap():
            speaker = SPEAKER_OF[one.channel]
            name = cell(conversation.name(speaker)) if options.names else ""
            return ("gap", *_times(one.t0, one.t1), speaker, name, "", one.reason)


def _times(t0: float, t1: float) -> tuple[str, str, str]:
    return f"{t0:.3f}", f"{t1:.3f}", clock(t0)


FORMAT = Format(
    name="csv",
    title="CSV table",
    about="A row a line, for spreadsheets and scripts.",
    suffix=".csv",
    text=True,
    uses=frozenset({"names", "chips"}),
    render=render,
)
