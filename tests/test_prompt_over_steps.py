"""Prompts that change over the steps, prompts joined by AND and parted by BREAK, as the engines take them up."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines import guidance
from engines.contract import Checkpoint, EngineCard, Image, Request, Result, check
from engines.image.sticker import Sticker
from engines.prompt.plan import Now, bare, plan, unheard
from engines.registry import listing
from tests.runs import engine_of, followed

pytestmark = pytest.mark.usefixtures("plain_numbers")  # they are compared with the plain library

BOAT, HOUSE = "a red boat", "a blue house on a hill"


def asked(engine: Any, prompt: str, negative: str = "", **options: Any) -> Request:
    words: dict[str, Any] = {"prompt": prompt, "negative": negative, "options": {"steps": 4, **options}}
    return check(engine.card, Request(engine=engine.info.name, seed=5, size=(64, 64), **words))


def far(one: Result, other: Result) -> int:
    """Largest difference of two pictures, in 1/255."""
    assert isinstance(one.media, Image)
    assert isinstance(other.media, Image)
    return int(np.abs(one.media.pixels.astype(int) - other.media.pixels).max())


# ---------------------------------------------------------------- the plan


def test_the_plan_follows_every_part_over_the_steps() -> None:
    steps = plan("[a:b:2] AND c :0.5", "[|x]", 4, ["[p|q]"])
    assert [now.texts for now in steps] == [((1.0, "a"), (0.5, "c"))] * 2 + [((1.0, "b"), (0.5, "c"))] * 2
    assert [now.negative for now in steps] == ["", "x", "", "x"]
    assert [now.regions for now in steps] == [("p",), ("q",), ("p",), ("q",)]


def test_equal_texts_add_up_and_what_weighs_nothing_is_left_out() -> None:
    assert plan("a AND a :0.5", "", 1) == (Now(((1.5, "a"),)),)
    assert plan("a AND b :0", "", 1) == (Now(((1.0, "a"),)),)
    assert plan("a :0", "", 1) == (Now(((1.0, "a :0"),)),), "without AND it is text"


def test_a_text_without_syntax_is_itself() -> None:
    text = "  a sign [OPEN], (soft) light  "
    assert plan(text, "", 3) == (Now(((1.0, text),)),) * 3
    assert bare(text) == text
    assert unheard(text) == {}
    assert set(unheard("a (red:1.3) boat BREAK a lake")) == {"weights", "BREAK"}
    assert bare("a (red:1.3) boat BREAK a lake") == "a red boat a lake"


# ---------------------------------------------------------------- the user's models


@pytest.mark.parametrize("when", ["2", "0.5"])
def test_a_schedule_is_a_branch_at_its_step(when: str, pipelines_root: Path) -> None:
    engine = engine_of("sd15", pipelines_root)
    kept, boat = followed(engine, asked(engine, BOAT, "a cat"))
    branch = followed(engine, msgspec.structs.replace(asked(engine, HOUSE, "a dog"), resume=kept[1]))[1]
    changed = followed(engine, asked(engine, f"[{BOAT}:{HOUSE}:{when}]", f"[a cat:a dog:{when}]"))[1]
    assert compare(changed.media, branch.media) is None
    assert compare(changed.media, boat.media) is not None
    assert changed.facts["nfe"] == boat.facts["nfe"]
    assert "schedule" not in changed.facts


def test_a_negative_prompt_may_come_or_go(pipelines_root: Path) -> None:
    engine = engine_of("sd15", pipelines_root)
    kept, _ = followed(engine, asked(engine, BOAT))
    branch = followed(engine, msgspec.structs.replace(asked(engine, BOAT, "a dog"), resume=kept[1]))[1]
    assert compare(followed(engine, asked(engine, BOAT, "[a dog:2]"))[1].media, branch.media) is None
    gone = followed(engine, asked(engine, BOAT, "[a dog::0]"))[1]
    assert compare(gone.media, followed(engine, asked(engine, BOAT))[1].media) is None


def test_weights_change_with_the_steps(pipelines_root: Path) -> None:
    engine = engine_of("sd15", pipelines_root)
    kept, _ = followed(engine, asked(engine, "a (red:0.5) boat"))
    branch = followed(engine, msgspec.structs.replace(asked(engine, "a (red:1.5) boat"), resume=kept[1]))[1]
    changed = followed(engine, asked(engine, "[a (red:0.5) boat:a (red:1.5) boat:2]"))[1]
    assert compare(changed.media, branch.media) is None


def test_and_is_the_sum_of_the_guided_differences(pipelines_root: Path) -> None:
    """Against a loop of its own over the library's network and scheduler."""
    from diffusers import StableDiffusionPipeline

    engine = engine_of("sd15", pipelines_root)
    composed = followed(engine, asked(engine, f"{BOAT} AND {HOUSE} :0.6 AND a cat :-0.3", guidance=5.0))[1]
    pipe = StableDiffusionPipeline.from_pretrained(engine.path, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    words = [pipe.encode_prompt(text, "cpu", 1, True, "")[:2] for text in (BOAT, HOUSE, "a cat")]
    pipe.scheduler.set_timesteps(4)
    with torch.no_grad():
        x = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(5))
        x = x * pipe.scheduler.init_noise_sigma
        for t in pipe.scheduler.timesteps:
            seen = pipe.scheduler.scale_model_input(x, t)
            u = pipe.unet(seen, t, words[0][1]).sample
            parts = [w * (pipe.unet(seen, t, c).sample - u) for w, (c, _) in zip((1, 0.6, -0.3), words, strict=True)]
            x = pipe.scheduler.step(u + 5.0 * sum(parts), t, x).prev_sample
        shown = pipe.vae.decode(x / pipe.vae.config.scaling_factor).sample
    pixels = pipe.image_processor.postprocess(shown, "np", [True])[0]
    assert isinstance(composed.media, Image)
    assert np.abs(composed.media.pixels / 255 - pixels).max() < 1.5 / 255
    assert composed.facts["nfe"] == 3 * len(pipe.scheduler.timesteps)


