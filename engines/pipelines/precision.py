"""Which numbers a model is loaded in, and how they lie in memory.

On a CPU that computes bfloat16 in hardware, half the bytes and channels last gave 2.2 times the speed of float32 for
Stable Diffusion 1.5; one that has to emulate it takes twice as long as with float32, so what counts is what is there.
"""

from __future__ import annotations

from typing import Any

from engines import device

AUTOMATIC, WHOLE = "automatic", "float32"
HALVES = ("bfloat16", "float16")
LAST = ("cpu", "cuda")  # kinds of device whose convolutions of halves want the channels last


def chosen(wish: str, kind: str, native: bool) -> str:
    """The name of the numbers for a wish on a kind of device; `native` says that bfloat16 is in its hardware.

    Automatic is bfloat16 there, float16 on other GPUs, else float32: the same bits as the plain library gives.
    """
    if wish != AUTOMATIC:
        return wish
    if native:
        return "bfloat16"
    return "float16" if kind in ("cuda", "mps") else WHOLE


def named(wish: str, place: str) -> str:
    """The name of the numbers for a wish on the device `place`."""
    import torch

    return chosen(wish, torch.device(place).type, device.brief(place) is torch.bfloat16)


def of(wish: str, place: str) -> Any:
    """The torch dtype for a wish on the device `place`."""
    import torch

    return getattr(torch, named(wish, place))


def lasting(name: str, kind: str) -> bool:
    """Whether pictures in numbers of that name are to lie with their channels last on that kind of device."""
    return name in HALVES and kind in LAST


def laid(part: Any, place: str) -> Any:
    """`part`, the weights of its convolutions over pictures where they are quickest; those in float32 stay."""
    import torch

    kind = torch.device(place).type
    for layer in part.modules():
        if isinstance(layer, torch.nn.Conv2d) and lasting(str(layer.weight.dtype).removeprefix("torch."), kind):
            layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return part


def sentence(name: str, wish: str) -> str:
    """The numbers in words, for the facts of a result."""
    if name not in HALVES:
        return name
    why = "this machine is quickest with them" if wish == AUTOMATIC else "as was asked"
    return f"{name}: {why}; not to the bit what {WHOLE} gives"
