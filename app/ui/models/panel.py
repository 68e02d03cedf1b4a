"""The models panel: what lies in the folders of models, what is opened of it, and what can be done with it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QPoint, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QDragEnterEvent, QDropEvent, QKeySequence, QPaintEvent
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
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.studio import Found, Studio
from app.ui import theme
from app.ui.models import words
from app.ui.models.delegate import ModelDelegate
from app.ui.models.folders import Folders
from app.ui.models.hub import HubDialog
from app.ui.models.model import FILTERS, FOUND, ModelList
from app.ui.widgets import Empty, button, say

SOON, TYPED, NEXT = 100, 120, 10  # milliseconds after which what has changed is shown, or the rest of it
LAID = 500  # rows whose places are found in one turn of the event loop


class ModelsPanel(QWidget):
    """The user's models. Enter opens, Del closes, F5 looks through the folders."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.model = ModelList(self)
        self._looked = False  # whether the panel has been seen
        self.setAccessibleName(self.tr("Models"))
        self.setAcceptDrops(True)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._actions = self._make_actions()
        self._build()
        studio.models_changed.connect(lambda: self._soon.isActive() or self._soon.start(SOON))
        studio.looking_changed.connect(self._tell)
        studio.settings_changed.connect(self._tell)
        self.refresh()

    # ---------------------------------------------------------------- building

    def _build(self) -> None:
        self.view = QListView()
        self._dress(self.view)
        self.empty = self._empty()
        self.nothing = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.nothing.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self.pages = QStackedWidget()
        for page in (self.view, self.empty, self.nothing):
            self.pages.addWidget(page)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(self.tr("How far the folders are looked through"))
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the list does not jump when a look begins
        self.bar.setSizePolicy(policy)
        self.count = say("")
        self.folders = Folders(self.studio)
        self.folders.asked.connect(self.ask_folder)
        self.folders.hub.connect(self.ask_hub)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        layout.setSpacing(theme.S)
        layout.addWidget(self._head())
        layout.addWidget(self.bar)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.count)
        layout.addWidget(self.folders)

    def _head(self) -> QWidget:
        self.search = QLineEdit(placeholderText=self.tr("Search models"), clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Search the models"))
        self.search.addAction(theme.icon("search", "dim"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(lambda: self._soon.start(TYPED))
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Kind of model"))
        names = [self.tr("Everything"), self.tr("Opened"), self.tr("Models"), self.tr("LoRAs")]
        names += [self.tr("ControlNets and adapters"), self.tr("Parts of models"), self.tr("Missing or broken")]
        for name, value in zip(names, FILTERS, strict=True):
            self.kind.addItem(name, value)
        self.kind.currentIndexChanged.connect(self.refresh)
        self.look = button("refresh", "", self._look_or_stop)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(self.kind, 1)
        row.addWidget(self.look)
        self.head = QWidget()
        column = QVBoxLayout(self.head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self.search)
        column.addLayout(row)
        return self.head

    def _dress(self, view: QListView) -> None:
        view.setModel(self.model)
        view.setItemDelegate(ModelDelegate(self.model, view))
        view.setAccessibleName(self.tr("List of models"))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setLayoutMode(QListView.LayoutMode.Batched)
        view.setBatchSize(LAID)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._menu)
        view.doubleClicked.connect(lambda index: self._open())
        view.viewport().setMouseTracking(True)
        view.setAttribute(Qt.WidgetAttribute.WA_Hover)
        view.addActions(list(self._actions.values()))

    def _empty(self) -> Empty:
        sentence = self.tr(
            "Show Darkroom where your checkpoints, LoRAs and ControlNets lie, a folder of another program or a"
            " download cache too. Nothing is moved or changed."
        )
        self.first = QPushButton(theme.icon("plus"), self.tr("Add a folder of models …"))
        self.first.clicked.connect(self.ask_folder)
        self.get = QPushButton(self.tr("Get one from the hub …"))
        self.get.clicked.connect(self.ask_hub)
        return Empty("layers", self.tr("No models yet"), sentence, self.first, self.get)

    def _make_actions(self) -> dict[str, QAction]:
        table: tuple[tuple[str, str, str, str, Callable[[], None]], ...] = (
            ("open", "open", self.tr("Open"), "Return", self._open),
            ("check", "check", self.tr("Check"), "C", self._check),
            ("reveal", "folder", self.tr("Reveal in folder"), "R", self._reveal),
            ("copy", "copy", self.tr("Copy the path"), "Ctrl+C", self._copy),
            ("close", "close", self.tr("Close"), "Del", self._close),
        )
        actions = {}
        for name, icon, text, keys, act in table:
            action = QAction(theme.icon(icon), text, self)
            action.triggered.connect(act)
            action.setShortcuts([QKeySequence(keys)] + ([QKeySequence("Enter")] if keys == "Return" else []))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            actions[name] = action
        look = QAction(theme.icon("refresh"), self.tr("Look through the folders"), self)
        look.setShortcut(QKeySequence("F5"))
        look.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        look.triggered.connect(self.studio.look_for_models)
        self.addAction(look)
        return actions

    # ---------------------------------------------------------------- what is shown

    def refresh(self) -> None:
        """Show what is known now and matches; the same model stays chosen, and the list where it was."""
        self._soon.stop()
        chosen, place = self.current(), self.view.verticalScrollBar().value()
        if not self.model.take(self.studio.models()):
            self._soon.start(NEXT)
        self.model.search(self.search.text(), self.kind.currentData())
        if chosen is not None and not self.view.selectionModel().hasSelection():
            self._choose(self.model.find(chosen.model.path, chosen.model.form))
            self.view.verticalScrollBar().setValue(place)
        self._tell()

    def _choose(self, index: object) -> None:
        model = self.view.selectionModel()
        model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)  # type: ignore[arg-type]

    def _tell(self) -> None:
        """The page, the words below it, the bar and the button of the look."""
        looking, folders = self.studio.looking, self.studio.settings.model_folders
        deed = self.tr("Stop looking") if looking else self.tr("Look through the folders (F5)")
        self.look.setIcon(theme.icon("stop" if looking else "refresh"))
        self.look.setToolTip(deed)
        self.look.setAccessibleName(deed)
        self.look.setEnabled(bool(folders or looking))
        self.bar.setVisible(looking is not None)
        self.count.setText(self._count_words())
        if looking is not None:
            done, total = looking
            self.bar.setRange(0, total if done else 0)
            self.bar.setValue(done)
        self.nothing.setText(self._nothing_words())
        page = self.nothing if self.model.total or folders else self.empty
        self.pages.setCurrentWidget(self.view if self.model.rows else page)
        for widget in (self.head, self.count, self.folders):
            widget.setVisible(page is not self.empty)

    def _count_words(self) -> str:
        if self.studio.looking is not None:
            done, total = self.studio.looking
            text = self.tr("Looking: %1 of %2") if done else self.tr("Looking: %2 found so far")
            return text.replace("%1", str(done)).replace("%2", str(total))
        shown, total = len(self.model.rows), self.model.total
        if shown != total:
            return self.tr("%1 of %2 shown").replace("%1", str(shown)).replace("%2", str(total))
        opened = sum(bool(found.opened) for found in self.model.rows)
        return self.tr("%1 in all, %2 opened").replace("%1", str(total)).replace("%2", str(opened))

    def _nothing_words(self) -> str:
        if self.model.total:
            return self.tr("Nothing matches. Clear the search or the filters to see everything.")
        if self.studio.looking is not None:
            return self.tr("Looking for models …")
        return self.tr("There are no models in these folders. Add another one, or look again with F5.")

    # ---------------------------------------------------------------- what can be done

    def current(self) -> Found | None:
        """The chosen model."""
        indexes = self.view.selectionModel().selectedIndexes()
        return indexes[0].data(FOUND) if indexes else None

    def ask_folder(self) -> None:
        """Ask for a folder of models and add it."""
        path = QFileDialog.getExistingDirectory(self, self.tr("Add a folder of models"), str(Path.home()))
        if path:
            self.studio.add_model_folder(path)

    def ask_hub(self) -> None:
        """Ask which model to get from the hub."""
        HubDialog(self.studio, self).open()

    def _look_or_stop(self) -> None:
        if self.studio.looking is not None:
            self.studio.stop_looking()
        else:
            self.studio.look_for_models()

    def _open(self) -> None:
        if found := self.current():
            if sentence := words.closed(found.model):
                self.studio.notice.emit("warning", sentence)
            else:
                self.studio.open_model(found.model.path)

    def _check(self) -> None:
        if found := self.current():
            self.studio.check_model(found.model)

    def _reveal(self) -> None:
        if found := self.current():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(found.model.path).parent)))

    def _copy(self) -> None:
        if found := self.current():
            QApplication.clipboard().setText(found.model.path)

    def _close(self) -> None:
        found = self.current()
        if found is not None and found.opened:
            self.studio.close_model(found.opened)

    def _menu(self, place: QPoint) -> None:
        found = self.current()
        if found is None:
            return
        menu = self.menu(found)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inside = place if self.view.rect().contains(place) else self.view.visualRect(self.view.currentIndex()).center()
        menu.popup(self.view.viewport().mapToGlobal(inside))

    def menu(self, found: Found) -> QMenu:
        """What can be done with this model."""
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("Model menu"))
        able = {"open": not words.closed(found.model), "close": bool(found.opened)}
        for name, action in self._actions.items():
            if name == "close":
                menu.addSeparator()
            copy = menu.addAction(action.icon(), action.text() + "\t" + action.shortcut().toString())
            copy.setEnabled(able.get(name, True))
            copy.triggered.connect(action.trigger)
        return menu

    # ---------------------------------------------------------------- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """When the panel is first seen the folders are looked through; a dock behind another is shown, not painted."""
        super().paintEvent(event)
        if not self._looked:
            self._looked = True
            QTimer.singleShot(0, self, self._first_look)

    def _first_look(self) -> None:
        if self.studio.settings.model_folders and self.studio.looking is None:
            self.studio.look_for_models()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                path = Path(url.toLocalFile())
                (self.studio.add_model_folder if path.is_dir() else self.studio.open_model)(path)
        event.acceptProposedAction()

    def sizeHint(self) -> QSize:
        return QSize(280, 420)
