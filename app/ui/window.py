"""The window: the stage in the middle, the panels round it, menus, status bar, notices."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QMessageBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.job import Job, Running
from app.studio import Studio
from app.ui import opening, theme, workspaces
from app.ui.actions import Actions
from app.ui.commands import command_of, offered, visible
from app.ui.compare.opening import Comparisons
from app.ui.control import ControlPanel
from app.ui.curves import Curves
from app.ui.declared import titled
from app.ui.docks import VERSION, PanelHost
from app.ui.history import HistoryPanel
from app.ui.inspector import Inspector
from app.ui.lab.panel import LabPanel
from app.ui.models import ModelsPanel
from app.ui.monitor import Monitor
from app.ui.palette import Command, Palette
from app.ui.project import Projects
from app.ui.prompt import PromptPanel
from app.ui.queue import QueuePanel
from app.ui.rate import RateWays
from app.ui.sequence import Sequence
from app.ui.stage import Stage
from app.ui.status import Status
from app.ui.timeline import Timeline
from app.ui.toast import Toasts

STATE = "window"


class Window(PanelHost):
    """Darkroom's window over a studio. Closing it remembers the layout; the studio is closed by who made it."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.setWindowTitle("Darkroom")
        self.setWindowIcon(theme.icon("darkroom", "accent"))
        self.setAcceptDrops(True)
        self.stage = Stage(studio)
        self.prompt, self.control = PromptPanel(studio), ControlPanel(studio)
        self.timeline, self.sequence = Timeline(studio), Sequence(studio)
        self.history, self.queue, self.models = HistoryPanel(studio), QueuePanel(studio), ModelsPanel(studio)
        self.monitor, self.inspector, self.curves = Monitor(studio), Inspector(studio), Curves(studio)
        self.lab = LabPanel(studio, self.history.chosen)
        self.middle = QWidget()
        column = QVBoxLayout(self.middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stage)
        self.setCentralWidget(self.middle)
        for name, (title, _) in self.places().items():
            if name != "stage":
                self.add_panel(name, title, getattr(self, name))
        self.status = Status(studio)
        self.setStatusBar(self.status)
        self.toasts = Toasts(self.stage)
        self.projects = Projects(studio, self)
        self.comparisons = Comparisons(self)
        self.grids, self.sweeps = opening.grids(self), opening.sweeps(self)
        self.rating = RateWays(studio, self)
        self.actions_ = Actions(self)
        self.palette_ = Palette(self)
        self._recorder: QWidget | None = None
        self._listen()
        self._restore()

    def places(self) -> dict[str, tuple[str, str]]:
        """The places one can go to: name -> title and icon."""
        return {
            "prompt": (self.tr("Prompt"), "prompt"),
            "control": (self.tr("Control"), "control"),
            "stage": (self.tr("Stage"), "image"),
            "timeline": (self.tr("Steps"), "step-forward"),
            "sequence": (self.tr("Timeline"), "timeline"),
            "history": (self.tr("History"), "history"),
            "queue": (self.tr("Queue"), "queue"),
            "models": (self.tr("Models"), "layers"),
            "monitor": (self.tr("Monitor"), "video"),
            "inspector": (self.tr("Inspector"), "edit"),
            "curves": (self.tr("Curves"), "curve"),
            "lab": (self.tr("Lab"), "chart"),
        }

    def _listen(self) -> None:
        studio = self.studio
        studio.notice.connect(self.toasts.say)
        studio.settings_changed.connect(self._settings_changed)
        studio.jobs_changed.connect(self._title)
        studio.job_changed.connect(lambda job: self._title())
        studio.job_changed.connect(self._call)
        self.history.compare_asked.connect(self.comparisons.show)
        self.history.score_asked.connect(self.comparisons.score)
        self.control.curve_opened.connect(self._show_curve)
        self.prompt.sweep_asked.connect(self.sweeps.show)
        self.control.painting.connect(self.stage.paint)
        self.control.posing.connect(self.stage.pose)
        self.control.growing.connect(self.stage.grow)
        self.history.rate_asked.connect(self.rating.of_entries)
        self.inspector.curve_asked.connect(self.curves.show_lane)
        self.curves.went.connect(partial(self.go, "curves"))
        self.monitor.lend(self.sequence)
        self.monitor.lend(self.curves.graph, arrows=False)
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _: self._system_changed())
        self._theme = studio.settings.theme

    def _call(self, job: Job) -> None:
        """Ask for attention when there is nothing left to wait for and the user has gone elsewhere."""
        over = job.ended and all(other.ended for other in self.studio.jobs)
        if over and self.studio.settings.notify_done and not self.isActiveWindow():
            QApplication.alert(self)

    # ------------------------------------------------------------ layout

    def lay_out(self) -> None:
        """Everything where it belongs at first."""
        area = Qt.DockWidgetArea
        self.setCorner(Qt.Corner.BottomLeftCorner, area.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, area.RightDockWidgetArea)
        self.setCorner(Qt.Corner.TopLeftCorner, area.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.TopRightCorner, area.RightDockWidgetArea)
        self.setTabPosition(area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        docks = self.docks
        for dock in docks.values():
            dock.setFloating(False)
        for name, where in (
            ("prompt", area.LeftDockWidgetArea),
            ("control", area.LeftDockWidgetArea),
            ("history", area.RightDockWidgetArea),
            ("queue", area.RightDockWidgetArea),
            ("models", area.RightDockWidgetArea),
            ("timeline", area.BottomDockWidgetArea),
            ("sequence", area.BottomDockWidgetArea),
        ):
            self.addDockWidget(where, docks[name])
            docks[name].show()
        self.splitDockWidget(docks["prompt"], docks["control"], Qt.Orientation.Vertical)
        self.tabifyDockWidget(docks["history"], docks["queue"])
        self.tabifyDockWidget(docks["queue"], docks["models"])
        self.tabifyDockWidget(docks["timeline"], docks["sequence"])
        workspaces.place(self)
        docks["history"].raise_()
        docks["timeline"].raise_()
        self._proportions()

    def _proportions(self) -> None:
        wide, tall = self.width(), self.height()
        sides, across = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        docks = self.docks
        self.resizeDocks([docks["prompt"], docks["history"]], [max(288, wide // 5), max(250, wide // 6)], sides)
        self.resizeDocks([docks["prompt"], docks["control"]], [tall * 54 // 100, tall * 46 // 100], across)
        self.resizeDocks([docks["timeline"]], [max(230, tall * 3 // 10)], across)

    def reset_layout(self) -> None:
        """As it was at the first start."""
        self.restoreState(self._first, VERSION)
        QTimer.singleShot(0, self, self._proportions)

    def _restore(self) -> None:
        room = self.screen().availableGeometry().size()
        self.resize(min(1600, room.width() * 9 // 10), min(1000, room.height() * 9 // 10))
        self.lay_out()
        self._first = self.saveState(VERSION)
        state = self.studio.load_state(STATE)
        if state is None or not self.put_state(state):
            QTimer.singleShot(0, self, self._proportions)
        workspaces.again(self)
        self.prompt.prompt.setFocus()
        for box in self.findChildren(QComboBox):
            box.view().setAccessibleName(box.accessibleName())

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    # ------------------------------------------------------------ going places

    def go(self, name: str) -> None:
        """Show a panel and give it the keyboard."""
        if name == "stage" and self.stage.isHidden():
            workspaces.for_making(self)
        panel: QWidget = getattr(self, name)
        if name in self.docks:
            self.docks[name].show()
            self.docks[name].raise_()
        first = {
            "prompt": self.prompt.prompt,
            "timeline": self.timeline.film,
            "sequence": self.sequence.canvas,
            "monitor": self.monitor.program,
            "curves": self.curves.graph,
            "history": self.history.search,
            "queue": self.queue.view,
            "models": self.models.search,
        }
        target = first.get(name, panel)
        hidden = target is not panel and not target.isVisibleTo(panel)
        if hidden or target.focusPolicy() == Qt.FocusPolicy.NoFocus:
            inner = (w for w in panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
            target = next((w for w in inner if w.isVisibleTo(panel) and w.isEnabled()), panel)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_curve(self, name: str) -> None:
        self.docks["timeline"].show()
        self.docks["timeline"].raise_()
        self.timeline.show_lane(name)

    def show_palette(self) -> None:
        """Open the command palette."""
        self.actions_.refresh()
        self.palette_.offer(self.commands())

    def commands(self) -> list[Command]:
        """Everything that can be done now: the menus, what the viewer on the stage offers, the engines."""
        commands = []
        for menu in self.actions_.menus.values():
            place = menu.title().replace("&", "")
            commands += [command_of(action, place) for action in menu.actions() if offered(action)]
        presets = self.rating.presets_menu
        commands += [command_of(action, presets.title()) for action in presets.actions() if offered(action)]
        shown = (a for a in self.stage.findChildren(QAction) if offered(a) and visible(a))
        commands += [command_of(action, self.tr("Stage")) for action in shown]
        for name, card in self.studio.cards().items():
            text = self.tr("Use the engine %1").replace("%1", titled(card))
            act, icon = partial(self.studio.set_engine, name), theme.icon(card.info.medium, "dim")
            commands.append(Command(text, self.tr("Engine"), "", act, icon))
        return commands

    def open_path(self, path: str) -> None:
        """Open what lies there: a project, or media or a model of any kind."""
        if os.path.isfile(os.path.join(path, "rating.json")):
            self.rating.open(Path(path))
        elif not self.projects.open(path):
            self.studio.open_file(path)

    # ------------------------------------------------------------ dialogs

    def ask_open(self) -> None:
        """Open any media file; its recipe comes with it."""
        kinds = self.tr("Media") + (
            " (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.wav *.flac *.mp3 *.ogg *.mid *.midi"
            " *.mp4 *.webm *.glb *.obj *.ply *.stl);;"
        )
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open"), str(self.studio.folders.gallery), kinds + self.tr("All files") + " (*)"
        )
        if path:
            self.studio.open_file(path)

    def ask_model(self) -> None:
        """Open a model or a ControlNet that is a folder."""
        path = QFileDialog.getExistingDirectory(self, self.tr("Open a model folder"), str(Path.home()))
        if path:
            self.studio.open_model(path)

    def ask_part(self) -> None:
        """Open a model or a LoRA that is one file."""
        kinds = self.tr("Models") + " (*.safetensors *.gguf *.ckpt *.pt *.pth *.bin);;"
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a model"), str(Path.home()), kinds + self.tr("All files") + " (*)"
        )
        if path:
            self.studio.open_model(path)

    def ask_save(self) -> None:
        """Write the result on the stage somewhere else."""
        stage = self.studio.stage
        if stage is None or stage.entry is None:
            return
        start = str(Path.home() / Path(stage.entry.path).name)
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save a copy of the result"), start)
        if path:
            self.studio.save_as(stage.run, path)

    def show_recorder(self) -> None:
        """Record a sound or notes; the window can be used meanwhile."""
        from app.ui.record import RecordDialog

        if self._recorder is None:
            self._recorder = RecordDialog(self.studio, self)
            self._recorder.destroyed.connect(self._recorded)
        self._recorder.show()
        self._recorder.raise_()

    def _recorded(self) -> None:
        self._recorder = None

    def show_settings(self) -> None:
        """Open the settings."""
        from app.ui.settings import (
            SettingsDialog,  # dialogs are made when they are asked for: the window is there sooner
        )

        SettingsDialog(self.studio, self).open()

    def show_shortcuts(self) -> None:
        """List the shortcuts."""
        from app.ui.shortcuts import Shortcuts, of_menus, spelt

        places = self.places()
        lists = {"history": self.history.grid_view, "queue": self.queue.view, "models": self.models.view}
        menus = [(menu.title(), menu.actions()) for menu in self.actions_.menus.values()]
        menus += [(places[name][0], view.actions()) for name, view in lists.items()]
        lent = set(self.monitor.transport)
        for name, panel in (("monitor", self.monitor), ("curves", self.curves.graph)):
            menus.append((places[name][0], [action for action in panel.actions() if action not in lent]))
        stage = [(name, [(what, spelt(pressed)) for what, pressed in rows]) for name, rows in self.stage.shortcuts()]
        Shortcuts(self, [*of_menus(menus), *stage]).open()

    def show_about(self) -> None:
        """Say what this is and what it stands on."""
        from app.ui.about import About

        About(self.studio, self).open()

    # ------------------------------------------------------------ what changes

    def _settings_changed(self) -> None:
        mode = self.studio.settings.theme
        if mode != self._theme:
            self._theme = mode
            theme.apply(QApplication.instance(), mode)  # type: ignore[arg-type]

    def _system_changed(self) -> None:
        if self.studio.settings.theme == "system":
            theme.follow(QApplication.instance())  # type: ignore[arg-type]

    def _title(self) -> None:
        job = next((job for job in self.studio.jobs if isinstance(job.state, Running)), None)
        if job is None or not isinstance(job.state, Running) or not job.state.total:
            self.setWindowTitle("Darkroom")
        else:
            self.setWindowTitle(f"{100 * job.state.index // job.state.total} % · Darkroom")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.WindowStateChange:
            for who, part in (("stage", self.stage), ("clips", self.sequence.canvas)):
                self.studio.set_watching(part.isVisible() and not self.isMinimized(), who)
        super().changeEvent(event)

    # ------------------------------------------------------------ files dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(paths[0])

    # ------------------------------------------------------------ the end

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous() and not self._may_leave():
            event.ignore()
            return
        self.studio.save_state(STATE, self.take_state())
        super().closeEvent(event)
        QApplication.quit()

    def leave(self) -> None:
        """Close the window as its user asks for it: a running job is asked about first."""
        if self._may_leave():
            self.close()

    def _may_leave(self) -> bool:
        busy = any(isinstance(job.state, Running) for job in self.studio.jobs)
        return not (busy and self.studio.settings.confirm_quit) or self._ask_to_leave()

    def _ask_to_leave(self) -> bool:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Quit Darkroom"))
        box.setText(self.tr("A job is running. It goes on where it was when Darkroom is started again."))
        quit_button = box.addButton(self.tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is quit_button
