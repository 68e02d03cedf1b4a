"""What raters prefer, from pairs they choose between: strengths, intervals, and when enough is known.

Bradley and Terry, "Rank Analysis of Incomplete Block Designs", 1952: P(i before j) = 1 / (1 + exp(s_j - s_i)). A tie is
half a win each way. Every pair is given a little of both answers beforehand (as Firth's penalty does with two settings,
"Bias Reduction of Maximum Likelihood Estimates", 1993), so that strengths stay finite.

Looking again and again until something shows makes plain intervals lie. Those here invert a test of the whole
procedure, its stopping rule included: a difference is believed unless, were it true, what was found would be too high
or too low for it (Emerson and Fleming, "Parameter Estimation Following Group Sequential Hypothesis Testing", 1990, by
the estimate's order; half of what is equal counts, as Lancaster's mid-p does). With two settings the chances are exact,
with more they are told by playing the procedure with the other differences as found.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from msgspec import Struct

CRITICAL = 2.4  # standard errors between the best and another that end the rating: Pocock's for about five looks
PLAYED = 600  # times the procedure is played for a chance that has no closed form
FARTHEST = 12.0  # log odds that are looked at
CLOSE = 0.01  # so exactly (log odds) are the ends of an interval found
STEPS = 20  # of Newton's method at most; it has converged long before
SETTLED = 1e-9  # log odds by which a step of it still moves
ALL_PAIRS = 4  # settings up to which every pair is bounded; with more the best against each other
Choice = Literal["first", "second", "tie", "both bad"]


class Design(Struct, frozen=True):
    """How a rating goes: after every `block` votes on each pair it is looked at; it ends at a clear best setting, when
    no two settings can differ by more than `alike` (log odds), or with `most` votes on each pair."""

    settings: int
    block: int = 6
    most: int = 30
    alike: float = 0.4

    @property
    def looks(self) -> int:
        """How often it is looked at, at most."""
        return -(-self.most // self.block)


class Found(NamedTuple):
    """`strengths` (K,) in log odds, their mean 0; `low` and `high` (K, K) bound the difference row minus column."""

    strengths: np.ndarray
    low: np.ndarray
    high: np.ndarray


def tally(settings: int, votes: list[tuple[int, int, Choice]]) -> np.ndarray:
    """Votes (first setting, second setting, choice) as wins of row over column, (K, K)."""
    wins = np.zeros((settings, settings))
    for first, second, choice in votes:
        share = {"first": 1.0, "second": 0.0}.get(choice, 0.5)
        wins[first, second] += share
        wins[second, first] += 1 - share
    return wins


def fitted(wins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Strengths (..., K) and the standard errors of their differences (..., K, K), of wins (..., K, K)."""
    count = wins.shape[-1]
    apart = ~np.eye(count, dtype=bool)
    wins = np.asarray(wins, np.float64) + np.where(apart, 1.0 / count, 0.0)
    total = wins + np.swapaxes(wins, -1, -2)
    strengths = np.zeros(wins.shape[:-1])
    whole = np.full((count, count), 1.0 / count)  # pins the mean to 0, which the likelihood leaves open
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(strengths[..., None, :] - strengths[..., None]))
        gradient = (wins - total * p).sum(-1)
        information = _information(total, p) + whole
        step = np.linalg.solve(information, gradient[..., None])[..., 0].clip(-2, 2)
        strengths = strengths + step
        if np.abs(step).max(initial=0.0) < SETTLED:
            break
    inverse = np.linalg.inv(information)
    variance = np.diagonal(inverse, axis1=-2, axis2=-1)
    spread = variance[..., None] + variance[..., None, :] - 2 * inverse
    return strengths - strengths.mean(-1, keepdims=True), np.sqrt(np.maximum(spread, 0))


def ended(wins: np.ndarray, design: Design, votes: int) -> np.ndarray:
    """Whether the rating is over after `votes` on each pair, (...) of wins (..., K, K), by what is known then."""
    if votes >= design.most:
        return np.ones(wins.shape[:-2], bool)
    strengths, errors = fitted(wins)
    best = strengths.argmax(-1)[..., None]
    lead = np.take_along_axis(strengths, best, -1) - strengths
    error = np.take_along_axis(errors, best[..., None], -2)[..., 0, :]
    others = np.arange(strengths.shape[-1]) != best
    clear = np.where(others, lead > CRITICAL * error, True).all(-1)
    apart = np.abs(strengths[..., :, None] - strengths[..., None, :]) + CRITICAL * errors
    return clear | (apart.max((-2, -1)) < design.alike)


