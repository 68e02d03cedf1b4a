"""Quicker steps at a price: caches that leave out work which changes little from step to step, and compiled blocks.

Neither gives what the plain network gives to the bit, so both are off unless they are asked for, and a result says
that they were on. They are the library's (`enable_cache`, `compile_repeated_blocks`): the first-block cache leaves the
other blocks out while the answer of the first hardly changes (TeaCache, Liu et al. 2024, arXiv:2411.19108, simpler);
TaylorSeer foretells what attention answers from the steps before (Liu et al. 2025, arXiv:2503.06923).
"""

from __future__ import annotations

import functools
import inspect
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import nn

from engines.contract import Param, Request
from engines.pipelines import tap
from engines.pipelines.plan import Plan

OFF, FIRST, TAYLOR = "off", "first block", "taylorseer"
ATTENTION = (r"^(?:single_|temporal_)?(?:transformer_)?blocks\.\d+\.attn\d*$",)  # what TaylorSeer foretells
WARM = 3  # steps it watches first
PRICE = "the result differs a little from one without"


def offered(pipe: Any) -> list[Param]:
    """What can be set, of those that work for the networks of `pipe` (they may be without weights)."""
    kinds, found = _caches(pipe), []
    if kinds:
        told = f"Leave out work that changes little from step to step; quicker, but {PRICE}."
        found.append(Param("step_cache", "choice", OFF, choices=(OFF, *kinds), help=told, group="Memory"))
    if FIRST in kinds:
        told = "First block: by how much its answer may have changed for the others to be left out."
        found.append(Param("cache_threshold", "float", 0.05, 0, 1, 0.01, help=told, group="Memory"))
    if TAYLOR in kinds:
        told = "TaylorSeer: every how many steps everything is worked out."
        found.append(Param("cache_interval", "int", 5, 2, 10, help=told, group="Memory"))
    if any(map(_repeats, tap.denoisers(pipe).values())):
        told = f"Compile the network's blocks: the first run takes minutes more, later ones less; {PRICE}."
        found.append(Param("compile", "bool", False, help=told, group="Memory"))
    return found


class Quicker:
    """What `request` wants of this, as far as `pipe` can do it in the way that `plan` lays it out."""

    def __init__(self, pipe: Any, request: Request, plan: Plan, tiled: bool = False) -> None:
        self.pipe, self.options, self.resumed = pipe, request.options, request.resume is not None
        wish, kinds = str(request.options.get("step_cache", OFF)), _caches(pipe)
        able = wish in kinds and not tiled and plan.way != "streamed"
        self.cache = wish if able else OFF
        self.refused = wish != OFF and not able
        self.compile = bool(request.options.get("compile", False)) and plan.way == "full" and not able
        self.lacking = _lacking(pipe) if self.compile else ""

    def over(self) -> list[Any]:
        """What lasts as long as the run."""
        return [self._cached(), self._compiled()]

    def told(self) -> dict[str, str]:
        """In words, what of it a result is made with."""
        found = {}
        if self.cache != OFF:
            again = " It was begun anew where this run went on." if self.resumed else ""
            found["step_cache"] = f"{self.cache}: {PRICE}.{again}"
        elif self.refused:
            found["step_cache"] = "not heeded by this model in this way of working"
        if self.compile:
            found["compiled"] = f"no: {self.lacking}" if self.lacking else f"the network's blocks: {PRICE}."
        elif self.options.get("compile", False):
            found["compiled"] = "no: not while a step cache is on or layers wait outside the device"
        return found

    @contextmanager
    def _cached(self) -> Iterator[None]:
        """While this lasts, the cache is on; whatever happens, nothing of it stays on the networks."""
        with ExitStack() as stack:
            for network in _cachable(self.pipe).values() if self.cache != OFF else ():
                network.enable_cache(self._config(network))
                stack.callback(_taken_off, network)
            yield

    def _config(self, network: Any) -> Any:
        from diffusers import FirstBlockCacheConfig, TaylorSeerCacheConfig

        if self.cache == FIRST:
            return FirstBlockCacheConfig(threshold=float(self.options["cache_threshold"]))
        return TaylorSeerCacheConfig(
            cache_interval=int(self.options["cache_interval"]),
            disable_cache_before_step=WARM,
            taylor_factors_dtype=network.dtype,
            cache_identifiers=list(ATTENTION),
        )

    @contextmanager
    def _compiled(self) -> Iterator[None]:
        """While this lasts, the blocks are compiled; they stay so for the next run that wants it."""
        networks = [network for network in tap.denoisers(self.pipe).values() if _repeats(network)]
        for network in networks:
            _compile(network) if self.compile and not self.lacking else _plain(network)
        if not self.compile or self.lacking:
            yield
            return
        from torch import _dynamo

        with _dynamo.config.patch(suppress_errors=True):  # what cannot be compiled is done as ever
            yield


