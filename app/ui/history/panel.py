"""The history panel: search, filters, a grid of thumbnails or the tree of branches, and what can be done with them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.core.entry import Entry
from app.studio import Studio
from app.ui import export as exporting
from app.ui import send as sending
from app.ui import theme
from app.ui.history.delegate import CardDelegate, LineDelegate
from app.ui.history.model import ENTRY, Entries, HistoryList, HistoryTree
from app.ui.history.stars import LeastMenu, StarMenu
from app.ui.history.undobar import UndoBar
from app.ui.widgets import button

PAGE = 200
TREE = 2000


class HistoryPanel(QWidget):
    """Everything made so far. Space shows, Enter takes the settings, S stars, C compares, Del deletes (with undo).

    `compare_asked`: two runs are to be laid side by side; `score_asked`: a model is to say how likely a result is;
    `rate_asked` carries the results that are to be rated blind.
    """

    compare_asked = Signal(object)
    score_asked = Signal(str)
    rate_asked = Signal(object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        shared = Entries(studio, self)
        self.list, self.tree = HistoryList(shared, self), HistoryTree(shared, self)
        self._turn = 0
        self._full = False  # whether there may be more than has been loaded
        self._wanted = PAGE
        self._loaded = False
        self.setAccessibleName(self.tr("History"))
        self.setAcceptDrops(True)
        self._soon = QTimer(self, singleShot=True, interval=180)
        self._soon.timeout.connect(self.reload)
        self._actions = self._make_actions()
        self.star_menu = StarMenu(self._give_stars, self)
        self._build()
        studio.history_changed.connect(lambda: self._soon.start(40))
        self._soon.start(0)

    # ---------------------------------------------------------------- building

    def _build(self) -> None:
        self.grid_view, self.tree_view = QListView(), QTreeView()
        self._dress_grid(self.grid_view)
        self._dress_tree(self.tree_view)
        self.empty = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self.pages = QStackedWidget()
        for page in (self.grid_view, self.tree_view, self.empty):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        layout.setSpacing(theme.M)
        layout.addLayout(self._filters())
        layout.addWidget(self.pages, 1)
        self.undo_bar = UndoBar(self.studio, self._undo_delete)
        layout.addWidget(self.undo_bar)

    def _filters(self) -> QVBoxLayout:
        self.search = QLineEdit(placeholderText=self.tr("Search prompts"), clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Search the history"))
        self.search.addAction(theme.icon("search", "dim"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter_changed)
        self.stars = button("star", self.tr("Favourites only"), check=True)
        self.stars.toggled.connect(self._filter_changed)
        self.least = LeastMenu(self)
        self.least.changed.connect(self._filter_changed)
        self.stars.setMenu(self.least)
        self.stars.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.stars.setFixedWidth(50)
        self.medium = QComboBox()
        self.medium.setAccessibleName(self.tr("Medium"))
        kinds = ((self.tr("All media"), None), (self.tr("Pictures"), "image"), (self.tr("Sounds"), "audio"))
        for name, kind in (*kinds, (self.tr("Clips"), "video"), (self.tr("3D"), "mesh")):
            self.medium.addItem(name, kind)
        self.medium.currentIndexChanged.connect(self._filter_changed)
        self.as_tree = button("tree", self.tr("Tree of branches"), check=True)
        self.as_tree.toggled.connect(self._view_changed)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        for widget in (self.medium, self.stars, self.as_tree):
            row.addWidget(widget, 1 if widget is self.medium else 0)
        column = QVBoxLayout()
        column.setSpacing(theme.S)
        column.addWidget(self.search)
        column.addLayout(row)
        return column

    def _dress(self, view: QAbstractItemView, name: str) -> None:
        view.setAccessibleName(name)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(lambda place, view=view: self._menu(view, place))
        view.clicked.connect(self._clicked)
        view.viewport().setMouseTracking(True)
        view.setAttribute(Qt.WidgetAttribute.WA_Hover)
        view.addActions([*self._actions.values(), *self.star_menu.actions()])

    def _dress_grid(self, view: QListView) -> None:
        view.setModel(self.list)
        view.setItemDelegate(CardDelegate(view))
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setMovement(QListView.Movement.Static)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setUniformItemSizes(True)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._dress(view, self.tr("Results"))
        view.viewport().installEventFilter(self)
        view.verticalScrollBar().valueChanged.connect(self._more)
        view.verticalScrollBar().rangeChanged.connect(self._more)

    def _dress_tree(self, view: QTreeView) -> None:
        view.setModel(self.tree)
        view.setItemDelegate(LineDelegate(view))
        view.setHeaderHidden(True)
        view.setUniformRowHeights(True)
        view.setIndentation(18)
        view.setExpandsOnDoubleClick(False)
        view.setStyleSheet("QTreeView { show-decoration-selected: 0; }")
        self._dress(view, self.tr("Tree of branches"))

    def _make_actions(self) -> dict[str, QAction]:
        table: tuple[tuple[str, str, str, str, Callable[[], None]], ...] = (
            ("show", "eye", self.tr("Show on the stage"), "Space", lambda: self._on_current(self.studio.show)),
            (
                "use",
                "reset",
                self.tr("Use these settings"),
                "Return",
                lambda: self._on_current(self.studio.use_settings),
            ),
            ("star", "star", self.tr("Favourite"), "S", self._star),
            ("compare", "compare", self.tr("Compare with the stage"), "C", self._compare),
            ("beside", "layers", self.tr("Compare in full …"), "Shift+C", self._beside),
            ("score", "spectrum", self.tr("Score this …"), "Shift+S", self._score),
            ("rate", "compare", self.tr("Rate blind …"), "B", lambda: self.rate_asked.emit(self.chosen())),
            ("save", "save", self.tr("Save as …"), "Ctrl+Shift+S", self._save_as),
            ("export", "export", self.tr("Export …"), "E", self._export),
            ("reveal", "folder", self.tr("Reveal in folder"), "R", self._reveal),
            ("copy", "copy", self.tr("Copy the prompt"), "Ctrl+C", self._copy),
            ("delete", "trash", self.tr("Delete"), "Del", self._delete),
        )
        actions = {}
        for name, icon, text, keys, act in table:
            action = QAction(theme.icon(icon), text, self)
            action.triggered.connect(act)
            shortcuts = [QKeySequence(keys)] + ([QKeySequence("Enter")] if keys == "Return" else [])
            action.setShortcuts(shortcuts)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            actions[name] = action
        return actions

    # ---------------------------------------------------------------- loading

    def _filter_changed(self) -> None:
        self._wanted = PAGE
        self._soon.start(180)

    def _view_changed(self) -> None:
        self._wanted = max(self._wanted, TREE) if self.as_tree.isChecked() else self._wanted
        self.reload()

    def reload(self) -> None:
        """Ask for what matches the search and the filters, as much of it as has been scrolled through."""
        self._turn += 1
        turn = self._turn
        self.studio.page(
            self.search.text(),
            self.stars.isChecked(),
            self.medium.currentData(),
            lambda entries: self._take(turn, entries),
            stars=self.least.least,
            limit=self._wanted,
        )

    def _take(self, turn: int, entries: list[Entry]) -> None:
        if turn != self._turn:
            return
        self._loaded = True
        self._full = len(entries) >= self._wanted
        chosen = [entry.run for entry in self.chosen()]
        row = max(0, self._view().currentIndex().row())
        self.list.show(entries)
        if self.as_tree.isChecked():
            self.tree.show(entries)
            self.tree_view.expandAll()
        view = self.tree_view if self.as_tree.isChecked() else self.grid_view
        self.pages.setCurrentWidget(view if entries else self.empty)
        self.empty.setText(self._empty_words())
        self._restore(view, chosen, row)
        self._fit()

    def _restore(self, view: QAbstractItemView, chosen: list[str], row: int) -> None:
        """Keep the selection, or the place of what was selected."""
        model = self.tree if view is self.tree_view else self.list
        if chosen and not view.selectionModel().hasSelection():
            places = [index for index in map(model.find, chosen) if index.isValid()]
            near = model.index(min(row, max(0, model.rowCount() - 1)), 0)
            for index in places or [near]:
                view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
                view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _empty_words(self) -> str:
        if self.search.text() or self.stars.isChecked() or self.least.least or self.medium.currentData():
            return self.tr("Nothing matches. Clear the search or the filters to see everything.")
        return self.tr("What you make is kept here. Drop a file on this panel to open it and take over its settings.")

    def _more(self) -> None:
        """Near the end of what is loaded: load the next page."""
        bar = self.grid_view.verticalScrollBar()
        if self._full and self._loaded and bar.value() > bar.maximum() - 2 * self.grid_view.height():
            self._full = False
            self._wanted += PAGE
            self._soon.start(0)

    def _fit(self) -> None:
        """As many cards in a row as there is room for, and no gap at the right."""
        room = self.grid_view.viewport().width()
        side = max(80, room // max(1, room // 112) - 1)
        delegate = self.grid_view.itemDelegate()
        if isinstance(delegate, CardDelegate) and delegate.side != side:
            delegate.side = side
            self.grid_view.setGridSize(QSize(side, side + 20))

    # ---------------------------------------------------------------- what can be done

    def _view(self) -> QAbstractItemView:
        return self.tree_view if self.pages.currentWidget() is self.tree_view else self.grid_view

    def chosen(self) -> list[Entry]:
        """The selected entries, from top to bottom."""
        indexes = sorted(self._view().selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [index.data(ENTRY) for index in indexes]

    def current(self) -> Entry | None:
        """The entry under the cursor, when it is selected; else the first selected."""
        index = self._view().currentIndex()
        if index.isValid() and self._view().selectionModel().isSelected(index):
            return index.data(ENTRY)
        return next(iter(self.chosen()), None)

    def _clicked(self, index: QModelIndex) -> None:
        if QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier and index.isValid():
            self.studio.show(index.data(ENTRY).run)

    def _on_current(self, act: Callable[[str], object]) -> None:
        if entry := self.current():
            act(entry.run)

    def _star(self) -> None:
        if chosen := self.chosen():
            self.studio.favourite([entry.run for entry in chosen], not all(entry.favourite for entry in chosen))

    def pair(self) -> list[str]:
        """The runs to compare: both that are chosen, or what is on the stage and the one that is; [] for neither."""
        chosen, stage = [entry.run for entry in self.chosen()], self.studio.stage
        if len(chosen) == 1 and stage is not None and stage.run not in ("", chosen[0]):
            chosen = [stage.run, *chosen]
        return chosen if len(chosen) == 2 else []

    def _give_stars(self, count: int) -> None:
        if chosen := self.chosen():
            self.studio.rate({entry.run: count for entry in chosen})

    def _compare(self) -> None:
        if pair := self.pair():
            self.studio.compare(*pair)

    def _beside(self) -> None:
        if pair := self.pair():
            self.compare_asked.emit(pair)

    def _score(self) -> None:
        if entry := self.current():
            self.score_asked.emit(entry.run)

    def _save_as(self) -> None:
        if entry := self.current():
            chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save as"), entry.path.name, f"*{entry.path.suffix}")
            if chosen:
                self.studio.save_as(entry.run, Path(chosen))

    def _export(self) -> None:
        chosen = self.chosen()
        if not chosen:
            return
        if len(chosen) > 1 and {entry.medium for entry in chosen} - {"image", "video"}:
            sentence = self.tr("Only pictures and clips can be exported together; choose one sound or shape at a time.")
            self.studio.notice.emit("warning", sentence)
            return
        dialog = exporting.ExportDialog(chosen[0].medium, len(chosen), parent=self)
        load = exporting.of_files([entry.path for entry in chosen])
        exporting.ask(self, self.studio, dialog, chosen[0].path.stem, load)

    def _reveal(self) -> None:
        if entry := self.current():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.path.parent)))

    def _copy(self) -> None:
        if entry := self.current():
            QApplication.clipboard().setText(entry.prompt)

    def _delete(self) -> None:
        if chosen := self.chosen():
            self.studio.delete([entry.run for entry in chosen])
            self.undo_bar.tell(len(chosen))

    def _undo_delete(self) -> None:
        self.studio.undelete()
        self.undo_bar.hide()
        self._view().setFocus()

    def _menu(self, view: QAbstractItemView, place: QPoint) -> None:
        chosen = self.chosen()
        if not chosen:
            return
        several = len(chosen) > 1
        for name in ("show", "use", "score", "save", "reveal", "copy"):
            self._actions[name].setVisible(not several)
        for name in ("compare", "beside"):
            self._actions[name].setVisible(bool(self.pair()))
        self._actions["rate"].setVisible(several)
        starred = all(entry.favourite for entry in chosen)
        self._actions["star"].setText(self.tr("No favourite any more") if starred else self.tr("Favourite"))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._actions.values()))
        menu.insertMenu(self._actions["compare"], self.star_menu)
        menu.insertSeparator(self._actions["save"])
        menu.insertSeparator(self._actions["delete"])
        if not several:
            sending.of_result(self.studio, menu, chosen[0], self._actions["delete"])
        menu.aboutToHide.connect(self._all_visible)
        inside = view.visualRect(view.currentIndex()).center() if not view.rect().contains(place) else place
        menu.popup(view.viewport().mapToGlobal(inside))

    def _all_visible(self) -> None:
        """Hidden actions have no shortcuts, so none stays hidden after the menu."""
        for action in self._actions.values():
            action.setVisible(True)

    # ---------------------------------------------------------------- Qt

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._fit)
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        inside = event.source() in (self.grid_view, self.tree_view)
        if not inside and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.studio.open_file(Path(url.toLocalFile()))
        event.acceptProposedAction()

    def sizeHint(self) -> QSize:
        return QSize(280, 420)
