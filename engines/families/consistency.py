"""Consistency: learn to jump from any point of the path of the probability-flow ODE to its clean end, in one call.

Song et al., "Consistency Models", 2023, arXiv:2303.01469; Luo et al., "Latent Consistency Models", 2023,
arXiv:2310.04378, whose ODE has classifier-free guidance in it, so that the student needs none. The house's flow path:
x_t = (1 - t) x0 + t noise, t from 1 (noise) to eps (clean). A consistency function is f(x_t, t) = x_eps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from engines import samplers
from engines.samplers import Denoiser, Plan, State
from engines.schedules import FLOW, checked

Velocity = Callable[[Tensor, Tensor], Tensor]  # (x (B, ...), t (B,)) -> v (B, ...)
Consistency = Callable[[Tensor, Tensor], Tensor]  # (x_t (B, ...), t (B,)) -> x_eps (B, ...)
Points = tuple[Tensor, Tensor]  # x (B, ...) on the path of the ODE, and its times t (B,)


def consistent(velocity: Velocity, x: Tensor, t: Tensor, eps: float = 0.0) -> Tensor:
    """f(x, t) = c_skip x + c_out F(x, t) with c_skip = 1, c_out = -(t - eps), F the velocity (Song et al., equation 5).

    c_out(eps) = 0 is the boundary condition f(x, eps) = x, and a velocity that is right everywhere on a straight path
    is already consistent: so a student starts from the weights of a flow-matching teacher. x (B, ...), t (B,).
    """
    out = (eps - t).reshape(-1, *[1] * (x.ndim - 1)).to(x.dtype)
    return x + out * velocity(x, t).to(x.dtype)


def loss(student: Consistency, target: Consistency, now: Points, then: Points) -> Tensor:
    """E d(f(x_t, t), f-(x_s, s)) over pairs of points t > s of one path (Song et al., equation 7).

    `target` is the moving average of the student, through which no gradient goes. At s = eps it is x_s itself by the
    boundary condition: skipping all the way to the end of a stored path is the longest skipping step k of Luo et al.
    (section 4.3), and has no error to carry from level to level.
    """
    with torch.no_grad():
        wanted = target(*then)
    return pseudo_huber(student(*now), wanted).mean()


def pseudo_huber(a: Tensor, b: Tensor) -> Tensor:
    """d(a, b) = sqrt(|a - b|^2 + c^2) - c with c = 0.00054 sqrt(D), (B,), over the D numbers of a sample, by sqrt(D).

    Song and Dhariwal, "Improved Techniques for Training Consistency Models", 2023, arXiv:2310.14189, section 3.3.
    """
    square = (a - b).flatten(1).square().mean(1)
    c = 0.00054
    return (square + c * c).sqrt() - c


def solved(denoise: Denoiser, x: Tensor, levels: Sequence[float], solver: str = "dpmpp_2m") -> Tensor:
    """The ODE's path from `x` (B, ...), its points at each of the `levels`, (B, levels, ...): Song et al., equation 6.

    `denoise` is the teacher, guided as the student shall be (Luo et al., equation 14).
    """
    states = samplers.sample(solver, denoise, x, levels)
    return torch.stack([x, *(state.x for state in states)], 1)


@torch.no_grad()
def sample(consistency: Denoiser, x: Tensor, levels: Sequence[float], **plan: Any) -> Iterator[State]:
    """Multistep consistency sampling (Song et al., algorithm 1) from `x` at levels[0]; a `State` after every step.

    Each step jumps to the clean end and adds fresh noise, a function of (seed, step), up to the next level; the last
    keeps the jump. Keywords are the fields of `samplers.Plan`: noise, and resume to go on exactly from a checkpoint.
    """
    run = samplers.planned("consistency", x, checked(levels, FLOW), Plan(**plan))
    x = run.x
    for i, s, t in run:
        x0 = consistency(x, s)
        x = FLOW.mix(x0, run.noise(i, x), t) if t > 0.0 else x0
        yield run.done(i, x, x0)
