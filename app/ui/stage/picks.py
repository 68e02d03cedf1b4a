"""One of a few, chosen from a menu or stepped through by a key: shading, scale, speed and the like."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from app.ui import theme
from app.ui.stage.viewer import Viewer

Option = tuple[str, str]  # the value, and what it is called


class Picks(QObject):
    """What may be chosen, under one title. `changed` carries the value; `key` steps on to the next one."""

    changed = Signal(str)

    def __init__(
        self, viewer: Viewer, icon: str, title: str, options: Sequence[Option], *, key: str = "", at: str = ""
    ) -> None:
        super().__init__(viewer)
        self.title, self.options = title, tuple(options)
        self.value = at or self.options[0][0]
        self.menu = QMenu(title, viewer)
        self.menu.setIcon(theme.icon(icon))
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for value, text in self.options:
            action = self.menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(value == self.value)
            action.setActionGroup(self._group)
            action.triggered.connect(partial(self.pick, value))
            self._actions[value] = action
        if key:
            viewer.deed(icon, viewer.tr("%1: the next one").replace("%1", title), (key,), self.next)

    @property
    def text(self) -> str:
        """What the present value is called."""
        return dict(self.options)[self.value]

    def pick(self, value: str, _checked: bool = False) -> None:
        """Choose `value`."""
        if value not in self._actions:
            raise ValueError(f"{self.title} cannot be {value!r}")
        self._actions[value].setChecked(True)
        if value != self.value:
            self.value = value
            self.changed.emit(value)

    def next(self) -> None:
        """The one after the present, round and round."""
        values = [value for value, _ in self.options]
        self.pick(values[(values.index(self.value) + 1) % len(values)])
