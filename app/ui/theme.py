"""The look: colour tokens for dark and light, spacing, fonts, tinted icons, and `apply` that puts them on the program.

Colours are hex names. Widgets that paint themselves ask `current(self)` inside `paintEvent`, so a switch of theme
repaints them; everything else follows the palette and the style sheet.
"""

from functools import cache
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.sheet import sheet

S, M, L, XL = 4, 8, 12, 20
RADIUS = 6
FIELD = 28
ICONS = Path(__file__).resolve().parents[2] / "assets" / "icons"


class Tokens(Struct, frozen=True):
    """The named colours. `text` and `dim` are readable on `window`, `panel` and `raised` (contrast 4.5 or more)."""

    dark: bool
    stage: str
    window: str
    panel: str
    raised: str
    hover: str
    pressed: str
    line: str
    text: str
    dim: str
    faint: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_soft: str
    good: str
    warn: str
    bad: str
    focus: str


DARK = Tokens(
    dark=True,
    stage="#0d0c0b",
    window="#131211",
    panel="#1a1917",
    raised="#272522",
    hover="#312e2a",
    pressed="#3b3733",
    line="#2e2b28",
    text="#ece8e2",
    dim="#a8a198",
    faint="#6f6962",
    accent="#f2683c",
    accent_hover="#ff7d52",
    accent_text="#1b0b05",
    accent_soft="#43241a",
    good="#7fbf7a",
    warn="#e5b252",
    bad="#ff7b72",
    focus="#f2683c",
)
LIGHT = Tokens(
    dark=False,
    stage="#dedad4",
    window="#e9e6e1",
    panel="#f6f4f1",
    raised="#ffffff",
    hover="#ebe7e2",
    pressed="#dfdad3",
    line="#d6d1ca",
    text="#221f1c",
    dim="#665f57",
    faint="#9a928a",
    accent="#c2401a",
    accent_hover="#a93413",
    accent_text="#ffffff",
    accent_soft="#f7dcd1",
    good="#2f7d32",
    warn="#8a5a00",
    bad="#b3261e",
    focus="#c2401a",
)


def tokens(dark: bool) -> Tokens:
    """The colours of the dark or the light theme."""
    return DARK if dark else LIGHT


def current(widget: QWidget | None = None) -> Tokens:
    """The colours in use now, read from the program's palette (`widget` is for the caller's clarity only)."""
    return tokens(QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128)


def is_dark(mode: str) -> bool:
    """Whether `mode` ('dark', 'light' or 'system') is dark now; a system that does not say counts as dark."""
    if mode == "system":
        return QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light
    return mode != "light"


def apply(app: QApplication, mode: str) -> Tokens:
    """Put the theme `mode` ('dark', 'light' or 'system') on the whole program; returns its colours."""
    schemes = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
    app.styleHints().setColorScheme(schemes.get(mode, Qt.ColorScheme.Unknown))
    return _wear(app, tokens(is_dark(mode)))


def follow(app: QApplication) -> Tokens:
    """Put on what the system shows now, after it has changed."""
    return _wear(app, tokens(is_dark("system")))


def _wear(app: QApplication, colours: Tokens) -> Tokens:
    app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(palette(colours))
    app.setStyleSheet(sheet(colours, ICONS / "qss"))
    return colours


def palette(c: Tokens) -> QPalette:
    """The Qt palette of these colours."""
    role = QPalette.ColorRole
    result = QPalette()
    roles = {
        role.Window: c.panel,
        role.WindowText: c.text,
        role.Base: c.raised,
        role.AlternateBase: c.panel,
        role.Text: c.text,
        role.Button: c.raised,
        role.ButtonText: c.text,
        role.BrightText: c.bad,
        role.ToolTipBase: c.pressed,
        role.ToolTipText: c.text,
        role.PlaceholderText: c.faint if c.dark else c.dim,
        role.Highlight: c.accent,
        role.HighlightedText: c.accent_text,
        role.Accent: c.accent,
        role.Link: c.accent,
        role.LinkVisited: c.accent,
        role.Light: c.hover,
        role.Midlight: c.hover,
        role.Mid: c.line,
        role.Dark: c.window,
        role.Shadow: c.stage,
    }
    for name, colour in roles.items():
        result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, name, QColor(c.faint))
    return result


# ---------------------------------------------------------------- fonts


def font(pixels: int = 13, weight: int = 400) -> QFont:
    """The system's own font at `pixels`, with figures of equal width so that running numbers do not dance."""
    result = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    result.setPixelSize(pixels)
    result.setWeight(QFont.Weight(weight))
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def small() -> QFont:
    """The size for captions and notes."""
    return font(11)


def title() -> QFont:
    """The size for the heading of a page or an empty state."""
    return font(16, 600)


# ---------------------------------------------------------------- colours and icons


@cache
def mix(first: str, second: str, share: float) -> str:
    """The hex colour `share` of the way from `first` to `second`."""
    a, b = QColor(first), QColor(second)
    parts = [
        round(x + (y - x) * share)
        for x, y in zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    ]
    return QColor(*parts).name()


@cache
def _drawing(name: str) -> bytes:
    return (ICONS / f"{name}.svg").read_bytes()


def draw_icon(painter: QPainter, name: str, where: QRectF, colour: str) -> None:
    """Paint the line drawing `name` of assets/icons into `where` in `colour`."""
    QSvgRenderer(QByteArray(_drawing(name).replace(b"currentColor", colour.encode()))).render(painter, where)


class _Tinted(QIconEngine):
    """An icon drawn in a token's colour at the time it is painted, so that it follows the theme."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self.drawing, self.token = name, token

    def paint(self, painter: QPainter, rect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colours = current()
        token = "faint" if mode == QIcon.Mode.Disabled else self.token
        draw_icon(painter, self.drawing, QRectF(rect), getattr(colours, token))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        result = QPixmap(size)
        result.fill(Qt.GlobalColor.transparent)
        with QPainter(result) as painter:
            self.paint(painter, result.rect(), mode, state)
        return result

    def clone(self) -> QIconEngine:
        return _Tinted(self.drawing, self.token)


def icon(name: str, token: str = "text") -> QIcon:
    """The icon `name` of assets/icons in the colour of `token`. Raises FileNotFoundError when there is no such one."""
    _drawing(name)
    return QIcon(_Tinted(name, token))
