"""Plots as values, drawn by matplotlib: for a page (inline SVG in the page's own colours), for a window, or as a file.

Nothing is told by colour alone: each series has a mark of its own shape, and lines carry their names at their ends.
The colours keep apart for people who see no red or green (tested). matplotlib is imported when something is drawn.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from engines.contract import Refused
from engines.files import atomic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 600, 360, 100  # of a plot on a page
MARKS = "os^DvXP*"
LONGEST = 24  # characters of a tick's label
KINDS = (".svg", ".png", ".csv")


class Point(Struct, frozen=True):
    """A place in the plot; `error` is half the height of its bar, `told` is read out and shown under the pointer, `key`
    says what it stands for to whoever it is opened by."""

    x: float
    y: float
    told: str = ""
    error: float = 0.0
    key: str = ""


class Series(Struct, frozen=True):
    """Points of one kind. Marked and joined by a line, or only one of the two."""

    name: str
    points: tuple[Point, ...]
    joined: bool = True
    marked: bool = True


class Plot(Struct, frozen=True):
    """What is shown. `ticks` are places and labels along x where they are given (a parameter's values), else found;
    `numbered` points carry their number; `log` lays x out by its logarithm."""

    title: str
    across: str
    up: str
    series: tuple[Series, ...]
    ticks: tuple[tuple[float, str], ...] = ()
    numbered: tuple[Point, ...] = ()
    log: bool = False


class Look(Struct, frozen=True):
    """Colours: of what is written, of the ground, and of the series."""

    ink: str
    paper: str
    series: tuple[str, ...]


# chosen by a search for the greatest least difference (CIEDE2000) to three kinds of sight, readable on their ground
LIGHT = Look("#1d1f23", "#ffffff", ("#262aca", "#b13300", "#1d8160", "#7e597c", "#5e1d21", "#2c0034"))
DARK = Look("#e9e7e3", "#16181c", ("#90cbff", "#e06a31", "#2bc197", "#ab669b", "#e8ff79", "#f7ffff"))
_PAGE = Look("#010203", "#010204", tuple(f"#0102f{n}" for n in range(len(LIGHT.series))))  # become the page's own


class Spot(Struct, frozen=True):
    """Where a point lies in a picture, in pixels from its left and top."""

    x: float
    y: float
    point: Point


class Picture(Struct, frozen=True, eq=False):
    """A plot as pixels, uint8 (H, W, 4), and where its points are."""

    pixels: np.ndarray
    spots: tuple[Spot, ...]


# ---------------------------------------------------------------- what comes out


def svg(plot: Plot) -> str:
    """The plot as an <svg> element for a page, which decides the colours: currentColor, --paper, --s0, --s1 ..."""
    text = _svg(plot, _PAGE)
    for n, colour in enumerate(_PAGE.series):
        text = text.replace(colour, f"var(--s{n})")
    text = text.replace(_PAGE.ink, "currentColor").replace(_PAGE.paper, "var(--paper)")
    inner = text[text.index("<svg") :].partition(">")[2]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * 0.72:g} {HEIGHT * 0.72:g}" role="img"'
    inner = inner.replace("xlink:href", "href")
    used = set(re.findall(r"#(\w+)[\")]", inner))  # several plots lie in one page: only what is referred to has a name
    inner = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", inner)
    return f'{head} class="plot">{inner.strip()}'


def picture(plot: Plot, look: Look, size: tuple[int, int], scale: float = 1.0) -> Picture:
    """The plot for a window, `size` (width, height) in its units, `scale` pixels to one of them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure, _ = _figure(plot, look, size, DPI * scale)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba()).copy()
    axes = figure.axes[0]
    spots = []
    for point in (point for one in plot.series if one.marked for point in one.points):
        x, y = axes.transData.transform((point.x, point.y))
        spots.append(Spot(float(x), float(pixels.shape[0] - y), point))
    return Picture(pixels, tuple(spots))


def rows(plot: Plot) -> list[list[str]]:
    """What the plot shows as a table with its head."""
    labels = dict(plot.ticks)
    head = ["series", plot.across, plot.up, "error", "told"]
    points = [(one.name, point) for one in plot.series if one.marked for point in one.points]
    return [head] + [
        [name, labels.get(p.x, f"{p.x:.17g}"), f"{p.y:.17g}", f"{p.error:.17g}" if p.error else "", p.told]
        for name, p in points
    ]


def write(plot: Plot, path: Path) -> Path:
    """Write the plot as `path` ends: .svg, .png, or .csv of what it shows. Refused for any other."""
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise Refused("bad-request", f"A plot is saved as {', '.join(KINDS)}, not as {path.name}.")
    data = {".svg": lambda: _svg(plot, LIGHT).encode(), ".png": lambda: _png(plot), ".csv": lambda: _csv(plot)}[kind]()
    try:
        return atomic.write(path, data)
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error


