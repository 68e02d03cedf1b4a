"""Laying a model's networks out as a plan says, and taking that back."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from engines.pipelines import tap
from engines.pipelines.plan import Plan

_STREAMS = ("lazy_prefetch_group_offloading", "layer_execution_tracker", "group_offloading")  # hooks, last put on first
_EIGHT = "layerwise_casting"


class Placing:
    """Where the networks of one loaded model are on `device`. `plan` is in force; None before the first."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.plan: Plan | None = None
        self._pipes: list[Any] = []  # that have networks in turns
        self._eight = False

    @property
    def eight(self) -> bool:
        """Whether networks were put into 8-bit numbers, which cannot be taken back."""
        return self._eight

    @property
    def outside(self) -> bool:
        """Whether networks wait outside the device until they are called."""
        return self.plan is not None and self.plan.way != "full"

    def settle(self, pipe: Any, plan: Plan) -> None:
        """Have the networks of `pipe` laid out by `plan`. What is laid out so already stays untouched.

        A plan that does not keep 8-bit numbers cannot follow one that does: load the model anew, on a fresh Placing.
        """
        if self.plan is not None and self.plan.way != plan.way:
            self.clear(pipe)
        _tile(pipe, plan.tiled)
        if plan.way == "turns":
            self._turns(pipe)
        elif plan.way == "full":
            for network in networks(pipe).values():
                network.to(self.device)
        else:
            self._streams(pipe, plan.way == "eight-bit")
        self.plan = plan

    def clear(self, pipe: Any) -> None:
        """Take all hooks off the networks; they are outside the device then."""
        for one in [*self._pipes, pipe]:
            one.remove_all_hooks()  # accelerate's
            for network in networks(one).values():
                _unhook(network, _STREAMS)
                network.to("cpu")
        self._pipes, self.plan = [], None

    def broken_off(self, pipe: Any) -> None:
        """A run did not come to its end: whatever of the networks is still on the device, or half of the way, goes."""
        if self.outside:
            self.clear(pipe)

    def _turns(self, pipe: Any) -> None:
        """One network after the other, each put out by the next one that is called."""
        if self._pipes[-1:] == [pipe]:
            return
        self._pipes = [*(one for one in self._pipes if one is not pipe), pipe]
        pipe.enable_model_cpu_offload(device=self.device)

    def _streams(self, pipe: Any, eight: bool) -> None:
        """Layer by layer, but for what decodes, which is small; in 8-bit numbers what is called at every step."""
        for network in tap.denoisers(pipe).values() if eight else ():
            self._eight = True
            if not _hooked(network, _EIGHT):
                network.enable_layerwise_casting(torch.float8_e4m3fn, compute_dtype=network.dtype)
        if eight and self.device == "cpu":
            return
        for name, network in networks(pipe).items():
            if _decodes(pipe, name):
                network.to(self.device)
            elif not _hooked(network, _STREAMS[-1]):
                _stream(network, torch.device(self.device))


def networks(pipe: Any) -> dict[str, Any]:
    """The networks of a pipeline by name; of several ControlNets each."""
    found = {}
    for name, part in pipe.components.items():
        if isinstance(part, nn.Module):
            found[name] = part
    return found


def held(parts: Any, device: str) -> int:
    """Bytes of the weights among `parts` that are on a device of that kind."""
    modules = [part for part in parts if isinstance(part, nn.Module)]
    tensors = {id(w): w for module in modules for w in module.parameters() if w.device.type == device}
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


def tiles(kind: Any) -> bool:
    """Whether autoencoders of that class can work on one tile after the other."""
    return any(hasattr(kind, name) for name in ("tiled_decode", "_tiled_decode"))


def turns(kind: Any) -> bool:
    """Whether the networks of pipelines of that class can be on the device in turns."""
    import diffusers

    own = kind.enable_model_cpu_offload is not diffusers.DiffusionPipeline.enable_model_cpu_offload
    return own or kind.model_cpu_offload_seq is not None


def _decodes(pipe: Any, name: str) -> bool:
    from engines.pipelines import sizes

    return sizes.role(name) == "decoder" or name in pipe._exclude_from_cpu_offload


def _tile(pipe: Any, on: bool) -> None:
    vae = getattr(pipe, "vae", None)
    if vae is not None and tiles(type(vae)):
        (vae.enable_tiling if on else vae.disable_tiling)()


def _stream(network: Any, device: Any) -> None:
    from diffusers.hooks import apply_group_offloading

    streams = device.type == "cuda"
    apply_group_offloading(network, device, torch.device("cpu"), offload_type="leaf_level", use_stream=streams)


def _hooked(network: Any, name: str) -> bool:
    registries = (getattr(module, "_diffusers_hook", None) for module in network.modules())
    return any(registry is not None and registry.get_hook(name) is not None for registry in registries)


def _unhook(network: Any, names: tuple[str, ...]) -> None:
    for module in network.modules():
        registry: Any = getattr(module, "_diffusers_hook", None)
        for name in names if registry is not None else ():
            if registry.get_hook(name) is not None:
                registry.remove_hook(name, recurse=False)
        if getattr(module.__dict__.get("forward"), "__func__", None) is type(module).forward:
            del module.forward  # both libraries leave the plain method behind
