"""Where bfloat16 is in the hardware it is what a model computes in: every medium holds its promises there too."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines.contract import Audio, Checkpoint, Image, Request, Result, check
from engines.pipelines import keep
from engines.pipelines.engine import Pipeline
from tests.runs import engine_of, followed

PICTURE = Image(np.linspace(0, 255, 64 * 64 * 3).astype(np.uint8).reshape(64, 64, 3))
TONE = Audio(0.5 * np.sin(2 * np.pi * 440 * np.arange(22050) / 22050).astype(np.float32)[:, None], 22050)
FAMILIES: dict[str, dict[str, Any]] = {
    "sd15": {"size": (64, 64)},
    "flux1": {"size": (64, 64)},
    "stable_audio": {"length": 1.0},
    "wan": {"size": (32, 32), "length": 0.5},
}


@pytest.fixture(scope="module", autouse=True)
def native() -> Iterator[None]:
    """As on a CPU with AVX512-BF16."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engines.device.brief", lambda device: torch.bfloat16)
        yield


@dataclass
class Made:
    engine: Pipeline
    request: Request
    kept: list[Checkpoint]
    result: Result


@pytest.fixture(scope="module", params=FAMILIES)
def made(request: pytest.FixtureRequest, pipelines_root: Path) -> Made:
    engine = engine_of(request.param, pipelines_root)
    wish = Request(engine=engine.info.name, prompt="a boat", seed=5, options={"steps": 3}, **FAMILIES[request.param])
    wish = check(engine.card, wish)
    return Made(engine, wish, *followed(engine, wish))


def test_the_facts_say_so(made: Made) -> None:
    assert "not to the bit" in str(made.result.facts["precision"])


def test_the_same_request_makes_the_same_bytes_in_another_engine(made: Made) -> None:
    again = Pipeline(made.engine.card)
    assert compare(followed(again, made.request)[1].media, made.result.media) is None


def test_a_run_goes_on_from_a_step_to_the_same_bytes(made: Made) -> None:
    onward = msgspec.structs.replace(made.request, resume=made.kept[1])
    assert compare(followed(made.engine, onward)[1].media, made.result.media) is None


def test_a_step_decodes_the_same_whether_the_model_is_loaded_or_not(made: Made) -> None:
    latents = next(value for name, value in keep.unpack(made.kept[-1].arrays).items() if name == "samples")[0]
    estimate = torch.as_tensor(latents)[0].float().numpy()
    if estimate.ndim == 2 and made.engine.info.medium == "image":
        pytest.skip("packed latents: decoded in test_pipelines")
    alone = Pipeline(made.engine.card)
    shown = alone.decode(estimate, made.request.length)
    assert not alone._parts
    assert compare(made.engine.decode(estimate, made.request.length), shown) is None


def test_a_start_is_heeded(made: Made) -> None:
    start = {"image": PICTURE, "audio": TONE}.get(made.engine.info.medium)
    if start is None:
        pytest.skip("no start")
    begun = msgspec.structs.replace(made.request, start=start, strength=0.6)
    assert compare(followed(made.engine, begun)[1].media, made.result.media) is not None