def table(lines: Sequence[Sequence[str]]) -> bytes:
    """Lines as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def _csv(plot: Plot) -> bytes:
    return table(rows(plot))


def _png(plot: Plot) -> bytes:
    kept = io.BytesIO()
    _figure(plot, LIGHT, (WIDTH, HEIGHT), 2 * DPI)[0].savefig(kept, format="png", metadata={"Title": plot.title})
    return kept.getvalue()


def _svg(plot: Plot, look: Look) -> str:
    """A whole SVG file, its texts as text, each marked point with its words."""
    import matplotlib as mpl

    kept = io.StringIO()
    words: Any = {"svg.fonttype": "none", "svg.hashsalt": repr(plot)}
    with mpl.rc_context(words):  # ids differ from plot to plot, as all lie in one page
        figure, told = _figure(plot, look, (WIDTH, HEIGHT), DPI)
        figure.savefig(kept, format="svg", metadata={"Date": None, "Title": plot.title})
    text = re.sub(r"<metadata>.*?</metadata>", "", kept.getvalue(), flags=re.DOTALL)
    text = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1; font-family: system-ui, sans-serif", text)
    for name, said in told.items():
        text = text.replace(f'<g id="{name}">', f"<g><title>{escape(said)}</title>", 1)
    return text


# ---------------------------------------------------------------- how it is drawn


def _figure(plot: Plot, look: Look, size: tuple[int, int], dpi: float) -> tuple[Figure, dict[str, str]]:
    """The drawing, and what its marked points say by their ids."""
    from matplotlib.figure import Figure

    inches = (size[0] / DPI, size[1] / DPI)
    figure = Figure(figsize=inches, dpi=dpi, layout="constrained", facecolor=look.paper)
    axes = figure.add_subplot()
    _ground(axes, plot, look)
    told: dict[str, str] = {}
    for n, one in enumerate(plot.series):
        for place, point in enumerate(one.points if one.marked else ()):
            told[f"point-{n}-{place}"] = point.told
        _series(axes, one, (n, look.series[n % len(look.series)]), look)
    for n, point in enumerate(plot.numbered, 1):
        _number(axes, point, n, look)
    _named(figure, axes, plot, look)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # it has found its places; labels that move now move nothing else
    _apart(axes, dpi)
    _thinned(axes)
    return figure, told


def _ground(axes: Axes, plot: Plot, look: Look) -> None:
    """Grid, ticks and what is told along the sides."""
    from matplotlib.ticker import NullLocator, ScalarFormatter

    axes.set_facecolor(look.paper)
    axes.grid(True, color=look.ink, alpha=0.14, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(look.ink)
    axes.tick_params(colors=look.ink, labelsize=9, length=3)
    axes.set_xlabel(plot.across, color=look.ink, fontsize=9.5)
    axes.set_ylabel(plot.up, color=look.ink, fontsize=9.5)
    axes.margins(x=0.06, y=0.1)
    if plot.log:
        axes.set_xscale("log")
        _decades(axes, plot)
    if plot.ticks:
        axes.set_xticks([at for at, _ in plot.ticks], [_short(label) for _, label in plot.ticks])
        axes.xaxis.set_minor_locator(NullLocator())
        if not any(one.joined for one in plot.series):  # one after the other, each with room of its own
            places = [at for at, _ in plot.ticks]
            axes.set_xlim(min(places) - 0.5, max(places) + 0.5)
    if not plot.log and not plot.ticks:
        axes.xaxis.set_major_formatter(_plain(ScalarFormatter()))
    axes.yaxis.set_major_formatter(_plain(ScalarFormatter()))


def _plain(formatter: Any) -> Any:
    """Numbers written in full, not as a rest beside an offset in the corner."""
    formatter.set_useOffset(False)
    return formatter


def _decades(axes: Axes, plot: Plot) -> None:
    """1, 2 and 5 of every power of ten, written in full."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    values = [point.x for one in plot.series for point in one.points]
    near = bool(values) and max(values) < 300 * min(values)
    axes.xaxis.set_major_locator(LogLocator(10, (1.0, 2.0, 5.0) if near else (1.0,)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _series(axes: Axes, one: Series, at: tuple[int, str], look: Look) -> None:
    n, colour = at
    xs, ys = [point.x for point in one.points], [point.y for point in one.points]
    if one.joined and len(xs) > 1:
        dashed = "-" if one.marked else (0, (5, 4))
        axes.plot(xs, ys, color=colour, linewidth=1.8, linestyle=dashed, zorder=2)
    if not one.marked:
        return
    sure = [point for point in one.points if point.error]
    if sure:
        axes.errorbar(
            *([p.x for p in sure], [p.y for p in sure], [p.error for p in sure]),
            fmt="none",
            ecolor=colour,
            elinewidth=1.2,
            capsize=3,
            alpha=0.6,
            zorder=2,
        )
    for place, point in enumerate(one.points):
        axes.plot([point.x], [point.y], **_mark(n, colour, look), gid=f"point-{n}-{place}", zorder=3)


def _mark(n: int, colour: str, look: Look) -> dict[str, Any]:
    """The n-th shape, with a rim that keeps it apart from its neighbours."""
    rim = {"markeredgecolor": look.paper, "markeredgewidth": 0.8}
    return {"marker": MARKS[n % len(MARKS)], "markersize": 7.5, "color": colour, "linestyle": "none", **rim}


def _number(axes: Axes, point: Point, n: int, look: Look) -> None:
    """A ring and a number at a point that is told of below the plot."""
    from matplotlib.patheffects import withStroke

    ring: dict[str, Any] = {"marker": "o", "markersize": 13, "markerfacecolor": "none", "markeredgecolor": look.ink}
    axes.plot([point.x], [point.y], linestyle="none", markeredgewidth=1.2, zorder=4, **ring)
    text = axes.annotate(
        *(str(n), (point.x, point.y)),
        xytext=(8, 7),
        textcoords="offset points",
        fontsize=9.5,
        fontweight="bold",
        color=look.ink,
    )
    text.set_path_effects([withStroke(linewidth=2.5, foreground=look.paper)])
    text.set_zorder(5)


def _named(figure: Figure, axes: Axes, plot: Plot, look: Look) -> None:
    """Names at the ends of lines; of series that are none above the plot."""
    from matplotlib.lines import Line2D

    named = [(n, one) for n, one in enumerate(plot.series) if one.points] if len(plot.series) > 1 else []
    if named and all(one.joined and one.marked for _, one in named) and len(named) <= 6:
        for n, one in named:
            end = one.points[-1]
            axes.annotate(
                *(one.name, (end.x, end.y)),
                xytext=(9, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
                color=look.series[n % len(look.series)],
                gid="name",
                annotation_clip=False,
                bbox={"facecolor": look.paper, "edgecolor": "none", "alpha": 0.8, "pad": 0.8},  # a line may run behind
            )
        return
    shown = []
    for n, one in named:
        colour = look.series[n % len(look.series)]
        mark = _mark(n, colour, look) if one.marked else {"color": colour, "marker": ""}
        line = {"linestyle": ("-" if one.marked else (0, (5, 4))) if one.joined else "none", "linewidth": 1.8}
        shown.append(Line2D([], [], label=one.name, **{**mark, **line}))
    if shown:
        columns = max(1, min(len(shown), 90 // max(8 + len(one.name) for _, one in named)))
        kept: Any = {"loc": "outside upper left", "ncols": columns, "frameon": False, "fontsize": 9}
        kept |= {"handles": shown, "labelcolor": look.ink, "handlelength": 1.8, "handletextpad": 0.5}
        figure.legend(columnspacing=1.4, **kept)


def _apart(axes: Axes, dpi: float) -> None:
    """Move the names at the ends of lines up and down until none lies on another."""
    named = [text for text in axes.texts if text.get_gid() == "name"]
    placed = sorted(named, key=lambda text: float(axes.transData.transform(text.xy)[1]))  # type: ignore[attr-defined]
    where = [float(axes.transData.transform(text.xy)[1]) for text in placed]  # type: ignore[attr-defined]
    gap = 11.5 * dpi / 72
    for text, was, now in zip(placed, where, spaced(where, gap), strict=True):
        text.set_position((9, (now - was) * 72 / dpi))


def spaced(places: Sequence[float], gap: float) -> list[float]:
    """Ascending places moved as little as it takes for none to be nearer than `gap` to the next: groups that touch are
    spread about their middle."""
    groups: list[tuple[float, int]] = []  # middle, how many
    for place in places:
        groups.append((place, 1))
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < gap * (groups[-1][1] + groups[-2][1]) / 2:
            (a, n), (b, m) = groups[-2], groups[-1]
            groups[-2:] = [((a * n + b * m) / (n + m), n + m)]
    return [middle + gap * (k - (count - 1) / 2) for middle, count in groups for k in range(count)]


def _thinned(axes: Axes) -> None:
    """Leave out the labels of ticks that run into the one before."""
    end = -np.inf
    for label in axes.get_xticklabels():
        box = label.get_window_extent()
        if not label.get_text() or not axes.get_xlim()[0] <= label.get_position()[0] <= axes.get_xlim()[1]:
            continue
        if box.x0 < end + 4:
            label.set_visible(False)
        else:
            end = box.x1


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"


# ---------------------------------------------------------------- where values lie


def spread(values: Sequence[float]) -> bool:
    """Whether numbers are better laid out by their logarithm: all above 0, the greatest ten times the least or more."""
    return bool(values) and min(values) > 0 and max(values) >= 10 * min(values)


def places(values: Sequence[object]) -> tuple[list[float], bool]:
    """Where a parameter's values lie along x: at themselves where all are numbers (True), else one after the other."""
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    whole = len(numbers) == len(values)
    return (numbers if whole else [float(n) for n in range(len(values))]), whole


def styles() -> tuple[str, str]:
    """The colours of series as a page's style has them: --s0, --s1 ... on light and on dark ground."""

    def said(look: Look) -> Iterator[str]:
        return (f"--s{n}: {colour};" for n, colour in enumerate(look.series))

    return " ".join(said(LIGHT)), " ".join(said(DARK))
