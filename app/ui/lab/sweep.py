"""The sweep dialog: what is tried on the left; on the right plots that fill as cells finish, and the best cell."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.lab import charts, verdict
from app.core.lab.plan import Plan
from app.core.lab.plot import Plot
from app.studio import Studio
from app.studio.trial import Outlook
from app.ui import theme
from app.ui.declared import said
from app.ui.grid.dialog import span
from app.ui.lab.ask import Ask
from app.ui.lab.cells import Cells
from app.ui.lab.plotview import PlotView
from app.ui.widgets import Choice, Empty, relook, say
from engines.contract import Refused

LOOK_MS = 250


class SweepDialog(QDialog):
    """Quality against cost of an engine. The window can be used meanwhile."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setWindowTitle(self.tr("Quality against cost"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ask = Ask(studio)
        self.told = say("", "dim", wrap=True)
        self.make = QPushButton(theme.icon("spark", "accent_text"), self.tr("Begin the sweep"))
        self.stop = QPushButton(theme.icon("stop"), self.tr("Stop"))
        self.again = QPushButton(theme.icon("play"), self.tr("Go on"))
        self.export = QPushButton(theme.icon("export"), self.tr("Export"))
        self.which, self.plot, self.cells = Choice(), PlotView(studio), Cells()
        self.verdict, self.effects = say("", "", wrap=True), say("", "dim", wrap=True)
        self.bar, self.progress = QProgressBar(), say("", "dim")
        self._plots: tuple[Plot, ...] = ()
        self._chosen = ""  # the title of the plot that was chosen by hand
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._show_soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._build()
        self._listen()
        self._begin()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.M)
        self.make.setProperty("look", "primary")
        self.make.setMinimumHeight(36)
        self.told.setMinimumHeight(2 * self.told.fontMetrics().lineSpacing())
        left.addWidget(self.ask, 1)
        left.addWidget(self.told)
        left.addWidget(self.make)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        row.setSpacing(theme.XL)
        row.addLayout(left)
        row.addLayout(self._right(), 1)
        self.resize(1120, 720)
        for one in (self.make, self.stop, self.again, self.export):
            one.setAutoDefault(False)
            one.setAccessibleName(one.text())

    def _right(self) -> QVBoxLayout:
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, theme.M, 0, 0)
        self.which.setAccessibleName(self.tr("Plot"))
        column.addWidget(self.which)
        column.addWidget(self.plot, 1)
        tabs = QTabWidget()
        tabs.addTab(shown, theme.icon("chart"), self.tr("Plots"))
        tabs.addTab(self.cells, theme.icon("grid"), self.tr("Cells"))
        empty = Empty(
            "chart",
            self.tr("No sweep yet"),
            self.tr(
                "Choose parameters and values, prompts and a metric. Every cell is made by the queue and measured; "
                "plots fill as they come, and show what is worth its time."
            ),
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(tabs)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress of the sweep"))
        below = QHBoxLayout()
        below.addWidget(self.progress, 1)
        for one in (self.stop, self.again, self.export):
            below.addWidget(one)
        self._fill_export()
        column = QVBoxLayout()
        column.setSpacing(theme.M)
        column.addWidget(self.pages, 1)
        for part in (self.verdict, self.effects, self.bar):
            column.addWidget(part)
        column.addLayout(below)
        return column

    def _fill_export(self) -> None:
        menu = QMenu(self)
        for text, kind, whole in (
            (self.tr("Report that opens anywhere (HTML) …"), ".html", True),
            (self.tr("Table of all cells (CSV) …"), ".csv", True),
            (self.tr("This plot (PNG) …"), ".png", False),
            (self.tr("This plot (SVG) …"), ".svg", False),
            (self.tr("What this plot shows (CSV) …"), ".csv", False),
        ):
            menu.addAction(text, partial(self._ask_export, kind, whole))
        self.export.setMenu(menu)

    def _listen(self) -> None:
        studio = self.studio
        self.ask.changed.connect(self._soon.start)
        self.make.clicked.connect(lambda _checked=False: studio.sweeps.begin(self.ask.wanted()))
        self.stop.clicked.connect(lambda _checked=False: studio.sweeps.stop())
        self.again.clicked.connect(lambda _checked=False: studio.sweeps.go_on())
        self.which.activated.connect(self._choose)
        self.plot.opened.connect(self.open_cell)
        self.cells.opened.connect(self.open_cell)
        self._soon.timeout.connect(self._look)
        self._show_soon.timeout.connect(self._show)
        studio.sweeps.changed.connect(self._changed)
        studio.draft_changed.connect(self._draft_changed)

    def _begin(self) -> None:
        """The last sweep, where it was of this engine; else what is worth trying."""
        last = self.studio.sweeps.trial
        if last is not None and last.wanted.engines[0] == self.studio.draft.engine:
            self.ask.show_wanted(last.wanted)
        self.ask.rows[0].values.setFocus()
        self._look()
        self._show()

    def _draft_changed(self, fields: set[str]) -> None:
        if "engine" in fields:
            self.ask.propose()
        self._soon.start()

    def _changed(self) -> None:
        if not self._show_soon.isActive():  # not put off for ever by a cell that comes every moment
            self._show_soon.start()
        if not self.studio.sweeps.going:
            self._soon.start()  # what is there now need not be made

    # ------------------------------------------------------------ what it would be

    def _look(self) -> None:
        """Say what the sweep would be and cost, or why it cannot be."""
        try:
            plan = self.studio.sweeps.plan(self.ask.wanted())
        except Refused as refused:
            self.told.setText(refused.failure.sentence)
            relook(self.told, "bad")
            self.make.setEnabled(False)
            return
        relook(self.told, "dim")
        self.make.setEnabled(True)
        self.told.setText(self._counted(plan))
        self.studio.sweeps.look(plan, lambda found: self.told.setText(self._foreseen(plan, found)))

    def _counted(self, plan: Plan) -> str:
        text = self.tr("%1 cells of %2 results").replace("%1", str(len(plan.pieces)))
        return text.replace("%2", str(len(plan.prompts)))

    def _foreseen(self, plan: Plan, found: Outlook) -> str:
        parts = [self._counted(plan)]
        if found.there:
            parts.append(self.tr("%1 of them are there").replace("%1", str(found.there)))
        if found.seconds and found.there < found.results:
            parts.append(self.tr("about %1").replace("%1", span(found.seconds)))
        return " · ".join(parts)

    # ------------------------------------------------------------ what has become of it

    def _show(self) -> None:
        sweeps = self.studio.sweeps
        trial, sweep = sweeps.trial, sweeps.sweep
        self.pages.setCurrentIndex(1 if trial else 0)
        self._plots = charts.charts(sweep, said) if sweep else ()
        self._list_plots()
        self.cells.show_trial(trial, sweep)
        self.verdict.setText(verdict.verdict(sweep, said) if sweep else "")
        self.effects.setText(verdict.effects(sweep, said) if sweep else "")
        slots = trial.slots if trial else ()
        done, failed = sum(bool(s.figures) for s in slots), sum(bool(s.sentence) for s in slots)
        self.bar.setMaximum(max(1, len(slots)))
        self.bar.setValue(done)
        self.bar.setVisible(sweeps.going)
        self.progress.setText(self._progress(done, failed, len(slots)))
        self.stop.setVisible(sweeps.going)
        self.again.setVisible(trial is not None and not sweeps.going and not trial.whole)
        self.export.setVisible(sweep is not None)

    def _progress(self, done: int, failed: int, total: int) -> str:
        if not total:
            return ""
        text = self.tr("%1 of %2 cells are measured").replace("%1", str(done)).replace("%2", str(total))
        text += f", {self.tr('%1 could not be').replace('%1', str(failed))}" if failed else ""
        left = self.studio.sweeps.left
        return f"{text} · {self.tr('%1 left').replace('%1', span(left))}" if left else text

    def _list_plots(self) -> None:
        titles = [plot.title for plot in self._plots]
        if [self.which.itemText(n) for n in range(self.which.count())] != titles:
            before = self._chosen
            self.which.blockSignals(True)
            self.which.clear()
            self.which.addItems(titles)
            self.which.setCurrentIndex(max(0, titles.index(before) if before in titles else 0))
            self.which.blockSignals(False)
        self.which.setVisible(len(titles) > 1)
        self._show_plot()

    def _choose(self, n: int) -> None:
        self._chosen = self.which.itemText(n)
        self._show_plot()

    def _show_plot(self) -> None:
        n = self.which.currentIndex()
        self.plot.show_plot(self._plots[n] if 0 <= n < len(self._plots) else None)

    def open_cell(self, key: str) -> None:
        """Put the first result of a cell on the stage."""
        trial = self.studio.sweeps.trial
        slot = next((s for s in trial.slots if "-".join(map(str, s.place)) == key), None) if trial else None
        if slot is not None and slot.runs:
            self.studio.show(slot.runs[0])

    # ------------------------------------------------------------ writing it

    def _ask_export(self, kind: str, whole: bool) -> None:
        start = str(Path.home() / f"{'sweep' if whole else 'plot'}{kind}")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), start, f"*{kind}")
        if path:
            self.export_to(Path(path).with_suffix(kind), whole)

    def export_to(self, path: Path, whole: bool) -> None:
        """Write the whole sweep, or the plot that is shown."""
        n, sweeps = self.which.currentIndex(), self.studio.sweeps

        def said(written: Path) -> None:
            self.studio.notice.emit("info", self.tr("Written to %1.").replace("%1", str(written)))

        if whole:
            sweeps.write(path, said)
        elif 0 <= n < len(self._plots):
            sweeps.write_plot(self._plots[n], path, said)
