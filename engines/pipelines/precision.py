"""Which numbers a model is loaded in."""

from __future__ import annotations

from typing import Any

from engines import device


def of(wish: str, place: str) -> Any:
    """The torch dtype for a wish ('automatic' or its name) on the device `place`.

    Automatic is bfloat16 where its arithmetic is in hardware, float16 on other GPUs, else float32: the same bits as
    the plain library gives.
    """
    import torch

    if wish != "automatic":
        return getattr(torch, wish)
    brief = device.brief(place)
    if brief is torch.float32 and place.startswith(("cuda", "mps")):
        return torch.float16
    return brief
