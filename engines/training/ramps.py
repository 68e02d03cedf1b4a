"""Ramps of the named colours, from dark to light, and how a surface is lit and painted with them."""

from __future__ import annotations

import colorsys

import numpy as np

from engines.training.patterns import Rng, Surface

# hue in [0, 1], saturation, lightness of the middle of a ramp
COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.0, 0.72, 0.40),
    "orange": (0.075, 0.85, 0.48),
    "yellow": (0.145, 0.85, 0.52),
    "green": (0.33, 0.55, 0.34),
    "teal": (0.49, 0.65, 0.36),
    "blue": (0.61, 0.68, 0.42),
    "purple": (0.76, 0.52, 0.42),
    "pink": (0.92, 0.65, 0.66),
    "brown": (0.07, 0.50, 0.30),
    "beige": (0.11, 0.38, 0.66),
    "grey": (0.60, 0.04, 0.46),
    "black": (0.65, 0.10, 0.15),
    "white": (0.58, 0.08, 0.84),
}


def ramp(colour: str, rng: Rng) -> np.ndarray:
    """Five colours from dark to light, (5, 3) in [0, 1]; shadows turn a little to blue, lights to yellow."""
    hue, saturation, light = COLOURS[colour]
    hue += rng.normal(0, 0.012)
    saturation *= rng.uniform(0.85, 1.12)
    light = light * rng.uniform(0.9, 1.1)
    stops = [0.25 * light, 0.62 * light, light, light + 0.35 * (1 - light), light + 0.75 * (1 - light)]
    turned = np.linspace(-0.03, 0.03, 5) * (1 if 0.2 < hue < 0.65 else -1)
    rows = [
        colorsys.hls_to_rgb((hue - t) % 1, min(0.97, s), min(1, saturation)) for t, s in zip(turned, stops, strict=True)
    ]
    return np.array(rows)


def coloured(surface: Surface, body: np.ndarray, accent: np.ndarray) -> np.ndarray:
    """Ramps laid over lightness: the tint, and what the light from the upper left does to the height."""
    h = surface.height
    slope = (np.roll(h, -1, 0) - np.roll(h, 1, 0)) + (np.roll(h, -1, 1) - np.roll(h, 1, 1))
    light = np.clip(surface.relief * 1.1 * slope, -1.3, 1.3)
    own = looked_up(body, 2 + surface.tint + light)
    if surface.glow:
        second = looked_up(accent, 1.2 + 2.4 * surface.accent)
    else:
        second = looked_up(accent, 2 + 0.5 * surface.tint + 0.6 * light)
    share = np.clip(surface.accent, 0, 1)[..., None]
    return own * (1 - share) + second * share


def looked_up(ramp: np.ndarray, place: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(place, np.arange(len(ramp)), ramp[:, k]) for k in range(3)], -1)
