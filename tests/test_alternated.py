"""Runs in turns: their medians and intervals are those of the numbers, and rounds go on as long as they must."""

import numpy as np
import pytest

from tests.benchmarks.alternated import LEAST, Turns, known


def test_the_interval_of_a_median_holds_it_as_often_as_it_says() -> None:
    draw = np.random.default_rng(3)
    held = [found.low <= 1.0 <= found.high for found in (known(draw.normal(1.0, 0.1, 41).tolist()) for _ in range(300))]
    assert 0.90 <= np.mean(held) <= 0.99
    assert known([2.0] * 5).wide == 0.0


def work(count: int) -> None:
    sum(range(count))


def test_rounds_end_when_the_ratios_are_known_or_time_is_out() -> None:
    ways = {"one": lambda: work(20_000), "two": lambda: work(40_000)}
    wide = Turns(ways)
    wide.until([("two", "one")], 1e9, 60.0)
    assert len(wide.cpu["one"]) == len(wide.cpu["two"]) == LEAST
    assert wide.ratio("two", "one").median == pytest.approx(2.0, rel=0.5)
    out = Turns(ways)
    out.until([("two", "one")], 0.0, 0.0)
    assert len(out.cpu["one"]) == LEAST, "no time, and yet it went on"
    narrow = Turns(ways)
    narrow.until([("two", "one")], 0.0, 5.0)
    assert len(narrow.cpu["one"]) > LEAST


def test_what_both_share_is_taken_as_equally_long() -> None:
    turns = Turns({})
    turns.cpu = {"ours": [12.0, 10.4], "theirs": [10.0, 12.0]}  # a network of ten, disturbed in turns
    turns.own = {"ours": [0.3, 0.3], "theirs": [0.1, 0.1]}
    assert turns.ratio("ours", "theirs", "own").median == pytest.approx(1 + 0.2 * (1 / 10 + 1 / 12) / 2)
    assert turns.more("ours", "theirs").median == pytest.approx(0.2)


def test_every_way_runs_once_in_each_round_in_an_order_of_its_own() -> None:
    told: list[str] = []
    turns = Turns({"a": lambda: work(10), "b": lambda: work(10)}, after=told.append)
    turns.until([("a", "b")], 1e9, 60.0)
    rounds = [tuple(told[n : n + 2]) for n in range(0, len(told), 2)]
    assert {("a", "b"), ("b", "a")} == set(rounds)
