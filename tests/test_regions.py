"""Regions: parts of the picture with words of their own, mixed as MultiDiffusion does it."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from app.cli import words
from app.cli.flags import parser
from app.cli.make import compare
from engines import guidance
from engines.contract import Checkpoint, Curve, EngineCard, Image, Refused, Region, Request, Result, check
from engines.files import recipe
from engines.image.sticker import Sticker
from engines.pipelines import schema
from engines.pipelines.engine import Pipeline
from engines.pipelines.mixed import grid_of
from engines.prompt.values import read_box
from engines.regions import covered, shares
from engines.registry import listing
from engines.shelf import Model
from tests.runs import followed
from tests.tiny.pipelines import folder

LEFT, RIGHT = (0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0)


def half(made: Result, right: bool) -> np.ndarray:
    """The outer third of a picture on one side, away from the seam."""
    assert isinstance(made.media, Image)
    third = made.media.pixels.shape[1] // 3
    return made.media.pixels[:, -third:] if right else made.media.pixels[:, :third]


# ---------------------------------------------------------------- shares


def test_shares_add_up_to_one_and_overlapping_regions_share_their_place() -> None:
    regions = (Region("a", LEFT), Region("b", (0.25, 0.0, 0.5, 1.0)), Region("c", (0, 0, 1, 0.5), strength=0.5))
    found = shares(regions, (4, 8), 0.0)
    assert found.shape == (4, 4, 8)
    assert np.allclose(found.sum(0), 1)
    assert np.allclose(found[:, 3, 0], [0, 1, 0, 0])
    assert np.allclose(found[:, 3, 2], [0, 0.5, 0.5, 0])
    assert np.allclose(found[:, 0, 2], [0, 0.4, 0.4, 0.2])
    assert np.allclose(found[:, 0, 7], [0.5, 0, 0, 0.5])
    assert np.allclose(found[:, 3, 7], [1, 0, 0, 0])


def test_cells_are_covered_by_their_area() -> None:
    assert np.allclose(covered(Region("a", (0.125, 0.0, 0.25, 1.0)), (1, 4)), [[0.5, 0.5, 0, 0]])
    grey = np.zeros((8, 8), np.uint8)
    grey[:, :6] = 255
    assert np.allclose(covered(Region("a", mask=Image(grey)), (1, 2)), [[1, 0.5]], atol=1 / 255)


def test_the_strength_is_a_curve_over_the_run() -> None:
    fading = Region("a", LEFT, strength=Curve(((0.0, 1.0), (1.0, 0.0))))
    assert [float(shares((fading,), (1, 2), place)[1, 0, 0]) for place in (0.0, 0.5, 1.0)] == [1.0, 0.5, 0.0]


# ---------------------------------------------------------------- our own


@pytest.fixture(scope="module")
def sticker() -> Sticker:
    return Sticker()


def drawn(sticker: Sticker, prompt: str, *regions: Region, **changes: Any) -> tuple[list[Checkpoint], Result]:
    request = Request(engine="image/sticker", prompt=prompt, seed=3, size=(128, 128), options={"steps": 6})
    return followed(sticker, check(card("image/sticker"), msgspec.structs.replace(request, regions=regions, **changes)))


def card(name: str) -> EngineCard:
    return listing().cards[name]


def test_a_region_over_everything_is_its_prompt(sticker: Sticker) -> None:
    frog = drawn(sticker, "a green frog")[1]
    assert compare(drawn(sticker, "a red apple", Region("a green frog"))[1].media, frog.media) is None
    apple = drawn(sticker, "a red apple")[1]
    assert compare(drawn(sticker, "a red apple", Region("a green frog", strength=0.0))[1].media, apple.media) is None


def test_each_side_is_made_of_its_own_words_and_goes_on_exactly(sticker: Sticker) -> None:
    regions = (Region("red background", LEFT), Region("blue background", RIGHT))
    kept, made = drawn(sticker, "a red apple", *regions)
    left, right = (half(made, side).reshape(-1, 3).mean(0) for side in (False, True))
    assert left[0] - left[2] > right[0] - right[2] + 30
    assert made.facts["nfe"] == 24  # the whole, two regions and the unguided, in six steps
    for checkpoint in kept[:-1]:
        again = drawn(sticker, "a red apple", *regions, resume=checkpoint)[1]
        assert compare(again.media, made.media) is None


def test_regions_are_mixed_before_they_are_guided() -> None:
    """Guidance is linear: it is the mix of what is guided each by itself."""
    u, c, r = (torch.full((1, 1, 1, 2), value) for value in (1.0, 2.0, 5.0))
    share = torch.tensor([0.0, 1.0])
    made = guidance.composed(
        [(1.0, lambda x, level: c)],
        lambda x, level: u,
        guidance.Guidance(3.0),
        lambda whole, x, level: whole * (1 - share) + r * share,
    )(u, 0.5)
    assert made.flatten().tolist() == [1 + 3 * (2 - 1), 1 + 3 * (5 - 1)]


# ---------------------------------------------------------------- the user's models


def test_a_side_of_one_step_is_that_of_its_prompt(pipelines_root: Path) -> None:
    """After a single step every latent place is exactly what its own prompt makes of it."""
    found = schema.described(folder("sd15", pipelines_root))
    assert isinstance(found, Model)
    engine = Pipeline(found.card)
    options = {"steps": 1, "sampler": "ddim"}
    request = Request(engine=found.card.info.name, prompt="a red boat", seed=5, size=(64, 64), options=options)

    def state(request: Request) -> torch.Tensor:
        from engines.pipelines import keep

        return keep.unpack(followed(engine, check(found.card, request))[0][0].arrays)["samples"][0]

    boat, house = state(request), state(msgspec.structs.replace(request, prompt="a blue house"))
    mixed = state(msgspec.structs.replace(request, regions=(Region("a blue house", LEFT),)))
    wide = boat.shape[-1] // 2
    assert float((mixed[..., :wide] - house[..., :wide]).abs().max()) < 1e-4
    assert float((mixed[..., wide:] - boat[..., wide:]).abs().max()) < 1e-4
    assert float((house - boat).abs().max()) > 1e-2


def test_tokens_are_laid_out_row_by_row() -> None:
    class Flux:
        vae_scale_factor = 8

    class Ltx:
        vae_spatial_compression_ratio, transformer_spatial_patch_size = 32, 1

    assert grid_of(Flux(), (64, 32), torch.empty(1, 8, 64)) == (2, 4)
    assert grid_of(Flux(), (64, 32), torch.empty(1, 16, 64)) == (2, 4), "the tokens of a picture to go by follow"
    assert grid_of(Ltx(), (128, 64), torch.empty(1, 24, 8)) == (2, 4)
    assert grid_of(Flux(), (64, 32), torch.empty(1, 9, 64)) is None
    assert grid_of(Flux(), (64, 32), torch.empty(1, 4, 3, 6, 8)) == (6, 8)
    assert grid_of(Flux(), (0, 0), torch.empty(1, 9, 64)) is None


# ---------------------------------------------------------------- asking for them


def test_regions_are_checked() -> None:
    whole = Request(engine="image/sticker")

    def refused(*regions: Region, engine: str = "image/sticker") -> str:
        with pytest.raises(Refused) as told:
            check(card(engine), msgspec.structs.replace(whole, engine=engine, regions=regions))
        return str(told.value)

    assert "outside" in refused(Region("a", (0.6, 0, 0.5, 1)))
    assert "outside" in refused(Region("a", (0, 0, 0, 1)))
    assert "strength 2" in refused(Region("a", strength=2.0))
    assert "strength -1" in refused(Region("a", strength=Curve(((0.0, -1.0),))))
    assert "empty" in refused(Region("a", mask=Image(np.zeros((0, 4), np.uint8))))
    assert "17 regions" in refused(*[Region("a")] * 17)
    assert "takes no regions" in refused(Region("a"), engine="image/avatar")


def test_a_recipe_keeps_its_regions_and_an_old_one_has_none() -> None:
    kept: dict[str, np.ndarray] = {}

    def keep(array: np.ndarray) -> str:
        from engines.files import arrays

        kept[arrays.digest(array)] = array
        return arrays.digest(array)

    regions = (
        Region("a", LEFT, strength=Curve(((0.0, 1.0), (1.0, 0.5)))),
        Region("b", mask=Image(np.eye(4, dtype=np.uint8))),
    )
    text = recipe.dumps(recipe.Recipe(request=Request(engine="image/sticker", regions=regions), run="r"), keep)
    back = recipe.loads(text, kept.__getitem__).request.regions
    assert [region.prompt for region in back] == ["a", "b"]
    assert back[0].box == LEFT
    assert back[0].strength == regions[0].strength
    assert back[1].mask is not None
    assert np.array_equal(back[1].mask.pixels, np.eye(4, dtype=np.uint8))
    old = '{"request":{"engine":"image/sticker"},"run":"r"}'
    assert recipe.loads(old, kept.__getitem__).request.regions == ()


def test_a_region_whose_mask_is_gone_is_named_and_left_out() -> None:
    from app.studio.shelf import recovered

    def gone(name: str) -> np.ndarray:
        raise Refused("missing", "It is not here.")

    regions = (Region("a", LEFT), Region("b", mask=Image(np.eye(4, dtype=np.uint8))))
    made = recipe.Recipe(request=Request(engine="image/sticker", regions=regions), run="r")
    back, missing = recovered(recipe.dumps(made, lambda array: "sha256-" + "0" * 64), gone)
    assert [region.prompt for region in back.request.regions] == ["a"]
    assert missing == ["the mask of the region 'b'"]


def test_the_command_line_reads_regions(tmp_path: Path) -> None:
    from engines.files import media

    media.write(tmp_path / "m.png", Image(np.full((4, 4), 255, np.uint8)))
    flags = ["--region", "0,0,0.5,1=a cat:0.7", "--region", "256,0,256,512=a dog@0:1,1:0"]
    args = parser().parse_args(["generate", "image/sticker", "pets", *flags, "--region", f"{tmp_path}/m.png=a bird"])
    cat, dog, bird = words.request_of(card("image/sticker"), args).regions
    assert (cat.prompt, cat.box, cat.strength) == ("a cat", LEFT, 0.7)
    assert (dog.prompt, dog.box, dog.strength) == ("a dog", RIGHT, Curve(((0.0, 1.0), (1.0, 0.0))))
    assert bird.mask is not None
    for text in ("0,0,1=a", "0,0,1,1", "a,b,c,d=x"):
        with pytest.raises(Refused):
            words.request_of(card("image/sticker"), parser().parse_args(["generate", "e", "--region", text]))
    with pytest.raises(Refused, match="pixels"):
        read_box("0,0,64,64")
