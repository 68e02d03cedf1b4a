"""The ruler above the clips: time, the in and out points, markers, tempo and metre; and the corner that names them."""

from collections.abc import Iterator
from fractions import Fraction

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QSizePolicy, QWidget

from app.core.timeline import edit
from app.core.timeline.values import ZERO, Marker, Metre, Tempo, Time
from app.studio import Studio
from app.ui import theme
from app.ui.sequence.marks import written
from app.ui.sequence.snap import Snap
from app.ui.sequence.view import View

TIME, BAND = 24, 17
HEIGHT = TIME + 2 * BAND
MARKS, TEMPO = TIME, TIME + BAND  # where the bands begin
REACH = 6


class Ruler(QWidget):
    """Click or drag to be at a moment, Alt+drag to set the in and out points; markers are dragged along their band."""

    asked = Signal(object)  # Fraction: a double click on a free place of the markers' band

    def __init__(self, studio: Studio, view: View) -> None:
        super().__init__()
        self.studio, self.view = studio, view
        self._held: tuple[str, object] | None = None
        self._snap: Snap | None = None
        self._begun = ZERO
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Ruler"))
        self._painted: tuple[object, ...] = ()
        view.changed.connect(self._viewed)
        studio.playhead_changed.connect(lambda _: self.update())

    def _viewed(self) -> None:
        """Paint anew, unless the view has only gone up or down."""
        view = self.view
        place = view.offset, view.scale, view.width, view.mode, view.rows
        if place != self._painted:
            self._painted = place
            self.update()

    @property
    def held(self) -> bool:
        """Whether something is dragged along it."""
        return self._held is not None

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.window))
            p.setFont(theme.small())
            self._span(p, c)
            self._time(p, c)
            p.setPen(QColor(c.line))
            for y in (TIME, TEMPO, HEIGHT - 1):
                p.drawLine(0, y, self.width(), y)
            self._markers(p, c)
            self._tempos(p, c)
            self._head(p, c)

    def _time(self, p: QPainter, c: theme.Tokens) -> None:
        for mark in self.view.marks():
            x = int(self.view.x(mark.at))
            p.setPen(QColor(c.faint if mark.weight == 2 else c.line))
            p.drawLine(x, TIME - (9, 6, 4)[2 - mark.weight], x, TIME)
            if mark.words:
                p.setPen(QColor(c.dim))
                p.drawText(QPointF(x + 4, TIME - 9), mark.words)

    def _span(self, p: QPainter, c: theme.Tokens) -> None:
        timeline = self.view.shown
        if timeline.span is None:
            return
        left, right = self.view.x(timeline.span[0]), self.view.x(timeline.span[1])
        band = QColor(c.accent)
        band.setAlphaF(0.3 if timeline.loop else 0.16)
        p.fillRect(QRectF(left, 0, right - left, TIME), band)
        p.fillRect(QRectF(left, 0, right - left, 3), QColor(c.accent if timeline.loop else c.dim))
        p.setPen(QColor(c.accent))
        for x in (left, right):
            p.drawLine(QPointF(x, 0), QPointF(x, TIME))

    def _markers(self, p: QPainter, c: theme.Tokens) -> None:
        metrics = p.fontMetrics()
        for marker in self.view.shown.markers:
            x = self.view.x(marker.at)
            wide = float(marker.length) * self.view.scale
            if x + max(wide, 200) < 0 or x > self.width():
                continue
            colour = QColor(marker.colour or c.accent)
            if wide:
                soft = QColor(colour)
                soft.setAlphaF(0.25)
                p.fillRect(QRectF(x, MARKS + 2, wide, BAND - 3), soft)
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(colour)
            top, tall = MARKS + 3.0, BAND - 5.0
            p.drawPolygon(QPolygonF([QPointF(x - 4, top), QPointF(x + 4, top), QPointF(x + 4, top + tall - 4),
                                     QPointF(x, top + tall), QPointF(x - 4, top + tall - 4)]))  # fmt: skip
            p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            p.setPen(QColor(c.text))
            shown = metrics.elidedText(marker.name, Qt.TextElideMode.ElideRight, 180)
            p.drawText(QPointF(x + 8, MARKS + BAND - 5), shown)

    def _tempos(self, p: QPainter, c: theme.Tokens) -> None:
        for at, words in self._changes():
            x = max(4.0, self.view.x(at) + 4) if at == ZERO else self.view.x(at) + 4
            if not -120 < x < self.width():
                continue
            p.setPen(QColor(c.faint))
            p.drawLine(QPointF(self.view.x(at), TEMPO + 3), QPointF(self.view.x(at), HEIGHT - 4))
            p.setPen(QColor(c.dim))
            p.drawText(QPointF(x, HEIGHT - 6), words)

    def _changes(self) -> Iterator[tuple[Time, str]]:
        """The moments at which tempo or metre change, and what they are from there on."""
        timeline, clock = self.view.shown, self.view.clock
        found: dict[Time, list[str]] = {}
        for tempo in timeline.tempos:
            found.setdefault(clock.seconds(tempo.beat), []).append(f"♩ = {float(tempo.bpm):g}")
        for metre in timeline.metres:
            found.setdefault(clock.at_bar(metre.bar + 1), []).append(f"{metre.beats}/{metre.unit}")
        yield from ((at, "   ".join(words)) for at, words in sorted(found.items()))

    def _head(self, p: QPainter, c: theme.Tokens) -> None:
        x = round(self.view.x(self.studio.playhead)) + 0.5
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(c.text))
        p.drawPolygon(QPolygonF([QPointF(x - 6, TIME - 9), QPointF(x + 6, TIME - 9), QPointF(x, TIME)]))
        p.setPen(QColor(c.text))
        p.drawLine(QPointF(x, TIME), QPointF(x, HEIGHT))

    # ------------------------------------------------------------ the mouse

    def marker_at(self, at: QPointF) -> Marker | None:
        """The marker under a place."""
        if not MARKS <= at.y() < TEMPO:
            return None
        near = [one for one in self.view.shown.markers if abs(self.view.x(one.at) - at.x()) <= REACH]
        return min(near, key=lambda one: abs(self.view.x(one.at) - at.x()), default=None)

    def _edge(self, at: QPointF) -> int | None:
        """Which end of the in and out points lies under a place."""
        span = self.view.shown.span
        if span is None or at.y() >= TIME:
            return None
        return next((n for n in (1, 0) if abs(self.view.x(span[n]) - at.x()) <= REACH - 1), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        self._snap = Snap(self.view)
        self._begun = self.view.time(at.x())
        marker, edge = self.marker_at(at), self._edge(at)
        if marker is not None:
            self._held = ("marker", marker)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._held = ("span", None)
        elif edge is not None:
            self._held = ("edge", edge)
        else:
            self._held = ("head", None)
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._held is None or self._snap is None:
            over = self.marker_at(at) is not None or self._edge(at) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)
            return
        free = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        moment = max(ZERO, self._snap.moment(max(ZERO, self.view.time(at.x())), free))
        match self._held:
            case ("marker", Marker() as marker):
                self.view.preview(lambda one: edit.add_marker(one, msgspec.structs.replace(marker, at=moment)))
            case ("span", _):
                low, high = sorted((max(ZERO, self._snap.moment(max(ZERO, self._begun), free)), moment))
                self.view.preview(lambda one: msgspec.structs.replace(one, span=(low, high) if high > low else None))
            case ("edge", int() as edge):
                self.view.preview(lambda one: spanned(one, edge, moment))
            case _:
                self.studio.set_playhead(moment)
                self.view.changed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        shown = self.view.shown
        self.view.settle()
        if held is None or held[0] == "head":
            return
        text = self.tr("Move marker") if held[0] == "marker" else self.tr("Set in and out")
        markers, span = shown.markers, shown.span
        self.studio.arrange(text, lambda one: msgspec.structs.replace(one, markers=markers, span=span))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if at.y() < TIME:
            return
        moment = max(ZERO, self.view.time(at.x()))
        if at.y() >= TEMPO:
            self.ask_tempo(moment)
        elif (marker := self.marker_at(at)) is not None:
            self.ask_name(marker)
        else:
            self.asked.emit(max(ZERO, Snap(self.view).moment(moment)))
            self.view.settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.view.zoom(1.2 ** (turn.y() / 120), event.position().x())
        else:
            self.view.scroll(self.view.offset - (turn.x() or turn.y()) * 0.8 / self.view.scale)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = QPointF(event.pos())
        moment, marker = max(ZERO, self.view.time(at.x())), self.marker_at(at)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if marker is not None:
            menu.addAction(self.tr("Rename marker …"), lambda: self.ask_name(marker))
            menu.addAction(self.tr("Delete marker"), lambda: self._delete(marker))
        else:
            menu.addAction(self.tr("Add a marker here"), lambda: self.asked.emit(moment))
        menu.addSeparator()
        menu.addAction(self.tr("Tempo from here …"), lambda: self.ask_tempo(moment))
        menu.addAction(self.tr("Metre from here …"), lambda: self.ask_metre(moment))
        if len(self.studio.timeline.tempos) > 1:
            menu.addAction(self.tr("Delete the tempo here"), lambda: self._forget_tempo(moment))
        if len(self.studio.timeline.metres) > 1:
            menu.addAction(self.tr("Delete the metre here"), lambda: self._forget_metre(moment))
        if self.studio.timeline.span is not None:
            menu.addSeparator()
            menu.addAction(self.tr("Clear in and out"), self._clear_span)
        menu.popup(event.globalPos())

    # ------------------------------------------------------------ what it asks

    def ask_name(self, marker: Marker) -> None:
        """Another name for a marker."""
        title = self.tr("Marker")
        name, done = QInputDialog.getText(self, title, self.tr("Name"), QLineEdit.EchoMode.Normal, marker.name)
        if done:
            named = msgspec.structs.replace(marker, name=name)
            self.studio.arrange(self.tr("Rename marker"), lambda one: edit.add_marker(one, named))

    def ask_tempo(self, at: Time) -> None:
        """Another tempo from the beat at a moment on."""
        clock = self.view.clock
        now = float(clock.bpm(at))
        bpm, done = QInputDialog.getDouble(self, self.tr("Tempo"), self.tr("Quarters a minute"), now, 1, 1000, 3)
        if done:
            beat = max(Fraction(0), clock.beats(clock.snapped(at, "beat")))
            tempo = Tempo(beat, Fraction(str(round(bpm, 3))))
            self.studio.arrange(self.tr("Set tempo"), lambda one: edit.set_tempo(one, tempo))

    def ask_metre(self, at: Time) -> None:
        """Another metre from the bar at a moment on."""
        now = self.view.clock.metre(at)
        title, label = self.tr("Metre"), self.tr("Beats in a bar, as in 3/4")
        words, done = QInputDialog.getText(self, title, label, QLineEdit.EchoMode.Normal, f"{now.beats}/{now.unit}")
        beats, _, unit = words.partition("/")
        if not done:
            return
        if beats.strip().isdigit() and unit.strip().isdigit():
            metre = Metre(self.view.clock.place(at).bar - 1, int(beats), int(unit))
            self.studio.arrange(self.tr("Set metre"), lambda one: edit.set_metre(one, metre))
        else:
            self.studio.notice.emit("warning", self.tr("%1 is no metre: write it as 3/4.").replace("%1", words))

    def _delete(self, marker: Marker) -> None:
        self.studio.arrange(self.tr("Delete marker"), lambda one: edit.remove_marker(one, marker.id))

    def _forget_tempo(self, at: Time) -> None:
        beat = self.view.clock.beats(at)
        tempos = self.studio.timeline.tempos
        gone = next(one for one in reversed(tempos) if one.beat <= beat or one is tempos[0])
        left = tuple(one for one in tempos if one is not gone)
        first = (msgspec.structs.replace(left[0], beat=Fraction(0)), *left[1:])
        self.studio.arrange(self.tr("Delete tempo"), lambda one: msgspec.structs.replace(one, tempos=first))

    def _forget_metre(self, at: Time) -> None:
        bar, metres = self.view.clock.place(at).bar - 1, self.studio.timeline.metres
        gone = next(one for one in reversed(metres) if one.bar <= bar or one is metres[0])
        left = tuple(one for one in metres if one is not gone)
        first = (msgspec.structs.replace(left[0], bar=0), *left[1:])
        self.studio.arrange(self.tr("Delete metre"), lambda one: msgspec.structs.replace(one, metres=first))

    def _clear_span(self) -> None:
        self.studio.arrange(
            self.tr("Clear in and out"), lambda one: msgspec.structs.replace(one, span=None, loop=False)
        )


