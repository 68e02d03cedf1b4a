"""When a sample counts as a near-duplicate of a training one: a line drawn by real ones that were held out.

A fixed distance would call any plain texture and any small sprite a copy, as it does the real ones: every fourth
held-out tile lies within 0.05 of a training tile. What a sample may be near to by chance is what real ones are.
"""

from dataclasses import dataclass

import numpy as np

BY_CHANCE = 0.05  # share of held-out real ones that lie within the line


@dataclass(frozen=True)
class Copies:
    """Distances of samples to their nearest training one, measured against those of held-out real ones."""

    line: float  # nearer than this is a near-duplicate; in the unit of the distances
    share: float  # of the samples
    median: float
    median_of_real: float


def found(gaps: np.ndarray, real: np.ndarray) -> Copies:
    """What `gaps` (N,) of samples to their nearest training ones say beside `real` (M,), those of held-out ones."""
    line = float(np.quantile(real, BY_CHANCE))
    return Copies(line, float((gaps < line).mean()), float(np.median(gaps)), float(np.median(real)))
