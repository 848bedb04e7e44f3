"""The model writer's key and connection: kept, removed, tested, and where the words would go."""

from __future__ import annotations

import threading
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QLineEdit

from liveconvo_desktop.settings import SummarySettings, keys
from liveconvo_desktop.summary.base import CancelledError
from liveconvo_desktop.summary.probe import Probed, probe
from liveconvo_desktop.ui.banner import Banner
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.parts import IconLabel, PushButton, column, label, row, rule
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.summary_parts import WorkBar
from liveconvo_desktop.ui.theme import L, M, S

_LOOK_MS = 100
_LONGEST_HOST = 20
_PLACES: dict[keys.Place, str] = {
    "keyring": "A key for {host} is kept in the system's keyring. It is not shown again.",
    "environment": f"The key in {keys.VARIABLE} is used for every address; it goes first.",
    "nowhere": "No key is kept for {host}.",
    "locked": "The keyring is locked or does not answer. Unlock it to keep or use a key.",
    "missing": f"This computer has no keyring to keep a key in. Start one (GNOME Keyring, KWallet),"
    f" or set {keys.VARIABLE} before LiveConvo starts.",
}


class EndpointPanel(QFrame):
    """Everything about the endpoint that is not a setting.

    Attributes:
        models: A test found these names at the endpoint; carries a tuple.
    """

    models = Signal(object)

    def __init__(self, theme_: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._mine = SummarySettings()
        # What the address's field says is what is saved.
        self._settled = True
        self._place: keys.Place | None = None
        self._stopped: threading.Event | None = None
        self._told = (0.0, "")
        self.setProperty("card", "true")
        self._icon = IconLabel(theme_, "privacy", "text_2")
        self.where = label("", wrap=True)
        self.key_state = label("", "small", "second", wrap=True)
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText("Paste the key")
        self.key.setAccessibleName("Key for the model's address")
        self.keep = PushButton(theme_, "Save key")
        self.remove = PushButton(theme_, "Remove key", kind="danger")
        self.test = PushButton(theme_, "Test connection")
        self.work = WorkBar(theme_)
        self.outcome = Banner(theme_, "info", "", "", focusable=True)
        self.outcome.hide()
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._lay_out()
        self._connect()
        self.fill(self._mine)

    def fill(self, mine: SummarySettings, *, look: bool = False) -> None:
        """Show what holds for these settings; the keyring is asked about another address.

        Args:
            mine: As they are saved.
            look: It is asked in any case: the key may have come or gone elsewhere.
        """
        moved = mine.base_url != self._mine.base_url
        if moved or mine.model != self._mine.model:
            self.outcome.hide()
            self._stop()
        self._mine = mine
        self.where.setText(where_to(mine))
        away = bool(mine.sends_to)
        self._icon.describe("warn" if away else "privacy", "warning" if away else "success")
        if moved:
            self._place = None
        self._show()
        if mine.base_url and (moved or look):
            self._ask_place()

    @Slot(bool)
    def settle(self, on: bool) -> None:
        """Whether the address in its field is the one that is saved, and that a key is kept for."""
        self._settled = on
        self._show()

    def finish(self) -> None:
        """The program ends: a test under way is cancelled."""
        self._stop()

    def _lay_out(self) -> None:
        top = row(self._icon, self.where, spacing=M)
        top.setStretch(1, 1)
        top.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        box = column(spacing=M)
        box.setContentsMargins(L, L, L, L)
        box.addLayout(top)
        box.addWidget(rule())
        box.addLayout(column(label("Key", "lead"), self.key_state, spacing=2))
        # The button names the host: beside it the field would be too narrow for a key.
        box.addWidget(self.key)
        box.addLayout(row(self.keep, self.remove, None, spacing=S))
        box.addWidget(rule())
        said = "Asks for the models and for one word. Nothing of a call is sent."
        test = row(spacing=L)
        told = label("Connection", "lead"), label(said, "small", "second", wrap=True)
        test.addLayout(column(*told, spacing=2), 1)
        test.addWidget(self.test)
        box.addLayout(test)
        box.addWidget(self.work)
        box.addWidget(self.outcome)
        self.setLayout(box)

    def _connect(self) -> None:
        self.key.textChanged.connect(self._typed)
        self.key.returnPressed.connect(self._keep)
        self.keep.clicked.connect(self._keep)
        self.remove.clicked.connect(self._remove)
        self.test.clicked.connect(self.begin)
        self.work.cancel.clicked.connect(self._cancel)
        self.outcome.closed.connect(self.outcome.hide)
        self._clock.timeout.connect(self._tell)

    def _show(self) -> None:
        """Bring the key and the test in line with what is known."""
        usable = bool(self._mine.base_url) and self._settled
        self.key.setEnabled(usable)
        self.remove.setEnabled(usable)
        self.test.setEnabled(usable and self._stopped is None)
        self.key_state.setText(self._state())
        kept = self._place == "keyring"
        self.remove.setVisible(kept)
        self.key.setPlaceholderText("Paste a new key" if kept else "Paste the key")
        verb, whom = "Replace key" if kept else "Save key", self._mine.host
        self.keep.setText(f"{verb} for {_middle_out(whom)}" if whom else verb)
        self.keep.setAccessibleName(f"{verb} for {whom}" if whom else verb)
        self.keep.setToolTip(whom)
        self._typed()

    def _state(self) -> str:
        if not self._settled:
            return "The address is not saved yet: a key belongs to one address. Press Enter there."
        if not self._mine.base_url:
            return "Name the model's address first: a key belongs to one address."
        if self._place is None:
            return "Looking into the keyring…"
        words = _PLACES[self._place].format(host=self._mine.host)
        if self._place in ("nowhere", "missing") and self._mine.local:
            words = f"{words} A server on this computer often needs none."
        return words

    @Slot()
    def _typed(self) -> None:
        self.keep.setEnabled(self.key.isEnabled() and bool(self.key.text().strip()))

    def _ask_place(self) -> None:
        asked = self._mine.base_url
        self._bridge.run(
            partial(keys.place, asked),
            partial(self._found, asked),
            partial(self._failed, "The keyring cannot be asked"),
            "keyring",
        )

    def _found(self, asked: str, place: keys.Place) -> None:
        if asked == self._mine.base_url:
            self._place = place
            self._show()

    @Slot()
    def _keep(self) -> None:
        if not self.keep.isEnabled():
            return
        given = self.key.text()
        # Not one moment longer than needed, and never shown again.
        self.key.clear()
        self._bridge.run(
            partial(keys.put, self._mine.base_url, given),
            self._kept,
            partial(self._failed, "The key could not be kept"),
            "keyring",
        )

    def _kept(self, _: None) -> None:
        self._say("info", "The key is kept in the system's keyring.")
        self._ask_place()

    @Slot()
    def _remove(self) -> None:
        self._bridge.run(
            partial(keys.remove, self._mine.base_url),
            self._removed,
            partial(self._failed, "The key could not be removed"),
            "keyring",
        )

    def _removed(self, was_there: bool) -> None:
        self._say("info", "The key is removed." if was_there else "There was no key.")
        self._ask_place()

    @Slot()
    def begin(self) -> None:
        """Test the connection."""
        if self._stopped is not None:
            return
        stopped = self._stopped = threading.Event()
        self._told = (0.0, "Starting")
        self.outcome.hide()
        self.work.show()
        self.test.setEnabled(False)
        self._clock.start()
        self._tell()
        self._bridge.run(
            partial(probe, self._mine.model_copy(), self._report, stopped.is_set),
            partial(self._tested, stopped),
            partial(self._not_tested, stopped),
            "endpoint",
        )

    def _report(self, done: float, doing: str) -> None:
        """On the working thread; the clock reads it."""
        self._told = (done, doing)

    @Slot()
    def _tell(self) -> None:
        done, doing = self._told
        self.work.tell(done, f"{doing}…")

    @Slot()
    def _cancel(self) -> None:
        self._stop()
        self._say("info", "The test was cancelled.")

    def _stop(self) -> None:
        if self._stopped is not None:
            self._stopped.set()
            self._over(self._stopped)

    def _over(self, stopped: threading.Event) -> bool:
        """The test is no more under way; False when it was not the one that counts."""
        if stopped is not self._stopped:
            return False
        self._stopped = None
        self._clock.stop()
        self.work.hide()
        self._show()
        return True

    def _tested(self, stopped: threading.Event, found: Probed) -> None:
        if self._over(stopped):
            self._say("info" if found.ready else "warning", found.message, found.hint)
            self.models.emit(found.models)

    def _not_tested(self, stopped: threading.Event, error: Exception) -> None:
        if self._over(stopped) and not isinstance(error, CancelledError):
            self._failed("The connection could not be tested", error)

    def _failed(self, what: str, error: Exception) -> None:
        fault = explain(error, what)
        self._say("danger", fault.message, fault.hint)

    def _say(self, look: str, message: str, hint: str = "") -> None:
        self.outcome.say(look, message, hint)
        self.outcome.show()


def _middle_out(host: str) -> str:
    """Both ends of a long name: the beginning says which computer, the end whose it is."""
    half = _LONGEST_HOST // 2
    return host if len(host) <= _LONGEST_HOST else f"{host[:half]}…{host[-half:]}"


def where_to(mine: SummarySettings) -> str:
    """What the choice of the writer means for the words of a call."""
    if mine.writer == "offline":
        only = f" {mine.model} is asked only where you choose it for a call."
        said = "Summaries are written on this computer; nothing is sent anywhere."
        return said + (only if mine.has_model else "")
    if not mine.has_model:
        return "A language model is chosen, but it has no address and name yet: nothing is sent."
    return mine.destination
