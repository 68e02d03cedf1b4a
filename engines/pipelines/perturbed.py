"""A network that sees worse for one call: what SLG, PAG and SEG guide away from.

SLG leaves transformer blocks out (Stability AI's SD3.5), PAG lets each place attend to itself alone (Ahn et al. 2024,
arXiv:2403.17377), SEG asks for every place what is asked on average (Hong 2024, arXiv:2408.00760, sigma to infinity).
Everything is put on for the call and gone after it, however that ends.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engines.contract import Refused

KINDS = ("SLG", "PAG", "SEG")
STACKS = ("transformer_blocks", "blocks", "layers", "single_transformer_blocks")  # what networks call theirs
DEEP, MANY = 0.3, 3  # where in a stack the first block is that is worth perturbing, and how many: 7, 8, 9 of SD3.5's 24
ATTENTION = torch.nn.functional.scaled_dot_product_attention


def can(network: Any, kind: str) -> bool:
    """Whether that can be done to a network."""
    many = blocks(network)
    return bool(many) and (kind == "SLG" or bool(_attentions(many)))


def blocks(network: Any) -> list[nn.Module]:
    """Its transformer blocks in order; of a U-Net all of them, from the way down to the way up."""
    stack = next((found for name in STACKS if isinstance(found := getattr(network, name, None), nn.ModuleList)), None)
    if stack is not None:
        return list(stack)
    parts = [getattr(network, name, None) for name in ("down_blocks", "mid_block", "up_blocks")]
    return [block for part in parts if part is not None for block in _inner(part)]


def chosen(network: Any, told: str) -> list[nn.Module]:
    """The blocks with the numbers in `told` ('7, 8, 9', '2-4', from 0); without any those that are best perturbed."""
    many = blocks(network)
    numbers = sorted(_numbers(told))
    if not numbers:
        middle = getattr(network, "mid_block", None)
        inner = _inner(middle) if middle is not None else []
        first = int(DEEP * len(many))
        return inner or many[first : first + (MANY if len(many) > 2 * MANY else 1)]
    if numbers[-1] >= len(many):
        raise Refused("bad-request", f"This model has the blocks 0 to {len(many) - 1}; there is no {numbers[-1]}.")
    return [many[number] for number in numbers]


@contextmanager
def over(kind: str, some: list[nn.Module]) -> Iterator[None]:
    """While this lasts, the blocks `some` of a network are left out (SLG), or their attention is spoilt."""
    with ExitStack() as stack:
        if kind == "SLG":
            for block in some:
                stack.enter_context(_instead(block, _left_out))
        else:
            for attention in _attentions(some):
                place = attention if kind == "PAG" else attention.to_q
                stack.enter_context(_instead(place, _blind if kind == "PAG" else _average))
        yield


def _inner(part: Any) -> list[nn.Module]:
    found = [m for m in part.modules() if isinstance(getattr(m, "transformer_blocks", None), nn.ModuleList)]
    return [block for module in found for block in module.transformer_blocks]


def _numbers(told: str) -> set[int]:
    found: set[int] = set()
    for word in re.split(r"[,\s]+", told.strip()) if told.strip() else ():
        ends = word.split("-")
        if len(ends) > 2 or not all(end.isdecimal() and len(end) < 5 for end in ends):
            raise Refused("bad-request", f"{word[:20]} is no number of a block; write them as 7, 8, 9 or 7-9.")
        found |= set(range(int(ends[0]), int(ends[-1]) + 1))
    return found


def _attentions(some: list[nn.Module]) -> list[Any]:
    """What attends to itself in these blocks."""
    every = [module for block in some for module in block.modules()]
    return [m for m in every if hasattr(m, "to_q") and not getattr(m, "is_cross_attention", False)]


@contextmanager
def _instead(module: Any, act: Callable[..., Any]) -> Iterator[None]:
    """While this lasts, a call of `module` is `act(module, its forward, ...)`."""
    before, forward = module.__dict__.get("forward"), module.forward
    module.forward = functools.wraps(forward)(functools.partial(act, module, forward))
    try:
        yield
    finally:
        if before is None:
            del module.forward
        else:
            module.forward = before


def _left_out(block: Any, forward: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a block would answer if it changed nothing. Its weights are fetched all the same where they lie elsewhere:
    the fetching of the next block's hangs on that."""
    import inspect

    if hasattr(block, "_diffusers_hook") or hasattr(block, "_hf_hook"):
        forward(*args, **kwargs)
    given = inspect.signature(type(block).forward).bind(block, *args, **kwargs).arguments
    told = _places(type(block))
    if told is None or told[1] is None:
        return given["hidden_states"] if "hidden_states" in given else [*given.values()][1]
    both = {told[0]: given["hidden_states"], told[1]: given["encoder_hidden_states"]}
    return both[0], both[1]


def _places(kind: Any) -> tuple[int, int | None] | None:
    """Where in a block's answer the picture is, and where the words; None where it is the picture alone."""
    from diffusers.hooks import _helpers

    _helpers._register_transformer_blocks_metadata()
    known = _helpers.TransformerBlockRegistry._registry.get(kind)
    return (known.return_hidden_states_index, known.return_encoder_hidden_states_index) if known else None


def _blind(_: Any, forward: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    with _Itself():
        return forward(*args, **kwargs)


class _Itself(TorchFunctionMode):
    """Attention whose weights are the identity."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        words = kwargs or {}
        if func is ATTENTION:
            query, value = (
                words.get(n, args[at] if len(args) > at else None) for n, at in (("query", 0), ("value", 2))
            )
            if query is not None and value is not None and query.shape == value.shape:
                return value
        return func(*args, **words)


def _average(_: Any, forward: Callable[..., Any], *args: Any, **kwargs: Any) -> Tensor:
    asked: Tensor = forward(*args, **kwargs)  # (B, tokens, C)
    return asked.mean(1, keepdim=True).expand_as(asked) if asked.ndim == 3 else asked
