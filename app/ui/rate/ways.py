"""The ways into a rating: results of the history, a grid's cells, a folder, a set that was received."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.core.entry import Entry
from app.core.lab.rating import folder
from app.core.lab.rating.make import Group
from app.studio import Studio
from app.studio.rating import Opened
from app.ui import theme
from engines.contract import Failure

if TYPE_CHECKING:  # dialogs are made when they are asked for: the window is there sooner
    from app.ui.rate.dialog import RateDialog
    from app.ui.rate.new import NewRating

MOST = 400  # favourites that are looked at


class RateWays(QObject):
    """Opens the windows of ratings over `parent`, the window."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self.studio, self._window = studio, parent
        self.dialog: RateDialog | None = None
        self.new: NewRating | None = None
        self.presets_menu = QMenu(self.tr("Presets"), parent)
        self.presets_menu.setIcon(theme.icon("star", "dim"))
        studio.ratings.presets_changed.connect(self._list)
        self._list()

    # ------------------------------------------------------------ new sets

    def of(self, found: Path | Sequence[Path]) -> None:
        """A new rating of the results in a folder, or of these files; a folder that is a set is rated."""
        if isinstance(found, Path) and folder.is_set(found):
            self.open(found)
            return
        self.studio.ratings.grouped(found, self._ask, self._sorry)

    def of_entries(self, entries: Sequence[Entry]) -> None:
        """A new rating of results of the history."""
        if len(entries) < 2:
            self._say(self.tr("Choose at least two results to rate."))
        elif len({entry.medium for entry in entries}) > 1:
            self._say(self.tr("Only one medium at a time can be rated: choose pictures, sounds, clips or shapes."))
        else:
            self.of([entry.path for entry in entries])

    def of_favourites(self) -> None:
        """A new rating among the favourites of the medium that the newest of them is of."""

        def got(entries: list[Entry]) -> None:
            if len(entries) < 2:
                self._say(self.tr("There are no two favourites yet: give results a star in the history."))
                return
            self.of_entries([entry for entry in entries if entry.medium == entries[0].medium])

        self.studio.page("", True, None, got, limit=MOST)

    def of_cells(self) -> None:
        """A new rating of the cells of the last grid."""
        sheet = self.studio.sheet
        runs = [square.run for square in sheet.squares if square.done] if sheet is not None else []
        self.studio.entries_of(runs, self.of_entries)

    def ask_folder(self) -> None:
        """Choose a folder of results, or a set."""
        path = QFileDialog.getExistingDirectory(
            self._window, self.tr("A rating set, or a folder of results to rate"), str(self.studio.folders.gallery)
        )
        if path:
            self.of(Path(path))

    def _ask(self, groups: tuple[Group, ...]) -> None:
        from app.ui.rate.new import NewRating

        self.new = NewRating(self.studio, groups, self._window)
        self.new.made.connect(self.open)
        self.new.destroyed.connect(self._new_gone)
        self.new.show()

    # ------------------------------------------------------------ rating

    def open(self, place: Path) -> None:
        """Rate the set in a folder."""
        self.studio.ratings.open(place, self._show, self._sorry)

    def _show(self, opened: Opened) -> None:
        if self.dialog is not None:
            self.dialog.close()
        from app.ui.rate.dialog import RateDialog

        self.dialog = RateDialog(self.studio, opened, self._window)
        self.dialog.destroyed.connect(partial(self._gone, self.dialog))
        self.dialog.show()

    def _gone(self, dialog: RateDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def _new_gone(self) -> None:
        self.new = None

    # ------------------------------------------------------------ presets

    def _list(self) -> None:
        """The presets that were kept, each to be used, and to be kept no longer."""
        self.presets_menu.clear()
        for one in self.studio.ratings.presets:
            action = self.presets_menu.addAction(one.name.replace("&", "&&"))
            action.setToolTip(one.why)
            action.triggered.connect(partial(self.studio.use_preset, one.request))
        found = self.studio.ratings.presets
        if not found:
            self.presets_menu.addAction(self.tr("Keep the winner of a rating, and it is here")).setEnabled(False)
            return
        self.presets_menu.addSeparator()
        away = self.presets_menu.addMenu(theme.icon("trash", "dim"), self.tr("Keep no longer"))
        for one in found:
            drop = partial(self.studio.ratings.drop_preset, one.name)
            away.addAction(one.name.replace("&", "&&")).triggered.connect(lambda _checked=False, act=drop: act())

    def _say(self, sentence: str) -> None:
        self.studio.notice.emit("info", sentence)

    def _sorry(self, failure: Failure) -> None:
        self.studio.notice.emit("error", failure.sentence)
