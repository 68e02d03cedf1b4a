"""The curve editor: the lanes of what is selected, one of them as a curve, and what steers it."""

from fractions import Fraction
from functools import partial

import msgspec
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.core.timeline import edit, keys, numbers
from app.core.timeline.curve import Hearing
from app.core.timeline.easing import EASINGS
from app.core.timeline.fineness import fineness
from app.core.timeline.hearing import owner_of
from app.core.timeline.values import ZERO, Clip, Key, Lane, Track
from app.studio import Studio
from app.ui import theme
from app.ui.curves.board import Shown
from app.ui.curves.graph import Graph
from app.ui.curves.lanes import Lanes
from app.ui.curves.steer import Steer
from app.ui.inspector.words import finenesses, target_words
from app.ui.monitor.source import Ears
from app.ui.widgets import Choice, Empty, say
from engines.contract import EngineCard, Failure, Refused

GRIDS = ("frame", "beat", "1/2", "1/4", "1/8", "bar")
BAKED = 0.002  # of the range: how far a baked curve may be off


class Curves(QWidget):
    """Follows the studio's selection; `show_lane` shows one lane of anything."""

    went = Signal()

    def __init__(self, studio: Studio, ears: Ears | None = None) -> None:
        super().__init__()
        self.studio, self.ears = studio, ears or Ears()
        self.owner, self.target = "", ""
        self._clipboard: tuple[Key, ...] = ()
        self._hearing: tuple[object, Hearing] | None = None
        self._turn = 0
        self.setAccessibleName(self.tr("Curves"))
        self.lanes, self.graph, self.steer = Lanes(), Graph(), Steer()
        self.badge = say("", "small")
        self.bar = QHBoxLayout()
        self._build()
        self._listen()
        self.refresh()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(self.bar)
        middle.addWidget(self.graph, 1)
        self._fill_bar()
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.lanes)
        row.addLayout(middle, 1)
        row.addWidget(self.steer)
        empty = Empty(
            "curve",
            self.tr("No curve to show"),
            self.tr("Select a clip or a track, or press the diamond beside a number in the inspector."),
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    def _fill_bar(self) -> None:
        tr, graph = self.tr, self.graph
        self.bar.setContentsMargins(theme.M, 3, theme.M, 3)
        self.bar.setSpacing(2)
        self.add_deed = self._deed("diamond", tr("Key at the playhead"), ("Ins", "Return"), graph.add)
        self.delete_deed = self._deed("trash", tr("Delete the chosen keys"), ("Del", "Backspace"), graph.delete)
        self.easing = QMenu(tr("Easing"), self)
        self._fill_easings()
        self._button(QAction(theme.icon("curve"), tr("How the chosen keys go on"), self), self.easing)
        self.bar.addSpacing(theme.M)
        self.snap_deed = self._deed("magnet", tr("Snap"), ("N",), self._snap, on=True)
        self.grid = Choice()
        names = (tr("Frames"), tr("Beats"), tr("Half beats"), tr("Quarter beats"), tr("Eighths of beats"), tr("Bars"))
        for grid, name in zip(GRIDS, names, strict=True):
            self.grid.addItem(name, grid)
        self.grid.setCurrentIndex(self.grid.findData(graph.grid))
        self.grid.setAccessibleName(tr("Grid"))
        self.grid.activated.connect(lambda place: setattr(graph, "grid", self.grid.itemData(place)))
        self.bar.addWidget(self.grid)
        self._deed("fit", tr("Fit the curve, or the chosen keys"), ("F",), graph.fit)
        self.bar.addStretch(1)
        self.bar.addWidget(self.badge)
        self._keys_only()

    def _keys_only(self) -> None:
        """What is done by keys and by the menu alone."""
        tr, graph = self.tr, self.graph
        self.more = [
            self._deed("copy", tr("Copy keys"), ("Ctrl+C",), self._copy, shown=False),
            self._deed("close", tr("Cut keys"), ("Ctrl+X",), self._cut, shown=False),
            self._deed("open", tr("Paste keys at the playhead"), ("Ctrl+V",), self._paste, shown=False),
            self._deed("check", tr("Choose all keys"), ("Ctrl+A",), self._choose_all, shown=False),
            self._deed("chevron-left", tr("Key before"), ("PgUp", "["), lambda: graph.walk(-1), shown=False),
            self._deed("chevron-right", tr("Key after"), ("PgDown", "]"), lambda: graph.walk(1), shown=False),
            self._deed("brush", tr("Smooth the handles"), (), graph.smooth, shown=False),
            self._deed("grid", tr("Put keys on the grid"), ("Q",), graph.align, shown=False),
        ]

    def _fill_easings(self) -> None:
        tr = self.tr
        for name, text in (("linear", tr("Linear")), ("hold", tr("Hold")), ("bezier", tr("Bezier"))):
            self.easing.addAction(text).triggered.connect(partial(self._ease, name))
        self.easing.addSeparator()
        ways = (("ease-in-", tr("Ease in")), ("ease-out-", tr("Ease out")), ("ease-in-out-", tr("Ease in and out")))
        for prefix, text in ways:
            menu = self.easing.addMenu(text)
            for name in EASINGS:
                rest = name.removeprefix(prefix)
                if name.startswith(prefix) and "-" not in rest:
                    menu.addAction(rest.capitalize()).triggered.connect(partial(self._ease, name))

    def _deed(self, icon, text, keys_, act, *, on=None, shown=True) -> QAction:  # type: ignore[no-untyped-def]
        action = QAction(theme.icon(icon), text, self)
        action.setShortcuts([QKeySequence(one) for one in keys_])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        native = ", ".join(one.toString(QKeySequence.SequenceFormat.NativeText) for one in action.shortcuts())
        action.setToolTip(f"{text} ({native})" if native else text)
        if on is None:
            action.triggered.connect(lambda _checked=False: act())
        else:
            action.setCheckable(True)
            action.setChecked(on)
            action.toggled.connect(act)
        self.graph.addAction(action)
        if shown:
            self._button(action)
        return action

    def _button(self, action: QAction, menu: QMenu | None = None) -> None:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setFixedSize(28, 28)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        if menu is not None:
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.bar.addWidget(button)

    def _listen(self) -> None:
        studio = self.studio
        studio.selection_changed.connect(self._selected)
        studio.project_changed.connect(self.refresh)
        studio.project_opened.connect(lambda: self._show("", ""))
        studio.engines_changed.connect(self.refresh)
        studio.playhead_changed.connect(self.graph.set_playhead)
        self.graph.edited.connect(lambda lane, text: self._put(lane, text))
        self.graph.moved.connect(studio.set_playhead)
        self.graph.menu_asked.connect(self._menu)
        self.graph.chosen_changed.connect(self._enable)
        self.lanes.chosen.connect(lambda target: self._show(self.owner, target))
        self.lanes.switched.connect(self._switch)
        self.lanes.removed.connect(self._remove)
        self.lanes.menu.aboutToShow.connect(self._fill_add)
        self.steer.changed.connect(self._put)
        self.steer.bake.connect(self._bake)

    # ------------------------------------------------------------ what is shown

    def show_lane(self, owner: str, target: str) -> None:
        """Show the lane of a number of a track or clip; one it has not yet is begun."""
        place = owner_of(self.studio.timeline, owner)
        if place is not None and numbers.lane_of(place, target) is None:
            self._begin(place, target)
        self._show(owner, target)
        self.went.emit()

    def _show(self, owner: str, target: str) -> None:
        self.owner, self.target = owner, target
        self.refresh()

    def _selected(self) -> None:
        found = [id for id in self.studio.selection if owner_of(self.studio.timeline, id) is not None]
        if found and self.owner not in found:
            self._show(found[0], "")

    @property
    def place(self) -> Track | Clip | None:
        """The track or clip whose lanes are shown."""
        return owner_of(self.studio.timeline, self.owner)

    @property
    def lane(self) -> Lane | None:
        """The lane that is shown."""
        return numbers.lane_of(self.place, self.target) if self.place is not None else None

    @property
    def card(self) -> EngineCard | None:
        """The card of the engine that makes the clip."""
        ask = self.place.ask if isinstance(self.place, Clip) else None
        return self.studio.cards().get(ask.engine) if ask is not None else None

    def refresh(self) -> None:
        """Show the lanes as they are now."""
        place = self.place
        self.pages.setCurrentIndex(0 if place is None else 1)
        if place is None:
            self.graph.show_lane(None)
            return
        if self.lane is None:
            self.target = place.lanes[0].target if place.lanes else ""
        rows = [(lane.target, target_words(lane.target, self.card), lane.on) for lane in place.lanes]
        self.lanes.show_lanes(rows, self.target)
        self.steer.show_lane(self.lane, self.studio.timeline, self.owner)
        self.graph.show_lane(self._shown(place))
        self.graph.set_playhead(self.studio.playhead)
        self._say()
        self._enable()
        self._listen_to(place)

    def _shown(self, place: Track | Clip) -> Shown | None:
        lane = self.lane
        if lane is None:
            return None
        since = place.start if isinstance(place, Clip) else ZERO
        hearing = Hearing(self.studio.clock, since, self._hearing[1].heard if self._hearing else {})
        param, base = numbers.number(self.card, self.target), numbers.constant(place, self.target, self.card)
        length = place.length if isinstance(place, Clip) else max(self.studio.timeline.end, Fraction(1))
        return Shown(lane, base, hearing, param, length)

    def _say(self) -> None:
        word, sentence = finenesses()[fineness(self.card, self.target)] if self.target else ("", "")
        self.badge.setText(word)
        self.badge.setToolTip(sentence)
        self.badge.setAccessibleName(sentence)

    def _enable(self) -> None:
        there = self.lane is not None
        self.add_deed.setEnabled(there)
        self.easing.setEnabled(there)
        self.delete_deed.setEnabled(bool(self.graph.chosen))

    def _listen_to(self, place: Track | Clip) -> None:
        """Have the sounds that steer listened to, where they are other ones."""
        wanted = tuple(lane.modulator.clip for lane in place.lanes if lane.modulator and lane.on)
        key = (self.owner, wanted, self.studio.timeline.tracks if wanted else ())
        if self._hearing is not None and self._hearing[0] == key:
            return
        self._hearing = (key, Hearing(self.studio.clock))
        if not wanted:
            return
        self._turn += 1
        turn, project, document, owner = self._turn, self.studio.project, self.studio.document, self.owner

        def heard(hearing: Hearing) -> None:
            if turn == self._turn and self.place is not None:
                self._hearing = (key, hearing)
                self.graph.show_lane(self._shown(self.place))

        self.studio.bridge.apart("curves", lambda: self.ears.hearing(project, document, owner), heard, self._deaf)

    def _deaf(self, failure: Failure) -> None:
        self.studio.notice.emit("warning", failure.sentence)

    # ------------------------------------------------------------ lanes

    def _put(self, lane: Lane, text: str, merge: str = "") -> None:
        owner = self.owner
        self.studio.arrange(text, lambda one: edit.put_lane(one, owner, lane), merge and f"{merge} {lane.id}")

    def _begin(self, place: Track | Clip, target: str) -> None:
        """A lane for a number, with one key that says what it was."""
        card = self.card if place.id == self.owner else self._card_of(place)
        lane = Lane(target, (Key(ZERO, numbers.constant(place, target, card)),))
        self.studio.arrange(self.tr("Add a lane"), lambda one: edit.put_lane(one, place.id, lane))

    def _card_of(self, place: Track | Clip) -> EngineCard | None:
        ask = place.ask if isinstance(place, Clip) else None
        return self.studio.cards().get(ask.engine) if ask is not None else None

    def _fill_add(self) -> None:
        menu, place = self.lanes.menu, self.place
        menu.clear()
        if place is None:
            return
        track = edit.track_of(self.studio.timeline, place.id)
        taken = {lane.target for lane in place.lanes}
        clip = place if isinstance(place, Clip) else None
        for target in numbers.offered(track, clip, self.card):
            action = menu.addAction(target_words(target, self.card))
            action.setEnabled(target not in taken)
            action.triggered.connect(partial(self._added, target))

    def _added(self, target: str, _checked: bool = False) -> None:
        self.show_lane(self.owner, target)

    def _switch(self, target: str, on: bool) -> None:
        lane = numbers.lane_of(self.place, target) if self.place is not None else None
        if lane is not None and lane.on != on:
            text = self.tr("Switch the lane on") if on else self.tr("Switch the lane off")
            self._put(msgspec.structs.replace(lane, on=on), text)

    def _remove(self, target: str) -> None:
        lane, owner = numbers.lane_of(self.place, target) if self.place is not None else None, self.owner
        if lane is not None:
            self.studio.arrange(self.tr("Remove the lane"), lambda one: edit.remove_lane(one, owner, lane.id))

    def _bake(self) -> None:
        """The expression and the sound become keys, within the owner's time."""
        shown = self.graph.shown
        if shown is None:
            return
        values = shown.param
        span = float(values.max - values.min) if values and values.max is not None and values.min is not None else 1.0
        start, step = shown.hearing.since, 1 / self.studio.project.fps
        try:
            lane = keys.baked(
                shown.lane,
                shown.base,
                shown.hearing,
                (start, start + shown.length),
                step=step,
                tolerance=min(1.0, span) * BAKED,
            )
        except Refused as refused:
            self.studio.notice.emit("warning", refused.failure.sentence)
            return
        self._put(lane, self.tr("Turn into keys"))

    # ------------------------------------------------------------ keys

    def _ease(self, name: str, _checked: bool = False) -> None:
        self.graph.ease(name)

    def _snap(self, on: bool) -> None:
        self.graph.snap = on

    def _copy(self) -> None:
        self._clipboard = self.graph.copied() or self._clipboard

    def _cut(self) -> None:
        self._copy()
        self.graph.delete()

    def _paste(self) -> None:
        self.graph.paste(self._clipboard)

    def _choose_all(self) -> None:
        if self.lane is not None:
            self.graph.choose(frozenset(range(len(self.lane.keys))))

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(self.add_deed)
        menu.addAction(self.delete_deed)
        menu.addMenu(self.easing)
        menu.addSeparator()
        menu.addActions(self.more)
        menu.popup(at)
