"""Regions: parts of the picture with words of their own, each with its rectangle or mask and how strongly it acts."""

from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.widgets import Number, Section, Whole, button, discard, say
from engines.contract import MOST_REGIONS, Curve, Region

HALVES = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0))


class Plan(QWidget):
    """The picture's frame with the rectangles in it, numbered."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.setFixedHeight(92)
        self.setAccessibleName(self.tr("Where the regions lie"))

    def sizeHint(self) -> QSize:
        return QSize(200, 92)

    def paintEvent(self, event: QPaintEvent) -> None:
        width, height = self.studio.draft.size or (self.studio.card().info.sizes or ((1, 1),))[0]
        scale = min((self.width() - 2) / width, (self.height() - 2) / height)
        frame = QRectF(0, 0, width * scale, height * scale)
        frame.moveCenter(QPointF(self.width() / 2, self.height() / 2))
        tokens = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(frame, QColor(tokens.raised))
            for n, region in enumerate(self.studio.draft.regions, 1):
                self._paint(p, frame, (n, region), tokens)
            p.setPen(QPen(QColor(tokens.line), 1))
            p.drawRect(frame)

    def _paint(self, p: QPainter, frame: QRectF, which: tuple[int, Region], tokens: theme.Tokens) -> None:
        n, region = which
        if region.mask is not None:
            return
        x, y, wide, high = region.box
        box = QRectF(frame.x() + x * frame.width(), frame.y() + y * frame.height(), 0, 0)
        box.setSize(QRectF(0, 0, wide * frame.width(), high * frame.height()).size())
        ground = QColor(tokens.accent)
        ground.setAlphaF(0.12 + 0.2 * region.at(0.0))
        p.fillRect(box, ground)
        p.setPen(QPen(QColor(tokens.accent), 1))
        p.drawRect(box)
        p.setPen(QColor(tokens.text))
        p.drawText(box, Qt.AlignmentFlag.AlignCenter, str(n))


class RegionRow(QWidget):
    """One region: its words, x, y, width and height in percent of the picture, and its strength."""

    def __init__(self, studio: Studio, place: int) -> None:
        super().__init__()
        self.studio, self.place = studio, place
        name = self.tr("Region %1").replace("%1", str(place + 1))
        self.words = QLineEdit()
        self.words.setAccessibleName(name)
        self.words.setPlaceholderText(self.tr("What is here"))
        self.sides = [self._side(text) for text in (self.tr("X"), self.tr("Y"), self.tr("Width"), self.tr("Height"))]
        self.strength = Number(0.0, 1.0, 0.05)
        self.strength.setAccessibleName(self.tr("Strength of region %1").replace("%1", str(place + 1)))
        self.masked = button("range", self.tr("Let it lie where the mask of the start is"), self._masked, check=True)
        self.drop = button("close", self.tr("Remove this region"), self._dropped)
        self._lay()
        self.words.textEdited.connect(lambda text: self._put(prompt=text))
        self.strength.changed.connect(lambda value: self._put(strength=float(value)))

    def _side(self, name: str) -> Whole:
        field = Whole()
        field.setRange(0, 100)
        field.setSuffix("\u202f%")
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.valueChanged.connect(lambda _value: self._boxed())
        return field

    def _lay(self) -> None:
        head, grid = QHBoxLayout(), QGridLayout()
        head.addWidget(say(str(self.place + 1), "section"))
        head.addWidget(self.words, 1)
        head.addWidget(self.masked)
        head.addWidget(self.drop)
        grid.setHorizontalSpacing(theme.S)
        grid.setVerticalSpacing(0)
        for n, field in enumerate(self.sides):
            grid.addWidget(say(field.accessibleName()), 0, n)
            grid.addWidget(field, 1, n)
            field.setMinimumWidth(40)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addLayout(head)
        column.addLayout(grid)
        column.addWidget(self.strength)

    @property
    def region(self) -> Region:
        return self.studio.draft.regions[self.place]

    def refresh(self) -> None:
        """Show what the draft says of it."""
        region = self.region
        if self.words.text() != region.prompt:
            self.words.setText(region.prompt)
        for field, value in zip(self.sides, region.box, strict=True):
            field.blockSignals(True)
            field.setValue(round(100 * value))
            field.setEnabled(region.mask is None)
            field.blockSignals(False)
        self.strength.set_value(region.at(0.0))
        self.strength.setEnabled(not isinstance(region.strength, Curve))
        self.masked.setChecked(region.mask is not None)
        self.masked.setVisible(region.mask is not None or self.studio.draft.mask is not None)

    def _boxed(self) -> None:
        x, y, wide, high = (field.value() / 100 for field in self.sides)
        x, y = min(x, 0.99), min(y, 0.99)
        self._put(box=(x, y, min(max(wide, 0.01), 1 - x), min(max(high, 0.01), 1 - y)))

    def _masked(self) -> None:
        self._put(mask=self.studio.draft.mask if self.region.mask is None else None)

    def _put(self, **fields: Any) -> None:
        regions = list(self.studio.draft.regions)
        regions[self.place] = msgspec.structs.replace(self.region, **fields)
        self.studio.edit(regions=tuple(regions))

    def _dropped(self) -> None:
        left = tuple(one for n, one in enumerate(self.studio.draft.regions) if n != self.place)
        self.studio.edit(regions=left)


class Regions(Section):
    """All regions of the draft; shown for engines that take them."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(QCoreApplication.translate("Regions", "Regions"), open=bool(studio.draft.regions))
        self.studio = studio
        self.list: list[RegionRow] = []
        self.plan = Plan(studio)
        self.add = QPushButton(theme.icon("plus"), self.tr("Add a region"))
        self.add.setAccessibleName(self.add.text())
        self.add.clicked.connect(lambda _checked=False: self._add())
        self.column = QVBoxLayout()
        self.column.setSpacing(theme.L)
        self.rows.addWidget(self.plan)
        self.rows.addLayout(self.column)
        self.rows.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        studio.draft_changed.connect(self._draft_changed)
        studio.engines_changed.connect(self.refresh)
        self.refresh()

    def _draft_changed(self, fields: set[str]) -> None:
        if fields & {"regions", "engine", "size", "mask"}:
            self.refresh()

    def refresh(self) -> None:
        """Show the draft's regions."""
        regions = self.studio.draft.regions
        self.setVisible("regions" in self.studio.card().info.takes)
        while len(self.list) > len(regions):
            discard(self.list.pop())
        while len(self.list) < len(regions):
            self.list.append(RegionRow(self.studio, len(self.list)))
            self.column.addWidget(self.list[-1])
        for row in self.list:
            row.refresh()
        self.plan.setVisible(bool(regions))
        self.plan.update()
        self.add.setEnabled(len(regions) < MOST_REGIONS)
        if regions:
            self.set_open(True)

    def _add(self) -> None:
        regions = self.studio.draft.regions
        box = HALVES[len(regions) % 2]
        self.studio.edit(regions=(*regions, Region("", box)))
        self.list[-1].words.setFocus()
