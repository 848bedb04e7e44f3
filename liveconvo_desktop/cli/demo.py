"""``liveconvo demo``: the built-in call through the real thing, at its real pace, and scored."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import time
from pathlib import Path
from typing import Annotated

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.call import CallPlan
from liveconvo_desktop.cli.output import PlainLines
from liveconvo_desktop.cli.scoring import Heard, Turn, score
from liveconvo_desktop.events import Event, Segment
from liveconvo_desktop.language.saying import unnamed
from liveconvo_desktop.review.summarize import summarize_after_call
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summaries import Summaries

AUDIO = "demo/sales_call.opus"
REFERENCE = "demo/sales_call.json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


class DemoFace:
    """Prints what comes, and keeps the finals with their times for the score."""

    def __init__(self) -> None:
        self._lines = PlainLines()
        self.begun: float | None = None
        self.heard: list[Heard] = []
        self.session_id = ""
        self.reported = False

    def __call__(self, event: Event) -> None:
        """See a saved event."""
        now = time.monotonic()
        if isinstance(event, Segment):
            self.session_id = event.session_id
            at = now - self.begun if self.begun is not None else 0.0
            self.heard.append(Heard(event.channel, event.t0, event.t1, event.text, at, event.final))
        self._lines(event)


def demo(
    screenshots: Annotated[
        Path | None, typer.Option(help="Save pictures of both windows here.")
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="No window on the screen, even if there is one.")
    ] = False,
) -> None:
    """Play a two-minute sales call through the real thing.

    With a display the app opens and plays it; without one the windows are drawn off screen and
    saved as pictures. Words and chips are printed as they come; at the end stand the word error
    rate, the latencies, where the session is stored, and the summary of the call.

    Exit code 0: played. 1: it could not be.
    """
    shown = has_display() and not headless
    if not shown:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        screenshots = screenshots or Path("demo-output")
    plan = CallPlan(
        playbook="sales_call",
        files=(("stereo", paths.resource(AUDIO)),),
        title="Demo: Northpeak planner, second call",
    )
    # Qt is imported only where a window is wanted.
    from liveconvo_desktop.app import main as open_app  # noqa: PLC0415

    face = DemoFace()

    def started(epoch: float) -> None:
        face.begun = epoch

    def ended() -> None:
        if face.heard and not face.reported:
            face.reported = True
            _report(face, screenshots)

    code = open_app([], plan=plan, screenshots=screenshots, tap=face, started=started, ended=ended)
    ended()
    if code or not face.reported:
        raise typer.Exit(code or 1)
    _sum_up(face.session_id)


def _sum_up(session_id: str) -> None:
    """What the review of the call would show first; written now unless the app has done so."""
    store = Store.open(paths.default_database())
    try:
        summarize_after_call(store, session_id)
        row = Summaries(store).get(session_id)
        found = store.session(session_id)
    finally:
        store.close()
    if row is None or row.text is None or found is None:
        return
    print(f"\nSummary, written by {row.model_used}")
    print(textwrap.fill(row.text.tldr, 100, initial_indent="  ", subsequent_indent="  "))
    for action in row.text.action_items:
        due = f" (by {action['due']})" if action["due"] else ""
        who = unnamed(action["owner"], found.session.conversation_type) or "Somebody"
        print(f"  [ ] {who}: {action['text']}{due}")


def has_display() -> bool:
    """A screen that windows can open on."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _report(face: DemoFace, screenshots: Path | None) -> None:
    reference = json.loads(paths.resource(REFERENCE).read_text(encoding="utf-8"))
    turns = [Turn(t["channel"], t["start"], t["end"], t["text"]) for t in reference["turns"]]
    result = score(turns, face.heard)
    print()
    print(f"Word error rate   {result.wer:.1%} of {result.words} words, against the written call")
    print(
        f"Final text        {result.final_p50:.2f} s after the end of a turn in the median, "
        f"{result.final_p95:.2f} s at the 95th percentile"
    )
    print(f"First text        {result.first_p50:.2f} s after a turn begins, in the median")
    print(f"Session           {face.session_id} in {paths.default_database()}")
    if screenshots:
        print(f"Pictures          {screenshots.resolve()}")
