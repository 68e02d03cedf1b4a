"""The queue panel: what runs, what waits, what has ended, and what can be done with it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QDropEvent, QHelpEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.core.job import Cancelled, Failed, Job, Paused, Queued, Running
from app.studio import Studio
from app.ui import theme
from app.ui.queue.model import JOB, MIME, JobDelegate, JobList, buttons
from app.ui.queue.words import deeds, title


class JobView(QListView):
    """The list. Tells which of a row's two buttons was pressed, and where rows were dropped."""

    pressed_button = Signal(object, int)  # Job, 0 or 1
    dropped = Signal(object, int)  # list[int] of job ids, row
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.painter = JobDelegate(self)
        self.setItemDelegate(self.painter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self.menu_asked)

    def _button_at(self, place: QPoint) -> tuple[int, int]:
        index = self.indexAt(place)
        if index.isValid():
            for number, box in enumerate(buttons(QRectF(self.visualRect(index)))):
                if box.contains(place):
                    return index.row(), number
        return -1, -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hot = self._button_at(event.position().toPoint())
        if hot != self.painter.hot:
            self.painter.hot = hot
            self.viewport().update()
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row, number = self._button_at(event.position().toPoint())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.pressed_button.emit(self.model().index(row, 0).data(JOB), number)
            return
        super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.painter.hot = (-1, -1)
        self.viewport().update()
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            row, number = self._button_at(event.pos())
            if row >= 0:
                deed = deeds(self.model().index(row, 0).data(JOB))[number]
                QToolTip.showText(event.globalPos(), self.deed_words(deed), self)
                return True
        return super().viewportEvent(event)

    def deed_words(self, deed: str) -> str:
        """What a button does, in words."""
        return {
            "pause": self.tr("Pause (Space)"),
            "resume": self.tr("Go on (Space)"),
            "show": self.tr("Show on the stage (Space)"),
            "again": self.tr("Try again (Space)"),
            "stop": self.tr("Cancel (Del)"),
            "remove": self.tr("Remove from the queue (Del)"),
        }[deed]

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData().data(MIME).data()
        if event.source() is not self or not data:
            event.ignore()
            return
        place = event.position().toPoint()
        index = self.indexAt(place)
        row = self.model().rowCount()
        if index.isValid():
            row = index.row() + int(place.y() > self.visualRect(index).center().y())
        event.setDropAction(Qt.DropAction.CopyAction)  # the view must not remove the rows itself
        event.accept()
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()
        self.dropped.emit([int(part) for part in bytes(data).split(b",")], row)


