"""The lab: choose a metric, what it compares with and what it measures; results are kept beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.lab.findings import Source
from app.studio import Studio
from app.studio.lab import Evaluation
from app.ui import theme
from app.ui.declared import said, words
from app.ui.grid.dialog import span
from app.ui.lab.findings import Findings
from app.ui.lab.metrics import told
from app.ui.lab.source import Selection, SourceButton
from app.ui.widgets import Choice, Elided, button, discard, say

MEDIA = ("image", "audio", "video", "mesh")
SIDE = 232  # pixels of what is chosen and of the sets


class LabPanel(QWidget):
    """`selection` answers what is selected in the history."""

    def __init__(self, studio: Studio, selection: Selection) -> None:
        super().__init__()
        self.studio = studio
        self.setAccessibleName(self.tr("Lab"))
        self.which, self.features = Choice(), Choice()
        self.about = say("", "small", wrap=True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.reference: Source | None = None
        self.candidates: list[Source] = []
        self.compare = SourceButton(studio, self.tr("Compare with"), selection)
        self.add = SourceButton(studio, self.tr("Add what is measured"), selection)
        self.measure = QPushButton(theme.icon("chart", "accent_text"), self.tr("Measure"))
        self.stop = QPushButton(theme.icon("stop"), self.tr("Stop"))
        self.again = QPushButton(theme.icon("play"), self.tr("Go on"))
        self.bar, self.progress = QProgressBar(), say("", "dim", wrap=True)
        self.findings = Findings(studio)
        self._filled = False
        self._features = ""  # those that were chosen by hand
        self._build()
        self._listen()
        self._show_progress()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.M, 0)
        column.setSpacing(theme.M)
        self.which.setAccessibleName(self.tr("Metric"))
        self.features.setAccessibleName(self.tr("Features"))
        self.beside, self.made = QVBoxLayout(), QVBoxLayout()
        for lines in (self.beside, self.made):
            lines.setSpacing(theme.S)
        column.addWidget(self.compare)
        column.addLayout(self.beside)
        column.addWidget(self.add)
        column.addLayout(self.made)
        column.addStretch(1)
        area = _scrolled(page)
        what, sets = QVBoxLayout(), QVBoxLayout()
        what.addWidget(self.which)
        what.addWidget(self.features)
        what.addWidget(_scrolled(self.about), 1)
        sets.addWidget(area, 1)
        sets.addLayout(self._deeds())
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.M, theme.L, theme.L)
        row.setSpacing(theme.L)
        for part in (what, sets):
            part.setSpacing(theme.M)
            part.setContentsMargins(0, 0, 0, 0)
            side = QWidget()
            side.setLayout(part)
            side.setFixedWidth(SIDE)
            row.addWidget(side)
        row.addWidget(self.findings, 1)

    def _deeds(self) -> QVBoxLayout:
        self.measure.setProperty("look", "primary")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress of the measurement"))
        row = QHBoxLayout()
        for one, share in ((self.measure, 1), (self.again, 0), (self.stop, 0)):
            one.setMinimumHeight(32)
            one.setAccessibleName(one.text())
            row.addWidget(one, share)
        column = QVBoxLayout()
        column.setSpacing(theme.S)
        column.addWidget(self.bar)
        column.addWidget(self.progress)
        column.addLayout(row)
        return column

    def _listen(self) -> None:
        lab = self.studio.lab
        self.which.currentIndexChanged.connect(lambda _n: self._show_metric())
        self.features.activated.connect(self._choose_features)
        self.compare.chosen.connect(self._take_reference)
        self.add.chosen.connect(self._take_candidate)
        self.measure.clicked.connect(lambda _checked=False: lab.evaluate(self.asked()))
        self.stop.clicked.connect(lambda _checked=False: lab.stop())
        self.again.clicked.connect(lambda _checked=False: lab.go_on())
        lab.progressed.connect(self._show_progress)

    def showEvent(self, event: QShowEvent) -> None:
        """Metrics are listed when they are first seen: the window is there sooner."""
        super().showEvent(event)
        self.fill()

    def fill(self) -> None:
        """List the metrics by medium, once."""
        if self._filled:
            return
        self._filled = True
        from engines.metrics.evaluation import METRICS

        self.which.blockSignals(True)
        for medium in MEDIA:
            self._head(words(medium))
            for name, metric in METRICS.items():
                if metric.medium == medium:
                    self.which.addItem(theme.icon(medium, "dim"), said(metric.title), name)
                    self.which.setItemData(self.which.count() - 1, told(name), Qt.ItemDataRole.ToolTipRole)
        self.which.setCurrentIndex(1)
        self.which.blockSignals(False)
        self._show_metric()

    def _head(self, text: str) -> None:
        item, model = QStandardItem(text), self.which.model()
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(theme.font(11, 600))
        if isinstance(model, QStandardItemModel):
            model.appendRow(item)

    # ------------------------------------------------------------ what is asked for

    def asked(self) -> Evaluation:
        """What is to be measured."""
        reference = self.reference if self._compares() else None
        name, features = str(self.which.currentData() or ""), str(self.features.currentData() or "")
        return Evaluation(name, tuple(self.candidates), reference, features)

    def choose(self, metric: str) -> None:
        """Choose a metric by its name."""
        self.fill()
        self.which.setCurrentIndex(max(0, self.which.findData(metric)))

    def _compares(self) -> bool:
        from engines.metrics.evaluation import METRICS

        metric = METRICS.get(str(self.which.currentData() or ""))
        return metric is not None and metric.needs in ("sets", "pairs")

    def _show_metric(self) -> None:
        from engines.metrics.evaluation import METRICS

        metric = METRICS.get(str(self.which.currentData() or ""))
        if metric is None:
            return
        if metric.medium != self.add.medium:  # other files
            self.reference, self.candidates = None, []
        self.compare.medium = self.add.medium = metric.medium
        self.about.setText(told(str(self.which.currentData())))
        self._offer_features(metric.features)
        self._show_sources()

    def _offer_features(self, names: Sequence[str]) -> None:
        """The features a metric can be measured with, the usual ones first; what was chosen stays where it can."""
        from engines.metrics.evaluation import NAMES

        self.features.clear()
        for name in names:
            self.features.addItem(self.tr("by %1").replace("%1", name), name)
            self.features.setItemData(self.features.count() - 1, said(NAMES.get(name, "")), Qt.ItemDataRole.ToolTipRole)
        self.features.setCurrentIndex(max(0, self.features.findData(self._features)))
        self.features.setVisible(bool(names))
        self._tell_features()

    def _choose_features(self, n: int) -> None:
        self._features = str(self.features.itemData(n))
        self._tell_features()

    def _tell_features(self) -> None:
        self.features.setToolTip(str(self.features.currentData(Qt.ItemDataRole.ToolTipRole) or ""))

    def _take_reference(self, source: Source) -> None:
        self.reference = source
        self._show_sources()

    def _take_candidate(self, source: Source) -> None:
        if source not in self.candidates:
            self.candidates.append(source)
        self._show_sources()

    def _show_sources(self) -> None:
        compares = self._compares()
        self.compare.setVisible(compares)
        self._list(self.beside, [self.reference] if self.reference and compares else [])
        self._list(self.made, self.candidates)
        self.measure.setEnabled(bool(self.candidates) and (self.reference is not None or not compares))

    def _list(self, lines: QVBoxLayout, sources: list[Source]) -> None:
        while lines.count():
            item = lines.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                discard(old)
        for source in sources:
            lines.addWidget(self._line(source))

    def _line(self, source: Source) -> QWidget:
        line, name = QWidget(), Elided(source.name)
        name.setToolTip(source.folder or "\n".join(source.prompts) or source.name)
        drop = button("close", self.tr("Leave out %1").replace("%1", source.name), lambda: self._drop(source))
        row = QHBoxLayout(line)
        row.setContentsMargins(theme.M, 0, 0, 0)
        row.addWidget(name, 1)
        row.addWidget(drop)
        return line

    def _drop(self, source: Source) -> None:
        self.candidates = [one for one in self.candidates if one != source]
        self.reference = None if self.reference == source else self.reference
        self._show_sources()

    # ------------------------------------------------------------ how far it is

    def _show_progress(self) -> None:
        lab = self.studio.lab
        now = lab.progress
        self.bar.setVisible(now is not None)
        self.stop.setVisible(now is not None)
        self.again.setVisible(lab.lacking)
        self.progress.setVisible(now is not None)
        if now is None:
            return
        self.bar.setMaximum(now.total)  # 0: it moves
        self.bar.setValue(now.done)
        text = (
            self.tr("%1: %2 of %3").replace("%2", str(now.done)).replace("%3", str(now.total)) if now.total else "%1 …"
        )
        text = text.replace("%1", now.what)
        left = f" · {self.tr('%1 left').replace('%1', span(now.left))}" if now.left else ""
        self.progress.setText(text + left)


def _scrolled(page: QWidget) -> QScrollArea:
    """`page` as high as it likes, in what room there is."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