class Corner(QWidget):
    """Left of the ruler: where the playhead is, in words, and the names of the bands."""

    def __init__(self, studio: Studio, view: View) -> None:
        super().__init__()
        self.studio, self.view = studio, view
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Playhead"))
        view.changed.connect(self.update)
        studio.playhead_changed.connect(lambda _: self._moved())

    def _moved(self) -> None:
        self.setAccessibleDescription(written(self.view.clock, self.view.mode, self.studio.playhead))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.window))
            p.setFont(theme.font(14, 600))
            p.setPen(QColor(c.text))
            inner = QRectF(theme.L, 0, self.width() - 2 * theme.L, TIME)
            middle = Qt.AlignmentFlag.AlignVCenter
            p.drawText(inner, middle, written(self.view.clock, self.view.mode, self.studio.playhead))
            p.setFont(theme.small())
            p.setPen(QColor(c.dim))
            for y, words in ((MARKS, self.tr("Markers")), (TEMPO, self.tr("Tempo and metre"))):
                p.drawText(QRectF(theme.L, y, self.width() - theme.L, BAND), middle, words)
            p.setPen(QColor(c.line))
            for y in (TIME, TEMPO, HEIGHT - 1):
                p.drawLine(0, y, self.width(), y)
            p.drawLine(self.width() - 1, 0, self.width() - 1, self.height())


def spanned(timeline, edge: int, moment: Time):  # type: ignore[no-untyped-def]
    """A timeline with one end of its in and out points at a moment; turned over where they cross."""
    ends = list(timeline.span or (ZERO, ZERO))
    ends[edge] = moment
    low, high = sorted(ends)
    return msgspec.structs.replace(timeline, span=(low, high) if high > low else timeline.span)
