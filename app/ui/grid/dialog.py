"""The dialog of grids: up to three sides, how many jobs that is and how long it takes, and the sheet."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.lab import sheet, verdict
from app.studio import Studio
from app.studio.grid import Forecast
from app.ui import theme
from app.ui.declared import said
from app.ui.grid.axis import AxisRow
from app.ui.grid.view import SheetView
from app.ui.widgets import Choice, Empty, discard, relook, say
from engines.contract import Refused
from engines.prompt.grid import AXES, Cell

LOOK_MS = 200


class GridDialog(QDialog):
    """What changes along the sides of a grid; beside it the last one made. The window can be used meanwhile."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setWindowTitle(self.tr("Grid"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows: list[AxisRow] = []
        self.add = QPushButton(theme.icon("plus"), self.tr("Another side"))
        self.told = say("", "dim", wrap=True)
        self.make = QPushButton(theme.icon("spark", "accent_text"), self.tr("Make the grid"))
        self.stop = QPushButton(theme.icon("stop"), self.tr("Stop"))
        self.export = QPushButton(theme.icon("export"), self.tr("Export the sheet …"))
        self.rate = QPushButton(theme.icon("compare"), self.tr("Rate blind …"))
        self.view = SheetView(studio)
        self.progress, self.effects = say("", "dim"), say("", "small", wrap=True)
        self.marks = Choice()
        self._turn = 0
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._build()
        self._listen()
        self.show_axes((studio.sheet.axes if studio.sheet else ()) or ("",))
        self.rows[0].values.setFocus()
        self._look()
        self._show()
        self._judged()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self.column = QVBoxLayout()
        self.column.setSpacing(theme.L)
        left = QVBoxLayout()
        left.setSpacing(theme.L)
        left.addLayout(self.column)
        left.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        self.told.setMinimumHeight(2 * self.told.fontMetrics().lineSpacing())
        left.addWidget(self.told)
        self.make.setProperty("look", "primary")
        self.make.setMinimumHeight(36)
        left.addWidget(self.make)
        side = QWidget()
        side.setLayout(left)
        side.setFixedWidth(292)
        left.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        row.setSpacing(theme.XL)
        row.addWidget(side)
        row.addLayout(self._right(), 1)
        self.resize(1000, 640)
        for one in (self.add, self.make, self.stop, self.rate, self.export):
            one.setAutoDefault(False)
            one.setAccessibleName(one.text())

    def _right(self) -> QVBoxLayout:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        area.setWidget(self.view)
        empty = Empty(
            "tiles",
            self.tr("No grid yet"),
            self.tr(
                "Choose what changes along each side: guidance, words, seeds, LoRAs … One result fills each square."
            ),
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(area)
        below = QHBoxLayout()
        below.addWidget(self.progress, 1)
        self.marks.setAccessibleName(self.tr("Cells are marked by"))
        self.marks.setToolTip(self.tr("What the cells are marked by: the stars of the history (S), or a metric"))
        below.addWidget(self.marks)
        below.addWidget(self.stop)
        below.addWidget(self.rate)
        below.addWidget(self.export)
        column = QVBoxLayout()
        column.setSpacing(theme.M)
        column.addWidget(self.pages, 1)
        column.addWidget(self.effects)
        column.addLayout(below)
        return column

    def _listen(self) -> None:
        studio = self.studio
        self.add.clicked.connect(lambda _checked=False: self._another())
        self.make.clicked.connect(lambda _checked=False: studio.make_grid(self.texts()))
        self.stop.clicked.connect(lambda _checked=False: studio.stop_grid())
        self.export.clicked.connect(lambda _checked=False: self._ask_export())
        self.view.opened.connect(studio.show)
        self.marks.activated.connect(lambda n: studio.judging.judge(str(self.marks.itemData(n))))
        studio.judging.changed.connect(self._judged)
        self._soon.timeout.connect(self._look)
        studio.grid_changed.connect(self._show)
        studio.draft_changed.connect(self._draft_changed)
        studio.engines_changed.connect(self._rebuild)

    # ------------------------------------------------------------ the sides

    def texts(self) -> list[str]:
        """The axes as they are typed, without the empty ones."""
        return [row.text for row in self.rows if row.text]

    def show_axes(self, texts: Sequence[str]) -> None:
        """Show these axes in place of what is typed."""
        for row in list(self.rows):
            self._drop(row)
        for text in texts:
            self._row(text)
        self._soon.start()

    def _another(self) -> None:
        taken = {row.what.currentData() for row in self.rows}
        row = self._row("")
        names = [row.what.itemData(n) for n in range(row.what.count())]
        usual = [name for name in ("guidance", "steps", "seed", *names) if name in names and name not in taken]
        row.set_name(usual[0] if usual else names[0])
        row.values.setFocus()
        self._soon.start()

    def _row(self, text: str) -> AxisRow:
        row = AxisRow(self.studio)
        if text:
            row.set_text(text)
        else:
            names = {row.what.itemData(n) for n in range(row.what.count())}
            row.set_name("guidance" if "guidance" in names else "seed")
        row.changed.connect(self._soon.start)
        row.dropped.connect(lambda: self._drop(row))
        self.rows.append(row)
        self.column.addWidget(row)
        self._number()
        return row

    def _drop(self, row: AxisRow) -> None:
        self.rows.remove(row)
        discard(row)
        self._number()
        self._soon.start()

    def _number(self) -> None:
        sides = (self.tr("ACROSS"), self.tr("DOWN"), self.tr("IN BLOCKS"))
        for side, row in zip(sides, self.rows, strict=False):
            row.side.setText(side)
            row.drop.setVisible(len(self.rows) > 1)
        self.add.setVisible(len(self.rows) < AXES)

    def _draft_changed(self, fields: set[str]) -> None:
        if "engine" in fields:
            self._rebuild()
        self._soon.start()

    def _rebuild(self) -> None:
        for row in self.rows:
            row.rebuild()
        self._soon.start()

    # ------------------------------------------------------------ what it says

    def _look(self) -> None:
        """Say what the grid would be, or why it cannot be."""
        try:
            _, cells = self.studio.grid_axes(self.texts()) if self.texts() else ([], ())
        except Refused as refused:
            self._say(refused.failure.sentence, bad=True)
            return
        if not cells:
            self._say(self.tr("Write the values of a side."), bad=False)
            return
        self._say(self._jobs(cells), bad=False)
        self.make.setEnabled(True)
        self._turn += 1
        turn = self._turn

        def known(found: Forecast) -> None:
            if turn == self._turn and found.seconds is not None:
                self._say(f"{self._jobs(cells)} · {self.tr('about %1').replace('%1', span(found.seconds))}", bad=False)
                self.make.setEnabled(True)

        self.studio.forecast_grid(cells, known)

    def _say(self, text: str, *, bad: bool) -> None:
        self.told.setText(text)
        relook(self.told, "bad" if bad else "dim")
        self.make.setEnabled(False)

    def _jobs(self, cells: tuple[Cell, ...]) -> str:
        return self.tr("%1 results").replace("%1", str(len(cells))) if len(cells) != 1 else self.tr("1 result")

    def _show(self) -> None:
        sheet = self.studio.sheet
        self.pages.setCurrentIndex(1 if sheet else 0)
        squares = sheet.squares if sheet else ()
        done = sum(square.done for square in squares)
        failed = sum(bool(square.sentence) for square in squares)
        waiting = sum(bool(s.run) and (job := self.studio.job_of(s.run)) is not None and not job.ended for s in squares)
        text = self.tr("%1 of %2 are made").replace("%1", str(done)).replace("%2", str(len(squares))) if sheet else ""
        text += f", {self.tr('%1 could not be').replace('%1', str(failed))}" if failed else ""
        self.progress.setText(text)
        self.stop.setVisible(waiting > 0)
        self.export.setVisible(done > 0)
        self.rate.setVisible(done > 1)
        self.marks.setVisible(done > 0)
        self._offer_marks()

    def _offer_marks(self) -> None:
        """What cells can be marked by, as far as it tells something of single results of the medium."""
        from app.core.lab import proposal
        from engines.metrics.evaluation import METRICS

        names = ["", sheet.VOTE, *proposal.alone(self.studio.card().info.medium)]
        if [self.marks.itemData(n) for n in range(self.marks.count())] == names:
            return
        texts = {"": self.tr("No marks"), sheet.VOTE: self.tr("Stars")}
        self.marks.clear()
        for name in names:
            self.marks.addItem(texts[name] if name in texts else said(METRICS[name].title), name)
        self.marks.setCurrentIndex(max(0, self.marks.findData(self.studio.judging.by)))

    def _judged(self) -> None:
        """Say what the sides do, and how many cells are still measured."""
        judging = self.studio.judging
        sweep = judging.sweep
        told = [verdict.effects(sweep, said)] if sweep else []
        if judging.waiting:
            told.insert(0, self.tr("%1 cells are still to be measured.").replace("%1", str(judging.waiting)))
        self.effects.setText(" ".join(told))
        self.effects.setVisible(any(told))

    def _ask_export(self) -> None:
        start = str(Path.home() / "grid.png")
        kinds = self.tr("Pictures") + " (*.png *.webp *.jpg)"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export the sheet"), start, kinds)
        if path:
            found = Path(path)
            self.studio.export_grid(found if found.suffix else found.with_suffix(".png"))


def span(seconds: float) -> str:
    """A length of time in its two largest units: '40 s', '3 min', '2 h 5 min'."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
