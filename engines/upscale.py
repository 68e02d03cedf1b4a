"""Enlarge pictures with Real-ESRGAN's compact network, in torch, from weights that ship in assets/.

Wang et al., "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure Synthetic Data", 2021; the network is
the repository's SRVGGNetCompact (16 inner 3x3 convolutions of 64 channels with PReLU, then a pixel shuffle, added to
the nearest-neighbour enlargement). 0.6 M parameters; it suits clean, flat-shaded pictures.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines import shelf
from engines.contract import Image, Refused
from engines.files import assets
from engines.upscalers import Upscaler, load

WEIGHTS = "weights/upscale/realesr-animevideo-x4.safetensors"
FACTORS = (1, 2, 3, 4)
OWN, PLAIN = "network", "lanczos"  # ways to enlarge
_NAMES = {f"conv.{n}.{part}" for n in range(18) for part in ("weight", "bias")} | {
    f"prelu.{n}.weight" for n in range(17)
}
_TILE, _MARGIN = 256, 20  # input pixels; the margin covers the receptive field of 18 convolutions


def upscale(image: Image, factor: int) -> Image:
    """`image` enlarged `factor` times (1 to 4); alpha is enlarged by Lanczos. Same picture in, same bytes out.

    Raises Refused('missing') when the weights are not there.
    """
    if factor == 1:
        return image
    return enlarged(image, (image.pixels.shape[1] * factor, image.pixels.shape[0] * factor))


def enlarged(image: Image, size: tuple[int, int], way: str = OWN) -> Image:
    """`image` at `size` (width, height): by our network, by Lanczos, or by an upscaler on the shelf, as often as it
    takes and then down. Refused('missing') when the weights or the upscaler are not there."""
    pixels = image.pixels if image.pixels.ndim == 3 else np.repeat(image.pixels[..., None], 3, axis=-1)
    colour, net = pixels[..., :3], _network_of(way)
    while net is not None and (colour.shape[1] < size[0] or colour.shape[0] < size[1]):
        colour = _enlarge(colour, net)
    colour = _resize(colour, size)
    if pixels.shape[-1] == 4:
        alpha = _resize(pixels[..., 3], size)
        colour = np.concatenate([colour, alpha[..., None]], axis=-1)
    return Image(colour)


def ways() -> tuple[str, ...]:
    """Ours first, then Lanczos, then the names of the upscalers on the shelf."""
    return (OWN, PLAIN, *(part.name for part in shelf.parts(shelf.folder()).values() if part.kind == "upscaler"))


def _network_of(way: str) -> Upscaler | None:
    if way == PLAIN:
        return None
    if way == OWN:
        weights = _weights()
        return Upscaler(lambda x: _network(weights, x), 4)
    part = shelf.parts(shelf.folder()).get(way)
    if part is None or not Path(part.origin).exists():
        raise Refused("missing", f"The upscaler {way} is not on the shelf; open its file once.")
    found = load(Path(part.origin))
    if found.scale < 2:
        raise Refused("bad-request", f"The upscaler {way} does not enlarge; choose another.")
    return found


def _enlarge(pixels: np.ndarray, net: Upscaler | None = None) -> np.ndarray:
    """RGB (H, W, 3) uint8 to `scale` times the sides, tile by tile with a mirrored margin so that no seam shows."""
    import torch

    net = net or _network_of(OWN)
    assert net is not None
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0)), mode="symmetric")
    scale = net.scale
    out = np.empty((height * scale, width * scale, 3), np.uint8)
    edge = _MARGIN * scale
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            rows, columns = min(_TILE, height - top), min(_TILE, width - left)
            tile = padded[top : top + rows + 2 * _MARGIN, left : left + columns + 2 * _MARGIN]
            x = torch.from_numpy(tile.copy()).permute(2, 0, 1)[None].float() / 255  # (1, 3, H, W)
            big = net(x)[0].clamp(0, 1).mul(255).round().byte().permute(1, 2, 0).numpy()
            inner = big[edge : edge + rows * scale, edge : edge + columns * scale]
            out[top * scale : (top + rows) * scale, left * scale : (left + columns) * scale] = inner
    return out


def _network(weights: dict, x):
    """SRVGGNetCompact: x (B, 3, H, W) in [0, 1] to (B, 3, 4H, 4W)."""
    import torch
    from torch.nn import functional

    with torch.no_grad():
        h, last = x, 17
        heed = torch.nn.Identity()  # a module: between two layers a stop is heard (`device.interrupt`)
        for index in range(last + 1):
            h = functional.conv2d(heed(h), weights[f"conv.{index}.weight"], weights[f"conv.{index}.bias"], padding=1)
            if index < last:
                h = functional.prelu(h, weights[f"prelu.{index}.weight"])
        return functional.pixel_shuffle(h, 4) + functional.interpolate(x, scale_factor=4, mode="nearest")


def _weights() -> dict:
    """The network's tensors by name. Refused('missing') without the file, 'bad-file' when it holds something else."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = assets.root() / WEIGHTS
    if not path.exists():
        raise Refused("missing", f"Enlarging needs {path}, which is not there: install Darkroom again.")
    try:
        found = load_file(path)
    except SafetensorError:
        found = {}
    if not set(found) >= _NAMES:
        raise Refused("bad-file", f"The weights {path} are damaged or not of this network: install Darkroom again.")
    return {name: tensor.float() for name, tensor in found.items()}


def _resize(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    from PIL import Image as Pillow

    if pixels.shape[1::-1] == size:
        return pixels
    return np.asarray(Pillow.fromarray(pixels).resize(size, Pillow.Resampling.LANCZOS))
