"""The page on which a picture's frame is dragged outwards, so that what lies beyond is painted."""

from functools import partial
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent

from app.core.outpaint import LARGEST, grown, settled
from app.core.target import Target
from app.ui import theme
from app.ui.stage import pyramid
from app.ui.stage.board import veiled
from app.ui.stage.canvas import Canvas
from app.ui.stage.desk import Desk
from app.ui.stage.picks import Picks
from app.ui.stage.viewer import Aside, at_once
from app.ui.widgets import Whole, say
from engines.contract import Image, Request
from engines.outpaint import Growth, Margins, growth_of, masked, padded

NEAR = 16.0  # pixels of the window within which a handle is taken hold of
ROOM = 0.2  # of the view that is left free on each side to drag into
KEPT = 64  # growths that are known again when they are undone
SIDES = ("left", "top", "right", "bottom")
EDGES = {(0, 0): "left top", (1, 0): "top", (2, 0): "right top", (0, 1): "left", (2, 1): "right"}
EDGES |= {(0, 2): "left bottom", (1, 2): "bottom", (2, 2): "right bottom"}


class Border(Canvas):
    """Shows a growth; its edges and corners can be dragged. `pulled` carries the edge's name and the Margins wanted,
    while it is dragged and (True) when that is done."""

    pulled = Signal(str, object, bool)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.growth: Growth | None = None
        self.wanted = Margins()
        self._veil: np.ndarray | None = None
        self._edge = ""
        self._begun = QPointF()

    def show_growth(self, growth: Growth) -> None:
        """Show the grown picture, what is new of it tinted."""
        self.growth, self.wanted = growth, growth.margins
        pixels = padded(growth).pixels
        fresh = self.pixels is None or self.pixels.shape != pixels.shape
        self._veil = masked(growth).pixels if growth.margins.any or growth.mask is not None else None
        self.show_picture(pixels, pyramid.build(pixels))
        if fresh:
            self._room()
            self.fit()
        self.update()

    def _room(self) -> None:
        self.place.margin = max(40.0, ROOM * min(self.width(), self.height()))

    def want(self, margins: Margins) -> None:
        """Show the frame with these margins while it is dragged."""
        self.wanted = margins
        self.update()

    def frame_rect(self) -> QRectF:
        """The frame as it is dragged."""
        now, scale = (self.growth.margins if self.growth is not None else Margins()), self.place.scale
        parts = [(getattr(self.wanted, side) - getattr(now, side)) * scale for side in SIDES]
        return self.picture_rect().adjusted(-parts[0], -parts[1], parts[2], parts[3])

    def handles(self) -> dict[str, QPointF]:
        """Where each edge and corner is taken hold of."""
        rect = self.frame_rect()
        return {
            name: QPointF(rect.left() + rect.width() * x / 2, rect.top() + rect.height() * y / 2)
            for (x, y), name in EDGES.items()
        }

    def _edge_at(self, at: QPointF) -> str:
        spots = {name: (spot - at).manhattanLength() for name, spot in self.handles().items()}
        name = min(spots, key=lambda one: spots[one])
        if spots[name] <= NEAR:
            return name
        rect = self.frame_rect()
        along_x, along_y = rect.left() <= at.x() <= rect.right(), rect.top() <= at.y() <= rect.bottom()
        lines = {"left": at.x() - rect.left(), "right": at.x() - rect.right()} if along_y else {}
        lines |= {"top": at.y() - rect.top(), "bottom": at.y() - rect.bottom()} if along_x else {}
        return next((side for side, far in lines.items() if abs(far) <= NEAR / 2), "")

    # ------------------------------------------------------------ pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        edge = self._edge_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if not edge or self._space or self.growth is None:
            super().mousePressEvent(event)
            return
        self._edge, self._begun = edge, event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._edge and self.growth is not None:
            self.pulled.emit(self._edge, self._asked(event), False)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        edge, asked = self._edge, self._asked(event)
        self._edge = ""
        if edge:
            self.pulled.emit(edge, asked, True)
        super().mouseReleaseEvent(event)

    def _asked(self, event: QMouseEvent) -> Margins:
        by = (event.position() - self._begun) / self.place.scale
        signs = {"left": -by.x(), "right": by.x(), "top": -by.y(), "bottom": by.y()}
        now = msgspec.structs.asdict(self.growth.margins if self.growth is not None else Margins())
        moved = self._edge.split()
        return Margins(**{side: now[side] + (round(signs[side]) if side in moved else 0) for side in SIDES})

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def give_up(self) -> bool:
        """Leave the frame as it was before the drag; False when there is none."""
        if not self._edge or self.growth is None:
            return False
        self._edge = ""
        self.want(self.growth.margins)
        return True

    def _point(self, at: QPointF) -> None:
        super()._point(at)
        edge = self._edge or self._edge_at(at)
        if self._hold != "pan" and not self._space:
            self.setCursor(_CURSORS.get(edge, Qt.CursorShape.ArrowCursor))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._room()
        super().resizeEvent(event)

    # ------------------------------------------------------------ painting

    def _paint_picture(self, p: QPainter, exposed: QRect, c: theme.Tokens) -> None:
        super()._paint_picture(p, exposed, c)
        rect, frame = self.picture_rect(), self.frame_rect()
        p.save()
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._veil is not None:
            p.drawImage(rect, veiled(self._veil))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setBrush(Qt.BrushStyle.NoBrush)
        if self.growth is not None and self.growth.margins.any:
            self._paint_old(p, rect, self.growth.margins)
        p.setPen(QPen(QColor(c.accent), 2))
        p.drawRect(frame)
        p.setPen(QPen(QColor("#ffffff"), 1.5))
        p.setBrush(QColor(c.accent))
        for spot in self.handles().values():
            p.drawRoundedRect(QRectF(spot.x() - 6, spot.y() - 6, 12, 12), 3, 3)
        if self._edge and self.growth is not None:
            self._paint_size(p, frame)
        p.restore()

    def _paint_old(self, p: QPainter, rect: QRectF, m: Margins) -> None:
        scale = self.place.scale
        p.setPen(QPen(QColor(255, 255, 255, 170), 1, Qt.PenStyle.DashLine))
        p.drawRect(rect.adjusted(m.left * scale, m.top * scale, -m.right * scale, -m.bottom * scale))

    def _paint_size(self, p: QPainter, frame: QRectF) -> None:
        assert self.growth is not None
        words = "{} × {}".format(*self.wanted.size(*self.growth.size))
        p.setFont(theme.font(12, 600))
        pill = QRectF(0, 0, p.fontMetrics().horizontalAdvance(words) + 20, 24)
        pill.moveCenter(frame.center())
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(0, 0, 0, 190))
        p.drawRoundedRect(pill, 12, 12)
        p.setPen(QColor("#ffffff"))
        p.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)


