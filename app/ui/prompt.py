"""The prompt panel: engine, prompt, negative prompt, seed, size, count, and the button that makes it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.core.job import Queued, Running
from app.studio import Studio
from app.ui import theme
from app.ui.engines import EngineChooser
from app.ui.forecast import ForecastLine
from app.ui.live import LiveRow
from app.ui.regions import Regions
from app.ui.size import Figures
from app.ui.variants import VariantsRow, WildcardMenu
from app.ui.widgets import Flow, Section, discard, relook, say
from engines.wire import Counted


class PromptEdit(QPlainTextEdit):
    """Text of several lines that grows with what is written. Tab leaves it; Alt+Up and Alt+Down walk the history."""

    edited = Signal(str)

    def __init__(self, name: str, lines: tuple[int, int], history: Callable[[], list[str]] = list) -> None:
        super().__init__()
        self.lines, self.history = lines, history
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._cut: int | None = None
        self._place = -1
        self._own = ""
        self._walking = False
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._grow())
        self._grow()

    def set_text(self, text: str) -> None:
        """Show `text` without saying it was typed; the cursor stays where it can."""
        if text == self.toPlainText():
            return
        self.blockSignals(True)
        at = self.textCursor().position()
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(at, units(text)) if self.hasFocus() and not self._walking else units(text))
        self.setTextCursor(cursor)
        self.blockSignals(False)
        self._mark()
        self._grow()

    def _changed(self) -> None:
        if not self._walking:
            self._place = -1
        self.edited.emit(self.toPlainText())

    def _grow(self) -> None:
        line = self.fontMetrics().lineSpacing()
        shown = max(self.lines[0], min(self.lines[1], int(self.document().size().height())))
        self.setFixedHeight(shown * line + 26)

    # ------------------------------------------------------------ history

    def event(self, event: QEvent) -> bool:
        """Undo and redo are the window's, for the whole draft."""
        ours = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and any(event.matches(key) for key in ours):  # type: ignore[attr-defined]
            event.ignore()
            return False
        return super().event(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files are the window's, which restores their recipes; text is ours."""
        return not any(url.isLocalFile() for url in source.urls()) and super().canInsertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.walk(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def walk(self, by: int) -> None:
        """Go `by` prompts back in the history (negative: forward again, at last to what was being written)."""
        if self._place < 0:
            self._own = self.toPlainText()
        past = [text for text in self.history() if text != self._own]
        self._place = max(-1, min(len(past) - 1, self._place + by))
        self._walking = True
        self.setPlainText(self._own if self._place < 0 else past[self._place])
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._walking = False

    # ------------------------------------------------------------ beyond the limit

    def set_cut(self, cut: int | None) -> None:
        """Underline what lies beyond `cut` characters: the encoder does not read it. None: all is read."""
        self._cut = cut
        self._mark()

    def _mark(self) -> None:
        if self._cut is None or self._cut >= len(self.toPlainText()):
            self.setExtraSelections([])
            return
        lost = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(units(self.toPlainText()[: self._cut]))
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(QColor(theme.current(self).bad))
        look.setForeground(QColor(theme.current(self).dim))
        lost.cursor, lost.format = cursor, look  # type: ignore[attr-defined]
        self.setExtraSelections([lost])


def units(text: str) -> int:
    """How long `text` is to Qt, which counts UTF-16: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class PromptPanel(QWidget):
    """What to make, by which engine, and the button that makes it. `sweep_asked`: its quality against its cost."""

    sweep_asked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setAccessibleName(self.tr("Prompt"))
        self.engine = EngineChooser(studio)
        self.prompt = PromptEdit(self.tr("Prompt"), (3, 9), studio.prompt_history)
        self.negative = PromptEdit(self.tr("Negative prompt"), (2, 5))
        self.live = LiveRow(studio)
        self.variants, self.wildcards = VariantsRow(studio), WildcardMenu(studio)
        self.regions = Regions(studio)
        self.counter = say("")
        self.chips = QWidget()
        self.figures = Figures(studio)
        self.forecast = ForecastLine(studio)
        self.generate = QPushButton()
        self.stop = QPushButton(theme.icon("stop"), "")
        self.sweep = QPushButton(theme.icon("chart"), "")
        self._build()
        self._listen()
        self.rebuild()
        self._show_queue()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.L, theme.S, theme.L, theme.M)
        column.setSpacing(theme.M)
        column.addWidget(self.engine)
        column.addWidget(self.prompt)
        column.addWidget(self.live)
        self.counter.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        below = QHBoxLayout()
        below.addWidget(self.wildcards)
        below.addStretch(1)
        below.addWidget(self.counter)
        column.addLayout(below)
        column.addWidget(self.variants)
        self.chip_flow = Flow()
        self.chips.setLayout(self.chip_flow)
        column.addWidget(self.chips)
        self.negative_part = Section(self.tr("Negative prompt"), open=bool(self.studio.draft.negative))
        self.negative.setPlaceholderText(self.tr("What it should not show"))
        self.negative_part.rows.addWidget(self.negative)
        column.addWidget(self.negative_part)
        column.addWidget(self.regions)
        column.addWidget(self.figures)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(area, 1)
        self.forecast.setContentsMargins(theme.L, theme.S, theme.L, 0)
        outer.addWidget(self.forecast)
        outer.addLayout(self._buttons())
        self.setMinimumWidth(264)
        self._page = page

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.L, theme.S, theme.L, theme.L)
        row.setSpacing(theme.M)
        self.generate.setProperty("look", "primary")
        self.generate.setMinimumHeight(36)
        self.generate.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.generate.setIconSize(QSize(18, 18))
        self.generate.clicked.connect(lambda _checked=False: self.studio.generate())
        self.stop.setMinimumHeight(36)
        self.stop.setAccessibleName(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Stop what runs (Esc)"))
        self.stop.clicked.connect(lambda _checked=False: self.stop_running())
        self.sweep.setMinimumHeight(36)
        self.sweep.setAccessibleName(self.tr("Quality against cost"))
        self.sweep.setToolTip(self.tr("Quality against cost: try steps, guidance and samplers, and measure each"))
        self.sweep.clicked.connect(lambda _checked=False: self.sweep_asked.emit())
        row.addWidget(self.generate, 1)
        row.addWidget(self.stop)
        row.addWidget(self.sweep)
        return row

    def _listen(self) -> None:
        studio = self.studio
        studio.draft_changed.connect(self._draft_changed)
        studio.engines_changed.connect(self.rebuild)
        studio.jobs_changed.connect(self._show_queue)
        studio.job_changed.connect(lambda job: self._show_queue())
        studio.count_changed.connect(self.show_count)
        self.prompt.edited.connect(lambda text: studio.edit(prompt=text))
        self.negative.edited.connect(lambda text: studio.edit(negative=text))
        self.wildcards.wanted.connect(self.prompt.insertPlainText)

    def rebuild(self) -> None:
        """Show what the draft's engine takes."""
        info = self.studio.card().info
        takes = info.takes
        self.prompt.setVisible("prompt" in takes)
        self.wildcards.setVisible("prompt" in takes)
        example = info.presets[0] if info.presets else ""
        text = (
            self.tr("Describe what you want to see, for example: %1") if example else self.tr("Describe what you want")
        )
        self.prompt.setPlaceholderText(text.replace("%1", example))
        self.counter.hide()
        self.live.refresh()
        self.prompt.set_cut(None)
        self.negative_part.setVisible("negative" in takes)
        self._make_chips(info.presets)
        self._show()

    def _make_chips(self, presets: tuple[str, ...]) -> None:
        while self.chip_flow.count():
            item = self.chip_flow.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                discard(old)
        for preset in presets[:3]:
            chip = QPushButton(shortened(preset))
            chip.setProperty("look", "chip")
            chip.setAccessibleName(self.tr("Example: %1").replace("%1", preset))
            chip.setToolTip(preset)
            chip.clicked.connect(lambda _checked=False, text=preset: self._take(text))
            self.chip_flow.addWidget(chip)

    def _take(self, preset: str) -> None:
        self.studio.edit(prompt=preset)
        self.prompt.setFocus()
        self.prompt.moveCursor(QTextCursor.MoveOperation.End)

    # ------------------------------------------------------------ showing

    def _draft_changed(self, fields: set[str]) -> None:
        if "engine" in fields:
            self.rebuild()
        elif fields & {"prompt", "negative"}:
            self._show()
        if "count" in fields:
            self._show_queue()

    def _show(self) -> None:
        draft, takes = self.studio.draft, self.studio.card().info.takes
        self.prompt.set_text(draft.prompt)
        self.negative.set_text(draft.negative)
        if draft.negative and "negative" in takes:
            self.negative_part.set_open(True)
        self.chips.setVisible(not draft.prompt and "prompt" in takes and self.chip_flow.count() > 0)
        self._show_queue()

    def show_count(self, counted: Counted) -> None:
        """Say how many tokens the prompt has, and mark what the encoder would not read."""
        over = counted.tokens > counted.limit
        text = self.tr("%1 of %2 tokens").replace("%1", str(counted.tokens)).replace("%2", str(counted.limit))
        if over:
            text += self.tr(": the underlined part is not read") if counted.cut is not None else ""
        self.counter.setText(text)
        self.counter.setVisible(counted.tokens > 0 and "prompt" in self.studio.card().info.takes)
        relook(self.counter, "bad" if over else "small")
        self.prompt.set_cut(counted.cut if over else None)

    def _show_queue(self) -> None:
        jobs = self.studio.jobs
        busy = any(isinstance(job.state, Running) for job in jobs)
        waiting = sum(isinstance(job.state, Queued) for job in jobs)
        count = self.studio.count
        if busy or waiting:
            text = self.tr("Add to queue")
            text += f" ({waiting})" if waiting else ""
        else:
            text = self.tr("Generate %1").replace("%1", str(count)) if count > 1 else self.tr("Generate")
        self.generate.setText(text)
        self.generate.setIcon(theme.icon("plus" if busy or waiting else "spark", "accent_text"))
        self.generate.setAccessibleName(text)
        card = self.studio.card()
        ready = bool(card.info.name) and not card.missing
        self.generate.setEnabled(ready)
        self.generate.setToolTip(self._why(ready))
        self.stop.setVisible(busy)

    def _why(self, ready: bool) -> str:
        if ready:
            return self.tr("Make it with these settings (Ctrl+Return)")
        missing = self.studio.card().missing
        if missing:
            return self.tr("This engine cannot run: %1 is missing.").replace("%1", missing[0])
        return self.tr("There is no engine; choose one first.")

    def stop_running(self) -> None:
        """Stop the job that runs."""
        for job in self.studio.jobs:
            if isinstance(job.state, Running):
                self.studio.stop(job.id)
                return


def shortened(text: str, most: int = 30) -> str:
    """`text` in at most `most` letters, cut between words."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
