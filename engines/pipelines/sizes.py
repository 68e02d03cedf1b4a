"""How large a model is and what a request takes of it, from file headers and configurations alone."""

from __future__ import annotations

import math
from typing import Any

from engines.contract import Refused, Request
from engines.files.weights import Tensor
from engines.pipelines import facts
from engines.pipelines.folder import Folder, read_json
from engines.pipelines.plan import Part, Work

DENOISERS = ("unet", "transformer", "prior", "controlnet")  # how the names of what is called at every step begin
DECODERS = ("vae", "audio_vae", "vocoder", "shap_e_renderer", "audio_tokenizer", "audio_token_detokenizer")
HELD = 40  # tensors of (places, width) that a network holds at once; four layers of it with their attention
AT_ONCE = 5  # tensors of the widest level at full size, in a decoder
TILE = 512  # pixels along a tile where a configuration does not say
FRAMES = 16  # that are decoded together at most
RATE = 44100  # samples a second of a sound


def parts_of(folder: Folder) -> dict[str, Part]:
    """The weights of each component that has some."""
    found = {}
    for name in folder.components:
        tensors = folder.tensors(name)
        if tensors:
            numbers = [math.prod(tensor.shape) for tensor in tensors]
            found[name] = Part(role(name), sum(numbers), max(numbers))
    return found


def of_net(tensors: list[Tensor]) -> Part:
    """A ControlNet's."""
    numbers = [math.prod(tensor.shape) for tensor in tensors]
    return Part("denoiser", sum(numbers), max(numbers, default=0))


def role(name: str) -> str:
    """What a component of that name is for: 'denoiser', 'decoder' or 'encoder'."""
    return "denoiser" if name.startswith(DENOISERS) else "decoder" if name in DECODERS else "encoder"


def work_of(folder: Folder, request: Request, width: int) -> Work:
    """Bytes beside the weights, numbers taking `width` each: an estimate, until a run has been measured."""
    places, frames = _extent(folder, request)
    wide, ratio = _network(folder), _ratio(folder)
    tokens = places / ratio**2 * math.ceil(frames / 4)
    both = 1 if request.options.get("guidance") in (0.0, 1.0) else 2  # the words, and none, side by side
    full = _decoder(folder) * min(frames, FRAMES) * AT_ONCE * width
    side = _config(folder, "vae").get("sample_size")
    tile = (side if isinstance(side, int) and side > 0 else TILE) ** 2
    return Work(int(tokens * wide * HELD * both * width), int(places * full), int(min(places, tile) * full))


def _extent(folder: Folder, request: Request) -> tuple[float, int]:
    """(pixels of a frame or samples of a sound, frames)."""
    if request.size is None:
        sound = "decoder_channels" in _config(folder, "vae")
        return (request.length or 0.0) * (RATE if sound else 6400), 1
    seconds = request.length or 0.0
    return math.prod(request.size), max(1, round(seconds * facts.fps(folder.pipeline)))


def _network(folder: Folder) -> int:
    """How wide the network is where it is as fine as its latents."""
    for name in folder.components:
        if name.startswith(DENOISERS):
            told = _config(folder, name)
            heads = told.get("num_attention_heads") or told.get("n_heads")
            each = told.get("attention_head_dim") or told.get("head_dim")
            many = told.get("block_out_channels") or [told.get("dim") or (_one(heads) * _one(each))]
            return _one(many)
    return 0


def _decoder(folder: Folder) -> int:
    """Channels of the decoder where it is widest at full size: those of its last level but one."""
    told = _config(folder, "vae")
    many = told.get("decoder_block_out_channels") or told.get("block_out_channels") or []
    if many:
        return int(many[min(1, len(many) - 1)])
    return int(told.get("decoder_channels") or 2 * (told.get("base_dim") or 0))


def _ratio(folder: Folder) -> int:
    """Pixels along a place of the network."""
    told = _config(folder, "vae")
    if "decoder_channels" in told:
        return 32  # squared, some thousand samples
    said = told.get("spatial_compression_ratio") or told.get("scale_factor_spatial") or 8
    return int(said) if "unet" in folder.components else max(16, int(said))


def _config(folder: Folder, name: str) -> dict[str, Any]:
    try:
        return read_json(folder.configs / name / "config.json") if name in folder.components else {}
    except Refused:
        return {}


def _one(many: Any) -> int:
    return int((many[0] if isinstance(many, list) else many) or 0)
