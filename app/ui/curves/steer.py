"""What steers a lane besides its keys: an expression, and a sound that is followed."""

from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.timeline import expression
from app.core.timeline.values import Lane, Modulator, Timeline
from app.ui import theme
from app.ui.inspector.words import called, called_track
from app.ui.widgets import Choice, Spin, relook, say
from engines.contract import Refused

SOUNDS = ("audio", "notes")


class Steer(QScrollArea):
    """`changed(lane, text, merge)`: another expression or modulator; `bake`: turn what is heard and said into keys."""

    changed = Signal(object, str, str)
    bake = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lane: Lane | None = None
        self.expression = QLineEdit()
        self.trouble = say("", "bad", wrap=True)
        self.sound, self.feature, self.how = Choice(), Choice(), Choice()
        self.attack, self.release = _number(0, 10, 0.01, " s"), _number(0, 10, 0.01, " s")
        self.gain, self.offset = _number(-1e4, 1e4, 0.05), _number(-1e4, 1e4, 0.05)
        self.baked = QPushButton(theme.icon("curve", "dim"), self.tr("Turn into keys"))
        self._fill()
        self._build()
        self._connect()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(self.focusPolicy().NoFocus)
        self.setMinimumWidth(224)

    def _fill(self) -> None:
        tr = self.tr
        features = (
            ("onset", tr("Onsets")),
            ("rms", tr("Loudness")),
            ("low", tr("Low band")),
            ("mid", tr("Middle band")),
            ("high", tr("High band")),
            ("pitch", tr("Pitch")),
        )
        hows = (("add", tr("Added")), ("multiply", tr("Multiplied")), ("replace", tr("In its place")))
        for field, options in ((self.feature, features), (self.how, hows)):
            for value, text in options:
                field.addItem(text, value)
        self.expression.setPlaceholderText("v + 0.2 * sin(2 * pi * b)")
        self.expression.setToolTip(
            tr("v: what the keys say, t: seconds, b: beats, f: frames; sin, cos, tri, saw, square, noise, min, max, "
               "clamp, lerp; onset(), rms(), low(), mid(), high(), pitch() of the sound below")
        )  # fmt: skip

    def _build(self) -> None:
        tr, page = self.tr, QWidget()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.M)
        grid.setVerticalSpacing(theme.S)
        grid.setColumnStretch(1, 1)
        rows = (
            (tr("Follow"), self.sound),
            (tr("Its"), self.feature),
            (tr("Meets keys"), self.how),
            (tr("Attack"), self.attack),
            (tr("Release"), self.release),
            (tr("Gain"), self.gain),
            (tr("Offset"), self.offset),
        )
        self.lines = []
        for place, (name, field) in enumerate(rows):
            field.setAccessibleName(name)
            label = say(name, "")
            grid.addWidget(label, place, 0)
            grid.addWidget(field, place, 1)
            self.lines.append((label, field))
        self.expression.setAccessibleName(tr("Expression"))
        self.baked.setAccessibleName(self.baked.text())
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.L, theme.S, theme.L, theme.M)
        column.setSpacing(theme.S)
        for widget in (say(tr("EXPRESSION"), "section"), self.expression, self.trouble):
            column.addWidget(widget)
        column.addSpacing(theme.M)
        column.addWidget(say(tr("SOUND"), "section"))
        column.addLayout(grid)
        column.addSpacing(theme.S)
        column.addWidget(self.baked)
        column.addStretch(1)
        self.setWidget(page)

    def _connect(self) -> None:
        self.expression.editingFinished.connect(self._expressed)
        self.expression.textEdited.connect(self._check)
        self.sound.activated.connect(lambda _place: self._follow())
        for field, name in ((self.feature, "feature"), (self.how, "how")):
            field.activated.connect(lambda _place, f=field, n=name: self._set(n, f.currentData()))
        numbers = ((self.attack, "attack"), (self.release, "release"), (self.gain, "gain"), (self.offset, "offset"))
        for spin, name in numbers:
            spin.valueChanged.connect(lambda value, n=name: self._set(n, float(value)))
        self.baked.clicked.connect(lambda _checked=False: self.bake.emit())

    # ------------------------------------------------------------ showing

    def show_lane(self, lane: Lane | None, timeline: Timeline, owner: str) -> None:
        """Show what steers `lane`; the sounds of `timeline` are offered, but for `owner` itself."""
        self.lane = lane
        self.setEnabled(lane is not None)
        if lane is None:
            return
        if not self.expression.hasFocus() or not self.expression.isModified():
            self.expression.setText(lane.expression)
        self._check(self.expression.text())
        self._offer(timeline, owner)
        steered = lane.modulator or Modulator("")
        self.sound.setCurrentIndex(max(0, self.sound.findData(steered.clip)))
        self.feature.setCurrentIndex(self.feature.findData(steered.feature))
        self.how.setCurrentIndex(self.how.findData(steered.how))
        for spin, value in (
            *((self.attack, steered.attack), (self.release, steered.release)),
            *((self.gain, steered.gain), (self.offset, steered.offset)),
        ):
            spin.blockSignals(True)
            spin.setValue(value)
            spin.blockSignals(False)
        for label, field in self.lines[1:]:
            label.setVisible(lane.modulator is not None)
            field.setVisible(lane.modulator is not None)
        self.baked.setEnabled(bool(lane.modulator or lane.expression))

    def _offer(self, timeline: Timeline, owner: str) -> None:
        self.sound.clear()
        self.sound.addItem(self.tr("No sound"), "")
        for track in timeline.tracks:
            if track.kind in SOUNDS and track.clips:
                self.sound.addItem(theme.icon("volume", "dim"), called_track(timeline, track), track.id)
        for track in timeline.tracks:
            for clip in track.clips if track.kind in SOUNDS else ():
                if clip.id != owner:
                    self.sound.addItem(theme.icon("audio", "dim"), called(clip), clip.id)

    # ------------------------------------------------------------ editing

    def _check(self, text: str) -> bool:
        """Say what is wrong with an expression; whether nothing is."""
        sentence = ""
        try:
            if text.strip():
                expression.read(text)
        except Refused as refused:
            sentence = refused.failure.sentence
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
        relook(self.trouble, "bad")
        return not sentence

    def _expressed(self) -> None:
        text = self.expression.text().strip()
        if self.lane is not None and text != self.lane.expression and self._check(text):
            self._change(self.tr("Write the expression"), expression=text)

    def _follow(self) -> None:
        if self.lane is None:
            return
        sound, old = str(self.sound.currentData()), self.lane.modulator
        new = None if not sound else msgspec.structs.replace(old, clip=sound) if old else Modulator(sound)
        self._change(self.tr("Choose the sound that steers"), modulator=new)

    def _set(self, name: str, value: Any) -> None:
        if self.lane is not None and self.lane.modulator is not None:
            modulator = msgspec.structs.replace(self.lane.modulator, **{name: value})
            self._change(self.tr("Change what steers"), f"steer {name}", modulator=modulator)

    def _change(self, text: str, merge: str = "", **fields: Any) -> None:
        assert self.lane is not None
        self.lane = msgspec.structs.replace(self.lane, **fields)
        self.changed.emit(self.lane, text, merge)


def _number(low: float, high: float, step: float, unit: str = "") -> Spin:
    field = Spin()
    field.setRange(low, high)
    field.setSingleStep(step)
    field.setDecimals(2)
    field.setSuffix(unit.replace(" ", "\u202f"))
    return field
