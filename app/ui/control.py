"""The control panel: what the engine can be told besides the prompt, built from what it declares."""

from functools import partial

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from app.core.send import start_medium
from app.studio import Studio
from app.ui import theme
from app.ui.adapters import Wardrobe, Words
from app.ui.declared import said, words
from app.ui.drop import Drop
from app.ui.form import Form
from app.ui.widgets import Choice, Number, Section, button, discard, say
from engines.contract import STRONGEST, Control, ControlKind, Curve, Failure, Media, Medium, Param
from engines.wire import Prepare

PATIENCE = 300.0  # seconds a map may take: the worker may be busy with a decode or with loading its first weights


def called(kind: ControlKind) -> str:
    """What the panel calls a control input."""
    return kind.title or words(kind.kind)


class Input(QWidget):
    """One control input: its media, shown as the map the engine uses of it, and how strongly it acts.

    `curve_asked`: show the strength's curve.
    """

    curve_asked = Signal()

    def __init__(self, studio: Studio, kind: ControlKind) -> None:
        super().__init__()
        self.studio, self.kind = studio, kind
        self.control: Control | None = None
        self.drop = Drop(studio, called(kind), kind.medium, said(kind.help))
        self.strength = Number(0.0, STRONGEST, 0.05)
        self.strength.setAccessibleName(self.tr("Strength of %1").replace("%1", called(kind)))
        self.caption = say(self.tr("Strength"), "dim")
        self.makes = Choice()
        self.makes.setAccessibleName(self.tr("Map made for %1").replace("%1", called(kind)))
        self.makes.setToolTip(self.tr("What is made of the picture before the model reads it."))
        self.makes.addItem(self.tr("Use it as it is"), "")
        for name in filter(None, kind.makes):
            self.makes.addItem(words(name), name)
        text = self.tr("Change the strength of %1 over the steps").replace("%1", called(kind))
        self.bend = button("curve", text, self._bend)
        self.bend.setCheckable(True)
        self.bend.setFixedSize(24, 24)
        self._lay()
        self.drop.picked.connect(self._picked)
        self.strength.changed.connect(lambda value: self._put(self.control.media if self.control else None, value))
        self.makes.activated.connect(self._made)

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self.drop)
        column.addWidget(self.makes)
        row = QHBoxLayout()
        row.addWidget(self.caption)
        row.addWidget(self.strength, 1)
        row.addWidget(self.bend)
        column.addLayout(row)

    def show_control(self, control: Control | None) -> None:
        """Show what the draft says of this input."""
        media, make = (control.media, control.make) if control else (None, "")
        before = (self.control.media, self.control.make) if self.control else (None, "")
        self.control = control
        if (media, make) != before:
            self.drop.show_media(media)
            if media is not None and (self.kind.prepared or make):
                self._prepare(media, make)
        self.makes.setCurrentIndex(self.makes.findData(make))
        self.makes.setVisible(control is not None and bool(self.kind.makes))
        strength = control.strength if control else 1.0
        bent = isinstance(strength, Curve)
        self.strength.set_value(strength.at(0.0) if isinstance(strength, Curve) else strength)
        self.strength.setEnabled(not bent)
        self.bend.setChecked(bent)
        self.bend.setIcon(theme.icon("curve", "accent" if bent else "dim"))
        for part in (self.strength, self.caption, self.bend):
            part.setVisible(control is not None)

    def _prepare(self, media: Media, make: str) -> None:
        """Ask the engine for the map it uses of `media`, and show that; the draft keeps what was given."""
        here, engine, kind = [True], self.studio.draft.engine, self.kind.kind
        self.destroyed.connect(lambda: here.clear())

        def then(used: Media) -> None:
            if here and self.control is not None and self.control.media is media and self.control.make == make:
                self.drop.show_media(used)

        def sorry(failure: Failure) -> None:
            if here and self.control is not None and self.control.media is media:
                self.studio.notice.emit("error", failure.sentence)

        self.studio.bridge.ask(lambda ticket: Prepare(ticket, engine, kind, media, make), then, sorry, timeout=PATIENCE)

    def _picked(self, media: Media | None) -> None:
        if self.control is None and media is not None:
            self._give(Control(self.kind.kind, media, 1.0, self.kind.makes[0] if self.kind.makes else ""))
        else:
            self._put(media, self.control.strength if self.control else 1.0)

    def _made(self, place: int) -> None:
        if self.control is not None:
            self._give(msgspec.structs.replace(self.control, make=str(self.makes.itemData(place))))

    def _put(self, media: Media | None, strength: float | Curve) -> None:
        make = self.control.make if self.control else ""
        self._give(None if media is None else Control(self.kind.kind, media, strength, make))

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
            self._put(self.control.media, Curve(((0.0, value), (1.0, value))))
            self.curve_asked.emit()
            return
        self.bend.setChecked(True)
        menu = QMenu(self)
        menu.addAction(theme.icon("timeline"), self.tr("Show in the timeline")).triggered.connect(self.curve_asked)
        menu.addAction(theme.icon("minus"), self.tr("Use one number again")).triggered.connect(self._straighten)
        menu.popup(self.bend.mapToGlobal(self.bend.rect().bottomLeft()))

    def _straighten(self) -> None:
        if self.control is not None:
            self._put(self.control.media, self.control.at(0.0))