# ---------------------------------------------------------------- caches


def _caches(pipe: Any) -> tuple[str, ...]:
    """The caches that work for all networks of `pipe` that can have one."""
    networks = _cachable(pipe)
    if not networks or "cache_context" not in inspect.getsource(type(pipe).__call__):
        return ()  # such a pipeline does not say which of its calls are for the words, which for none
    ways = {FIRST: _first_block, TAYLOR: _attends}
    return tuple(name for name, works in ways.items() if all(map(works, networks.values())))


def _cachable(pipe: Any) -> dict[str, Any]:
    networks = tap.denoisers(pipe)
    return {n: part for n, part in networks.items() if hasattr(part, "enable_cache") and not n.startswith("controlnet")}


def _first_block(network: Any) -> bool:
    """Whether the library knows what all its blocks take and answer, and they hand on the same kind of things."""
    from diffusers.hooks._common import _ALL_TRANSFORMER_BLOCK_IDENTIFIERS
    from diffusers.hooks._helpers import TransformerBlockRegistry

    lists = [part for name, part in network.named_children() if name in _ALL_TRANSFORMER_BLOCK_IDENTIFIERS]
    blocks = [block for many in lists if isinstance(many, nn.ModuleList) for block in many]
    try:
        known = [TransformerBlockRegistry.get(type(block)) for block in blocks]
    except ValueError:
        return False
    return len(blocks) > 1 and len({one.return_encoder_hidden_states_index is None for one in known}) == 1


def _attends(network: Any) -> bool:
    import re

    return any(re.fullmatch(pattern, name) for name, _ in network.named_modules() for pattern in ATTENTION)


def _taken_off(network: Any) -> None:
    network._reset_stateful_cache()
    network.disable_cache()
    for module in network.modules():
        if getattr(module.__dict__.get("forward"), "__func__", None) is type(module).forward:
            del module.forward  # the library leaves the plain method behind


# ---------------------------------------------------------------- compiled blocks


def _repeats(network: Any) -> bool:
    kinds = getattr(network, "_repeated_blocks", None) or ()
    return any(type(module).__name__ in kinds for module in network.modules())


def _blocks(network: Any) -> list[Any]:
    return [module for module in network.modules() if type(module).__name__ in network._repeated_blocks]


def _compile(network: Any) -> None:
    if all(block._compiled_call_impl is not None for block in _blocks(network)):
        return
    network.compile_repeated_blocks()
    for block in _blocks(network):
        block._compiled_call_impl = _stoppable(block, block._compiled_call_impl)


def _stoppable(block: Any, compiled: Callable[..., Any]) -> Callable[..., Any]:
    """`compiled`, asking first whether somebody waits for a stop: a hook would be compiled into it."""
    from torch.nn.modules import module as modules

    @functools.wraps(compiled)
    def act(*args: Any, **kwargs: Any) -> Any:
        for hook in list(modules._global_forward_pre_hooks.values()):
            hook(block, args)
        return compiled(*args, **kwargs)

    return act


def _plain(network: Any) -> None:
    for block in _blocks(network):
        block._compiled_call_impl = None


def _lacking(pipe: Any) -> str:
    """What this machine lacks to compile for where the networks are; "" for nothing."""
    from torch.utils._triton import has_triton

    place = getattr(getattr(pipe, "_execution_device", None), "type", "cpu")
    if place == "cpu":
        there = any(shutil.which(name) for name in ("g++", "clang++", "cl"))
        return "" if there else "there is no C++ compiler on this machine; install one (g++, clang++ or MSVC)."
    return "" if place != "cuda" or has_triton() else "Triton is not installed, which compiles for the GPU."
