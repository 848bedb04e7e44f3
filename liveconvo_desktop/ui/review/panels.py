"""What stands beside the transcript: the call's figures, and slots for other panels."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QTabWidget, QWidget

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.language.saying import SPEAKERS
from liveconvo_desktop.review.figures import SIDES, Figures
from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.parts import PushButton, column, label, row, rule
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XS, L, M, S

_ROWS = (
    ("Talk", "Time this side spoke"),
    ("Words", "Words this side said"),
    ("Words a minute", "Words over the minutes of this side's own talk"),
    ("Questions", "Sentences that ask something"),
    ("Longest monologue", "Longest time this side held the floor without a pause of two seconds"),
)


_WIDTH, _GROWTH = 300, 210
"""Least width of the side panels, and how much more twice the text size needs."""
_NAME = 64
"""Width of a column of figures."""


class Split(QWidget):
    """Two sides' shares of the talk as one bar."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme, self._ratio = theme_, -1.0
        theme_.changed.connect(self.update)

    def set_ratio(self, ratio: float | None) -> None:
        """The user's share, or None where nobody spoke."""
        self._ratio = -1.0 if ratio is None else ratio
        self.setAccessibleName(f"You talked {words.share(ratio)}")
        self.update()

    def sizeHint(self) -> QSize:
        """A bar."""
        return QSize(120, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The user's part left, theirs right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        if self._ratio < 0:
            painter.setBrush(self._theme.colour("sunken"))
            painter.drawRoundedRect(whole, 4, 4)
            return
        cut = words.divided(self._ratio, whole.width(), 4.0)
        painter.setBrush(self._theme.colour("you"))
        painter.drawRoundedRect(QRectF(0, 0, max(0.0, cut - 1), whole.height()), 4, 4)
        painter.setBrush(self._theme.colour("them"))
        rest = max(0.0, whole.width() - cut - 1)
        painter.drawRoundedRect(QRectF(cut + 1, 0, rest, whole.height()), 4, 4)


class FiguresPanel(QWidget):
    """Both sides beside each other, then what concerns the call as a whole.

    Attributes:
        jump: The user wants to hear a figure's place.
    """

    jump = Signal(float)

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._cells: dict[tuple[Speaker, str], QLabel | PushButton] = {}
        self._names = {side: label("", "section") for side in SIDES}
        self._names["user"].setObjectName("you")
        self._names["other"].setObjectName("them")
        self._split = Split(theme_)
        self._share = label("", "headline", wrap=True)
        self._whole = {name: label("", "lead") for name in ("pace", "patience", "silence")}
        self._places: dict[Speaker, float] = {}
        self._theme = theme_
        self._build()

    def show_figures(self, figures: Figures, names: dict[Speaker, str]) -> None:
        """Fill in."""
        ratio = figures.talk_ratio
        self._share.setText(f"You talked {words.share(ratio)}" if ratio is not None else "No talk")
        self._split.set_ratio(ratio)
        for side in SIDES:
            found = figures.sides[side]
            self._name(side, names.get(side, SPEAKERS[side]))
            wpm = found.words_per_minute
            held = found.monologue
            if held is not None:
                self._places[side] = held[0]
            texts = (
                words.clock(found.seconds),
                f"{found.words:,}",
                f"{wpm:.0f}" if wpm is not None else "–",
                str(found.questions),
                words.clock(held[1] - held[0]) if held else "–",
            )
            for (name, _), text in zip(_ROWS, texts, strict=True):
                self._cells[side, name].setText(text)
            self._cells[side, "Longest monologue"].setEnabled(held is not None)
        pace, wait = figures.interactivity, figures.patience
        self._whole["pace"].setText(f"{pace:.1f} a minute" if pace is not None else "–")
        self._whole["patience"].setText(f"{wait:.1f} s" if wait is not None else "–")
        quiet = sum(t1 - t0 for t0, t1 in figures.silences)
        many = len(figures.silences)
        self._whole["silence"].setText(f"{many}, {words.duration(quiet)} in all" if many else "0")

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(M)
        grid.setVerticalSpacing(S)
        grid.setColumnStretch(0, 1)
        for at, side in enumerate(SIDES, 1):
            grid.addWidget(self._names[side], 0, at, Qt.AlignmentFlag.AlignRight)
        for line, (name, what) in enumerate(_ROWS, 1):
            caption = _caption(name, what)
            grid.addWidget(caption, line, 0)
            for at, side in enumerate(SIDES, 1):
                cell = self._cell(side, name)
                self._cells[side, name] = cell
                grid.addWidget(cell, line, at, Qt.AlignmentFlag.AlignRight)
        whole = column(spacing=S)
        for key, name, what in (
            ("pace", "Interactivity", "How often the floor went over to the other side"),
            ("patience", "Patience", "Median time you waited before you answered"),
            ("silence", "Silences", "Two seconds or more without a word from anybody"),
        ):
            pair = row(_caption(name, what), self._whole[key])
            pair.setStretch(0, 1)
            whole.addLayout(pair)
        box = column(self._share, self._split, XS, spacing=S)
        box.addLayout(grid)
        box.addWidget(rule())
        box.addLayout(whole)
        box.addStretch(1)
        box.setContentsMargins(L, L, L, L)
        self.setLayout(box)

    def _name(self, side: Speaker, name: str) -> None:
        """A long name must not push the figures out of the panel."""
        shown = self._names[side]
        room = self._theme.px(_NAME)
        shown.setText(shown.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room))
        shown.setToolTip(name)
        shown.setAccessibleName(name)

    def _cell(self, side: Speaker, name: str) -> QLabel | PushButton:
        if name != "Longest monologue":
            return label("", "lead")
        button = PushButton(self._theme, "", kind="quiet", small=True)
        button.setObjectName("figure")
        button.setToolTip("Hear it")
        button.clicked.connect(self._hear_user if side == "user" else self._hear_other)
        return button

    @Slot()
    def _hear_user(self) -> None:
        self.jump.emit(self._places["user"])

    @Slot()
    def _hear_other(self) -> None:
        self.jump.emit(self._places["other"])


def _caption(name: str, what: str) -> QLabel:
    made = label(name, "", "second", wrap=True)
    made.setToolTip(what)
    # Words may break: at a large text size the figures need the room.
    made.setMinimumWidth(1)
    return made


class SidePanels(QTabWidget):
    """Tabs beside the transcript.

    Attributes:
        jump: A panel wants to go to a second.
    """

    jump = Signal(float)

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme = theme_
        self.setDocumentMode(True)
        theme_.changed.connect(self._fit)
        self._fit()
        self.setAccessibleName("About this call")

    def add_panel(self, title: str, widget: QWidget) -> None:
        """Put a panel into a tab of its own; its ``jump`` signal seeks."""
        if isinstance(widget, QScrollArea):
            self.addTab(widget, title)
        else:
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(widget)
            self.addTab(area, title)
        wanted = getattr(widget, "jump", None)
        if wanted is not None:
            wanted.connect(self.jump)

    def lead_with(self, title: str) -> None:
        """Put a panel first and show it."""
        at = self._place(title)
        self.tabBar().moveTab(at, 0)
        self.setCurrentIndex(0)

    def show_panel(self, title: str) -> None:
        """Bring a panel to the front."""
        self.setCurrentIndex(self._place(title))

    def _place(self, title: str) -> int:
        return [self.tabText(at) for at in range(self.count())].index(title)

    @Slot()
    def _fit(self) -> None:
        # Slower than the text grows, to leave room for the transcript.
        self.setMinimumWidth(round(_WIDTH + _GROWTH * (self._theme.scale - 1)))
