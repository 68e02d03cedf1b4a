"""A picture that grows: nothing of it changes, all that is new is masked, the size is one the engine makes.

The window says it, the worker makes it so.
"""

import itertools

import msgspec
import numpy as np
import pytest

from app.core.outpaint import fits, grown, settled
from engines.contract import EngineCard, Image, Info, Request, check
from engines.outpaint import Growth, Margins, masked, padded, widened

CARD = EngineCard(
    Info(name="image/x", title="X", summary="", medium="image", family="none", takes=("start", "mask", "size"),
         sizes=((512, 512),), size_rule=(64, 1024, 8)), ())  # fmt: skip


def start(width=40, height=30):
    return Image(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize("fill", ["stretch", "mirror", "grey"])
def test_the_picture_lies_in_the_grown_one_untouched(fill):
    growth = Growth(start(), None, Margins(8, 0, 16, 4), 0, fill)
    pixels = padded(growth).pixels
    assert pixels.shape == (34, 64, 3)
    assert np.array_equal(pixels[:30, 8:48], growth.start.pixels)


def test_the_new_part_is_white_and_the_edge_fades_into_the_picture_only_where_it_grows():
    growth = Growth(start(), None, Margins(right=16), 8)
    grey = masked(growth).pixels
    assert (grey[:, 40:] == 255).all()
    assert not grey[:, :32].any()
    fade = grey[5, 32:40].astype(int)
    assert (np.diff(fade) > 0).all()
    assert 0 < fade[0] < fade[-1] < 255
    assert not masked(msgspec.structs.replace(growth, feather=0)).pixels[:, :40].any()


def test_what_was_masked_before_stays_masked():
    own = np.zeros((30, 40), np.uint8)
    own[10:12, 5:9] = 200
    grey = masked(Growth(start(), Image(own), Margins(top=8))).pixels
    assert (grey[18:20, 5:9] == 200).all()


def test_the_request_says_what_lies_around_at_a_size_the_engine_makes():
    growth = Growth(start(64, 64), None, Margins(8, 16, 24, 0))
    made = grown(growth, Request(engine="image/x"), CARD)
    assert made.size == (96, 80)
    assert (made.start, made.around, made.feather, made.fill) == (growth.start, (8, 16, 24, 0), 16, "stretch")
    check(CARD, made)
    given = widened(made)
    assert given.start.pixels.shape[1::-1] == given.mask.pixels.shape[::-1] == made.size
    assert not any(given.around)
    back = grown(msgspec.structs.replace(growth, margins=Margins()), made, CARD)
    assert (back.start, back.mask, back.around, back.size) == (growth.start, None, (0, 0, 0, 0), (64, 64))


def test_where_no_size_takes_it_in_the_padded_picture_is_the_start():
    growth = Growth(start(64, 64), None, Margins(left=3))
    odd = grown(growth, Request(engine="image/x"), CARD)
    assert (odd.size, odd.around) == (None, (0, 0, 0, 0))
    assert np.array_equal(odd.start.pixels, padded(growth).pixels)
    assert np.array_equal(odd.mask.pixels, masked(growth).pixels)


def test_an_engine_is_given_the_start_within_its_canvas():
    asked = Request(engine="image/x", size=(64, 48), around=(16, 0, 8, 8), start=start(40, 40), feather=8)
    made = widened(asked)
    assert made.start.pixels.shape == (48, 64, 3)
    assert np.array_equal(made.start.pixels[:40, 16:56], asked.start.pixels)
    mask = made.mask.pixels
    assert (mask[:, :16] == 255).all()
    assert (mask[:, 56:] == 255).all()
    assert (mask[40:] == 255).all()
    assert (mask[:30, 26:46] == 0).all(), "the middle of the start would change"
    assert (np.diff(mask[5, 15:30].astype(int)) <= 0).all(), "it goes over in steps"
    assert mask[0, 30] == 0, "nothing is added above"


def test_a_mask_of_ones_own_is_kept_within_it():
    within = np.zeros((80, 80), np.uint8)
    within[20:40, 30:50] = 255
    asked = Request(engine="image/x", size=(64, 48), around=(16, 0, 8, 8), start=start(80, 80), mask=Image(within))
    mask = widened(asked).mask.pixels
    assert (mask[11:19, 32:40] == 255).all(), "it is as large as the start is there"
    assert mask[5, 36] == 0


def test_what_does_not_grow_is_left_as_it_is():
    asked = Request(engine="image/x", size=(64, 48), start=start())
    assert widened(asked) is asked


def test_settled_margins_make_a_whole_the_engine_makes():
    rule = (64, 256, 8)
    for edge, pull, side in itertools.product(
        ("left", "right", "top", "bottom", "top left"), (-50, 3, 37, 900), (60, 64, 101)
    ):
        wanted = Margins(**dict.fromkeys(edge.split(), pull))
        found = settled(wanted, (side, side), rule, edge)
        width, height = found.size(side, side)
        sizes = [
            length
            for length, names in ((width, ("left", "right")), (height, ("top", "bottom")))
            if set(names) & set(edge.split())
        ]
        assert all(fits((length, length), rule) for length in sizes), (edge, pull, side, found)
        assert min(msgspec.structs.astuple(found)) >= 0
        still = {"left", "right", "top", "bottom"} - set(edge.split())
        assert not any(getattr(found, name) for name in still)
    assert settled(Margins(left=37), (101, 101), None, "left") == Margins(left=37)
