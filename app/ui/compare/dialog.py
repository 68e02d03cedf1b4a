"""The dialog of comparisons: two results, what was asked for differently, what came, and where their runs parted."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
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

from app.core.lab.comparison import Comparison
from app.studio import Studio
from app.studio.comparing import A, B, Comparing
from app.ui import declared, theme
from app.ui.compare.asked import Asked, Row, plain, rows
from app.ui.compare.clips import Clips
from app.ui.compare.figures import Figures, parting_words
from app.ui.compare.meshes import Meshes
from app.ui.compare.pictures import Pictures
from app.ui.compare.slot import Slot
from app.ui.compare.sounds import Sounds
from app.ui.compare.strips import Strips
from app.ui.compare.view import PairView
from app.ui.drop import ENDINGS
from app.ui.stage.viewer import Aside
from app.ui.widgets import Empty, button, say
from engines.contract import Audio, Image, Mesh, Video

VIEWS: dict[type, Callable[[Aside], PairView]] = {Image: Pictures, Audio: Sounds, Video: Clips, Mesh: Meshes}
SIDE = 300  # pixels of the column of words


class CompareDialog(QDialog):
    """Two results side by side. The window can be used meanwhile; files may be dropped, two at once."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.comparing = Comparing(studio, self)
        self.setWindowTitle(self.tr("Compare"))
        self.setWindowFlags(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.slots_ = (Slot("A"), Slot("B"))
        self.views: dict[type, PairView] = {}
        self.asked, self.facts, self.figures = Asked(), Asked(), Figures()
        self.facts_head = say(self.tr("WHAT THE ENGINES TOLD"), "section")
        self.asked_note = say("", "dim", wrap=True)
        self.strips = Strips(studio)
        self.parted = say("", "dim")
        self.path = QPushButton(theme.icon("range"), self.tr("Path from A to B"))
        self.export = QPushButton(theme.icon("export"), self.tr("Export …"))
        self.courses = [QPushButton(theme.icon("curve"), self.tr("Course of %1").replace("%1", name)) for name in "AB"]
        self._build()
        self._listen()
        self._show()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.M)
        head.addWidget(self.slots_[A], 1)
        head.addWidget(button("shuffle", self.tr("Exchange A and B"), self.comparing.swap))
        head.addWidget(self.slots_[B], 1)
        self.pages = QStackedWidget()
        self.empty = Empty(
            "compare",
            self.tr("Two results side by side"),
            self.tr("Choose two in the history and press Shift+C there, or drop two files here."),
        )
        self.trouble = Empty("warning", self.tr("These cannot be compared"), "")
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.trouble)
        self.pages.setMinimumSize(QSize(380, 220))
        middle = QHBoxLayout()
        middle.setSpacing(theme.L)
        middle.addWidget(self.pages, 1)
        middle.addWidget(self._words())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addLayout(head)
        column.addLayout(middle, 1)
        column.addWidget(self._film())
        column.addLayout(self._foot())
        self.resize(1240, 860)

    def _words(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addWidget(say(self.tr("WHAT CAME"), "section"))
        column.addWidget(self.figures)
        column.addSpacing(theme.M)
        column.addWidget(say(self.tr("WHAT WAS ASKED FOR"), "section"))
        column.addWidget(self.asked_note)
        column.addWidget(self.asked)
        column.addSpacing(theme.M)
        column.addWidget(self.facts_head)
        column.addWidget(self.facts)
        column.addStretch(1)
        return _scrolled(inside, SIDE)

    def _film(self) -> QScrollArea:
        area = _scrolled(self.strips)
        area.setFixedHeight(self.strips.height() + 14)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.film = area
        return area

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.parted, 1)
        for one in (*self.courses, self.path, self.export):
            one.setAutoDefault(False)
            one.setAccessibleName(one.text())
            row.addWidget(one)
        return row

    def _listen(self) -> None:
        for place, slot in enumerate(self.slots_):
            slot.dropped.connect(lambda paths, place=place: self.put_files(paths, place))
            slot.asked.connect(lambda place=place: self._ask(place))
        for place, one in enumerate(self.courses):
            one.clicked.connect(lambda _checked=False, place=place: self._course(place))
        self.path.clicked.connect(lambda _checked=False: self._path())
        self.export.clicked.connect(lambda _checked=False: self._ask_export())
        self.comparing.changed.connect(self._show)
        self.comparing.looked.connect(self._looked)
        self.strips.chosen.connect(self.comparing.look_at)

    # ------------------------------------------------------------ what is compared

    def put_runs(self, run_a: str, run_b: str) -> None:
        """Compare two results of the history."""
        self.comparing.put_run(A, run_a)
        self.comparing.put_run(B, run_b)

    def put_files(self, paths: list[Path], place: int | None = None) -> None:
        """Compare two files; a single one goes to `place`, or where there is room."""
        if len(paths) >= 2:
            for n, path in enumerate(paths[:2]):
                self.comparing.put_file(n, path)
        elif paths:
            free = A if self.comparing.sides[A] is None else B
            self.comparing.put_file(free if place is None else place, paths[0])

    def _ask(self, place: int) -> None:
        kinds = " ".join(dict.fromkeys(" ".join(ENDINGS.values()).split()))
        start = self.comparing.paths[place] or self.studio.folders.gallery
        words = f"{self.tr('Media')} ({kinds});;{self.tr('All files')} (*)"
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Compare"), str(start), words)
        if paths:
            self.put_files([Path(path) for path in paths], place)

    # ------------------------------------------------------------ showing

    def _show(self) -> None:
        now = self.comparing
        for slot, side in zip(self.slots_, now.sides, strict=True):
            slot.show_side(side)
        for one, side in zip(self.courses, now.sides, strict=True):
            one.setEnabled(bool(side and side.run))
        self.export.setEnabled(now.found is not None)
        made = [side.recipe.request.engine for side in now.sides if side and side.recipe and side.run]
        self.path.setEnabled(len(made) == 2 and made[0] == made[1])
        self._show_found(now.found)
        runs = tuple(side.run if side else "" for side in now.sides)
        self.strips.show_runs(runs, tuple(now.rows), now.found.parted if now.found else None)  # type: ignore[arg-type]
        self.strips.show_results([side.media if side else None for side in now.sides])
        self.film.setVisible(any(now.rows))
        self._looked()

    def _show_found(self, found: Comparison | None) -> None:
        self.figures.show_found(found, busy=self.comparing.busy and all(self.comparing.sides))
        self.parted.setText(parting_words(found) if found else "")
        facts = found.facts if found else ()
        self.facts.show_rows([Row(declared.words(one.name), plain(one.a), plain(one.b)) for one in facts])
        for part in (self.facts_head, self.facts):
            part.setVisible(bool(facts))
        if found is None or not found.asked:
            self.asked.show_rows([])
            lacking = self.tr("Not both carry a recipe, so what was asked for is not compared.")
            self.asked_note.setText(lacking if found else "")
            self.asked_note.setVisible(found is not None)
            return
        both = (found.a.recipe, found.b.recipe)
        told = rows(found.changed, self.studio.card_of(both[0].request.engine), both)  # type: ignore[union-attr, arg-type]
        self.asked.show_rows(told)
        self.asked_note.setText("" if told else self.tr("Both ask for the same."))
        self.asked_note.setVisible(bool(self.asked_note.text()))

    def _looked(self) -> None:
        """Show both media, of the step that is looked at."""
        now = self.comparing
        self.strips.show_step(now.step)
        one, other = now.shown
        if now.trouble:
            self._say_trouble(now.trouble)
        elif one is None or other is None:
            self.pages.setCurrentWidget(self.empty)
        elif type(one) is type(other):
            view = self._view(type(one))
            if self.pages.currentWidget() is not view:
                self._rest()
                self.pages.setCurrentWidget(view)
                view.setFocus()
            view.show_pair(one, other)

    def _say_trouble(self, sentence: str) -> None:
        self._rest()
        discarded = self.trouble
        self.trouble = Empty("warning", self.tr("These cannot be compared"), sentence)
        self.pages.addWidget(self.trouble)
        self.pages.setCurrentWidget(self.trouble)
        self.pages.removeWidget(discarded)
        discarded.deleteLater()

    def _view(self, kind: type) -> PairView:
        if kind not in self.views:
            self.views[kind] = VIEWS[kind](self.studio.bridge.aside)
            self.pages.addWidget(self.views[kind])
        return self.views[kind]

    def _rest(self) -> None:
        for view in self.views.values():
            view.rest()

    # ------------------------------------------------------------ handing out

    def _ask_export(self) -> None:
        start = str(Path.home() / "comparison.png")
        words = self.tr("Export the comparison: a sheet, and its figures as JSON beside it")
        path, _ = QFileDialog.getSaveFileName(self, words, start, "PNG (*.png);;JSON (*.json)")
        if path:
            self.comparing.export(Path(path) if Path(path).suffix else Path(path + ".png"))

    def _course(self, place: int) -> None:
        from app.ui.compare.course import CourseDialog

        side = self.comparing.sides[place]
        if side is not None:
            CourseDialog(self.studio, side.run, side.name, self).show()

    def _path(self) -> None:
        from app.ui.compare.path import PathDialog

        runs = [side.run for side in self.comparing.sides if side is not None]
        PathDialog(self.studio, runs[0], runs[1], self).show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.put_files(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._rest()
        super().closeEvent(event)


def _scrolled(inside: QWidget, wide: int = 0) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    if wide:
        area.setFixedWidth(wide)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
