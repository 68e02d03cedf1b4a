"""What guidance did in the steps of a driven pipeline, told by two runs that differ in its strength alone."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from engines.contract import Curve, Request, Step, check
from engines.pipelines import schema
from engines.pipelines.engine import Pipeline
from engines.shelf import Model
from tests.test_pipelines import asked as small_call
from tests.tiny.pipelines import CALLS, folder, opened


class Tried:
    def __init__(self, name: str, root: Path) -> None:
        path = folder(name, root)
        found = schema.described(path)
        assert isinstance(found, Model)
        self.card, self.engine = found.card, Pipeline(found.card)
        words = CALLS[name] | {"num_inference_steps": 4}
        self.request: Request = check(self.card, small_call(self.card, opened(path), dict(words)))

    def first(self, guidance: float) -> tuple[np.ndarray, float | None]:
        """The clean estimate of the first step, and what guidance is said to have done in it."""
        told = msgspec.structs.replace(self.request, curves={"guidance": Curve(((0.0, guidance),))})
        for event in self.engine.generate(told):
            if isinstance(event, Step):
                assert event.estimate is not None
                assert event.guidance is not None
                return event.estimate().astype(np.float64), event.guidance()
        raise AssertionError("no step was made")


@pytest.mark.parametrize("name", ["sd15", *(pytest.param(n, marks=pytest.mark.slow) for n in ("sd35", "wan"))])
def test_the_gap_is_what_one_more_of_guidance_changes(name: str, pipelines_root: Path) -> None:
    tried = Tried(name, pipelines_root)
    (weak, told), (strong, again) = tried.first(2.0), tried.first(6.0)
    gap = (strong - weak) / 4.0  # x0 = u + w (c - u) on the same noise
    conditional = weak - gap
    assert told == pytest.approx(float(np.sqrt((gap**2).mean()) / conditional.std()), rel=2e-2)
    assert again == pytest.approx(told, rel=1e-4), "what the network says of the first noise knows no strength"


def test_a_pipeline_without_guidance_tells_nothing(pipelines_root: Path) -> None:
    tried = Tried("ddpm", pipelines_root)
    told = [event.guidance() for event in tried.engine.generate(tried.request) if isinstance(event, Step)]
    assert told
    assert all(one is None for one in told)
