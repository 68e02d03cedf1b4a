"""The section of a clip's takes: which is shown, its stars, and putting one away."""

import time

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.timeline import states
from app.core.timeline.values import Clip, Take, Track
from app.studio import Studio
from app.ui import theme
from app.ui.inspector.part import Part, replace
from app.ui.inspector.words import states as state_words
from app.ui.widgets import Choice, button, say
from engines.contract import Refused

MOST_STARS = 5


class TakesPart(Part):
    """What has been made of the clip; each deed can be taken back."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Takes"))
        self.state = say("", "dim", wrap=True)
        self.rows.addWidget(self.state)
        self.takes = Choice()
        self.takes.setAccessibleName(self.tr("Take"))
        self.takes.activated.connect(lambda place: self._choose(str(self.takes.itemData(place))))
        self.star = button("star", self.tr("One star more, after five none"), self._star)
        self.drop = button("trash", self.tr("Put this take away"), self._drop)
        self.line_ = QWidget()
        row = QHBoxLayout(self.line_)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        row.addWidget(self.takes, 1)
        row.addWidget(self.star)
        row.addWidget(self.drop)
        self.rows.addWidget(self.line_)

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        return isinstance(owner, Clip) and (owner.ask is not None or bool(owner.takes))

    def refresh(self) -> None:
        clip, shown = self.clip, self.clip.shown
        self.state.setText(self._state(clip))
        self.line_.setVisible(bool(clip.takes))
        self.takes.clear()
        for number, take in enumerate(clip.takes, start=1):
            self.takes.addItem(self._called(number, take), take.id)
        self.takes.setCurrentIndex(self.takes.findData(clip.take))
        self.star.setEnabled(shown is not None)
        self.star.setIcon(theme.icon("star-filled" if shown and shown.stars else "star", "accent"))
        self.drop.setEnabled(shown is not None)

    def _state(self, clip: Clip) -> str:
        try:
            return state_words()[states.state(self.studio.project, self.studio.timeline, clip)]
        except Refused as refused:
            return refused.failure.sentence

    def _called(self, number: int, take: Take) -> str:
        day = time.strftime("%d %b %H:%M", time.localtime(take.created)) if take.created else ""
        draft = self.tr("draft") if take.draft else ""
        parts = (self.tr("Take %1").replace("%1", str(number)), draft, day, "★" * take.stars, take.note)
        return " · ".join(part for part in parts if part)

    def _choose(self, id: str) -> None:
        self.studio.choose_take(self.clip.id, id)

    def _star(self) -> None:
        self._taken(
            self.tr("Give the take stars"), lambda take: (replace(take, stars=(take.stars + 1) % (MOST_STARS + 1)),)
        )

    def _drop(self) -> None:
        self._taken(self.tr("Put the take away"), lambda take: ())

    def _taken(self, text: str, change) -> None:  # type: ignore[no-untyped-def]
        clip, id = self.clip.id, self.clip.take

        def changed(one: Clip) -> Clip:
            if one.id != clip:
                return one
            takes = tuple(new for take in one.takes for new in (change(take) if take.id == id else (take,)))
            there = any(take.id == id for take in takes)
            return replace(one, takes=takes, take=id if there else takes[-1].id if takes else "")  # type: ignore[no-any-return]

        self.change(text, changed)
