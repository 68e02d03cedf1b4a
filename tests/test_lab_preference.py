"""What follows from raters' choices: strengths by closed form, intervals that hold although one stops when it shows."""

import functools

import numpy as np
import pytest

from app.core.lab import preference
from app.core.lab.preference import Design

TWO = Design(2)


def test_votes_are_counted_with_ties_halved() -> None:
    wins = preference.tally(2, [(0, 1, "first"), (1, 0, "first"), (1, 0, "tie"), (0, 1, "both bad")])
    assert wins.tolist() == [[0, 2], [2, 0]]


def test_strengths_of_two_have_a_closed_form() -> None:
    for won, lost in ((0, 6), (3, 9), (7.5, 4.5)):
        strengths, errors = preference.fitted(np.array([[0, won], [lost, 0]]))
        exact = np.log((won + 0.5) / (lost + 0.5))
        assert strengths[0] - strengths[1] == pytest.approx(exact, abs=1e-9)
        assert errors[0, 1] == pytest.approx(np.sqrt(1 / (won + 0.5) + 1 / (lost + 0.5)), abs=1e-9)


def test_strengths_of_many_are_where_the_likelihood_is_greatest() -> None:
    rng = np.random.default_rng(1)
    truth = np.array([1.2, 0.1, -0.3, -1.0])
    wins = preference.voted(truth, 4000, 1, rng)[0]
    strengths, errors = preference.fitted(wins)
    assert np.abs(strengths - truth).max() < 0.08
    assert errors[0, 3] < 0.06

    def likelihood(s: np.ndarray) -> float:
        given = wins + 0.25 * (1 - np.eye(4))
        return float((given * -np.log1p(np.exp(s[None, :] - s[:, None]))).sum())

    best = likelihood(strengths)
    for _ in range(50):
        assert likelihood(strengths + rng.normal(0, 0.01, 4)) < best


def test_the_chances_of_all_outcomes_are_those_of_play() -> None:
    for difference in (0.0, 0.8, 3.0):
        estimates, chances = preference.outcomes(TWO, difference)
        assert chances.sum() == pytest.approx(1)
        truth = np.array([difference, -difference]) / 2
        played, _ = preference.played_out(truth, TWO, 4000, np.random.default_rng(2))
        found = played[:, 0] - played[:, 1]
        assert found.mean() == pytest.approx((estimates * chances).sum(), abs=4 * found.std() / np.sqrt(4000))


def test_ninety_five_in_a_hundred_intervals_hold_whatever_is_true() -> None:
    """1,000 ratings by simulated raters, each with a preference of its own that is known."""
    rng, held = np.random.default_rng(3), 0
    for _ in range(1000):
        difference = float(rng.uniform(-2.5, 2.5))
        low, high = _told(*_rated(difference, rng))
        held += low <= difference <= high
    assert 930 <= held <= 970


def _rated(difference: float, rng: np.random.Generator) -> tuple[int, int]:
    """Wins and losses when the rule ended the rating."""
    won = votes = 0
    while True:
        won += rng.binomial(TWO.block, 1 / (1 + np.exp(-difference)))
        votes += TWO.block
        if _over(won, votes):
            return won, votes - won


@functools.cache
def _over(won: int, votes: int) -> bool:
    return bool(preference.ended(np.array([[[0, won], [votes - won, 0.0]]]), TWO, votes)[0])


@functools.cache
def _told(won: int, lost: int) -> tuple[float, float]:
    told = preference.found(np.array([[0, won], [lost, 0.0]]), TWO)
    return told.low[0, 1], told.high[0, 1]


def test_a_clear_preference_ends_the_rating_early_and_none_at_the_limit() -> None:
    rng = np.random.default_rng(4)
    clear = preference.played_out(np.array([2.0, -2.0]), TWO, 300, rng)[1]
    none = preference.played_out(np.array([0.0, 0.0]), TWO, 300, rng)[1]
    assert np.median(clear[:, 0, 1]) > np.median(none[:, 0, 1])
    assert preference.ended(np.array([[[0, 18.0], [0, 0]]]), TWO, 18)[0]
    assert not preference.ended(np.array([[[0, 9.0], [9.0, 0]]]), TWO, 18)[0]
    assert preference.ended(np.array([[[0, 15.0], [15.0, 0]]]), TWO, 30)[0]


@pytest.mark.slow
def test_intervals_of_three_settings_hold_too() -> None:
    truth, design, rng = np.array([0.9, 0.1, -1.0]), Design(3), np.random.default_rng(5)
    held = 0
    for seed in range(8):
        wins = np.zeros((1, 3, 3))
        for votes in range(design.block, design.most + 1, design.block):
            wins += preference.voted(truth, design.block, 1, rng)
            if preference.ended(wins, design, votes)[0]:
                break
        told = preference.found(wins[0], design, seed=seed)
        inside = (told.low <= truth[:, None] - truth[None]) & (truth[:, None] - truth[None] <= told.high)
        held += inside[np.triu_indices(3, 1)].sum()
    assert held >= 20  # of 24, of which 23 are to be expected


def test_agreement_is_krippendorffs() -> None:
    gap = np.nan
    raters = np.array(
        [
            [gap, gap, gap, gap, gap, 3, 4, 1, 2, 1, 1, 3, 3, gap, 3],
            [1, gap, 2, 1, 3, 3, 4, 3, gap, gap, gap, gap, gap, gap, gap],
            [gap, gap, 2, 1, 3, 4, 4, gap, 2, 1, 1, 3, 3, gap, 4],
        ]
    )
    assert preference.alpha(raters) == pytest.approx(0.691, abs=5e-4)  # his own example
    assert preference.alpha(raters, "interval") == pytest.approx(0.811, abs=5e-4)
    assert preference.alpha(np.array([[1, 2, 3], [1, 2, 3]])) == 1
    assert np.isnan(preference.alpha(np.full((2, 3), gap)))


def test_intervals_of_several_raters_together_hold() -> None:
    """Each rater stops by the rule for itself; the votes of all are one result."""
    rng, held = np.random.default_rng(6), 0
    for _ in range(400):
        difference = float(rng.uniform(-2, 2))
        won, lost = np.sum([_rated(difference, rng) for _ in range(3)], axis=0)
        low, high = _told_by_three(int(won), int(lost))
        held += low <= difference <= high
    assert 366 <= held <= 394  # 380 are to be expected; three deviations of the binomial


@functools.cache
def _told_by_three(won: int, lost: int) -> tuple[float, float]:
    told = preference.found(np.array([[0, won], [lost, 0.0]]), TWO, raters=3)
    return told.low[0, 1], told.high[0, 1]


def test_chances_of_several_raters_sum_to_one_and_are_those_of_play() -> None:
    estimates, chances = preference.outcomes(TWO, 0.7, raters=4)
    assert chances.sum() == pytest.approx(1)
    played, _ = preference.played_out(np.array([0.35, -0.35]), TWO, 3000, np.random.default_rng(7), raters=4)
    found = played[:, 0] - played[:, 1]
    assert found.mean() == pytest.approx((estimates * chances).sum(), abs=4 * found.std() / np.sqrt(3000))
