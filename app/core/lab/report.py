"""A sweep as one page of HTML that opens anywhere: nothing is fetched, no script runs, pictures and plots lie in it."""

import base64
import io
from collections.abc import Callable, Sequence
from html import escape
from importlib import resources
from pathlib import Path

import numpy as np

from app.core import thumbs
from app.core.lab import plot
from app.core.lab.plot import Plot, Point, Series
from app.core.lab.sweep import Aim, Effect, Measured, Sweep, front
from engines.contract import Refused
from engines.files import media
from engines.prompt import grid

SIDE = 128  # of a picture on a contact sheet
MOST = 24  # pictures of a cell
Cost = tuple[str, Callable[[Measured], float | None]]
COSTS: tuple[Cost, ...] = (
    ("Seconds for one result", lambda cell: cell.seconds),
    ("Network evaluations for one result", lambda cell: cell.nfe),
)


def page(sweep: Sweep) -> str:
    """The whole page."""
    parts = [_head(sweep), _effects(sweep), _curves(sweep), _plots(sweep), _table(sweep), _sheets(sweep), _notes(sweep)]
    style = resources.files("app.core.lab").joinpath("report.css").read_text("utf-8")
    title = escape(f"Sweep of {sweep.title}")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{chr(10).join(part for part in parts if part)}\n"
        "</main>\n</body>\n</html>\n"
    )


def verdict(sweep: Sweep) -> str:
    """One sentence: the best cell, and the cheapest that is as good as it within its error."""
    aim, best = sweep.aims[0], sweep.best
    if best is None:
        return f"No cell is best: of {aim.title} neither way is better."
    told = f"Best by {aim.title}: {best.label} ({_figure(best, aim)}{_paid(best)})."
    near = _near(sweep, best)
    if near is None:
        return told
    return f"{told} {near.label} is as good within the error ({_figure(near, aim)}) and cheaper{_paid(near)}."


def _near(sweep: Sweep, best: Measured) -> Measured | None:
    """The cheapest cell whose figure is no farther from the best than both standard errors together."""
    aim = sweep.aims[0]
    known = [cell for cell in sweep.cells if aim.name in cell.figures and cell.seconds is not None]
    if not aim.errors or best.seconds is None:
        return None

    def close(cell: Measured) -> bool:
        gap = abs(cell.figures[aim.name] - best.figures[aim.name])
        return gap <= float(np.hypot(cell.figures.get(aim.errors, 0.0), best.figures.get(aim.errors, 0.0)))

    found = min(filter(close, known), key=lambda cell: cell.seconds or 0.0, default=best)
    return found if (found.seconds or 0.0) < 0.9 * best.seconds else None


def _figure(cell: Measured, aim: Aim) -> str:
    """'0.512 ± 0.021', or what there is of it."""
    if aim.name not in cell.figures:
        return "–"
    sure = f" ± {number(cell.figures[aim.errors])}" if aim.errors in cell.figures else ""
    return f"{number(cell.figures[aim.name])}{sure}"


def _paid(cell: Measured) -> str:
    return "" if cell.seconds is None else f", {number(cell.seconds)} s"


def number(value: float) -> str:
    """A figure of three or four digits, never as a power of ten where it can be helped."""
    if not np.isfinite(value):
        return "∞" if value > 0 else "–"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        digits = 0 if abs(value) >= 1000 or value == int(value) else 1 if abs(value) >= 100 else 3
        digits = 2 if 10 <= abs(value) < 100 and digits else digits
        return f"{value:.{digits}f}"
    return f"{value:.2e}"


# ---------------------------------------------------------------- the parts of the page


def _head(sweep: Sweep) -> str:
    axes = "".join(f"<li><b>{escape(axis.name)}</b>: {escape(', '.join(axis.labels))}</li>" for axis in sweep.axes)
    return f'<h1>Sweep of {escape(sweep.title)}</h1>\n<p class="lead">{escape(verdict(sweep))}</p>\n<ul>{axes}</ul>'


def _effects(sweep: Sweep) -> str:
    """The axes by what they do, as bars."""
    found = sweep.effects()
    if not found:
        return ""
    title = escape(sweep.aims[0].title)
    lines = [_effect(sweep, one) for one in found]
    return (
        f"<section><h2>What matters</h2>\n<p>How much of the differences in {title} between cells each parameter "
        "explains on its own; what is missing to 100 % is chance and parameters acting together.</p>\n"
        f'<table class="bars"><thead><tr><th scope="col">Parameter</th><th scope="col">Explains</th><td></td>'
        f'<th scope="col">Mean {title} at each value</th></tr></thead><tbody>{"".join(lines)}</tbody></table></section>'
    )


def _effect(sweep: Sweep, one: Effect) -> str:
    axis, share = sweep.axes[one.axis], f"{100 * one.share:.0f}"
    means = ", ".join(
        f"{label}: {number(mean)}" for label, mean in zip(axis.labels, one.means, strict=True) if np.isfinite(mean)
    )
    bar = f'<div class="bar" style="width:{share}%"></div>'
    return (
        f'<tr><th scope="row">{escape(axis.name)}</th><td class="n">{share} %</td>'
        f'<td class="track" aria-hidden="true">{bar}</td><td>{escape(means)}</td></tr>'
    )


