"""How well image/tile does, on held-out tiles: distance, kinds and colours told from the words, seams, bits, copies."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.families import score_sde
from engines.metrics import concepts as metric
from engines.metrics.frechet import frechet
from engines.metrics.kernel import squared
from engines.nn import tile as net
from engines.samplers import generator
from engines.training import ramps, textures
from engines.training.tile_data import Tiles, is_held_out, seam

Draw = Callable[[list[str], list[int]], np.ndarray]  # (captions, seeds) -> uint8 (N, 32, 32, 3)
COUNT = 64  # pictures a distance is taken from


def as_seen(tiles: np.ndarray) -> np.ndarray:
    """Tiles two by two, so that the extractor sees their borders too, uint8 (N, 64, 64, 3)."""
    return np.tile(tiles, (1, 2, 2, 1))


def noise_like(tiles: np.ndarray) -> np.ndarray:
    """The baseline that knows only colours: normal noise with every tile's own mean and deviation per channel."""
    rng = np.random.default_rng(0)
    mean, spread = tiles.mean((1, 2), keepdims=True), tiles.std((1, 2), keepdims=True)
    return np.clip(np.rint(mean + spread * rng.standard_normal(tiles.shape)), 0, 255).astype(np.uint8)


def distances(tiles: Tiles, eyes: Any, draw: Draw) -> dict[str, Any]:
    """FID and KID on EfficientNet features to `COUNT` held-out tiles: of what is drawn from their captions, of what is
    drawn without words, of noise in their colours, and of as many other held-out tiles."""
    rng = np.random.default_rng(1)
    allowed = np.flatnonzero(tiles.held_out)
    chosen = rng.permutation(allowed)[: 2 * COUNT]
    real, other = tiles.pictures[chosen[:COUNT]], tiles.pictures[chosen[COUNT:]]
    told = [tiles.captions[k] for k in tiles.caption[chosen[:COUNT]]]
    seeds = list(range(COUNT))
    sets = {"drawn": draw(told, seeds), "no words": draw([""] * COUNT, seeds), "noise": noise_like(real), "real": other}
    wanted = metric.features(eyes, as_seen(real)).double()
    found: dict[str, Any] = {"pictures": sets["drawn"], "captions": told}
    for name, some in sets.items():
        seen = metric.features(eyes, as_seen(some)).double()
        found[name] = (frechet(seen, wanted), squared(seen.numpy(), wanted.numpy()))
        found[f"{name} seam"] = float(seam(some).mean())
    return found


def told_apart(eyes: Any, draw: Draw) -> dict[str, float]:
    """How often kind and colour of what is drawn for held-out pairs, 'blue marble', are those of the words.

    The judges are linear: of 36 kinds over EfficientNet features, of 13 colours over a histogram. They learn from fresh
    procedural textures of pairs that are not held out, and are first tried on fresh ones of the held-out pairs.
    """
    pairs = [(kind, colour) for kind in textures.KINDS for colour in ramps.COLOURS if is_held_out(kind, colour)]
    seen = [(kind, colour) for kind in textures.KINDS for colour in ramps.COLOURS if not is_held_out(kind, colour)]
    rng = np.random.default_rng(9)
    learnt = np.stack([textures.draw(*pair, rng) for pair in seen])
    names = [list(textures.KINDS), list(ramps.COLOURS)]
    x = _looks(eyes, learnt)
    mean, spread = x[0].mean(0), x[0].std(0) + 1e-3
    x = ((x[0] - mean) / spread, x[1])
    rows = [torch.tensor([names[k].index(pair[k]) for pair in seen]) for k in (0, 1)]
    judges = [metric.linear(x[k], rows[k], len(names[k])) for k in (0, 1)]
    sets = {"real": np.stack([textures.draw(*pair, rng) for pair in pairs])}
    sets["drawn"] = draw([textures.caption(*pair) for pair in pairs], list(range(len(pairs))))
    found: dict[str, float] = {"pairs": len(pairs)}
    for name, some in sets.items():
        look = _looks(eyes, some)
        look = ((look[0] - mean) / spread, look[1])
        for k, word in enumerate(("kind", "colour")):
            scores = look[k] @ judges[k][0] + judges[k][1]
            wanted = torch.tensor([names[k].index(pair[k]) for pair in pairs])
            found[f"{name} {word}"] = float((scores.argmax(1) == wanted).float().mean())
            if k == 0:
                found[f"{name} kind in five"] = float(
                    (scores.topk(5, 1).indices == wanted[:, None]).any(1).float().mean()
                )
    return found


