"""``liveconvo guide``: what guidance would have said in a written call."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from liveconvo_desktop.call.judging import trained_judge
from liveconvo_desktop.cli.calls import AsJson
from liveconvo_desktop.errors import LiveConvoError, PlaybookError
from liveconvo_desktop.guidance.playbook import BUILTIN, Playbook, builtin, load
from liveconvo_desktop.guidance.replay import difference, replay

Row = dict[str, Any]
_SIGNS = {"gone": "-", "new": "+", "same": " "}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("guide")(guide)


def guide(
    calls: Annotated[
        list[Path], typer.Argument(help="Calls as JSON: id, turns with speaker, text.")
    ],
    playbook: Annotated[
        str | None,
        typer.Option(
            help="A built-in one by name, or a YAML file. Default: each call's conversation_type."
        ),
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(help="A changed playbook (YAML): show what it would change.")
    ] = None,
    phrases_only: Annotated[
        bool, typer.Option("--phrases-only", help="Without the trained judge.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the cues that a playbook raises in written calls, one a line.

    A call is a JSON file: {"id": "…", "conversation_type": "sales_call" | "interview" | "meeting" |
    "consultation", "turns": [{"speaker": "user" | "other", "start": 0.0, "end": 2.5, "text": "…"}]}
    (times in seconds). "conversation_type" may be missing where --playbook names one.

    With --json each line is {"call", "turn", "cue", "kind", "text", "evidence", "score", "ms"};
    "turn" counts from 0. With --compare each line has "change" too: "same", "gone" (only the first
    playbook raises it) or "new" (only the other). Exit code 0: judged. 1: a file or a playbook
    cannot be read.
    """
    changed = load(compare) if compare else None
    tally: Counter[str] = Counter()
    for path in calls:
        call = _read(path)
        book = _playbook(playbook or call.get("conversation_type"), path)
        rows = _judged(call, book, phrases_only)
        if changed is None:
            _show(rows, as_json)
            continue
        compared = list(difference(rows, _judged(call, changed, phrases_only)))
        tally.update(row["change"] for row in compared)
        _show(compared, as_json)
    if changed is not None and not as_json:
        print(f"{tally['same']} the same, {tally['gone']} gone, {tally['new']} new")


def _judged(call: Row, book: Playbook, phrases_only: bool) -> list[Row]:
    return list(replay(call, book, None if phrases_only else trained_judge()))


def _playbook(name: str | None, path: Path) -> Playbook:
    if not name:
        raise PlaybookError(
            f"{path} does not say its conversation_type.", "Name one with --playbook."
        )
    is_file = name not in BUILTIN and Path(name).suffix in (".yaml", ".yml")
    return load(Path(name)) if is_file else builtin(name)


def _show(rows: Sequence[Row], as_json: bool) -> None:
    for row in rows:
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
            continue
        sign = f"{_SIGNS[row['change']]} " if "change" in row else ""
        print(f"{sign}{row['call']} turn {row['turn']}: [{row['kind']}] {row['text']}")


def _read(path: Path) -> Row:
    try:
        call = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LiveConvoError(
            f"{path} cannot be read as JSON ({error}).", "Give a call file.", "guide"
        ) from error
    if not isinstance(call, dict):
        raise LiveConvoError(f"{path} holds no call.", "Give a call file.", "guide")
    return call
