"""A summary to read: short version, decisions, action items, questions, notes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from liveconvo_desktop.review.summary_view import Overview
from liveconvo_desktop.summary.base import Action, Draft, Statement
from liveconvo_desktop.summary.edits import Place
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.parts import IconLabel, label
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.summary_action import ActionRow
from liveconvo_desktop.ui.summary_rows import Bullet, StatementRow

WIDTH = 760
"""Of the text at most, in logical pixels: longer lines are hard to read."""


class SummaryPage(QScrollArea):
    """Shows a draft; built anew for each.

    Attributes:
        jump: A citation was clicked; carries seconds.
        reworded: Place and new words of a statement.
        ticked: Number of an action item, and whether it is done.
        revised: Number of an action item, its words, owner and day.
    """

    jump = Signal(float)
    reworded = Signal(object, str)
    ticked = Signal(int, bool)
    revised = Signal(int, str, str, object)

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme = theme_
        self._shown: object = None
        self.rows: list[StatementRow] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def editing(self) -> bool:
        """Words are being typed."""
        return any(row.editor is not None for row in self.rows)

    def says_already(self, draft: Draft) -> None:
        """The rows were changed by the user and say this now."""
        if isinstance(self._shown, tuple):
            self._shown = (draft, *self._shown[1:])

    def keep_edits(self) -> None:
        """Take what is being typed as it is: the rows are about to be built anew."""
        rows = self.rows
        for row in rows:
            row.keep()
            if self.rows is not rows:
                # A statement went, and with it these rows: their numbers hold no longer.
                return

    def show_draft(self, seen: Overview, draft: Draft, *, editable: bool = True) -> None:
        """Show these words; the place in the page stays where it was.

        What is shown already stays as it is, with the keyboard where it was.

        Args:
            seen: Times and names.
            draft: What to show.
            editable: Whether the user may change it.
        """
        wanted = (draft, seen.times, seen.names, editable)
        if wanted == self._shown:
            return
        self._shown = wanted
        place = self.verticalScrollBar().value()
        self.rows = []
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.XL)
        column.setSpacing(theme.XS)
        filler = _Filler(self._theme, self, seen, draft, column, editable)
        filler.fill()
        column.addStretch(1)
        body.setMaximumWidth(WIDTH)
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(body, 1)
        line.addStretch(0)
        self.setWidget(holder)
        self.verticalScrollBar().setValue(place)


class _Filler:
    """Puts the parts of one draft into the column."""

    def __init__(
        self,
        theme_: Theme,
        page: SummaryPage,
        seen: Overview,
        draft: Draft,
        column: QVBoxLayout,
        editable: bool,
    ) -> None:
        self._theme, self._page, self._seen, self._draft = theme_, page, seen, draft
        self._column, self._editable = column, editable

    def fill(self) -> None:
        draft = self._draft
        for number, one in enumerate(draft.tldr):
            self._statement(one, ("tldr", number), bullet=False)
        for gap in draft.gaps:
            self._gap(gap)
        self._section("Decisions", draft.decisions, "decisions")
        self._actions(draft.actions)
        self._section("Follow-up questions", draft.questions, "questions")
        self._notes()

    def _section(self, title: str, said: Sequence[Statement], part: str) -> None:
        if said:
            self._title(title)
        for number, one in enumerate(said):
            place: Place = ("questions" if part == "questions" else "decisions", number)
            self._statement(one, place)

    def _actions(self, actions: Sequence[Action]) -> None:
        if actions:
            self._title("Action items")
        for number, action in enumerate(actions):
            names = self._seen.names
            row = ActionRow(
                self._theme, action, self._times(action), names, editable=self._editable
            )
            row.ticked.connect(partial(self._page.ticked.emit, number))
            row.revised.connect(partial(self._page.revised.emit, number))
            self._add(row, ("actions", number))

    def _notes(self) -> None:
        if self._draft.notes:
            self._title("Notes")
            made = label(self._draft.notes, wrap=True)
            made.setTextFormat(Qt.TextFormat.MarkdownText)
            self._column.addWidget(made)
            return
        if self._draft.topics:
            self._title("Notes")
        for number, topic in enumerate(self._draft.topics):
            when = f"{words.clock(topic.t0)}–{words.clock(topic.t1)}" if topic.t1 else ""
            self._heading(topic.heading, when)
            for at, one in enumerate(topic.statements):
                self._statement(one, ("topics", number, at))

    def _title(self, text: str) -> None:
        self._column.addSpacing(theme.L)
        self._column.addWidget(label(text, "callout"))

    def _heading(self, text: str, when: str) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(0, theme.S, 0, 0)
        line.setSpacing(theme.S)
        line.addWidget(label(text, "lead", wrap=True), 1)
        line.addWidget(label(when, "small", "quiet"), 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(line)

    def _gap(self, text: str) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(0, theme.XS, 0, 0)
        line.setSpacing(theme.S)
        line.addWidget(IconLabel(self._theme, "warn", "warning"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(text, "", "second", wrap=True), 1)
        self._column.addLayout(line)

    def _statement(self, said: Statement, place: Place, bullet: bool = True) -> None:
        lead = Bullet(self._theme) if bullet else None
        row = StatementRow(self._theme, said, self._times(said), lead, editable=self._editable)
        self._add(row, place)

    def _add(self, row: StatementRow, place: Place) -> None:
        row.jump.connect(self._page.jump)
        row.reworded.connect(partial(self._page.reworded.emit, place))
        self._page.rows.append(row)
        self._column.addWidget(row)

    def _times(self, said: Statement) -> list[float]:
        return [self._seen.times[one] for one in said.sources if one in self._seen.times]
