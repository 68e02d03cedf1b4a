"""The noise-level view of a run: how much its clean estimate changed at every step, how far it was from the end, and
what guidance did, over steps or noise levels."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.lab import course as courses
from app.core.lab import plot as plots
from app.core.lab.course import Course
from app.studio import Studio
from app.ui import theme
from app.ui.declared import said
from app.ui.lab.plotview import PlotView
from app.ui.widgets import Choice, say
from engines.contract import Failure, Refused
from engines.files import atomic
from engines.files.steps import StepStore


class CourseDialog(QDialog):
    """The course of one run, with its filmstrip and what can be written of it."""

    def __init__(self, studio: Studio, run: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio, self.run, self.name = studio, run, name
        self.course = Course(())
        self.setWindowTitle(self.tr("Course of %1").replace("%1", name))
        self.setObjectName("course")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.over = Choice()
        self.over.addItem(self.tr("Over the steps"), "step")
        self.over.addItem(self.tr("Over the noise level"), "sigma")
        self.over.setMinimumContentsLength(20)
        self.over.setAccessibleName(self.tr("What lies across"))
        self.over.activated.connect(lambda _n: self._show())
        self.plot = PlotView(studio)
        self.plot.opened.connect(self._open)
        self.told = say("", "dim", wrap=True)
        self.export = QPushButton(theme.icon("export"), self.tr("Export …"))
        self.export.setAutoDefault(False)
        self.export.clicked.connect(lambda _checked=False: self._ask_export())
        self._build()
        studio.entry(run, lambda entry: self._read())

    def _build(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.over)
        foot.addWidget(self.told, 1)
        foot.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addWidget(say(self.tr("THE COURSE OF THE RUN"), "section"))
        column.addWidget(self.plot, 1)
        column.addLayout(foot)
        self.resize(820, 600)
        self.export.setEnabled(False)

    def _read(self) -> None:
        store = StepStore(self.studio.folders.steps / self.run)
        self.studio.bridge.aside(lambda: courses.course(store), self._take)

    def _take(self, found: Course) -> None:
        self.course = found
        self._show()

    def _show(self) -> None:
        shown = courses.plot(self.course, self.over.currentData(), said)
        there = any(one.points for one in shown.series)
        self.plot.show_plot(shown if there else None)
        self.export.setEnabled(there)
        self.told.setText(self._words(there))

    def _words(self, there: bool) -> str:
        if not there:
            return self.tr("The steps of this run are not kept; make it again to see its course.")
        if not self.course.guided:
            return self.tr("This run tells nothing of guidance: there was none, or its engine does not say.")
        return self.tr("A click on a point shows that step on the stage.")

    def _ask_export(self) -> None:
        start = str(Path.home() / f"{Path(self.name).stem}-course.csv")
        kinds = "CSV (*.csv);;SVG (*.svg);;PNG (*.png)"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export the course"), start, kinds)
        if path:
            self.write(Path(path) if Path(path).suffix else Path(path + ".csv"))

    def _open(self, step: str) -> None:
        """A point was clicked: its step on the stage."""
        self.studio.show(self.run)
        self.studio.scrub(int(step))

    def write(self, path: Path) -> None:
        """Write the numbers (CSV) or the plot (SVG, PNG) to `path`."""
        found, shown = self.course, self.plot.plot
        assert shown is not None

        def work() -> Path:
            if path.suffix.lower() != ".csv":
                return plots.write(shown, path)
            try:
                return atomic.write(path, courses.table(found).encode())
            except OSError as error:
                raise Refused("disk", atomic.sentence(error, path).sentence) from error

        def done(written: Path) -> None:
            self.studio.notice.emit("info", self.tr("The course is written to %1.").replace("%1", str(written)))

        def sorry(failure: Failure) -> None:
            self.studio.notice.emit("error", failure.sentence)

        self.studio.bridge.aside(work, done, sorry)
