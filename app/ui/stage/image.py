"""The viewer of pictures."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QSlider

from app.ui import theme
from app.ui.stage import pyramid
from app.ui.stage.canvas import Canvas, Spot
from app.ui.stage.picks import Picks
from app.ui.stage.viewer import Aside, Bar, Viewer, at_once
from app.ui.thumbs import picture
from engines.contract import Image, Media

TILES = 3
MOST_TILED = 2**24  # pixels of all tiles together
ART_SIDE, ART_COLOURS = 256, 64  # up to which a picture counts as pixel art
SPRITE_SIDE = 32  # a picture up to this counts in any number of colours


def pixel_art(pixels: np.ndarray, natural: tuple[int, int] | None = None) -> bool:
    """Whether uint8 (H, W[, C]) is tiny, or small and of few colours, so that smoothing would spoil it.

    What stands for a picture `natural` (width, height) large, as a preview does, is as large as that.
    """
    longest = max(pixels.shape[:2])
    if max(natural or (longest,)) <= SPRITE_SIDE:
        return True
    if longest > ART_SIDE:
        return False
    flat = np.ascontiguousarray(pixels).reshape(pixels.shape[0] * pixels.shape[1], -1).astype(np.uint32)
    shifts = np.arange(flat.shape[1], dtype=np.uint32) * 8
    return len(np.unique((flat << shifts).sum(axis=1))) <= ART_COLOURS


class ImageViewer(Viewer):
    """Pan, zoom, fit, 1:1, checkerboard, pixel read-out, and two pictures compared by a divider."""

    def __init__(self, aside: Aside = at_once) -> None:
        super().__init__("", "", aside)
        self.setAccessibleName(self.tr("Picture viewer"))
        self.setAccessibleDescription(
            self.tr("Zoom with the wheel or plus and minus, pan by dragging or with the arrow keys, F fits, 1 is 1:1.")
        )
        self.canvas = self.surface = Canvas(self.tr("Picture"))
        self.setFocusProxy(self.canvas)
        self.column.addWidget(self.canvas, 1)
        self.bar = Bar(self.tr("Picture controls"))
        self.column.addWidget(self.bar)
        self._fill_bar()
        self.canvas.painted.connect(self.paid)
        self.canvas.placed.connect(self._placed)
        self.canvas.hovered.connect(self._hovered)
        self.canvas.divided.connect(lambda split: self.divider.setValue(round(split * 100)))
        self._shown: np.ndarray | None = None
        self._media: tuple[Image, tuple[int, int] | None, bool] | None = None
        self._beside: Media | None = None
        self._facts: tuple[int, int, bool] | None = None  # width, height, live
        self._described: tuple[int, int, bool] | None = None

    def _fill_bar(self) -> None:
        self.also(self.tr("Move the picture"), "Left", "Right", "Up", "Down")
        self.also(self.tr("Move the picture by dragging"), "Space")
        self.also(self.tr("Move the divider between two pictures"), "Left", "Right")
        deeds = (
            self.deed("fit", self.tr("Fit the window"), ("F", "0"), self.canvas.fit),
            self.deed("one-to-one", self.tr("Actual size"), ("1",), self.canvas.one_to_one),
            self.deed("zoom-out", self.tr("Zoom out"), ("-",), lambda: self.canvas.zoom_by(1 / 1.25)),
            self.deed("zoom-in", self.tr("Zoom in"), ("+", "="), lambda: self.canvas.zoom_by(1.25)),
        )
        for deed in deeds:
            self.bar.button(deed)
        self.tile_deed = self.deed(
            "tiles", self.tr("Tiled three by three"), ("T",), lambda on: self._retile(), on=False
        )
        self.bar.button(self.tile_deed)
        ways = (
            ("auto", self.tr("Automatic: squares above 400 %")),
            ("squares", self.tr("Squares (nearest neighbour)")),
            ("smooth", self.tr("Smooth")),
        )
        self.pixels = Picks(self, "pixels", self.tr("Enlarged pixels"), ways, key="N")
        self.pixels.changed.connect(lambda _value: self._square())
        self.bar.menu("pixels", self.tr("Enlarged pixels"), (self.pixels,))
        self.zoom_note = self.bar.note(self.tr("Zoom"), 54)
        self.divider = QSlider(Qt.Orientation.Horizontal)
        self.divider.setRange(0, 100)
        self.divider.setValue(50)
        self.divider.setFixedWidth(140)
        self.divider.setAccessibleName(self.tr("Compare divider"))
        self.divider.setToolTip(self.tr("Move the divider between the two pictures (left and right arrow)"))
        self.divider.valueChanged.connect(lambda value: self.canvas.divide(value / 100))
        self.divider.hide()
        self.bar.row.addWidget(self.divider)
        self.bar.gap()
        self.spot_note = self.bar.note(self.tr("Pixel under the pointer"), 0, right=True)
        self.size_note = self.bar.note(self.tr("Size in pixels"), 84, right=True)
        self.bar.spare(self.spot_note, 430)
        self.bar.spare(self.size_note, 300)

    def take(self, media: Image, natural: tuple[int, int] | None, live: bool) -> None:
        """Small pictures are ready at once; the pyramid of a large one is built away from the GUI thread."""
        self._media = (media, natural, live)
        pixels = self._tiled(media.pixels)
        self._shown = media.pixels
        self._square()
        width, height = natural or (int(media.pixels.shape[1]), int(media.pixels.shape[0]))
        natural = self._spread((width, height)) if natural or self._tiles > 1 else None
        if pixels.shape[0] * pixels.shape[1] <= pyramid.DIRECT:
            self.canvas.show_picture(pixels, pyramid.build(pixels), natural, live)
        else:
            self.canvas.show_picture(pixels, pyramid.quick(pixels), natural, live)
            self.aside(lambda: pyramid.build(pixels), lambda built: self._built(pixels, built))
        self.size_note.setText(f"{width} × {height}")
        self._facts = (width, height, live)
        self._placed()

    def _built(self, pixels: np.ndarray, built: pyramid.Pyramid) -> None:
        if self.canvas.pixels is pixels:
            self.canvas.sharpen(built)

    def _describe(self, width: int, height: int, live: bool) -> None:
        state = self.tr("developing") if live else self.tr("finished")
        self.canvas.setAccessibleDescription(
            self.tr("{0} by {1} pixels, {2}, zoom {3} percent").format(
                width, height, state, round(self.canvas.zoom * 100)
            )
        )

    # ------------------------------------------------------------ tiles and squares

    @property
    def _tiles(self) -> int:
        return TILES if self.tile_deed.isChecked() else 1

    def _spread(self, size: tuple[int, int]) -> tuple[int, int]:
        return size[0] * self._tiles, size[1] * self._tiles

    def _tiled(self, pixels: np.ndarray) -> np.ndarray:
        """The picture side by side with itself, so that a seam shows; a very large one coarser."""
        if self._tiles == 1:
            return pixels
        step = max(1, round((pixels.shape[0] * pixels.shape[1] * TILES**2 / MOST_TILED) ** 0.5))
        return np.tile(pixels[::step, ::step], (TILES, TILES) + (1,) * (pixels.ndim - 2))

    def _retile(self) -> None:
        if self._media is not None:
            self.canvas.place.fitted = True
            self.show_media(*self._media)
            self.compare_with(self._beside)

    def _square(self) -> None:
        way = {"auto": None, "squares": True, "smooth": False}[self.pixels.value]
        natural = None if self._media is None else self._media[1]
        self.canvas.square(way, self._shown is not None and pixel_art(self._shown, natural))

    def compare_with(self, media: Media | None) -> None:
        """Another picture right of the divider; None ends it."""
        self._beside = media
        if not isinstance(media, Image):
            self._set_beside(media, None)
            return
        pixels = self._tiled(media.pixels)
        if pixels.shape[0] * pixels.shape[1] <= pyramid.DIRECT:
            self._set_beside(media, pyramid.build(pixels))
        else:
            self._set_beside(media, pyramid.quick(pixels))
            self.aside(lambda: pyramid.build(pixels), lambda built: self._set_beside(media, built))

    def _set_beside(self, media: Media | None, built: pyramid.Pyramid | None) -> None:
        if self._beside is media:
            self.canvas.compare_with(built)
            self.divider.setVisible(self.canvas.comparing)

    def still(self) -> QImage | None:
        """The picture in its own size."""
        return None if self._shown is None else picture(self._shown)

    def _placed(self) -> None:
        words = f"{self.canvas.zoom * 100:.0f} %"
        if self._facts is not None and (words != self.zoom_note.text() or self._facts != self._described):
            self._described = self._facts
            self._describe(*self._facts)
        self.zoom_note.setText(words)

    def _hovered(self, spot: Spot | None) -> None:
        if spot is None:
            self.spot_note.setText("")
            return
        r, g, b, a = spot.colour
        code = QColor(r, g, b).name() + (f" · {a * 100 // 255} %" if a < 255 else "")
        swatch = f'<span style="background:{QColor(r, g, b).name()};">&nbsp;&nbsp;&nbsp;&nbsp;</span>'
        dim = theme.current(self).dim
        width, height = self._facts[:2] if self._facts is not None else (1 << 30, 1 << 30)
        x, y = spot.x % width, spot.y % height
        self.spot_note.setText(f'<span style="color:{dim}">{x}, {y} &nbsp; {code}</span> {swatch}')
