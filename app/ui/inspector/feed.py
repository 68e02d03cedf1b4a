"""A row for an input of a clip that is made: which clip or file it comes from, and what of it."""

from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core.timeline.values import ZERO, Feed, Project
from app.ui import theme
from app.ui.inspector.words import called
from app.ui.widgets import Choice, Elided, Spin


class FeedRow(QWidget):
    """`chosen(Feed or None)`: another was chosen. The clip `own` itself is not offered."""

    chosen = Signal(object)

    def __init__(self, name: str, own: str) -> None:
        super().__init__()
        self.own = own
        self.feed: Feed | None = None
        self.source, self.part, self.moment = Choice(), Choice(), Spin()
        self.source.setAccessibleName(name)
        self.part.setAccessibleName(self.tr("What of %1").replace("%1", name))
        self.moment.setAccessibleName(self.tr("Moment of %1").replace("%1", name))
        parts = (
            ("all", self.tr("All of it")),
            ("first", self.tr("Its first frame")),
            ("last", self.tr("Its last frame")),
            ("moment", self.tr("The frame at")),
        )
        for value, text in parts:
            self.part.addItem(text, value)
        self.moment.setSuffix("\u202fs")
        self.moment.setRange(0, 1e5)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.M)
        grid.setVerticalSpacing(theme.S)
        grid.addWidget(Elided(name), 0, 0)
        grid.addWidget(self.source, 0, 1, 1, 2)
        grid.addWidget(self.part, 1, 1)
        grid.addWidget(self.moment, 1, 2)
        for column, share in enumerate((2, 2, 1)):
            grid.setColumnStretch(column, share)
        self.source.activated.connect(lambda _place: self._tell())
        self.part.activated.connect(lambda _place: self._tell())
        self.moment.valueChanged.connect(lambda _value: self._tell())

    def show_feed(self, project: Project, feed: Feed | None) -> None:
        """Offer what the project has, and show what is chosen."""
        self.feed = feed
        self.source.clear()
        self.source.addItem(self.tr("Nothing"), ("", ""))
        for track in project.timeline.tracks:
            for clip in track.clips:
                if clip.id != self.own and track.kind != "prompt":
                    self.source.addItem(theme.icon("video", "dim"), called(clip), ("clip", clip.id))
        for name, medium in project.media.items():
            self.source.addItem(theme.icon(medium.medium, "dim"), medium.name or name[7:15], ("media", name))
        self.source.setCurrentIndex(self._place(feed))
        self.part.setCurrentIndex(self.part.findData(feed.at if feed else "all"))
        self.part.setVisible(feed is not None)
        self.moment.setVisible(feed is not None and feed.at == "moment")
        self.moment.blockSignals(True)
        self.moment.setValue(float(feed.moment) if feed else 0.0)
        self.moment.blockSignals(False)

    def _place(self, feed: Feed | None) -> int:
        """Where the source is in the list; one that has gone is put at its end."""
        if feed is None:
            return 0
        wanted = ("clip", feed.clip) if feed.clip else ("media", feed.media)
        places = [n for n in range(self.source.count()) if tuple(self.source.itemData(n)) == wanted]
        if not places:
            self.source.addItem(theme.icon("warning", "warn"), self.tr("It has gone"), wanted)
        return places[0] if places else self.source.count() - 1

    def _tell(self) -> None:
        kind, name = self.source.currentData()
        if not kind:
            self.chosen.emit(None)
            return
        at = self.part.currentData()
        moment = Fraction(round(self.moment.value() * 1000), 1000) if at == "moment" else ZERO
        make = self.feed.make if self.feed else ""
        self.chosen.emit(Feed(name if kind == "media" else "", name if kind == "clip" else "", at, moment, make))
