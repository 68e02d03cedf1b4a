"""The plots of a sweep as values: quality against cost with its Pareto front, each metric against each parameter."""

from collections.abc import Callable, Sequence

import numpy as np

from app.core.lab import plot
from app.core.lab.plot import Plot, Point, Series
from app.core.lab.sweep import Aim, Measured, Sweep, front, paid
from app.core.lab.verdict import number, written
from app.core.lab.wording import Tr, filled, noted
from engines.prompt import grid

Cost = tuple[str, Callable[[Measured], float | None], str, str]  # name, what it is, unit, title of a plot against it
COSTS: tuple[Cost, ...] = (
    (noted("Seconds for one result"), lambda cell: cell.seconds, "s", noted("%1 against seconds for one result")),
    (
        noted("Network evaluations for one result"),
        lambda cell: cell.nfe,
        noted("evaluations"),
        noted("%1 against network evaluations for one result"),
    ),
)


def charts(sweep: Sweep, tr: Tr = str) -> tuple[Plot, ...]:
    """All there is to see now: the curves of cost first.."""
    curves = [cost_curve(sweep, cost, tr) for cost in costs(sweep)]
    others = (against(sweep, aim, n, order(sweep), tr=tr) for aim in sweep.aims for n in across(sweep))
    return (*curves, *others)


def costs(sweep: Sweep) -> list[Cost]:
    """The costs that are known and not the same everywhere; none where no way of the first figure is better."""
    if not sweep.aims[0].better:
        return []
    return [cost for cost in COSTS if len({cost[1](cell) for cell in sweep.cells if cell.figures} - {None}) > 1]


def order(sweep: Sweep) -> list[int]:
    """The axes by what they do, engines that are compared first, so that they stay apart."""
    known = [one.axis for one in sweep.effects()] or list(range(len(sweep.axes)))
    return sorted(known, key=lambda n: sweep.axes[n].name != "engine")


def across(sweep: Sweep) -> list[int]:
    """The axes that something can be shown against."""
    return [n for n in order(sweep) if len(sweep.axes[n].values) > 1]


def cost_curve(sweep: Sweep, cost: Cost, tr: Tr = str) -> Plot:
    """The first figure of every cell against what one result of it costs; the cells of the front are numbered."""
    aim, (name, price, unit, title) = sweep.aims[0], cost
    shown = [cell for cell in sweep.distinct() if paid(cell, aim, price)]
    leader = next((n for n, axis in enumerate(sweep.axes) if axis.name == "engine"), None)
    leader = leader if leader is not None else next((one.axis for one in sweep.effects()), 0)

    def point(cell: Measured) -> Point:
        x, y = price(cell) or 0.0, cell.figures[aim.name]
        told = filled(tr("%1: %2 at %3"), cell.label, written(cell, aim), f"{number(x)} {tr(unit)}")
        return Point(x, y, told, cell.figures.get(aim.errors, 0.0), key_of(cell))

    axis = sweep.axes[leader]
    kinds = [(label, [cell for cell in shown if cell.place[leader] == n]) for n, label in enumerate(axis.labels)]
    series = [Series(named(axis.name, label), tuple(map(point, mine)), joined=False) for label, mine in kinds]
    ahead = tuple(map(point, front(shown, aim, price)))
    series.append(Series(tr("Pareto front"), tuple(Point(p.x, p.y) for p in ahead), marked=False))
    log = plot.spread([price(cell) or 0.0 for cell in shown])
    return Plot(filled(tr(title), aim.title), tr(name), aim.title, tuple(series), (), ahead, log)


def against(sweep: Sweep, aim: Aim, along: int, ordered: Sequence[int], *, tr: Tr = str) -> Plot:
    """A metric against a parameter, a line for each value of the other that matters most."""
    axis = sweep.axes[along]
    other = next((n for n in ordered if n != along and len(sweep.axes[n].values) > 1), None)
    xs, numbers = plot.places(axis.values)
    kinds: list[tuple[str, int | None]] = [(aim.title, None)]
    if other is not None:
        kinds = [(named(sweep.axes[other].name, label), n) for n, label in enumerate(sweep.axes[other].labels)]
    series = []
    for place, (name, kind) in enumerate(kinds):
        aside = 0.0 if numbers else 0.08 * (place - (len(kinds) - 1) / 2)  # so that bars do not lie on one another
        mine = [cell for cell in sweep.cells if kind is None or other is None or cell.place[other] == kind]
        points = [
            _mean(mine, aim, (along, n), (x + aside, f"{name}, {axis.name} {axis.labels[n]}")) for n, x in enumerate(xs)
        ]
        series.append(Series(name, tuple(sorted((p for p in points if p), key=lambda p: p.x)), joined=numbers))
    ticks = tuple(sorted(zip(xs, axis.labels, strict=True)))
    title = filled(tr("%1 against %2"), aim.title, axis.name)
    return Plot(title, axis.name, aim.title, tuple(series), ticks, (), numbers and plot.spread(xs))


def _mean(cells: Sequence[Measured], aim: Aim, at: tuple[int, int], told: tuple[float, str]) -> Point | None:
    """The mean of the cells at a value of an axis, and its standard error where the cells have theirs; it opens the
    first of them."""
    mine = [cell for cell in cells if cell.place[at[0]] == at[1] and np.isfinite(cell.figures.get(aim.name, np.nan))]
    if not mine:
        return None
    y = float(np.mean([cell.figures[aim.name] for cell in mine]))
    error = float(np.linalg.norm([cell.figures.get(aim.errors, 0.0) for cell in mine])) / len(mine)
    return Point(told[0], y, f"{told[1]}: {number(y)}", error, key_of(mine[0]))


def key_of(cell: Measured) -> str:
    """Which cell a point stands for: its place, as '0-2'."""
    return "-".join(map(str, cell.place))


def named(name: str, label: str) -> str:
    """'guidance 3', but 'euler ancestral' of words, engines and sizes."""
    return label if name in (*grid.WORDS, "engine", "size") else f"{name} {label}"
