"""The page on which one chooses: what is asked, the media, large buttons, keys, and how much there can be left."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.core.lab.rating.going import Standing
from app.ui import theme
from app.ui.grid.dialog import span
from app.ui.rate.pair import Pair
from app.ui.stage.viewer import Aside
from app.ui.widgets import say
from engines.contract import Media


class RatePage(QWidget):
    """Asks. `chosen` says what was answered and the seconds it took; `undone` and `paused` what was wanted instead."""

    chosen = Signal(str, float)
    undone = Signal()
    paused = Signal()

    def __init__(self, aside: Aside) -> None:
        super().__init__()
        self.pair = Pair(aside)
        self.question = say("", "title")
        self.question.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.question.setWordWrap(True)
        self.bar, self.progress = QProgressBar(), say("", "dim")
        self.buttons: dict[str, QPushButton] = {}
        self._keys: list[QShortcut] = []
        self._begun = 0.0
        self._open = False  # whether an answer would be taken now
        self.choices = QHBoxLayout()
        self._build()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("How much is answered"))
        tr = self.tr
        self.play = self._tool("play", tr("Play or pause"), "Space", self.pair.toggle)
        self.again = self._tool("to-start", tr("From the start"), "Home", self.pair.restart)
        self.other = self._tool("volume", tr("Hear the other side"), "X", self.pair.switch)
        self.whole = self._tool("fit", tr("Everything in view"), "F", self.pair.first_look)
        self.back = self._tool("undo", tr("Take the last answer back"), "Ctrl+Z", self.undone.emit)
        self.pause = self._tool("pause", tr("Pause: go on later"), "Esc", self.paused.emit)
        self.hint = say("", "dim")
        tools = QHBoxLayout()
        tools.setSpacing(theme.S)
        for one in (self.play, self.again, self.other, self.whole):
            tools.addWidget(one)
        tools.addWidget(self.hint)
        tools.addStretch(1)
        tools.addWidget(self.progress)
        tools.addSpacing(theme.M)
        tools.addWidget(self.back)
        tools.addWidget(self.pause)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addWidget(self.question)
        column.addWidget(self.pair, 1)
        column.addLayout(self.choices)
        column.addLayout(tools)
        column.addWidget(self.bar)
        self.pair.heard_all.connect(self._enable)
        self.pair.playing_changed.connect(self._playing)

    def _tool(self, icon: str, text: str, key: str, act: Callable[[], object]) -> QPushButton:
        native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        button = QPushButton(theme.icon(icon), text)
        button.setAutoDefault(False)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({native})")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: act())
        self._shortcut(key, button.click, self)
        return button

    def _shortcut(self, key: str, act: Callable[[], object], parent: QWidget) -> QShortcut:
        found = QShortcut(QKeySequence(key), parent)
        found.setAutoRepeat(False)  # a key that is held is one answer
        found.activated.connect(act)
        return found

    def offer(self, stars: bool) -> None:
        """The choices of a question: sides, or stars."""
        while (item := self.choices.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for key in self._keys:
            key.deleteLater()
        self._keys, self.buttons = [], {}
        for said, (text, keys) in (self._stars() if stars else self._sides()).items():
            self.choices.addWidget(self._choice(said, text, keys), 3 if said in ("first", "second") else 2)

    def _stars(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """What can be said of one: the words on the button, and its keys."""
        return {str(n): ("★" * n, (str(n),)) for n in range(1, 6)}

    def _sides(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """What can be said of two, from left to right."""
        tr = self.tr
        return {
            "first": (f"←   {tr('1 is better')}", ("Left", "1")),
            "tie": (f"{tr('Alike')}   ↓", ("Down", "T")),
            "both bad": (f"{tr('Both bad')}   B", ("B",)),
            "second": (f"{tr('2 is better')}   →", ("Right", "2")),
        }

    def _choice(self, said: str, text: str, keys: Sequence[str]) -> QPushButton:
        native = [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys]
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setProperty("look", "choice")
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({', '.join(native)})")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: self._say(said))
        self._keys += [self._shortcut(key, button.click, self) for key in keys]
        self.buttons[said] = button
        return button

    # ------------------------------------------------------------ asking

    def ask(self, question: str, media: Sequence[Media], at: Standing, past: Sequence[float]) -> None:
        """Ask; `past` are the seconds that earlier answers took."""
        self.question.setText(question)
        self._tell(at, past)
        self._close()
        self.back.setEnabled(at.done > 0)
        self._open = True
        self.pair.show_media(media)
        self._begun = time.monotonic()
        plays = self.pair.plays
        self.play.setVisible(plays or self.pair.medium == "mesh")
        self.again.setVisible(plays)
        self.other.setVisible(self.pair.sounds and len(media) > 1)
        self.whole.setVisible(self.pair.medium != "audio")
        unheard = self.tr("Listen to both first") if len(media) > 1 else self.tr("Listen first")
        self.hint.setText("" if self.pair.all_heard else unheard)
        self._playing()
        self._enable()

    def _tell(self, at: Standing, past: Sequence[float]) -> None:
        self.bar.setRange(0, at.done + at.left)
        self.bar.setValue(at.done)
        text = self.tr("%1 answered, at most %2 left").replace("%1", str(at.done)).replace("%2", str(at.left))
        if len(past) >= 3:
            left = span(statistics.median(past) * at.left)
            text += f" · {self.tr('about %1').replace('%1', left)}"
        self.progress.setText(text)

    def _enable(self) -> None:
        on = self._open and self.pair.all_heard
        if on:
            self.hint.setText("")
        for button in self.buttons.values():
            button.setEnabled(on)

    def _close(self) -> None:
        """No answer is taken until the next question is there."""
        self._open = False
        self._enable()

    def _say(self, said: str) -> None:
        if self._open:
            self._close()
            self.chosen.emit(said, time.monotonic() - self._begun)

    def reopen(self) -> None:
        """The answer was not taken: it can be given again."""
        self._open = True
        self._enable()

    def _playing(self) -> None:
        on = self.pair.playing
        self.play.setIcon(theme.icon("pause" if on else "play"))
        texts = (self.tr("Pause"), self.tr("Play")) if self.pair.plays else (self.tr("Stop"), self.tr("Turn"))
        self.play.setText(texts[0] if on else texts[1])

    def rest(self) -> None:
        """Stop whatever plays."""
        self.pair.rest()


def heading(text: str) -> QLabel:
    """A large line in the middle."""
    found = say(text, "title", wrap=True)
    found.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return found