class Frame(Desk):
    """Lets the draft's start picture grow; each drag is one undo step.

    Where the engine makes the whole, the draft says what lies around the start. Else the padded picture and the mask
    of what is new stand in the start's place, and how they came about is remembered here.
    """

    def __init__(self, studio: Any, aside: Aside = at_once) -> None:
        super().__init__(studio, aside)
        self.growth: Growth | None = None
        self._known: dict[int, tuple[Image, Image | None, Growth]] = {}  # by the start picture, with the mask, it made
        self.setAccessibleName(self.tr("Extending"))
        self.setAccessibleDescription(self.tr("Drag the frame outwards, or type how far each edge moves."))
        self.border = Border(self.tr("Frame of the picture"))
        self.lay(self.border, self.tr("Extending tools"))
        self._fill_bar()
        self.border.pulled.connect(self._pulled)
        studio.draft_changed.connect(self._draft_changed)

    def _fill_bar(self) -> None:
        tr = self.tr
        names = {"left": tr("Left"), "top": tr("Top"), "right": tr("Right"), "bottom": tr("Bottom")}
        self.fields: dict[str, Whole] = {}
        for side, name in names.items():
            self.bar.row.addWidget(say(name, "dim"))
            self.fields[side] = self._field(tr("Pixels added: %1").replace("%1", name), 0, LARGEST, 64)
            self.fields[side].valueChanged.connect(partial(self._typed, side))
        self.bar.row.addWidget(say(tr("Soft edge"), "dim"))
        self.feather = self._field(tr("How far the new part fades into the picture"), 0, 256, 4)
        self.feather.setSuffix("\u202fpx")
        self.feather.valueChanged.connect(lambda value: self._tell(tr("Soften the edge"), feather=int(value)))
        ways = (("stretch", tr("Stretched edges")), ("mirror", tr("Mirrored")), ("grey", tr("Grey")))
        self.fills = Picks(self, "layers", tr("What the new part begins from"), ways)
        self.fills.changed.connect(lambda value: self._tell(tr("Fill the new part"), fill=value))
        self.bar.menu("layers", tr("What the new part begins from"), (self.fills,))
        reset = self.deed("reset", tr("Back to the picture's own edges"), ("R",), self._reset)
        self.bar.button(reset)
        self.finish_bar()

    def _field(self, name: str, low: int, high: int, step: int) -> Whole:
        field = Whole()
        field.setRange(low, high)
        field.setSingleStep(step)
        field.setFixedWidth(58)
        field.setAccessibleName(name)
        field.setToolTip(name)
        self.bar.row.addWidget(field)
        self.bar.row.addSpacing(theme.S)
        return field

    # ------------------------------------------------------------ what grows

    def open(self, target: Target) -> None:
        """Let the start picture grow."""
        self.head.say(self.tr("Extend the picture"), self.tr("Drag the frame outwards; what is tinted is painted."))
        self._load()

    def _load(self) -> None:
        draft = self.studio.draft
        if not isinstance(draft.start, Image):
            self.left.emit()
            return
        sizes = self.studio.card().info.sizes
        told = growth_of(draft if draft.size or not sizes else msgspec.structs.replace(draft, size=sizes[0]))
        self.growth = told or self._padded(draft) or self._fresh(draft.start, draft.mask)
        self._show()

    def _padded(self, draft: Request) -> Growth | None:
        """The growth that made the draft's start; None when there is none, or the mask was painted on since."""
        start, mask, growth = self._known.get(id(draft.start), (None, None, None))
        return growth if start is draft.start and mask is draft.mask else None

    def _fresh(self, start: Image, mask: Image | None) -> Growth:
        """No growth yet, with the edge and the filling that were used last."""
        if self.growth is None:
            return Growth(start, mask)
        return Growth(start, mask, feather=self.growth.feather, fill=self.growth.fill)

    def _show(self) -> None:
        assert self.growth is not None
        values = msgspec.structs.asdict(self.growth.margins) | {"feather": self.growth.feather}
        for name, field in {**self.fields, "feather": self.feather}.items():
            field.blockSignals(True)
            field.setValue(values[name])
            field.blockSignals(False)
        self.fills.blockSignals(True)
        self.fills.pick(self.growth.fill)
        self.fills.blockSignals(False)
        self.border.show_growth(self.growth)
        self.border.setAccessibleDescription("{} × {}".format(*self.growth.whole))

    def _rule(self) -> tuple[int, int, int] | None:
        info = self.studio.card().info
        return info.size_rule if "size" in info.takes else None

    def _settled(self, edge: str, wanted: Margins) -> Margins:
        assert self.growth is not None
        return settled(wanted, self.growth.size, self._rule(), edge)

    def _pulled(self, edge: str, wanted: Margins, done: bool) -> None:
        margins = self._settled(edge, wanted)
        if not done:
            self.border.want(margins)
        elif self.growth is not None and margins != self.growth.margins:
            self._tell(self.tr("Extend the picture"), margins=margins)
        else:
            self.border.want(margins)

    def _typed(self, side: str, value: int) -> None:
        if self.growth is not None:
            wanted = msgspec.structs.replace(self.growth.margins, **{side: int(value)})
            self._tell(self.tr("Extend the picture"), margins=self._settled(side, wanted))

    def _reset(self) -> None:
        if self.growth is not None and self.growth.margins.any:
            self._tell(self.tr("Back to the own edges"), margins=Margins())

    def _tell(self, text: str, **fields: Any) -> None:
        """Change the growth, and the draft by it. To undo it the growth is remembered, not a picture it makes."""
        old, size, card = self.growth, self.studio.draft.size, self.studio.card()
        if old is None:
            return
        new = msgspec.structs.replace(old, **fields)
        self.growth = new

        def forth(request: Request) -> Request:
            return self._note(new, grown(new, request, card))

        def back(request: Request) -> Request:
            return self._note(old, msgspec.structs.replace(grown(old, request, card), size=size))

        self.studio.change(text, forth, back, f"frame {sorted(fields)}" if "margins" not in fields else "")
        self._show()

    def _note(self, growth: Growth, request: Request) -> Request:
        if isinstance(request.start, Image) and request.start is not growth.start:
            self._known[id(request.start)] = (request.start, request.mask, growth)
            while len(self._known) > KEPT:
                del self._known[next(iter(self._known))]
        return request

    def _draft_changed(self, fields: set[str]) -> None:
        if not self.isVisible() or self.growth is None:
            return
        takes = self.studio.card().info.takes
        if "engine" in fields and not {"start", "mask"} <= set(takes):
            self.left.emit()
        elif fields & {"start", "mask", "around", "size", "engine"}:
            self._load()

    def rest(self) -> None:
        self.border.give_up()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives a drag up before it leaves."""
        if event.key() == Qt.Key.Key_Escape and self.border.give_up():
            return
        super().keyPressEvent(event)


_CURSORS = {
    "left": Qt.CursorShape.SizeHorCursor,
    "right": Qt.CursorShape.SizeHorCursor,
    "top": Qt.CursorShape.SizeVerCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
    "left top": Qt.CursorShape.SizeFDiagCursor,
    "right bottom": Qt.CursorShape.SizeFDiagCursor,
    "right top": Qt.CursorShape.SizeBDiagCursor,
    "left bottom": Qt.CursorShape.SizeBDiagCursor,
}
