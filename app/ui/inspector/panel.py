"""The inspector: what is selected on the timeline, property by property."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.timeline.values import Clip, Track
from app.studio import Studio
from app.ui import theme
from app.ui.inspector.ask import AskPart
from app.ui.inspector.make import MakePart
from app.ui.inspector.part import Part, changed, replace
from app.ui.inspector.parts import CameraPart, LookPart, SoundPart, TimePart, TitlePart, TrackPart, WordsPart
from app.ui.inspector.takes import TakesPart
from app.ui.inspector.words import called, called_track, kinds
from app.ui.widgets import Empty, say

PARTS: tuple[Callable[[Studio], Part], ...] = (
    *(TrackPart, WordsPart, TitlePart, MakePart, TakesPart, AskPart),
    *(CameraPart, LookPart, SoundPart, TimePart),
)


class Inspector(QWidget):
    """Shows the studio's selection: clips, or one track. `curve_asked(owner, target)`: show that lane as a curve."""

    curve_asked = Signal(str, str)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self._owners: tuple[Clip | Track, ...] = ()
        self._seen: object = None
        self.setAccessibleName(self.tr("Inspector"))
        self.parts: list[Part] = []  # made when something is selected: the window is there sooner
        self.name = QLineEdit()
        self.kind = say("", "small")
        self.muted = QCheckBox(self.tr("Muted"))
        self._build()
        studio.selection_changed.connect(self.refresh)
        studio.project_changed.connect(self.refresh)
        studio.engines_changed.connect(self._again)
        studio.playhead_changed.connect(lambda _at: self._follow())
        self.refresh()

    def _build(self) -> None:
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setPlaceholderText(self.tr("Name"))
        self.name.editingFinished.connect(self._named)
        self.muted.clicked.connect(self._mute)
        head = QHBoxLayout()
        head.addWidget(self.kind, 1)
        head.addWidget(self.muted)
        page = QWidget()
        column = self.column = QVBoxLayout(page)
        column.setContentsMargins(theme.L, theme.M, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addLayout(head)
        column.addWidget(self.name)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        empty = Empty(
            "control",
            self.tr("Nothing is selected"),
            self.tr("Select clips on the timeline to see and change what they are."),
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _fill(self) -> None:
        self.parts = [part(self.studio) for part in PARTS]
        for part in self.parts:
            part.rows.setSpacing(theme.S + 1)
            part.curve_asked.connect(self.curve_asked)
            self.column.addWidget(part)
        self.column.addStretch(1)

    # ------------------------------------------------------------ showing

    def _selected(self) -> tuple[tuple[Clip | Track, ...], Track | None]:
        """What is selected, in the order it was, and the track of the first."""
        places: dict[str, tuple[Clip | Track, Track]] = {}
        for track in self.studio.timeline.tracks:
            places[track.id] = (track, track)
            places |= {clip.id: (clip, track) for clip in track.clips}
        found = [places[id] for id in self.studio.selection if id in places]
        if not found:
            return (), None
        same = tuple(one for one, _ in found if type(one) is type(found[0][0]))
        return same, found[0][1]

    def _again(self) -> None:
        self._seen = None
        self.refresh()

    def refresh(self) -> None:
        """Show what is selected now; what has not changed costs nothing."""
        owners, track = self._selected()
        line = self.studio.timeline
        seen = (owners, track and track.kind, self.studio.project.media, line.tracks, line.span)
        if seen == self._seen:
            return
        self._seen, self._owners = seen, owners
        self.pages.setCurrentIndex(1 if owners else 0)
        if track is not None:
            if not self.parts:
                self._fill()
            self._show(track, owners)

    def _show(self, track: Track, owners: tuple[Clip | Track, ...]) -> None:
        first = owners[0]
        if not self.name.hasFocus() or not self.name.isModified():
            self.name.setText(first.name)
        clip = isinstance(first, Clip)
        many = len(owners) > 1
        where = called_track(self.studio.timeline, track)
        self.kind.setText(
            self.tr("%1 clips").replace("%1", str(len(owners))) if many else where if clip else kinds()[track.kind]
        )
        self.name.setVisible(clip)
        self.muted.setVisible(clip)
        if isinstance(first, Clip):
            self.muted.setChecked(first.muted)
            self.name.setPlaceholderText(called(first))
        for part in self.parts:
            fits = part.fits(track, first)
            part.setVisible(fits)
            if fits:
                part.show_owners(track, tuple(one for one in owners if part.fits(track, one)))
            else:
                part.owners = ()

    def _follow(self) -> None:
        if self.isVisible():
            for part in self.parts:
                part.follow()

    # ------------------------------------------------------------ the head

    def _named(self) -> None:
        if self._owners and self.name.text() != self._owners[0].name:
            self._put(self.tr("Name the clip"), name=self.name.text())

    def _mute(self, on: bool) -> None:
        self._put(self.tr("Mute the clip") if on else self.tr("Let the clip be seen and heard"), muted=bool(on))

    def _put(self, text: str, /, **fields: object) -> None:
        ids = [owner.id for owner in self._owners]

        def change(timeline):  # type: ignore[no-untyped-def]
            for id in ids:
                timeline = changed(timeline, id, lambda one: replace(one, **fields))
            return timeline

        self.studio.arrange(text, change)