class QueuePanel(QWidget):
    """The jobs. Space does the first button, Del the second, Alt+Up/Down moves, E edits, Enter shows."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.model = JobList(studio, self)
        self.setAccessibleName(self.tr("Queue"))
        self._build()
        self._actions = self._make_actions()
        self.view.addActions(list(self._actions.values()))
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._restore)
        studio.jobs_changed.connect(self._tell)
        studio.job_changed.connect(lambda job: self._tell())
        self._tell()

    # ---------------------------------------------------------------- building

    def _build(self) -> None:
        self.view = JobView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.tr("Jobs"))
        self.view.pressed_button.connect(self._press)
        self.view.dropped.connect(self._dropped)
        self.view.menu_asked.connect(self._menu)
        self.view.doubleClicked.connect(lambda index: self.studio.show(index.data(JOB).run))
        self.empty = QLabel(self.tr("Nothing is waiting. Press Generate, and jobs line up here."))
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        self.pages.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        layout.setSpacing(theme.S)
        layout.addLayout(self._head())
        layout.addWidget(self.pages, 1)
        layout.addWidget(self._edit_bar())

    def _head(self) -> QHBoxLayout:
        self.count = QLabel()
        self.hold, self.clear = QToolButton(), QToolButton()
        self.hold.setCheckable(True)
        self.hold.setText(self.tr("Pause"))
        self.hold.setIcon(theme.icon("pause"))
        self.hold.setToolTip(self.tr("Start no further job; what runs goes on"))
        self.hold.toggled.connect(self.studio.pause_queue)
        self.clear.setText(self.tr("Clear"))
        self.clear.clicked.connect(lambda: self.studio.clear_finished())
        self.clear.setIcon(theme.icon("check"))
        self.clear.setToolTip(self.tr("Take the ended jobs off the list; their results stay in the history"))
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(self.count, 1)
        for button in (self.hold, self.clear):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(button)
        self.hold.setAccessibleName(self.tr("Pause the queue"))
        self.clear.setAccessibleName(self.tr("Clear finished jobs"))
        return row

    def _edit_bar(self) -> QWidget:
        self.edit_bar = QFrame()
        self._edit_text = QLabel(wordWrap=True)
        apply, leave = QPushButton(self.tr("Apply")), QPushButton(self.tr("Leave"))
        apply.clicked.connect(self._apply)
        leave.clicked.connect(lambda: self.studio.leave_job())
        apply.setToolTip(self.tr("Write the settings as they are now back into this job"))
        row = QHBoxLayout(self.edit_bar)
        row.setContentsMargins(theme.S, theme.S, 0, 0)
        row.addWidget(self._edit_text, 1)
        for button, name in (
            (apply, self.tr("Apply the settings to the job")),
            (leave, self.tr("Leave the job as it was")),
        ):
            button.setAccessibleName(name)
            row.addWidget(button)
        self.edit_bar.hide()
        return self.edit_bar

    def _make_actions(self) -> dict[str, QAction]:
        table: tuple[tuple[str, str, str, str, Callable[[], None]], ...] = (
            ("first", "play", self.tr("Pause or go on"), "Space", self._first),
            ("show", "eye", self.tr("Show on the stage"), "Return", self._show),
            ("edit", "edit", self.tr("Edit"), "E", self._edit),
            ("up", "chevron-up", self.tr("Earlier"), "Alt+Up", lambda: self._shift(-1)),
            ("down", "chevron-down", self.tr("Later"), "Alt+Down", lambda: self._shift(1)),
            ("end", "close", self.tr("Cancel or remove"), "Del", self._second),
        )
        actions = {}
        for name, icon, text, keys, act in table:
            action = QAction(theme.icon(icon), text, self)
            action.triggered.connect(act)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            actions[name] = action
        return actions

    # ---------------------------------------------------------------- what is shown

    def _tell(self) -> None:
        """The line at the top, the empty page, and the bar of the job being edited."""
        jobs = self.studio.jobs
        waiting = sum(isinstance(job.state, Queued) for job in jobs)
        running = sum(isinstance(job.state, Running) for job in jobs)
        words = [self.tr("%1 running").replace("%1", str(running))] if running else []
        words += [self.tr("%1 waiting").replace("%1", str(waiting))] if waiting else []
        self.count.setText(" · ".join(words) or (self.tr("All done") if jobs else self.tr("Empty")))
        self.clear.setEnabled(any(job.ended for job in jobs))
        self.pages.setCurrentWidget(self.view if jobs else self.empty)
        self.hold.setChecked(self.studio.queue_paused)
        edited = self._edited()
        self.edit_bar.setVisible(edited is not None)
        if edited is not None:
            self._edit_text.setText(self.tr("Editing “%1”").replace("%1", title(edited)))

    def _edited(self) -> Job | None:
        """The job whose request is in the draft."""
        number = self.studio.editing
        return next((job for job in self.studio.jobs if job.id == number and self._editable(job)), None)

    def _remember(self) -> None:
        self._kept = [job.id for job in self.chosen()]
        current = self.view.currentIndex().data(JOB)
        self._place = (self.view.currentIndex().row(), current.id if current else 0)

    def _restore(self) -> None:
        """The same jobs are chosen after the list has changed, or what took the place of the last one."""
        model = self.view.selectionModel()
        rows = [row for row in map(self.model.row, self._kept) if row >= 0]
        for row in rows:
            model.select(self.model.index(row), QItemSelectionModel.SelectionFlag.Select)
        here = self.model.row(self._place[1])
        here = here if here >= 0 else min(self._place[0], self.model.rowCount() - 1)
        if here >= 0:
            model.setCurrentIndex(self.model.index(here), QItemSelectionModel.SelectionFlag.NoUpdate)
            if self._kept and not rows:
                model.select(self.model.index(here), QItemSelectionModel.SelectionFlag.Select)

    def chosen(self) -> list[Job]:
        """The selected jobs in queue order."""
        indexes = self.view.selectionModel().selectedIndexes()
        return [index.data(JOB) for index in sorted(indexes, key=lambda index: index.row())]

    # ---------------------------------------------------------------- what can be done

    def act(self, deed: str, job: Job) -> None:
        """Do one of the deeds of a row's buttons."""
        studio = self.studio
        match deed:
            case "pause":
                studio.pause(job.id)
            case "resume" | "again":
                studio.resume(job.id)
            case "show":
                studio.show(job.run)
            case "stop":
                studio.stop(job.id)
            case "remove":
                studio.remove(job.id)

    def _press(self, job: Job, number: int) -> None:
        self.act(deeds(job)[number], job)

    def _first(self) -> None:
        for job in self.chosen():
            self.act(deeds(job)[0], job)

    def _second(self) -> None:
        for job in self.chosen():
            self.act(deeds(job)[1], job)

    def _show(self) -> None:
        for job in self.chosen()[:1]:
            self.studio.show(job.run)

    def _shift(self, by: int) -> None:
        for job in self.chosen()[:1]:
            row = self.model.row(job.id) + by
            if 0 <= row < self.model.rowCount():
                self.studio.move(job.id, row)

    def _dropped(self, ids: list[int], row: int) -> None:
        """Put these jobs before `row`, in the order they had."""
        anchor = next((job.id for job in self.model.jobs[row:] if job.id not in ids), None)
        for job_id in ids:
            order = [job.id for job in self.model.jobs]
            rest = [other for other in order if other != job_id]
            there = rest.index(anchor) if anchor is not None else len(rest)
            if job_id in order and order.index(job_id) != there:
                self.studio.move(job_id, there)

    @staticmethod
    def _editable(job: Job) -> bool:
        return isinstance(job.state, Queued | Paused)

    def _edit(self) -> None:
        for job in self.chosen()[:1]:
            if self._editable(job):
                self.studio.edit_job(job.id)

    def _apply(self) -> None:
        if self.studio.editing is not None:
            self.studio.apply_job(self.studio.editing)

    def _menu(self, place: QPoint) -> None:
        chosen = self.chosen()
        if not chosen:
            return
        menu = self.menu(chosen)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def menu(self, chosen: list[Job]) -> QMenu:
        """What can be done with these jobs."""
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("Job menu"))
        job, one = chosen[0], len(chosen) == 1
        for number in (0, 1):
            deed = deeds(job)[number]
            action = menu.addAction(self.view.deed_words(deed).split(" (")[0])
            action.triggered.connect([self._first, self._second][number])
        menu.addSeparator()
        for name, able in (("show", one), ("edit", one and self._editable(job)), ("up", one), ("down", one)):
            original = self._actions[name]
            copy = menu.addAction(original.icon(), original.text() + "\t" + original.shortcut().toString())
            copy.setEnabled(able)
            copy.triggered.connect(original.trigger)
        if isinstance(job.state, Failed | Cancelled):
            menu.setDefaultAction(menu.actions()[0])
        return menu

    def sizeHint(self) -> QSize:
        return QSize(300, 260)
