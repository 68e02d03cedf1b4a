"""Making clips from the timeline: what can be asked of the selected ones, and what is shown while they are made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from app.core.timeline.values import ZERO, Clip, Time, Track
from app.core.timeline.ways import Side
from app.studio import Studio
from app.ui import forecast, theme, thumbs
from app.ui.sequence.clipdraw import Making
from app.ui.sequence.words import _tr
from engines.contract import Media, Refused

if TYPE_CHECKING:
    from app.ui.sequence.deeds import Deeds

SIDE = 96
BARS = (1, 2, 4)
WIDER = (Time(1, 4), Time(1, 2))


class InHands(QObject):
    """What is being made, as clips show it. `changed` says that it is something else."""

    changed = Signal()

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self.studio = studio
        self.shown: dict[str, Making] = {}
        self._previews: dict[str, tuple[Media, QImage]] = {}
        studio.making_changed.connect(self._changed)
        studio.project_opened.connect(self._opened)
        self._opened()

    def _opened(self) -> None:
        self.shown.clear()
        self._previews.clear()
        for clip in self.studio.in_hand:
            self._changed(clip)

    def _changed(self, clip: str) -> None:
        found = self.studio.in_hand.get(clip)
        if found is None:
            self.shown.pop(clip, None)
            self._previews.pop(clip, None)
        else:
            self.shown[clip] = Making(found.state, found.share, self._preview(clip, found.preview))
        self.changed.emit()

    def _preview(self, clip: str, media: Media | None) -> QImage | None:
        if media is None:
            return None
        known = self._previews.get(clip)
        if known is None or known[0] is not media:
            known = self._previews[clip] = (media, thumbs.thumb(media, SIDE, theme.current()))
        return known[1]


class Makes(QObject):
    """What the selected clips can be asked for."""

    def __init__(self, studio: Studio, deeds: Deeds) -> None:
        super().__init__(deeds)
        self.studio, self.deeds = studio, deeds
        tr, add = self.tr, deeds.add
        add("make", tr("Make the clips"), "spark", self.make, keys=("G",))
        add("draft", tr("Make drafts of them"), "edit", partial(self.make, draft=True), keys=("Shift+G",))
        add("retake", tr("Another take"), "shuffle", self.retake, keys=("T",))
        add("stale", tr("Make what is stale or missing"), "refresh", studio.render_stale, keys=("Alt+G",))
        add("cancel", tr("Stop making them"), "stop", self.cancel, keys=("Alt+Backspace",))
        studio.making_changed.connect(lambda _: self.refresh())
        studio.selection_changed.connect(self.refresh)
        studio.project_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Enable what can be done now."""
        by, asked = self.deeds.by_name, bool(self.asked())
        for name in ("make", "draft", "retake"):
            by[name].setEnabled(asked)
        by["cancel"].setEnabled(bool(self.studio.in_hand))

    def asked(self) -> list[Clip]:
        """The selected clips that are made of something."""
        return [clip for _, clip in self.deeds.chosen() if clip.ask is not None]

    def make(self, draft: bool = False) -> None:
        """Make the selected clips, after what they are made of."""
        ids = [clip.id for clip in self.asked()]
        if ids:
            self.studio.make_clips(ids, draft=draft)

    def retake(self) -> None:
        """Each of them once more, by another seed."""
        for clip in self.asked():
            self.studio.retake(clip.id)

    def cancel(self) -> None:
        """Make the selected clips no further; with none selected, all."""
        chosen = [id for id in self.studio.selection if id in self.studio.in_hand]
        self.studio.cancel_clips(chosen or None)

    # ------------------------------------------------------------ the menu of a clip

    def fill(self, menu: QMenu, track: Track, clip: Clip) -> None:
        """What can be made of a clip."""
        if clip.ask is None:
            return
        by = self.deeds.by_name
        menu.addActions([by["make"], by["draft"], by["retake"]])
        if clip.id in self.studio.in_hand:
            menu.addAction(by["cancel"])
        said = menu.addAction(forecast.words(self.studio.foresee_clip(clip.id)))
        said.setEnabled(False)
        able = self.studio.ways_of(clip.id)
        if "vary" in able and clip.shown is not None:
            varied = menu.addMenu(theme.icon("compare", "dim"), _tr("Vary its take"))
            for strength, words in self._strengths():
                varied.addAction(words, partial(self.studio.vary, clip.id, strength))
        if "extend" in able and clip.shown is not None:
            self._longer(menu, track, clip)
        if "region" in able and clip.shown is not None:
            self._region(menu, clip)
        menu.addSeparator()

    @staticmethod
    def _strengths() -> list[tuple[float, str]]:
        return [(0.3, _tr("Lightly")), (0.5, _tr("By half")), (0.75, _tr("Strongly"))]

    def _longer(self, menu: QMenu, track: Track, clip: Clip) -> None:
        """Longer by bars; a picture wider."""
        more = menu.addMenu(theme.icon("forward", "dim"), _tr("Extend it"))
        clock = self.deeds.view.clock
        still = clip.shown is not None and not clip.shown.length
        if still:
            for share in WIDER:
                for side, words in self._sides():
                    text = words.replace("%1", f"{int(share * 100)} %")
                    more.addAction(text, partial(self.studio.extend, clip.id, side, share))
            return
        for bars in BARS:
            count = _tr("1 bar") if bars == 1 else _tr("%1 bars").replace("%1", str(bars))
            later, before = clock.bars(clip.end, bars), clock.bars(max(ZERO, clip.start), bars)
            after = _tr("On by %1").replace("%1", count)
            more.addAction(after, partial(self.studio.extend, clip.id, "right", later))
            if clip.start >= before:
                ahead = _tr("Before it by %1").replace("%1", count)
                more.addAction(ahead, partial(self.studio.extend, clip.id, "left", before))

    @staticmethod
    def _sides() -> list[tuple[Side, str]]:
        return [("left", _tr("To the left by %1")), ("right", _tr("To the right by %1"))]

    def _region(self, menu: QMenu, clip: Clip) -> None:
        """The part of it between the in and out points anew."""
        span = self.studio.timeline.span
        if span is None:
            return
        low, high = max(span[0], clip.start) - clip.start, min(span[1], clip.end) - clip.start
        if high > low:
            text = _tr("Make what lies between in and out anew")
            menu.addAction(theme.icon("brace", "dim"), text, lambda: self.studio.regenerate(clip.id, (low, high)))

    def bridge(self, menu: QMenu, track: Track, at: Time) -> None:
        """Fill the gap at a moment from what is before and after it, where there is one."""
        before = next((clip for clip in reversed(track.clips) if clip.end <= at), None)
        after = next((clip for clip in track.clips if clip.start >= at), None)
        if before is None or after is None or after.start <= before.end:
            return
        menu.addAction(theme.icon("branch", "dim"), _tr("Bridge this gap"), lambda: self._bridge(track, at, before))

    def _bridge(self, track: Track, at: Time, before: Clip) -> None:
        try:
            ask = before.ask or self.deeds.ask_of(track)
        except Refused as refused:
            self.studio.notice.emit("warning", refused.failure.sentence)
            return
        id = self.studio.bridge_gap(track.id, at, ask)
        if id:
            self.studio.select([id])
