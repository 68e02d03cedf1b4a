"""The course of a run: how much its clean estimate changed at every step, how far it was from the end, what guidance
did. All in parts of the final estimate's deviation, so that runs of different engines can be laid side by side."""

import csv
import io

import numpy as np
from msgspec import Struct

from app.core.lab.plot import Plot, Point, Series, spread
from app.core.lab.wording import Tr, noted
from engines.files.steps import StepStore

CHANGE, DISTANCE = noted("change since the step before"), noted("distance to the last step")
GUIDANCE = noted("effect of guidance, |cond − uncond|")


class Moment(Struct, frozen=True):
    """A step, counted from 1, at its noise `level`. `change` is the root mean square between its clean estimate and the
    one before, `distance` between it and the last one, in parts of the last one's deviation; `guidance` is the root
    mean square of cond - uncond in parts of the conditional estimate's deviation. None where it is not known."""

    step: int
    level: float
    change: float | None = None
    distance: float | None = None
    guidance: float | None = None


class Course(Struct, frozen=True):
    """The moments of a run, in order."""

    moments: tuple[Moment, ...]

    @property
    def guided(self) -> bool:
        """Whether the run told what guidance did."""
        return any(one.guidance is not None for one in self.moments)


def course(store: StepStore) -> Course:
    """The course of the run whose steps are in `store`; empty when it keeps none."""
    rows = store.rows()
    last = next((found for row in reversed(rows) if (found := store.estimate(row.index)) is not None), None)
    if last is None:
        return Course(tuple(Moment(row.index, row.level, guidance=row.guidance) for row in rows))
    deviation = max(float(last.astype(np.float64).std()), 1e-12)
    moments, before = [], None
    for row in rows:
        now = store.estimate(row.index)
        gaps = [_apart(now, other, deviation) for other in (before, last)]
        moments.append(Moment(row.index, row.level, gaps[0], gaps[1], row.guidance))
        before = now
    return Course(tuple(moments))


def _apart(a: np.ndarray | None, b: np.ndarray | None, deviation: float) -> float | None:
    """The root mean square of the difference in deviations; None for nothing, or for other shapes."""
    if a is None or b is None or a.shape != b.shape:
        return None
    return float(np.sqrt(((a.astype(np.float64) - b.astype(np.float64)) ** 2).mean()) / deviation)


def plot(found: Course, over: str = "step", tr: Tr = str) -> Plot:
    """Everything known of the run over its steps, or (`over` 'sigma') over its noise levels.

    The last step has no level to speak of where levels lie on a logarithm, and is left out there.
    """
    levels = [one.level for one in found.moments]
    log = over == "sigma" and spread([level for level in levels if level > 0])
    moments = [one for one in found.moments if not log or one.level > 0]
    fields = ("change", "distance", "guidance")
    series = []
    for name, field in zip((CHANGE, DISTANCE, GUIDANCE), fields, strict=True):
        told = [(one, getattr(one, field)) for one in moments]
        points = [_point(one, over, value) for one, value in told if value is not None]
        series += [Series(tr(name), tuple(sorted(points, key=lambda point: point.x)))] if points else []
    across = tr("noise level") if over == "sigma" else tr("step")
    return Plot(tr("The course of the run"), across, tr("in parts of the deviation"), tuple(series), log=log)


def _point(one: Moment, over: str, value: float) -> Point:
    at = one.level if over == "sigma" else float(one.step)
    return Point(at, value, f"{one.step}: {value:.3g}", key=str(one.step))


def table(found: Course) -> str:
    """The moments as CSV, a line a step; what is not known is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Moment.__struct_fields__)
    for one in found.moments:
        writer.writerow("" if v is None else v for v in (getattr(one, name) for name in Moment.__struct_fields__))
    return text.getvalue()
