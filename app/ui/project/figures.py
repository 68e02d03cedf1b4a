"""The figures of a project: its name, picture, rates, tempo and metre; for a new one and for one that is there."""

from fractions import Fraction

import msgspec
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.core.timeline.edit import with_timeline
from app.core.timeline.values import Metre, Project, Tempo, Timeline
from app.ui import theme
from app.ui.widgets import Choice, Spin, Whole, say

SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (1080, 1920), (720, 1280), (1080, 1080), (512, 512))
RATES = (
    *tuple(map(Fraction, (8, 12, 15))),
    *(Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30)),
    *(Fraction(50), Fraction(60000, 1001), Fraction(60)),
)
SAMPLES = (44100, 48000, 88200, 96000)
UNITS = (1, 2, 4, 8, 16)


class ProjectDialog(QDialog):
    """Asks for the figures of `project`; `project()` is it with what was chosen. Nothing is stretched: clips keep
    their seconds."""

    def __init__(self, project: Project, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self.setWindowTitle(title)
        self.name = QLineEdit(project.name)
        self.picture, self.wide, self.high = Choice(), Whole(), Whole()
        self.fps, self.rate = Choice(), Choice()
        self.tempo, self.beats, self.unit = Spin(), Whole(), Choice()
        self._fill()
        self._build()
        self._show()

    def _fill(self) -> None:
        project, timeline = self._project, self._project.timeline
        for width, height in SIZES:
            self.picture.addItem(f"{width} × {height}   {_shape(width, height)}", (width, height))
        self.picture.addItem(self.tr("Another size"), None)
        known = (project.width, project.height) in SIZES
        self.picture.setCurrentIndex(SIZES.index((project.width, project.height)) if known else len(SIZES))
        for field, value in ((self.wide, project.width), (self.high, project.height)):
            field.setRange(16, 16384)
            field.setValue(value)
        rates = sorted({*RATES, project.fps})
        for rate in rates:
            self.fps.addItem(f"{float(rate):.5g}", rate)
        self.fps.setCurrentIndex(rates.index(project.fps))
        samples = sorted({*SAMPLES, project.rate})
        for hertz in samples:
            self.rate.addItem(f"{hertz / 1000:g} kHz", hertz)
        self.rate.setCurrentIndex(samples.index(project.rate))
        self.tempo.setRange(1.0, 1000.0)
        self.tempo.setDecimals(2)
        self.tempo.setValue(float(timeline.tempos[0].bpm))
        self.beats.setRange(1, 64)
        self.beats.setValue(timeline.metres[0].beats)
        for unit in UNITS:
            self.unit.addItem(str(unit), unit)
        self.unit.setCurrentIndex(max(0, self.unit.findData(timeline.metres[0].unit)))

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.XL)
        form.setVerticalSpacing(theme.L)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.own = _row(self.wide, say("×", "dim"), self.high)
        names = (self.tr("Width"), self.tr("Height"), self.tr("Beats a bar"), self.tr("Unit of the metre"))
        for field, name in zip((self.wide, self.high, self.beats, self.unit), names, strict=True):
            field.setAccessibleName(name)
        rows = (
            (self.tr("Name"), self.name, self.name),
            (self.tr("Picture"), self.picture, self.picture),
            ("", self.own, self.own),
            (self.tr("Frames a second"), self.fps, self.fps),
            (self.tr("Sound"), self.rate, self.rate),
            (self.tr("Tempo"), self.tempo, self.tempo),
            (self.tr("Metre"), self.beats, _row(self.beats, say("/", "dim"), self.unit)),
        )
        for name, field, part in rows:
            field.setAccessibleName(field.accessibleName() or name)
            form.addRow(name, part)
        self.form = form
        self.tempo.setSuffix("\u202f" + self.tr("bpm"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        column.setSpacing(theme.XL)
        column.addLayout(form)
        column.addWidget(self._buttons())
        self.picture.currentIndexChanged.connect(lambda _place: self._show())
        self.setMinimumWidth(380)
        self.name.selectAll()

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        for button in box.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        return box

    def _show(self) -> None:
        size = self.picture.currentData()
        self.form.setRowVisible(self.own, size is None)
        if size is not None:
            self.wide.setValue(size[0])
            self.high.setValue(size[1])
        self.adjustSize()

    def project(self) -> Project:
        """The project with these figures; changes of tempo and metre after the first stay."""
        timeline = self._project.timeline
        first = Tempo(timeline.tempos[0].beat, Fraction(round(self.tempo.value() * 100), 100))
        metre = Metre(timeline.metres[0].bar, self.beats.value(), self.unit.currentData())
        changed: Timeline = msgspec.structs.replace(
            timeline, tempos=(first, *timeline.tempos[1:]), metres=(metre, *timeline.metres[1:])
        )
        return msgspec.structs.replace(
            with_timeline(self._project, changed),
            name=self.name.text().strip() or self._project.name,
            width=self.wide.value(),
            height=self.high.value(),
            fps=self.fps.currentData(),
            rate=self.rate.currentData(),
        )


def _shape(width: int, height: int) -> str:
    """'16:9'."""
    ratio = Fraction(width, height)
    return f"{ratio.numerator}:{ratio.denominator}"


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.M)
    for widget in widgets:
        line.addWidget(widget, 0 if isinstance(widget, QLabel) else 1)
    return row
