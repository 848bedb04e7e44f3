"""A review page over a real store, with a player that plays nothing."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QPoint, Qt

from liveconvo_desktop.events import Evidence, Gap, new_id
from liveconvo_desktop.review.session import Recording
from liveconvo_desktop.store import Store
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.review.page import ReviewPage
from liveconvo_desktop.ui.style import Theme
from tests.gui.script import NOW
from tests.store.make import make_chip, make_segment, make_session

SAID = [
    ("user", 0.5, 4.0, "Thanks for making the time today. How did the pilot go?"),
    ("other", 4.5, 9.0, "Honestly, better than I expected. The onboarding took two days."),
    ("other", 9.5, 13.0, "Two of the reps still keep their own notes."),
    ("user", 15.0, 18.0, "What would have to be true for them to switch?"),
    ("other", 18.5, 24.0, "They would need to trust it. And the price has to come down."),
    ("user", 30.0, 33.0, "Understood."),
]


WORDS = [text for _, _, _, text in SAID]


class FakePlayer:
    """Notes what it is told; ``hear`` lets time pass."""

    def __init__(self, seconds: float = 40.0) -> None:
        self.seconds, self.position = seconds, 0.0
        self.playing, self.closed = False, False
        self.speed, self.sides, self.skips = 1.0, None, None
        self.fault = None

    def hear(self, t: float) -> None:
        self.position = t

    def take_fault(self):
        fault, self.fault = self.fault, None
        return fault

    def play(self) -> None:
        self.playing = True

    def pause(self) -> None:
        self.playing = False

    def seek(self, t: float) -> None:
        self.position = t

    def set_speed(self, speed: float) -> None:
        self.speed = speed

    def set_sides(self, sides) -> None:
        self.sides = sides

    def set_skips(self, skips) -> None:
        self.skips = skips

    def close(self) -> None:
        self.closed = True


def keep_session(store: Store, said=SAID, *, title="Northwind renewal", chips=True, **more) -> str:
    """A finished call with two chips and a marked gap."""
    session = make_session(title=title, started_at=NOW - timedelta(days=1), **more)
    store.save(session)
    ids = []
    for speaker, t0, t1, text in said:
        channel = "mic" if speaker == "user" else "speaker"
        ids.append(new_id())
        store.save(
            make_segment(
                session.id, id=ids[-1], speaker=speaker, channel=channel, t0=t0, t1=t1, text=text
            )
        )
    if chips:
        price = make_chip(
            session.id,
            kind="suggest",
            text="Price objection: anchor on the two days saved",
            detail="Ask what a week of onboarding costs them before you talk about the price.",
            t=24.2,
            evidence=(Evidence(ids[4], "And the price has to come down."),),
        )
        asks = make_chip(session.id, text="Ask who else signs off", t=13.5, evidence=())
        for one in (price, asks):
            store.save(one)
        store.note_chip(price.id, displayed=True, feedback="helpful")
        store.note_chip(asks.id, displayed=True, dismissed=True)
        store.save(Gap(session.id, "speaker", 24.5, 29.0, "device"))
    store.finish_session(session.id, NOW, max(t1 for _, _, t1, _ in said) + 7.0)
    return session.id


class ReviewDesk:
    """A page, what it reads, and what it plays."""

    def __init__(self, app, store: Store, scheme: str = "light", scale: float = 1.0) -> None:
        self.store = store
        self.players: list[FakePlayer] = []
        self.recordings: list[Recording] = []
        self.silent = ""
        self.theme = Theme(app, scale, scheme)
        self.bridge = Bridge()
        self.page = ReviewPage(self.theme, self.bridge, store, lambda: NOW, self._open_player)
        self.page.resize(1040, 700)

    @property
    def player(self) -> FakePlayer:
        return self.players[-1]

    @property
    def model(self):
        return self.page.model

    def texts(self) -> list[str]:
        rows = (self.model.line(at) for at in range(self.model.rowCount()))
        return [row.text for row in rows if row is not None]

    def close(self) -> None:
        self.page.finish()
        self.bridge.close()
        self.page.hide()
        self.page.deleteLater()

    def _open_player(self, recording: Recording):
        self.recordings.append(recording)
        if self.silent:
            return None
        self.players.append(FakePlayer())
        return self.players[-1]


def stored(review) -> list[str]:
    return [one.text for one in review.store.transcript(review.page.session_id)]


def select(review, at: int) -> None:
    review.page.transcript.show_row(at, select=True)
    review.page.transcript.setFocus()


def click(review, qtbot, at: int) -> None:
    view = review.page.transcript
    view.show_row(at)
    box = view.visualRect(review.model.index(at))
    place = QPoint(box.left() + 120, box.center().y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
