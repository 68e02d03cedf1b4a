"""What a lane says, for drawing. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.core.timeline import keys
from app.core.timeline.curve import sampled
from app.core.timeline.values import Lane
from engines.contract import Refused

if TYPE_CHECKING:
    from app.ui.curves.board import Shown


def values_of(shown: Shown, seconds: np.ndarray, lane: Lane | None = None) -> np.ndarray:
    """What the lane says at seconds of the timeline; where it cannot be read, what its keys say."""
    lane = lane or shown.lane
    try:
        return sampled(keys.replace(lane, on=True), shown.base, seconds, shown.hearing)
    except Refused:
        return sampled(plain(lane), shown.base, seconds, shown.hearing)


def plain(lane: Lane) -> Lane:
    """The lane by its keys alone."""
    return keys.replace(lane, expression="", modulator=None, on=True)
