"""Sending a result to an engine that takes it: the menu, and what it does to the draft (one step to undo)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.core import send
from app.core.entry import Entry
from app.core.send import Way
from app.studio.draft import fitted
from app.ui import theme
from app.ui.declared import titled, words
from engines.contract import Control, EngineCard, Media, Request, medium_of
from engines.files import media as files

translate = QCoreApplication.translate


def sent(card: EngineCard, draft: Request, way: Way, media: Media) -> Request:
    """The draft for the engine of `way`, with `media` where the way leads; everything else the engine understands
    stays."""
    request = fitted(card, draft)
    if way.control:
        others = tuple(control for control in request.controls if control.kind != way.control)
        make = "" if way.map else send.usual_make(card.info, way.control)
        return msgspec.structs.replace(request, controls=(*others, Control(way.control, media, make=make)))
    return msgspec.structs.replace(request, start=media, mask=None, around=(0, 0, 0, 0))


def go(studio: Any, way: Way, media: Media) -> None:
    """Make it the draft, and say so."""
    card = studio.card_of(way.engine)
    studio.set_draft(sent(card, studio.draft, way, media), translate("Stage", "Send to %1").replace("%1", titled(card)))
    name = next((kind.title for kind in card.info.controls if kind.kind == way.control and kind.title), "")
    done = translate("Stage", "%1 controls %2 now.") if way.control else translate("Stage", "%2 starts from it now.")
    studio.notice.emit("info", done.replace("%1", name or words(way.control)).replace("%2", titled(card)))


def ranged(card: EngineCard, draft: Request, media: Media, span: tuple[float, float]) -> Request | None:
    """The draft beginning from `media` and changing only the seconds `span`; None where the engine takes no range."""
    ends = send.time_range(card.params)
    if ends is None:
        return None
    names = {ends[0].name: span[0], ends[1].name: span[1]}
    starts = medium_of(media) in send.start_media(card.info)
    start = media if starts else draft.start
    return msgspec.structs.replace(draft, options=draft.options | names, start=start)


def menu(
    parent: QMenu, title: str, cards: Mapping[str, EngineCard], found: Sequence[Way], go: Callable[[Way], object]
) -> QMenu | None:
    """A submenu `title` with every way in `found`; None (and no submenu) when there is no way."""
    if not found:
        return None
    result = parent.addMenu(theme.icon("send"), title)
    for way in found:
        card = cards[way.engine]
        icon = theme.icon(card.info.medium, "dim")
        result.addAction(icon, _said(card, way)).triggered.connect(lambda _checked=False, way=way: go(way))
    return result


def of_result(studio: Any, parent: QMenu, entry: Entry, before: QAction) -> None:
    """Every engine that takes a result of the history, as a submenu above `before`."""
    cards = studio.cards()

    def send_by(way: Way) -> None:
        studio.bridge.aside(lambda: files.read(entry.path), lambda media: go(studio, way, media))

    made = menu(parent, translate("HistoryPanel", "Use it in"), cards, send.ways(cards, entry.medium), send_by)
    if made is not None:
        parent.insertMenu(before, made)


def _said(card: EngineCard, way: Way) -> str:
    if way.control:
        text = translate("Stage", "As control of %1: %2")
        title = next((kind.title for kind in card.info.controls if kind.kind == way.control and kind.title), "")
        said = (title or words(way.control)) + (f" · {words(way.map)}" if way.map and title else "")
        return text.replace("%1", titled(card)).replace("%2", said)
    return translate("Stage", "As start in %1").replace("%1", titled(card))
