"""T2I-Adapters (Mou et al. 2023, arXiv:2302.08453) and IP-Adapters (Ye et al. 2023, arXiv:2308.06721), for one run.

Both act on the U-Net of whatever pipeline runs, so that a start, a mask and ControlNets go with them; nothing of them
is left on it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image as Picture
from torch import Tensor

from engines.contract import Control
from engines.pipelines import folder
from engines.shelf import Part


class Now:
    """The strengths of controls at the moment of a run."""

    def __init__(self, controls: Sequence[Control]) -> None:
        self.controls = controls
        self.move(0.0)

    def move(self, position: float) -> None:
        """Be what they are at `position` of the run."""
        self.strengths = [float(control.at(position)) for control in self.controls]


# ---------------------------------------------------------------- T2I-Adapters


def t2i(part: Part, dtype: Any) -> Any:
    """A T2I-Adapter, loaded."""
    from diffusers import T2IAdapter

    place = Path(part.origin)
    folder.check_weights(place)
    return T2IAdapter.from_pretrained(place, local_files_only=True, use_safetensors=True, torch_dtype=dtype).eval()


@contextmanager
def added(pipe: Any, adapters: Sequence[Any], pictures: Sequence[Picture.Image], now: Now) -> Iterator[None]:
    """While this lasts, the U-Net is given what the adapters say of the pictures, as strongly as it is `now`."""
    with torch.no_grad():
        said = [adapter(_pixels(adapter, shown)) for adapter, shown in zip(adapters, pictures, strict=True)]

    def give(_: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        if not any(now.strengths):
            return None
        sample = args[0] if args else kwargs["sample"]
        return args, kwargs | {"down_intrablock_additional_residuals": _summed(said, now.strengths, len(sample))}

    hook = pipe.unet.register_forward_pre_hook(give, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()


def _summed(said: list[list[Tensor]], strengths: list[float], batch: int) -> list[Tensor]:
    """What all adapters say, a (batch, C, H, W) for each level."""
    found = []
    for level in zip(*said, strict=True):
        whole = level[0] * strengths[0]
        for one, strength in zip(level[1:], strengths[1:], strict=True):
            whole = whole + strength * one
        found.append(torch.cat([whole] * batch))
    return found


def _pixels(adapter: Any, shown: Picture.Image) -> Tensor:
    """(1, 1 or 3, H, W) in [0, 1], channels last in memory: convolutions differ by their order in the last bit."""
    grid = np.asarray(shown.convert("L" if adapter.config.in_channels == 1 else "RGB"), np.float32) / 255
    grid = grid[..., None] if grid.ndim == 2 else grid
    return torch.from_numpy(np.stack([grid]).transpose(0, 3, 1, 2)).to(adapter.device, adapter.dtype)


# ---------------------------------------------------------------- IP-Adapters


def ip(part: Part) -> dict[str, dict[str, Tensor]]:
    """The weights of an IP-Adapter, as pipelines take them."""
    from safetensors.torch import load_file

    found: dict[str, dict[str, Tensor]] = {"image_proj": {}, "ip_adapter": {}}
    for name, tensor in load_file(part.origin).items():
        head, _, rest = name.partition(".")
        if head in found:
            found[head][rest] = tensor
    return found


def eyes(place: Path, dtype: Any) -> Any:
    """The encoder that sees for IP-Adapters."""
    from transformers import CLIPVisionModelWithProjection

    folder.check_weights(place)
    return CLIPVisionModelWithProjection.from_pretrained(
        place, local_files_only=True, use_safetensors=True, dtype=dtype
    ).eval()


@contextmanager
def seen(pipe: Any, states: list[Any], encoder: Any, now: Now) -> Iterator[None]:
    """While this lasts, the U-Net attends to pictures too; how strongly, `weigh` says."""
    unet = pipe.unet
    before, inner = dict(unet.attn_processors), (unet.encoder_hid_proj, unet.config.encoder_hid_dim_type)
    parts = {name: getattr(pipe, name, None) for name in ("image_encoder", "feature_extractor")}
    try:
        pipe.register_modules(image_encoder=encoder, feature_extractor=None)
        pipe.load_ip_adapter(states, subfolder="", weight_name=[""] * len(states), image_encoder_folder=None)
        weigh(pipe, now)
        yield
    finally:
        unet.set_attn_processor(before)
        unet.encoder_hid_proj, unet.config.encoder_hid_dim_type = inner
        pipe.register_modules(**parts)


def weigh(pipe: Any, now: Now) -> None:
    """Have the IP-Adapters act as strongly as it is `now`."""
    pipe.set_ip_adapter_scale(list(now.strengths))