def test_break_fills_one_window_after_the_other(pipelines_root: Path) -> None:
    """Against the plain pipeline, given the windows in a row."""
    from diffusers import StableDiffusionPipeline

    engine = engine_of("sd15", pipelines_root)
    parted = followed(engine, asked(engine, f"{BOAT} BREAK {HOUSE}", "a cat"))[1]
    pipe = StableDiffusionPipeline.from_pretrained(engine.path, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    each = [pipe.encode_prompt(c, "cpu", 1, True, u)[:2] for c, u in ((BOAT, "a cat"), (HOUSE, ""))]
    embeds = [torch.cat(side, 1) for side in zip(*each, strict=True)]
    words = {"prompt_embeds": embeds[0], "negative_prompt_embeds": embeds[1], "num_inference_steps": 4}
    words["guidance_scale"] = asked(engine, BOAT).options["guidance"]
    shown = pipe(generator=torch.Generator().manual_seed(5), width=64, height=64, output_type="np", **words).images[0]
    assert compare(parted.media, Image((shown * 255).round().astype(np.uint8))) is None
    assert compare(parted.media, followed(engine, asked(engine, f"{BOAT} {HOUSE}", "a cat"))[1].media) is not None
    assert "BREAK" not in parted.facts


def test_what_a_model_does_not_heed_is_told(pipelines_root: Path) -> None:
    engine = engine_of("flux1", pipelines_root)
    joined = followed(engine, asked(engine, f"{BOAT} BREAK {HOUSE} AND a cat"))[1]
    assert set(joined.facts) >= {"BREAK", "AND"}
    assert joined.facts["nfe"] == 4, "nothing is computed in vain"
    assert compare(joined.media, followed(engine, asked(engine, f"{BOAT} {HOUSE}"))[1].media) is None


# ---------------------------------------------------------------- our own


@pytest.fixture(scope="module")
def sticker() -> Sticker:
    return Sticker()


def card(name: str) -> EngineCard:
    return listing().cards[name]


def drawn(sticker: Sticker, prompt: str, **changes: Any) -> tuple[list[Checkpoint], Result]:
    request = Request(engine="image/sticker", prompt=prompt, seed=3, size=(128, 128), options={"steps": 6})
    return followed(sticker, check(card("image/sticker"), msgspec.structs.replace(request, **changes)))


def test_a_sticker_changes_its_words_at_a_step_as_a_branch_does(sticker: Sticker) -> None:
    kept, apple = drawn(sticker, "a red apple")
    steps, changed = drawn(sticker, "[a red apple:a green frog:3]")
    assert compare(changed.media, drawn(sticker, "a green frog", resume=kept[2])[1].media) is None
    assert compare(changed.media, apple.media) is not None
    for checkpoint in steps[:-1]:
        again = drawn(sticker, "[a red apple:a green frog:3]", resume=checkpoint)[1]
        assert compare(again.media, changed.media) is None


def test_a_sticker_of_a_prompt_joined_with_itself_is_one_at_twice_the_guidance(sticker: Sticker) -> None:
    twice = drawn(sticker, "a red apple AND a red apple", options={"steps": 6, "guidance": 2.0})[1]
    assert far(twice, drawn(sticker, "a red apple", options={"steps": 6, "guidance": 4.0})[1]) <= 1
    other = drawn(sticker, "a red apple AND a green frog", options={"steps": 6, "guidance": 2.0})[1]
    assert far(twice, other) > 8
    assert int(other.facts["nfe"]) == 18


def test_the_quick_sticker_changes_its_words_too() -> None:
    from engines.image.sticker_turbo import StickerTurbo

    turbo = StickerTurbo()
    request = Request(engine="image/sticker-turbo", prompt="a red apple", seed=3, size=(128, 128), options={"steps": 3})

    def engine_of(**changes: Any) -> tuple[list[Checkpoint], Result]:
        return followed(turbo, check(card("image/sticker-turbo"), msgspec.structs.replace(request, **changes)))

    kept, apple = engine_of()
    changed = engine_of(prompt="[a red apple:a green frog:1]")[1]
    assert compare(changed.media, engine_of(prompt="a green frog", resume=kept[0])[1].media) is None
    assert compare(changed.media, apple.media) is not None
    assert changed.facts["nfe"] == 3


def test_a_sticker_says_what_it_does_not_heed(sticker: Sticker) -> None:
    told = drawn(sticker, "a (red:1.4) apple")[1]
    assert "not heeded" in str(told.facts["weights"])
    assert compare(told.media, drawn(sticker, "a red apple")[1].media) is None


def test_steps_begin_at_their_level() -> None:
    levels = (1.0, 0.6, 0.3, 0.0)
    assert [guidance.step_at(levels, level) for level in (1.0, 0.8, 0.6, 0.5, 0.3, 0.1, 0.0)] == [0, 0, 1, 1, 2, 2, 2]
