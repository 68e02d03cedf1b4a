"""Two pictures: a divider between them, side by side, flickering, held for a moment, or how much they differ."""

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from app.ui import theme
from app.ui.compare.view import PairView
from app.ui.stage import pyramid
from app.ui.stage.canvas import Canvas
from app.ui.stage.image import pixel_art
from app.ui.stage.pyramid import Pyramid
from app.ui.stage.viewer import Aside, at_once
from app.ui.widgets import Number
from engines.contract import Image

FLICKER_MS = 420
MOST_GAIN = 32


class Pictures(PairView):
    """Keys: W divider, S side by side, F flicker, D difference; X shows the other one while it is held."""

    modes = ("wipe", "sides", "flicker", "difference")

    def __init__(self, aside: Aside = at_once) -> None:
        super().__init__("", aside)
        self.setAccessibleName(self.tr("Two pictures"))
        self.pair: tuple[np.ndarray, np.ndarray] | None = None
        self._pyramids: dict[Any, Pyramid] = {}
        self._other = False  # whether B is seen where one of the two is
        self.left, self.right = Canvas("A"), Canvas("B")
        for canvas in (self.left, self.right):
            canvas.names = ("A", "B")
            canvas.installEventFilter(self)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.left, 1)
        row.addWidget(self.right, 1)
        self.column.addLayout(row, 1)
        self.column.addWidget(self.bar)
        self.setFocusProxy(self.left)
        self._timer = QTimer(self, interval=FLICKER_MS)
        self._timer.timeout.connect(self._flip)
        self._together = False
        self.left.placed.connect(lambda: self._follow(self.left, self.right))
        self.right.placed.connect(lambda: self._follow(self.right, self.left))
        self._fill()
        self.look("wipe")

    def _fill(self) -> None:
        tr = self.tr
        self.offer(
            (
                ("wipe", "compare", tr("Divider"), "W"),
                ("sides", "copy", tr("Side by side"), "S"),
                ("flicker", "loop", tr("Flicker"), "F"),
                ("difference", "mask", tr("Difference"), "D"),
            )
        )
        self.gain = Number(1, MOST_GAIN, 1, whole=True)
        self.gain.set_unit("×")
        self.gain.set_value(4)
        self.gain.setFixedWidth(170)
        self.gain.setAccessibleName(tr("Gain of the difference"))
        self.gain.setToolTip(tr("How many times the difference is made stronger, to be seen"))
        self.gain.changed.connect(lambda _value: self._paint())
        self.bar.row.addSpacing(theme.M)
        self.bar.row.addWidget(self.gain)
        self.bar.gap()
        self.which = self.bar.note(tr("Shown"), 44, right=True)
        self.bar.row.addSpacing(theme.M)
        self.hold = QPushButton(tr("Hold for the other"))
        self.hold.setToolTip(tr("Show the other one while this, or the key X, is held"))
        self.hold.setAutoDefault(False)
        self.hold.pressed.connect(lambda: self._show_other(True))
        self.hold.released.connect(lambda: self._show_other(False))
        self.bar.row.addWidget(self.hold)
        fit = self.deed("fit", tr("Fit the window"), ("0",), lambda: self.left.fit())
        real = self.deed("one-to-one", tr("Actual size"), ("1",), lambda: self.left.one_to_one())
        for deed in (fit, real):
            self.bar.button(deed)
        self.deed("zoom-in", tr("Zoom in"), ("+", "="), lambda: self.left.zoom_by(1.25))
        self.deed("zoom-out", tr("Zoom out"), ("-",), lambda: self.left.zoom_by(1 / 1.25))
        self.bar.spare(self.hold, 620)

    # ------------------------------------------------------------ what is shown

    def show_pair(self, a: Image, b: Image) -> None:  # type: ignore[override]
        """Lay two pictures side by side; where their sizes differ B is shown as large as A."""
        self.show_pixels(a.pixels, b.pixels)

    def show_pixels(self, a: np.ndarray, b: np.ndarray) -> None:
        """The same, of uint8 (H, W[, C])."""
        if self.pair is None or a is not self.pair[0] or b is not self.pair[1]:
            self.pair, self._pyramids = (a, b), {}
            self._paint()

    @property
    def comparable(self) -> bool:
        """Whether pixels can be compared: both have the same size."""
        return self.pair is not None and self.pair[0].shape[:2] == self.pair[1].shape[:2]

    def relook(self) -> None:
        self._other = False
        self._timer.start() if self.mode == "flicker" else self._timer.stop()
        self.right.setVisible(self.mode == "sides")
        self.gain.setEnabled(self.mode == "difference")
        self._paint()

    def rest(self) -> None:
        """Flicker no more."""
        self._timer.stop()

    def _paint(self) -> None:
        if self.pair is None:
            return
        a = self.pair[0]
        natural = (int(a.shape[1]), int(a.shape[0]))
        art = pixel_art(a)
        for canvas in (self.left, self.right):
            canvas.square(None, art)
        if self.mode == "sides":
            self._put(self.left, 1 if self._other else 0, natural)
            self._put(self.right, 0 if self._other else 1, natural)
        elif self.mode == "difference" and self.comparable and not self._other:
            self._put(self.left, ("difference", int(self.gain.value())), natural)
        else:
            self._put(self.left, 1 if self._other else 0, natural)
        beside = self.mode == "wipe" and not self._other
        self.left.compare_with(self._pyramid(1) if beside else None)
        self._name()

    def _name(self) -> None:
        sole = {"flicker": "B" if self._other else "A", "difference": "B" if self._other else "A → B"}
        self.which.setText(sole.get(self.mode, "B | A" if self._other else "A | B"))

    def _put(self, canvas: Canvas, key: Any, natural: tuple[int, int]) -> None:
        found = self._pyramid(key)
        canvas.show_picture(self._pixels(key), found, natural)

    def _pyramid(self, key: Any) -> Pyramid:
        if key not in self._pyramids:
            pixels = self._pixels(key)
            small = pixels.shape[0] * pixels.shape[1] <= pyramid.DIRECT
            self._pyramids[key] = pyramid.build(pixels) if small else pyramid.quick(pixels)
            if not small:
                self._sharpen(key, pixels)
        return self._pyramids[key]

    def _sharpen(self, key: Any, pixels: np.ndarray) -> None:
        pair = self.pair

        def done(built: Pyramid) -> None:
            if pair is self.pair:
                self._pyramids[key] = built
                self._paint()

        self.aside(lambda: pyramid.build(pixels), done)

    def _pixels(self, key: Any) -> np.ndarray:
        assert self.pair is not None
        if isinstance(key, int):
            return self.pair[key]
        from engines.metrics import where

        return where.overlaid(self.pair[0], where.change(*self.pair), float(key[1]))

    # ------------------------------------------------------------ A and B

    def _flip(self) -> None:
        self._other = not self._other
        self._paint()

    def _show_other(self, on: bool) -> None:
        if self.mode == "flicker":
            self._timer.stop() if on else self._timer.start()
        if on != self._other:
            self._other = on
            self._paint()

    def _follow(self, one: Canvas, other: Canvas) -> None:
        """The other canvas shows the same place."""
        if self._together or self.mode != "sides" or self.pair is None:
            return
        self._together = True
        if one.place.fitted:
            other.fit()
        else:
            place, view = one.place, (one.place.view[0] / 2, one.place.view[1] / 2)
            u, v = place.to_picture(view)
            other.place.zoom_to(place.scale, view)
            x, y = other.place.view[0] / 2 - u * place.scale, other.place.view[1] / 2 - v * place.scale
            other.place.pan(x - other.place.x, y - other.place.y)
            other.update()
        self._together = False

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """X shows the other one while it is held."""
        if isinstance(event, QKeyEvent) and event.text().lower() == "x" and not event.isAutoRepeat():
            self._show_other(event.type() == QEvent.Type.KeyPress)
            return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]
