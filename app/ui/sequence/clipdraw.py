"""How clips are painted: body, name, what they show, their fades and cross-fades, and the state they are in."""

import itertools
from collections import OrderedDict
from collections.abc import Callable, Collection
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QImage, QPainter, QPen, QPixmap, QPolygonF

from app.core.timeline.values import Clip, Track
from app.ui import theme
from app.ui.sequence.pictures import Film, Pictures
from app.ui.sequence.rows import Row
from app.ui.sequence.targets import card_of
from app.ui.sequence.view import View
from app.ui.sequence.windows import ends
from app.ui.sequence.words import colour_of, name_of

NAME = 16  # pixels of the line with the name
PAD = 1  # above and below a clip
TINY = 5.0  # a clip narrower than this is a mere block
LABELS = 3000


class Making(Struct, frozen=True, eq=False):
    """What is made for a clip now: 'queued' or 'developing', how much of it is done, what it looks like so far."""

    state: str
    share: float | None = None
    preview: QImage | None = None


class Drawn(NamedTuple):
    """A clip as it is painted: `body` is all of it, `seen` what of that is in view, `inside` what is below its name."""

    clip: Clip
    track: Track
    colour: str
    state: str
    body: QRectF
    seen: QRectF
    inside: QRectF
    chosen: bool

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show of it yet."""
        return self.state in ("empty", "queued") and self.clip.title is None


class ClipPainter:
    """Paints the clips of a row. `state` says which state a clip is in, `making` what is being made for it."""

    def __init__(self, view: View, pictures: Pictures, state: Callable[[Clip], str]) -> None:
        self.view, self.pictures, self.state = view, pictures, state
        self.card = partial(card_of, view.studio)
        self.making: dict[str, Making] = {}
        self.tokens, self.ratio = theme.current(), 1.0
        self.metrics = QFontMetrics(theme.small())
        self._wide: dict[str, int] = {}  # pixels of a name
        self._labels: OrderedDict[tuple[str, int, str], QPixmap] = OrderedDict()

    def row(self, p: QPainter, row: Row, chosen: Collection[str], ratio: float) -> None:
        """All clips of a track that are in view."""
        self.tokens, self.ratio = theme.current(), ratio
        box = QRectF(0, self.view.top(row) + PAD, self.view.width, row.height - 2 * PAD)
        tiny: list[tuple[Clip, QRectF]] = []
        wide: list[tuple[Clip, QRectF]] = []
        for clip, start, end in self.view.spans(row.track):
            place = QRectF(self.view.x(start), box.top(), max(1.0, (end - start) * self.view.scale), box.height())
            (wide if place.width() >= TINY else tiny).append((clip, place))
        if tiny:
            self._blocks(p, row.track, tiny, chosen)
        for clip, place in wide:
            self._clip(p, self._drawn(row.track, clip, place, clip.id in chosen))
        places = [place for _, place in wide]
        self._cross(p, [first & second for first, second in itertools.pairwise(places) if first.intersects(second)])
        if row.track.mute:
            self._veil(p, box)

    def _blocks(self, p: QPainter, track: Track, clips: list[tuple[Clip, QRectF]], chosen: Collection[str]) -> None:
        """Clips too narrow for more, in one stroke for each colour."""
        found: dict[str, list[QRectF]] = {}
        for clip, place in clips:
            colour = self.tokens.accent if clip.id in chosen else colour_of(track, self.tokens, clip)
            place.setWidth(max(1.0, place.width() - 1))
            found.setdefault(colour, []).append(place)
        p.setPen(Qt.PenStyle.NoPen)
        for colour, places in found.items():
            p.setBrush(QColor(theme.mix(self.tokens.panel, colour, 0.75)))
            p.drawRects(places)

    # ------------------------------------------------------------ one clip

    def _drawn(self, track: Track, clip: Clip, place: QRectF, chosen: bool) -> Drawn:
        making = self.making.get(clip.id)
        state = making.state if making is not None else self.state(clip)
        body = QRectF(place.left(), place.top(), max(1.0, place.width() - 1), place.height())
        seen = body.intersected(QRectF(-8, body.top(), self.view.width + 16, body.height()))
        inside = seen.adjusted(0, NAME if body.height() >= NAME + 18 else 0, 0, 0)
        return Drawn(clip, track, colour_of(track, self.tokens, clip), state, body, seen, inside, chosen)

    def _clip(self, p: QPainter, d: Drawn) -> None:
        c, seen = self.tokens, d.seen
        share = (0.16 if d.empty else 0.34) if c.dark else (0.14 if d.empty else 0.26)
        p.fillRect(seen, _mixed(c.panel, d.colour, share))
        self._inside(p, d)
        making = self.making.get(d.clip.id)
        if making is not None:
            self._making(p, making, seen, d.inside)
        elif d.empty:
            self._hatch(p, d.inside, d.colour)
        self._frame(p, d)
        if d.inside.top() > seen.top():
            p.fillRect(QRectF(seen.left(), seen.top(), seen.width(), NAME), _mixed(c.panel, d.colour, 0.62))
        self._fades(p, d.clip, d.body, d.chosen)
        if seen.width() > 26:
            self._name(p, d)
        if d.chosen:
            self._windows(p, d.clip, seen)
            p.setPen(QPen(QColor(c.text), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRect(seen.adjusted(1, 1, -1, -1))

    def _windows(self, p: QPainter, clip: Clip, seen: QRectF) -> None:
        """Where the windows of its engine end, along the clip's lower edge."""
        places = [self.view.x(at) for at in ends(self.card(clip), clip, clip.length)]
        if len(places) > 1 and places[1] - places[0] < 4:
            return
        p.setPen(QPen(QColor(self.tokens.accent), 1))
        p.drawLines([QLineF(x, seen.bottom() - 9, x, seen.bottom() - 1) for x in places if x < seen.right()])

    def _frame(self, p: QPainter, d: Drawn) -> None:
        """A line round it, broken where nothing has been made; a band at the bottom for drafts and what is stale."""
        c, seen = self.tokens, d.seen
        p.setBrush(Qt.BrushStyle.NoBrush)
        broken = Qt.PenStyle.DashLine if d.state in ("empty", "queued") else Qt.PenStyle.SolidLine
        p.setPen(QPen(_mixed(c.panel, d.colour, 0.8), 1, broken))
        p.drawRect(seen.adjusted(0.5, 0.5, -0.5, -0.5))
        band = {"stale": c.bad, "draft": c.warn}.get(d.state)
        if band is not None:
            p.fillRect(QRectF(seen.left(), seen.bottom() - 3, seen.width(), 3), QColor(band))
        if d.clip.muted:
            self._veil(p, seen)

    def _name(self, p: QPainter, d: Drawn) -> None:
        seen, ratio = d.seen, self.ratio
        marks = {"stale": "●", "draft": "◐", "empty": "○", "queued": "○", "developing": "◔"}
        mark = marks.get(d.state, "") if d.clip.ask is not None else ""
        words = f"{mark} {name_of(d.track, d.clip)}" if mark else name_of(d.track, d.clip)
        left = max(2.0, seen.left()) + (10 if d.chosen else 4)
        room = int(seen.right() - left - 3)
        if room < 14:
            return
        label = self._label(words, min(room, 480))
        high = NAME if d.inside.top() > seen.top() else seen.height()
        p.drawPixmap(QPointF(left, seen.top() + (high - label.height() / ratio) / 2), label)

    def _label(self, words: str, room: int) -> QPixmap:
        """A name drawn once for every width it has to fit, a wide one as wide as it needs."""
        c, ratio = self.tokens, self.ratio
        if words not in self._wide:
            self._wide[words] = self.metrics.horizontalAdvance(words) + 8
        room = min(room, self._wide[words])  # all of it fits: one drawing for every zoom
        key = (words, room // 8, f"{c.text} {ratio}")
        if key in self._labels:
            return self._labels[key]
        metrics = self.metrics
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room // 8 * 8)
        wide, high = max(1, metrics.horizontalAdvance(shown)), metrics.height()
        made = QPixmap(int(wide * ratio), int(high * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        with QPainter(made) as p:
            p.setFont(theme.small())
            p.setPen(QColor(c.text))
            p.drawText(QPointF(0, metrics.ascent()), shown)
        self._labels[key] = made
        while len(self._labels) > LABELS:
            self._labels.popitem(last=False)
            self._wide.clear()
        return made

    # ------------------------------------------------------------ what it shows

    def _inside(self, p: QPainter, d: Drawn) -> None:
        take, inside = d.clip.shown, d.inside
        if inside.width() < 4 or inside.height() < 8:
            return
        film = self.pictures.get(take.media if take is not None else d.clip.mesh)
        if film is None:
            return
        p.save()
        p.setClipRect(inside.adjusted(1, 0, -1, -1))
        if d.track.kind == "notes" and film.notes is not None:
            self._notes(p, d, film)
        elif film.images:
            self._frames(p, d, film)
        elif film.wave is not None:
            self._wave(p, d, film)
        p.restore()

    def _seconds(self, clip: Clip, film: Film, x: float) -> float:
        """Which second of the take is shown at a pixel."""
        at = float(clip.offset) + (x - self.view.x(clip.start)) / self.view.scale * float(clip.speed)
        take = clip.shown
        at -= float(take.offset) if take is not None else 0.0
        return at % film.length if clip.loop and film.length else at

    def _frames(self, p: QPainter, d: Drawn, film: Film) -> None:
        """Pictures side by side from the clip's beginning on, each that of the moment where it stands."""
        first, body, inside = film.images[0], d.body, d.inside
        wide = max(12.0, inside.height() * first.width() / max(1, first.height()))
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        x = body.left() + max(0.0, (inside.left() - body.left()) // wide) * wide
        while x < inside.right():
            image = film.at(self._seconds(d.clip, film, x + wide / 2))
            if image is not None:
                p.drawImage(QRectF(x, inside.top(), wide, inside.height()), image)
            x += wide

    def _wave(self, p: QPainter, d: Drawn, film: Film) -> None:
        inside = d.inside
        left, right = int(max(0, inside.left())), int(min(self.view.width, inside.right()))
        columns = self._outline(d.clip, film, left, right)
        middle, half = inside.center().y(), inside.height() * 0.47
        ink = theme.mix(self.tokens.panel, d.colour, 0.95)
        p.setPen(QPen(QColor(ink), 1))
        low = (middle - columns[:, 0] * half + 0.5).tolist()
        high = (middle - columns[:, 1] * half - 0.5).tolist()
        p.drawLines(
            [QLineF(left + n + 0.5, a, left + n + 0.5, b) for n, (a, b) in enumerate(zip(low, high, strict=True))]
        )

    def _outline(self, clip: Clip, film: Film, left: int, right: int) -> np.ndarray:
        """(right - left, 2): the sound between two pixels as it is heard, its gain and fades in it."""
        count = max(1, right - left)
        start, stop = (self._straight(clip, x) for x in (left, left + count))
        if clip.loop and film.length and stop > film.length:
            times = np.linspace(start, stop, count, endpoint=False) % film.length
            found = film.outline(0.0, film.length, max(1, int(film.length / max(1e-9, stop - start) * count)))
            found = found[np.clip((times / film.length * len(found)).astype(int), 0, len(found) - 1)]
        else:
            found = film.outline(start, stop, count)
        return np.clip(found * 10 ** (clip.gain / 20), -1, 1) * self._envelope(clip, left, count)[:, None]

    def _straight(self, clip: Clip, x: float) -> float:
        take = clip.shown
        at = float(clip.offset) - (float(take.offset) if take is not None else 0.0)
        return at + (x - self.view.x(clip.start)) / self.view.scale * float(clip.speed)

    def _envelope(self, clip: Clip, left: int, count: int) -> np.ndarray:
        """The clip's own fades over `count` pixels from `left` on."""
        at = (np.arange(count) + left - self.view.x(clip.start)) / self.view.scale
        end = float(clip.length) - at
        rise = at / float(clip.fade_in) if clip.fade_in else np.ones(count)
        fall = end / float(clip.fade_out) if clip.fade_out else np.ones(count)
        return np.clip(np.minimum(rise, fall), 0, 1)

    def _notes(self, p: QPainter, d: Drawn, film: Film) -> None:
        assert film.notes is not None
        clip, inside = d.clip, d.inside
        rows = film.notes
        low, high = float(rows[:, 2].min()) - 1, float(rows[:, 2].max()) + 1
        tall = max(2.0, min(8.0, inside.height() / (high - low + 1)))
        shift = float(clip.offset) - (float(clip.shown.offset) if clip.shown is not None else 0.0)
        turns = range(int(float(clip.length) / film.length) + 1) if clip.loop and film.length else (0,)
        places = []
        for turn in turns:
            for start, end, pitch, _ in rows.tolist():
                x = self.view.x(float(clip.start) + (start - shift + turn * film.length) / float(clip.speed))
                wide = max(2.0, (end - start) / float(clip.speed) * self.view.scale - 1)
                y = inside.bottom() - tall - (pitch - low) / (high - low) * (inside.height() - tall)
                if x < self.view.width and x + wide > 0:
                    places.append(QRectF(x, y, wide, tall))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(theme.mix(self.tokens.panel, d.colour, 0.95)))
        p.drawRects(places)

    # ------------------------------------------------------------ marks over it

    def _making(self, p: QPainter, making: Making, seen: QRectF, inside: QRectF) -> None:
        """The live preview, and how far it has come."""
        c = self.tokens
        if making.preview is not None and inside.height() > 12:
            image = making.preview
            wide = inside.height() * image.width() / max(1, image.height())
            p.save()
            p.setClipRect(inside)
            p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            p.drawImage(QRectF(inside.left() + 1, inside.top(), wide, inside.height()), image)
            p.restore()
        if making.state == "developing":
            p.fillRect(QRectF(seen.left(), seen.bottom() - 4, seen.width(), 4), QColor(c.pressed))
            share = making.share if making.share is not None else 0.0
            p.fillRect(QRectF(seen.left(), seen.bottom() - 4, seen.width() * share, 4), QColor(c.accent))

    def _hatch(self, p: QPainter, inside: QRectF, colour: str) -> None:
        shade = QColor(colour)
        shade.setAlphaF(0.28)
        p.fillRect(inside, QBrush(shade, Qt.BrushStyle.BDiagPattern))

    def _veil(self, p: QPainter, box: QRectF) -> None:
        """What is not seen or heard."""
        veil = QColor(self.tokens.panel)
        veil.setAlphaF(0.62)
        p.fillRect(box, veil)

    def _fades(self, p: QPainter, clip: Clip, body: QRectF, chosen: bool) -> None:
        if not (chosen or clip.fade_in or clip.fade_out):
            return
        shade = QColor(self.tokens.stage)
        shade.setAlphaF(0.45)
        for length, edge, way in ((clip.fade_in, body.left(), 1), (clip.fade_out, body.right(), -1)):
            inner = edge + way * float(length) * self.view.scale
            if length:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(shade)
                p.setRenderHint(QPainter.RenderHint.Antialiasing)
                corners = [QPointF(edge, body.top()), QPointF(inner, body.top()), QPointF(edge, body.bottom())]
                p.drawPolygon(QPolygonF(corners))
                p.setPen(QPen(QColor(self.tokens.text), 1))
                p.drawLine(QPointF(edge, body.bottom()), QPointF(inner, body.top()))
                p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            if chosen and body.width() > 30:
                p.setPen(QPen(QColor(self.tokens.panel), 1))
                p.setBrush(QColor(self.tokens.text))
                p.drawRect(QRectF(inner - (0 if way > 0 else 7), body.top() + 1, 7, 7))

    def _cross(self, p: QPainter, places: list[QRectF]) -> None:
        """Clips over each other fade into one another."""
        if not places:
            return
        shade = QColor(self.tokens.stage)
        shade.setAlphaF(0.28)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(shade)
        p.drawRects(places)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(QPen(QColor(self.tokens.text), 1.2))
        ends = [
            (one.topLeft(), one.bottomRight(), one.bottomLeft(), one.topRight()) for one in places if one.width() > TINY
        ]
        p.drawLines([QLineF(*pair) for a, b, c, d in ends for pair in ((a, b), (c, d))])
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)


@cache
def _mixed(first: str, second: str, share: float) -> QColor:
    """See `theme.mix`. Not to be changed."""
    return QColor(theme.mix(first, second, share))