class ControlPanel(QWidget):
    """Options, start media and control inputs of the draft's engine. `curve_opened`: show this curve below."""

    curve_opened = Signal(str)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setAccessibleName(self.tr("Control"))
        self.form = Form()
        self.inputs: list[Input] = []
        self.start = Drop(studio, self.tr("Start image"), "image", self.tr("The result begins from this picture."))
        self.strength = Number(0.0, 1.0, 0.01)
        self._build()
        self._listen()
        self.rebuild()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self.page = QWidget()
        self.column = QVBoxLayout(self.page)
        self.column.setContentsMargins(theme.L, theme.S, theme.L, theme.L)
        self.column.setSpacing(theme.M)
        self.head = say("", wrap=True)
        self.reset_all = button("reset", self.tr("Reset all options"), self.studio.reset_options)
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        top.addWidget(self.reset_all, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(top)
        self.column.addWidget(self.form)
        self.start_part = self._start_part()
        self.column.addWidget(self.start_part)
        self.input_part = Section(self.tr("Control inputs"))
        self.column.addWidget(self.input_part)
        self.wardrobe = Wardrobe(self.studio)
        self.wardrobe.curve_opened.connect(self.curve_opened)
        self.worn_part = Section(self.tr("LoRAs"))
        self.worn_part.rows.addWidget(self.wardrobe)
        self.column.addWidget(self.worn_part)
        self.words = Words(self.studio)
        self.words_part = Section(self.tr("Embeddings"))
        self.words_part.rows.addWidget(self.words)
        self.column.addWidget(self.words_part)
        self.column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        self.setMinimumWidth(264)

    def _start_part(self) -> Section:
        part = Section(self.tr("Start image"))
        part.rows.addWidget(self.start)
        self.strength_row = QWidget()
        row = QHBoxLayout(self.strength_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(say(self.tr("Strength"), "dim"))
        row.addWidget(self.strength, 1)
        self.strength.setAccessibleName(self.tr("Strength of the start image"))
        tip = self.tr("How far the result may leave the start: 0 keeps it, 1 forgets it.")
        self.strength_row.setToolTip(tip)
        self.strength.setAccessibleDescription(tip)
        part.rows.addWidget(self.strength_row)
        return part

    def _listen(self) -> None:
        studio = self.studio
        studio.draft_changed.connect(self._draft_changed)
        studio.engines_changed.connect(self.rebuild)
        self.form.edited.connect(lambda name, value: studio.edit(options={name: value}))
        self.form.cleared.connect(lambda name: studio.edit(options={name: None}, curves={name: None}))
        self.form.curve_asked.connect(self.set_curve)
        self.start.picked.connect(lambda media: studio.edit(start=media))
        self.strength.changed.connect(lambda value: studio.edit(strength=float(value)))

    def rebuild(self) -> None:
        """Make the rows of the draft's engine; nothing is asked of it but its declaration."""
        card = self.studio.card()
        self.form.build(card.params)
        self.head.setText(said(card.info.summary))
        wanted = start_medium(card.info)
        self.start_part.setVisible(wanted is not None)
        if wanted is not None:
            self._expect(wanted)
        for old in self.inputs:
            discard(old)
        self.inputs = [Input(self.studio, kind) for kind in card.info.controls]
        for one in self.inputs:
            self.input_part.rows.addWidget(one)
            one.curve_asked.connect(partial(self.curve_opened.emit, f"control {one.kind.kind}"))
        self.input_part.setVisible(bool(self.inputs))
        self.wardrobe.build(card.info.adapters)
        self.worn_part.setVisible(bool(card.info.adapters))
        self.words.build(card.info.embeddings)
        self.words_part.setVisible(bool(card.info.embeddings))
        self._show()

    def _expect(self, medium: Medium) -> None:
        """What the engine begins from is of `medium`."""
        names = {
            "image": (self.tr("Start image"), self.tr("The result begins from this picture.")),
            "audio": (self.tr("Start sound"), self.tr("The result begins from this sound.")),
            "video": (self.tr("Start clip"), self.tr("The result begins from this clip.")),
            "mesh": (self.tr("Start mesh"), self.tr("The result begins from this mesh.")),
        }
        name, help = names[medium]
        self.start_part.head.setText(name)
        self.start_part.head.setAccessibleName(name)
        self.start.expect(medium, name, help)

    # ------------------------------------------------------------ showing

    def _draft_changed(self, fields: set[str]) -> None:
        if "engine" in fields:
            self.rebuild()
        elif fields & {"options", "curves", "start", "strength", "controls", "adapters"}:
            self._show()

    def _show(self) -> None:
        draft = self.studio.draft
        self.form.show_values(draft.options, draft.curves)
        self.start.show_media(draft.start)
        self.strength.set_value(draft.strength)
        self.strength_row.setVisible(draft.start is not None)
        given = {control.kind: control for control in draft.controls}
        for one in self.inputs:
            one.show_control(given.get(one.kind.kind))
        self.wardrobe.show_adapters()
        self.reset_all.setVisible(any(row.changed for row in self.form.rows.values()))

    # ------------------------------------------------------------ curves

    def set_curve(self, name: str, on: bool) -> None:
        """Make option `name` a curve (straight, at its present value) and show it; or one number again."""
        if not on:
            self.studio.edit(curves={name: None})
            return
        if name not in self.studio.draft.curves:
            self.studio.edit(curves={name: self._straight(name)})
        self.curve_opened.emit(name)

    def _straight(self, name: str) -> Curve:
        value = float(self.studio.draft.options.get(name, self._param(name).default))
        return Curve(((0.0, value), (1.0, value)))

    def _param(self, name: str) -> Param:
        return next(param for param in self.studio.card().params if param.name == name)
