"""What a sweep says in words: how figures are written, the best cell, and what each parameter does."""

import numpy as np

from app.core.lab.sweep import Aim, Measured, Sweep
from app.core.lab.wording import Tr, filled


def effects(sweep: Sweep, tr: Tr = str) -> str:
    """One sentence: the parameters by what they do to the first aim; '' where nothing can be said."""
    found = [(sweep.axes[one.axis].name, round(100 * one.share)) for one in sweep.effects()]
    if not found:
        return ""
    (name, share), *others = found
    first = filled(tr("%1 explains %2 %"), name, share)
    told = ", ".join([first, *(f"{name} {share} %" for name, share in others)])
    whole = tr("Of the differences in %1, %2; the rest is chance and parameters acting together.")
    if sum(share for _, share in found) >= 99:
        whole = tr("Of the differences in %1, %2.")
    return filled(whole, sweep.aims[0].title, told)


def verdict(sweep: Sweep, tr: Tr = str) -> str:
    """One sentence: the best cell, and the cheapest that is as good as it within its error."""
    aim, best = sweep.aims[0], sweep.best
    if best is None:
        return filled(tr("No cell is best: of %1 neither way is better."), aim.title)
    told = filled(tr("Best by %1: %2 (%3)."), aim.title, best.label, f"{written(best, aim)}{cost(best)}")
    near = _near(sweep, best)
    if near is None:
        return told
    cheaper = tr("%1 is as good within the error (%2) and cheaper%3.")
    return f"{told} {filled(cheaper, near.label, written(near, aim), cost(near))}"


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
