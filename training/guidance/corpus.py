"""What the guidance judge learns from: lines and calls written for it, none of them anybody's.

``lines/CUE.txt``: ``+ words`` that should raise the cue and ``- words`` that only look like it;
``question >> words`` where they answer something. ``lines/neutral.txt``: ``u: `` and ``o: `` lines
that raise nothing. ``calls/*.txt``: ``# id type title``, then a turn a line, its cues in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveconvo_desktop.guidance.playbook import BUILTIN, load_builtin

_HOMES = {
    cue.learned: frozenset(
        book.name for book in load_builtin() if cue.learned in {one.learned for one in book.cues}
    )
    for playbook in load_builtin()
    for cue in playbook.cues
    if cue.learned
}
HERE = Path(__file__).resolve().parent
USER = frozenset(
    (
        "rep_discount",
        "rep_guarantee",
        "rep_disparage",
        "leading_question",
        "sensitive_question",
        "open_question",
    )
)
EITHER = frozenset(("commitment", "decision_made", "action_item", "off_topic", "risk_raised"))
_SIDE = {"u": "user", "o": "other"}
_TURN = re.compile(r"([uo]): (.*?)(?: \{([a-z_,]*)\})?$")
_PAUSE = 0.5
_PER_WORD = 0.33


@dataclass(frozen=True, slots=True)
class Example:
    """Words with the cues that they should raise.

    Attributes:
        side: Who says them; "either" where it does not matter.
        before: What the other side said just before.
        about: The cue that a line was written for; it is near that cue even where it is none.
        call: The call that it comes from, "" for a line.
        kinds: The kinds of conversation that it may be said in.
    """

    side: str
    text: str
    cues: tuple[str, ...]
    before: str = ""
    about: str = ""
    call: str = ""
    kinds: frozenset[str] = frozenset(BUILTIN)


def lines() -> Iterator[Example]:
    """Every single line."""
    for path in sorted((HERE / "lines").glob("*.txt")):
        for row in filter(None, path.read_text(encoding="utf-8").splitlines()):
            if path.stem == "neutral":
                yield Example(_SIDE[row[0]], row[3:], ())
                continue
            before, answers, text = row[2:].partition(" >> ")
            cues = (path.stem,) if row[0] == "+" else ()
            words = text if answers else before
            asked = before if answers else ""
            yield Example(_side(path.stem), words, cues, asked, path.stem, kinds=homes(path.stem))


def calls() -> list[dict[str, Any]]:
    """Every call, in the form that ``liveconvo guide`` reads, at a natural pace."""
    found: list[dict[str, Any]] = []
    for path in sorted((HERE / "calls").glob("*.txt")):
        for row in filter(None, path.read_text(encoding="utf-8").splitlines()):
            if row.startswith("# "):
                _, name, kind, title = row.split(" ", 3)
                found.append({"id": name, "conversation_type": kind, "title": title, "turns": []})
            else:
                _append(found[-1]["turns"], row)
    return found


def turns(call: dict[str, Any]) -> Iterator[Example]:
    """The turns of a call as examples."""
    last = {"user": "", "other": ""}
    for turn in call["turns"]:
        side = turn["speaker"]
        before = last["other" if side == "user" else "user"]
        kinds = frozenset((call["conversation_type"],))
        yield Example(side, turn["text"], tuple(turn["cues"]), before, call=call["id"], kinds=kinds)
        last[side] = turn["text"]


def heads(examples: Sequence[Example]) -> list[str]:
    """The cues that lines were written for."""
    return sorted({example.about for example in examples if example.about})


def homes(cue: str) -> frozenset[str]:
    """The kinds of conversation whose playbooks listen for a cue."""
    return _HOMES.get(cue, frozenset(BUILTIN))


def _side(cue: str) -> str:
    return "user" if cue in USER else "either" if cue in EITHER else "other"


def _append(said: list[dict[str, Any]], row: str) -> None:
    match = _TURN.match(row)
    if match is None:
        raise ValueError(f"not a turn: {row!r}")
    start = said[-1]["end"] + _PAUSE if said else 0.0
    cues = [cue for cue in (match[3] or "").split(",") if cue]
    end = start + 0.4 + _PER_WORD * len(match[2].split())
    said.append(
        {
            "speaker": _SIDE[match[1]],
            "start": round(start, 2),
            "end": round(end, 2),
            "text": match[2],
            "cues": cues,
        }
    )
