"""The window of a rating: who rates, the questions, the end, the result. Closing it is a pause: answers are kept."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.lab.rating import result
from app.core.lab.rating.folder import VOTES, Ballot
from app.core.lab.rating.going import Standing
from app.core.lab.rating.result import Outcome
from app.core.lab.rating.values import Set
from app.studio import Studio
from app.studio.rating import Opened
from app.ui import theme
from app.ui.rate.page import RatePage, heading
from app.ui.rate.result import MOST_LOOKS, ResultPage
from app.ui.widgets import relook, say
from engines.contract import Failure, Media
from engines.files import atomic

MOST_ROWS = 6  # settings of which media are shown at the end
RATER = "rater"  # the name that was given last


class RateDialog(QDialog):
    """A rating set being rated. `shown` says that a page with what was asked for is there."""

    shown = Signal()

    def __init__(self, studio: Studio, opened: Opened, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.studio, self.opened = studio, opened
        self.ballot: Ballot | None = None
        self._votes: list[Path] = []
        self.setWindowTitle(self.tr("Rating"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.pages = QStackedWidget()
        self.page, self.found = RatePage(studio.bridge.aside), ResultPage()
        self.trouble = say("", "bad", wrap=True)
        self.trouble.setContentsMargins(theme.L, theme.S, theme.L, 0)
        self.trouble.hide()
        self.start, self.end = self._start(), self._end()
        for one in (self.start, self.page, self.end, self.found):
            self.pages.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trouble)
        column.addWidget(self.pages, 1)
        self._listen()
        self._named()
        self.resize(1180, 780)
        self.name.setFocus()

    @property
    def made(self) -> Set:
        return self.opened.made

    # ------------------------------------------------------------ building

    def _start(self) -> QWidget:
        tr, made = self.tr, self.made
        self.name = QLineEdit(_name(self.studio))
        self.name.setAccessibleName(tr("Your name"))
        self.name.setPlaceholderText(tr("Your name"))
        self.name.setMaxLength(100)
        self.name.setFixedWidth(300)
        self.begin = self._button("play", tr("Begin"), self._begin, primary=True)
        self.begin.setDefault(True)
        self.name.textChanged.connect(lambda _text: self._named())
        words = {
            "pairs": tr("Two at a time: choose the better one. It ends by itself when enough is known."),
            "knockout": tr("Two at a time: the better one goes on, until one is left."),
            "stars": tr("One at a time: give each from one to five stars."),
        }
        lines = [heading(made.question), self._dim(words[made.mode]), self._dim(self._extent())]
        return _middle(lines, [self.name, self.begin], [self._dim(self._begun())])

    def _extent(self) -> str:
        made = self.made
        most = len(made.plan) or len(made.order) or len(made.media) - 1
        kinds = {"image": self.tr("pictures"), "audio": self.tr("sounds"), "video": self.tr("clips")}
        what = kinds.get(made.medium, self.tr("shapes"))
        text = self.tr("%1 %2 · at most %3 questions · what they are of stays hidden until the end")
        return text.replace("%1", str(len(made.names))).replace("%2", what).replace("%3", str(most))

    def _begun(self) -> str:
        told = []
        for name, at in self.opened.begun.items():
            over = self.tr("%1 has finished") if at.ask is None else self.tr("%1 has answered %2")
            told.append(over.replace("%1", name).replace("%2", str(at.done)))
        return " · ".join(told)

    def _end(self) -> QWidget:
        tr = self.tr
        self.over = heading("")
        self.what_now = self._dim("")
        self.tell = self._button("eye", tr("Show the result"), self._tell, primary=True)
        self.folder = self._button("folder", tr("Show the folder of the votes"), self._show_folder)
        self.undo_last = self._button("undo", tr("Take the last answer back"), self._undo)
        self.leave = self._button("check", tr("Close"), self.close)
        return _middle([self.over, self.what_now], [self.tell, self.folder, self.undo_last, self.leave], [])

    def _button(self, icon: str, text: str, act: Callable[[], object], *, primary: bool = False) -> QPushButton:
        button = QPushButton(theme.icon(icon, "accent_text" if primary else "text"), text)
        button.setAutoDefault(False)
        button.setAccessibleName(text)
        button.setMinimumHeight(34)
        button.setMinimumWidth(300)
        if primary:
            button.setProperty("look", "primary")
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _dim(self, text: str) -> QLabel:
        found = say(text, "dim", wrap=True)
        found.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return found

    def _listen(self) -> None:
        self.page.chosen.connect(self._say)
        self.page.undone.connect(self._undo)
        self.page.paused.connect(self.close)
        self.found.closed.connect(self.close)
        self.found.kept.connect(self._keep)
        self.found.used.connect(self._use)
        self.found.exported.connect(self._export)
        self.found.more.connect(self._more)

    # ------------------------------------------------------------ rating

    def _named(self) -> None:
        name = " ".join(self.name.text().split())
        at = self.opened.begun.get(name)
        self.begin.setEnabled(bool(name))
        self.begin.setText(self.tr("Go on") if at is not None and at.ask is not None else self.tr("Begin"))

    def _begin(self) -> None:
        name = self.name.text()

        def begun(ballot: Ballot) -> None:
            self.ballot = ballot
            self.studio.save_state(RATER, ballot.votes.rater.encode())
            self.page.offer(self.made.mode == "stars")
            self._go_on(ballot.standing)

        self.studio.ratings.begin(self.opened, name, begun, self._sorry)

    def _go_on(self, at: Standing) -> None:
        """Ask the next question, or say that it is over."""
        self.trouble.hide()
        if at.ask is None:
            self._finish(at)
            return
        ballot = self.ballot
        assert ballot is not None

        def there(media: list[Media]) -> None:
            self.pages.setCurrentWidget(self.page)
            past = [vote.seconds for vote in ballot.votes.votes]
            self.page.ask(self.made.question, media, at, past)
            self.page.setFocus()
            self.shown.emit()

        self.studio.ratings.media(self.opened, at.ask.media, there, self._sorry)

    def _say(self, said: str, seconds: float) -> None:
        assert self.ballot is not None
        self.studio.ratings.say(self.ballot, said, seconds, self._go_on, self._not_said)  # type: ignore[arg-type]

    def _not_said(self, failure: Failure) -> None:
        self._sorry(failure)
        self.page.reopen()

    def _undo(self) -> None:
        if self.ballot is not None and self.ballot.votes.votes:
            self.studio.ratings.undo(self.ballot, self._go_on, self._sorry)

    def _finish(self, at: Standing) -> None:
        self.page.rest()
        tr, here = self.tr, self.opened.has_key
        self.over.setText(tr("Enough is known: thank you!") if at.early else tr("That was all: thank you!"))
        back = tr("Send the folder “%1” in %2 back to whoever asked you.")
        sent = back.replace("%1", VOTES).replace("%2", str(self.opened.place))
        self.what_now.setText(tr("When the result is shown, answers stay as they are.") if here else sent)
        closed = self.ballot is not None and self.ballot.votes.closed
        self.tell.setVisible(here)
        self.folder.setVisible(not here)
        self.undo_last.setVisible(not closed)
        self.pages.setCurrentWidget(self.end)
        (self.tell if here else self.folder).setFocus()
        self.shown.emit()

    def _sorry(self, failure: Failure) -> None:
        self.trouble.setText(failure.sentence)
        relook(self.trouble, "bad")
        self.trouble.show()
        self.shown.emit()

    # ------------------------------------------------------------ the result

    def _tell(self) -> None:
        self.tell.setEnabled(False)
        self.tell.setText(self.tr("The result is worked out …"))

        def known(outcome: Outcome) -> None:
            self.trouble.hide()
            self.found.tell(outcome)
            self.pages.setCurrentWidget(self.found)
            self._show_looks(outcome)
            self.found.close_.setFocus()
            self.shown.emit()

        self.studio.ratings.outcome(self.opened, self.ballot, self._votes, known, self._sorry)

    def _show_looks(self, outcome: Outcome) -> None:
        """Some media of each setting, now that they may be known."""
        rows = [self.made.media[row.number][:MOST_LOOKS] for row in outcome.rows[:MOST_ROWS]]

        def there(media: list[Media]) -> None:
            left = iter(media)
            self.found.show_looks([[next(left) for _ in row] for row in rows])

        self.studio.ratings.media(self.opened, [name for row in rows for name in row], there, self._sorry)

    def _more(self) -> None:
        """Votes that came back from others."""
        title, kinds = self.tr("Add votes that came back"), self.tr("Votes") + " (*.json)"
        paths, _ = QFileDialog.getOpenFileNames(self, title, str(Path.home()), kinds)
        if paths:
            self._votes += [Path(path) for path in paths]
            self._tell()

    def _keep(self) -> None:
        outcome = self.found.outcome
        if outcome is None:
            return
        title, words = self.tr("Keep as a preset"), self.tr("What is it to be called?")
        name, yes = QInputDialog.getText(self, title, words, QLineEdit.EchoMode.Normal, outcome.rows[0].name)
        if yes and name.strip():
            self.keep_as(name)

    def keep_as(self, name: str) -> None:
        """Keep the settings that were found the best under a name."""
        outcome = self.found.outcome
        assert outcome is not None
        done = self.tr("“%1” is kept: it is in the menu Run, under Presets.").replace("%1", name)

        def kept(_: object) -> None:
            self.trouble.setText(done)
            relook(self.trouble, "dim")
            self.trouble.show()
            self.found.keep.setEnabled(False)
            self.shown.emit()

        self.studio.ratings.keep_preset(outcome.recipe, name, outcome.sentence, kept, self._sorry)

    def _use(self) -> None:
        if self.found.outcome is not None:
            self.studio.use_recipe(self.found.outcome.recipe)

    def _export(self) -> None:
        title, kinds = self.tr("Export the table"), self.tr("Tables") + " (*.csv);;JSON (*.json)"
        path, _ = QFileDialog.getSaveFileName(self, title, str(Path.home() / "rating.csv"), kinds)
        if path:
            self.export_to(Path(path))

    def export_to(self, path: Path) -> None:
        """Write the result as CSV, or as JSON where the name says so."""
        import msgspec

        outcome = self.found.outcome
        assert outcome is not None
        as_json = path.suffix.lower() == ".json"
        text = msgspec.json.encode(result.told(outcome)) if as_json else result.table(outcome).encode()
        self.studio.bridge.call(lambda: atomic.write(path, text), lambda _: self.shown.emit(), self._sorry)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.opened.place / VOTES)))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.page.rest()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape is a pause."""
        self.close()


def _name(studio: Studio) -> str:
    """The rater of the last time, or who is logged in."""
    kept = studio.load_state(RATER)
    if kept:
        return kept.decode("utf-8", "replace")
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _middle(lines: Sequence[QWidget], deeds: Sequence[QWidget], after: Sequence[QWidget]) -> QWidget:
    """A page with lines and below them what can be done, in the middle."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
    column.setSpacing(theme.M)
    column.addStretch(1)
    for line in lines:
        column.addWidget(line)
    column.addSpacing(theme.M)
    for deed in deeds:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(deed)
        row.addStretch(1)
        column.addLayout(row)
    for line in after:
        column.addWidget(line)
    column.addStretch(1)
    return page
