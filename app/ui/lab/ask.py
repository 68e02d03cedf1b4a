"""What a sweep is asked for: parameters and their values, prompts, engines beside this one, and metrics."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.lab import proposal
from app.core.lab.trial import Wanted
from app.studio import Studio
from app.ui import theme
from app.ui.declared import titled
from app.ui.grid.axis import AxisRow
from app.ui.lab.metrics import Metrics
from app.ui.widgets import Whole, discard, say
from engines.prompt.grid import AXES

LINES = 5  # of prompts that are seen at once


class Ask(QScrollArea):
    """The left side of the sweep dialog. `changed`: something is asked for otherwise."""

    changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.rows: list[AxisRow] = []
        self.engine = say("", "title", wrap=True)
        self.beside = QPushButton(theme.icon("compare"), self.tr("Compare with …"))
        self.menu = QMenu(self)
        self.add = QPushButton(theme.icon("plus"), self.tr("Another parameter"))
        self.prompts = QPlainTextEdit()
        self.count = Whole()
        self.metrics = Metrics()
        self._build()
        self.add.clicked.connect(lambda _checked=False: self._another())
        self.prompts.textChanged.connect(self.changed)
        self.count.valueChanged.connect(lambda _n: self.changed.emit())
        self.metrics.changed.connect(self.changed)
        self.propose()

    def _build(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.M, 0)
        column.setSpacing(theme.M)
        self.beside.setMenu(self.menu)
        self.prompts.setAccessibleName(self.tr("Prompts, one a line"))
        self.prompts.setTabChangesFocus(True)
        self.prompts.setFixedHeight(LINES * self.prompts.fontMetrics().lineSpacing() + 14)
        self.count.setRange(1, 999)
        self.count.setFixedWidth(72)
        self.count.setAccessibleName(self.tr("Results of each cell"))
        self.axes = QVBoxLayout()
        self.axes.setSpacing(theme.M)
        results = QHBoxLayout()
        results.addWidget(say(self.tr("Results of each cell"), "dim"), 1)
        results.addWidget(self.count)
        column.addWidget(self.engine)
        column.addWidget(self.beside)
        column.addSpacing(theme.S)
        column.addLayout(self.axes)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(say(self.tr("PROMPTS, ONE A LINE"), "section"))
        column.addWidget(self.prompts)
        column.addLayout(results)
        column.addWidget(say(self.tr("MEASURED BY"), "section"))
        column.addWidget(self.metrics)
        column.addStretch(1)
        for one in (self.beside, self.add):
            one.setAutoDefault(False)
            one.setAccessibleName(one.text())
        self.setWidget(page)
        for ground in (page, self.viewport()):
            ground.setAutoFillBackground(False)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(320)

    # ------------------------------------------------------------ what it says

    def wanted(self) -> Wanted:
        """What is asked for now."""
        lines = [line.strip() for line in self.prompts.toPlainText().splitlines() if line.strip()]
        words = "prompt" in self.studio.card().info.takes
        lines = lines if lines or words else [self.studio.draft.prompt]
        each = [lines[n % len(lines)] for n in range(self.count.value())] if lines else []
        over = [row.text for row in self.rows if row.text]
        more = {"engines": ",".join(self.others()), "real": self.metrics.real}
        return self.studio.sweeps.wanted(over, each, self.metrics.chosen, **more)

    def others(self) -> list[str]:
        """The engines that are compared with the draft's."""
        return [str(action.data()) for action in self.menu.actions() if action.isChecked()]

    def propose(self) -> None:
        """What is worth trying of the draft's engine."""
        card, draft = self.studio.card(), self.studio.draft
        self.engine.setText(titled(card))
        self._list_engines(())
        self._show_axes(proposal.axes(card, draft)[:2])
        lines = proposal.prompts(card, draft)
        self._show_prompts(lines, len(lines))
        self.metrics.offer(proposal.metrics(card.info.medium), self.metrics.chosen)

    def show_wanted(self, wanted: Wanted) -> None:
        """What was asked for before."""
        card = self.studio.card()
        self.engine.setText(titled(card))
        self._list_engines(wanted.engines[1:])
        self._show_axes(wanted.over)
        self._show_prompts(list(dict.fromkeys(wanted.prompts)), len(wanted.prompts))
        self.metrics.offer(proposal.metrics(card.info.medium), wanted.metrics)
        self.metrics.set_real(wanted.real)

    def _show_prompts(self, lines: Sequence[str], count: int) -> None:
        self.prompts.setPlainText("\n".join(lines))
        self.prompts.setEnabled("prompt" in self.studio.card().info.takes)
        self.count.setValue(max(1, count))

    def _list_engines(self, chosen: Sequence[str]) -> None:
        mine = self.studio.card().info
        self.menu.clear()
        for name, card in self.studio.cards().items():
            if card.info.medium == mine.medium and name != mine.name and not card.missing:
                action = self.menu.addAction(titled(card))
                action.setData(name)
                action.setCheckable(True)
                action.setChecked(name in chosen)
                action.toggled.connect(lambda _on: self._compared())
        self.beside.setVisible(bool(self.menu.actions()))
        self._compared()

    def _compared(self) -> None:
        names = [action.text() for action in self.menu.actions() if action.isChecked()]
        told = self.tr("Compared with %1").replace("%1", ", ".join(names)) if names else self.tr("Compare with …")
        self.beside.setText(told)
        self.changed.emit()

    # ------------------------------------------------------------ axes

    def _show_axes(self, texts: Sequence[str]) -> None:
        for row in self.rows:
            discard(row)
        self.rows.clear()
        for text in texts or ("",):
            self._row(text)
        self.changed.emit()

    def _another(self) -> None:
        taken = {row.what.currentData() for row in self.rows}
        card, draft = self.studio.card(), self.studio.draft
        left = [text for text in proposal.axes(card, draft) if text.partition("=")[0] not in taken]
        self._row(left[0] if left else "")
        self.rows[-1].values.setFocus()
        self.changed.emit()

    def _row(self, text: str) -> None:
        row = AxisRow(self.studio)
        if text:
            row.set_text(text)
        seed = row.what.findData("seed")  # all cells are made of the same seeds
        if seed >= 0:
            row.what.removeItem(seed)
        row.side.setText(self.tr("PARAMETER"))
        row.changed.connect(self.changed)
        row.dropped.connect(lambda: self._drop(row))
        self.rows.append(row)
        self.axes.addWidget(row)
        self._number()

    def _drop(self, row: AxisRow) -> None:
        self.rows.remove(row)
        discard(row)
        self._number()
        self.changed.emit()

    def _number(self) -> None:
        for row in self.rows:
            row.drop.setVisible(len(self.rows) > 1)
        self.add.setVisible(len(self.rows) < AXES)
