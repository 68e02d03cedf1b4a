"""Noise between two seeds in the user's own pipelines: at its ends the seeds' own, between them another."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines.contract import Audio, Image, Media, Mesh, Video
from engines.pipelines.engine import Pipeline
from engines.pipelines.travel import Travel
from tests.runs import followed
from tests.test_pipelines import Subject, travelled
from tests.tiny.pipelines import marked

replace = msgspec.structs.replace
NEAR = 1 - 1e-12  # as far as a share may go: the next seed's noise to the last bits


def numbers(media: Media) -> np.ndarray:
    """All there is to see or hear, in float64."""
    match media:
        case Image():
            return media.pixels.astype(np.float64)
        case Video():
            return media.frames.astype(np.float64)
        case Audio():
            return media.samples.astype(np.float64)
        case Mesh():
            return media.vertices.astype(np.float64)
    raise AssertionError(type(media))


@pytest.mark.parametrize("name", marked())
def test_a_family_moves_from_seed_to_seed(name: str, pipelines_root: Path) -> None:
    subject = Subject(name, pipelines_root)
    assert "travel" in subject.card.info.takes
    first, kept = subject.request, []
    begun, ended = (followed(subject.engine, replace(first, seed=first.seed + n))[1].media for n in (0, 1))
    kept, half = followed(subject.engine, replace(first, travel=0.5))
    arrived = followed(subject.engine, replace(first, travel=NEAR))[1].media
    assert compare(half.media, begun) is not None
    assert compare(half.media, ended) is not None
    apart = np.abs(numbers(begun) - numbers(ended)).mean() if numbers(begun).shape == numbers(ended).shape else None
    if apart is not None:
        assert np.abs(numbers(arrived) - numbers(ended)).mean() <= 0.02 * apart
    fresh = Pipeline(subject.card)
    assert compare(followed(fresh, replace(first, travel=0.5))[1].media, half.media) is None
    again = followed(fresh, replace(first, travel=0.5, resume=travelled(kept[0])))[1]
    assert compare(again.media, half.media) is None
    assert compare(followed(subject.engine, replace(first, travel=0.0))[1].media, begun) is None


def test_noise_in_the_middle_is_as_loud_as_at_either_end() -> None:
    first = torch.Generator().manual_seed(7)
    with Travel(first, 7, 0.5).over():
        made = torch.randn(1, 4, 64, 64, generator=first, dtype=torch.float16)
        alone = torch.randn(3, generator=torch.Generator().manual_seed(1))
    a, b = (
        torch.randn(1, 4, 64, 64, generator=torch.Generator().manual_seed(seed), dtype=torch.float16) for seed in (7, 8)
    )
    assert made.dtype == torch.float16
    angle = torch.acos((a.float() * b.float()).sum() / (a.float().norm() * b.float().norm()))
    expected = (a.float() + b.float()) * torch.sin(angle / 2) / torch.sin(angle)
    assert torch.allclose(made.float(), expected, atol=2e-3)
    assert made.float().std() == pytest.approx(1.0, abs=0.02)
    assert torch.equal(alone, torch.randn(3, generator=torch.Generator().manual_seed(1))), (
        "other generators draw as ever"
    )
