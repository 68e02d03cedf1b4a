"""Enlarging: sizes, sameness, no seams between tiles, alpha, and what happens without weights."""

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from engines import device
from engines import upscale as module
from engines.contract import Image, Refused, Stopped
from engines.files import assets
from engines.upscale import FACTORS, WEIGHTS, upscale

pytestmark = pytest.mark.skipif(bool(assets.missing([WEIGHTS])), reason="the weights are not there")


def _picture(height: int, width: int, channels: int = 3, seed: int = 0) -> NDArray[np.uint8]:
    """Flat shapes with edges and a ramp: what the network is for. (H, W, channels) or (H, W) for no channel."""
    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:height, 0:width]
    pixels = np.stack([u * 255 // width, v * 255 // height, (u + v) % 256], -1).astype(np.uint8)
    for _ in range(6):
        y, x, r = rng.integers(0, height), rng.integers(0, width), rng.integers(4, 14)
        pixels[np.hypot(u - x, v - y) < r] = rng.integers(0, 256, 3)
    if channels == 4:
        alpha = np.where(np.hypot(u - width / 2, v - height / 2) < min(height, width) / 3, 255, 0).astype(np.uint8)
        return np.dstack([pixels, alpha])
    return pixels if channels == 3 else pixels[..., 0]


@pytest.mark.parametrize(("factor", "channels"), [(2, 3), (3, 4), (4, 0)])
def test_the_size_is_the_factor_times_the_size(factor: int, channels: int) -> None:
    big = upscale(Image(_picture(18, 25, channels)), factor).pixels
    assert big.shape == (18 * factor, 25 * factor, channels or 3)
    assert big.dtype == np.uint8
    assert set(FACTORS) == {1, 2, 3, 4}


def test_factor_one_is_the_picture_itself() -> None:
    image = Image(_picture(12, 12))
    assert upscale(image, 1) is image


def test_same_picture_same_bytes() -> None:
    image = Image(_picture(20, 20, 4))
    assert np.array_equal(upscale(image, 4).pixels, upscale(image, 4).pixels)


def test_tiles_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiled and whole differ by at most one of 255: the margin covers all that 18 convolutions see."""
    pixels = _picture(34, 50)
    whole = module._enlarge(pixels)
    monkeypatch.setattr(module, "_TILE", 24)
    tiled = module._enlarge(pixels)
    assert np.abs(whole.astype(int) - tiled).max() <= 1


def test_a_margin_too_small_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law above can fail: without a margin there are seams."""
    pixels = _picture(34, 50)
    whole = module._enlarge(pixels)
    monkeypatch.setattr(module, "_TILE", 24)
    monkeypatch.setattr(module, "_MARGIN", 0)
    assert np.abs(whole.astype(int) - module._enlarge(pixels)).max() > 1


def test_it_is_the_whole_network_and_nothing_else() -> None:
    """Tiles and rounding against one pass of the network over the mirrored picture, at the shipped margin."""
    pixels = _picture(20, 17)
    padded = np.pad(pixels, ((40, 40), (40, 40), (0, 0)), mode="symmetric")
    x = torch.from_numpy(padded).permute(2, 0, 1)[None].float() / 255
    y = module._network(module._weights(), x)[0, :, 160:-160, 160:-160].clamp(0, 1).permute(1, 2, 0).numpy()
    assert np.abs(upscale(Image(pixels), 4).pixels - y * 255).max() <= 0.51


def test_without_its_convolutions_the_network_repeats_pixels() -> None:
    """The network adds to the nearest-neighbour enlargement (Wang et al., the repository's SRVGGNetCompact)."""
    nothing = {name: torch.zeros_like(tensor) for name, tensor in module._weights().items()}
    x = torch.rand(1, 3, 5, 7)
    assert torch.equal(module._network(nothing, x), x.repeat_interleave(4, 2).repeat_interleave(4, 3))


def test_it_stays_near_the_picture_and_is_sharper_than_lanczos() -> None:
    """Averaged back it is the picture (PSNR above 30 dB), and an edge is steeper than interpolation makes it."""
    pixels = np.full((32, 32, 3), 40, np.uint8)
    pixels[:, 16:] = 220
    big = upscale(Image(pixels), 4).pixels.astype(float)
    back = big.reshape(32, 4, 32, 4, 3).mean((1, 3))
    assert 10 * np.log10(255**2 / np.square(back - pixels).mean()) > 30
    plain = module._resize(pixels, (128, 128)).astype(float)
    assert np.abs(np.diff(big[64, :, 0])).max() > np.abs(np.diff(plain[64, :, 0])).max()


def test_alpha_is_enlarged_and_leaves_the_colour_alone() -> None:
    pixels = _picture(36, 36, 4)
    big = upscale(Image(pixels), 4).pixels
    assert np.array_equal(big[..., :3], upscale(Image(pixels[..., :3]), 4).pixels)
    assert big[72, 72, 3] == 255
    assert big[0, 0, 3] == 0
    opaque = np.dstack([pixels[..., :3], np.full((36, 36), 255, np.uint8)])
    assert (upscale(Image(opaque), 3).pixels[..., 3] == 255).all()


def test_missing_weights_cost_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_ASSETS", str(tmp_path))
    with pytest.raises(Refused) as caught:
        upscale(Image(_picture(8, 8)), 2)
    assert caught.value.failure.kind == "missing"
    assert str(tmp_path) in caught.value.failure.sentence
    assert "\n" not in caught.value.failure.sentence


@pytest.mark.parametrize("damage", ["noise", "another network"])
def test_damaged_weights_cost_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    monkeypatch.setenv("DARKROOM_ASSETS", str(tmp_path))
    place = tmp_path / WEIGHTS
    place.parent.mkdir(parents=True)
    if damage == "noise":
        place.write_bytes(b"not weights at all")
    else:
        save_file({"conv.0.weight": torch.zeros(64, 3, 3, 3)}, place)
    with pytest.raises(Refused) as caught:
        upscale(Image(_picture(8, 8)), 2)
    assert caught.value.failure.kind == "bad-file"
    assert "\n" not in caught.value.failure.sentence


def test_a_stop_is_heard_between_two_layers() -> None:
    calm = device.interrupt(threading.get_ident())
    try:
        with pytest.raises(Stopped):
            upscale(Image(np.zeros((8, 8, 3), np.uint8)), 2)
    finally:
        calm()
    assert upscale(Image(np.zeros((8, 8, 3), np.uint8)), 2).pixels.shape == (16, 16, 3)
