"""The sections of the inspector that need no engine: times, picture, sound, words, camera, track."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QColorDialog, QHBoxLayout, QLineEdit, QPushButton

from app.core.timeline import edit, keys, numbers
from app.core.timeline.values import ZERO, Clip, Key, Lane, Look, Time, Track
from app.studio import Studio
from app.ui import theme
from app.ui.inspector import times
from app.ui.inspector.part import Part, replace, with_lane
from app.ui.inspector.words import blends
from app.ui.prompt import PromptEdit
from app.ui.widgets import Spin, Whole

VISUAL, HEARD = ("picture", "camera", "control"), ("audio", "notes")


class TimeField(QLineEdit):
    """A time that is typed in any of the ways people write one; Enter or leaving it takes it."""

    told = Signal(object)  # Fraction: seconds

    def __init__(self, read: Callable[[str], Time | None]) -> None:
        super().__init__()
        self._read, self._shown = read, ""
        self.editingFinished.connect(self._typed)

    def show_time(self, text: str) -> None:
        """Show a time that is written already."""
        self._shown = text
        if not self.hasFocus() or not self.isModified():
            self.setText(text)

    def _typed(self) -> None:
        if self.text() == self._shown:
            return
        found = self._read(self.text())
        self.setText(self._shown)
        if found is not None:
            self.told.emit(found)


class TimePart(Part):
    """Where it lies on the timeline, how fast it goes, its fades."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Time"))
        tr, tip = self.tr, self.tr("Timecode, bar|beat, 12.5 s, 48f (frames) or 2 bars")
        self.start = TimeField(lambda text: times.moment(text, studio.clock))
        self.length = TimeField(lambda text: times.length(text, studio.clock, self.clip.start))
        self.offset = TimeField(lambda text: times.length(text, studio.clock))
        self.fade_in = TimeField(lambda text: times.length(text, studio.clock, self.clip.start))
        self.fade_out = TimeField(lambda text: times.length(text, studio.clock, self.clip.end))
        named = (
            (tr("Start"), self.start, self._start),
            (tr("Length"), self.length, self._length),
            (tr("Begins at"), self.offset, self._offset),
            (tr("Fade in"), self.fade_in, partial(self._fade, "fade_in")),
            (tr("Fade out"), self.fade_out, partial(self._fade, "fade_out")),
        )
        for name, field, act in named:
            field.setToolTip(tip)
            field.told.connect(act)
            self.line(name, field)
        self.speed = Spin()
        self.speed.setRange(-1000.0, 1000.0)
        self.speed.setSuffix("\u202f%")
        self.speed.valueChanged.connect(self._speed)
        self.line(tr("Speed"), self.speed)
        self.loop = QCheckBox(tr("Repeat what is too short"))
        self.loop.clicked.connect(lambda on: self.put(tr("Repeat the clip"), loop=bool(on)))
        self.rows.addWidget(self.loop)

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        return isinstance(owner, Clip)

    def refresh(self) -> None:
        clip, clock = self.clip, self.studio.clock
        self.start.show_time(clock.timecode(clip.start))
        self.length.show_time(
            clock.timecode(clip.length) if _whole(clip.length * clock.fps) else times.seconds(clip.length)
        )
        self.start.setStatusTip(clock.bars_and_beats(clip.start))
        for field, value in ((self.offset, clip.offset), (self.fade_in, clip.fade_in), (self.fade_out, clip.fade_out)):
            field.show_time(times.seconds(value))
        for field in (self.start, self.length):
            field.setEnabled(len(self.owners) == 1)
        self.speed.blockSignals(True)
        self.speed.setDecimals(0 if _whole(clip.speed * 100) else 2)
        self.speed.setValue(float(clip.speed * 100))
        self.speed.blockSignals(False)
        self.loop.setChecked(clip.loop)

    def _start(self, at: Time) -> None:
        clip = self.clip
        self.studio.arrange(self.tr("Move the clip"), lambda one: edit.move_clips(one, [clip.id], at - clip.start))

    def _length(self, length: Time) -> None:
        clip = self.clip
        self.studio.arrange(self.tr("Trim the clip"), lambda one: edit.trim(one, clip.id, end=clip.start + length))

    def _offset(self, offset: Time) -> None:
        self.put(self.tr("Slip the clip"), offset=offset)

    def _fade(self, which: str, length: Time) -> None:
        self.change(self.tr("Fade the clip"), lambda one: replace(one, **{which: min(length, one.length)}))

    def _speed(self, percent: float) -> None:
        if percent:
            speed = Fraction(round(percent * 100), 10_000)
            self.put(self.tr("Change the speed"), "speed", speed=speed)


