"""Samplers: one generator function per published method, over a denoiser `denoise(x, level) -> x0`.

    for state in sample("dpmpp_2m", denoise, x, levels, path=FLOW, noise=seeded(7)):
        show(state.x0)                      # the clean estimate, (B, ...)
        kept = state.checkpoint()           # exact; sample(..., resume=kept) goes on from it bit for bit

`methods` holds the methods, `table` the table and `sample`, `state` the noise, the state and its checkpoint.
Importing this package imports torch.
"""

from engines.samplers import methods as methods
from engines.samplers.state import Known, Noise, Seed, State, between, generator, initial_noise, restore, seeded
from engines.samplers.table import SAMPLERS, Denoiser, Plan, Run, Sampler, planned, sample, sampler

__all__ = [
    "SAMPLERS",
    "Denoiser",
    "Known",
    "Noise",
    "Plan",
    "Run",
    "Sampler",
    "Seed",
    "State",
    "between",
    "generator",
    "initial_noise",
    "planned",
    "restore",
    "sample",
    "sampler",
    "seeded",
]
