"""The eight-bar piece of `packaging/examples/eight_bars.sh`, made by hand: the menus' and the panels' own actions, the
mouse and the keys; small and in drafts, so that it is there in minutes. `python -m tests.screenshots FOLDER timeline`
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QMenu, QWidget

from app.core.timeline.edit import clip_of
from app.core.timeline.values import Clip, Track
from app.ui.project.export import TimelineExport
from app.ui.project.figures import ProjectDialog
from app.ui.sequence.hands import Hit

if TYPE_CHECKING:
    from tests.screenshots import Photographer

F = Fraction
BAR = F(2)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
TRACKS = (("picture", "Words"), ("picture", "Shots"), ("notes", "Melody"), ("audio", "Drums"))


class Hands:
    """What a user's hands do to the timeline of a window."""

    def __init__(self, camera: Photographer) -> None:
        self.camera, self.window, self.studio = camera, camera.window, camera.studio
        self.panel = camera.window.sequence

    # ------------------------------------------------------------ mouse and keys

    def spot(self, track: Track, at: Fraction, share: float = 0.7) -> QPoint:
        """Where a moment of a track lies."""
        row = self.panel.view.row_of(track.id)
        assert row is not None
        return QPoint(round(self.panel.view.x(at)), round(self.panel.view.top(row) + row.height * share))

    def drag(self, start: QPoint, end: QPoint, held: Qt.KeyboardModifier = NONE, *, drop: bool = True) -> None:
        """Press, draw over there in steps, and let go."""
        canvas = self.panel.canvas
        QTest.mousePress(canvas, LEFT, held, start)
        for step in range(1, 7):
            place = QPointF(start) + (QPointF(end) - QPointF(start)) * step / 6
            move = QMouseEvent(QEvent.Type.MouseMove, place, canvas.mapToGlobal(place), LEFT, LEFT, held)
            QApplication.sendEvent(canvas, move)
            self.camera.rest(0.02)
        if drop:
            QTest.mouseRelease(canvas, LEFT, held, end)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE, to: QWidget | None = None) -> None:
        """Press a key in the timeline, or in another widget."""
        target = to or self.panel.canvas
        QApplication.setActiveWindow(self.window)
        target.setFocus()
        QTest.keyClick(target, key, held)

    def menu(self, menu: QMenu, *path: str) -> None:
        """Choose an entry of a menu, through its submenus, as it is written there."""
        for step, text in enumerate(path):
            found = [action for action in menu.actions() if action.text().replace("&", "") == text]
            assert found, f"{text!r} is not among {[action.text() for action in menu.actions()]}"
            if step == len(path) - 1:
                found[0].trigger()
            else:
                menu = found[0].menu()  # type: ignore[assignment]

    # ------------------------------------------------------------ tracks and clips

    def track(self, name: str) -> Track:
        """The track of that name."""
        return next(track for track in self.studio.timeline.tracks if track.name == name)

    def clip(self, name: str) -> Clip:
        """The first clip whose prompt, title or name begins so."""
        for track in self.studio.timeline.tracks:
            for clip in track.clips:
                words = (clip.name, clip.ask.prompt if clip.ask else "", clip.title.text if clip.title else "")
                if any(one.startswith(name) for one in words if one):
                    return clip
        raise LookupError(name)

    def place(self, track: str, at: Fraction, entry: str) -> Clip:
        """A new clip by the menu of a free place."""
        row = self.panel.view.row_of(self.track(track).id)
        self.menu(self.panel.menus.clips(self.panel, Hit("nothing", row), at), entry)
        return clip_of(self.studio.timeline, self.studio.selection[0])

    def ask(self, track: str, at: Fraction, engine: str, prompt: str, **fields: object) -> Clip:
        """A new clip made of what the panels ask for."""
        self.studio.set_engine(engine)
        self.studio.edit(prompt=prompt, **fields)
        return self.place(track, at, "New clip to be made")

    def stretch(self, clip: Clip, track: str, end: Fraction) -> None:
        """Draw the right end of a clip there."""
        self.panel.view.fit(F(0), 9 * BAR)  # what is held at the border scrolls
        start = self.spot(self.track(track), clip.end) - QPoint(3, 0)
        self.drag(start, self.spot(self.track(track), end) - QPoint(3, 0))
        found = clip_of(self.studio.timeline, clip.id)
        assert found.end == end, f"{clip.name or clip.id} ends at {found.end}, not {end}"

    def write(self, words: str) -> None:
        """Write the words of the selected clip where it lies."""
        self.key(Qt.Key.Key_F2)
        QTest.keyClicks(self.panel.wording, words)
        QTest.keyClick(self.panel.wording, Qt.Key.Key_Return)

    def select(self, *names: str) -> None:
        """Click clips, the further ones with Shift."""
        for place, name in enumerate(names):
            clip = self.clip(name)
            track = next(one for one in self.studio.timeline.tracks if clip in one.clips)
            held = Qt.KeyboardModifier.ShiftModifier if place else NONE
            QTest.mouseClick(self.panel.canvas, LEFT, held, self.spot(track, clip.start + clip.length / 2))

    def made(self) -> bool:
        """Whether nothing is being made."""
        return not self.studio.in_hand

    def make(self, *names: str, held: Qt.KeyboardModifier = NONE) -> None:
        """Have clips made, and wait until they are."""
        self.select(*names)
        self.key(Qt.Key.Key_G, held)
        self.camera.wait(lambda: not self.made())
        self.camera.wait(self.made)


