"""The section of what a clip is made of: engine, prompt, seed, options, what it begins from, what steers it."""

import secrets
from functools import partial
from typing import Any

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.timeline.numbers import number
from app.core.timeline.values import Ask, Clip, ControlFeed, Feed, Track
from app.studio import Studio
from app.ui import theme
from app.ui.declared import label, said, titled, words
from app.ui.form import Form
from app.ui.inspector.feed import FeedRow
from app.ui.inspector.part import Part, replace
from app.ui.prompt import PromptEdit
from app.ui.widgets import Choice, button, discard, relook, say
from engines.contract import EngineCard

MAKES = {  # mediums that a track of a kind shows
    "picture": ("image", "video", "mesh"),
    "control": ("image", "video"),
    "audio": ("audio",),
    "notes": ("audio",),
    "camera": ("mesh",),
}


class AskPart(Part):
    """Rebuilt when the engine is another one; else only its values are shown anew."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, self.tr("Made of"))
        self._built: tuple[str, ...] | None = None
        self.engine = Choice()
        self.engine.activated.connect(lambda place: self._engine(str(self.engine.itemData(place))))
        self.line(self.tr("Engine"), self.engine)
        self.trouble = say("", "bad", wrap=True)
        self.rows.addWidget(self.trouble)
        self.prompt = PromptEdit(self.tr("Prompt"), (2, 6))
        self.negative = PromptEdit(self.tr("Negative prompt"), (1, 3))
        self.prompt.setPlaceholderText(self.tr("The prompt track's words"))
        self.negative.setPlaceholderText(self.tr("What it should not be"))
        self.prompt.edited.connect(lambda text: self.ask(self.tr("Write the prompt"), "prompt", prompt=text))
        self.negative.edited.connect(lambda text: self.ask(self.tr("Write the negative"), "negative", negative=text))
        self.rows.addWidget(self.prompt)
        self.rows.addWidget(self.negative)
        self._seed_row()
        self.numbers = QVBoxLayout()
        self.numbers.setSpacing(theme.S)
        self.rows.addLayout(self.numbers)
        self.form = Form()
        self.form.edited.connect(self._option)
        self.form.cleared.connect(self._uncertain)
        self.rows.addWidget(self.form)
        self.feeds = QVBoxLayout()
        self.feeds.setSpacing(theme.M)
        self.rows.addLayout(self.feeds)
        self.feed_rows: dict[str, FeedRow] = {}

    def _seed_row(self) -> None:
        self.seed = QLineEdit()
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{1,18}"), self.seed))
        self.seed.editingFinished.connect(self._seeded)
        self.shuffle = button("shuffle", self.tr("Another seed"), lambda: self._seed(secrets.randbelow(2**32)))
        field = QWidget()
        row = QHBoxLayout(field)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        row.addWidget(self.seed, 1)
        row.addWidget(self.shuffle)
        self.seed_row = self.line(self.tr("Seed"), field)

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        if not isinstance(owner, Clip) or owner.title is not None or track.kind not in MAKES:
            return False
        return owner.ask is not None or owner.shown is None

    @property
    def card(self) -> EngineCard | None:
        """The card of its engine; None when there is none."""
        ask = self.clip.ask
        return self.studio.cards().get(ask.engine) if ask is not None else None

    # ------------------------------------------------------------ showing

    def refresh(self) -> None:
        ask, card, track = self.clip.ask, self.card, self.track
        assert track is not None
        self._list_engines(track.kind, ask)
        takes = card.info.takes if card else ()
        built = (self.clip.id, ask.engine if ask else "", str(card is not None), str(len(ask.controls) if ask else 0))
        if built != self._built:
            self._built = built
            self._build(card, ask)
        for field, on in ((self.prompt, "prompt"), (self.negative, "negative"), (self.seed_row, "seed")):
            field.setVisible(on in takes)
        if ask is None:
            return
        self.prompt.set_text(ask.prompt)
        self.negative.set_text(ask.negative)
        self.seed.setText(str(ask.seed))
        self.form.show_values(ask.options, {})
        for where, row in self.feed_rows.items():
            row.show_feed(self.studio.project, _feed_of(ask, where))

    def _list_engines(self, kind: str, ask: Ask | None) -> None:
        cards = {name: card for name, card in self.studio.cards().items() if card.info.medium in MAKES[kind]}
        self.engine.clear()
        self.engine.addItem(self.tr("None"), "")
        for name, card in sorted(cards.items(), key=lambda pair: (pair[1].info.medium, titled(pair[1]))):
            self.engine.addItem(theme.icon(card.info.medium, "dim" if card.missing else "accent"), titled(card), name)
        if ask is not None and ask.engine not in cards:
            self.engine.addItem(ask.engine, ask.engine)
        self.engine.setCurrentIndex(max(0, self.engine.findData(ask.engine if ask else "")))
        own = self.card
        absent = ask is not None and (own is None or bool(own.missing))
        self.trouble.setText(self.tr("This engine is not there, so the clip cannot be made again.") if absent else "")
        self.trouble.setVisible(absent)
        relook(self.trouble, "bad")

    def _build(self, card: EngineCard | None, ask: Ask | None) -> None:
        for layout in (self.numbers, self.feeds):
            while (item := layout.takeAt(0)) is not None:
                old = item.widget()
                if old is not None:
                    discard(old)
        self.keyed.clear()
        self.feed_rows.clear()
        if card is None or ask is None:
            self.form.build(())
            return
        bent = [param for param in card.params if param.curve and param.kind in ("int", "float")]
        self.form.build(tuple(param for param in card.params if param not in bent))
        for param in bent:
            self._dial(param.name, label(param), card, said(param.help))
        self._feeds(card, ask)

    def _dial(self, target: str, name: str, card: EngineCard, tip: str = "") -> None:
        param = number(card, target)
        if param is not None:
            row = self.dial(target, name, param)
            row.label.setToolTip(tip)
            self.numbers.addWidget(row)

    def _feeds(self, card: EngineCard, ask: Ask) -> None:
        """What goes in: the start and its strength, the last picture, the mask, and each control with its strength."""
        names = {"start": self.tr("Begin from"), "last": self.tr("End with"), "mask": self.tr("Only where")}
        for where, name in names.items():
            if where in card.info.takes:
                self._feed(where, name)
                if where == "start":
                    self._dial("strength", self.tr("Strength"), card)
        for control in card.info.controls:
            self._feed(f"control:{control.kind}", said(control.title) if control.title else words(control.kind))
            if any(one.kind == control.kind for one in ask.controls):
                self._dial(f"control:{control.kind}", self.tr("Strength"), card)
        for adapter in card.info.adapters:
            if adapter.name in ask.adapters:
                self._dial(f"adapter:{adapter.name}", adapter.title, card)

    def _feed(self, where: str, name: str) -> None:
        row = self.feed_rows[where] = FeedRow(name, self.clip.id)
        row.chosen.connect(partial(self._fed, where))
        self.feeds.addWidget(row)

    # ------------------------------------------------------------ editing

    def ask(self, text: str, merge: str = "", /, **fields: Any) -> None:
        """Set fields of the request of every selected clip that has one."""
        self._each(text, lambda ask: replace(ask, **fields), merge)

    def _each(self, text: str, change: Any, merge: str = "") -> None:
        self.change(text, lambda one: one if one.ask is None else replace(one, ask=change(one.ask)), merge)

    def _engine(self, name: str) -> None:
        """Another engine keeps what it knows as well: options of the same name, and the words."""
        card = self.studio.cards().get(name)
        known = {param.name for param in card.params} if card else set()

        def change(one: Clip) -> Clip:
            if not name:
                return replace(one, ask=None)
            ask = one.ask or Ask(name, seed=secrets.randbelow(2**32))
            return replace(one, ask=replace(ask, engine=name, options=_known(ask.options, known), draft={}))

        self.change(self.tr("Choose the engine"), change)

    def _option(self, name: str, value: Any) -> None:
        text = self.tr("Change %1").replace("%1", self.form.rows[name].name)
        self._each(text, lambda ask: replace(ask, options=ask.options | {name: value}), name)

    def _uncertain(self, name: str) -> None:
        text = self.tr("Reset %1").replace("%1", self.form.rows[name].name)
        self._each(text, lambda ask: replace(ask, options={k: v for k, v in ask.options.items() if k != name}))

    def _seeded(self) -> None:
        if self.clip.ask is not None and self.seed.text() and int(self.seed.text()) != self.clip.ask.seed:
            self._seed(int(self.seed.text()))

    def _seed(self, seed: int) -> None:
        self.ask(self.tr("Another seed"), seed=seed)

    def _fed(self, where: str, feed: Feed | None) -> None:
        self._each(self.tr("Choose what goes in"), lambda ask: _with_feed(ask, where, feed))


def _known(options: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name in names}


def _feed_of(ask: Ask, where: str) -> Feed | None:
    kind = where.partition(":")[2]
    if kind:
        return next((one.feed for one in ask.controls if one.kind == kind), None)
    return getattr(ask, where)  # type: ignore[no-any-return]


def _with_feed(ask: Ask, where: str, feed: Feed | None) -> Ask:
    kind = where.partition(":")[2]
    if not kind:
        return replace(ask, **{where: feed})  # type: ignore[no-any-return]
    others = tuple(one for one in ask.controls if one.kind != kind)
    old = next((one for one in ask.controls if one.kind == kind), None)
    if feed is None:
        return replace(ask, controls=others)  # type: ignore[no-any-return]
    return replace(ask, controls=(*others, replace(old, feed=feed) if old else ControlFeed(kind, feed)))  # type: ignore[no-any-return]
