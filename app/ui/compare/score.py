"""The dialog of scores: any input, a model that knows how likely it is, and the scale it lies on."""

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QCloseEvent, QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.core.lab.score import Scored
from app.studio import Studio
from app.studio.scoring import Scoring
from app.ui import declared, theme
from app.ui.compare.asked import Asked, Row, plain
from app.ui.compare.slot import Slot
from app.ui.drop import ENDINGS
from app.ui.widgets import Choice, relook, say

ROOM = 0.08  # of the scale, either side


class Scale(QWidget):
    """A line from likely to unlikely with marks: this input, held-out data, noise."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Scored | None = None
        self.setMinimumHeight(120)
        self.setAccessibleName(self.tr("Scale"))

    def show_score(self, found: Scored | None) -> None:
        """Show where `found` lies."""
        self.found = found
        words = [f"{name}: {value:.4g}" for name, value, _ in self.marks()]
        self.setAccessibleDescription("; ".join(words))
        self.update()

    @property
    def _turned(self) -> bool:
        """Whether more is better."""
        return self.found is not None and self.found.more

    def marks(self) -> list[tuple[str, float, str]]:
        """What is marked: its name, its score, the token of its colour; this input first."""
        found = self.found
        if found is None:
            return []
        marks = [(self.tr("This"), found.value, "accent")]
        marks += [(self.tr("Held-out data"), found.held, "good")] if found.held is not None else []
        return marks + ([(self.tr("Noise"), found.noise, "dim")] if found.noise is not None else [])

    def sizeHint(self) -> QSize:
        return QSize(520, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        marks = self.marks()
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            line = QRectF(24, self.height() / 2 - 3, self.width() - 48, 6)
            fill = QLinearGradient(line.topLeft(), line.topRight())
            fill.setColorAt(1 if self._turned else 0, QColor(c.good))
            fill.setColorAt(0 if self._turned else 1, QColor(c.pressed))
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(fill if marks else QColor(c.raised))
            p.drawRoundedRect(line, 3, 3)
            p.setFont(theme.small())
            p.setPen(QColor(c.faint))
            below = QRectF(line.left(), self.height() - 18, line.width(), 16)
            p.drawText(
                below, Qt.AlignmentFlag.AlignLeft, self.tr("likely") if not self._turned else self.tr("does not fit")
            )
            p.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("unlikely") if not self._turned else self.tr("fits"))
            values = [value for _, value, _ in marks]
            low, high = min(values, default=0.0), max(values, default=1.0)
            span = (high - low) or max(abs(high), 1.0)
            for n, (name, value, token) in enumerate(marks):
                share = (value - low + span * ROOM) / (span * (1 + 2 * ROOM))
                self._mark(p, QPointF(line.left() + share * line.width(), line.center().y()), (name, value), (n, token))

    def _mark(self, p: QPainter, at: QPointF, told: tuple[str, float], how: tuple[int, str]) -> None:
        """This input is marked above the line, what it lies beside below it."""
        c = theme.current(self)
        up = -1 if how[0] == 0 else 1
        corners = ((0, 6 * up), (-6, 15 * up), (6, 15 * up))
        colour = QColor(getattr(c, how[1]))
        p.setPen(QPen(QColor(c.window), 1))
        p.setBrush(colour)
        p.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in corners]))
        words = f"{told[0]}  {told[1]:.4g}"
        p.setFont(theme.font(13 if how[0] == 0 else 11, 600 if how[0] == 0 else 400))
        wide = p.fontMetrics().horizontalAdvance(words) + 4
        left = min(max(at.x() - wide / 2, 2), self.width() - wide - 2)
        p.setPen(colour if how[0] == 0 else QColor(c.text))
        box = QRectF(left, at.y() - 36 if how[0] == 0 else at.y() + 16, wide, 18)
        p.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


class ScoreDialog(QDialog):
    """Drop or choose an input; it is scored at once, and again when another model or other words are chosen."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.scoring = Scoring(studio, self)
        self.setWindowTitle(self.tr("Score"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.slot = Slot(self.tr("Input"))
        self.model = Choice()
        self.model.setAccessibleName(self.tr("Model"))
        self.words = QLineEdit(placeholderText=self.tr("What it is told to show (may stay empty)"))
        self.words.setAccessibleName(self.tr("Words"))
        self.scale, self.facts = Scale(), Asked()
        self.told = say("", "dim", wrap=True)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setAutoDefault(False)
        self._shown = ""
        self._build()
        self._listen()
        self._show()

    def _build(self) -> None:
        how = QHBoxLayout()
        how.addWidget(self.model, 2)
        how.addWidget(self.words, 3)
        foot = QHBoxLayout()
        foot.addWidget(self.told, 1)
        foot.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addWidget(self.slot)
        column.addLayout(how)
        column.addWidget(self.scale)
        column.addLayout(foot)
        column.addWidget(self.facts)
        column.addStretch(1)
        self.resize(600, 420)

    def _listen(self) -> None:
        self.slot.dropped.connect(lambda paths: self.put_file(paths[0]))
        self.slot.asked.connect(self._ask)
        self.model.activated.connect(lambda _n: self._measure())
        self.words.editingFinished.connect(self._measure)
        self.stop.clicked.connect(lambda _checked=False: self.scoring.stop())
        self.scoring.changed.connect(self._show)

    # ------------------------------------------------------------ what is scored

    def put_file(self, path: Path) -> None:
        """Score the file at `path`."""
        self.scoring.put_file(path)

    def put_run(self, run: str) -> None:
        """Score a result of the history."""
        self.scoring.put_run(run)

    def _ask(self) -> None:
        kinds = " ".join(dict.fromkeys(" ".join(ENDINGS.values()).split()))
        words = f"{self.tr('Media')} ({kinds});;{self.tr('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Score"), str(self.studio.folders.gallery), words)
        if path:
            self.put_file(Path(path))

    def _measure(self) -> None:
        engine = self.model.currentData()
        asked = f"{id(self.scoring.side)} {engine} {self.words.text()}"
        if engine and asked != self._shown:
            self._shown = asked
            self.scoring.measure(engine, self.words.text())

    # ------------------------------------------------------------ showing

    def _show(self) -> None:
        now = self.scoring
        self.slot.show_side(now.side)
        self._offer()
        self.scale.show_score(now.found)
        facts = now.found.facts if now.found else {}
        self.facts.show_rows([Row(declared.words(name), plain(value), "") for name, value in facts.items()], ("", ""))
        self.facts.setVisible(bool(facts))
        self.stop.setVisible(now.busy and now.side is not None)
        self.told.setText(self._sentence())
        relook(self.told, "bad" if now.trouble else "dim")

    def _offer(self) -> None:
        """The models that can score this medium; the engine that made it first."""
        side = self.scoring.side
        names = [card.info.name for card in self.scoring.scorers()]
        if side is None or [self.model.itemData(n) for n in range(self.model.count())] != names:
            self.model.clear()
            for card in self.scoring.scorers():
                self.model.addItem(declared.titled(card), card.info.name)
            own = side.recipe.request.engine if side and side.recipe else ""
            self.model.setCurrentIndex(max(0, self.model.findData(own)))
        card = self.studio.card_of(self.model.currentData() or "")
        self.words.setEnabled("prompt" in card.info.takes)
        self.model.setEnabled(self.model.count() > 0)
        if side is not None and not self.scoring.busy and not self.scoring.trouble:
            self._measure()

    def _sentence(self) -> str:
        now = self.scoring
        if now.trouble:
            return now.trouble
        if now.side is None:
            return self.tr("Models with a likelihood or an energy tell how likely any input is. Drop one here.")
        if not self.model.count():
            return self.tr("No model here can score this kind of media.")
        if now.busy:
            return self.tr("Measuring this, and noise of its size …")
        found = now.found
        if found is None:
            return ""
        words = self.tr("%1 %2; more fits better.") if found.more else self.tr("%1 %2; less is likelier.")
        words = words.replace("%1", f"{found.value:.4g}").replace("%2", found.unit)
        if found.share is None:
            return words
        beside = self.tr("It lies %1 of the way from held-out data to noise.").replace("%1", f"{found.share:.0%}")
        if found.share < 0:
            beside = self.tr("The model finds it likelier than held-out data.")
        elif found.share > 1:
            beside = self.tr("The model finds it less likely than noise.")
        return f"{words} {beside}"

    def closeEvent(self, event: QCloseEvent) -> None:
        self.scoring.stop()
        super().closeEvent(event)
