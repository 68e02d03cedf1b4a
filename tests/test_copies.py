"""The line of near-duplicates: what memorises lies beyond it, what draws afresh does not."""

import numpy as np
import pytest

from engines.training import copies


@pytest.fixture
def places() -> np.random.Generator:
    return np.random.default_rng(3)


def _gaps(some: np.ndarray, learnt: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(some[:, None] - learnt).mean(-1)).min(1)


def test_fresh_samples_of_the_same_kind_are_near_by_chance_alone(places: np.random.Generator) -> None:
    learnt, held, made = (places.normal(size=(n, 8)) for n in (300, 400, 400))
    found = copies.found(_gaps(made, learnt), _gaps(held, learnt))
    assert found.share == pytest.approx(copies.BY_CHANCE, abs=0.04)
    assert found.median == pytest.approx(found.median_of_real, rel=0.1)


def test_a_memory_is_found_whatever_the_unit(places: np.random.Generator) -> None:
    learnt, held = places.normal(size=(300, 8)), places.normal(size=(400, 8))
    made = np.concatenate([learnt[:60] + 0.01 * places.normal(size=(60, 8)), places.normal(size=(140, 8))])
    for unit in (1.0, 255.0):
        found = copies.found(unit * _gaps(made, learnt), unit * _gaps(held, learnt))
        assert 0.3 <= found.share < 0.4
        assert found.line == pytest.approx(unit * np.quantile(_gaps(held, learnt), 0.05))