def shoot(camera: Photographer) -> None:
    """Make the piece from nothing, and take its pictures."""
    hands = Hands(camera)
    _begin(hands)
    _sounds(hands)
    _pictures(hands)
    _edits(hands)
    _steer(hands)
    _play(hands)
    _export(hands)


def _begin(hands: Hands) -> None:
    """A new project, its window, its tracks."""
    camera, window = hands.camera, hands.window
    window.actions_.by_name["for_timeline"].trigger()
    window.actions_.by_name["project_new"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ProjectDialog)
    dialog.name.setText("Eight bars")
    dialog.accept()
    for kind, name in TRACKS:
        hands.menu(hands.panel.add.menu(), f"{kind.capitalize()} track")
        track = hands.studio.timeline.tracks[-1]
        hands.studio.arrange("Name track", lambda one, id=track.id, name=name: _named(one, id, name))
    for name in ("Pictures", "Sound"):
        row = hands.panel.view.row_of(hands.track(name).id)
        assert row is not None
        hands.menu(hands.panel.menus.row(hands.panel, row), "Delete track")
    camera.rest(0.5)


def _named(timeline, id, name):  # type: ignore[no-untyped-def]
    from app.core.timeline.edit import change_track

    return change_track(timeline, id, name=name)


def _sounds(hands: Hands) -> None:
    """A tune of eight bars, and a kick and a snare for every half bar of it."""
    tune = hands.ask("Melody", F(0), "audio/tune", "a lively march in G major", seed=8)
    hands.stretch(tune, "Melody", 8 * BAR)
    for prompt, at, seed in (("a deep short kick", F(0), 1), ("a bright snare", F(1, 2), 2)):
        hit = hands.ask("Drums", at, "audio/drum", prompt, seed=seed)
        hands.stretch(hit, "Drums", at + F(1, 2))
    hands.make("a lively", "a deep", "a bright")
    for _ in range(4):  # two hits, four, eight ... thirty-two
        hands.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        drums = {clip.id for clip in hands.track("Drums").clips}
        hands.studio.select([id for id in hands.studio.selection if id in drums])
        hands.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [clip.start for clip in hands.track("Drums").clips] == [F(n, 2) for n in range(32)]


def _pictures(hands: Hands) -> None:
    """The dancing sticker, the turning rocket that it fades over to, the title."""
    camera = hands.camera
    options = {"steps": 16, "fps": 24, "background": "transparent"}
    robot = hands.ask("Shots", F(0), "video/motion", "a robot dancing happily", seed=11, options=options)
    row = hands.panel.view.row_of(hands.track("Shots").id)
    hands.menu(hands.panel.menus.clips(hands.panel, Hit("body", row, robot), F(0)), "Loop")
    hands.stretch(robot, "Shots", F(9))
    hands.select("a robot")
    hands.key(Qt.Key.Key_G)
    camera.wait(lambda: (hand := hands.studio.in_hand.get(robot.id)) is not None and hand.preview is not None)
    camera.rest(0.3)
    camera.shoot("timeline-developing")
    camera.wait(hands.made)
    rocket = hands.ask("Shots", F(10), "mesh/shape", "a blue rocket with orange fins", seed=5, options={"steps": 8})
    hands.stretch(rocket, "Shots", F(16))
    hands.make("a blue")
    track = hands.track("Shots")
    hands.drag(hands.spot(track, F(10)) + QPoint(3, 0), hands.spot(track, F(8)) + QPoint(3, 0))
    assert clip_of(hands.studio.timeline, rocket.id).start == F(8), "the shots do not cross-fade"
    hands.place("Words", F(0), "New title")
    hands.write("Eight bars")


