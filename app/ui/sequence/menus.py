"""The menus of clips, of free places and of tracks."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import msgspec
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QWidget

from app.core.timeline import edit, keys, numbers
from app.core.timeline.values import ZERO, Clip, Lane, Time, Timeline, Track
from app.studio import Studio
from app.ui import theme
from app.ui.inspector.words import target_words
from app.ui.pieces import SOUNDS, Pieces, of_track
from app.ui.sequence import drops, leave
from app.ui.sequence.deeds import KINDS, Deeds
from app.ui.sequence.hands import Hit
from app.ui.sequence.lanehands import change_keys
from app.ui.sequence.makes import Makes
from app.ui.sequence.rows import Row, lanes_of
from app.ui.sequence.targets import card_of
from app.ui.sequence.view import View
from app.ui.sequence.words import _tr, eases, kind_words
from engines.contract import Refused

SPEEDS = ("1/4", "1/2", "1", "2", "4")


class Menus:
    """Makes the menus of the timeline."""

    def __init__(self, studio: Studio, view: View, deeds: Deeds, makes: Makes, *, pieces: Pieces) -> None:
        self.studio, self.view, self.deeds, self.makes = studio, view, deeds, makes
        self.pieces = pieces

    def clips(self, parent: QWidget, hit: Hit, at: Time) -> QMenu:
        """What can be done to what lies under the mouse."""
        menu = _menu(parent)
        if hit.row is not None and hit.row.target:
            if hit.part == "key":
                self._key(menu, hit)
            self._lanes(menu, hit.row)
        elif hit.clip is not None and hit.row is not None:
            self._clip(menu, hit.row.track, hit.clip)
        elif hit.row is not None:
            self._free(menu, hit.row.track, at)
        else:
            self._tracks(menu, None)
        return menu

    def row(self, parent: QWidget, row: Row) -> QMenu:
        """What can be done to a track, or to the curves of a row."""
        menu = _menu(parent)
        if row.target:
            self._lanes(menu, row)
        else:
            self._track(menu, row.track)
        return menu

    # ------------------------------------------------------------ clips

    def _clip(self, menu: QMenu, track: Track, clip: Clip) -> None:
        by = self.deeds.by_name
        self.makes.fill(menu, track, clip)
        menu.addActions([by["rename"], by["split"], by["duplicate"]])
        menu.addSeparator()
        menu.addActions([by["cut"], by["copy"], by["delete"], by["ripple"], by["mute"]])
        menu.addSeparator()
        loop = menu.addAction(_tr("Loop"), lambda: self._change(_tr("Loop clip"), clip, loop=not clip.loop))
        loop.setCheckable(True)
        loop.setChecked(clip.loop)
        speeds = menu.addMenu(_tr("Speed"))
        for speed in SPEEDS:
            words = f"× {Fraction(speed)}"
            made = speeds.addAction(words, partial(self._speed, clip, Fraction(speed)))
            made.setCheckable(True)
            made.setChecked(clip.speed == Fraction(speed))
        if clip.fade_in or clip.fade_out:
            menu.addAction(_tr("No fades"), lambda: self._change(_tr("No fades"), clip, fade_in=ZERO, fade_out=ZERO))
        self._takes(menu, clip)
        self._curves(menu, track, clip)
        menu.addSeparator()
        leave.fill(menu, self.deeds.panel, self.studio, clip)

    def _takes(self, menu: QMenu, clip: Clip) -> None:
        if len(clip.takes) < 2:
            return
        takes = menu.addMenu(_tr("Takes"))
        for number, take in enumerate(clip.takes, start=1):
            words = _tr("Take %1").replace("%1", str(number)) + (f"  {take.note}" if take.note else "")
            made = takes.addAction(words, partial(self.studio.choose_take, clip.id, take.id))
            made.setCheckable(True)
            made.setChecked(take.id == clip.take)

    def _curves(self, menu: QMenu, track: Track, clip: Clip | None) -> None:
        owner: Track | Clip = clip or track
        there = {lane.target for lane in owner.lanes}
        card = card_of(self.studio, clip)
        names = [name for name in numbers.offered(track, clip, card) if name not in there]
        if names:
            curves = menu.addMenu(theme.icon("curve", "dim"), _tr("Add a curve"))
            for name in names:
                curves.addAction(target_words(name, card), partial(self._add_lane, track, owner, name))

    def _add_lane(self, track: Track, owner: Track | Clip, name: str) -> None:
        text = _tr("Add curve")
        if self.studio.arrange(text, lambda one: edit.put_lane(one, owner.id, Lane(name))):
            self.view.fold(track.id, True)

    def _speed(self, clip: Clip, speed: Fraction) -> None:
        """Another speed; the clip goes on showing the same stretch where there is room for it."""
        self._change(_tr("Speed of the clip"), clip, speed=speed, length=clip.length * clip.speed / speed)

    def _change(self, text: str, clip: Clip, **fields: object) -> None:
        self.studio.arrange(text, lambda one: edit.change_clip(one, clip.id, **fields))

    # ------------------------------------------------------------ keys

    def _key(self, menu: QMenu, hit: Hit) -> None:
        by = self.deeds.by_name
        menu.addAction(_tr("Value …"), partial(self.ask_value, hit))
        ways = menu.addMenu(theme.icon("curve", "dim"), _tr("On to the next key"))
        for ease, words in eases():
            ways.addAction(words, partial(self._ease, ease))
        menu.addSeparator()
        menu.addActions([by["cut"], by["copy"], by["delete"]])
        menu.addSeparator()

    def _ease(self, ease: str) -> None:
        change_keys(self.view, _tr("Ease keys"), lambda lane, chosen: keys.eased(lane, chosen, ease))

    def ask_value(self, hit: Hit) -> None:
        """Type the value of a key."""
        assert hit.lane is not None
        assert hit.row is not None
        key = hit.lane.keys[hit.key]
        name = target_words(hit.row.target, card_of(self.studio, hit.clip))
        value, done = QInputDialog.getDouble(self.deeds.panel, name, _tr("Value"), key.value, -1e6, 1e6, 4)
        if done:
            lane, _ = keys.put(hit.lane, msgspec.structs.replace(key, value=value))
            owner = hit.clip.id if hit.clip is not None else hit.row.track.id
            self.studio.arrange(_tr("Change key"), lambda one: edit.put_lane(one, owner, lane))

    # ------------------------------------------------------------ free places and tracks

    def _free(self, menu: QMenu, track: Track, at: Time) -> None:
        at = self.view.clock.snapped(at, self.view.grid_now) if self.view.grid_now else at
        for words, what in self._new(track):
            menu.addAction(words, partial(self._add_clip, track, at, what))
        self.makes.bridge(menu, track, at)
        menu.addAction(self.deeds.by_name["paste"])
        menu.addAction(
            theme.icon("open", "dim"), _tr("Files …"), lambda: self.ask_files(self.deeds.panel, at, track.id)
        )
        menu.addSeparator()
        self._track(menu, track)

    def _new(self, track: Track) -> list[tuple[str, str]]:
        if track.kind == "prompt":
            return [(_tr("New prompt"), "text")]
        new = [(_tr("New clip to be made"), "ask")] if track.kind != "camera" else []
        return [*new, (_tr("New title"), "title")] if track.kind == "picture" else new

    def _add_clip(self, track: Track, at: Time, what: str) -> None:
        try:
            self.deeds.add_clip(track, at, what)
        except Refused as refused:
            self.studio.notice.emit("warning", refused.failure.sentence)

    def _tracks(self, menu: QMenu, place: int | None) -> None:
        for kind in KINDS:
            menu.addAction(_tr("%1 track").replace("%1", kind_words(kind)), partial(self.deeds.add_track, kind, place))

    def _track(self, menu: QMenu, track: Track) -> None:
        place = next((n for n, one in enumerate(self.studio.timeline.tracks) if one.id == track.id), 0)
        self._curves(menu, track, None)
        self._tracks(menu.addMenu(_tr("Add a track above")), place)
        menu.addAction(theme.icon("chevron-up", "dim"), _tr("Track up"), lambda: self.deeds.move_track(track.id, -1))
        menu.addAction(theme.icon("chevron-down", "dim"), _tr("Track down"), lambda: self.deeds.move_track(track.id, 1))
        if lanes_of(track):
            opened = track.id in self.view.unfolded
            words = _tr("Hide its curves") if opened else _tr("Show its curves")
            menu.addAction(words, lambda: self.view.fold(track.id, not opened))
        self._copies(menu, track)
        menu.addSeparator()
        menu.addAction(theme.icon("trash", "dim"), _tr("Delete track"), lambda: self.deeds.remove_track(track.id))

    def _copies(self, menu: QMenu, track: Track) -> None:
        """What of a track can be pasted into other programs."""
        if track.kind not in SOUNDS or not track.clips:
            return
        copy, icon = self.pieces.copy, theme.icon("copy", "dim")
        if track.kind == "notes":
            menu.addAction(icon, _tr("Copy its notes as a MIDI file"), partial(copy, *of_track(track, False)))
        menu.addAction(icon, _tr("Copy its sound as a file"), partial(copy, *of_track(track, True)))

    def _lanes(self, menu: QMenu, row: Row) -> None:
        on = all(lane.on for _, lane in row.lanes)
        menu.addAction(_tr("Switch off") if on else _tr("Switch on"), lambda: self._switch(row, not on))
        menu.addAction(theme.icon("trash", "dim"), _tr("Delete curve"), lambda: self._remove(row))

    def _switch(self, row: Row, on: bool) -> None:
        self._each(_tr("Switch curve"), row, lambda one, owner, lane: edit.put_lane(
            one, owner, msgspec.structs.replace(lane, on=on)))  # fmt: skip

    def _remove(self, row: Row) -> None:
        self._each(_tr("Delete curve"), row, lambda one, owner, lane: edit.remove_lane(one, owner, lane.id))

    def _each(self, text: str, row: Row, act: Callable[[Timeline, str, Lane], Timeline]) -> None:
        def change(timeline: Timeline) -> Timeline:
            for clip, lane in row.lanes:
                timeline = act(timeline, clip.id if clip is not None else row.track.id, lane)
            return timeline

        self.studio.arrange(text, change)

    def ask_files(self, parent: QWidget, at: Time | None = None, track: str | None = None) -> None:
        """Choose files to be laid on tracks."""
        title = QCoreApplication.translate("Sequence", "Add files")
        paths, _ = QFileDialog.getOpenFileNames(parent, title, str(self.studio.folders.gallery))
        if paths:
            drops.place(self.studio, paths, self.studio.playhead if at is None else at, track)


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
