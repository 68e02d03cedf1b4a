"""The judge of the sticker engine by closed forms and by pictures whose answer is known."""

import numpy as np
import pytest
import torch

from engines.metrics import concepts as metric
from engines.metrics.frechet import frechet
from engines.training import judge
from engines.training.pool import Composer, Thing
from engines.training.vocabulary import COLOURS, STYLES, concepts


def test_the_distance_of_two_gaussians_is_its_closed_form() -> None:
    rng = torch.Generator().manual_seed(3)
    a = torch.randn(4000, 5, generator=rng, dtype=torch.float64)
    scale, shift = torch.tensor([1.0, 2.0, 0.5, 3.0, 1.0], dtype=torch.float64), torch.arange(5.0, dtype=torch.float64)
    a = (a - a.mean(0)) @ torch.linalg.inv(torch.linalg.cholesky(torch.cov(a.T))).T  # mean 0, covariance 1, exactly
    # For diagonal covariances: sum of (difference of means)^2 + (difference of standard deviations)^2.
    expected = float((shift.square() + (scale - 1).square()).sum())
    assert frechet(a, a * scale + shift) == pytest.approx(expected, abs=1e-8)
    assert frechet(a, a) == pytest.approx(0, abs=1e-8)


def test_a_picture_is_retrieved_only_by_object_and_colour_together() -> None:
    asked = [(0, 0), (0, 1), (1, 0), (1, 1)]
    objects = torch.tensor([[5.0, 0.0], [5.0, 0.0], [0.0, 5.0], [0.0, 5.0]])
    colours = torch.tensor([[5.0, 0.0], [0.0, 5.0], [5.0, 0.0], [0.0, 5.0]])
    assert judge.retrieved(objects, colours, asked) == 4
    assert judge.retrieved(objects, colours.flip(1), asked) == 0
    assert judge.retrieved(objects, torch.zeros(4, 2), asked) < 4


@pytest.mark.parametrize("colour", ["red", "blue", "green"])
def test_a_histogram_tells_colours_apart(colour: str) -> None:
    def disc(rgb: tuple[int, int, int]) -> np.ndarray:
        picture = np.full((64, 64, 3), 255, np.uint8)
        picture[16:48, 16:48] = rgb
        return metric.histogram(picture)

    light = {"red": (230, 30, 30), "blue": (40, 60, 230), "green": (30, 170, 50)}
    dark = {name: tuple(int(0.9 * v) for v in rgb) for name, rgb in light.items()}
    likeness = {name: float(disc(light[name]) @ disc(dark[colour])) for name in light}
    assert max(likeness, key=likeness.__getitem__) == colour


def test_halves_of_a_composed_pair_are_its_two_things() -> None:
    known = concepts()
    sources = np.zeros((len(known), len(STYLES), 1 + len(COLOURS), 112, 112, 4), np.uint8)
    red, blue = 1 + list(COLOURS).index("red"), 1 + list(COLOURS).index("blue")
    sources[0, 0, red, 20:92, 20:92] = (255, 0, 0, 255)
    sources[1, 0, blue, 20:92, 20:92] = (0, 0, 255, 255)
    composer = Composer(sources)
    things = Thing(known[0], STYLES[0], "red"), Thing(known[1], STYLES[0], "blue")
    picture = judge.shown(composer.beside(*things))
    left, right = judge._half(picture, 0), judge._half(picture, 1)
    assert left.shape == right.shape == (128, 128, 3)
    assert left[64, 64].tolist() == [255, 0, 0]
    assert right[64, 64].tolist() == [0, 0, 255]
    assert left[2, 2].tolist() == [255, 255, 255]
    alone = judge.shown(composer.single(things[0]))
    grown = [(picture[..., 1] < 128).sum() for picture in (left, alone)]
    assert grown[0] == pytest.approx(grown[1], rel=0.15)
