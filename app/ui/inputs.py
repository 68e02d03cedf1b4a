"""One control input in the panel: its picture, the map made of it and by which settings, and how strongly it acts."""

from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.core.target import Target, picture_of
from app.studio import Studio
from app.ui import theme, thumbs
from app.ui.declared import said, words
from app.ui.drop import Drop
from app.ui.form import Form
from app.ui.widgets import Choice, Number, Section, button, say
from engines.contract import STRONGEST, Control, ControlKind, Curve, Failure, Image, Media, Value
from engines.wire import Prepare

PATIENCE = 300.0  # seconds a map may take: the worker may be busy with a decode or with loading its first weights
SOON_MS = 120  # after the last move of a setting the map is made anew
TALLEST = 200  # pixels of a map in the panel


def called(kind: ControlKind) -> str:
    """What the panel calls a control input."""
    return kind.title or words(kind.kind)


class Input(QWidget):
    """One control input: its media, shown as the map the engine uses of it, and how strongly it acts.

    `curve_asked`: show the strength's curve. `painting` carries the Target that is to be drawn on the stage,
    `posing` one for which figures are to be posed.
    """

    curve_asked = Signal()
    painting = Signal(object)
    posing = Signal(object)

    def __init__(self, studio: Studio, kind: ControlKind) -> None:
        super().__init__()
        self.studio, self.kind = studio, kind
        self.control: Control | None = None
        self.made: Image | None = None  # the map that is used, where it is another than the media
        self._due = False  # it is being made
        self.drop = Drop(studio, called(kind), kind.medium, said(kind.help))
        self.drop.draw.setVisible(kind.medium == "image")
        self.strength = Number(0.0, STRONGEST, 0.05)
        self.strength.setAccessibleName(self.tr("Strength of %1").replace("%1", called(kind)))
        self.caption = say(self.tr("Strength"), "dim")
        self.again = button("refresh", self.tr("Make the map again, without what was drawn"), self._again)
        self.figure = button("pose", self.tr("Pose figures for %1").replace("%1", called(kind)), self._pose)
        self.figure.setVisible(kind.medium == "image" and not kind.prepared)
        self.drop.offer(self.figure)
        self._offer_maps()
        text = self.tr("Change the strength of %1 over the steps").replace("%1", called(kind))
        self.bend = button("curve", text, self._bend)
        self.bend.setCheckable(True)
        self.bend.setFixedSize(24, 24)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._prepare)
        self._lay()
        self._listen()

    def _offer_maps(self) -> None:
        self.makes = Choice()
        self.makes.setAccessibleName(self.tr("Map made for %1").replace("%1", called(self.kind)))
        self.makes.setToolTip(self.tr("What is made of the picture before the model reads it."))
        self.makes.addItem(self.tr("Use it as it is"), "")
        for name in filter(None, self.kind.makes):
            self.makes.addItem(words(name), name)
        self.form = Form()
        self.preview = Preview(self.tr("Map made for %1").replace("%1", called(self.kind)))
        self.settings = Section(self.tr("How the map is made"), open=False)
        self.settings.rows.addWidget(self.form)
        self.settings.rows.addWidget(self.preview)
        self.settings.hide()

    def _listen(self) -> None:
        self.drop.picked.connect(self._picked)
        self.drop.drawing.connect(self._draw)
        self.strength.changed.connect(lambda value: self._change(strength=value))
        self.makes.activated.connect(lambda place: self._change(make=str(self.makes.itemData(place)), options={}))
        self.form.edited.connect(lambda name, value: self._set(name, value))
        self.form.cleared.connect(lambda name: self._set(name, None))
        self.settings.opened.connect(lambda on: self._show_map())

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self.drop)
        making = QHBoxLayout()
        making.addWidget(self.makes, 1)
        making.addWidget(self.again)
        column.addLayout(making)
        column.addWidget(self.settings)
        row = QHBoxLayout()
        row.addWidget(self.caption)
        row.addWidget(self.strength, 1)
        row.addWidget(self.bend)
        column.addLayout(row)

    # ------------------------------------------------------------ showing

    def show_control(self, control: Control | None) -> None:
        """Show what the draft says of this input."""
        before, self.control = self.control, control
        if _making(control) != _making(before):
            moved = before is not None and control is not None and before.media is control.media
            self._show_settings(control)
            if not (moved and control is not None and control.making):  # else the old map stays till the new is there
                self.made = None
                self.drop.show_media(control.media if control else None)
                self._show_map()
            self._due = control is not None and bool(self.kind.prepared or control.making)
            if self._due:
                self._soon.start() if moved else self._prepare()
        edited = control is not None and control.source is not None
        self.makes.setCurrentIndex(self.makes.findData(control.make if control else ""))
        self.makes.setEnabled(not edited)
        self.makes.setVisible(control is not None and bool(self.kind.makes))
        self.again.setVisible(edited)
        self._may_draw()
        strength = control.strength if control else 1.0
        bent = isinstance(strength, Curve)
        self.strength.set_value(strength.at(0.0) if isinstance(strength, Curve) else strength)
        self.strength.setEnabled(not bent)
        self.bend.setChecked(bent)
        self.bend.setIcon(theme.icon("curve", "accent" if bent else "dim"))
        for part in (self.strength, self.caption, self.bend):
            part.setVisible(control is not None)

    def _show_settings(self, control: Control | None) -> None:
        """The form of the map that is made, as its preprocessor declares it."""
        from engines.control.preprocess import PREPROCESSORS  # when there is a map to make: the window is there sooner

        known = PREPROCESSORS.get(control.making) if control is not None else None
        params = tuple(param for param in known.params if param.kind != "text") if known is not None else ()
        self.form.build(params)
        self.form.show_values(control.options if control is not None else {}, {})
        self.form.setToolTip(said(known.help) if known is not None else "")
        self.settings.setVisible(known is not None and bool(self.kind.makes))

    def _may_draw(self) -> None:
        """A map that is still being made cannot be drawn on."""
        self.drop.draw.setEnabled(not self._due)

    def _show_map(self) -> None:
        self.preview.show_picture(self.made if self.settings.head.isChecked() else None)

    def _prepare(self) -> None:
        """Ask the engine for the map it uses of the media, and show that; the draft keeps what was given."""
        asked = self.control
        if asked is None:
            return
        here, engine, kind = [True], self.studio.draft.engine, self.kind.kind
        self.destroyed.connect(lambda: here.clear())

        def then(used: Media) -> None:
            if here and _making(self.control) == _making(asked):
                self.made, self._due = picture_of(used), False
                self.drop.show_media(used)
                self._show_map()
                self._may_draw()

        def sorry(failure: Failure) -> None:
            if here and _making(self.control) == _making(asked):
                self.studio.notice.emit("error", failure.sentence)

        order = partial(Prepare, engine=engine, kind=kind, media=asked.media, make=asked.making, options=asked.options)
        self.studio.bridge.ask(lambda ticket: order(ticket), then, sorry, timeout=PATIENCE)

    # ------------------------------------------------------------ changing

    def _picked(self, media: Media | None) -> None:
        if media is None:
            self._give(None)
        elif self.control is None:
            self._give(Control(self.kind.kind, media, 1.0, self.kind.makes[0] if self.kind.makes else ""))
        else:
            self._change(media=media, source=None)

    def _change(self, **fields: Any) -> None:
        if self.control is not None:
            self._give(msgspec.structs.replace(self.control, **fields))

    def _set(self, name: str, value: Value | None) -> None:
        """One setting of how the map is made; None: as it is declared."""
        if self.control is not None:
            options = {key: kept for key, kept in self.control.options.items() if key != name}
            self._change(options=options if value is None else options | {name: value})

    def _again(self) -> None:
        """Back to the map as it is made, without what was drawn on it."""
        if self.control is not None and self.control.source is not None:
            self._change(media=self.control.source, source=None)

    def _draw(self) -> None:
        one = self.control
        below = picture_of((one.source or one.media) if one is not None else self.studio.draft.start)
        self.painting.emit(Target("control", called(self.kind), self.kind.kind, shown=self.made, below=below))

    def _pose(self) -> None:
        one = self.control
        own = one is None or "people" in one.options
        below = None if own or one is None else picture_of(one.source or one.media)
        self.posing.emit(Target("control", called(self.kind), self.kind.kind, below=below))

    def _give(self, control: Control | None) -> None:
        others = tuple(c for c in self.studio.draft.controls if c.kind != self.kind.kind)
        self.studio.edit(controls=others if control is None else (*others, control))

    # ------------------------------------------------------------ curve

    def _bend(self) -> None:
        """Make the strength a curve and show it; of a curve, offer to show it or to take it away."""
        if self.control is None:
            return
        if not isinstance(self.control.strength, Curve):
            value = float(self.control.strength)
            self._change(strength=Curve(((0.0, value), (1.0, value))))
            self.curve_asked.emit()
            return
        self.bend.setChecked(True)
        menu = QMenu(self)
        menu.addAction(theme.icon("timeline"), self.tr("Show among the steps")).triggered.connect(self.curve_asked)
        menu.addAction(theme.icon("minus"), self.tr("Use one number again")).triggered.connect(self._straighten)
        menu.popup(self.bend.mapToGlobal(self.bend.rect().bottomLeft()))

    def _straighten(self) -> None:
        if self.control is not None:
            self._change(strength=self.control.at(0.0))


class Preview(QLabel):
    """A map as wide as the panel, so that its settings can be judged by eye."""

    def __init__(self, name: str) -> None:
        super().__init__(alignment=Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole: QPixmap | None = None
        self.hide()

    def show_picture(self, shown: Image | None) -> None:
        """Show it, or nothing."""
        self._whole = None if shown is None else QPixmap.fromImage(thumbs.picture(shown.pixels))
        self.setVisible(shown is not None)
        self._fit()

    def _fit(self) -> None:
        if self._whole is None:
            self.clear()
            return
        scale = self.devicePixelRatioF()
        room = QSize(int(max(40, self.width()) * scale), int(TALLEST * scale))
        fitted = self._whole.scaled(
            room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        fitted.setDevicePixelRatio(scale)
        self.setPixmap(fitted)
        self.setFixedHeight(int(fitted.height() / scale))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._fit()
        super().resizeEvent(event)


def _making(control: Control | None) -> tuple[object, ...]:
    """What decides the map; media count as themselves."""
    return () if control is None else (id(control.media), control.making, tuple(sorted(control.options.items())))
