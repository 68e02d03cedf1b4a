"""How well pictures fit captions, by the net of image/match: retrieval, and a score like CLIP's.

The functions take arrows of length 1 (pictures (N, D), captions (M, D)); `judged` takes pictures and sentences. No
generator was trained on the net. Nor was the net on what image/sticker, image/sprite and mesh/shape learnt from; of
engines with which it shares drawings (its card names them) it is no independent judge.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

WEIGHT = 2.5  # of the score of Hessel et al.


def ranks(pictures: Tensor, captions: Tensor) -> Tensor:
    """How many captions fit picture i better than its own, caption i; (N,), 0 is the best. A tie counts as half."""
    odds = pictures @ captions.T
    own = odds.diagonal()[:, None]
    return (odds > own).sum(1) + ((odds == own).sum(1) - 1) / 2


def retrieval(pictures: Tensor, captions: Tensor, best: int) -> float:
    """The share of pictures that find their own caption among the `best` likeliest of all captions."""
    return float((ranks(pictures, captions) < best).float().mean())


def score(pictures: Tensor, captions: Tensor) -> float:
    """The mean of 2.5 max(cos, 0) over pictures with their captions: Hessel et al., "CLIPScore", 2021, by our net."""
    return float(scores(pictures, captions).mean())


def error(pictures: Tensor, captions: Tensor) -> float:
    """The standard error of that mean over pictures; 0 of a single one."""
    found = scores(pictures, captions)
    return float(found.std() / len(found) ** 0.5) if len(found) > 1 else 0.0


def scores(pictures: Tensor, captions: Tensor) -> Tensor:
    """The score of every picture with its caption, (N,)."""
    return WEIGHT * (pictures * captions).sum(1).clamp_min(0)


def percentile(pictures: Tensor, captions: Tensor, others: Tensor) -> float:
    """The mean share of other pictures (C, D) that fit a caption less than its own picture does."""
    own = (pictures * captions).sum(1)
    return float((others @ captions.T < own[None]).float().mean())


def judged(pictures: list[np.ndarray], captions: list[str], model: Any = None) -> dict[str, float]:
    """Pictures, uint8 (H, W, 3) each, and the caption of each: 'top 1', 'top 5', 'score' and 'percentile', of 1.

    `model` is the net of image/match, the shipped one unless given. Captions that say the same count as one mistake of
    each other, so give different ones.
    """
    from engines.nn import match

    model = model or match.load()
    squares = [match.Frame.of(match.Image(picture)).square for picture in pictures]
    shows = torch.cat([model.shows(square[None]) for square in squares])
    return figures(shows, model.said(captions), model.heads.others)


def figures(shows: Tensor, said: Tensor, others: Tensor) -> dict[str, float]:
    """The same of arrows."""
    top = {f"top {best}": retrieval(shows, said, best) for best in (1, 5)}
    return top | {"score": score(shows, said), "percentile": percentile(shows, said, others)}