class LookPart(Part):
    """How it lies in the picture."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Picture"))
        tr = self.tr
        names = (
            ("x", "X"),
            ("y", "Y"),
            ("scale", tr("Scale")),
            ("rotation", tr("Rotation")),
            ("opacity", tr("Opacity")),
        )
        for target, name in names:
            self.shown_dial(target, name)
        fits = (("fit", tr("Fit")), ("fill", tr("Fill")), ("stretch", tr("Stretch")), ("pixels", tr("Pixel for pixel")))
        self.fit = self.choice(tr("Size"), fits, lambda value: self._look(tr("Size"), fit=value))
        self.blend = self.choice(tr("Blend"), blends(), lambda value: self._look(tr("Blend"), blend=value))
        self.reset = QPushButton(theme.icon("reset", "dim"), tr("As it was made"))
        self.reset.setProperty("look", "link")
        self.reset.clicked.connect(lambda _checked=False: self.put(tr("Reset the picture"), look=Look()))
        self.rows.addWidget(self.reset)

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        return isinstance(owner, Clip) and track.kind in VISUAL

    def refresh(self) -> None:
        look = self.clip.look
        self.fit.setCurrentIndex(self.fit.findData(look.fit))
        self.blend.setCurrentIndex(self.blend.findData(look.blend))
        self.reset.setEnabled(look != Look())

    def _look(self, text: str, **fields: Any) -> None:
        self.change(text, lambda one: replace(one, look=replace(one.look, **fields)))


class SoundPart(Part):
    """How it is heard."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Sound"))
        self.shown_dial("gain", self.tr("Gain"))
        self.shown_dial("pan", self.tr("Pan"))

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        if isinstance(owner, Track):
            return owner.kind in HEARD
        take = owner.shown
        medium = self.studio.project.media.get(take.media) if take else None
        return track.kind in HEARD or (medium is not None and medium.medium == "video" and bool(medium.channels))


class TitlePart(Part):
    """The words of a title."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Title"))
        tr = self.tr
        self.text = PromptEdit(tr("Words"), (2, 5))
        self.text.edited.connect(lambda text: self._title(tr("Write the title"), "title", text=text))
        self.rows.addWidget(self.text)
        self.font_field = QLineEdit()
        self.font_field.setPlaceholderText(tr("The font that ships"))
        self.font_field.setToolTip(tr("A family of this system, or a font file"))
        self.font_field.editingFinished.connect(self._font)
        self.line(tr("Font"), self.font_field)
        self.tall = Whole()
        self.tall.setRange(1, 100)
        self.tall.setSuffix("\u202f%")
        self.tall.valueChanged.connect(lambda value: self._title(tr("Size of the title"), "size", size=value / 100))
        self.line(tr("Size"), self.tall)
        sides = (("left", tr("Left")), ("centre", tr("Centre")), ("right", tr("Right")))
        self.align = self.choice(tr("Align"), sides, lambda value: self._title(tr("Align the title"), align=value))
        self.colour = Swatch(tr("Colour"), lambda value: self._title(tr("Colour of the title"), colour=value))
        self.outline = Swatch(tr("Outline"), lambda value: self._title(tr("Outline of the title"), outline=value), True)
        self.ground = Swatch(
            tr("Background"), lambda value: self._title(tr("Ground of the title"), background=value), True
        )
        for swatch in (self.colour, self.outline, self.ground):
            self.line(swatch.accessibleName(), swatch)
        self.shadow = QCheckBox(tr("Shadow"))
        self.shadow.clicked.connect(lambda on: self._title(tr("Shadow of the title"), shadow=bool(on)))
        self.rows.addWidget(self.shadow)

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        return isinstance(owner, Clip) and owner.title is not None

    def refresh(self) -> None:
        title = self.clip.title
        assert title is not None
        self.text.set_text(title.text)
        self.font_field.setText(title.font)
        self.tall.blockSignals(True)
        self.tall.setValue(round(title.size * 100))
        self.tall.blockSignals(False)
        self.align.setCurrentIndex(self.align.findData(title.align))
        self.colour.show_colour(title.colour)
        self.outline.show_colour(title.outline)
        self.ground.show_colour(title.background)
        self.shadow.setChecked(title.shadow)

    def _font(self) -> None:
        assert self.clip.title is not None
        if self.font_field.text().strip() != self.clip.title.font:
            self._title(self.tr("Font of the title"), font=self.font_field.text().strip())

    def _title(self, text: str, merge: str = "", /, **fields: Any) -> None:
        def change(one: Clip) -> Clip:
            return one if one.title is None else replace(one, title=replace(one.title, **fields))

        self.change(text, change, merge)


class Swatch(QPushButton):
    """A colour that is chosen; `none` lets it be none at all, by the menu key or the right button."""

    def __init__(self, name: str, chosen: Callable[[str], object], none: bool = False) -> None:
        super().__init__()
        self.chosen, self.none, self.value = chosen, none, ""
        self.setAccessibleName(name)
        self.clicked.connect(lambda _checked=False: self._ask())

    def show_colour(self, value: str) -> None:
        """Show '#rrggbb', '#rrggbbaa' or '' for none."""
        self.value = value
        self.setText(value or self.tr("None"))
        edge = theme.current(self).line
        ground = _colour(value).name() if value else "transparent"
        ink = (
            "#000000" if value and _colour(value).lightness() > 128 else "#ffffff" if value else theme.current(self).dim
        )
        self.setStyleSheet(f"background: {ground}; color: {ink}; border-color: {edge};")

    def _ask(self) -> None:
        if self.none and self.value:
            self.chosen("")
            return
        options = QColorDialog.ColorDialogOption.ShowAlphaChannel
        found = QColorDialog.getColor(_colour(self.value or "#000000"), self, self.accessibleName(), options)
        if found.isValid():
            self.chosen(found.name() + (f"{found.alpha():02x}" if found.alpha() < 255 else ""))


def _colour(value: str) -> QColor:
    """'#rrggbbaa' as Qt's '#aarrggbb'."""
    return QColor(f"#{value[7:]}{value[1:7]}" if len(value) == 9 else value)


