"""Asking for projects: a new one, one that is there, where it is to go."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.core.project import FILE, SUFFIX
from app.core.timeline.values import Project
from app.studio import Studio
from app.studio.sequence import EDITS, fresh
from app.ui import theme
from app.ui.project.exports import Exports
from app.ui.project.figures import ProjectDialog

RECENT = 12


class Projects(QObject):
    """The dialogs of projects over a window. The project that is open is always saved; none asks for that."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self.studio, self.widget = studio, parent
        self.exports = Exports(studio, self)
        self._export: QWidget | None = None
        self.recent_menu = QMenu(self.tr("Recent projects"), parent)
        self.recent_menu.setIcon(theme.icon("history", "dim"))
        self.recent_menu.aboutToShow.connect(self._fill_recent)

    # ------------------------------------------------------------ new and open

    def ask_new(self) -> None:
        """Begin a project, with its figures asked for."""
        dialog = ProjectDialog(fresh(), self.tr("New project"), self.widget)
        dialog.accepted.connect(lambda: self.studio.new_project(dialog.project()))
        dialog.open()

    def ask_figures(self) -> None:
        """Change the figures of the open project."""
        dialog = ProjectDialog(self.studio.project, self.tr("Project settings"), self.widget)
        dialog.accepted.connect(lambda: self._change(dialog.project()))
        dialog.open()

    def _change(self, wanted: Project) -> None:
        self.studio.arrange_project(self.tr("Change the project's settings"), lambda _before: wanted)

    def ask_open(self) -> None:
        """Open a project: its project.json, or one that was packed."""
        kinds = f"{self.tr('Projects')} ({FILE} *{SUFFIX});;{self.tr('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(self.widget, self.tr("Open a project"), self._home(), kinds)
        if path:
            self.studio.open_project(path)

    def open(self, path: str) -> bool:
        """Open the project that lies there, packed or not; False when it is something else."""
        place = Path(path)
        ours = place.suffix == SUFFIX or place.name == FILE or (place / FILE).is_file()
        if ours or place.suffix.lower() in EDITS:
            self.studio.open_project(place)
            return True
        return False

    def ask_import(self) -> None:
        """Open an edit of another program as a project of its own."""
        kinds = f"{self.tr('Edits')} ({' '.join(f'*{ending}' for ending in EDITS)});;{self.tr('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(self.widget, self.tr("Import an edit"), str(Path.home()), kinds)
        if path:
            self.studio.open_project(path)

    def ask_export(self) -> None:
        """Export the timeline; the window can be used meanwhile."""
        from app.ui.project.export import TimelineExport

        if self._export is None:
            self._export = TimelineExport(self.studio, self.exports, self.widget)
            self._export.destroyed.connect(self._exported)
        self._export.show()
        self._export.raise_()

    def _exported(self) -> None:
        self._export = None

    def recent(self) -> list[Path]:
        """The projects among the user's, those that were changed last first."""
        found = [place.parent for place in self.studio.folders.projects.glob(f"*/{FILE}")]
        return sorted(found, key=lambda place: (place / FILE).stat().st_mtime, reverse=True)[:RECENT]

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        here = self.studio.document.folder if self.studio.document else None
        for folder in self.recent():
            action = self.recent_menu.addAction(folder.name.replace("&", "&&"))
            action.setEnabled(folder != here)
            action.triggered.connect(partial(self._open, folder))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction(self.tr("None yet")).setEnabled(False)

    def _open(self, folder: Path, _checked: bool = False) -> None:
        self.studio.open_project(folder)

    # ------------------------------------------------------------ saving

    def ask_save_as(self) -> None:
        """Go on with a copy in another folder."""
        path, _ = QFileDialog.getSaveFileName(
            self.widget, self.tr("Save the project as a folder"), str(Path(self._home()) / self.studio.project.name), ""
        )
        if path:
            self.studio.save_project_as(path)

    def ask_pack(self) -> None:
        """The project with its media in one file."""
        start = Path.home() / f"{self.studio.project.name}{SUFFIX}"
        kinds = f"{self.tr('Packed projects')} (*{SUFFIX})"
        path, _ = QFileDialog.getSaveFileName(self.widget, self.tr("Pack the project"), str(start), kinds)
        if path:
            found = Path(path)
            self.studio.pack_project(found if found.suffix == SUFFIX else found.with_name(found.name + SUFFIX))

    def _home(self) -> str:
        folder = self.studio.folders.projects
        return str(folder if folder.is_dir() else Path.home())
