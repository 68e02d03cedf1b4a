"""What can be done by a menu or a button, as the command palette offers it."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.ui.palette import Command
from app.ui.shortcuts import keys


def offered(action: QAction) -> bool:
    """Whether it can be done now."""
    return bool(action.text()) and action.isEnabled() and not action.isSeparator() and action.menu() is None  # type: ignore[redundant-expr]


def visible(action: QAction) -> bool:
    """Whether the widget it belongs to is seen."""
    parent = action.parent()
    return isinstance(parent, QWidget) and parent.isVisible() and action.isVisible()


def command_of(action: QAction, place: str) -> Command:
    """It as the palette offers it, said to come from `place`."""
    icon = action.icon()
    return Command(action.text().replace("&", ""), place, keys(action), action.trigger, None if icon.isNull() else icon)
