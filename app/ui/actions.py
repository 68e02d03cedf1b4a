"""Everything the window can do, declared once: menus, shortcuts, the palette and the shortcut list read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu

from app.core.job import Paused, Running
from app.ui import theme, workspaces

if TYPE_CHECKING:
    from app.ui.window import Window


class Deed(Struct, frozen=True):
    """One thing to do: where it hangs, what it is called, its drawing, its keys, and what it does."""

    name: str
    text: str
    icon: str
    keys: tuple[str, ...]
    act: Callable[[], object]


class Actions(QObject):
    """The actions of a window, by name, in their menus."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.studio = window, window.studio
        self.by_name: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self._fill("file", self.tr("&File"), self._file())
        self._fill("project", self.tr("&Project"), self._project())
        self._fill("edit", self.tr("&Edit"), self._edit())
        self._fill("view", self.tr("&View"), ())
        self._fill("run", self.tr("&Run"), self._run())
        self._fill("timeline", self.tr("&Timeline"), ())
        self.menus["timeline"].addActions(list(window.sequence.deeds.by_name.values()))
        self.menus["timeline"].addSeparator()
        self.menus["timeline"].addActions(list(window.monitor.transport))
        self._fill("help", self.tr("&Help"), self._help())
        self.menus["run"].insertMenu(self.by_name["rate"], window.rating.presets_menu)
        project = self.menus["project"]
        project.insertMenu(project.actions()[2], self.window.projects.recent_menu)
        self._view()
        self._listen()
        self.refresh()

    # ------------------------------------------------------------ what there is

    def _file(self) -> Iterator[Deed | None]:
        w, tr = self.window, self.tr
        yield Deed("open", tr("Open …"), "open", ("Ctrl+O",), w.ask_open)
        yield Deed("open_model", tr("Open a model folder …"), "folder", ("Ctrl+M",), w.ask_model)
        yield Deed("open_part", tr("Open a model, ControlNet or LoRA file …"), "open", ("Ctrl+Shift+M",), w.ask_part)
        yield Deed("save", tr("Save a copy of the result …"), "save", ("Ctrl+S",), w.ask_save)
        yield Deed("export_result", tr("Export the result …"), "export", ("Ctrl+Shift+E",), w.stage.export)
        yield Deed("export", tr("Export the development …"), "export", ("Ctrl+E",), w.timeline.export_development)
        yield None
        yield Deed("record", tr("Record …"), "record", ("Ctrl+Shift+R",), w.show_recorder)
        yield None
        yield Deed("gallery", tr("Show the gallery folder"), "folder", (), self._show_gallery)
        yield Deed("rebuild", tr("Rebuild the history from the files"), "refresh", (), self.studio.rebuild_history)
        yield None
        yield Deed("settings", tr("Settings …"), "settings", ("Ctrl+,",), w.show_settings)
        yield Deed("quit", tr("Quit"), "close", ("Ctrl+Q",), w.leave)

    def _project(self) -> Iterator[Deed | None]:
        projects, tr = self.window.projects, self.tr
        yield Deed("project_new", tr("New project …"), "plus", ("Ctrl+N",), projects.ask_new)
        yield Deed("project_open", tr("Open a project …"), "open", ("Ctrl+Shift+O",), projects.ask_open)
        yield None
        yield Deed("project_save_as", tr("Save the project as …"), "save", ("Ctrl+Shift+S",), projects.ask_save_as)
        yield Deed("project_pack", tr("Pack the project in one file …"), "layers", (), projects.ask_pack)
        yield Deed("project_import", tr("Import an edit …"), "branch", (), projects.ask_import)
        yield Deed("project_export", tr("Export the timeline …"), "export", ("Ctrl+Alt+E",), projects.ask_export)
        yield None
        yield Deed("project_figures", tr("Project settings …"), "settings", (), projects.ask_figures)

    def _edit(self) -> Iterator[Deed | None]:
        w, tr, studio = self.window, self.tr, self.studio
        yield Deed("undo", tr("Undo"), "undo", ("Ctrl+Z",), studio.undo_stack.undo)
        yield Deed("redo", tr("Redo"), "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), studio.undo_stack.redo)
        yield None
        yield Deed("older", tr("Previous prompt"), "chevron-up", (), lambda: w.prompt.prompt.walk(1))
        yield Deed("newer", tr("Next prompt"), "chevron-down", (), lambda: w.prompt.prompt.walk(-1))
        yield Deed("shuffle", tr("Another seed"), "shuffle", ("Ctrl+R",), studio.shuffle_seed)
        yield Deed("lock", tr("Keep the seed"), "lock", ("Ctrl+L",), lambda: studio.lock_seed(not studio.locked))
        yield Deed("live", tr("Live typing"), "eye", ("Ctrl+Shift+L",), self._live)
        yield Deed("reset", tr("Reset all options"), "reset", (), studio.reset_options)
        yield Deed("use", tr("Use the settings of the result"), "control", ("Ctrl+U",), self._use)

    def _run(self) -> Iterator[Deed | None]:
        w, tr, studio = self.window, self.tr, self.studio
        yield Deed("generate", tr("Generate"), "spark", ("Ctrl+Return", "Ctrl+Enter"), self._generate)
        yield Deed("grid", tr("Grid …"), "tiles", ("Ctrl+G",), w.grids.show)
        yield Deed("compare", tr("Compare two results …"), "compare", ("Ctrl+Shift+D",), w.comparisons.show)
        yield Deed("course", tr("Course of the run …"), "curve", (), w.comparisons.course)
        yield Deed("score", tr("Score a result …"), "spectrum", (), w.comparisons.score)
        yield Deed("sweep", tr("Quality against cost …"), "chart", ("Ctrl+Alt+G",), w.sweeps.show)
        yield Deed("branch", tr("Branch from this step"), "branch", ("Ctrl+B",), self._branch)
        yield None
        yield Deed("rate", tr("Rate blind: a set, or a folder of results …"), "compare", (), w.rating.ask_folder)
        yield Deed("rate_favourites", tr("Rate the favourites blind …"), "star", (), w.rating.of_favourites)
        yield None
        yield Deed("stop", tr("Stop"), "stop", ("Esc",), self._escape)
        yield Deed("stop_all", tr("Stop all jobs"), "stop", ("Ctrl+Shift+Backspace",), studio.stop_all)
        yield Deed("pause", tr("Pause the run"), "pause", ("Ctrl+P",), self._pause)
        yield Deed("hold", tr("Hold the queue"), "queue", (), lambda: studio.pause_queue(not studio.queue_paused))
        yield Deed("clear", tr("Clear finished jobs"), "check", (), studio.clear_finished)
        yield None
        yield Deed("follow", tr("Follow the running job"), "eye", (), self._follow)
        yield Deed("empty", tr("Clear the stage"), "close", (), studio.clear_stage)
        yield Deed("dismiss", tr("Dismiss all notices"), "check", (), w.toasts.clear)

    def _help(self) -> Iterator[Deed | None]:
        w, tr = self.window, self.tr
        yield Deed("palette", tr("Command palette"), "search", ("Ctrl+K",), w.show_palette)
        yield Deed("shortcuts", tr("Keyboard shortcuts"), "keyboard", ("F1", "Ctrl+/"), w.show_shortcuts)
        yield None
        yield Deed("about", tr("About Darkroom"), "darkroom", (), w.show_about)

    # ------------------------------------------------------------ making them

    def _fill(self, name: str, title: str, deeds: Iterator[Deed | None] | tuple[()]) -> None:
        menu = self.menus[name] = self.window.menuBar().addMenu(title)
        for deed in deeds:
            if deed is None:
                menu.addSeparator()
            else:
                menu.addAction(self.add(deed))

    def add(self, deed: Deed, *, check: bool = False) -> QAction:
        """An action of the window for `deed`."""
        action = QAction(deed.text, self.window, checkable=check)
        if deed.icon:
            action.setIcon(theme.icon(deed.icon, "dim"))
        action.setShortcuts([QKeySequence(keys) for keys in deed.keys])
        action.triggered.connect(lambda _checked=False: deed.act())
        self.window.addAction(action)
        self.by_name[deed.name] = action
        return action

    def _view(self) -> None:
        w, menu = self.window, self.menus["view"]
        for number, (name, (title, icon)) in enumerate(w.places().items(), start=1):
            text = self.tr("Go to %1").replace("%1", title)
            keys = (f"Ctrl+{number}",) if number < 10 else ()
            deed = Deed(f"go_{name}", text, icon, keys, partial(w.go, name))
            menu.addAction(self.add(deed))
        menu.addSeparator()
        for dock in w.docks.values():
            toggle = dock.toggleViewAction()
            toggle.setText(self.tr("Show %1").replace("%1", dock.windowTitle()))
            menu.addAction(toggle)
            w.addAction(toggle)
        for name, text, act in (
            ("for_making", self.tr("Arrange for making"), workspaces.for_making),
            ("for_timeline", self.tr("Arrange for the timeline"), workspaces.for_timeline),
        ):
            menu.addAction(self.add(Deed(name, text, "", (), partial(act, w))))
        menu.addAction(self.add(Deed("layout", self.tr("Reset layout"), "reset", ("Ctrl+0",), w.reset_layout)))
        menu.addSeparator()
        self._themes(menu)

    def _themes(self, menu: QMenu) -> None:
        w = self.window
        group = QActionGroup(w)
        modes = (
            ("dark", self.tr("Dark theme")),
            ("light", self.tr("Light theme")),
            ("system", self.tr("Theme of the system")),
        )
        for mode, title in modes:
            deed = Deed(f"theme_{mode}", title, "", (), partial(self.studio.change_settings, theme=mode))
            action = self.add(deed, check=True)
            action.setActionGroup(group)
            menu.addAction(action)

    # ------------------------------------------------------------ what they are now

    def _listen(self) -> None:
        studio = self.studio
        studio.undo_stack.undo_changed.connect(self.refresh)
        for signal in (studio.stage_changed, studio.jobs_changed, studio.settings_changed, studio.engines_changed):
            signal.connect(self.refresh)
        studio.job_changed.connect(lambda job: self.refresh())
        studio.draft_changed.connect(lambda fields: self.refresh())

    def refresh(self) -> None:
        """Enable what can be done now, and say what undo would take back."""
        studio, tr = self.studio, self.tr
        stack, stage = studio.undo_stack, studio.stage
        busy = any(isinstance(job.state, Running) for job in studio.jobs)
        pending = any(not job.ended for job in studio.jobs)
        self._name("undo", tr("Undo"), stack.undo_text)
        self._name("redo", tr("Redo"), stack.redo_text)
        self.by_name["hold"].setText(tr("Let the queue go on") if studio.queue_paused else tr("Hold the queue"))
        self.by_name["lock"].setText(tr("Let the seed change") if studio.locked else tr("Keep the seed"))
        self.by_name["live"].setText(tr("Stop live typing") if studio.settings.live else tr("Live typing"))
        card = studio.card()
        able = {
            "live": card.info.live and not card.missing,
            "generate": bool(card.info.name) and not card.missing,
            "save": stage is not None and stage.entry is not None,
            "export": stage is not None and bool(stage.rows),
            "use": stage is not None and bool(stage.run),
            "course": stage is not None and bool(stage.rows),
            "branch": stage is not None and bool(stage.rows) and stage.step is not None,
            "empty": stage is not None,
            "pause": busy,
            "follow": busy,
            "stop_all": pending,
            "clear": any(job.ended for job in studio.jobs),
        }
        for name, on in able.items():
            self.by_name[name].setEnabled(bool(on))
        self.by_name[f"theme_{studio.settings.theme}"].setChecked(True)

    def _name(self, name: str, word: str, deed: str | None) -> None:
        self.by_name[name].setText(f"{word}: {deed}" if deed else word)
        self.by_name[name].setEnabled(deed is not None)

    # ------------------------------------------------------------ the longer ones

    def _generate(self) -> None:
        if self.by_name["generate"].isEnabled():
            self.studio.generate()

    def _live(self) -> None:
        self.studio.set_live(not self.studio.settings.live)

    def _show_gallery(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.studio.folders.gallery)))

    def _use(self) -> None:
        stage = self.studio.stage
        if stage is not None and stage.run:
            self.studio.use_settings(stage.run)

    def _branch(self) -> None:
        stage = self.studio.stage
        if stage is not None and stage.step is not None:
            self.studio.branch(stage.step)

    def _escape(self) -> None:
        """Back from a scrubbed step first, then from a comparison; then stop what runs."""
        stage = self.studio.stage
        if stage is not None and stage.step is not None and not stage.live:
            self.studio.scrub(None)
        elif stage is not None and stage.compare is not None:
            self.studio.compare(stage.run, None)
        else:
            self.window.prompt.stop_running()

    def _pause(self) -> None:
        for kind, act in ((Running, self.studio.pause), (Paused, self.studio.resume)):
            for job in self.studio.jobs:
                if isinstance(job.state, kind):
                    act(job.id)
                    return

    def _follow(self) -> None:
        self.studio.follow()
        for job in self.studio.jobs:
            if isinstance(job.state, Running):
                self.studio.show(job.run)
                return
