"""The networks beside independent ones: numpy's principal components, the text model's own reader, and laws."""

import functools

import numpy as np
import pytest
import torch

from engines.contract import Image, Refused
from engines.files import assets
from engines.image.sticker import Sticker
from engines.nn import sticker, stored, text
from engines.nn.autoencoder import LATENT, STRIDE, Autoencoder
from engines.nn.sticker import SIDE, framed, framed_mask, uncovered
from engines.nn.transformer import Shape, Transformer, attention, waves

# ---------------------------------------------------------------- autoencoder


def _patchwork(count: int = 16, side: int = 64) -> torch.Tensor:
    """Pictures (B, 4, side, side) whose 8x8 patches have LATENT strong directions of unlike strength, and noise."""
    rng = np.random.default_rng(3)
    n, size = count * (side // STRIDE) ** 2, 4 * STRIDE**2
    basis = np.linalg.qr(rng.standard_normal((size, LATENT)))[0]
    strengths = np.geomspace(8.0, 1.0, LATENT)
    patches = rng.standard_normal((n, LATENT)) * strengths @ basis.T + 0.02 * rng.standard_normal((n, size)) + 0.3
    grid = side // STRIDE
    pictures = patches.reshape(count, grid, grid, 4, STRIDE, STRIDE).transpose(0, 3, 1, 4, 2, 5)
    return torch.from_numpy(pictures.reshape(count, 4, side, side)).float()


def _patches(pictures: torch.Tensor) -> np.ndarray:
    b, c, h, w = pictures.shape
    cut = pictures.double().numpy().reshape(b, c, h // STRIDE, STRIDE, w // STRIDE, STRIDE)
    return cut.transpose(0, 2, 4, 1, 3, 5).reshape(-1, c * STRIDE**2)


def test_the_linear_part_begins_as_principal_components() -> None:
    """Analysis then synthesis is numpy's projection on the first 16 components; largest error 1e-4."""
    x, network = _patchwork(), Autoencoder()
    network.start_from(x)
    with torch.no_grad():
        found = _patches(network.synthesis(network.analysis(x)))
    centred = _patches(x) - _patches(x).mean(0)
    components = np.linalg.svd(centred, full_matrices=False)[2][:LATENT]
    assert np.abs(found - centred @ components.T @ components).max() <= 1e-4


def test_it_begins_with_the_linear_part_alone() -> None:
    """The convolutions add nothing to the latent before training, and a constant to the picture."""
    x, network = _patchwork(4), Autoencoder().eval()
    network.start_from(x)
    with torch.no_grad():
        z = network.encode(x)
        added = network.decode(z) - network.synthesis(z)
        assert torch.equal(z, network.analysis(x))
    assert (added - added[:1, :, :2, :2].repeat(1, 1, x.shape[2] // 2, x.shape[3] // 2)).abs().max() <= 1e-6


def test_latents_are_shifted_and_scaled_there_and_back() -> None:
    x, network = _patchwork(2), Autoencoder().eval()
    network.start_from(x)
    with torch.no_grad():
        z, y = network.encode(x), network.decode(network.encode(x))
        network.mean.normal_()
        network.std.fill_(2.5)
        assert ((z - network.mean) / 2.5 - network.encode(x)).abs().max() <= 1e-5
        assert (network.decode(network.encode(x)) - y).abs().max() <= 1e-4


@pytest.mark.parametrize(("height", "width"), [(128, 128), (64, 32)])
def test_shapes_of_the_autoencoder(height: int, width: int) -> None:
    network = Autoencoder((8, 16, 24)).eval()
    with torch.no_grad():
        mean, log_variance = network.posterior(torch.rand(2, 4, height, width))
        assert mean.shape == log_variance.shape == (2, LATENT, height // 8, width // 8)
        assert network.decode(mean).shape == (2, 4, height, width)


# ---------------------------------------------------------------- transformer

SMALL = Shape(channels=4, side=8, patch=2, width=64, depth=2, heads=2, text=24)


@functools.cache
def _transformer() -> Transformer:
    """A small one with every parameter drawn, so that nothing is hidden by zeros it starts from."""
    network, generator = Transformer(SMALL).eval(), torch.Generator().manual_seed(5)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(0.15 * torch.randn(parameter.shape, generator=generator))
    return network.requires_grad_(False)


def _given(batch: int = 2, length: int = 5) -> tuple[torch.Tensor, ...]:
    g = torch.Generator().manual_seed(1)
    x = torch.randn(batch, 4, 8, 8, generator=g)
    mask = torch.ones(batch, length, dtype=torch.bool)
    return x, torch.rand(batch, generator=g), torch.randn(batch, length, 24, generator=g), mask


def test_the_velocity_has_the_shape_of_the_latent() -> None:
    x, t, tokens, mask = _given()
    v = _transformer()(x, t, tokens, mask)
    assert v.shape == x.shape
    assert v.abs().max() > 1e-2
    assert Transformer(SMALL)(x, t, tokens, mask).abs().max() == 0.0  # untrained, it starts from no velocity


def test_padding_tokens_change_nothing() -> None:
    x, t, tokens, mask = _given()
    padded = torch.cat([tokens, torch.full((2, 3, 24), 7.0)], 1)
    seen = torch.cat([mask, torch.zeros(2, 3, dtype=torch.bool)], 1)
    plain = _transformer()(x, t, tokens, mask)
    # Sums of another length are rounded otherwise: single precision, beside the largest value.
    assert (_transformer()(x, t, padded, seen) - plain).abs().max() <= 4e-6 * plain.abs().max()


def test_each_sample_stands_alone() -> None:
    x, t, tokens, mask = _given(3)
    both = _transformer()(x, t, tokens, mask)
    each = torch.cat([_transformer()(x[i : i + 1], t[i : i + 1], tokens[i : i + 1], mask[i : i + 1]) for i in range(3)])
    assert (both - each).abs().max() <= 3e-6 * both.abs().max()


def test_attention_written_out_is_the_fused_one() -> None:
    g = torch.Generator().manual_seed(2)
    q, k, v = (torch.randn(2, 3, 5, 8, generator=g) for _ in range(3))
    seen = torch.rand(2, 1, 1, 5, generator=g) < 0.7
    seen[..., 0] = True
    with torch.no_grad():
        fused = attention(q, k, v, seen)
    assert (attention(q, k, v, seen) - fused).abs().max() <= 1e-6


@pytest.mark.parametrize("which", ["x", "t", "tokens"])
def test_everything_given_is_read(which: str) -> None:
    x, t, tokens, mask = _given()
    other = {"x": (x + 0.5, t, tokens), "t": (x, 1 - t, tokens), "tokens": (x, t, tokens.flip(2))}[which]
    assert (_transformer()(*other, mask) - _transformer()(x, t, tokens, mask)).abs().max() > 1e-3


def test_waves_of_time() -> None:
    """cos and sin of 1000 t 10000^(-i / 128), as Vaswani et al. place positions."""
    t = np.array([0.0, 0.25, 1.0])
    angles = 1000 * t[:, None] * 10000.0 ** (-np.arange(128) / 128)
    wanted = np.concatenate([np.cos(angles), np.sin(angles)], -1)
    assert np.abs(waves(torch.from_numpy(t).float()).numpy() - wanted).max() <= 1e-3


# ---------------------------------------------------------------- text

PROMPTS = ["a red apple", "Two BLUE cars, flat style", "", "ein Löwe 🎉 \n\t", "fox " * 60]


@functools.cache
def _encoder() -> text.TextEncoder:
    return text.TextEncoder()


@pytest.mark.parametrize("prompt", PROMPTS)
def test_token_states_are_those_of_the_package(prompt: str) -> None:
    """Against the model and tokenizer as transformers reads them from the package's folder; largest error 1e-5."""
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(text.folder(), local_files_only=True)
    model = AutoModel.from_pretrained(text.folder(), local_files_only=True).eval()
    given = tokenizer([prompt], return_tensors="pt", truncation=True, max_length=text.LIMIT)
    with torch.no_grad():
        wanted = model(**given).last_hidden_state
    states, mask = _encoder().encode([prompt])
    assert mask.all()
    assert states.shape == wanted.shape == (1, int(mask.sum()), text.WIDTH)
    assert (states - wanted).abs().max() <= 1e-5


def test_a_batch_is_its_prompts_one_by_one() -> None:
    states, mask = _encoder().encode(PROMPTS)
    for row, prompt in enumerate(PROMPTS):
        alone, _ = _encoder().encode([prompt])
        assert int(mask[row].sum()) == alone.shape[1]
        assert (states[row, : alone.shape[1]] - alone[0]).abs().max() <= 1e-5
        assert not states[row, alone.shape[1] :].any()


def test_the_count_says_where_a_prompt_is_cut() -> None:
    """Counted with both marks; what stands after the cut changes nothing, what stands before it does."""
    long = "a purple fox wearing a golden crown " * 8
    count, cut = Sticker().count_tokens(long)
    assert count > text.LIMIT
    assert cut is not None
    states, mask = _encoder().encode([long])
    assert int(mask.sum()) == text.LIMIT
    assert torch.equal(_encoder().encode([long[:cut]])[0], states)
    assert torch.equal(_encoder().encode([long[:cut] + "something else"])[0], states)
    assert not torch.equal(_encoder().encode(["two" + long[1:cut]])[0], states)
    assert Sticker().count_tokens("a red apple") == (5, None)


def test_the_closing_mark_is_kept() -> None:
    assert text.kept_tokens(list(range(40)), 32) == [*range(31), 39]
    assert text.kept_tokens([1, 2, 3], 3) == [1, 2, 3]


# ---------------------------------------------------------------- pixels of the sticker


def test_framing_fits_any_picture_into_the_square() -> None:
    wide = Image(np.tile(np.uint8([200, 30, 40]), (20, 40, 1)))
    out = framed(wide)
    assert out.shape == (SIDE, SIDE, 4)
    assert (out[32:96] == [200, 30, 40, 255]).all()
    assert (out[:32] == [255, 255, 255, 0]).all()
    assert (out[96:] == [255, 255, 255, 0]).all()


@pytest.mark.parametrize("shape", [(1, 300), (500, 3), (128, 128), (7, 7), (300, 200, 3), (90, 90, 4), (1, 1, 3)])
def test_framing_takes_any_shape(shape: tuple[int, ...]) -> None:
    out = framed(Image(np.full(shape, 90, np.uint8)))
    assert out.shape == (SIDE, SIDE, 4)
    assert out.dtype == np.uint8
    assert out[..., 3].any()


def test_a_mask_is_framed_as_its_start_is() -> None:
    mask = np.zeros((64, 128), np.uint8)
    mask[:16] = 255  # the upper quarter of a picture that is twice as wide as high
    for given in (mask, mask[::2, ::2]):
        rows = framed_mask(Image(given), Image(np.zeros((64, 128, 3), np.uint8)))[:, 5]
        assert np.flatnonzero(rows > 127).tolist() == list(range(32, 48))


def test_what_is_too_long_is_cut_off_the_prompt_not_off_the_style() -> None:
    encoder = _encoder()
    long = " ".join(["apple"] * 40)
    joined = encoder.joined(long, ", flat style")
    assert joined.endswith(", flat style")
    assert len(encoder.tokenizer.encode(joined).ids) <= text.LIMIT
    assert encoder.joined("a red apple", ", flat style") == "a red apple, flat style"


def test_framing_lays_colour_over_white() -> None:
    half = np.zeros((SIDE, SIDE, 4), np.uint8)
    half[..., 3] = 102  # 40 %
    assert np.abs(framed(Image(half))[..., :3].astype(int) - 153).max() <= 1


def test_uncovering_takes_the_white_out_again() -> None:
    """Straight colour back from colour over white, to 2 of 255 where at least half is covered."""
    rng = np.random.default_rng(0)
    colour, alpha = rng.random((64, 64, 3)), rng.uniform(0.5, 0.95, (64, 64, 1))
    shown = 0.04 + 0.92 * alpha  # as the network gives alpha; its ends are stretched
    covered = np.rint(np.concatenate([colour * alpha + 1 - alpha, shown], -1) * 255).astype(np.uint8)
    found = uncovered(covered)
    assert np.abs(found / 255 - np.concatenate([colour, alpha], -1)).max() <= 3 / 255


def test_uncovering_leaves_the_ends_exact() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (32, 32, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    assert np.array_equal(uncovered(pixels), pixels)
    pixels[..., 3] = 0
    assert not uncovered(pixels)[..., 3].any()


@pytest.mark.parametrize("damage", [lambda data: data[:100], lambda data: b"", lambda data: b"\xff" * len(data)])
def test_damaged_weights_are_told_as_such(tmp_path, damage) -> None:
    path = tmp_path / "flow.safetensors"
    path.write_bytes(damage(assets.path("weights/sticker/flow.safetensors").read_bytes()))
    with pytest.raises(Refused, match="install them again") as caught:
        stored.read(sticker.flow_network, path)
    assert caught.value.failure.kind == "bad-file"