def found(wins: np.ndarray, design: Design, raters: int = 1, level: float = 0.95, seed: int = 0) -> Found:
    """Strengths and intervals from the wins (K, K) of so many raters together, whose ratings have all ended, each by
    the rule for itself. With more than ALL_PAIRS settings only the best is bounded against each other, else nan."""
    strengths, errors = fitted(wins)
    count, best = len(strengths), int(np.argmax(strengths))
    low, high = np.full((count, count), np.nan), np.full((count, count), np.nan)
    np.fill_diagonal(low, 0)
    np.fill_diagonal(high, 0)
    for i in range(count) if count <= ALL_PAIRS else (best,):
        for j in range(i + 1, count) if count <= ALL_PAIRS else range(count):
            if i == j:
                continue
            told = _Told(design, raters, seed, float(errors[i, j]))
            ends = _ends(strengths, (i, j), told, (1 - level) / 2)
            low[i, j], high[i, j] = ends
            low[j, i], high[j, i] = -ends[1], -ends[0]
    return Found(strengths, low, high)


class _Told(NamedTuple):
    """The whole procedure: the design, how many follow it, what its play is drawn from, and about how far off the
    difference is that it finds."""

    design: Design
    raters: int
    seed: int
    error: float


def _ends(strengths: np.ndarray, pair: tuple[int, int], told: _Told, tail: float) -> tuple[float, float]:
    """The differences of a pair for which what was found is just not too high, and just not too low."""
    seen = float(strengths[pair[0]] - strengths[pair[1]])

    def above(difference: float) -> float:
        """The chance to find more than was found, half of what is equal with it."""
        estimates, chances = _found_at(strengths, pair, difference, told)
        equal = np.isclose(estimates, seen, atol=1e-9)
        return float(chances[(estimates > seen) & ~equal].sum() + chances[equal].sum() / 2)

    return _where(above, tail, (seen, -2 * told.error)), _where(above, 1 - tail, (seen, 2 * told.error))


def _where(above: Callable[[float], float], chance: float, about: tuple[float, float]) -> float:
    """The difference at which a chance that rises with it is reached; the farthest where it is not. It is looked for
    from a place on, by steps into one direction that double."""
    from scipy.optimize import brentq

    @functools.cache
    def off(difference: float) -> float:
        return above(difference) - chance

    near, step = about
    while True:
        far = min(max(near + step, -FARTHEST), FARTHEST)
        if (off(far) > 0) == (step > 0) and off(far) != 0:
            return float(brentq(off, *sorted((near, far)), xtol=CLOSE)) if off(near) * off(far) < 0 else near
        if abs(far) == FARTHEST:
            return far
        near, step = far, 2 * step


def _found_at(
    strengths: np.ndarray, pair: tuple[int, int], difference: float, told: _Told
) -> tuple[np.ndarray, np.ndarray]:
    """What may be found of a pair whose difference is `difference`, and how likely each is."""
    if len(strengths) == 2:
        return outcomes(told.design, difference, told.raters)
    truth, middle = strengths.copy(), (strengths[pair[0]] + strengths[pair[1]]) / 2
    truth[pair[0]], truth[pair[1]] = middle + difference / 2, middle - difference / 2
    rng = np.random.default_rng(told.seed)
    played, _ = played_out(truth, told.design, PLAYED, rng, raters=told.raters)
    return played[:, pair[0]] - played[:, pair[1]], np.full(PLAYED, 1 / PLAYED)


