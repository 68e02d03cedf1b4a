"""The program monitor: the composited picture of the timeline, its sound, and the transport."""

from fractions import Fraction

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QHideEvent, QImage, QKeySequence, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.core.timeline import compose
from app.studio import Studio
from app.ui import pieces, theme
from app.ui.monitor.pictures import Frame, Pictures
from app.ui.monitor.playback import Playback
from app.ui.monitor.screen import Screen
from app.ui.monitor.source import Composed, Source
from app.ui.stage import pyramid
from app.ui.stage.meters import Meters
from app.ui.stage.picks import Picks
from app.ui.stage.scrub import Scrub
from app.ui.stage.transport import paced
from app.ui.stage.viewer import Bar, Viewer
from app.ui.thumbs import picture

QUALITIES = {"full": 1.0, "half": 0.5, "quarter": 0.25}
SLOW = 0.8  # of a frame's time: a picture that takes longer is made smaller while it plays
LATE = 6  # frames in a row
SMALLEST = 160
DRAGGED = 96  # pixels of what is seen under the mouse


class Monitor(Viewer):
    """What the timeline shows and plays at its playhead."""

    def __init__(self, studio: Studio, source: Source | None = None) -> None:
        super().__init__("", "")
        self.setAccessibleName(self.tr("Program monitor"))
        self.setAccessibleDescription(
            self.tr(
                "Space plays and pauses, J, K and L play back, stop and play on, the arrow keys step by frame, with "
                "Shift by beat, I and O set the range, R repeats it."
            )
        )
        self.studio = studio
        source = source or Composed()
        self.playback = Playback(studio, source, self)
        self.frames = Pictures(studio, source, self)
        self.pieces = pieces.Pieces(studio, self)
        self.shown: Frame | None = None
        self._late = 0  # frames in a row that came late; below 0: that came early
        self._coarse = 1.0  # while it plays, where the machine cannot follow
        self.program = self.surface = Screen(self.tr("Program"))
        self.setFocusProxy(self.program)
        self.program.draggable = True
        self.meters = Meters(self.tr("Level of the mix"))
        self.meters.show_channels(2)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.program, 1)
        row.addWidget(self.meters)
        self.column.addLayout(row, 1)
        self._lay_scrub()
        self.bar = Bar(self.tr("Transport"))
        self.column.addWidget(self.bar)
        self.transport: tuple[QAction, ...] = ()
        self._fill_bar()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self._listen()
        self._project_changed()

    def _lay_scrub(self) -> None:
        self.scrub = Scrub()
        self.scrub.setAccessibleName(self.tr("Frame"))
        self.scrub.setToolTip(self.tr("Drag to scrub; with Shift drag a range to repeat"))
        self.scrub.setAutoFillBackground(True)
        self.column.addWidget(self.scrub)

    def _listen(self) -> None:
        studio = self.studio
        studio.project_changed.connect(self._project_changed)
        studio.playhead_changed.connect(lambda _at: self._playhead_changed())
        self.frames.made.connect(self._made)
        self.frames.failed.connect(self.program.say)
        self.playback.changed.connect(self._playhead_changed)
        self.playback.levelled.connect(self.meters.feed)
        self.playback.said.connect(lambda words: studio.notice.emit("warning", words))
        self.scrub.valueChanged.connect(self._scrubbed)
        self.scrub.braced.connect(self._braced)
        self.program.placed.connect(self._soon.start)
        self.program.dragged.connect(self.drag_out)

    # ------------------------------------------------------------ the bar

    def _fill_bar(self) -> None:
        self._transport()
        self.bar.row.addSpacing(theme.M)
        self.time_note = self.bar.note(self.tr("Playhead"), 100)
        self.time_note.setFont(theme.font(14, 600))
        self.time_note.colour("text")
        self.beat_note = self.bar.note(self.tr("Bar, beat and ticks"), 76)
        self.bar.gap()
        self.facts_note = self.bar.note(self.tr("Format"), 120, right=True)
        self._views()
        self.bar.spare(self.facts_note, 880)
        self.bar.spare(self.beat_note, 620)

    def _transport(self) -> None:
        tr, play = self.tr, self.playback
        self.play_deed = self.deed("play", tr("Play"), ("Space",), play.toggle)
        start = self.deed("to-start", tr("Beginning"), ("Home",), play.home)
        end = self.deed("to-end", tr("End"), ("End",), play.end)
        back = self.deed("step-back", tr("One frame back"), ("Left", ","), lambda: play.step(-1))
        on = self.deed("step-forward", tr("One frame on"), ("Right", "."), lambda: play.step(1))
        self.loop_deed = self.deed("loop", tr("Repeat the range"), ("R",), play.set_loop, on=False)
        set_in = self.deed("brace-in", tr("Range from here"), ("I",), play.set_in)
        set_out = self.deed("brace-out", tr("Range up to here"), ("O",), play.set_out)
        self.click_deed = self.deed("metronome", tr("Metronome"), ("C",), play.set_metronome, on=False)
        for deed in (start, back, self.play_deed, on, end, self.loop_deed, set_in, set_out, self.click_deed):
            button = self.bar.button(deed)
            if deed in (start, end):
                self.bar.spare(button, 480)
        self.transport = (
            *(start, back, self.play_deed, on, end, self.loop_deed, set_in, set_out, self.click_deed),
            self.deed("step-back", tr("One beat back"), ("Shift+Left",), lambda: play.beat(-1)),
            self.deed("step-forward", tr("One beat on"), ("Shift+Right",), lambda: play.beat(1)),
            self.deed("reverse", tr("Play backwards, again: faster"), ("J",), lambda: play.shuttle("J")),
            self.deed("stop", tr("Stop"), ("K",), lambda: play.shuttle("K")),
            self.deed("forward", tr("Play on, again: faster"), ("L",), lambda: play.shuttle("L")),
            self.deed("close", tr("No range"), ("X",), lambda: play.set_span(None)),
        )
        self.audible_deed = self.deed("volume", tr("Hear the sound while scrubbing"), (), play.set_audible, on=True)

    def _views(self) -> None:
        tr = self.tr
        names = {"full": tr("Full"), "half": tr("Half"), "quarter": tr("Quarter")}
        self.quality = Picks(self, "eye", tr("Quality"), [("auto", tr("As fast as it can")), *names.items()], at="auto")
        self.quality.changed.connect(lambda _value: self._soon.start())
        guides = QMenu(tr("Guides"), self)
        guides.setIcon(theme.icon("frame"))
        self.guide_deeds = {
            "safe": self._guide(guides, tr("Safe areas"), "G"),
            "thirds": self._guide(guides, tr("Thirds"), ""),
            "centre": self._guide(guides, tr("Centre"), ""),
        }
        self.checker_deed = self.deed("checker", tr("Chequerboard where nothing is"), ("B",), self._checker, on=False)
        self.bar.button(self.checker_deed)
        button = self.bar.menu("more", tr("How it is shown and heard"), (self.quality,))
        menu = button.menu()
        menu.addMenu(guides)
        menu.addAction(self.audible_deed)
        menu.addAction(self.deed("copy", tr("Copy the frame as a file"), (), self.copy_frame))
        self.deed("fit", tr("Fit the window"), ("F", "0"), self.program.fit)
        self.deed("one-to-one", tr("Actual size"), ("1",), self.program.one_to_one)
        self.deed("zoom-out", tr("Zoom out"), ("-",), lambda: self.program.zoom_by(1 / 1.25))
        self.deed("zoom-in", tr("Zoom in"), ("+", "="), lambda: self.program.zoom_by(1.25))

    def _guide(self, menu: QMenu, text: str, key: str) -> QAction:
        deed = self.deed("frame", text, (key,) if key else (), lambda _on: self._guided(), on=False)
        menu.addAction(deed)
        return deed

    def _guided(self) -> None:
        self.program.set_guides(frozenset(name for name, deed in self.guide_deeds.items() if deed.isChecked()))

    def lend(self, widget: QWidget, *, arrows: bool = True) -> None:
        """Have the transport's keys work while the keyboard is in `widget` too. Keys it has itself stay its own, and
        with `arrows` false the arrow keys."""
        own = {key for action in widget.actions() for key in action.shortcuts()}
        own |= set() if arrows else {QKeySequence(key) for key in ("Left", "Right", "Shift+Left", "Shift+Right")}
        widget.addActions([deed for deed in self.transport if not own.intersection(deed.shortcuts())])

    # ------------------------------------------------------------ what is seen

    def _project_changed(self) -> None:
        project, timeline, clock = self.studio.project, self.studio.timeline, self.studio.clock
        self.scrub.blockSignals(True)
        lasts = max(timeline.end, self.studio.playhead) or clock.at_bar(2)  # a bar where there is nothing yet
        self.scrub.show_count(max(1, clock.frame(lasts)))
        if timeline.span is None:
            self.scrub.brace.clear()
        else:
            self.scrub.brace.put(*(float(end * clock.fps) for end in timeline.span))
        self.scrub.blockSignals(False)
        self.facts_note.setText(f"{project.width} × {project.height} · {float(project.fps):.5g} fps")
        self._playhead_changed()

    def _playhead_changed(self) -> None:
        self._mark()
        self._soon.start()

    def _size(self) -> tuple[int, int]:
        """How large the picture is to be made: no larger than it is seen, nor than the project's own."""
        project = self.studio.project
        seen = (
            self.program.zoom if self.program.pixels is not None and not self.program.place.fitted else self._fitting()
        )
        share = min(1.0, seen) * QUALITIES.get(self.quality.value, self._coarse if self.playback.playing else 1.0)
        share = max(share, min(1.0, SMALLEST / max(project.width, project.height)))
        return max(1, round(project.width * share)), max(1, round(project.height * share))

    def _fitting(self) -> float:
        project, ratio = self.studio.project, self.devicePixelRatioF()
        return min(self.program.width() * ratio / project.width, self.program.height() * ratio / project.height)

    def _ask(self) -> None:
        if self.isVisible():
            self.frames.ask(self.studio.playhead, self._size(), quick=self.playback.playing)

    def _made(self, frame: Frame) -> None:
        self.shown = frame
        self.program.say("")
        pixels = frame.pixels if self.checker_deed.isChecked() else _on_black(frame.pixels)
        project = self.studio.project
        self.program.show_picture(pixels, pyramid.single(pixels), (project.width, project.height))
        self._adapt(frame.seconds)

    def _adapt(self, seconds: float) -> None:
        """Make smaller pictures while it plays and several come too late; larger ones again when there is time."""
        room = SLOW / float(self.studio.project.fps)
        self._late = max(0, self._late) + 1 if seconds > room else min(0, self._late) - (seconds < room / 5)
        if self._late >= LATE:
            self.studio.small_copies.ask(self._clips())
        if self.playback.playing and self._late >= LATE:
            self._coarse, self._late = max(0.25, self._coarse / 2), 0
        elif self._late <= -5 * LATE:
            self._coarse, self._late = min(1.0, self._coarse * 2), 0

    def _clips(self) -> list[str]:
        """The moving media that are seen at the playhead."""
        at, media = self.studio.playhead, self.studio.project.media
        clips = [clip for track in compose.visible_tracks(self.studio.timeline) for clip in track.clips]
        names = [clip.shown.media for clip in clips if clip.shown is not None and clip.start <= at < clip.end]
        return [name for name in names if name in media and media[name].medium == "video"]

    def _checker(self, on: bool) -> None:
        if self.shown is not None:
            self._made(self.shown)

    def still(self) -> QImage | None:
        """The frame that is seen."""
        return None if self.shown is None else picture(_on_black(self.shown.pixels))

    def drag_out(self) -> None:
        """Begin dragging the frame under the playhead out of the window, as large as the project's picture."""
        still = self.still()
        small = QPixmap.fromImage(still).scaledToHeight(DRAGGED) if still is not None else None
        self.pieces.drag(*self._frame(), small)

    def copy_frame(self) -> None:
        """Put the frame under the playhead on the clipboard as a file."""
        self.pieces.copy(*self._frame())

    def _frame(self) -> tuple[str, pieces.Make]:
        at = self.studio.clock.at_frame(self.studio.clock.frame(self.studio.playhead))
        return f"frame {at}", pieces.frame(at)

    # ------------------------------------------------------------ what it says

    def _mark(self) -> None:
        clock, at, play = self.studio.clock, self.studio.playhead, self.playback
        self.play_deed.setIcon(theme.icon("pause" if play.playing else "play"))
        self.play_deed.setText(self.tr("Pause") if play.playing else self.tr("Play"))
        self.play_deed.setToolTip(self.tr("Play or pause (Space)"))
        for deed, on in ((self.loop_deed, self.studio.timeline.loop), (self.click_deed, play.metronome)):
            deed.blockSignals(True)
            deed.setChecked(on)
            deed.blockSignals(False)
            deed.changed.emit()
        pace = f"  {paced(play.speed)}" if play.speed not in (0.0, 1.0) else ""
        self.time_note.setText(clock.timecode(at) + pace)
        self.beat_note.setText(clock.bars_and_beats(at))
        self.scrub.blockSignals(True)
        self.scrub.setValue(clock.frame(at))
        self.scrub.blockSignals(False)

    def _scrubbed(self, frame: int) -> None:
        self.playback.stop()
        self.studio.set_playhead(self.studio.clock.at_frame(frame))

    def _braced(self) -> None:
        span, fps = self.scrub.brace.span, self.studio.project.fps
        ends = None if span is None else (Fraction(round(span[0])) / fps, Fraction(round(span[1])) / fps)
        self.playback.set_span(ends)

    def rest(self) -> None:
        """Stop and give the sound device back."""
        self.playback.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self.playback.stop()
        super().hideEvent(event)


def _on_black(pixels: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 3): the picture where it is seen, black where nothing is."""
    if pixels.shape[2] == 3:
        return pixels
    if bool((pixels[..., 3] == 255).all()):
        return pixels[..., :3]
    alpha = pixels[..., 3:].astype(np.uint16)
    return ((pixels[..., :3] * alpha + 127) // 255).astype(np.uint8)
