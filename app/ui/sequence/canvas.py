"""The clips along time, in one widget that paints what is in view and takes the mouse."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.core.timeline.values import ZERO, Clip
from app.studio import Studio
from app.ui import theme
from app.ui.sequence import lanehands
from app.ui.sequence.clipdraw import ClipPainter
from app.ui.sequence.ears import Ears
from app.ui.sequence.hands import Change, Gesture, Hit, Marquee, Move, gesture, under
from app.ui.sequence.lanehands import KeyMarquee, KeyMove
from app.ui.sequence.lanes import Lanes
from app.ui.sequence.makes import InHands
from app.ui.sequence.overlay import Overlay
from app.ui.sequence.pictures import Pictures
from app.ui.sequence.snap import Snap
from app.ui.sequence.stating import Stating
from app.ui.sequence.view import View
from app.ui.sequence.words import kind_words, name_of, state_words

EDGE = 22  # pixels from the border where a drag scrolls
LEAVE = 24  # beyond the border a clip is dragged out as a file
_CURSORS = {
    "start": Qt.CursorShape.SizeHorCursor,
    "end": Qt.CursorShape.SizeHorCursor,
    "fade_in": Qt.CursorShape.PointingHandCursor,
    "fade_out": Qt.CursorShape.PointingHandCursor,
    "key": Qt.CursorShape.PointingHandCursor,
    "lane": Qt.CursorShape.CrossCursor,
    "line": Qt.CursorShape.CrossCursor,
}


class Canvas(QWidget):
    """Every clip in view. Drags show what would be and are done when the button is let go; Escape gives them up."""

    menu_asked = Signal(object, object)  # Hit, the place on the screen
    key_asked = Signal(object)  # Hit on a key: its value is to be typed
    edit_asked = Signal(str)  # a clip's id: its words are to be edited
    dropped = Signal(list, object, object)  # paths, Fraction, Row | None
    left = Signal()  # the selection is dragged out of the panel

    def __init__(self, studio: Studio, view: View) -> None:
        super().__init__()
        self.studio, self.view = studio, view
        self.pictures, self.stating = Pictures(studio, self), Stating(studio, self)
        self.ears = Ears(studio, self)
        self.lanes = Lanes(studio, view, self.ears)
        self.painter = ClipPainter(view, self.pictures, self.stating.get)
        self.in_hands = InHands(studio, self)
        self.painter.making = self.in_hands.shown
        self.hand: Gesture | None = None
        self.hit = Hit("nothing")
        self._change: Change | None = None
        self._pressed = self._at = QPointF()
        self._still: QPixmap | None = None
        self._dragging = False
        self.overlay = Overlay(view)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Clips"))
        self._roll = QTimer(self, interval=30)
        self._roll.timeout.connect(self._rolled)
        view.changed.connect(self.refresh)
        self.pictures.arrived.connect(self.refresh)
        self.ears.arrived.connect(self.refresh)
        self.in_hands.changed.connect(self.refresh)
        self.stating.arrived.connect(self.refresh)
        studio.selection_changed.connect(self._selected)
        studio.playhead_changed.connect(lambda _: self.update())

    def _selected(self) -> None:
        self.setAccessibleDescription(self.sentence())
        self.refresh()

    def sentence(self) -> str:
        """The selection in words."""
        found = [(track, clip) for track in self.studio.timeline.tracks for clip in track.clips]
        found = [(track, clip) for track, clip in found if clip.id in self.studio.selection]
        if not found:
            return self.tr("Nothing selected")
        if len(found) > 1:
            return self.tr("%1 clips selected").replace("%1", str(len(found)))
        track, clip = found[0]
        return f"{kind_words(track.kind)}: {name_of(track, clip)}, {state_words(self.stating.get(clip))}"

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.size() != self.size() * ratio:
            self._still = self._painted(ratio)
        with QPainter(self) as p:
            p.drawPixmap(0, 0, self._still)
            self.overlay.paint(p, self.size())

    def _painted(self, ratio: float) -> QPixmap:
        """All but what moves over it: the playhead runs without painting the clips again."""
        still = QPixmap(self.size() * ratio)
        still.setDevicePixelRatio(ratio)
        line = QColor(theme.current(self).line)
        with QPainter(still) as p:
            self.overlay.ground(p, self.size())
            for row in self.view.visible():
                if row.target:
                    self.lanes.paint(p, row, self.view.keys)
                else:
                    self.painter.row(p, row, self.studio.selection, ratio)
                bottom = self.view.top(row) + row.height - 1
                p.setPen(line)
                p.drawLine(0, bottom, self.width(), bottom)
            self.overlay.outside(p, self.size())
        return still

    def refresh(self) -> None:
        """Paint the clips anew."""
        self._still = None
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.refresh()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.studio.set_watching(True, "clips")
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.studio.set_watching(False, "clips")
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.view.set_size(self.width(), self.height())

    # ------------------------------------------------------------ the mouse

    def under(self, at: QPointF) -> Hit:
        """What lies under a place."""
        row = self.view.row_at(at.y())
        if row is not None and row.target:
            return lanehands.under(self.view, self.lanes, row, at)
        return under(self.view, at, self.studio.selection)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at, held = event.position(), event.modifiers()
        self.hit = self.under(at)
        self._pressed = self._at = at
        if self.hit.row is not None and self.hit.row.target:
            self._press_lane(event)
            return
        self.view.pick(())
        if event.button() != Qt.MouseButton.LeftButton:
            if self.hit.clip is not None and self.hit.clip.id not in self.studio.selection:
                self.studio.select([self.hit.clip.id])
            return
        self._choose(self.hit.clip, held)
        if self.hit.clip is None or self.hit.clip.id in self.studio.selection:
            self.hand = self.begin(at, held)

    def _press_lane(self, event: QMouseEvent) -> None:
        at, held = event.position(), event.modifiers()
        if self.hit.part == "key":
            lanehands.pick(self.view, self.hit, held)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.hit.part == "key":
            self.hand = KeyMove(self.view, at, self.hit, self.lanes)
        elif held & Qt.KeyboardModifier.ControlModifier:
            lanehands.add_key(self.view, self.lanes, self.hit, at)
        else:
            self.hand = KeyMarquee(self.view, at, held, self.lanes)

    def begin(self, at: QPointF, held: Qt.KeyboardModifier) -> Gesture:
        """The gesture that a press there begins."""
        return gesture(self.view, at, self.hit, held)

    def _choose(self, clip: Clip | None, held: Qt.KeyboardModifier) -> None:
        chosen = self.studio.selection
        if clip is None:
            return
        if held & Qt.KeyboardModifier.ShiftModifier:
            self.studio.select([id for id in chosen if id != clip.id] if clip.id in chosen else [*chosen, clip.id])
        elif clip.id not in chosen:
            self.studio.select([clip.id])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = self.overlay.at = event.position()
        if self.hand is None:
            hit = self.under(self._at)
            self.setCursor(_CURSORS.get(hit.part, Qt.CursorShape.ArrowCursor))
            self.setToolTip(self._tip(hit))
            return
        far = (self._at - self._pressed).manhattanLength()
        if self._dragging or far >= QApplication.startDragDistance() // 2:
            self._dragging = True
            self._drag(event.modifiers())

    def _drag(self, held: Qt.KeyboardModifier) -> None:
        assert self.hand is not None
        if isinstance(self.hand, Move) and self._outside():
            self.give_up()
            self.left.emit()
            return
        self._change = self.hand.change(self._at, held)
        if self._change is not None:
            self.view.preview(self._change)
        elif self.hand.live:
            self.view.preview(lambda timeline: timeline)
        self.overlay.box = self.hand.box if isinstance(self.hand, Marquee | KeyMarquee) else None
        self.update()
        near = self._at.x() < EDGE or self._at.x() > self.width() - EDGE
        near = near or self._at.y() < 0 or self._at.y() > self.height()
        self._roll.start() if near and not self._roll.isActive() else None
        self._roll.stop() if not near else None

    def _outside(self) -> bool:
        """Whether the mouse has left the whole panel, by more than a slip of the hand."""
        panel = self.parentWidget()
        if panel is None:
            return False
        place = self.mapTo(panel, self._at)
        return not QRectF(panel.rect()).adjusted(-LEAVE, -LEAVE, LEAVE, LEAVE).contains(place)

    def _rolled(self) -> None:
        """Scroll on while something is held at the border."""
        if self.hand is None:
            self._roll.stop()
            return
        x, y, view = self._at.x(), self._at.y(), self.view
        along = min(0.0, x - EDGE) + max(0.0, x - self.width() + EDGE)
        down = min(0.0, y) + max(0.0, y - self.height())
        view.scroll(view.offset + 0.6 * along / view.scale, int(view.down + 0.5 * down))
        self._drag(QApplication.keyboardModifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hand, change = self.hand, self._change
        if hand is None or event.button() != Qt.MouseButton.LeftButton:
            return
        dragged = self._dragging
        self.give_up()
        if dragged and change is not None and self.studio.arrange(hand.text, change):
            if (chosen := hand.chosen()) is not None:
                self.studio.select(chosen)
        elif not dragged:
            self._clicked(event)

    def _clicked(self, event: QMouseEvent) -> None:
        """A press that was no drag."""
        if event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return
        if self.hit.row is not None and self.hit.row.target:
            if self.hit.part != "key":
                self.view.pick(())
        elif self.hit.clip is None:
            self.studio.select([])
            self.studio.set_playhead(Snap(self.view).moment(self.view.time(event.position().x())))
            self.view.settle()
        else:
            self.studio.select([self.hit.clip.id])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self.under(event.position())
        if hit.row is not None and hit.row.target:
            self.give_up()
            self._double_lane(hit, event.position())
        elif hit.clip is not None:
            self.give_up()
            self.edit_asked.emit(hit.clip.id)

    def _double_lane(self, hit: Hit, at: QPointF) -> None:
        if hit.part == "key":
            self.key_asked.emit(hit)
        else:
            lanehands.add_key(self.view, self.lanes, hit, at)

    def give_up(self) -> None:
        """Leave off what is dragged; nothing is changed."""
        self._roll.stop()
        if isinstance(self.hand, KeyMove):
            self.view.keys = self.hand.picked
        self.hand, self._change, self._dragging, self.overlay.box = None, None, False, None
        self.view.settle()

    def _tip(self, hit: Hit) -> str:
        if hit.part == "key" and hit.lane is not None and hit.row is not None:
            target = self.lanes.target(hit.row)
            return f"{target.words} {hit.lane.keys[hit.key].value:.4g} {target.unit}".rstrip()
        if hit.clip is None or hit.row is None or hit.part != "body":
            return ""
        words = name_of(hit.row.track, hit.clip)
        return f"{words}\n{state_words(self.stating.get(hit.clip))}" if hit.clip.ask is not None else words

    def wheelEvent(self, event: QWheelEvent) -> None:
        view, turn, held = self.view, event.angleDelta(), event.modifiers()
        if held & Qt.KeyboardModifier.ControlModifier:
            view.zoom(1.2 ** (turn.y() / 120), event.position().x())
        elif held & Qt.KeyboardModifier.ShiftModifier or view.tall <= view.height:
            view.scroll(view.offset - (turn.x() or turn.y()) * 0.8 / view.scale)
        else:
            view.scroll(view.offset - turn.x() * 0.8 / view.scale, view.down - turn.y() // 2)
        event.accept()

    # ------------------------------------------------------------ keys and menus

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.hand is not None:
            event.accept()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.hand is not None:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        hit = self._chosen_hit() if by_key else self.under(QPointF(event.pos()))
        place = event.globalPos()
        if by_key and hit.clip is not None and hit.row is not None:
            spot = QPointF(max(0.0, self.view.x(hit.clip.start)) + 8, self.view.top(hit.row) + 20)
            place = self.mapToGlobal(spot).toPoint()
        self.menu_asked.emit(hit, place)

    def _chosen_hit(self) -> Hit:
        for row in self.view.rows:
            for clip in row.track.clips if not row.target else ():
                if clip.id in self.studio.selection:
                    return Hit("body", row, clip)
        return Hit("nothing", self.view.rows[0] if self.view.rows else None)

    # ------------------------------------------------------------ files dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is not self and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.overlay.drop = event.position()
        event.acceptProposedAction()
        self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.overlay.drop = None
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        at, self.overlay.drop = event.position(), None
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            moment = max(ZERO, Snap(self.view).moment(max(ZERO, self.view.time(at.x()))))
            self.view.guide = None
            self.dropped.emit(paths, moment, self.view.row_at(at.y()))
        self.update()