class WordsPart(Part):
    """What a prompt clip says."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Prompt"))
        self.text = PromptEdit(self.tr("Prompt"), (3, 8))
        self.text.edited.connect(lambda text: self.put(self.tr("Write the prompt"), "text", text=text))
        self.rows.addWidget(self.text)
        self.weight = Spin()
        self.weight.setRange(0.0, 4.0)
        self.weight.setSingleStep(0.05)
        self.weight.valueChanged.connect(
            lambda value: self.put(self.tr("Weigh the prompt"), "weight", weight=float(value))
        )
        self.line(self.tr("Weight"), self.weight)

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        return isinstance(owner, Clip) and track.kind == "prompt"

    def refresh(self) -> None:
        self.text.set_text(self.clip.text)
        self.weight.blockSignals(True)
        self.weight.setValue(self.clip.weight)
        self.weight.blockSignals(False)


class CameraPart(Part):
    """The surface a camera clip turns round, and how."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Camera"))
        tr = self.tr
        self.mesh = self.choice(tr("Surface"), (), lambda value: self.put(tr("Choose the surface"), mesh=value))
        shows = (("colour", tr("Colour")), ("depth", tr("Depth")), ("normals", tr("Normals")), ("edges", tr("Edges")))
        self.shows = self.choice(tr("Shows"), shows, lambda value: self.put(tr("What the camera shows"), shows=value))
        names = (tr("Azimuth"), tr("Elevation"), tr("Distance"), tr("Field of view"))
        for param, name in zip(numbers.CAMERA, names, strict=True):
            self.rows.addWidget(self.dial(param.name, name, param))

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        return isinstance(owner, Clip) and track.kind == "camera"

    def refresh(self) -> None:
        self.mesh.clear()
        self.mesh.addItem(self.tr("None"), "")
        for name, medium in self.studio.project.media.items():
            if medium.medium == "mesh":
                self.mesh.addItem(medium.name or name[7:15], name)
        self.mesh.setCurrentIndex(max(0, self.mesh.findData(self.clip.mesh)))
        self.shows.setCurrentIndex(self.shows.findData(self.clip.shows))

    def _edited(self, target: str, name: str, value: float) -> None:
        """A camera has no constants of its own: its numbers are keys from the beginning."""
        if any(lane.target == target and len(lane.keys) > 1 for lane in self.clip.lanes):
            super()._edited(target, name, value)
            return

        def change(one: Clip) -> Clip:
            lane = numbers.lane_of(one, target) or Lane(target)
            return with_lane(one, keys.put(replace(lane, keys=()), Key(ZERO, value))[0])  # type: ignore[no-any-return]

        self.change(self.tr("Change %1").replace("%1", name), change, target)


class TrackPart(Part):
    """The track itself."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Track"))
        tr = self.tr
        self.name = QLineEdit()
        self.name.editingFinished.connect(self._named)
        self.line(tr("Name"), self.name)
        self.opacity = self.shown_dial("opacity", tr("Opacity"))
        self.boxes = {"mute": QCheckBox(tr("Mute")), "solo": QCheckBox(tr("Solo")), "locked": QCheckBox(tr("Locked"))}
        switches = QHBoxLayout()
        switches.setSpacing(theme.L)
        for field, box in self.boxes.items():
            box.clicked.connect(partial(self._switched, field))
            switches.addWidget(box)
        switches.addStretch(1)
        self.rows.addLayout(switches)

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        return isinstance(owner, Track)

    def refresh(self) -> None:
        track = self.owner
        assert isinstance(track, Track)
        self.name.setText(track.name)
        self.opacity.setVisible(track.kind in VISUAL)
        for field, box in self.boxes.items():
            box.setChecked(getattr(track, field))

    def _named(self) -> None:
        if self.name.text() != self.owner.name:
            self.put(self.tr("Name the track"), name=self.name.text())

    def _switched(self, field: str, on: bool) -> None:
        self.put(self.boxes[field].text(), **{field: on})


def _whole(value: Fraction) -> bool:
    return value.denominator == 1
