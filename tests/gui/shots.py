"""Renders the windows with realistic content, to be looked at.

``python -m tests.gui.shots FOLDER`` draws everything at 100 % and 200 %, light and dark.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QPoint

from liveconvo_desktop.events import Fault, Gap, Session
from liveconvo_desktop.ui.sessions import SESSION_ROLE
from tests.gui.every_look import run
from tests.gui.script import CALL, NOW, ScriptedBackend, chip, segment, session_row
from tests.gui.shelf import fill

LINES = [
    ("user", "Thanks for making the time today, Dana. How did the pilot go for your team?"),
    ("other", "Honestly, better than I expected. The onboarding took two days instead of a week."),
    ("other", "The reps in Lyon liked it, although two of them still keep their own notes."),
    ("user", "That is good to hear. What would have to be true for the other two to switch?"),
    ("other", "They would need to trust the transcript. And the price has to come down a bit."),
    ("user", "Understood. What are you comparing the price with?"),
    ("other", "Mostly with what we pay today, which is around forty dollars a seat."),
]
TITLES = [
    ("Northwind renewal", "sales_call"),
    ("Contoso: discovery with Dana Whitfield and the procurement team", "sales_call"),
    ("Weekly pipeline review", "meeting"),
    ("Backend engineer, second round", "interview"),
    ("Adatum onboarding advice", "consultation"),
    ("Fabrikam: pricing", "sales_call"),
    ("Tailspin cold call", "sales_call"),
]
CHIPS = [
    chip(
        "c-1",
        "Price objection: anchor on the two days saved",
        kind="suggest",
        detail="Ask what a week of onboarding costs them before you talk about the price.",
        priority=1,
        t=30,
        quote="The price has to come down a bit.",
    ),
    chip("c-2", "Ask who else signs off", t=24, priority=2),
    chip("c-3", "You promised a date: repeat it at the end", kind="clarify", t=12, priority=3),
]
LONG = (
    "So what we would really need, and I say this as somebody who has been through three of these "
    "roll-outs in the last four years, is a guarantee in writing that the data of our customers "
    "never leaves the building, because otherwise our works council will simply not sign it."
)


def lines():
    return [
        segment(f"s-{n}", text, speaker=speaker, t0=4.0 + 6 * n)
        for n, (speaker, text) in enumerate(LINES)
    ]


def settle(app, seconds=0.35):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)


def fill_call(desk, app):
    desk.start()
    settle(app)
    call = desk.call
    call.clock, call.ratio = 754.0, 0.43
    for line in lines():
        call.show(line)
    call.show(
        segment(
            "s-p",
            "We could probably live with thirty five if you include",
            t0=60,
            final=False,
            stable=35,
        )
    )
    settle(app, 0.5)


def overlay_shots(desk, app, save):
    desk.overlay.show()
    desk.start()
    settle(app)
    save(desk.overlay, "overlay-listening")
    desk.call.show(desk.call.session(ended=True))
    settle(app)
    fill_call(desk, app)
    save(desk.overlay, "overlay-captions")
    for one in CHIPS:
        desk.call.show(one)
    settle(app)
    save(desk.overlay, "overlay-chips")
    desk.overlay.chips.cards[0].why.click()
    desk.overlay.header.opacity.click()
    settle(app)
    save(desk.overlay, "overlay-why")
    desk.overlay.header.opacity.click()
    desk.overlay.set_compact(True)
    settle(app)
    save(desk.overlay, "overlay-compact")
    desk.overlay.set_compact(False)
    desk.live.useful(CHIPS[0])
    desk.live.useful(CHIPS[1])
    desk.live.useful(CHIPS[2])
    call = desk.call
    call.behind, call.muted = 3.4, True
    call.show(
        Fault(
            "audio.speaker",
            "The call plays on another output, so their side is not heard.",
            "Choose the output that you hear them on.",
        )
    )
    call.show(chip("c-9", "Do not promise a discount", kind="avoid", priority=1, t=50))
    call.show(chip("c-8", "You have talked for two minutes", kind="warn", priority=2, t=51))
    call.show(segment("s-long", LONG, t0=70))
    settle(app, 0.6)
    save(desk.overlay, "overlay-fault")
    save(desk.main, "main-live-fault")


def main_shots(desk, app, save):
    desk.main.show()
    settle(app, 0.6)
    save(desk.main, "main-new")
    fill_call(desk, app)
    for one in CHIPS:
        desk.call.show(one)
    settle(app)
    save(desk.main, "main-live")
    desk.main.live_page.chips.cards[1].why.click()
    settle(app)
    save(desk.main, "main-live-why")
    desk.main.close()
    settle(app)
    save(desk.main.ending.question, "main-question")
    desk.main.ending.question.reject()
    desk.call.holds, desk.call.unsaved = True, 12
    desk.live.stop()
    settle(app)
    desk.main.close()
    settle(app)
    save(desk.main.ending.question, "main-question-unsaved")
    save(desk.main, "main-live-unsaved")
    desk.main.ending.question.reject()
    desk.main._quitting = False
    desk.call.end()
    settle(app, 0.6)
    row = desk.main.sessions.index(1).data(SESSION_ROLE)
    desk.backend.keep(row, lines())
    desk.main.list.setCurrentIndex(desk.main.sessions.index(1))
    settle(app, 0.6)
    save(desk.main, "main-session")


def library_shots(desk, app, save):
    fill(desk.store)
    desk.main.show()
    desk.main.show_library()
    settle(app, 0.8)
    page = desk.main.library
    page.table.selectRow(2)
    settle(app)
    save(desk.main, "library")
    page.tools.people.click()
    settle(app)
    save(page.dialog, "library-people")
    page.dialog.reject()
    page.table.selectRow(6)
    page.tools.delete.click()
    settle(app, 0.6)
    save(desk.main, "library-undo")
    page.field.setText("price tr")
    settle(app, 0.6)
    save(desk.main, "library-search")
    page.field.setText("zebra")
    settle(app, 0.6)
    save(desk.main, "library-nothing")
    page.field.clear()
    page.filters.tag.setCurrentIndex(1)
    page.filters.type.setCurrentIndex(2)
    settle(app, 0.6)
    save(desk.main, "library-filtered")
    page.filters.reset()
    desk.theme.set_scale(1.5)
    settle(app, 0.6)
    save(desk.main, "library-large")


def empty_shots(desk, app, save):
    desk.backend.rows = []
    desk.backend.device_list = []
    desk.backend.cut_off = [Session(CALL, "Fabrikam: pricing", "sales_call", None, NOW)]
    desk.main.sessions.reload()
    desk.main.recovery.ask()
    desk.main.show()
    settle(app, 0.6)
    save(desk.main, "main-empty")
    desk.main.show_library()
    settle(app, 0.6)
    save(desk.main, "library-empty")


def review_shots(app, save, scheme):
    """The review of a past call: as it opens, with everything in it, narrow, and without sound."""
    from liveconvo_desktop.store import Store
    from tests.gui.review_desk import SAID, ReviewDesk, keep_session

    with tempfile.TemporaryDirectory() as home:
        store = Store.open(Path(home) / "liveconvo.db")
        desk = ReviewDesk(app, store, scheme)
        desk.page.setObjectName("page")
        desk.page.show()
        long = [(who, t0 * 40, t1 * 40, text) for who, t0, t1, text in SAID]
        long[2] = ("other", *long[2][1:3], LONG)
        session_id = keep_session(store, [*SAID, *((w, a + 40, b + 40, t) for w, a, b, t in SAID)])
        desk.page.open(session_id)
        settle(app, 1.0)
        desk.page.go(15.0)
        desk.page.transcript.setFocus()
        settle(app, 0.1)
        save(desk.page, "review")
        fill_review(desk, app)
        save(desk.page, "review-edited")
        view = desk.page.transcript
        view.chip_clicked.emit(desk.model.chips(4)[0], QPoint(500, 300))
        settle(app, 0.2)
        save(desk.page.note, "review-chip")
        desk.page.note.close()
        desk.page.find_bar.field.setText("price")
        desk.page.find_bar.open()
        settle(app, 0.2)
        view.edit(desk.model.index(3))
        settle(app, 0.2)
        save(desk.page, "review-editing")
        title = "Contoso: discovery with Dana Whitfield and the procurement team, second part"
        desk.silent = "yes"
        desk.page.open(keep_session(store, long, title=title * 2))
        settle(app, 1.0)
        desk.page.name_speaker("other", "Alexandra Konstantinopoulou-Featherstonehaugh of Contoso")
        desk.page.resize(640, 560)
        settle(app, 0.5)
        save(desk.page, "review-narrow")
        desk.page.resize(1040, 700)
        desk.page.open(keep_session(store, [("user", 0, 1, " ")], chips=False))
        settle(app, 1.0)
        save(desk.page, "review-empty")
        desk.close()
        settle(app, 0.05)
        store.close()


def fill_review(desk, app):
    lines = desk.page.editing.lines.lines
    desk.page.name_speaker("other", "Dana Whitfield")
    desk.page.editing.star(lines[4])
    desk.page.editing.edit(lines[2].id, "Two of the reps in Lyon still keep their own notes.")
    desk.page.editing.comment(desk.page.editing.lines.lines[4], "Ask Kim what we paid last year.")
    desk.page.transcript.set_sought("price")
    desk.page.bar.skip.setChecked(True)
    desk.page.hearing.toggle()
    settle(app, 0.8)


def render(folder: Path, scheme: str, ratio: str) -> None:
    """One process draws one scheme at one scale."""
    from PySide6.QtWidgets import QApplication

    from tests.gui.desk import Desk

    app = QApplication([])

    def save(window, name):
        window.grab().save(str(folder / f"{name}-{scheme}-{ratio}x.png"))

    review_shots(app, save, scheme)
    for part in (main_shots, library_shots, overlay_shots, empty_shots):
        rows = [session_row(n, title, kind) for n, (title, kind) in enumerate(TITLES, 1)]
        backend = ScriptedBackend(rows)
        backend.lines, backend.chip_list = lines(), CHIPS
        backend.gap_list = [
            Gap(CALL, "speaker", 41.0, 45.0, "device"),
            Gap(CALL, "mic", 24.0, 27.0, "paused"),
            Gap(CALL, "speaker", 24.1, 27.1, "paused"),
        ]
        with tempfile.TemporaryDirectory() as memory:
            desk = Desk(app, Path(memory), backend, scheme)
            part(desk, app, save)
            desk.close()
            settle(app, 0.05)


if __name__ == "__main__":
    run("tests.gui.shots", render)
