"""What a rating has found, by the key and the votes that came back: how often each setting is preferred, between which
bounds, how far the raters agree, a sentence a person understands, and a table."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from app.core.lab import preference
from app.core.lab.rating import going
from app.core.lab.rating.values import Key, Mode, Set, Votes
from app.core.lab.wording import Tr, filled
from engines.contract import Refused

LEVEL = 0.95
DRAWN = 10_000  # times the units are drawn anew for the bounds of a mean


class Heard(Struct, frozen=True):
    """A rater: how many answers count, and whether the rating was finished (only then do they count at all)."""

    name: str
    votes: int
    finished: bool


class Row(Struct, frozen=True):
    """A setting, the best first. `value` is its strength in log odds (their mean is 0), its mean stars, or the round of
    the knock-out it came to (the winner: one more than there were); `low` and `high` bound it where it is measured.

    `won`, `lost`, `tied` and `bad` are its choices; of stars and knock-outs only what there is.
    """

    name: str
    number: int
    value: float
    low: float | None = None
    high: float | None = None
    won: int = 0
    lost: int = 0
    tied: int = 0
    bad: int = 0


class Against(Struct, frozen=True):
    """Two settings: how far `a` is before `b` in log odds, with bounds."""

    a: str
    b: str
    difference: float
    low: float
    high: float

    @property
    def share(self) -> tuple[float, float, float]:
        """The chance that `a` is preferred, and its bounds."""
        return tuple(1 / (1 + float(np.exp(-x))) for x in (self.difference, self.low, self.high))  # type: ignore[return-value]


class Outcome(Struct, frozen=True, kw_only=True):
    """Everything that was found. `winner` is the setting that is surely the best, '' where none is."""

    question: str
    mode: Mode
    rows: tuple[Row, ...]
    against: tuple[Against, ...] = ()
    raters: tuple[Heard, ...] = ()
    alpha: float | None = None
    winner: str = ""
    sentence: str = ""
    recipe: str = ""  # of the best setting
    stars: dict[str, float] = {}  # mean stars by run of the history


def outcome(key: Key, votes: Sequence[Votes], tr: Tr = str) -> Outcome:
    """The result. Refused when there is none yet: the settings stay hidden until a rating is finished."""
    made = key.set
    for one in votes:
        if one.set != made.id:
            raise Refused("bad-file", f"The votes of {one.rater} are of another rating set; leave them out.")
    stands = [going.standing(made, one.said) for one in votes]
    heard = tuple(Heard(one.rater, at.done, at.ask is None) for one, at in zip(votes, stands, strict=True))
    over = [one.said[: at.done] for one, at in zip(votes, stands, strict=True) if at.ask is None]
    if not over:
        begun = ", ".join(f"{one.name} has {one.votes}" for one in heard) or "there are no votes"
        raise Refused("bad-request", f"Nobody has finished this rating yet ({begun}); the result is told at the end.")
    work = {"pairs": _paired, "knockout": _knocked, "stars": _starred}[made.mode]
    found = work(key, over, tr)
    best = found.rows[0].number
    sentence = _with_raters(found, heard, tr)
    return msgspec.structs.replace(found, raters=heard, recipe=key.settings[best].recipe, sentence=sentence)


def _with_raters(found: Outcome, heard: Sequence[Heard], tr: Tr) -> str:
    """The sentence, and by whom."""
    done = [one for one in heard if one.finished]
    left = [one.name for one in heard if not one.finished]
    many = tr("(%1 answers of %2 people.)") if len(done) > 1 else tr("(%1 answers of one person.)")
    parts = [found.sentence, filled(many, sum(one.votes for one in done), len(done))]
    parts += [filled(tr("Not finished, so not counted: %1."), ", ".join(left))] if left else []
    return " ".join(parts)


# ---------------------------------------------------------------- pairs


def _paired(key: Key, over: Sequence[Sequence[Any]], tr: Tr) -> Outcome:
    made = key.set
    names = [setting.name for setting in key.settings]
    wins = sum((going.tally(made, said) for said in over), np.zeros((len(names), len(names))))
    told = preference.found(wins, made.design, raters=len(over), level=LEVEL)
    order = [int(n) for n in np.argsort(-told.strengths, kind="stable")]
    counts = _counts(made, over)
    rows = tuple(Row(names[n], n, float(told.strengths[n]), *_bounds(told, n), *counts[n]) for n in order)
    against = tuple(
        Against(
            names[a],
            names[b],
            float(told.strengths[a] - told.strengths[b]),
            *(float(told.low[a, b]), float(told.high[a, b])),
        )
        for n, a in enumerate(order)
        for b in order[n + 1 :]
        if np.isfinite(told.low[a, b])
    )
    mine = [one for one in against if one.a == names[order[0]]]
    winner = names[order[0]] if all(one.low > 0 for one in mine) else ""
    return Outcome(
        question=made.question,
        mode=made.mode,
        rows=rows,
        against=against,
        alpha=_alpha(made, over),
        winner=winner,
        sentence=_preferred(mine, winner, tr),
    )


def _bounds(told: preference.Found, n: int) -> tuple[float | None, float | None]:
    """Of a strength there are bounds with two settings only, where it is half their difference."""
    if len(told.strengths) != 2:
        return None, None
    return float(told.low[n, 1 - n]) / 2, float(told.high[n, 1 - n]) / 2


def _counts(made: Set, over: Sequence[Sequence[Any]]) -> np.ndarray:
    """Won, lost, tied and both bad of every setting, (K, 4)."""
    found = np.zeros((len(made.media), 4), int)
    for said in over:
        for pair, word in zip(made.plan, said, strict=False):
            for number, side in ((pair.first, "first"), (pair.second, "second")):
                column = {"tie": 2, "both bad": 3}.get(word, 0 if word == side else 1)
                found[number, column] += 1
    return np.array(found.tolist(), dtype=object)  # plain numbers


def _preferred(mine: Sequence[Against], winner: str, tr: Tr) -> str:
    """What a person understands of how the best stands against the others."""
    nearest = min(mine, key=lambda one: one.low)
    share, low, high = (round(100 * value) for value in nearest.share)
    between = filled(tr("in about %1 of 100 choices (95 % sure: %2 to %3)"), share, low, high)
    if winner and len(mine) == 1:
        told = tr("%1 is preferred to %2, %3.")
    elif winner:
        told = tr("%1 is preferred to every other; to the nearest, %2, %3.")
    elif max(abs(nearest.low), abs(nearest.high)) < 1:
        told = tr("%1 and %2 can hardly be told apart: %1 is preferred %3.")
    else:
        told = tr("No setting is surely the best: %1 is preferred to %2 %3, and half would be chance.")
    return filled(told, nearest.a, nearest.b, between)


def _alpha(made: Set, over: Sequence[Sequence[Any]]) -> float | None:
    """How far several raters agree on the pairs (or media) that more than one has seen; None for one rater."""
    if len(over) < 2:
        return None
    words = list(going.answers(made))
    given = np.full((len(over), max(map(len, over))), np.nan)
    for n, said in enumerate(over):
        given[n, : len(said)] = [words.index(word) for word in said]
    found = preference.alpha(given, "interval" if made.mode == "stars" else "nominal")
    return found if np.isfinite(found) else None


# ---------------------------------------------------------------- stars


def _starred(key: Key, over: Sequence[Sequence[Any]], tr: Tr) -> Outcome:
    """The mean of each setting over its media, with bounds by the bootstrap over those (Efron and Tibshirani, "An
    Introduction to the Bootstrap", 1993, chapter 13), since other media of it would be rated too."""
    made = key.set
    each = {name: float(np.mean([int(said[n]) for said in over])) for n, name in enumerate(made.order)}
    rng = np.random.default_rng(0)
    rows = []
    for n, names in enumerate(made.media):
        values = np.array([each[name] for name in names])
        low, high = _bootstrapped(values, rng)
        rows.append(Row(key.settings[n].name, n, float(values.mean()), low, high))
    rows.sort(key=lambda row: -row.value)
    sure = rows[0].low is not None and all(row.high is not None and row.high < rows[0].low for row in rows[1:])
    winner = rows[0].name if sure else ""
    runs = {key.origins[name].run: stars for name, stars in each.items() if name in key.origins}
    return Outcome(
        question=made.question,
        mode=made.mode,
        rows=tuple(rows),
        alpha=_alpha(made, over),
        winner=winner,
        sentence=_shone(rows, winner, tr),
        stars={run: stars for run, stars in runs.items() if run},
    )


def _shone(rows: Sequence[Row], winner: str, tr: Tr) -> str:
    """The first two by their mean stars, and whether the first is surely the best."""
    one, other = rows[0], rows[1]
    told = filled(tr("%1 has %2 stars in the mean"), one.name, f"{one.value:.1f}")
    if one.low is not None:
        told += filled(tr(" (95 % sure: %1 to %2)"), f"{one.low:.1f}", f"{one.high:.1f}")
    after = tr(", %1 %2.") if winner else tr(", %1 %2: none is surely the best.")
    return told + filled(after, other.name, f"{other.value:.1f}")


def _bootstrapped(values: np.ndarray, rng: np.random.Generator) -> tuple[float | None, float | None]:
    """Bounds of a mean of at least three values; none for fewer."""
    if len(values) < 3:
        return None, None
    means = values[rng.integers(len(values), size=(DRAWN, len(values)))].mean(1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


# ---------------------------------------------------------------- knock-out


def _knocked(key: Key, over: Sequence[Sequence[Any]], tr: Tr) -> Outcome:
    """How far each came, in the mean over the raters. A knock-out finds a favourite; it measures nothing."""
    made = key.set
    reached = np.zeros((len(over), len(made.media)))
    for n, said in enumerate(over):
        found = going.bracket(made, said)
        for at, matches in enumerate(found.rounds):
            for match in matches:
                reached[n, list(match.losers)] = at
        if found.last is not None:
            reached[n, found.last] = len(found.rounds)
    won = (reached == reached.max(1, keepdims=True)).sum(0) if len(over) else np.zeros(len(made.media))
    mean = reached.mean(0)
    order = sorted(range(len(made.media)), key=lambda n: (-mean[n], -won[n], n))
    rows = tuple(Row(key.settings[n].name, n, float(mean[n])) for n in order)
    lasts = [going.bracket(made, said).last for said in over]
    top = rows[0].name
    winner = top if rows[0].value > rows[1].value and rows[0].number in lasts else ""
    if all(last is None for last in lasts):
        sentence = tr("None was good enough: all were turned down.")
    elif len(over) == 1 and winner:
        left = tr("%1 was left of %2. A knock-out finds a favourite; how sure it is it does not say.")
        sentence = filled(left, winner, len(rows))
    else:
        times = lasts.count(rows[0].number)
        farthest = tr("%1 came the farthest of %2: %3 of %4 people were left with it.")
        sentence = filled(farthest, top, len(rows), times, len(over))
    return Outcome(question=made.question, mode=made.mode, rows=rows, winner=winner, sentence=sentence)


# ---------------------------------------------------------------- as a table


def told(found: Outcome) -> dict[str, Any]:
    """The result as JSON has it."""
    plain: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(found, recipe=""))
    del plain["recipe"]
    for row, one in zip(plain["against"], found.against, strict=True):
        row["share"] = list(one.share)
    return plain


def table(found: Outcome) -> str:
    """The settings as CSV, best first."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    what = {"pairs": "strength", "stars": "stars", "knockout": "round"}[found.mode]
    write.writerow(
        ["setting", what, "low", "high", "won", "lost", "tied", "both bad", "preferred to the next", "from", "to"]
    )
    nexts = {(one.a, one.b): one.share for one in found.against}
    for n, row in enumerate(found.rows):
        after = found.rows[n + 1].name if n + 1 < len(found.rows) else ""
        numbers = [f"{row.value:.4f}", *("" if x is None else f"{x:.4f}" for x in (row.low, row.high))]
        shares = [f"{x:.4f}" for x in nexts.get((row.name, after), ())] or [""] * 3
        write.writerow([row.name, *numbers, row.won, row.lost, row.tied, row.bad, *shares])
    return out.getvalue()
