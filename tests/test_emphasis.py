"""Weights in prompts: CLIP's tokens are scaled as told, other encoders read the words without them."""

from pathlib import Path

import pytest
import torch

from app.cli.make import compare
from engines.contract import Request, Result, check
from engines.pipelines import emphasis
from engines.pipelines.engine import Pipeline
from engines.prompt.weights import weighted
from tests.runs import ended, engine_of


def result(engine: Pipeline, prompt: str, negative: str = "") -> Result:
    words = {"prompt": prompt, "negative": negative, "options": {"steps": 3}}
    request = check(engine.card, Request(engine=engine.info.name, seed=5, size=(64, 64), **words))
    return ended(engine, request)


def test_each_token_is_scaled_and_the_mean_is_kept() -> None:
    state = torch.randn(6, 4, generator=torch.Generator().manual_seed(1)) + 1.0
    found = emphasis.scaled(state, [1.0, 1.5, 1.0, 0.5])
    assert float((found.mean() - state.mean()).abs()) < 1e-6
    ratio = (found / state).mean(1)
    assert torch.allclose(ratio / ratio[0], torch.tensor([1.0, 1.5, 1.0, 0.5, 1.0, 1.0]), atol=1e-5)


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_clip_heeds_weights(name: str, pipelines_root: Path) -> None:
    engine = engine_of(name, pipelines_root)
    plain = result(engine, "a red boat").media
    assert compare(result(engine, "a (red:1.0) boat").media, plain) is None
    heavy = result(engine, "a (red:1.6) boat")
    assert compare(heavy.media, plain) is not None
    assert "weights" not in heavy.facts
    assert compare(result(engine, "a (red:1.2) boat").media, heavy.media) is not None
    shunned = result(engine, "a red boat", "a blue sky").media
    assert compare(result(engine, "a red boat", "a (blue:1.5) sky").media, shunned) is not None
    assert compare(result(engine, "a red boat").media, plain) is None, "weights stayed behind"


def test_the_weight_of_a_token_is_that_of_its_letters(pipelines_root: Path) -> None:
    engine = engine_of("sd15", pipelines_root)
    engine.warm()
    tokens, weights = emphasis._row(engine._parts["tokenizer"], weighted("a (red:1.6) boat"))
    assert tokens == engine._parts["tokenizer"]("a red boat")["input_ids"]
    assert len(tokens) == len(weights)
    assert {round(w, 3) for w in weights} == {1.0, 1.6}
    assert (weights[0], weights[-1]) == (1.0, 1.0)


def test_another_encoder_reads_the_words_without_them_and_says_so(pipelines_root: Path) -> None:
    engine = engine_of("flux1", pipelines_root)
    bare, weighed = result(engine, "a red boat"), result(engine, "a (red:1.6) boat")
    assert compare(weighed.media, bare.media) is None
    assert "not heeded" in str(weighed.facts["weights"])
    assert "weights" not in bare.facts
    sign = "a sign that says [OPEN]"
    assert emphasis.of(engine._pipes.popitem()[1], sign) == (sign, ())
