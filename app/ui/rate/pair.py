"""One medium, or two side by side that move together: the same place of two pictures, the same moment of two sounds or
clips, the same side of two shapes. Nothing beside them says what they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.stage.audio import AudioViewer
from app.ui.stage.canvas import Canvas
from app.ui.stage.image import ImageViewer
from app.ui.stage.mesh import MeshViewer
from app.ui.stage.video import VideoViewer
from app.ui.stage.viewer import Aside, Viewer
from app.ui.widgets import discard, relook, say
from engines.contract import Audio, Media, Video, medium_of

VIEWERS: dict[str, Callable[[Aside], Viewer]] = {
    "image": ImageViewer,
    "audio": AudioViewer,
    "video": VideoViewer,
    "mesh": MeshViewer,
}


class Side(QFrame):
    """A viewer under a number, without its own controls and keys: what can be done is done to both sides."""

    def __init__(self, heading: str, viewer: Viewer) -> None:
        super().__init__()
        self.viewer = viewer
        self.heading = say(heading, "dim")
        self.heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("look", "side")
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        if heading:
            column.addWidget(self.heading)
        column.addWidget(viewer, 1)
        _bare(viewer)

    def mark(self, on: bool) -> None:
        """Whether this side is the one that is heard."""
        relook(self.heading, "accent" if on else "dim")


def _bare(viewer: Viewer) -> None:
    """Take away the bar (its figures could tell sides apart), the keys (they would take the choices'), the focus."""
    bar = getattr(viewer, "bar", None)
    if bar is not None:
        bar.hide()
    for action in viewer.actions():
        action.setShortcuts([])
    viewer.setFocusProxy(None)  # type: ignore[arg-type]
    for widget in (viewer, *viewer.findChildren(QWidget)):
        widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)


