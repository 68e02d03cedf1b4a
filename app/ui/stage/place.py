"""Where a picture lies in a view: scale and corner, with fitting, zooming about a point and panning. No Qt."""

MOST = 64.0  # device pixels a picture pixel
LEAST = 0.01
FIT_MOST = 16.0  # how far a small picture is enlarged to fit


class Place:
    """A picture of `natural` (width, height) in a view of `view` (width, height); the corner is in view coordinates.

    `scale` is view units a picture pixel. While `fitted`, the picture follows the view's size.
    """

    def __init__(self, margin: float = 24.0) -> None:
        self.natural, self.view, self.margin = (1, 1), (1.0, 1.0), margin
        self.scale, self.x, self.y, self.fitted = 1.0, 0.0, 0.0, True
        self.whole = False  # whether fitting enlarges by whole numbers only

    def fit(self) -> None:
        """The whole picture, as large as it goes, in the middle."""
        (w, h), (vw, vh) = self.natural, self.view
        room = min((vw - 2 * self.margin) / w, (vh - 2 * self.margin) / h)
        room = float(int(room)) if self.whole and room > 1 else room
        self.scale, self.fitted = min(max(room, 1.0 / max(w, h)), FIT_MOST), True
        self._centre()

    def resize(self, natural: tuple[int, int], view: tuple[float, float]) -> None:
        """Take new sizes; a picture in the same relative place stays there."""
        if natural != self.natural and not self.fitted:
            self.scale *= self.natural[0] / max(1, natural[0])
        self.natural, self.view = natural, view
        self.fit() if self.fitted else self._hold()

    def zoom(self, times: float, at: tuple[float, float]) -> None:
        """Zoom by `times` about the view's point `at`, which keeps showing the same spot."""
        self.zoom_to(self.scale * times, at)

    def zoom_to(self, scale: float, at: tuple[float, float]) -> None:
        """Zoom to `scale` about `at`."""
        scale = min(max(scale, LEAST), MOST)
        u, v = self.to_picture(at)
        self.scale, self.fitted = scale, False
        self.x, self.y = at[0] - u * scale, at[1] - v * scale
        self._hold()

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by view units; it cannot be lost outside the view."""
        self.x, self.y, self.fitted = self.x + dx, self.y + dy, False
        self._hold()

    def to_picture(self, at: tuple[float, float]) -> tuple[float, float]:
        """The picture's coordinates under the view's point `at`."""
        return (at[0] - self.x) / self.scale, (at[1] - self.y) / self.scale

    @property
    def larger(self) -> bool:
        """Whether the picture is larger than the view, so that dragging pans."""
        size = self.size
        return size[0] > self.view[0] + 0.5 or size[1] > self.view[1] + 0.5

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the picture in the view."""
        return self.natural[0] * self.scale, self.natural[1] * self.scale

    def _centre(self) -> None:
        size = self.size
        self.x, self.y = (self.view[0] - size[0]) / 2, (self.view[1] - size[1]) / 2

    def _hold(self) -> None:
        """Centre what is smaller than the view; keep the edges of what is larger out of its middle half."""
        size = self.size
        self.x = self._held(self.x, size[0], self.view[0])
        self.y = self._held(self.y, size[1], self.view[1])

    @staticmethod
    def _held(corner: float, size: float, view: float) -> float:
        if size <= view:
            return (view - size) / 2
        return min(max(corner, view * 0.75 - size), view * 0.25)
