"""The Timeline: the tracks of the project along time, with what is done to them."""

from fractions import Fraction
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QScrollBar, QToolButton, QVBoxLayout, QWidget

from app.core.timeline.values import Time, Track
from app.studio import Studio
from app.ui import pieces, theme
from app.ui.sequence import drops
from app.ui.sequence.canvas import Canvas
from app.ui.sequence.deeds import KINDS, Deeds
from app.ui.sequence.hands import Hit
from app.ui.sequence.head import WIDE, Heads
from app.ui.sequence.makes import Makes
from app.ui.sequence.menus import Menus
from app.ui.sequence.rows import Row
from app.ui.sequence.ruler import Corner, Ruler
from app.ui.sequence.view import View
from app.ui.sequence.wording import Wording
from app.ui.sequence.words import ICONS, kind_words
from app.ui.widgets import Choice, button

FINE = 1000  # places of the scroll bar a second


class Sequence(QWidget):
    """Ruler, heads and clips with the buttons above them. `canvas` takes the keyboard."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.view = View(studio, self)
        self.canvas, self.ruler = Canvas(studio, self.view), Ruler(studio, self.view)
        self.deeds = Deeds(studio, self.view, self.canvas)
        self.heads, self.corner = Heads(studio, self.view, self.canvas.lanes), Corner(studio, self.view)
        self.makes = Makes(studio, self.deeds)
        self.pieces = pieces.Pieces(studio, self.canvas)
        self.menus = Menus(studio, self.view, self.deeds, self.makes, pieces=self.pieces)
        self.wording = Wording(studio, self.view, self.canvas)
        self.setAccessibleName(self.tr("Timeline"))
        self._build()
        self._listen()
        self._sync()

    def _build(self) -> None:
        self.along, self.down = QScrollBar(Qt.Orientation.Horizontal), QScrollBar(Qt.Orientation.Vertical)
        self.along.setAccessibleName(self.tr("Scroll along time"))
        self.down.setAccessibleName(self.tr("Scroll the tracks"))
        self.along.valueChanged.connect(lambda value: self.view.scroll(value / FINE))
        self.down.valueChanged.connect(lambda value: self.view.scroll(self.view.offset, value))
        self.corner.setFixedWidth(WIDE)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.corner, 0, 0)
        grid.addWidget(self.ruler, 0, 1)
        grid.addWidget(self.heads, 1, 0)
        grid.addWidget(self.canvas, 1, 1)
        grid.addWidget(self.down, 1, 2)
        grid.addWidget(self.along, 2, 1)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._buttons())
        column.addLayout(grid, 1)

    def _buttons(self) -> QHBoxLayout:
        row = self.tools = QHBoxLayout()
        row.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        row.setSpacing(theme.S)
        self.add = button("plus", self.tr("Add a track or a clip"))
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add.setMenu(self._add_menu())
        row.addWidget(self.add)
        row.addSpacing(theme.S)
        for name in ("make", "draft", "stale", "split", "delete", "duplicate", "marker", "snap"):
            row.addWidget(self._tool(self.deeds.by_name[name]))
        self.grid = Choice()
        self.grid.setMinimumWidth(116)
        self.grid.setMinimumContentsLength(12)
        self.grid.setAccessibleName(self.tr("Grid"))
        self.grid.setToolTip(self.tr("What clips snap to"))
        for words, value in self._grids():
            self.grid.addItem(words, value)
        self.grid.setCurrentIndex(max(0, self.grid.findData(self.view.grid)))
        self.grid.currentIndexChanged.connect(lambda _: self._set("grid", self.grid.currentData()))
        row.addWidget(self.grid)
        row.addStretch(1)
        self.mode = Choice()
        self.mode.setMinimumWidth(116)
        self.mode.setMinimumContentsLength(12)
        self.mode.setAccessibleName(self.tr("Time in"))
        modes = ((self.tr("Bars and beats"), "bars"), (self.tr("Timecode"), "timecode"), (self.tr("Frames"), "frames"))
        for words, value in modes:
            self.mode.addItem(words, value)
        self.mode.setCurrentIndex(self.mode.findData(self.view.mode))
        self.mode.currentIndexChanged.connect(lambda _: self._set("mode", self.mode.currentData()))
        row.addWidget(self.mode)
        for name in ("zoom_out", "zoom_in", "fit"):
            row.addWidget(self._tool(self.deeds.by_name[name]))
        return row

    def _grids(self) -> tuple[tuple[str, str], ...]:
        tr = self.tr
        return (
            (tr("Grid by zoom"), "auto"),
            (tr("Bars"), "bar"),
            (tr("Beats"), "beat"),
            (tr("Half beats"), "1/2"),
            (tr("Quarter beats"), "1/4"),
            (tr("Thirds of beats"), "1/3"),
            (tr("Frames"), "frame"),
            (tr("No grid"), "off"),
        )

    def _tool(self, action: QAction) -> QToolButton:
        made = QToolButton()
        made.setDefaultAction(action)
        made.setIconSize(QSize(18, 18))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setAccessibleName(action.text())
        keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
        made.setToolTip(f"{action.text()} ({keys})" if keys else action.text())
        return made

    def _add_menu(self) -> QMenu:
        menu = QMenu(self)
        for kind in KINDS:
            words = self.tr("%1 track").replace("%1", kind_words(kind))
            menu.addAction(theme.icon(ICONS[kind], "dim"), words, partial(self.deeds.add_track, kind))
        menu.addSeparator()
        self.files = menu.addAction(theme.icon("open", "dim"), self.tr("Files …"), lambda: self.menus.ask_files(self))
        return menu

    def _set(self, name: str, value: object) -> None:
        setattr(self.view, name, value)
        self.view.remember()
        self.view.changed.emit()

    def _listen(self) -> None:
        self.view.changed.connect(self._sync)
        self.studio.project_opened.connect(self._opened)
        self.studio.playhead_changed.connect(self._moved)
        self.canvas.menu_asked.connect(self._clip_menu)
        self.canvas.dropped.connect(self._dropped)
        self.canvas.left.connect(self.drag_out)
        self.canvas.key_asked.connect(self.menus.ask_value)
        self.canvas.edit_asked.connect(self.wording.begin)
        self.heads.menu_asked.connect(self._row_menu)
        self.heads.left.connect(self.track_out)
        self.ruler.asked.connect(self.deeds.mark_at)
        self.deeds.by_name["rename"].triggered.connect(lambda _: self._rename())

    # ------------------------------------------------------------ what changes

    def _sync(self) -> None:
        view = self.view
        low, wide = -12.0 / view.scale, view.width / view.scale
        for bar, least, most, page, value in (
            (self.along, int(low * FINE), int(max(low, view.end - wide) * FINE), int(wide * FINE), view.offset * FINE),
            (self.down, 0, max(0, view.tall - view.height), view.height, view.down),
        ):
            bar.blockSignals(True)
            bar.setRange(least, most)
            bar.setPageStep(max(1, page))
            bar.setSingleStep(max(1, page // 20))
            bar.setValue(int(value))
            bar.blockSignals(False)
        self.down.setVisible(view.tall > view.height)

    def _opened(self) -> None:
        self.view.settle()
        self.view.fit()

    def _moved(self, at: Time) -> None:
        """Keep the playhead in view while it moves by itself."""
        if self.view.following and self.canvas.hand is None and not self.ruler.held:
            self.view.reveal(at)

    def show_clip(self, id: str) -> None:
        """Select a clip and bring it into view."""
        for track in self.studio.timeline.tracks:
            for clip in track.clips:
                if clip.id == id:
                    self.studio.select([id])
                    self.view.reveal(clip.start, self.view.row_of(track.id))

    # ------------------------------------------------------------ menus and files

    def _clip_menu(self, hit: Hit, place: QPoint) -> None:
        at = self.view.time(self.canvas.mapFromGlobal(place).x())
        self.menus.clips(self, hit, max(Fraction(0), at)).popup(place)

    def _row_menu(self, row: Row, place: QPoint) -> None:
        self.menus.row(self, row).popup(place)

    def _rename(self) -> None:
        if self.studio.selection:
            self.wording.begin(self.studio.selection[0])

    def _dropped(self, paths: list[str], at: Time, row: Row | None) -> None:
        drops.place(self.studio, paths, at, row.track.id if row is not None else None)

    def drag_out(self) -> None:
        """Begin dragging the selected clips out of the window as files."""
        rows = self.deeds.chosen()
        if not rows:
            return
        row = self.view.row_of(rows[0][0].id)
        picture: QPixmap | None = None
        if row is not None:
            left, right = self.view.x(rows[0][1].start), self.view.x(rows[0][1].end)
            box = QRectF(left, self.view.top(row), min(180.0, right - left), row.height).toRect()
            picture = self.canvas.grab(box.intersected(self.canvas.rect()))
        name = ",".join(clip.id for _, clip in rows)
        self.pieces.drag(f"clips {name}", pieces.clips(rows), picture)

    def track_out(self, track: Track, sound: bool) -> None:
        """Begin dragging what a track sounds like, or its notes, out of the window as a file."""
        head = self.heads.head(track.id)
        self.pieces.drag(*pieces.of_track(track, sound), head.grab() if head is not None else None)

    def sizeHint(self) -> QSize:
        return QSize(900, 330)