class Pair(QWidget):
    """The media of a question. `heard_all`: everything that sounds has been played at least once; `playing_changed`."""

    heard_all = Signal()
    playing_changed = Signal()

    def __init__(self, aside: Aside) -> None:
        super().__init__()
        self._aside = aside
        self.sides: list[Side] = []
        self.medium = ""
        self.at = 0  # the side that is heard
        self._media: Sequence[Media] = ()
        self._heard: set[int] = set()
        self._moving = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.M)

    # ------------------------------------------------------------ what is shown

    def show_media(self, media: Sequence[Media]) -> None:
        """Show these; the viewers are kept where they are of the same kind."""
        medium = medium_of(media[0])
        if medium != self.medium or len(media) != len(self.sides):
            self._build(medium, len(media))
        self.rest()
        self._media, self.at, self._heard = tuple(media), 0, set()
        for n, side in enumerate(self.sides):
            side.viewer.begin()
            side.viewer.show_media(self._voiced(n))
        self.first_look()
        self._marked()
        if self.silent:
            self.heard_all.emit()

    def _build(self, medium: str, count: int) -> None:
        for side in self.sides:
            side.viewer.rest()
            discard(side)
        self.medium = medium
        headings = ("1", "2") if count == 2 else ("",)
        self.sides = [Side(heading, VIEWERS[medium](self._aside)) for heading in headings]
        for n, side in enumerate(self.sides):
            self._row.addWidget(side, 1)
            side.setAccessibleName(self.tr("Side %1").replace("%1", str(n + 1)))
            self._together(n, side.viewer)

    def _together(self, n: int, viewer: Viewer) -> None:
        """What is done to one side is done to the other."""
        if isinstance(viewer, ImageViewer | VideoViewer):
            viewer.canvas.placed.connect(lambda: self._placed(viewer.canvas))
        if isinstance(viewer, MeshViewer):
            viewer.orbit.moved.connect(lambda: self._orbited(viewer))
        if isinstance(viewer, AudioViewer):
            viewer.wave.sought.connect(lambda seconds: self._sought(n, seconds))

    def _voiced(self, n: int) -> Media:
        """A medium as its side shows it: of two clips only one sounds."""
        media = self._media[n]
        return msgspec.structs.replace(media, sound=None) if isinstance(media, Video) and n != self.at else media

    @property
    def sounds(self) -> bool:
        """Whether there is something to be heard."""
        return any(isinstance(one, Audio) or (isinstance(one, Video) and one.sound is not None) for one in self._media)

    @property
    def plays(self) -> bool:
        """Whether there is something to be played."""
        return self.medium in ("audio", "video")

    @property
    def silent(self) -> bool:
        """Whether nothing need be played before one can choose."""
        return self.medium != "audio"

    @property
    def all_heard(self) -> bool:
        return self.silent or len(self._heard) == len(self.sides)

    # ------------------------------------------------------------ looking

    def first_look(self) -> None:
        """Everything in view again, from the first side."""
        for side in self.sides:
            viewer = side.viewer
            if isinstance(viewer, ImageViewer | VideoViewer):
                viewer.canvas.fit()
            elif isinstance(viewer, MeshViewer):
                viewer.reset()
            elif isinstance(viewer, AudioViewer):
                viewer.wave.whole()

    def _placed(self, canvas: Canvas) -> None:
        """The same part of the other picture, by shares of it."""
        if self._moving:
            return
        self._moving = True
        one = canvas.place
        for side in self.sides:
            viewer = side.viewer
            if not isinstance(viewer, ImageViewer | VideoViewer) or viewer.canvas is canvas:
                continue
            if one.fitted:
                viewer.canvas.fit()
                continue
            other, (vw, vh) = viewer.canvas.place, (one.view[0] / 2, one.view[1] / 2)
            u, v = one.to_picture((vw, vh))
            scale = one.scale * one.natural[0] / other.natural[0]
            other.scale, other.fitted = scale, False
            other.x = other.view[0] / 2 - u / one.natural[0] * other.natural[0] * scale
            other.y = other.view[1] / 2 - v / one.natural[1] * other.natural[1] * scale
            viewer.canvas.update()
        self._moving = False

    def _orbited(self, viewer: MeshViewer) -> None:
        """The same view of the other shape, by parts of its size."""
        one = viewer.camera
        for side in self.sides:
            other = side.viewer
            if isinstance(other, MeshViewer) and other is not viewer:
                part = other.camera.radius / one.radius
                other.camera.yaw, other.camera.pitch = one.yaw, one.pitch
                other.camera.distance, other.camera.offset = one.distance * part, one.offset * part
                other.view.look()

    # ------------------------------------------------------------ playing

    @property
    def playing(self) -> bool:
        return any(_plays(side.viewer) for side in self.sides)

    def toggle(self) -> None:
        """Play or pause: both clips, or the sound of the side that is heard. Shapes turn."""
        if self.playing:
            self.pause()
        else:
            self._run()
        self.playing_changed.emit()

    def _run(self) -> None:
        for n, side in enumerate(self.sides):
            viewer = side.viewer
            if isinstance(viewer, VideoViewer) and not viewer.playing:
                viewer.toggle()
            elif isinstance(viewer, MeshViewer):
                viewer.turn_deed.setChecked(True)
            elif isinstance(viewer, AudioViewer) and n == self.at:
                viewer.toggle()
                self._hear(n)

    def pause(self) -> None:
        """Stop everything where it is."""
        for side in self.sides:
            viewer = side.viewer
            if isinstance(viewer, VideoViewer):
                viewer.stop()
            elif isinstance(viewer, MeshViewer):
                viewer.turn_deed.setChecked(False)
            elif isinstance(viewer, AudioViewer) and viewer.player.playing:
                viewer.toggle()

    def restart(self) -> None:
        """Play from the start."""
        self.pause()
        for side in self.sides:
            if isinstance(side.viewer, VideoViewer):
                side.viewer.go(0)
            elif isinstance(side.viewer, AudioViewer):
                side.viewer.seek(0.0)
        self._run()
        self.playing_changed.emit()

    def switch(self) -> None:
        """Hear the other side, from the same moment."""
        if len(self.sides) < 2 or not self.sounds:
            return
        before, self.at = self.sides[self.at].viewer, 1 - self.at
        now = self.sides[self.at].viewer
        if isinstance(before, AudioViewer) and isinstance(now, AudioViewer):
            self._switch_sound(before, now)
        elif isinstance(before, VideoViewer) and isinstance(now, VideoViewer):
            self._switch_clip(before)
        self._marked()
        self.playing_changed.emit()

    def _switch_sound(self, before: AudioViewer, now: AudioViewer) -> None:
        """The other sound goes on from there; where this one is over it begins."""
        place = before.player.position
        if before.player.playing:
            before.toggle()
        over = before.player.ended or place >= min(before.player.seconds, now.player.seconds) - 0.01
        now.seek(0.0 if over else place)
        now.toggle()
        self._hear(self.at)

    def _switch_clip(self, before: VideoViewer) -> None:
        was, frame = before.playing, before.frame
        for n, side in enumerate(self.sides):
            viewer = side.viewer
            assert isinstance(viewer, VideoViewer)
            viewer.stop()
            viewer.show_media(self._voiced(n))
            viewer.go(frame)
        if was:
            self._run()

    def _sought(self, n: int, seconds: float) -> None:
        """The mouse moved the playhead of a side: hear that side, and the other will go on from there."""
        if n != self.at:
            self.switch()
        for side in self.sides:
            if isinstance(side.viewer, AudioViewer):
                side.viewer.seek(seconds)

    def _hear(self, n: int) -> None:
        self._heard.add(n)
        if self.all_heard:
            self.heard_all.emit()

    def _marked(self) -> None:
        for n, side in enumerate(self.sides):
            side.mark(self.sounds and n == self.at and len(self.sides) > 1)

    def rest(self) -> None:
        """Stop, and give the sound device back."""
        for side in self.sides:
            side.viewer.rest()


def _plays(viewer: Viewer) -> bool:
    if isinstance(viewer, VideoViewer):
        return viewer.playing
    if isinstance(viewer, MeshViewer):
        return viewer.turn_deed.isChecked()
    return isinstance(viewer, AudioViewer) and viewer.player.playing
