"""The engine chooser: every engine with its family, medium and licence; what is missing is said."""

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.declared import said, titled, words
from app.ui.widgets import Choice, Elided, relook, say
from engines.contract import EngineCard

CARD = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class _Lines(QStyledItemDelegate):
    """Two lines an engine: its title, then medium, family and licence, or what is missing."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card, c = index.data(CARD), theme.current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor(c.accent_soft))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 5, 5)
        place = option.rect.adjusted(40, 5, -8, -5)
        icon = theme.icon(card.info.medium, "dim" if card.missing else "accent")
        icon.paint(painter, QRect(option.rect.x() + 10, option.rect.center().y() - 9, 20, 20))
        half = place.height() // 2
        painter.setFont(theme.font(13, 600))
        painter.setPen(QColor(c.dim if card.missing else c.text))
        painter.drawText(QRect(place.x(), place.y(), place.width(), half), Qt.AlignmentFlag.AlignVCenter, titled(card))
        painter.setFont(theme.small())
        painter.setPen(QColor(c.warn if card.missing else c.dim))
        below = QRect(place.x(), place.y() + half, place.width(), half)
        shown = painter.fontMetrics().elidedText(line(card), Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(250, 46)


class EngineChooser(QWidget):
    """Chooses the draft's engine. `chosen(name)` says it was done by hand."""

    chosen = Signal(str)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.box = Choice()
        self.box.setAccessibleName(self.tr("Engine"))
        self.box.setItemDelegate(_Lines(self.box))
        self.box.view().setMinimumWidth(280)
        self.box.setIconSize(QSize(18, 18))
        self.facts = Elided()
        self.facts.setProperty("look", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.box)
        column.addWidget(self.facts)
        self.missing = say("", "bad", wrap=True)
        column.addWidget(self.missing)
        self.box.activated.connect(lambda place: self.chosen.emit(str(self.box.itemData(place))))
        self.chosen.connect(studio.set_engine)
        studio.engines_changed.connect(self.refill)
        studio.draft_changed.connect(lambda fields: self.sync() if "engine" in fields else None)
        self.refill()

    def refill(self) -> None:
        """List the engines anew, pictures first."""
        self.box.clear()
        order = ("image", "audio", "video", "mesh")
        cards = sorted(self.studio.cards().values(), key=lambda c: (order.index(c.info.medium), c.info.title))
        for card in cards:
            self.box.addItem(theme.icon(card.info.medium, "accent"), titled(card), card.info.name)
            place = self.box.count() - 1
            self.box.setItemData(place, card, CARD)
            self.box.setItemData(place, said(card.info.summary), Qt.ItemDataRole.ToolTipRole)
            self.box.setItemData(place, f"{titled(card)}, {line(card)}", Qt.ItemDataRole.AccessibleTextRole)
        self.sync()

    def sync(self) -> None:
        """Show the draft's engine."""
        card = self.studio.card()
        self.box.setCurrentIndex(self.box.findData(card.info.name))
        self.box.setToolTip(said(card.info.summary))
        self.facts.setText(line(EngineCard(card.info, card.params)))
        self.missing.setText(
            self.tr("Missing: %1. Put it into the assets folder.").replace("%1", ", ".join(card.missing))
            if card.missing
            else ""
        )
        self.missing.setVisible(bool(card.missing))
        relook(self.missing, "bad")


def line(card: EngineCard) -> str:
    """Medium, family and licence, or the missing files."""
    if card.missing:
        return QCoreApplication.translate("Engines", "missing %1").replace("%1", ", ".join(card.missing))
    parts = (words(card.info.medium), words(card.info.family), card.info.licence)
    return " · ".join(part for part in parts if part)
