"""The control panel: what the engine can be told besides the prompt, built from what it declares."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.send import start_media
from app.core.target import Target, picture_of
from app.studio import Studio
from app.ui import theme
from app.ui.adapters import Wardrobe, Words
from app.ui.declared import said
from app.ui.drop import Drop
from app.ui.form import Form
from app.ui.inputs import Input
from app.ui.widgets import Number, Section, button, discard, say
from engines.contract import Curve, Image, Medium, Param


class ControlPanel(QWidget):
    """Options, start media and control inputs of the draft's engine. `curve_opened`: show this curve below."""

    curve_opened = Signal(str)
    painting = Signal(object)  # Target: draw this on the stage
    posing = Signal(object)  # Target: pose figures for this
    growing = Signal(object)  # Target: let this grow beyond its edges

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setAccessibleName(self.tr("Control"))
        self.form = Form()
        self.inputs: list[Input] = []
        self.start = Drop(studio, self.tr("Start image"), "image", self.tr("The result begins from this picture."))
        self.last = Drop(studio, self.tr("Last image"), "image", self.tr("The clip ends with this picture."))
        mask = self.tr("White may change, black stays; grey changes less.")
        self.area = Drop(studio, self.tr("Mask"), "image", mask)
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
        self.extend = button("frame", self.tr("Extend the picture beyond its edges"), self._grow, check=True)
        self.start.offer(self.extend)
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
        part.rows.addWidget(self.area)
        part.rows.addWidget(self.last)
        self.last.draw.show()
        return part

    def _listen(self) -> None:
        studio = self.studio
        studio.draft_changed.connect(self._draft_changed)
        studio.engines_changed.connect(self.rebuild)
        self.form.edited.connect(lambda name, value: studio.edit(options={name: value}))
        self.form.cleared.connect(lambda name: studio.edit(options={name: None}, curves={name: None}))
        self.form.curve_asked.connect(self.set_curve)
        self.start.picked.connect(lambda media: studio.edit(start=media, **({} if media else {"mask": None})))
        self.start.drawing.connect(lambda: self.painting.emit(Target("start", self.start.name)))
        self.area.picked.connect(lambda media: studio.edit(mask=media))
        self.area.drawing.connect(lambda: self.painting.emit(Target("mask", self.area.name)))
        self.last.picked.connect(lambda media: studio.edit(last=media))
        self.last.drawing.connect(self._draw_last)
        self.strength.changed.connect(lambda value: studio.edit(strength=float(value)))

    def rebuild(self) -> None:
        """Make the rows of the draft's engine; nothing is asked of it but its declaration."""
        card = self.studio.card()
        self.form.build(card.params)
        self.head.setText(said(card.info.summary))
        wanted = start_media(card.info)
        self.start_part.setVisible(bool(wanted))
        if wanted:
            self._expect(wanted)
        for old in self.inputs:
            discard(old)
        self.inputs = [Input(self.studio, kind) for kind in card.info.controls]
        for one in self.inputs:
            self.input_part.rows.addWidget(one)
            one.curve_asked.connect(partial(self.curve_opened.emit, f"control {one.kind.kind}"))
            one.painting.connect(self.painting)
            one.posing.connect(self.posing)
        self.input_part.setVisible(bool(self.inputs))
        self.wardrobe.build(card.info.adapters)
        self.worn_part.setVisible(bool(card.info.adapters))
        self.words.build(card.info.embeddings)
        self.words_part.setVisible(bool(card.info.embeddings))
        self._show()

    def _expect(self, kinds: tuple[Medium, ...]) -> None:
        """What the engine begins from is of one of `kinds`."""
        names = {
            "image": (self.tr("Start image"), self.tr("The result begins from this picture.")),
            "audio": (self.tr("Start sound"), self.tr("The result begins from this sound.")),
            "video": (self.tr("Start clip"), self.tr("The result begins from this clip.")),
            "mesh": (self.tr("Start mesh"), self.tr("The result begins from this mesh.")),
        }
        name, help = names[kinds[0]]
        if set(kinds) == {"image", "video"}:
            name = self.tr("Start image or clip")
            help = self.tr("The result begins from this picture, or goes on after this clip.")
        self.start_part.head.setText(name)
        self.start_part.head.setAccessibleName(name)
        self.start.expect(kinds, name, help)

    # ------------------------------------------------------------ showing

    def _grow(self) -> None:
        self.extend.setChecked(any(self.studio.draft.around))
        self.growing.emit(Target("start", self.start.name))

    def _draw_last(self) -> None:
        self.painting.emit(Target("last", self.last.name, below=picture_of(self.studio.draft.start)))

    def _draft_changed(self, fields: set[str]) -> None:
        if "engine" in fields:
            self.rebuild()
        elif fields & {"options", "curves", "start", "strength", "mask", "around", "last", "controls", "adapters"}:
            self._show()

    def _show(self) -> None:
        draft = self.studio.draft
        self.form.show_values(draft.options, draft.curves)
        self.start.show_media(draft.start)
        self.strength.set_value(draft.strength)
        self.strength_row.setVisible(draft.start is not None and not self.studio.card().info.keeps)
        pictured = isinstance(draft.start, Image)
        self.area.show_media(draft.mask)
        self.area.setVisible("mask" in self.studio.card().info.takes and pictured)
        self.area.draw.setVisible(pictured)
        self.last.show_media(draft.last)
        self.last.setVisible("last" in self.studio.card().info.takes)
        self.start.draw.setVisible(self.start.medium == "image")
        self.extend.setChecked(any(draft.around))
        self.extend.setVisible(self.area.isVisibleTo(self.start_part))
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