def _curves(sweep: Sweep) -> str:
    """Quality against cost, its Pareto front marked, for each cost that is known and not the same everywhere."""
    aim = sweep.aims[0]
    figures = [
        _curve(sweep, cost) for cost in COSTS if len({cost[1](c) for c in sweep.cells if c.figures} - {None}) > 1
    ]
    if not figures or not aim.better:
        return ""
    told = (
        "The numbered cells are the Pareto front: nothing as cheap is better. All others cost more than one that is as "
        f"good. {aim.better.capitalize()} is better."
    )
    return (
        f'<section><h2>Quality against cost</h2>\n<p>{told}</p>\n<div class="plots">{"".join(figures)}</div></section>'
    )


def _curve(sweep: Sweep, cost: Cost) -> str:
    aim, (title, paid) = sweep.aims[0], cost
    shown = [cell for cell in sweep.distinct() if np.isfinite(cell.figures.get(aim.name, np.nan)) and paid(cell)]
    leader = next((n for n, axis in enumerate(sweep.axes) if axis.name == "engine"), None)
    leader = leader if leader is not None else next((one.axis for one in sweep.effects()), 0)

    def point(cell: Measured) -> Point:
        x, y = paid(cell) or 0.0, cell.figures[aim.name]
        return Point(x, y, f"{cell.label}: {_figure(cell, aim)} at {number(x)}", cell.figures.get(aim.errors, 0.0))

    axis = sweep.axes[leader]
    kinds = [(label, [cell for cell in shown if cell.place[leader] == n]) for n, label in enumerate(axis.labels)]
    series = [Series(_told(axis.name, label), tuple(map(point, mine)), joined=False) for label, mine in kinds]
    ahead = tuple(map(point, front(shown, aim, paid)))
    series.append(Series("Pareto front", tuple(Point(p.x, p.y) for p in ahead), marked=False))
    log = plot.spread([paid(cell) or 0.0 for cell in shown])
    drawn = plot.svg(Plot(f"{aim.title} against {title.lower()}", title, aim.title, tuple(series), (), ahead, log))
    items = "".join(f"<li>{escape(one.told)}</li>" for one in ahead)
    return f"<figure>{drawn}<figcaption>{escape(title)}, the front:<ol>{items}</ol></figcaption></figure>"


_BARS = (
    "Bars are standard errors over results; since all cells have the same prompts and seeds, a difference between two "
    "cells is surer than their bars make it look."
)


def _told(name: str, label: str) -> str:
    return label if name in (*grid.WORDS, "engine", "size") else f"{name} {label}"


def _plots(sweep: Sweep) -> str:
    """Every metric against every parameter, a line for each value of the other that matters most."""
    order = [one.axis for one in sweep.effects()] or list(range(len(sweep.axes)))
    order = sorted(order, key=lambda n: sweep.axes[n].name != "engine")  # engines that are compared stay apart
    figures = [_against(sweep, aim, n, order) for aim in sweep.aims for n in order if len(sweep.axes[n].values) > 1]
    more = f" {_BARS}" if any(aim.errors for aim in sweep.aims) else ""
    told = f"Each point is the mean over the parameters that are not in the plot.{more}"
    head = f"<section><h2>Metric against parameter</h2>\n<p>{told}</p>\n"
    return f'{head}<div class="plots">{"".join(figures)}</div></section>'


def _against(sweep: Sweep, aim: Aim, across: int, order: Sequence[int]) -> str:
    axis = sweep.axes[across]
    other = next((n for n in order if n != across and len(sweep.axes[n].values) > 1), None)
    xs, numbers = plot.places(axis.values)
    kinds: list[tuple[str, int | None]] = [(aim.title, None)]
    if other is not None:
        kinds = [(_told(sweep.axes[other].name, label), n) for n, label in enumerate(sweep.axes[other].labels)]
    series = []
    for place, (name, kind) in enumerate(kinds):
        aside = 0.0 if numbers else 0.08 * (place - (len(kinds) - 1) / 2)  # so that bars do not lie on one another
        mine = [cell for cell in sweep.cells if kind is None or other is None or cell.place[other] == kind]
        points = [
            _mean(mine, aim, (across, n), (x + aside, f"{name}, {axis.name} {axis.labels[n]}"))
            for n, x in enumerate(xs)
        ]
        series.append(Series(name, tuple(sorted((p for p in points if p), key=lambda p: p.x)), joined=numbers))
    ticks = tuple(sorted(zip(xs, axis.labels, strict=True)))
    drawn = plot.svg(
        Plot(
            f"{aim.title} against {axis.name}",
            axis.name,
            aim.title,
            tuple(series),
            ticks,
            (),
            numbers and plot.spread(xs),
        )
    )
    return f"<figure>{drawn}<figcaption>{escape(aim.title)} against {escape(axis.name)}</figcaption></figure>"


