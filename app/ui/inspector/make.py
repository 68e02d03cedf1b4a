"""The section that makes a clip in place: a draft, the final, another take, more of it, a part anew."""

from fractions import Fraction
from functools import partial

from PySide6.QtWidgets import QGridLayout, QProgressBar, QPushButton, QWidget

from app.core.timeline.values import Clip, Time, Track
from app.studio import Studio
from app.ui import forecast, theme
from app.ui.grid.dialog import span as lasting
from app.ui.inspector.part import Part
from app.ui.widgets import say

VARIED = 0.5  # how much a variation changes
MORE = Fraction(2)  # seconds an extension adds


class MakePart(Part):
    """Only what the clip's engine can do is offered."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Make"))
        tr = self.tr
        self.told = say("", "dim", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How far the clip is"))
        self.buttons = {
            "final": self._button("spark", tr("Make it"), lambda: studio.make_clips(self._ids())),
            "draft": self._button("brush", tr("Draft"), lambda: studio.make_clips(self._ids(), draft=True)),
            "retake": self._button("shuffle", tr("Retake"), lambda: studio.retake(self.clip.id)),
            "vary": self._button("branch", tr("Vary"), lambda: studio.vary(self.clip.id, VARIED)),
            "region": self._button("range", tr("The range anew"), self._regenerate),
            "left": self._button("chevron-left", tr("Extend before"), partial(self._extend, "left")),
            "right": self._button("chevron-right", tr("Extend after"), partial(self._extend, "right")),
            "stop": self._button("stop", tr("Stop"), lambda: studio.cancel_clips(self._ids())),
        }
        self.buttons["region"].setToolTip(tr("Makes what lies between the in and out points anew, and keeps the rest"))
        page = QWidget()
        self.grid = QGridLayout(page)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(theme.S)
        for button in self.buttons.values():
            self.grid.addWidget(button)
        self.rows.addWidget(self.told)
        self.rows.addWidget(self.bar)
        self.rows.addWidget(page)
        studio.making_changed.connect(self._news)

    def _arrange(self) -> None:
        """Two in a row, without a hole where one is not offered."""
        shown = [button for button in self.buttons.values() if not button.isHidden()]
        for place, button in enumerate(shown):
            self.grid.addWidget(button, place // 2, place % 2)

    def _button(self, icon: str, text: str, act: object) -> QPushButton:
        button = QPushButton(theme.icon(icon, "dim"), text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
        return button

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        return isinstance(owner, Clip) and owner.ask is not None

    def refresh(self) -> None:
        clip, ways = self.clip, self.studio.ways_of(self.clip.id)
        self.buttons["final"].setEnabled(bool(ways))
        self.buttons["draft"].setEnabled(bool(ways))
        self.buttons["retake"].setVisible(clip.shown is not None)
        for name, way in (("vary", "vary"), ("left", "extend"), ("right", "extend"), ("region", "region")):
            self.buttons[name].setVisible(clip.shown is not None and way in ways)
        self.buttons["region"].setEnabled(self._span() is not None)
        self._tell()

    def _news(self, id: str) -> None:
        if self.owners and id == self.owner.id:
            self._tell()

    def _tell(self) -> None:
        """How far it is; before it has begun how long it will take, where earlier runs say so."""
        hand = self.studio.in_hand.get(self.clip.id)
        self.buttons["stop"].setVisible(hand is not None)
        self._arrange()
        self.bar.setVisible(hand is not None)
        if hand is None:
            self._foresee()
            return
        self.told.show()
        self.bar.setValue(round(1000 * (hand.share or 0.0)))
        words = self.tr("In the queue") if hand.state == "queued" else self.tr("Being made")
        left = self.tr("about %1 left").replace("%1", lasting(hand.left)) if hand.left is not None else ""
        self.told.setText(" · ".join(part for part in (words, left) if part))

    def _foresee(self) -> None:
        self.told.setVisible(bool(self.studio.ways_of(self.clip.id)))
        found = self.studio.foresee_clip(self.clip.id)
        self.told.setText(forecast.words(found))
        self.told.setToolTip(found.plan)

    # ------------------------------------------------------------ deeds

    def _ids(self) -> list[str]:
        return [owner.id for owner in self.owners]

    def _extend(self, side: str) -> None:
        self.studio.extend(self.clip.id, side, MORE)  # type: ignore[arg-type]

    def _span(self) -> tuple[Time, Time] | None:
        """The in and out points, from the clip's beginning, as far as they lie within it."""
        span, clip = self.studio.timeline.span, self.clip
        if span is None or span[1] <= clip.start or span[0] >= clip.end:
            return None
        return max(span[0], clip.start) - clip.start, min(span[1], clip.end) - clip.start

    def _regenerate(self) -> None:
        self.studio.regenerate(self.clip.id, self._span())
