"""The denoise timeline: plot, filmstrip and curve lanes along one axis, with the buttons that play and branch."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QScrollBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.job import StepRow
from app.studio import Studio, Subject
from app.ui import theme
from app.ui.timeline.axis import GUTTER, Axis
from app.ui.timeline.controllane import Added, AddedLane, added, strength_of
from app.ui.timeline.export import ExportDialog, ask_path
from app.ui.timeline.film import Filmstrip
from app.ui.timeline.filmview import progress
from app.ui.timeline.lane import Lane
from app.ui.timeline.plot import LevelPlot
from app.ui.widgets import discard
from engines.contract import Media, Param, Request

_PLAY_MS = 90


class Timeline(QWidget):
    """Every step of the run on the stage, and what the next run will do over its steps."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.axis = Axis(self)
        self.plot = LevelPlot(self.axis)
        self.film = Filmstrip(studio, self.axis)
        self.lanes: list[Lane] = []
        self._subject_run = ""
        self._steps: tuple[StepRow, ...] = ()
        self._player = QTimer(self)
        self._player.setInterval(_PLAY_MS)
        self._player.timeout.connect(self._next)
        self.setAccessibleName(self.tr("Steps"))
        self._build()
        self._listen()
        self._make_lanes()
        self._sync()

    # ---------------------------------------------------------------- building

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._buttons())
        layout.addWidget(self.plot)
        layout.addWidget(self.film, 5)
        self._stack = QWidget()
        self._pile = QVBoxLayout(self._stack)
        self._pile.setContentsMargins(0, 0, 0, 0)
        self._pile.setSpacing(0)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._stack)
        layout.addWidget(self._area, 4)
        self._hint = QLabel(self.tr("This engine has no setting that can be drawn as a curve over the steps."))
        self._hint.setContentsMargins(GUTTER + theme.M, theme.M, theme.M, theme.M)
        self._hint.setWordWrap(True)
        self._hint.setEnabled(False)
        layout.addWidget(self._hint)
        self._bar = QScrollBar(Qt.Orientation.Horizontal)
        self._bar.setAccessibleName(self.tr("Scroll the steps"))
        self._bar.valueChanged.connect(self.axis.scroll)
        foot = QHBoxLayout()
        foot.setContentsMargins(GUTTER, 0, 0, 0)
        foot.addWidget(self._bar)
        layout.addLayout(foot)
        layout.addStretch(0)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        row.setSpacing(theme.S)
        self.first = self._button("to-start", self.tr("First step (Home)"), lambda: self.film.go(1))
        self.play = self._button("play", self.tr("Play the development (Space)"), self.toggle)
        self.last = self._button("to-end", self.tr("Result (End)"), lambda: self.film.go(self.axis.total + 1))
        self.reading = QLabel()
        self.reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reading.setAccessibleName(self.tr("The step on the stage"))
        self.branch = self._button("branch", self.tr("Branch"), lambda: self.film.branch(self.axis.playhead))
        self.export = self._button("export", self.tr("Export …"), self.export_development)
        self.export.setToolTip(self.tr("Export the development as GIF, WebP or MP4"))
        for button in (self.branch, self.export):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        out = self._button("zoom-out", self.tr("Narrower steps (-)"), lambda: self.axis.zoom(0.8))
        wide = self._button("zoom-in", self.tr("Wider steps (+)"), lambda: self.axis.zoom(1.25))
        fit = self._button("fit", self.tr("Fit the run (0)"), self.axis.fit)
        for widget in (self.first, self.play, self.last):
            row.addWidget(widget)
        row.addSpacing(theme.M)
        row.addWidget(self.reading, 1)
        for widget in (self.branch, self.export, out, wide, fit):
            row.addWidget(widget)
        return row

    def _button(self, icon: str, text: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setText(text)
        button.setToolTip(text)
        button.clicked.connect(act)
        button.setIcon(theme.icon(icon))
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _listen(self) -> None:
        studio = self.studio
        studio.stage_changed.connect(self._sync)
        studio.stepped.connect(self._stepped)
        studio.preview.connect(self._preview)
        studio.draft_changed.connect(self._draft_changed)
        studio.engines_changed.connect(self._make_lanes)
        studio.history_changed.connect(self._ask_marks)
        studio.jobs_changed.connect(self._ask_marks)
        self.axis.changed.connect(self._follow)
        self.film.play_asked.connect(self.toggle)
        self.film.export_asked.connect(self.export_development)

    # ---------------------------------------------------------------- the run on the stage

    def _sync(self) -> None:
        """The stage has changed: another run, more steps, or another step of it."""
        subject = self.studio.stage
        run = subject.run if subject is not None else ""
        rows = subject.rows if subject is not None else ()
        moved, self._subject_run = run != self._subject_run, run
        self._steps = rows
        if moved:
            self.stop()
            self.film.marks = {}
            self._ask_marks()
        self._show(subject)

    def _show(self, subject: Subject | None) -> None:
        self.axis.set_total(self._steps[-1].total if self._steps else progress(subject) or self._planned())
        self.plot.set_rows(self._steps)
        self.film.set_subject(subject, self._steps)
        playhead = self._place(subject)
        if playhead != self.axis.playhead:
            self.axis.set_playhead(playhead)
        else:
            self._follow()
        for lane in self.lanes:
            request = self._request(subject)
            lane.ghost = lane.read(request)[1] if request is not None else None
            lane.refresh()

    def _place(self, subject: Subject | None) -> int:
        """The step under the needle."""
        if subject is None or not self._steps:
            return 0
        if subject.step is not None:
            return subject.step
        return self.axis.total + 1 if self.film.finished else self._steps[-1].index

    @staticmethod
    def _request(subject: Subject | None) -> Request | None:
        return subject.job.request if subject is not None and subject.job is not None else None

    def _planned(self) -> int:
        """How many steps the draft asks for, where the engine has an option that says so."""
        for param in self.studio.card().params:
            if param.name == "steps" and param.kind == "int":
                return int(self.studio.draft.options.get("steps", param.default))
        return 20

    def _stepped(self, run: str, row: StepRow) -> None:
        if run == self._subject_run and row not in self._steps[-1:]:
            self._steps = (*(old for old in self._steps if old.index < row.index), row)
            self._show(self.studio.stage)

    def _preview(self, run: str, media: Media) -> None:
        if run == self._subject_run and self._steps:
            self.film.frames.live(run, self._steps[-1].index, media)
            self.film.update()

    def _ask_marks(self) -> None:
        run = self._subject_run
        if run:
            self.studio.branches(run, lambda entries: self._take_marks(run, entries))

    def _take_marks(self, run: str, entries: object) -> None:
        if run != self._subject_run:
            return
        found = {entry.run: entry.parent_step for entry in entries}  # type: ignore[attr-defined]
        found |= {job.run: job.parent_step for job in self.studio.jobs if job.parent == run}
        marks: dict[int, int] = {}
        for step in found.values():
            if step is not None:
                marks[int(step)] = marks.get(int(step), 0) + 1
        self.film.marks = marks
        self.film.update()

    # ---------------------------------------------------------------- the lanes

    def _make_lanes(self) -> None:
        """One lane for every option of the draft's engine that can be a curve, for every control input given and
        every LoRA worn."""
        kinds = {strength_of(kind).name: kind for kind in added(self.studio.card().info, self.studio.draft)}
        params = [param for param in self.studio.card().params if param.curve]
        params += [strength_of(kind) for kind in kinds.values()]
        if [lane.param for lane in self.lanes] == params:
            return
        for lane in self.lanes:
            self._pile.removeWidget(lane)
            discard(lane)
        while self._pile.count():
            self._pile.takeAt(0)
        self.lanes = [self._lane(param, kinds.get(param.name)) for param in params]
        self._area.setVisible(bool(params))
        self._hint.setVisible(not params)
        self._area.setMinimumHeight(66 if params else 0)
        self._area.setMaximumHeight(130 * len(params))

    def _lane(self, param: Param, kind: Added | None) -> Lane:
        lane = Lane(self.studio, param, self.axis) if kind is None else AddedLane(self.studio, kind, self.axis)
        self._pile.addWidget(lane)
        return lane

    def show_lane(self, name: str) -> None:
        """Bring the lane of this name into sight and into the hands."""
        for lane in self.lanes:
            if lane.param.name == name:
                lane.setFocus(Qt.FocusReason.OtherFocusReason)
                self._area.ensureWidgetVisible(lane)

    def _draft_changed(self, fields: set[str]) -> None:
        if fields & {"engine", "controls", "adapters"}:
            self._make_lanes()
        if fields & {"engine", "options", "curves", "controls", "adapters"}:
            for lane in self.lanes:
                lane.refresh()
        if not self._steps:
            self._show(self.studio.stage)

    # ---------------------------------------------------------------- needle, playing, export

    def _follow(self) -> None:
        """The axis has moved: scroll bar, read-out and buttons."""
        self._bar.blockSignals(True)
        self._bar.setRange(0, int(self.axis.room))
        self._bar.setPageStep(int(self.axis.shown))
        self._bar.setSingleStep(int(self.axis.cell))
        self._bar.setValue(int(self.axis.offset))
        self._bar.blockSignals(False)
        self._bar.setVisible(self.axis.room > 1)
        self.film.setMaximumHeight(self.film.tall())
        step = self.axis.playhead
        self.reading.setText(self.film.sentence(step))
        reason = self.film.obstacle(step)
        self.branch.setEnabled(bool(self._steps) and not reason)
        self.branch.setToolTip(reason or self.tr("Go on from this step with the settings as they are now (B)"))
        for button in (self.first, self.play, self.last, self.export):
            button.setEnabled(bool(self._steps))

    def toggle(self) -> None:
        """Play the development, or stop playing; from the start when it has been seen to the end."""
        if self._player.isActive():
            self.stop()
        elif self._steps:
            if self.axis.playhead >= self._steps[-1].index:
                self.film.go(self._steps[0].index)
            self._player.start()
            self._show_playing(True)

    def stop(self) -> None:
        """Stop playing."""
        self._player.stop()
        self._show_playing(False)

    def _show_playing(self, playing: bool) -> None:
        text = self.tr("Pause (Space)") if playing else self.tr("Play the development (Space)")
        self.play.setIcon(theme.icon("pause" if playing else "play"))
        self.play.setToolTip(text)
        self.play.setAccessibleName(text)

    def _next(self) -> None:
        if not self._steps:  # the run is being shown anew
            self.stop()
            return
        step = self.axis.playhead + 1
        self.film.go(step)
        if self.axis.playhead >= self._steps[-1].index + int(self.film.finished):
            self.stop()

    def export_development(self) -> None:
        """Ask for kind, speed and place, then have the studio write the file."""
        if not self._steps:
            return
        dialog = ExportDialog(len(self._steps), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def write() -> None:
            path: Path | None = ask_path(self, self._subject_run, dialog.suffix())
            if path is not None:
                self.studio.export_development(path, dialog.fps())

        dialog.accepted.connect(write)
        dialog.open()

    # ---------------------------------------------------------------- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.axis.set_width(self.width())
        super().resizeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        super().hideEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(960, 300)