def _mean(cells: Sequence[Measured], aim: Aim, at: tuple[int, int], told: tuple[float, str]) -> Point | None:
    """The mean of the cells at a value of an axis, and its standard error where the cells have theirs."""
    mine = [cell for cell in cells if cell.place[at[0]] == at[1] and np.isfinite(cell.figures.get(aim.name, np.nan))]
    if not mine:
        return None
    y = float(np.mean([cell.figures[aim.name] for cell in mine]))
    error = float(np.linalg.norm([cell.figures.get(aim.errors, 0.0) for cell in mine])) / len(mine)
    return Point(told[0], y, f"{told[1]}: {number(y)}", error)


def _table(sweep: Sweep) -> str:
    """Every cell, the best first."""
    names = [*(axis.name for axis in sweep.axes), *(aim.title for aim in sweep.aims), "Seconds", "Evaluations", "Marks"]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    ahead = {cell.made for cell in front(sweep.distinct(), sweep.aims[0], COSTS[0][1])}
    body = "".join(_row(sweep, cell, cell.made in ahead) for cell in sweep.ordered())
    aim = sweep.aims[0]
    caption = f"Ordered by {aim.title}{f', {aim.better} is better' if aim.better else ''}"
    return (
        f'<section><h2>Every cell</h2>\n<div class="wide" tabindex="0" role="region" aria-label="Every cell"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></section>"
    )


def _row(sweep: Sweep, cell: Measured, ahead: bool) -> str:
    best = cell is sweep.best
    places = enumerate(zip(sweep.axes, cell.place, strict=True))
    labels = ["–" if along in cell.idle else axis.labels[n] for along, (axis, n) in places]
    link = f'<th scope="row"><a href="#{_anchor(cell)}">{escape(labels[0])}</a></th>'
    words = "".join(f"<td>{escape(label)}</td>" for label in labels[1:])
    if cell.sentence:
        span = len(sweep.aims) + 3
        return f'<tr>{link}{words}<td colspan="{span}" class="lacking">{escape(cell.sentence)}</td></tr>'
    told = [_figure(cell, aim) for aim in sweep.aims]
    told += ["–" if one is None else number(one) for one in (cell.seconds, cell.nfe)]
    marks = [f'<span class="mark">{word}</span>' for word, on in (("★ best", best), ("on the front", ahead)) if on]
    figures = "".join(f'<td class="n">{one}</td>' for one in told)
    return f"<tr{' class=best' if best else ''}>{link}{words}{figures}<td>{' '.join(marks)}</td></tr>"


def _anchor(cell: Measured) -> str:
    return "cell-" + "-".join(map(str, cell.place))


def _sheets(sweep: Sweep) -> str:
    """A contact sheet for each cell, the best first; the same prompts in the same order."""
    parts = [_sheet(sweep, cell) for cell in sweep.ordered()]
    return f'<section><h2>What was made</h2>\n<div class="sheets">{"".join(parts)}</div></section>'


def _sheet(sweep: Sweep, cell: Measured) -> str:
    aim = sweep.aims[0]
    told = cell.sentence or f"{aim.title} {_figure(cell, aim)}{_paid(cell)}"
    star = "★ " if cell is sweep.best else ""
    shown = [_shown(path, text) for path, text in zip(cell.files[:MOST], sweep.prompts, strict=False)]
    more = f"<p>… and {len(cell.files) - MOST} more</p>" if len(cell.files) > MOST else ""
    head = f"<h3>{star}{escape(cell.label)}</h3><p>{escape(told)}</p>"
    return f'<article id="{_anchor(cell)}">{head}<div class="sheet">{"".join(shown)}</div>{more}</article>'


def _shown(path: Path, text: str) -> str:
    return f'<img src="{small(path)}" alt="{escape(text)}" title="{escape(text)}" loading="lazy">'


def small(path: Path) -> str:
    """A file as a small picture in a data URI; empty when it can no longer be read."""
    try:
        picture = thumbs.picture(media.read(path), SIDE)
    except Refused:
        return "data:,"
    kept = io.BytesIO()
    picture.save(kept, "WEBP", quality=82, method=4)
    return f"data:image/webp;base64,{base64.b64encode(kept.getvalue()).decode()}"


def _notes(sweep: Sweep) -> str:
    """What each metric is blind to, the prompts, and how it was all made."""
    biases = "".join(f"<li><b>{escape(aim.title)}</b>: {escape(aim.biases)}</li>" for aim in sweep.aims)
    prompts = "".join(f"<li>{escape(text)}</li>" for text in dict.fromkeys(sweep.prompts))
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(told)}</dd>" for name, told in sweep.facts)
    return (
        f"<section><h2>How far to trust this</h2>\n<ul>{biases}</ul>\n<p>Seconds are the middle of the cell's results, "
        "without loading, and hold for this machine.</p></section>\n"
        f"<section><h2>How it was made</h2>\n<dl>{facts}</dl>\n<details><summary>Prompts</summary><ol>{prompts}</ol>"
        "</details></section>"
    )
