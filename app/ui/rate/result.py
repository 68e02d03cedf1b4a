"""The page at the end: what was found in a sentence and a drawing, by whom, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core.lab.rating.result import Against, Outcome, Row
from app.ui import theme, thumbs
from app.ui.rate.chart import Chart, Mark
from app.ui.widgets import discard, say, scrolled
from engines.contract import Media

MOST_LOOKS, LOOK = 8, 104  # media shown of a setting, and their side in pixels


class ResultPage(QWidget):
    """Tells an outcome. `kept`, `used`, `exported`, `more`, `closed`: what was clicked."""

    kept = Signal()
    used = Signal()
    exported = Signal()
    more = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.outcome: Outcome | None = None
        self.question, self.sentence = say("", "dim", wrap=True), say("", "title", wrap=True)
        self.caption, self.chart = say("", "dim"), Chart()
        self.table = QGridLayout()
        self.raters = say("", "dim", wrap=True)
        self.looks = QGridLayout()
        tr = self.tr
        self.keep = self._deed("star", tr("Keep as a preset …"), self.kept)
        self.use = self._deed("control", tr("Use these settings"), self.used)
        self.export = self._deed("export", tr("Export the table …"), self.exported)
        self.add = self._deed("plus", tr("Add votes that came back …"), self.more)
        self.close_ = self._deed("check", tr("Close"), self.closed)
        self.keep.setProperty("look", "primary")
        self._build()

    def _deed(self, icon: str, text: str, signal: object) -> QPushButton:
        button = QPushButton(theme.icon(icon, "accent_text" if icon == "star" else "text"), text)
        button.setAutoDefault(False)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _checked=False: signal.emit())  # type: ignore[attr-defined]
        return button

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.XL, theme.L, theme.XL, theme.L)
        column.setSpacing(theme.L)
        self.table.setHorizontalSpacing(theme.XL)
        self.table.setVerticalSpacing(theme.S)
        for widget in (self.question, self.sentence, self.caption, self.chart):
            column.addWidget(widget)
        held = QHBoxLayout()
        held.addLayout(self.table)
        held.addStretch(1)
        column.addLayout(held)
        column.addWidget(self.raters)
        self.looks.setHorizontalSpacing(theme.M)
        self.looks.setVerticalSpacing(theme.S)
        seen = QHBoxLayout()
        seen.addLayout(self.looks)
        seen.addStretch(1)
        column.addLayout(seen)
        column.addStretch(1)
        area = scrolled(inner)
        below = QHBoxLayout()
        below.setContentsMargins(theme.XL, 0, theme.XL, theme.L)
        for button in (self.keep, self.use, self.export, self.add):
            below.addWidget(button)
        below.addStretch(1)
        below.addWidget(self.close_)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area, 1)
        whole.addLayout(below)

    def tell(self, outcome: Outcome) -> None:
        """Show an outcome."""
        self.outcome = outcome
        self.question.setText(outcome.question)
        self.sentence.setText(outcome.sentence)
        for button in (self.keep, self.use):
            button.setVisible(bool(outcome.recipe))
        named = self.tr("Keep “%1” as a preset …").replace("%1", _short(outcome.rows[0].name))
        self.keep.setText(named)
        self._draw(outcome)
        self._list(outcome)
        self.raters.setText(self._by(outcome))

    def _draw(self, outcome: Outcome) -> None:
        tr = self.tr
        self.chart.setVisible(outcome.mode != "knockout")
        self.caption.setVisible(outcome.mode != "knockout")
        if outcome.mode == "pairs":
            best = outcome.rows[0].name
            self.caption.setText(
                tr("How often “%1” is chosen over each other one, and 95 % bounds").replace("%1", best)
            )
            mine = [one for one in outcome.against if one.a == best]
            ticks = [(0.0, "0 %"), (0.25, "25 %"), (0.5, tr("chance")), (0.75, "75 %"), (1.0, "100 %")]
            over = tr("over %1")
            marks = [_over(one, over.replace("%1", one.b)) for one in mine]
            self.chart.show_marks(marks, (0.0, 1.0), ticks, 0.5)
        elif outcome.mode == "stars":
            self.caption.setText(tr("Mean stars of each, and 95 % bounds"))
            ticks = [(float(n), "★" * n) for n in range(1, 6)]
            self.chart.show_marks([_starred(row, outcome.winner) for row in outcome.rows], (1.0, 5.0), ticks)

    def _list(self, outcome: Outcome) -> None:
        _empty(self.table)
        tr = self.tr
        heads = {
            "pairs": ("", tr("strength"), tr("won"), tr("lost"), tr("alike"), tr("both bad")),
            "stars": ("", tr("stars")),
            "knockout": ("", tr("rounds won")),
        }[outcome.mode]
        rows: list[Sequence[str]] = [heads]
        for row in outcome.rows:
            counts = [str(n) for n in (row.won, row.lost, row.tied, row.bad)] if outcome.mode == "pairs" else []
            value = {"pairs": f"{row.value:+.2f}", "stars": f"{row.value:.2f}", "knockout": f"{row.value:g}"}
            rows.append([row.name, value[outcome.mode], *counts])
        for y, texts in enumerate(rows):
            for x, text in enumerate(texts):
                label = QLabel(text)
                label.setProperty("look", "dim" if y == 0 else "")
                side = Qt.AlignmentFlag.AlignRight if x else Qt.AlignmentFlag.AlignLeft
                self.table.addWidget(label, y, x, side)

    def show_looks(self, looks: Sequence[Sequence[Media]]) -> None:
        """Some media of each setting, in the order of the outcome: which is which may be seen now."""
        _empty(self.looks)
        assert self.outcome is not None
        for y, (row, each) in enumerate(zip(self.outcome.rows, looks, strict=False)):
            self.looks.addWidget(say(row.name, "dim"), 2 * y, 0, 1, MOST_LOOKS)
            for x, media in enumerate(each):
                label = QLabel()
                label.setPixmap(QPixmap.fromImage(thumbs.thumb(media, LOOK, theme.current(self))))
                label.setAccessibleName(row.name)
                self.looks.addWidget(label, 2 * y + 1, x)

    def _by(self, outcome: Outcome) -> str:
        tr = self.tr
        told = []
        for one in outcome.raters:
            text = tr("%1: %2 answers").replace("%1", one.name).replace("%2", str(one.votes))
            told.append(text if one.finished else f"{text}, {tr('not finished, so not counted')}")
        lines = [" · ".join(told)]
        if outcome.alpha is not None:
            text = tr("Agreement of the raters (Krippendorff's alpha, 1 all agree, 0 as chance): %1")
            lines.append(text.replace("%1", f"{outcome.alpha:.2f}"))
        return "\n".join(lines)


def _empty(layout: QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            discard(widget)


def _over(one: Against, name: str) -> Mark:
    share, low, high = one.share
    return Mark(name, share, low, high, f"{100 * share:.0f} % ({100 * low:.0f}–{100 * high:.0f})", one.low > 0)


def _starred(row: Row, winner: str) -> Mark:
    bounds = f" ({row.low:.1f}–{row.high:.1f})" if row.low is not None and row.high is not None else ""
    return Mark(row.name, row.value, row.low, row.high, f"{row.value:.1f}{bounds}", row.name == winner)


def _short(text: str) -> str:
    return text if len(text) <= 32 else f"{text[:31]}…"