def _looks(eyes: Any, tiles: np.ndarray) -> tuple[Tensor, Tensor]:
    histograms = torch.from_numpy(np.stack([metric.histogram(tile) for tile in tiles]))
    return metric.features(eyes, as_seen(tiles)), histograms


def bits(model: net.Model, tiles: Tiles, count: int = 8) -> dict[str, float]:
    """Bits per dimension of `count` held-out tiles, told their captions, by the VP ODE; and of the same as PNG
    files."""
    chosen = np.random.default_rng(2).permutation(np.flatnonzero(tiles.held_out))[:count]
    sde, chance = score_sde.SDES["VP"], generator(0, -1)
    x = torch.from_numpy(tiles.pictures[chosen]).permute(0, 3, 1, 2).float()
    x = (x + torch.rand(x.shape, generator=chance) - 0.5) / 127.5 - 1
    words = model.text.encode([tiles.captions[k] for k in tiles.caption[chosen]])
    denoise = net.denoiser(model.network, sde.path, words)
    found = score_sde.likelihood(denoise, x, sde, steps=24, probes=[score_sde.signs(x.shape, chance)])
    places = x[0].numel()
    coded = [8 * len(png(tiles.pictures[k])) / places for k in chosen]
    return {"bits": float(found.bits(places).mean()), "png": float(np.mean(coded)), "bits of tiles": count}


def png(picture: np.ndarray) -> bytes:
    """A picture as a PNG file."""
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(picture).save(held, "PNG", optimize=True)
    return held.getvalue()


# ---------------------------------------------------------------- copies


def nearest(tiles: Tiles, shown: np.ndarray, near: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """For each of `shown`, uint8 (N, 32, 32, 3), the number of the training tile that is nearest when it may be pushed
    round, and the deviation of their pixels from each other in [0, 1].

    Candidates are the `near` nearest in the size of the Fourier spectrum, which a push does not change and whose
    distance never exceeds that of the pictures.
    """
    allowed = np.flatnonzero(~tiles.held_out)
    spectra = np.stack([_spectrum(tiles.pictures[k]) for k in allowed])
    places, gaps = np.zeros(len(shown), int), np.zeros(len(shown))
    for i, picture in enumerate(shown):
        order = np.argpartition(np.square(spectra - _spectrum(picture)).sum(1), near)[:near]
        each = [_pushed_gap(picture, tiles.pictures[allowed[k]]) for k in order]
        places[i], gaps[i] = allowed[order[int(np.argmin(each))]], min(each)
    return places, gaps


def _spectrum(picture: np.ndarray) -> np.ndarray:
    found = np.abs(np.fft.fft2(picture / 255.0, axes=(0, 1), norm="ortho"))
    return found.astype(np.float32).ravel()


def _pushed_gap(a: np.ndarray, b: np.ndarray) -> float:
    """The least root mean square difference over all pushes of b: |a|² + |b|² - 2 max of their correlation."""
    one, two = (np.fft.fft2(some / 255.0, axes=(0, 1)) for some in (a, b))
    match = np.fft.ifft2(one * two.conj(), axes=(0, 1)).real.sum(-1).max()
    square = np.square(a / 255.0).sum() + np.square(b / 255.0).sum() - 2 * match
    return float(np.sqrt(max(0.0, square) / a.size))
