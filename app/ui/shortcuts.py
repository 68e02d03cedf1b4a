"""The list of shortcuts: those of menus, viewers and lists, read from what they declare, and those of the rest."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.palette import score
from app.ui.widgets import say

Group = tuple[str, list[tuple[str, str]]]  # heading, [(what, keys)]


def of_menus(menus: Iterable[tuple[str, list[QAction]]]) -> list[Group]:
    """The groups of shortcuts of these menus: title and actions."""
    groups = []
    for title, actions in menus:
        rows = [(action.text().replace("&", ""), keys(action)) for action in actions if action.shortcuts()]
        if rows:
            groups.append((title.replace("&", ""), rows))
    return groups


def keys(action: QAction) -> str:
    """The keys of `action` as people write them."""
    return spelt(action.shortcuts())


def spelt(sequences: Sequence[QKeySequence]) -> str:
    """These keys as people write them."""
    return "  ".join(_spelt(one) for one in sequences)


def _spelt(one: QKeySequence) -> str:
    native, plain = one.toString(one.SequenceFormat.NativeText), one.toString(one.SequenceFormat.PortableText)
    arrow = ARROWS.get(plain.rpartition("+")[2])
    held, plus, _ = native.rpartition("+")
    return held + plus + arrow if arrow else native


ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


class Shortcuts(QDialog):
    """All shortcuts, with a search."""

    def __init__(self, window: QWidget, groups: list[Group]) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.groups = [*groups, *self._panels()]
        self.rows: list[tuple[str, QLabel, QLabel]] = []
        self.search = QLineEdit(placeholderText=self.tr("Search shortcuts"))
        self.search.setAccessibleName(self.tr("Search shortcuts"))
        self.search.textChanged.connect(self._filter)
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setSpacing(theme.XL * 2)
        columns.setContentsMargins(theme.S, theme.M, theme.L, theme.M)
        half = self._half()
        for part in (self.groups[:half], self.groups[half:]):
            columns.addLayout(self._column(part))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        area.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        column.setSpacing(theme.L)
        column.addWidget(self.search)
        column.addWidget(area)
        column.addWidget(buttons)
        self.resize(min(900, window.width() - 40), min(660, window.height() - 40))

    def _half(self) -> int:
        sizes = [len(rows) + 2 for _, rows in self.groups]
        return min(range(len(sizes)), key=lambda n: abs(sum(sizes[:n]) - sum(sizes[n:])))

    def _column(self, groups: list[Group]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.XL)
        grid.setVerticalSpacing(theme.M)
        grid.setColumnStretch(0, 1)
        for title, rows in groups:
            head = say(title, "section")
            head.setContentsMargins(0, theme.M, 0, 0)
            grid.addWidget(head, grid.rowCount(), 0, 1, 2)
            for what, pressed in rows:
                name, combination = QLabel(what), say(pressed, "dim")
                combination.setAlignment(Qt.AlignmentFlag.AlignRight)
                line = grid.rowCount()
                grid.addWidget(name, line, 0)
                grid.addWidget(combination, line, 1)
                self.rows.append((f"{what} {pressed} {title}", name, combination))
        grid.setRowStretch(grid.rowCount(), 1)
        return grid

    def _filter(self, query: str) -> None:
        for text, name, combination in self.rows:
            on = not query.strip() or (score(query, text) or 0) > 3
            name.setVisible(on)
            combination.setVisible(on)

    def _panels(self) -> list[Group]:
        tr = self.tr
        return [
            (tr("Prompt"), [(tr("Previous or next prompt"), "Alt+↑  Alt+↓"), (tr("Leave the text"), "Tab")]),
            (
                tr("Steps"),
                [
                    (tr("Step by step"), "←  →"),
                    (tr("First step, result"), tr("Home  End")),
                    (tr("Play the development"), tr("Space")),
                    (tr("Branch from the step"), "B"),
                    (tr("Curve point up or down"), "↑  ↓"),
                    (tr("Add or remove a curve point"), tr("Ins  Del")),
                    (tr("Edit the points of a curve"), tr("Enter")),
                ],
            ),
            (
                tr("Timeline"),
                [
                    (tr("Copy clips by dragging"), tr("Ctrl, drag")),
                    (tr("Slip what a clip shows"), tr("Alt, drag")),
                    (tr("Do not snap, or do"), tr("Shift, drag")),
                    (tr("Set in and out on the ruler"), tr("Alt, drag")),
                    (tr("Add a key to a curve"), tr("Double click")),
                    (tr("Zoom at the mouse"), tr("Ctrl, wheel")),
                ],
            ),
            (tr("Everywhere"), [(tr("Menu of what has the focus"), tr("Menu key"))]),
        ]
