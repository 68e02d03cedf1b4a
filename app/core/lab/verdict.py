"""What a sweep says in words: how figures are written, the best cell, and what each parameter does."""

import numpy as np

from app.core.lab.sweep import Aim, Measured, Sweep


def effects(sweep: Sweep) -> str:
    """One sentence: the parameters by what they do to the first aim; '' where nothing can be said."""
    found = [(sweep.axes[one.axis].name, round(100 * one.share)) for one in sweep.effects()]
    if not found:
        return ""
    (name, share), *others = found
    told = ", ".join([f"{name} explains {share} %", *(f"{name} {share} %" for name, share in others)])
    rest = "" if sum(share for _, share in found) >= 99 else "; the rest is chance and parameters acting together"
    return f"Of the differences in {sweep.aims[0].title}, {told}{rest}."


def verdict(sweep: Sweep) -> str:
    """One sentence: the best cell, and the cheapest that is as good as it within its error."""
    aim, best = sweep.aims[0], sweep.best
    if best is None:
        return f"No cell is best: of {aim.title} neither way is better."
    told = f"Best by {aim.title}: {best.label} ({written(best, aim)}{cost(best)})."
    near = _near(sweep, best)
    if near is None:
        return told
    return f"{told} {near.label} is as good within the error ({written(near, aim)}) and cheaper{cost(near)}."


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


def written(cell: Measured, aim: Aim) -> str:
    """'0.512 ± 0.021', or what there is of it."""
    if aim.name not in cell.figures:
        return "–"
    sure = f" ± {number(cell.figures[aim.errors])}" if aim.errors in cell.figures else ""
    return f"{number(cell.figures[aim.name])}{sure}"


def cost(cell: Measured) -> str:
    """', 1.200 s', or nothing where nobody knows."""
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
