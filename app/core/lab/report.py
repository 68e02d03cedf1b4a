"""A sweep as one page of HTML that opens anywhere: nothing is fetched, no script runs, pictures and plots lie in it."""

import base64
import io
from html import escape
from importlib import resources
from pathlib import Path

import numpy as np

from app.core import thumbs
from app.core.lab import charts, plot
from app.core.lab.charts import COSTS, Cost
from app.core.lab.plot import Plot
from app.core.lab.sweep import Effect, Measured, Sweep, front
from app.core.lab.verdict import cost, number, verdict, written
from engines.contract import Refused
from engines.files import media

SIDE = 128  # of a picture on a contact sheet
MOST = 24  # pictures of a cell


def page(sweep: Sweep) -> str:
    """The whole page."""
    parts = [_head(sweep), _effects(sweep), _curves(sweep), _plots(sweep), _table(sweep), _sheets(sweep), _notes(sweep)]
    style = resources.files("app.core.lab").joinpath("report.css").read_text("utf-8")
    light, dark = plot.styles()
    colours = f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    title = escape(f"Sweep of {sweep.title}")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<style>\n{colours}{style}</style>\n</head>\n<body>\n<main>\n{chr(10).join(part for part in parts if part)}\n"
        "</main>\n</body>\n</html>\n"
    )


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
    figures = [_curve(sweep, cost) for cost in charts.costs(sweep)]
    if not figures:
        return ""
    told = (
        "The numbered cells are the Pareto front: nothing as cheap is better. All others cost more than one that is as "
        f"good. {aim.better.capitalize()} is better."
    )
    return (
        f'<section><h2>Quality against cost</h2>\n<p>{told}</p>\n<div class="plots">{"".join(figures)}</div></section>'
    )


def _curve(sweep: Sweep, cost: Cost) -> str:
    shown = charts.cost_curve(sweep, cost)
    items = "".join(f"<li>{escape(one.told)}</li>" for one in shown.numbered)
    return _figure(shown, f"{escape(cost[0])}, the front:<ol>{items}</ol>")


def _figure(shown: Plot, caption: str) -> str:
    return f"<figure>{plot.svg(shown)}<figcaption>{caption}</figcaption></figure>"


_BARS = (
    "Bars are standard errors over results; since all cells have the same prompts and seeds, a difference between two "
    "cells is surer than their bars make it look."
)


def _plots(sweep: Sweep) -> str:
    """Every metric against every parameter, a line for each value of the other that matters most."""
    shown = [charts.against(sweep, aim, n, charts.order(sweep)) for aim in sweep.aims for n in charts.across(sweep)]
    figures = [_figure(one, escape(one.title)) for one in shown]
    more = f" {_BARS}" if any(aim.errors for aim in sweep.aims) else ""
    told = f"Each point is the mean over the parameters that are not in the plot.{more}"
    head = f"<section><h2>Metric against parameter</h2>\n<p>{told}</p>\n"
    return f'{head}<div class="plots">{"".join(figures)}</div></section>'


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
    told = [written(cell, aim) for aim in sweep.aims]
    told += ["–" if one is None else number(one) for one in (cell.seconds, cell.nfe)]
    marks = [f'<span class="mark">{word}</span>' for word, on in (("★ best", best), ("on the front", ahead)) if on]
    figures = "".join(f'<td class="n">{one}</td>' for one in told)
    return f"<tr{' class=best' if best else ''}>{link}{words}{figures}<td>{' · '.join(marks)}</td></tr>"


def _anchor(cell: Measured) -> str:
    return "cell-" + "-".join(map(str, cell.place))


def _sheets(sweep: Sweep) -> str:
    """A contact sheet for each cell, the best first; the same prompts in the same order."""
    parts = [_sheet(sweep, cell) for cell in sweep.ordered()]
    return f'<section><h2>What was made</h2>\n<div class="sheets">{"".join(parts)}</div></section>'


def _sheet(sweep: Sweep, cell: Measured) -> str:
    aim = sweep.aims[0]
    told = cell.sentence or f"{aim.title} {written(cell, aim)}{cost(cell)}"
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
