"""What can be done to the timeline, as actions: shortcuts, buttons, menus and the menu bar read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from app.core.timeline import edit, lay
from app.core.timeline.values import (
    ZERO,
    Ask,
    Clip,
    Key,
    Marker,
    Time,
    Title,
    Track,
    TrackKind,
    plain,
    rational,
)
from app.studio import Studio
from app.ui import theme
from app.ui.sequence import lanehands, trims
from app.ui.sequence.view import View
from app.ui.sequence.words import kind_words
from app.ui.widgets import copied
from engines.contract import Refused

MIME, KEYS = "application/x-darkroom-clips", "application/x-darkroom-keys"
KINDS: tuple[TrackKind, ...] = ("picture", "audio", "notes", "prompt", "control", "camera")
LENGTH = Fraction(4)  # seconds of a clip that has no length of its own
CHOSEN = (  # what needs a selection
    "delete", "ripple", "duplicate", "cut", "copy", "rename", "mute", "earlier", "later", "far_earlier", "far_later",
    "up", "down", "fit_chosen", "range_chosen",
)  # fmt: skip
KEYED = ("delete", "cut", "copy", "earlier", "later", "far_earlier", "far_later")  # or picked keys
SMALL, LARGE = Fraction(1), Fraction(10)  # frames of a nudge off the grid


class Deeds(QObject):
    """The actions of `panel`, which has the keyboard, by name."""

    def __init__(self, studio: Studio, view: View, panel: QWidget) -> None:
        super().__init__(panel)
        self.studio, self.view, self.panel = studio, view, panel
        self.by_name: dict[str, QAction] = {}
        self._able: tuple[bool, bool] | None = None  # whether clips, and keys, are selected
        self._editing()
        self._moving()
        self._looking()
        studio.selection_changed.connect(self.refresh)
        studio.project_changed.connect(self.refresh)
        view.changed.connect(self.refresh)
        self.refresh()

    def _editing(self) -> None:
        tr = self.tr
        self.add("split", tr("Split at the playhead"), "cut", self.split, keys=("S",))
        self._trimming()
        self.add("delete", tr("Delete"), "trash", self.delete, keys=("Del", "Backspace"))
        self.add("ripple", tr("Delete and close the gap"), "trash", self.ripple, keys=("Shift+Del", "Shift+Backspace"))
        self.add("duplicate", tr("Duplicate"), "copy", self.duplicate, keys=("Ctrl+D",))
        self.add("cut", tr("Cut clips"), "copy", self.cut, keys=("Ctrl+X",))
        self.add("copy", tr("Copy clips"), "copy", self.copy, keys=("Ctrl+C",))
        self.add("paste", tr("Paste clips"), "paper", self.paste, keys=("Ctrl+V",))
        self.add("all", tr("Select all clips"), "tiles", self.select_all, keys=("Ctrl+A",))
        self.add("rename", tr("Edit the words"), "edit", lambda: None, keys=("F2", "Return"))
        self.add("mute", tr("Mute clips"), "mute", self.mute, keys=("E",))
        self.add("marker", tr("Add a marker"), "star", self.mark, keys=("M",))

    def _moving(self) -> None:
        tr = self.tr
        for name, words, keys, way, wide in (
            ("earlier", tr("Nudge earlier"), "Alt+Left", -1, False),
            ("later", tr("Nudge later"), "Alt+Right", 1, False),
            ("far_earlier", tr("Nudge a bar earlier"), "Alt+Shift+Left", -1, True),
            ("far_later", tr("Nudge a bar later"), "Alt+Shift+Right", 1, True),
        ):
            self.add(name, words, "", partial(self.nudge, way, wide), keys=(keys,))
        self.add("up", tr("Move a track up"), "", lambda: self.lift(-1), keys=("Alt+Up",))
        self.add("down", tr("Move a track down"), "", lambda: self.lift(1), keys=("Alt+Down",))
        self.add("previous_clip", tr("Select the previous clip"), "", lambda: self.walk(-1), keys=("Ctrl+Left",))
        self.add("next_clip", tr("Select the next clip"), "", lambda: self.walk(1), keys=("Ctrl+Right",))
        self.add("previous_edit", tr("To the previous cut"), "", lambda: self.jump(-1), keys=("Up",))
        self.add("next_edit", tr("To the next cut"), "", lambda: self.jump(1), keys=("Down",))

    def _trimming(self) -> None:
        tr, studio = self.tr, self.studio
        cuts: tuple[tuple[str, str, trims.Side, bool, tuple[str, ...]], ...] = (
            ("trim_start", tr("Begin at the playhead"), "start", False, ("[",)),
            ("trim_end", tr("End at the playhead"), "end", False, ("]",)),
            ("ripple_start", tr("Begin at the playhead and close the gap"), "start", True, ("Q",)),
            ("ripple_end", tr("End at the playhead and close the gap"), "end", True, ("W",)),
        )
        for name, words, side, ripple, keys in cuts:
            self.add(name, words, "", partial(trims.trim, studio, words, side, ripple=ripple), keys=keys)
        self.add(
            "from_here", tr("Select all from the playhead on"), "", lambda: trims.choose_from_here(studio), keys=("A",)
        )
        words = tr("Range around the selection")
        self.add("range_chosen", words, "", lambda: trims.range_of_chosen(studio, words), keys=("X",))

    def _looking(self) -> None:
        tr, view = self.tr, self.view
        self.add("zoom_in", tr("Zoom in"), "zoom-in", lambda: view.zoom(1.5), keys=("+", "="))
        self.add("zoom_out", tr("Zoom out"), "zoom-out", lambda: view.zoom(1 / 1.5), keys=("-",))
        self.add("fit", tr("Fit everything"), "fit", view.fit, keys=("0",))
        self.add("fit_chosen", tr("Fit the selection"), "fit", self.fit_chosen, keys=("Z",))
        snap = self.add("snap", tr("Snap"), "magnet", self._snap, keys=("N",))
        snap.setCheckable(True)
        snap.setChecked(view.snapping)

    def add(self, name: str, text: str, icon: str, act: Callable[[], object], *, keys: tuple[str, ...] = ()) -> QAction:
        """One more action of the panel."""
        action = QAction(text, self.panel)
        if icon:
            action.setIcon(theme.icon(icon, "dim"))
        action.setShortcuts([QKeySequence(one) for one in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: act())
        self.panel.addAction(action)
        self.by_name[name] = action
        return action

    def refresh(self) -> None:
        """Enable what can be done now."""
        chosen = bool(self.studio.selection)
        if (chosen, bool(self.view.keys)) == self._able:
            return
        self._able = chosen, bool(self.view.keys)
        for name in CHOSEN:
            self.by_name[name].setEnabled(chosen or (name in KEYED and self._able[1]))

    def _snap(self) -> None:
        self.view.snapping = not self.view.snapping
        self.by_name["snap"].setChecked(self.view.snapping)
        self.view.remember()

    # ------------------------------------------------------------ clips

    def chosen(self) -> list[tuple[Track, Clip]]:
        """The selected clips with their tracks, from top to bottom, the earliest first."""
        ids = set(self.studio.selection)
        return [(track, clip) for track in self.studio.timeline.tracks for clip in track.clips if clip.id in ids]

    def split(self) -> None:
        """Cut the selected clips, or all under the playhead, at the playhead."""
        at = self.studio.playhead
        every = [(track, clip) for track in self.studio.timeline.tracks for clip in track.clips if not track.locked]
        cut = [clip.id for _, clip in self.chosen() or every if clip.start < at < clip.end]
        if cut:
            self.studio.arrange(self.tr("Split clips"), lambda one: edit.split(one, cut, at))

    def delete(self) -> None:
        """Remove the picked keys, else the selected clips."""
        if self.view.keys:
            lanehands.remove_keys(self.view)
            return
        ids = self.studio.selection
        self.studio.arrange(self.tr("Delete clips"), lambda one: edit.remove_clips(one, ids))

    def ripple(self) -> None:
        """Remove them and close the gaps they leave."""
        ids = self.studio.selection
        self.studio.arrange(self.tr("Delete clips"), lambda one: edit.remove_clips(one, ids, ripple=True))

    def duplicate(self) -> None:
        """The selected clips once more, after themselves."""
        rows = [(track.id, clip) for track, clip in self.chosen()]
        if rows:
            self._lay_in(self.tr("Duplicate clips"), rows, max(clip.end for _, clip in rows))

    def copy(self) -> None:
        """Remember the picked keys, else the selected clips."""
        data = QMimeData()
        if self.view.keys:
            data.setData(KEYS, msgspec.json.encode(lanehands.copied(self.view), enc_hook=plain))
            QApplication.clipboard().setMimeData(data)
            return
        rows = [(track.id, track.kind, clip) for track, clip in self.chosen()]
        if rows:
            data.setData(MIME, msgspec.json.encode(rows, enc_hook=plain))
            QApplication.clipboard().setMimeData(data)

    def cut(self) -> None:
        """Remember them and take them away."""
        self.copy()
        if self.view.keys:
            lanehands.remove_keys(self.view)
            return
        ids = self.studio.selection
        self.studio.arrange(self.tr("Cut clips"), lambda one: edit.remove_clips(one, ids))

    def paste(self) -> None:
        """What was copied, at the playhead: on the tracks it came from, else on the first of their kind."""
        found = copied()
        try:
            if found.hasFormat(KEYS):
                lanehands.paste(self.view, _read(found, KEYS, list[tuple[str, list[Key]]]))
            elif found.hasFormat(MIME):
                self._paste_clips(_read(found, MIME, list[tuple[str, TrackKind, Clip]]))
        except (msgspec.MsgspecError, ValueError, ZeroDivisionError):
            sentence = self.tr("What is on the clipboard is of another version of Darkroom: copy it once more.")
            self.studio.notice.emit("warning", sentence)

    def _paste_clips(self, copies: list[tuple[str, TrackKind, Clip]]) -> None:
        tracks = {track.id: track for track in self.studio.timeline.tracks}
        rows = []
        for id, kind, clip in copies:
            first = next((track.id for track in tracks.values() if track.kind == kind), None)
            goal = id if id in tracks and tracks[id].kind == kind else first
            if goal is not None and self._has(clip):
                rows.append((goal, clip))
        if rows:
            self._lay_in(self.tr("Paste clips"), rows, self.studio.playhead)
        if len(rows) < len(copies):
            sentence = self.tr("%1 clip(s) could not be pasted: their track or their media is not in this project.")
            self.studio.notice.emit("warning", sentence.replace("%1", str(len(copies) - len(rows))))

    def _has(self, clip: Clip) -> bool:
        return all(
            name in self.studio.project.media for name in [*(take.media for take in clip.takes), clip.mesh] if name
        )

    def _lay_in(self, text: str, rows: Iterable[tuple[str, Clip]], at: Time) -> None:
        fresh = [(track, edit.copied([clip])[0]) for track, clip in rows]
        if self.studio.arrange(text, lambda one: lay.pasted(one, fresh, at)):
            self.studio.select([clip.id for _, clip in fresh])

    def mute(self) -> None:
        """Leave the selected clips out, or take them in again."""
        clips = [clip for _, clip in self.chosen()]
        off = not all(clip.muted for clip in clips)

        def change(timeline):  # type: ignore[no-untyped-def]
            for clip in clips:
                timeline = edit.change_clip(timeline, clip.id, muted=off)
            return timeline

        self.studio.arrange(self.tr("Mute clips"), change)

    def nudge(self, way: int, wide: bool) -> None:
        """The selected clips by a line of the grid, or by a bar."""
        rows = self.chosen()
        if not rows and not self.view.keys:
            return
        start = min((clip.start for _, clip in rows), default=self.studio.playhead)
        clock, grid = self.view.clock, self.view.grid_now
        if self.view.mode != "bars" or grid in ("", "frame"):
            by = way * (LARGE if wide else SMALL) / clock.fps
        else:
            metre = clock.metre(start)
            beats = Fraction(4, metre.unit) * (metre.beats if wide or grid == "bar" else _part(grid))
            by = clock.seconds(clock.beats(start) + way * beats) - start
        if self.view.keys:
            lanehands.nudge(self.view, by)
            return
        ids = list(self.studio.selection)
        self.studio.arrange(self.tr("Nudge clips"), lambda one: lay.moved(one, ids, by), "nudge:" + ",".join(ids[:8]))

    def lift(self, down: int) -> None:
        """The selected clips to the next track of their kind, up or down."""
        ids, rows = self.studio.selection, self.studio.timeline.tracks
        places = [n for n, track in enumerate(rows) if any(clip.id in ids for clip in track.clips)]
        if not places:
            return
        steps = range(1, len(rows))
        fits = (n * down for n in steps if all(self._same(rows, at, at + n * down) for at in places))
        by = next(fits, None)
        if by is not None:
            self.studio.arrange(self.tr("Move clips"), lambda one: lay.moved(one, ids, ZERO, by))

    @staticmethod
    def _same(rows: tuple[Track, ...], at: int, to: int) -> bool:
        return 0 <= to < len(rows) and rows[to].kind == rows[at].kind

    # ------------------------------------------------------------ going

    def select_all(self) -> None:
        """Every clip of the tracks that are not locked."""
        rows = (track for track in self.studio.timeline.tracks if not track.locked)
        self.studio.select([clip.id for track in rows for clip in track.clips])

    def walk(self, way: int) -> None:
        """Select the clip before or after the selected one on its track; without one, that nearest to the playhead."""
        rows = self.chosen()
        track = rows[0][0] if rows else next((one for one in self.studio.timeline.tracks if one.clips), None)
        if track is None:
            return
        if rows:
            place = next(n for n, clip in enumerate(track.clips) if clip.id == rows[0][1].id) + way
        else:
            place = min(range(len(track.clips)), key=lambda n: abs(track.clips[n].start - self.studio.playhead))
        clip = track.clips[max(0, min(len(track.clips) - 1, place))]
        self.studio.select([clip.id])
        self.view.reveal(clip.start, self.view.row_of(track.id))

    def jump(self, way: int) -> None:
        """Be at the previous or next beginning or end of a clip."""
        here = self.studio.playhead
        edges = {
            edge for track in self.studio.timeline.tracks for clip in track.clips for edge in (clip.start, clip.end)
        }
        beyond = [edge for edge in edges if (edge > here if way > 0 else edge < here)]
        if beyond:
            self.studio.set_playhead(min(beyond) if way > 0 else max(beyond))
            self.view.reveal(self.studio.playhead)

    def fit_chosen(self) -> None:
        """The selected clips in view."""
        rows = self.chosen()
        if rows:
            self.view.fit(min(clip.start for _, clip in rows), max(clip.end for _, clip in rows))

    # ------------------------------------------------------------ tracks, markers, new clips

    def mark(self) -> None:
        """A marker at the playhead."""
        self.mark_at(self.studio.playhead)

    def mark_at(self, at: Time) -> None:
        """A marker at a moment."""
        name = str(len(self.studio.timeline.markers) + 1)
        self.studio.arrange(self.tr("Add marker"), lambda one: edit.add_marker(one, Marker(at, name)))

    def add_track(self, kind: TrackKind, place: int | None = None) -> str:
        """A new track of that kind, at `place` from the top (at the bottom); its id."""
        count = sum(track.kind == kind for track in self.studio.timeline.tracks) + 1
        track = Track(kind, f"{kind_words(kind)} {count}")
        self.studio.arrange(self.tr("Add track"), lambda one: edit.add_track(one, track, place))
        return track.id

    def remove_track(self, id: str) -> None:
        """A track away, with its clips."""
        self.studio.arrange(self.tr("Delete track"), lambda one: edit.remove_track(one, id))

    def move_track(self, id: str, way: int) -> None:
        """A track one place up or down."""
        place = next(n for n, track in enumerate(self.studio.timeline.tracks) if track.id == id) + way
        if 0 <= place < len(self.studio.timeline.tracks):
            self.studio.arrange(self.tr("Move track"), lambda one: edit.move_track(one, id, place))

    def add_clip(self, track: Track, at: Time, what: str = "ask") -> None:
        """A new clip on a track at a moment: 'ask' to be made, 'title', or 'text' of a prompt; as long as two bars, or
        until the next clip."""
        usual = self.view.clock.bars(at, 2)
        after = min((clip.start for clip in track.clips if clip.start > at), default=at + usual)
        length = max(self.view.clock.at_frame(1), min(usual, after - at))
        clip = {
            "ask": lambda: Clip(at, length, ask=self.ask_of(track)),
            "title": lambda: Clip(at, length, title=Title(self.tr("Title"))),
            "text": lambda: Clip(at, length, text=self.studio.draft.prompt or self.tr("Prompt")),
        }[what]()
        if self.studio.arrange(self.tr("Add clip"), lambda one: lay.laid(one, track.id, [clip])):
            self.studio.select([clip.id])

    def ask_of(self, track: Track) -> Ask:
        """What a new clip is made of: what the panels ask for now where its engine makes what the track takes, else
        the first engine that does."""
        wanted = {"audio": ("audio",), "notes": ("audio",), "camera": ("mesh",)}.get(track.kind, ("video", "image"))
        draft, cards = self.studio.draft, self.studio.cards()
        card, shown = cards.get(draft.engine), (*wanted, "mesh") if track.kind == "picture" else wanted
        if card is not None and card.info.medium in shown:
            return Ask(draft.engine, draft.prompt, draft.negative, draft.seed, options=dict(draft.options))
        able = [
            one.info.name
            for medium in wanted
            for one in cards.values()
            if one.info.medium == medium and not one.missing
        ]
        if not able:
            raise Refused("missing", self.tr("There is no engine that makes what this track takes."))
        return Ask(able[0], draft.prompt, seed=draft.seed)


def _part(grid: str) -> Fraction:
    return Fraction(1) if grid == "beat" else Fraction(grid)


def _read(data: QMimeData, form: str, kind: Any) -> Any:
    return msgspec.json.decode(data.data(form).data(), type=kind, dec_hook=rational)
