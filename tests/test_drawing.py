"""Drawing on pixels: what a brush covers, by closed forms; what a stroke changed, taken back."""

import numpy as np
import pytest

from app.core.drawing import LIGHTEST, Brush, Patch, Stroke, whole
from app.core.target import Target
from engines.contract import Control, Image, Request


def blank(side=96, colours=0):
    return np.zeros((side, side, 3) if colours else (side, side), np.uint8)


def test_a_hard_dab_is_a_disc():
    pixels = blank()
    Stroke(pixels, Brush(size=40, hardness=1)).to(48, 48)
    y, x = np.mgrid[:96, :96] + 0.5
    distance = np.hypot(x - 48, y - 48)
    assert (pixels[distance < 19] == 255).all()
    assert (pixels[distance > 21] == 0).all()
    assert pixels.sum() / 255 == pytest.approx(np.pi * 20**2, rel=0.01)


def test_a_soft_dab_fades_evenly_from_its_core():
    pixels = blank()
    Stroke(pixels, Brush(size=80, hardness=0.25)).to(48.5, 48.5)
    row = pixels[48, 48:].astype(int)
    assert (row[:10] == 255).all()
    assert row[41:].max(initial=0) == 0
    assert (np.diff(row) <= 0).all()
    assert len(set(row.tolist())) > 20


def test_a_stroke_that_crosses_itself_does_not_build_up():
    once, twice = blank(), blank()
    brush = Brush(size=20, hardness=0.5, strength=0.5)
    for pixels, passes in ((once, 1), (twice, 3)):
        stroke = Stroke(pixels, brush)
        for _ in range(passes):
            stroke.to(20, 48)
            stroke.to(76, 48)
    assert np.array_equal(once, twice)
    assert once.max() == 128


def test_pressure_widens_a_line_from_end_to_end():
    pixels = blank()
    stroke = Stroke(pixels, Brush(size=40, hardness=1))
    stroke.to(10, 48, 0.0)
    stroke.to(86, 48, 1.0)
    wide = (pixels > 127).sum(0)
    assert wide[12] < wide[40] < wide[70]
    assert wide[10] == pytest.approx(40 * LIGHTEST, abs=1.5)
    assert wide[85] == pytest.approx(40, abs=1.5)
    Stroke(pixels := blank(), Brush(size=40, hardness=1, bends="strength")).to(48, 48, 0.5)
    assert pixels.max() == round(255 * (LIGHTEST + (1 - LIGHTEST) / 2))
    Stroke(pixels := blank(), Brush(size=40, hardness=1, bends="none")).to(48, 48, 0.01)
    assert pixels.sum() / 255 == pytest.approx(np.pi * 20**2, rel=0.01)


def test_only_the_box_that_is_told_changes():
    pixels = np.random.default_rng(1).integers(0, 256, (96, 96, 3), dtype=np.uint8)
    before = pixels.copy()
    stroke = Stroke(pixels, Brush(size=12, value=(10, 200, 30)))
    stroke.to(30, 30)
    left, top, right, bottom = stroke.to(50, 34)
    outside = np.ones((96, 96), bool)
    for box in (stroke.box, (left, top, right, bottom)):
        outside[box[1] : box[3], box[0] : box[2]] = False
    assert np.array_equal(pixels[outside], before[outside])
    assert pixels[32, 40].tolist() == [10, 200, 30]
    assert Stroke(pixels, Brush()).to(-500, -500) is None


def test_a_stroke_can_be_given_up_and_a_patch_goes_both_ways():
    pixels = np.random.default_rng(2).integers(0, 256, (64, 64), dtype=np.uint8)
    before = pixels.copy()
    stroke = Stroke(pixels, Brush(size=20))
    stroke.to(10, 10)
    stroke.to(60, 40)
    after, patch = pixels.copy(), stroke.patch()
    assert np.array_equal(patch.undone(after), before)
    assert np.array_equal(patch.done(before), after)
    stroke.back()
    assert np.array_equal(pixels, before)
    assert Patch.between(before, before.copy(), whole(before)) is None


def test_a_mask_is_grey_and_as_large_as_the_start_picture():
    start = Image(np.zeros((30, 40, 3), np.uint8))
    target = Target("mask", "Mask")
    assert target.canvas(Request(engine="x", start=start), (9, 9)).shape == (30, 40)
    half = Image(np.full((15, 20, 3), 255, np.uint8))
    drawn = target.canvas(Request(engine="x", start=start, mask=half), (9, 9))
    assert drawn.shape == (30, 40)
    assert drawn.min() == 255


def test_an_edited_map_remembers_what_it_was_made_of():
    photo, made, edited = (Image(np.full((4, 4, 3), n, np.uint8)) for n in (1, 2, 3))
    target = Target("control", "Edges", "edges", shown=made)
    request = Request(engine="x", controls=(Control("depth", photo), Control("edges", photo, 0.5, "canny")))
    assert target.canvas(request, (9, 9))[0, 0, 0] == 2
    for picture in (edited, made):
        request = target.put(request, picture)
        one = target.control(request)
        assert (one.media, one.source, one.make, one.making, one.strength) == (picture, photo, "canny", "", 0.5)
    assert [control.kind for control in request.controls] == ["depth", "edges"]
    assert target.canvas(target.put(request, edited), (9, 9))[0, 0, 0] == 3
