"""The models as a Qt model: those that match the search and the filter, in the order of their kinds."""

import os
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.studio import Found
from app.ui.models import words

FOUND = Qt.ItemDataRole.UserRole
_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex

FRESH = 1000  # models looked at for the first time in one turn of the event loop, 25 ms
FILTERS = ("all", "opened", "models", "loras", "controls", "parts", "trouble")
_KINDS = {"models": words.NETWORKS, "loras": ("lora",), "controls": words.STEERING, "parts": (*words.PARTS, "unknown")}


class _Item(Struct, frozen=True, gc=False):
    """A model with its place in the order and the text that is searched, which take long to make."""

    found: Found
    order: tuple[int, str, str]
    text: str


class ModelList(QAbstractListModel):
    """What is shown of `take`n models. `rows` are those that match, `total` is how many there are."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Found] = []
        self.total = 0
        self._every: list[_Item] = []
        self._query: tuple[str, ...] = ()
        self._filter = "all"

    def take(self, models: Iterable[Found]) -> bool:
        """These are all there are now. False when some were left out, for too many are new for one turn."""
        before = {(item.found.model.path, item.found.model.form): item for item in self._every}
        every, fresh, given = [], 0, list(models)
        for found in given:
            known = before.get((found.model.path, found.model.form))
            fresh += known is None or known.found.model is not found.model
            if fresh <= FRESH or (known is not None and known.found.model is found.model):
                every.append(_item(found, known))
        self._every = sorted(every, key=attrgetter("order"))
        self.total = len(every)
        self._sieve()
        return len(every) == len(given)

    def search(self, query: str, chosen: str) -> None:
        """Show what has each word of `query` in its name, folder or facts, and is of the FILTERS' `chosen`."""
        self._query, self._filter = tuple(query.casefold().split()), chosen
        self._sieve()

    def _sieve(self) -> None:
        rows = [item.found for item in self._every if self._wanted(item.text, item.found)]
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def _wanted(self, text: str, found: Found) -> bool:
        if not all(word in text for word in self._query):
            return False
        match self._filter:
            case "all":
                return True
            case "opened":
                return bool(found.opened)
            case "trouble":
                return bool(found.lacks or found.model.trouble)
        return found.model.kind in _KINDS[self._filter]

    def find(self, path: str, form: str) -> QModelIndex:
        """Where this model is; invalid when it is not shown."""
        place = ((found.model.path, found.model.form) for found in self.rows)
        return next((self.index(row) for row, one in enumerate(place) if one == (path, form)), QModelIndex())

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        found = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return words.name(found.model)
            case x if x == FOUND:
                return found
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (found.model.name, words.facts(found.model), words.note(found))))
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return words.details(found)
        return None


def _item(found: Found, before: _Item | None) -> _Item:
    if before is not None and before.found.model is found.model:
        return _Item(found, before.order, before.text)
    return _Item(found, _order(found), _text(found))


def _order(found: Found) -> tuple[int, str, str]:
    model = found.model
    return words.ORDER.index(model.kind) if model.kind in words.ORDER else 99, model.title, words.name(model).casefold()


def _text(found: Found) -> str:
    model = found.model
    folder = os.path.basename(os.path.dirname(model.path))
    parts = (folder, model.name, words.facts(model), model.base, model.pipeline, *model.triggers)
    return " ".join(parts).casefold()
