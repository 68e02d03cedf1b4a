"""Numbers that change while a pipeline runs: its guidance scale or a strength as a curve over steps.

A pipeline takes such a number once and multiplies by it at every step, from a local variable as often as from an
attribute. A `Live` number is a float whose arithmetic uses the value of the moment, so no pipeline needs to know.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from engines.contract import Curve


class Live(float):
    """`curve` over the run; `at(position)` moves it. Comparisons ask for the most it will ever be.

    Because a pipeline decides once, by `guidance_scale > 1`, whether it needs the unconditional half at all.
    Arithmetic gives plain floats of now. What reads the number below Python (torch.full and the like) sees the value
    the curve begins with.
    """

    curve: Curve
    now: float

    def __new__(cls, curve: Curve) -> Live:
        made = super().__new__(cls, curve.at(0.0))
        made.curve, made.now = curve, curve.at(0.0)
        return made

    @property
    def begins(self) -> float:
        """What libraries that read the bits of the number see."""
        return self.curve.at(0.0)

    @property
    def most(self) -> float:
        return max(value for _, value in self.curve.points)

    def at(self, position: float) -> None:
        """Be what the curve is at `position` of the run, in [0, 1]."""
        self.now = self.curve.at(position)

    def __deepcopy__(self, memo: Any) -> Live:
        return self


def _now(name: str) -> Any:
    plain = getattr(float, name)
    return lambda self, *others: plain(self.now, *(float(o) if isinstance(o, int | float) else o for o in others))


def _tensorly(name: str) -> Any:
    """Arithmetic that gives way to tensors and arrays (NotImplemented lets their reflected method answer)."""
    plain = getattr(float, name)

    def act(self: Live, other: Any) -> Any:
        if isinstance(other, int | float):
            return plain(self.now, other.now if isinstance(other, Live) else float(other))
        reflected = getattr(type(other), _REFLECTED[name], None)
        return reflected(other, self.now) if reflected else NotImplemented

    return act


def _most(name: str) -> Any:
    plain = getattr(float, name)
    return lambda self, other: plain(self.most, other)


_PAIRS = ("add", "sub", "mul", "truediv", "pow")
_REFLECTED = {f"__{a}__": f"__r{a}__" for a in _PAIRS} | {f"__r{a}__": f"__{a}__" for a in _PAIRS}

for _name in _REFLECTED:
    setattr(Live, _name, _tensorly(_name))
for _name in ("__neg__", "__pos__", "__abs__", "__float__", "__int__", "__round__"):
    setattr(Live, _name, _now(_name))
for _name in ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"):
    setattr(Live, _name, _most(_name))
Live.__hash__ = lambda self: hash(self.curve.points)  # type: ignore


# ---------------------------------------------------------------- guidance as an input of the network


@contextmanager
def embedded(pipe: Any, networks: dict[str, Any], scale: Any) -> Iterator[None]:
    """While this lasts, networks that are told the guidance scale (distilled ones) are told that of the moment."""
    with ExitStack() as stack:
        for network in networks.values() if isinstance(scale, Live) else ():
            hook = network.register_forward_pre_hook(_told(pipe, scale), with_kwargs=True)
            stack.callback(hook.remove)
        yield


def _told(pipe: Any, scale: Live) -> Any:
    def tell(network: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        changed = dict(kwargs)
        if (given := kwargs.get("guidance")) is not None:
            changed["guidance"] = given * (scale.now / scale.begins) if scale.begins else given + scale.now
        if (given := kwargs.get("timestep_cond")) is not None:  # an embedding of it (LCM, Luo et al. 2023)
            width = network.config.time_cond_proj_dim
            weight = given.new_full((len(given),), scale.now - 1)
            changed["timestep_cond"] = pipe.get_guidance_scale_embedding(weight, embedding_dim=width).to(given)
        return args, changed

    return tell
