"""Drawing in overlapping tiles: no seam where they overlap, a seam where they do not, and the whole where one is."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines import contract
from engines.contract import Image, Request, Result
from engines.pipelines import schema, tiles
from engines.pipelines.engine import Pipeline
from engines.shelf import Model
from tests.tiny.pipelines import folder
from tests.tiny.pipelines.table import picture

TOLERANCE = 0.15  # how far the gradient across a border may be from that elsewhere, in parts of it


@pytest.fixture(scope="module")
def model(pipelines_root: Path) -> Any:
    found = schema.described(folder("sd15", pipelines_root))
    assert isinstance(found, Model)
    return found.card, Pipeline(found.card)


def drawn(model: Any, **options: Any) -> tuple[np.ndarray, Result]:
    """A start of 64 pixels enlarged to 128 and drawn over."""
    card, engine = model
    start = Image(np.asarray(picture(64, 64).convert("RGB")))
    asked = Request(engine=card.info.name, prompt="a boat", seed=3, size=(128, 128), start=start, strength=0.7)
    request = contract.check(card, contract_options(asked, {"steps": 3, **options}))
    result = next(event for event in engine.generate(request) if isinstance(event, Result))
    return result.media.pixels.astype(np.float64), result  # type: ignore[union-attr]


def contract_options(request: Request, options: dict[str, Any]) -> Request:
    import msgspec

    return msgspec.structs.replace(request, options=options)


def seam(pixels: np.ndarray, border: int) -> float:
    """The gradient across the border of a grid (H, W), down and across, in parts of that elsewhere."""
    energy = 0.0
    for axis in (0, 1):
        steps = np.abs(np.diff(pixels, axis=axis)).mean(1 - axis)
        energy += steps[border - 1] / np.mean(np.delete(steps, border - 1)) / 2
    return float(energy)


class Levelling(torch.nn.Module):
    """A network that answers by what it sees around: how far each place is from its window's mean, as a group norm."""

    def forward(self, sample: torch.Tensor, timestep: int) -> tuple[torch.Tensor]:
        return (sample - sample.mean((2, 3), keepdim=True),)


@pytest.mark.parametrize("steps", [1, 4])
def test_overlapping_tiles_leave_no_seam_and_bare_ones_do(steps: int) -> None:
    """With overlap the gradient across a border is that elsewhere within TOLERANCE; the test sees seams without."""
    ramp = torch.linspace(0, 8, 64)
    network, found = Levelling(), {}
    for overlap in (0, 16):
        torch.manual_seed(0)
        latents = torch.randn(1, 1, 64, 64) + ramp + ramp[:, None]
        with tiles.Tiling(32, overlap).over({"unet": network}):
            for _ in range(steps):
                latents = latents - network(latents, timestep=1)[0] / (2 * steps)
        assert "forward" not in network.__dict__
        found[overlap] = latents[0, 0].numpy()
    assert tiles.spans(64, 32, 0) == [0, 32]
    assert abs(seam(found[16], 32) - 1) < TOLERANCE
    assert seam(found[0], 32) - 1 > 2 * TOLERANCE


@pytest.mark.slow
def test_a_model_draws_in_windows(model: Any) -> None:
    smooth, result = drawn(model, tile=64, overlap=32)
    assert smooth.shape == (128, 128, 3)
    assert int(result.facts["nfe"]) % 9 == 0, "three by three windows"


@pytest.mark.slow
def test_one_tile_is_the_picture_in_one_piece(model: Any) -> None:
    whole, _ = drawn(model)
    assert np.array_equal(drawn(model, tile=128, overlap=32)[0], whole)
    assert not np.array_equal(drawn(model, tile=64, overlap=32)[0], whole)
    assert np.array_equal(drawn(model)[0], whole), "tiles stayed on"


@pytest.mark.slow
def test_a_start_is_sharpened_by_the_network_where_wished(model: Any) -> None:
    assert not np.array_equal(drawn(model, enlarger="network")[0], drawn(model)[0])


def test_windows_cover_everything_and_share_what_they_should() -> None:
    for length, tile, overlap in ((64, 32, 8), (100, 32, 16), (33, 32, 0), (20, 32, 8), (64, 32, 0)):
        starts = tiles.spans(length, tile, overlap)
        assert starts[0] == 0
        assert starts[-1] + tile >= length
        assert all(b - a <= tile - overlap for a, b in itertools.pairwise(starts))
        total = torch.zeros(length)
        for start in starts:
            total[start : start + tile] += tiles.ramp(length, start, min(tile, length), overlap)
        assert (total > 0).all()


def test_tokens_are_asked_for_by_their_places() -> None:
    """Of a network that answers each token with where it is told to lie, one in one piece answers the whole grid."""

    class Network(torch.nn.Module):
        def forward(self, hidden_states: torch.Tensor, img_ids: torch.Tensor, timestep: int) -> tuple[torch.Tensor]:
            assert hidden_states.shape[1] == len(img_ids)
            return (hidden_states * 2 + (img_ids.min(0).values.sum()),)

    ids = torch.zeros(8, 12, 3)
    ids[..., 1], ids[..., 2] = torch.arange(8)[:, None], torch.arange(12)[None]
    network, latents = Network(), torch.randn(1, 96, 4)
    with tiles.Tiling(8, 4).over({"transformer": network}):
        out = network(latents, ids.reshape(-1, 3), timestep=1)[0]
    assert torch.allclose(out, latents * 2, atol=1e-6), "a window does not begin at the origin"


@pytest.mark.parametrize(("name", "there"), [("flux1", True), ("flux1_fill", True), ("flux1_kontext", False)])
def test_tiles_are_offered_where_tokens_are_those_of_the_picture_alone(
    name: str, there: bool, pipelines_root: Path
) -> None:
    found = schema.described(folder(name, pipelines_root))
    assert isinstance(found, Model)
    assert ("tile" in [param.name for param in found.card.params]) == there


@pytest.mark.slow
def test_a_model_that_reads_masks_draws_in_windows(pipelines_root: Path) -> None:
    """Flux Fill is told more channels than it answers."""
    found = schema.described(folder("flux1_fill", pipelines_root))
    assert isinstance(found, Model)
    start = Image(np.asarray(picture(64, 64).convert("RGB")))
    words = {"start": start, "mask": Image(np.full((64, 64), 255, np.uint8)), "size": (128, 128), "strength": 1.0}
    shown = {}
    for tile in (0, 128, 64):
        options = {"steps": 2, "tile": tile, "overlap": 16, "max_sequence_length": 64}
        request = Request(engine=found.card.info.name, prompt="a boat", seed=3, options=options, **words)  # type: ignore
        made = [*Pipeline(found.card).generate(contract.check(found.card, _within(found.card, request)))][-1]
        assert isinstance(made, Result)
        shown[tile] = made.media.pixels  # type: ignore[union-attr]
    assert np.array_equal(shown[0], shown[128])
    assert not np.array_equal(shown[0], shown[64])


def _within(card: Any, request: Request) -> Request:
    known = {param.name: param for param in card.params}
    return contract_options(request, {name: value for name, value in request.options.items() if name in known})
