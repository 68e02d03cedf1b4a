"""Inpainting's seam: nothing outside the mask changes, to the pixel; the blend goes inwards; colours are matched."""

import itertools

import numpy as np
import pytest

from engines.contract import Image, Request
from engines.pipelines.seam import OPTIONS, joined

SIDE = 64
START = Image(np.random.default_rng(0).integers(40, 216, (SIDE, SIDE, 3), dtype=np.uint8))
MADE = Image(np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8))


def disc(radius=20, soft=0.0):
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    away = np.hypot(x, y)
    return Image(np.rint(255 * np.clip((radius - away) / max(soft, 1e-6), 0, 1)).astype(np.uint8))


def asked(mask, start=START, **options):
    return Request(engine="x", start=start, mask=mask, options={p.name: p.default for p in OPTIONS} | options)


@pytest.mark.parametrize(("blend", "match", "soft"), itertools.product((0, 1, 9, 200), (False, True), (0.0, 12.0)))
def test_nothing_outside_the_mask_changes_to_the_pixel(blend, match, soft):
    mask = disc(soft=soft)
    found = joined(MADE, asked(mask, blend=blend, match_colour=match))
    kept = mask.pixels == 0
    assert kept.any()
    assert np.array_equal(found.pixels[kept], START.pixels[kept])
    assert (found.pixels != START.pixels).any()


def test_without_a_blend_the_mask_alone_decides():
    found = joined(MADE, asked(disc()))
    inside = disc().pixels == 255
    assert np.array_equal(found.pixels[inside], MADE.pixels[inside])
    assert joined(MADE, asked(disc(), keep_outside=False)) is MADE


def test_the_blend_fades_inwards_and_not_at_the_border_of_the_picture():
    black, white = (Image(np.full((SIDE, SIDE, 3), value, np.uint8)) for value in (0, 255))
    half = np.zeros((SIDE, SIDE), np.uint8)
    half[:, 32:] = 255
    row = joined(white, asked(Image(half), black, blend=10)).pixels[5, :, 0].astype(int)
    assert not row[:32].any()
    assert (np.diff(row[31:43]) > 0).all()
    assert (row[43:] == 255).all()
    everything = Image(np.full((SIDE, SIDE), 255, np.uint8))
    assert (joined(white, asked(everything, black, blend=10)).pixels == 255).all()


def test_a_shift_of_colour_is_taken_back():
    shift = np.array([14, -9, 22])
    shifted = Image((START.pixels.astype(int) + shift).clip(0, 255).astype(np.uint8))
    plain = joined(shifted, asked(disc())).pixels.astype(int)
    matched = joined(shifted, asked(disc(), match_colour=True)).pixels.astype(int)
    inside = disc().pixels == 255
    assert abs((plain - START.pixels)[inside].mean(0) - shift).max() < 0.01
    assert abs(matched - START.pixels).max() <= 1


def test_the_mask_may_be_of_another_size_or_in_colour():
    small = Image(np.repeat(disc().pixels[::2, ::2, None], 3, -1))
    found = joined(MADE, asked(small, blend=3))
    assert found.pixels.shape == MADE.pixels.shape
    assert np.array_equal(found.pixels[:8], START.pixels[:8])