def outcomes(design: Design, difference: float, raters: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """With two settings: every difference that may be found when the rule has ended the rating of each of so many
    raters, and its exact chance."""
    one = _endings(design, 1 / (1 + np.exp(-difference)))
    chances = one
    for _ in range(raters - 1):
        chances = _together(chances, one)
    won, lost = (n + 0.5 for n in np.indices(chances.shape))  # with two settings `fitted` has a closed form
    return np.log(won / lost).ravel(), chances.ravel()


def _endings(design: Design, p: float) -> np.ndarray:
    """The chance that a rating of two settings ends with so many wins (row) and losses (column)."""
    reached, before = np.ones(1), 0  # chances by wins so far
    chances = np.zeros((design.most + 1, design.most + 1))
    for votes, over in _looks(design):
        reached = np.convolve(reached, _binomial(votes - before, p))
        won = np.flatnonzero(over)
        chances[won, votes - won] = reached[over]
        reached, before = np.where(over, 0, reached), votes
    return chances


def _together(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The chances of the sums of two that know nothing of each other."""
    from scipy.signal import fftconvolve

    return np.clip(fftconvolve(one, other), 0, 1)


@functools.lru_cache(maxsize=16)
def _looks(design: Design) -> list[tuple[int, np.ndarray]]:
    """With two settings, at every look: the votes, and whether 0, 1 ... wins end it."""
    rows = []
    for look in range(1, design.looks + 1):
        votes = min(look * design.block, design.most)
        wins = np.zeros((votes + 1, 2, 2))
        wins[:, 0, 1] = np.arange(votes + 1)
        wins[:, 1, 0] = votes - wins[:, 0, 1]
        rows.append((votes, ended(wins, design, votes)))
    return rows


def _binomial(votes: int, p: float) -> np.ndarray:
    return np.array([math.comb(votes, k) * p**k * (1 - p) ** (votes - k) for k in range(votes + 1)])


def played_out(
    strengths: np.ndarray, design: Design, times: int, rng: np.random.Generator, *, raters: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """The procedure played `times` times by raters of these strengths (K,): the strengths found (T, K) and the
    standard errors of their differences (T, K, K), when the rule has ended it for each of so many raters."""
    wins = np.zeros((times * raters, design.settings, design.settings))
    going = np.ones(len(wins), bool)
    for votes in range(design.block, design.block * design.looks + 1, design.block):
        more = min(design.block, design.most - (votes - design.block))
        wins[going] += voted(strengths, more, int(going.sum()), rng)
        going[going] = ~ended(wins[going], design, min(votes, design.most))
        if not going.any():
            break
    return fitted(wins.reshape(times, raters, *wins.shape[1:]).sum(1))


def voted(strengths: np.ndarray, votes: int, times: int, rng: np.random.Generator) -> np.ndarray:
    """Wins (T, K, K) of `votes` votes on each pair by raters of these strengths (K,)."""
    p = 1 / (1 + np.exp(strengths[None, :] - strengths[:, None]))
    upper = np.triu(np.ones_like(p), 1).astype(bool)
    drawn = np.where(upper, rng.binomial(votes, np.broadcast_to(p, (times, *p.shape))), 0)
    lost = np.where(upper, votes - drawn, 0)
    return (drawn + np.swapaxes(lost, -1, -2)).astype(np.float64)


def _information(total: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Minus the second derivative of the log likelihood, (..., K, K)."""
    weight = total * p * (1 - p)
    information = -weight
    index = np.arange(weight.shape[-1])
    information[..., index, index] = weight.sum(-1) - np.diagonal(weight, axis1=-2, axis2=-1)
    return information


def alpha(ratings: np.ndarray, level: Literal["nominal", "interval"] = "nominal") -> float:
    """Krippendorff's alpha of ratings (raters, items), nan where a rater gave none: 1 all agree, 0 as chance.

    Krippendorff, "Content Analysis", 2004, section 11.3: 1 - observed / expected disagreement, where two values
    disagree wholly or not at all (nominal), or by the square of their distance (interval). nan where no item has two
    ratings, or all are one.
    """
    values = np.unique(ratings[~np.isnan(ratings)])
    counts = np.stack([(ratings == value).sum(0) for value in values]).astype(np.float64) if len(values) else _NONE
    rated = counts.sum(0)
    counts, rated = counts[:, rated >= 2], rated[rated >= 2]  # (values, items)
    apart = (values[:, None] - values[None]) ** 2 if level == "interval" else (values[:, None] != values[None]) * 1.0
    seen = (np.einsum("ci,cd,di->i", counts, apart, counts) / (rated - 1)).sum()
    overall = counts.sum(1)
    chance = overall @ apart @ overall / (rated.sum() - 1) if len(rated) else 0.0
    return float(1 - seen / chance) if chance > 0 else float("nan")


_NONE = np.zeros((0, 0))
