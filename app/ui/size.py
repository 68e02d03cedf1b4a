"""Seed, size, length and count: the figures beside the prompt."""

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.widgets import Choice, Number, Whole, button, discard, say
from engines.contract import Info

MOST_SEED = 2**63 - 1


class Figures(QWidget):
    """One row each for seed, size or length, and count; only what the engine takes."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.seed = QLineEdit()
        self.lock = button("unlock", self.tr("Keep this seed"), check=True)
        self.shuffle = button("shuffle", self.tr("Another seed"), studio.shuffle_seed)
        self.sizes = Choice()
        self.width_field, self.height_field = Whole(), Whole()
        self.length = Number(0.0, 1.0, 0.1)
        self.length.setAccessibleName(self.tr("Length in seconds"))
        self.count = Whole()
        self._captions: dict[str, QLabel] = {}
        self._info: Info | None = None
        self._dress()
        self._build()
        studio.draft_changed.connect(self._draft_changed)
        studio.engines_changed.connect(self.rebuild)
        self.rebuild()

    # ------------------------------------------------------------ building

    def _dress(self) -> None:
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setToolTip(self.tr("The same seed and settings give the same result."))
        self.seed.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{1,19}"), self.seed))
        self.seed.editingFinished.connect(self._seeded)
        self.lock.toggled.connect(self.studio.lock_seed)
        self.sizes.setAccessibleName(self.tr("Size"))
        self.sizes.activated.connect(self._sized)
        for field, name in ((self.width_field, self.tr("Width")), (self.height_field, self.tr("Height"))):
            field.setAccessibleName(name)
            field.setToolTip(name)
            field.setAlignment(Qt.AlignmentFlag.AlignCenter)
            field.editingFinished.connect(self._measured)
        self.count.setAccessibleName(self.tr("Count"))
        self.count.setRange(1, 999)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count.setToolTip(self.tr("How many results, with seeds one apart."))
        self.count.valueChanged.connect(self.studio.set_count)
        self.length.changed.connect(lambda value: self.studio.edit(length=float(value)))

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.M)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        seeds = QHBoxLayout()
        seeds.setSpacing(2)
        seeds.addWidget(self.seed, 1)
        seeds.addWidget(self.shuffle)
        seeds.addWidget(self.lock)
        free = QHBoxLayout()
        free.addWidget(self.width_field, 1)
        self.times = say("×", "dim")
        free.addWidget(self.times)
        free.addWidget(self.height_field, 1)
        last = QHBoxLayout()
        last.setSpacing(theme.M)
        last.addWidget(self.sizes, 1)
        self._captions = {
            "seed": say(self.tr("Seed"), "dim"),
            "size": say(self.tr("Size"), "dim"),
            "length": say(self.tr("Length"), "dim"),
            "count": say(self.tr("Count"), "dim"),
        }
        self._grid, self._last = grid, last
        last.addWidget(self.count)
        self.count.setFixedWidth(48)
        self._captions["count"].setBuddy(self.count)
        for row, name in enumerate(("seed", "size", "", "length")):
            if name:
                grid.addWidget(self._captions[name], row, 0)
        grid.addLayout(seeds, 0, 1)
        grid.addLayout(last, 1, 1)
        grid.addLayout(free, 2, 1)
        grid.addWidget(self.length, 3, 1)

    def rebuild(self) -> None:
        """Offer what the draft's engine takes."""
        info = self.studio.card().info
        self._info = info
        self.sizes.clear()
        for wide, tall in info.sizes:
            self.sizes.addItem(f"{wide} × {tall}", (wide, tall))
        if info.size_rule is not None:
            self.sizes.addItem(self.tr("Other …"), None)
            low, high, multiple = info.size_rule
            for field in (self.width_field, self.height_field):
                field.setRange(low, high)
                field.setSingleStep(multiple)
        if info.lengths is not None:
            self._set_lengths(info.lengths)
        for name, widgets in (("seed", (self.seed, self.lock, self.shuffle)), ("size", (self.sizes,))):
            for widget in (self._captions[name], *widgets):
                widget.setVisible(name in info.takes)
        self._place_count(beside="size" in info.takes)
        for widget in (self._captions["length"], self.length):
            widget.setVisible(info.lengths is not None)
        self._show()

    def _place_count(self, *, beside: bool) -> None:
        """The count's name stands beside the size, or takes its place where there is none."""
        caption = self._captions["count"]
        self._grid.removeWidget(caption)
        self._last.removeWidget(caption)
        if beside:
            self._last.insertWidget(1, caption)
        else:
            self._grid.addWidget(caption, 1, 0)
        left = Qt.AlignmentFlag.AlignLeft
        self._last.setAlignment(self.count, Qt.AlignmentFlag(0) if beside else left)

    def _set_lengths(self, lengths: tuple[float, float, float]) -> None:
        old = self.length
        self.length = Number(lengths[0], lengths[2], None)
        self.length.set_unit("s")
        self.length.setAccessibleName(self.tr("Length in seconds"))
        self.length.changed.connect(lambda value: self.studio.edit(length=float(value)))
        self.layout().replaceWidget(old, self.length)  # type: ignore[union-attr]
        discard(old)

    # ------------------------------------------------------------ showing

    def _draft_changed(self, fields: set[str]) -> None:
        if "engine" in fields:
            self.rebuild()
        elif fields & {"seed", "size", "length", "count", "locked"}:
            self._show()

    def _show(self) -> None:
        studio, info = self.studio, self.studio.card().info
        if self.seed.text() != str(studio.draft.seed):
            self.seed.setText(str(studio.draft.seed))
        self._show_lock()
        self.count.blockSignals(True)
        self.count.setValue(studio.count)
        self.count.blockSignals(False)
        size = studio.draft.size or (info.sizes[0] if info.sizes else None)
        place = next((n for n, offered in enumerate(info.sizes) if offered == size), len(info.sizes))
        if size is not None:
            self.sizes.setCurrentIndex(place)
            self._show_free(size, place >= len(info.sizes))
        else:
            self._show_free((0, 0), False)
        if info.lengths is not None:
            self.length.set_value(studio.draft.length or info.lengths[1])

    def _show_lock(self) -> None:
        self.lock.blockSignals(True)
        self.lock.setChecked(self.studio.locked)
        self.lock.blockSignals(False)
        self.lock.setIcon(
            theme.icon("lock" if self.studio.locked else "unlock", "accent" if self.studio.locked else "text")
        )

    def _show_free(self, size: tuple[int, int], on: bool) -> None:
        for field, side in ((self.width_field, size[0]), (self.height_field, size[1])):
            field.setVisible(on)
            field.blockSignals(True)
            field.setValue(side)
            field.blockSignals(False)
        self.times.setVisible(on)

    # ------------------------------------------------------------ telling

    def _seeded(self) -> None:
        text = self.seed.text()
        seed = min(int(text), MOST_SEED) if text else self.studio.draft.seed
        self.seed.setText(str(seed))
        if seed != self.studio.draft.seed:
            self.studio.edit(seed=seed)

    def _sized(self, place: int) -> None:
        size = self.sizes.itemData(place)
        if size is not None:
            self.studio.edit(size=(int(size[0]), int(size[1])))
            return
        old = self.studio.draft.size or (self.studio.card().info.sizes or ((256, 256),))[0]
        self._show_free(old, True)
        self.width_field.setFocus()

    def _measured(self) -> None:
        rule = self._info.size_rule if self._info else None
        if rule is None or not self.width_field.isVisible():
            return
        sides = tuple(snap(field.value(), rule) for field in (self.width_field, self.height_field))
        for field, side in zip((self.width_field, self.height_field), sides, strict=True):
            field.setValue(side)
        if sides != self.studio.draft.size:
            self.studio.edit(size=sides)


def snap(side: int, rule: tuple[int, int, int]) -> int:
    """The nearest side the rule (min, max, multiple) admits."""
    low, high, multiple = rule
    side = round(max(low, min(high, side)) / multiple) * multiple
    return side + multiple if side < low else side - multiple if side > high else side