def _edits(hands: Hands) -> None:
    """What is done to clips, and undone: cut, moved, nudged, trimmed."""
    studio = hands.studio
    before = studio.project
    hands.select("Eight bars")
    studio.set_playhead(F(1))
    hands.key(Qt.Key.Key_S)
    hands.drag(hands.spot(hands.track("Words"), F(3, 2)), hands.spot(hands.track("Words"), F(9)))
    hands.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert len(hands.track("Words").clips) == 2
    while studio.project != before:
        hands.window.actions_.by_name["undo"].trigger()
    hands.stretch(hands.clip("Eight bars"), "Words", F(3))
    hands.select("a robot")
    studio.set_playhead(F(5, 2))
    hands.camera.rest(1.5)


def _steer(hands: Hands) -> None:
    """The sticker's scale follows the drums."""
    camera, curves = hands.camera, hands.window.curves
    robot = hands.clip("a robot")
    hands.window.inspector.curve_asked.emit(robot.id, "scale")
    steer = curves.steer
    _pick(steer.sound, hands.track("Drums").id)
    _pick(steer.feature, "onset")
    for spin, value in ((steer.gain, 0.35), (steer.release, 0.18)):
        _turn(spin, value)
    found = hands.clip("a robot").lanes[0].modulator
    assert found is not None
    assert (found.clip, found.gain) == (hands.track("Drums").id, 0.35)
    camera.rest(2)
    hands.key(Qt.Key.Key_F, to=curves.graph)
    camera.rest(0.5)
    camera.shoot("timeline-curves")
    hands.window.go("sequence")


def _pick(field: QComboBox, value: object) -> None:
    place = field.findData(value)
    assert place >= 0, f"{value!r} is not offered"
    field.setCurrentIndex(place)
    field.activated.emit(place)


def _turn(field: QDoubleSpinBox, value: float) -> None:
    field.setFocus()
    field.setValue(value)


def _play(hands: Hands) -> None:
    """Space, and what the monitor shows in the middle of the cross-fade."""
    camera, studio = hands.camera, hands.studio
    studio.set_playhead(F(8))
    camera.rest(1.5)
    hands.key(Qt.Key.Key_Space)
    camera.wait(lambda: studio.playhead >= F(17, 2))
    camera.shoot("timeline")
    hands.key(Qt.Key.Key_Space)
    at = studio.playhead
    camera.rest(0.3)
    assert studio.playhead - at < F(1, 4), "it plays on"


def _export(hands: Hands) -> None:
    """The dialog at work, and what comes of it: as many frames and samples as the piece has."""
    camera, window = hands.camera, hands.window
    window.actions_.by_name["project_export"].trigger()
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, TimelineExport))
    _pick(dialog.fields["size"], "640x360")  # type: ignore[arg-type]
    target = camera.home / "eight-bars.mp4"
    window.projects.exports.start(target, dialog.wish())
    camera.wait(lambda: (told := window.projects.exports.progress) is not None and told.part > 0.3)
    camera.rest(0.2)
    camera.shoot("timeline-export", dialog)
    camera.wait(lambda: not window.projects.exports.running)
    print(window.projects.exports.sentence, _told(target))
    dialog.close()


def _told(target: Path) -> str:
    frames, samples = _counted(target)
    assert frames == 16 * 24, f"{frames} frames"
    return f"{frames} frames, {samples} samples"


def _counted(target: Path) -> Sequence[int]:
    with av.open(str(target)) as file:
        frames = sum(1 for _ in file.decode(video=0))
    with av.open(str(target)) as file:
        samples = sum(frame.samples for frame in file.decode(audio=0))
    return frames, samples
