"""How a value goes from one key to the next: the equations of Robert Penner ("Programming Macromedia Flash MX", 2002,
chapter 7), as functions of the share of the way in [0, 1]. Each begins at 0 and ends at 1."""

from collections.abc import Callable

import numpy as np

Easing = Callable[[np.ndarray], np.ndarray]

BACK = 1.70158  # goes beyond by a tenth
FALL, SPAN = 7.5625, 2.75  # of the bounce: parabolas of one curvature


def _expo(u: np.ndarray) -> np.ndarray:
    return np.where(u <= 0, 0.0, np.where(u >= 1, 1.0, np.exp2(10 * u - 10)))


def _elastic(u: np.ndarray) -> np.ndarray:
    """In, with a period of 0.3."""
    wave = -np.exp2(10 * u - 10) * np.sin((u * 10 - 10.75) * 2 * np.pi / 3)
    return np.where(u <= 0, 0.0, np.where(u >= 1, 1.0, wave))


def _elastic_both(u: np.ndarray) -> np.ndarray:
    """In and out, with a period of 0.45 of the way."""
    wave = np.sin((20 * u - 11.125) * 2 * np.pi / 4.5) / 2
    half = np.where(u < 0.5, -np.exp2(20 * u - 10) * wave, np.exp2(10 - 20 * u) * wave + 1)
    return np.where(u <= 0, 0.0, np.where(u >= 1, 1.0, half))


def _back_both(u: np.ndarray) -> np.ndarray:
    """In and out; the overshoot is widened so that it stays a tenth of each half."""
    s, w = BACK * 1.525, 2 * u - 2
    return np.where(u < 0.5, (2 * u) ** 2 * ((s + 1) * 2 * u - s) / 2, (w**2 * ((s + 1) * w + s) + 2) / 2)


def _bounce_out(u: np.ndarray) -> np.ndarray:
    middles, heights = (0.0, 1.5, 2.25, 2.625), (0.0, 0.75, 0.9375, 0.984375)
    bounds = np.array([1.0, 2.0, 2.5]) / SPAN
    part = np.searchsorted(bounds, u, side="right")
    return FALL * (u - np.take(middles, part) / SPAN) ** 2 + np.take(heights, part)


_IN: dict[str, Easing] = {
    "sine": lambda u: 1 - np.cos(u * np.pi / 2),
    "quad": lambda u: u**2,
    "cubic": lambda u: u**3,
    "quart": lambda u: u**4,
    "quint": lambda u: u**5,
    "expo": _expo,
    "circ": lambda u: 1 - np.sqrt(np.clip(1 - u**2, 0, None)),
    "back": lambda u: (BACK + 1) * u**3 - BACK * u**2,
    "elastic": _elastic,
    "bounce": lambda u: 1 - _bounce_out(1 - u),
}
_BOTH: dict[str, Easing] = {"back": _back_both, "elastic": _elastic_both}


def _out(ease: Easing) -> Easing:
    return lambda u: 1 - ease(1 - u)


def _both(ease: Easing) -> Easing:
    return lambda u: np.where(u < 0.5, ease(2 * u) / 2, 1 - ease(2 - 2 * u) / 2)


def _linear(u: np.ndarray) -> np.ndarray:
    return u


# 'bezier' is drawn by its keys' handles; without any it goes straight
EASINGS: dict[str, Easing] = {
    "linear": _linear,
    "hold": lambda u: np.where(u >= 1, 1.0, 0.0),
    "bezier": _linear,
    **{f"ease-in-{name}": ease for name, ease in _IN.items()},
    **{f"ease-out-{name}": _out(ease) for name, ease in _IN.items()},
    **{f"ease-in-out-{name}": _BOTH.get(name) or _both(ease) for name, ease in _IN.items()},
}
