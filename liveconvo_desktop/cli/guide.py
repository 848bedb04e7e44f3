"""``liveconvo guide``: what guidance would have said in a written call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from liveconvo_desktop.cli.calls import AsJson
from liveconvo_desktop.errors import LiveConvoError, PlaybookError
from liveconvo_desktop.guidance.playbook import builtin
from liveconvo_desktop.guidance.replay import replay


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("guide")(guide)


def guide(
    calls: Annotated[
        list[Path], typer.Argument(help="Calls as JSON: id, turns with speaker, text.")
    ],
    playbook: Annotated[
        str | None, typer.Option(help="Default: the one of each call's conversation_type.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the cues that a playbook raises in written calls, one a line.

    A call is a JSON file: {"id": "…", "conversation_type": "sales_call" | "interview" | "meeting" |
    "consultation", "turns": [{"speaker": "user" | "other", "start": 0.0, "end": 2.5, "text": "…"}]}
    (times in seconds). "conversation_type" may be missing where --playbook names one.

    With --json each line is {"call", "turn", "cue", "kind", "text", "evidence", "score", "ms"};
    "turn" counts from 0. Exit code 0: judged. 1: a file or the playbook cannot be read.
    """
    for path in calls:
        call = _read(path)
        name = playbook or call.get("conversation_type")
        if not name:
            raise PlaybookError(
                f"{path} does not say its conversation_type.", "Name one with --playbook."
            )
        for row in replay(call, builtin(name)):
            if as_json:
                print(json.dumps(row, ensure_ascii=False))
            else:
                print(f"{row['call']} turn {row['turn']}: [{row['kind']}] {row['text']}")


def _read(path: Path) -> dict[str, Any]:
    try:
        call = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LiveConvoError(
            f"{path} cannot be read as JSON ({error}).", "Give a call file.", "guide"
        ) from error
    if not isinstance(call, dict):
        raise LiveConvoError(f"{path} holds no call.", "Give a call file.", "guide")
    return call
